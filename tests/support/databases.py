"""Database servers as a test runs them: under their own user where the test is root, in a directory which that user can reach."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path


def as_user(user: str) -> list[str]:
    """Return what goes before a command: database servers refuse to run as root."""
    return ["runuser", "-u", user, "--"] if os.getuid() == 0 else []


@contextmanager
def reachable_directory(user: str, below: str | None = None) -> Iterator[Path]:
    """Make a directory that ``user`` owns. Those of pytest are closed to others."""
    path = Path(tempfile.mkdtemp(prefix="strongroom-test-", dir=below))
    try:
        path.chmod(0o755)
        if os.getuid() == 0:
            shutil.chown(path, user)
        yield path
    finally:
        shutil.rmtree(path)


def run_as(
    user: str, script: str, directory: Path, environment: Mapping[str, str], *, check: bool = True
) -> subprocess.CompletedProcess[str]:
    """Run shell commands of a page as that user. Errors: AssertionError when they fail, unless ``check`` is False."""
    done = subprocess.run(
        [*as_user(user), "bash", "-euo", "pipefail", "-c", script],
        cwd=directory,
        env=dict(environment),
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )
    assert not check or done.returncode == 0, f"{script}\n{done.stdout}{done.stderr}"
    return done
