"""What stands behind custom key stores: the one place where drivers of HSM clusters and external key managers plug in.

No driver is built yet, so every connection fails, and says so as AWS says it of a backing store that is not there.
"""

from strongroom.model.custom_key_store import ConnectionErrorCode, ConnectionState, Connectivity, CustomKeyStore

Connection = tuple[ConnectionState, ConnectionErrorCode | None]


def connect(store: CustomKeyStore) -> Connection:
    """Begin to connect ``store``: return its new state, and the reason when that is FAILED.

    Does no I/O. A driver that needs the network answers CONNECTING, and the job that carries it out writes the end of the
    attempt into the row.
    """
    if store.connectivity is None:
        return ConnectionState.FAILED, ConnectionErrorCode.CLUSTER_NOT_FOUND
    if store.connectivity is Connectivity.VPC_ENDPOINT_SERVICE:
        return ConnectionState.FAILED, ConnectionErrorCode.XKS_VPC_ENDPOINT_SERVICE_NOT_FOUND
    return ConnectionState.FAILED, ConnectionErrorCode.XKS_PROXY_NOT_REACHABLE
