from collections.abc import Iterator
from pathlib import Path

import pytest

from strongroom.store.memory import MemoryStore
from strongroom.store.port import Store
from strongroom.store.sqlite import open_sqlite


@pytest.fixture(params=["memory", "sqlite"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    opened: Store = MemoryStore() if request.param == "memory" else open_sqlite(tmp_path / "store.db")
    yield opened
    opened.close()
