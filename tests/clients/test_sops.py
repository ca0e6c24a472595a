"""SOPS, the released binary: a YAML file encrypted under a KMS key of the server."""

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

from support.server import Server

PLAIN = "password: correct horse\nnested:\n    token: battery staple\n"


def test_encrypt_decrypt_rotate(
    server: Server, key: Any, nobody: str, program: Callable[[str], Path], tmp_path: Path
) -> None:
    sops = program("sops")
    (tmp_path / "plain.yaml").write_text(PLAIN)

    def run(*arguments: str, profile: str = "default") -> "subprocess.CompletedProcess[str]":
        command = [str(sops), *arguments]
        environment = server.env(profile)
        return subprocess.run(
            command, env=environment, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False
        )

    encrypted = run("encrypt", "--kms", key.arn, "--encryption-context", "app:web", "plain.yaml")
    assert encrypted.returncode == 0, encrypted.stderr
    (tmp_path / "secret.yaml").write_text(encrypted.stdout)
    for word in ("horse", "staple"):
        assert word not in encrypted.stdout
    assert key.arn in encrypted.stdout
    opened = run("decrypt", "secret.yaml")
    assert opened.stdout == PLAIN, opened.stderr
    rotated = run("rotate", "--in-place", "secret.yaml")
    assert rotated.returncode == 0, rotated.stderr
    assert run("decrypt", "secret.yaml").stdout == PLAIN
    refused = run("decrypt", "secret.yaml", profile=nobody)
    assert refused.returncode != 0
    assert "AccessDeniedException" in refused.stderr
    tampered = (tmp_path / "secret.yaml").read_text().replace("app: web", "app: other")
    (tmp_path / "tampered.yaml").write_text(tampered)
    assert run("decrypt", "tampered.yaml").returncode != 0
