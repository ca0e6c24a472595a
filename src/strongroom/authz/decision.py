"""What is asked, what was decided and why: which statements of which documents, or what was missing.

The audit record and the caller's error text are made from a decision; nothing here depends on how it was found.
"""

from dataclasses import dataclass
from enum import Enum

from strongroom.authz.match import Context
from strongroom.model.principal import Principal


@dataclass(frozen=True, slots=True)
class Query:
    """May this principal do this? ``resource`` is an ARN or ``*``; ``context`` has condition keys in lower case."""

    principal: Principal
    action: str
    resource: str
    resource_account: str
    context: Context


class Document(Enum):
    """Where a statement stands. Values are IAM's words in denials."""

    RESOURCE = "resource-based policy"
    IDENTITY = "identity-based policy"
    BOUNDARY = "permissions boundary"
    SESSION = "session policy"
    GRANT = "grant"
    ROOT_USER = "account root user"


class Reason(Enum):
    POLICY = "allowed by policies"
    GRANT = "allowed by a grant"
    EXPLICIT_DENY = "denied by a statement"
    NO_RESOURCE_POLICY = "the key policy does not let the caller or its account in"
    NO_IDENTITY_POLICY = "no identity-based policy of the caller allows it"
    NO_BOUNDARY = "the permissions boundary does not allow it"
    NO_SESSION_POLICY = "no session policy allows it"


@dataclass(frozen=True, slots=True)
class Because:
    """One statement that decided.

    ``policy`` is the policy's name or Id, or a grant id; ``statement`` the Sid, or ``Statement[index]`` where that says
    more, and empty for what has no statements.
    """

    document: Document
    policy: str = ""
    statement: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """``because`` names the statements that allow or deny; nothing is to be named when something is missing."""

    allowed: bool
    reason: Reason
    because: tuple[Because, ...] = ()
