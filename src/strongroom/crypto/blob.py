"""The ciphertext blob of SYMMETRIC_DEFAULT: how it is laid out, sealed and opened.

Specified with vectors in docs/formats/ciphertext-blob.md and tests/vectors/crypto/blob_v1.json. Overhead is exactly 152
bytes, as with AWS KMS: shipped clients hard-code 32 bytes in, 184 out.

    0   5  prefix        01 02 02 00 78 from Encrypt and ReEncrypt, 01 02 03 00 78 from GenerateDataKey*, as AWS's
    5  32  material id   which version of the key material sealed it
   37   1  format        0x53
   38   1  key id form   0 a UUID, 1 a multi-Region ``mrk-`` id
   39   5  account       the 12-digit number, big-endian
   44  16  key id
   60  32  salt
   92  12  nonce
  104  32  commitment
  136   n  ciphertext
  136+n 16 tag

INVARIANT: all 136 bytes before the ciphertext are authenticated; the first 104 are bound into the key derivation too.
"""

from hmac import compare_digest
from typing import NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from strongroom.crypto.derive import NONCE_BYTES, SALT_BYTES, MessageKeys
from strongroom.errors import InvalidCiphertextError

OVERHEAD_BYTES = 152
FRESH_BYTES = SALT_BYTES + NONCE_BYTES
PREFIX_ENCRYPT = bytes.fromhex("0102020078")
PREFIX_DATA_KEY = bytes.fromhex("0102030078")

_PREFIXES = (PREFIX_ENCRYPT, PREFIX_DATA_KEY)
_FORMAT = 0x53
_NONCE_AT, _BOUND_BYTES, _HEADER_BYTES = 92, 104, 136
_TAG_BYTES = 16
_LABEL = b"strongroom/blob/v1"
_MAX_ACCOUNT = 10**12
_MULTI_REGION_PREFIX = "mrk-"


class BlobKey(NamedTuple):
    """The key that a blob says it was sealed under: a claim, until the blob has been opened."""

    account: str
    key_id: str
    material_id: str


def locator(account: str, key_id: str, material_id: str) -> bytes:
    """Return bytes 5 to 60 of a blob: constant for one version of one key, so callers keep it."""
    multi_region = key_id.startswith(_MULTI_REGION_PREFIX)
    raw_id = bytes.fromhex(key_id.removeprefix(_MULTI_REGION_PREFIX).replace("-", ""))
    return bytes.fromhex(material_id) + bytes((_FORMAT, multi_region)) + int(account).to_bytes(5, "big") + raw_id


def key_of(blob: bytes) -> BlobKey:
    """Return the key named in ``blob``. Errors: InvalidCiphertextError when it is not one of our blobs."""
    if len(blob) < OVERHEAD_BYTES or blob[:5] not in _PREFIXES or blob[37] != _FORMAT or blob[38] > 1:
        raise InvalidCiphertextError
    account = int.from_bytes(blob[39:44], "big")
    if account >= _MAX_ACCOUNT:
        raise InvalidCiphertextError
    raw = blob[44:60].hex()
    uuid = f"{raw[:8]}-{raw[8:12]}-{raw[12:16]}-{raw[16:20]}-{raw[20:]}"
    key_id = _MULTI_REGION_PREFIX + raw if blob[38] else uuid
    return BlobKey(f"{account:012d}", key_id, material_id_of(blob))


def material_id_of(blob: bytes) -> str:
    """Return the key material id named in a blob that ``key_of`` has taken for one of ours."""
    return blob[5:37].hex()


def seal(keys: MessageKeys, prefix_and_locator: bytes, plaintext: bytes, aad: bytes, fresh: bytes) -> bytes:
    """Return the blob. Shapes: prefix_and_locator 60, fresh 44 random bytes, plaintext and aad any length."""
    bound = prefix_and_locator + fresh
    key, commitment = keys.derive(_LABEL, bound)
    header = bound + commitment
    return header + AESGCM(key).encrypt(fresh[SALT_BYTES:], plaintext, header + aad)


def open_blob(keys: MessageKeys, blob: bytes, aad: bytes) -> bytes:
    """Return the plaintext. Errors: InvalidCiphertextError, the same for every cause."""
    header, body = blob[:_HEADER_BYTES], blob[_HEADER_BYTES:]
    if len(body) < _TAG_BYTES:
        raise InvalidCiphertextError
    key, commitment = keys.derive(_LABEL, header[:_BOUND_BYTES])
    if not compare_digest(commitment, header[_BOUND_BYTES:]):
        raise InvalidCiphertextError
    try:
        return AESGCM(key).decrypt(header[_NONCE_AT:_BOUND_BYTES], body, header + aad)
    except InvalidTag:
        raise InvalidCiphertextError from None
