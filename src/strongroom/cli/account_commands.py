"""``strongroom account``: what an administrator types; ``accounts`` does it."""

from pathlib import Path

import click

from strongroom.cli.options import DATA, PASSPHRASE, plainly
from strongroom.server.settings import DataDirectory


@click.group("account")
def account_group() -> None:
    """Accounts: each a world of its own, with its keys and users."""


@account_group.command("create")
@click.argument("name")
@DATA
@PASSPHRASE
@plainly
def account_create(name: str, data: Path, passphrase_file: Path | None) -> None:
    """Make an account and its first administrator, kept as profile NAME in the credentials file."""
    from strongroom.cli.accounts import create_account  # noqa: PLC0415 - slow to load

    made, administrator = create_account(DataDirectory(data.absolute()), name, passphrase_file)
    click.echo(
        f"{made.account}\n{administrator.user.arn}\naccess key {administrator.access_key_id}, "
        f"profile [{name}] in {data.absolute() / 'credentials'}"
    )


@account_group.command("list")
@DATA
@plainly
def account_list(data: Path) -> None:
    """List the accounts: number, day of their making, users, name."""
    from strongroom.cli.accounts import list_accounts  # noqa: PLC0415 - slow to load

    for line in list_accounts(DataDirectory(data.absolute())):
        click.echo(line)
