"""Audit records as AWS's documentation shows them, of operations carried out through the whole corridor: member by member.

Source: tests/vectors/audit/documented.json. Values that a run makes are stood in for; every other value is compared.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from strongroom.audit.service_event import encode_service_event
from strongroom.authz.defaults import ADMINISTRATOR_ACCESS
from strongroom.model.key import Key
from strongroom.model.service_event import ServiceEvent
from support.house import ACCOUNT, Answer, House
from support.imports import import_house, import_request
from support.roles import make_role, root_of, sts, trust

VECTORS = json.loads((Path(__file__).parent.parent / "vectors" / "audit" / "documented.json").read_text())
MEMBERS = [
    "eventVersion", "userIdentity", "eventTime", "eventSource", "eventName", "awsRegion", "sourceIPAddress", "userAgent",
    "requestParameters", "responseElements", "additionalEventData", "requestID", "eventID", "readOnly", "resources",
    "eventType", "managementEvent", "recipientAccountId", "serviceEventDetails", "eventCategory",
]  # fmt: skip


@pytest.fixture(scope="module")
def scene() -> tuple[House, dict[str, str]]:
    """A house with what the examples need, and what their $-words stand for."""
    house = import_house()
    names = {"$user": house.administrator.user.arn}
    for word, asked in (
        ("$key", {}),
        ("$second", {}),
        ("$external", {"Origin": "EXTERNAL"}),
        ("$mac", {"KeySpec": "HMAC_256", "KeyUsage": "GENERATE_VERIFY_MAC"}),
        ("$signing", {"KeySpec": "ECC_NIST_P256", "KeyUsage": "SIGN_VERIFY"}),
        ("$multi", {"MultiRegion": True}),
    ):
        made = house.ok("CreateKey", asked)["KeyMetadata"]
        names |= {word: made["KeyId"], f"{word}-arn": made["Arn"]}
    policy = house.ok("GetKeyPolicy", {"KeyId": names["$key"]})["Policy"]
    names |= {"$arn": names["$key-arn"], "$policy": policy}
    names["$material"] = house.ok("DescribeKey", {"KeyId": names["$key"]})["KeyMetadata"]["CurrentKeyMaterialId"]
    alpha = {"KeyId": names["$key"], "Plaintext": "aGVsbG8=", "EncryptionContext": {"Project": "Alpha"}}
    names["$blob"] = house.ok("Encrypt", alpha)["CiphertextBlob"]
    mac = {"KeyId": names["$mac"], "Message": "aGVsbG8=", "MacAlgorithm": "HMAC_SHA_256"}
    names["$tag"] = house.ok("GenerateMac", mac)["Mac"]
    house.ok("CreateAlias", {"AliasName": "alias/used", "TargetKeyId": names["$key"]})
    house.ok("ReplicateKey", {"KeyId": names["$multi"], "ReplicaRegion": "eu-west-1"})
    house.add_user("golden", ADMINISTRATOR_ACCESS)
    names["$role"] = make_role(house, "worker", trust(root_of()))
    return house, names


def put_in(value: Any, names: dict[str, str]) -> Any:
    """Return an example's value with ours for its $-words."""
    if isinstance(value, dict):
        return {name: put_in(inner, names) for name, inner in value.items()}
    if isinstance(value, list):
        return [put_in(inner, names) for inner in value]
    return names.get(value, value) if isinstance(value, str) else value


def same(said: Any, expected: Any) -> bool:
    """Compare, but for what is ``$any``; that must be there."""
    if expected == "$any":
        return bool(said)
    if isinstance(expected, dict):
        return isinstance(said, dict) and said.keys() == expected.keys() and all(map(same, *paired(said, expected)))
    if isinstance(expected, list):
        return isinstance(said, list) and len(said) == len(expected) and all(map(same, said, expected))
    return bool(said == expected)


def paired(said: dict[str, Any], expected: dict[str, Any]) -> tuple[list[Any], list[Any]]:
    return [said[name] for name in expected], list(expected.values())


def call(house: House, case: dict[str, Any], asked: dict[str, Any]) -> Answer:
    service = case.get("service", "kms")
    if service == "sts":
        return sts(house, case["operation"], asked)
    if case["operation"] == "ImportKeyMaterial":
        key_id = asked.pop("KeyId")
        asked = import_request(house, key_id, bytes(32), **asked)
    return house.iam(case["operation"], asked) if service == "iam" else house.call(case["operation"], asked)


@pytest.mark.parametrize("case", VECTORS["cases"], ids=lambda case: case["operation"])
def test_a_call_is_recorded_as_documented(scene: tuple[House, dict[str, str]], case: dict[str, Any]) -> None:
    house, names = scene
    answer = call(house, case, put_in(case["asks"], names))
    if case["operation"] == "ScheduleKeyDeletion" and case["asks"]["KeyId"] == "$key":
        house.ok("CancelKeyDeletion", {"KeyId": names["$key"]})
        house.ok("EnableKey", {"KeyId": names["$key"]})
    assert answer.status == 200, answer.raw
    record = answer.record
    assert list(record) == [
        name for name in MEMBERS if name != "serviceEventDetails" and (name != "additionalEventData" or name in case)
    ]
    for member in ("requestParameters", "responseElements", "additionalEventData"):
        assert same(record.get(member), put_in(case.get(member), names)), (member, record.get(member))
    assert same([one["ARN"] for one in record["resources"]], put_in(case["resources"], names)), record["resources"]
    assert {(one["accountId"], one["type"]) for one in record["resources"]} <= {
        (ACCOUNT, "AWS::KMS::Key"),
        (ACCOUNT, "AWS::IAM::Role"),
    }
    assert (record["readOnly"], record["eventType"]) == (case["readOnly"], "AwsApiCall")
    assert (record["managementEvent"], record["eventCategory"]) == (True, "Management")
    assert (record["eventVersion"], record["recipientAccountId"]) == ("1.11", ACCOUNT)


def happened(house: House) -> Iterator[dict[str, Any]]:
    """Yield what KMS did by itself: a rotation of a key with a replica, a deletion, an expiry."""
    made = house.ok("CreateKey", {"MultiRegion": True})["KeyMetadata"]
    house.ok("ReplicateKey", {"KeyId": made["KeyId"], "ReplicaRegion": "eu-west-1"})
    yield from house.call("RotateKeyOnDemand", {"KeyId": made["KeyId"]}).further
    with house.store.snapshot() as view:
        key = view.get(Key, ACCOUNT, "us-east-1", made["KeyId"])
    assert key is not None
    expired = {"keyId": key.key_id, "keyMaterialId": key.material_id}
    for event in (ServiceEvent("DeleteKey", key), ServiceEvent("DeleteExpiredKeyMaterial", key, expired)):
        yield json.loads(encode_service_event(event, house.now, house.pipeline.random_ids)[1])


def test_what_happens_by_itself_is_recorded_as_documented(scene: tuple[House, dict[str, str]]) -> None:
    house, _ = scene
    records = {record["eventName"]: record for record in happened(house)}
    assert records.keys() == {case["event"] for case in VECTORS["serviceEvents"]}
    for case in VECTORS["serviceEvents"]:
        record = records[case["event"]]
        (resource,) = record["resources"]
        assert record["userIdentity"] == {"accountId": ACCOUNT, "invokedBy": "AWS Internal"}
        assert (record["sourceIPAddress"], record["userAgent"]) == ("AWS Internal", "AWS Internal")
        assert record["eventType"] == case["eventType"]
        assert ("requestID" in record) is (case["eventType"] == "AwsApiCall")
        assert record["requestParameters"] is None
        assert record["responseElements"] == put_in(case["responseElements"], {"$arn": resource["ARN"]})
        details = record.get("serviceEventDetails")
        assert (sorted(details) if details else None) == (sorted(case["serviceEventDetails"] or []) or None)
        assert list(record) == [name for name in MEMBERS if name in record]
