"""What a custom key store must be: its members by type, what no two may share, and what a key or random bytes ask of it.

Source: AWS KMS API Reference, CreateCustomKeyStore, UpdateCustomKeyStore, CreateKey, GenerateRandom; AWS KMS Developer
Guide, "Troubleshooting external key stores". The texts are ours: nobody has recorded AWS's.
"""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from cryptography.x509 import InvalidVersion, load_pem_x509_certificates

from strongroom.errors import (
    AWSError,
    CustomKeyStoreInvalidStateError,
    CustomKeyStoreNameInUseError,
    CustomKeyStoreNotFoundError,
    IncorrectTrustAnchorError,
    UnsupportedOperationError,
    ValidationError,
    XKSKeyAlreadyInUseError,
    XKSProxyURIEndpointInUseError,
    XKSProxyURIInUseError,
    XKSProxyVPCEndpointServiceInUseError,
    XKSProxyVPCEndpointServiceNotFoundError,
)
from strongroom.model.custom_key_store import ConnectionState, Connectivity, CustomKeyStore, StoreType
from strongroom.model.key import Key
from strongroom.model.key_spec import ENCRYPT_DECRYPT, SYMMETRIC_DEFAULT
from strongroom.model.view import Snapshot
from strongroom.wire.shapes import kms

StoreRequest = kms.CreateCustomKeyStoreRequest | kms.UpdateCustomKeyStoreRequest

_SERVICE_NAME = "XksProxyVpcEndpointServiceName"
_SERVICE_OWNER = "XksProxyVpcEndpointServiceOwner"

# Members of requests by the type of store that has them: wire name -> attribute.
_OWN: Mapping[StoreType, Mapping[str, str]] = MappingProxyType(
    {
        StoreType.CLOUDHSM: {
            "CloudHsmClusterId": "cloud_hsm_cluster_id",
            "TrustAnchorCertificate": "trust_anchor_certificate",
            "KeyStorePassword": "key_store_password",
        },
        StoreType.EXTERNAL: {
            "XksProxyConnectivity": "xks_proxy_connectivity",
            "XksProxyUriEndpoint": "xks_proxy_uri_endpoint",
            "XksProxyUriPath": "xks_proxy_uri_path",
            "XksProxyAuthenticationCredential": "xks_proxy_authentication_credential",
        },
    }
)
_OF_SERVICE: Mapping[str, str] = MappingProxyType(
    {_SERVICE_NAME: "xks_proxy_vpc_endpoint_service_name", _SERVICE_OWNER: "xks_proxy_vpc_endpoint_service_owner"}
)


def find_store(view: Snapshot, account: str, region: str, store_id: str) -> CustomKeyStore:
    """Errors: CustomKeyStoreNotFoundError."""
    store = view.get(CustomKeyStore, account, region, store_id)
    if store is None:
        raise CustomKeyStoreNotFoundError(f"Custom key store {store_id} is not found.")
    return store


# --- members -------------------------------------------------------------------------------------------------------


def check_members(request: kms.CreateCustomKeyStoreRequest, store_type: StoreType) -> None:
    """Errors: ValidationError for members that the type needs and that are missing, or that belong to the other type."""
    check_no_foreign_members(request, store_type)
    missing = [name for name, attribute in _OWN[store_type].items() if getattr(request, attribute) is None]
    if missing:
        raise ValidationError(f"{_listed(missing)} must be specified for a custom key store of type {store_type}.")
    if request.xks_proxy_connectivity is not None:
        connectivity = Connectivity(request.xks_proxy_connectivity)
        check_service_members(request, connectivity)
        if connectivity is Connectivity.VPC_ENDPOINT_SERVICE:
            _demand(request.xks_proxy_vpc_endpoint_service_name, _SERVICE_NAME, connectivity)


def check_no_foreign_members(request: StoreRequest, store_type: StoreType) -> None:
    """Errors: ValidationError."""
    if store_type is StoreType.CLOUDHSM:
        foreign = _present(request, {**_OWN[StoreType.EXTERNAL], **_OF_SERVICE})
    else:
        foreign = _present(request, _OWN[StoreType.CLOUDHSM])
    if foreign:
        raise ValidationError(f"{_listed(foreign)} cannot be specified for a custom key store of type {store_type}.")


def check_service_members(request: StoreRequest, connectivity: Connectivity) -> None:
    """Errors: ValidationError for the members of a VPC endpoint service beside a public endpoint."""
    foreign = _present(request, _OF_SERVICE)
    if foreign and connectivity is Connectivity.PUBLIC_ENDPOINT:
        raise ValidationError(f"{_listed(foreign)} cannot be specified with XksProxyConnectivity {connectivity}.")


def check_move(request: kms.UpdateCustomKeyStoreRequest, connectivity: Connectivity) -> None:
    """Check a change to another connectivity, which needs another endpoint too. Errors: ValidationError."""
    _demand(request.xks_proxy_uri_endpoint, "XksProxyUriEndpoint", connectivity)
    if connectivity is Connectivity.VPC_ENDPOINT_SERVICE:
        _demand(request.xks_proxy_vpc_endpoint_service_name, _SERVICE_NAME, connectivity)


def check_trust_anchor(text: str) -> None:
    """Errors: IncorrectTrustAnchorError for anything but one PEM certificate: a private key beside it would be shown to readers."""
    try:
        certificates = load_pem_x509_certificates(text.encode())
    except (ValueError, InvalidVersion):
        certificates = []
    if len(certificates) != 1 or text.count("-----BEGIN ") != 1:
        raise IncorrectTrustAnchorError("TrustAnchorCertificate must be one X.509 certificate in PEM format.")


def _present(request: StoreRequest, attributes: Mapping[str, str]) -> list[str]:
    return [name for name, attribute in attributes.items() if getattr(request, attribute, None) is not None]


def _demand(value: object, name: str, connectivity: Connectivity) -> None:
    if value is None:
        raise ValidationError(f"{name} must be specified with XksProxyConnectivity {connectivity}.")


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names)


# --- what no two stores of an account and Region share -------------------------------------------------------------


def check_unshared(store: CustomKeyStore, others: Iterable[CustomKeyStore], cluster_error: type[AWSError]) -> None:
    """Errors: the ...InUse family; ``cluster_error`` for another store's cluster, because the operations name it differently."""
    for other in others:
        if other.name == store.name:
            raise CustomKeyStoreNameInUseError(f"The custom key store name {store.name} is already in use.")
        if store.cluster_id and other.cluster_id == store.cluster_id:
            raise cluster_error(f"Cluster {store.cluster_id} belongs to custom key store {other.store_id}.")
        if store.store_type is StoreType.EXTERNAL and other.store_type is StoreType.EXTERNAL:
            _check_proxies(store, other)


def _check_proxies(store: CustomKeyStore, other: CustomKeyStore) -> None:
    """Public endpoints may be shared by stores with different paths; a private DNS name or a service may not be shared at all."""
    same_endpoint = store.uri_endpoint.lower() == other.uri_endpoint.lower()  # host names know no case
    if same_endpoint and store.uri_path == other.uri_path:
        raise XKSProxyURIInUseError(
            f"{store.uri_endpoint}{store.uri_path} is already in use by custom key store {other.store_id}."
        )
    if same_endpoint and Connectivity.VPC_ENDPOINT_SERVICE in (store.connectivity, other.connectivity):
        raise XKSProxyURIEndpointInUseError(
            f"{store.uri_endpoint} is already in use by custom key store {other.store_id}, "
            f"whose XksProxyConnectivity is {other.connectivity}."
        )
    if store.service_name and store.service_name == other.service_name:
        raise XKSProxyVPCEndpointServiceInUseError(
            f"{store.service_name} is already in use by custom key store {other.store_id}."
        )


def check_service_region(store: CustomKeyStore) -> None:
    """Errors: XKSProxyVPCEndpointServiceNotFoundError for an endpoint service of another Region, which its name tells."""
    if store.service_name and store.service_name.split(".")[3] != store.region:
        raise XKSProxyVPCEndpointServiceNotFoundError(
            f"VPC endpoint service {store.service_name} is not in Region {store.region}."
        )


# --- using a store -------------------------------------------------------------------------------------------------


def check_connected(store: CustomKeyStore) -> None:
    """Errors: CustomKeyStoreInvalidStateError."""
    if store.state is not ConnectionState.CONNECTED:
        raise CustomKeyStoreInvalidStateError(
            f"The connection state of custom key store {store.store_id} is {store.state}; it must be CONNECTED."
        )


def count_keys(view: Snapshot, store: CustomKeyStore, **where: str) -> int:
    """Return how many keys, in any state, lie in a store."""
    here = {"account": store.account, "region": store.region, "custom_key_store_id": store.store_id}
    return view.count(Key, here | where)


def is_for_store(request: kms.CreateKeyRequest) -> bool:
    """Return whether CreateKey speaks of a custom key store at all, rightly or wrongly."""
    named = request.custom_key_store_id is not None or request.xks_key_id is not None
    return named or request.origin in tuple(StoreType)


def check_store_for_new_key(view: Snapshot, account: str, region: str, request: kms.CreateKeyRequest) -> CustomKeyStore:
    """Return the connected store that a key is to be made in, for a request that ``is_for_store``.

    Errors: ValidationError, UnsupportedOperationError, CustomKeyStoreNotFoundError, CustomKeyStoreInvalidStateError,
    XKSKeyAlreadyInUseError, looked for in this order.

    INVARIANT: whoever makes the key commits ``Update(store)`` with it, unchanged as it is: so a store that is meanwhile
    disconnected and deleted, or another key for the same external key, makes the slower writer decide again.
    """
    store_id = _named_store(request)
    _check_kind(request)
    store = find_store(view, account, region, store_id)
    if request.origin != store.store_type:
        raise UnsupportedOperationError(
            f"Origin {request.origin} is not valid for custom key store {store_id} of type {store.store_type}."
        )
    check_connected(store)
    if request.xks_key_id is not None and count_keys(view, store, xks_key_id=request.xks_key_id):
        raise XKSKeyAlreadyInUseError(
            f"External key {request.xks_key_id} already belongs to another KMS key in custom key store {store_id}."
        )
    return store


def _named_store(request: kms.CreateKeyRequest) -> str:
    """Return the store's id once origin, store and external key fit together."""
    origin = request.origin
    if request.xks_key_id is not None and origin != StoreType.EXTERNAL:
        raise ValidationError(f"XksKeyId can be specified only with Origin {StoreType.EXTERNAL}.")
    if origin not in tuple(StoreType):
        raise ValidationError(
            f"CustomKeyStoreId can be specified only with Origin {StoreType.CLOUDHSM} or {StoreType.EXTERNAL}."
        )
    if request.custom_key_store_id is None:
        raise ValidationError(f"CustomKeyStoreId must be specified with Origin {origin}.")
    if request.xks_key_id is None and origin == StoreType.EXTERNAL:
        raise ValidationError(f"XksKeyId must be specified with Origin {origin}.")
    return request.custom_key_store_id


def _check_kind(request: kms.CreateKeyRequest) -> None:
    """Stores hold symmetric encryption keys of one Region, and nothing else."""
    spec = request.key_spec or request.customer_master_key_spec or SYMMETRIC_DEFAULT
    if spec != SYMMETRIC_DEFAULT:
        raise UnsupportedOperationError(f"KeySpec {spec} is not supported in a custom key store.")
    if request.key_usage not in (None, ENCRYPT_DECRYPT):
        raise UnsupportedOperationError(f"KeyUsage {request.key_usage} is not supported in a custom key store.")
    if request.multi_region:
        raise UnsupportedOperationError("Multi-Region keys are not supported in a custom key store.")


def check_store_for_random(view: Snapshot, account: str, region: str, store_id: str) -> CustomKeyStore:
    """Return the connected CloudHSM store that random bytes are to come from.

    Errors: CustomKeyStoreNotFoundError, UnsupportedOperationError, CustomKeyStoreInvalidStateError.
    """
    store = find_store(view, account, region, store_id)
    if store.store_type is not StoreType.CLOUDHSM:
        raise UnsupportedOperationError(
            f"GenerateRandom is not supported for custom key store {store_id} of type {store.store_type}."
        )
    check_connected(store)
    return store
