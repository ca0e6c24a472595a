"""``serve --organization``: what is no organization id is refused before anything is started."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from strongroom.cli.main import main


@pytest.mark.parametrize("given", ["a1b2c3d4e5", "o-short", "o-A1B2C3D4E5", "o-" + "a" * 33, "ou-abcd-a1b2c3d4e5"])
def test_what_is_no_organization_id(tmp_path: Path, given: str) -> None:
    done = CliRunner().invoke(main, ["serve", "--data", str(tmp_path / "data"), "--organization", given])
    assert done.exit_code == 2
    assert "an organization id is o- and 10 to 32 small letters and digits" in " ".join(done.output.split())
    assert not (tmp_path / "data").exists()
