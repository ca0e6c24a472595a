"""The dialects of the AWS wire behind one face: JSON 1.1 (KMS, later CloudTrail) and query (STS, later IAM)."""

from dataclasses import dataclass
from typing import Any, Protocol

from strongroom.errors import AWSError
from strongroom.wire import json11, query
from strongroom.wire.shape import OperationShape

_FORM = "application/x-www-form-urlencoded"


class Dialect(Protocol):
    def decode(self, shape: OperationShape) -> Any:
        """Return the input. Errors: SerializationError, ValidationError."""

    def encode(self, shape: OperationShape, output: Any, request_id: str) -> tuple[bytes, bytes]:
        """Return (content type, body)."""

    def encode_error(self, error: AWSError, request_id: str) -> tuple[int, bytes, bytes]:
        """Return (HTTP status, content type, body)."""


@dataclass(frozen=True, slots=True)
class JSON11:
    """AWS JSON 1.1: the operation is in X-Amz-Target, the body is one JSON object."""

    body: bytes

    def decode(self, shape: OperationShape) -> Any:
        return json11.decode(shape.input, self.body)

    def encode(self, _shape: OperationShape, output: Any, _request_id: str) -> tuple[bytes, bytes]:
        return json11.CONTENT_TYPE, json11.encode(output)

    def encode_error(self, error: AWSError, _request_id: str) -> tuple[int, bytes, bytes]:
        return json11.encode_error(error)


@dataclass(frozen=True, slots=True)
class Query:
    """AWS query: operation and members are form fields, the answer is XML."""

    form: query.Form

    def decode(self, shape: OperationShape) -> Any:
        return query.decode(shape.input, self.form)

    def encode(self, shape: OperationShape, output: Any, request_id: str) -> tuple[bytes, bytes]:
        return query.CONTENT_TYPE, query.encode(shape.name, output, request_id, query.STS_NAMESPACE)

    def encode_error(self, error: AWSError, request_id: str) -> tuple[int, bytes, bytes]:
        return query.encode_error(error, request_id, query.STS_NAMESPACE)


def recognise(content_type: str, target: str | None, body: bytes) -> tuple[Dialect, str, str]:
    """Return (dialect, service, operation name) of a request. Errors: UnknownOperationError and its kin."""
    if content_type.partition(";")[0].strip().lower() == _FORM:
        form = query.parse_form(body)
        return Query(form), "sts", form.action
    json11.check_content_type(content_type)
    service, operation = json11.operation_of(target)
    return JSON11(body), service, operation


NO_DIALECT: Dialect = JSON11(b"")
_QUERY_REFUSAL: Dialect = Query(query.EMPTY_FORM)


def dialect_for_refusal(content_type: str) -> Dialect:
    """Return the dialect to refuse in when the request does not get as far as naming its operation."""
    return _QUERY_REFUSAL if content_type.startswith(_FORM) else NO_DIALECT
