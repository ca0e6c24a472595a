"""``strongroom clock``: what a tester types; ``clock`` does it."""

from pathlib import Path

import click

from strongroom.cli.options import DATA, plainly
from strongroom.server.settings import DataDirectory


@click.group()
def clock() -> None:
    """The clock of a test server (serve --test-clock)."""


@clock.command("show")
@DATA
@plainly
def clock_show(data: Path) -> None:
    """Show what time the test server has."""
    from strongroom.cli.clock import describe  # noqa: PLC0415 - slow to load

    click.echo(describe(DataDirectory(data.absolute())))


@clock.command("advance")
@click.argument("duration")
@click.option(
    "--wait",
    "wait_seconds",
    type=click.FloatRange(0),
    default=30,
    show_default=True,
    help="Seconds to wait for what comes due by it.",
)
@DATA
@plainly
def clock_advance(duration: str, wait_seconds: float, data: Path) -> None:
    """Move the test server's clock on by DURATION (365d, 12h, 30m, 45s, 1d12h) and wait until it has done what came due."""
    from strongroom.cli.clock import advance, seconds_of  # noqa: PLC0415 - slow to load

    for line in advance(DataDirectory(data.absolute()), seconds_of(duration), wait_seconds):
        click.echo(line)
