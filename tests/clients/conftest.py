"""What the client tests share: a key of their own, users with little permission, and the programs they run."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from support.programs import needed
from support.server import Server

KEY_USE = ("kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey")


@dataclass(frozen=True, slots=True)
class KMSKey:
    key_id: str
    arn: str
    region: str


@pytest.fixture
def make_key(server: Server) -> Callable[..., KMSKey]:
    """A factory for KMS keys on the shared server; no test touches another's."""

    def make(region: str = "us-east-1", **parameters: Any) -> KMSKey:
        metadata = server.boto3(region=region).create_key(**parameters)["KeyMetadata"]
        return KMSKey(metadata["KeyId"], metadata["Arn"], region)

    return make


@pytest.fixture
def key(make_key: Callable[..., KMSKey]) -> KMSKey:
    return make_key()


@pytest.fixture(scope="session")
def key_user(server: Server) -> str:
    """The profile of a user who may use keys and not manage them."""
    statement = {"Effect": "Allow", "Action": [*KEY_USE], "Resource": "*"}
    server.user("key-user", {"Version": "2012-10-17", "Statement": [statement]})
    return "key-user"


@pytest.fixture(scope="session")
def nobody(server: Server) -> str:
    """The profile of a user without any permission."""
    server.user("nobody")
    return "nobody"


@pytest.fixture(scope="session")
def program() -> Callable[[str], Path]:
    return needed
