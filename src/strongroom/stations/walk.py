"""One request on its way through the corridor: what is known of it, filled from station to station.

The audit record at the end reads whatever is there by then, so that success, refusal and failure leave by the same lines.
"""

from typing import Any

from strongroom.crypto.attestation import Attestation
from strongroom.model.grant import Grant
from strongroom.model.identity import Role
from strongroom.model.key import Key
from strongroom.model.permission import Permission
from strongroom.model.view import Snapshot
from strongroom.operations.entities import Entity
from strongroom.operations.operation import Operation, Outcome, Work
from strongroom.stations.callers import Caller
from strongroom.stations.conditions import Scene
from strongroom.stations.request import APIRequest
from strongroom.stations.routes import JSON11, Dialect

_UNKNOWN_OPERATION = "Unknown"


class Walk:
    """``seen`` are the keys of its Region that were found for it, allowed or not, ``role`` is a role likewise.

    ``work`` is what a thread still has to do.

    ``refusal`` says why policies refused it. ``answer`` is (content type, body).
    """

    __slots__ = (
        "answer", "asked", "caller", "dialect", "event_id", "name", "now", "operation", "outcome", "recipient", "refusal", "region",
        "request", "request_id", "role", "seen", "service", "user_agent", "view", "work",
    )  # fmt: skip

    def __init__(self, request: APIRequest, view: Snapshot | None, now: float, request_id: str, event_id: str) -> None:
        self.request = request
        self.view = view
        self.now = now
        self.request_id = request_id
        self.event_id = event_id
        self.dialect: Dialect = JSON11
        self.service = "kms"
        self.name = _UNKNOWN_OPERATION
        self.region = ""
        self.user_agent = ""
        self.operation: Operation | None = None
        self.caller: Caller | None = None
        self.asked: Any = None
        self.recipient: Attestation | None = None
        self.seen: list[Key] = []
        self.role: Role | None = None
        self.work: Work | None = None
        self.refusal = b""
        self.outcome: Outcome | None = None
        self.answer = (b"", b"")

    def scene(
        self,
        operation: Operation,
        permission: Permission,
        key: Key | None,
        caller: Caller,
        view: Snapshot,
        *,
        organization: str = "",
        grant: Grant | None = None,
        like: Key | None = None,
        entity: Entity | None = None,
    ) -> Scene:
        """Return what the conditions of one permission may look at."""
        return Scene(
            operation=operation,
            asked=self.asked,
            action=permission.action,
            resource=permission.resource,
            key=key,
            principal=caller.principal,
            region=permission.region or self.region,
            now=self.now,
            source_ip=self.request.source_ip,
            user_agent=self.user_agent,
            secure=self.request.tls is not None,
            view=view,
            organization=organization,
            issued_at=caller.issued_at,
            grant=grant,
            recipient=self.recipient,
            like=like,
            entity=entity,
            with_credentials=caller.conditions,
        )
