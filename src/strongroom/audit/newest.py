"""The newest records first, over all streams: for looking back from a question asked now. Nothing is verified here."""

from collections.abc import Iterator
from pathlib import Path

import msgspec

from strongroom.audit.backward import lines_back
from strongroom.audit.segment import slots, stream_path


class _Known(msgspec.Struct):
    eventTime: str = ""  # noqa: N815 - CloudTrail's name


_KNOWN = msgspec.json.Decoder(_Known)


def newest_records(directory: Path, since: str = "", having: bytes = b"") -> Iterator[bytes]:
    """Yield raw records in which ``having`` stands, each stream from its end back to event time ``since``. Errors: OSError.

    Streams are written in order but for what a clock that was set back has dated: one old record does not end a stream early.
    """
    for slot in slots(directory):
        older = 0
        for _, _, record in lines_back(stream_path(directory, slot)):
            if having not in record:
                continue
            try:
                time = _KNOWN.decode(record).eventTime
            except (msgspec.DecodeError, UnicodeDecodeError):
                continue
            if time >= since:
                older = 0
                yield record
            elif time:
                older += 1
                if older > _MANY_OLDER:
                    break


_MANY_OLDER = 1000
