"""``strongroom user``: what an administrator types; ``users`` does it."""

from pathlib import Path

import click

from strongroom.cli.options import DATA, PASSPHRASE, plainly
from strongroom.server.settings import DataDirectory

_ACCOUNT = click.option("--account", help="Number or name of the account; without it the first one.")


@click.group()
def user() -> None:
    """IAM users; more can be done with them by ``aws iam``."""


@user.command("create")
@click.argument("name")
@click.option(
    "--policy",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Inline policy, a JSON file. Without it the user may do only what key policies allow.",
)
@_ACCOUNT
@DATA
@PASSPHRASE
@plainly
def user_create(name: str, policy: Path | None, account: str | None, data: Path, passphrase_file: Path | None) -> None:
    """Make a user with an access key, kept as profile NAME in the credentials file."""
    from strongroom.cli.users import create_user  # noqa: PLC0415 - slow to load

    text = policy.read_text() if policy else None
    created = create_user(DataDirectory(data.absolute()), name, text, passphrase_file, account)
    click.echo(
        f"{created.user.arn}\naccess key {created.access_key_id}, profile [{name}] in {data.absolute() / 'credentials'}"
    )


@user.command("password")
@click.argument("name")
@click.option(
    "--password-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The password, in a file's first line. Without it, it is asked for.",
)
@click.option("--generate", is_flag=True, help="Make a password and show it, once.")
@click.option("--change-required", is_flag=True, help="The user must change it when signing in for the first time.")
@click.option("--remove", is_flag=True, help="Take the password away: the user can sign in no more.")
@_ACCOUNT
@DATA
@PASSPHRASE
@plainly
def user_password(  # noqa: PLR0917 - one parameter an option
    name: str,
    password_file: Path | None,
    generate: bool,  # noqa: FBT001 - an option
    change_required: bool,  # noqa: FBT001 - an option
    remove: bool,  # noqa: FBT001 - an option
    account: str | None,
    data: Path,
    passphrase_file: Path | None,
) -> None:
    """Let a user sign in to the console by a password; users have none otherwise."""
    from strongroom.cli.users import remove_password, set_password  # noqa: PLC0415 - slow to load

    if (password_file is not None) + generate + remove > 1:
        raise click.UsageError("Give one of --password-file, --generate and --remove.")
    directory = DataDirectory(data.absolute())
    if remove:
        remove_password(directory, name, account)
        click.echo(f"{name} has no password any more.")
        return
    password = None
    if password_file is not None:
        password = password_file.read_text().partition("\n")[0]
    elif not generate:
        password = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    made = set_password(directory, name, password, passphrase_file, account, reset_required=change_required)
    click.echo(f"{name} can sign in now." + (f" Password: {made}" if made is not None else ""))
