"""Who calls: from an access key id (and session token) to a credential with its compiled identity policies.

A caller is compiled once and kept until anything about identities changes; the verdict on a signature is never kept.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

import msgspec

from strongroom.audit.record import encode_identity_of_caller_behind, encode_user_identity
from strongroom.authn.session import EXPIRED, UNRECOGNIZED, open_session
from strongroom.authn.web_token import WebToken
from strongroom.authz.evaluate import Template
from strongroom.authz.grants import Name, names_of
from strongroom.authz.policy import Policy, PolicyKind, parse_policy
from strongroom.crypto.keyring import Keyring
from strongroom.errors import ExpiredTokenError, UnrecognizedClientError
from strongroom.model.credential import Credential
from strongroom.model.identity import (
    AccessKey,
    Attachment,
    Group,
    InlinePolicy,
    ManagedPolicy,
    Membership,
    PolicyVersion,
    Role,
    User,
)
from strongroom.model.permission import ConditionValues
from strongroom.model.principal import Principal, PrincipalKind
from strongroom.model.service import Service
from strongroom.model.view import Snapshot
from strongroom.operations.iam.policies_of import boundary_of, identity_policies
from strongroom.operations.services import SERVICE_POLICY
from strongroom.stations.services import ON_BEHALF_OF, errand, principal_behind, refuse_errand
from strongroom.stations.sessions import session_conditions, session_of, user_principal

_MAX_TEMPLATES = 200_000
_MAX_CALLERS = 10_000

IDENTITY_NOUNS = frozenset(
    noun.__name__
    for noun in (
        AccessKey, Attachment, Group, InlinePolicy, ManagedPolicy, Membership, PolicyVersion, Role, Service, User,
    )
)  # fmt: skip
"""Nouns that decide who somebody is and what he may do: when one changes, every worker forgets its callers."""


@dataclass(frozen=True, slots=True)
class Caller:
    """A principal with what every request of it needs: its policies, its part of the audit record, its decisions so far.

    ``policies`` are all identity policies; ``boundary`` and the ``session`` policies limit them. ``used_as``
    is the name under which its last use is remembered (``IdentityUse``), empty for none. ``grant_names`` is how grants may
    name it; ``issued_at`` is when temporary credentials were issued, in seconds since the epoch. ``conditions`` are other
    condition keys that come with them, ``web_token`` is what stands in for a signature. ``service`` is the one that the calls
    come through: for ``principal``, or as it itself. ``signed_in`` says that the session began with a password.
    ``templates`` are authorisation templates by (action, resource ARN, resource policy): decided but for the conditions.
    ``refusals`` are packed messages of what was refused, by all that they say.
    """

    principal: Principal
    policies: Sequence[Policy]
    user_identity: msgspec.Raw
    in_session: bool = False
    boundary: Policy | None = None
    session: Sequence[Policy] = ()
    used_as: str = ""
    issued_at: float | None = None
    conditions: ConditionValues = field(default_factory=dict)
    web_token: WebToken | None = None
    service: Service | None = None
    signed_in: bool = False
    grant_names: Sequence[Name] = field(init=False)
    templates: dict[tuple[str, str, str], Template] = field(default_factory=dict, repr=False)
    refusals: dict[Any, bytes] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "grant_names", names_of(self.principal))

    def remember(self, of: tuple[str, str, str], template: Template) -> None:
        if len(self.templates) >= _MAX_TEMPLATES:
            self.templates.clear()
        self.templates[of] = template


class Callers:
    """Finds credentials in a view of the store, and remembers those that were found."""

    def __init__(self, keyring: Keyring) -> None:
        self._keyring = keyring
        self._known: dict[tuple[str, str | None], Credential] = {}
        self._behind: dict[tuple[str, str], Caller] = {}  # by access key id of the service and ARN of the user
        self._as_of = 0
        self._lock = Lock()  # threads find and remember, the event loop forgets

    def forget_all(self, sequence: int) -> None:
        """Forget everybody, because identities changed by that commit of the store."""
        with self._lock:
            self._as_of = sequence
            self._known.clear()
            self._behind.clear()

    def finder(self, view: Snapshot, now: float) -> Callable[[str, str | None], Credential]:
        """Return the look-up that authn wants, over one view of the store. Its errors: UnrecognizedClientError, ExpiredTokenError."""

        def find(access_key_id: str, token: str | None) -> Credential:
            credential = self._known.get((access_key_id, token))
            if credential is None:
                credential = self._found(view, access_key_id, token, now)
                self._remember(view, token, credential)
            elif credential.expires_at is not None and now >= credential.expires_at:
                raise ExpiredTokenError(EXPIRED)
            return credential

        return find

    def _found(self, view: Snapshot, access_key_id: str, token: str | None, now: float) -> Credential:
        if token is not None:
            return self._session(view, access_key_id, token, now)
        return self._long_term(view, access_key_id)

    def _remember(self, view: Snapshot, token: str | None, credential: Credential) -> None:
        with self._lock:
            if view.sequence < self._as_of:
                return  # read before the last change of identities: good for this request, not for the next
            if len(self._known) >= _MAX_CALLERS:
                self._known.clear()
            self._known[credential.access_key_id, token] = credential

    def _long_term(self, view: Snapshot, access_key_id: str) -> Credential:
        access_key = view.get(AccessKey, access_key_id)
        if access_key is None:
            return self._service(view, access_key_id)
        if not access_key.active:
            raise UnrecognizedClientError(UNRECOGNIZED)
        user = view.get(User, access_key.account, access_key.user_name)
        if user is None:
            raise UnrecognizedClientError(UNRECOGNIZED)
        secret = self._keyring.unwrap_secret_access_key(access_key_id, access_key.wrapped_secret)
        principal = user_principal(user)
        caller = Caller(
            principal,
            identity_policies(view, user),
            encode_user_identity(principal, access_key_id, None),
            boundary=boundary_of(view, user),
            used_as=access_key_id,
        )
        return Credential(access_key_id, secret, principal, identity=caller)

    def _service(self, view: Snapshot, access_key_id: str) -> Credential:
        service = view.get(Service, access_key_id)
        if service is None:
            raise UnrecognizedClientError(UNRECOGNIZED)
        secret = self._keyring.unwrap_secret_access_key(access_key_id, service.wrapped_secret)
        principal = Principal(PrincipalKind.SERVICE, service.account, service.principal, service.principal)
        policies = (parse_policy(service.policy, PolicyKind.IDENTITY, SERVICE_POLICY),)
        caller = Caller(principal, policies, encode_user_identity(principal, access_key_id, None), service=service)
        return Credential(access_key_id, secret, principal, identity=caller)

    def behind(
        self, view: Snapshot, caller: Caller, called: str, headers: Mapping[bytes, bytes], signed: Collection[bytes]
    ) -> tuple[Caller, str]:
        """Return for whom ``caller`` calls (itself, but for services) and its source ARN. Errors: those of ``errand``."""
        if caller.service is None:
            if ON_BEHALF_OF in headers:
                refuse_errand(caller.principal.arn)
            return caller, ""
        user, source_arn = errand(caller.service, called, headers, signed)
        return (caller if user is None else self._on_behalf_of(view, caller.service, user)), source_arn

    def _on_behalf_of(self, view: Snapshot, service: Service, arn: str) -> Caller:
        """Return whom a service calls for: a user or role session of the account it was added for. Errors: AccessDeniedError."""
        of = (service.access_key_id, arn)
        caller = self._behind.get(of)
        if caller is None:
            caller = _behind_service(view, service, arn)
            with self._lock:
                if view.sequence >= self._as_of:
                    if len(self._behind) >= _MAX_CALLERS:
                        self._behind.clear()
                    self._behind[of] = caller
        return caller

    def _session(self, view: Snapshot, access_key_id: str, token: str, now: float) -> Credential:
        claims = open_session(token, access_key_id, now, self._keyring.open_token)
        session = session_of(view, claims)
        if session is None:
            raise UnrecognizedClientError(UNRECOGNIZED)
        principal = session.principal
        caller = Caller(
            principal,
            identity_policies(view, session.behind),
            encode_user_identity(principal, access_key_id, claims.issued_at),
            in_session=True,
            boundary=boundary_of(view, session.behind),
            session=session.policies,
            used_as=principal.unique_id.partition(":")[0] if principal.kind is PrincipalKind.ASSUMED_ROLE else "",
            issued_at=claims.issued_at,
            conditions=session_conditions(claims),
            signed_in=claims.signed_in,
        )
        return Credential(
            access_key_id, claims.secret.encode(), principal, claims.expires_at, claims.issued_at, identity=caller
        )


def _behind_service(view: Snapshot, service: Service, arn: str) -> Caller:
    """Return whom a service calls for, with what that user or role may do itself, no more and no less."""
    principal, behind = principal_behind(view, service, arn)
    # The access key id is the service's: if it leaks, what was done with it is found by that.
    identity = encode_user_identity(principal, service.access_key_id, None)
    return Caller(
        principal,
        identity_policies(view, behind),
        encode_identity_of_caller_behind(service.principal, identity),
        in_session=isinstance(behind, Role),
        boundary=boundary_of(view, behind),
        service=service,
    )
