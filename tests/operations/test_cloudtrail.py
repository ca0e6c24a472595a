"""CloudTrail's operations through the whole corridor: trails, their settings, and what may be looked up."""

import json
from typing import Any

import pytest
from botocore.credentials import Credentials

from strongroom.authz.defaults import ADMINISTRATOR_ACCESS
from strongroom.operations.cloudtrail.common import MAX_TRAILS
from strongroom.operations.table import BUILT, MODELLED
from support.house import ACCOUNT, OTHER_ACCOUNT, START, Answer, House
from support.refusals import COMMON_ERRORS
from support.remembering import Remembering

ARN = f"arn:aws:cloudtrail:us-east-1:{ACCOUNT}:trail/main"
BODIES: dict[str, dict[str, Any]] = {
    "CreateTrail": {"Name": "other", "S3BucketName": "vault"},
    "GetTrail": {"Name": "main"},
    "DescribeTrails": {},
    "ListTrails": {},
    "UpdateTrail": {"Name": ARN, "S3BucketName": "other"},
    "DeleteTrail": {"Name": "main"},
    "StartLogging": {"Name": "main"},
    "StopLogging": {"Name": "main"},
    "GetTrailStatus": {"Name": "main"},
    "PutEventSelectors": {"TrailName": "main", "EventSelectors": [{"ReadWriteType": "WriteOnly"}]},
    "GetEventSelectors": {"TrailName": "main"},
    "AddTags": {"ResourceId": ARN, "TagsList": [{"Key": "team", "Value": "blue"}]},
    "ListTags": {"ResourceIdList": [ARN]},
    "RemoveTags": {"ResourceId": ARN, "TagsList": [{"Key": "team"}]},
    "ListPublicKeys": {},
    "LookupEvents": {},
}
CHANGES_NOTHING_HERE = {"StopLogging"}


def create(house: House, name: str = "main", **settings: Any) -> Answer:
    return house.cloudtrail("CreateTrail", {"Name": name, "S3BucketName": "vault"} | settings)


def test_what_aws_has_and_we_have_not_is_refused_by_name(house: House) -> None:
    answer = house.cloudtrail("CreateEventDataStore", {"Name": "lake"})
    text = "CreateEventDataStore is not built in this version of strongroom."
    assert (answer.status, answer.error) == (400, ("UnsupportedOperationException", text))
    assert (answer.record["eventName"], answer.record["eventSource"]) == (
        "CreateEventDataStore",
        "cloudtrail.amazonaws.com",
    )


def ok(house: House, operation: str, members: Any = None, **how: Any) -> dict[str, Any]:
    answer = house.cloudtrail(operation, members, **how)
    assert answer.status == 200, answer.raw
    return answer.body


def test_every_operation_is_built_and_has_a_body() -> None:
    assert BUILT["cloudtrail"].keys() == MODELLED["cloudtrail"].keys() == BODIES.keys()


@pytest.mark.parametrize("name", BODIES)
def test_success_and_refusal_are_recorded(house: House, name: str) -> None:
    create(house)
    refused = house.cloudtrail(name, BODIES[name], user=house.add_user("nobody"))
    assert refused.error[0] == "AccessDeniedException", "no permission is named"
    assert f"cloudtrail:{name}" in (refused.error[1] or "")
    assert refused.record["errorCode"] == "AccessDeniedException"
    answer = house.cloudtrail(name, BODIES[name])
    assert answer.status == 200, answer.raw
    assert answer.committed is not BUILT["cloudtrail"][name].read_only or name in CHANGES_NOTHING_HERE
    record = answer.record
    assert (record["eventName"], record["eventSource"]) == (name, "cloudtrail.amazonaws.com")
    assert record["readOnly"] is BUILT["cloudtrail"][name].read_only


def test_permissions_are_asked_on_the_trail(house: House) -> None:
    create(house)
    create(house, "other")
    statement = {"Effect": "Allow", "Action": "cloudtrail:*", "Resource": ARN}
    keeper = house.add_user("keeper", {"Version": "2012-10-17", "Statement": [statement]})
    for by in ("main", ARN):
        assert ok(house, "GetTrail", {"Name": by}, user=keeper)["Trail"]["TrailARN"] == ARN
    assert house.cloudtrail("GetTrail", {"Name": "other"}, user=keeper).error[0] == "AccessDeniedException"
    assert house.cloudtrail("LookupEvents", user=keeper).error[0] == "AccessDeniedException"


def test_the_short_target_is_the_same(house: House) -> None:
    who = house.administrator
    headers = {"Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": "CloudTrail_20131101.ListTrails"}
    credentials = Credentials(who.access_key_id, who.secret_access_key)
    assert house.send(house.signed(b"{}", headers, credentials, "cloudtrail", "us-east-1")).body == {"Trails": []}
    answer = house.send(house.signed(b"{}", headers, credentials, "kms", "us-east-1"))
    assert answer.error[0] == "InvalidSignatureException"


def test_a_trail_from_its_making_to_its_end(house: House) -> None:
    made = create(house, S3KeyPrefix="audit", EnableLogFileValidation=True, TagsList=[{"Key": "a", "Value": "b"}])
    assert made.body == {
        "Name": "main",
        "S3BucketName": "vault",
        "S3KeyPrefix": "audit",
        "IncludeGlobalServiceEvents": True,
        "IsMultiRegionTrail": False,
        "TrailARN": ARN,
        "LogFileValidationEnabled": True,
        "IsOrganizationTrail": False,
    }
    assert made.record["requestParameters"]["s3BucketName"] == "vault"
    assert made.record["responseElements"]["trailARN"] == ARN
    found = ok(house, "GetTrail", {"Name": "main"})["Trail"]
    assert (found["HomeRegion"], found["HasCustomEventSelectors"]) == ("us-east-1", False)
    assert ok(house, "DescribeTrails")["trailList"] == [found]
    assert ok(house, "ListTrails")["Trails"] == [{"TrailARN": ARN, "Name": "main", "HomeRegion": "us-east-1"}]
    assert ok(house, "ListTags", {"ResourceIdList": [ARN]})["ResourceTagList"] == [
        {"ResourceId": ARN, "TagsList": [{"Key": "a", "Value": "b"}]}
    ]
    assert ok(house, "GetTrailStatus", {"Name": "main"})["IsLogging"] is False
    ok(house, "StartLogging", {"Name": "main"})
    assert not house.cloudtrail("StartLogging", {"Name": "main"}).committed, "it logs already"
    house.now += 60
    ok(house, "StopLogging", {"Name": ARN})
    status = ok(house, "GetTrailStatus", {"Name": "main"})
    assert (status["StartLoggingTime"], status["StopLoggingTime"]) == (START, START + 60)
    assert status["TimeLoggingStopped"] == "2026-01-01T00:01:00Z"
    ok(house, "DeleteTrail", {"Name": "main"})
    refused = house.cloudtrail("GetTrail", {"Name": "main"})
    assert refused.error == ("TrailNotFoundException", f"Unknown trail: {ARN} for the user: {ACCOUNT}")
    assert create(house).status == 200, "the name is free again"


@pytest.mark.parametrize(
    ("members", "error"),
    [
        ({"Name": "ab"}, "InvalidTrailNameException"),
        ({"Name": "a" * 129}, "InvalidTrailNameException"),
        ({"Name": "my trail"}, "InvalidTrailNameException"),
        ({"Name": "-trail"}, "InvalidTrailNameException"),
        ({"Name": "trail."}, "InvalidTrailNameException"),
        ({"Name": "my..trail"}, "InvalidTrailNameException"),
        ({"Name": "../../etc"}, "InvalidTrailNameException"),
        ({"S3BucketName": "No"}, "InvalidS3BucketNameException"),
        ({"S3BucketName": "../etc"}, "InvalidS3BucketNameException"),
        ({"S3BucketName": "a..b"}, "InvalidS3BucketNameException"),
        ({"S3BucketName": "192.0.2.1"}, "InvalidS3BucketNameException"),
        ({"S3KeyPrefix": "../../up"}, "InvalidS3PrefixException"),
        ({"S3KeyPrefix": "/root"}, "InvalidS3PrefixException"),
        ({"S3KeyPrefix": "a//b"}, "InvalidS3PrefixException"),
        ({"S3KeyPrefix": "a\0b"}, "InvalidS3PrefixException"),
        ({"S3KeyPrefix": "a" * 201}, "InvalidS3PrefixException"),
        ({"IsMultiRegionTrail": True, "IncludeGlobalServiceEvents": False}, "InvalidParameterCombinationException"),
        ({"SnsTopicName": "topic"}, "UnsupportedOperationException"),
        ({"KmsKeyId": "alias/a"}, "UnsupportedOperationException"),
        ({"IsOrganizationTrail": True}, "UnsupportedOperationException"),
        ({"TagsList": [{"Key": "aws:x", "Value": "1"}]}, "InvalidTagParameterException"),
        ({"TagsList": [{"Key": "x", "Value": "1"}, {"Key": "x", "Value": "2"}]}, "InvalidTagParameterException"),
        ({"TagsList": [{"Key": str(n), "Value": "1"} for n in range(51)]}, "TagsLimitExceededException"),
    ],
)
def test_what_cannot_be_made_is_refused(house: House, members: dict[str, Any], error: str) -> None:
    answer = house.cloudtrail("CreateTrail", {"Name": "main", "S3BucketName": "vault"} | members)
    assert answer.error[0] == error
    assert error in MODELLED["cloudtrail"]["CreateTrail"].errors | COMMON_ERRORS
    assert not answer.committed


def test_names_are_taken_once_and_trails_are_few(house: House) -> None:
    create(house)
    refused = create(house)
    assert refused.error == ("TrailAlreadyExistsException", f"Trail main already exists for customer: {ACCOUNT}")
    for number in range(MAX_TRAILS - 1):
        assert create(house, f"trail-{number}").status == 200
    refused = create(house, "too-many")
    assert refused.error[0] == "MaximumNumberOfTrailsExceededException"
    elsewhere = {"Name": "main", "S3BucketName": "vault"}
    ok(house, "CreateTrail", elsewhere, region="eu-west-1")


def test_trails_of_all_regions_are_seen_everywhere_and_changed_at_home(house: House) -> None:
    create(house, IsMultiRegionTrail=True)
    create(house, "local")
    there = {"region": "eu-west-1"}
    assert [one["Name"] for one in ok(house, "DescribeTrails", **there)["trailList"]] == ["main"]
    assert ok(house, "DescribeTrails", {"includeShadowTrails": False}, **there)["trailList"] == []
    assert ok(house, "DescribeTrails", {"trailNameList": ["local", "none"]})["trailList"][0]["Name"] == "local"
    assert ok(house, "GetTrail", {"Name": ARN}, **there)["Trail"]["HomeRegion"] == "us-east-1"
    assert house.cloudtrail("StartLogging", {"Name": ARN}, **there).error[0] == "InvalidHomeRegionException"
    local = ARN.replace("main", "local")
    assert house.cloudtrail("GetTrail", {"Name": local}, **there).error[0] == "TrailNotFoundException"


def test_anothers_trail_is_not_found(house: House) -> None:
    create(house)
    stranger = house.add_user("stranger", ADMINISTRATOR_ACCESS, OTHER_ACCOUNT)
    for name in ("GetTrail", "DeleteTrail", "StartLogging"):
        assert house.cloudtrail(name, {"Name": ARN}, user=stranger).error[0] == "TrailNotFoundException"
    assert ok(house, "DescribeTrails", user=stranger)["trailList"] == []
    tags = {"ResourceIdList": [ARN]}
    assert house.cloudtrail("ListTags", tags, user=stranger).error[0] == "ResourceNotFoundException"


@pytest.mark.parametrize(
    "name", ["arn:aws:kms:us-east-1:111122223333:key/1", "arn:nonsense", ARN.replace("trail/", "")]
)
def test_what_is_no_trails_arn_is_refused(house: House, name: str) -> None:
    assert house.cloudtrail("GetTrail", {"Name": name}).error[0] == "CloudTrailARNInvalidException"


def test_event_selectors(house: House) -> None:
    create(house)
    all_events = {
        "ReadWriteType": "All", "IncludeManagementEvents": True, "DataResources": [], "ExcludeManagementEventSources": [],
    }  # fmt: skip
    assert ok(house, "GetEventSelectors", {"TrailName": "main"}) == {"TrailARN": ARN, "EventSelectors": [all_events]}
    wanted = {"ReadWriteType": "WriteOnly", "ExcludeManagementEventSources": ["kms.amazonaws.com"]}
    put = ok(house, "PutEventSelectors", {"TrailName": "main", "EventSelectors": [wanted]})
    assert put["EventSelectors"] == [all_events | wanted]
    assert ok(house, "GetEventSelectors", {"TrailName": "main"}) == put
    assert ok(house, "GetTrail", {"Name": "main"})["Trail"]["HasCustomEventSelectors"] is True


@pytest.mark.parametrize(
    ("members", "error"),
    [
        ({}, "InvalidEventSelectorsException"),
        ({"EventSelectors": [{}, {}]}, "InvalidEventSelectorsException"),
        ({"EventSelectors": [{"ExcludeManagementEventSources": ["s3.amazonaws.com"]}]}, "InvalidEventSelectorsException"),
        (
            {"EventSelectors": [{"DataResources": [{"Type": "AWS::S3::Object", "Values": ["arn:aws:s3"]}]}]},
            "InvalidEventSelectorsException",
        ),
        (
            {"EventSelectors": [
                {"IncludeManagementEvents": False, "ExcludeManagementEventSources": ["kms.amazonaws.com"]}
            ]},
            "InvalidEventSelectorsException",
        ),
        (
            {"AdvancedEventSelectors": [{"FieldSelectors": [{"Field": "eventCategory", "Equals": ["Data"]}]}]},
            "UnsupportedOperationException",
        ),
        ({"EventSelectors": [{"ReadWriteType": "Some"}]}, "ValidationException"),
    ],
)  # fmt: skip
def test_selectors_that_are_refused(house: House, members: dict[str, Any], error: str) -> None:
    create(house)
    assert house.cloudtrail("PutEventSelectors", {"TrailName": "main"} | members).error[0] == error


def test_tags(house: House) -> None:
    create(house)
    ok(house, "AddTags", {"ResourceId": ARN, "TagsList": [{"Key": "b", "Value": "1"}, {"Key": "a"}]})
    ok(house, "AddTags", {"ResourceId": ARN, "TagsList": [{"Key": "b", "Value": "2"}]})
    (found,) = ok(house, "ListTags", {"ResourceIdList": [ARN]})["ResourceTagList"]
    assert found["TagsList"] == [{"Key": "a", "Value": ""}, {"Key": "b", "Value": "2"}]
    ok(house, "RemoveTags", {"ResourceId": ARN, "TagsList": [{"Key": "a"}]})
    (found,) = ok(house, "ListTags", {"ResourceIdList": [ARN]})["ResourceTagList"]
    assert found["TagsList"] == [{"Key": "b", "Value": "2"}]


# --- LookupEvents ----------------------------------------------------------------------------------------------------


@pytest.fixture
def past() -> Remembering:
    """Ten events in an hour of the past."""
    house = Remembering()
    created = house.use("CreateKey").body["KeyMetadata"]
    for _ in range(3):
        house.use("Encrypt", {"KeyId": created["KeyId"], "Plaintext": "eA=="})
        house.use("ListKeys")
    house.use("ListKeys", region="eu-west-1")
    alice = house.add_user("alice")
    house.use("ListKeys", user=alice)
    house.use("ListKeys", user=house.add_user("stranger", ADMINISTRATOR_ACCESS, OTHER_ACCOUNT))
    return house


def looked_up(house: House, **members: Any) -> list[dict[str, Any]]:
    events: list[dict[str, Any]] = ok(house, "LookupEvents", members)["Events"]
    return events


def test_events_come_newest_first_with_all_that_is_known(past: Remembering) -> None:
    events = looked_up(past)
    assert [event["EventName"] for event in events] == ["ListKeys"] + 3 * ["ListKeys", "Encrypt"] + ["CreateKey"]
    encrypt, record = events[2], past.past[5]
    assert encrypt == {
        "EventId": record["eventID"],
        "EventName": "Encrypt",
        "ReadOnly": "true",
        "AccessKeyId": past.administrator.access_key_id,
        "EventTime": START + 50,
        "EventSource": "kms.amazonaws.com",
        "Username": "administrator",
        "Resources": [{"ResourceType": "AWS::KMS::Key", "ResourceName": record["resources"][0]["ARN"]}],
        "CloudTrailEvent": encrypt["CloudTrailEvent"],
    }
    assert json.loads(encrypt["CloudTrailEvent"]) == record


def test_events_by_attribute(past: Remembering) -> None:
    record = past.past[1]

    def count(key: str, value: str) -> int:
        return len(looked_up(past, LookupAttributes=[{"AttributeKey": key, "AttributeValue": value}]))

    assert count("EventId", record["eventID"]) == 1
    assert count("EventName", "Encrypt") == 3
    assert count("ReadOnly", "false") == 1
    assert count("Username", "alice") == 1
    assert count("ResourceType", "AWS::KMS::Key") == 4
    assert count("ResourceName", record["resources"][0]["ARN"]) == 4
    assert count("EventSource", "kms.amazonaws.com") == 8
    assert count("EventSource", "iam.amazonaws.com") == 0
    assert count("AccessKeyId", past.administrator.access_key_id) == 7


def test_events_by_time(past: Remembering) -> None:
    assert len(looked_up(past, StartTime=START + 20)) == 6
    assert len(looked_up(past, EndTime=START + 20)) == 3
    assert [event["EventTime"] for event in looked_up(past, StartTime=START + 10, EndTime=START + 20)] == [
        START + 20,
        START + 10,
    ]
    past.now += 90 * 86_400 - 50
    assert len(looked_up(past)) == 3, "90 days, and no more"


@pytest.mark.parametrize("operation", ["LookupEvents", "ListPublicKeys"])
def test_times_are_recorded_as_all_dates_in_parameters(house: House, operation: str) -> None:
    answer = house.cloudtrail(operation, {"StartTime": START, "EndTime": START + 3_661.5})
    assert answer.record["requestParameters"] == {
        "startTime": "Jan 1, 2026, 12:00:00 AM",
        "endTime": "Jan 1, 2026, 1:01:01 AM",
    }


def test_events_in_pages(past: Remembering) -> None:
    found: list[str] = []
    token: dict[str, str] = {}
    pages = 0
    while True:
        page = ok(past, "LookupEvents", {"MaxResults": 3} | token)
        found += [event["EventId"] for event in page["Events"]]
        pages += 1
        if "NextToken" not in page:
            break
        token = {"NextToken": page["NextToken"]}
    assert found == [event["EventId"] for event in looked_up(past)]
    assert pages >= 3


def test_a_token_belongs_to_one_request_account_and_region(past: Remembering) -> None:
    token = ok(past, "LookupEvents", {"MaxResults": 2})["NextToken"]
    for other in ({"EndTime": START}, {"LookupAttributes": [{"AttributeKey": "EventName", "AttributeValue": "x"}]}):
        assert past.cloudtrail("LookupEvents", {"NextToken": token} | other).error[0] == "InvalidNextTokenException"
    elsewhere = past.cloudtrail("LookupEvents", {"NextToken": token}, region="eu-west-1")
    assert elsewhere.error[0] == "InvalidNextTokenException"
    assert past.cloudtrail("LookupEvents", {"NextToken": token, "MaxResults": 1}).status == 200


@pytest.mark.parametrize(
    ("members", "error"),
    [
        ({"MaxResults": 0}, "InvalidMaxResultsException"),
        ({"MaxResults": 51}, "InvalidMaxResultsException"),
        ({"StartTime": 2, "EndTime": 1}, "InvalidTimeRangeException"),
        ({"EventCategory": "insight"}, "UnsupportedOperationException"),
        ({"NextToken": "nonsense"}, "InvalidNextTokenException"),
        ({"NextToken": "e30="}, "InvalidNextTokenException"),
        (
            {"LookupAttributes": [{"AttributeKey": "EventName", "AttributeValue": "x"}] * 2},
            "InvalidLookupAttributesException",
        ),
        ({"LookupAttributes": [{"AttributeKey": "Colour", "AttributeValue": "x"}]}, "ValidationException"),
    ],
)
def test_lookups_that_are_refused(past: Remembering, members: dict[str, Any], error: str) -> None:
    assert past.cloudtrail("LookupEvents", members).error[0] == error
    assert error in MODELLED["cloudtrail"]["LookupEvents"].errors | COMMON_ERRORS
