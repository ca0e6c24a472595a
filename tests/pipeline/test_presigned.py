"""Requests whose parameters, or signature, stand in the URL: through every station, as if they had come in a body."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import quote, urlencode

import msgspec
import pytest
from botocore.credentials import Credentials

from strongroom.authn.replay import ReplayWindow
from strongroom.stations.request import APIRequest
from support.house import ACCOUNT, NO_HEADERS, Answer, House, Signer, credentials_of
from support.signing import as_request, presigned

STS = "Version=2011-06-15"
CALLER = f"Action=GetCallerIdentity&{STS}"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
TARGET = {"Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": "TrentService.ListKeys"}


def sent(
    house: House, url: str, *, method: str = "GET", body: bytes = b"", headers: Mapping[str, str] = NO_HEADERS
) -> Answer:
    """Send a request for a URL, signed or not, as the edge hands it on."""
    read = as_request(url, method=method, body=body, headers=headers)
    target = headers.get("X-Amz-Target", "").encode()
    return house.send(
        APIRequest(method, "/", read.query, read.headers, body, source_ip="192.0.2.1", tls=None, target=target)
    )


def url_of(
    house: House,
    query: str,
    *,
    service: str = "sts",
    user: Signer | None = None,
    **changes: Any,
) -> str:
    credentials: Credentials = credentials_of(user or house.administrator)
    return presigned(f"http://kms.test/?{query}", credentials, service, house.now, **changes)


def test_a_url_is_a_call(house: House) -> None:
    """Its record is like any other, and says that the signature stood in the URL."""
    answer = sent(house, url_of(house, CALLER), headers={"User-Agent": "curl/8"})
    assert (answer.status, answer.content_type) == (200, b"text/xml")
    assert f"<Arn>arn:aws:iam::{ACCOUNT}:user/administrator</Arn>".encode() in answer.raw
    record = answer.record
    assert (record["eventSource"], record["eventName"]) == ("sts.amazonaws.com", "GetCallerIdentity")
    assert record["userIdentity"]["arn"] == f"arn:aws:iam::{ACCOUNT}:user/administrator"
    assert record["additionalEventData"] == {"AuthenticationMethod": "QueryString"}
    assert (record["requestParameters"], record["userAgent"]) == (None, "curl/8")
    assert "X-Amz" not in json.dumps(record)


def test_by_header_the_record_says_nothing(house: House) -> None:
    assert "additionalEventData" not in house.sts("GetCallerIdentity").record


@pytest.mark.parametrize("headers", [NO_HEADERS, FORM, {"Content-Type": FORM["Content-Type"] + "; charset=utf-8"}])
def test_a_post_with_all_its_parameters_in_the_url(house: House, headers: Mapping[str, str]) -> None:
    """This is what botocore makes unless it is told to make a GET."""
    assert sent(house, url_of(house, CALLER, method="POST"), method="POST", headers=headers).status == 200


def test_parameters_in_url_and_body_count_together(house: House) -> None:
    url = url_of(house, "Action=GetSessionToken", method="POST", body=b"DurationSeconds=901&" + STS.encode())
    answer = sent(house, url, method="POST", body=b"DurationSeconds=901&" + STS.encode(), headers=FORM)
    assert answer.status == 200
    assert answer.record["requestParameters"] == {"durationSeconds": 901}


@pytest.mark.parametrize(
    ("query", "body"),
    [
        (CALLER + "&Action=GetSessionToken", b""),
        (CALLER, b"Action=GetSessionToken"),
        (CALLER, CALLER.encode()),
        (CALLER + "&X=1&X=1", b""),
    ],
)
def test_a_parameter_given_twice_is_refused(house: House, query: str, body: bytes) -> None:
    url = url_of(house, "X=1", method="POST", body=body).replace("X=1", query)
    answer = sent(house, url, method="POST", body=body, headers=FORM)
    assert answer.status == 400
    assert b"<Code>MalformedInput</Code><Message>A parameter was given twice</Message>" in answer.raw
    assert answer.record["errorCode"] == "SerializationException"


def test_iam_by_get(house: House) -> None:
    """A plus sign is itself, as the signature reads it; a space is %20."""
    path = quote("/a+b/", safe="")
    query = f"Action=CreateUser&Version=2010-05-08&UserName=new&Path={path}"
    answer = sent(house, url_of(house, query, service="iam"))
    assert answer.status == 200, answer.raw
    assert b"<Path>/a+b/</Path>" in answer.raw
    assert answer.committed
    raw = url_of(house, query.replace("new", "newer"), service="iam").replace(path, "%2Fa+b%2F")
    assert b"<Path>/a+b/</Path>" in sent(house, raw).raw


def test_permissions_are_asked(house: House) -> None:
    nobody = house.add_user("nobody")
    url = url_of(house, "Action=CreateUser&Version=2010-05-08&UserName=new", service="iam", user=nobody)
    answer = sent(house, url)
    assert answer.status == 403
    assert b"<Code>AccessDenied</Code>" in answer.raw
    assert answer.record["errorCode"] == "AccessDeniedException"
    assert answer.record["additionalEventData"]["AuthenticationMethod"] == "QueryString"


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        (CALLER, 403, "MissingAuthenticationToken"),
        (CALLER + "&X-Amz-Algorithm=AWS4-HMAC-SHA256", 400, "IncompleteSignature"),
        (CALLER + "&X-Amz-Signature=" + "0" * 64, 403, "MissingAuthenticationToken"),
        ("Action=GetCallerIdentity", 400, "InvalidAction"),
        ("Action=Nothing&" + STS, 400, "InvalidAction"),
        ("X-Amz-Signature=1", 400, "InvalidAction"),
        ("Action=%FF&" + STS, 400, "MalformedInput"),
    ],
)
def test_refusals_are_xml_and_recorded(house: House, query: str, status: int, code: str) -> None:
    answer = sent(house, f"http://kms.test/?{query}")
    assert (answer.status, answer.content_type) == (status, b"text/xml")
    assert f"<Code>{code}</Code>".encode() in answer.raw
    assert answer.record["userIdentity"] == {"type": "Unknown"}


def test_altered_and_old_urls_are_refused(house: House) -> None:
    url = url_of(house, CALLER)
    for changed in (
        url.replace("http://kms.test", "http://other.test"),
        url.replace("GetCallerIdentity", "GetSessionToken"),
        url + "&DurationSeconds=900",
    ):
        answer = sent(house, changed)
        assert answer.status == 403
        assert b"<Code>SignatureDoesNotMatch</Code>" in answer.raw
    assert sent(house, url, method="POST").status == 403
    house.now += 900
    assert sent(house, url).status == 200
    house.now += 1
    assert (
        b"<Message>Signature expired: 20260101T000000Z is now earlier than 20260101T000001Z "
        b"(20260101T001501Z - 15 min.)</Message>" in sent(house, url).raw
    )


def test_a_url_of_another_service_is_refused(house: House) -> None:
    answer = sent(house, url_of(house, CALLER, service="iam"))
    assert b"Credential should be scoped to correct service: 'sts'." in answer.raw


def test_a_session_signs_urls_with_its_token(house: House) -> None:
    made = house.sts("GetSessionToken")
    name = {tag: made.raw.partition(f"<{tag}>".encode())[2].partition(b"<")[0].decode() for tag in TAGS}
    credentials = Credentials(*(name[tag] for tag in TAGS))
    url = presigned(f"http://kms.test/?{CALLER}", credentials, "sts", house.now)
    assert sent(house, url).status == 200
    without = Credentials(credentials.access_key, credentials.secret_key)
    refused = sent(house, presigned(f"http://kms.test/?{CALLER}", without, "sts", house.now))
    assert b"<Code>InvalidClientTokenId</Code>" in refused.raw
    house.now += 43_200
    late = sent(house, presigned(f"http://kms.test/?{CALLER}", credentials, "sts", house.now))
    assert b"<Code>ExpiredToken</Code>" in late.raw


def test_a_login_by_a_signed_call(house: House) -> None:
    """Others log callers in by having them sign GetCallerIdentity, with a header that names the one it is for, and send it themselves."""
    headers = {**FORM, "X-Vault-AWS-IAM-Server-ID": "vault.test"}
    request = house.signed(CALLER.encode(), headers, credentials_of(house.administrator), "sts", "us-east-1")
    house.now += 900
    assert house.send(request).status == 200
    pairs = [(name, b"other" if name == b"x-vault-aws-iam-server-id" else value) for name, value in request.headers]
    assert house.send(msgspec.structs.replace(request, headers=pairs)).status == 403
    house.now += 1
    assert b"- 15 min.)" in house.send(request).raw


TAGS = ("AccessKeyId", "SecretAccessKey", "SessionToken")


def test_json_services_take_a_signature_in_the_url_of_a_post(house: House) -> None:
    url = url_of(house, "", service="kms", method="POST", body=b"{}", headers=TARGET)
    answer = sent(house, url, method="POST", body=b"{}", headers=TARGET)
    assert (answer.status, answer.body) == (200, {"Keys": [], "Truncated": False})
    assert answer.record["additionalEventData"] == {"AuthenticationMethod": "QueryString"}
    for body, headers in ((b'{"Limit":1}', TARGET), (b"{}", TARGET | {"X-Amz-Target": "TrentService.CreateKey"})):
        assert sent(house, url, method="POST", body=body, headers=headers).error[0] == "InvalidSignatureException"
    house.now += 301
    text = str(sent(house, url, method="POST", body=b"{}", headers=TARGET).error[1])
    assert text.startswith("Signature expired")
    assert text.endswith("- 5 min.)")


def test_json_services_take_no_get(house: House) -> None:
    url = url_of(house, "", service="kms", headers=TARGET)
    assert b"<Code>InvalidAction</Code>" in sent(house, url, headers=TARGET).raw


def test_parameters_in_the_url_are_nothing_to_json_services(house: House) -> None:
    url = url_of(house, CALLER, service="kms", method="POST", body=b"{}", headers=TARGET)
    answer = sent(house, url, method="POST", body=b"{}", headers=TARGET)
    assert answer.record["eventName"] == "ListKeys"
    assert answer.status == 200


def test_by_default_a_url_may_be_sent_until_it_expires(house: House) -> None:
    """And once where an operator wants each signature used once: that is a signature like any other."""
    url = url_of(house, CALLER)
    assert [sent(house, url).status for _ in range(3)] == [200] * 3
    house.pipeline = replace(house.pipeline, replays={"sts": ReplayWindow(1800), "kms": ReplayWindow(600)})
    assert [sent(house, url).status for _ in range(2)] == [200, 403]
    house.now += 899
    assert b"already used" in sent(house, url).raw
    assert sent(house, url_of(house, CALLER)).status == 200


def test_an_unsigned_operation_by_get(house: House) -> None:
    """AssumeRoleWithWebIdentity needs no signature, by GET as by POST: its token is looked at."""
    query = urlencode(
        {"RoleArn": f"arn:aws:iam::{ACCOUNT}:role/r", "RoleSessionName": "s1", "WebIdentityToken": "x.y.z"}
    )
    answer = sent(house, f"http://kms.test/?Action=AssumeRoleWithWebIdentity&{STS}&{query}")
    assert answer.status != 200
    assert answer.record["eventName"] == "AssumeRoleWithWebIdentity"
    assert "x.y.z" not in json.dumps(answer.record)
