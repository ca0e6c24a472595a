"""The rules: from the statements and grants that apply to a request to the decision.

Numbered as in the facts of IAM's evaluation:

1. A Deny in any document denies, whatever allows.
2. Same account: the key policy allows the user or session itself (or everyone); or the role behind the session; or the
   account, and an identity policy allows too; or a grant covers the request.
   A service that acts for the account is one more principal of it, whose identity policy is the one it was added with.
   Where the key policy names the service itself, that is enough, whichever account it acts for; a grant to it is for the
   service that acts for the account that issued it.
3. Another account: the key policy lets the caller or its account in (or a grant of the key's account covers the
   request), *and* an identity policy allows. A grant that the caller's own account issued is enough by itself.
   A grant to a whole account works as the key policy's naming the account does: an identity policy has to allow too.
4. A permissions boundary and session policies must allow as well, except where the key policy allows the user or
   session itself (or everyone), or a grant names the session itself.
5. What has no key policy (creating and listing keys, aliases) is decided by identity policies, within 4.

The root user of an account needs no identity policy; it needs the key policy to let its account in like anyone else.
Source: IAM User Guide, "How AWS enforcement code logic evaluates requests to allow or deny access"; AWS KMS Developer
Guide, "Default key policy"; grants and limits as recorded from AWS.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from strongroom.authz.decision import Because, Decision, Document, Reason
from strongroom.authz.grants import HeldGrant
from strongroom.authz.policy import Effect
from strongroom.authz.principals import Reach
from strongroom.model.principal import PrincipalKind


@dataclass(frozen=True, slots=True)
class Situation:
    """What decides beside the statements. ``has_key_policy`` is False where only identity policies can allow."""

    kind: PrincipalKind
    account: str
    resource_account: str
    has_key_policy: bool
    has_boundary: bool
    has_session_policy: bool


@dataclass(frozen=True, slots=True)
class Applying:
    """A statement that applies to the request; ``reach`` is set for an Allow of the key policy."""

    effect: Effect
    because: Because
    reach: Reach | None = None


Statements = tuple[Because, ...]
_ROOT_USER = (Because(Document.ROOT_USER),)


def settle(situation: Situation, applying: Sequence[Applying], grants: Sequence[HeldGrant] = ()) -> Decision:
    """Decide. ``grants`` are those that cover the request."""
    if denying := tuple(one.because for one in applying if one.effect is Effect.DENY):
        return Decision(allowed=False, reason=Reason.EXPLICIT_DENY, because=denying)
    if not situation.has_key_policy:
        return _by_identity(situation, applying)
    if service := _reaching(applying, Reach.SERVICE):
        return _allow(service)
    direct = _reaching(applying, Reach.DIRECT)
    same_account = situation.account == situation.resource_account
    if direct and same_account:
        return _allow(direct)
    if same_account:
        return _same_account(situation, applying, grants)
    return _cross_account(situation, applying, direct, grants)


def _by_identity(situation: Situation, applying: Sequence[Applying]) -> Decision:
    if situation.account != situation.resource_account:
        return _deny(Reason.NO_RESOURCE_POLICY)
    identity = _identity(situation, applying)
    return _within_limits(situation, applying, identity) if identity else _deny(Reason.NO_IDENTITY_POLICY)


def _same_account(situation: Situation, applying: Sequence[Applying], grants: Sequence[HeldGrant]) -> Decision:
    account = _reaching(applying, Reach.ACCOUNT)
    opened = account or _to_account(grants)
    if issuer := _reaching(applying, Reach.ISSUER):
        by_policy = _within_limits(situation, applying, issuer)
    elif opened and (identity := _identity(situation, applying)):
        reason = Reason.POLICY if account else Reason.GRANT
        by_policy = _within_limits(situation, applying, opened + identity, reason)
    else:
        by_policy = _deny(Reason.NO_IDENTITY_POLICY if opened else Reason.NO_RESOURCE_POLICY)
    return by_policy if by_policy.allowed else _or_by_grant(situation, applying, grants, by_policy)


def _cross_account(
    situation: Situation, applying: Sequence[Applying], direct: Statements, grants: Sequence[HeldGrant]
) -> Decision:
    own = [grant for grant in grants if grant.issuing_account == situation.account]
    # INVARIANT: services of several accounts have one name; a grant is for the one that acts for whoever issued it.
    is_service = situation.kind is PrincipalKind.SERVICE
    issued_here = [one for one in grants if one.issuing_account == situation.resource_account and not is_service]
    key_policy = direct + _reaching(applying, Reach.ISSUER) + _reaching(applying, Reach.ACCOUNT)
    opened = key_policy or _named(issued_here) or _to_account(own)
    identity = _identity(situation, applying)
    if not opened:
        by_policy = _deny(Reason.NO_RESOURCE_POLICY)
    elif not identity:
        by_policy = _deny(Reason.NO_IDENTITY_POLICY)
    else:
        reason = Reason.POLICY if key_policy else Reason.GRANT
        by_policy = _within_limits(situation, applying, opened + identity, reason)
    return by_policy if by_policy.allowed else _or_by_grant(situation, applying, own, by_policy)


def _or_by_grant(
    situation: Situation, applying: Sequence[Applying], grants: Sequence[HeldGrant], otherwise: Decision
) -> Decision:
    """Decide by grants that need no identity policy; ``otherwise`` when there are none."""
    if to_session := [grant for grant in grants if grant.to_session]:
        return _allow(_named(to_session), Reason.GRANT)
    closer = [grant for grant in grants if not grant.to_account]
    return _within_limits(situation, applying, _named(closer), Reason.GRANT) if closer else otherwise


def _within_limits(
    situation: Situation, applying: Sequence[Applying], allowing: Statements, reason: Reason = Reason.POLICY
) -> Decision:
    boundary = _allowing(applying, Document.BOUNDARY)
    if situation.has_boundary and not boundary:
        return _deny(Reason.NO_BOUNDARY)
    session = _allowing(applying, Document.SESSION)
    if situation.has_session_policy and not session:
        return _deny(Reason.NO_SESSION_POLICY)
    return _allow(allowing + boundary + session, reason)


def _identity(situation: Situation, applying: Sequence[Applying]) -> Statements:
    return _ROOT_USER if situation.kind is PrincipalKind.ROOT else _allowing(applying, Document.IDENTITY)


def _allowing(applying: Sequence[Applying], document: Document) -> Statements:
    return tuple(one.because for one in applying if one.because.document is document)


def _reaching(applying: Sequence[Applying], reach: Reach) -> Statements:
    return tuple(one.because for one in applying if one.reach is reach)


def _to_account(grants: Sequence[HeldGrant]) -> Statements:
    return _named([grant for grant in grants if grant.to_account])


def _named(grants: Sequence[HeldGrant]) -> Statements:
    return tuple(Because(Document.GRANT, grant.grant_id) for grant in grants)


def _allow(because: Statements, reason: Reason = Reason.POLICY) -> Decision:
    return Decision(allowed=True, reason=reason, because=because)


def _deny(reason: Reason) -> Decision:
    return Decision(allowed=False, reason=reason)
