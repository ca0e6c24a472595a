"""CiphertextForRecipient: CMS EnvelopedData, sealed to the RSA key of an attestation document.

Byte for byte in the form that AWS KMS sends and the AWS Nitro Enclaves SDK for C insists on: indefinite lengths outside,
definite ones inside, the recipient named by a subject key identifier, the content in constructed octet strings. That SDK walks
the structure and knows nothing else. Source: RFC 5652, section 6; RFC 4055, section 4.1 (OAEP); RFC 3565 (AES-CBC).
"""

from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric.padding import MGF1, OAEP
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.ciphers.modes import CBC
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.padding import PKCS7
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from strongroom.model.random import RandomBytes

KEY_BYTES = 32
IV_BYTES = 16
_CHUNK_BYTES = 1000  # of encrypted content in one octet string

_INTEGER, _OCTETS, _NULL, _OID, _SEQUENCE, _SET = 0x02, 0x04, 0x05, 0x06, 0x30, 0x31
_CONTEXT_0, _CONTEXT_0_CONSTRUCTED, _CONTEXT_1_CONSTRUCTED = 0x80, 0xA0, 0xA1
_LONG_LENGTH = 0x80
_INDEFINITE, _END = b"\x80", b"\x00\x00"


def _tlv(tag: int, *parts: bytes) -> bytes:
    value = b"".join(parts)
    length = len(value)
    if length < _LONG_LENGTH:
        return bytes((tag, length)) + value
    size = length.to_bytes((length.bit_length() + 7) // 8, "big")
    return bytes((tag, _LONG_LENGTH | len(size))) + size + value


def _open_ended(tag: int, *parts: bytes) -> bytes:
    return bytes((tag,)) + _INDEFINITE + b"".join(parts) + _END


def _oid(encoded: str) -> bytes:
    return _tlv(_OID, bytes.fromhex(encoded))


_DATA = _oid("2a864886f70d010701")  # 1.2.840.113549.1.7.1
_ENVELOPED_DATA = _oid("2a864886f70d010703")
_RSAES_OAEP = _oid("2a864886f70d010107")
_MGF1 = _oid("2a864886f70d010108")
_SHA256 = _tlv(_SEQUENCE, _oid("608648016503040201"), _tlv(_NULL))
_AES_256_CBC = _oid("60864801650304012a")
_VERSION_2 = _tlv(_INTEGER, b"\x02")
_OAEP_SHA256 = _tlv(
    _SEQUENCE,
    _RSAES_OAEP,
    _tlv(
        _SEQUENCE,
        _tlv(_CONTEXT_0_CONSTRUCTED, _SHA256),
        _tlv(_CONTEXT_1_CONSTRUCTED, _tlv(_SEQUENCE, _MGF1, _SHA256)),
    ),
)


def envelope(plaintext: bytes, recipient: RSAPublicKey, random_bytes: RandomBytes) -> bytes:
    """Return ``plaintext`` sealed to ``recipient``.

    Shapes: an AES-256 key and a CBC IV, both fresh; the key in RSAES-OAEP with SHA-256; the identifier is the SHA-256 of the
    SPKI (32 bytes, as AWS's; no recipient compares it). CBC carries no authentication: the format has none, and what
    guards it in transit is TLS, as at AWS.
    """
    key, iv = random_bytes(KEY_BYTES), random_bytes(IV_BYTES)
    padder, encryptor = PKCS7(AES256.block_size).padder(), Cipher(AES256(key), CBC(iv)).encryptor()
    content = encryptor.update(padder.update(plaintext) + padder.finalize()) + encryptor.finalize()
    identifier = sha256(recipient.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).digest()
    sealed_key = recipient.encrypt(key, OAEP(MGF1(SHA256()), SHA256(), None))
    key_transport = _tlv(_SEQUENCE, _VERSION_2, _tlv(_CONTEXT_0, identifier), _OAEP_SHA256, _tlv(_OCTETS, sealed_key))
    pieces = (content[at : at + _CHUNK_BYTES] for at in range(0, len(content), _CHUNK_BYTES))
    encrypted_content = _open_ended(
        _SEQUENCE,
        _DATA,
        _tlv(_SEQUENCE, _AES_256_CBC, _tlv(_OCTETS, iv)),
        _open_ended(_CONTEXT_0_CONSTRUCTED, *(_tlv(_OCTETS, piece) for piece in pieces)),
    )
    enveloped = _open_ended(_SEQUENCE, _VERSION_2, _tlv(_SET, key_transport), encrypted_content)
    return _open_ended(_SEQUENCE, _ENVELOPED_DATA, _open_ended(_CONTEXT_0_CONSTRUCTED, enveloped))
