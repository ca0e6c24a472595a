"""Calls of services: for which of its resources a service calls, and for whom.

A service signs with credentials of its own and says the rest in headers that its signature covers: the resource that it calls
for (``x-amz-source-arn``, as AWS's own services do), and the user or role session of its account whom it calls for. Without
the latter it calls for the account. Source: IAM User Guide, "Forward access sessions", aws:SourceArn, aws:SourceAccount.
"""

import re
from collections.abc import Collection, Mapping
from functools import lru_cache
from typing import NamedTuple

from strongroom.authn.canonical import folded
from strongroom.authz.pattern import PatternSet, pattern_set
from strongroom.errors import AccessDeniedError, InvalidSignatureError
from strongroom.model.arn import parse_arn
from strongroom.model.identity import Role, User
from strongroom.model.key_usage import TRACKED_OPERATIONS
from strongroom.model.principal import Principal, PrincipalKind
from strongroom.model.service import Service
from strongroom.model.view import Snapshot

ON_BEHALF_OF = b"x-strongroom-on-behalf-of"
SOURCE_ARN = b"x-amz-source-arn"
SOURCE_ACCOUNT = b"x-amz-source-account"
_FOR_USERS = frozenset(
    f"kms:{name}"
    for name in TRACKED_OPERATIONS
    | {"DescribeKey", "GetPublicKey", "GenerateRandom", "CreateGrant", "ListGrants", "RetireGrant", "RevokeGrant"}
)
_SESSION = re.compile(r"[\w+=,.@-]{2,64}", re.ASCII)  # STS API Reference, AssumeRole, RoleSessionName
_WILDCARDS = frozenset("*?")


class Errand(NamedTuple):
    """``user`` is the ARN of whom a service calls for, None for its account; ``source_arn`` is empty when it names none."""

    user: str | None
    source_arn: str


def errand(service: Service, called: str, headers: Mapping[bytes, bytes], signed: Collection[bytes]) -> Errand:
    """Return what a service says about its call of ``called`` (``kms:Encrypt``). Errors: AccessDeniedError, InvalidSignatureError."""
    check_account(service, _signed(SOURCE_ACCOUNT, headers, signed))
    user = _user(headers, signed)
    if user is not None and called not in _FOR_USERS:
        # INVARIANT: an administrator behind a service is no administrator: its leaked credentials change no policy.
        raise AccessDeniedError(
            f"User: {service.principal} is not authorized to perform: {called} on behalf of {user} "
            "because services act for users only to use keys and grants"
        )
    return Errand(user, _source_arn(service, _signed(SOURCE_ARN, headers, signed)))


def refuse_errand(arn: str) -> None:
    """Refuse a caller who is no service and says that it calls for somebody. Errors: AccessDeniedError."""
    raise AccessDeniedError(f"User: {arn} is not authorized to act on behalf of others because it is not a service")


def principal_behind(view: Snapshot, service: Service, text: str) -> tuple[Principal, User | Role]:
    """Return the user or role session that ``text`` names, and whose policies count for it. Errors: AccessDeniedError.

    A session need not be one that STS has made: the service answers for who it is, as for which user it is.
    """
    arn = parse_arn(text)
    if arn is not None and arn.account == service.account:
        kind, _, name = arn.resource.partition("/")
        if (arn.service, kind) == ("iam", "user"):
            user = view.get(User, arn.account, name.rpartition("/")[2])
            if user is not None and user.arn == text:
                return Principal(PrincipalKind.USER, user.account, text, user.user_id, user.name, tags=user.tags), user
        role_name, _, session = name.partition("/")
        if (arn.service, arn.region, kind) == ("sts", "", "assumed-role") and _SESSION.fullmatch(session):
            role = view.get(Role, arn.account, role_name)
            if role is not None:
                unique_id = f"{role.role_id}:{session}"
                return Principal(
                    PrincipalKind.ASSUMED_ROLE, role.account, text, unique_id, issuer_arn=role.arn, tags=role.tags
                ), role
    raise AccessDeniedError(
        f"User: {service.principal} is not authorized to act on behalf of {text} "
        f"because it is no user or role session of account {service.account}"
    )


def check_account(service: Service, claimed: str | None) -> None:
    """Errors: AccessDeniedError when the service means to call for another account than its own."""
    if claimed is not None and claimed != service.account:
        raise AccessDeniedError(
            f"User: {service.principal} is not authorized to act for account {claimed} because it was added for {service.account}"
        )


def _signed(name: bytes, headers: Mapping[bytes, bytes], signed: Collection[bytes]) -> str | None:
    """Return a header under the signature; one that is not could come from anybody on the way, and says nothing."""
    value = headers.get(name)
    return None if value is None or name not in signed else folded(value).decode("latin-1")


def _user(headers: Mapping[bytes, bytes], signed: Collection[bytes]) -> str | None:
    """INVARIANT: a call for a user never turns into one for the whole account because its header was not signed."""
    if ON_BEHALF_OF in headers and ON_BEHALF_OF not in signed:
        raise InvalidSignatureError("'X-Strongroom-On-Behalf-Of' must be a 'SignedHeader' in the AWS Authorization.")
    return _signed(ON_BEHALF_OF, headers, signed)


def _source_arn(service: Service, claimed: str | None) -> str:
    known = service.source_arns
    if claimed is None:
        only = known[0] if len(known) == 1 else ""
        return "" if _WILDCARDS.intersection(only) else only
    arn = parse_arn(claimed)
    is_its_own = arn is not None and arn.account in ("", service.account)
    if not is_its_own or (known and not _patterns(known).matches(claimed)):
        raise AccessDeniedError(f"User: {service.principal} is not authorized to act for the resource {claimed}")
    return claimed


@lru_cache(256)
def _patterns(texts: tuple[str, ...]) -> PatternSet:
    return pattern_set(texts, variables=False)
