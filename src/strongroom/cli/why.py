"""The commands about decisions: ``strongroom explain`` and ``strongroom policy try``."""

import sys
from pathlib import Path
from typing import Any

import click

from strongroom.cli.options import DATA, plainly
from strongroom.model.regions import DEFAULT_REGION
from strongroom.server.settings import DataDirectory

_ORGANIZATION = click.option(
    "--organization",
    envvar="STRONGROOM_ORGANIZATION",
    default="",
    metavar="o-ID",
    help="Organization id that the server was given (or STRONGROOM_ORGANIZATION).",
)


def _pairs(_context: click.Context, option: click.Parameter, given: tuple[str, ...]) -> dict[str, str]:
    pairs = {}
    for text in given:
        name, separator, value = text.partition("=")
        if not separator or not name:
            raise click.BadParameter(f"{text!r} is not NAME=VALUE", param=option)
        pairs[name] = value
    return pairs


@click.command()
@click.argument("request_id", required=False)
@DATA
@click.option(
    "--last", is_flag=True, help="The newest call that policies refused within a day; of --principal, if given."
)
@click.option(
    "--principal", help="ARN of a user, role, role session or account root; or a service, as s3.amazonaws.com."
)
@click.option("--action", help="Action of KMS, such as kms:Decrypt.")
@click.option("--key", default="", help="Key id, key ARN, alias name or alias ARN.")
@click.option(
    "--context", multiple=True, callback=_pairs, help="NAME=VALUE of the encryption context; may be repeated."
)
@click.option(
    "--condition", "conditions", multiple=True, callback=_pairs, help="KEY=VALUE of any condition key; may be repeated."
)
@click.option("--via-service", default="", help="Service that calls for the principal, such as s3.")
@click.option("--region", default=DEFAULT_REGION, show_default=True, help="Region of the call.")
@_ORGANIZATION
@plainly
def explain(request_id: str | None, data: Path, principal: str | None, action: str | None, **asked: Any) -> None:
    """Say why: of the call with REQUEST_ID in the journal, of the --last refusal, or of --principal, --action and --key.

    Exit code 0 allowed, 1 denied, 2 cannot tell.
    """
    from strongroom.cli.explain import (  # noqa: PLC0415 - slow to load
        explain_hypothetical,
        explain_last,
        explain_recorded,
    )
    from strongroom.stations.explaining import Asked  # noqa: PLC0415 - as above

    directory, last = DataDirectory(data.absolute()), asked["last"]
    if request_id is not None and (principal or action or last):
        raise click.UsageError("Give a request id, or --last, or --principal and --action, not both.")
    if last and action:
        raise click.UsageError("--last is about a call that was made: it needs no --action.")
    if last:
        told = explain_last(directory, principal or "", asked["organization"])
    elif request_id is not None:
        told = explain_recorded(directory, request_id, asked["organization"])
    elif principal is None or action is None:
        raise click.UsageError("Give a request id, or --principal and --action (and --key, --context, ...).")
    else:
        told = explain_hypothetical(
            directory,
            Asked(
                principal,
                action,
                asked["key"],
                asked["context"],
                asked["conditions"],
                asked["region"],
                asked["organization"],
                asked["via_service"],
            ),
        )
    for line in told.lines:
        click.echo(line)
    sys.exit(0 if told.allowed else 1)


@click.group()
def policy() -> None:
    """Policies before they are stored."""


@policy.command("try")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@DATA
@click.option("--key", default="", help="FILE as the policy of this key.")
@click.option("--user", default="", help="FILE as the identity-based policy of this user.")
@click.option("--role", default="", help="FILE as the identity-based policy of this role.")
@click.option(
    "--instead-of", default="", help="The one identity policy (name or ARN) that gives way; without it all do."
)
@click.option("--beside", is_flag=True, help="Keep the identity policies that there are.")
@click.option("--since", default="30d", show_default=True, help="How far back: 30d, 12h, 1d12h.")
@click.option("--region", default=DEFAULT_REGION, show_default=True, help="Region of the key.")
@click.option("--limit", type=click.IntRange(0), default=100, show_default=True, help="Most changes to list.")
@_ORGANIZATION
@plainly
def policy_try(file: Path, data: Path, limit: int, **options: Any) -> None:
    """Decide the recorded calls again under the policy in FILE, and list those whose outcome changes.

    Exit code 0, 1 if a call that is allowed would be denied, 2 cannot tell.
    """
    from strongroom.cli.policy import Trial, result_lines, try_policy  # noqa: PLC0415 - slow to load

    if sum(bool(options[name]) for name in ("key", "user", "role")) != 1:
        raise click.UsageError("Give one of --key, --user and --role.")
    result = try_policy(DataDirectory(data.absolute()), Trial(file.read_text(), **options))
    for line in result_lines(result, limit):
        click.echo(line)
    sys.exit(1 if result.now_denied else 0)
