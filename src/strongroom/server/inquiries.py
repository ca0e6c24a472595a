"""What stands behind the console's ports in a worker: files of the data directory, jobs, certificates, counters."""

import shutil
from contextlib import suppress
from importlib.metadata import version
from math import isfinite
from pathlib import Path
from time import monotonic, time

from cryptography.x509 import load_pem_x509_certificate

from strongroom.audit.index.database import FILE
from strongroom.audit.segment import stored_bytes
from strongroom.audit.tallies import JournalTallies
from strongroom.jobs.report import job_reports
from strongroom.model.quota import SYMMETRIC
from strongroom.model.view import Snapshot
from strongroom.operations.console.ports import Inquiries, JobState, ServerState
from strongroom.server.attempts import SharedAttempts
from strongroom.server.pulse import Pulse
from strongroom.server.settings import Settings
from strongroom.stations.explainer import PolicyExplainer
from strongroom.store.directory import Directory
from strongroom.store.port import Store

_INTEGRITY_TEXT = "strongroom audit verify checks the journal against its hash chains; the server does not by itself."


class Server:
    """Satisfies ``operations.console.ports.ServerInformation``."""

    def __init__(self, settings: Settings, pulse: Pulse) -> None:
        self._settings = settings
        self._pulse = pulse

    def state(self, view: Snapshot, now_ms: int, region: str) -> ServerState:
        settings, data = self._settings, self._settings.data
        rates = {name: settings.quotas.rate(name, region) for name in {*settings.quotas.rates, SYMMETRIC}}
        ca, subject, ends_at = _certificates(settings)
        return ServerState(
            version=version("strongroom"),
            endpoint=settings.endpoint,
            workers=settings.workers,
            started_at=_changed_at(data.endpoint),
            traffic=self._pulse.traffic(),
            jobs=[
                JobState(report.lease.name, report.next_ms, report.overdue, report.lease.ran_ms, report.lease.result)
                for report in job_reports(view, now_ms)
            ],
            rates={name: rate for name, rate in rates.items() if rate is not None and isfinite(rate)},
            bytes_of={
                "database": _bytes_of(data.database.parent, data.database.name + "*"),
                "journal": stored_bytes(data.journal),
                "index": _bytes_of(data.index, FILE + "*"),
                "free": shutil.disk_usage(data.path).free,
            },
            ca_certificate=ca,
            certificate_subject=subject,
            certificate_ends_at=ends_at,
            integrity=("UNKNOWN", None, _INTEGRITY_TEXT),
        )


def inquiries_of(settings: Settings, store: Store, pulse: Pulse) -> Inquiries:
    """Return what the operations of the console ask in this worker."""
    data = settings.data
    return Inquiries(
        directory=Directory(store, monotonic),
        tallies=JournalTallies(data.journal, data.index),
        explainer=PolicyExplainer(settings.organization),
        server=Server(settings, pulse),
        attempts=SharedAttempts(data.attempts, time),
    )


def _bytes_of(directory: Path, pattern: str) -> int:
    total = 0
    for path in directory.glob(pattern):
        with suppress(OSError):  # SQLite takes files away
            total += path.stat().st_size
    return total


def _changed_at(path: Path) -> float | None:
    try:
        return path.stat().st_mtime
    except OSError:
        return None


def _certificates(settings: Settings) -> tuple[str | None, str | None, float | None]:
    """Return (CA certificate, name of the server's own, when that one ends); the CA where the server has one of its own."""
    if not settings.tls:
        return None, None, None
    data = settings.data
    certificate = load_pem_x509_certificate(data.server_certificate.read_bytes())
    ca = data.ca_certificate.read_text() if data.ca_certificate.exists() else None
    return ca, certificate.subject.rfc4514_string(), certificate.not_valid_after_utc.timestamp()
