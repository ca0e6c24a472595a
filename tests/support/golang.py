"""Programs in Go that tests bring along. Building one takes a minute or more on a machine that never did, so it has to be asked for."""

import os
import subprocess
from pathlib import Path

import pytest

from support.programs import needed

SWITCH = "STRONGROOM_SLOW_TESTS"


def built(source: Path, directory: Path) -> Path:
    """Return the program made of a folder with go.mod and go.sum. Skips unless STRONGROOM_SLOW_TESTS is set."""
    only_when_asked(f"builds {source.name} with Go")
    program = directory / source.name
    command = [needed("go"), "build", "-mod=readonly", "-o", program, "."]
    done = subprocess.run(command, cwd=source, capture_output=True, text=True, timeout=900, check=False)
    assert done.returncode == 0, done.stderr
    return program


def only_when_asked(does: str) -> None:
    """Skip a test that takes minutes, unless STRONGROOM_SLOW_TESTS is set."""
    if not os.environ.get(SWITCH):
        pytest.skip(f"{does}, which takes minutes: set {SWITCH}=1")
