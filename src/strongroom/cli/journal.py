"""The options of ``serve`` that say what becomes of audit records: how long they stay, and who else gets them."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

import click

from strongroom.audit.retention import Retention

F = TypeVar("F", bound=Callable[..., Any])


def _time(_context: click.Context, _option: click.Parameter, given: str | None) -> int | None:
    if given is None or given == "never":
        return None
    from strongroom.cli.clock import seconds_of  # noqa: PLC0415 - slow to load

    try:
        return seconds_of(given)
    except click.ClickException:
        raise click.BadParameter(f"{given!r} is no length of time: write 400d, 12h, 30m or never.") from None


def _targets(_context: click.Context, _option: click.Parameter, given: tuple[str, ...]) -> tuple[str, ...]:
    from strongroom.server.forwarding import ForwardingError, target_of  # noqa: PLC0415 - slow to load

    for url in given:
        try:
            target_of(url).close()
        except ForwardingError as error:
            raise click.BadParameter(str(error)) from None
    return given


_OPTIONS = (
    click.option(
        "--audit-index/--no-audit-index",
        "audit_index",
        envvar="STRONGROOM_AUDIT_INDEX",
        default=True,
        show_default=True,
        help="Keep an index of the audit journal (or STRONGROOM_AUDIT_INDEX=0). Without it every search reads the journal.",
    ),
    click.option(
        "--journal-keep",
        metavar="TIME",
        callback=_time,
        help="Remove what is older from the audit journal: 400d, 12h. Without it everything stays.",
    ),
    click.option(
        "--journal-max-bytes",
        type=click.IntRange(1 << 20),
        help="Remove the oldest of the audit journal when it takes more than this.",
    ),
    click.option(
        "--journal-compress-after",
        metavar="TIME",
        default="1h",
        show_default=True,
        callback=_time,
        help="Compress full segments of the audit journal after that time; never: leave them.",
    ),
    click.option(
        "--forward",
        envvar="STRONGROOM_FORWARD",
        multiple=True,
        metavar="URL",
        callback=_targets,
        help="Hand audit records on (or STRONGROOM_FORWARD): syslog://HOST:PORT, syslog+tls://HOST:PORT, http(s)://...; may be repeated.",
    ),
)


def journal_options(command: F) -> F:
    """Give ``command`` the parameters ``audit_index``, ``retention`` and ``forward``."""

    @wraps(command)
    def run(
        *arguments: Any,
        journal_keep: int | None,
        journal_max_bytes: int | None,
        journal_compress_after: int | None,
        **options: Any,
    ) -> Any:
        return command(
            *arguments, retention=Retention(journal_keep, journal_max_bytes, journal_compress_after), **options
        )

    found: Callable[..., Any] = run
    for option in reversed(_OPTIONS):
        found = option(found)
    return found  # type: ignore[return-value]  # the options' parameters are not the command's
