"""Opened key material, and the ring that opens it.

INVARIANT: key material is opened by proof. ``Keyring.open`` wants the ``Authorised`` that only the authorisation station
of the pipeline hands out, for that very key; there is no other way to an ``OpenKey``.
"""

from typing import NamedTuple

from strongroom.crypto.blob import FRESH_BYTES, PREFIX_DATA_KEY, PREFIX_ENCRYPT, locator, open_blob, seal
from strongroom.crypto.derive import MATERIAL_BYTES, MessageKeys
from strongroom.crypto.wrap import FRESH_BYTES as WRAP_FRESH_BYTES
from strongroom.crypto.wrap import about, unwrap, wrap
from strongroom.model.key import Key, KeyMaterial
from strongroom.model.random import RandomBytes

MATERIAL_ID_BYTES = 32
_PURPOSE_MATERIAL = "key-material"
_PURPOSE_SECRET_ACCESS_KEY = "secret-access-key"  # noqa: S105 - a label, not a secret
_PURPOSE_SESSION_TOKEN = "session-token"  # noqa: S105 - a label, not a secret
_PURPOSE_GRANT_TOKEN = "grant-token"  # noqa: S105 - a label, not a secret


class Authorised(NamedTuple):
    """Proof that the present caller may use the material of the key with this ARN, for the request in hand."""

    key_arn: str


class OpenKey:
    """One version of one key, ready for use. It has no repr, does not pickle and does not compare."""

    __slots__ = ("_data_key_head", "_encrypt_head", "_keys", "material_id")

    def __init__(self, material: KeyMaterial, opened: bytes) -> None:
        where = locator(material.account, material.key_id, material.material_id)
        self._encrypt_head = PREFIX_ENCRYPT + where
        self._data_key_head = PREFIX_DATA_KEY + where
        self._keys = MessageKeys(opened)
        self.material_id = material.material_id

    def encrypt(self, plaintext: bytes, aad: bytes, random_bytes: RandomBytes) -> bytes:
        return seal(self._keys, self._encrypt_head, plaintext, aad, random_bytes(FRESH_BYTES))

    def encrypt_data_key(self, plaintext: bytes, aad: bytes, random_bytes: RandomBytes) -> bytes:
        return seal(self._keys, self._data_key_head, plaintext, aad, random_bytes(FRESH_BYTES))

    def decrypt(self, blob: bytes, aad: bytes) -> bytes:
        """Errors: InvalidCiphertextError."""
        return open_blob(self._keys, blob, aad)

    def __repr__(self) -> str:
        return "OpenKey(...)"

    def __reduce__(self) -> str:
        raise TypeError("key material does not pickle")

    def __eq__(self, other: object) -> bool:
        raise TypeError("key material does not compare")

    __hash__ = None  # type: ignore[assignment]  # nor is it a dictionary key


class Keyring:
    """The domain key, and the key material it has opened: bounded, oldest out first."""

    __slots__ = ("_domain_key", "_limit", "_opened")

    def __init__(self, domain_key: bytes, *, limit: int = 100_000) -> None:
        self._domain_key = domain_key
        self._limit = limit
        self._opened: dict[bytes, OpenKey] = {}

    def open(self, proof: Authorised, key: Key, material: KeyMaterial) -> OpenKey:
        """Return the opened material. Errors: InvalidCiphertextError when the stored bytes are not ours: our trouble, not the caller's."""
        if proof.key_arn != key.arn or (material.account, material.key_id) != (key.account, key.key_id):
            raise ValueError("this proof is for another key")
        # INVARIANT: opened material is found by the wrapped bytes themselves, so a changed row is opened afresh.
        opened = self._opened.get(material.wrapped)
        if opened is None:
            opened = OpenKey(
                material, unwrap(self._domain_key, material.wrapped, _PURPOSE_MATERIAL, _material_about(material))
            )
            if len(self._opened) >= self._limit:
                self._opened.pop(next(iter(self._opened)), None)
            self._opened[material.wrapped] = opened
        return opened

    def forget(self, wrapped: bytes) -> None:
        """Drop opened material, because its key was destroyed."""
        self._opened.pop(wrapped, None)

    def new_material(self, key: Key, random_bytes: RandomBytes) -> KeyMaterial:
        """Make, wrap and open once again fresh material for ``key``: what is stored can be read back."""
        secret = random_bytes(MATERIAL_BYTES)
        bare = KeyMaterial(key.account, key.region, key.key_id, key.material_id, b"", key.created_ms)
        where = _material_about(bare)
        wrapped = wrap(self._domain_key, secret, _PURPOSE_MATERIAL, where, random_bytes(WRAP_FRESH_BYTES))
        if unwrap(self._domain_key, wrapped, _PURPOSE_MATERIAL, where) != secret:
            raise ValueError("wrapped material does not open to what was wrapped")
        return KeyMaterial(key.account, key.region, key.key_id, key.material_id, wrapped, key.created_ms)

    def wrap_secret_access_key(self, access_key_id: str, secret: bytes, random_bytes: RandomBytes) -> bytes:
        return wrap(
            self._domain_key, secret, _PURPOSE_SECRET_ACCESS_KEY, about(access_key_id), random_bytes(WRAP_FRESH_BYTES)
        )

    def unwrap_secret_access_key(self, access_key_id: str, wrapped: bytes) -> bytes:
        return unwrap(self._domain_key, wrapped, _PURPOSE_SECRET_ACCESS_KEY, about(access_key_id))

    def seal_token(self, claims: bytes, subject: bytes, random_bytes: RandomBytes) -> bytes:
        return wrap(self._domain_key, claims, _PURPOSE_SESSION_TOKEN, subject, random_bytes(WRAP_FRESH_BYTES))

    def open_token(self, sealed: bytes, subject: bytes) -> bytes:
        """Errors: InvalidCiphertextError."""
        return unwrap(self._domain_key, sealed, _PURPOSE_SESSION_TOKEN, subject)

    def seal_grant_token(self, named: bytes, region: bytes, random_bytes: RandomBytes) -> bytes:
        return wrap(self._domain_key, named, _PURPOSE_GRANT_TOKEN, region, random_bytes(WRAP_FRESH_BYTES))

    def open_grant_token(self, sealed: bytes, region: bytes) -> bytes:
        """Errors: InvalidCiphertextError."""
        return unwrap(self._domain_key, sealed, _PURPOSE_GRANT_TOKEN, region)

    def __repr__(self) -> str:
        return "Keyring(...)"

    def __reduce__(self) -> str:
        raise TypeError("key material does not pickle")


def _material_about(material: KeyMaterial) -> bytes:
    """Material is bound to account, key and version, not to a Region: replicas of a multi-Region key share it."""
    return about(material.account, material.key_id, material.material_id)
