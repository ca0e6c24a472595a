"""Searching, following and exporting the journal from the command line."""

import csv
import re
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from itertools import islice
from typing import Any

import click
import msgspec

from strongroom.audit.counting import FRAME_BYTES, Position, counting_segments
from strongroom.audit.forward import bytes_behind, stretches
from strongroom.audit.index.database import FILE, Index, IndexUnusableError
from strongroom.audit.index.filler import Filler, IndexBusyError
from strongroom.audit.index.search import Search
from strongroom.audit.index.terms import Query, Reader, query_of
from strongroom.audit.segment import segment_numbers, slots, stream_path
from strongroom.bootstrap import DataDirectoryError
from strongroom.cli.clock import present, seconds_of
from strongroom.server.settings import DataDirectory

_DURATION = re.compile(r"(?:\d+[smhd])+")
_POLL_SECONDS = 0.25
_COLUMNS = ("time", "operation", "principal", "key", "source", "error", "region", "request id", "event id")
_WIDTHS = (20, 28, 36, 38, 15)
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_FORMULA = ("=", "+", "-", "@")


def query(data: DataDirectory, wanted: Mapping[str, Any]) -> Query:
    """Return the query of the command's options. Errors: ClickException."""
    options = dict(wanted)
    now = present(data)
    return query_of(
        since=when_of(options.pop("since"), now, "--since"),
        until=when_of(options.pop("until"), now, "--until"),
        contexts=[_pair(text) for text in options.pop("contexts")],
        **options,
    )


def _pair(text: str) -> tuple[str, str | None]:
    name, equals, value = text.partition("=")
    return name, value if equals else None


def when_of(text: str | None, now: float, option: str) -> int | None:
    """Return a time as seconds since the epoch; a duration counts back from ``now``. Errors: ClickException."""
    if text is None:
        return None
    if _DURATION.fullmatch(text):
        return int(now) - seconds_of(text)
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        raise click.ClickException(
            f"{option} {text!r} is no time: write 7d, 12h, 30m, 2026-01-31 or 2026-01-31T12:00:00Z (UTC)."
        ) from None
    return int((when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp())


# --- commands --------------------------------------------------------------------------------------------------------


def search(data: DataDirectory, wanted: Mapping[str, Any], limit: int | None, form: str, *, oldest_first: bool) -> None:
    """Print what matches; say on standard error how it was found."""
    must_exist(data)
    began = time.perf_counter()
    found = Search(data.journal, data.index, query(data, wanted), oldest_first)
    show = _printer(form)
    count = 0
    for record in islice(found, limit):
        show(record)
        count += 1
    took = (time.perf_counter() - began) * 1000
    sys.stdout.flush()
    index = f"{found.indexed:,} in the index" if found.problem is None else f"no index ({found.problem})"
    click.echo(f"{count} shown in {took:.0f} ms; {index}, {found.behind:,} read from the journal behind it", err=True)
    if count == limit:
        click.echo("There may be more: --limit, or narrow it by --since.", err=True)


def tail(data: DataDirectory, wanted: Mapping[str, Any], count: int, form: str, *, follow: bool) -> None:
    """Print the newest that match, then those that come."""
    must_exist(data)
    question = query(data, wanted)
    positions = {slot: _end(data, slot) for slot in slots(data.journal)} if follow else {}
    newest = list(islice(Search(data.journal, data.index, question), count))
    show = _printer(form)
    for record in reversed(newest):
        show(record)
    shown = {event_id for record in newest if (event_id := _event_id(record))}
    reader = Reader()
    try:
        while follow:
            sys.stdout.flush()
            for record in _news(data, positions):
                facts = reader.facts(record)
                if facts is not None and question.matches(facts) and _event_id(record) not in shown:
                    show(record)
            time.sleep(_POLL_SECONDS)
    except KeyboardInterrupt:
        return


def _end(data: DataDirectory, slot: int) -> Position:
    """Return where the last segment's reading would begin: near the end, and never behind it."""
    stream = stream_path(data.journal, slot)
    numbers = [one.number for one in counting_segments(stream, max(segment_numbers(stream), default=1) - 1)]
    at = Position(numbers[0] if numbers else 1, 0)
    for stretch in stretches(stream, at):
        at = Position(stretch.segment, stretch.start + len(stretch.data))
    return at


def _news(data: DataDirectory, positions: dict[int, Position]) -> Iterator[bytes]:
    for slot in slots(data.journal):
        for stretch in stretches(stream_path(data.journal, slot), positions.get(slot, Position())):
            positions[slot] = Position(stretch.segment, stretch.start + len(stretch.data))
            for _, _, line in stretch.lines():
                yield line[FRAME_BYTES:]


def build_index(data: DataDirectory, *, rebuild: bool) -> str:
    """Fill the index; return what there is to say. Errors: ClickException."""
    must_exist(data)
    try:
        filler = Filler(data.journal, data.index, afresh=rebuild)
        try:
            read = filler.step()
            return f"{read:,} records read, {filler.index.records():,} in the index ({_size(data)})"
        finally:
            filler.close()
    except IndexBusyError:
        raise click.ClickException(
            "The running server is filling the index; it needs no help. To make it anew: stop the server first, or "
            f"delete {data.index / FILE} and restart."
        ) from None
    except IndexUnusableError as error:
        raise click.ClickException(str(error)) from None


def index_line(data: DataDirectory) -> str:
    """Return how far the index is, for ``strongroom status``."""
    try:
        index = Index.open(data.index)
    except IndexUnusableError as error:
        return f"none ({error}); searches read the journal"
    try:
        records, streams = index.records(), index.streams()
    except IndexUnusableError as error:
        return f"{error}; searches read the journal"
    finally:
        index.close()
    behind = 0
    for slot in slots(data.journal):
        kept = streams.get(slot)
        behind += bytes_behind(stream_path(data.journal, slot), kept.position if kept is not None else Position())
    return f"{records:,} records, {_size(data)}; {behind / 2**20:,.1f} MiB of the journal are behind it"


def _size(data: DataDirectory) -> str:
    return f"{sum(path.stat().st_size for path in data.index.glob(FILE + '*')) / 2**20:,.1f} MiB"


def must_exist(data: DataDirectory) -> None:
    """Errors: DataDirectoryError when there is no journal."""
    if not data.journal.is_dir():
        raise DataDirectoryError(f"There is no audit journal in {data.path}. Name the data directory with --data.")


# --- showing ---------------------------------------------------------------------------------------------------------


def _event_id(record: bytes) -> str | None:
    decoded = msgspec.json.decode(record)
    event_id = decoded.get("eventID") if isinstance(decoded, dict) else None
    return event_id if isinstance(event_id, str) else None


def _printer(form: str) -> Callable[[bytes], None]:
    """Return what prints one record in that form."""
    writer = csv.writer(sys.stdout, lineterminator="\n")
    if form == "csv":
        writer.writerow(_COLUMNS)

    def show(record: bytes) -> None:
        if form == "json":
            sys.stdout.write(record.decode("utf-8", "replace") + "\n")
        elif form == "csv":
            writer.writerow([_no_formula(cell) for cell in _cells(record)])
        else:
            sys.stdout.write(_line(record) + "\n")

    return show


def _cells(record: bytes) -> tuple[str, ...]:
    said: dict[str, Any] = msgspec.json.decode(record)
    identity = said.get("userIdentity") or {}
    resources = said.get("resources") or []
    caller = (
        identity.get("arn") or identity.get("invokedBy") or identity.get("accessKeyId") or identity.get("type") or ""
    )
    asked = said.get("requestParameters")
    named = asked.get("keyId") if isinstance(asked, dict) else None
    key = resources[0].get("ARN") if resources else named
    cells = (
        said.get("eventTime"), said.get("eventName"), caller, key, said.get("sourceIPAddress"), said.get("errorCode"),
        said.get("awsRegion"), said.get("requestID"), said.get("eventID"),
    )  # fmt: skip
    return tuple("" if cell is None else str(cell) for cell in cells)


def _line(record: bytes) -> str:
    when, operation, caller, key, source, error, *_ = _cells(record)
    short = (when, operation, caller.split(":", 5)[-1], key.split(":", 5)[-1].removeprefix("key/"), source)
    shown = [f"{_UNPRINTABLE.sub('?', cell):<{width}}" for cell, width in zip(short, _WIDTHS, strict=True)]
    return " ".join((*shown, _UNPRINTABLE.sub("?", error))).rstrip()


def _no_formula(cell: str) -> str:
    """Keep a spreadsheet from running what a caller wrote."""
    return "'" + cell if cell.startswith(_FORMULA) else cell
