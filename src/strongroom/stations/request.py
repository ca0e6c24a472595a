"""One API request as it came off the wire, and what was decided about it."""

import msgspec

from strongroom.authn.sigv4 import SignedRequest
from strongroom.model.change import Change


class APIRequest(SignedRequest, kw_only=True, gc=False):
    """``headers`` are (lower-case name, value) pairs; ``target`` is X-Amz-Target; ``tls`` is the audit record's ``tlsDetails``."""

    source_ip: str
    tls: msgspec.Raw | None
    target: bytes
    counted: bool = False  # by the replay window: one request may be decided more than once


class Decided(msgspec.Struct, frozen=True, gc=False):
    """An answer, and what must be durable before it may leave: the audit record and the changes.

    ``events`` are (event id, record) of what the service does in consequence; they come only with changes.
    """

    status: int
    content_type: bytes
    body: bytes
    request_id: str
    event_id: str
    record: bytes
    operation: str
    error: str | None
    changes: tuple[Change, ...] = ()
    events: tuple[tuple[str, bytes], ...] = ()

    @property
    def records(self) -> tuple[tuple[str, bytes], ...]:
        """(event id, record) of everything that is to be journalled."""
        return ((self.event_id, self.record), *self.events)

    def __repr__(self) -> str:
        return f"Decided({self.operation}, {self.status}, {self.request_id})"
