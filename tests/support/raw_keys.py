"""Data keys without KMS, for tests of messages alone: one fixed data key, in the clear behind a name."""

from collections.abc import Mapping, Sequence

from strongroom.envelope.header import PUBLIC_KEY, EncryptedDataKey
from strongroom.envelope.keys import Materials, OpenedDataKey
from strongroom.envelope.signing import new_key, public_key_text
from strongroom.envelope.suites import Suite


class RawKeys:
    """Gives every message the same data key (zeros by default), cut to what its suite needs."""

    def __init__(self, data_key: bytes = bytes(32), names: Sequence[str] = ("one",)) -> None:
        self.data_key, self.names = data_key, names
        self.made = self.opened = 0

    def make(self, suite: Suite, context: Mapping[str, str], plaintext_bytes: int | None) -> Materials:  # noqa: ARG002 - the port's
        self.made += 1
        signing_key = new_key(suite) if suite.signed else None
        whole = {**context, PUBLIC_KEY: public_key_text(signing_key)} if signing_key else dict(context)
        return Materials(self.data_key, self.wrap(self.data_key, whole), whole, signing_key)

    def wrap(self, plaintext: bytes, context: Mapping[str, str]) -> tuple[EncryptedDataKey, ...]:  # noqa: ARG002 - as above
        return tuple(EncryptedDataKey("raw", name.encode(), b"in the clear") for name in self.names)

    def open(self, suite: Suite, keys: Sequence[EncryptedDataKey], context: Mapping[str, str]) -> OpenedDataKey:  # noqa: ARG002 - as above
        self.opened += 1
        return OpenedDataKey(self.data_key[: suite.key_bytes], "raw")
