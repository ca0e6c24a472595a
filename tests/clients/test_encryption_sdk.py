"""The AWS Encryption SDK for Python: envelope encryption whose data keys come from the server."""

from collections.abc import Callable
from typing import Any

import pytest

from support.server import Server

aws_encryption_sdk = pytest.importorskip("aws_encryption_sdk")


def provider(server: Server, *keys: Any, profile: str = "default", discovery: bool = False) -> Any:
    """Return a key provider that makes its own clients, as an application's would."""
    session = server.botocore_session(profile)
    if discovery:
        return aws_encryption_sdk.DiscoveryAwsKmsMasterKeyProvider(botocore_session=session)
    return aws_encryption_sdk.StrictAwsKmsMasterKeyProvider(key_ids=[key.arn for key in keys], botocore_session=session)


@pytest.fixture(autouse=True)
def pointed_at_the_server(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_KMS", server.endpoint)


@pytest.fixture
def sdk() -> Any:
    policy = aws_encryption_sdk.CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT
    return aws_encryption_sdk.EncryptionSDKClient(commitment_policy=policy)


@pytest.mark.filterwarnings(
    "ignore::DeprecationWarning", "ignore::UserWarning", "ignore::cryptography.utils.CryptographyDeprecationWarning"
)
def test_two_keys_in_two_regions_any_of_which_opens(
    server: Server, sdk: Any, make_key: Callable[..., Any], nobody: str
) -> None:
    first, second = make_key("us-east-1"), make_key("eu-west-1")
    plaintext, context = bytes(range(256)) * 1000, {"tenant": "42"}
    message, header = sdk.encrypt(
        source=plaintext, key_provider=provider(server, first, second), encryption_context=context
    )
    assert {key.key_provider.key_info.decode() for key in header.encrypted_data_keys} == {first.arn, second.arn}
    for key in (first, second):
        opened, found = sdk.decrypt(source=message, key_provider=provider(server, key))
        assert opened == plaintext
        assert context.items() <= found.encryption_context.items()
    assert sdk.decrypt(source=message, key_provider=provider(server, discovery=True))[0] == plaintext
    with pytest.raises(aws_encryption_sdk.exceptions.AWSEncryptionSDKClientError):
        sdk.decrypt(source=message, key_provider=provider(server, first, profile=nobody))
    with pytest.raises(aws_encryption_sdk.exceptions.AWSEncryptionSDKClientError):
        sdk.decrypt(source=message, key_provider=provider(server, make_key()))
