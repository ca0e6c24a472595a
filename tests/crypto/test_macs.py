"""HMAC against RFC 4231 and Wycheproof."""

import pytest

from strongroom.crypto import macs
from strongroom.errors import KMSInvalidMacError
from support.vectors import Case, records, wycheproof

SIZES = [224, 256, 384, 512]


@pytest.mark.parametrize("bits", SIZES)
def test_rfc_4231(bits: int) -> None:
    found = records(f"HMAC/rfc-4231-sha{bits}.txt", "Len")
    assert len(found) == 6
    for record in found:
        key, message, mac = (bytes.fromhex(record[name]) for name in ("Key", "Msg", "MD"))
        assert macs.generate(f"HMAC_{bits}", key, message) == mac
        macs.verify(f"HMAC_{bits}", key, message, mac)


@pytest.mark.parametrize("case", wycheproof(*(f"hmac_sha{bits}" for bits in SIZES)))
def test_wycheproof(case: Case) -> None:
    spec = case["file"].upper().replace("SHA", "")
    key, message, mac = case.bytes_of("key"), case.bytes_of("msg"), case.bytes_of("tag")
    if case.is_valid:
        macs.verify(spec, key, message, mac)
    else:
        with pytest.raises(KMSInvalidMacError) as refusal:
            macs.verify(spec, key, message, mac)
        assert refusal.value.message is None


@pytest.mark.parametrize("bits", SIZES)
def test_a_mac_is_whole(bits: int) -> None:
    spec, key = f"HMAC_{bits}", bytes(bits // 8)
    mac = macs.generate(spec, key, b"message")
    assert len(mac) == macs.key_bytes_of(spec) == bits // 8
    for bad in (b"", mac[:-1], mac + b"\0", bytes(len(mac))):
        with pytest.raises(KMSInvalidMacError):
            macs.verify(spec, key, b"message", bad)
