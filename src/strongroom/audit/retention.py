"""How much of the journal stays: full segments are compressed after a while, and expire by age or by size.

INVARIANT: never the live segment nor the two before it (whoever takes up a stream looks there), and never what a reader
still needs. An anchor is durable before the first segment it stands for goes away.
"""

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from strongroom.audit.anchor import Anchor, read_anchor, write_anchor
from strongroom.audit.chain import Header
from strongroom.audit.compressed import compress
from strongroom.audit.consistency import event_time, expired_tree
from strongroom.audit.counting import FRAME_BYTES, counting_segments
from strongroom.audit.merkle import leaf_hash
from strongroom.audit.segment import (
    compressed_path,
    read_segment,
    segment_numbers,
    segment_path,
    slots,
    stored_bytes,
    stream_path,
    write_whole,
)

_ALWAYS_KEPT = 3

Needed = Callable[[int], Iterable[tuple[str, int]]]
"""Of a slot: (reader, number of the first segment that it still needs)."""


@dataclass(frozen=True, slots=True)
class Retention:
    """None: for ever, without limit, never."""

    keep_seconds: int | None = None
    max_bytes: int | None = None
    compress_seconds: int | None = None

    @property
    def expires(self) -> bool:
        return self.keep_seconds is not None or self.max_bytes is not None


@dataclass(frozen=True, slots=True)
class Tidied:
    """What was done, what the journal takes on disk now, and which readers keep it from being less."""

    compressed: int
    expired: int
    bytes: int
    waiting_for: tuple[str, ...]


class _Full(NamedTuple):
    """A segment that is complete: ``ended`` is when the one behind it (with ``header``) was begun."""

    ended: float
    slot: int
    number: int
    header: Header  # never compared: the number before it is another


def tidy(journal: Path, retention: Retention, needed: Needed, now: float) -> Tidied:
    """Do what is due. Only one process at a time may. Errors: OSError."""
    waiting: set[str] = set()
    full = sorted(one for slot in slots(journal) for one in _full_segments(stream_path(journal, slot), slot))
    compressed = expired = 0
    left: list[_Full] = []
    for one in full:
        old = retention.keep_seconds is not None and one.ended < now - retention.keep_seconds
        due = retention.compress_seconds is not None and one.ended < now - retention.compress_seconds
        if not old:
            left.append(one)
        if not (old or (due and segment_path(stream_path(journal, one.slot), one.number).exists())):
            continue
        if _held(one, needed, waiting):
            continue
        if old:
            _expire(stream_path(journal, one.slot), one, now)
            expired += 1
        else:
            _compress(stream_path(journal, one.slot), one)
            compressed += 1
    total = stored_bytes(journal)
    for one in left if retention.max_bytes is not None else ():
        if total <= (retention.max_bytes or 0):
            break
        if _held(one, needed, waiting):
            continue
        total -= _expire(stream_path(journal, one.slot), one, now)
        expired += 1
    return Tidied(compressed, expired, total, tuple(sorted(waiting)))


def _held(one: _Full, needed: Needed, waiting: set[str]) -> bool:
    """Say whether somebody still needs a segment, and add who to ``waiting``."""
    holding = {reader for reader, first in needed(one.slot) if first <= one.number}
    waiting |= holding
    return bool(holding)


def _full_segments(stream: Path, slot: int) -> list[_Full]:
    anchor = read_anchor(stream)
    if anchor is not None:
        _remove(stream, anchor.segment)  # what a crash left behind
    counting = counting_segments(stream)
    found: list[_Full] = []
    ended = 0.0  # a clock that is set back changes no order
    for full, following in pairwise(counting[: 1 - _ALWAYS_KEPT]):
        header = following.header
        if header is None or header.previous is None or header.previous.segment != full.number:
            break  # damage is for verify to name, and stays where it is
        ended = max(ended, header.created)
        found.append(_Full(ended, slot, full.number, header))
    return found


def _compress(stream: Path, full: _Full) -> None:
    """Put a compressed segment in the place of a plain one."""
    previous = full.header.previous
    data = read_segment(stream, full.number)[: previous.used_bytes if previous is not None else None]
    path, plain = compressed_path(stream, full.number), segment_path(stream, full.number)
    write_whole(path, compress(data), path.with_suffix(".new"))
    if read_segment(stream, full.number, compressed=True) != data:
        path.unlink()
        raise OSError(f"{path} does not give back what was written")
    plain.unlink()


def _expire(stream: Path, full: _Full, now: float) -> int:
    """Anchor the stream behind a segment and remove it with all before it; return how many bytes that frees."""
    previous, before = full.header.previous, read_anchor(stream)
    if previous is None:
        return 0
    records, frontier, latest = _tree_behind(stream, full.number, previous.used_bytes, before)
    write_anchor(
        stream,
        Anchor(
            segment=full.number,
            used_bytes=previous.used_bytes,
            chain=previous.chain,
            expired=now,
            segments=(before.segments if before is not None else 0) + 1,
            records=records,
            frontier=frontier,
            latest=latest,
        ),
    )
    return _remove(stream, full.number)


def _tree_behind(
    stream: Path, number: int, used_bytes: int, before: Anchor | None
) -> tuple[int | None, tuple[str, ...], str]:
    """Return (records, frontier, latest event time) of all that has expired when this segment has."""
    if before is not None and before.records is None:
        return None, (), ""
    tree, latest = expired_tree(before), before.latest if before is not None else ""
    for line in read_segment(stream, number)[:used_bytes].split(b"\n")[1:-1]:  # not the header
        record = line[FRAME_BYTES:]
        tree.add((1, leaf_hash(record)))
        latest = max(latest, event_time(record))
    return tree.size, tuple(root.hex() for _, root in tree.nodes), latest


def _remove(stream: Path, until: int) -> int:
    freed = 0
    for number in segment_numbers(stream):
        if number <= until:
            for path in (segment_path(stream, number), compressed_path(stream, number)):
                with suppress(FileNotFoundError):
                    freed += path.stat().st_size
                    path.unlink()
            segment_path(stream, number).with_suffix(".torn").unlink(missing_ok=True)
    return freed
