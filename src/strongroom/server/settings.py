"""What an operator can set, and where things lie in the data directory."""

import os
from dataclasses import dataclass, field
from pathlib import Path

from strongroom.audit.retention import Retention
from strongroom.model.quota import AWS_QUOTAS, Quotas
from strongroom.model.regions import AWS_REGIONS, DEFAULT_REGION

DEFAULT_PORT = 4599
MAX_BODY_BYTES = 1024 * 1024  # the largest member, an attestation document of 262,144 bytes, fits in base64 with room
MAX_HEADER_BYTES = 32 * 1024
MAX_HEADERS = 100
REQUEST_TIMEOUT_SECONDS = 20.0  # from the first byte of a request to its last
KEEP_ALIVE_SECONDS = 75.0  # SDKs keep connections for about a minute
TRAIL_INTERVAL_SECONDS = 300  # AWS delivers "about every five minutes"
DEFAULT_RETENTION = Retention(compress_seconds=3600)
JOURNAL_SEGMENT_BYTES = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class DataDirectory:
    """Every path below ``$DATA``; nothing else knows them."""

    path: Path

    @property
    def database(self) -> Path:
        return self.path / "strongroom.db"

    @property
    def root_key(self) -> Path:
        return self.path / "root.key"

    @property
    def journal(self) -> Path:
        return self.path / "journal"

    @property
    def trails(self) -> Path:
        """The buckets of trails that deliver to directories."""
        return self.path / "trails"

    @property
    def index(self) -> Path:
        """Made from the journal, and made again when it is lost."""
        return self.path / "index"

    @property
    def events(self) -> Path:
        """How far each webhook was told of events."""
        return self.path / "events"

    @property
    def credentials(self) -> Path:
        return self.path / "credentials"

    @property
    def endpoint(self) -> Path:
        return self.path / "endpoint"

    @property
    def run(self) -> Path:
        """Files that mean something only while a server runs."""
        return self.path / "run"

    @property
    def lock(self) -> Path:
        return self.run / "server.lock"

    @property
    def generation(self) -> Path:
        return self.run / "generation"

    @property
    def metrics(self) -> Path:
        return self.run / "metrics"

    @property
    def pulse(self) -> Path:
        return self.run / "pulse"

    @property
    def attempts(self) -> Path:
        """Failed sign-ins of the last minutes."""
        return self.run / "attempts"

    @property
    def test_clock(self) -> Path:
        """How far ahead the clock of a test server is; only there with ``serve --test-clock``."""
        return self.path / "test-clock"

    @property
    def tls(self) -> Path:
        return self.path / "tls"

    @property
    def ca_certificate(self) -> Path:
        return self.tls / "ca.pem"

    @property
    def server_certificate(self) -> Path:
        return self.tls / "server.pem"

    @property
    def server_key(self) -> Path:
        return self.tls / "server.key"


@dataclass(frozen=True, slots=True)
class Announcements:
    """What webhooks are told of. Units are in the names; ``denied_count`` None: nobody counts refusals."""

    urls: tuple[str, ...] = field(repr=False)
    secret: bytes = field(default=b"", repr=False)
    expiring_days: int = 14
    denied_count: int | None = 20
    denied_seconds: int = 60


@dataclass(frozen=True, slots=True)
class Settings:
    """Plain values only: each worker process gets a copy."""

    data: DataDirectory
    host: str = "127.0.0.1"
    port: int = DEFAULT_PORT
    workers: int = 1
    regions: tuple[str, ...] = AWS_REGIONS
    passphrase_file: Path | None = None
    journal_segment_bytes: int = JOURNAL_SEGMENT_BYTES
    body_bytes: int = MAX_BODY_BYTES
    refuse_replays: bool = False
    test_clock: bool = False
    quotas: Quotas = AWS_QUOTAS
    attestation_root: Path | None = None  # None: AWS's own
    oidc_ca: Path | None = None  # beside the system's, for the certificates of identity providers
    organization: str = ""
    trails_to_s3: bool = False
    trail_interval_seconds: int = TRAIL_INTERVAL_SECONDS
    audit_index: bool = True
    retention: Retention = DEFAULT_RETENTION
    forward: tuple[str, ...] = field(default=(), repr=False)  # a URL may hold a password
    events: Announcements | None = None

    @property
    def default_region(self) -> str:
        return DEFAULT_REGION if DEFAULT_REGION in self.regions else self.regions[0]

    @property
    def tls(self) -> bool:
        return self.data.server_certificate.exists()

    @property
    def endpoint(self) -> str:
        host = "127.0.0.1" if self.host in ("0.0.0.0", "::") else self.host  # noqa: S104 - compared, not bound
        if ":" in host:
            host = f"[{host}]"
        return f"{'https' if self.tls else 'http'}://{host}:{self.port}"


def cores() -> int:
    """Return how many processors this process may use."""
    return len(os.sched_getaffinity(0))
