"""Every operation against an AWS client's own serialiser and parser, with values made from the service model."""

from collections.abc import Mapping
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

import botocore.session
import msgspec
import pytest
from botocore.model import OperationModel, ServiceModel, Shape
from botocore.parsers import create_parser
from botocore.serialize import create_serializer

from strongroom.wire import json11, query
from strongroom.wire import shape as wire_shape
from strongroom.wire.shapes import cloudtrail, kms, strongroom, sts
from support.own_models import OWN_MODELS

_SESSION = botocore.session.get_session()
_SESSION.get_component("data_loader").search_paths.append(str(OWN_MODELS))
MODELS: Mapping[str, ServiceModel] = {
    name: _SESSION.get_service_model(name) for name in ("kms", "sts", "cloudtrail", "strongroom")
}
NAMESPACE = "https://sts.amazonaws.com/doc/2011-06-15/"
MOMENT = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)

# A text for each pattern of the models that plain letters, repeated to the least length, do not match.
_TEXTS = {
    "AccountIdType": "111122223333",
    "BackingKeyIdType": "ab" * 32,
    "CloudHsmClusterIdType": "cluster-abcdefghijk",
    "GrantConstraintSourceArnType": "arn:aws:s3:us-east-1:111122223333:bucket",
    "RegionType": "eu-central-1",
    "ServicePrincipalType": "s3.amazonaws.com",
    "XksProxyAuthenticationAccessKeyIdType": "ABCDEFGHIJKLMNOPQRST",
    "XksProxyUriEndpointType": "https://proxy.example.com",
    "XksProxyUriPathType": "/tenant/kms/xks/v1",
    "XksProxyVpcEndpointServiceNameType": "com.amazonaws.vpce.us-east-1.vpce-svc-0123456789abcdef0",
    "tokenCodeType": "123456",
}


def filled(shape: Shape, turn: int = 0) -> Any:  # noqa: PLR0911 - one return for each kind
    """Return a value for ``shape`` with every member set; ``turn`` varies what may vary."""
    match shape.type_name:
        case "structure":
            return {name: filled(member, turn + i) for i, (name, member) in enumerate(shape.members.items())}
        case "list":
            return [filled(shape.member, turn + i) for i in range(min(2, shape.metadata.get("max", 2)))]
        case "map":
            return {f"ключ{turn}": filled(shape.value, turn), "k<&>": ""}
        case "string":
            if shape.enum:
                return shape.enum[turn % len(shape.enum)]
            return _TEXTS.get(shape.name) or "a" * max(shape.metadata.get("min", 1), 3)
        case "blob":
            return bytes([0, 255, 254, turn % 256])
        case "boolean":
            return turn % 2 == 0
        case "timestamp":
            return MOMENT
        case _:
            return shape.metadata.get("min", 1) + 1


def plain(shape: Shape, value: Any) -> Any:
    """Return a value as the wire shape should hold it, by wire name: times in seconds, bytes as base64 text."""
    match shape.type_name:
        case "structure":
            return {name: plain(shape.members[name], each) for name, each in value.items()}
        case "list":
            return [plain(shape.member, each) for each in value]
        case "timestamp":
            return value.timestamp()
        case "blob":
            return msgspec.to_builtins(value)
        case _:
            return value


def cases(service: str, module: Any) -> list[Any]:
    model = MODELS[service]
    return [
        pytest.param(model.operation_model(name), module.OPERATIONS[name], id=f"{service} {name}")
        for name in module.OPERATIONS
    ]


JSON, STS = [*cases("kms", kms), *cases("cloudtrail", cloudtrail), *cases("strongroom", strongroom)], cases("sts", sts)


def asked(operation: OperationModel, arguments: dict[str, Any]) -> dict[str, Any]:
    return create_serializer(operation.service_model.protocol).serialize_to_request(arguments, operation)


@pytest.mark.parametrize(("operation", "shape"), JSON)
def test_what_a_client_writes_in_json_is_read(operation: OperationModel, shape: wire_shape.OperationShape) -> None:
    arguments = filled(operation.input_shape)
    request = asked(operation, arguments)
    json11.check_content_type(request["headers"]["Content-Type"])
    assert json11.operation_of(request["headers"]["X-Amz-Target"]) == (operation.service_model.service_name, shape.name)
    found = json11.decode(shape.input, request["body"])
    assert msgspec.to_builtins(found) == plain(operation.input_shape, arguments)


@pytest.mark.parametrize(("operation", "shape"), JSON)
def test_the_slow_way_reads_the_same(operation: OperationModel, shape: wire_shape.OperationShape) -> None:
    body = asked(operation, filled(operation.input_shape))["body"]
    assert json11.decode_slowly(shape.input, body) == json11.decode(shape.input, body)


@pytest.mark.parametrize(("operation", "shape"), JSON)
def test_what_we_write_in_json_is_read(operation: OperationModel, shape: wire_shape.OperationShape) -> None:
    if shape.output is None:
        assert operation.output_shape is None
        assert json11.encode(None) == b""
        return
    values = filled(operation.output_shape)
    output = msgspec.convert(plain(operation.output_shape, values), shape.output)
    response = {"headers": {}, "status_code": 200, "body": json11.encode(output)}
    parsed = create_parser("json").parse(response, operation.output_shape)
    del parsed["ResponseMetadata"]
    assert parsed == values


@pytest.mark.parametrize(("operation", "shape"), STS)
def test_what_a_client_writes_as_a_form_is_read(operation: OperationModel, shape: wire_shape.OperationShape) -> None:
    arguments = filled(operation.input_shape)
    request = asked(operation, arguments)
    form = query.parse_form(_urlencoded(request["body"]))
    assert form.action == shape.name
    found = query.decode(shape.input, form)
    assert msgspec.to_builtins(found) == plain(operation.input_shape, arguments)


@pytest.mark.parametrize(("operation", "shape"), STS)
def test_what_we_write_in_xml_is_read(operation: OperationModel, shape: wire_shape.OperationShape) -> None:
    values = filled(operation.output_shape)
    output = msgspec.convert(plain(operation.output_shape, values), shape.output)
    body = query.encode(shape.name, output, "11111111-2222-3333-4444-555555555555", NAMESPACE)
    parsed = create_parser("query").parse({"headers": {}, "status_code": 200, "body": body}, operation.output_shape)
    assert parsed.pop("ResponseMetadata")["RequestId"] == "11111111-2222-3333-4444-555555555555"
    assert parsed == values


def _urlencoded(fields: Mapping[str, Any]) -> bytes:
    """Return the body as botocore's HTTP client writes a form."""
    from botocore.awsrequest import AWSRequest  # noqa: PLC0415 - the one place that needs it

    body = AWSRequest(method="POST", url="http://localhost/", data=fields).prepare().body
    return body if isinstance(body, bytes) else body.encode()


def test_the_filler_makes_different_values() -> None:
    """Else a roundtrip could mix members up without a test noticing."""
    values = filled(MODELS["kms"].operation_model("ReEncrypt").output_shape)
    assert values["CiphertextBlob"] != b""
    algorithms = [values["SourceEncryptionAlgorithm"], values["DestinationEncryptionAlgorithm"]]
    assert all(one != other for one, other in pairwise(algorithms))
