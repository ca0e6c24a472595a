"""``strongroom status``: what an operator wants to know first."""

import ssl
import urllib.error
import urllib.request
from collections.abc import Iterator
from importlib.metadata import version

from strongroom.audit.segment import stored_bytes
from strongroom.audit.verify import verify
from strongroom.bootstrap import ACCOUNT_SETTING, open_store
from strongroom.cli.audit_records import index_line
from strongroom.cli.clock import describe
from strongroom.cli.jobs import job_lines
from strongroom.model.identity import Account, User
from strongroom.model.key import Key, KeyState
from strongroom.model.setting import Setting
from strongroom.operations.table import BUILT, MISSING
from strongroom.server.settings import DataDirectory

_FEW = 10
_TIMEOUT_SECONDS = 5


def report(data: DataDirectory) -> Iterator[str]:
    """Yield the lines of the report. Errors: DataDirectoryError."""
    yield f"strongroom {version('strongroom')}"
    yield f"data       {data.path}"
    yield f"server     {_server(data)}"
    if data.test_clock.exists():
        yield f"clock      {describe(data)}"
    store = open_store(data.database, must_exist=True)
    with store.snapshot() as view:
        first = view.get(Setting, ACCOUNT_SETTING)
        yield f"account    {first.value.decode() if first else 'none yet'} ({view.count(Account, {})} in all, {view.count(User, {})} users)"
        states = [(state.value, view.count(Key, {"state": state.value})) for state in KeyState]
        shown = ", ".join(f"{count} {state}" for state, count in states if count) or "none"
        yield f"keys       {shown}"
        yield from job_lines(view, data)
    store.close()
    journal = verify(data.journal)
    condition = "intact" if journal.ok else "NOT INTACT: run strongroom audit verify"
    yield f"journal    {condition}, {journal.records} records, {stored_bytes(data.journal) / 2**20:,.1f} MiB"
    yield f"index      {index_line(data)}"
    for service in BUILT:
        missing = sorted(MISSING[service])
        named = "none" if not missing else ", ".join(missing) if len(missing) <= _FEW else "each is refused by its name"
        yield f"{service:<10} {len(BUILT[service])} operations built, {len(missing)} not yet: {named}"


def _server(data: DataDirectory) -> str:
    if not data.endpoint.exists():
        return "never started here"
    endpoint = data.endpoint.read_text().strip()
    context = ssl.create_default_context(cafile=str(data.ca_certificate)) if endpoint.startswith("https") else None
    try:
        with urllib.request.urlopen(f"{endpoint}/healthz", timeout=_TIMEOUT_SECONDS, context=context) as answer:  # noqa: S310 - our own endpoint file
            return f"{endpoint} {answer.read().decode().strip()}"
    except urllib.error.HTTPError as error:
        return f"{endpoint} in trouble: {error.read().decode().strip()}"
    except OSError:
        return f"{endpoint} does not answer; start it with: strongroom serve --data {data.path}"
