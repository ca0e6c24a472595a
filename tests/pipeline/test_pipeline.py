"""The corridor: nobody gets past a station, every way out leaves a record, and two writers never overwrite each other."""

import json
from dataclasses import replace
from typing import Any

import pytest

from strongroom.authn.replay import ReplayWindow
from strongroom.authz.defaults import ADMINISTRATOR_ACCESS
from strongroom.model.key import Key, KeyState
from strongroom.pipeline import Pipeline
from strongroom.stations.request import APIRequest, Decided
from strongroom.store.cache import Miss, NounCache
from strongroom.store.port import Update
from support.house import ACCOUNT, OTHER_ACCOUNT, House, credentials_of

HELLO = "aGVsbG8="


def test_an_unknown_operation(house: House) -> None:
    assert house.call("MakeCoffee").raw == b'{"__type":"UnknownOperationException"}'


def test_content_types(house: House) -> None:
    request = house.request("ListKeys", {})
    for content_type, status in ((b"application/x-amz-json-1.0", 404), (b"text/plain", 404), (b"", 404)):
        headers = [pair for pair in request.headers if pair[0] != b"content-type"] + [(b"content-type", content_type)]
        answer = house.send(_with(request, headers=headers))
        assert answer.status == status
        assert b"UnknownOperationException" in answer.raw


@pytest.mark.parametrize("content_type", ["application/x-www-form-urlencoded", "Application/X-WWW-Form-URLEncoded;a=b"])
def test_a_form_is_told_by_its_content_type_however_spelled(house: House, content_type: str) -> None:
    body = b"Action=GetCallerIdentity&Version=2011-06-15"
    headers = {"Content-Type": content_type}
    request = house.signed(body, headers, credentials_of(house.administrator), "sts", "us-east-1")
    assert b"<GetCallerIdentityResult>" in house.send(request).raw


def _with(request: APIRequest, **changed: Any) -> APIRequest:
    fields = {name: getattr(request, name) for name in request.__struct_fields__} | changed
    return APIRequest(**fields)


def test_authentication_comes_before_everything_about_keys(house: House, key_id: str) -> None:
    """Without a valid signature a caller learns nothing: not even whether its body parses or its key exists."""
    good = house.request("DescribeKey", {"KeyId": key_id})
    for name, request in (
        (
            "UnrecognizedClientException",
            house.request("DescribeKey", b"{", credentials=("AKIAAAAAAAAAAAAAAAAA", "x" * 40)),
        ),
        (
            "InvalidSignatureException",
            house.request("DescribeKey", b"{", credentials=(house.administrator.access_key_id, "x" * 40)),
        ),
        ("InvalidSignatureException", _with(good, body=good.body + b" ")),
        (
            "MissingAuthenticationTokenException",
            _with(good, headers=[pair for pair in good.headers if pair[0] != b"authorization"]),
        ),
    ):
        answer = house.send(request)
        assert answer.error[0] == name
        assert answer.record["errorCode"] == name
        assert answer.record["userIdentity"] == {"type": "Unknown"}
        assert answer.record["resources"] == []


def test_skewed_clocks(house: House) -> None:
    request = house.request("ListKeys", {})
    house.now += 301
    name, text = house.send(request).error
    assert name == "InvalidSignatureException"
    assert (
        str(text)
        == "Signature expired: 20260101T000000Z is now earlier than 20260101T000001Z (20260101T000501Z - 5 min.)"
    )
    house.now -= 602
    assert str(house.send(request).error[1]).startswith(
        "Signature not yet current: 20260101T000000Z is still later than"
    )


def test_replays_are_refused_where_an_operator_asks_for_it(house: House) -> None:
    """Once each, though one request may be decided several times; by default a repeat is accepted, as at AWS."""
    request = house.request("CreateKey", {})
    assert [house.send(_with(request)).status for _ in range(2)] == [200, 200]
    house.pipeline = replace(house.pipeline, replays={"kms": ReplayWindow(600)})
    first = _with(request)
    assert [house.send(first).status for _ in range(2)] == [200, 200]  # the same arrival, decided again
    name, text = house.send(_with(request, counted=False)).error
    assert name == "InvalidSignatureException"
    assert "already used" in str(text)
    house.now += 1
    assert house.call("CreateKey").status == 200


def test_another_service_in_the_scope_is_refused(house: House) -> None:
    from botocore.credentials import Credentials  # noqa: PLC0415 - only this test signs by hand

    who = house.administrator
    headers = {"Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": "TrentService.ListKeys"}
    for service, region in (("sts", "us-east-1"), ("s3", "us-east-1"), ("kms", "nowhere-1")):
        request = house.signed(b"{}", headers, Credentials(who.access_key_id, who.secret_access_key), service, region)
        name, text = house.send(request).error
        assert name == "InvalidSignatureException"
        assert str(text).startswith("Credential should be scoped to ")


def test_a_user_without_permission_is_denied_in_aws_words(house: House, key_id: str) -> None:
    arn = f"arn:aws:kms:us-east-1:{ACCOUNT}:key/{key_id}"
    nobody = house.add_user("nobody")
    answer = house.call("Encrypt", {"KeyId": key_id, "Plaintext": HELLO}, user=nobody)
    text = (
        f"User: arn:aws:iam::{ACCOUNT}:user/nobody is not authorized to perform: kms:Encrypt on resource: {arn} "
        "because no identity-based policy allows the kms:Encrypt action"
    )
    assert json.loads(answer.raw) == {"__type": "AccessDeniedException", "Message": text}
    assert answer.record["resources"] == [{"accountId": ACCOUNT, "type": "AWS::KMS::Key", "ARN": arn}]
    assert answer.record["errorMessage"] == text
    assert house.call("CreateKey", user=nobody).error[0] == "AccessDeniedException"


def test_an_explicit_deny_wins(house: House, key_id: str) -> None:
    policy = {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Action": "kms:*", "Resource": "*"},
            {
                "Effect": "Deny",
                "Action": "kms:Decrypt",
                "Resource": "*",
                "Condition": {"StringEquals": {"kms:EncryptionContext:tenant": "42"}},
            },
        ],
    }
    user = house.add_user("limited", policy)
    for tenant, allowed in (("41", True), ("42", False)):
        context = {"EncryptionContext": {"tenant": tenant}}
        blob = house.ok("Encrypt", {"KeyId": key_id, "Plaintext": HELLO, **context}, user=user)["CiphertextBlob"]
        answer = house.call("Decrypt", {"CiphertextBlob": blob, **context}, user=user)
        if allowed:
            assert answer.status == 200
        else:
            assert str(answer.error[1]).endswith("with an explicit deny in an identity-based policy")


@pytest.mark.parametrize("context", [{"a": "2", "A": "1"}, {"A": "1", "a": "2"}])
def test_a_deny_is_not_evaded_by_a_second_spelling(house: House, key_id: str, context: dict[str, str]) -> None:
    deny = {
        "Effect": "Deny",
        "Action": "kms:Encrypt",
        "Resource": "*",
        "Condition": {"StringEquals": {"kms:EncryptionContext:a": "2"}},
    }
    allow = {"Effect": "Allow", "Action": "kms:*", "Resource": "*"}
    user = house.add_user("sly", {"Version": "2012-10-17", "Statement": [allow, deny]})
    answer = house.call("Encrypt", {"KeyId": key_id, "Plaintext": HELLO, "EncryptionContext": context}, user=user)
    assert answer.error[0] == "AccessDeniedException"


@pytest.mark.parametrize("named", ["alias/app", None, "alias/same"])
def test_the_alias_beside_a_blob_counts(house: House, key_id: str, named: str | None) -> None:
    """kms:RequestAlias is what Decrypt's KeyId says; a Deny by it stops that spelling, an Allow by it needs it."""
    for alias in ("alias/app", "alias/same"):
        house.ok("CreateAlias", {"AliasName": alias, "TargetKeyId": key_id})
    blob = house.ok("Encrypt", {"KeyId": key_id, "Plaintext": HELLO})["CiphertextBlob"]
    asked = {"CiphertextBlob": blob} | ({"KeyId": named} if named else {})
    by_alias = {"StringEquals": {"kms:RequestAlias": "alias/app"}}
    statement = {"Effect": "Allow", "Action": "kms:Decrypt", "Resource": "*"}
    allowed = house.add_user("one", {"Version": "2012-10-17", "Statement": [statement | {"Condition": by_alias}]})
    deny = {"Effect": "Deny", "Action": "kms:Decrypt", "Resource": "*", "Condition": by_alias}
    denied = house.add_user("two", {"Version": "2012-10-17", "Statement": [statement, deny]})
    assert (house.call("Decrypt", asked, user=allowed).status == 200) is (named == "alias/app")
    assert (house.call("Decrypt", asked, user=denied).status == 200) is (named != "alias/app")


def test_condition_keys_reach_the_policy(house: House) -> None:
    """One condition a source of values: request, key, alias, caller, connection."""
    made = house.ok("CreateKey", {"Tags": [{"TagKey": "Team", "TagValue": "blue"}]})["KeyMetadata"]
    house.ok("CreateAlias", {"AliasName": "alias/app", "TargetKeyId": made["KeyId"]})
    for number, (condition, passes) in enumerate(
        [
            ({"StringEquals": {"aws:ResourceTag/team": "blue"}}, True),
            ({"StringEquals": {"aws:ResourceTag/team": "red"}}, False),
            ({"StringEquals": {"kms:RequestAlias": "alias/app"}}, True),
            ({"StringEquals": {"kms:RequestAlias": "alias/other"}}, False),
            ({"ForAnyValue:StringEquals": {"kms:ResourceAliases": "alias/app"}}, True),
            ({"ForAnyValue:StringEquals": {"kms:ResourceAliases": "alias/other"}}, False),
            ({"StringEquals": {"kms:CallerAccount": ACCOUNT}}, True),
            ({"StringEquals": {"aws:username": "caller-7"}}, True),
            ({"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}}, True),
            ({"Bool": {"aws:SecureTransport": "true"}}, False),
            ({"DateLessThan": {"aws:CurrentTime": "2026-01-02T00:00:00Z"}}, True),
            ({"StringEquals": {"kms:KeySpec": "SYMMETRIC_DEFAULT"}}, True),
            ({"Null": {"kms:ViaService": "false"}}, False),
            ({"ForAllValues:StringEquals": {"kms:EncryptionContextKeys": ["a", "b"]}}, True),
            ({"ForAllValues:StringEquals": {"kms:EncryptionContextKeys": ["b"]}}, False),
        ]
    ):
        policy = {
            "Version": "2012-10-17",
            "Statement": [{"Effect": "Allow", "Action": "kms:Encrypt", "Resource": "*", "Condition": condition}],
        }
        user = house.add_user(f"caller-{number}", policy)
        answer = house.call(
            "Encrypt", {"KeyId": "alias/app", "Plaintext": HELLO, "EncryptionContext": {"a": "1"}}, user=user
        )
        assert (answer.status == 200) is passes, condition


def test_re_encrypting_on_the_same_key_is_a_condition(house: House, key_id: str) -> None:
    """On both permissions, however the keys are named."""
    other = house.ok("CreateKey")["KeyMetadata"]["KeyId"]
    house.ok("CreateAlias", {"AliasName": "alias/same", "TargetKeyId": key_id})
    blob = house.ok("Encrypt", {"KeyId": key_id, "Plaintext": HELLO})["CiphertextBlob"]
    for wanted in ("true", "false"):
        condition = {"Bool": {"kms:ReEncryptOnSameKey": wanted}}
        statement = {"Effect": "Allow", "Action": "kms:ReEncrypt*", "Resource": "*", "Condition": condition}
        user = house.add_user(f"same-{wanted}", {"Version": "2012-10-17", "Statement": [statement]})
        for destination, is_same in ((key_id, "true"), ("alias/same", "true"), (other, "false")):
            answer = house.call("ReEncrypt", {"CiphertextBlob": blob, "DestinationKeyId": destination}, user=user)
            assert (answer.status == 200) is (is_same == wanted), (wanted, destination)
    missing = {"CiphertextBlob": blob, "DestinationKeyId": "alias/nobody"}
    assert house.call("ReEncrypt", missing, user=user).error[0] in {"NotFoundException", "AccessDeniedException"}


def test_cross_account_needs_both_sides(house: House, key_id: str) -> None:
    arn = f"arn:aws:kms:us-east-1:{ACCOUNT}:key/{key_id}"
    able = house.add_user("able", ADMINISTRATOR_ACCESS, OTHER_ACCOUNT)
    unable = house.add_user("unable", None, OTHER_ACCOUNT)
    members = {"KeyId": arn, "Plaintext": HELLO}
    assert house.call("Encrypt", members, user=able).error[0] == "AccessDeniedException"
    policy = json.loads(house.ok("GetKeyPolicy", {"KeyId": key_id})["Policy"])
    policy["Statement"].append(
        {
            "Effect": "Allow",
            "Principal": {"AWS": OTHER_ACCOUNT},
            "Action": ["kms:Encrypt", "kms:EnableKey"],
            "Resource": "*",
        }
    )
    house.ok("PutKeyPolicy", {"KeyId": key_id, "Policy": json.dumps(policy)})
    assert house.ok("Encrypt", members, user=able)["KeyId"] == arn
    denied = house.call("Encrypt", members, user=unable).error
    assert "is not authorized to perform: kms:Encrypt on this resource because no identity-based policy" in str(
        denied[1]
    )
    assert house.call("EnableKey", {"KeyId": arn}, user=able).error[0] == "AccessDeniedException"


def test_session_credentials(house: House, key_id: str) -> None:
    import xml.etree.ElementTree as ET  # noqa: PLC0415 - only this test reads XML

    answer = house.sts("GetSessionToken")
    assert answer.status == 200
    found = {element.tag.rpartition("}")[2]: element.text or "" for element in ET.fromstring(answer.raw).iter()}  # noqa: S314 - our own answer
    credentials = (found["AccessKeyId"], found["SecretAccessKey"])
    assert found["SecretAccessKey"].encode() not in json.dumps(answer.record).encode()

    def describe(token: str | None, pair: tuple[str, str] = credentials) -> tuple[str, str | None]:
        return house.send(house.request("DescribeKey", {"KeyId": key_id}, credentials=pair, token=token)).error

    assert describe(found["SessionToken"]) == ("", None)
    record = house.send(
        house.request("DescribeKey", {"KeyId": key_id}, credentials=credentials, token=found["SessionToken"])
    ).record
    assert record["userIdentity"]["sessionContext"]["attributes"]["mfaAuthenticated"] == "false"
    assert describe(None)[0] == "UnrecognizedClientException"
    assert describe(found["SessionToken"][:-8] + "AAAAAAA=")[0] == "UnrecognizedClientException"
    assert describe(found["SessionToken"], ("ASIAAAAAAAAAAAAAAAAA", credentials[1]))[0] == "UnrecognizedClientException"
    assert describe(found["SessionToken"], (credentials[0], "x" * 40))[0] == "InvalidSignatureException"
    house.now += 43_201
    assert describe(found["SessionToken"]) == (
        "ExpiredTokenException",
        "The security token included in the request is expired",
    )


def test_get_caller_identity_needs_no_permission(house: House) -> None:
    nobody = house.add_user(
        "nobody", {"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "*", "Resource": "*"}]}
    )
    answer = house.sts("GetCallerIdentity", user=nobody)
    assert answer.status == 200
    assert f"<Arn>arn:aws:iam::{ACCOUNT}:user/nobody</Arn>".encode() in answer.raw


# --- commits ----------------------------------------------------------------------------------------------------------


def test_a_faster_writer_makes_the_pipeline_decide_again(
    house: House, key_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between decision and commit another worker schedules the key's deletion: the answer is that of the new state."""
    decide, raced = Pipeline.decide, []

    def decide_slowly(self: Pipeline, request: APIRequest, view: Any) -> Decided:
        decided = decide(self, request, view)
        if decided.operation == "DisableKey" and not raced:
            raced.append(True)
            key = view.get(Key, ACCOUNT, "us-east-1", key_id)
            house.store.commit((Update(_in_state(key, KeyState.PENDING_DELETION)),))
        return decided

    monkeypatch.setattr(Pipeline, "decide", decide_slowly)
    answer = house.call("DisableKey", {"KeyId": key_id})
    assert raced
    assert answer.error[0] == "KMSInvalidStateException"


def _in_state(key: Key | None, state: KeyState) -> Key:
    assert key is not None
    return replace(key, state=state)


def test_a_change_and_its_record_commit_together(house: House, key_id: str) -> None:
    house.store.commit((), _drain(house))
    answer = house.call("DisableKey", {"KeyId": key_id})
    (slot, event_id, record), *more = house.store.outbox()
    assert (slot, more) == (0, [])
    assert event_id == answer.record["eventID"]
    assert json.loads(record) == answer.record


def _drain(house: House) -> Any:
    from strongroom.store.port import Outbox  # noqa: PLC0415 - only here

    return Outbox(0, (), [event_id for _, event_id, _ in house.store.outbox()])


def test_the_cache_says_miss_rather_than_guess(house: House, key_id: str) -> None:
    request = house.request("Encrypt", {"KeyId": key_id, "Plaintext": HELLO})
    cache = NounCache(0)
    house.pipeline.callers.forget_all(0)
    with pytest.raises(Miss):
        house.pipeline.decide(request, cache)
    carried = house.pipeline.carry_out(request, house.store, 0)
    cache.admit(carried.sequence, carried.read)
    assert house.pipeline.decide(request, cache).status == 200
    house.ok("DisableKey", {"KeyId": key_id})
    sequence, changed = house.store.changed_since(cache.sequence)
    cache.refresh(sequence, changed)
    with pytest.raises(Miss):
        house.pipeline.decide(request, cache)


def test_a_failure_inside_is_answered_without_its_text(
    house: House, key_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def burst(*_: Any) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(type(house.keyring), "open", burst)
    answer = house.call("Encrypt", {"KeyId": key_id, "Plaintext": HELLO})
    assert (answer.status, answer.error[0]) == (500, "KMSInternalException")
    assert b"secret detail" not in answer.raw
    assert answer.record["errorCode"] == "KMSInternalException"


def test_stored_material_that_does_not_open_is_our_failure_not_the_callers(house: House, key_id: str) -> None:
    from strongroom.model.key import KeyMaterial  # noqa: PLC0415 - only here

    with house.store.snapshot() as view:
        (material,) = view.page(KeyMaterial, {"account": ACCOUNT, "region": "us-east-1", "key_id": key_id}, limit=2)
    house.store.commit((Update(replace(material, wrapped=material.wrapped[:-1] + bytes([material.wrapped[-1] ^ 1]))),))
    assert house.call("Encrypt", {"KeyId": key_id, "Plaintext": HELLO}).error[0] == "KMSInternalException"
