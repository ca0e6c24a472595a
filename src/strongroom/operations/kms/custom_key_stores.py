"""Custom key stores: the operations Create-, Connect-, Disconnect-, Update-, Delete- and DescribeCustomKeyStore(s).

A store is checked, recorded and connected here; what it takes to talk to an HSM cluster or a proxy is ``key_store_backend``'s.
Source: AWS KMS API Reference, those actions and CustomKeyStoreInvalidStateException; CloudTrail entry examples of the AWS
KMS Developer Guide.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from strongroom.errors import (
    CloudHSMClusterInUseError,
    CloudHSMClusterNotRelatedError,
    CustomKeyStoreHasCMKsError,
    CustomKeyStoreInvalidStateError,
    CustomKeyStoreNotFoundError,
    LimitExceededError,
    ValidationError,
)
from strongroom.model.change import Change, Delete, Insert, Update
from strongroom.model.custom_key_store import (
    ConnectionState,
    Connectivity,
    CustomKeyStore,
    CustomKeyStoreRegister,
    StoreType,
)
from strongroom.operations.kms import key_store_backend
from strongroom.operations.kms.common import on_anything
from strongroom.operations.kms.key_store_rules import (
    check_members,
    check_move,
    check_no_foreign_members,
    check_service_members,
    check_service_region,
    check_trust_anchor,
    check_unshared,
    count_keys,
    find_store,
)
from strongroom.operations.operation import Call, Operation, Outcome, members
from strongroom.operations.paging import Listing
from strongroom.wire.shapes import kms

_STORES = Listing("DescribeCustomKeyStores", default=100, maximum=1000)


def _all_stores(call: Call) -> Sequence[CustomKeyStore]:
    return call.view.page(CustomKeyStore, {"account": call.account, "region": call.region}, limit=_STORES.maximum)


def _the_store(call: Call, request: Any) -> CustomKeyStore:
    return find_store(call.view, call.account, call.region, request.custom_key_store_id)


def _registered(call: Call) -> Change:
    """Return the change that makes another writer, who looked at the same names and addresses, decide again."""
    register = call.view.get(CustomKeyStoreRegister, call.account, call.region)
    return Insert(CustomKeyStoreRegister(call.account, call.region)) if register is None else Update(register)


def _about(store: CustomKeyStore) -> dict[str, str]:
    """What audit records say of a store that was there before."""
    named = {"customKeyStoreName": store.name}
    return named | {"clusterId": store.cluster_id} if store.cluster_id else named


def _refuse_state(call: Call, store: CustomKeyStore, what_to_do: str) -> None:
    raise CustomKeyStoreInvalidStateError(
        f"{call.operation} is not valid while the connection state of custom key store {store.store_id} is {store.state}. {what_to_do}"
    )


# --- CreateCustomKeyStore --------------------------------------------------------------------------------------------


def _create(call: Call, request: kms.CreateCustomKeyStoreRequest) -> Outcome:
    store_type = StoreType(request.custom_key_store_type or StoreType.CLOUDHSM)
    check_members(request, store_type)
    bare = CustomKeyStore(
        account=call.account,
        region=call.region,
        store_id=f"cks-{call.random_bytes(9).hex()[:17]}",
        name=request.custom_key_store_name,
        store_type=store_type,
        state=ConnectionState.DISCONNECTED,
        created_ms=call.now_ms,
    )
    store = _changed(call, bare, request)
    others = _all_stores(call)
    check_unshared(store, others, CloudHSMClusterInUseError)
    check_service_region(store)
    if request.trust_anchor_certificate is not None:
        check_trust_anchor(request.trust_anchor_certificate)
        store = replace(store, trust_anchor=request.trust_anchor_certificate)
    if len(others) >= (most := call.quotas.custom_key_stores):
        raise LimitExceededError(f"You cannot create more than {most} custom key stores in a Region.")
    return Outcome(
        kms.CreateCustomKeyStoreResponse(custom_key_store_id=store.store_id),
        (_registered(call), Insert(store)),
        response_elements={"customKeyStoreId": store.store_id},
    )


def _changed(
    call: Call, store: CustomKeyStore, request: kms.CreateCustomKeyStoreRequest | kms.UpdateCustomKeyStoreRequest
) -> CustomKeyStore:
    """Return the store with what the request says in members that both operations have; secrets go in wrapped."""
    fields: dict[str, Any] = {
        "cluster_id": request.cloud_hsm_cluster_id,
        "uri_endpoint": request.xks_proxy_uri_endpoint,
        "uri_path": request.xks_proxy_uri_path,
        "service_name": request.xks_proxy_vpc_endpoint_service_name,
        "service_owner": request.xks_proxy_vpc_endpoint_service_owner,
    }
    store = replace(store, **{name: value for name, value in fields.items() if value is not None})
    if request.xks_proxy_connectivity is not None:
        store = replace(store, connectivity=Connectivity(request.xks_proxy_connectivity))
    if store.connectivity is Connectivity.VPC_ENDPOINT_SERVICE:
        store = replace(store, service_owner=store.service_owner or call.account)
    else:
        store = replace(store, service_name="", service_owner="")
    secret = request.key_store_password
    if (credential := request.xks_proxy_authentication_credential) is not None:
        store, secret = replace(store, access_key_id=credential.access_key_id), credential.raw_secret_access_key
    if secret is not None:
        wrapped = call.keyring.wrap_store_secret(store, secret.encode(), call.random_bytes)
        store = replace(store, wrapped_secret=wrapped)
    return store


# --- UpdateCustomKeyStore --------------------------------------------------------------------------------------------

_MEMBERS = tuple(name for name in kms.UpdateCustomKeyStoreRequest.__struct_fields__ if name != "custom_key_store_id")
_WHILE_CONNECTED = frozenset(
    {"new_custom_key_store_name", "xks_proxy_authentication_credential", "xks_proxy_uri_path"}
)  # API Reference, UpdateCustomKeyStore: the members that a connected store may change


def _update(call: Call, request: kms.UpdateCustomKeyStoreRequest) -> Outcome:
    store = _the_store(call, request)
    asked = {name for name in _MEMBERS if getattr(request, name) is not None}
    if not asked:
        raise ValidationError("At least one property of the custom key store must be specified.")
    check_no_foreign_members(request, store.store_type)
    if store.connectivity is not None:
        wanted = Connectivity(request.xks_proxy_connectivity or store.connectivity)
        check_service_members(request, wanted)
        if wanted is not store.connectivity:
            check_move(request, wanted)
    if store.state is ConnectionState.CONNECTED:
        if not asked <= _WHILE_CONNECTED:
            _refuse_state(call, store, "Disconnect it first.")
    elif store.state is not ConnectionState.DISCONNECTED:
        _refuse_state(call, store, "It must be DISCONNECTED.")
    changed = _changed(call, replace(store, name=request.new_custom_key_store_name or store.name), request)
    check_unshared(
        changed,
        (other for other in _all_stores(call) if other.store_id != store.store_id),
        CloudHSMClusterNotRelatedError,
    )
    check_service_region(changed)
    return Outcome(kms.UpdateCustomKeyStoreResponse(), (_registered(call), Update(changed)), additional=_about(changed))


# --- Connect, Disconnect, Delete -------------------------------------------------------------------------------------


def _connect(call: Call, request: kms.ConnectCustomKeyStoreRequest) -> Outcome:
    store = _the_store(call, request)
    if store.state in (ConnectionState.DISCONNECTING, ConnectionState.FAILED):
        _refuse_state(call, store, "Disconnect it, then connect it again.")
    changes: tuple[Change, ...] = ()
    if store.state is ConnectionState.DISCONNECTED:
        state, error_code = key_store_backend.connect(store)
        changes = (Update(replace(store, state=state, error_code=error_code)),)
    return Outcome(kms.ConnectCustomKeyStoreResponse(), changes, additional=_about(store))


def _disconnect(call: Call, request: kms.DisconnectCustomKeyStoreRequest) -> Outcome:
    store = _the_store(call, request)
    if store.state in (ConnectionState.DISCONNECTING, ConnectionState.DISCONNECTED):
        _refuse_state(call, store, "There is no connection to end.")
    ended = replace(store, state=ConnectionState.DISCONNECTED, error_code=None)
    return Outcome(kms.DisconnectCustomKeyStoreResponse(), (Update(ended),), additional=_about(store))


def _delete(call: Call, request: kms.DeleteCustomKeyStoreRequest) -> Outcome:
    store = _the_store(call, request)
    if store.state is not ConnectionState.DISCONNECTED:
        _refuse_state(call, store, "Disconnect it first.")
    if count_keys(call.view, store):
        raise CustomKeyStoreHasCMKsError(
            f"Custom key store {store.store_id} contains KMS keys. Schedule their deletion, and delete it when they are gone."
        )
    return Outcome(kms.DeleteCustomKeyStoreResponse(), (Delete(store),), additional=_about(store))


# --- DescribeCustomKeyStores -----------------------------------------------------------------------------------------


def _describe(call: Call, request: kms.DescribeCustomKeyStoresRequest) -> Outcome:
    found = [(store.store_id, store) for store in _asked_for(call, request)]
    page = _STORES.slice_of(found, request.limit, request.marker)
    return Outcome(
        kms.DescribeCustomKeyStoresResponse(
            custom_key_stores=[_entry(store) for store in page.items],
            next_marker=page.next_marker,
            truncated=page.truncated,
        )
    )


def _asked_for(call: Call, request: kms.DescribeCustomKeyStoresRequest) -> Sequence[CustomKeyStore]:
    """Return the stores of the request in the order of their ids."""
    name = request.custom_key_store_name
    if name is not None and request.custom_key_store_id is not None:
        raise ValidationError("CustomKeyStoreId and CustomKeyStoreName cannot be specified in the same request.")
    if request.custom_key_store_id is not None:
        return (_the_store(call, request),)
    stores = _all_stores(call)
    if name is None:
        return stores
    named = [store for store in stores if store.name == name]
    if not named:
        raise CustomKeyStoreNotFoundError(f"There is no custom key store with the name {name}.")
    return named


def _entry(store: CustomKeyStore) -> kms.CustomKeyStoresListEntry:
    return kms.CustomKeyStoresListEntry(
        custom_key_store_id=store.store_id,
        custom_key_store_name=store.name,
        cloud_hsm_cluster_id=store.cluster_id or None,
        trust_anchor_certificate=store.trust_anchor or None,
        connection_state=store.state,
        connection_error_code=store.error_code,
        creation_date=store.created_ms / 1000,
        custom_key_store_type=store.store_type,
        xks_proxy_configuration=None if store.connectivity is None else _proxy(store),
    )


def _proxy(store: CustomKeyStore) -> kms.XksProxyConfigurationType:
    return kms.XksProxyConfigurationType(
        connectivity=store.connectivity,
        access_key_id=store.access_key_id,
        uri_endpoint=store.uri_endpoint,
        uri_path=store.uri_path,
        vpc_endpoint_service_name=store.service_name or None,
        vpc_endpoint_service_owner=store.service_owner or None,
    )


_S = kms.OPERATIONS
_STORE_ID = {"custom_key_store_id": "customKeyStoreId"}
# Never the password or the proxy's credential, neither here nor below.
_SHOWN = {
    "cloud_hsm_cluster_id": "clusterId",
    "xks_proxy_uri_endpoint": "xksProxyUriEndpoint",
    "xks_proxy_uri_path": "xksProxyUriPath",
    "xks_proxy_vpc_endpoint_service_name": "xksProxyVpcEndpointServiceName",
    "xks_proxy_vpc_endpoint_service_owner": "xksProxyVpcEndpointServiceOwner",
    "xks_proxy_connectivity": "xksProxyConnectivity",
}

OPERATIONS = (
    Operation(
        _S["CreateCustomKeyStore"],
        _create,
        on_anything("kms:CreateCustomKeyStore"),
        logged=members(
            custom_key_store_name="customKeyStoreName", custom_key_store_type="customKeyStoreType", **_SHOWN
        ),
        read_only=False,
    ),
    Operation(
        _S["ConnectCustomKeyStore"],
        _connect,
        on_anything("kms:ConnectCustomKeyStore"),
        logged=members(**_STORE_ID),
        read_only=False,
    ),
    Operation(
        _S["DisconnectCustomKeyStore"],
        _disconnect,
        on_anything("kms:DisconnectCustomKeyStore"),
        logged=members(**_STORE_ID),
        read_only=False,
    ),
    Operation(
        _S["UpdateCustomKeyStore"],
        _update,
        on_anything("kms:UpdateCustomKeyStore"),
        logged=members(**_STORE_ID, new_custom_key_store_name="newCustomKeyStoreName", **_SHOWN),
        read_only=False,
    ),
    Operation(
        _S["DeleteCustomKeyStore"],
        _delete,
        on_anything("kms:DeleteCustomKeyStore"),
        logged=members(**_STORE_ID),
        read_only=False,
    ),
    Operation(
        _S["DescribeCustomKeyStores"],
        _describe,
        on_anything("kms:DescribeCustomKeyStores"),
        logged=members(**_STORE_ID, custom_key_store_name="customKeyStoreName", limit="limit", marker="marker"),
    ),
)
