"""Becoming a command with opened environment values: nothing on disk, nothing in arguments, no parent left that knows them."""

import errno
import os
import shutil
import signal
from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase

CANNOT_RUN, NOT_FOUND = 126, 127  # as the shell and env(1) answer


class CommandError(Exception):
    """The command cannot be started. ``exit_code`` is the shell's for that."""

    def __init__(self, text: str, exit_code: int) -> None:
        super().__init__(text)
        self.exit_code = exit_code


def environment_of(inherited: Mapping[str, str], opened: Mapping[str, str], without: Sequence[str]) -> dict[str, str]:
    """Return the command's environment: what is inherited, less the patterns in ``without``; the file's values win."""
    kept = {name: value for name, value in inherited.items() if not any(fnmatchcase(name, each) for each in without)}
    return kept | dict(opened)


def become(command: Sequence[str], environment: Mapping[str, str]) -> None:
    """Replace this process by the command. Errors: CommandError; it does not return otherwise."""
    program = shutil.which(command[0], path=environment.get("PATH", os.defpath))
    if program is None:
        raise CommandError(f"{command[0]}: not found, or not a program", NOT_FOUND)
    for ignored_by_python in (signal.SIGPIPE, signal.SIGXFSZ):  # what is ignored stays ignored over execve
        signal.signal(ignored_by_python, signal.SIG_DFL)
    try:
        os.execve(program, list(command), dict(environment))  # noqa: S606 - a shell is what this is to avoid
    except OSError as error:
        more = " (a value can have 128 KiB)" if error.errno == errno.E2BIG else ""
        raise CommandError(f"{program}: {error.strerror}{more}", CANNOT_RUN) from None
