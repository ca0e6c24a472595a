"""CiphertextForRecipient, opened by OpenSSL and by a parser as strict as the one in enclaves."""

import os
import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from strongroom.crypto.cms import envelope
from support.cms import opened, parsed
from support.nitro import ENCLAVE_KEY

LENGTHS = (0, 1, 15, 16, 17, 32, 999, 1000, 1001, 2400, 6144)


def openssl(directory: Path, blob: bytes, key: RSAPrivateKey) -> bytes:
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (directory / "key.pem").write_bytes(pem)
    (directory / "blob").write_bytes(blob)
    command = ["openssl", "cms", "-decrypt", "-inform", "DER", "-binary", "-inkey", "key.pem", "-in", "blob"]
    done = subprocess.run(command, cwd=directory, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("length", LENGTHS)
def test_an_enclave_opens_it(length: int) -> None:
    plaintext = os.urandom(length)
    assert opened(envelope(plaintext, ENCLAVE_KEY.public_key(), os.urandom), ENCLAVE_KEY) == plaintext


@pytest.mark.parametrize("length", [0, 32, 2400])
def test_openssl_opens_it(tmp_path: Path, length: int) -> None:
    plaintext = os.urandom(length)
    assert openssl(tmp_path, envelope(plaintext, ENCLAVE_KEY.public_key(), os.urandom), ENCLAVE_KEY) == plaintext


@pytest.mark.parametrize("bits", [3072, 4096])
def test_longer_keys(tmp_path: Path, bits: int) -> None:
    key = rsa.generate_private_key(65537, bits)
    blob = envelope(b"data key", key.public_key(), os.urandom)
    assert opened(blob, key) == openssl(tmp_path, blob, key) == b"data key"


def test_the_form_that_aws_sends() -> None:
    """The head and tail of an answer recorded from AWS KMS for an RSA 2048 key and a 32-byte data key."""
    blob = envelope(bytes(32), ENCLAVE_KEY.public_key(), os.urandom)
    head = "308006092a864886f70d010703a080308002010231 82016b 30820167 020102 8020"
    assert blob.startswith(bytes.fromhex(head))
    content = "3080 06092a864886f70d010701 301d 060960864801650304012a 0410"
    _, iv, sealed = parsed(blob)
    tail = bytes.fromhex(content) + iv + bytes.fromhex("a0800430") + sealed + bytes(10)
    assert blob.endswith(tail)
    assert len(sealed) == 48


def test_nothing_repeats() -> None:
    blobs = [envelope(b"same", ENCLAVE_KEY.public_key(), os.urandom) for _ in range(2)]
    (key, iv, sealed), (other_key, other_iv, other_sealed) = (parsed(blob) for blob in blobs)
    assert key != other_key
    assert iv != other_iv
    assert sealed != other_sealed


def test_another_key_does_not_open_it(tmp_path: Path) -> None:
    other = rsa.generate_private_key(65537, 2048)
    blob = envelope(b"data key", ENCLAVE_KEY.public_key(), os.urandom)
    with pytest.raises(ValueError, match="Decryption failed"):
        opened(blob, other)
