"""Programs that tests need and the project does not bring along."""

import os
import shutil
import sys
from pathlib import Path

import pytest


def needed(name: str) -> Path:
    """Return a program: of this Python environment first, else of the machine.

    Without it the test is skipped, and fails where CI is set: there, everything is installed.
    """
    found = shutil.which(name, path=str(Path(sys.executable).parent)) or shutil.which(name)
    if found is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(f"{name} is not installed")
    return Path(found)
