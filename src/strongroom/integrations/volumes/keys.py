"""What a volume asks of KMS.

The encryption context of every call names the volume (``aws:ebs:id``), so that policies, grants and the audit can too; the calls
and their shapes are those that Amazon EBS makes.
Source: AWS KMS Developer Guide, "How Amazon EBS uses AWS KMS"; API Reference, GenerateDataKeyWithoutPlaintext, CreateGrant, ReEncrypt.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from strongroom.integrations.kms import explain, kms_client
from strongroom.integrations.volumes.errors import VolumeError
from strongroom.integrations.volumes.header import DATA_KEY_BYTES
from strongroom.integrations.volumes.token import CONTEXT_NAME, Granted, Token

DEFAULT_KEY = "alias/aws/ebs"  # the AWS managed key of EBS, made on first use by the service ec2
_SERVICE_PROFILE = "service-"  # strongroom service add NAME keeps its credentials as this profile
ON_BEHALF_OF = "x-strongroom-on-behalf-of"
_ADVICE = {
    "AccessDeniedException": "This principal needs a grant (strongroom volume grant) or a policy that allows it.",
    "DisabledException": "Enable the key (aws kms enable-key), then try again.",
    "KMSInvalidStateException": "If it is pending deletion, aws kms cancel-key-deletion and enable-key bring it back.",
    "InvalidCiphertextException": "The token in the volume's header was altered.",
    "NotFoundException": "alias/aws/ebs is made on first use by the service ec2; anybody else names a key (--key).",
}


@contextmanager
def _plainly(what: str) -> Iterator[None]:
    """Turn a refusal into AWS's code and text, the request's id, and what to do."""
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 - optional, and slow to load

    try:
        yield
    except ClientError as error:
        about = error.response["Error"]
        code, request = about["Code"], error.response.get("ResponseMetadata", {}).get("RequestId", "")
        advised = code in _ADVICE and (code != "NotFoundException" or DEFAULT_KEY in about.get("Message", ""))
        said = f"{code}: {about.get('Message', '')}" if advised else explain(error)
        todo = f" {_ADVICE[code]}" if advised else ""
        asked = (
            f" (request {request}; strongroom explain {request} says why)" if code == "AccessDeniedException" else ""
        )
        raise VolumeError(f"{what}: {said}{asked}.{todo}".replace("..", ".")) from None
    except BotoCoreError as error:
        raise VolumeError(f"{what}: {explain(error)}") from None


@dataclass(frozen=True, slots=True)
class KeyState:
    arn: str
    state: str


class VolumeKeys:
    """``service`` is the service principal that the credentials are of: it may retire the grants that it makes."""

    def __init__(self, client: Callable[[], Any], service: str = "") -> None:
        self._make, self._made, self._service = client, None, service

    @property
    def _client(self) -> Any:
        """Made when first needed: detaching and erasing want no KMS."""
        if self._made is None:
            with _plainly("KMS cannot be asked"):
                self._made = self._make()
        return self._made

    def new(self, key: str, volume: str) -> tuple[str, bytes]:
        """Return the key's ARN and a new encrypted data key. Nobody has seen its plaintext."""
        with _plainly(f"No data key for {volume}"):
            made = self._client.generate_data_key_without_plaintext(
                KeyId=key, NumberOfBytes=DATA_KEY_BYTES, EncryptionContext={CONTEXT_NAME: volume}
            )
        return str(made["KeyId"]), bytes(made["CiphertextBlob"])

    def open(self, token: Token) -> bytes:
        """Return the data key. Errors: VolumeError with AWS's reason."""
        with _plainly(f"{token.volume} cannot be opened"):
            opened = self._client.decrypt(
                CiphertextBlob=token.ciphertext, KeyId=token.key, EncryptionContext=token.context
            )
        data_key = bytes(opened["Plaintext"])
        if len(data_key) != DATA_KEY_BYTES:
            raise VolumeError(
                f"{token.volume} cannot be opened: its data key has {len(data_key)} bytes, not {DATA_KEY_BYTES}."
            )
        return data_key

    def move(self, token: Token, key: str, volume: str) -> tuple[str, bytes]:
        """Encrypt the data key again under ``key`` and for ``volume``, without seeing it; return the key's ARN and the result."""
        with _plainly(f"The data key of {token.volume} cannot be moved to {key}"):
            moved = self._client.re_encrypt(
                CiphertextBlob=token.ciphertext,
                SourceKeyId=token.key,
                SourceEncryptionContext=token.context,
                DestinationKeyId=key,
                DestinationEncryptionContext={CONTEXT_NAME: volume},
            )
        return str(moved["KeyId"]), bytes(moved["CiphertextBlob"])

    def grant(self, key: str, volume: str, host: str) -> Granted:
        """Let a host open this one volume. The same grant again is the same grant."""
        retiring = {"RetiringServicePrincipal": f"{self._service}.amazonaws.com"} if self._service else {}
        with _plainly(f"No grant for {host} on {volume}"):
            made = self._client.create_grant(
                KeyId=key,
                GranteePrincipal=host,
                Operations=["Decrypt"],
                Constraints={"EncryptionContextSubset": {CONTEXT_NAME: volume}},
                Name=f"strongroom-{volume}",
                **retiring,
            )
        return Granted(host, str(made["GrantId"]))

    def granted(self, token: Token) -> tuple[Granted, ...]:
        """Return the grants on this volume, as KMS lists them. Errors: VolumeError, also when the caller may not list."""
        found = []
        with _plainly(f"The grants of {token.volume} cannot be listed"):
            for page in self._client.get_paginator("list_grants").paginate(KeyId=token.key):
                for one in page["Grants"]:
                    limits = one.get("Constraints", {})
                    context = limits.get("EncryptionContextSubset") or limits.get("EncryptionContextEquals") or {}
                    if context.get(CONTEXT_NAME) == token.volume:
                        found.append(Granted(one.get("GranteePrincipal", "a service"), one["GrantId"]))
        return tuple(found)

    def revoke(self, key: str, granted: Granted) -> None:
        """End a grant: a service retires its own, anybody else revokes. One that is gone already is no error."""
        from botocore.exceptions import ClientError  # noqa: PLC0415 - optional, and slow to load

        with _plainly(f"The grant {granted.grant_id} of {granted.grantee} on {key} stays"):
            end = self._client.retire_grant if self._service else self._client.revoke_grant
            try:
                end(KeyId=key, GrantId=granted.grant_id)
            except ClientError as error:
                if error.response["Error"]["Code"] not in {"NotFoundException", "InvalidGrantIdException"}:
                    raise

    def state(self, key: str) -> KeyState:
        """Return the key's ARN and its state, in AWS's words."""
        with _plainly(f"{key} cannot be looked at"):
            found = self._client.describe_key(KeyId=key)["KeyMetadata"]
        return KeyState(str(found["Arn"]), str(found["KeyState"]))


def volume_keys(profile: str | None, region: str | None, service: str | None, on_behalf_of: str | None) -> VolumeKeys:
    """Return the calls made with the standard AWS environment; for a user, when the service names one."""
    import os  # noqa: PLC0415 - only here

    named = profile or os.environ.get("AWS_PROFILE", "")
    guessed = named.removeprefix(_SERVICE_PROFILE).split("-")[0] if named.startswith(_SERVICE_PROFILE) else ""

    def make() -> Any:
        client = kms_client(region=region, profile=profile)
        if on_behalf_of:
            client.meta.events.register(
                "before-sign.kms", lambda request, **_: request.headers.add_header(ON_BEHALF_OF, on_behalf_of)
            )
        return client

    return VolumeKeys(make, guessed if service is None else service)
