"""The matrix of operations and key states through the whole corridor: each cell answers what the one table says.

Nothing is committed but the state of the key: ``decide`` walks all stations and stops there.
"""

import json
from dataclasses import replace

import pytest

from strongroom.model.key import Key, KeyState
from strongroom.model.key_state import OPERATIONS_WITH_STATE_RULES, Rule, refusal, rule_for
from strongroom.operations.table import BUILT
from strongroom.store.port import Update
from support.bodies import BODIES, World
from support.house import ACCOUNT, House

NAMES = sorted(BUILT["kms"].keys() & OPERATIONS_WITH_STATE_RULES)
REGION = "us-east-1"
NAMES_NO_KEY = {"ListAliases"}  # without the filter, its body asks for no key
WORLD = World(House())


def set_state(key_id: str, state: KeyState) -> Key:
    """Put the key into a state behind the pipeline's back, and return it."""
    with WORLD.house.store.snapshot() as view:
        key = view.get(Key, ACCOUNT, REGION, key_id)
    assert key is not None
    WORLD.house.store.commit((Update(replace(key, state=state)),))
    return replace(key, state=state)


def key_of(record: dict[str, list[dict[str, str]]]) -> str:
    """Return the id of the key that the record names."""
    (first, *_) = [
        resource["ARN"]
        for resource in record["resources"]
        if ":key/" in resource["ARN"] and f":{REGION}:" in resource["ARN"]
    ]
    return first.rpartition("/")[2]


@pytest.mark.parametrize("name", NAMES)
def test_every_state(name: str) -> None:
    house = WORLD.house
    request = house.request(name, BODIES[name](WORLD))
    with house.store.snapshot() as view:
        walked = house.pipeline.decide(request, view)
    if name in NAMES_NO_KEY:
        assert walked.status == 200
        return
    key_id = key_of(json.loads(walked.record))
    with house.store.snapshot() as view:
        before = view.get(Key, ACCOUNT, REGION, key_id)
    assert before is not None
    for state in KeyState:
        key = set_state(key_id, state)
        with house.store.snapshot() as view:
            decided = house.pipeline.decide(request, view)
        answer = json.loads(decided.body) if decided.body else {}
        met = (answer.get("__type"), answer.get("message"))
        rule = rule_for(name, state)
        if rule is not Rule.OK:
            expected = refusal(rule, key)
            assert met == (expected.wire_name, expected.message), state
        else:
            assert met[1] not in refusals(key), state
    set_state(key_id, before.state)


def refusals(key: Key) -> set[str | None]:
    """Return every text that refuses a key for its state."""
    return {refusal(rule, key).message for rule in Rule if rule is not Rule.OK}


def test_refusals_are_errors_that_the_model_declares() -> None:
    """Otherwise typed clients cannot catch them."""
    for name in NAMES:
        for state in KeyState:
            rule = rule_for(name, state)
            if rule is not Rule.OK:
                error = refusal(rule, set_state(WORLD.key, KeyState.ENABLED))
                assert error.wire_name in BUILT["kms"][name].shape.errors, (name, state)
