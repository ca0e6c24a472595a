"""What the command line changes in the store, with the audit record of it: one commit, seen by every worker at once."""

import os
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import msgspec

from strongroom.audit.record import encode_record
from strongroom.bootstrap import open_store
from strongroom.model.change import Change
from strongroom.model.regions import DEFAULT_REGION
from strongroom.server.lane import COMMAND_LINE_SLOT
from strongroom.server.settings import DataDirectory
from strongroom.store.generation import Generation
from strongroom.store.port import Outbox, Store


@contextmanager
def opened(data: DataDirectory) -> Iterator[Store]:
    """Open the store of a data directory that was started before. Errors: DataDirectoryError."""
    store = open_store(data.database, must_exist=True)
    try:
        yield store
    finally:
        store.close()


def commit(store: Store, data: DataDirectory, changes: Sequence[Change], record: tuple[str, bytes]) -> None:
    """Commit changes together with their record, and tell the workers of a running server."""
    store.commit(changes, Outbox(COMMAND_LINE_SLOT, (record,)))
    if data.generation.exists():
        Generation(data.generation, COMMAND_LINE_SLOT).bump()


def record_of(
    event_source: str,
    event_name: str,
    account: str,
    now: float,
    request_parameters: Mapping[str, Any],
    response_elements: Mapping[str, Any],
) -> tuple[str, bytes]:
    """Return (event id, record) of what somebody did at the command line."""
    event_id = str(uuid.uuid4())
    identity = {"type": "AWSService", "invokedBy": "strongroom command line", "accountId": account}
    record = encode_record(
        event_id=event_id,
        event_time=now,
        request_id=str(uuid.uuid4()),
        event_source=event_source,
        event_name=event_name,
        region=DEFAULT_REGION,
        user_identity=msgspec.Raw(msgspec.json.encode(identity)),
        source_ip="127.0.0.1",
        user_agent=f"strongroom command line, uid {os.getuid()}",
        request_parameters=request_parameters,
        response_elements=response_elements,
        read_only=False,
        resources=[],
        recipient_account=account,
        tls_details=None,
    )
    return event_id, record
