"""Requests of services, and keys for them."""

import json
from typing import Any

from strongroom.authz.defaults import default_key_policy
from strongroom.model.key import Key
from strongroom.operations.iam.provision import NewUser
from strongroom.operations.services import NewService
from support.house import ACCOUNT, Answer, House

DENIED = "AccessDeniedException"
BUCKET = "arn:aws:s3:::vault"


def policy_of(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def key_with(house: House, *statements: dict[str, Any]) -> str:
    """Return the ARN of a key whose policy is the default one and these statements."""
    policy = json.loads(default_key_policy(ACCOUNT))
    policy["Statement"] += [{"Resource": "*", **one} for one in statements]
    arn: str = house.ok("CreateKey", {"Policy": json.dumps(policy)})["KeyMetadata"]["Arn"]
    return arn


def for_user(arn: str) -> dict[str, str]:
    return {"x-strongroom-on-behalf-of": arn}


def for_source(arn: str) -> dict[str, str]:
    return {"x-amz-source-arn": arn}


def data_key(house: House, key: str, who: NewUser | NewService, *, region: str = "us-east-1", **more: Any) -> Answer:
    headers = more.pop("headers", {})
    asked = {"KeyId": key, "KeySpec": "AES_256", **more}
    return house.call("GenerateDataKey", asked, user=who, region=region, headers=headers)


def keys_of(house: House, account: str = ACCOUNT) -> int:
    with house.store.snapshot() as view:
        return view.count(Key, {"account": account})
