"""What stands for the beginning of a stream that has expired: where it ended, and the chain value it ended with.

The first segment that is still there continues this chain value, so ``verify`` proves all that is left as before. The
anchor itself is plain: whoever can delete segments can write one. What it shows is whether what was kept *elsewhere* (a
chain value that was noted, a copy of the old segments) belongs to this stream.
"""

from pathlib import Path

import msgspec

from strongroom.audit.segment import write_whole

_FILE = "anchor.json"


class Anchor(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """The last segment that expired. ``expired`` is when, in seconds since the epoch; ``segments`` counts all that did.

    ``records`` counts all records that did (None: it was not counted), ``frontier`` is what is kept of their hash tree, and
    ``latest`` their latest event time.
    """

    segment: int
    used_bytes: int
    chain: str
    expired: float
    segments: int
    records: int | None = None
    frontier: tuple[str, ...] = ()
    latest: str = ""


_ANCHOR = msgspec.json.Decoder(Anchor)


def read_anchor(stream: Path) -> Anchor | None:
    """Return the anchor of a stream; None when nothing has expired. Errors: OSError, ValueError for a damaged one."""
    try:
        anchor = _ANCHOR.decode((stream / _FILE).read_bytes())
        bytes.fromhex(anchor.chain)
    except FileNotFoundError:
        return None
    except ValueError as error:  # also msgspec's errors are
        raise ValueError(f"{stream / _FILE} is damaged: {error}") from error
    return anchor


def write_anchor(stream: Path, anchor: Anchor) -> None:
    """Write it durably, whole or not at all. Errors: OSError."""
    path = stream / _FILE
    write_whole(path, msgspec.json.encode(anchor) + b"\n", path.with_suffix(".new"))
