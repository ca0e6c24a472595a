"""Every operation against AWS's published table of actions: tests/vectors/kms/actions.json.

What an operation asks comes from calling it with samples (tools/operation_samples.py), as for its page in docs/operations.
"""

import json
from functools import cache
from pathlib import Path

import pytest
from operation_samples import Facts, facts

from strongroom.operations.table import BUILT, MODELLED

VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "kms" / "actions.json").read_text())
PUBLISHED = VECTORS["operations"]
OURS = VECTORS["ours"]
NAMES = sorted(BUILT["kms"])


@cache
def asked(name: str) -> Facts:
    return facts(BUILT["kms"][name])


def test_the_table_is_whole() -> None:
    assert PUBLISHED.keys() == MODELLED["kms"].keys()


@pytest.mark.parametrize("name", NAMES)
def test_actions_and_their_resources(name: str) -> None:
    always = sorted([need.action, need.resource] for need in asked(name).needs if need.when is None)
    assert always == sorted(PUBLISHED[name]["actions"])
    sometimes = [[need.action, need.resource] for need in asked(name).needs if need.when is not None]
    for need in sometimes:
        assert need in PUBLISHED[name].get("optional_actions", ())
    missing = [need for need in PUBLISHED[name].get("optional_actions", ()) if need not in sometimes]
    assert {action for action, _ in missing} == OURS["actions_not_asked"].get(name, {}).keys()


@pytest.mark.parametrize("name", NAMES)
def test_other_accounts(name: str) -> None:
    """None is published where the question does not apply: no key is named there."""
    assert BUILT["kms"][name].cross_account is bool(PUBLISHED[name]["cross_account"])


@pytest.mark.parametrize("name", NAMES)
def test_only_what_writes_is_recorded_as_a_change(name: str) -> None:
    level = PUBLISHED[name]["access_level"]
    writes = level is not None and "Write" in level
    assert BUILT["kms"][name].read_only is (
        not writes or name in OURS["read_only_though_published_as_write"]["operations"]
    )


@pytest.mark.parametrize("name", NAMES)
def test_condition_keys(name: str) -> None:
    """All that are published have a value, but for those we give a reason for; what we have beyond them has one, too."""
    published = set()
    for key in PUBLISHED[name]["condition_keys"]:
        published |= set(VECTORS["groups"].get(key, [key]))
    ours = {key for key in asked(name).condition_keys if key.startswith("kms:") or key in VECTORS["tag_keys"]}
    excused = {key for key, operation in OURS["condition_keys_that_come_with"].items() if operation not in BUILT["kms"]}
    lacking = published - ours - OURS["condition_keys_without_a_value"].keys() - excused
    assert lacking == OURS["condition_keys_lacking"].get(name, {}).keys()
    beyond = OURS["condition_keys_beyond"]
    assert ours - published <= beyond["*"].keys() | beyond.get(name, {}).keys()
