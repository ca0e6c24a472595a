"""How an enclave opens CiphertextForRecipient: as strict as the parser of the AWS Nitro Enclaves SDK for C.

That parser walks one fixed structure: indefinite lengths only where it allows BER, the first recipient only, no identifier
compared. Written from a reading of what it accepts. Source of the structure: RFC 5652, section 6.1.
"""

from cryptography.hazmat.primitives.asymmetric.padding import MGF1, OAEP
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.ciphers.modes import CBC
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.padding import PKCS7

ENVELOPED_DATA = bytes.fromhex("2a864886f70d010703")
DATA = bytes.fromhex("2a864886f70d010701")
AES_256_CBC = bytes.fromhex("60864801650304012a")
OAEP_SHA256 = bytes.fromhex(
    "06092a864886f70d010107302fa00f300d06096086480165030402010500a11c301a06092a864886f70d010108300d06096086480165030402010500"
)


class Bytes:
    """Reads elements off the front; a mismatch is an AssertionError."""

    def __init__(self, data: bytes) -> None:
        self.data = data

    def _length(self) -> int | None:
        first, self.data = self.data[0], self.data[1:]
        if first < 0x80:
            return first
        if first == 0x80:
            return None
        size = first & 0x7F
        assert 1 <= size <= 4
        length, self.data = int.from_bytes(self.data[:size], "big"), self.data[size:]
        assert length >= 0x80
        assert size == 1 or length >> 8 * (size - 1), "not the shortest form"
        return length

    def definite(self, tag: int) -> bytes:
        assert self.data[0] == tag, f"{self.data[0]:#x} is not {tag:#x}"
        self.data = self.data[1:]
        length = self._length()
        assert length is not None
        assert length <= len(self.data)
        value, self.data = self.data[:length], self.data[length:]
        return value

    def opened(self, tag: int) -> None:
        """Step into an element of indefinite length."""
        assert self.data[:2] == bytes((tag, 0x80)), self.data[:2].hex()
        self.data = self.data[2:]

    def ended(self) -> bool:
        if self.data[:2] != b"\0\0":
            return False
        self.data = self.data[2:]
        return True


def parsed(blob: bytes) -> tuple[bytes, bytes, bytes]:
    """Return (sealed key, IV, encrypted content)."""
    cms = Bytes(blob)
    cms.opened(0x30)
    assert cms.definite(0x06) == ENVELOPED_DATA
    cms.opened(0xA0)
    cms.opened(0x30)
    assert cms.definite(0x02) == b"\x02"
    recipients = Bytes(cms.definite(0x31))
    recipient = Bytes(recipients.definite(0x30))
    assert not recipients.data, "one recipient"
    assert recipient.definite(0x02) == b"\x02"
    assert len(recipient.definite(0x80)) == 32  # subjectKeyIdentifier
    assert recipient.definite(0x30) == OAEP_SHA256
    sealed_key = recipient.definite(0x04)
    assert not recipient.data
    cms.opened(0x30)
    assert cms.definite(0x06) == DATA
    algorithm = Bytes(cms.definite(0x30))
    assert algorithm.definite(0x06) == AES_256_CBC
    iv = algorithm.definite(0x04)
    assert len(iv) == 16
    assert not algorithm.data
    cms.opened(0xA0)
    content = b""
    while not cms.ended():
        content += cms.definite(0x04)
    assert all(cms.ended() for _ in range(4))
    assert not cms.data
    return sealed_key, iv, content


def opened(blob: bytes, key: RSAPrivateKey) -> bytes:
    """Return the plaintext of ``blob``."""
    sealed_key, iv, content = parsed(blob)
    content_key = key.decrypt(sealed_key, OAEP(MGF1(SHA256()), SHA256(), None))
    decryptor, unpadder = Cipher(AES256(content_key), CBC(iv)).decryptor(), PKCS7(128).unpadder()
    padded = decryptor.update(content) + decryptor.finalize()
    return unpadder.update(padded) + unpadder.finalize()
