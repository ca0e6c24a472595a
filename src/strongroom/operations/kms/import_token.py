"""The import token: all that the server must remember of a GetParametersForImport, sealed and given to the caller.

Nothing is stored, so every worker and every later start understands every token, several are valid at once, and a token
may be used more than once, as with AWS KMS. The wrapping key is readable with the domain key alone.

    0    1  version         0x01
    1    8  expiry          milliseconds since the epoch, big-endian
    9    1  n               length of the next
   10    n  algorithm       the wrapping algorithm, ASCII
   10+n  8  wrapping spec   RSA_2048, RSA_3072 or RSA_4096
   18+n     private key     of the wrapping key pair, PKCS#8 DER

The key that it is for, account and Region included, is authenticated beside it. Sealed, the largest (RSA_4096) is about
2.5 KB: ImportToken may have 6,144 bytes.
"""

from dataclasses import dataclass, field

from strongroom.crypto.imports import unwrap
from strongroom.crypto.key_pairs import load_private
from strongroom.crypto.keyring import Keyring
from strongroom.errors import ExpiredImportTokenError, InvalidCiphertextError, InvalidImportTokenError
from strongroom.model.key import Key
from strongroom.model.random import RandomBytes

VALID_MS = 24 * 3_600_000  # API Reference, GetParametersForImport
_VERSION = b"\x01"
_NAME_AT, _SPEC_BYTES = 10, 8


@dataclass(frozen=True, slots=True)
class ImportToken:
    """The wrapping algorithm and key that one set of import parameters is made of."""

    expires_ms: int
    algorithm: str
    wrapping_key_spec: str
    wrapping_private: bytes = field(repr=False)

    def seal(self, keyring: Keyring, key: Key, random_bytes: RandomBytes) -> bytes:
        """Return the token for importing into ``key``."""
        algorithm = self.algorithm.encode("ascii")
        claims = b"".join(
            (
                _VERSION,
                self.expires_ms.to_bytes(8, "big"),
                bytes((len(algorithm),)),
                algorithm,
                self.wrapping_key_spec.encode("ascii"),
                self.wrapping_private,
            )
        )
        return keyring.seal_import_token(key, claims, random_bytes)

    def unwrap(self, encrypted: bytes) -> bytes:
        """Return what was encrypted for this token. Errors: InvalidCiphertextError."""
        return unwrap(load_private(self.wrapping_key_spec, self.wrapping_private, ours=True), self.algorithm, encrypted)


def open_token(token: bytes, keyring: Keyring, key: Key, now_ms: int) -> ImportToken:
    """Return what ``token`` says. Errors: InvalidImportTokenError for another key's or an altered one, ExpiredImportTokenError."""
    try:
        claims = keyring.open_import_token(key, token)
    except InvalidCiphertextError:
        raise InvalidImportTokenError from None
    if claims[:1] != _VERSION:
        raise InvalidImportTokenError  # of another version of this software
    spec_at = _NAME_AT + claims[_NAME_AT - 1]
    private_at = spec_at + _SPEC_BYTES
    opened = ImportToken(
        int.from_bytes(claims[1 : _NAME_AT - 1], "big"),
        claims[_NAME_AT:spec_at].decode("ascii"),
        claims[spec_at:private_at].decode("ascii"),
        claims[private_at:],
    )
    if opened.expires_ms <= now_ms:
        raise ExpiredImportTokenError
    return opened
