"""When access keys and roles were last used: the records say the same as the lane notes, and nothing is lost by a kill."""

from typing import Any

import pytest

from strongroom.authz.defaults import ADMINISTRATOR_ACCESS
from strongroom.model.identity import IdentityUse
from strongroom.server.identity_uses import IdentityUses, last_identity_uses, rows_of
from strongroom.server.key_uses import keep
from strongroom.stations.request import Decided
from strongroom.store.memory import MemoryStore
from support.house import House
from support.roles import allow, assume, make_role, session_of, sts, trust


@pytest.fixture
def decided(monkeypatch: pytest.MonkeyPatch) -> list[Decided]:
    """What the house decides, from the first to the last."""
    seen: list[Decided] = []
    plain = House._carried_out

    def seeing(house: House, request: Any) -> Any:
        carried = plain(house, request)
        seen.append(carried.decided)
        return carried

    monkeypatch.setattr(House, "_carried_out", seeing)
    return seen


def test_records_name_the_uses_that_answers_do(decided: list[Decided]) -> None:
    """Users, roles, sessions of users and of federated ones, refusals, strangers: each alone, and all together."""
    house = House()
    alice = house.add_user("alice", ADMINISTRATOR_ACCESS)
    role = make_role(house, "deploy", trust(alice.user.arn), allow("kms:*"))
    session = assume(house, role, user=alice)
    house.call("ListKeys", user=session, region="eu-west-1")
    federated = session_of(sts(house, "GetFederationToken", {"Name": "guest"}, user=alice))
    house.call("ListKeys", user=federated)
    house.call("ListKeys", user=session_of(sts(house, "GetSessionToken", user=alice)))
    house.iam("ListUsers", user=house.add_user("nobody"))
    house.now += 5
    house.call("DescribeKey", {"KeyId": "alias/none"}, user=alice)
    stranger = house.request("ListKeys", {})
    stranger.headers[:] = [(name, value) for name, value in stranger.headers if name != b"authorization"]
    house.send(stranger)
    names = {one.caller for one in decided}
    assert {"", alice.access_key_id} < names
    assert any(name.startswith("AROA") for name in names)
    for one in decided:
        expected = {one.caller: (float(int(one.time)), one.service, one.region)} if one.caller else {}
        assert last_identity_uses([one.record]) == expected
    noted = IdentityUses()
    for one in decided:
        if one.caller:
            noted.note(one)
    taken = noted.take()
    assert last_identity_uses([b'{"slot":1}', b"\xff", *(one.record for one in reversed(decided))]) == taken
    assert not noted
    later = decided[-2]
    noted.note(later)
    noted.give_back(dict.fromkeys(taken, (0.0, "kms", "us-east-1")))
    assert noted.take()[later.caller] == (later.time, later.service, later.region)


def test_an_older_use_takes_no_place_of_a_later_one() -> None:
    store = MemoryStore()
    for when in (10.0, 5.0):
        keep(store, (), rows_of({"AKIA": (when, "kms", "us-east-1")}), 0, None)
    with store.snapshot() as view:
        assert view.get(IdentityUse, "AKIA").used_ms == 10_000


def test_kill_right_after_the_answer(start_server: Any) -> None:
    """What was not written down yet is read from the journal at the next start."""
    server = start_server(workers=1)
    iam = server.fresh_boto3("iam")
    iam.create_user(UserName="alice")
    made = iam.create_access_key(UserName="alice")["AccessKey"]
    credentials = {"aws_access_key_id": made["AccessKeyId"], "aws_secret_access_key": made["SecretAccessKey"]}
    caller = server.fresh_boto3("sts", region="eu-west-1", **credentials)
    caller.get_caller_identity()
    server.kill()
    server.start()
    found = server.fresh_boto3("iam").get_access_key_last_used(AccessKeyId=made["AccessKeyId"])
    used = found["AccessKeyLastUsed"]
    assert (used["ServiceName"], used["Region"]) == ("sts", "eu-west-1")
    (record,) = [one for one in server.records() if one["eventName"] == "GetCallerIdentity"]
    assert used["LastUsedDate"].isoformat()[:19] == record["eventTime"][:19]
