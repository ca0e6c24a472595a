"""From the ARN in a request to the OpenID Connect provider. The text is a recorded answer."""

from strongroom.errors import NoSuchEntityError
from strongroom.model.identity import OIDCProvider
from strongroom.operations.entities import oidc_provider
from strongroom.operations.operation import Call


def find_provider(call: Call, arn: str) -> OIDCProvider:
    """Errors: NoSuchEntityError."""
    found = oidc_provider(call.view, arn, call.account)
    if found is None:
        raise NoSuchEntityError(f"OpenIDConnect Provider not found for arn {arn}")
    return found
