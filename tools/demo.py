"""``make demo``: an S3 server, a database and a volume under keys of a strongroom server, all on this machine, in about a minute.

Everything is started in a temporary directory and removed at the end. The commands are those of docs/integrations; each part does real
work, looks for plaintext on the disk, switches the key off, is refused, switches it on again, and finds itself in the audit.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(
    0, str(Path(__file__).resolve().parent.parent / "tests")
)  # the set-ups of the tests are those of the pages

from support.databases import reachable_directory
from support.pages import DOCS, commands
from support.postgresql import USER, certificate_of_localhost, make_cluster
from support.seaweedfs import SeaweedFS
from support.server import Server

NEEDED = {
    "pgbackrest": "pgbackrest",
    "psql": "postgresql",
    "cryptsetup": "cryptsetup-bin",
    "nbdcopy": "libnbd-bin",
    "mke2fs": "e2fsprogs",
    "openssl": "openssl",
}
"""Programs, and the Debian packages that have them; SeaweedFS comes with the development environment."""

SECRET = b"the plans for the third bridge\n"


class Stage:
    """Where the parts play: one server, one directory, and a shell that prints what it types."""

    def __init__(self, directory: Path, server: Server) -> None:
        self.directory = directory
        self.server = server
        self.kms: Any = server.boto3()
        binaries = f"{Path(sys.executable).parent}:{os.environ['PATH']}:/usr/sbin:/sbin"
        self.environment = server.env() | {"PATH": binaries, "DATA": str(server.data), "AWS_MAX_ATTEMPTS": "1"}
        self.variables: dict[str, str] = {}

    def key(self, description: str) -> str:
        arn: str = self.kms.create_key(Description=description)["KeyMetadata"]["Arn"]
        return arn

    def type(self, block: str, *, directory: Path | None = None, **variables: str) -> str:
        """Run a block of a page; variables that it sets are there in the next. Errors: SystemExit when it fails."""
        self.variables |= variables
        _show("$ ", block)
        kept = self.directory / "variables"
        script = f"set -euo pipefail\n{block}\n" + "".join(f"echo {n}=${{{n}:-}} >> {kept}\n" for n in _KEPT)
        kept.touch()
        done = subprocess.run(
            ["bash", "-c", script],
            cwd=directory or self.directory,
            env=self.environment | self.variables,
            capture_output=True,
            text=True,
            check=False,
        )
        _show("  ", done.stdout + done.stderr)
        if done.returncode != 0:
            raise SystemExit(f"demo: a command failed with {done.returncode}")
        for line in kept.read_text().splitlines():
            name, _, value = line.partition("=")
            if value:
                self.variables[name] = value
        kept.unlink()
        return done.stdout

    def refused_without(self, key: str, attempt: Callable[[], object], what: str) -> None:
        """Switch the key off, see the attempt fail for that, switch it on again. Errors: SystemExit when it does not."""
        _show("$ ", f"aws kms disable-key --key-id {key}")
        self.kms.disable_key(KeyId=key)
        refused = self.uses(key)[1]
        try:
            attempt()
        except (AssertionError, SystemExit):
            if self.uses(key)[1] == refused:
                raise
            _say(f"{what}: refused, because the key is disabled.")
        else:
            raise SystemExit(f"demo: {what} was possible although the key is disabled")
        _show("$ ", f"aws kms enable-key --key-id {key}")
        self.kms.enable_key(KeyId=key)

    def uses(self, key: str) -> tuple[int, int]:
        """Return how often the key was used, and how often that was refused, by the audit."""
        used = [
            record.get("errorCode")
            for record in self.server.records()
            if any(key == each["ARN"] for each in record.get("resources", ()))
            and record["eventName"]
            in ("Encrypt", "Decrypt", "ReEncrypt", "GenerateDataKey", "GenerateDataKeyWithoutPlaintext")
        ]
        return sum(code is None for code in used), sum(code is not None for code in used)


_KEPT = ("KEY", "VOLUME")


def _say(text: str) -> None:
    print(text, flush=True)


def _show(mark: str, text: str) -> None:
    for line in text.splitlines():
        _say(f"    {mark}{line}")


def _part(title: str) -> None:
    _say(f"\n{title}\n{'-' * len(title)}")


def store_objects(stage: Stage, storage: SeaweedFS) -> str:
    """S3: an object under a key. Returns the key's ARN."""
    _part("S3: SeaweedFS seals an object under a key")
    page, files = DOCS / "integrations" / "s3.md", stage.directory / "s3"
    files.mkdir()
    (files / "report.txt").write_bytes(SECRET * 1000)
    credentials = Path(stage.environment["AWS_SHARED_CREDENTIALS_FILE"])
    merged = files / "credentials"
    merged.write_text(credentials.read_text() + storage.profile("alice"))
    ours = {"S3": storage.endpoint, "AWS_SHARED_CREDENTIALS_FILE": str(merged)}
    for title in ("Objects under a key of yours", "When the key is off", "Who read this object"):
        for block in commands(page, title):
            stage.type(block, directory=files, **ours)
    _look(storage.holds(SECRET.strip()), storage.disk)
    return stage.variables["KEY"]


def back_a_database_up(stage: Stage, storage: SeaweedFS, directory: Path) -> str:
    """PostgreSQL: backups in S3 under a key, an accident, and back. Returns the key's ARN."""
    _part("PostgreSQL: backups in S3 under a key, and back to before the accident")
    page, key = DOCS / "integrations" / "databases.md", stage.key("backups")
    storage.client.create_bucket(Bucket="backups")
    cluster = make_cluster(directory, storage.tls_port, key)
    cluster.start()
    try:
        cluster.sql("create table orders as select g, 'order ' || g as what from generate_series(1, 2000) g")
        accident, restore = commands(page, "Back to a point in time")
        for block in (*commands(page, "A full and an incremental backup"), accident):
            _show("$ ", block)
            _show("  ", cluster.run(block).stdout)
        cluster.stop()
        _show("$ ", restore)
        stage.refused_without(key, lambda: cluster.run(restore), "Restoring")
        _show("$ ", restore)
        cluster.run(restore)
        cluster.start()
        _show("$ ", 'psql --command "select count(*) from orders"')
        _show("  ", cluster.sql("select count(*) from orders"))
    finally:
        cluster.stop("immediate", check=False)
    return key


def keep_a_volume(stage: Stage) -> str:
    """Volume: created, attached by its host, filled, refused. Returns the key's ARN."""
    _part("Volume: LUKS2 whose key only KMS can open, for one host")
    page, key = DOCS / "integrations" / "volumes.md", stage.key("volumes")
    place = stage.directory / "v"
    (place / "files").mkdir(parents=True)
    (place / "files" / "plans").write_bytes(SECRET)
    host = stage.server.user("web1")
    create, attach, work, detach = commands(page, "Create and attach")
    attach = attach.replace(" attach ", " attach --by nbd ")
    ours = {"KEY": key, "HOST": host, "STRONGROOM_VOLUMES": str(place / "state")}
    ours["AWS_SHARED_CREDENTIALS_FILE"] = stage.environment["AWS_SHARED_CREDENTIALS_FILE"]
    stage.type(create, directory=place, **ours)
    stage.refused_without(key, lambda: stage.type(attach, directory=place), "Attaching")
    stage.type(attach, directory=place)
    try:
        stage.type(work, directory=place)
    finally:
        stage.type(detach, directory=place)
    _look(SECRET.strip() in (place / "web1.luks").read_bytes(), place / "web1.luks")
    _show("", f"what came back: {'the same' if _same(place) else 'SOMETHING ELSE'}")
    return key


def _same(place: Path) -> bool:
    return (place / "fs.img").read_bytes() == (place / "back.img").read_bytes()


def _look(found: bool, where: Path) -> None:  # noqa: FBT001 - what was seen
    if found:
        raise SystemExit(f"demo: there is plaintext in {where}")
    _say(f"No plaintext in {where}.")


def main() -> int:
    """Play all parts; exit code 1 when a program is missing or something is not as it should be."""
    missing = sorted({package for program, package in NEEDED.items() if shutil.which(program, path=_PATH) is None})
    if missing:
        _say(f"The demonstration needs programs of Debian: apt-get install --no-install-recommends {' '.join(missing)}")
        return 1
    with tempfile.TemporaryDirectory(prefix="strongroom-demo-") as name, reachable_directory(USER) as database:
        directory = Path(name)
        server, storage = Server(directory), SeaweedFS(directory / "seaweedfs")
        storage.directory.mkdir()
        try:
            server.start()
            _say(f"strongroom at {server.endpoint}, in {directory} until the end of the demonstration.")
            server.cli("service", "add", "s3")
            provider = {"type": "aws", "region": "us-east-1", "endpoint": server.endpoint, "profile": "service-s3"}
            kms = {"default_provider": "strongroom", "providers": {"strongroom": provider | {"cache_enabled": False}}}
            weed = Path(sys.executable).parent / "weed"
            certificate = certificate_of_localhost(database)
            storage.start(weed, server.env(), "AKIAALICE", "alice-secret", kms=kms, certificate=certificate)
            stage = Stage(directory, server)
            parts = {
                "S3 (SeaweedFS)": store_objects(stage, storage),
                "database backups (PostgreSQL, pgBackRest)": back_a_database_up(stage, storage, database),
                "volume (LUKS2)": keep_a_volume(stage),
            }
            _part("What the audit says")
            for what, key in parts.items():
                used, refused = stage.uses(key)
                _say(f"{what}: {used} uses of {key}, {refused} refused while it was disabled")
        finally:
            storage.close()
            server.close()
    return 0


_PATH = f"{os.environ['PATH']}:/usr/sbin:/sbin"

if __name__ == "__main__":
    sys.exit(main())
