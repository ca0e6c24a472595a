"""One API request as it came off the wire, and what was decided about it."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

import msgspec

from strongroom.authn.sigv4 import SignedRequest
from strongroom.model.change import Change
from strongroom.model.key import Key

NO_COPIES: Mapping[str, str] = MappingProxyType({})


class APIRequest(SignedRequest, kw_only=True, gc=False):
    """``headers`` are (lower-case name, value) pairs; ``target`` is X-Amz-Target; ``tls`` is the audit record's ``tlsDetails``."""

    source_ip: str
    tls: msgspec.Raw | None
    target: bytes
    counted: bool = False  # by the replay window: one request may be decided more than once
    charged: bool = False  # by the request rates, likewise
    arrived: float = 0.0  # when it went to a thread, by the lane's clock; 0 while it has not


class Decided(msgspec.Struct, frozen=True, gc=False):
    """An answer, and what must be durable before it may leave: the audit record and the changes.

    ``further`` are (event id, record) of what happened beside the call, in other Regions too, and the records of other accounts
    whose keys or roles it used: durable together with its own. ``copies`` tells the event ids of the latter by account.
    ``used`` are the keys of a successful cryptographic operation, ``time`` its eventTime (seconds since the epoch).
    ``caller`` is the access key or role whose last use this was, empty for nobody's.
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
    further: tuple[tuple[str, bytes], ...] = ()
    copies: Mapping[str, str] = NO_COPIES
    used: Sequence[Key] = ()
    time: float = 0.0
    caller: str = ""
    service: str = ""
    region: str = ""

    @property
    def records(self) -> tuple[tuple[str, bytes], ...]:
        """(event id, record) of all that the call did."""
        return ((self.event_id, self.record), *self.further)

    def __repr__(self) -> str:
        return f"Decided({self.operation}, {self.status}, {self.request_id})"
