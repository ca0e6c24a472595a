"""A real strongroom server, run as its users run it, and what a client needs to be pointed at it.

Nothing here imports the product: the server is started by its command line, told apart by its printed lines, and read by
its data directory, so that a test can only see what an operator and a client see.
"""

import configparser
import json
import os
import re
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import botocore.session
from botocore.client import BaseClient
from botocore.config import Config

from support import forked
from support.forked import MAIN
from support.own_models import OWN_MODELS
from support.program import Program, Strongroom, free_port

DEFAULT_REGION = "us-east-1"
READY_SECONDS = 60.0  # of a busy machine; a quiet one needs one or two

_PASTE = re.compile(r"^Paste to try it:\n\n(.+?)\n(?:\n|\Z)", re.MULTILINE | re.DOTALL)
_COMMAND = (sys.executable, "-m", MAIN)
_HASH_CHARACTERS = 65  # each line: 64 hex digits and a space, then the record
_NOT_THE_SERVERS = ("AWS_", "HOST", "PORT", "DATA", "WORKERS", "STRONGROOM_")  # settings of whoever runs the tests
_ONE_ATTEMPT = Config(retries={"total_max_attempts": 1}, connect_timeout=5, read_timeout=30)  # a retry would hide a 500


@dataclass(frozen=True, slots=True)
class Profile:
    """One section of the credentials file that the server writes."""

    access_key_id: str
    secret_access_key: str
    region: str


class Server:
    """A server with a data directory and a port of its own; ``restart`` keeps both."""

    def __init__(
        self,
        directory: Path,
        *,
        workers: int = 2,
        options: Sequence[str] = (),
        environment: Mapping[str, str] | None = None,
        fresh: bool = False,
    ) -> None:
        """``fresh``: in an interpreter of its own, where the start itself is looked at; a fork starts in a tenth of the time."""
        self._fresh = fresh
        self.directory = directory
        self.data = directory / "data"
        self.port = free_port()
        self.workers = workers
        self._options = tuple(options)
        self._environment = dict(environment or {})
        self._program: Program | None = None
        self._sessions: dict[str, botocore.session.Session] = {}
        self._clients: dict[tuple[object, ...], BaseClient] = {}

    # --- its life ----------------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Start and wait for the ready line. Errors: NotReadyError, with the output."""
        options = ["serve", "--port", self.port, "--data", self.data, "--workers", self.workers, *self._options]
        arguments = [str(option) for option in options]
        log, environment = self.directory / "server.log", _own_environment() | self._environment
        whole = Program([*_COMMAND, *arguments], log, environment) if self._fresh else None
        program = whole or Strongroom(arguments, log, environment)
        self._program = program
        try:
            program.wait_until(lambda: "strongroom ready " in program.output(), "ready", READY_SECONDS)
            program.wait_until(lambda: _PASTE.search(program.output()) is not None, "telling how to use it", 5)
        except BaseException:
            program.kill()
            raise

    def stop(self) -> int:
        """Stop gracefully; return the exit code."""
        return self._running().stop()

    def kill(self) -> None:
        """SIGKILL to supervisor and workers alike: as near to a power cut as a process can see."""
        self._running().kill()

    def restart(self) -> None:
        """Stop gracefully if it runs, and start again on the same data and port."""
        if self._program is not None and self._program.running:
            self.stop()
        self.start()

    def close(self) -> None:
        """Let go of everything; for the end of a test, however it ended."""
        for client in self._clients.values():
            client.close()
        self._clients.clear()
        if self._program is not None:
            self._program.kill()

    def output(self) -> str:
        """Return what the present process has printed, on both its streams."""
        return self._running().output()

    def paste_lines(self) -> str:
        """Return the lines that the server prints for its user's shell."""
        found = _PASTE.search(self.output())
        assert found is not None, self.output()
        return found[1]

    @property
    def pid(self) -> int:
        return self._running().pid

    def _running(self) -> Program:
        assert self._program is not None, "the server was never started"
        return self._program

    # --- pointing clients at it --------------------------------------------------------------------------------------

    @property
    def endpoint(self) -> str:
        return (self.data / "endpoint").read_text().strip()

    @property
    def credentials(self) -> Path:
        """The AWS shared credentials file."""
        return self.data / "credentials"

    @property
    def certificate(self) -> Path | None:
        """The CA to trust, when the server was given one by ``strongroom tls init``."""
        path = self.data / "tls" / "ca.pem"
        return path if path.exists() else None

    def profile(self, name: str = "default") -> Profile:
        file = configparser.RawConfigParser()
        file.read(self.credentials)
        section = file[name]
        return Profile(section["aws_access_key_id"], section["aws_secret_access_key"], section["region"])

    def env(self, profile: str = "default", region: str = DEFAULT_REGION) -> dict[str, str]:
        """Return the environment of a program whose AWS SDK shall find this server and nothing else."""
        environment = _own_environment() | {
            "AWS_SHARED_CREDENTIALS_FILE": str(self.credentials),
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_PROFILE": profile,
            "AWS_REGION": region,
            "AWS_DEFAULT_REGION": region,
            "AWS_ENDPOINT_URL_IAM": self.endpoint,
            "AWS_ENDPOINT_URL_KMS": self.endpoint,
            "AWS_ENDPOINT_URL_STS": self.endpoint,
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_PAGER": "",
        }
        if self.certificate is not None:
            environment["AWS_CA_BUNDLE"] = str(self.certificate)
        return environment

    def botocore_session(self, profile: str = "default") -> botocore.session.Session:
        """Return a session that reads this server's credentials file and no other file.

        One a profile: its loaded service models make the next client cheap.
        """
        if profile in self._sessions:
            return self._sessions[profile]
        session = self._sessions[profile] = botocore.session.Session()
        for name, value in (
            ("credentials_file", str(self.credentials)),
            ("config_file", os.devnull),
            ("profile", profile),
            ("data_path", str(OWN_MODELS)),
            ("ca_bundle", str(self.certificate) if self.certificate else None),
        ):
            session.set_config_variable(name, value)
        return session

    def boto3(self, service: str = "kms", profile: str = "default", region: str = DEFAULT_REGION) -> Any:
        """Return a client (the one made before, for the same arguments). ``Any``: botocore makes its methods at run time."""
        of = (service, profile, region)
        if of not in self._clients:
            self._clients[of] = self.fresh_boto3(service, profile, region)
        return self._clients[of]

    def session_boto3(self, session: Mapping[str, Any], service: str = "kms") -> Any:
        """Return a fresh client with the Credentials that STS gave out."""
        return self.fresh_boto3(
            service,
            aws_access_key_id=session["AccessKeyId"],
            aws_secret_access_key=session["SecretAccessKey"],
            aws_session_token=session["SessionToken"],
        )

    def fresh_boto3(
        self,
        service: str = "kms",
        profile: str = "default",
        region: str = DEFAULT_REGION,
        *,
        config: Config | None = None,
        **credentials: str,
    ) -> Any:
        """Return a client with connections of its own; ``credentials`` are ``create_client``'s. Closed with the server."""
        session = self.botocore_session(profile)
        chosen = _ONE_ATTEMPT.merge(config) if config is not None else _ONE_ATTEMPT
        client = session.create_client(
            service, region_name=region, endpoint_url=self.endpoint, config=chosen, **credentials
        )
        self._clients["fresh", len(self._clients)] = client
        return client

    # --- what its administrator does and sees ------------------------------------------------------------------------

    def cli(self, *arguments: str | Path) -> str:
        """Run ``strongroom`` on this data directory; return its standard output."""
        done = forked.run([*arguments, "--data", self.data], _own_environment())
        assert done.returncode == 0, f"strongroom {arguments}: exit code {done.returncode}\n{done.stdout}{done.stderr}"
        return done.stdout

    def user(self, name: str, policy: Mapping[str, Any] | None = None) -> str:
        """Make an IAM user, kept as profile ``name``; return its ARN.

        Through the API: ``strongroom user create`` does the same, in a process that takes a hundred times as long.
        """
        iam = self.boto3("iam")
        arn: str = iam.create_user(UserName=name)["User"]["Arn"]
        if policy is not None:
            iam.put_user_policy(UserName=name, PolicyName="inline", PolicyDocument=json.dumps(policy))
        made = iam.create_access_key(UserName=name)["AccessKey"]
        section = (
            f"\n[{name}]\naws_access_key_id = {made['AccessKeyId']}\n"
            f"aws_secret_access_key = {made['SecretAccessKey']}\nregion = {DEFAULT_REGION}\n"
        )
        with self.credentials.open("a") as file:
            file.write(section)
        return arn

    def records(self) -> list[dict[str, Any]]:
        """Return the audit records in the journal, each worker's in the order it wrote them.

        ``slot`` is added: the folder, which tells the workers apart.
        """
        found = []
        for segment in sorted((self.data / "journal").glob("*/*.log")):
            for line in segment.read_bytes().rstrip(b"\0").splitlines():
                record = json.loads(line[_HASH_CHARACTERS:])
                if "eventName" in record:  # the others are about the journal itself
                    found.append(record | {"slot": segment.parent.name})
        return found

    def record_of(self, answer: Mapping[str, Any], *, seconds: float = 5.0) -> dict[str, Any]:
        """Return the audit record of a botocore answer (or of ``ClientError.response``): they share the request id."""
        request_id = answer["ResponseMetadata"]["RequestId"]
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            for record in self.records():
                if record.get("requestID") == request_id:
                    return record
            time.sleep(0.05)
        raise AssertionError(f"no audit record for request {request_id}")


@contextmanager
def running(directory: Path, **settings: Any) -> Iterator[Server]:
    """Start a server made with ``Server``'s ``settings``, and end it whatever happens."""
    server = Server(directory, **settings)
    try:
        server.start()
        yield server
    finally:
        server.close()


def _own_environment() -> dict[str, str]:
    """Return the tests' environment without what would tell a server or an SDK about other places."""
    return {name: value for name, value in os.environ.items() if not name.startswith(_NOT_THE_SERVERS)}
