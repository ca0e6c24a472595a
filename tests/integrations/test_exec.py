"""``strongroom env seal`` and ``strongroom exec`` as docs/integrations/lambda.md shows them, on a real server.

The function runs under AWS's own runtime client; the runtime API that it asks is ours (support/lambda_runtime.py).
"""

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from strongroom.cli.main import main
from strongroom.integrations.sealed_env.files import open_file
from support.lambda_runtime import RuntimeAPI
from support.pages import DOCS, blocks, commands
from support.program import Program
from support.server import Server

PAGE = DOCS / "integrations" / "lambda.md"
FUNCTION = "arn:aws:lambda:us-east-1:111122223333:function:orders"
SECRETS = (b"battery staple", b"a newer horse")


@dataclass(frozen=True, slots=True)
class Place:
    """A folder with the page's files, and the environment of the shell that its commands are typed in."""

    server: Server
    directory: Path
    key_id: str

    def environment(self, profile: str = "default", **more: str) -> dict[str, str]:
        path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
        return self.server.env(profile) | {"PATH": path, "KEY": self.key_id, "FUNCTION_ARN": FUNCTION} | more

    def run(self, script: str, profile: str = "default") -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            ["bash", "-euo", "pipefail", "-c", script],
            env=self.environment(profile),
            cwd=self.directory,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def on_disk(self) -> bytes:
        return b"".join(path.read_bytes() for path in self.directory.rglob("*") if path.is_file())


@pytest.fixture(scope="module")
def place(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Place:
    """The page's file, made and changed as the page says."""
    made = Place(server, tmp_path_factory.mktemp("function"), server.boto3().create_key()["KeyMetadata"]["KeyId"])
    first, changed = commands(PAGE, "Make the file")
    done = made.run(first)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[1:] == [
        f"context  aws:lambda:FunctionArn={FUNCTION}",
        "plain    DB_HOST",
        "sealed   DB_PASSWORD",
    ]
    done = made.run(changed)
    assert done.returncode == 0, done.stderr
    (code,) = blocks(PAGE, "Run a function", "python")
    (made.directory / "app.py").write_text(code)
    return made


@pytest.fixture
def shell(place: Place, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Run a command in this process, which starts sooner; for those that do not become another program."""
    monkeypatch.chdir(place.directory)
    return lambda *arguments, profile="default", **more: CliRunner(env=place.environment(profile)).invoke(
        main, arguments, **more
    )


def test_a_function_runs_with_the_values_and_nothing_else_has_them(place: Place) -> None:
    (entry,) = commands(PAGE, "Run a function")
    with RuntimeAPI(FUNCTION) as api:
        environment = place.environment(AWS_LAMBDA_RUNTIME_API=api.address, PYTHONDONTWRITEBYTECODE="1")
        script = place.directory / "bootstrap"
        script.write_text(entry)
        with Program(["bash", "-eu", script], place.directory / "function.log", environment) as function:
            for number in (1, 2):
                answer = {"host": "db.example.com", "ends": "horse", "asked": {"n": number}}
                assert api.invoke({"n": number}) == answer
            command = Path(f"/proc/{function.pid}/cmdline").read_bytes()
            assert b"awslambdaric" in command, "it became the command: same process"
            assert not any(secret in command for secret in SECRETS)
            assert b"a newer horse" in Path(f"/proc/{function.pid}/environ").read_bytes()
    assert not any(secret in place.on_disk() for secret in SECRETS)
    calls = [
        record["eventName"]
        for record in place.server.records()
        if (record["requestParameters"] or {}).get("encryptionContext", {}).get("aws:lambda:FunctionArn") == FUNCTION
    ]
    assert sorted(calls) == ["Decrypt", "GenerateDataKey", "GenerateDataKey"]


def test_a_disabled_key_stops_the_next_start(place: Place, shell: Callable[..., Result]) -> None:
    kms = place.server.boto3()
    kms.disable_key(KeyId=place.key_id)
    try:
        refused = shell("exec", "--env-file", "function.env", "--", "true")
    finally:
        kms.enable_key(KeyId=place.key_id)
    assert (refused.exit_code, refused.stdout) == (254, "")
    assert "DisabledException" in refused.stderr


def test_a_file_made_over_to_another_function_does_not_open(place: Place, shell: Callable[..., Result]) -> None:
    other = f"{FUNCTION}-of-another"
    (place.directory / "other.env").write_text((place.directory / "function.env").read_text().replace(FUNCTION, other))
    refused = shell("exec", "--env-file", "other.env", "--function-arn", other, "--", "true")
    assert refused.exit_code == 254
    assert "InvalidCiphertextException" in refused.stderr


def test_ci_and_units_while_the_key_is_enabled(place: Place) -> None:
    (step,) = commands(PAGE, "Run a step of CI")
    assert place.run(step).stdout == "deployed\n"
    (unit,) = blocks(PAGE, "Run a unit of systemd", "ini")
    (start,) = (line.removeprefix("ExecStart=/usr/bin/") for line in unit.splitlines() if line.startswith("ExecStart="))
    start = start.replace("/etc/orders/orders.env", "function.env").replace("/usr/bin/orders", "printenv DB_PASSWORD")
    done = place.run(f"set -f; exec {start}")
    assert done.stdout == "a newer horse\n", done.stderr


def test_the_commands_exit_code_and_umask_are_its_own(place: Place) -> None:
    done = place.run("umask 027; strongroom exec --env-file function.env -- sh -c 'umask; exit 7'")
    assert (done.returncode, done.stdout) == (7, "0027\n")


@pytest.mark.parametrize(
    ("line", "code", "said"),
    [
        ("exec --env-file function.env -- nothing-of-that-name", 127, "nothing-of-that-name: not found"),
        ("exec --env-file function.env --context a=b -- true", 253, "not sealed for a=b"),
        ("exec --env-file missing.env -- true", 2, "does not exist"),
        ("env show app.py", 253, "Line 1 is neither"),
        ("env seal function.env --context a", 2, "pair is NAME=VALUE"),
        ("env seal latin.env --key-id a --name A", 253, "not UTF-8: the byte at 4"),
        ("env seal bom.env --key-id a --name A", 253, "byte order mark"),
    ],
)
def test_exit_codes(place: Place, shell: Callable[..., Result], line: str, code: int, said: str) -> None:
    (place.directory / "latin.env").write_bytes(b"A=gr\xfc\xdfe\n")
    (place.directory / "bom.env").write_bytes(b"\xef\xbb\xbfA=x\n")
    done = shell(*line.split())
    assert done.exit_code == code, done.stderr
    assert said in " ".join(done.stderr.split())


def test_no_credentials_is_no_refusal(place: Place, shell: Callable[..., Result]) -> None:
    done = shell("exec", "--env-file", "function.env", "--", "true", profile="of-nobody")
    assert done.exit_code == 253
    assert "of-nobody" in done.stderr


def test_who_may_only_seal_cannot_open(place: Place, shell: Callable[..., Result]) -> None:
    statement = {"Effect": "Allow", "Action": "kms:GenerateDataKey", "Resource": "*"}
    place.server.user("sealer", {"Version": "2012-10-17", "Statement": [statement]})
    seal = ("env", "seal", "-", "--key-id", place.key_id, "--name", "A")
    sealed = shell(*seal, profile="sealer", input="A=1\n")
    assert sealed.exit_code == 0, sealed.stderr
    assert open_file(sealed.stdout, place.server.boto3()) == {"A": "1"}
    (place.directory / "sealer.env").write_text(sealed.stdout)
    refused = shell("exec", "--env-file", "sealer.env", "--", "true", profile="sealer")
    assert refused.exit_code == 254
    assert "AccessDeniedException" in refused.stderr


def test_sealing_keeps_the_files_permissions(place: Place, shell: Callable[..., Result]) -> None:
    file = place.directory / "mode.env"
    file.write_text("A=1\n")
    file.chmod(0o640)
    assert shell("env", "seal", "mode.env", "--key-id", place.key_id, "--name", "A").exit_code == 0
    assert file.stat().st_mode & 0o777 == 0o640
    assert [path.name for path in place.directory.glob(".*")] == []
