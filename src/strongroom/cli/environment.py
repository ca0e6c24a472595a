"""``strongroom exec`` and ``strongroom env``: what is typed; ``integrations/sealed_env`` does it.

Exit codes as the AWS CLI has them (254: KMS refused; 253: file, credentials or endpoint), and as the shell has them for the command
(126: cannot be run; 127: not found), so that a unit or a pipeline can tell them apart.
"""

import os
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar

import click

from strongroom.cli.context import context_option

F = TypeVar("F", bound=Callable[..., Any])

REFUSED, NOT_SET_UP = 254, 253

_FILE = click.Path(dir_okay=False, allow_dash=True, path_type=Path)


class _Failure(click.ClickException):
    def __init__(self, text: str, exit_code: int) -> None:
        super().__init__(text)
        self.exit_code = exit_code  # type: ignore[misc]  # click reads it of the instance


def _plainly(command: F) -> F:
    """Turn what can go wrong into one line, without a traceback, and its exit code."""

    @wraps(command)
    def run(*arguments: Any, **options: Any) -> Any:
        from strongroom.integrations.kms import SettingsError, explain, is_botocores  # noqa: PLC0415 - slow to load
        from strongroom.integrations.sealed_env.text import EnvFileError  # noqa: PLC0415 - as above

        try:
            return command(*arguments, **options)
        except (SettingsError, EnvFileError) as error:
            raise _Failure(str(error), NOT_SET_UP) from None
        except UnicodeDecodeError as error:  # its own text has bytes of the file
            raise _Failure(f"The file is not UTF-8: the byte at {error.start}.", NOT_SET_UP) from None
        except OSError as error:
            raise _Failure(f"{error.filename or 'the system'}: {error.strerror or error}", NOT_SET_UP) from None
        except click.ClickException:
            raise
        except Exception as error:
            if not is_botocores(error):
                raise
            raise _Failure(explain(error), REFUSED if hasattr(error, "response") else NOT_SET_UP) from None

    return run  # type: ignore[return-value]  # the same signature


def _context_options(command: F) -> F:
    for option in (
        context_option,
        click.option(
            "--function-arn",
            metavar="ARN",
            help="Short for --context aws:lambda:FunctionArn=ARN, as AWS Lambda itself has it.",
        ),
    ):
        command = option(command)
    return command


def _with_function(context: dict[str, str], function_arn: str | None) -> dict[str, str]:
    from strongroom.integrations.sealed_env.files import FUNCTION_ARN  # noqa: PLC0415 - slow to load

    return context | ({FUNCTION_ARN: function_arn} if function_arn else {})


def _kms() -> Any:
    from strongroom.integrations.kms import kms_client  # noqa: PLC0415 - slow to load

    return kms_client()


@click.command("exec", context_settings={"allow_interspersed_args": False})
@click.option(
    "--env-file",
    "env_files",
    required=True,
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Environment file with sealed values; may be repeated, the later one wins.",
)
@_context_options
@click.option(
    "--without",
    multiple=True,
    metavar="PATTERN",
    help="Variables of this environment that the command shall not have, such as 'AWS_*'; may be repeated.",
)
@click.argument("command", nargs=-1, required=True, type=click.UNPROCESSED)
@_plainly
def exec_command(
    env_files: tuple[Path, ...],
    context: dict[str, str],
    function_arn: str | None,
    without: tuple[str, ...],
    command: tuple[str, ...],
) -> None:
    """Run COMMAND with the values of an environment file, opened by KMS, in its environment and nowhere else.

    This process becomes the command. With --context or --function-arn the file must have been sealed for these pairs.
    """
    from strongroom.integrations.sealed_env.files import open_file  # noqa: PLC0415 - slow to load
    from strongroom.integrations.sealed_env.launch import CommandError, become, environment_of  # noqa: PLC0415 - as above

    wanted = _with_function(context, function_arn)
    opened: dict[str, str] = {}
    for file in env_files:
        opened |= open_file(file.read_bytes().decode(), _kms, context=wanted)
    try:
        become(command, environment_of(os.environ, opened, without))
    except CommandError as error:
        raise _Failure(str(error), error.exit_code) from None


@click.group()
def env() -> None:
    """Environment files whose secret values are sealed under a KMS key; strongroom exec runs programs with them."""


@env.command("seal")
@click.argument("file", type=_FILE)
@click.option("--key-id", metavar="KEY", help="KMS key: ARN, key id or alias. Kept in the file: not needed again.")
@click.option(
    "--name",
    "names",
    multiple=True,
    metavar="NAME",
    help="Variable to seal, or a pattern such as 'API_*'; kept in the file.",
)
@_context_options
@_plainly
def env_seal(
    file: Path, key_id: str | None, names: tuple[str, ...], context: dict[str, str], function_arn: str | None
) -> None:
    """Seal the chosen values in FILE; sealed ones, other values and comments stay as they are.

    With - as FILE it reads standard input and writes standard output, so that no plaintext need be on a disk.
    """
    from strongroom.integrations.sealed_env.files import seal_file  # noqa: PLC0415 - slow to load

    text = (sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()).decode()  # UTF-8 whatever the locale
    wanted = _with_function(context, function_arn)
    sealed = seal_file(text, _kms, key_id=key_id, context=wanted, names=names)
    if str(file) == "-":
        sys.stdout.buffer.write(sealed.text.encode())
    elif sealed.names:
        _replace(file, sealed.text)
    said = (
        f"Sealed under {sealed.key_id}: {', '.join(sealed.names)}"
        if sealed.names
        else "Nothing to seal: all chosen values are."
    )
    click.echo(said, err=True)


@env.command("show")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@_plainly
def env_show(file: Path) -> None:
    """Show key, encryption context and names in FILE, and which values are sealed. Nothing is opened."""
    from strongroom.integrations.sealed_env.files import describe  # noqa: PLC0415 - slow to load

    for line in describe(file.read_bytes().decode()):
        click.echo(line)


def _replace(path: Path, text: str) -> None:
    """Put a file in the place of another, whole or not at all, with its permissions."""
    path = path.resolve()  # a link stays a link
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            os.fchmod(file.fileno(), path.stat().st_mode & 0o7777)
            file.write(text.encode())
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        with suppress(OSError):
            Path(name).unlink()
        raise
