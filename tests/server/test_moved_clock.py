"""The clock of a test server: forwards only, the same for all who look, and nowhere by accident."""

import time
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner

from strongroom.bootstrap import DataDirectoryError
from strongroom.cli.clock import seconds_of
from strongroom.cli.main import main
from strongroom.server.moved_clock import MovedClock, forbid_moved_clock
from strongroom.store.sqlite import open_sqlite


def refusal(*arguments: Any) -> str:
    done = CliRunner().invoke(main, [str(argument) for argument in arguments])
    assert done.exit_code == 1, done.output
    assert "Traceback" not in done.output
    return done.output


def test_all_who_look_see_the_same_time(tmp_path: Path) -> None:
    one, other = MovedClock(tmp_path / "test-clock"), MovedClock(tmp_path / "test-clock")
    one.create()
    assert abs(one() - time.time()) < 1
    for days in range(1, 4):
        other.advance(86_400)
        one.create()  # as a later start does: nothing is lost by it
        assert abs(one() - time.time() - days * 86_400) < 1
        assert one.offset_seconds == other.offset_seconds == days * 86_400
    assert MovedClock(tmp_path / "test-clock").offset_seconds == 3 * 86_400
    assert (tmp_path / "test-clock").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("seconds", [0, -1, float("nan")])
def test_there_is_no_way_back(tmp_path: Path, seconds: float) -> None:
    clock = MovedClock(tmp_path / "test-clock")
    clock.create()
    with pytest.raises(ValueError, match="forwards only"):
        clock.advance(seconds)
    assert clock.offset_seconds == 0


def test_there_is_an_end(tmp_path: Path) -> None:
    """Behind it no date could be written, and so nothing answered: not even with the next start."""
    clock = MovedClock(tmp_path / "test-clock")
    clock.create()
    with pytest.raises(DataDirectoryError, match="no further than the year 9892"):
        clock.advance(9_000 * 365 * 86_400)
    assert clock.offset_seconds == 0


def test_a_server_with_real_time_refuses_what_a_moved_clock_has_dated(tmp_path: Path) -> None:
    path = tmp_path / "test-clock"
    forbid_moved_clock(path)
    clock = MovedClock(path)
    clock.create()
    forbid_moved_clock(path)  # it was never moved, and from now on cannot be
    assert not path.exists()
    with pytest.raises(DataDirectoryError, match="has no test clock"):
        clock.advance(1)
    clock.create()
    clock.advance(43_200)
    with pytest.raises(DataDirectoryError, match=r"whose clock is 0\.5 days ahead; with real time"):
        forbid_moved_clock(path)
    assert path.exists()


def test_a_running_server_keeps_its_time_when_the_file_is_lost(tmp_path: Path) -> None:
    clock = MovedClock(tmp_path / "test-clock")
    clock.create()
    clock.advance(100)
    assert clock.offset_seconds == 100
    (tmp_path / "test-clock").unlink()
    assert clock.offset_seconds == 100
    (tmp_path / "test-clock").write_text("soon")
    with pytest.raises(DataDirectoryError, match="is damaged"):
        assert clock.offset_seconds


@pytest.mark.parametrize(
    ("text", "seconds"), [("365d", 31_536_000), ("12h", 43_200), ("30m", 1800), ("45s", 45), ("1d12h", 129_600)]
)
def test_durations(text: str, seconds: int) -> None:
    assert seconds_of(text) == seconds


@pytest.mark.parametrize("text", ["0d", "tomorrow", "1.5d", "7", "-1d", "", "1d ", "d"])
def test_what_is_no_duration(text: str) -> None:
    with pytest.raises(click.ClickException, match="The clock moves forwards only"):
        seconds_of(text)


def test_where_there_is_no_test_clock(tmp_path: Path) -> None:
    assert "Start a server there first" in refusal("clock", "advance", "1d", "--data", tmp_path)
    open_sqlite(tmp_path / "strongroom.db").close()
    for arguments in (("show",), ("advance", "1d")):
        assert "Start a server there with: strongroom serve --test-clock" in refusal(
            "clock", *arguments, "--data", tmp_path
        )
    shown = CliRunner().invoke(main, ["jobs", "--data", str(tmp_path)])
    assert [line.split()[0] for line in shown.output.splitlines()] == [
        "now",
        "rotation",
        "deletion",
        "expiry",
        "trails",
    ]
    assert shown.output.count("nothing due, never ran, 0 done in all") == 4
