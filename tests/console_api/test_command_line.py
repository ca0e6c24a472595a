"""``strongroom user password``: what an administrator does for somebody who shall sign in."""

import os
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from strongroom.bootstrap import make_private_directory, open_data, open_store
from strongroom.cli.main import main
from strongroom.model.identity import LoginProfile
from strongroom.server.settings import DataDirectory

PASSWORD = "correct Horse 7 battery"


@pytest.fixture
def data(tmp_path: Path) -> DataDirectory:
    data = DataDirectory(tmp_path / "data")
    for directory in (data.path, data.run, data.journal):
        make_private_directory(directory)
    opened = open_data(
        data.database, data.root_key, data.credentials, data.journal,
        passphrase_text=None, region="us-east-1", clock=lambda: 1_768_514_954.0, random_bytes=os.urandom,
    )  # fmt: skip
    opened.store.close()
    return data


def run(data: DataDirectory, *arguments: str, typed: str | None = None) -> Result:
    return CliRunner().invoke(main, ["user", "password", "administrator", *arguments, "--data", str(data.path)], typed)


def profiles(data: DataDirectory) -> list[LoginProfile]:
    store = open_store(data.database, must_exist=True)
    try:
        with store.snapshot() as view:
            return list(view.page(LoginProfile, {}, limit=10))
    finally:
        store.close()


def test_a_password_from_its_making_to_its_end(data: DataDirectory) -> None:
    made = run(data, "--generate", "--change-required")
    assert made.exit_code == 0, made.output
    assert "Password: " in made.output
    (first,) = profiles(data)
    assert first.reset_required
    typed = run(data, typed=f"{PASSWORD}\n{PASSWORD}\n")
    assert typed.exit_code == 0, typed.output
    assert PASSWORD not in typed.output
    (second,) = profiles(data)
    assert not second.reset_required
    assert second.wrapped_hash != first.wrapped_hash
    assert run(data, "--remove").exit_code == 0
    assert profiles(data) == []
    assert "has no password" in run(data, "--remove").output


def test_what_cannot_be(data: DataDirectory, tmp_path: Path) -> None:
    (tmp_path / "weak").write_text("weak\n")
    weak = run(data, "--password-file", str(tmp_path / "weak"))
    assert (weak.exit_code, "minimum length of 8" in weak.output) == (1, True)
    assert run(data, "--generate", "--remove").exit_code == 2
    assert "There is no account" in run(data, "--generate", "--account", "nobody").output
    assert profiles(data) == []
