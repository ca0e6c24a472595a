"""The corridor: every request walks through these stations once, in this order, and there is no other way in or out.

    route -> authenticate -> decode -> authorise -> check state -> act -> (commit) -> answer

``decide`` is the walk over one consistent view of the store, without side effects; it always ends in an answer *and* an
audit record, whether the request was carried out, refused or failed. ``carry_out`` adds the commit: changes and record in
one transaction, decided afresh when another writer was faster. The server sends no answer before its record is durable.
"""

import logging
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from strongroom.audit.record import Resource, encode_anonymous_identity, encode_record, new_ids
from strongroom.authn.sigv4 import SigV4Verifier
from strongroom.crypto.open_key import Authorised, Keyring, OpenKey
from strongroom.errors import (
    AWSError,
    DryRunOperationError,
    InvalidCiphertextError,
    InvalidSignatureError,
    KMSInternalError,
    UnknownOperationError,
    UnsupportedOperationError,
)
from strongroom.model.clock import Clock
from strongroom.model.key import Key, KeyMaterial
from strongroom.model.key_state import check_state
from strongroom.model.random import RandomBytes
from strongroom.model.view import Snapshot
from strongroom.operations.operation import Call, Operation, Outcome
from strongroom.operations.table import BUILT, MODELLED
from strongroom.stations.access import Access, Stage
from strongroom.stations.callers import Caller, Callers
from strongroom.stations.protocols import NO_DIALECT, Dialect, dialect_for_refusal, recognise
from strongroom.stations.request import APIRequest, Decided
from strongroom.store.cache import Miss, Read, RecordingSnapshot
from strongroom.store.port import ConflictError, Outbox, Store, StoreUnavailableError

logger = logging.getLogger("strongroom")

SERVICES = frozenset(BUILT)
MAX_DECISIONS = 20  # of one request, when other writers keep being faster
_UNKNOWN_OPERATION = "Unknown"
_FAILED = (
    "The request was not carried out because of an internal failure; the server's log names it by this request id."
)
_STORE_FAILED = "The request was not carried out: the server's storage is unavailable."


class Walk:
    """What is known of a request so far: filled from station to station, read by the audit record at the end."""

    __slots__ = (
        "answer", "asked", "caller", "dialect", "name", "operation", "outcome", "region", "request_id", "service", "stage",
        "user_agent",
    )  # fmt: skip

    def __init__(self, request_id: str) -> None:
        self.request_id = request_id
        self.dialect: Dialect = NO_DIALECT
        self.service = "kms"
        self.name = _UNKNOWN_OPERATION
        self.region = ""
        self.user_agent = ""
        self.operation: Operation | None = None
        self.caller: Caller | None = None
        self.asked: object = None
        self.stage: Stage | None = None
        self.outcome: Outcome | None = None
        self.answer: tuple[bytes, bytes] = (b"", b"")  # content type, body


@dataclass(frozen=True, slots=True)
class Carried:
    """A request carried out on the store: its answer, and what was read for it at which sequence. ``committed`` says
    whether changes, and so the audit record, are durable in the store already.
    """

    decided: Decided
    sequence: int
    read: Sequence[Read]
    committed: bool


@dataclass(frozen=True, slots=True)
class Pipeline:
    """Everything a request needs, handed in: keys, clock, randomness. One per worker process."""

    keyring: Keyring
    verifier: SigV4Verifier
    callers: Callers
    access: Access
    clock: Clock
    random_bytes: RandomBytes
    default_region: str

    def decide(self, request: APIRequest, view: Snapshot) -> Decided:
        """Walk the stations over ``view``. Raises Miss, and nothing else, when ``view`` is a cache that cannot tell."""
        now = self.clock()
        request_id, event_id = new_ids(self.random_bytes)
        walk = Walk(request_id)
        error: AWSError | None = None
        try:
            self._walk(request, view, walk, now)
        except AWSError as refusal:
            error = refusal
        except Miss:
            raise
        except StoreUnavailableError as failure:
            logger.error("request %s: %s", request_id, failure)  # noqa: TRY400 - the text says all; a traceback says less
            error = KMSInternalError(_STORE_FAILED)
        except Exception:
            logger.exception("request %s of %s failed", request_id, walk.name)
            error = KMSInternalError(_FAILED)
        return self._decided(request, walk, error, now, event_id)

    def carry_out(self, request: APIRequest, store: Store, slot: int, drained: Sequence[str] = ()) -> "Carried":
        """Decide on fresh views until the changes commit together with their audit record. Errors: StoreUnavailableError."""
        for _ in range(MAX_DECISIONS):
            with store.snapshot() as snapshot:
                view = RecordingSnapshot(snapshot)
                decided = self.decide(request, view)
            if not decided.changes:
                return Carried(decided, view.sequence, view.read, committed=False)
            try:
                store.commit(decided.changes, Outbox(slot, ((decided.event_id, decided.record),), drained))
            except ConflictError:
                continue
            return Carried(decided, view.sequence, view.read, committed=True)
        raise StoreUnavailableError(f"Other writers were faster {MAX_DECISIONS} times in a row; try again.")

    def refuse(self, request: APIRequest, error: AWSError) -> Decided:
        """Refuse a request before its walk (or instead of its answer), with a record like any other refusal."""
        request_id, event_id = new_ids(self.random_bytes)
        walk = Walk(request_id)
        with suppress(AWSError):
            self._route(request, walk)
        return self._decided(request, walk, error, self.clock(), event_id)

    # --- the stations, in the order of the walk --------------------------------------------------------------------

    def _walk(self, request: APIRequest, view: Snapshot, walk: Walk, now: float) -> None:
        operation, dialect = self._route(request, walk)
        caller = self._authenticate(request, view, walk, now)
        if operation is None:
            raise UnsupportedOperationError(f"{walk.name} is not built in this version of strongroom.")
        asked = walk.asked = dialect.decode(operation.shape)
        stage = walk.stage = Stage(
            operation,
            asked,
            walk.region,
            now,
            view,
            source_ip=request.source_ip,
            user_agent=walk.user_agent,
            secure=request.tls is not None,
        )
        keys = self.access.authorise(operation.permissions(asked, caller.principal), caller, stage)
        if operation.key_states:
            for key in keys:
                check_state(operation.name, key)
        walk.outcome = operation.act(self._call(operation, caller, view, walk.region, now, keys), asked)
        if getattr(asked, "dry_run", None):
            raise DryRunOperationError("The request would have succeeded, but the DryRun option is set.")
        walk.answer = dialect.encode(operation.shape, walk.outcome.output, walk.request_id)

    def _route(self, request: APIRequest, walk: Walk) -> tuple[Operation | None, Dialect]:
        """Find the operation; None when the model has it and this version has not."""
        content_type, target = "", None
        for name, value in request.headers:
            if name == b"x-amz-target":
                target = value.decode("latin-1")
            elif name == b"content-type":
                content_type = value.decode("latin-1")
            elif name == b"user-agent":
                walk.user_agent = value.decode("latin-1")
        walk.dialect = dialect_for_refusal(content_type)
        dialect, service, name = recognise(content_type, target, request.body)
        walk.dialect, walk.service = dialect, service
        if name not in MODELLED[service]:
            raise UnknownOperationError
        walk.name = name
        walk.operation = BUILT[service].get(name)
        return walk.operation, dialect

    def _authenticate(self, request: APIRequest, view: Snapshot, walk: Walk, now: float) -> Caller:
        verified = self.verifier.verify(request, self.callers.finder(view, now), now)
        walk.region = verified.region
        caller = verified.credential.identity
        assert isinstance(caller, Caller)  # noqa: S101 - our own finder made it
        walk.caller = caller
        if verified.service != walk.service:
            raise InvalidSignatureError(f"Credential should be scoped to correct service: '{walk.service}'.")
        return caller

    def _call(
        self, operation: Operation, caller: Caller, view: Snapshot, region: str, now: float, keys: tuple[Key, ...]
    ) -> Call:
        proofs = {key.arn: Authorised(key.arn) for key in keys}

        def open_material(key: Key, material_id: str) -> OpenKey:
            material = view.get(KeyMaterial, key.account, key.region, key.key_id, material_id)
            if material is None:
                raise InvalidCiphertextError  # a blob that names this key, but none of its versions
            try:
                return self.keyring.open(proofs[key.arn], key, material)
            except InvalidCiphertextError:
                raise ValueError(f"the stored material {material_id} of {key.arn} does not open") from None

        return Call(
            operation=operation.name,
            principal=caller.principal,
            region=region,
            now_ms=int(now * 1000),
            random_bytes=self.random_bytes,
            view=view,
            keys=keys,
            open=open_material,
            keyring=self.keyring,
            identity=caller.policies,
            in_session=caller.in_session,
        )

    # --- the way out: the same few lines for success, refusal and failure --------------------------------------------

    def _decided(self, request: APIRequest, walk: Walk, error: AWSError | None, now: float, event_id: str) -> Decided:
        if error is None:
            status, (content_type, body) = 200, walk.answer
            changes = walk.outcome.changes if walk.outcome is not None else ()
        else:
            status, content_type, body = walk.dialect.encode_error(error, walk.request_id)
            changes = ()
        return Decided(
            status=status,
            content_type=content_type,
            body=body,
            request_id=walk.request_id,
            event_id=event_id,
            record=self._record(request, walk, error, now, event_id),
            operation=walk.name,
            error=error.wire_name if error is not None else None,
            changes=changes,
        )

    def _record(self, request: APIRequest, walk: Walk, error: AWSError | None, now: float, event_id: str) -> bytes:
        caller, operation, outcome = walk.caller, walk.operation, walk.outcome if error is None else None
        resources = [Resource(key.account, key.arn) for key in walk.stage.seen] if walk.stage is not None else []
        if outcome is not None and caller is not None:
            resources += [Resource(caller.principal.account, arn) for arn in outcome.touched]
        return encode_record(
            event_id=event_id,
            event_time=now,
            request_id=walk.request_id,
            event_source=f"{walk.service}.amazonaws.com",
            event_name=walk.name,
            region=walk.region or self.default_region,
            user_identity=caller.user_identity if caller is not None else encode_anonymous_identity(None),
            source_ip=request.source_ip,
            user_agent=walk.user_agent,
            error_code=error.wire_name if error is not None else None,
            error_message=error.message if error is not None else None,
            request_parameters=operation.logged(walk.asked)
            if operation is not None and walk.asked is not None
            else None,
            response_elements=outcome.response_elements if outcome is not None else None,
            additional_event_data=outcome.additional if outcome is not None else None,
            read_only=operation.read_only if operation is not None else True,
            resources=resources,
            recipient_account=caller.principal.account if caller is not None else "",
            tls_details=request.tls,
        )
