"""What an operation is, and what it is given and gives back. Every module beside this one defines such values.

The walk, as ``pipeline`` does it: decode the input by ``shape``; ask for ``permissions``; resolve and authorise each;
check the key states; then ``act``. An operation reads no clock, database or header, and changes nothing: it returns an
``Outcome`` whose ``changes`` the pipeline commits together with the audit record.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from strongroom.authn.web_token import WebToken
from strongroom.authz.grants import Use
from strongroom.authz.policy import Policy
from strongroom.crypto.attestation import Attestation
from strongroom.crypto.keyring import Keyring
from strongroom.crypto.opened import OpenKey
from strongroom.model.change import Change
from strongroom.model.events import NO_EVENTS, Events
from strongroom.model.key import Key
from strongroom.model.permission import NO_CONDITIONS, ConditionValues, Permission
from strongroom.model.principal import Principal
from strongroom.model.quota import AWS_RESOURCES, ResourceQuotas
from strongroom.model.random import NewPrivateKey, RandomBytes
from strongroom.model.regions import AWS_REGIONS
from strongroom.model.service_event import ServiceEvent
from strongroom.model.view import Snapshot
from strongroom.operations.console.ports import NO_INQUIRIES, Inquiries
from strongroom.wire.shape import OperationShape


class Call(msgspec.Struct, frozen=True, gc=False):
    """The world as one call of an operation sees it.

    ``keys`` are the keys of ``permissions`` in their order, resolved and authorised. ``open`` opens the material of one of
    them, ``new_private_key`` makes key pairs.
    ``view`` is one consistent moment of the store, ``regions`` the Regions that the server answers for. ``identity`` are
    the caller's own policies and ``boundary`` his permissions boundary (for lock-out checks), ``in_session`` says that the
    credentials are temporary; ``organization`` is the id of the one that all accounts belong to. With a ``recipient``,
    plaintext leaves only sealed to it. ``web_token`` is what the caller of an unsigned operation showed.
    ``events`` are the audit records, for those who may look them up; ``inquiries`` is what only the console asks.
    """

    operation: str
    principal: Principal
    region: str
    now_ms: int
    random_bytes: RandomBytes
    view: Snapshot
    keys: tuple[Key, ...]
    open: Callable[[Key, str], OpenKey]
    keyring: Keyring
    new_private_key: NewPrivateKey
    regions: Collection[str] = AWS_REGIONS
    identity: Sequence[Policy] = ()
    boundary: Policy | None = None
    in_session: bool = False
    organization: str = ""
    quotas: ResourceQuotas = AWS_RESOURCES
    recipient: Attestation | None = None
    web_token: WebToken | None = None
    events: Events = NO_EVENTS
    inquiries: Inquiries = NO_INQUIRIES

    @property
    def account(self) -> str:
        return self.principal.account

    @property
    def key(self) -> Key:
        return self.keys[0]


class FurtherRecord(msgspec.Struct, frozen=True, gc=False):
    """An audit record beside that of the call itself: how KMS went on with it in another Region, on the caller's behalf."""

    event_name: str
    region: str
    request_parameters: Mapping[str, Any]
    response_elements: Mapping[str, Any]
    key_arn: str


class Outcome(msgspec.Struct, frozen=True, gc=False):
    """What an operation decided.

    ``output`` None is an empty body. ``response_elements`` and ``additional`` are what the audit record says of it,
    ``touched`` the ARNs of resources beside the call's keys (a new key, an alias). ``further`` records, and those of
    ``events`` (what the service does in consequence), are durable with ``changes``, and only there: an outcome without
    changes has none.
    """

    output: Any = None
    changes: tuple[Change, ...] = ()
    response_elements: Mapping[str, Any] | None = None
    additional: Mapping[str, Any] | None = None
    touched: tuple[str, ...] = ()
    further: tuple[FurtherRecord, ...] = ()
    events: tuple[ServiceEvent, ...] = ()


class Work(msgspec.Struct, frozen=True, gc=False):
    """An outcome that takes longer to compute than the event loop may stand still: the pipeline has it done in a thread.

    ``compute`` reads nothing that may change meanwhile: all it needs was read and authorised before. ``is_long`` says that it
    may take seconds (making an RSA key pair), so that signatures do not queue behind it.
    """

    compute: Callable[[], Outcome]
    is_long: bool = False


def _nothing_asked(_request: Any, _caller: Principal) -> tuple[Permission, ...]:
    return ()


def _no_conditions(_request: Any, _action: str) -> ConditionValues:
    return NO_CONDITIONS


def _nothing_logged(_request: Any) -> Mapping[str, Any] | None:
    return None


def _encryption_context_used(request: Any, _action: str) -> Use:
    return Use(getattr(request, "encryption_context", None) or {})


@dataclass(frozen=True, slots=True)
class Operation:
    """One API operation, as data. ``inline`` ones need no database once the key is known, and run on the event loop.

    ``conditions`` gives the condition keys of the request for one of its actions; ``use`` what the constraints of grants
    look at, which is the ``encryption_context`` of the input where nothing else is said; ``logged`` the
    ``requestParameters`` of the audit record, without anything secret. ``cross_account`` says whether another account's
    key may be named, ``first_use`` that a predefined alias without a key gets one. An ``unsigned`` one proves who calls by a
    web identity token instead of a signature.
    """

    shape: OperationShape
    act: Callable[[Call, Any], Outcome | Work]
    permissions: Callable[[Any, Principal], tuple[Permission, ...]] = _nothing_asked
    conditions: Callable[[Any, str], ConditionValues] = _no_conditions
    logged: Callable[[Any], Mapping[str, Any] | None] = _nothing_logged
    inline: bool = False
    read_only: bool = True
    cross_account: bool = False
    key_states: bool = field(default=True)
    use: Callable[[Any, str], Use] = _encryption_context_used
    first_use: bool = False
    unsigned: bool = False

    @property
    def name(self) -> str:
        return self.shape.name


def members(**wire_names: str) -> Callable[[Any], dict[str, Any]]:
    """Return a ``logged`` that shows these attributes, when they are set, under these names of the audit record."""
    pairs = tuple(wire_names.items())

    def logged(request: Any) -> dict[str, Any]:
        shown = {}
        for attribute, name in pairs:
            value = getattr(request, attribute)
            if value is not None:
                shown[name] = value
        return shown

    return logged
