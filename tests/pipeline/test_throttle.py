"""Request rates: per caller's account, Region and class, with a record for each refusal; and quotas on resources."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from strongroom.errors import ThrottlingError
from strongroom.model.quota import Quotas, ResourceQuotas
from strongroom.stations.throttle import Throttle
from strongroom.store.cache import Miss, NounCache
from support.house import OTHER_ACCOUNT, House

HELLO = "aGVsbG8="
THROTTLED = (
    "ThrottlingException",
    "You have exceeded the rate at which you may call KMS. Reduce the frequency of your calls.",
)


def limit(house: House, rates: Mapping[str, float], workers: int = 1) -> None:
    house.pipeline = replace(house.pipeline, throttle=Throttle(Quotas(rates=rates), workers, lambda: house.now))


def test_a_second_s_worth_and_then_no_more(house: House, key_id: str) -> None:
    limit(house, {"symmetric": 3})
    members = {"KeyId": key_id, "Plaintext": HELLO}
    assert [house.call("Encrypt", members).status for _ in range(4)] == [200, 200, 200, 400]
    refused = house.call("GenerateDataKey", {"KeyId": key_id, "KeySpec": "AES_256"})  # the same class
    assert (refused.status, refused.error) == (400, THROTTLED)
    assert refused.record["errorCode"] == "ThrottlingException"
    assert refused.record["eventName"] == "GenerateDataKey"
    assert house.call("DescribeKey", {"KeyId": key_id}).status == 200
    house.now += 0.4
    assert [house.call("Encrypt", members).status for _ in range(2)] == [200, 400]


def test_accounts_and_regions_are_apart(house: House, key_id: str) -> None:
    limit(house, {"ListKeys": 1})
    other = house.add_user("other", _allow_all(), account=OTHER_ACCOUNT)
    assert [house.call("ListKeys").status for _ in range(2)] == [200, 400]
    assert house.call("ListKeys", user=other).status == 200
    assert house.call("ListKeys", region="eu-west-1").status == 200


def test_a_refused_permission_costs_nothing(house: House, key_id: str) -> None:
    limit(house, {"symmetric": 1})
    nobody = house.add_user("nobody")
    for _ in range(3):
        assert (
            house.call("Encrypt", {"KeyId": key_id, "Plaintext": HELLO}, user=nobody).error[0]
            == "AccessDeniedException"
        )
    assert house.call("Encrypt", {"KeyId": key_id, "Plaintext": HELLO}).status == 200


def test_a_request_that_is_decided_twice_costs_once(house: House, key_id: str) -> None:
    """First on a cache that lacks its material, then on the store."""
    limit(house, {"symmetric": 1})
    request = house.request("Encrypt", {"KeyId": key_id, "Plaintext": HELLO})
    with pytest.raises(Miss):
        house.pipeline.begin(request, NounCache(0))
    assert house.send(request).status == 200
    assert house.send(request).status == 200  # the same arrival again


def test_each_worker_has_its_share() -> None:
    now = 0.0
    throttle = Throttle(Quotas(rates={"ListKeys": 10, "CreateKey": 0.5}), 5, lambda: now)
    asked: Any = None
    for name, size in (("ListKeys", 2), ("CreateKey", 1)):
        for _ in range(size):
            throttle.charge(name, asked, (), "1", "us-east-1")
        with pytest.raises(ThrottlingError):
            throttle.charge(name, asked, (), "1", "us-east-1")
    now = 9.9  # a share of 0.1 a second
    with pytest.raises(ThrottlingError):
        throttle.charge("CreateKey", asked, (), "1", "us-east-1")
    now = 10.1
    throttle.charge("CreateKey", asked, (), "1", "us-east-1")


def test_a_refused_request_takes_nothing_from_its_other_class(house: House, key_id: str) -> None:
    limit(house, {"UpdatePrimaryRegion": 1, "CreateKey": 1})
    throttle = house.pipeline.throttle
    assert throttle is not None
    asked: Any = type("Asked", (), {"replica_region": "eu-west-1"})()
    throttle.charge("ReplicateKey", asked, (), "1", "us-east-1")
    house.now += 1
    with pytest.raises(ThrottlingError):  # one of the two that it took is still missing
        throttle.charge("ReplicateKey", asked, (), "1", "us-east-1")
    with pytest.raises(ThrottlingError):
        throttle.charge("CreateKey", asked, (), "1", "eu-west-1")
    throttle.charge("CreateKey", asked, (), "1", "us-east-1")


# --- resources -----------------------------------------------------------------------------------------------------------


def test_keys_of_an_account_and_region(house: House) -> None:
    house.pipeline = replace(house.pipeline, quotas=ResourceQuotas(keys=2))
    first = house.ok("CreateKey")["KeyMetadata"]["KeyId"]
    house.ok("CreateKey")
    house.ok("ScheduleKeyDeletion", {"KeyId": first})  # it counts until it is gone
    assert house.call("CreateKey").error[0] == "LimitExceededException"
    house.ok("CreateKey", region="eu-west-1")
    other = house.add_user("other", _allow_all(), account=OTHER_ACCOUNT)
    house.ok("CreateKey", user=other)


def test_aliases_and_policies(house: House, key_id: str) -> None:
    house.pipeline = replace(house.pipeline, quotas=ResourceQuotas(aliases_per_key=1, policy_bytes=300))
    house.ok("CreateAlias", {"AliasName": "alias/a", "TargetKeyId": key_id})
    assert (
        house.call("CreateAlias", {"AliasName": "alias/b", "TargetKeyId": key_id}).error[0] == "LimitExceededException"
    )
    policy = house.ok("GetKeyPolicy", {"KeyId": key_id})["Policy"]
    assert house.call("PutKeyPolicy", {"KeyId": key_id, "Policy": policy}).status == 200
    assert (
        house.call("PutKeyPolicy", {"KeyId": key_id, "Policy": policy + " " * 40}).error[0] == "LimitExceededException"
    )


def _allow_all() -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "kms:*", "Resource": "*"}]}
