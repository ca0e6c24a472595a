"""A KMS client as the standard AWS environment describes it, and its failures in words that say what to do.

Endpoint (``AWS_ENDPOINT_URL_KMS``), profile, credentials, Region and ``AWS_CA_BUNDLE`` are what boto3 finds. boto3 is the extra
``clients``; nothing here is slow to import without it.
"""

import os
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

_RETRIES = {"mode": "standard", "total_max_attempts": 4}
_CONNECT_SECONDS = 10  # botocore's own 60, four times, is too long to find out that a Region is away

# What the caller can do about it, by AWS's own error code. Others are shown as they are.
_ADVICE: "Mapping[str, str]" = {
    "AccessDeniedException": "Ask for the permission in the key's policy, in an IAM policy or by a grant.",
    "DisabledException": "Enable the key (aws kms enable-key) and try again.",
    "KMSInvalidStateException": "Look at the key's state with aws kms describe-key.",
    "NotFoundException": "Check the key's ARN, the Region and the endpoint (AWS_ENDPOINT_URL_KMS).",
    "InvalidCiphertextException": "The encrypted data key, or the encryption context beside it, is not what was encrypted.",
    "IncorrectKeyException": "The data key was encrypted under another key than the one asked.",
    "ExpiredTokenException": "Sign in again for new credentials.",
    "UnrecognizedClientException": "Check the access key and the endpoint (AWS_ENDPOINT_URL_KMS).",
    "InvalidSignatureException": "Check the secret access key and this machine's clock.",
    "ThrottlingException": "Too many requests: try again later, or encrypt with a data-key cache.",
    "KeyUnavailableException": "The key cannot be used just now: try again.",
    "404": "Something else than KMS answered: check the endpoint (AWS_ENDPOINT_URL_KMS).",
}

# The same for what botocore says itself, by class.
_OWN_ADVICE: "Mapping[str, str]" = {
    "NoCredentialsError": "Name a profile (AWS_PROFILE) or a credentials file (AWS_SHARED_CREDENTIALS_FILE).",
    "NoRegionError": "Set AWS_DEFAULT_REGION, or name keys by ARN.",
    "EndpointConnectionError": "Is the server there? Check the endpoint (AWS_ENDPOINT_URL_KMS).",
    "ConnectTimeoutError": "Is the server there? Check the endpoint (AWS_ENDPOINT_URL_KMS).",
    "SSLError": "Check https or http in the endpoint (AWS_ENDPOINT_URL_KMS), and the certificate (AWS_CA_BUNDLE).",
}


class SettingsError(Exception):
    """No client can be made of what is installed and set. The text says what to do."""


class ClientsMissingError(SettingsError):
    """boto3 is not installed. The text says how to get it."""

    def __init__(self) -> None:
        super().__init__("This command needs boto3: pip install strongroom[clients]")


def kms_client(
    region: str | None = None, profile: str | None = None, endpoint_url: str | None = None, **config: Any
) -> Any:
    """Return a botocore KMS client. Errors: SettingsError; botocore's own when the environment is incomplete."""
    return client("kms", region, profile, endpoint_url, **config)


def client(
    service: str, region: str | None = None, profile: str | None = None, endpoint_url: str | None = None, **config: Any
) -> Any:
    """Return a botocore client of any service, made as ``kms_client`` makes its. ``config`` is botocore's (timeouts, retries)."""
    try:
        import boto3  # noqa: PLC0415 - an optional dependency, and slow to load
        from botocore.config import Config  # noqa: PLC0415 - as above
    except ImportError:
        raise ClientsMissingError from None
    session = boto3.session.Session(profile_name=profile)
    settings = Config(**{"connect_timeout": _CONNECT_SECONDS, **_retries(), **config})
    try:
        return session.client(service, region_name=region, endpoint_url=endpoint_url, config=settings)
    except ValueError as error:
        if type(error) is not ValueError:  # botocore's own can be one, too: those are told as they are
            raise
        raise SettingsError(f"{error}. An endpoint is a URL (AWS_ENDPOINT_URL_KMS): https://kms.example.com") from None


def _retries() -> dict[str, Any]:
    """Return our retries, unless the environment says how often."""
    return {} if {"AWS_MAX_ATTEMPTS", "AWS_RETRY_MODE"} & os.environ.keys() else {"retries": _RETRIES}


def is_botocores(error: Exception) -> bool:
    """Say whether it is one of botocore's or boto3's: they need not be imported for that."""
    return any(kind.__module__.startswith(("botocore.", "boto3.")) for kind in type(error).__mro__)


def explain(error: Exception) -> str:
    """Say what a botocore failure was (AWS's code and text), and what can be done about it."""
    response = getattr(error, "response", None)
    if not isinstance(response, dict):
        name = type(error).__name__
        return f"{name}: {error} ({_OWN_ADVICE[name]})" if name in _OWN_ADVICE else f"{name}: {error}"
    about = response.get("Error", {})
    code, text = str(about.get("Code", "Unknown")), str(about.get("Message", "")).strip()
    said = f"{code}: {text}" if text else code
    advice = _ADVICE.get(code)
    return f"{said} ({advice})" if advice else said
