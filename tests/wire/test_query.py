"""The query dialect: forms as AWS documents them, XML as its clients parse it, and the query names of errors."""

import xml.etree.ElementTree as ET
from typing import Any

import botocore.session
import msgspec
import pytest
from botocore.parsers import create_parser

from strongroom.errors import (
    AccessDeniedError,
    AWSError,
    ExpiredTokenError,
    IncompleteSignatureError,
    InvalidSignatureError,
    KMSInternalError,
    MalformedPolicyDocumentError,
    MissingAuthenticationTokenError,
    SerializationError,
    ThrottlingError,
    UnknownOperationError,
    UnrecognizedClientError,
    ValidationError,
)
from strongroom.wire import query
from strongroom.wire.shape import Shape, Timestamp
from strongroom.wire.shapes import iam, sts

VERSION = "Version=2011-06-15"
ROLE = "RoleArn=arn%3Aaws%3Aiam%3A%3A111122223333%3Arole%2Fdemo&RoleSessionName=me"
TOO_SHORT = "Member must have length greater than or equal to"


class Everything(Shape, frozen=True, kw_only=True):
    """What STS does not use and IAM or a later model may."""

    names: list[str] | None = None
    counts: dict[str, int] | None = None
    inner: list[sts.Tag] | None = None
    switch: bool | None = None
    blob: bytes | None = None
    moment: Timestamp | None = None


def read(shape: type[Shape], body: str) -> Any:
    return query.decode(shape, query.parse_form(f"Action=A&{VERSION}&{body}".encode()))


def refusal_of(shape: type[Shape], body: str) -> AWSError:
    with pytest.raises(AWSError) as caught:
        read(shape, body)
    return caught.value


# --- in ------------------------------------------------------------------------------------------------------------


def test_a_form_names_its_action() -> None:
    form = query.parse_form(b"Action=GetCallerIdentity&Version=2011-06-15")
    assert form.action == "GetCallerIdentity"
    assert query.decode(sts.GetCallerIdentityRequest, form) == sts.GetCallerIdentityRequest()


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (b"", "Could not find operation NO_ACTION_SPECIFIED for version NO_VERSION_SPECIFIED"),
        (b"Version=2011-06-15", "Could not find operation NO_ACTION_SPECIFIED for version 2011-06-15"),
        (b"Action=GetCallerIdentity", "Could not find operation GetCallerIdentity for version NO_VERSION_SPECIFIED"),
        (b"Action=Get&Version=2011-05-08", "Could not find operation Get for version 2011-05-08"),
    ],
)
def test_a_form_without_a_known_action_and_version(body: bytes, text: str) -> None:
    with pytest.raises(UnknownOperationError) as caught:
        query.parse_form(body)
    assert caught.value.message == text


@pytest.mark.parametrize(
    "body",
    [b"Action=%ff", b"Action=\xff", b"Action=A&Action=B", b"&".join(b"a%d=" % i for i in range(query.MAX_FIELDS + 1))],
    ids=["percent", "raw", "twice", "many"],
)
def test_a_body_that_is_no_form(body: bytes) -> None:
    with pytest.raises(SerializationError):
        query.parse_form(body)


def test_nested_members() -> None:
    body = f"{ROLE}&DurationSeconds=3600"
    body += "&Tags.member.2.Key=b&Tags.member.2.Value=+x%2B&Tags.member.1.Key=a&Tags.member.1.Value="
    found = read(
        sts.AssumeRoleRequest, body + "&PolicyArns.member.1.arn=arn%3Aaws%3Aiam%3A%3Aaws%3Apolicy%2FA&Unknown.1=x"
    )
    assert found == sts.AssumeRoleRequest(
        role_arn="arn:aws:iam::111122223333:role/demo",
        role_session_name="me",
        duration_seconds=3600,
        tags=[sts.Tag(key="a", value=""), sts.Tag(key="b", value=" x+")],
        policy_arns=[sts.PolicyDescriptorType(arn="arn:aws:iam::aws:policy/A")],
    )


def test_lists_maps_and_scalars() -> None:
    assert read(Everything, "Names.1=a&Names.2=b") == read(Everything, "Names.member.1=a&Names.member.2=b")
    assert read(Everything, "Names.10=j&Names.9=i").names == ["i", "j"]
    assert read(Everything, "Names=").names == []
    wrapped = read(
        Everything, "Counts.entry.1.key=a&Counts.entry.1.value=1&Counts.entry.2.key=b&Counts.entry.2.value=-2"
    )
    assert wrapped.counts == {"a": 1, "b": -2}
    assert read(Everything, "Counts.1.key=a&Counts.1.value=1").counts == {"a": 1}
    assert read(Everything, "Switch=true&Blob=YWI%3D&Moment=2026-03-04T05%3A06%3A07.5Z") == Everything(
        switch=True, blob=b"ab", moment=1772600767.5
    )


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("Switch=yes", "STRING_VALUE can not be converted to a Boolean"),
        ("Counts.1.key=a&Counts.1.value=1.5", "STRING_VALUE can not be converted to an Integer"),
        ("Counts.1.key=a&Counts.1.value=" + "9" * 19, "STRING_VALUE can not be converted to an Integer"),
        ("Counts.1.key=a&Counts.1.value=\u0661", "STRING_VALUE can not be converted to an Integer"),
        ("Moment=yesterday", "timestamp must follow ISO8601"),
        ("Moment=0001-01-01T00:00:00%2B12:00", "timestamp must follow ISO8601"),
        ("Blob=YQ", None),
        ("Names=a", "Unexpected complex element termination"),
        ("Names.member.1.x=a", "Unexpected complex element termination"),
        ("Names.member.0=a", "Unexpected complex element termination"),
        ("Names.member.1=a&Names.2=a", "Unexpected complex element termination"),
        ("Names.member=a", "Unexpected complex element termination"),
        ("Names.member.1=a&Names=", "Unexpected complex element termination"),
        ("Names=&Names.member.1=a", "Unexpected complex element termination"),
        ("Switch.x=true", "Unexpected complex element termination"),
        ("Counts.1.value=1", "Unexpected complex element termination"),
    ],
)
def test_forms_of_the_wrong_form(body: str, text: str | None) -> None:
    error = refusal_of(Everything, body)
    assert type(error) is SerializationError
    assert error.message == text


def test_constraints_have_the_same_words_as_in_json() -> None:
    error = refusal_of(
        sts.AssumeRoleRequest, "RoleArn=short&DurationSeconds=1&Tags.member.1.Key=%21&Tags.member.1.Value="
    )
    assert type(error) is ValidationError
    assert error.message == (
        f"4 validation errors detected: Value 'short' at 'roleArn' failed to satisfy constraint: {TOO_SHORT} 20; "
        "Value null at 'roleSessionName' failed to satisfy constraint: Member must not be null; "
        "Value '1' at 'durationSeconds' failed to satisfy constraint: "
        "Member must have value greater than or equal to 900; "
        "Value '!' at 'tags.1.member.key' failed to satisfy constraint: "
        "Member must satisfy regular expression pattern: [\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]+"
    )


@pytest.mark.parametrize("key", ["ключ", "日本", "a b", "a\u00a0b", "½", "x_.:/=+-@"])
def test_java_character_classes_are_python_ones(key: str) -> None:
    tag = {"Key": key, "Value": key}
    assert msgspec.convert(tag, sts.Tag).key == key


@pytest.mark.parametrize("key", ["a!", "a\tb", "a\nb", "€", "a\n"])
def test_and_no_wider(key: str) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"Key": key, "Value": ""}, sts.Tag)


# --- out -----------------------------------------------------------------------------------------------------------


def test_get_caller_identity() -> None:
    output = sts.GetCallerIdentityResponse(
        user_id="AIDA", account="111122223333", arn="arn:aws:iam::111122223333:user/a&b"
    )
    assert query.encode("GetCallerIdentity", output, "id", query.NAMESPACES["sts"]) == (
        b'<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>'
        b"<UserId>AIDA</UserId><Account>111122223333</Account><Arn>arn:aws:iam::111122223333:user/a&amp;b</Arn>"
        b"</GetCallerIdentityResult><ResponseMetadata><RequestId>id</RequestId></ResponseMetadata>"
        b"</GetCallerIdentityResponse>"
    )


def test_every_kind_of_member() -> None:
    output = Everything(
        names=["a", "<b>"],
        counts={"k&": 1},
        inner=[sts.Tag(key="k", value="\x00")],
        switch=False,
        blob=b"ab",
        moment=1.5,
    )
    body = query.encode("Do", output, "id", "urn:x")
    result = ET.fromstring(body).find("{urn:x}DoResult")  # noqa: S314 - our own output
    assert result is not None
    assert ET.tostring(result).decode().replace("ns0:", "").partition(">")[2] == (
        "<Names><member>a</member><member>&lt;b&gt;</member></Names>"
        "<Counts><entry><key>k&amp;</key><value>1</value></entry></Counts>"
        "<Inner><member><Key>k</Key><Value>&#65533;</Value></member></Inner>"
        "<Switch>false</Switch><Blob>YWI=</Blob><Moment>1970-01-01T00:00:01.500Z</Moment></DoResult>"
    )


def test_an_operation_without_output_has_no_result_element() -> None:
    assert query.encode("Do", None, "id", "urn:x") == (
        b'<DoResponse xmlns="urn:x"><ResponseMetadata><RequestId>id</RequestId></ResponseMetadata></DoResponse>'
    )


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (UnrecognizedClientError("x"), 403, "InvalidClientTokenId"),
        (InvalidSignatureError("x"), 403, "SignatureDoesNotMatch"),
        (MissingAuthenticationTokenError("x"), 403, "MissingAuthenticationToken"),
        (ExpiredTokenError("x"), 403, "ExpiredToken"),
        (AccessDeniedError("x"), 403, "AccessDenied"),
        (ValidationError("x"), 400, "ValidationError"),
        (UnknownOperationError("x"), 400, "InvalidAction"),
        (IncompleteSignatureError("x"), 400, "IncompleteSignature"),
        (SerializationError("x"), 400, "MalformedInput"),
        (ThrottlingError("x"), 400, "Throttling"),
        (MalformedPolicyDocumentError("x"), 400, "MalformedPolicyDocument"),
        (KMSInternalError("x"), 500, "InternalFailure"),
    ],
)
def test_errors_have_their_query_names_and_statuses(error: AWSError, status: int, code: str) -> None:
    found_status, content_type, body = query.encode_error(error, "id", query.NAMESPACES["sts"])
    assert (found_status, content_type) == (status, b"text/xml")
    parsed = create_parser("query").parse({"headers": {}, "status_code": status, "body": body}, None)
    assert parsed["Error"] == {"Type": "Receiver" if status >= 500 else "Sender", "Code": code, "Message": "x"}
    assert parsed["ResponseMetadata"]["RequestId"] == "id"


@pytest.mark.parametrize("text", [None, "a\x00\ud800<&>\uffff"])
def test_any_error_text_is_readable_xml(text: str | None) -> None:
    _status, _content_type, body = query.encode_error(ValidationError(text), "id", query.NAMESPACES["sts"])
    parsed = create_parser("query").parse({"headers": {}, "status_code": 400, "body": body}, None)
    assert parsed["Error"].get("Message") == (text and "a\ufffd\ufffd<&>\ufffd")


def test_a_version_says_which_service_is_meant() -> None:
    assert query.parse_form(b"Action=ListUsers&Version=2010-05-08").service == "iam"
    assert query.parse_form(b"Action=GetCallerIdentity&Version=2011-06-15").service == "sts"


def test_the_codes_of_what_is_generated_of_iam_are_known() -> None:
    shapes = botocore.session.get_session().get_service_model("iam").error_shapes
    declared = frozenset().union(*(operation.errors for operation in iam.OPERATIONS.values()))
    codes = {
        shape.name: (shape.metadata["error"]["code"], shape.metadata["error"]["httpStatusCode"])
        for shape in shapes
        if shape.name in declared
    }
    assert {name: query.CODES.get(name) for name in codes} == codes


def test_the_codes_of_the_service_model_are_known() -> None:
    shapes = botocore.session.get_session().get_service_model("sts").error_shapes
    codes = {
        shape.name: (shape.metadata["error"]["code"], shape.metadata["error"]["httpStatusCode"]) for shape in shapes
    }
    del codes[
        "ExpiredTokenException"
    ]  # GetDelegatedAccessToken's; our error of that name is the signature's, ExpiredToken
    assert {name: query.CODES.get(name, (name, 400)) for name in codes} == codes
