import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from strongroom.store.memory import MemoryStore
from strongroom.store.port import Store
from strongroom.store.sqlite import open_sqlite


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database of today's schema. A copy is opened in a fortieth of the time that its making takes, which test_sqlite looks at."""
    path = tmp_path_factory.mktemp("empty") / "store.db"
    open_sqlite(path).close()
    return path


@pytest.fixture(params=["memory", "sqlite"])
def store(request: pytest.FixtureRequest, tmp_path: Path, empty_database: Path) -> Iterator[Store]:
    if request.param == "memory":
        opened: Store = MemoryStore()
    else:
        opened = open_sqlite(Path(shutil.copy(empty_database, tmp_path / "store.db")))
    yield opened
    opened.close()
