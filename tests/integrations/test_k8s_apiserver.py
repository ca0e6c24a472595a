"""The API server's own code (k8s.io/apiserver) on the plugin, by the configuration of docs/integrations/kubernetes.md.

Files stand for etcd; every step is a process of its own, so that nothing is in the API server's cache.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.golang import built
from support.pages import DOCS, blocks, commands
from support.program import Program
from support.server import Server

PAGE = DOCS / "integrations" / "kubernetes.md"
SECRET = b"password: correct horse battery staple\n" * 200
BUILD_SECONDS = 900

pytestmark = [pytest.mark.slow, pytest.mark.timeout(BUILD_SECONDS)]


class Cluster:
    """A directory with the configuration, the stored secrets and the plugin's socket."""

    def __init__(self, program: Path, directory: Path) -> None:
        self.directory = directory
        self._program = program
        (configuration,) = blocks(PAGE, "Tell the API server", "yaml")
        text = configuration.replace("unix:///run/strongroom/", f"unix://{directory}/").replace(
            "      - identity: {}\n", ""
        )
        (directory / "encryption.yaml").write_text(text)

    def run(self, action: str, name: str, plain: bytes = b"") -> "subprocess.CompletedProcess[bytes]":
        """Do one thing in a process of its own, which has no data key yet."""
        command = [self._program, "encryption.yaml", action, name]
        return subprocess.run(command, cwd=self.directory, input=plain, capture_output=True, timeout=60, check=False)


@pytest.fixture(scope="module")
def key_id(server: Server) -> str:
    made: str = server.boto3().create_key()["KeyMetadata"]["KeyId"]
    return made


@pytest.fixture(scope="module")
def cluster(server: Server, key_id: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    directory = tmp_path_factory.mktemp("cluster")
    program = built(Path(__file__).parent / "apiserver", tmp_path_factory.mktemp("built"))
    (command,) = commands(PAGE, "Run it")
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    environment = server.env() | {"PATH": path, "RUN": str(directory), "KEY": key_id}
    with Program(["bash", "-euc", command], directory / "plugin.log", environment) as plugin:
        plugin.wait_until(lambda: "ready unix://" in plugin.output(), "ready", 30)
        yield Cluster(program, directory)


def test_secrets_are_stored_sealed_and_read_by_another_server(cluster: Cluster) -> None:
    written = cluster.run("write", "first", SECRET)
    assert written.returncode == 0, written.stderr
    stored = (cluster.directory / "first").read_bytes()
    assert stored.startswith(b"k8s:enc:kms:v2:strongroom:")
    assert b"horse" not in stored
    found = cluster.run("read", "first")
    assert (found.stdout, found.stderr) == (SECRET, b"stale=false\n")


def test_a_disabled_key_stops_a_server_that_starts_now(cluster: Cluster, server: Server, key_id: str) -> None:
    assert cluster.run("write", "second", SECRET).returncode == 0
    server.boto3().disable_key(KeyId=key_id)
    try:
        health, written, read = (cluster.run(action, "second", SECRET) for action in ("health", "write", "read"))
    finally:
        server.boto3().enable_key(KeyId=key_id)
    for failed in (health, written, read):
        assert failed.returncode == 1
        assert failed.stdout == b""
    assert b"is Disabled" in health.stderr
    assert cluster.run("health", "second").returncode == 0
    assert cluster.run("read", "second").stdout == SECRET


def test_after_a_rotation_stored_secrets_open_and_are_stale(cluster: Cluster, server: Server, key_id: str) -> None:
    assert cluster.run("write", "third", SECRET).returncode == 0
    server.boto3().rotate_key_on_demand(KeyId=key_id)
    found = cluster.run("read", "third")
    assert (found.stdout, found.stderr) == (SECRET, b"stale=true\n")
    assert cluster.run("write", "third", found.stdout).returncode == 0
    assert cluster.run("read", "third").stderr == b"stale=false\n"
