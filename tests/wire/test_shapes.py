"""The generated shapes: are they the model's, still, and do they keep their secrets to themselves?"""

import importlib.util
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from strongroom.wire.plan import ListOf, MapOf, Structure, Text, members_of
from strongroom.wire.shape import OperationShape, Shape
from strongroom.wire.shapes import cloudtrail, iam, kms, strongroom, sts

TOOL = Path(__file__).parents[2] / "tools" / "generate_shapes.py"
MODULES = {"kms": kms, "sts": sts, "iam": iam, "cloudtrail": cloudtrail, "strongroom": strongroom}


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("generate_shapes", TOOL)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # where dataclasses look for the annotations of a class's module
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("service", MODULES)
def test_the_committed_shapes_are_those_of_the_botocore_installed(tool: ModuleType, service: str) -> None:
    """The failure names what AWS has added, removed or changed; ``python tools/generate_shapes.py`` takes it over."""
    committed = (tool.FOLDER / f"{service}.py").read_text()
    assert tool.differences(committed, tool.generate(service)) == []


def test_what_aws_adds_is_named(tool: ModuleType) -> None:
    generated = tool.generate("kms")
    older = generated.replace("    dry_run_modifiers: list[DryRunModifierType] | None = None\n", "")
    older = older.replace("le=2560", "le=2000").replace("from botocore", "from an older botocore")
    found = tool.differences(older, generated)
    assert "added: DecryptRequest.dry_run_modifiers" in found
    assert "added: ReEncryptRequest.dry_run_modifiers" in found
    assert any(line.startswith("changed: RotationPeriodInDaysType: ") for line in found)
    assert len(found) == 3


def test_check_exits_with_1_and_names_the_operation(tool: ModuleType, tmp_path: Path) -> None:
    generated = {service: tool.generate(service) for service in MODULES}
    generated["kms"] = generated["kms"].replace('"Encrypt": OperationShape', '"Enkrypt": OperationShape')
    for service, source in generated.items():
        (tmp_path / f"{service}.py").write_text(source)
    program = f"import runpy, sys, pathlib; m = runpy.run_path({str(TOOL)!r}); "
    program += f"m['main'].__globals__['FOLDER'] = pathlib.Path({str(tmp_path)!r}); "
    program += "sys.argv[1:] = ['--check']; sys.exit(m['main']())"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stderr
    assert "kms: added: operation Encrypt" in done.stdout
    assert "kms: removed: operation Enkrypt" in done.stdout


@pytest.mark.parametrize("service", MODULES)
def test_every_operation_of_the_model_is_there(tool: ModuleType, service: str) -> None:
    model = tool.load(service)
    operations = MODULES[service].OPERATIONS
    assert operations.keys() == model["operations"].keys()
    for name, operation in model["operations"].items():
        shape: OperationShape = operations[name]
        assert shape.name == name
        assert shape.errors == {error["shape"] for error in operation.get("errors", ())}
        assert (shape.output is None) == ("output" not in operation)


@pytest.mark.parametrize("service", MODULES)
def test_every_member_and_value_of_the_model_is_there(tool: ModuleType, service: str) -> None:
    """Of requests and answers, and of every enumeration that a caller can choose from."""
    model = tool.load(service)
    lacking: list[str] = []
    for name, operation in MODULES[service].OPERATIONS.items():
        described = model["operations"][name]
        if "input" in described:
            lacking += lacks(model["shapes"], described["input"]["shape"], operation.input, with_values=True)
        if "output" in described:
            lacking += lacks(model["shapes"], described["output"]["shape"], operation.output, with_values=False)
    assert lacking == []


def lacks(shapes: dict[str, Any], name: str, shape: type[Shape], *, with_values: bool) -> list[str]:
    """Return the members and values of the model's structure that ``shape`` does not have, with all that it holds."""
    found = []
    members = {member.wire_name: member.node for member in members_of(shape)}
    for wire_name, reference in shapes[name]["members"].items():
        where = f"{name}.{wire_name}"
        if wire_name not in members:
            found.append(where)
            continue
        target, node = reference["shape"], members[wire_name]
        while isinstance(node, ListOf | MapOf):
            target = shapes[target]["member" if isinstance(node, ListOf) else "value"]["shape"]
            node = node.item if isinstance(node, ListOf) else node.value
        if isinstance(node, Structure):
            found += lacks(shapes, target, node.shape, with_values=with_values)
        elif with_values and "enum" in shapes[target]:
            values = node.values if isinstance(node, Text) else ()
            found += [f"{where}: {value}" for value in shapes[target]["enum"] if value not in values]
    return found


@pytest.mark.parametrize(
    ("wire_name", "attribute"),
    [
        ("KeyId", "key_id"),
        ("AWSAccountId", "aws_account_id"),
        ("SAMLAssertion", "saml_assertion"),
        ("CloudHsmClusterId", "cloud_hsm_cluster_id"),
        ("XksProxyUriEndpoint", "xks_proxy_uri_endpoint"),
        ("arn", "arn"),
        ("PolicyARNs", "policy_arns"),
        ("ARNsList", "arns_list"),
        ("SSHPublicKeyId", "ssh_public_key_id"),
        ("From", "from_"),
    ],
)
def test_attribute_names(tool: ModuleType, wire_name: str, attribute: str) -> None:
    assert tool.snake_case(wire_name) == attribute


def test_a_model_that_uses_an_unknown_trait_is_refused(tool: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tool, "TRAITS", {("kms", "TagList"): {"flattened": True}})
    with pytest.raises(ValueError, match="kms: TagList has a type or trait"):
        tool.load("kms")


def test_reprs_show_lengths_of_secrets_and_nothing_more() -> None:
    answer = kms.GenerateDataKeyResponse(key_id="k", plaintext=b"PLAINTEXT", ciphertext_blob=b"BLOB")
    assert repr(answer) == "GenerateDataKeyResponse(ciphertext_blob=<4 bytes>, plaintext=<9 bytes>, key_id='k')"
    assert dict(answer.__rich_repr__())["plaintext"] == "<9 bytes>"
    credentials = sts.Credentials(
        access_key_id="ASIA", secret_access_key="SECRET", session_token="TOKEN", expiration=1.0
    )
    shown = repr(sts.GetSessionTokenResponse(credentials=credentials))
    assert "secret_access_key=<6 characters>" in shown
    assert "session_token=<5 characters>" in shown
    assert "SECRET" not in shown
    assert "TOKEN" not in shown


@pytest.mark.parametrize("service", MODULES)
def test_everything_sensitive_and_every_blob_is_hidden(tool: ModuleType, service: str) -> None:
    shapes = tool.load(service)["shapes"]
    seen = 0
    for name, described in shapes.items():
        shape = getattr(MODULES[service], name[:1].upper() + name[1:], None)
        for wire_name, reference in described.get("members", {}).items() if isinstance(shape, type) else ():
            member = shapes[reference["shape"]]
            if member["type"] == "list":
                member = shapes[member["member"]["shape"]]
            secret = member["type"] == "blob" or bool(member.get("sensitive"))
            assert (tool.snake_case(wire_name) in shape.HIDDEN) is secret, f"{name}.{wire_name}"
            seen += secret
    assert seen >= {"kms": 40, "sts": 9, "iam": 3, "cloudtrail": 1, "strongroom": 3}[service]
