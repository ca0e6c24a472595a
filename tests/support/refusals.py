"""Refusals as a typed client meets them: the name it switches on, the words that tools match.

Every refusal that a test provokes through here is also held to the service model: a name that the model does not declare
for the operation cannot be caught by clients that were generated from it.
"""

from dataclasses import dataclass, field
from typing import Any

import pytest
from botocore.exceptions import ClientError

# Not in the KMS model, and any operation may answer them. Source: AWS KMS API Reference, "Common Errors".
COMMON_ERRORS = frozenset(
    {
        "AccessDeniedException",
        "ExpiredTokenException",
        "IncompleteSignatureException",
        "InvalidSignatureException",
        "MissingAuthenticationTokenException",
        "NotAuthorizedException",
        "ThrottlingException",
        "UnrecognizedClientException",
        "ValidationException",
    }
)

# The same for the query protocol, which has its own names. Source: AWS STS API Reference, "Common Errors".
COMMON_QUERY_ERRORS = frozenset(
    {
        "AccessDenied",
        "ExpiredToken",
        "InvalidClientTokenId",
        "MissingAuthenticationToken",
        "SignatureDoesNotMatch",
        "ValidationError",
    }
)


@dataclass(frozen=True, slots=True)
class Refusal:
    code: str
    message: str
    status: int
    response: dict[str, Any] = field(repr=False, compare=False)


def refusal(client: Any, method: str, **parameters: Any) -> Refusal:
    """Call, be refused, and return how. Fails when the call succeeds or when the model does not know the error."""
    with pytest.raises(ClientError) as caught:
        getattr(client, method)(**parameters)
    response: dict[str, Any] = caught.value.response
    error = response["Error"]
    operation = client.meta.service_model.operation_model(client.meta.method_to_api_mapping[method])
    common = COMMON_QUERY_ERRORS if client.meta.service_model.metadata["protocol"] == "query" else COMMON_ERRORS
    declared = common | {shape.name for shape in operation.error_shapes}
    declared |= {shape.metadata.get("error", {}).get("code", shape.name) for shape in operation.error_shapes}
    assert error["Code"] in declared, f"{operation.name} does not declare {error['Code']}: {error['Message']}"
    return Refusal(error["Code"], error["Message"], response["ResponseMetadata"]["HTTPStatusCode"], response)
