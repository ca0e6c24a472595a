"""What docs/integrations/files.md tells its readers to type works, in its order."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from strongroom.envelope import inspect
from support.files import Shell
from support.pages import DOCS, blocks, commands
from support.server import Server

pytestmark = pytest.mark.slow

PAGE = DOCS / "integrations" / "files.md"
SECTIONS = (
    "Encrypt and decrypt",
    "Look without opening",
    "Several keys",
    "Directories",
    "Streams",
    "Move to another key",
)


def test_the_page(server: Server, shell: Shell) -> None:
    """One shell runs all of it, since later sections use what earlier ones made; afterwards the plaintexts are compared."""
    report, photos = os.urandom(300_000), {"one.jpg": os.urandom(1000), "2026/two.jpg": os.urandom(2000)}
    here = shell.directory
    (here / "report.pdf").write_bytes(report)
    for name, plaintext in photos.items():
        (here / "photos" / name).parent.mkdir(parents=True, exist_ok=True)
        (here / "photos" / name).write_bytes(plaintext)
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    script = "set -euo pipefail\n" + "\n".join(text for title in SECTIONS for text in commands(PAGE, title))
    done = subprocess.run(
        ["bash", "-c", script],
        cwd=here,
        env=shell.environment | {"PATH": path},
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "project = atlas" in done.stdout
    assert '"encryptedDataKeys": [' in done.stdout
    assert "photos/2026/two.jpg" in done.stdout
    assert "the data-key cache saved 1" in done.stderr
    for name in ("report.pdf", "vault.pdf"):
        assert (here / name).read_bytes() == report
    for name, plaintext in photos.items():
        assert (here / "photos.back" / name).read_bytes() == plaintext
        assert plaintext not in (here / "photos.sealed" / f"{name}.encrypted").read_bytes()
    with (here / "vault.encrypted").open("rb") as vault:
        key, _break_glass = inspect(vault).header.keys
    server.boto3().create_alias(AliasName="alias/files", TargetKeyId=key.name)
    (code,) = blocks(PAGE, "From Python", "python")
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=here, env=shell.environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.endswith(" 300000\n")
    assert (here / "python.pdf").read_bytes() == report
