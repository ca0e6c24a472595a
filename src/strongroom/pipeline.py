"""The corridor: every request walks through these stations once, in this order, and there is no other way in or out.

    route -> authenticate -> decode -> attest -> authorise (-> charge) -> check state -> act -> (commit) -> answer

``decide`` is the walk over one consistent view of the store, without side effects; it always ends in an answer *and* an
audit record, whether the request was carried out, refused or failed. ``carry_out`` adds the commit: changes and record in
one transaction, decided afresh when another writer was faster. The server sends no answer before its record is durable.
"""

import logging
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import msgspec
from cryptography.x509 import Certificate

from strongroom.audit.record import ROLE_TYPE, Resource, encode_anonymous_identity, encode_record, new_ids
from strongroom.audit.service_event import encode_service_event
from strongroom.audit.shared import shared
from strongroom.authn.replay import ReplayWindow
from strongroom.authn.session import UNRECOGNIZED
from strongroom.authn.sigv4 import SigV4Verifier, combined
from strongroom.crypto.keyring import Authorised, Keyring
from strongroom.crypto.opened import OpenKey
from strongroom.errors import (
    AccessDeniedError,
    AWSError,
    DryRunOperationError,
    IDPCommunicationError,
    InvalidArnError,
    InvalidCiphertextError,
    InvalidSignatureError,
    KMSInternalError,
    NotFoundError,
    UnrecognizedClientError,
    UnsupportedOperationError,
)
from strongroom.model.clock import Clock
from strongroom.model.events import NO_EVENTS, Events
from strongroom.model.key import Key, KeyMaterial
from strongroom.model.key_state import Rule, check_state, refusal
from strongroom.model.key_usage import TRACKED_OPERATIONS
from strongroom.model.principal import PrincipalKind
from strongroom.model.quota import AWS_RESOURCES, ResourceQuotas
from strongroom.model.random import NewPrivateKey, RandomBytes
from strongroom.model.regions import AWS_REGIONS
from strongroom.model.service_event import ServiceEvent
from strongroom.model.view import Snapshot
from strongroom.operations.console.ports import NO_INQUIRIES, Inquiries
from strongroom.operations.kms.managed_keys import new_managed_key
from strongroom.operations.kms.recipient import attested, check_sealed
from strongroom.operations.missing import why_missing
from strongroom.operations.operation import Call, Operation, Outcome, Work
from strongroom.operations.sts.authorization_messages import encode_authorization_message
from strongroom.operations.table import BUILT, MISSING_UNSIGNED
from strongroom.stations import sign_in
from strongroom.stations.access import Access
from strongroom.stations.callers import Caller, Callers
from strongroom.stations.first_use import ManagedKeyNeeded
from strongroom.stations.further import further_records
from strongroom.stations.request import NO_COPIES, APIRequest, Decided
from strongroom.stations.routes import Route, dialect_of, in_one_form, route_of
from strongroom.stations.throttle import Throttle
from strongroom.stations.walk import Walk
from strongroom.stations.web_identities import KeySetNeeded, KeySets, bearer
from strongroom.store.cache import Miss, Read, RecordingSnapshot
from strongroom.store.overlay import Overlay
from strongroom.store.port import ConflictError, Outbox, Store, StoreUnavailableError

logger = logging.getLogger("strongroom")

SERVICES = frozenset(BUILT)
GLOBAL = {"iam": "us-east-1"}  # services that are everywhere the same, and where CloudTrail says that they are
MAX_DECISIONS = 20  # of one request, when other writers keep being faster
_FAILED = (
    "The request was not carried out because of an internal failure; the server's log names it by this request id."
)
_STORE_FAILED = "The request was not carried out: the server's storage is unavailable."


@dataclass(frozen=True, slots=True)
class Carried:
    """A request carried out on the store: its answer, and what was read for it at which sequence.

    ``committed`` says whether changes, and so the audit record, are durable in the store already.
    """

    decided: Decided
    sequence: int
    read: Sequence[Read]
    committed: bool


@dataclass(frozen=True, slots=True)
class Pipeline:
    """Everything a request needs, handed in: keys, clock, randomness. One per worker process."""

    keyring: Keyring
    new_private_key: NewPrivateKey
    verifier: SigV4Verifier
    callers: Callers
    access: Access
    clock: Clock
    signing_clock: Clock  # of the callers, who do not follow when a test server moves its own
    random_bytes: RandomBytes
    random_ids: RandomBytes  # for request and event ids: unique, not secret
    default_region: str
    attestation_roots: Sequence[Certificate]
    replays: Mapping[str, ReplayWindow] | None = None  # by service, where an operator wants each signature used once
    regions: Collection[str] = AWS_REGIONS
    quotas: ResourceQuotas = AWS_RESOURCES
    throttle: Throttle | None = None  # where an operator limits request rates
    key_sets: KeySets | None = None  # of the providers of web identity tokens
    events: Events = NO_EVENTS  # the audit records, for CloudTrail's LookupEvents
    inquiries: Inquiries = NO_INQUIRIES  # what only the console asks

    def decide(self, request: APIRequest, view: Snapshot) -> Decided:
        """Walk all stations over ``view``. Raises Miss, and nothing else, when ``view`` is a cache that cannot tell."""
        begun = self.begin(request, view)
        return self.finish(begun) if isinstance(begun, Walk) else begun

    def begin(self, request: APIRequest, view: Snapshot) -> Decided | Walk:
        """Walk the stations, but leave work that is better done in a thread to ``finish``. Raises Miss as ``decide`` does."""
        request_id, event_id = new_ids(self.random_ids)
        walk = Walk(request, view, self.clock(), request_id, event_id)
        try:
            self._walk(request, view, walk)
        except Miss:
            raise
        except Exception as failure:  # noqa: BLE001 - whatever happened, it leaves as an answer with its record
            return self._decided(walk, _refusal(failure, walk))
        return self._decided(walk, None) if walk.work is None else walk

    def finish(self, walk: Walk) -> Decided:
        """Do the work that a walk has left, in any thread, and answer."""
        assert walk.work is not None  # noqa: S101 - begin() returns no other walk
        try:
            self._answer(walk, walk.work.compute())
        except Exception as failure:  # noqa: BLE001 - as above
            return self._decided(walk, _refusal(failure, walk))
        return self._decided(walk, None)

    def carry_out(self, request: APIRequest, store: Store, slot: int, drained: Sequence[str] = ()) -> Carried:
        """Decide on fresh views until the changes commit together with their audit record. Errors: StoreUnavailableError."""
        for _ in range(MAX_DECISIONS):
            try:
                with store.snapshot() as snapshot:
                    view = RecordingSnapshot(snapshot)
                    decided = self._decide_first_use(request, view)
            except KeySetNeeded as needed:
                assert self.key_sets is not None  # noqa: S101 - it was asked before
                if busy := self.key_sets.fetch(needed.issuer):
                    return Carried(self.refuse(request, busy), 0, (), committed=False)
                continue
            if not decided.changes:
                return Carried(decided, view.sequence, view.read, committed=False)
            try:
                store.commit(decided.changes, Outbox(slot, decided.records, drained))
            except ConflictError:
                continue
            return Carried(decided, view.sequence, view.read, committed=True)
        raise StoreUnavailableError(f"Other writers were faster {MAX_DECISIONS} times in a row; try again.")

    def _decide_first_use(self, request: APIRequest, view: Snapshot) -> Decided:
        """Decide; where the request needs a managed key that is not there, as if it were, and then want it made as well."""
        try:
            return self.decide(request, view)
        except ManagedKeyNeeded as needed:
            key, made = new_managed_key(
                needed.service, needed.account, needed.region, self.keyring, int(self.clock() * 1000), self.random_bytes
            )
        decided = self.decide(request, Overlay(view, [change.noun for change in made]))
        if decided.error is not None:
            return decided
        record = encode_service_event(ServiceEvent("CreateKey", key), key.created_ms / 1000, self.random_ids)
        return msgspec.structs.replace(decided, changes=made + decided.changes, further=(record, *decided.further))

    def refuse(self, request: APIRequest, error: AWSError) -> Decided:
        """Refuse a request before its walk (or instead of its answer), with a record like any other refusal."""
        request_id, event_id = new_ids(self.random_ids)
        walk = Walk(request, None, self.clock(), request_id, event_id)
        with suppress(AWSError):
            self._route(request, walk)
        return self._decided(walk, error)

    # --- the stations, in the order of the walk --------------------------------------------------------------------

    def _walk(self, request: APIRequest, view: Snapshot, walk: Walk) -> None:
        dialect, _, name, operation = self._route(request, walk)
        unsigned = operation.unsigned if operation is not None else name in MISSING_UNSIGNED
        caller = None if unsigned else self._authenticate(request, view, walk)
        if operation is None:
            raise UnsupportedOperationError(why_missing(name))
        asked = walk.asked = dialect.decode(operation.shape, walk.body)
        caller = caller or self._bearer(asked, view, walk)
        if getattr(asked, "recipient", None) is not None:
            # Before authorisation: its measurements are condition keys. An enclave's clock is real, as a caller's.
            walk.recipient = attested(asked.recipient, self.attestation_roots, self.signing_clock())
        keys = self.access.authorise(operation, caller, view, walk)
        if self.throttle is not None and walk.service == "kms" and not request.charged:
            self.throttle.charge(name, asked, keys, caller.principal.account, walk.region)
            request.charged = True
        if operation.key_states:
            for key in keys:
                check_state(name, key)
        outcome = operation.act(self._call(operation, caller, view, walk, keys), asked)
        if isinstance(outcome, Work):
            walk.work = outcome
        else:
            self._answer(walk, outcome)

    def _answer(self, walk: Walk, outcome: Outcome) -> None:
        if getattr(walk.asked, "dry_run", None):
            walk.rehearsed = outcome
            raise DryRunOperationError("The request would have succeeded, but the DryRun option is set.")
        assert walk.operation is not None  # noqa: S101 - it has just acted
        if walk.recipient is not None:
            check_sealed(outcome.output)
        walk.outcome = outcome
        walk.answer = walk.dialect.encode(walk.operation.shape, outcome.output, walk.request_id)

    def _route(self, request: APIRequest, walk: Walk) -> Route:
        headers = request.by_name or combined(request.headers)
        content_type = headers.get(b"content-type", b"")
        if request.query:
            content_type, walk.body = in_one_form(request.method, content_type, request.query, request.body)
        walk.user_agent = headers.get(b"user-agent", b"").decode("latin-1")
        walk.dialect = dialect_of(content_type)
        route = route_of(content_type, headers.get(b"x-amz-target", b""), walk.body)
        walk.dialect, walk.service, walk.name, walk.operation = route
        return route

    def _authenticate(self, request: APIRequest, view: Snapshot, walk: Walk) -> Caller:
        now = self.signing_clock()
        find = self.callers.finder(view, walk.now)
        credential, region, service, signature, signed = self.verifier.verify(request, find, now, walk.service)
        if self.replays is not None and not request.counted:
            self.replays[service].check(signature, now)
            request.counted = True
        caller = credential.identity
        assert isinstance(caller, Caller)  # noqa: S101 - our own finder made it
        walk.region, walk.caller = GLOBAL.get(walk.service, region), caller
        if service != walk.service:
            raise InvalidSignatureError(f"Credential should be scoped to correct service: '{walk.service}'.")
        if (
            walk.service == "iam"
            and caller.in_session
            and not caller.signed_in
            and caller.principal.kind is not PrincipalKind.ASSUMED_ROLE
        ):
            raise UnrecognizedClientError(UNRECOGNIZED)  # STS API Reference: the sessions of users cannot call IAM
        called, headers = f"{walk.service}:{walk.name}", request.by_name or combined(request.headers)
        walk.caller, walk.source_arn = self.callers.behind(view, caller, called, headers, signed)
        return walk.caller

    def _bearer(self, asked: Any, view: Snapshot, walk: Walk) -> Caller:
        """Return who shows a web identity token, or a password, which stands in for a signature."""
        walk.region = self.default_region
        if walk.service == sign_in.SERVICE:
            walk.caller = sign_in.signing_in(asked, view, walk, self.keyring, self.inquiries.attempts)
            return walk.caller
        if self.key_sets is None:
            raise IDPCommunicationError("This server asks no identity providers.")
        walk.caller = bearer(asked, view, self.key_sets, self.signing_clock())
        return walk.caller

    def _call(self, operation: Operation, caller: Caller, view: Snapshot, walk: Walk, keys: tuple[Key, ...]) -> Call:
        def open_material(key: Key, material_id: str) -> OpenKey:
            # INVARIANT: this is the only place that hands out a proof, and only for keys that were just authorised.
            if key not in keys:
                raise ValueError(f"{key.arn} was not authorised for this request")
            material = view.get(KeyMaterial, key.account, key.region, key.key_id, material_id)
            if material is None or not material.is_present:
                raise InvalidCiphertextError  # a blob that names this key, but no version that it has
            if material.valid_to_ms is not None and material.valid_to_ms <= walk.now * 1000:
                raise refusal(Rule.PENDING_IMPORT, key)  # its time is over, though the job has not come round to it yet
            try:
                return self.keyring.open(Authorised(key.arn), key, material)
            except InvalidCiphertextError:
                raise ValueError(f"the stored material {material_id} of {key.arn} does not open") from None

        return Call(
            operation=operation.name,
            principal=caller.principal,
            region=walk.region,
            now_ms=int(walk.now * 1000),
            random_bytes=self.random_bytes,
            view=view,
            keys=keys,
            open=open_material,
            keyring=self.keyring,
            new_private_key=self.new_private_key,
            regions=self.regions,
            identity=caller.policies,
            boundary=caller.boundary,
            in_session=caller.in_session,
            organization=self.access.organization,
            quotas=self.quotas,
            recipient=walk.recipient,
            web_token=caller.web_token,
            events=self.events,
            inquiries=self.inquiries,
        )

    # --- the way out: the same few lines for success, refusal and failure --------------------------------------------

    def _decided(self, walk: Walk, error: AWSError | None) -> Decided:
        outcome = walk.outcome if error is None else None
        if error is None:
            status, (content_type, body) = 200, walk.answer
        else:
            status, content_type, body = walk.dialect.encode_error(error, walk.request_id)
        record = self._record(walk, error)
        further: tuple[tuple[str, bytes], ...] = ()
        if outcome is not None and (outcome.further or outcome.events):
            further = further_records(walk, outcome, self.random_ids)
        copies: Mapping[str, str] = NO_COPIES
        if walk.owners and not isinstance(error, AccessDeniedError):  # who was denied tells nothing of himself there
            record, made = shared(record, walk.owners, self.random_ids)
            further += tuple((event_id, copy) for _, event_id, copy in made)
            copies = {account: event_id for account, event_id, _ in made}
        return Decided(
            status=status,
            content_type=content_type,
            body=body,
            request_id=walk.request_id,
            event_id=walk.event_id,
            record=record,
            operation=walk.name,
            error=error.wire_name if error is not None else None,
            changes=outcome.changes if outcome is not None else (),
            further=further,
            copies=copies,
            used=walk.seen if error is None and walk.name in TRACKED_OPERATIONS else (),
            time=walk.now,
            caller=walk.caller.used_as if walk.caller is not None else "",
            service=walk.service,
            region=walk.region,
        )

    def _record(self, walk: Walk, error: AWSError | None) -> bytes:
        if walk.name == sign_in.NAME and walk.service == sign_in.SERVICE:
            return sign_in.encode_sign_in(walk, error, walk.region or self.default_region)
        caller, operation, outcome = walk.caller, walk.operation, walk.outcome if error is None else None
        resources = [Resource(key.account, key.arn) for key in walk.seen]
        if len(resources) > 1:  # a key that was named twice is one resource
            resources = list(dict.fromkeys(resources))
        if walk.role is not None:
            resources.append(Resource(walk.role.account, walk.role.arn, ROLE_TYPE))
        if outcome is not None and outcome.touched and caller is not None:
            resources += [Resource(caller.principal.account, arn) for arn in outcome.touched]
        asked, service = walk.asked, walk.behind
        done = outcome or walk.rehearsed
        additional = done.additional if done is not None else self._refused(walk, error)
        return encode_record(
            event_id=walk.event_id,
            event_time=walk.now,
            request_id=walk.request_id,
            event_source=walk.service + ".amazonaws.com",
            event_name=walk.name,
            region=walk.region or self.default_region,
            user_identity=caller.user_identity if caller is not None else encode_anonymous_identity(None),
            source_ip=service or walk.request.source_ip,
            user_agent=service or walk.user_agent,
            error_code=error.wire_name if error is not None else None,
            error_message=error.message if error is not None else None,
            request_parameters=(operation.logged(asked) or None) if operation and asked is not None else None,
            response_elements=outcome.response_elements if outcome is not None else None,
            additional_event_data=walk.recorded_with(additional),
            read_only=operation.read_only if operation is not None else True,
            resources=resources,
            recipient_account=caller.principal.account if caller is not None else "",
            tls_details=walk.request.tls if service is None else None,
            from_console=caller is not None and caller.signed_in,
        )

    def _refused(self, walk: Walk, error: AWSError | None) -> Mapping[str, Any] | None:
        """Return what the record says of a refusal by policies, for those who may decode it."""
        if not walk.refusal or walk.caller is None or not isinstance(error, AccessDeniedError):
            return None
        account = walk.caller.principal.account
        message = encode_authorization_message(self.keyring, walk.refusal, account, self.random_bytes)
        return {"authorizationMessage": message}


def _refusal(failure: Exception, walk: Walk) -> AWSError:
    """Return what the caller may learn of ``failure``; what it may not learn goes to the log."""
    if isinstance(failure, InvalidArnError) and walk.operation and failure.wire_name not in walk.operation.shape.errors:
        # The models of cryptographic operations know no other error for a malformed ARN.
        return NotFoundError(failure.message)
    if isinstance(failure, AWSError):
        return failure
    if isinstance(failure, StoreUnavailableError):
        logger.error("request %s: %s", walk.request_id, failure)
        return KMSInternalError(_STORE_FAILED)
    logger.error("request %s of %s failed", walk.request_id, walk.name, exc_info=failure)
    return KMSInternalError(_FAILED)
