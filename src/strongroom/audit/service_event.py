"""Records of what the service did by itself. Pure.

Source: AWS KMS Developer Guide, "RotateKey", "DeleteKey", "DeleteExpiredKeyMaterial" and "SynchronizeMultiRegionKey" log
entries (the last is an AwsApiCall there, with a request id); CloudTrail User Guide, "Non-API events captured by CloudTrail".
"""

from strongroom.audit.record import (
    API_CALL,
    INTERNAL,
    SERVICE_EVENT,
    Resource,
    encode_internal_identity,
    encode_record,
    new_ids,
)
from strongroom.model.random import RandomBytes
from strongroom.model.service_event import ServiceEvent

_LIKE_CALLS = frozenset({"SynchronizeMultiRegionKey"})
_NAMING_THE_KEY = frozenset({"DeleteKey", "SynchronizeMultiRegionKey"})  # in responseElements, since December 2022


def encode_service_event(event: ServiceEvent, time: float, random_bytes: RandomBytes) -> tuple[str, bytes]:
    """Return (event id, record). Units: ``time`` in seconds since the epoch."""
    key = event.key
    request_id, event_id = new_ids(random_bytes)
    like_a_call = event.name in _LIKE_CALLS
    record = encode_record(
        event_id=event_id,
        event_time=time,
        request_id=request_id if like_a_call else None,
        event_source="kms.amazonaws.com",
        event_name=event.name,
        region=key.region,
        user_identity=encode_internal_identity(key.account),
        source_ip=INTERNAL,
        user_agent=INTERNAL,
        request_parameters=None,
        response_elements={"keyId": key.arn} if event.name in _NAMING_THE_KEY else None,
        read_only=False,
        resources=[Resource(key.account, key.arn)],
        recipient_account=key.account,
        tls_details=None,
        event_type=API_CALL if like_a_call else SERVICE_EVENT,
        service_event_details=event.details,
    )
    return event_id, record
