"""Custom key stores in time: what each connection state allows, and what an update may change.

Source: AWS KMS API Reference, CustomKeyStoreInvalidStateException and UpdateCustomKeyStore.
"""

from dataclasses import replace
from typing import Any

import pytest

from strongroom.model.change import Delete, Insert
from strongroom.model.custom_key_store import ConnectionState
from strongroom.model.key import KeyState
from support.house import ACCOUNT, OTHER_ACCOUNT, House
from support.key_stores import described, make, put_in, row
from support.nouns import key
from support.store_requests import (
    ACCESS_KEY_ID,
    PASSWORD,
    PRIVATE_ENDPOINT,
    PUBLIC_ENDPOINT,
    cloudhsm,
    external,
    service,
    service_name,
)

UPDATE = "UpdateCustomKeyStore"
VALIDATION, NAME_IN_USE = "ValidationException", "CustomKeyStoreNameInUseException"
URI_IN_USE, ENDPOINT_IN_USE = "XksProxyUriInUseException", "XksProxyUriEndpointInUseException"

# --- states ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("members", "code"),
    [
        (cloudhsm(), "CLUSTER_NOT_FOUND"),
        (external(), "XKS_PROXY_NOT_REACHABLE"),
        (service(), "XKS_VPC_ENDPOINT_SERVICE_NOT_FOUND"),
    ],
)
def test_connecting_fails_as_long_as_there_is_no_driver(house: House, members: dict[str, Any], code: str) -> None:
    store_id = make(house, members)
    named = {"CustomKeyStoreId": store_id}
    assert house.call("ConnectCustomKeyStore", named).raw == b"{}"
    failed = described(house, store_id)
    assert (failed["ConnectionState"], failed["ConnectionErrorCode"]) == ("FAILED", code)
    assert house.call("ConnectCustomKeyStore", named).error[0] == INVALID_STATE
    assert house.call("DisconnectCustomKeyStore", named).raw == b"{}"
    ended = described(house, store_id)
    assert ended["ConnectionState"] == "DISCONNECTED"
    assert "ConnectionErrorCode" not in ended
    assert house.call("DeleteCustomKeyStore", named).raw == b"{}"
    for name in ("ConnectCustomKeyStore", "DisconnectCustomKeyStore", "DeleteCustomKeyStore", UPDATE):
        assert house.call(name, named).error[0] == "CustomKeyStoreNotFoundException"


INVALID_STATE = "CustomKeyStoreInvalidStateException"
STATES = ("CONNECTED", "CONNECTING", "DISCONNECTED", "DISCONNECTING", "FAILED")
PASSWORD_CHANGE = {"KeyStorePassword": "another one"}
ALLOWED_IN: tuple[tuple[str, dict[str, Any], dict[str, Any], set[str]], ...] = (
    ("ConnectCustomKeyStore", cloudhsm(), {}, {"CONNECTED", "CONNECTING", "DISCONNECTED"}),
    ("DisconnectCustomKeyStore", cloudhsm(), {}, {"CONNECTED", "CONNECTING", "FAILED"}),
    ("DeleteCustomKeyStore", cloudhsm(), {}, {"DISCONNECTED"}),
    (UPDATE, cloudhsm(), {"NewCustomKeyStoreName": "new"}, {"CONNECTED", "DISCONNECTED"}),
    (UPDATE, cloudhsm(), PASSWORD_CHANGE, {"DISCONNECTED"}),
    (UPDATE, cloudhsm(), {"NewCustomKeyStoreName": "new", **PASSWORD_CHANGE}, {"DISCONNECTED"}),
    (UPDATE, cloudhsm(), {"CloudHsmClusterId": "cluster-zzzzzzzzzzz"}, {"DISCONNECTED"}),
    (UPDATE, external(), {"NewCustomKeyStoreName": "new"}, {"CONNECTED", "DISCONNECTED"}),
    (UPDATE, external(), {"XksProxyUriPath": "/new/kms/xks/v1"}, {"CONNECTED", "DISCONNECTED"}),
    (
        UPDATE,
        external(),
        {"XksProxyAuthenticationCredential": {"AccessKeyId": "C" * 20, "RawSecretAccessKey": "d" * 43}},
        {"CONNECTED", "DISCONNECTED"},
    ),
    (UPDATE, external(), {"XksProxyUriEndpoint": "https://new.example.com"}, {"DISCONNECTED"}),
    (UPDATE, service(), {"XksProxyVpcEndpointServiceName": service_name(9)}, {"DISCONNECTED"}),
    (UPDATE, service(), {"XksProxyVpcEndpointServiceOwner": OTHER_ACCOUNT}, {"DISCONNECTED"}),
)


@pytest.mark.parametrize("state", STATES)
def test_what_each_state_allows(house: House, state: str) -> None:
    """API Reference, CustomKeyStoreInvalidStateException and UpdateCustomKeyStore, row by row."""
    for name, members, changes, allowed in ALLOWED_IN:
        store_id = make(house, members)
        put_in(house, store_id, ConnectionState(state))
        answer = house.call(name, {"CustomKeyStoreId": store_id, **changes})
        if state in allowed:
            assert answer.raw == b"{}", (name, changes)
        else:
            assert answer.error[0] == INVALID_STATE, (name, changes)
            assert state in str(answer.error[1])
        if name != "DeleteCustomKeyStore" or state not in allowed:
            put_in(house, store_id, ConnectionState.DISCONNECTED)
            house.ok("DeleteCustomKeyStore", {"CustomKeyStoreId": store_id})


def test_a_connection_that_stands_or_begins_is_left_alone(house: House) -> None:
    store_id = make(house, cloudhsm())
    for state in (ConnectionState.CONNECTED, ConnectionState.CONNECTING):
        put_in(house, store_id, state)
        house.ok("ConnectCustomKeyStore", {"CustomKeyStoreId": store_id})
        assert described(house, store_id)["ConnectionState"] == state


@pytest.mark.parametrize("state", [KeyState.ENABLED, KeyState.PENDING_DELETION, KeyState.UNAVAILABLE])
def test_a_store_with_keys_stays(house: House, state: KeyState) -> None:
    store_id, empty = make(house, cloudhsm()), make(house, cloudhsm(2))
    inside = key(custom_key_store_id=store_id, state=state)
    house.store.commit((Insert(inside),))
    assert (
        house.call("DeleteCustomKeyStore", {"CustomKeyStoreId": store_id}).error[0] == "CustomKeyStoreHasCMKsException"
    )
    house.ok("DeleteCustomKeyStore", {"CustomKeyStoreId": empty})
    house.store.commit((Delete(replace(inside, version=1)),))
    house.ok("DeleteCustomKeyStore", {"CustomKeyStoreId": store_id})


# --- updates ---------------------------------------------------------------------------------------------------------


def test_updates_change_what_they_name(house: House) -> None:
    store_id = make(house, external())
    before = described(house, store_id)
    credential = {"AccessKeyId": "Z" * 20, "RawSecretAccessKey": "new" * 15}
    house.ok(UPDATE, {"CustomKeyStoreId": store_id, "XksProxyAuthenticationCredential": credential})
    before["XksProxyConfiguration"]["AccessKeyId"] = "Z" * 20
    assert described(house, store_id) == before
    assert house.keyring.unwrap_store_secret(row(house, store_id)) == b"new" * 15
    house.ok(UPDATE, {"CustomKeyStoreId": store_id, "NewCustomKeyStoreName": "renamed"})
    assert described(house, store_id) == before | {"CustomKeyStoreName": "renamed"}
    make(house, external(2, CustomKeyStoreName="external 1"))  # which is free again


def test_from_a_public_endpoint_to_a_service_and_back(house: House) -> None:
    store_id = make(house, external())
    to_service = {
        "CustomKeyStoreId": store_id,
        "XksProxyConnectivity": "VPC_ENDPOINT_SERVICE",
        "XksProxyUriEndpoint": PRIVATE_ENDPOINT,
        "XksProxyVpcEndpointServiceName": service_name(1),
    }
    to_public = {
        "CustomKeyStoreId": store_id,
        "XksProxyConnectivity": "PUBLIC_ENDPOINT",
        "XksProxyUriEndpoint": PUBLIC_ENDPOINT,
    }
    for needed in ("XksProxyUriEndpoint", "XksProxyVpcEndpointServiceName"):
        without = {name: value for name, value in to_service.items() if name != needed}
        assert house.call(UPDATE, without).error[0] == VALIDATION
    assert house.call(UPDATE, {"CustomKeyStoreId": store_id, "XksProxyVpcEndpointServiceOwner": ACCOUNT}).status == 400
    house.ok(UPDATE, to_service)
    proxy = described(house, store_id)["XksProxyConfiguration"]
    assert (proxy["UriEndpoint"], proxy["VpcEndpointServiceOwner"]) == (PRIVATE_ENDPOINT, ACCOUNT)
    assert house.call(UPDATE, to_public | {"XksProxyVpcEndpointServiceName": service_name(1)}).error[0] == VALIDATION
    assert house.call(UPDATE, {name: to_public[name] for name in list(to_public)[:2]}).error[0] == VALIDATION
    house.ok(UPDATE, to_public)
    assert described(house, store_id)["XksProxyConfiguration"] == {
        "Connectivity": "PUBLIC_ENDPOINT",
        "AccessKeyId": ACCESS_KEY_ID,
        "UriEndpoint": PUBLIC_ENDPOINT,
        "UriPath": "/kms/xks/v1",
    }


@pytest.mark.parametrize(
    ("members", "error"),
    [
        ({}, VALIDATION),
        ({"KeyStorePassword": PASSWORD}, VALIDATION),
        ({"CloudHsmClusterId": "cluster-zzzzzzzzzzz"}, VALIDATION),
        ({"NewCustomKeyStoreName": "cluster 1"}, NAME_IN_USE),
        ({"XksProxyUriEndpoint": PUBLIC_ENDPOINT}, URI_IN_USE),
        ({"XksProxyUriEndpoint": PUBLIC_ENDPOINT, "XksProxyUriPath": "/new/kms/xks/v1"}, None),
        ({"XksProxyUriEndpoint": PRIVATE_ENDPOINT, "XksProxyUriPath": "/new/kms/xks/v1"}, ENDPOINT_IN_USE),
        ({"NewCustomKeyStoreName": "external 2", "XksProxyUriPath": "/kms/xks/v1"}, None),  # its own are free to it
    ],
)
def test_updates_of_an_external_store(house: House, members: dict[str, Any], error: str | None) -> None:
    for present in (cloudhsm(), external(), service()):
        make(house, present)
    store_id = make(house, external(2))
    before = row(house, store_id)
    answer = house.call(UPDATE, {"CustomKeyStoreId": store_id, **members})
    assert (answer.error[0] if answer.status == 400 else None) == error
    assert (row(house, store_id) == before) is (error is not None)


def test_another_stores_cluster_is_never_related(house: House) -> None:
    """UpdateCustomKeyStore declares no CloudHsmClusterInUseException: no other store's cluster has the same certificate."""
    store_id = make(house, cloudhsm())
    make(house, cloudhsm(2))
    change = {"CustomKeyStoreId": store_id, "CloudHsmClusterId": cloudhsm(2)["CloudHsmClusterId"]}
    assert house.call(UPDATE, change).error[0] == "CloudHsmClusterNotRelatedException"
    foreign = {"CustomKeyStoreId": store_id, "XksProxyUriPath": "/kms/xks/v1"}
    assert house.call(UPDATE, foreign).error[0] == VALIDATION
