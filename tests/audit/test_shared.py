"""Calls across accounts: what the caller's account and the owner's each get to read."""

import json
from pathlib import Path
from typing import Any

import pytest

from strongroom.audit.index.block import Block
from strongroom.audit.index.terms import Reader, query_of
from strongroom.audit.shared import is_copy_for_owner, shared

VECTORS = json.loads((Path(__file__).parent.parent / "vectors" / "audit" / "shared.json").read_text())


def counting(count: int) -> bytes:
    """Random bytes that are known: of the first draw all 1, of the next all 2."""
    counting.draws += 1  # type: ignore[attr-defined]  # a test's counter
    return bytes([counting.draws]) * count  # type: ignore[attr-defined]  # as above


@pytest.mark.parametrize("case", VECTORS["cases"], ids=lambda case: case["comment"])
def test_golden_records(case: dict[str, Any]) -> None:
    """Byte for byte: the members' order too."""
    counting.draws = 0  # type: ignore[attr-defined]  # as above
    line = json.dumps(case["record"], separators=(",", ":")).encode()
    made = shared(line, case["owners"], counting)
    assert made.record.decode() == json.dumps(case["callers"], separators=(",", ":"))
    assert [copy.decode() for _, _, copy in made.copies] == [
        json.dumps(copy, separators=(",", ":")) for copy in case["copies"]
    ]
    for account, event_id, copy in made.copies:
        said = json.loads(copy)
        assert (said["recipientAccountId"], said["eventID"]) == (account, event_id)
        assert is_copy_for_owner(said)
    assert not is_copy_for_owner(json.loads(made.record))


def test_each_account_is_found_by_its_own_and_a_call_is_counted_once() -> None:
    counting.draws = 0  # type: ignore[attr-defined]  # as above
    case = VECTORS["cases"][0]
    made = shared(json.dumps(case["record"]).encode(), case["owners"], counting)
    reader, block = Reader(), Block(0, 1, 0)
    facts = [reader.facts(record) for record in (made.record, made.copies[0][2])]
    for account, expected in (("444455556666", [True, False]), ("111122223333", [False, True])):
        query = query_of(accounts=[account])
        assert [query.matches(one) for one in facts if one is not None] == expected
    for one in facts:
        assert one is not None
        block.add(0, 1, one)
    (count,) = block.uses.values()
    assert count.calls == 1
    assert next(iter(block.uses))[2] == case["record"]["userIdentity"]["arn"]
