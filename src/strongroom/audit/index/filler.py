"""Filling the index: reads the journal behind its writers, at its own pace, and never holds them up.

One process at a time, by a lock that ends with the process. Only whole blocks are written; the few thousand records behind
them are read from the journal by whoever searches, so an idle server writes nothing here.
"""

import fcntl
import os
from dataclasses import dataclass
from pathlib import Path

from strongroom.audit.counting import FRAME_BYTES, Position, counting_segments
from strongroom.audit.forward import Stretch, stretches
from strongroom.audit.index.block import Block, Packed
from strongroom.audit.index.database import LOCK, Index, IndexUnusableError, Kept, remove_index
from strongroom.audit.index.terms import Reader
from strongroom.audit.segment import make_directory, read_part, slots, stream_path

_BLOCKS_PER_COMMIT = 32  # neighbouring blocks share pages of the file
_DIGITS = 64


class IndexBusyError(Exception):
    """Another process fills the index."""


@dataclass(slots=True)
class _Stream:
    """Where reading is (``at``) and the block that is being gathered; what is on disk may be behind."""

    at: Position
    block: Block | None = None


class Filler:
    """The index's only writer. Errors of all methods: OSError, IndexUnusableError (then make a new one)."""

    def __init__(self, journal: Path, directory: Path, *, afresh: bool = False) -> None:
        """``afresh`` throws away what there is. Errors: IndexBusyError."""
        make_directory(directory)
        self._journal = journal
        self._lock = _hold(directory / LOCK)
        self._reader = Reader()
        self._streams: dict[int, _Stream] = {}
        self._done: list[Packed] = []
        self._kept: dict[int, Kept] = {}
        try:
            if afresh:
                remove_index(directory)
            self.index = Index.open(directory, make=True)
            if not all(still_there(journal, slot, kept) for slot, kept in self.index.streams().items()):
                self.index.close()
                remove_index(directory)  # made from another journal: somebody restored one of the two
                self.index = Index.open(directory, make=True)
        except BaseException:
            os.close(self._lock)
            raise

    def close(self) -> None:
        self.index.close()
        os.close(self._lock)

    def step(self) -> int:
        """Read all that has come; return how many records that were."""
        if not self.index.is_in_place():
            raise IndexUnusableError("the index was deleted")
        return sum(self._follow(slot) for slot in slots(self._journal))

    def needed(self, slot: int) -> int:
        """Return the first segment of a slot that is not wholly in the index."""
        kept = self.index.streams().get(slot)
        return kept.position.segment if kept is not None else 0

    def _follow(self, slot: int) -> int:
        stream = self._streams.get(slot)
        if stream is None:
            kept = self.index.streams().get(slot)
            stream = self._streams[slot] = _Stream(kept.position if kept is not None else Position())
        path = stream_path(self._journal, slot)
        if self._left_behind(slot, stream, path):
            return 0
        read = 0
        for stretch in stretches(path, stream.at):
            read += self._take(slot, stream, stretch)
            if len(self._done) >= _BLOCKS_PER_COMMIT:
                self._write()
        self._write()
        return read

    def _left_behind(self, slot: int, stream: _Stream, path: Path) -> bool:
        """Say whether lines were read that do not count after all; they are then forgotten, and read on at the next step."""
        segments = counting_segments(path, stream.at.segment)
        if not segments or stream.at.segment < 1:
            return False
        number, end, _ = segments[0]
        if number == stream.at.segment:
            if end is None or stream.at.used_bytes <= end:
                return False
        elif not read_part(path, stream.at.segment, 0, 1):
            return False  # expired since, all of it read
        else:
            end = 0
        self.index.cut(slot, stream.at.segment, end or 0)
        del self._streams[slot]
        return True

    def _take(self, slot: int, stream: _Stream, stretch: Stretch) -> int:
        block = stream.block
        if block is not None and block.segment != stretch.segment:
            self._finish(stream)
            block = None
        facts_of, read = self._reader.facts, 0
        for start, end, line in stretch.lines():
            facts = facts_of(line[FRAME_BYTES:])
            if facts is None:
                continue
            if block is None:
                block = stream.block = Block(slot, stretch.segment, start)
            block.add(start, end, facts)
            read += 1
            if block.full:
                self._finish(
                    stream, Kept(Position(stretch.segment, end), start, line[:_DIGITS].decode("ascii", "replace"))
                )
                block = None
        stream.at = Position(stretch.segment, stretch.start + len(stretch.data))
        if stretch.last and stream.block is not None:
            self._finish(stream)
        return read

    def _finish(self, stream: _Stream, kept: Kept | None = None) -> None:
        block = stream.block
        stream.block = None
        if block is not None:
            start = block.starts[-1]
            if kept is None:
                path = stream_path(self._journal, block.slot)
                chain = read_part(path, block.segment, start, _DIGITS).decode("ascii", "replace")
                kept = Kept(Position(block.segment, block.end), start, chain)
            self._done.append(block.pack())
            self._kept[block.slot] = kept

    def _write(self) -> None:
        if self._done:
            self.index.write(self._done, self._kept)
            self._done, self._kept = [], {}


def still_there(journal: Path, slot: int, kept: Kept) -> bool:
    """Say whether the journal still has the line that the index ended with, or no longer has its segment at all."""
    if not kept.chain:
        return True
    found = read_part(stream_path(journal, slot), kept.position.segment, kept.start, _DIGITS)
    return not found or found == kept.chain.encode()


def _hold(path: Path) -> int:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        raise IndexBusyError("Another process fills the index of the audit journal.") from None
    return descriptor
