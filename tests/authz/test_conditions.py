"""Every operator against the table in vectors/authz/operators.json."""

import json
from pathlib import Path
from typing import Any

import pytest

from strongroom.authz.conditions import OPERATORS, compile_condition
from strongroom.authz.match import Context, Match

ROWS = json.loads(Path(__file__).parent.parent.joinpath("vectors/authz/operators.json").read_text())["rows"]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row[0]} {row[1]} {row[2]} {row[4]}")
def test_operator(row: list[Any]) -> None:
    operator, values, given, expected, _ = row
    condition = compile_condition(operator, "kms:Key", values, variables=True)
    context: dict[str, str | tuple[str, ...]] = {"aws:username": "alice"}
    if given is not None:
        context["kms:key"] = given if isinstance(given, str) else tuple(given)
    assert condition.test(context) is Match[expected]


def test_the_table_has_every_operator() -> None:
    shown = {row[0].rpartition(":")[2].removesuffix("IfExists") for row in ROWS}
    assert shown == OPERATORS


def test_keys_are_those_of_the_condition_and_its_variables() -> None:
    strings = compile_condition("StringLike", "kms:A", ["${aws:B}", "${kms:C, 'd'}"], variables=True)
    assert strings.keys == {"kms:a", "aws:b", "kms:c"}
    arns = compile_condition("ArnLike", "kms:A", ["arn:aws:iam::${aws:B}:user/${aws:C}"], variables=True)
    assert arns.keys == {"kms:a", "aws:b", "aws:c"}


def test_the_old_version_has_no_variables() -> None:
    condition = compile_condition("StringEquals", "kms:Key", ["${aws:username}"], variables=False)
    assert condition.keys == {"kms:key"}
    literal: Context = {"aws:username": "alice", "kms:key": "${aws:username}"}
    assert condition.test(literal) is Match.YES
    assert condition.test({"aws:username": "alice", "kms:key": "alice"}) is Match.NO


def test_a_multi_valued_key_is_no_variable() -> None:
    condition = compile_condition("StringEquals", "kms:Key", ["${aws:TagKeys}"], variables=True)
    assert condition.test({"aws:tagkeys": ("a",), "kms:key": "a"}) is Match.BROKEN
