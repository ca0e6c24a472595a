"""``strongroom status`` and ``jobs``: what an administrator looks at; the modules of those names find it out."""

from pathlib import Path

import click

from strongroom.cli.options import DATA, plainly
from strongroom.server.settings import DataDirectory


@click.command()
@DATA
@plainly
def status(data: Path) -> None:
    """Show what is in the data directory, whether its server answers, and which operations this version has."""
    from strongroom.cli.status import report  # noqa: PLC0415 - slow to load

    for line in report(DataDirectory(data.absolute())):
        click.echo(line)


@click.command()
@DATA
@plainly
def jobs(data: Path) -> None:
    """Show what happens by itself (rotation, deletion), when it is due next, and what became of it last."""
    from strongroom.cli.jobs import lines  # noqa: PLC0415 - slow to load

    for line in lines(DataDirectory(data.absolute())):
        click.echo(line)
