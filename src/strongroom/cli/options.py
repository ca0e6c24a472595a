"""What the commands share: where the data is, and how a failure that an operator can mend is said."""

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar

import click

from strongroom.bootstrap import DataDirectoryError
from strongroom.errors import AWSError
from strongroom.root.port import RootKeyError

F = TypeVar("F", bound=Callable[..., Any])

DATA = click.option(
    "--data",
    envvar="DATA",
    default="./data",
    show_default=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="Data directory (or DATA).",
)
PASSPHRASE = click.option(
    "--passphrase-file",
    envvar="STRONGROOM_PASSPHRASE_FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Protect the domain key by the passphrase in this file instead of a root key file.",
)


def plainly(command: F) -> F:
    """Turn every failure an operator can mend into one line and exit code 1."""

    @wraps(command)
    def run(*arguments: Any, **options: Any) -> Any:
        try:
            return command(*arguments, **options)
        except (DataDirectoryError, RootKeyError) as error:
            raise click.ClickException(str(error)) from None
        except AWSError as error:
            raise click.ClickException(f"{error.wire_name}: {error}") from None
        except OSError as error:
            raise click.ClickException(
                f"{error.filename or 'the system'}: {error.strerror or error}. Nothing was changed."
            ) from None

    return run  # type: ignore[return-value]  # the same signature
