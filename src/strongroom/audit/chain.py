r"""The format of a journal: lines that each prove all lines before them. Pure: bytes in, lines and verdicts out.

A line is ``<64 hex digits> <JSON>\n``. The digits are the chain value: SHA-256 over the chain value of the line before
(32 raw bytes; 32 zero bytes before the very first line) and the JSON as it stands. The first line of every segment file
is a header: which stream, which segment, and where the segment before it ended. It is part of the chain like any other
line, so segments chain on. Behind the last line of the segment in use there are zero bytes, and JSON never holds one.

What the chain shows: a line or segment that was altered, removed or moved while something behind it was kept. What it
cannot show: lines missing from the very end, or a journal forged as a whole. For that, keep chain values elsewhere.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from hashlib import sha256

import msgspec

CHAIN_BYTES = 32
FORMAT_VERSION = 1
GENESIS = bytes(CHAIN_BYTES)  # the chain value before the first line of a stream

_DIGITS = 2 * CHAIN_BYTES
_FRAME_BYTES = _DIGITS + 2  # a line's bytes beside its JSON: the digits, a space, a newline
_SECTOR_BYTES = 512  # the least that a disk writes whole
MAX_TORN_BYTES = 1 << 20  # a write cut off by a power failure is one batch; damage further from the end is not that


def link(previous: bytes, record: bytes) -> tuple[bytes, bytes]:
    """Return (chain value, line) of ``record`` behind the line whose chain value is ``previous``.

    Shapes: both chain values 32 bytes; the line ends with its newline.  Errors: ValueError for a record of several
    lines, which is our bug: no JSON encoder of ours writes a raw newline.
    """
    if b"\n" in record:
        raise ValueError("a record must be one line")
    chain = sha256(previous + record).digest()
    return chain, b"%b %b\n" % (chain.hex().encode(), record)


def line_bytes(record: bytes) -> int:
    """Return how long the line of ``record`` is."""
    return len(record) + _FRAME_BYTES


# --- the first line of a segment ----------------------------------------------------------------------------


class Predecessor(msgspec.Struct, frozen=True, rename="camel"):
    """The segment before: its number, its bytes in use, the chain value of its last line.

    ``abandoned`` says that its writing failed: bytes behind ``used_bytes`` were then never acknowledged to anybody.
    """

    segment: int
    used_bytes: int
    chain: str
    abandoned: bool = False


class Header(msgspec.Struct, frozen=True, kw_only=True, tag="StrongroomJournal", tag_field="type", rename="camel"):
    """``previous`` is None in the very first segment of a stream; ``created`` is in seconds since the epoch."""

    version: int = FORMAT_VERSION
    slot: int
    segment: int
    created: float
    server_id: str
    previous: Predecessor | None


_HEADER = msgspec.json.Decoder(Header)


def encode_header(header: Header) -> bytes:
    """Return the JSON of a segment's first line."""
    return msgspec.json.encode(header)


def read_header(data: bytes) -> Header | None:
    """Return the header that ``data`` begins with, unverified; None when there is no whole and well-formed one."""
    line, newline, _ = data.partition(b"\n")
    if not newline:
        return None
    try:
        return _HEADER.decode(line[_DIGITS + 1 :])
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None


def chain_before(header: Header) -> bytes | None:
    """Return the chain value that a header claims to continue; None when it is not one."""
    if header.previous is None:
        return GENESIS
    return _raw_chain(header.previous.chain.encode())


# --- reading ------------------------------------------------------------------------------------------------


class Ending(Enum):
    """How the reading of a segment's bytes ended."""

    CLEAN = "nothing but zero bytes behind the last line"
    TORN = "a write that was cut off"
    ALTERED = "a line that does not continue the chain"


@dataclass(slots=True)
class Lines:
    """The records of ``data``, each verified against the chain before it is handed out; stops at the first that fails.

    After the iteration ``chain``, ``end`` (offset) and ``count`` are those of the last good line, and ``ending`` says
    what came behind it.
    """

    data: bytes
    chain: bytes
    end: int = 0
    count: int = 0
    ending: Ending = Ending.CLEAN

    def __iter__(self) -> Iterator[bytes]:
        data = self.data
        while (newline := data.find(b"\n", self.end)) >= 0:
            record = data[self.end + _DIGITS + 1 : newline]
            chain = sha256(self.chain + record).digest()
            if not data.startswith(b"%b " % chain.hex().encode(), self.end):
                break
            self.chain, self.end, self.count = chain, newline + 1, self.count + 1
            yield record
        self.ending = ending_behind(data, self.end)


def verify_lines(data: bytes, chain: bytes) -> Lines:
    """Read ``data`` to its end (or first bad line) and return where and how that was."""
    lines = Lines(data, chain)
    for _ in lines:
        pass
    return lines


def last_claimed(data: bytes) -> tuple[bytes, int] | None:
    """Return (chain value, end offset) of the last whole line as it claims to be, verified or not; None without one.

    For continuing behind damage: the line that does not fit stays where it is, for everybody to find.
    """
    end = used_bytes(data)
    while (newline := data.rfind(b"\n", 0, end)) >= 0:
        start = data.rfind(b"\n", 0, newline) + 1
        chain = _raw_chain(data[start : start + _DIGITS])
        if chain is not None:
            return chain, newline + 1
        end = newline
    return None


def ending_behind(data: bytes, end: int) -> Ending:
    """Say what stands in ``data`` behind its last good line, which ends at ``end``.

    Segments are filled with zeros before they are used, so a write that was cut off leaves zeros where it did not get
    to: up to the end, or (a disk may write sectors in any order) a hole of whole sectors with more of the batch behind.
    Anything else is somebody's or something's doing.
    """
    used = used_bytes(data)
    if used <= end:
        return Ending.CLEAN
    newline = data.find(b"\n", end, used)
    if newline < 0:
        newline = used
    hole = data.find(b"\0", end, newline)
    if hole < 0:
        return Ending.TORN if newline == used else Ending.ALTERED  # a whole line, and yet it does not fit
    behind = used - len(data[hole:used].lstrip(b"\0"))
    whole_sectors = (hole == end or hole % _SECTOR_BYTES == 0) and behind % _SECTOR_BYTES == 0
    return Ending.TORN if whole_sectors and used - end <= MAX_TORN_BYTES else Ending.ALTERED


def used_bytes(data: bytes) -> int:
    """Return the length of ``data`` without the zero bytes behind it."""
    return len(data.rstrip(b"\0"))


def _raw_chain(digits: bytes) -> bytes | None:
    try:
        chain = bytes.fromhex(digits.decode("ascii"))
    except ValueError:
        return None
    return chain if len(chain) == CHAIN_BYTES else None
