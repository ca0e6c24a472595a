"""The ring that opens key material, wraps what is new, and keeps what was opened.

INVARIANT: key material is opened by proof. ``Keyring.open`` wants the ``Authorised`` that only the authorisation station
of the pipeline hands out, for that very key; there is no other way to an ``OpenKey``.
"""

from dataclasses import replace
from typing import NamedTuple

from strongroom.crypto.opened import OpenKey, opened_key
from strongroom.crypto.wrap import FRESH_BYTES as WRAP_FRESH_BYTES
from strongroom.crypto.wrap import about, mac, unwrap, wrap
from strongroom.model.custom_key_store import CustomKeyStore
from strongroom.model.key import Key, KeyMaterial
from strongroom.model.random import RandomBytes
from strongroom.model.trail import DigestKey

_PURPOSE_MATERIAL = "key-material"
_PURPOSE_MATERIAL_ID = "key-material-id"
_PURPOSE_SECRET_ACCESS_KEY = "secret-access-key"  # noqa: S105 - a label, not a secret
_PURPOSE_STORE_SECRET = "custom-key-store-secret"  # noqa: S105 - a label, not a secret
_PURPOSE_IMPORT_TOKEN = "import-token"  # noqa: S105 - a label, not a secret
_PURPOSE_SESSION_TOKEN = "session-token"  # noqa: S105 - a label, not a secret
_PURPOSE_DIGEST_KEY = "digest-key"
_PURPOSE_PASSWORD = "password-hash"  # noqa: S105 - a label, not a secret
_PURPOSE_GRANT_TOKEN = "grant-token"  # noqa: S105 - a label, not a secret
_PURPOSE_AUTHORIZATION_MESSAGE = "authorization-message"


class Authorised(NamedTuple):
    """Proof that the present caller may use the material of the key with this ARN, for the request in hand."""

    key_arn: str


class Keyring:
    """The domain key, and the key material it has opened: bounded, oldest out first."""

    __slots__ = ("_domain_key", "_limit", "_opened")

    def __init__(self, domain_key: bytes, *, limit: int = 100_000) -> None:
        self._domain_key = domain_key
        self._limit = limit
        self._opened: dict[tuple[str, ...], tuple[bytes, OpenKey]] = {}

    def open(self, proof: Authorised, key: Key, material: KeyMaterial) -> OpenKey:
        """Return the opened material. Errors: InvalidCiphertextError when the stored bytes are not ours: our trouble, not the caller's."""
        if proof.key_arn != key.arn or (material.account, material.key_id) != (key.account, key.key_id):
            raise ValueError("this proof is for another key")
        # INVARIANT: opened material counts only together with the wrapped bytes it came from: a changed row is opened afresh.
        where = (material.account, material.region, material.key_id, material.material_id)
        found = self._opened.get(where)
        if found is not None and found[0] == material.wrapped:
            return found[1]
        secret = unwrap(self._domain_key, material.wrapped, _PURPOSE_MATERIAL, _material_about(material))
        opened = opened_key(key, material, secret)
        if len(self._opened) >= self._limit:
            self._opened.pop(next(iter(self._opened)), None)
        self._opened[where] = (material.wrapped, opened)
        return opened

    def forget(self, identity: tuple[str, ...]) -> None:
        """Drop opened material, because its row (account, Region, key id, material id) was changed or destroyed."""
        self._opened.pop(identity, None)

    def forget_all(self) -> None:
        """Drop all opened material, because it is not known what was destroyed."""
        self._opened.clear()

    def wrap_material(self, material: KeyMaterial, secret: bytes, random_bytes: RandomBytes) -> KeyMaterial:
        """Return ``material`` with ``secret`` wrapped in it, opened once again: what is stored can be read back."""
        where = _material_about(material)
        wrapped = wrap(self._domain_key, secret, _PURPOSE_MATERIAL, where, random_bytes(WRAP_FRESH_BYTES))
        if unwrap(self._domain_key, wrapped, _PURPOSE_MATERIAL, where) != secret:
            raise ValueError("wrapped material does not open to what was wrapped")
        return replace(material, wrapped=wrapped)

    def imported_material_id(self, key_id: str, secret: bytes) -> str:
        """Return the key material id of imported material: the same bytes in the same key have the same one.

        Made under the domain key, so that an id tells nothing about the material to those who see only the id.
        """
        return mac(self._domain_key, _PURPOSE_MATERIAL_ID, about(key_id) + secret).hex()

    def wrap_secret_access_key(self, access_key_id: str, secret: bytes, random_bytes: RandomBytes) -> bytes:
        return wrap(
            self._domain_key, secret, _PURPOSE_SECRET_ACCESS_KEY, about(access_key_id), random_bytes(WRAP_FRESH_BYTES)
        )

    def unwrap_secret_access_key(self, access_key_id: str, wrapped: bytes) -> bytes:
        return unwrap(self._domain_key, wrapped, _PURPOSE_SECRET_ACCESS_KEY, about(access_key_id))

    def wrap_password_hash(self, user_id: str, kept: bytes, random_bytes: RandomBytes) -> bytes:
        """Wrap the hash of a password: the database alone is not enough to guess at it."""
        return wrap(self._domain_key, kept, _PURPOSE_PASSWORD, about(user_id), random_bytes(WRAP_FRESH_BYTES))

    def unwrap_password_hash(self, user_id: str, wrapped: bytes) -> bytes:
        """Errors: InvalidCiphertextError when the stored bytes are not ours, or another user's."""
        return unwrap(self._domain_key, wrapped, _PURPOSE_PASSWORD, about(user_id))

    def wrap_store_secret(self, store: CustomKeyStore, secret: bytes, random_bytes: RandomBytes) -> bytes:
        """Wrap what the server proves itself with to the backing store of ``store``."""
        where = _store_about(store)
        return wrap(self._domain_key, secret, _PURPOSE_STORE_SECRET, where, random_bytes(WRAP_FRESH_BYTES))

    def unwrap_store_secret(self, store: CustomKeyStore) -> bytes:
        """Errors: InvalidCiphertextError when the stored bytes are not ours, or another store's."""
        return unwrap(self._domain_key, store.wrapped_secret, _PURPOSE_STORE_SECRET, _store_about(store))

    def wrap_digest_key(self, key: DigestKey, private: bytes, random_bytes: RandomBytes) -> bytes:
        """Wrap the private half of what signs the digests of trails."""
        return wrap(
            self._domain_key, private, _PURPOSE_DIGEST_KEY, _digest_key_about(key), random_bytes(WRAP_FRESH_BYTES)
        )

    def unwrap_digest_key(self, key: DigestKey) -> bytes:
        """Errors: InvalidCiphertextError when the stored bytes are not ours, or another key's."""
        return unwrap(self._domain_key, key.wrapped, _PURPOSE_DIGEST_KEY, _digest_key_about(key))

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

    def seal_authorization_message(self, message: bytes, account: str, random_bytes: RandomBytes) -> bytes:
        """Seal what is said of a refusal for those of ``account`` who may know."""
        fresh = random_bytes(WRAP_FRESH_BYTES)
        return wrap(self._domain_key, message, _PURPOSE_AUTHORIZATION_MESSAGE, about(account), fresh)

    def open_authorization_message(self, sealed: bytes, account: str) -> bytes:
        """Errors: InvalidCiphertextError, also for another account's."""
        return unwrap(self._domain_key, sealed, _PURPOSE_AUTHORIZATION_MESSAGE, about(account))

    def seal_import_token(self, key: Key, claims: bytes, random_bytes: RandomBytes) -> bytes:
        return wrap(self._domain_key, claims, _PURPOSE_IMPORT_TOKEN, _key_about(key), random_bytes(WRAP_FRESH_BYTES))

    def open_import_token(self, key: Key, sealed: bytes) -> bytes:
        """Errors: InvalidCiphertextError, also for a token that is another key's, or its replica's."""
        return unwrap(self._domain_key, sealed, _PURPOSE_IMPORT_TOKEN, _key_about(key))

    def __repr__(self) -> str:
        return "Keyring(...)"

    def __reduce__(self) -> str:
        raise TypeError("key material does not pickle")


def _material_about(material: KeyMaterial) -> bytes:
    """Material is bound to account, key and version, not to a Region: replicas of a multi-Region key share it."""
    return about(material.account, material.key_id, material.material_id)


def _key_about(key: Key) -> bytes:
    return about(key.account, key.region, key.key_id)


def _digest_key_about(key: DigestKey) -> bytes:
    return about(key.account, key.region, key.fingerprint)


def _store_about(store: CustomKeyStore) -> bytes:
    return about(store.account, store.region, store.store_id)
