"""``strongroom service``: what an operator types; ``services`` does it."""

from pathlib import Path

import click

from strongroom.cli.options import DATA, PASSPHRASE, plainly
from strongroom.server.settings import DataDirectory

_ACCOUNT = click.option("--account", help="Number or name of the account it acts for; default: the first account.")


@click.group()
def service() -> None:
    """Services that use keys for an account or its users: an S3 server, a database."""


@service.command("add")
@click.argument("name")
@_ACCOUNT
@click.option(
    "--source-arn",
    "source_arns",
    multiple=True,
    metavar="ARN",
    help="A resource that its calls may be for (aws:SourceArn); may be repeated, * and ? are wildcards. "
    "A single one without wildcards goes with every call.",
)
@click.option(
    "--policy",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="What it may do where a key policy leaves that to the account, a JSON file. Without it: use keys, through itself.",
)
@DATA
@PASSPHRASE
@plainly
def service_add(
    name: str,
    account: str | None,
    source_arns: tuple[str, ...],
    policy: Path | None,
    data: Path,
    passphrase_file: Path | None,
) -> None:
    """Give the service NAME (s3, ec2, rds, ...) credentials, kept as profile service-NAME in the credentials file."""
    from strongroom.cli.services import add_service  # noqa: PLC0415 - slow to load

    directory = DataDirectory(data.absolute())
    text = policy.read_text() if policy else None
    added, profile = add_service(directory, name, account, text, source_arns, passphrase_file=passphrase_file)
    click.echo(
        f"{added.service.principal} for account {added.service.account}\n"
        f"access key {added.access_key_id}, profile [{profile}] in {directory.credentials}"
    )


@service.command("list")
@DATA
@plainly
def service_list(data: Path) -> None:
    """Show all services, for whom and for what they may call."""
    from strongroom.cli.services import lines  # noqa: PLC0415 - slow to load

    for line in lines(DataDirectory(data.absolute())):
        click.echo(line)


@service.command("remove")
@click.argument("name")
@_ACCOUNT
@DATA
@plainly
def service_remove(name: str, account: str | None, data: Path) -> None:
    """End the credentials of the service NAME: its next call is refused."""
    from strongroom.cli.services import remove_service  # noqa: PLC0415 - slow to load

    removed = remove_service(DataDirectory(data.absolute()), name, account)
    click.echo(
        f"{removed.principal} can no longer call for account {removed.account}. Grants that it made to others stay: "
        "aws kms list-grants shows a key's."
    )
