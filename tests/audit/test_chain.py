"""The chain: vectors made with coreutils, and what a reader makes of torn and altered ends."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strongroom.audit.chain import (
    GENESIS,
    MAX_TORN_BYTES,
    Ending,
    Header,
    Lines,
    Predecessor,
    chain_before,
    encode_header,
    last_claimed,
    line_bytes,
    link,
    read_header,
    verify_lines,
)

VECTORS = json.loads((Path(__file__).parent.parent / "vectors" / "audit" / "chain.json").read_text())["lines"]


def chained(*records: bytes, chain: bytes = GENESIS) -> bytes:
    lines = []
    for record in records:
        chain, line = link(chain, record)
        lines.append(line)
    return b"".join(lines)


RECORDS = [b'{"n":%d,"pad":"%s"}' % (n, b"x" * 300) for n in range(20)]
GOOD = chained(*RECORDS)


@pytest.mark.parametrize("case", VECTORS, ids=lambda case: case["record"][:24])
def test_link_vectors(case: dict[str, str]) -> None:
    chain, line = link(bytes.fromhex(case["previous"]), case["record"].encode())
    assert chain.hex() == case["chain"]
    assert line == f"{case['chain']} {case['record']}\n".encode()
    assert len(line) == line_bytes(case["record"].encode())


def test_a_record_of_two_lines_is_refused() -> None:
    with pytest.raises(ValueError, match="one line"):
        link(GENESIS, b'{"a":\n1}')


@pytest.mark.parametrize("padding", [0, 1, 5000])
def test_good_lines_come_back_whatever_zeros_are_behind(padding: int) -> None:
    lines = Lines(GOOD + bytes(padding), GENESIS)
    assert list(lines) == RECORDS
    assert (lines.count, lines.end, lines.ending) == (20, len(GOOD), Ending.CLEAN)


def test_the_wrong_predecessor_is_noticed_at_the_first_line() -> None:
    lines = verify_lines(GOOD, b"\1" * 32)
    assert (lines.count, lines.end, lines.ending) == (0, 0, Ending.ALTERED)


@given(cut=st.integers(0, len(GOOD)), padding=st.integers(0, 2000))
def test_a_write_that_stopped_anywhere_is_torn_and_never_altered(cut: int, padding: int) -> None:
    lines = verify_lines(GOOD[:cut] + bytes(padding), GENESIS)
    assert lines.count == GOOD[:cut].count(b"\n")
    assert lines.ending is (Ending.CLEAN if lines.end == cut else Ending.TORN)


@given(batch=st.integers(1, 19), lost=st.sets(st.integers(0, 20), min_size=1))
def test_a_batch_whose_sectors_came_in_any_order_is_torn(batch: int, lost: set[int]) -> None:
    """A power failure may keep later sectors of the last write and lose earlier ones; older bytes stay as they were."""
    start = len(chained(*RECORDS[:batch]))
    before = GOOD[:start] + bytes(len(GOOD) - start)
    data = bytearray(GOOD)
    for sector in lost:
        data[sector * 512 : (sector + 1) * 512] = before[sector * 512 : (sector + 1) * 512]
    lines = verify_lines(bytes(data), GENESIS)
    assert lines.ending is not Ending.ALTERED
    assert lines.count >= batch


@given(at=st.integers(0, len(GOOD) - 2), bit=st.integers(0, 7))
def test_a_flipped_bit_is_altered_and_found_in_its_line(at: int, bit: int) -> None:
    """The very last newline is left out: without it the line is one that was cut off."""
    data = bytearray(GOOD + bytes(3000))
    data[at] ^= 1 << bit
    lines = verify_lines(bytes(data), GENESIS)
    assert lines.ending is Ending.ALTERED
    assert lines.count == GOOD[:at].count(b"\n")


def test_damage_far_from_the_end_is_no_torn_write_though_it_is_a_hole() -> None:
    data = bytearray(chained(*RECORDS * (2 * MAX_TORN_BYTES // len(GOOD))))
    data[512:1024] = bytes(512)
    assert verify_lines(bytes(data), GENESIS).ending is Ending.ALTERED


def test_headers_come_back_and_other_lines_are_none() -> None:
    header = Header(
        slot=3, segment=7, created=1.5, server_id="h", previous=Predecessor(6, 100, "ab" * 32, abandoned=True)
    )
    data = chained(encode_header(header), b"{}")
    assert read_header(data) == header
    assert chain_before(header) == b"\xab" * 32
    assert chain_before(Header(slot=3, segment=1, created=1.5, server_id="h", previous=None)) == GENESIS
    assert chain_before(Header(slot=3, segment=1, created=1.5, server_id="h", previous=Predecessor(1, 1, "zz"))) is None
    assert read_header(chained(b'{"eventVersion":"1.11"}')) is None
    assert read_header(data[:50]) is None
    assert read_header(bytes(5000)) is None


def test_last_claimed_takes_the_last_whole_line_at_its_word() -> None:
    data = bytearray(GOOD)
    data[100] ^= 1
    assert last_claimed(bytes(data) + bytes(9)) == (verify_lines(GOOD, GENESIS).chain, len(GOOD))
    assert last_claimed(GOOD + b"no line\n") == (verify_lines(GOOD, GENESIS).chain, len(GOOD))
    assert last_claimed(b"no line at all") is None
