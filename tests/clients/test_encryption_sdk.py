"""The AWS Encryption SDK for Python: envelope encryption whose data keys come from the server."""

from collections.abc import Callable
from typing import Any

import aws_encryption_sdk
import pytest
from aws_encryption_sdk.key_providers import kms as kms_providers

from support.server import Server


def provider(server: Server, *keys: Any, profile: str = "default", discovery: bool = False) -> Any:
    """Return a key provider that makes its own clients, as an application's would."""
    session = server.botocore_session(profile)
    if discovery:
        return aws_encryption_sdk.DiscoveryAwsKmsMasterKeyProvider(botocore_session=session)
    return aws_encryption_sdk.StrictAwsKmsMasterKeyProvider(key_ids=[key.arn for key in keys], botocore_session=session)


def multi_region_provider(server: Server, *arns: str, region: str | None = None, profile: str = "default") -> Any:
    """Return a provider that knows multi-Region keys: strict about ``arns``, or one that takes any key as ``region``'s."""
    session = server.botocore_session(profile)
    if region is not None:
        return kms_providers.MRKAwareDiscoveryAwsKmsMasterKeyProvider(botocore_session=session, discovery_region=region)
    return kms_providers.MRKAwareStrictAwsKmsMasterKeyProvider(key_ids=arns, botocore_session=session)


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


@pytest.mark.filterwarnings(
    "ignore::DeprecationWarning", "ignore::UserWarning", "ignore::cryptography.utils.CryptographyDeprecationWarning"
)
def test_a_multi_region_key_opens_in_the_other_region(
    server: Server, sdk: Any, make_key: Callable[..., Any], nobody: str
) -> None:
    """The header names the key of the Region it was made in; the SDK asks the related key of its own Region instead."""
    primary = make_key("us-east-1", MultiRegion=True)
    server.boto3().replicate_key(KeyId=primary.key_id, ReplicaRegion="eu-west-1")
    replica = primary.arn.replace("us-east-1", "eu-west-1")
    plaintext, context = bytes(range(256)), {"tenant": "42"}
    for here, there, region in ((primary.arn, replica, "eu-west-1"), (replica, primary.arn, "us-east-1")):
        message, header = sdk.encrypt(
            source=plaintext, key_provider=multi_region_provider(server, here), encryption_context=context
        )
        assert {key.key_provider.key_info.decode() for key in header.encrypted_data_keys} == {here}
        for opener in (
            multi_region_provider(server, there),
            multi_region_provider(server, region=region),
            multi_region_provider(server, here),
        ):
            opened, found = sdk.decrypt(source=message, key_provider=opener)
            assert opened == plaintext
            assert context.items() <= found.encryption_context.items()
        for stranger in (
            multi_region_provider(server, region="ap-south-1"),
            multi_region_provider(server, make_key(region, MultiRegion=True).arn),
            multi_region_provider(server, there, profile=nobody),
        ):
            with pytest.raises(aws_encryption_sdk.exceptions.AWSEncryptionSDKClientError):
                sdk.decrypt(source=message, key_provider=stranger)
