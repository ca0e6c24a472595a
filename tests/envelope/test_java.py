"""The official SDK for Java, where somebody asks for it: STRONGROOM_TEST_JAVA=1, with a JDK and Maven on the machine."""

import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from strongroom.envelope import KMSKeys, decrypt_file
from support.files import Shell
from support.programs import needed
from support.server import Server

JAVA = Path(__file__).parent / "java"

pytestmark = pytest.mark.skipif(
    "STRONGROOM_TEST_JAVA" not in os.environ, reason="costly: set STRONGROOM_TEST_JAVA to run it"
)


@pytest.fixture
def client_for(server: Server) -> Callable[[str | None], Any]:
    return lambda region: server.boto3(region=region or "us-east-1")


@pytest.mark.timeout(900)
def test_the_java_sdk(server: Server, shell: Shell, key: str, client_for: Any) -> None:
    plaintext, classpath = os.urandom(200_000), shell.directory / "classpath"
    (shell.directory / "plain").write_bytes(plaintext)
    for name, options in {"unsigned": (), "signed": ("--sign",), "small": ("--frame-bytes", 1000)}.items():
        output = shell.directory / f"{name}.encrypted"
        shell("encrypt", shell.directory / "plain", "-o", output, "-k", key, "-c", "tenant=42", *options)
    resolve = ["-q", "-B", "dependency:build-classpath", f"-Dmdep.outputFile={classpath}"]
    subprocess.run([needed("mvn"), *resolve], cwd=JAVA, check=True, timeout=600)
    credentials = server.profile()
    environment = shell.environment | {
        "AWS_ACCESS_KEY_ID": credentials.access_key_id,
        "AWS_SECRET_ACCESS_KEY": credentials.secret_access_key,
    }
    run = [needed("java"), "-cp", classpath.read_text(), JAVA / "Run.java", shell.directory, key]
    done = subprocess.run(run, env=environment, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    for name in ("unsigned", "signed", "small"):
        assert (shell.directory / f"{name}.encrypted.opened").read_bytes() == plaintext
    made = sorted(shell.directory.glob("*.java"))
    assert len(made) == 2
    for path in made:
        back = path.with_suffix(".back")
        decrypt_file(path, back, KMSKeys([key], client_for), required_context={"tenant": "42"})
        assert back.read_bytes() == b"strongroom " * 10_000
