"""What a decision needs to know of a grant. Storing grants, their tokens and constraints is left to the operations."""

from typing import Protocol

from strongroom.authz.decision import Query


class Grant(Protocol):
    """A grant in effect on the key. Grants allow; they never override a Deny."""

    @property
    def grant_id(self) -> str: ...

    @property
    def issuing_account(self) -> str:
        """The account of the principal that created it."""

    @property
    def to_session(self) -> bool:
        """Whether the grantee principal is one exact session (assumed role, federated user), not what is behind it."""

    def covers(self, query: Query) -> bool:
        """Tell whether grantee, operations, key and constraints all fit; constraints look at the query's context."""
