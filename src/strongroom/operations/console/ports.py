"""What only the console asks for, as ports: whatever reads files, or knows the server, is behind them.

The audit records themselves are the ``events`` of the call. ``server.inquiries`` puts the real ones together.
"""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any, Protocol

from strongroom.authz.explain import Explanation
from strongroom.authz.policy import Policy
from strongroom.model.identity import Role, User
from strongroom.model.key import Key
from strongroom.model.tally import NO_TALLIES, Tallies
from strongroom.model.view import Snapshot
from strongroom.operations.console.attempts import UNLIMITED, Attempts
from strongroom.operations.console.errors import UnavailableError
from strongroom.operations.console.key_list import KeyList


class KeyDirectory(Protocol):
    """All keys of an account and Region, in memory."""

    def keys(
        self, view: Snapshot, account: str, region: str, *, with_uses: bool = False
    ) -> AbstractContextManager[KeyList]:
        """Give the list as of ``view`` or a little later, for no longer than needed: nobody else has it meanwhile.

        ``with_uses``: with the last uses of some seconds ago.
        """


# --- explaining ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AccessQuestion:
    """May this principal do this? ``conditions`` take the place of what would be computed. ``key`` None: about no key."""

    principal: str
    action: str
    key: Key | None
    account: str
    region: str
    now: float
    context: Mapping[str, str] = field(default_factory=dict)
    conditions: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Explained:
    """One explanation a permission, up to the first refusal, and each in words. ``then``: what a record says was decided."""

    explanations: Sequence[Explanation]
    texts: Sequence[Sequence[str]]
    principal: str
    then: bool | None = None


@dataclass(frozen=True, slots=True)
class ChangedCall:
    """A recorded call that would be decided otherwise; ``because`` says who decides under the proposal."""

    time: str
    event_id: str
    request_id: str
    event_name: str
    principal: str
    key_arn: str
    allowed_before: bool
    allowed_after: bool
    because: str


@dataclass(slots=True)
class Replayed:
    """``drifted`` counts calls that the present policies decide otherwise than then, ``untold`` those by why nobody can tell."""

    calls: int = 0
    same: int = 0
    drifted: int = 0
    now_denied: int = 0
    now_allowed: int = 0
    untold: dict[str, int] = field(default_factory=dict)
    changed: list[ChangedCall] = field(default_factory=list)


class Explainer(Protocol):
    """Asks the policies of a view. Errors of ``access`` and ``recorded``: NotExplainableError, NotFoundError."""

    def access(self, view: Snapshot, question: AccessQuestion) -> Explained: ...

    def recorded(self, view: Snapshot, account: str, record: Mapping[str, Any]) -> Explained: ...

    def replay(self, view: Snapshot, key: Key, proposed: Policy, records: Iterable[bytes]) -> Replayed:
        """Decide recorded calls on ``key`` again, under the policies of now and under the proposed key policy."""

    def replay_identity(
        self, view: Snapshot, owner: User | Role, proposed: Policy, gives_way: str, records: Iterable[bytes]
    ) -> Replayed:
        """Decide recorded calls of ``owner`` again; ``gives_way`` names the policy whose place it takes, empty for none."""


# --- the server ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class JobState:
    """Times are milliseconds since the epoch."""

    name: str
    next_ms: int | None
    overdue: int
    ran_ms: int | None
    result: str


@dataclass(frozen=True, slots=True)
class Traffic:
    """Of all workers, in the last ``seconds``. ``latency`` are microseconds by percentile, empty where nothing was asked."""

    seconds: int = 60
    requests: int = 0
    failed: int = 0
    connections: int = 0
    latency: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ServerState:
    """``rates`` are requests a second by class of operations. Times are seconds since the epoch."""

    version: str = ""
    endpoint: str = ""
    workers: int = 0
    started_at: float | None = None
    traffic: Traffic = field(default_factory=Traffic)
    jobs: Sequence[JobState] = ()
    rates: Mapping[str, float] = field(default_factory=dict)
    bytes_of: Mapping[str, int] = field(default_factory=dict)
    """By ``database``, ``journal``, ``index`` and ``free``."""
    ca_certificate: str | None = None
    certificate_subject: str | None = None
    certificate_ends_at: float | None = None
    integrity: tuple[str, float | None, str] = ("UNKNOWN", None, "")


class ServerInformation(Protocol):
    def state(self, view: Snapshot, now_ms: int, region: str) -> ServerState: ...


# --- together -----------------------------------------------------------------------------------------------------------


class _Nobody:
    """Stands where there is no server: in tools and in tests of other things."""

    def _nothing(self, *_: Any, **__: Any) -> Any:
        raise UnavailableError("This is not a server that could tell.")

    keys = access = recorded = replay = replay_identity = state = _nothing


_NOBODY = _Nobody()


@dataclass(frozen=True, slots=True)
class Inquiries:
    """Everything together, as ``Call.inquiries`` has it."""

    directory: KeyDirectory = _NOBODY
    tallies: Tallies = NO_TALLIES
    explainer: Explainer = _NOBODY
    server: ServerInformation = _NOBODY
    attempts: Attempts = UNLIMITED


NO_INQUIRIES = Inquiries()
