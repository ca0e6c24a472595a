"""Records of what the service did by itself. Pure.

Source: AWS KMS Developer Guide, "RotateKey", "DeleteKey" and "DeleteExpiredKeyMaterial" log entries; CloudTrail User
Guide, "Non-API events captured by CloudTrail".
"""

from strongroom.audit.record import INTERNAL, SERVICE_EVENT, Resource, encode_internal_identity, encode_record, new_ids
from strongroom.model.random import RandomBytes
from strongroom.model.service_event import ServiceEvent


def encode_service_event(event: ServiceEvent, time: float, random_bytes: RandomBytes) -> tuple[str, bytes]:
    """Return (event id, record). Units: ``time`` in seconds since the epoch."""
    key = event.key
    request_id, event_id = new_ids(random_bytes)
    record = encode_record(
        event_id=event_id,
        event_time=time,
        request_id=request_id,
        event_source="kms.amazonaws.com",
        event_name=event.name,
        region=key.region,
        user_identity=encode_internal_identity(key.account),
        source_ip=INTERNAL,
        user_agent=INTERNAL,
        request_parameters=None,
        response_elements=None,
        read_only=False,
        resources=[Resource(key.account, key.arn)],
        recipient_account=key.account,
        tls_details=None,
        event_type=SERVICE_EVENT,
        service_event_details=event.details,
    )
    return event_id, record
