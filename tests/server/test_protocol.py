"""Time limits of a connection, driven by a clock of the test's own."""

from types import SimpleNamespace
from typing import Any, cast

import pytest

from strongroom.server.protocol import LaneProtocol
from strongroom.server.settings import KEEP_ALIVE_SECONDS, REQUEST_TIMEOUT_SECONDS


def quiet(**state: Any) -> LaneProtocol:
    """Return a connection in a given state, without a socket."""
    made = LaneProtocol.__new__(LaneProtocol)
    for name, value in ({"busy": False, "cycle": None, "reading_since": None, "quiet_since": 100.0} | state).items():
        setattr(made, name, value)
    return made


@pytest.mark.parametrize(
    ("state", "at", "overdue"),
    [
        ({}, 100.0 + KEEP_ALIVE_SECONDS, False),
        ({}, 100.1 + KEEP_ALIVE_SECONDS, True),
        ({"reading_since": 100.0}, 100.0 + REQUEST_TIMEOUT_SECONDS, False),
        ({"reading_since": 100.0}, 100.1 + REQUEST_TIMEOUT_SECONDS, True),
        ({"busy": True}, 1e9, False),
        ({"cycle": SimpleNamespace(response_complete=False)}, 1e9, False),
        ({"cycle": SimpleNamespace(response_complete=True)}, 1e9, True),
    ],
)
def test_overdue(state: dict[str, Any], at: float, overdue: bool) -> None:
    assert quiet(**cast("dict[str, Any]", state)).overdue(at) is overdue
