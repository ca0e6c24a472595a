"""Searching: what the index knows, then the records themselves; and the journal alone where the index has not been yet.

A hit is always read and compared before it is handed out, so the index can make a search fast but never wrong. Without a
usable index every search reads the journal: slow, and right all the same.
"""

import heapq
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from strongroom.audit.counting import FRAME_BYTES, Position
from strongroom.audit.forward import Stretch, bytes_behind, stretches
from strongroom.audit.index.block import bits_of_common, bits_of_rare, digest_of, unpack_numbers
from strongroom.audit.index.database import Index, IndexUnusableError, Row
from strongroom.audit.index.filler import still_there
from strongroom.audit.index.terms import Query, Reader, needles_of
from strongroom.audit.segment import read_part, slots, stream_path

_FIRST_BLOCKS = 16  # looked up at once; four times as many each time, because whoever wants few records stops early
_GROWTH = 4


class Place(NamedTuple):
    """Where a record is. The order is that of time and, within a second, that of the journal."""

    second: int
    slot: int
    segment: int
    start: int
    length: int


@dataclass(slots=True)
class Search:
    """One search, to be iterated once. ``problem`` says why no index was used, if so.

    ``indexed`` records were in the index; ``behind`` have been read from the journal because they were not in it yet.
    It goes on behind the place ``passed``, and finds nothing behind the ``ends`` of the streams; without any it notes those
    of now. An index that more than ``most_bytes_behind`` are behind is not used.
    """

    journal: Path
    directory: Path
    query: Query
    oldest_first: bool = False
    most_bytes_behind: int | None = None
    passed: Place | None = None
    ends: dict[int, Position] | None = None
    indexed: int = 0
    behind: int = 0
    problem: str | None = None
    _reader: Reader = field(default_factory=Reader)

    def __iter__(self) -> Iterator[bytes]:
        """Yield the records that match, newest first unless ``oldest_first``. Errors: OSError."""
        for _, record in self.located():
            yield record

    def located(self) -> Iterator[tuple[Place, bytes]]:
        """Yield the same with the place of each. Errors: OSError."""
        try:
            yield from self.located_by_index()
        except IndexUnusableError as error:
            self.problem = str(error)
            self.indexed = self.behind = 0
            for place in sorted(self._unindexed({}), reverse=not self.oldest_first):
                yield from self._read(place)

    def located_by_index(self) -> Iterator[tuple[Place, bytes]]:
        """Yield the same, but never from the journal alone. Errors: OSError, IndexUnusableError, also after some."""
        try:
            for place in self._by_index():
                self.passed = place
                yield from self._read(place)
        except (zlib.error, ValueError) as error:
            raise IndexUnusableError(f"the index is damaged: {error}") from error

    def is_due(self, place: Place) -> bool:
        """Say whether a place is still to come."""
        if self.passed is None:
            return True
        return place > self.passed if self.oldest_first else place < self.passed

    def _is_written(self, slot: int, segment: int, start: int) -> bool:
        """Say whether a place is before the end of its stream."""
        return self.ends is None or (segment, start) < self.ends.get(slot, Position())

    def _read(self, place: Place) -> Iterator[tuple[Place, bytes]]:
        data = read_part(stream_path(self.journal, place.slot), place.segment, place.start, place.length)
        record = data.partition(b"\n")[0][FRAME_BYTES:]
        facts = self._reader.facts(record)
        if facts is not None and self.query.matches(facts):  # its segment may have expired meanwhile
            yield place, record

    # --- behind the index --------------------------------------------------------------------------------------------

    def _unindexed(self, positions: Mapping[int, Position]) -> Iterator[Place]:
        needles = needles_of(self.query)
        ends: dict[int, Position] = {}
        for slot in slots(self.journal):
            ends[slot] = begin = positions.get(slot, Position())
            for stretch in self._written(slot, begin):
                ends[slot] = Position(stretch.segment, stretch.start + len(stretch.data))
                for start, end, line in stretch.lines():
                    if not self._is_written(slot, stretch.segment, start):
                        break
                    if start and not all(any(one in line for one in group) for group in needles):
                        self.behind += 1
                        continue
                    facts = self._reader.facts(line[FRAME_BYTES:])
                    if facts is None:
                        continue
                    self.behind += 1
                    if self.query.matches(facts):
                        place = Place(facts.second, slot, stretch.segment, start, end - start)
                        if self.is_due(place):
                            yield place
        self.ends = ends if self.ends is None else self.ends

    def _written(self, slot: int, begin: Position) -> Iterator[Stretch]:
        """Yield the stretches from there that begin before the end of the stream."""
        if self._is_written(slot, *begin):
            for stretch in stretches(stream_path(self.journal, slot), begin):
                if not self._is_written(slot, stretch.segment, stretch.start):
                    return
                yield stretch

    # --- by the index ------------------------------------------------------------------------------------------------

    def _by_index(self) -> Iterator[Place]:
        index = Index.open(self.directory)
        try:
            with index.snapshot():
                streams = index.streams()
                for slot, kept in streams.items():
                    if not still_there(self.journal, slot, kept):
                        raise IndexUnusableError("the index was made from another journal")
                positions = {slot: kept.position for slot, kept in streams.items()}
                self._check_behind(positions)
                self.indexed = index.records()
                rest = list(self._unindexed(positions))
                yield from self._merged(index, index.blocks(*self._times()), rest)
        finally:
            index.close()

    def _check_behind(self, positions: Mapping[int, Position]) -> None:
        if self.most_bytes_behind is None:
            return
        behind = sum(
            bytes_behind(stream_path(self.journal, slot), positions.get(slot, Position()))
            for slot in slots(self.journal)
        )
        if behind > self.most_bytes_behind:
            raise IndexUnusableError(f"{behind:,} bytes of the journal are behind the index")

    def _times(self) -> tuple[int | None, int | None]:
        """Return the times of blocks that may hold what is still to come."""
        since, until, passed = self.query.since, self.query.until, self.passed
        if passed is not None and self.oldest_first:
            since = max(passed.second, since if since is not None else passed.second)
        elif passed is not None:
            until = min(passed.second + 1, until if until is not None else passed.second + 1)
        return since, until

    def _merged(self, index: Index, blocks: list[Row], rest: list[Place]) -> Iterator[Place]:
        """Yield candidates in order: a place may leave when no block that is still to be opened can hold one before it."""
        sign = 1 if self.oldest_first else -1
        blocks.sort(key=lambda row: row.first if self.oldest_first else -row.last)
        waiting = [(_order(place, sign), place) for place in rest]
        heapq.heapify(waiting)
        for row, bits in self._candidates(index, blocks):
            bound = (row.first if self.oldest_first else row.last) * sign
            while waiting and waiting[0][0][0] < bound:
                yield heapq.heappop(waiting)[1]
            for place in self._places(index, row, bits) if bits else ():
                heapq.heappush(waiting, (_order(place, sign), place))
        while waiting:
            yield heapq.heappop(waiting)[1]

    def _candidates(self, index: Index, blocks: Sequence[Row]) -> Iterator[tuple[Row, int]]:
        """Yield each block with the records of it that have all terms, one bit each."""
        at, size = 0, _FIRST_BLOCKS
        while at < len(blocks):
            batch = blocks[at : at + size]
            at, size = at + size, size * _GROWTH
            found = {row.id: (1 << row.records) - 1 for row in batch}
            ranges: dict[int, list[int]] = {}  # the blocks of one slot were made one after another
            for row in batch:
                ranges.setdefault(row.slot, []).append(row.id)
            for group in self.query.groups:
                _keep_those_with(index, group, found, ranges.values())
            for row in batch:
                yield row, found[row.id]

    def _places(self, index: Index, row: Row, bits: int) -> Iterator[Place]:
        packed_starts, packed_seconds = index.places(row.id)
        starts, seconds = unpack_numbers(packed_starts), unpack_numbers(packed_seconds)
        starts.append(row.end)
        marks = f"{bits:b}"[::-1]
        number = marks.find("1")
        while number >= 0:
            start = starts[number]
            if self.query.within(seconds[number]) and self._is_written(row.slot, row.segment, start):
                place = Place(seconds[number], row.slot, row.segment, start, starts[number + 1] - start)
                if self.is_due(place):
                    yield place
            number = marks.find("1", number + 1)


def _keep_those_with(
    index: Index, group: Iterable[str], found: dict[int, int], ranges: Iterable[Sequence[int]]
) -> None:
    """Leave in ``found`` the records that have any term of ``group``."""
    having = dict.fromkeys(found, 0)
    for digest in map(digest_of, group):
        for ids in ranges:
            for block, common in index.common(digest, min(ids), max(ids)):
                if found.get(block):
                    having[block] |= bits_of_common(common)
            for block, entries in index.rare(digest, min(ids), max(ids)):
                if found.get(block):
                    having[block] |= bits_of_rare(entries, digest)
    for block in found:
        found[block] &= having[block]


def _order(place: Place, sign: int) -> tuple[int, int, int, int]:
    return sign * place.second, sign * place.slot, sign * place.segment, sign * place.start
