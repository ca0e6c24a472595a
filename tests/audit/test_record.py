"""Records: CloudTrail's bytes for CloudTrail's example, each kind of caller, and nothing a caller sends breaks them."""

import json
import os
import re
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Raw

from strongroom.audit.record import (
    MAX_ACCESS_KEY_ID_CHARACTERS,
    MAX_ERROR_MESSAGE_CHARACTERS,
    MAX_MEMBER_BYTES,
    MAX_USER_AGENT_CHARACTERS,
    SERVICE_EVENT,
    Resource,
    cloudtrail_date,
    encode_anonymous_identity,
    encode_record,
    encode_user_identity,
    new_ids,
)
from strongroom.model.principal import Principal, PrincipalKind

VECTORS = Path(__file__).parent.parent / "vectors" / "audit"
ACCOUNT = "111122223333"
KEY_ARN = "arn:aws:kms:us-west-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
ALICE = Principal(PrincipalKind.USER, ACCOUNT, f"arn:aws:iam::{ACCOUNT}:user/Alice", "EX_PRINCIPAL_ID", "Alice")
TLS = Raw(
    b'{"tlsVersion":"TLSv1.3","cipherSuite":"TLS_AES_256_GCM_SHA384",'
    b'"clientProvidedHostHeader":"kms.us-west-2.amazonaws.com"}'
)
STARTED = 1768514954.9  # 2026-01-15T22:09:14Z, late in that second


def example(**changes: Any) -> bytes:
    """Encode the guide's Decrypt example with some members changed."""
    members: dict[str, Any] = {
        "event_id": "febfc2d4-7b7c-4a5b-bf8c-7b9f3c1d2e4a",
        "event_time": STARTED,
        "request_id": "b4a65126-30d5-4b28-98b9-9153da559963",
        "event_source": "kms.amazonaws.com",
        "event_name": "Decrypt",
        "region": "us-west-2",
        "user_identity": encode_user_identity(ALICE, "EXAMPLE_KEY_ID", None),
        "source_ip": "192.0.2.0",
        "user_agent": "aws-cli/2.0",
        "request_parameters": {
            "encryptionAlgorithm": "SYMMETRIC_DEFAULT",
            "keyId": KEY_ARN,
            "encryptionContext": {"Project": "Alpha"},
        },
        "response_elements": None,
        "read_only": True,
        "resources": [Resource(ACCOUNT, KEY_ARN)],
        "recipient_account": ACCOUNT,
        "tls_details": TLS,
    }
    return encode_record(**(members | changes))


def test_the_guides_example_comes_out_byte_for_byte() -> None:
    assert example().decode() == json.loads((VECTORS / "record.json").read_text())["line"]


def test_members_of_a_refusal_stand_where_cloudtrail_has_them_and_the_absent_are_absent() -> None:
    refused = json.loads(
        example(
            error_code="AccessDenied",
            error_message="no",
            request_parameters=None,
            resources=[],
            tls_details=None,
            additional_event_data={"keyMaterialId": "m"},
        )
    )
    assert list(refused)[6:14] == [
        "sourceIPAddress", "userAgent", "errorCode", "errorMessage", "requestParameters", "responseElements",
        "additionalEventData", "requestID",
    ]  # fmt: skip
    assert refused["requestParameters"] is None
    assert refused["responseElements"] is None
    assert refused["resources"] == []
    assert "tlsDetails" not in refused
    assert not {"errorCode", "errorMessage", "additionalEventData"} & set(json.loads(example()))
    assert json.loads(example(event_type=SERVICE_EVENT))["eventType"] == "AwsServiceEvent"


def test_read_only_mappings_are_written_and_unknown_objects_are_our_bug() -> None:
    context = MappingProxyType({"a": "b"})
    parameters = MappingProxyType({"encryptionContext": context})
    assert json.loads(example(request_parameters=parameters))["requestParameters"] == {"encryptionContext": {"a": "b"}}
    with pytest.raises(TypeError):
        example(request_parameters={"key": object()})


def test_long_texts_are_cut() -> None:
    record = json.loads(example(user_agent="u" * 5000, error_code="X", error_message="m" * 5000))
    assert record["userAgent"] == "u" * MAX_USER_AGENT_CHARACTERS
    assert record["errorMessage"] == "m" * MAX_ERROR_MESSAGE_CHARACTERS


@pytest.mark.parametrize("character", ["v", "\ud800"])
def test_members_above_100_kb_are_omitted(character: str) -> None:
    """What CloudTrail keeps of them too: a request that was refused must not fill the journal with what it sent."""
    large, small = {"a": character * MAX_MEMBER_BYTES}, {"a": character * 30_000}
    for name, members, expected in (
        ("request_parameters", large, {"omitted": True}),
        ("response_elements", large, {"omitted": True}),
        ("request_parameters", small, {"a": character.replace("\ud800", "\ufffd") * 30_000}),
    ):
        record = json.loads(example(**{name: members}))
        assert record[{"request_parameters": "requestParameters"}.get(name, "responseElements")] == expected


def test_lone_surrogates_become_the_replacement_character_and_pairs_become_what_they_mean() -> None:
    record = json.loads(
        example(user_agent="a\ud800b\ud83d\ude00", request_parameters={"k\udfff": ["\ud800", 1, None, {"x": "\udc00"}]})
    )
    assert record["userAgent"] == "a\ufffdb\U0001f600"
    assert record["requestParameters"] == {"k\ufffd": ["\ufffd", 1, None, {"x": "\ufffd"}]}
    assert record["tlsDetails"]["tlsVersion"] == "TLSv1.3"


ANY_TEXT = st.text(st.characters(exclude_categories=()))


@given(ANY_TEXT, ANY_TEXT, st.dictionaries(ANY_TEXT, ANY_TEXT), ANY_TEXT)
def test_whatever_a_caller_sends_there_is_one_line_of_json(
    agent: str, message: str, context: dict[str, str], arn: str
) -> None:
    line = example(
        user_agent=agent,
        error_message=message,
        request_parameters={"encryptionContext": context},
        resources=[Resource(ACCOUNT, arn)],
    )
    assert b"\n" not in line
    assert b"\0" not in line
    record = json.loads(line)
    assert len(record["requestParameters"]["encryptionContext"]) <= len(context)
    assert record["eventID"] == "febfc2d4-7b7c-4a5b-bf8c-7b9f3c1d2e4a"


# --- who called -------------------------------------------------------------------------------------------------

SESSION = {"creationDate": "2026-01-15T22:09:14Z", "mfaAuthenticated": "false"}
STS = f"arn:aws:sts::{ACCOUNT}"
IDENTITIES = {
    "user": (
        ALICE, "AKIA", None,
        {"type": "IAMUser", "principalId": "EX_PRINCIPAL_ID", "arn": f"arn:aws:iam::{ACCOUNT}:user/Alice",
         "accountId": ACCOUNT, "accessKeyId": "AKIA", "userName": "Alice"},
    ),
    "session of a user": (
        ALICE, "ASIA", STARTED,
        {"type": "IAMUser", "principalId": "EX_PRINCIPAL_ID", "arn": f"arn:aws:iam::{ACCOUNT}:user/Alice",
         "accountId": ACCOUNT, "accessKeyId": "ASIA", "userName": "Alice", "sessionContext": {"attributes": SESSION}},
    ),
    "account root": (
        Principal(PrincipalKind.ROOT, ACCOUNT, f"arn:aws:iam::{ACCOUNT}:root", ACCOUNT), "AKIA", None,
        {"type": "Root", "principalId": ACCOUNT, "arn": f"arn:aws:iam::{ACCOUNT}:root", "accountId": ACCOUNT,
         "accessKeyId": "AKIA"},
    ),
    "assumed role": (
        Principal(PrincipalKind.ASSUMED_ROLE, ACCOUNT, f"{STS}:assumed-role/Admin/job", "AROAX:job",
                  issuer_arn=f"arn:aws:iam::{ACCOUNT}:role/team/Admin"), "ASIA", STARTED,
        {"type": "AssumedRole", "principalId": "AROAX:job", "arn": f"{STS}:assumed-role/Admin/job",
         "accountId": ACCOUNT, "accessKeyId": "ASIA",
         "sessionContext": {"sessionIssuer": {"type": "Role", "principalId": "AROAX",
                                              "arn": f"arn:aws:iam::{ACCOUNT}:role/team/Admin",
                                              "accountId": ACCOUNT, "userName": "Admin"}, "attributes": SESSION}},
    ),
    "role by a web identity": (
        Principal(PrincipalKind.ASSUMED_ROLE, ACCOUNT, f"{STS}:assumed-role/Admin/job", "AROAX:job",
                  issuer_arn=f"arn:aws:iam::{ACCOUNT}:role/Admin", source_identity="alice",
                  provider=f"arn:aws:iam::{ACCOUNT}:oidc-provider/id.example.com"), "ASIA", STARTED,
        {"type": "AssumedRole", "principalId": "AROAX:job", "arn": f"{STS}:assumed-role/Admin/job",
         "accountId": ACCOUNT, "accessKeyId": "ASIA",
         "sessionContext": {"sessionIssuer": {"type": "Role", "principalId": "AROAX",
                                              "arn": f"arn:aws:iam::{ACCOUNT}:role/Admin",
                                              "accountId": ACCOUNT, "userName": "Admin"},
                            "webIdFederationData": {
                                "federatedProvider": f"arn:aws:iam::{ACCOUNT}:oidc-provider/id.example.com",
                                "attributes": {}},
                            "sourceIdentity": "alice", "attributes": SESSION}},
    ),
    "web identity": (
        Principal(PrincipalKind.WEB_IDENTITY, ACCOUNT, f"arn:aws:iam::{ACCOUNT}:oidc-provider/id.example.com",
                  f"arn:aws:iam::{ACCOUNT}:oidc-provider/id.example.com:client:alice", user_name="alice"), None, None,
        {"type": "WebIdentityUser",
         "principalId": f"arn:aws:iam::{ACCOUNT}:oidc-provider/id.example.com:client:alice", "userName": "alice",
         "identityProvider": f"arn:aws:iam::{ACCOUNT}:oidc-provider/id.example.com"},
    ),
    "federated user": (
        Principal(PrincipalKind.FEDERATED_USER, ACCOUNT, f"{STS}:federated-user/bob", f"{ACCOUNT}:bob",
                  issuer_arn=f"arn:aws:iam::{ACCOUNT}:user/Alice"), "ASIA", STARTED,
        {"type": "FederatedUser", "principalId": f"{ACCOUNT}:bob", "arn": f"{STS}:federated-user/bob",
         "accountId": ACCOUNT, "accessKeyId": "ASIA",
         "sessionContext": {"sessionIssuer": {"type": "IAMUser", "arn": f"arn:aws:iam::{ACCOUNT}:user/Alice",
                                              "accountId": ACCOUNT, "userName": "Alice"}, "attributes": SESSION}},
    ),
    "federated by root": (
        Principal(PrincipalKind.FEDERATED_USER, ACCOUNT, f"{STS}:federated-user/bob", f"{ACCOUNT}:bob",
                  issuer_arn=f"arn:aws:iam::{ACCOUNT}:root"), "ASIA", STARTED,
        {"type": "FederatedUser", "principalId": f"{ACCOUNT}:bob", "arn": f"{STS}:federated-user/bob",
         "accountId": ACCOUNT, "accessKeyId": "ASIA",
         "sessionContext": {"sessionIssuer": {"type": "Root", "principalId": ACCOUNT,
                                              "arn": f"arn:aws:iam::{ACCOUNT}:root", "accountId": ACCOUNT},
                            "attributes": SESSION}},
    ),
    "service": (
        Principal(PrincipalKind.SERVICE, ACCOUNT, "s3.amazonaws.com", "s3.amazonaws.com"), "AKIA", None,
        {"type": "AWSService", "accountId": ACCOUNT, "invokedBy": "s3.amazonaws.com", "accessKeyId": "AKIA"},
    ),
    "work of the server itself": (
        Principal(PrincipalKind.SERVICE, ACCOUNT, "AWS Internal", "AWS Internal"), None, None,
        {"type": "AWSService", "accountId": ACCOUNT, "invokedBy": "AWS Internal"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", IDENTITIES)
def test_user_identity(name: str) -> None:
    principal, access_key_id, started_at, expected = IDENTITIES[name]
    encoded = bytes(encode_user_identity(principal, access_key_id, started_at))
    assert encoded == json.dumps(expected, separators=(",", ":")).encode()  # the order of members too


def test_every_kind_of_principal_has_an_identity_case() -> None:
    assert {case[0].kind for case in IDENTITIES.values()} == set(PrincipalKind)


def test_anonymous_identity_says_only_what_was_claimed() -> None:
    assert json.loads(bytes(encode_anonymous_identity(None))) == {"type": "Unknown"}
    claimed = json.loads(bytes(encode_anonymous_identity("\ud800" * 500)))
    assert claimed == {"type": "Unknown", "accessKeyId": "\ufffd" * MAX_ACCESS_KEY_ID_CHARACTERS}


# --- small parts --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("milliseconds", "text"),
    [
        (1660171107_999, "Aug 10, 2022, 10:38:27 PM"),
        (1747806465_000, "May 21, 2025, 5:47:45 AM"),
        (1704067200_000, "Jan 1, 2024, 12:00:00 AM"),
        (1704110400_000, "Jan 1, 2024, 12:00:00 PM"),
    ],
)
def test_cloudtrail_date(milliseconds: int, text: str) -> None:
    assert cloudtrail_date(milliseconds) == text


def test_event_time_is_of_its_own_second_however_often_asked() -> None:
    texts = [json.loads(example(event_time=float(second)))["eventTime"] for second in (0, 59.999, 60, 0, 951782400)]
    assert texts == [
        "1970-01-01T00:00:00Z", "1970-01-01T00:00:59Z", "1970-01-01T00:01:00Z", "1970-01-01T00:00:00Z",
        "2000-02-29T00:00:00Z",
    ]  # fmt: skip


def test_ids_are_version_4_uuids_of_the_bytes_handed_in() -> None:
    assert new_ids(lambda count: b"\xff" * count) == ("ffffffff-ffff-4fff-bfff-ffffffffffff",) * 2
    assert new_ids(bytes) == ("00000000-0000-4000-8000-000000000000",) * 2
    uuid4 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
    ids = [one for _ in range(500) for one in new_ids(os.urandom)]
    assert all(uuid4.fullmatch(one) for one in ids)
    assert len(set(ids)) == 1000
