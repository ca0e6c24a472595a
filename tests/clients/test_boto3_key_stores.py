"""boto3 as it comes: the life of custom key stores, as far as it goes without a driver."""

from typing import Any

import pytest

from support.refusals import refusal
from support.server import Server
from support.store_requests import TRUST_ANCHOR, cloudhsm, external

REGION = "ap-south-1"  # its own, because every test of this server shares one account


@pytest.fixture
def kms(server: Server) -> Any:
    return server.boto3(region=REGION)


def described(kms: Any, store_id: str) -> dict[str, Any]:
    (entry,) = kms.describe_custom_key_stores(CustomKeyStoreId=store_id)["CustomKeyStores"]
    return dict(entry)


@pytest.mark.parametrize("members", [cloudhsm(), external()], ids=["CloudHSM", "external"])
def test_life_cycle(kms: Any, members: dict[str, Any]) -> None:
    store_id = kms.create_custom_key_store(**members)["CustomKeyStoreId"]
    entry = described(kms, store_id)
    assert entry["ConnectionState"] == "DISCONNECTED"
    assert entry["CustomKeyStoreType"] == members.get("CustomKeyStoreType", "AWS_CLOUDHSM")
    assert entry.get("TrustAnchorCertificate", TRUST_ANCHOR) == TRUST_ANCHOR
    assert refusal(kms, "create_custom_key_store", **members).code == "CustomKeyStoreNameInUseException"
    kms.connect_custom_key_store(CustomKeyStoreId=store_id)
    entry = described(kms, store_id)
    assert entry["ConnectionState"] == "FAILED"
    assert entry["ConnectionErrorCode"] in {"CLUSTER_NOT_FOUND", "XKS_PROXY_NOT_REACHABLE"}
    named = {"CustomKeyStoreId": store_id}
    for method in ("delete_custom_key_store", "connect_custom_key_store"):
        assert refusal(kms, method, **named).code == "CustomKeyStoreInvalidStateException"
    kms.disconnect_custom_key_store(CustomKeyStoreId=store_id)
    kms.update_custom_key_store(CustomKeyStoreId=store_id, NewCustomKeyStoreName="renamed")
    pages = kms.get_paginator("describe_custom_key_stores").paginate(PaginationConfig={"PageSize": 1})
    assert [each["CustomKeyStoreName"] for page in pages for each in page["CustomKeyStores"]] == ["renamed"]
    unusable = (
        "CustomKeyStoreInvalidStateException" if "CloudHsmClusterId" in members else "UnsupportedOperationException"
    )
    assert refusal(kms, "generate_random", NumberOfBytes=16, **named).code == unusable
    kms.delete_custom_key_store(CustomKeyStoreId=store_id)
    for method, parameters in (
        ("describe_custom_key_stores", named),
        ("delete_custom_key_store", named),
        ("generate_random", named | {"NumberOfBytes": 16}),
    ):
        assert refusal(kms, method, **parameters).code == "CustomKeyStoreNotFoundException"
