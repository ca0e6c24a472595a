"""One request on its way through the corridor: what is known of it, filled from station to station.

The audit record at the end reads whatever is there by then, so that success, refusal and failure leave by the same lines.
"""

from collections.abc import Mapping
from typing import Any

from strongroom.authn.presigned import is_presigned
from strongroom.crypto.attestation import Attestation
from strongroom.model.identity import Role
from strongroom.model.key import Key
from strongroom.model.view import Snapshot
from strongroom.operations.kms.recipient import recorded
from strongroom.operations.operation import Operation, Outcome, Work
from strongroom.stations.callers import Caller
from strongroom.stations.request import APIRequest
from strongroom.stations.routes import JSON11, Dialect

_UNKNOWN_OPERATION = "Unknown"


class Walk:
    """``seen`` are the keys of its Region that were found for it, allowed or not, ``role`` is a role likewise.

    ``owners`` are the other accounts that own some of them, and get records of their own.
    ``body`` is what the operation reads: the request's own, with the query string's parameters.
    ``work`` is what a thread still has to do. ``claim`` is who somebody who signs in says he is.

    ``refusal`` says why policies refused it, ``rehearsed`` what a dry run would have done. ``answer`` is (content type, body).
    ``service`` is what is called (kms, sts), ``source_arn`` the resource that a service calls for.
    """

    __slots__ = (
        "answer", "asked", "body", "caller", "claim", "dialect", "event_id", "name", "now", "operation", "outcome", "owners", "recipient",
        "refusal", "region", "rehearsed", "request", "request_id", "role", "seen", "service", "source_arn", "user_agent", "view", "work",
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
        self.source_arn = ""
        self.claim: Any = None
        self.body = request.body
        self.asked: Any = None
        self.recipient: Attestation | None = None
        self.seen: list[Key] = []
        self.role: Role | None = None
        self.owners: tuple[str, ...] = ()
        self.work: Work | None = None
        self.refusal = b""
        self.outcome: Outcome | None = None
        self.rehearsed: Outcome | None = None
        self.answer = (b"", b"")

    @property
    def behind(self) -> str | None:
        """Return the service that the call came through, which the audit record shows as its address and agent."""
        caller = self.caller
        return None if caller is None or caller.service is None else caller.service.principal

    def recorded_with(self, additional: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
        """Return the audit record's additional data: what the operation says, the recipient, where a service calls from and for.

        And that the signature stood in the URL, under CloudTrail's name for it (S3's records): whoever saw that could send it.
        """
        if self.request.query and is_presigned(self.request.query):
            additional = {**(additional or {}), "AuthenticationMethod": "QueryString"}
        if self.recipient is not None:
            additional = recorded(self.recipient, additional)
        if self.behind is not None:
            tls = self.request.tls is not None
            additional = {
                **(additional or {}), "serviceSourceIPAddress": self.request.source_ip, "serviceSecureTransport": tls,
            }  # fmt: skip
            if self.source_arn:
                additional["serviceSourceArn"] = self.source_arn
        return additional
