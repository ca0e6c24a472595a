"""Every operation of the service ``strongroom``: permission, audit record, declared errors, silence about other accounts."""

import json
from typing import Any

import pytest

from strongroom.operations.table import BUILT, MODELLED
from support.console import ConsoleHouse, allowing
from support.house import ACCOUNT, OTHER_ACCOUNT
from support.refusals import COMMON_ERRORS

USER = f"arn:aws:iam::{ACCOUNT}:user/administrator"
ABOUT_KEYS = {"GetUsage", "GetKeyReport", "ExplainAccess", "TryKeyPolicy"}
ALL_ERRORS = COMMON_ERRORS


def body(house: ConsoleHouse, name: str, key_id: str) -> dict[str, Any]:
    span = {"StartTime": house.now - 86_400, "EndTime": house.now + 60}
    policy = house.ok("GetKeyPolicy", {"KeyId": key_id})["Policy"]
    bodies: dict[str, dict[str, Any]] = {
        "SearchKeys": {"Text": "first"},
        "GetKeySummary": {},
        "SearchEvents": {},
        "CountEvents": {**span, "BucketSeconds": 3600},
        "GetUsage": {**span, "KeyId": key_id, "GroupBy": "OPERATION"},
        "ExplainAccess": {"PrincipalArn": USER, "Action": "kms:Encrypt", "KeyId": key_id},
        "ExplainRequest": {"RequestId": house.call("DescribeKey", {"KeyId": key_id}).request_id},
        "TryIdentityPolicy": {"PrincipalArn": USER, "Policy": json.dumps(allowing("kms:*"))},
        "TryKeyPolicy": {"KeyId": key_id, "Policy": policy},
        "GetKeyReport": {"KeyId": key_id},
        "GetServerStatus": {},
    }
    return bodies[name]


NAMES = sorted(BUILT["strongroom"].keys() - {"SignIn"})


def test_every_operation_of_the_model_is_built() -> None:
    assert BUILT["strongroom"].keys() == MODELLED["strongroom"].keys()


@pytest.mark.parametrize("name", NAMES)
def test_success_and_refusal_are_recorded(house: ConsoleHouse, key_id: str, name: str) -> None:
    house.fill_index()
    members = body(house, name, key_id)
    refused = house.strongroom(name, members, user=house.add_user("nobody"))
    assert refused.error[0] == "AccessDeniedException", refused.raw
    assert f"is not authorized to perform: strongroom:{name}" in (refused.error[1] or "")
    assert "because no identity-based policy allows" in (refused.error[1] or "")
    assert refused.record["errorCode"] == "AccessDeniedException"
    assert "authorizationMessage" in refused.record["additionalEventData"]

    only = house.add_user("only", allowing(f"strongroom:{name}"))
    answer = house.strongroom(name, members, user=only)
    assert answer.status == 200, answer.raw
    record = answer.record
    assert (record["eventName"], record["eventSource"]) == (name, "strongroom.amazonaws.com")
    assert record["readOnly"] is True
    assert not answer.committed
    assert bool(record["resources"]) is (name in ABOUT_KEYS)
    assert "policy" not in (record["requestParameters"] or {})


@pytest.mark.parametrize("name", sorted(ABOUT_KEYS))
def test_a_key_that_is_told_of_is_the_resource(house: ConsoleHouse, key_id: str, name: str) -> None:
    house.fill_index()
    other: str = house.ok("CreateKey")["KeyMetadata"]["KeyId"]
    arn = f"arn:aws:kms:us-east-1:{ACCOUNT}:key/{key_id}"
    keeper = house.add_user("keeper", allowing(f"strongroom:{name}", resource=arn))
    house.ok("CreateAlias", {"AliasName": "alias/one", "TargetKeyId": key_id})
    for named in (key_id, arn, "alias/one"):
        assert house.strongroom(name, body(house, name, key_id) | {"KeyId": named}, user=keeper).status == 200
    refused = house.strongroom(name, body(house, name, key_id) | {"KeyId": other}, user=keeper)
    assert refused.error[0] == "AccessDeniedException"


@pytest.mark.parametrize("name", sorted(ABOUT_KEYS))
def test_errors_are_those_that_the_model_declares(house: ConsoleHouse, key_id: str, name: str) -> None:
    house.fill_index()
    stranger = house.add_user("stranger", allowing("*"), account=OTHER_ACCOUNT)
    members = body(house, name, key_id)
    arn = f"arn:aws:kms:us-east-1:{ACCOUNT}:key/{key_id}"
    for named in ("00000000-0000-4000-8000-000000000000", "not-a-key", "arn:aws:kms:x", "alias/nobody"):
        error, _ = house.strongroom(name, members | {"KeyId": named}).error
        assert error in MODELLED["strongroom"][name].errors, (named, error)
    assert house.strongroom(name, members | {"KeyId": arn}, user=stranger).error[0] == "AccessDeniedException"


def test_a_deny_wins(house: ConsoleHouse) -> None:
    deny = {"Effect": "Deny", "Action": "strongroom:Search*", "Resource": "*"}
    allow = {"Effect": "Allow", "Action": "strongroom:*", "Resource": "*"}
    user = house.add_user("user", {"Version": "2012-10-17", "Statement": [allow, deny]})
    error, text = house.strongroom("SearchKeys", user=user).error
    assert error == "AccessDeniedException"
    assert "with an explicit deny" in (text or "")
    assert house.strongroom("GetKeySummary", user=user).status == 200
