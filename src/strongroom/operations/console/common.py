"""What the operations of the service ``strongroom`` share: permissions, tokens of pages, what the audit shows."""

import base64
import binascii
from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import Any

import msgspec

from strongroom.errors import InvalidNextTokenError
from strongroom.model.permission import ANY_RESOURCE, AboutKeyRef, Permission
from strongroom.model.principal import Principal
from strongroom.model.tally import Lag
from strongroom.operations.iam.common import shown
from strongroom.operations.operation import Call, Operation, Outcome
from strongroom.wire.shapes import strongroom as shapes

Permissions = Callable[[Any, Principal], tuple[Permission, ...]]

NEVER_LATER = 2**33  # seconds since the epoch, beyond what the wire takes


class _Token(msgspec.Struct):
    """Where to go on, and which request may."""

    at: Any
    of: str


def token_of(call: Call, request: Any, at: Any) -> str | None:
    """Return the token that goes on at ``at``, for a request that asks for the same; None for none."""
    if at is None:
        return None
    return base64.b64encode(msgspec.json.encode(_Token(at, _fingerprint(call, request)))).decode()


def place_in(call: Call, request: Any) -> Any:
    """Return where the request's token goes on, None without one. Errors: InvalidNextTokenError."""
    if request.next_token is None:
        return None
    try:
        found = msgspec.json.decode(base64.b64decode(request.next_token, validate=True), type=_Token)
    except (binascii.Error, ValueError, msgspec.DecodeError):
        raise InvalidNextTokenError("Invalid token.") from None
    if found.of != _fingerprint(call, request):
        raise InvalidNextTokenError("The token belongs to a request with other parameters.")
    return found.at


def _fingerprint(call: Call, request: Any) -> str:
    asked = msgspec.structs.asdict(request) | {"limit": None, "next_token": None}
    parts = [call.operation, call.account, call.region, asked]
    return sha256(msgspec.json.encode(parts, order="sorted")).hexdigest()[:32]


def lag_shape(lag: Lag) -> shapes.IndexLag:
    """Return how the lag of the index is shown."""
    return shapes.IndexLag(usable=lag.problem is None, bytes=lag.bytes, problem=lag.problem)


def on_anything(name: str) -> Permissions:
    """Return the permission of an operation that is about no one key."""
    return lambda _request, _caller: (Permission(f"strongroom:{name}", ANY_RESOURCE),)


def about_key(name: str) -> Permissions:
    """Return the permission of an operation that tells of the key in ``KeyId``; of all where it may be left out."""

    def permissions(request: Any, _caller: Principal) -> tuple[Permission, ...]:
        about = ANY_RESOURCE if request.key_id is None else AboutKeyRef(request.key_id)
        return (Permission(f"strongroom:{name}", about),)

    return permissions


def logged(request: Any) -> Mapping[str, Any]:
    """Return the request as the audit shows it: a policy that is tried is not repeated there."""
    return {name: value for name, value in shown(request).items() if name != "policy"}


def reads(name: str, act: Callable[[Call, Any], Outcome], permissions: Permissions) -> Operation:
    """Return an operation that changes nothing."""
    return Operation(shapes.OPERATIONS[name], act, permissions, logged=logged, key_states=False)
