"""Keys and roles used from another account: a record in each account, one id for both, and nothing of who was refused."""

import asyncio
import json
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from strongroom.audit.journal import Journal
from strongroom.authz.defaults import ADMINISTRATOR_ACCESS
from strongroom.cli.explain import _find
from strongroom.jobs.trails import _by_region
from strongroom.model.trail import Trail
from strongroom.operations.iam.provision import NewUser
from strongroom.server.key_uses import last_uses
from strongroom.server.settings import DataDirectory
from strongroom.stations.request import Decided
from support.house import ACCOUNT, OTHER_ACCOUNT, Answer, House
from support.lanes import FailingJournal, lane_of, turns
from support.roles import assume, make_role, root_of, sts, trust

HELLO = "aGVsbG8="


@pytest.fixture
def outside(house: House) -> NewUser:
    return house.add_user("outside", ADMINISTRATOR_ACCESS, OTHER_ACCOUNT)


@pytest.fixture
def key(house: House, key_id: str) -> str:
    """The ARN of a key that the other account may use."""
    open_to(house, key_id, root_of(OTHER_ACCOUNT))
    return f"arn:aws:kms:us-east-1:{ACCOUNT}:key/{key_id}"


def open_to(house: House, key_id: str, principal: str) -> None:
    policy = json.loads(house.ok("GetKeyPolicy", {"KeyId": key_id})["Policy"])
    policy["Statement"].append({"Effect": "Allow", "Principal": {"AWS": principal}, "Action": "kms:*", "Resource": "*"})
    house.ok("PutKeyPolicy", {"KeyId": key_id, "Policy": json.dumps(policy)})


def seen(who: NewUser) -> dict[str, str]:
    return {"type": "AWSAccount", "principalId": who.user.user_id, "accountId": OTHER_ACCOUNT}


def check_pair(answer: Answer, who: NewUser) -> None:
    """Both records are there, of one call, and differ where they must."""
    (copy,) = answer.further
    record = answer.record
    assert record["sharedEventID"] == copy["sharedEventID"]
    assert (record["recipientAccountId"], copy["recipientAccountId"]) == (OTHER_ACCOUNT, ACCOUNT)
    assert record["eventID"] != copy["eventID"]
    assert record["userIdentity"]["arn"] == who.user.arn
    assert copy["userIdentity"] == seen(who)
    assert list(copy) == list(record)
    own = {"eventID", "recipientAccountId", "userIdentity"}
    assert {name: copy[name] for name in copy if name not in own} == {
        name: record[name] for name in record if name not in own
    }
    told = json.dumps(copy | {"requestParameters": None})  # a grant names its grantee
    assert who.user.arn not in told
    assert who.access_key_id not in told


def test_what_is_answered_is_recorded_in_both_accounts(house: House, key: str, outside: NewUser) -> None:
    made = house.call("GenerateDataKey", {"KeyId": key, "KeySpec": "AES_256"}, user=outside)
    assert made.status == 200
    check_pair(made, outside)
    blob = made.body["CiphertextBlob"]
    for operation, members in (
        ("Encrypt", {"KeyId": key, "Plaintext": HELLO, "EncryptionContext": {"tenant": "42"}}),
        ("Decrypt", {"CiphertextBlob": blob}),
        ("DescribeKey", {"KeyId": key}),
        ("CreateGrant", {"KeyId": key, "GranteePrincipal": outside.user.arn, "Operations": ["Encrypt"]}),
        ("ListGrants", {"KeyId": key}),
    ):
        answer = house.call(operation, members, user=outside)
        assert answer.status == 200, answer.raw
        check_pair(answer, outside)


def test_calls_in_one_account_share_nothing(house: House, key: str) -> None:
    answer = house.call("Encrypt", {"KeyId": key, "Plaintext": HELLO})
    assert answer.status == 200
    assert answer.further == []
    assert "sharedEventID" not in answer.record


def test_who_is_denied_is_recorded_in_his_own_account_alone(
    house: House, key_id: str, key: str, outside: NewUser
) -> None:
    """Whoever denied it: his own policies, the key's, or an operation that no other account may call."""
    unable = house.add_user("unable", None, OTHER_ACCOUNT)
    closed = house.ok("CreateKey")["KeyMetadata"]["Arn"]
    nowhere = key.replace(key_id, "00000000-0000-0000-0000-000000000000")
    for who, operation, members in (
        (unable, "Encrypt", {"KeyId": key, "Plaintext": HELLO}),
        (outside, "Encrypt", {"KeyId": closed, "Plaintext": HELLO}),
        (outside, "Encrypt", {"KeyId": nowhere, "Plaintext": HELLO}),
        (outside, "DisableKey", {"KeyId": key}),
    ):
        answer = house.call(operation, members, user=who)
        assert answer.error[0] == "AccessDeniedException"
        assert answer.further == []
        assert answer.record["recipientAccountId"] == OTHER_ACCOUNT
        assert "sharedEventID" not in answer.record


def test_denied_at_the_second_key_is_denied(house: House, key: str, outside: NewUser) -> None:
    closed = house.ok("CreateKey")["KeyMetadata"]["Arn"]
    blob = house.ok("Encrypt", {"KeyId": key, "Plaintext": HELLO})["CiphertextBlob"]
    answer = house.call("ReEncrypt", {"CiphertextBlob": blob, "DestinationKeyId": closed}, user=outside)
    assert (answer.error[0], answer.further) == ("AccessDeniedException", [])


@pytest.mark.parametrize("error", ["DisabledException", "InvalidCiphertextException", "DryRunOperationException"])
def test_other_refusals_are_recorded_in_both(house: House, key_id: str, key: str, outside: NewUser, error: str) -> None:
    blob = house.ok("Encrypt", {"KeyId": key, "Plaintext": HELLO})["CiphertextBlob"]
    asked: dict[str, Any] = {"CiphertextBlob": blob, "KeyId": key}
    if error == "DisabledException":
        house.ok("DisableKey", {"KeyId": key_id})
    elif error == "InvalidCiphertextException":
        asked["EncryptionContext"] = {"wrong": "one"}
    else:
        asked["DryRun"] = True
    answer = house.call("Decrypt", asked, user=outside)
    assert answer.error[0] == error
    check_pair(answer, outside)


def test_reencrypt_shows_each_owner_his_own_keys(house: House, key: str, outside: NewUser) -> None:
    own = house.ok("CreateKey", user=outside)["KeyMetadata"]["Arn"]
    blob = house.ok("Encrypt", {"KeyId": key, "Plaintext": HELLO})["CiphertextBlob"]
    answer = house.call("ReEncrypt", {"CiphertextBlob": blob, "DestinationKeyId": own}, user=outside)
    (copy,) = answer.further
    assert [one["ARN"] for one in answer.record["resources"]] == [key, own]
    assert [one["ARN"] for one in copy["resources"]] == [key]


def test_roles_assumed_from_another_account(house: House, outside: NewUser) -> None:
    role = make_role(house, "worker", trust(root_of(OTHER_ACCOUNT)))
    answer = sts(house, "AssumeRole", {"RoleArn": role, "RoleSessionName": "job"}, user=outside)
    check_pair(answer, outside)
    assert answer.body["Credentials"]["SecretAccessKey"] not in json.dumps(answer.further)
    closed = make_role(house, "closed", trust(root_of(ACCOUNT)))
    refused = sts(house, "AssumeRole", {"RoleArn": closed, "RoleSessionName": "job"}, user=outside)
    assert (refused.error[0], refused.further) == ("AccessDenied", [])
    assert sts(house, "AssumeRole", {"RoleArn": closed, "RoleSessionName": "job"}).further == []


def test_a_session_is_seen_by_its_id(house: House, key: str, outside: NewUser) -> None:
    allowed = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "kms:*", "Resource": "*"}]}
    role = make_role(house, "worker", trust(root_of(OTHER_ACCOUNT)), allowed, by=outside)
    session = assume(house, role, user=outside)
    answer = house.call("DescribeKey", {"KeyId": key}, user=session)
    (copy,) = answer.further
    assert copy["userIdentity"] == {
        "type": "AWSAccount",
        "principalId": answer.record["userIdentity"]["principalId"],
        "accountId": OTHER_ACCOUNT,
    }


def test_each_account_looks_up_its_own(house: House, key: str, outside: NewUser) -> None:
    answer = house.call("Encrypt", {"KeyId": key, "Plaintext": HELLO}, user=outside)
    records = [json.dumps(one).encode() for one in (*answer.further, answer.record)]

    class Scan(list[bytes]):
        cursor = None

    house.pipeline = replace(house.pipeline, events=lambda _cursor: Scan(records))
    for who, record in ((house.administrator, answer.further[0]), (outside, answer.record)):
        (event,) = house.cloudtrail("LookupEvents", user=who).body["Events"]
        assert json.loads(event["CloudTrailEvent"]) == record
        account = record["recipientAccountId"]
        trail = Trail(f"arn:aws:cloudtrail:us-east-1:{account}:trail/t", account, "us-east-1", "t", "vault", "", 0)
        assert _by_region(trail, 0, records) == {"us-east-1": [(record["eventTime"], json.dumps(record).encode())]}


def test_the_owner_finds_the_last_use_in_his_own_account(house: House, key: str, outside: NewUser) -> None:
    answer = house.call("Encrypt", {"KeyId": key, "Plaintext": HELLO}, user=outside)
    (copy,) = answer.further
    assert house.ok("GetKeyLastUsage", {"KeyId": key})["KeyLastUsage"]["CloudTrailEventId"] == copy["eventID"]
    for order in ([copy, answer.record], [answer.record, copy]):
        (usage,) = last_uses(json.dumps(record).encode() for record in order)
        assert usage.event_id == copy["eventID"]


def test_a_record_of_either_account_explains_the_call(house: House, key: str, outside: NewUser, tmp_path: Path) -> None:
    answer = house.call("Encrypt", {"KeyId": key, "Plaintext": HELLO}, user=outside)
    (copy,) = answer.further
    data = DataDirectory(tmp_path)
    with closing(Journal.open(data.journal, 0, segment_bytes=65536, clock=lambda: 0.0)) as journal:
        journal.append([json.dumps(one, separators=(",", ":")).encode() for one in (answer.record, copy)])
    for asked in (answer.request_id, answer.record["eventID"], copy["eventID"]):
        assert _find(data, asked) == answer.record


def test_both_are_durable_before_the_answer_or_there_is_none(house: House, key: str, outside: NewUser) -> None:
    async def run() -> None:
        journal = FailingJournal()
        lane = lane_of(house, journal, SimpleNamespace(moved=lambda: False, bump=lambda: None))

        async def ask(operation: str, members: dict[str, Any]) -> int:
            answered: asyncio.Future[Decided] = lane.loop.create_future()
            lane.submit(house.request(operation, members, user=outside), answered.set_result)
            return (await answered).status

        encrypt = {"KeyId": key, "Plaintext": HELLO}
        for count in (1, 2):  # from the database, then from the cache
            assert await ask("Encrypt", encrypt) == 200
            assert len(journal.records) == 2 * count
        grant = {"KeyId": key, "GranteePrincipal": outside.user.arn, "Operations": ["Encrypt"]}
        assert await ask("CreateGrant", grant) == 200
        assert len(journal.records) == 6
        assert set(lane._journalled) == {json.loads(record)["eventID"] for record in journal.records[4:]}
        journal.broken = True
        assert await ask("Encrypt", encrypt) == 500
        await turns()
        lane._threads.shutdown()

    asyncio.run(run())
