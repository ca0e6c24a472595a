"""Events: EventBridge's envelopes from audit records, the same id for the same thing, and bursts of refusals."""

import json
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from strongroom.audit.events import Bursts, Event, events_of, expiring, may_be_told
from strongroom.audit.service_event import encode_service_event
from strongroom.model.service_event import ServiceEvent
from support.nouns import key as some_key

ACCOUNT = "111122223333"
KEY_ID = "1234abcd-12ab-34cd-56ef-1234567890ab"
ARN = f"arn:aws:kms:us-west-2:{ACCOUNT}:key/{KEY_ID}"
OLD, NEW = "12" * 32, "96" * 32
TIME = 1747969914.0  # 2025-05-23T03:11:54Z
UUID = "01010101-0101-4101-8101-010101010101"


def encoded(event: Event) -> dict[str, Any]:
    said: dict[str, Any] = json.loads(msgspec.json.encode(event))
    return said


def service_events(name: str, details: dict[str, Any] | None = None) -> list[dict[str, Any]]:
    key = some_key(account=ACCOUNT, region="us-west-2", key_id=KEY_ID)
    _, record = encode_service_event(ServiceEvent(name, key, details), TIME, lambda count: b"\1" * count)
    assert may_be_told(record)
    return [encoded(event) for event in events_of(record, None)]


ROTATED = {
    "keyId": KEY_ID,
    "rotationType": "ON_DEMAND",
    "keyOrigin": "AWS_KMS",
    "previousKeyMaterialId": OLD,
    "currentKeyMaterialId": NEW,
}


@pytest.mark.parametrize(
    ("name", "details", "kind", "detail"),
    [
        ("RotateKey", ROTATED, "KMS CMK Rotation", {
            "key-id": KEY_ID, "key-origin": "AWS_KMS", "rotation-type": "ON_DEMAND",
            "previous-key-material-id": OLD, "current-key-material-id": NEW,
        }),
        ("DeleteKey", None, "KMS CMK Deletion", {"key-id": KEY_ID}),
        ("DeleteExpiredKeyMaterial", {"keyId": KEY_ID, "keyMaterialId": OLD}, "KMS Imported Key Material Expiration", {
            "key-id": KEY_ID, "key-material-id": OLD,
        }),
    ],
)  # fmt: skip
def test_the_documented_events(name: str, details: dict[str, Any] | None, kind: str, detail: dict[str, Any]) -> None:
    own, via_cloudtrail = service_events(name, details)
    assert own | {"id": UUID} == {
        "version": "0", "id": UUID, "detail-type": kind, "source": "aws.kms", "account": ACCOUNT,
        "time": "2025-05-23T03:11:54Z", "region": "us-west-2", "resources": [ARN], "detail": detail,
    }  # fmt: skip
    assert list(own) == ["version", "id", "detail-type", "source", "account", "time", "region", "resources", "detail"]
    assert (via_cloudtrail["detail-type"], via_cloudtrail["resources"]) == ("AWS Service Event via CloudTrail", [])
    assert via_cloudtrail["detail"]["eventName"] == name
    assert own["id"] != via_cloudtrail["id"]
    assert service_events(name, details)[0]["id"] == own["id"], "a repetition is told by its id"


def record(name: str = "DisableKey", second: int = 0, event_id: str = UUID, **changes: Any) -> bytes:
    members = {
        "userIdentity": {"arn": "arn:aws:iam::111122223333:user/Alice"},
        "eventTime": f"{datetime.fromtimestamp(TIME + second, UTC):%Y-%m-%dT%H:%M:%SZ}",
        "eventSource": "kms.amazonaws.com",
        "eventName": name,
        "awsRegion": "us-west-2",
        "sourceIPAddress": "192.0.2.1",
        "eventID": event_id,
        "readOnly": False,
        "resources": [{"accountId": ACCOUNT, "type": "AWS::KMS::Key", "ARN": ARN}],
        "eventType": "AwsApiCall",
        "recipientAccountId": ACCOUNT,
    }
    return json.dumps(members | changes, separators=(",", ":")).encode()


@pytest.mark.parametrize("source", ["kms", "iam", "cloudtrail"])
def test_calls_that_change_something_are_told_with_their_record(source: str) -> None:
    raw = record(eventSource=f"{source}.amazonaws.com")
    (event,) = (encoded(event) for event in events_of(raw, None))
    assert event["detail-type"] == "AWS API Call via CloudTrail"
    assert event["source"] == f"aws.{source}"
    assert event["detail"] == json.loads(raw)


def test_what_only_reads_and_what_is_no_record_is_not_told() -> None:
    reads = record("Decrypt", readOnly=True)
    assert not may_be_told(reads)
    assert list(events_of(reads, Bursts(1, 60))) == []
    for line in (b"", b"{", b'{"slot":1,"readOnly":false}', b"\xff"):
        assert list(events_of(line, Bursts(1, 60))) == []


def denied(second: int, event_id: str = UUID, who: str = "Alice", **changes: Any) -> bytes:
    members = {"readOnly": True, "errorCode": "AccessDeniedException", "resources": [], **changes}
    identity = {"arn": f"arn:aws:iam::{ACCOUNT}:user/{who}"}
    return record("Decrypt", second, event_id, userIdentity=identity, **members)


def bursts_in(bursts: Bursts, records: list[bytes]) -> list[dict[str, Any]]:
    assert all(may_be_told(one) for one in records)
    return [encoded(event) for one in records for event in events_of(one, bursts)]


def test_so_many_refusals_of_one_caller_in_so_short_a_time() -> None:
    bursts = Bursts(3, 60)
    assert bursts_in(bursts, [denied(0), denied(1, who="Bob"), denied(2), denied(2, who="Bob")]) == []
    (event,) = bursts_in(bursts, [denied(5, "last", sourceIPAddress="192.0.2.9")])
    assert event | {"id": UUID} == {
        "version": "0", "id": UUID, "detail-type": "Access Denied Burst", "source": "strongroom", "account": ACCOUNT,
        "time": "2025-05-23T03:11:59Z", "region": "us-west-2", "resources": [],
        "detail": {
            "principal": f"arn:aws:iam::{ACCOUNT}:user/Alice", "count": 3, "window-seconds": 60,
            "first-time": "2025-05-23T03:11:54Z", "last-time": "2025-05-23T03:11:59Z", "event-names": ["Decrypt"],
            "source-addresses": ["192.0.2.1", "192.0.2.9"], "last-event-id": "last",
        },
    }  # fmt: skip


def test_one_event_a_window_however_many_there_are() -> None:
    events = bursts_in(Bursts(3, 60), [denied(second) for second in range(150)])
    assert [event["detail"]["last-time"][-6:-1] for event in events] == ["11:56", "12:58", "14:00"]


def test_few_over_a_long_time_are_no_burst() -> None:
    assert bursts_in(Bursts(3, 60), [denied(40 * number) for number in range(20)]) == []


def test_a_clock_set_back_hides_no_burst() -> None:
    bursts = Bursts(3, 60)
    assert len(bursts_in(bursts, [denied(9000)] * 3)) == 1
    assert len(bursts_in(bursts, [denied(0)] * 3)) == 1
    assert bursts_in(Bursts(3, 60), [denied(9000), denied(9000), denied(0)]) == []


def test_workers_write_at_the_same_time() -> None:
    assert len(bursts_in(Bursts(3, 60), [denied(2), denied(0), denied(1)])) == 1


def test_other_refusals_do_not_count_and_memory_is_bounded() -> None:
    bursts = Bursts(2, 60)
    assert bursts_in(bursts, [record(errorCode="DisabledException", resources=[])])[1:] == []
    bursts_in(bursts, [denied(number // 100, who=f"u{number}") for number in range(10_001)])
    assert len(bursts.callers) < 10_000


def test_expiring_material() -> None:
    key = some_key(account=ACCOUNT, region="us-west-2", key_id=KEY_ID, expires_ms=int(TIME + 86_400) * 1000)
    event = encoded(expiring(key, int(TIME) * 1000))
    assert event | {"id": UUID} == {
        "version": "0", "id": UUID, "detail-type": "KMS Imported Key Material Expiring", "source": "strongroom",
        "account": ACCOUNT, "time": "2025-05-23T03:11:54Z", "region": "us-west-2", "resources": [ARN],
        "detail": {"key-id": KEY_ID, "valid-to": "2025-05-24T03:11:54Z", "seconds-until-expiration": 86_400},
    }  # fmt: skip
    assert encoded(expiring(key, 0))["id"] == event["id"]
