"""The options of ``serve`` that say which webhooks are told of what happens."""

import re
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar

import click

from strongroom.server.settings import Announcements

F = TypeVar("F", bound=Callable[..., Any])

_DENIED = re.compile(r"([1-9]\d{0,3})/(\S+)")
_MOST_DENIED = 1000  # all of them are kept, of each caller


def _webhooks(_context: click.Context, _option: click.Parameter, given: tuple[str, ...]) -> tuple[str, ...]:
    from strongroom.server.forwarding import ForwardingError, webhook_of  # noqa: PLC0415 - slow to load

    for url in given:
        try:
            webhook_of(url).close()
        except ForwardingError as error:
            raise click.BadParameter(str(error)) from None
    return given


def _secret(_context: click.Context, _option: click.Parameter, given: Path | None) -> bytes:
    if given is None:
        return b""
    from strongroom.server.announcing import secret_of  # noqa: PLC0415 - slow to load

    try:
        return secret_of(given.read_text())
    except (ValueError, OSError) as error:
        raise click.BadParameter(f"{given}: {error}") from None


def _denied(_context: click.Context, _option: click.Parameter, given: str) -> tuple[int | None, int]:
    if given == "never":
        return None, 0
    from strongroom.cli.clock import seconds_of  # noqa: PLC0415 - slow to load

    parts = _DENIED.fullmatch(given)
    try:
        if parts is not None and int(parts[1]) <= _MOST_DENIED:
            return int(parts[1]), seconds_of(parts[2])
    except click.ClickException:
        pass
    raise click.BadParameter(f"{given!r}: write COUNT/TIME, as in 20/1m (up to {_MOST_DENIED} refusals), or never.")


_OPTIONS = (
    click.option(
        "--events",
        "urls",
        envvar="STRONGROOM_EVENTS",
        multiple=True,
        metavar="URL",
        callback=_webhooks,
        help="Webhook that is told of what happens to keys (or STRONGROOM_EVENTS): http(s)://...; may be repeated. See docs/events.md.",
    ),
    click.option(
        "--events-secret-file",
        "secret",
        envvar="STRONGROOM_EVENTS_SECRET_FILE",
        type=click.Path(exists=True, dir_okay=False, path_type=Path),
        callback=_secret,
        help="File with the secret (whsec_...) that events are signed with.",
    ),
    click.option(
        "--events-expiring",
        "expiring_days",
        type=click.IntRange(1, 365),
        default=14,
        show_default=True,
        help="Days before imported key material expires that its event is sent.",
    ),
    click.option(
        "--events-denied",
        "denied",
        default="20/1m",
        show_default=True,
        metavar="COUNT/TIME",
        callback=_denied,
        help="How many refusals of one caller in which time are an event; never: none are.",
    ),
)


def event_options(command: F) -> F:
    """Give ``command`` the parameter ``events``."""

    @wraps(command)
    def run(
        *arguments: Any,
        urls: tuple[str, ...],
        secret: bytes,
        expiring_days: int,
        denied: tuple[int | None, int],
        **options: Any,
    ) -> Any:
        events = Announcements(urls, secret, expiring_days, *denied) if urls else None
        return command(*arguments, events=events, **options)

    found: Callable[..., Any] = run
    for option in reversed(_OPTIONS):
        found = option(found)
    return found  # type: ignore[return-value]  # the options' parameters are not the command's
