"""What keys and random bytes ask of a custom key store, and that members fit the type of a store however they are mixed."""

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from strongroom.errors import AWSError, ValidationError
from strongroom.model.change import Insert
from strongroom.model.custom_key_store import ConnectionState, Connectivity, StoreType
from strongroom.model.key import KeyState
from strongroom.operations.kms.key_store_rules import (
    check_members,
    check_store_for_new_key,
    check_store_for_random,
    is_for_store,
)
from strongroom.store.memory import MemoryStore
from strongroom.wire.shapes import kms
from support.house import ACCOUNT, House
from support.nouns import custom_key_store, key
from support.store_requests import cloudhsm, external, service

HERE = (ACCOUNT, "us-east-1")
EXTERNAL = {
    "store_type": StoreType.EXTERNAL,
    "cluster_id": "",
    "connectivity": Connectivity.PUBLIC_ENDPOINT,
    "uri_endpoint": "https://proxy.example.com",
    "uri_path": "/kms/xks/v1",
}
CONNECTED = {"state": ConnectionState.CONNECTED}
STORES = {
    "hsm": custom_key_store(1, **CONNECTED),
    "idle hsm": custom_key_store(2),
    "xks": custom_key_store(3, **EXTERNAL, **CONNECTED),
    "idle xks": custom_key_store(4, **EXTERNAL),
}


@pytest.fixture
def store() -> MemoryStore:
    memory = MemoryStore()
    memory.commit(tuple(Insert(each) for each in STORES.values()))
    return memory


def asked(origin: str | None, store_name: str | None, **members: Any) -> kms.CreateKeyRequest:
    store_id = STORES[store_name].store_id if store_name in STORES else store_name
    return kms.CreateKeyRequest(origin=origin, custom_key_store_id=store_id, **members)


HSM, XKS = "AWS_CLOUDHSM", "EXTERNAL_KEY_STORE"
KEY_ID = {"xks_key_id": "key-1"}
NOT_FOUND, UNSUPPORTED = "CustomKeyStoreNotFoundException", "UnsupportedOperationException"
VALIDATION, INVALID_STATE = "ValidationException", "CustomKeyStoreInvalidStateException"


@pytest.mark.parametrize(
    ("request_", "error", "named"),
    [
        (asked(None, "hsm"), VALIDATION, "Origin"),
        (asked("AWS_KMS", "hsm"), VALIDATION, "Origin"),
        (asked("EXTERNAL", "hsm"), VALIDATION, "Origin"),
        (asked(None, None, **KEY_ID), VALIDATION, "XksKeyId"),
        (asked(HSM, "hsm", **KEY_ID), VALIDATION, "XksKeyId"),
        (asked(HSM, None), VALIDATION, "CustomKeyStoreId"),
        (asked(XKS, None, **KEY_ID), VALIDATION, "CustomKeyStoreId"),
        (asked(XKS, "xks"), VALIDATION, "XksKeyId"),
        (asked(HSM, "hsm", key_spec="RSA_2048", key_usage="SIGN_VERIFY"), UNSUPPORTED, "RSA_2048"),
        (asked(HSM, "hsm", customer_master_key_spec="HMAC_256"), UNSUPPORTED, "HMAC_256"),
        (asked(HSM, "hsm", key_usage="GENERATE_VERIFY_MAC"), UNSUPPORTED, "GENERATE_VERIFY_MAC"),
        (asked(HSM, "hsm", multi_region=True), UNSUPPORTED, "Multi-Region"),
        (asked(HSM, "cks-0"), NOT_FOUND, "cks-0"),
        (asked(HSM, "xks"), UNSUPPORTED, XKS),
        (asked(XKS, "hsm", **KEY_ID), UNSUPPORTED, HSM),
        (asked(HSM, "idle xks"), UNSUPPORTED, XKS),
        (asked(HSM, "idle hsm"), INVALID_STATE, "DISCONNECTED"),
        (asked(XKS, "idle xks", **KEY_ID), INVALID_STATE, "DISCONNECTED"),
    ],
)
def test_a_key_that_no_store_takes(store: MemoryStore, request_: kms.CreateKeyRequest, error: str, named: str) -> None:
    assert is_for_store(request_)
    with store.snapshot() as view, pytest.raises(AWSError) as refused:
        check_store_for_new_key(view, *HERE, request_)
    assert refused.value.wire_name == error
    assert named in str(refused.value)
    assert error in kms.OPERATIONS["CreateKey"].errors | {VALIDATION}


@pytest.mark.parametrize(
    ("request_", "found"),
    [
        (asked(HSM, "hsm"), "hsm"),
        (asked(HSM, "hsm", key_spec="SYMMETRIC_DEFAULT", key_usage="ENCRYPT_DECRYPT", multi_region=False), "hsm"),
        (asked(XKS, "xks", **KEY_ID), "xks"),
    ],
)
def test_a_connected_store_takes_a_key(store: MemoryStore, request_: kms.CreateKeyRequest, found: str) -> None:
    """As it will be once drivers connect stores."""
    with store.snapshot() as view:
        assert check_store_for_new_key(view, *HERE, request_).store_id == STORES[found].store_id


def test_an_external_key_belongs_to_one_key_of_a_store(store: MemoryStore) -> None:
    """Whatever state that key is in; in another store the same id is another external key."""
    dying = key(1, custom_key_store_id=STORES["xks"].store_id, xks_key_id="key-1", state=KeyState.PENDING_DELETION)
    store.commit((Insert(dying), Insert(key(2, custom_key_store_id="cks-other", xks_key_id="key-2"))))
    with store.snapshot() as view:
        with pytest.raises(AWSError) as refused:
            check_store_for_new_key(view, *HERE, asked(XKS, "xks", **KEY_ID))
        assert refused.value.wire_name == "XksKeyAlreadyInUseException"
        check_store_for_new_key(view, *HERE, asked(XKS, "xks", xks_key_id="key-2"))


@pytest.mark.parametrize("where", [("444455556666", "us-east-1"), (ACCOUNT, "eu-west-1")])
def test_stores_of_others_are_not_found(store: MemoryStore, where: tuple[str, str]) -> None:
    with store.snapshot() as view:
        for check in (
            lambda: check_store_for_new_key(view, *where, asked(HSM, "hsm")),
            lambda: check_store_for_random(view, *where, STORES["hsm"].store_id),
        ):
            with pytest.raises(AWSError, match="is not found") as refused:
                check()
            assert refused.value.wire_name == NOT_FOUND


def test_an_ordinary_key_is_for_no_store() -> None:
    for origin in (None, "AWS_KMS", "EXTERNAL"):
        assert not is_for_store(kms.CreateKeyRequest(origin=origin))


def test_random_bytes_of_a_store(house: House) -> None:
    """Never bytes of our own, not even when a row says CONNECTED."""
    house.store.commit(tuple(Insert(each) for each in STORES.values()))
    for store_id, error, named in (
        ("cks-0", NOT_FOUND, "cks-0"),
        (STORES["idle xks"].store_id, UNSUPPORTED, XKS),
        (STORES["xks"].store_id, UNSUPPORTED, XKS),
        (STORES["idle hsm"].store_id, INVALID_STATE, "DISCONNECTED"),
        (STORES["hsm"].store_id, UNSUPPORTED, "not built"),
    ):
        answer = house.call("GenerateRandom", {"NumberOfBytes": 16, "CustomKeyStoreId": store_id})
        assert answer.error[0] == error
        assert named in str(answer.error[1])


# --- members by type -------------------------------------------------------------------------------------------------

WELL_FORMED = {StoreType.CLOUDHSM: cloudhsm(), StoreType.EXTERNAL: external()}
OPTIONAL = ("XksProxyVpcEndpointServiceName", "XksProxyVpcEndpointServiceOwner")
EVERY_MEMBER = {**cloudhsm(), **service(), "XksProxyVpcEndpointServiceOwner": ACCOUNT}
ALWAYS = {"CustomKeyStoreName", "CustomKeyStoreType"}


@given(
    st.sampled_from(list(StoreType)),
    st.sampled_from(list(Connectivity)),
    st.sets(st.sampled_from(sorted(EVERY_MEMBER.keys() - ALWAYS))),
)
def test_exactly_the_members_of_a_type_are_accepted(
    store_type: StoreType, connectivity: Connectivity, present: set[str]
) -> None:
    """The rule in the words of the API Reference: these members, all of them, and no others."""
    members = {name: EVERY_MEMBER[name] for name in present} | {"CustomKeyStoreName": "name"}
    if "XksProxyConnectivity" in members:
        members["XksProxyConnectivity"] = connectivity.value
    needed, allowed = set(WELL_FORMED[store_type]) - ALWAYS, set[str]()
    if store_type is StoreType.EXTERNAL and connectivity is Connectivity.VPC_ENDPOINT_SERVICE:
        needed, allowed = needed | {OPTIONAL[0]}, {OPTIONAL[1]}
    request = msgspec.convert(members, kms.CreateCustomKeyStoreRequest)
    if needed <= present <= needed | allowed:
        check_members(request, store_type)
    else:
        with pytest.raises(ValidationError) as refused:
            check_members(request, store_type)
        assert any(name in str(refused.value) for name in needed ^ present)
