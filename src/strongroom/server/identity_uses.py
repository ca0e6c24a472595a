"""When access keys and roles were last used: noted by the lane in memory, kept in the store with the uses of keys.

``key_uses`` says when that is, and how none is lost. Every request that was authenticated is a use, whether it was allowed or
not, as in AWS.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import msgspec

from strongroom.model.identity import IdentityUse
from strongroom.stations.request import Decided

Use = tuple[float, str, str]
"""(seconds since the epoch, service, Region)."""

Uses = Mapping[str, Use]
"""By access key id, or unique id of a role."""


class IdentityUses:
    """One worker's, in memory."""

    def __init__(self) -> None:
        self._uses: dict[str, Use] = {}

    def __bool__(self) -> bool:
        return bool(self._uses)

    def note(self, decided: Decided) -> None:
        """Remember whose credentials an answer was for."""
        self._uses[decided.caller] = (decided.time, decided.service, decided.region)

    def take(self) -> Uses:
        """Return what was noted, and forget it."""
        uses, self._uses = self._uses, {}
        return uses

    def give_back(self, uses: Uses) -> None:
        """Take up again what could not be kept; what was noted meanwhile is later."""
        self._uses = {**uses, **self._uses}


def rows_of(uses: Uses) -> list[IdentityUse]:
    """Return the rows that say so."""
    return [IdentityUse(name, int(when * 1000), service, region) for name, (when, service, region) in uses.items()]


# --- from records ----------------------------------------------------------------------------------------------------


class _Identity(msgspec.Struct):
    """The names are CloudTrail's, like those below."""

    type: str
    principalId: str = ""  # noqa: N815
    accessKeyId: str = ""  # noqa: N815
    invokedBy: str = ""  # noqa: N815
    sessionContext: Any = None  # noqa: N815


class _Record(msgspec.Struct):
    userIdentity: _Identity  # noqa: N815
    eventTime: datetime  # noqa: N815
    eventSource: str  # noqa: N815
    awsRegion: str  # noqa: N815


_RECORD = msgspec.json.Decoder(_Record)


def last_identity_uses(records: Iterable[bytes]) -> Uses:
    """Return the last use of each access key and role in records that come newest first."""
    found: dict[str, Use] = {}
    for data in records:
        try:
            record = _RECORD.decode(data)
        except (msgspec.DecodeError, UnicodeDecodeError):
            continue
        name = _used_as(record.userIdentity)
        if name and name not in found:
            found[name] = (record.eventTime.timestamp(), record.eventSource.partition(".")[0], record.awsRegion)
    return found


def _used_as(identity: _Identity) -> str:
    """Return under which name the use of an authenticated caller is remembered: ``stations.callers.Caller.used_as``."""
    if identity.invokedBy:
        return ""  # for whom a service called, whose credentials they were not
    if identity.type == "AssumedRole":
        return identity.principalId.partition(":")[0]
    is_long_term = identity.type in ("IAMUser", "Root") and identity.sessionContext is None
    return identity.accessKeyId if is_long_term else ""
