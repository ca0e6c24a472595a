"""What ``strongroom file`` does with its options: keys, streams and targets from them, progress and a summary on standard error."""

import contextlib
import errno
import json
import os
import signal
import stat
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial, wraps
from io import FileIO
from pathlib import Path
from typing import Any, TypeVar

import click

from strongroom.cli.file_text import lines_of, size
from strongroom.envelope.cache import Bounds, CachedMaker, CachedOpener
from strongroom.envelope.decryption import Commitment, decrypt
from strongroom.envelope.encryption import Summary, encrypt
from strongroom.envelope.errors import EnvelopeError, printable
from strongroom.envelope.files import Target, apart, rewrap_file, tree
from strongroom.envelope.header import parse
from strongroom.envelope.inspection import inspect
from strongroom.envelope.keys import DataKeyMaker, DataKeyOpener
from strongroom.envelope.kms import ClientFor, Discovery, KMSKeys
from strongroom.envelope.pipe import Reader, Sink, Source
from strongroom.envelope.placed import Progress
from strongroom.envelope.rewrapping import KeptKeys, NewKeys
from strongroom.integrations.kms import SettingsError, explain, is_botocores, kms_client

F = TypeVar("F", bound=Callable[..., Any])

_STANDARD = Path("-")
_BAR_FROM_BYTES = 1 << 24  # below that there is nothing to watch
_WHILE_WRITING = {errno.ENOSPC, errno.EFBIG, errno.EDQUOT, errno.EIO}


def _plainly(command: F) -> F:
    """Turn what a user can mend into a line and exit code 1; end on SIGTERM as on Ctrl-C, so that nothing half-done stays."""

    @wraps(command)
    def run(*arguments: Any, **options: Any) -> Any:
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
        try:
            return command(*arguments, **options)
        except (EnvelopeError, SettingsError) as error:
            raise click.ClickException(_lines(str(error))) from None
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # nothing more can be said to whoever left
            raise click.ClickException("Nobody reads standard output any more.") from None
        except OSError as error:
            raise click.ClickException(_of_system(error)) from None
        except Exception as error:
            if not is_botocores(error):
                raise
            raise click.ClickException(_lines(explain(error))) from None

    return run  # type: ignore[return-value]  # the same signature


def _of_system(error: OSError) -> str:
    where = f"{_label(error.filename)}: " if error.filename else ""
    left = " Nothing half-done was left." if error.filename and error.errno in _WHILE_WRITING else ""
    return f"{where}{error.strerror or error}.{left}"


def _label(path: str | bytes | os.PathLike[str]) -> str:
    """Return a file's name on one line, without what a terminal would act on."""
    return printable(click.format_filename(path))


def _lines(text: str) -> str:
    """Return a text, parts of which somebody else wrote, without what a terminal would act on."""
    return "\n".join(map(printable, text.split("\n")))


def _clients(region: str | None, profile: str | None, endpoint_url: str | None) -> ClientFor:
    made: dict[str | None, Any] = {}

    def client_for(key_region: str | None) -> Any:
        wanted = key_region or region
        if wanted not in made:
            made[wanted] = kms_client(wanted, profile, endpoint_url)
        return made[wanted]

    return client_for


def _pairs(given: Sequence[str], *, values: bool) -> dict[str, str | None]:
    """Return NAME=VALUE pairs; NAME alone (any value) where ``values`` is not set."""
    found: dict[str, str | None] = {}
    for text in given:
        name, equals, value = text.partition("=")
        if not name or (values and not equals):
            raise click.BadParameter(f"{text!r} is not NAME=VALUE", param_hint="--context")
        wanted = value if equals else None
        if found.setdefault(name, wanted) != wanted:
            raise click.BadParameter(f"{name} has two values", param_hint="--context")
    return found


def _bounds(age: float | None, messages: int | None, count: int | None) -> Bounds | None:
    given = {"age_seconds": age, "messages": messages, "bytes": count}
    given = {name: value for name, value in given.items() if value is not None}
    return Bounds(**given) if given else None  # type: ignore[arg-type]  # each has its own type


def _openers(options: Mapping[str, Any], client_for: ClientFor) -> KMSKeys | Discovery:
    narrowed = options["accounts"] or options["partition"] or options["discovery_region"]
    if bool(options["keys"]) == options["discovery"] or (narrowed and not options["discovery"]):
        raise click.UsageError("Name the keys that may open the message (--key), or let it name them (--discovery).")
    if options["keys"]:
        return KMSKeys(options["keys"], client_for, options["grant_tokens"])
    return Discovery(
        client_for, options["accounts"], options["partition"], options["discovery_region"], options["grant_tokens"]
    )


@dataclass(slots=True)
class _Teller:
    """Progress and summaries, for people: on standard error."""

    quiet: bool
    files: int = 0
    plaintext_bytes: int = 0
    failed: int = 0

    @contextlib.contextmanager
    def progress(self, label: str, length: int | None) -> Iterator[Progress | None]:
        if self.quiet or length is None or length < _BAR_FROM_BYTES or not sys.stderr.isatty():
            yield None
            return
        with click.progressbar(length=length, label=label, file=sys.stderr, show_pos=False) as bar:
            yield bar.update

    def done(self, label: str, summary: Summary, seconds: float) -> None:
        self.files += 1
        self.plaintext_bytes += summary.plaintext_bytes
        if not self.quiet:
            opened = f", opened by {summary.opened_by}" if summary.opened_by else ""
            self.say(f"{label}: {size(summary.plaintext_bytes)} in {seconds:.2f} s{opened}")

    def fail(self, path: Path, why: str) -> None:
        self.failed += 1
        self.say(f"{_label(path)}: {why}")

    def say(self, line: str) -> None:
        click.echo(_lines(line), err=True)

    def end(self, keys: KMSKeys | Discovery, cache: CachedMaker | CachedOpener | None) -> None:
        """Tell what KMS was asked, and what a cache saved; exit 1 when a file failed."""
        if not self.quiet and (self.files > 1 or cache is not None):
            calls = ", ".join(f"{count} {name}" for name, count in keys.calls.made.items()) or "none"
            saved = f"; the data-key cache saved {cache.saved}" if cache is not None else ""
            self.say(f"{self.files} files, {size(self.plaintext_bytes)}; requests to KMS: {calls}{saved}")
        if self.failed:
            raise click.ClickException(f"{self.failed} files failed.")


Work = Callable[
    [Source, Sink, int | None, Progress | None, bool], Summary
]  # ..., length, progress, is the sink private?


class _Stream:
    """Standard output, or whatever else is written as bytes come: a pipe, a terminal, /dev/null."""

    def __init__(self, descriptor: int) -> None:
        self.written = 0
        self._file = FileIO(descriptor, "wb", closefd=False)

    def write(self, data: memoryview, /) -> int:
        done = self._file.write(data)
        self.written += done
        return done


def _is_stream(path: Path) -> bool:
    """Say whether it takes bytes as they come: no file then appears under this name."""
    if path == _STANDARD or str(path).startswith(("/dev/fd/", "/dev/std", "/proc/")):
        return True
    try:
        mode = path.stat().st_mode
    except OSError:
        return False
    return stat.S_ISCHR(mode) or stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode)


def _one(source: Path, target: Path, work: Work, teller: _Teller, *, force: bool, holes: bool) -> None:
    """Do one file, or a stream."""
    began = time.monotonic()
    with contextlib.ExitStack() as stack:
        reading = stack.enter_context(FileIO(0, "rb", closefd=False) if source == _STANDARD else FileIO(source, "rb"))
        found = os.fstat(reading.fileno())
        length = found.st_size if stat.S_ISREG(found.st_mode) else None
        label = "standard input" if source == _STANDARD else _label(source)
        if _is_stream(target):
            out = 1
            if target != _STANDARD:
                out = os.open(target, os.O_WRONLY | os.O_CLOEXEC)
                stack.callback(os.close, out)
            sink = _Stream(out)
            progress = stack.enter_context(teller.progress(label, length))
            try:
                summary = work(reading, sink, length, progress, False)  # noqa: FBT003 - Work's order
            except (EnvelopeError, OSError):
                if sink.written:
                    teller.say(f"{label}: discard the {size(sink.written)} that went out: they are not all of it.")
                raise
        else:
            apart(reading, target)
            made = stack.enter_context(Target(target, replace=force, holes=holes))
            progress = stack.enter_context(teller.progress(label, length))
            summary = work(reading, made, length, progress, True)  # noqa: FBT003 - as above
            made.commit(None if source == _STANDARD else found.st_mode)
    teller.done(f"{label} -> {_label(target)}", summary, time.monotonic() - began)


def _all(
    options: Mapping[str, Any], work: Work, teller: _Teller, rename: Callable[[str], str | None], *, holes: bool
) -> None:
    """Do SOURCE: a file, a stream, or with --recursive a directory, where one failure does not stop the others."""
    source, output, force = options["source"], options["output"], options["force"]
    if not options["recursive"]:
        _one(source, _output(options, rename), work, teller, force=force, holes=holes)
        return
    if not source.is_dir() or output in {None, _STANDARD}:
        raise click.UsageError("--recursive needs a directory as SOURCE, and a directory as --output.")
    for pair in tree(source, output, rename):
        if pair.failed:
            teller.fail(pair.source, pair.why)
        elif pair.target is None:
            teller.say(f"{_label(pair.source)}: left out, {pair.why}")
        else:
            try:
                _one(pair.source, pair.target, work, teller, force=force, holes=holes)
            except EnvelopeError as error:
                teller.fail(pair.source, str(error))
            except OSError as error:
                teller.fail(pair.source, _of_system(error))


def _output(options: Mapping[str, Any], rename: Callable[[str], str | None]) -> Path:
    """Return where one file or stream goes: --output, a file in it when it is a directory, or beside SOURCE."""
    source: Path = options["source"]
    output: Path | None = options["output"]
    if source == _STANDARD:
        return output or _STANDARD
    if source.is_dir():
        raise click.UsageError(f"{source} is a directory: --recursive does all files in it.")
    if output is not None and (output == _STANDARD or not output.is_dir()):
        return output
    name = rename(source.name)
    if name is None:
        raise click.UsageError(f"{source} does not end with {options['suffix']}: say which file to write (--output).")
    return (output or source.parent) / name


@_plainly
def encrypt_files(**options: Any) -> None:
    """Do ``strongroom file encrypt``."""
    context = _pairs(options["context"], values=True)
    if len(set(options["keys"])) > options["max_encrypted_data_keys"]:  # better now than when every key was asked
        raise click.UsageError(f"More keys than --max-encrypted-data-keys ({options['max_encrypted_data_keys']}).")
    keys = KMSKeys(
        options["keys"],
        _clients(options["region"], options["profile"], options["endpoint_url"]),
        options["grant_tokens"],
    )
    bounds = _bounds(options["cache_age"], options["cache_messages"], options["cache_bytes"])
    cache = CachedMaker(keys, bounds) if bounds is not None else None
    maker: DataKeyMaker = cache or keys

    def work(source: Source, sink: Sink, length: int | None, progress: Progress | None, private: bool) -> Summary:  # noqa: ARG001, FBT001 - Work
        return encrypt(
            source,
            sink,
            maker,
            context={name: value or "" for name, value in context.items()},
            signed=options["sign"],
            frame_bytes=options["frame_bytes"],
            plaintext_bytes=length,
            max_encrypted_data_keys=options["max_encrypted_data_keys"],
            progress=progress,
        )

    teller = _Teller(options["quiet"])
    _all(options, work, teller, lambda name: name + options["suffix"], holes=False)
    teller.end(keys, cache)


@_plainly
def decrypt_files(**options: Any) -> None:
    """Do ``strongroom file decrypt``."""
    required = _pairs(options["context"], values=False)
    withheld = {name: value or "" for name, value in _pairs(options["withheld"], values=True).items()}
    keys = _openers(options, _clients(options["region"], options["profile"], options["endpoint_url"]))
    bounds = _bounds(options["cache_age"], options["cache_messages"], options["cache_bytes"])
    cache = CachedOpener(keys, bounds) if bounds is not None else None
    opener: DataKeyOpener = cache or keys

    def work(source: Source, sink: Sink, length: int | None, progress: Progress | None, private: bool) -> Summary:  # noqa: ARG001, FBT001 - Work
        return decrypt(
            source,
            sink,
            opener,
            required_context=required,
            withheld_context=withheld,
            commitment=Commitment.ALLOWED if options["allow_uncommitted"] else Commitment.REQUIRED,
            max_encrypted_data_keys=options["max_encrypted_data_keys"],
            private=private or options["allow_unverified_stream"],
            progress=progress,
        )

    def rename(name: str) -> str | None:
        suffix = options["suffix"]
        return name.removesuffix(suffix) if name.endswith(suffix) and name != suffix else None

    teller = _Teller(options["quiet"])
    _all(options, work, teller, rename, holes=True)
    teller.end(keys, cache)


@_plainly
def inspect_file(source: Path, *, as_json: bool) -> None:
    """Do ``strongroom file inspect``."""
    with FileIO(0, "rb", closefd=False) if source == _STANDARD else FileIO(source, "rb") as reading:
        report = inspect(reading)
    if as_json:
        click.echo(json.dumps(report.to_json(), indent=2, ensure_ascii=False))
    else:
        for line in lines_of(report):
            click.echo(line)


@_plainly
def rewrap_message(**options: Any) -> None:
    """Do ``strongroom file rewrap``."""
    source: Path = options["source"]
    if _STANDARD in {source, options["output"]}:
        raise click.UsageError("rewrap needs files: what it writes is a message only when all of it is there.")
    client_for = _clients(options["region"], options["profile"], options["endpoint_url"])
    old, added = _openers(options, client_for), KMSKeys(options["to"], client_for, options["grant_tokens"])
    new: NewKeys = added
    if options["keep_keys"]:
        with FileIO(source, "rb") as reading:
            header = parse(Reader(reading).take, options["max_encrypted_data_keys"])
        names = [key.name for key in header.keys if key.name not in options["to"]]
        again = partial(KMSKeys, client_for=client_for, grant_tokens=options["grant_tokens"])
        new = KeptKeys(header, added, again(names) if names else None)
    teller, began = _Teller(options["quiet"]), time.monotonic()
    with teller.progress(_label(source), source.stat().st_size) as progress:
        summary = rewrap_file(
            source,
            old,
            new,
            target=options["output"],
            keep_body=options["keep_body"],
            commitment=Commitment.ALLOWED if options["allow_uncommitted"] else Commitment.REQUIRED,
            required_context=_pairs(options["context"], values=False),
            max_encrypted_data_keys=options["max_encrypted_data_keys"],
            progress=progress,
            replace=options["force"],
        )
    teller.done(f"{_label(source)} -> {_label(options['output'] or source)}", summary, time.monotonic() - began)
