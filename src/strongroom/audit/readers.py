"""Who follows the journal, and how far each is: nothing that one of them has not read yet is compressed or expires.

A reader keeps its positions here under a name of its own before it counts on them; one that is gone for good must be
dropped, or the journal grows for ever. Files: ``journal/readers/<name>.json``, slot to [segment, used bytes].
"""

import re
from collections.abc import Mapping
from pathlib import Path

import msgspec

from strongroom.audit.counting import Position
from strongroom.audit.segment import make_directory, write_whole

_DIRECTORY = "readers"
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
_POSITIONS = msgspec.json.Decoder(dict[str, tuple[int, int]])


def keep_positions(journal: Path, reader: str, positions: Mapping[int, Position]) -> None:
    """Say durably that ``reader`` needs nothing before ``positions``. Errors: OSError, ValueError for a bad name."""
    if not _NAME.fullmatch(reader):
        raise ValueError(f"{reader!r} is no name for a reader")
    directory = journal / _DIRECTORY
    make_directory(directory)
    said = msgspec.json.encode({str(slot): tuple(one) for slot, one in positions.items()})
    write_whole(directory / f"{reader}.json", said, directory / f".{reader}.new")


def kept_positions(journal: Path) -> dict[str, dict[int, Position]]:
    """Return how far every reader is; a file that cannot be understood means that its reader has read nothing."""
    found: dict[str, dict[int, Position]] = {}
    for path in sorted((journal / _DIRECTORY).glob("[!.]*.json")):
        try:
            said = _POSITIONS.decode(path.read_bytes())
            found[path.stem] = {int(slot): Position(*one) for slot, one in said.items()}
        except (msgspec.DecodeError, UnicodeDecodeError, ValueError):
            found[path.stem] = {}
    return found


def drop_reader(journal: Path, reader: str) -> None:
    """Forget a reader that will not come back."""
    (journal / _DIRECTORY / f"{reader}.json").unlink(missing_ok=True)
