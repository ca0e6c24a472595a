"""Credential reports, and when services were last used: what administrators and auditors ask of an account."""

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import pytest

from strongroom.model.events import EventQuery
from strongroom.operations.iam.last_accessed import MAX_PIECES, Job, job_of
from support.house import ACCOUNT, House
from support.policies import allow, trust
from support.roles import assume

JOB = "GenerateServiceLastAccessedDetails"
DETAILS = "GetServiceLastAccessedDetails"


@dataclass(frozen=True, slots=True)
class Found:
    raw: list[bytes]
    cursor: str | None

    def __iter__(self) -> Iterator[bytes]:
        return iter(self.raw)


class Records:
    """The audit records of a house, searched as the index does it: by the caller's and his role's ARN, service, time."""

    def __init__(self) -> None:
        self.records: list[dict[str, Any]] = []
        self.unread = 0

    def search(self, query: EventQuery, cursor: str | None = None, **_: Any) -> Any:
        """Find nothing in the first ``unread`` pieces."""
        piece = int(cursor or 0)
        if piece < self.unread:
            return Found([], str(piece + 1))
        return Found([json.dumps(one).encode() for one in reversed(self.records) if self._fits(one, query)], None)

    def _fits(self, record: dict[str, Any], query: EventQuery) -> bool:
        who = record["userIdentity"]
        issuer = who.get("sessionContext", {}).get("sessionIssuer", {})
        return (
            not {who.get("arn"), issuer.get("arn")}.isdisjoint(query.principals)
            and record["eventSource"].partition(".")[0] in query.services
            and datetime.fromisoformat(record["eventTime"]).timestamp() >= (query.since or 0)
        )


def report(house: House) -> dict[str, dict[str, str]]:
    assert house.iam_ok("GenerateCredentialReport") == {"State": "COMPLETE"}
    answer = house.iam_ok("GetCredentialReport")
    assert (answer["ReportFormat"], answer["GeneratedTime"].timestamp()) == ("text/csv", house.now)
    return {row["user"]: row for row in csv.DictReader(io.StringIO(answer["Content"].decode()))}


def test_a_credential_report(house: House) -> None:
    alice = house.new_user("alice", allow("kms:ListKeys"))
    house.now += 60
    second = house.iam_ok("CreateAccessKey", {"UserName": "alice"})["AccessKey"]["AccessKeyId"]
    house.iam_ok("UpdateAccessKey", {"UserName": "alice", "AccessKeyId": second, "Status": "Inactive"})
    house.iam_ok("CreateLoginProfile", {"UserName": "alice", "Password": "a Good 1 indeed"})
    house.iam_ok("UpdateAccountPasswordPolicy", {"MaxPasswordAge": 90})
    house.iam_ok("CreateUser", {"UserName": "bob", "Path": "/staff/"})
    rows = report(house)
    assert list(rows) == ["<root_account>", "administrator", "alice", "bob"]
    assert list(rows["bob"].values()) == [
        "bob", f"arn:aws:iam::{ACCOUNT}:user/staff/bob", "2026-01-01T00:01:00+00:00",
        *("false", "N/A", "N/A", "N/A", "false"),
        *("false", "N/A", "N/A", "N/A", "N/A"),
        *("false", "N/A", "N/A", "N/A", "N/A"),
        *("false", "N/A", "false", "N/A"),
    ]  # fmt: skip
    row = rows["alice"]
    assert (row["password_enabled"], row["password_last_used"]) == ("true", "no_information")
    assert (row["password_last_changed"], row["password_next_rotation"]) == (
        "2026-01-01T00:01:00+00:00",
        "2026-04-01T00:01:00+00:00",
    )
    assert [row[f"access_key_1_{name}"] for name in ("active", "last_rotated", "last_used_date")] == [
        "true",
        "2026-01-01T00:00:00+00:00",
        "N/A",
    ]
    assert [row[f"access_key_2_{name}"] for name in ("active", "last_rotated")] == [
        "false",
        "2026-01-01T00:01:00+00:00",
    ]
    root = rows["<root_account>"]
    assert (root["arn"], root["password_enabled"]) == (f"arn:aws:iam::{ACCOUNT}:root", "not_supported")
    assert alice.secret_access_key not in str(rows)


@pytest.fixture
def records(house: House) -> Records:
    found = Records()
    house.pipeline = replace(house.pipeline, events=found)
    return found


def details(house: House, arn: str, **members: Any) -> dict[str, dict[str, Any]]:
    job = house.iam_ok(JOB, {"Arn": arn, **members})["JobId"]
    assert len(job) == 36
    answer = house.iam_ok(DETAILS, {"JobId": job})
    assert (answer["JobStatus"], answer["IsTruncated"]) == ("COMPLETED", False)
    return {one["ServiceNamespace"]: one for one in answer["ServicesLastAccessed"]}


def test_when_a_user_last_used_a_service(house: House, records: Records) -> None:
    alice = house.new_user("alice", allow("kms:ListKeys", "iam:*"))
    never = details(house, alice.user.arn)
    assert list(never) == ["iam", "kms"]  # what the policies allow
    assert never["kms"] == {
        "ServiceName": "AWS Key Management Service",
        "ServiceNamespace": "kms",
        "TotalAuthenticatedEntities": 0,
    }
    for region, operation in (("eu-west-1", "ListKeys"), ("us-east-1", "ListAliases")):  # the second is refused
        house.now += 60
        records.records.append(house.call(operation, user=alice, region=region).record)
    found = details(house, alice.user.arn, Granularity="ACTION_LEVEL")["kms"]
    assert found["LastAuthenticated"].timestamp() == house.now
    assert (found["LastAuthenticatedEntity"], found["LastAuthenticatedRegion"]) == (alice.user.arn, "us-east-1")
    assert found["TotalAuthenticatedEntities"] == 1
    actions = {one["ActionName"]: one["LastAccessedRegion"] for one in found["TrackedActionsLastAccessed"]}
    assert actions == {"ListAliases": "us-east-1", "ListKeys": "eu-west-1"}
    house.now += 401 * 86_400
    assert "LastAuthenticated" not in details(house, alice.user.arn)["kms"]


def test_who_last_used_what_a_policy_allows(house: House, records: Records) -> None:
    document = json.dumps(allow("kms:*"))
    arn = house.iam_ok("CreatePolicy", {"PolicyName": "use", "PolicyDocument": document})["Policy"]["Arn"]
    alice, bob = house.new_user("alice"), house.new_user("bob")
    house.iam_ok("CreateGroup", {"GroupName": "staff"})
    house.iam_ok("AttachGroupPolicy", {"GroupName": "staff", "PolicyArn": arn})
    for user in (alice, bob):
        house.iam_ok("AddUserToGroup", {"GroupName": "staff", "UserName": user.user.name})
    trusted = {"RoleName": "job", "AssumeRolePolicyDocument": json.dumps(trust({"AWS": alice.user.arn}))}
    role = house.iam_ok("CreateRole", trusted)["Role"]["Arn"]
    house.iam_ok("AttachRolePolicy", {"RoleName": "job", "PolicyArn": arn})
    records.records.append(house.call("ListKeys", user=bob).record)
    house.now += 60
    records.records.append(house.call("ListKeys", user=assume(house, role, user=alice)).record)
    for name, users in ((arn, 2), (f"arn:aws:iam::{ACCOUNT}:group/staff", 1)):
        found = details(house, name)["kms"]
        assert found["TotalAuthenticatedEntities"] == users
        assert found["LastAuthenticatedEntity"] == (role if users == 2 else bob.user.arn)
    job = house.iam_ok(JOB, {"Arn": arn})["JobId"]
    named = {"JobId": job, "ServiceNamespace": "kms"}
    first = house.iam_ok("GetServiceLastAccessedDetailsWithEntities", {**named, "MaxItems": 2})
    rest = house.iam_ok("GetServiceLastAccessedDetailsWithEntities", {**named, "Marker": first["Marker"]})
    entities = [*first["EntityDetailsList"], *rest["EntityDetailsList"]]
    assert [(one["EntityInfo"]["Name"], one["EntityInfo"]["Type"]) for one in entities] == [
        ("job", "ROLE"),
        ("alice", "USER"),
        ("bob", "USER"),
    ]
    assert ["LastAuthenticated" in one for one in entities] == [True, False, True]
    other = house.iam("GetServiceLastAccessedDetailsWithEntities", {**named, "ServiceNamespace": "s3"})
    assert other.error[0] == "InvalidInput"


def test_what_was_not_read_is_not_told_as_never_used(house: House, records: Records) -> None:
    """Without an index a look back comes in pieces."""
    alice = house.new_user("alice", allow("kms:ListKeys"))
    records.records.append(house.call("ListKeys", user=alice).record)
    records.unread = MAX_PIECES - 1
    assert "LastAuthenticated" in details(house, alice.user.arn)["kms"]
    records.unread = MAX_PIECES
    job = {"JobId": house.iam_ok(JOB, {"Arn": alice.user.arn})["JobId"]}
    answer = house.iam_ok(DETAILS, job)
    assert (answer["JobStatus"], answer["ServicesLastAccessed"]) == ("FAILED", [])
    assert answer["Error"]["Message"].startswith("The audit records could not be read far enough back")
    answer = house.iam_ok("GetServiceLastAccessedDetailsWithEntities", {**job, "ServiceNamespace": "kms"})
    assert (answer["JobStatus"], answer["EntityDetailsList"]) == ("FAILED", [])


def test_whoever_comes_after_somebody_has_used_nothing(house: House, records: Records) -> None:
    alice = house.add_user("alice", json.dumps(allow("kms:*")))
    records.records.append(house.call("ListKeys", user=alice).record)
    job = house.iam_ok(JOB, {"Arn": alice.user.arn})["JobId"]
    house.iam_ok("DeleteAccessKey", {"UserName": "alice", "AccessKeyId": alice.access_key_id})
    house.iam_ok("DeleteUserPolicy", {"UserName": "alice", "PolicyName": "inline"})
    house.iam_ok("DeleteUser", {"UserName": "alice"})
    assert house.iam(DETAILS, {"JobId": job}).error[0] == "NoSuchEntity"
    house.now += 60
    house.add_user("alice", json.dumps(allow("kms:*")))
    assert "LastAuthenticated" not in details(house, alice.user.arn)["kms"]


def test_jobs(house: House) -> None:
    """An id tells what it is about; none is forged into another layout."""
    for unique_id in ("AIDA" + "A" * 17, "AROA" + "7" * 17, "ANPAIWMBCKSKIEE64ZLYK"):
        for by_action in (False, True):
            job = Job(unique_id, 4_294_967_295, by_action)
            assert job_of(job.job_id) == job
    for arn, code in (
        (f"arn:aws:iam::{ACCOUNT}:user/nobody", "NoSuchEntity"),
        (f"arn:aws:iam::{ACCOUNT}:policy/nothing", "NoSuchEntity"),
        (f"arn:aws:iam::{ACCOUNT}:banana/nobody", "InvalidInput"),
    ):
        assert house.iam(JOB, {"Arn": arn}).error[0] == code
    for job_id in ("0" * 36, "examplea-1234-b567-cde8-90fg123abcd4", "ffffffff-ffff-ffff-ffff-ffffffffffff"):
        assert house.iam(DETAILS, {"JobId": job_id}).error[0] == "NoSuchEntity"


def granting(house: House, arn: str, *services: str) -> Iterator[list[str]]:
    answer = house.iam_ok("ListPoliciesGrantingServiceAccess", {"Arn": arn, "ServiceNamespaces": list(services)})
    for entry in answer["PoliciesGrantingServiceAccess"]:
        yield [policy["PolicyName"] for policy in entry["Policies"]]


def test_which_policies_grant_a_service(house: House) -> None:
    alice = house.new_user("alice", allow("kms:Decrypt", "S3:Get*"))
    house.iam_ok("CreateGroup", {"GroupName": "staff"})
    house.iam_ok("AddUserToGroup", {"GroupName": "staff", "UserName": "alice"})
    house.iam_ok("AttachGroupPolicy", {"GroupName": "staff", "PolicyArn": "arn:aws:iam::aws:policy/PowerUserAccess"})
    denial = {"Statement": {"Effect": "Deny", "Action": "iam:*", "Resource": "*"}, "Version": "2012-10-17"}
    house.iam_ok("PutUserPolicy", {"UserName": "alice", "PolicyName": "denial", "PolicyDocument": json.dumps(denial)})
    found = list(granting(house, alice.user.arn, "kms", "s3", "ec2", "organizations"))
    assert found == [
        ["inline", "PowerUserAccess"],
        ["inline", "PowerUserAccess"],
        ["PowerUserAccess"],
        ["PowerUserAccess"],
    ]
    answer = house.iam_ok("ListPoliciesGrantingServiceAccess", {"Arn": alice.user.arn, "ServiceNamespaces": ["kms"]})
    inline, managed = answer["PoliciesGrantingServiceAccess"][0]["Policies"]
    assert inline == {"PolicyName": "inline", "PolicyType": "INLINE", "EntityType": "USER", "EntityName": "alice"}
    assert managed["PolicyArn"] == "arn:aws:iam::aws:policy/PowerUserAccess"
    assert answer["IsTruncated"] is False
