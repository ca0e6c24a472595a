"""Which operation a request asks for, and in which dialect of the AWS wire: JSON 1.1 (KMS, CloudTrail) or query (STS, IAM)."""

from collections.abc import Mapping
from typing import Any, NamedTuple, Protocol

from strongroom.errors import AWSError, UnknownOperationError
from strongroom.operations.operation import Operation
from strongroom.operations.table import BUILT, MISSING
from strongroom.wire import json11, query
from strongroom.wire.shape import OperationShape

_FORM = b"application/x-www-form-urlencoded"


class Dialect(Protocol):
    """How one protocol writes what the pipeline decides."""

    def decode(self, shape: OperationShape, body: bytes) -> Any:
        """Return the input. Errors: SerializationError, ValidationError."""

    def encode(self, shape: OperationShape, output: Any, request_id: str) -> tuple[bytes, bytes]:
        """Return (content type, body)."""

    def encode_error(self, error: AWSError, request_id: str) -> tuple[int, bytes, bytes]:
        """Return (HTTP status, content type, body)."""


class _JSON11:
    """AWS JSON 1.1: the operation is in X-Amz-Target, the body is one JSON object."""

    def decode(self, shape: OperationShape, body: bytes) -> Any:
        return json11.decode(shape.input, body)

    def encode(self, shape: OperationShape, output: Any, request_id: str) -> tuple[bytes, bytes]:  # noqa: ARG002 - the protocol's face
        return json11.CONTENT_TYPE, json11.encode(output)

    def encode_error(self, error: AWSError, request_id: str) -> tuple[int, bytes, bytes]:  # noqa: ARG002 - as above
        return json11.encode_error(error)


class _Query:
    """AWS query: operation and members are form fields, the answer is XML in the service's namespace."""

    def __init__(self, namespace: str) -> None:
        self._namespace = namespace

    def decode(self, shape: OperationShape, body: bytes) -> Any:
        return query.decode(shape.input, query.parse_form(body))

    def encode(self, shape: OperationShape, output: Any, request_id: str) -> tuple[bytes, bytes]:
        return query.CONTENT_TYPE, query.encode(shape.name, output, request_id, self._namespace)

    def encode_error(self, error: AWSError, request_id: str) -> tuple[int, bytes, bytes]:
        return query.encode_error(error, request_id, self._namespace)


JSON11: Dialect = _JSON11()
QUERIES: Mapping[str, Dialect] = {service: _Query(namespace) for service, namespace in query.NAMESPACES.items()}


class Route(NamedTuple):
    """``operation`` is None when AWS has it and this version has not."""

    dialect: Dialect
    service: str
    name: str
    operation: Operation | None


_BY_TARGET: Mapping[bytes, Route] = {
    f"{prefix}.{name}".encode(): Route(JSON11, service, name, BUILT[service].get(name))
    for service, prefixes in json11.TARGET_PREFIXES.items()
    for prefix in prefixes
    for name in (*BUILT[service], *MISSING[service])
}


def dialect_of(content_type: bytes) -> Dialect:
    """Return the dialect to answer in, whatever else is wrong with the request."""
    return QUERIES["sts"] if content_type != json11.CONTENT_TYPE and _is_form(content_type) else JSON11


def _is_form(content_type: bytes) -> bool:
    return content_type.partition(b";")[0].strip().lower() == _FORM


def in_one_form(method: str, content_type: bytes, query_string: str, body: bytes) -> tuple[bytes, bytes]:
    """Return (content type, body) of a request with a query string as if its parameters had come in one form.

    In the query dialect they count wherever they stand. A "+" is itself: that is how the signature reads it (authn/canonical).
    """
    if method != "GET" and not _is_form(content_type) and (content_type or body):
        return content_type, body
    parameters = query_string.replace("+", "%2B").encode("latin-1")
    return _FORM, parameters + b"&" + body if body else parameters


def route_of(content_type: bytes, target: bytes, body: bytes) -> Route:
    """Return what is asked for. Errors: UnknownOperationError and its kin, SerializationError for a form that is none."""
    if content_type != json11.CONTENT_TYPE:
        if _is_form(content_type):
            return _of_form(body)
        json11.check_content_type(content_type.decode("latin-1"))
    route = _BY_TARGET.get(target)
    if route is None:
        raise UnknownOperationError
    return route


def _of_form(body: bytes) -> Route:
    form = query.parse_form(body)
    name = form.action
    operation = BUILT[form.service].get(name)
    if operation is None and name not in MISSING[form.service]:
        raise UnknownOperationError(f"Could not find operation {name[:100]} for version {form.version}")
    return Route(QUERIES[form.service], form.service, name, operation)
