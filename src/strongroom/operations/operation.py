"""What an operation is, and what it is given and gives back. Every module beside this one defines such values.

The walk, as ``pipeline`` does it: decode the input by ``shape``; ask for ``permissions``; resolve and authorise each;
check the key states; then ``act``. An operation reads no clock, database or header, and changes nothing: it returns an
``Outcome`` whose ``changes`` the pipeline commits together with the audit record.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from strongroom.authz.policy import Policy
from strongroom.crypto.open_key import Keyring
from strongroom.crypto.opened import OpenKey
from strongroom.model.change import Change
from strongroom.model.key import Key
from strongroom.model.permission import NO_CONDITIONS, ConditionValues, Permission
from strongroom.model.principal import Principal
from strongroom.model.random import NewPrivateKey, RandomBytes
from strongroom.model.service_event import ServiceEvent
from strongroom.model.view import Snapshot
from strongroom.wire.shape import OperationShape


class Call(msgspec.Struct, frozen=True, gc=False):
    """The world as one call of an operation sees it.

    ``keys`` are the keys of ``permissions`` in their order, resolved and authorised. ``open`` opens the material of one of
    them, ``new_private_key`` makes key pairs.
    ``view`` is one consistent moment of the store. ``identity`` are the caller's own policies (for lock-out checks),
    ``in_session`` says that the credentials are temporary.
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
    identity: Sequence[Policy] = ()
    in_session: bool = False

    @property
    def account(self) -> str:
        return self.principal.account

    @property
    def key(self) -> Key:
        return self.keys[0]


class Outcome(msgspec.Struct, frozen=True, gc=False):
    """What an operation decided.

    ``output`` None is an empty body. ``response_elements`` and ``additional`` are what the audit record says of it,
    ``touched`` the ARNs of resources beside the call's keys (a new key, an alias). ``events`` are what the service does
    in consequence; they have records of their own.
    """

    output: Any = None
    changes: tuple[Change, ...] = ()
    response_elements: Mapping[str, Any] | None = None
    additional: Mapping[str, Any] | None = None
    touched: tuple[str, ...] = ()
    events: tuple[ServiceEvent, ...] = ()


class Work(msgspec.Struct, frozen=True, gc=False):
    """An outcome that takes longer to compute than the event loop may stand still: the pipeline has it done in a thread.

    ``compute`` reads nothing that may change meanwhile: all it needs was read and authorised before.
    """

    compute: Callable[[], Outcome]


def _nothing_asked(_request: Any, _caller: Principal) -> tuple[Permission, ...]:
    return ()


def _no_conditions(_request: Any, _action: str) -> ConditionValues:
    return NO_CONDITIONS


def _nothing_logged(_request: Any) -> Mapping[str, Any] | None:
    return None


@dataclass(frozen=True, slots=True)
class Operation:
    """One API operation, as data. ``inline`` ones need no database once the key is known, and run on the event loop.

    ``conditions`` gives the condition keys of the request for one of its actions; ``logged`` the ``requestParameters`` of
    the audit record, without anything secret. ``cross_account`` says whether another account's key may be named.
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
