"""The frame of AWS JSON 1.1: what names the operation, what comes back, and what an error looks like."""

import json

import pytest

from strongroom.errors import (
    AccessDeniedError,
    CloudTrailUnsupportedOperationError,
    InvalidCiphertextError,
    KMSInternalError,
    NotFoundError,
    SerializationError,
    TrailNotFoundError,
    UnknownContentTypeError,
    UnknownOperationError,
    ValidationError,
)
from strongroom.wire import json11
from strongroom.wire.shapes import kms

JSON = b"application/x-amz-json-1.1"


def test_absent_null_and_unknown_members() -> None:
    body = b'{"KeyId":"a","GrantTokens":null,"Unknown":{"deep":[1]},"EncryptionContext":{},"NumberOfBytes":16}'
    found = json11.decode(kms.GenerateDataKeyRequest, body)
    assert found == kms.GenerateDataKeyRequest(key_id="a", encryption_context={}, number_of_bytes=16)
    assert found.grant_tokens is None


def test_the_last_of_equal_members_counts_in_both_ways_in() -> None:
    assert json11.decode(kms.DescribeKeyRequest, b'{"KeyId":"a","KeyId":"b"}').key_id == "b"
    assert json11.decode(kms.ListAliasesRequest, b'{"Limit":1,"Limit":2.0}').limit == 2
    assert json11.decode(kms.ListAliasesRequest, b'{"Limit":"x","Limit":2}').limit == 2


def test_encoding_leaves_out_what_is_absent_and_keeps_what_is_empty_or_false() -> None:
    assert json11.encode(None) == b""
    assert json11.encode(kms.ConnectCustomKeyStoreResponse()) == b"{}"
    assert json.loads(json11.encode(kms.ListResourceTagsResponse(tags=[], truncated=False))) == {
        "Tags": [],
        "Truncated": False,
    }
    metadata = kms.KeyMetadata(aws_account_id="111122223333", key_id="k", creation_date=1700000000.123)
    assert json11.encode(metadata) == b'{"AWSAccountId":"111122223333","KeyId":"k","CreationDate":1700000000.123}'
    assert json11.encode(kms.EncryptResponse(ciphertext_blob=b"\xfb\xff\xfe\x00")) == b'{"CiphertextBlob":"+//+AA=="}'


@pytest.mark.parametrize(
    ("error", "status", "members"),
    [
        (NotFoundError("gone"), 400, {"__type": "NotFoundException", "message": "gone"}),
        (ValidationError("bad"), 400, {"__type": "ValidationException", "message": "bad"}),
        (AccessDeniedError("no"), 400, {"__type": "AccessDeniedException", "Message": "no"}),
        (TrailNotFoundError("gone"), 400, {"__type": "TrailNotFoundException", "Message": "gone"}),
        (
            CloudTrailUnsupportedOperationError("no"),
            400,
            {"__type": "UnsupportedOperationException", "Message": "no"},
        ),
        (SerializationError("Expected null"), 400, {"__type": "SerializationException", "Message": "Expected null"}),
        (SerializationError(), 400, {"__type": "SerializationException"}),
        (ValidationError(""), 400, {"__type": "ValidationException", "message": ""}),
        (InvalidCiphertextError(), 400, {"__type": "InvalidCiphertextException"}),
        (KMSInternalError("x"), 500, {"__type": "KMSInternalException", "message": "x"}),
        (UnknownOperationError(), 400, {"__type": "UnknownOperationException"}),
    ],
)
def test_error_bodies(error: NotFoundError, status: int, members: dict[str, str]) -> None:
    found_status, content_type, body = json11.encode_error(error)
    assert (found_status, content_type) == (status, JSON)
    assert json.loads(body) == members
    assert next(iter(json.loads(body))) == "__type"


def test_an_error_text_with_a_lone_surrogate_is_still_an_answer() -> None:
    _status, _content_type, body = json11.encode_error(NotFoundError("Invalid keyId '\ud800'"))
    assert json.loads(body)["message"] == "Invalid keyId '?'"


@pytest.mark.parametrize(
    "content_type",
    ["application/x-amz-json-1.1", "application/x-amz-json-1.1; charset=utf-8", "Application/X-Amz-JSON-1.1"],
)
def test_content_types_that_are_ours(content_type: str) -> None:
    json11.check_content_type(content_type)


@pytest.mark.parametrize(
    "content_type", ["", "application/x-amz-json-1.0", "application/json", "application/x-amz-json-1.12"]
)
def test_content_types_that_are_not_are_answered_in_xml(content_type: str) -> None:
    with pytest.raises(UnknownContentTypeError) as caught:
        json11.check_content_type(content_type)
    assert json11.encode_error(caught.value) == (404, b"application/xml", b"<UnknownOperationException/>")


def test_the_target_names_service_and_operation() -> None:
    assert json11.operation_of("TrentService.Encrypt") == ("kms", "Encrypt")


@pytest.mark.parametrize(
    "target",
    [
        None,
        "",
        "Encrypt",
        "trentservice.Encrypt",
        "TrentService",
        "TrentService.",
        ".Encrypt",
        "X.TrentService.Encrypt",
    ],
)
def test_other_targets_name_nothing(target: str | None) -> None:
    with pytest.raises(UnknownOperationError) as caught:
        json11.operation_of(target)
    assert caught.value.message is None
