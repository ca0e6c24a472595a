"""``serve --quotas``: what is wrong with the file is said before anything is started."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from strongroom.cli.main import main


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[resources]\nkeys = 0", "resources.keys must be a whole number of at least 1, not 0."),
        ("[requests", "Expected ']'"),
        ("\udcff", ""),
    ],
)
def test_a_file_that_cannot_be_used(tmp_path: Path, text: str, told: str) -> None:
    file = tmp_path / "quotas.toml"
    file.write_bytes(text.encode(errors="surrogateescape"))
    done = CliRunner().invoke(main, ["serve", "--data", str(tmp_path / "data"), "--quotas", str(file)])
    assert done.exit_code == 1
    assert done.output.startswith(f"Error: {file}: ")
    assert told in done.output
    assert "docs/quotas.md" in done.output
    assert not (tmp_path / "data").exists()
