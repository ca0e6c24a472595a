"""PostgreSQL with pgBackRest as docs/integrations/databases.md sets them up, for tests and the demonstration."""

import datetime as dt
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from support.databases import run_as
from support.pages import DOCS, blocks
from support.program import free_port
from support.programs import needed

PAGE = DOCS / "integrations" / "databases.md"
USER = "postgres"
_SETTINGS = "PostgreSQL: backups under a key"


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

    def stop(self, mode: str = "fast", *, check: bool = True) -> None:
        self.run(f"{self.binaries}/pg_ctl -D {self.data} -w -m {mode} stop > /dev/null", check=check)

    def sql(self, statement: str) -> str:
        return self.run(f'psql -qAtc "{statement}"').stdout.strip()


def make_cluster(directory: Path, s3_port: int, key_arn: str) -> Cluster:
    """Make a cluster whose backups go to an S3 server on this machine, under that key. ``directory`` belongs to its user."""
    port = free_port()
    configuration = directory / "pgbackrest.conf"
    configuration.write_text(_configuration(directory, s3_port, key_arn, port))
    environment = {
        "PATH": os.environ["PATH"],
        "LC_ALL": "C.UTF-8",
        "PGBACKREST_CONFIG": str(configuration),
        "PGHOST": str(directory),
        "PGPORT": str(port),
    }
    made = Cluster(directory, _binaries(), environment)
    made.run(f"mkdir lock spool && {made.binaries}/initdb -D {made.data} -A trust --no-sync > /dev/null")
    archive = blocks(PAGE, _SETTINGS, "ini")[1]
    ours = f"port={port}\nlisten_addresses=''\nunix_socket_directories='{directory}'\nfsync=off\nmax_wal_senders=2\n"
    made.run(f"cat >> {made.data}/postgresql.conf <<'END'\n{archive}{ours}END")
    return made


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
    for line in blocks(PAGE, _SETTINGS, "ini")[0].splitlines():
        name, _, _ = line.partition("=")
        lines.append(f"{name}={ours.pop(name)}" if name in ours else line)
    assert not ours, f"the page does not say {list(ours)}"
    lines += [f"pg1-socket-path={directory}", f"pg1-port={port}"]
    everywhere = [f"lock-path={directory}/lock", f"spool-path={directory}/spool", "log-level-file=off"]
    # No compression, so that plaintext would be seen; and no minute of trying again while the key is disabled.
    everywhere += ["log-level-console=warn", "compress-type=none", "io-timeout=1"]
    at = lines.index("[global]") + 1
    return "\n".join([*lines[:at], *everywhere, *lines[at:]]) + "\n"


def certificate_of_localhost(directory: Path) -> tuple[Path, Path]:
    """Make a certificate for ``localhost``: pgBackRest compares host names only."""
    private = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "S3 server of a test")])
    now = dt.datetime.now(dt.UTC)
    signed = (
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
    public.write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        private.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return public, secret
