"""AWS query, the dialect of STS and IAM: a form in, XML out.

A form is turned into plain values by the shape it is meant for; from there the constraints and their words are the same
as for JSON. Lists come as ``X.member.1`` or flattened as ``X.1``, maps as ``X.entry.1.key`` and ``X.entry.1.value``.
Source: AWS query protocol, Smithy 2.0; STS API Reference, "Common Errors".
"""

import re
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, NoReturn, TypeVar
from urllib.parse import parse_qsl
from xml.sax.saxutils import escape

from strongroom.errors import AWSError, SerializationError, UnknownOperationError
from strongroom.wire.constraints import build
from strongroom.wire.plan import Blob, Boolean, Integer, ListOf, MapOf, Node, Structure, Text, Time, members_of
from strongroom.wire.refusal import MOST_INTEGER, blob
from strongroom.wire.shape import EARLIEST, LATEST, Shape

S = TypeVar("S", bound=Shape)
Tree = dict[str, "str | Tree"]

CONTENT_TYPE = b"text/xml"
MAX_FIELDS = 1000  # ours; the largest STS request has some 130
MAX_DEPTH = 12  # ours; the parts of the longest STS name are 4

VERSIONS: Mapping[str, str] = MappingProxyType({"2010-05-08": "iam", "2011-06-15": "sts"})
"""Which service a version of the API belongs to: with the action, that is all a form says about where it belongs."""
NAMESPACES: Mapping[str, str] = MappingProxyType(
    {service: f"https://{service}.amazonaws.com/doc/{version}/" for version, service in VERSIONS.items()}
)

_INTEGER = re.compile(r"[+-]?[0-9]{1,19}")
_INDEX = re.compile(r"[1-9][0-9]{0,5}")
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # XML 1.0, production 2

# What the query dialect calls an error, and its status there, where these differ from the error's own: the common
# errors, then those of the STS and IAM service models.
CODES: Mapping[str, tuple[str, int]] = MappingProxyType(
    {
        "AccessDeniedException": ("AccessDenied", 403),
        "DependencyTimeoutException": ("ServiceUnavailable", 503),
        "ExpiredTokenException": ("ExpiredToken", 403),
        "IncompleteSignatureException": ("IncompleteSignature", 400),
        "InvalidSignatureException": ("SignatureDoesNotMatch", 403),
        "KMSInternalException": ("InternalFailure", 500),
        "MissingAuthenticationTokenException": ("MissingAuthenticationToken", 403),
        "NotAuthorizedException": ("NotAuthorized", 400),
        "RequestEntityTooLargeException": ("RequestEntityTooLarge", 413),
        "SerializationException": ("MalformedInput", 400),
        "ThrottlingException": ("Throttling", 400),
        "UnknownOperationException": ("InvalidAction", 400),
        "UnrecognizedClientException": ("InvalidClientTokenId", 403),
        "UnsupportedOperationException": ("UnsupportedOperation", 400),  # ours: what AWS has and this version has not
        "ValidationException": ("ValidationError", 400),
        # STS service model, "error" traits
        "IDPCommunicationErrorException": ("IDPCommunicationError", 400),
        "IDPRejectedClaimException": ("IDPRejectedClaim", 403),
        "InvalidIdentityTokenException": ("InvalidIdentityToken", 400),
        "MalformedPolicyDocumentException": ("MalformedPolicyDocument", 400),
        "OutboundWebIdentityFederationDisabledException": ("OutboundWebIdentityFederationDisabledException", 403),
        "PackedPolicyTooLargeException": ("PackedPolicyTooLarge", 400),
        "RegionDisabledException": ("RegionDisabledException", 403),
        "SessionDurationEscalationException": ("SessionDurationEscalationException", 403),
        # IAM service model, "error" traits
        "ConcurrentModificationException": ("ConcurrentModification", 409),
        "CredentialReportExpiredException": ("ReportExpired", 410),
        "CredentialReportNotPresentException": ("ReportNotPresent", 410),
        "CredentialReportNotReadyException": ("ReportInProgress", 404),
        "DeleteConflictException": ("DeleteConflict", 409),
        "EntityAlreadyExistsException": ("EntityAlreadyExists", 409),
        "EntityTemporarilyUnmodifiableException": ("EntityTemporarilyUnmodifiable", 409),
        "InvalidInputException": ("InvalidInput", 400),
        "InvalidUserTypeException": ("InvalidUserType", 400),
        "LimitExceededException": ("LimitExceeded", 409),
        "NoSuchEntityException": ("NoSuchEntity", 404),
        "PolicyEvaluationException": ("PolicyEvaluation", 500),
        "PolicyNotAttachableException": ("PolicyNotAttachable", 400),
        "OpenIdIdpCommunicationErrorException": ("OpenIdIdpCommunicationError", 400),
        "PasswordPolicyViolationException": ("PasswordPolicyViolation", 400),
        "ServiceFailureException": ("ServiceFailure", 500),
        "ServiceNotSupportedException": ("NotSupportedService", 404),
        "UnmodifiableEntityException": ("UnmodifiableEntity", 400),
    }
)


@dataclass(frozen=True, slots=True)
class Form:
    """A parsed body. ``fields`` are all of it, ``Action`` too; they may hold tokens and stay out of reprs."""

    action: str
    fields: Mapping[str, str] = field(repr=False)
    service: str = ""
    version: str = ""


EMPTY_FORM = Form("", MappingProxyType({}))


def parse_form(body: bytes) -> Form:
    """Return the form in ``body``. Errors: SerializationError; UnknownOperationError for no action or version."""
    try:
        text = body.decode()
        pairs = parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=MAX_FIELDS)
    except ValueError:  # bad UTF-8, before or behind the percent signs, or too many fields
        raise SerializationError from None
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise SerializationError("A parameter was given twice")  # which of them counts must not be a matter of taste
    action, version = fields.get("Action", ""), fields.get("Version", "NO_VERSION_SPECIFIED")
    if not action or version not in VERSIONS:
        raise UnknownOperationError(f"Could not find operation {action or 'NO_ACTION_SPECIFIED'} for version {version}")
    return Form(action, MappingProxyType(fields), VERSIONS[version], version)


# --- in ------------------------------------------------------------------------------------------------------------


def decode(shape: type[S], form: Form) -> S:
    """Return ``form`` as a ``shape``; unknown parameters are ignored. Errors: SerializationError, ValidationError."""
    return build(shape, _members(shape, _tree(shape, form.fields)), told=form.service != "iam")


def _tree(shape: type[Shape], fields: Mapping[str, str]) -> Tree:
    """Return the fields of the shape's members by the parts of their names: ``{"Tags": {"member": {"1": ...``."""
    known = {member.wire_name for member in members_of(shape)}
    tree: Tree = {}
    for name, text in fields.items():
        *parents, last = name.split(".", MAX_DEPTH)
        if (parents[0] if parents else last) not in known:
            continue
        branch = tree
        for part in parents:
            below = branch.setdefault(part, {})
            if isinstance(below, str):
                _refuse_mixture()
            branch = below
        if last in branch:
            _refuse_mixture()
        branch[last] = text
    return tree


def _refuse_mixture() -> NoReturn:
    raise SerializationError("Unexpected complex element termination")


def _members(shape: type[Shape], tree: Tree) -> dict[str, Any]:
    return {
        member.wire_name: _value(member.node, tree[member.wire_name])
        for member in members_of(shape)
        if member.wire_name in tree
    }


def _value(node: Node, found: str | Tree) -> Any:
    if not isinstance(node, Structure | ListOf | MapOf):
        if not isinstance(found, str):
            _refuse_mixture()
        return _scalar(node, found)
    if isinstance(found, str):
        if found:
            _refuse_mixture()
        found = {}  # ``X=`` alone is how clients write an empty list
    match node:
        case Structure():
            return _members(node.shape, found)
        case ListOf():
            return [_value(node.item, each) for each in _numbered(found, "member")]
        case MapOf():
            return dict(_entry(node, each) for each in _numbered(found, "entry"))


def _numbered(tree: Tree, wrapper: str) -> list[str | Tree]:
    """Return what stands under 1, 2, ... in that order, below ``wrapper`` or, flattened, without it."""
    below = tree.get(wrapper, tree)
    if isinstance(below, str) or (below is not tree and len(tree) > 1) or not all(map(_INDEX.fullmatch, below)):
        _refuse_mixture()
    return [below[index] for index in sorted(below, key=int)]


def _entry(node: MapOf, found: str | Tree) -> tuple[Any, Any]:
    if isinstance(found, str) or "key" not in found:
        _refuse_mixture()
    value = found.get("value")
    return _value(node.key, found["key"]), None if value is None else _value(node.value, value)


def _scalar(node: Text | Integer | Boolean | Time | Blob, text: str) -> Any:
    match node:
        case Text():
            return text
        case Blob():
            return blob(text)
        case Boolean() if text in {"true", "false"}:
            return text == "true"
        case Integer() if _INTEGER.fullmatch(text) and abs(int(text)) <= MOST_INTEGER:
            return int(text)
        case Time():
            return _seconds(text)
    kind = "a Boolean" if isinstance(node, Boolean) else "an Integer"
    raise SerializationError(f"STRING_VALUE can not be converted to {kind}")


def _seconds(text: str) -> float:
    try:
        moment = datetime.fromisoformat(text)
        seconds = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        raise SerializationError("timestamp must follow ISO8601") from None
    if not EARLIEST <= seconds <= LATEST:
        raise SerializationError("timestamp must follow ISO8601")
    return seconds


# --- out -----------------------------------------------------------------------------------------------------------


def encode(operation: str, output: Shape | None, request_id: str, namespace: str) -> bytes:
    """Return ``<XResponse><XResult>...``; an operation without output has no result element."""
    result = "" if output is None else _element(f"{operation}Result", _inside(Structure(type(output)), output))
    metadata = _element("ResponseMetadata", _element("RequestId", _escaped(request_id)))
    return _document(f"{operation}Response", namespace, result + metadata)


def encode_error(error: AWSError, request_id: str, namespace: str) -> tuple[int, bytes, bytes]:
    """Return (HTTP status, content type, body) of a refusal. A text-less error has no message element."""
    code, status = error.query_code or CODES.get(error.wire_name, (error.wire_name, error.http_status))
    whose = "Receiver" if status >= 500 else "Sender"  # noqa: PLR2004 - the class of statuses that are the server's fault
    message = "" if error.message is None else _element("Message", _escaped(error.message))
    described = _element("Error", _element("Type", whose) + _element("Code", _escaped(code)) + message)
    body = _document("ErrorResponse", namespace, described + _element("RequestId", _escaped(request_id)))
    return status, CONTENT_TYPE, body


def _document(name: str, namespace: str, inside: str) -> bytes:
    return f'<{name} xmlns="{namespace}">{inside}</{name}>'.encode()


def _element(name: str, inside: str) -> str:
    return f"<{name}>{inside}</{name}>"


def _inside(node: Node, value: Any) -> str:  # noqa: PLR0911 - one return for each kind
    match node:
        case Structure():
            present = ((member, getattr(value, member.attribute)) for member in members_of(node.shape))
            return "".join(
                _element(member.wire_name, _inside(member.node, each)) for member, each in present if each is not None
            )
        case ListOf():
            return "".join(_element("member", _inside(node.item, each)) for each in value)
        case MapOf():
            pairs = ((_escaped(name), _inside(node.value, each)) for name, each in value.items())
            return "".join(_element("entry", _element("key", name) + _element("value", each)) for name, each in pairs)
        case Boolean():
            return "true" if value else "false"
        case Blob():
            return b64encode(value).decode()
        case Time():
            return _iso8601(value)
        case Text() | Integer():
            return _escaped(str(value))


def _iso8601(seconds: float) -> str:
    """Return whole seconds as ``2019-11-09T13:34:41Z``, as STS writes them, and others with milliseconds."""
    moment = datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None)
    return moment.isoformat(timespec="milliseconds" if moment.microsecond else "seconds") + "Z"


def _escaped(text: str) -> str:
    """Return ``text`` for an element; what XML cannot hold at all is replaced, since an answer must stay readable."""
    return escape(_NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text))
