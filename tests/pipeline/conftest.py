import pytest

from support.house import House


@pytest.fixture
def house() -> House:
    return House()


@pytest.fixture
def key_id(house: House) -> str:
    created: str = house.ok("CreateKey")["KeyMetadata"]["KeyId"]
    return created
