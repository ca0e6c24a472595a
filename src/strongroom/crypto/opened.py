"""Opened key material, one class for each kind: what its holder may do with it, and nothing that shows it.

Only ``Keyring.open`` makes these, and only by proof of authorisation.
"""

from typing import Never

from strongroom.crypto.blob import FRESH_BYTES, PREFIX_DATA_KEY, PREFIX_ENCRYPT, locator, open_blob, seal
from strongroom.crypto.derive import MessageKeys
from strongroom.model.key import KeyMaterial
from strongroom.model.random import RandomBytes


class OpenKey:
    """One version of one key, ready for use. It has no repr, does not pickle and does not compare."""

    __slots__ = ("material_id",)

    def __init__(self, material: KeyMaterial) -> None:
        self.material_id = material.material_id

    def __repr__(self) -> str:
        return f"{type(self).__name__}(...)"

    def __reduce__(self) -> Never:
        raise TypeError("key material does not pickle")

    def __eq__(self, other: object) -> bool:
        raise TypeError("key material does not compare")

    __hash__ = None  # type: ignore[assignment]  # nor is it a dictionary key


class CipherKey(OpenKey):
    """A key that encrypts small plaintexts. ``is_slow``: decrypting would hold up an event loop."""

    __slots__ = ()
    is_slow = False

    def encrypt(self, algorithm: str, plaintext: bytes, aad: bytes, random_bytes: RandomBytes) -> bytes:
        """Return the ciphertext. Errors: ValidationError for a plaintext that is too long."""
        raise NotImplementedError

    def decrypt(self, algorithm: str, ciphertext: bytes, aad: bytes) -> bytes:
        """Return the plaintext. Errors: InvalidCiphertextError."""
        raise NotImplementedError


class SymmetricKey(CipherKey):
    """SYMMETRIC_DEFAULT: seals ciphertext blobs and opens them."""

    __slots__ = ("_data_key_head", "_encrypt_head", "_keys")

    def __init__(self, material: KeyMaterial, secret: bytes) -> None:
        super().__init__(material)
        where = locator(material.account, material.key_id, material.material_id)
        self._encrypt_head = PREFIX_ENCRYPT + where
        self._data_key_head = PREFIX_DATA_KEY + where
        self._keys = MessageKeys(secret)

    def encrypt(self, algorithm: str, plaintext: bytes, aad: bytes, random_bytes: RandomBytes) -> bytes:  # noqa: ARG002 - it has but one
        return seal(self._keys, self._encrypt_head, plaintext, aad, random_bytes(FRESH_BYTES))

    def encrypt_data_key(self, plaintext: bytes, aad: bytes, random_bytes: RandomBytes) -> bytes:
        return seal(self._keys, self._data_key_head, plaintext, aad, random_bytes(FRESH_BYTES))

    def decrypt(self, algorithm: str, ciphertext: bytes, aad: bytes) -> bytes:  # noqa: ARG002 - as above
        return open_blob(self._keys, ciphertext, aad)
