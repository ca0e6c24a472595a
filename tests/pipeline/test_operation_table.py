"""The operation table, entry by entry: documented? permissions named? audited on success and refusal? errors declared? silent?"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from strongroom.operations.table import BUILT, MODELLED, not_built
from strongroom.wire.plan import ListOf, Structure, members_of
from strongroom.wire.shape import Shape
from support.bodies import BODIES, HELLO, World
from support.house import Answer, House
from support.refusals import COMMON_ERRORS

PAGES = Path(__file__).parents[2] / "docs" / "operations"
DIVERGENCES = PAGES.parent / "divergences.md"
NOT_BUILT = "Not built in this version"
ABOUT_NO_KEY = {"ListKeys", "ListAliases", "ListRetirableGrants", "GenerateRandom"}
CHANGES_NOTHING_HERE = {"DisableKeyRotation", "EnableKey"}  # the key is in that state already: no change, but a record
TOKENS = {"GrantToken", "GrantTokens"}
NOT_MEANT_TO_BE = {"sts": {"AssumeRoleWithSAML", "AssumeRoot", "GetDelegatedAccessToken", "GetWebIdentityToken"}}
NO_SUCH_KEY = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
def world(house: House) -> World:
    return World(house)


def test_every_operation_of_the_model_has_a_body() -> None:
    assert BODIES.keys() == MODELLED["kms"].keys()


@pytest.mark.parametrize(("service", "name"), [(service, name) for service in MODELLED for name in MODELLED[service]])
def test_every_operation_is_documented(service: str, name: str) -> None:
    page = (PAGES / service / f"{name}.md").read_text()
    assert f"# {name}\n" in page
    assert (NOT_BUILT in page) is (name not in BUILT[service])
    assert f"[{name}]({service}/{name}.md)" in (PAGES / "README.md").read_text()


@pytest.mark.parametrize("service", sorted(MODELLED))
def test_every_operation_is_built(service: str) -> None:
    """But those of STS that the divergences name: an operation that AWS adds is built in the commit that regenerates the model."""
    assert set(not_built(service)) == NOT_MEANT_TO_BE.get(service, set())
    page = DIVERGENCES.read_text()
    assert all(name in page for name in not_built(service))


@pytest.mark.parametrize("name", sorted(BUILT["kms"]))
def test_permissions_are_named_and_success_and_refusal_recorded(world: World, name: str) -> None:
    house, operation = world.house, BUILT["kms"][name]
    members = BODIES[name](world)

    refused = house.call(name, members, user=house.add_user("nobody"))
    assert refused.error[0] == "AccessDeniedException", "no permission is named"
    assert not refused.committed
    assert refused.record["errorCode"] == "AccessDeniedException"
    assert refused.record["errorMessage"] == refused.error[1]
    check_silent(name, members, refused)

    answer = house.call(name, members)
    assert answer.status == 200, answer.raw
    assert answer.committed is not operation.read_only or name in CHANGES_NOTHING_HERE
    record = answer.record
    assert (record["eventName"], record["eventSource"]) == (name, "kms.amazonaws.com")
    assert (record["requestID"], record["readOnly"]) == (answer.request_id, operation.read_only)
    assert "errorCode" not in record
    assert record["requestParameters"] != {}, "null when nothing is said"
    assert record["userIdentity"]["userName"] == "administrator"
    if name not in ABOUT_NO_KEY and "CustomKeyStore" not in name:
        assert any(resource["ARN"].startswith("arn:aws:kms:") for resource in record["resources"])
    check_silent(name, members, answer)


def check_silent(name: str, members: Mapping[str, Any], answer: Answer) -> None:
    """Nothing that is hidden, of request or answer, is in the record."""
    shape = MODELLED["kms"][name]
    text = json.dumps(answer.record)
    secrets = [*hidden(shape.input, members), HELLO]
    if answer.status == 200 and shape.output is not None:
        secrets += hidden(shape.output, answer.body)
    for secret in secrets:
        assert json.dumps(secret)[1:-1] not in text


def hidden(shape: type[Shape], body: Mapping[str, Any]) -> Iterator[str]:
    """Yield the hidden members of ``body`` that are texts on the wire (blobs are base64)."""
    for member in members_of(shape):
        value = body.get(member.wire_name)
        if member.hidden and isinstance(value, str):
            yield value
        elif isinstance(member.node, Structure) and value is not None:
            yield from hidden(member.node.shape, value)
        elif isinstance(member.node, ListOf) and isinstance(member.node.item, Structure):
            for item in value or ():
                yield from hidden(member.node.item.shape, item)


@pytest.mark.parametrize("name", sorted(BUILT["kms"]))
def test_errors_are_those_that_the_model_declares(world: World, name: str) -> None:
    """Otherwise typed clients cannot catch them. Whatever names a key is made to name nothing, and keys of other kinds."""
    house, shape = world.house, MODELLED["kms"][name]
    members = BODIES[name](world)
    others = {
        "nobody's": NO_SUCH_KEY,
        "malformed": "not-a-key",
        "no ARN": "arn:aws:kms:us-east-1:111122223333:banana/1",
        "nobody's alias": "alias/nobody",
        "a MAC key": world.mac_key,
        "a signing key": world.signing_key,
        "a symmetric key": world.new_key()["KeyId"],
    }
    for member in members_of(shape.input):
        if member.attribute.endswith("key_id") and member.attribute != "xks_key_id":
            for what, key_id in others.items():
                check_declared(name, house.call(name, members | {member.wire_name: key_id}), what)
        elif member.wire_name in TOKENS:
            token = ["nonsense"] if isinstance(member.node, ListOf) else "nonsense"
            check_declared(name, house.call(name, members | {member.wire_name: token}), "an unknown token")
            too_much = token * 11 if isinstance(token, list) else token * 2000
            refused = house.call(name, members | {member.wire_name: too_much})
            assert refused.error[0] == "ValidationException"
            assert "nonsense" not in json.dumps(refused.record)
        elif member.wire_name == "DryRun":
            answer = house.call(name, BODIES[name](world) | {"DryRun": True})
            assert answer.error[0] == "DryRunOperationException"
            assert not answer.committed
            check_declared(name, answer, "a dry run")


def check_declared(name: str, answer: Answer, what: str) -> None:
    if answer.status != 200:
        assert answer.error[0] in MODELLED["kms"][name].errors | COMMON_ERRORS, (what, answer.raw)
        assert answer.record["errorCode"] == answer.error[0]
