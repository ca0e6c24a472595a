"""OpenBao, the released binary, unsealed by a KMS key of the server over a restart."""

import json
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

from support.pages import DOCS, blocks
from support.program import Program, free_port
from support.server import Server

CONFIG = """
storage "file" {{ path = "{directory}/data" }}
listener "tcp" {{ address = "127.0.0.1:{port}" tls_disable = true }}
{seal}
"""
SEAL = "OpenBao: auto-unseal"


class Bao:
    """One OpenBao server that can be stopped and started again."""

    def __init__(self, server: Server, program: Path, key: str, directory: Path) -> None:
        self.port = free_port()
        self.token = ""
        self._directory, self._program, self._environment = directory, program, server.env()
        self._config = directory / "bao.hcl"
        (seal,) = blocks(DOCS / "integrations" / "openbao.md", SEAL, "hcl")
        seal = seal.replace("$KEY", key).replace("$ENDPOINT", server.endpoint)
        self._config.write_text(CONFIG.format(directory=directory, port=self.port, seal=seal))
        self._running: Program | None = None

    def start(self) -> None:
        arguments = [self._program, "server", f"-config={self._config}"]
        self._running = Program(arguments, self._directory / "bao.log", self._environment)

    def wait_until(self, happened: Callable[[], bool], what: str) -> None:
        assert self._running is not None
        self._running.wait_until(happened, what, 60)

    def stop(self) -> None:
        if self._running is not None:
            self._running.kill()

    def ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}/v1/{path}", method=method)
        request.add_header("X-Vault-Token", self.token)
        data = json.dumps(body).encode() if body is not None else None
        with urllib.request.urlopen(request, data, timeout=20) as answer:  # noqa: S310 - as above
            text = answer.read()
        found: dict[str, Any] = json.loads(text) if text else {}
        return found

    def sealed(self) -> bool | None:
        try:
            return bool(self.ask("GET", "sys/seal-status")["sealed"])
        except (urllib.error.URLError, OSError):
            return None


def test_unseals_itself_while_the_key_is_enabled(
    server: Server, key: Any, program: Callable[[str], Path], tmp_path: Path
) -> None:
    bao = Bao(server, program("bao"), key.arn, tmp_path)
    try:
        bao.start()
        bao.wait_until(lambda: bao.sealed() is not None, "listening")
        bao.token = bao.ask("PUT", "sys/init", {"recovery_shares": 1, "recovery_threshold": 1})["root_token"]
        bao.wait_until(lambda: bao.sealed() is False, "unsealed after init")
        bao.wait_until(lambda: _works(lambda: bao.ask("POST", "sys/mounts/kv", {"type": "kv"})), "ready")
        bao.ask("PUT", "kv/secret", {"value": "treasure"})
        bao.stop()

        bao.start()
        bao.wait_until(lambda: bao.sealed() is False, "unsealed by itself")
        bao.wait_until(lambda: _works(lambda: bao.ask("GET", "kv/secret")), "ready again")
        assert bao.ask("GET", "kv/secret")["data"] == {"value": "treasure"}
        bao.stop()

        server.boto3().disable_key(KeyId=key.key_id)
        log = tmp_path / "bao.log"
        seen = len(log.read_text())
        bao.start()
        try:
            bao.wait_until(lambda: "DisabledException" in log.read_text()[seen:], "told that the key is disabled")
        finally:
            bao.stop()
        assert bao.sealed() is not False
    finally:
        bao.stop()


def _works(ask: Callable[[], object]) -> bool:
    try:
        ask()
    except urllib.error.HTTPError:
        return False
    return True
