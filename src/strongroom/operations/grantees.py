"""Principals of grants: from what a caller wrote to how the grant keeps it (``model.grant``), and back for a listing.

Whoever is named must exist on this server; a session need not, but what stands behind it must. Source: AWS KMS API
Reference, CreateGrant, GranteePrincipal; IAM User Guide, "IAM identifiers"; the texts are recorded answers.
"""

import re

from strongroom.errors import InvalidArnError
from strongroom.model.arn import ARN, PARTITION, parse_arn, root_arn
from strongroom.model.identity import Account, Role, User
from strongroom.model.view import Snapshot

_ACCOUNT = re.compile(r"[0-9]{12}")
_UNIQUE_ID = re.compile(r"((?:AIDA|AROA)[A-Z0-9]{12,124})(:[\w+=,.@-]{2,64})?", re.ASCII)
_SESSION_NAME = re.compile(r"[\w+=,.@-]{2,64}", re.ASCII)
_FEDERATED_ID = re.compile(r"([0-9]{12}):([\w+=,.@-]{2,32})", re.ASCII)
_NOUNS: dict[str, type[User | Role]] = {"user": User, "role": Role}


def kept_principal(view: Snapshot, given: str) -> str | None:
    """Return how a grant keeps the principal with this ARN or unique id; None for a unique id that names nobody (any more).

    Errors: InvalidArnError.
    """
    if given.startswith("arn:"):
        arn = parse_arn(given)
        if arn is None:
            raise InvalidArnError(f"ARN is not valid: {given}")
        kept = _of_arn(view, arn)
        if kept is None:
            raise InvalidArnError(f"ARN does not refer to a valid principal: {given}")
        return kept
    if _ACCOUNT.fullmatch(given):
        return root_arn(given) if _account_exists(view, given) else None
    if found := _FEDERATED_ID.fullmatch(given):
        account, name = found.groups()
        return _federated_user(view, account, name)
    if found := _UNIQUE_ID.fullmatch(given):
        return given if _arn_of(view, found[1]) is not None else None
    raise InvalidArnError(f"ARN is not valid: {given}")


def shown_principal(view: Snapshot, kept: str) -> str:
    """Return the present ARN of a principal, its unique id when it was deleted, the name of a service."""
    found = _UNIQUE_ID.fullmatch(kept)
    return kept if found is None else _arn_of(view, found[1], found[2] or "") or kept


def account_of(view: Snapshot, kept: str) -> str | None:
    """Return the account of a principal, None for a service and for who was deleted."""
    arn = parse_arn(shown_principal(view, kept))
    return arn.account if arn is not None else None


# --- what IAM knows ------------------------------------------------------------------------------------------------------


def _of_arn(view: Snapshot, arn: ARN) -> str | None:
    """Return how grants keep the principal, None when it does not exist or cannot hold a grant (a group)."""
    if arn.partition != PARTITION or arn.region or not _account_exists(view, arn.account):
        return None
    kind, _, name = arn.resource.partition("/")
    if (arn.service, arn.resource) == ("iam", "root"):
        return root_arn(arn.account)
    if arn.service == "iam" and kind in _NOUNS:
        found = view.get(_NOUNS[kind], arn.account, name.rpartition("/")[2])
        return found.unique_id if found is not None and found.arn == str(arn) else None
    if (arn.service, kind) == ("sts", "assumed-role"):
        return _role_session(view, arn.account, name)
    if (arn.service, kind) == ("sts", "federated-user") and name:
        return _federated_user(view, arn.account, name)
    return None


def _role_session(view: Snapshot, account: str, name: str) -> str | None:
    """Return how the session ``role/session`` is kept; the session need not be there, the role must."""
    role_name, _, session = name.partition("/")
    role = view.get(Role, account, role_name)
    if role is None or not _SESSION_NAME.fullmatch(session):
        return None
    return f"{role.role_id}:{session}"


def _arn_of(view: Snapshot, unique_id: str, session: str = "") -> str | None:
    """Return the ARN of an existing user or role, or of a ``:session`` of a role, by unique id."""
    if unique_id.startswith("AIDA"):
        users = view.page(User, {"user_id": unique_id}, limit=1)
        return users[0].arn if users and not session else None
    roles = view.page(Role, {"role_id": unique_id}, limit=1)
    if not roles:
        return None
    role = roles[0]
    return role.session_arn(session[1:]) if session else role.arn


def _federated_user(view: Snapshot, account: str, name: str) -> str | None:
    if not _account_exists(view, account) or not _FEDERATED_ID.fullmatch(f"{account}:{name}"):
        return None
    return f"arn:{PARTITION}:sts::{account}:federated-user/{name}"


def _account_exists(view: Snapshot, account: str) -> bool:
    return view.get(Account, account) is not None
