"""BER to DER: the three freedoms of BER, and everything that is not an element."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strongroom.crypto.ber import children, tlv, to_der


def h(text: str) -> bytes:
    return bytes.fromhex(text)


@pytest.mark.parametrize(
    ("ber", "der"),
    [
        ("0500", "0500"),
        ("3003020100", "3003020100"),
        ("308103020100", "3003020100"),
        ("30840000000402810100", "3003020100"),
        ("30800201000000", "3003020100"),
        ("3080308002010000000000", "30053003020100"),
        ("240704020102040103", "0403010203"),
        ("2480040201020401030000", "0403010203"),
        ("24802404040201020401030000", "0403010203"),
        ("a080020100" + "0000", "a003020100"),
        ("04820001ff", "0401ff"),
    ],
)
def test_lengths_and_strings_in_parts(ber: str, der: str) -> None:
    assert to_der(h(ber)) == h(der)


@pytest.mark.parametrize(
    "ber",
    [
        "",
        "30",
        "3003",
        "3003020100ff",
        "300302010000",
        "30030201",
        "3002020100",
        "30800201",
        "3080020100",
        "0480020100",
        "308500000000030201",
        "30ff" + "00" * 127,
        "1f8101" + "00",
        "2403020100",
        "30800201000000" + "00",
        "3080" * 20 + "0000" * 20,
        "30043080" + "0000" + "0000",
    ],
)
def test_what_is_no_element(ber: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        to_der(h(ber))


def test_children() -> None:
    assert [tuple(child) for child in children(h("300602010004010a"))] == [(2, h("00")), (4, h("0a"))]
    for bad in ("020100", "3003020100ff", "30800201000000", "30023080", ""):
        with pytest.raises(ValueError, match=r".+"):
            list(children(h(bad)))


@pytest.mark.parametrize("length", [0, 1, 127, 128, 255, 256, 65535, 65536])
def test_der_is_left_alone(length: int) -> None:
    der = tlv(0x30, tlv(0x04, bytes(length)))
    assert to_der(der) == der


@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    """Whatever was read is in DER: reading it again changes nothing."""
    try:
        der = to_der(data)
    except ValueError:
        return
    assert to_der(der) == der
