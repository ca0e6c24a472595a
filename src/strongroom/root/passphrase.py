"""A root key that is not on the disk at all: derived from a passphrase that the operator hands in at each start.

Source: scrypt, RFC 7914; parameters above OWASP's Password Storage minimum (N = 2**17, r = 8, p = 1), about half a second
and 128 MiB a guess. The parameters stand in the record, so that they can be raised later.
"""

from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from strongroom.crypto.wrap import FRESH_BYTES, unwrap, wrap
from strongroom.errors import InvalidCiphertextError
from strongroom.model.random import RandomBytes
from strongroom.root.port import Protected, RootKeyError

NAME = "passphrase"
MIN_CHARACTERS = 12
_PURPOSE = "domain-key"
_SALT_BYTES = 32
_COST, _BLOCK_SIZE, _PARALLELISM = 2**17, 8, 1
_MAX_COST, _MAX_BLOCK_SIZE, _MAX_PARALLELISM = 2**21, 32, 16  # a damaged record must not eat the machine


class PassphraseProtector:
    name = NAME

    def __init__(self, passphrase: str) -> None:
        if len(passphrase) < MIN_CHARACTERS:
            raise RootKeyError(f"The passphrase must have at least {MIN_CHARACTERS} characters.")
        self._passphrase = passphrase.encode()

    def protect(self, domain_key: bytes, random_bytes: RandomBytes) -> Protected:
        salt = random_bytes(_SALT_BYTES)
        root_key = self._root_key(salt, _COST, _BLOCK_SIZE, _PARALLELISM)
        return Protected(
            protector=NAME,
            parameters={"salt": salt.hex(), "n": _COST, "r": _BLOCK_SIZE, "p": _PARALLELISM},
            sealed=wrap(root_key, domain_key, _PURPOSE, NAME.encode(), random_bytes(FRESH_BYTES)),
        )

    def reveal(self, protected: Protected) -> bytes:
        try:
            salt, cost, block_size, parallelism = _parameters(protected)
        except (KeyError, ValueError):
            raise RootKeyError(
                "The passphrase record of this data directory is damaged. Restore it from your backup."
            ) from None
        root_key = self._root_key(salt, cost, block_size, parallelism)
        try:
            return unwrap(root_key, protected.sealed, _PURPOSE, NAME.encode())
        except InvalidCiphertextError:
            raise RootKeyError("Wrong passphrase for this data directory; nothing was changed. Try again.") from None

    def _root_key(self, salt: bytes, cost: int, block_size: int, parallelism: int) -> bytes:
        return Scrypt(salt=salt, length=32, n=cost, r=block_size, p=parallelism).derive(self._passphrase)


def _parameters(protected: Protected) -> tuple[bytes, int, int, int]:
    """Return (salt, n, r, p). Errors: KeyError, ValueError for a record that is not one of ours."""
    parameters = protected.parameters
    salt = bytes.fromhex(str(parameters["salt"]))
    cost, block_size, parallelism = (int(parameters[name]) for name in ("n", "r", "p"))
    in_range = 1 < cost <= _MAX_COST and 0 < block_size <= _MAX_BLOCK_SIZE and 0 < parallelism <= _MAX_PARALLELISM
    if not in_range or cost & (cost - 1):
        raise ValueError("scrypt parameters out of range")
    return salt, cost, block_size, parallelism
