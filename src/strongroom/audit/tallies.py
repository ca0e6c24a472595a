"""Sums over the journal for the console: records over time, uses of keys, how far behind the index is.

They come from the index, and from the lines of the journal that it does not hold yet. Unlike a search nothing is compared with
the records themselves: two values whose 40-bit digests meet would be counted as one.
"""

import zlib
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from strongroom.audit.counting import FRAME_BYTES, Position
from strongroom.audit.forward import bytes_behind, stretches
from strongroom.audit.index.block import Block, bits_of_common, bits_of_rare, digest_of, unpack_numbers
from strongroom.audit.index.database import Index, IndexUnusableError, Row
from strongroom.audit.index.filler import still_there
from strongroom.audit.index.terms import ANY_ERROR, Facts, Query, Reader
from strongroom.audit.lookup import JournalEvents, terms_of
from strongroom.audit.segment import slots, stream_path
from strongroom.model.events import EventQuery
from strongroom.model.tally import Count, Histogram, KeyUse, Lag, TallyUnavailableError

_REFUSED = frozenset({"e" + ANY_ERROR})
_BATCH = 64  # blocks looked up together
_MOST_BYTES_BEHIND = 64 << 20  # as for a search
_UNUSABLE = (IndexUnusableError, zlib.error, ValueError)


class JournalTallies:
    """Satisfies ``model.tally.Tallies``: the journals in one directory, their index in another."""

    def __init__(self, journal: Path, directory: Path) -> None:
        self._journal = journal
        self._directory = directory

    # --- over time -----------------------------------------------------------------------------------------------------

    def histogram(self, query: EventQuery, width_seconds: int) -> Histogram:
        assert query.since is not None  # noqa: S101 - the port's promise
        terms, sums = terms_of(query), _Sums(query.since, width_seconds)
        try:
            index = Index.open(self._directory)
            try:
                with index.snapshot():
                    positions = self._near(index)
                    _count_blocks(index, terms, sums)
            finally:
                index.close()
        except _UNUSABLE:
            return self._by_journal(query, width_seconds)
        for facts in self._behind(positions):
            if terms.matches(facts):
                sums.add(facts.second, 1, int(facts.refused))
        return Histogram(sums.buckets())

    def _by_journal(self, query: EventQuery, width_seconds: int) -> Histogram:
        """Count what one backward look through the journal passes: without an index there is no more to be had."""
        assert query.since is not None  # noqa: S101 - as above
        sums, reader = _Sums(query.since, width_seconds), Reader()
        oldest: int | None = None
        scan = JournalEvents(self._journal, self._directory).search(query)
        for record in scan:
            facts = reader.facts(record)
            if facts is not None:
                sums.add(facts.second, 1, int(facts.refused))
                oldest = facts.second
        return Histogram(sums.buckets(), None if scan.cursor is None else oldest or query.until)

    # --- uses of keys --------------------------------------------------------------------------------------------------

    def uses(self, key_arns: str, days: range | None = None) -> Sequence[KeyUse]:
        """Errors: TallyUnavailableError, OSError."""
        found: dict[tuple[str, int, str, str], Count] = defaultdict(Count)
        try:
            index = Index.open(self._directory)
            try:
                with index.snapshot():
                    positions = self._near(index)
                    for key, day, principal, operation, *counts in index.uses_of(key_arns, days):
                        found[key, day, principal, operation].add(*counts)
            finally:
                index.close()
        except _UNUSABLE as error:
            raise TallyUnavailableError(self._said(error)) from None
        gathered = Block(0, 0, 0)
        for facts in self._behind(positions):
            gathered.count(facts)
        prefix = key_arns.removesuffix("*")
        for (day, key, principal, operation), use in gathered.uses.items():
            if (key == prefix or (key_arns != prefix and key.startswith(prefix))) and (days is None or day in days):
                found[key, day, principal, operation].add(use.calls, use.refused, use.last)
        return [KeyUse(*use, count.calls, count.refused, count.last) for use, count in found.items()]

    # --- how far the index is --------------------------------------------------------------------------------------------

    def lag(self) -> Lag:
        try:
            index = Index.open(self._directory)
            try:
                with index.snapshot():
                    positions = self._positions(index)
            finally:
                index.close()
        except _UNUSABLE as error:
            return Lag(problem=self._said(error))
        return Lag(self._bytes_behind(positions))

    def _said(self, error: Exception) -> str:
        """Return what callers may read: no paths."""
        return str(error).replace(f"{self._directory}/", "")

    def _positions(self, index: Index) -> dict[int, Position]:
        """Errors: IndexUnusableError when it is another journal's."""
        streams = index.streams()
        if not all(still_there(self._journal, slot, kept) for slot, kept in streams.items()):
            raise IndexUnusableError("the index was made from another journal")
        return {slot: kept.position for slot, kept in streams.items()}

    def _near(self, index: Index) -> dict[int, Position]:
        """Return the same. Errors: IndexUnusableError also when too much of the journal is behind it to be read here."""
        positions = self._positions(index)
        behind = self._bytes_behind(positions)
        if behind > _MOST_BYTES_BEHIND:
            raise IndexUnusableError(f"the index is {behind >> 20:,} MiB behind the journal, and catching up")
        return positions

    def _bytes_behind(self, positions: Mapping[int, Position]) -> int:
        journal = self._journal
        return sum(bytes_behind(stream_path(journal, slot), positions.get(slot, Position())) for slot in slots(journal))

    def _behind(self, positions: Mapping[int, Position]) -> Iterator[Facts]:
        reader = Reader()
        for slot in slots(self._journal):
            for stretch in stretches(stream_path(self._journal, slot), positions.get(slot, Position())):
                for _, _, line in stretch.lines():
                    facts = reader.facts(line[FRAME_BYTES:])
                    if facts is not None:
                        yield facts


class _Sums:
    """All and refused records by bucket."""

    def __init__(self, since: int, width_seconds: int) -> None:
        self.since = since
        self.width = width_seconds
        self._all: Counter[int] = Counter()
        self._refused: Counter[int] = Counter()

    def bucket(self, second: int) -> int:
        return (second - self.since) // self.width

    def add(self, second: int, count: int, refused: int) -> None:
        at = self.bucket(second)
        self._all[at] += count
        self._refused[at] += refused

    def buckets(self) -> dict[int, tuple[int, int]]:
        return {at: (count, self._refused[at]) for at, count in sorted(self._all.items()) if count}


def _count_blocks(index: Index, query: Query, sums: _Sums) -> None:
    rows = index.blocks(query.since, query.until)
    for start in range(0, len(rows), _BATCH):
        batch = rows[start : start + _BATCH]
        found = {row.id: (1 << row.records) - 1 for row in batch}
        for group in query.groups:
            having = _having(index, group, batch)
            found = {number: bits & having[number] for number, bits in found.items()}
        refused = _having(index, _REFUSED, batch)
        for row in batch:
            if bits := found[row.id]:
                _count_block(index, row, bits, bits & refused[row.id], query, sums)


def _count_block(index: Index, row: Row, bits: int, refused: int, query: Query, sums: _Sums) -> None:
    if query.within(row.first) and query.within(row.last) and sums.bucket(row.first) == sums.bucket(row.last):
        sums.add(row.first, bits.bit_count(), refused.bit_count())
        return
    seconds = unpack_numbers(index.places(row.id)[1])
    if seconds != sorted(seconds):  # some request took long: its record stands behind later ones
        for number, second in enumerate(seconds):
            if bits >> number & 1 and query.within(second):
                sums.add(second, 1, refused >> number & 1)
        return
    first = 0 if query.since is None else bisect_left(seconds, query.since)
    end = len(seconds) if query.until is None else bisect_left(seconds, query.until)
    while first < end:
        at = sums.bucket(seconds[first])
        until = min(end, bisect_left(seconds, sums.since + (at + 1) * sums.width))
        mask = (1 << until) - (1 << first)
        sums.add(seconds[first], (bits & mask).bit_count(), (refused & mask).bit_count())
        first = until


def _having(index: Index, group: frozenset[str], rows: Sequence[Row]) -> dict[int, int]:
    """Return which records of each block have a term of ``group``."""
    found = {row.id: 0 for row in rows}
    by_slot: dict[int, list[int]] = {}  # the blocks of one slot were made one after another
    for row in rows:
        by_slot.setdefault(row.slot, []).append(row.id)
    for digest in map(digest_of, group):
        for ids in by_slot.values():
            for block, common in index.common(digest, min(ids), max(ids)):
                if block in found:
                    found[block] |= bits_of_common(common)
            for block, entries in index.rare(digest, min(ids), max(ids)):
                if block in found:
                    found[block] |= bits_of_rare(entries, digest)
    return found
