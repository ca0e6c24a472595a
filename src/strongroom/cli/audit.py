"""``strongroom audit``: the journal verified, searched, followed, exported; its index made."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from strongroom.cli.options import DATA, plainly
from strongroom.server.settings import DataDirectory

F = TypeVar("F", bound=Callable[..., Any])

_QUERY = (
    click.option("--since", metavar="WHEN", help="Not before: 7d, 12h, 2026-01-01, 2026-01-01T12:00:00Z."),
    click.option("--until", metavar="WHEN", help="Before that time."),
    click.option("--operation", "operations", multiple=True, help="Name of the operation, such as Decrypt."),
    click.option("--service", "services", multiple=True, help="kms, sts, iam, ..."),
    click.option(
        "--principal", "principals", multiple=True, help="ARN, user name, access key id, or role of a session."
    ),
    click.option("--key", "keys", multiple=True, help="Key ARN, key id, or alias/NAME as the caller wrote it."),
    click.option("--source", "sources", multiple=True, help="Source address."),
    click.option("--error", "errors", multiple=True, help="Error code, any, or none."),
    click.option("--request-id", "request_ids", multiple=True, help="Request id, as callers get it."),
    click.option("--event-id", "event_ids", multiple=True, help="Event id of the record."),
    click.option("--region", "regions", multiple=True, help="Region."),
    click.option(
        "--account",
        "accounts",
        multiple=True,
        help="Account whose record it is: the caller's, or the owner's of a key used from outside.",
    ),
    click.option(
        "--context",
        "contexts",
        multiple=True,
        metavar="NAME[=VALUE]",
        help="Encryption context pair; all given must match.",
    ),
    click.option(
        "--read-only/--changes",
        "read_only",
        default=None,
        help="Only calls that change nothing, or only those that may.",
    ),
)


def _query(command: F) -> F:
    for option in reversed(_QUERY):
        command = option(command)
    return command


def _formats(*names: str) -> Callable[[F], F]:
    return click.option(
        "--format", "form", type=click.Choice(names), default=names[0], show_default=True, help="How records are shown."
    )


@click.group()
def audit() -> None:
    """The audit journal."""


@audit.command("verify")
@DATA
@plainly
def audit_verify(data: Path) -> None:
    """Check the hash chains of the journal, and what trails delivered to directories; exit code 1 names what does not hold."""
    from strongroom.cli.audit_verify import verified  # noqa: PLC0415 - slow to load

    lines, intact = verified(DataDirectory(data.absolute()))
    for line in lines:
        click.echo(line)
    click.echo("intact" if intact else "NOT INTACT")
    sys.exit(0 if intact else 1)


@audit.command("search")
@_query
@click.option("--limit", type=click.IntRange(1), default=100, show_default=True, help="Records to show at most.")
@click.option("--oldest-first", is_flag=True, help="Begin with the oldest instead of the newest.")
@_formats("table", "json", "csv")
@DATA
@plainly
def audit_search(data: Path, limit: int, oldest_first: bool, form: str, **wanted: Any) -> None:  # noqa: FBT001 - an option
    """Show the records that match all that is asked, newest first; of one option given several times any.

    Works beside a running server and without one. What the index does not have yet is read from the journal.
    """
    from strongroom.cli.audit_records import search  # noqa: PLC0415 - slow to load

    search(DataDirectory(data.absolute()), wanted, limit, form, oldest_first=oldest_first)


@audit.command("export")
@_query
@_formats("json", "csv")
@DATA
@plainly
def audit_export(data: Path, form: str, **wanted: Any) -> None:
    """Write all records that match, oldest first, one line each, to standard output."""
    from strongroom.cli.audit_records import search  # noqa: PLC0415 - slow to load

    search(DataDirectory(data.absolute()), wanted, None, form, oldest_first=True)


@audit.command("tail")
@_query
@click.option("-f", "--follow", is_flag=True, help="Go on showing records as they are written.")
@click.option(
    "-n", "--lines", "count", type=click.IntRange(0), default=10, show_default=True, help="Records to begin with."
)
@_formats("table", "json", "csv")
@DATA
@plainly
def audit_tail(data: Path, follow: bool, count: int, form: str, **wanted: Any) -> None:  # noqa: FBT001 - an option
    """Show the newest records that match, the newest last."""
    from strongroom.cli.audit_records import tail  # noqa: PLC0415 - slow to load

    tail(DataDirectory(data.absolute()), wanted, count, form, follow=follow)


@audit.command("index")
@click.option("--rebuild", is_flag=True, help="Make it anew.")
@DATA
@plainly
def audit_index(data: Path, rebuild: bool) -> None:  # noqa: FBT001 - an option
    """Bring the index up to the end of the journal; a running server does that by itself."""
    from strongroom.cli.audit_records import build_index  # noqa: PLC0415 - slow to load

    click.echo(build_index(DataDirectory(data.absolute()), rebuild=rebuild))


@audit.command("roots")
@click.option("--at", "when", metavar="WHEN", help="Of each stream until then: now, 1d, 2026-01-01.")
@DATA
@plainly
def audit_roots(data: Path, when: str | None) -> None:
    """Show hash tree roots, one JSON line each: keep them elsewhere, to have proofs checked against them.

    Without --at, the root over each full segment, for the proofs of single records; with it, the root over each stream from its
    very first record until then, for proofs that later ones only added to it.
    """
    from strongroom.cli.audit_proofs import roots_at, segment_roots  # noqa: PLC0415 - slow to load

    at = DataDirectory(data.absolute())
    for line in segment_roots(at) if when is None else roots_at(at, when):
        click.echo(line)


@audit.command("prove")
@click.argument("event_id")
@DATA
@plainly
def audit_prove(event_id: str, data: Path) -> None:
    """Write the proof that the record of EVENT_ID stands in its segment; it shows no other record."""
    from strongroom.cli.audit_proofs import proof  # noqa: PLC0415 - slow to load

    click.echo(proof(DataDirectory(data.absolute()), event_id))


@audit.command("prove-consistency")
@click.option(
    "--from", "earlier", required=True, metavar="ROOTS", help="File of kept roots, or a time: 1d, 2026-01-01."
)
@click.option("--to", "later", default="now", show_default=True, metavar="ROOTS", help="The same, later.")
@DATA
@plainly
def audit_prove_consistency(data: Path, earlier: str, later: str) -> None:
    """Write the proof that the records until a later time begin with those until an earlier one; it shows none of them."""
    from strongroom.cli.audit_proofs import consistency  # noqa: PLC0415 - slow to load

    click.echo(consistency(DataDirectory(data.absolute()), earlier, later))


_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@audit.command("check-proof")
@click.argument("path", metavar="PROOF", type=_FILE)
@click.option("--root", metavar="HEX", help="For the proof of a record: the segment's root, from a source you trust.")
@click.option(
    "--from", "earlier", metavar="FILE", type=_FILE, help="For consistency: the earlier roots, as you kept them."
)
@click.option("--to", "later", metavar="FILE", type=_FILE, help="The later roots; without, the proof's own are shown.")
@plainly
def audit_check_proof(path: Path, root: str | None, earlier: Path | None, later: Path | None) -> None:
    """Check a proof against roots that were kept; needs nothing else. Exit code 1 when it does not hold."""
    from strongroom.cli.audit_proofs import checked  # noqa: PLC0415 - not needed by --help

    shown, said = checked(path, root, earlier, later)
    for line in shown:
        click.echo(line)
    for line in said:
        click.echo(line, err=True)
