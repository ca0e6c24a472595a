"""The matrix of key states against what AWS documents and what was recorded: tests/vectors/kms/key_states.json."""

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from strongroom.model.key import KeyState
from strongroom.model.key_state import OPERATIONS_WITH_STATE_RULES, Rule, refusal, rule_for

VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "kms" / "key_states.json").read_text())
CODES = {
    Rule.OK: "ok",
    Rule.DISABLED: "D",
    Rule.PENDING_DELETION: "PD",
    Rule.PENDING_REPLICA_DELETION: "PR",
    Rule.NOT_PENDING_DELETION: "NPD",
    Rule.PENDING_IMPORT: "PI",
    Rule.UNAVAILABLE: "UN",
    Rule.CREATING: "CR",
    Rule.UPDATING: "UP",
    Rule.ORIGIN: "OE",
}
DIFFERENCES = {(each["operation"], each["state"]): each["ours"] for each in VECTORS["justified_differences"]}
CASES = [
    (name, state, documented)
    for name, cells in VECTORS["rows"].items()
    for state, documented in zip(VECTORS["states"], cells, strict=True)
]


def test_the_rows_are_the_same() -> None:
    assert VECTORS["rows"].keys() | VECTORS["not_in_the_guide"].keys() == OPERATIONS_WITH_STATE_RULES
    assert not VECTORS["rows"].keys() & VECTORS["not_in_the_guide"].keys()


@pytest.mark.parametrize(("name", "state", "documented"), CASES)
def test_documented_cells(name: str, state: str, documented: str) -> None:
    """``-`` is a case that nobody wrote down: there the table may say what it likes."""
    ours = CODES[rule_for(name, KeyState(state))]
    if (name, state) in DIFFERENCES:
        assert ours == DIFFERENCES[name, state]
        assert ours not in documented.split("/"), "no longer a difference"
    elif documented != "-":
        assert ours in documented.split("/")


def test_replicas_wait_for_their_deletion_as_other_keys_do_but_in_their_own_words() -> None:
    for name, cells in VECTORS["rows"].items():
        documented = cells[VECTORS["states"].index("PendingDeletion")].split("/")
        ours = CODES[rule_for(name, KeyState.PENDING_REPLICA_DELETION)]
        assert ours in {"PR" if code == "PD" else code for code in documented}


def test_recorded_cells_are_among_the_documented_ones() -> None:
    states = {*VECTORS["states"], "PendingReplicaDeletion"}
    for name, recorded in VECTORS["recorded"].items():
        assert name in VECTORS["rows"]
        assert set(recorded) <= states


def test_texts() -> None:
    key: Any = SimpleNamespace(arn="arn:aws:kms:us-east-1:111122223333:key/1", origin="EXTERNAL")
    for rule, code in CODES.items():
        if rule is not Rule.OK:
            error = refusal(rule, key)
            name, text = VECTORS["texts"][code]
            assert (error.wire_name, error.message) == (name, text.format(arn=key.arn, origin=key.origin))
