from collections.abc import Iterator
from pathlib import Path

import pytest

from support.console import ConsoleHouse, console_house


@pytest.fixture
def house(tmp_path: Path) -> Iterator[ConsoleHouse]:
    with console_house(tmp_path) as made:
        yield made


@pytest.fixture
def key_id(house: ConsoleHouse) -> str:
    created: str = house.ok("CreateKey", {"Description": "the first"})["KeyMetadata"]["KeyId"]
    return created
