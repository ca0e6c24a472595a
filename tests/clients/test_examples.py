"""AWS's own examples of the KMS API, as botocore ships them: each is called, and its answer compared with the example's.

An answer has every member of the example's output, of the type that the service model says, and the same value unless the
value is new with every call. Source: botocore, ``data/kms/2014-11-01/examples-1.json``; an example that a newer botocore
adds is run as soon as it is installed.
"""

import json
from datetime import datetime
from typing import Any

import botocore.session
import pytest
from botocore import xform_name
from botocore.exceptions import ClientError
from botocore.model import Shape

from support.examples import SET_UP, Stage
from support.server import Server

REGION = "eu-north-1"  # its own, because every test of this server shares one account

_LOADER = botocore.session.get_session().get_component("data_loader")
EXAMPLES: dict[str, list[dict[str, Any]]] = _LOADER.load_service_model("kms", "examples-1")["examples"]
CASES = [
    pytest.param(operation, example, id=f"{operation}-{number}")
    for operation, examples in sorted(EXAMPLES.items())
    for number, example in enumerate(examples, 1)
]

# Values that differ from the example's: what the call makes anew, what lists everything there is, and:
DIFFERS: dict[str, tuple[str, ...]] = {
    "CreateCustomKeyStore": ("CustomKeyStoreId",),
    "CreateGrant": ("GrantId", "GrantToken"),
    "CreateKey": ("KeyMetadata.KeyId", "KeyMetadata.Arn", "KeyMetadata.MultiRegionConfiguration.PrimaryKey"),
    "DescribeCustomKeyStores": ("CustomKeyStores",),  # the example's store is connected
    "DescribeKey": ("KeyMetadata.MultiRegionConfiguration",),  # the example's key is its own primary and a replica
    "ListAliases": ("Aliases", "Truncated"),
    "ListGrants": ("Grants", "Truncated"),  # the example's list is cut short
    "ListKeys": ("Keys", "Truncated"),
    "ListRetirableGrants": ("Grants", "Truncated"),
    "ReplicateKey": (
        "ReplicaKeyMetadata.Arn",  # in another Region than the request, where the stand-in's ARN is
        "ReplicaKeyMetadata.MultiRegionConfiguration",
        "ReplicaKeyMetadata.Enabled",  # the example shows the state to come; the service answers Creating
        "ReplicaKeyMetadata.KeyState",
        "ReplicaPolicy",  # the example's ends in three dots
    ),
}

# The service leaves these out, as recorded answers show: a list that is empty, the key of a predefined alias that has none yet.
LEFT_OUT = {"ReplicateKey": ("ReplicaTags",), "ListAliases": ("Aliases.TargetKeyId",)}

# No key store on a machine without a cluster can be connected.
REFUSED = {"to-create-a-kms-key-in-a-custom-key-store-1630604382908": "CustomKeyStoreInvalidStateException"}

TYPES = {"boolean": bool, "integer": int, "long": int, "string": str, "blob": bytes, "timestamp": datetime}


class Comparison:
    """Compares one answer with one example, member by member along the service model."""

    def __init__(self, operation: str) -> None:
        self._differs = DIFFERS.get(operation, ())
        self._left_out = LEFT_OUT.get(operation, ())

    def compare(self, shape: Any, example: Any, answer: Any, path: str = "") -> None:
        if shape.type_name == "structure":
            for name, member in example.items():
                inner = f"{path}.{name}" if path else name
                if name in answer:
                    self.compare(shape.members[name], member, answer[name], inner)
                else:
                    assert inner in self._left_out, f"{inner} is missing"
        elif shape.type_name == "list":
            self._compare_lists(shape.member, example, answer, path)
        else:
            self._compare_values(shape, example, answer, path)

    def _compare_lists(self, member: Shape, example: list[Any], answer: Any, path: str) -> None:
        assert isinstance(answer, list), path
        if self._may_differ(path):
            assert answer or not example, f"{path} is empty"
            for entry in answer:
                self.compare(member, example[0] if example else {}, entry, path)
            return
        assert len(answer) == len(example), path
        for theirs, ours in zip(example, answer, strict=True):
            self.compare(member, theirs, ours, path)

    def _compare_values(self, shape: Shape, example: Any, answer: Any, path: str) -> None:
        assert isinstance(answer, TYPES[shape.type_name]), path
        if shape.type_name == "blob":
            assert answer, f"{path} is empty"
        elif shape.type_name != "timestamp" and not self._may_differ(path):
            assert _read(answer) == _read(example), path

    def _may_differ(self, path: str) -> bool:
        return any(path == each or path.startswith(f"{each}.") for each in self._differs)


def _read(value: Any) -> Any:
    """Policies are compared as JSON: the example is laid out with more blanks than the service's."""
    return json.loads(value) if isinstance(value, str) and value.startswith("{") else value


@pytest.fixture(scope="module")
def principal(server: Server) -> str:
    return server.user("example-principal")


@pytest.mark.parametrize(("operation", "example"), CASES)
def test_example(server: Server, principal: str, operation: str, example: dict[str, Any]) -> None:
    kms = server.boto3(region=REGION)
    stage = Stage(kms, server.boto3("iam"), REGION, principal)
    SET_UP.get(example["id"], SET_UP.get(operation, _no_set_up))(stage)
    try:
        answer = getattr(kms, xform_name(operation))(**stage.input_of(example))
    except ClientError as error:
        if error.response["Error"]["Code"] != REFUSED.get(example["id"]):
            raise
        return
    finally:
        stage.tidy()
    assert example["id"] not in REFUSED, "answered what it was not thought to"
    shape = kms.meta.service_model.operation_model(operation).output_shape
    if "output" in example and shape is not None:
        Comparison(operation).compare(shape, stage.translated(example["output"]), answer)


def _no_set_up(stage: Stage) -> None:
    pytest.fail("an example of an operation that support/examples.py does not know")


def test_every_set_up_is_of_an_example() -> None:
    known = {*EXAMPLES, *(example["id"] for examples in EXAMPLES.values() for example in examples)}
    assert set(SET_UP) <= known
