"""Audit records beside a call's own: what KMS did in other Regions for the caller, and what happened by itself."""

from strongroom.audit.record import INTERNAL, Resource, encode_identity_of_caller_behind, encode_record, new_ids
from strongroom.audit.service_event import encode_service_event
from strongroom.model.random import RandomBytes
from strongroom.operations.operation import Outcome
from strongroom.stations.walk import Walk


def further_records(walk: Walk, outcome: Outcome, random_ids: RandomBytes) -> tuple[tuple[str, bytes], ...]:
    """Return (event id, record) of each: the same request, other events."""
    caller = walk.caller
    assert caller is not None  # noqa: S101 - an operation has acted
    account, service = caller.principal.account, walk.service + ".amazonaws.com"
    identity = encode_identity_of_caller_behind(service, caller.user_identity)
    records = [encode_service_event(event, walk.now, random_ids) for event in outcome.events]
    for one in outcome.further:
        _, event_id = new_ids(random_ids)
        record = encode_record(
            event_id=event_id,
            event_time=walk.now,
            request_id=walk.request_id,
            event_source=service,
            event_name=one.event_name,
            region=one.region,
            user_identity=identity,
            source_ip=walk.behind or walk.request.source_ip,
            user_agent=INTERNAL,
            request_parameters=one.request_parameters,
            response_elements=one.response_elements,
            read_only=False,
            resources=[Resource(account, one.key_arn)],
            recipient_account=account,
            tls_details=None,
        )
        records.append((event_id, record))
    return tuple(records)
