"""``strongroom file``: what is typed; ``cli.file_work`` and ``strongroom.envelope`` do it, and are imported when asked for."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])


def _named(_context: click.Context, _option: click.Parameter, given: tuple[str, ...]) -> tuple[str, ...]:
    if not all(given):
        raise click.BadParameter("a key's name is empty: is a variable not set?")
    return given


_SOURCE = click.argument("source", type=click.Path(exists=True, allow_dash=True, path_type=Path))


def _together(*options: Callable[[F], F]) -> Callable[[F], F]:
    def decorate(command: F) -> F:
        for option in reversed(options):
            command = option(command)
        return command

    return decorate


_WHERE = _together(
    click.option("--region", help="Region of keys that are not named by ARN; default: the AWS environment's."),
    click.option("--profile", help="Profile of the AWS configuration; default: the AWS environment's."),
    click.option("--endpoint-url", help="KMS endpoint; default: AWS_ENDPOINT_URL_KMS, else AWS's."),
    click.option("--grant-token", "grant_tokens", multiple=True, help="Grant token; may be repeated."),
)
_TARGET = _together(
    click.option(
        "--output",
        "-o",
        type=click.Path(allow_dash=True, path_type=Path),
        help="File or directory to write, - for standard output; default: beside SOURCE.",
    ),
    click.option("--force", "-f", is_flag=True, help="Replace what is there."),
    click.option("--quiet", "-q", is_flag=True, help="No progress bar, no summary."),
)
_TREE = _together(
    click.option("--recursive", "-r", is_flag=True, help="SOURCE is a directory: do all files in it; needs --output."),
    click.option(
        "--suffix", default=".encrypted", show_default=True, help="What the names of encrypted files end with."
    ),
)
_CACHE = _together(
    click.option(
        "--cache-age", type=click.FloatRange(0, min_open=True), help="Cache data keys: for that many seconds."
    ),
    click.option("--cache-messages", type=click.IntRange(1, 2**32), help="Cache data keys: for that many messages."),
    click.option("--cache-bytes", type=click.IntRange(1, 2**63 - 1), help="Cache data keys: for that many bytes."),
)
_OPENERS = _together(
    click.option(
        "--key", "-k", "keys", multiple=True, callback=_named, help="Key that may open the message; may be repeated."
    ),
    click.option("--discovery", is_flag=True, help="Any KMS key that the message names may open it."),
    click.option("--account", "accounts", multiple=True, help="With --discovery: only keys of this account."),
    click.option("--partition", help="With --discovery: only keys of this partition (aws)."),
    click.option(
        "--discovery-region", help="With --discovery: only keys here, multi-Region keys by their replica here."
    ),
    click.option(
        "--context", "-c", multiple=True, metavar="NAME[=VALUE]", help="What the encryption context must hold."
    ),
    click.option(
        "--allow-uncommitted", is_flag=True, help="Open messages of the older suites, without key commitment."
    ),
)
_LIMIT = click.option(
    "--max-encrypted-data-keys",
    type=click.IntRange(1, 65535),
    default=16,
    show_default=True,
    help="Refuse messages with more keys on them.",
)


@click.group()
def file() -> None:
    """Encrypt files under KMS keys, in the AWS Encryption SDK's message format.

    KMS is AWS's or strongroom's, as the AWS environment says (AWS_ENDPOINT_URL_KMS, profile, AWS_CA_BUNDLE).
    """


@file.command()
@_SOURCE
@click.option(
    "--key",
    "-k",
    "keys",
    multiple=True,
    required=True,
    callback=_named,
    help="KMS key: ARN, id or alias. Repeated: each opens the message; the first one makes the data key.",
)
@click.option("--context", "-c", multiple=True, metavar="NAME=VALUE", help="Encryption context; may be repeated.")
@click.option("--sign", is_flag=True, help="Sign the message: who may only decrypt cannot make others. Takes longer.")
@click.option(
    "--frame-bytes", type=click.IntRange(1, 1 << 22), default=1 << 18, show_default=True, help="Frame length."
)
@_LIMIT
@_TARGET
@_TREE
@_CACHE
@_WHERE
def encrypt(**options: Any) -> None:
    """Encrypt SOURCE, a file, - (standard input) or with -r a directory.

    The result is SOURCE.encrypted beside it, or --output. SOURCE stays as it is.
    """
    from strongroom.cli.file_work import encrypt_files  # noqa: PLC0415 - slow to load

    encrypt_files(**options)


@file.command()
@_SOURCE
@_OPENERS
@click.option(
    "--withheld",
    multiple=True,
    metavar="NAME=VALUE",
    help="Pair of the encryption context that the message was encrypted with and does not carry; may be repeated.",
)
@click.option(
    "--allow-unverified-stream",
    is_flag=True,
    help="To standard output: let plaintext out before the end is verified. Discard it when the exit code is not 0.",
)
@_LIMIT
@_TARGET
@_TREE
@_CACHE
@_WHERE
def decrypt(**options: Any) -> None:
    """Decrypt SOURCE, a file, - (standard input) or with -r a directory.

    The result is SOURCE without .encrypted, or --output. It gets its name only when all of it is authenticated.
    """
    from strongroom.cli.file_work import decrypt_files  # noqa: PLC0415 - slow to load

    decrypt_files(**options)


@file.command()
@_SOURCE
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def inspect(source: Path, as_json: bool) -> None:  # noqa: FBT001 - an option
    """Show keys, context, suite and sizes of a message, without opening it: nothing of it is authenticated."""
    from strongroom.cli.file_work import inspect_file  # noqa: PLC0415 - slow to load

    inspect_file(source, as_json=as_json)


@file.command()
@click.argument("source", type=click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path))
@_OPENERS
@click.option(
    "--to", "to", multiple=True, required=True, callback=_named, help="Key that the message moves to; may be repeated."
)
@click.option("--keep-keys", is_flag=True, help="Keep the message's keys beside the new ones.")
@click.option(
    "--keep-body",
    is_flag=True,
    help="Leave the body also of unsigned messages. Only where nobody has both the old and the new message.",
)
@_LIMIT
@click.option("--output", "-o", type=click.Path(path_type=Path), help="Write here instead of replacing SOURCE.")
@click.option("--force", "-f", is_flag=True, help="Replace what is at --output.")
@click.option("--quiet", "-q", is_flag=True, help="No progress bar, no summary.")
@_WHERE
def rewrap(**options: Any) -> None:
    """Move the message in file SOURCE to other keys.

    Signed messages keep their body; unsigned ones are encrypted anew, in memory (docs/integrations/files.md says why).
    """
    from strongroom.cli.file_work import rewrap_message  # noqa: PLC0415 - slow to load

    rewrap_message(**options)
