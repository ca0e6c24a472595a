"""Custom key stores in one process: made of the bodies in ``store_requests.py``, described, looked at, put into a state."""

from dataclasses import replace
from typing import Any

from strongroom.model.change import Update
from strongroom.model.custom_key_store import ConnectionErrorCode, ConnectionState, CustomKeyStore
from support.house import ACCOUNT, House


def make(house: House, members: dict[str, Any], **where: Any) -> str:
    store_id: str = house.ok("CreateCustomKeyStore", members, **where)["CustomKeyStoreId"]
    return store_id


def described(house: House, store_id: str) -> dict[str, Any]:
    (entry,) = house.ok("DescribeCustomKeyStores", {"CustomKeyStoreId": store_id})["CustomKeyStores"]
    assert entry["CustomKeyStoreId"] == store_id
    return dict(entry)


def row(house: House, store_id: str) -> CustomKeyStore:
    with house.store.snapshot() as view:
        store = view.get(CustomKeyStore, ACCOUNT, "us-east-1", store_id)
    assert store is not None
    return store


def put_in(house: House, store_id: str, state: ConnectionState) -> None:
    """As a driver will, one day."""
    error_code = ConnectionErrorCode.NETWORK_ERRORS if state is ConnectionState.FAILED else None
    house.store.commit((Update(replace(row(house, store_id), state=state, error_code=error_code)),))
