"""The audit record of what an administrator does from the command line, on the machine itself."""

import os
import uuid
from collections.abc import Mapping
from typing import Any

import msgspec

from strongroom.audit.record import encode_record
from strongroom.model.regions import DEFAULT_REGION


def command_line_record(
    event_name: str,
    account: str,
    now: float,
    request_parameters: Mapping[str, Any],
    response_elements: Mapping[str, Any] | None,
) -> tuple[str, bytes]:
    """Return (event id, record) of a change of identities. Units: ``now`` in seconds since the epoch."""
    event_id = str(uuid.uuid4())
    identity = {"type": "AWSService", "invokedBy": "strongroom command line", "accountId": account}
    record = encode_record(
        event_id=event_id,
        event_time=now,
        request_id=str(uuid.uuid4()),
        event_source="iam.amazonaws.com",
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
