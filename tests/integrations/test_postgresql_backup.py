"""PostgreSQL backed up by pgBackRest to SeaweedFS under a key: docs/integrations/databases.md, full, incremental, point in time."""

import datetime as dt
import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from support.databases import reachable_directory, run_as
from support.pages import DOCS, blocks, commands
from support.program import free_port
from support.programs import needed
from support.seaweedfs import SeaweedFS
from support.server import Server

PAGE = DOCS / "integrations" / "databases.md"
SETTINGS = "PostgreSQL: backups under a key"
USER = "postgres"
ROWS = "create table orders as select g, 'secret harvest ' || g as what from generate_series(1, 2000) g"

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def directory() -> Iterator[Path]:
    needed("pgbackrest")
    with reachable_directory(USER) as path:
        yield path


@pytest.fixture(scope="module")
def storage(server: Server, directory: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SeaweedFS]:
    server.cli("service", "add", "s3")
    provider = {"type": "aws", "region": "us-east-1", "endpoint": server.endpoint, "profile": "service-s3"}
    kms = {"default_provider": "strongroom", "providers": {"strongroom": provider | {"cache_enabled": False}}}
    running = SeaweedFS(tmp_path_factory.mktemp("seaweedfs"))
    try:
        certificate = _certificate(directory)
        running.start(needed("weed"), server.env(), "AKIAALICE", "alice-secret", kms=kms, certificate=certificate)
        running.client.create_bucket(Bucket="backups")
        yield running
    finally:
        running.close()
        server.cli("service", "remove", "s3")


@dataclass(frozen=True, slots=True)
class Cluster:
    """A PostgreSQL server and its pgBackRest, with the page's settings."""

    directory: Path
    binaries: Path
    environment: dict[str, str]

    @property
    def data(self) -> Path:
        return self.directory / "data"

    def run(self, script: str, *, check: bool = True) -> subprocess.CompletedProcess[str]:
        return run_as(USER, script, self.directory, self.environment, check=check)

    def start(self) -> None:
        self.run(f"{self.binaries}/pg_ctl -D {self.data} -w -l {self.directory}/log start > /dev/null")

    def stop(self, mode: str = "fast") -> None:
        self.run(f"{self.binaries}/pg_ctl -D {self.data} -w -m {mode} stop > /dev/null")

    def sql(self, statement: str) -> str:
        return self.run(f'psql -qAtc "{statement}"').stdout.strip()


@pytest.fixture(scope="module")
def key(server: Server) -> dict[str, Any]:
    metadata: dict[str, Any] = server.boto3().create_key()["KeyMetadata"]
    return metadata


@pytest.fixture(scope="module")
def cluster(directory: Path, storage: SeaweedFS, key: dict[str, Any]) -> Iterator[Cluster]:
    port = free_port()
    configuration = directory / "pgbackrest.conf"
    configuration.write_text(_configuration(directory, storage.tls_port, key["Arn"], port))
    environment = {
        "PATH": os.environ["PATH"],
        "LC_ALL": "C.UTF-8",
        "PGBACKREST_CONFIG": str(configuration),
        "PGHOST": str(directory),
        "PGPORT": str(port),
    }
    made = Cluster(directory, _binaries(), environment)
    made.run(f"mkdir lock spool && {made.binaries}/initdb -D {made.data} -A trust --no-sync > /dev/null")
    archive = blocks(PAGE, SETTINGS, "ini")[1]
    ours = f"port={port}\nlisten_addresses=''\nunix_socket_directories='{directory}'\nfsync=off\nmax_wal_senders=2\n"
    made.run(f"cat >> {made.data}/postgresql.conf <<'END'\n{archive}{ours}END")
    made.start()
    try:
        yield made
    finally:
        made.run(f"{made.binaries}/pg_ctl -D {made.data} -m immediate stop", check=False)


def test_a_database_comes_back_to_a_point_in_time_and_never_without_its_key(
    server: Server, storage: SeaweedFS, cluster: Cluster, key: dict[str, Any]
) -> None:
    kms = server.boto3()
    cluster.sql(ROWS)
    for command in commands(PAGE, "A full and an incremental backup"):
        cluster.run(command)
    accident, restore = commands(PAGE, "Back to a point in time")
    cluster.run(accident)
    assert not storage.holds(b"secret harvest")
    cluster.stop()
    kms.disable_key(KeyId=key["Arn"])
    refused = cluster.run(restore, check=False)
    assert refused.returncode != 0
    assert "500" in refused.stdout + refused.stderr  # SeaweedFS does not pass the reason on
    kms.enable_key(KeyId=key["Arn"])
    cluster.run(restore)
    cluster.start()
    assert cluster.sql("select count(*), count(distinct what) from orders") == "3000|3000"
    (search,) = commands(PAGE, "Who read the backup")
    found = server.cli(*search.replace("$KEY", key["Arn"]).split()[1:])
    assert "Decrypt" in found
    contexts = [
        record["requestParameters"]["encryptionContext"]["aws:s3:arn"]
        for record in server.records()
        if record["eventName"] == "GenerateDataKey" and any(key["Arn"] == each["ARN"] for each in record["resources"])
    ]
    assert any("/backup/orders/" in context for context in contexts)
    assert any("/archive/orders/" in context for context in contexts)
    told = [record.get("errorCode") for record in server.records() if record["eventName"] == "Decrypt"]
    assert "DisabledException" in told


def _binaries() -> Path:
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    return versions[-1].parent if versions else needed("initdb").parent


def _configuration(directory: Path, s3_port: int, key_arn: str, port: int) -> str:
    """Return the page's file with the places of this test."""
    ours = {
        "repo1-s3-kms-key-id": key_arn,
        "repo1-storage-port": str(s3_port),
        "repo1-storage-ca-file": str(directory / "s3.pem"),
        "pg1-path": str(directory / "data"),
    }
    lines = []
    for line in blocks(PAGE, SETTINGS, "ini")[0].splitlines():
        name, _, _ = line.partition("=")
        lines.append(f"{name}={ours.pop(name)}" if name in ours else line)
    assert not ours, f"the page does not say {list(ours)}"
    lines += [f"pg1-socket-path={directory}", f"pg1-port={port}"]
    everywhere = [f"lock-path={directory}/lock", f"spool-path={directory}/spool", "log-level-file=off"]
    # No compression, so that plaintext would be seen; and no minute of trying again while the key is disabled.
    everywhere += ["log-level-console=warn", "compress-type=none", "io-timeout=1"]
    at = lines.index("[global]") + 1
    return "\n".join([*lines[:at], *everywhere, *lines[at:]]) + "\n"


def _certificate(directory: Path) -> tuple[Path, Path]:
    """Make a certificate for ``localhost``: pgBackRest compares host names only."""
    private = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "S3 server of a test")])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(private, hashes.SHA256())
    )
    public, secret = directory / "s3.pem", directory / "s3.key"
    public.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        private.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return public, secret
