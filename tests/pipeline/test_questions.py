"""Audit records read back as questions: every operation of KMS is decided again as it was decided."""

import pytest

from strongroom.operations.table import BUILT
from strongroom.stations.questions import NotExplainableError, Questions
from strongroom.stations.recorded import Outcome, Records
from support.bodies import BODIES, World
from support.house import Answer, House

BY_THE_GRANT = frozenset({"RetireGrant"})
REMOVES_WHAT_IT_NAMES = frozenset({"DeleteAlias", "UpdatePrimaryRegion"})


@pytest.fixture
def world() -> World:
    return World(House())


def decided_again(house: House, answer: Answer) -> tuple[Outcome, bool]:
    """Return what the record says, and what the policies say of it now."""
    with house.store.snapshot() as view:
        call = Records(view).call_of(answer.record)
        explanations = Questions(view).explain(call.question)
    return call.outcome, all(each.decision.allowed for each in explanations)


@pytest.mark.parametrize("name", sorted(BUILT["kms"]))
def test_a_record_is_decided_again_as_it_was(world: World, name: str) -> None:
    house = world.house
    body = BODIES[name](world)
    nobody = house.add_user(f"nobody-{name}")
    refused = house.call(name, body, user=nobody)
    assert refused.error[0] == "AccessDeniedException"
    if name in BY_THE_GRANT:
        with pytest.raises(NotExplainableError):
            decided_again(house, refused)
        return
    assert decided_again(house, refused) == (Outcome.DENIED, False)
    allowed = house.call(name, body)
    assert allowed.status == 200, allowed.raw
    if name in REMOVES_WHAT_IT_NAMES:
        with pytest.raises(NotExplainableError):
            decided_again(house, allowed)
    else:
        assert decided_again(house, allowed) == (Outcome.ALLOWED, True)


def test_a_record_without_its_parameters_is_not_decided_again(world: World) -> None:
    """They were too large to be kept; without them it would be another question."""
    house = world.house
    context = {"k": "v" * 200_000}
    refused = house.call("Encrypt", BODIES["Encrypt"](world) | {"EncryptionContext": context}, user=house.add_user("n"))
    assert refused.error[0] == "AccessDeniedException"
    assert refused.record["requestParameters"] == {"omitted": True}
    with pytest.raises(NotExplainableError, match="too large"):
        decided_again(house, refused)
