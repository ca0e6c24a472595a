"""``strongroom file`` for tests: in their process, where that is enough, or in one of its own."""

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from strongroom.cli.main import main

COMMAND = (sys.executable, "-m", "strongroom.cli.main", "file")


@dataclass(frozen=True, slots=True)
class Shell:
    """``strongroom file`` with the server's environment: in this process, or as a process of its own."""

    environment: dict[str, str]
    directory: Path

    def __call__(self, *arguments: object, code: int = 0) -> Result:
        result = CliRunner().invoke(main, ["file", *map(str, arguments)], env=dict(self.environment))
        assert result.exit_code == code, result.output + repr(result.exception)
        return result

    def process(self, *arguments: object, **options: Any) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [*COMMAND, *map(str, arguments)],
            env=self.environment,
            cwd=self.directory,
            stderr=subprocess.PIPE,
            **options,
        )
