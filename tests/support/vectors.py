"""Published test vectors: the selection of Wycheproof that we keep, and what ``cryptography-vectors`` ships."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cryptography_vectors
import pytest

WYCHEPROOF = Path(__file__).parent.parent / "vectors" / "crypto" / "wycheproof"


class Case(dict[str, Any]):
    """One case with the fields of its group; hexadecimal fields by ``bytes_of``."""

    def bytes_of(self, field: str) -> bytes:
        return bytes.fromhex(self[field])

    @property
    def is_valid(self) -> bool:
        return bool(self["result"] == "valid")


def wycheproof(*names: str) -> list[Any]:
    """Return the cases of some files as parameters of a test, each named by file, number and comment."""
    return [
        pytest.param(case, id=f"{name}-{case['tcId']}-{case.get('comment') or case['result']}")
        for name in names
        for case in cases(name)
    ]


def cases(name: str) -> Iterator[Case]:
    for group in json.loads((WYCHEPROOF / f"{name}.json").read_text())["groups"]:
        for test in group["tests"]:
            yield Case({key: value for key, value in group.items() if key != "tests"} | test | {"file": name})


def json_vectors(name: str) -> list[dict[str, Any]]:
    """Return our own formats' vectors, which another implementation wrote."""
    found: list[dict[str, Any]] = json.loads((WYCHEPROOF.parent / f"{name}.json").read_text())
    return found


def records(path: str, first: str, most: int | None = None, heading: str = "") -> list[dict[str, str]]:
    """Return the records of a file of ``name = value`` lines: ``most`` of them, and those below ``[heading]`` alone.

    A record begins with the name ``first``.
    """
    found: list[dict[str, str]] = []
    below = not heading
    with cryptography_vectors.open_vector_file(path, "r") as lines:
        for line in lines:
            if heading and line.startswith("["):
                below = line.strip() == f"[{heading}]"
            name, separator, value = (part.strip() for part in line.partition(" ="))
            if not (below and separator) or line.startswith(("#", "[")):
                continue
            if name == first:
                if len(found) == most:
                    break
                found.append({})
            if found:
                found[-1][name] = value
    return found
