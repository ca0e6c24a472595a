"""Custom key stores, as the store keeps them: where key material lies when it does not lie here.

Source: AWS KMS API Reference, CustomKeyStoresListEntry and XksProxyConfigurationType.
"""

from dataclasses import dataclass, field
from enum import StrEnum


class StoreType(StrEnum):
    CLOUDHSM = "AWS_CLOUDHSM"
    EXTERNAL = "EXTERNAL_KEY_STORE"


class Connectivity(StrEnum):
    """How an external key store proxy is reached."""

    PUBLIC_ENDPOINT = "PUBLIC_ENDPOINT"
    VPC_ENDPOINT_SERVICE = "VPC_ENDPOINT_SERVICE"


class ConnectionState(StrEnum):
    CONNECTED = "CONNECTED"
    CONNECTING = "CONNECTING"
    DISCONNECTED = "DISCONNECTED"
    DISCONNECTING = "DISCONNECTING"
    FAILED = "FAILED"


class ConnectionErrorCode(StrEnum):
    """Why a store is FAILED. The first two are for every type, then those of AWS CloudHSM, then those of external stores."""

    INTERNAL_ERROR = "INTERNAL_ERROR"
    NETWORK_ERRORS = "NETWORK_ERRORS"
    INVALID_CREDENTIALS = "INVALID_CREDENTIALS"
    CLUSTER_NOT_FOUND = "CLUSTER_NOT_FOUND"
    INSUFFICIENT_CLOUDHSM_HSMS = "INSUFFICIENT_CLOUDHSM_HSMS"
    USER_LOCKED_OUT = "USER_LOCKED_OUT"
    USER_NOT_FOUND = "USER_NOT_FOUND"
    USER_LOGGED_IN = "USER_LOGGED_IN"
    SUBNET_NOT_FOUND = "SUBNET_NOT_FOUND"
    INSUFFICIENT_FREE_ADDRESSES_IN_SUBNET = "INSUFFICIENT_FREE_ADDRESSES_IN_SUBNET"
    XKS_PROXY_ACCESS_DENIED = "XKS_PROXY_ACCESS_DENIED"
    XKS_PROXY_NOT_REACHABLE = "XKS_PROXY_NOT_REACHABLE"
    XKS_PROXY_TIMED_OUT = "XKS_PROXY_TIMED_OUT"
    XKS_PROXY_INVALID_RESPONSE = "XKS_PROXY_INVALID_RESPONSE"
    XKS_PROXY_INVALID_CONFIGURATION = "XKS_PROXY_INVALID_CONFIGURATION"
    XKS_PROXY_INVALID_TLS_CONFIGURATION = "XKS_PROXY_INVALID_TLS_CONFIGURATION"
    XKS_VPC_ENDPOINT_SERVICE_NOT_FOUND = "XKS_VPC_ENDPOINT_SERVICE_NOT_FOUND"
    XKS_VPC_ENDPOINT_SERVICE_INVALID_CONFIGURATION = "XKS_VPC_ENDPOINT_SERVICE_INVALID_CONFIGURATION"


@dataclass(frozen=True, slots=True)
class CustomKeyStore:
    """One custom key store. Texts are empty, and ``connectivity`` None, where they belong to the other type.

    ``error_code`` is set while the state is FAILED. ``wrapped_secret`` is, under the domain key, the kmsuser password of the
    cluster or the raw secret access key of the proxy: whatever the server proves itself with to the backing store.
    """

    account: str
    region: str
    store_id: str
    name: str
    store_type: StoreType
    state: ConnectionState
    created_ms: int
    error_code: ConnectionErrorCode | None = None
    cluster_id: str = ""
    trust_anchor: str = ""
    connectivity: Connectivity | None = None
    uri_endpoint: str = ""
    uri_path: str = ""
    service_name: str = ""
    service_owner: str = ""
    access_key_id: str = ""
    wrapped_secret: bytes = field(default=b"", repr=False)
    version: int = 0


@dataclass(frozen=True, slots=True)
class CustomKeyStoreRegister:
    """What the custom key stores of one account and Region must not share was looked at when this row had ``version``.

    Whoever adds a store, or changes a name or address of one, writes this row too: of two writers who both found something
    free, the second decides again.
    """

    account: str
    region: str
    version: int = 0
