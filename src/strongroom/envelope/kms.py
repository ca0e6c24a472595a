"""Data keys from AWS KMS: GenerateDataKey and Encrypt to make them, Decrypt to open them. Works with AWS's and ours.

A key is named by its ARN, id, alias or alias ARN. A client is asked for by Region, so that keys of several Regions can stand on
one message. Source: AWS Encryption SDK specification, framework/aws-kms (keyring, discovery keyring, MRK match for decrypt).
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from strongroom.envelope.errors import DataKeyError, NoKeyOpensError
from strongroom.envelope.header import AWS_KMS, PUBLIC_KEY, EncryptedDataKey
from strongroom.envelope.keys import Materials, OpenedDataKey
from strongroom.envelope.signing import new_key, public_key_text
from strongroom.envelope.suites import Suite
from strongroom.integrations.kms import explain, is_botocores

_ARN = re.compile(r"arn:(?P<partition>[^:]+):kms:(?P<region>[^:]+):(?P<account>[^:]+):(?P<kind>key|alias)/(?P<id>.+)")
_MULTI_REGION = "mrk-"

ClientFor = Callable[[str | None], Any]  # Region, or None for the environment's -> botocore KMS client


@dataclass(slots=True)
class Calls:
    """How often KMS was asked, by operation: for the summary that a user sees."""

    made: dict[str, int] = field(default_factory=dict)

    def count(self, operation: str) -> None:
        self.made[operation] = self.made.get(operation, 0) + 1


class _KMS:
    """What both kinds share: clients, grant tokens, and opening what ``_asked`` allows. ``calls`` counts the requests made."""

    def __init__(self, client_for: ClientFor, grant_tokens: Sequence[str]) -> None:
        self.calls = Calls()
        self._away: set[str | None] = set()  # Regions that did not answer: the others are asked first from then on
        self._client_for: ClientFor = cache(client_for)
        self._tokens = {"GrantTokens": list(grant_tokens)} if grant_tokens else {}

    def open(self, suite: Suite, keys: Sequence[EncryptedDataKey], context: Mapping[str, str]) -> OpenedDataKey:
        """Try the keys in order. Errors: NoKeyOpensError with what KMS said of each."""
        causes = []
        for key in sorted(keys, key=self._last):
            if key.provider != AWS_KMS:
                causes.append((key.name, "not a key of AWS KMS"))
                continue
            wanted = list(self._asked(key.name))
            if not wanted:
                causes.append((key.name, "not among the keys asked for"))
            for key_id in wanted:
                try:
                    answer = self._decrypt(key_id, key.ciphertext, context)
                except Exception as error:
                    if not is_botocores(error):
                        raise
                    causes.append((key_id, explain(error)))
                    if not hasattr(error, "response"):
                        self._away.add(region_of(key_id))
                    continue
                plaintext, opener = bytes(answer["Plaintext"]), str(answer["KeyId"])
                if len(plaintext) == suite.key_bytes and (opener == key.name or _related(opener, key.name)):
                    return OpenedDataKey(plaintext, opener)
                causes.append((key_id, "KMS answered for another key, or with another length"))
        raise NoKeyOpensError("None of the keys on the message could open it.", tuple(causes))

    def _last(self, key: EncryptedDataKey) -> bool:
        return any(region_of(key_id) in self._away for key_id in self._asked(key.name))

    def _decrypt(self, key_id: str, ciphertext: bytes, context: Mapping[str, str]) -> Any:
        client = self._client_for(region_of(key_id))
        self.calls.count("Decrypt")
        return client.decrypt(KeyId=key_id, CiphertextBlob=ciphertext, EncryptionContext=dict(context), **self._tokens)

    def _asked(self, name: str) -> Iterator[str]:
        """Yield what to ask KMS for, to open what was encrypted under the key of this ARN."""
        raise NotImplementedError


class KMSKeys(_KMS):
    """A strict list of keys: the first makes data keys and all of them encrypt it; any of them opens it."""

    def __init__(self, key_ids: Sequence[str], client_for: ClientFor, grant_tokens: Sequence[str] = ()) -> None:
        if not key_ids:
            raise ValueError("at least one key is needed")
        self.key_ids = tuple(dict.fromkeys(key_ids))
        super().__init__(client_for, grant_tokens)

    def make(self, suite: Suite, context: Mapping[str, str], plaintext_bytes: int | None) -> Materials:  # noqa: ARG002 - for caches
        signing_key = new_key(suite) if suite.signed else None
        whole = {**context, PUBLIC_KEY: public_key_text(signing_key)} if signing_key is not None else dict(context)
        generator, *others = self.key_ids
        made = self._ask(generator, "generate_data_key", whole, NumberOfBytes=suite.key_bytes)
        first = _encrypted(made)
        plaintext = bytes(made["Plaintext"])
        if len(plaintext) != suite.key_bytes:
            raise DataKeyError(f"{generator}: KMS answered with a data key of {len(plaintext)} bytes.")
        return Materials(plaintext, (first, *self._wrap(others, plaintext, whole)), whole, signing_key)

    def wrap(self, plaintext: bytes, context: Mapping[str, str]) -> tuple[EncryptedDataKey, ...]:
        return self._wrap(self.key_ids, plaintext, context)

    def _asked(self, name: str) -> Iterator[str]:
        for key_id in self.key_ids:
            arn = _ARN.fullmatch(key_id)
            if arn is None or arn["kind"] == "alias" or key_id == name or _related(key_id, name):
                yield key_id  # of an id or alias only KMS knows which key it is: it refuses a wrong one

    def _wrap(
        self, key_ids: Sequence[str], plaintext: bytes, context: Mapping[str, str]
    ) -> tuple[EncryptedDataKey, ...]:
        return tuple(_encrypted(self._ask(key_id, "encrypt", context, Plaintext=plaintext)) for key_id in key_ids)

    def _ask(self, key_id: str, method: str, context: Mapping[str, str], **arguments: Any) -> Any:
        try:
            client = self._client_for(region_of(key_id))
            self.calls.count("GenerateDataKey" if method == "generate_data_key" else "Encrypt")
            return getattr(client, method)(KeyId=key_id, EncryptionContext=dict(context), **arguments, **self._tokens)
        except Exception as error:
            if not is_botocores(error):
                raise
            raise DataKeyError(f"{key_id}: {explain(error)}") from None


class Discovery(_KMS):
    """Opens what any key of AWS KMS encrypted that the caller may use; never makes data keys.

    ``accounts`` and ``partition`` narrow it; ``region`` is where multi-Region keys are asked instead of where they were used.
    """

    def __init__(
        self,
        client_for: ClientFor,
        accounts: Sequence[str] = (),
        partition: str | None = None,
        region: str | None = None,
        grant_tokens: Sequence[str] = (),
    ) -> None:
        super().__init__(client_for, grant_tokens)
        self._accounts, self._partition, self._region = frozenset(accounts), partition, region

    def _asked(self, name: str) -> Iterator[str]:
        arn = _ARN.fullmatch(name)
        if arn is None or arn["kind"] != "key":
            return
        if self._accounts and arn["account"] not in self._accounts:
            return
        if self._partition is not None and arn["partition"] != self._partition:
            return
        if self._region is not None and arn["region"] != self._region:
            if not arn["id"].startswith(_MULTI_REGION):
                return
            name = f"arn:{arn['partition']}:kms:{self._region}:{arn['account']}:key/{arn['id']}"
        yield name


def region_of(key_id: str) -> str | None:
    """Return the Region that an ARN names."""
    arn = _ARN.fullmatch(key_id)
    return arn["region"] if arn is not None else None


def _related(one: str, other: str) -> bool:
    """Say whether two ARNs are a multi-Region key's, in two Regions."""
    first, second = _ARN.fullmatch(one), _ARN.fullmatch(other)
    return (
        first is not None
        and second is not None
        and first["id"].startswith(_MULTI_REGION)
        and all(first[part] == second[part] for part in ("partition", "account", "kind", "id"))
    )


def _encrypted(answer: Any) -> EncryptedDataKey:
    return EncryptedDataKey(AWS_KMS, str(answer["KeyId"]).encode(), bytes(answer["CiphertextBlob"]))
