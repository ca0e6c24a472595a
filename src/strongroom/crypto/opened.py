"""Opened key material, one class for each kind: what its holder may do with it, and nothing that shows it.

Only ``Keyring.open`` makes these, and only by proof of authorisation.
"""

from typing import Never

from strongroom.crypto import agreement, encapsulation, macs, rsa_encryption, signatures
from strongroom.crypto.blob import FRESH_BYTES, PREFIX_DATA_KEY, PREFIX_ENCRYPT, locator, open_blob, seal
from strongroom.crypto.derive import MessageKeys
from strongroom.crypto.key_pairs import load_private
from strongroom.model.key import Key, KeyMaterial
from strongroom.model.random import RandomBytes

# Measured: these take less than 0.1 ms, all others are done in threads (docs/performance.md).
_SIGNS_FAST = frozenset({"ECC_NIST_P256", "ECC_NIST_EDWARDS25519"})
_VERIFIES_FAST = _SIGNS_FAST | {"RSA_2048", "RSA_3072", "RSA_4096"}


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


class RSACipherKey(CipherKey):
    """RSA for ENCRYPT_DECRYPT: bare RSAES-OAEP ciphertext, without encryption context."""

    __slots__ = ("_key_spec", "_private")
    is_slow = True

    def __init__(self, key: Key, material: KeyMaterial, secret: bytes) -> None:
        super().__init__(material)
        self._key_spec = key.key_spec
        self._private = load_private(key.key_spec, secret, ours=True)

    def encrypt(self, algorithm: str, plaintext: bytes, aad: bytes, random_bytes: RandomBytes) -> bytes:  # noqa: ARG002 - it has none; OpenSSL draws its own
        return rsa_encryption.encrypt(self._private.public_key(), self._key_spec, algorithm, plaintext)

    def decrypt(self, algorithm: str, ciphertext: bytes, aad: bytes) -> bytes:  # noqa: ARG002 - it has none
        return rsa_encryption.decrypt(self._private, algorithm, ciphertext)


class SigningKey(OpenKey):
    """A key pair for SIGN_VERIFY. What is slow would hold up an event loop: a tenth of a millisecond and more."""

    __slots__ = ("_key_spec", "_private", "_public", "is_slow", "verifies_slowly")

    def __init__(self, key: Key, material: KeyMaterial, secret: bytes) -> None:
        super().__init__(material)
        self._key_spec = key.key_spec
        self._private = load_private(key.key_spec, secret, ours=True)
        self._public = self._private.public_key()
        self.is_slow = key.key_spec not in _SIGNS_FAST
        self.verifies_slowly = key.key_spec not in _VERIFIES_FAST

    def sign(self, algorithm: str, message: bytes, message_type: str) -> bytes:
        """Return the signature. Errors: ValidationError for a message that does not fit its type."""
        return signatures.sign(self._private, self._key_spec, algorithm, message, message_type)

    def verify(self, algorithm: str, message: bytes, message_type: str, signature: bytes) -> None:
        """Errors: KMSInvalidSignatureError, ValidationError."""
        signatures.verify(self._public, self._key_spec, algorithm, message, message_type, signature)


class AgreementKey(OpenKey):
    """A key pair for KEY_AGREEMENT."""

    __slots__ = ("_private", "is_slow")

    def __init__(self, key: Key, material: KeyMaterial, secret: bytes) -> None:
        super().__init__(material)
        self._private = load_private(key.key_spec, secret, ours=True)
        self.is_slow = key.key_spec not in _SIGNS_FAST

    def derive(self, peer_public_key: bytes) -> bytes:
        """Return the x-coordinate that both sides come to. Errors: ValidationError for a peer that is not on the curve."""
        return agreement.derive(self._private, peer_public_key)


class EncapsulationKey(OpenKey):
    """A key pair for ENCAPSULATE_DECAPSULATE."""

    __slots__ = ("_key_spec", "_private")

    def __init__(self, key: Key, material: KeyMaterial, secret: bytes) -> None:
        super().__init__(material)
        self._key_spec = key.key_spec
        self._private = load_private(key.key_spec, secret, ours=True)

    def encapsulate(self) -> tuple[bytes, bytes]:
        """Return (shared secret 32, ciphertext)."""
        return encapsulation.encapsulate(self._private.public_key())

    def decapsulate(self, ciphertext: bytes) -> bytes:
        """Return the shared secret, or for a ciphertext of another key something that only looks like one.

        Errors: InvalidCiphertextError for a wrong length alone.
        """
        return encapsulation.decapsulate(self._private, self._key_spec, ciphertext)


class MACKey(OpenKey):
    """A key for GENERATE_VERIFY_MAC; its spec has but one algorithm."""

    __slots__ = ("_key_spec", "_secret")

    def __init__(self, key: Key, material: KeyMaterial, secret: bytes) -> None:
        super().__init__(material)
        self._key_spec = key.key_spec
        self._secret = secret

    def generate(self, message: bytes) -> bytes:
        return macs.generate(self._key_spec, self._secret, message)

    def verify(self, message: bytes, mac: bytes) -> None:
        """Errors: KMSInvalidMacError."""
        macs.verify(self._key_spec, self._secret, message, mac)


def opened_key(key: Key, material: KeyMaterial, secret: bytes) -> OpenKey:
    """Return ``secret`` as what ``key`` is for. Called by ``Keyring.open`` and nobody else."""
    match key.key_usage:
        case _ if key.is_symmetric_encryption:
            return SymmetricKey(material, secret)
        case "ENCRYPT_DECRYPT":
            return RSACipherKey(key, material, secret)
        case "SIGN_VERIFY":
            return SigningKey(key, material, secret)
        case "GENERATE_VERIFY_MAC":
            return MACKey(key, material, secret)
        case "KEY_AGREEMENT":
            return AgreementKey(key, material, secret)
        case "ENCAPSULATE_DECAPSULATE":
            return EncapsulationKey(key, material, secret)
    raise ValueError(f"no such key usage: {key.key_usage}")
