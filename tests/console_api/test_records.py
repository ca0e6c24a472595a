"""SearchEvents, CountEvents, GetUsage, GetKeyReport: with an index, without one, and with records that it does not hold yet."""

import json
from collections import Counter
from typing import Any

import pytest

from support.console import ConsoleHouse, allowing
from support.house import ACCOUNT, OTHER_ACCOUNT, START

HELLO = "aGVsbG8="
DAY = 86_400


def use(house: ConsoleHouse, key_id: str, times: int, tenant: str = "a", **how: Any) -> None:
    for _ in range(times):
        house.call("Encrypt", {"KeyId": key_id, "Plaintext": HELLO, "EncryptionContext": {"tenant": tenant}}, **how)
        house.now += 10


@pytest.fixture(params=["no index", "index", "index behind"])
def used(house: ConsoleHouse, key_id: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Return a key with 12 uses on three days: 7 for tenant a, 5 for b; 2 of each refused."""
    monkeypatch.setattr("strongroom.audit.index.block.BLOCK_RECORDS", 8)
    nobody = house.add_user("nobody")
    use(house, key_id, 5, "a")
    house.now = START + DAY
    use(house, key_id, 2, "a", user=nobody)
    if request.param == "index behind":
        house.fill_index()
    house.now = START + 2 * DAY
    use(house, key_id, 3, "b")
    use(house, key_id, 2, "b", user=nobody)
    if request.param == "index":
        house.fill_index()
    return key_id


def test_search(house: ConsoleHouse, used: str) -> None:
    members = {"EventNames": ["Encrypt"], "Keys": [used], "Context": [{"Name": "tenant", "Value": "b"}], "Limit": 3}
    first = house.ask("SearchEvents", members)
    rest = house.ask("SearchEvents", {**members, "NextToken": first["NextToken"]})
    events = [json.loads(one["CloudTrailEvent"]) for one in (*first["Events"], *rest["Events"])]
    assert len(events) == 5
    assert [one["EventTime"] for one in first["Events"]] == [START + 2 * DAY + seconds for seconds in (40, 30, 20)]
    assert {one["requestParameters"]["encryptionContext"]["tenant"] for one in events} == {"b"}
    assert (
        "NextToken" not in rest
        or house.ask("SearchEvents", {**members, "NextToken": rest["NextToken"]})["Events"] == []
    )
    refused = house.ask("SearchEvents", {"Keys": [used], "ErrorCodes": ["AccessDeniedException"]})["Events"]
    assert len(refused) == 4
    (one,) = house.ask("SearchEvents", {"EventId": refused[0]["EventId"]})["Events"]
    assert one == refused[0]
    nobody = f"arn:aws:iam::{ACCOUNT}:user/nobody"
    assert len(house.ask("SearchEvents", {"Principals": [nobody], "EndTime": START + 2 * DAY})["Events"]) == 2


def test_other_accounts_records_are_invisible(house: ConsoleHouse, used: str) -> None:
    stranger = house.add_user("stranger", allowing("*"), account=OTHER_ACCOUNT)
    assert house.ask("SearchEvents", {"Keys": [used]}, user=stranger)["Events"] == []
    span = {"StartTime": START, "EndTime": house.now + DAY}
    assert house.ask("CountEvents", {**span, "BucketSeconds": DAY, "Keys": [used]}, user=stranger)["Total"] == 0


@pytest.mark.parametrize("width", [7, 3600, DAY])
def test_counts_over_time(house: ConsoleHouse, used: str, width: int) -> None:
    span = {"StartTime": START, "EndTime": START + width * 999}
    for filters in ({"EventNames": ["Encrypt"]}, {"Keys": [used], "EventNames": ["Encrypt"], "ErrorCodes": ["any"]}):
        found = house.ask("CountEvents", {**span, "BucketSeconds": width, **filters})
        expected: Counter[float] = Counter()
        errors: Counter[float] = Counter()
        token: dict[str, str] = {}
        while True:
            page = house.ask("SearchEvents", {**span, **filters, **token})
            for one in page["Events"]:
                start = START + (one["EventTime"] - START) // width * width
                expected[start] += 1
                errors[start] += "errorCode" in json.loads(one["CloudTrailEvent"])
            if "NextToken" not in page:
                break
            token = {"NextToken": page["NextToken"]}
        assert {one["Start"]: one["Count"] for one in found["Buckets"]} == dict(expected)
        assert {one["Start"]: one["Errors"] for one in found["Buckets"]} == {at: errors[at] for at in expected}
        assert (found["Total"], found["Complete"]) == (expected.total(), True)


def test_bounds_of_counts(house: ConsoleHouse) -> None:
    for members in (
        {"StartTime": START, "EndTime": START, "BucketSeconds": 60},
        {"StartTime": START, "EndTime": START + 1001 * 60, "BucketSeconds": 60},
    ):
        assert house.strongroom("CountEvents", members).error[0] == "InvalidTimeRangeException"
    assert house.strongroom("CountEvents", {"StartTime": START}).error[0] == "ValidationException"


def usage(house: ConsoleHouse, **members: Any) -> dict[str, Any]:
    found = house.ask("GetUsage", {"StartTime": START, "EndTime": START + 3 * DAY, **members})
    return {one["Name"]: one for one in found["Series"]}


def test_usage_by_context_value(house: ConsoleHouse, used: str) -> None:
    found = usage(house, KeyId=used, GroupBy="CONTEXT_VALUE", ContextName="tenant")
    assert {name: (one["Total"], one["Errors"]) for name, one in found.items()} == {"a": (5, 2), "b": (3, 2)}
    assert found["a"]["Points"] == [
        {"Start": START, "Count": 5, "Errors": 0},
        {"Start": START + DAY, "Count": 0, "Errors": 2},
    ]
    assert usage(house, GroupBy="CONTEXT_VALUE", ContextName="nothing") == {}


def test_usage_and_report(house: ConsoleHouse, used: str) -> None:
    house.fill_index()
    found = usage(house, KeyId=used, GroupBy="OPERATION")
    assert found["Encrypt"]["Total"] == 8
    assert found["Encrypt"]["Errors"] == 4
    assert found["Encrypt"]["LastUsed"] == START + 2 * DAY + 20
    assert [point["Count"] for point in found["Encrypt"]["Points"]] == [5, 0, 3]
    by_principal = usage(house, GroupBy="PRINCIPAL")
    assert by_principal[f"arn:aws:iam::{ACCOUNT}:user/nobody"]["Errors"] == 4
    assert list(usage(house, GroupBy="KEY")) == [f"arn:aws:kms:us-east-1:{ACCOUNT}:key/{used}"]
    house.ok("CreateAlias", {"AliasName": "alias/used", "TargetKeyId": used})
    grantee = f"arn:aws:iam::{ACCOUNT}:user/nobody"
    house.ok("CreateGrant", {"KeyId": used, "GranteePrincipal": grantee, "Operations": ["Decrypt"]})
    report = house.ask("GetKeyReport", {"KeyId": "alias/used"})
    assert report["Aliases"] == ["alias/used"]
    assert report["LastUsed"]["Operation"] == "Encrypt"
    assert (report["CiphertextsMade"], report["CiphertextsOpened"], report["Refused"]) == (8, 0, 4)
    assert [grant["Operations"] for grant in report["Grants"]] == [["Decrypt"]]
    assert [(one["Name"], one["Refused"]) for one in report["ByDay"]] == [
        ("2026-01-03", 2),
        ("2026-01-02", 2),
        ("2026-01-01", 0),
    ]


def test_usage_wants_what_belongs_together(house: ConsoleHouse, key_id: str) -> None:
    span = {"StartTime": START, "EndTime": START + DAY}
    for members in ({"GroupBy": "CONTEXT_VALUE"}, {"GroupBy": "KEY", "ContextName": "tenant"}):
        error, _ = house.strongroom("GetUsage", {**span, **members}).error
        assert error == "InvalidParameterCombinationException"
    error, _ = house.strongroom("GetUsage", {"StartTime": 0, "EndTime": START, "GroupBy": "KEY"}).error
    assert error == "InvalidTimeRangeException"
    error, text = house.strongroom("GetUsage", {**span, "GroupBy": "KEY"}).error
    assert error == "UnavailableException"
    assert "there is no" in (text or "")
