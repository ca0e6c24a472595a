"""Clients that speak AWS KMS, unmodified, as their pages in docs/integrations set them up: one walk each (support/client_pages.py)."""

import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from support.client_pages import SECRET, Typed, page, walk
from support.dynamodb import DynamoDB
from support.golang import only_when_asked
from support.pages import DOCS
from support.programs import needed
from support.schema_registry import SchemaRegistry
from support.server import Server

pytestmark = pytest.mark.slow

HERE = Path(__file__).parent
ORDERS: Mapping[str, str] = {"app": "orders"}

PAGES: Mapping[str, Mapping[str, str]] = {
    "aws-cli": ORDERS,
    "boto3": ORDERS,
    "encryption-sdk": ORDERS,
    "pyarrow": ORDERS,
    "sops": ORDERS,
    "tink": {"associatedData": b"orders".hex()},
}


@pytest.mark.parametrize(("name", "context"), PAGES.items(), ids=PAGES)
def test_page(server: Server, tmp_path: Path, name: str, context: Mapping[str, str]) -> None:
    walk(Typed(server, page(name), tmp_path), context)


def test_credstash(server: Server, tmp_path: Path) -> None:
    with DynamoDB() as table:
        walk(Typed(server, page("credstash"), tmp_path, {"AWS_ENDPOINT_URL_DYNAMODB": table.endpoint}), ORDERS)
        assert SECRET not in repr(table.items)


def test_confluent(server: Server, tmp_path: Path) -> None:
    with SchemaRegistry() as registry:
        walk(Typed(server, page("confluent"), tmp_path, {"SCHEMA_REGISTRY": registry.endpoint}), {})
        assert SECRET not in repr(registry.kept)


def test_libmongocrypt(start_server: Callable[..., Server], tmp_path: Path) -> None:
    """It speaks TLS only, so this server does."""
    secure = start_server(start=False, workers=1)
    secure.cli("tls", "init")
    secure.start()
    walk(Typed(secure, page("libmongocrypt"), tmp_path), {})


# --- clients that have to be built or fetched first ------------------------------------------------------------------


def prepared(arguments: list[str | Path], directory: Path) -> None:
    done = subprocess.run(arguments, cwd=directory, capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.timeout(900)
def test_go(server: Server, tmp_path: Path) -> None:
    only_when_asked("builds the Go SDK")
    needed("go")
    typed = Typed(server, page("go"), tmp_path, {"HOME": str(Path.home())})  # whose caches it may use
    for name in ("go.mod", "go.sum"):
        shutil.copy(HERE / "go" / name, tmp_path)
    walk(typed, ORDERS)


@pytest.mark.timeout(900)
def test_java(server: Server, tmp_path: Path) -> None:
    only_when_asked("fetches the Java SDK")
    needed("java")
    shutil.copy(HERE / "java" / "pom.xml", tmp_path)
    prepared([needed("mvn"), "-q", "-B", "dependency:build-classpath", "-Dmdep.outputFile=classpath"], tmp_path)
    walk(Typed(server, page("java"), tmp_path), ORDERS)


@pytest.mark.timeout(300)
def test_aioboto3(server: Server, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    only_when_asked("fetches aioboto3 and an older boto3")
    beside = tmp_path_factory.mktemp("aioboto3")
    prepared(
        [needed("uv"), "pip", "install", "--python", sys.executable, "--target", beside, "aioboto3==15.5.0"], beside
    )
    walk(Typed(server, page("aioboto3"), tmp_path, {"PYTHONPATH": str(beside)}), ORDERS)


def test_every_client_is_in_the_index() -> None:
    index = (DOCS / "clients.md").read_text()
    for path in (DOCS / "integrations").glob("*.md"):
        if "\n## Encrypt\n" in path.read_text():
            assert f"(integrations/{path.name})" in index, path.name
