"""``strongroom keys`` and ``strongroom key``: what the audit says about keys, for whoever thinks of deleting one."""

from pathlib import Path

import click

from strongroom.cli.options import DATA, plainly
from strongroom.server.settings import DataDirectory


@click.group()
def keys() -> None:
    """All KMS keys of this data directory."""


@keys.command("unused")
@click.option(
    "--days", type=click.IntRange(0), default=90, show_default=True, help="For how long they have not been used."
)
@DATA
@plainly
def keys_unused(days: int, data: Path) -> None:
    """List customer managed keys that no cryptographic operation has used for so many days, the longest unused first."""
    from strongroom.cli.key_report import unused  # noqa: PLC0415 - slow to load

    for line in unused(DataDirectory(data.absolute()), days):
        click.echo(line)


@click.group()
def key() -> None:
    """One KMS key."""


@key.command("report")
@click.argument("name", metavar="KEY")
@DATA
@plainly
def key_report(name: str, data: Path) -> None:
    """Show who has used KEY (an id, ARN or alias) for what and when, its aliases and its grants: to be read before it is deleted."""
    from strongroom.cli.key_report import report  # noqa: PLC0415 - slow to load

    for line in report(DataDirectory(data.absolute()), name):
        click.echo(line)
