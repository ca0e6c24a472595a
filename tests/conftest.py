"""Fixtures that start real servers, and their output beside a failure."""

import signal
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import settings

from support.server import Server, running

# How long an example takes says how busy the machine is.
settings.register_profile("strongroom", settings.default, deadline=None)
settings.load_profile("strongroom")

# Who starts the tests in the background has them ignore interrupts, and so would the programs that they interrupt.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server with two workers, shared by all tests that leave it usable: make keys and users, never disturb others'."""
    with running(tmp_path_factory.mktemp("server"), workers=2) as shared:
        yield shared


class Starter:
    """Starts servers for one test; all of them end with it."""

    def __init__(self, tmp_path_factory: pytest.TempPathFactory) -> None:
        self._directories = tmp_path_factory
        self.servers: list[Server] = []

    def __call__(self, *, start: bool = True, **settings: Any) -> Server:
        """Return a server made with ``Server``'s ``settings``; ``start=False`` leaves it to be prepared first."""
        server = Server(self._directories.mktemp("server"), **settings)
        self.servers.append(server)
        if start:
            server.start()
        return server


@pytest.fixture
def start_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Starter]:
    """A factory for tests that need a server of their own: to stop, kill, restart or fill it."""
    starter = Starter(tmp_path_factory)
    try:
        yield starter
    finally:
        for server in starter.servers:
            server.close()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Any:
    """Show what the servers of a failed test have printed."""
    report = yield
    if report.failed:
        for value in getattr(item, "funcargs", {}).values():
            for server in [value] if isinstance(value, Server) else getattr(value, "servers", ()):
                log = server.directory / "server.log"
                if log.exists():
                    report.sections.append(
                        (f"strongroom server {server.port}", log.read_text(errors="replace")[-4000:])
                    )
    return report
