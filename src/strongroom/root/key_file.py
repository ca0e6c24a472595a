"""The default protector: a root key of 32 random bytes in a file that only its owner can read.

Good against whoever gets the database but not the file (a backup, a replica); back the two up apart. Whoever can read
both can read everything: use a passphrase, and later a PKCS#11 token, where that matters.
"""

import os
import stat
from pathlib import Path

from strongroom.crypto.wrap import FRESH_BYTES, unwrap, wrap
from strongroom.errors import InvalidCiphertextError
from strongroom.model.random import RandomBytes
from strongroom.root.port import Protected, RootKeyError

NAME = "key-file"
_HEADER = "strongroom-root-key-v1:"
_KEY_BYTES = 32
_PURPOSE = "domain-key"


class KeyFileProtector:
    name = NAME

    def __init__(self, path: Path) -> None:
        self.path = path

    def create(self, random_bytes: RandomBytes) -> None:
        """Write a new root key, 0600, durably, and never over an old one. Errors: FileExistsError."""
        text = f"{_HEADER}{random_bytes(_KEY_BYTES).hex()}\n"
        partial = self.path.with_suffix(".new")
        partial.unlink(missing_ok=True)
        descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.link(partial, self.path)  # fails if the name is taken, unlike rename
        partial.unlink()
        directory = os.open(self.path.parent, os.O_RDONLY)
        try:
            os.fsync(directory)
        finally:
            os.close(directory)

    def protect(self, domain_key: bytes, random_bytes: RandomBytes) -> Protected:
        sealed = wrap(self._read(), domain_key, _PURPOSE, NAME.encode(), random_bytes(FRESH_BYTES))
        return Protected(protector=NAME, parameters={}, sealed=sealed)

    def reveal(self, protected: Protected) -> bytes:
        try:
            return unwrap(self._read(), protected.sealed, _PURPOSE, NAME.encode())
        except InvalidCiphertextError:
            raise RootKeyError(
                f"The root key in {self.path} is not the one that protects this data directory. "
                "Put back the root key file that belongs to it; nothing was changed."
            ) from None

    def _read(self) -> bytes:
        try:
            mode = self.path.stat().st_mode
            text = self.path.read_text(encoding="ascii").strip()
        except FileNotFoundError:
            raise RootKeyError(
                f"The root key file {self.path} is missing. Restore it from your backup: "
                "without it no key in this data directory can be opened."
            ) from None
        except (OSError, UnicodeDecodeError) as error:
            raise RootKeyError(
                f"The root key file {self.path} cannot be read: {error}. Check its owner and mode."
            ) from None
        if mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise RootKeyError(f"The root key file {self.path} can be read by others. Run: chmod 600 {self.path}")
        try:
            key = bytes.fromhex(text.removeprefix(_HEADER)) if text.startswith(_HEADER) else b""
        except ValueError:
            key = b""
        if len(key) != _KEY_BYTES:
            raise RootKeyError(f"{self.path} does not hold a root key. Restore it from your backup.")
        return key
