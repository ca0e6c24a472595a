"""Audit records: one API call as one line of JSON, in CloudTrail's fields and order. Pure.

What may be said of a request is decided where the request is understood: parameters and elements arrive here without
anything secret. Whatever their strings hold, a record comes out: what cannot be recorded cannot be answered.

Source: CloudTrail User Guide, "CloudTrail record contents" and "CloudTrail userIdentity element"; AWS KMS Developer
Guide, "Logging AWS KMS API calls with AWS CloudTrail".
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from types import MappingProxyType
from typing import Any, NamedTuple

import msgspec
from msgspec import UNSET, Raw

from strongroom.model.principal import Principal, PrincipalKind
from strongroom.model.random import RandomBytes
from strongroom.operations.dates import cloudtrail_date

__all__ = [
    "API_CALL",
    "INTERNAL",
    "MAX_ACCESS_KEY_ID_CHARACTERS",
    "MAX_ERROR_MESSAGE_CHARACTERS",
    "MAX_MEMBER_BYTES",
    "MAX_USER_AGENT_CHARACTERS",
    "OMITTED",
    "ROLE_TYPE",
    "SERVICE_EVENT",
    "Resource",
    "cloudtrail_date",
    "encode_anonymous_identity",
    "encode_identity_of_caller_behind",
    "encode_internal_identity",
    "encode_record",
    "encode_user_identity",
    "new_ids",
]

API_CALL = "AwsApiCall"
SERVICE_EVENT = "AwsServiceEvent"
INTERNAL = "AWS Internal"  # CloudTrail's caller, address and user agent of what happens by itself

MAX_USER_AGENT_CHARACTERS = 1024  # CloudTrail record contents, userAgent: 1 KB, the rest is cut off
MAX_ERROR_MESSAGE_CHARACTERS = 1024  # CloudTrail record contents, errorMessage: 1 KB, the rest is cut off
MAX_MEMBER_BYTES = 100 * 1024  # CloudTrail record contents, requestParameters and responseElements: more is omitted
MAX_ACCESS_KEY_ID_CHARACTERS = 128  # IAM API Reference, AccessKey, AccessKeyId

OMITTED: Mapping[str, Any] = MappingProxyType({"omitted": True})  # CloudTrail record contents, truncated fields

_EVENT_VERSION = "1.11"  # CloudTrail record contents, eventVersion
_CATEGORY = "Management"
_RESOURCE_TYPE = "AWS::KMS::Key"
ROLE_TYPE = "AWS::IAM::Role"


def _as_dict(value: Any) -> Any:
    """Let a read-only mapping be written like any other."""
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"a {type(value).__name__} cannot stand in an audit record")


_encode = msgspec.json.Encoder(enc_hook=_as_dict).encode


class Resource(NamedTuple):
    """A key (or alias: CloudTrail gives it the same type) or role that a call was about, with the account that owns it."""

    account: str
    arn: str
    type: str = _RESOURCE_TYPE


class _Resource(msgspec.Struct, gc=False):
    accountId: str  # noqa: N815 - CloudTrail's name
    type: str
    ARN: str


class _Record(msgspec.Struct, gc=False):
    """The names are CloudTrail's own and the order is that of its files. UNSET members do not appear at all."""

    eventVersion: str  # noqa: N815 - as all below
    userIdentity: Raw  # noqa: N815
    eventTime: str  # noqa: N815
    eventSource: str  # noqa: N815
    eventName: str  # noqa: N815
    awsRegion: str  # noqa: N815
    sourceIPAddress: str  # noqa: N815
    userAgent: str  # noqa: N815
    errorCode: Any  # noqa: N815
    errorMessage: Any  # noqa: N815
    requestParameters: Any  # noqa: N815
    responseElements: Any  # noqa: N815
    additionalEventData: Any  # noqa: N815
    requestID: Any  # noqa: N815
    eventID: str  # noqa: N815
    readOnly: bool  # noqa: N815
    resources: list[_Resource]
    eventType: str  # noqa: N815
    managementEvent: bool  # noqa: N815
    recipientAccountId: str  # noqa: N815
    serviceEventDetails: Any  # noqa: N815
    eventCategory: str  # noqa: N815
    tlsDetails: Any  # noqa: N815
    sessionCredentialFromConsole: Any  # noqa: N815


def encode_record(
    *,
    event_id: str,
    event_time: float,
    request_id: str | None,
    event_source: str,
    event_name: str,
    region: str,
    user_identity: Raw,
    source_ip: str,
    user_agent: str,
    error_code: str | None = None,
    error_message: str | None = None,
    request_parameters: Mapping[str, Any] | None,
    response_elements: Mapping[str, Any] | None,
    additional_event_data: Mapping[str, Any] | None = None,
    read_only: bool,
    resources: Sequence[Resource],
    recipient_account: str,
    tls_details: Raw | None,
    event_type: str = API_CALL,
    service_event_details: Mapping[str, Any] | None = None,
    from_console: bool = False,
) -> bytes:
    """Return the record of one call, as one line without its newline.

    ``request_id`` is None of what nobody asked for. ``from_console``: the session began with a sign-in.

    Units: ``event_time`` in seconds since the epoch.  Errors: TypeError for a value that JSON does not know, which is
    our bug; no text that a caller can send makes it fail.
    """
    if len(user_agent) > MAX_USER_AGENT_CHARACTERS:
        user_agent = user_agent[:MAX_USER_AGENT_CHARACTERS]
    if error_message is not None and len(error_message) > MAX_ERROR_MESSAGE_CHARACTERS:
        error_message = error_message[:MAX_ERROR_MESSAGE_CHARACTERS]
    record = _Record(
        _EVENT_VERSION,
        user_identity,
        _time_text(int(event_time)),
        event_source,
        event_name,
        region,
        source_ip,
        user_agent,
        UNSET if error_code is None else error_code,
        UNSET if error_message is None else error_message,
        request_parameters,
        response_elements,
        UNSET if additional_event_data is None else additional_event_data,
        UNSET if request_id is None else request_id,
        event_id,
        read_only,
        [_Resource(account, kind, arn) for account, arn, kind in resources],
        event_type,
        True,  # noqa: FBT003 - positions are several times cheaper than keywords here
        recipient_account,
        UNSET if service_event_details is None else service_event_details,
        _CATEGORY,
        UNSET if tls_details is None else tls_details,
        "true" if from_console else UNSET,
    )
    line = _line_of(record)
    if len(line) > MAX_MEMBER_BYTES:
        record.requestParameters = _unless_large(request_parameters)
        record.responseElements = _unless_large(response_elements)
        line = _line_of(record)
    return line


def _line_of(record: _Record) -> bytes:
    try:
        return _encode(record)
    except UnicodeEncodeError:
        members = msgspec.structs.asdict(record)
        members["resources"] = [msgspec.structs.asdict(resource) for resource in record.resources]
        return _encode({name: _sayable(value) for name, value in members.items() if value is not UNSET})


def _unless_large(members: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    try:
        text = _encode(members)
    except UnicodeEncodeError:
        text = _encode(_sayable(members))
    return OMITTED if len(text) > MAX_MEMBER_BYTES else members


def new_ids(random_bytes: RandomBytes) -> tuple[str, str]:
    """Return a request id and an event id, both version 4 UUIDs (RFC 9562, 5.4), from one draw of randomness.

    Two at once because the draw is most of the cost.
    """
    digits = random_bytes(32).hex()
    return (
        f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-{_VARIANT[digits[16]]}{digits[17:20]}-{digits[20:32]}",
        f"{digits[32:40]}-{digits[40:44]}-4{digits[45:48]}-{_VARIANT[digits[48]]}{digits[49:52]}-{digits[52:]}",
    )


_VARIANT = {f"{nibble:x}": "89ab"[nibble & 3] for nibble in range(16)}  # RFC 9562, 4.1: the variant's two bits


# --- who called ---------------------------------------------------------------------------------------------


def encode_user_identity(principal: Principal, access_key_id: str | None, session_started_at: float | None) -> Raw:
    """Return the ``userIdentity`` of an authenticated caller; it is the same for all calls under one credential.

    Units: ``session_started_at`` in seconds since the epoch, None for long-term access keys.
    """
    identity: dict[str, Any] = {"type": principal.kind.value}
    if principal.kind is PrincipalKind.WEB_IDENTITY:
        identity |= {"principalId": principal.unique_id, "userName": principal.user_name}
        return Raw(_encode(_sayable(identity | {"identityProvider": principal.arn})))
    if principal.kind is PrincipalKind.SERVICE:
        identity |= {"accountId": principal.account, "invokedBy": principal.arn}
    else:
        identity |= {"principalId": principal.unique_id, "arn": principal.arn, "accountId": principal.account}
    if access_key_id is not None:
        # CloudTrail leaves it out for AWS's own services. Here a service is a program on somebody's machine, and a
        # leaked key of it must be found in the journal.
        identity["accessKeyId"] = access_key_id
    if principal.kind is PrincipalKind.USER and principal.user_name is not None:
        identity["userName"] = principal.user_name
    context = _session_context(principal, session_started_at)
    if context:
        identity["sessionContext"] = context
    return Raw(_encode(_sayable(identity)))


def encode_identity_of_caller_behind(service: str, user_identity: Raw) -> Raw:
    """Return the ``userIdentity`` of a caller for whom ``service`` acted."""
    identity: dict[str, Any] = msgspec.json.decode(user_identity)
    return Raw(_encode({**identity, "invokedBy": service}))


def encode_internal_identity(account: str) -> Raw:
    """Return the ``userIdentity`` of what happens by itself to keys of ``account``."""
    return Raw(_encode({"accountId": account, "invokedBy": INTERNAL}))


def encode_anonymous_identity(access_key_id: str | None) -> Raw:
    """Return the ``userIdentity`` of a caller who proved nothing; ``access_key_id`` is only what the request claims."""
    if access_key_id is None:
        return _UNKNOWN
    return Raw(_encode({"type": "Unknown", "accessKeyId": _sayable(access_key_id[:MAX_ACCESS_KEY_ID_CHARACTERS])}))


_UNKNOWN = Raw(b'{"type":"Unknown"}')


_KINDS_WITH_ISSUER = frozenset({PrincipalKind.ASSUMED_ROLE, PrincipalKind.FEDERATED_USER})


def _session_context(principal: Principal, started_at: float | None) -> dict[str, Any]:
    context: dict[str, Any] = {}
    if principal.issuer_arn is not None and principal.kind in _KINDS_WITH_ISSUER:
        context["sessionIssuer"] = _session_issuer(principal, principal.issuer_arn)
    if principal.provider:
        context["webIdFederationData"] = {"federatedProvider": principal.provider, "attributes": {}}
    if principal.source_identity:
        context["sourceIdentity"] = principal.source_identity
    if started_at is not None:
        context["attributes"] = {"creationDate": _time_text(int(started_at)), "mfaAuthenticated": "false"}
    return context


def _session_issuer(principal: Principal, issuer_arn: str) -> dict[str, Any]:
    """Describe the role, user or account root behind a session.

    A role's id is the first half of the session's own (``AROA...:session``). The issuer's id of a federated user is not
    in its principal: CloudTrail's member is left out rather than guessed.
    """
    if principal.kind is PrincipalKind.ASSUMED_ROLE:
        issuer: dict[str, Any] = {"type": "Role", "principalId": principal.unique_id.partition(":")[0]}
    elif issuer_arn.endswith(":root"):
        return {"type": "Root", "principalId": principal.account, "arn": issuer_arn, "accountId": principal.account}
    else:
        issuer = {"type": "IAMUser"}
    return issuer | {"arn": issuer_arn, "accountId": principal.account, "userName": issuer_arn.rpartition("/")[2]}


# --- parts that repeat --------------------------------------------------------------------------------------


@lru_cache(maxsize=8)
def _time_text(second: int) -> str:
    """Return ``2026-01-15T22:09:14Z``; nearly all calls ask for the present second."""
    return f"{datetime.fromtimestamp(second, UTC):%Y-%m-%dT%H:%M:%SZ}"


def _sayable(value: Any) -> Any:
    """Return ``value`` with its lone surrogates (JSON can smuggle them in, UTF-8 cannot carry them) as U+FFFD."""
    if isinstance(value, str):
        return value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    if isinstance(value, Mapping):
        return {_sayable(name): _sayable(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_sayable(inner) for inner in value]
    return value
