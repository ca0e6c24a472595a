"""What a caller proves possession of: an access key, or a session made from one."""

from dataclasses import dataclass, field

from strongroom.model.principal import Principal


@dataclass(frozen=True, slots=True)
class Credential:
    """An access key or session, opened for verifying one signature.

    ``expires_at`` is in seconds since the epoch and None for long-term access keys. ``identity`` is whatever the look-up
    wants handed back with the caller (the compiled identity policies, for instance); authn never looks at it.
    """

    access_key_id: str
    secret: bytes = field(repr=False)
    principal: Principal
    expires_at: float | None = None
    session_started_at: float | None = None
    identity: object | None = field(default=None, repr=False)
