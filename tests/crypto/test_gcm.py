"""AES-256-GCM as blobs and wrapped material use it, against NIST's vectors of SP 800-38D."""

import pytest
from cryptography.exceptions import InvalidTag

from strongroom.crypto import blob, wrap
from strongroom.crypto.derive import NONCE_BYTES
from support.vectors import records

_TAG_BYTES = 16


def test_both_use_the_same() -> None:
    assert blob.AESGCM is wrap.AESGCM


def test_nist() -> None:
    """Those with our length of nonce and of tag: good ones open and are made again byte for byte, altered ones are refused."""
    good = bad = 0
    for record in records("ciphers/AES/GCM/gcmDecrypt256.rsp", "Count"):
        nonce, tag = bytes.fromhex(record["IV"]), bytes.fromhex(record["Tag"])
        if (len(nonce), len(tag)) != (NONCE_BYTES, _TAG_BYTES):
            continue
        key, ciphertext, aad = (bytes.fromhex(record[name]) for name in ("Key", "CT", "AAD"))
        if "PT" in record:
            plaintext = bytes.fromhex(record["PT"])
            assert blob.AESGCM(key).decrypt(nonce, ciphertext + tag, aad) == plaintext
            assert blob.AESGCM(key).encrypt(nonce, plaintext, aad) == ciphertext + tag
            good += 1
        else:
            with pytest.raises(InvalidTag):
                blob.AESGCM(key).decrypt(nonce, ciphertext + tag, aad)
            bad += 1
    assert (good > 100, bad > 100) == (True, True)
