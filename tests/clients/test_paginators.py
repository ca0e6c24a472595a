"""Every paginator that boto3 has for KMS, over enough rows for several pages: nothing twice, nothing missing."""

import time
from collections.abc import Callable
from typing import Any

import pytest
from botocore import xform_name

from support.server import Server
from support.store_requests import cloudhsm

REGION = "eu-south-1"  # its own, because every test of this server shares one account
PAGE_SIZE, ROWS = 2, 5
ROTATION_SECONDS = 30.0

Rows = tuple[dict[str, Any], str, list[str]]
"""Parameters of the listing, the member that tells its rows apart ("" when they are texts), and the rows that must come."""


def new_key(kms: Any) -> str:
    key_id: str = kms.create_key()["KeyMetadata"]["KeyId"]
    return key_id


def aliases(kms: Any, user: str) -> Rows:
    key_id = new_key(kms)
    names = [f"alias/page-{number}" for number in range(ROWS)]
    for name in names:
        kms.create_alias(AliasName=name, TargetKeyId=key_id)
    return {"KeyId": key_id}, "AliasName", names


def grants(kms: Any, user: str) -> Rows:
    key_id = new_key(kms)
    return {"KeyId": key_id}, "GrantId", [_grant(kms, key_id, user) for _ in range(ROWS)]


def retirable_grants(kms: Any, user: str) -> Rows:
    key_ids = [new_key(kms), new_key(kms)]
    made = [_grant(kms, key_ids[number % 2], user, RetiringPrincipal=user) for number in range(ROWS)]
    return {"RetiringPrincipal": user}, "GrantId", made


def _grant(kms: Any, key_id: str, user: str, **parameters: str) -> str:
    made = kms.create_grant(KeyId=key_id, GranteePrincipal=user, Operations=["Decrypt"], **parameters)
    grant_id: str = made["GrantId"]
    return grant_id


def keys(kms: Any, user: str) -> Rows:
    for _ in range(ROWS):
        new_key(kms)
    listed = kms.list_keys(Limit=1000)  # with what the other tests here have made
    assert listed["Truncated"] is False
    return {}, "KeyId", [entry["KeyId"] for entry in listed["Keys"]]


def key_policies(kms: Any, user: str) -> Rows:
    return {"KeyId": new_key(kms)}, "", ["default"]


def resource_tags(kms: Any, user: str) -> Rows:
    names = [f"tag-{number}" for number in range(ROWS)]
    key_id = kms.create_key(Tags=[{"TagKey": name, "TagValue": "x"} for name in names])["KeyMetadata"]["KeyId"]
    return {"KeyId": key_id}, "TagKey", names


def key_rotations(kms: Any, user: str) -> Rows:
    """Each rotation on demand adds a key material; the next can begin when it is done."""
    key = {"KeyId": new_key(kms)}
    deadline = time.monotonic() + ROTATION_SECONDS
    materials = [kms.describe_key(**key)["KeyMetadata"]["CurrentKeyMaterialId"]]
    for _ in range(ROWS - 1):
        kms.rotate_key_on_demand(**key)
        while (current := kms.describe_key(**key)["KeyMetadata"]["CurrentKeyMaterialId"]) == materials[-1]:
            assert time.monotonic() < deadline, "the key material did not rotate"
            time.sleep(0.05)
        materials.append(current)
    return {**key, "IncludeKeyMaterial": "ALL_KEY_MATERIAL"}, "KeyMaterialId", materials


def custom_key_stores(kms: Any, user: str) -> Rows:
    made = [kms.create_custom_key_store(**cloudhsm(number))["CustomKeyStoreId"] for number in range(1, ROWS + 1)]
    return {}, "CustomKeyStoreId", made


ROWS_OF: dict[str, Callable[[Any, str], Rows]] = {
    "DescribeCustomKeyStores": custom_key_stores,
    "ListAliases": aliases,
    "ListGrants": grants,
    "ListKeyPolicies": key_policies,
    "ListKeyRotations": key_rotations,
    "ListKeys": keys,
    "ListResourceTags": resource_tags,
    "ListRetirableGrants": retirable_grants,
}


@pytest.fixture(scope="module")
def user(server: Server) -> str:
    return server.user("paginated")


@pytest.mark.parametrize("operation", ROWS_OF)
def test_pages_hold_every_row_once(server: Server, user: str, operation: str) -> None:
    kms = server.boto3(region=REGION)
    parameters, member, rows = ROWS_OF[operation](kms, user)
    paginator = kms.get_paginator(xform_name(operation))
    pages = list(paginator.paginate(**parameters, PaginationConfig={"PageSize": PAGE_SIZE}))
    (result,) = (key.expression for key in paginator.result_keys)
    listed = [entry[member] if member else entry for page in pages for entry in page[result]]
    assert sorted(listed) == sorted(rows)
    assert max(len(page[result]) for page in pages) <= PAGE_SIZE
    assert len(pages) >= -(-len(rows) // PAGE_SIZE)
    assert [page["Truncated"] for page in pages] == [True] * (len(pages) - 1) + [False]
    assert ["NextMarker" in page for page in pages] == [page["Truncated"] for page in pages]


def test_pages_can_be_taken_up_later(server: Server) -> None:
    """``StartingToken`` and ``MaxItems`` of boto3: a token that was kept continues in the middle of a page."""
    kms = server.boto3(region=REGION)
    key_id = new_key(kms)
    kms.tag_resource(KeyId=key_id, Tags=[{"TagKey": f"tag-{number}", "TagValue": ""} for number in range(ROWS)])
    paginator, seen, token = kms.get_paginator("list_resource_tags"), [], None
    for _ in range(ROWS):
        config = {"PageSize": PAGE_SIZE, "MaxItems": 1, "StartingToken": token}
        found = paginator.paginate(KeyId=key_id, PaginationConfig=config).build_full_result()
        seen += [tag["TagKey"] for tag in found["Tags"]]
        token = found.get("NextToken")
    assert (sorted(seen), token) == ([f"tag-{number}" for number in range(ROWS)], None)


def test_no_paginator_is_left_out(server: Server) -> None:
    kms = server.boto3()
    paged = {name for method, name in kms.meta.method_to_api_mapping.items() if kms.can_paginate(method)}
    assert paged == set(ROWS_OF)
