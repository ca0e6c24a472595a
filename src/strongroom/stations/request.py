"""One API request as it came off the wire, and what was decided about it."""

from dataclasses import dataclass, field

import msgspec

from strongroom.authn.sigv4 import SignedRequest
from strongroom.model.change import Change


@dataclass(frozen=True, slots=True)
class APIRequest(SignedRequest):
    """``headers`` are (lower-case name, value) pairs; ``target`` is X-Amz-Target; ``tls`` is the audit record's ``tlsDetails``."""

    target: bytes
    source_ip: str
    tls: msgspec.Raw | None


@dataclass(frozen=True, slots=True)
class Decided:
    """An answer, and what must be durable before it may leave: the audit record and the changes."""

    status: int
    content_type: bytes
    body: bytes = field(repr=False)
    request_id: str
    event_id: str
    record: bytes = field(repr=False)
    operation: str
    error: str | None
    changes: tuple[Change, ...] = ()
