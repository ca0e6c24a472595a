"""What the tests of files share: a shell at a running server, and keys of their own."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from support.files import Shell
from support.server import Server


@pytest.fixture
def shell(server: Server, tmp_path: Path) -> Shell:
    return Shell(server.env() | {"PATH": os.environ["PATH"]}, tmp_path)


@pytest.fixture
def make_key(server: Server) -> Callable[..., str]:
    """A factory for KMS keys: returns the ARN."""

    def make(region: str = "us-east-1", **parameters: Any) -> str:
        arn: str = server.boto3(region=region).create_key(**parameters)["KeyMetadata"]["Arn"]
        return arn

    return make


@pytest.fixture
def key(make_key: Callable[..., str]) -> str:
    return make_key()
