"""Wildcards: agreement with a plain reference, and time that does not explode."""

import time
from collections.abc import Iterator
from itertools import chain, product
from typing import SupportsIndex

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from strongroom.authz.glob import Wild, compile_glob
from strongroom.authz.match import Match
from strongroom.authz.pattern import parse_parts, pattern_set


def reference(pattern: str, text: str) -> bool:
    """Match by the definition, one row of the classic table at a time."""
    row = [True] + [False] * len(text)
    for sign in pattern:
        if sign == "*":
            reached = False
            new = []
            for cell in row:
                reached = reached or cell
                new.append(reached)
        else:
            new = [False] + [cell and sign in ("?", text[at]) for at, cell in enumerate(row[:-1])]
        row = new
    return row[-1]


def matches(pattern: str, text: str) -> bool:
    parts = [part for part in parse_parts(pattern, variables=False) if isinstance(part, str | Wild)]
    return compile_glob(parts)(text)


def words(alphabet: str, longest: int) -> list[str]:
    return ["".join(one) for one in chain.from_iterable(product(alphabet, repeat=size) for size in range(longest + 1))]


def test_agrees_with_the_reference_on_all_small_cases() -> None:
    texts = words("ab", 4)
    for pattern in words("ab*?", 5):
        wrong = [text for text in texts if matches(pattern, text) is not reference(pattern, text)]
        assert not wrong, pattern


def test_the_two_ways_agree_on_literal_wildcards() -> None:
    assert compile_glob(("a", Wild.ANY_TEXT, "*?"))("ax*?")
    assert not compile_glob(("a", Wild.ANY_TEXT, "*?"))("axyz")
    assert compile_glob(("a", Wild.ANY_CHARACTER, "*?"))("ax*?")


@settings(max_examples=300)
@given(st.text("ab*?\u00e9\n:/", max_size=12), st.text("ab*?\u00e9\n:/", max_size=30))
def test_agrees_with_the_reference_on_longer_ones(pattern: str, text: str) -> None:
    assert matches(pattern, text) is reference(pattern, text)


@given(st.lists(st.sampled_from(["*", "?", "ab", "a", "\u00e9"]), max_size=8), st.data())
def test_a_text_made_from_a_pattern_matches_it(parts: list[str], data: st.DataObject) -> None:
    """Mostly hits, where random texts are mostly misses."""
    fill = {"*": st.text("ab\u00e9", max_size=4), "?": st.sampled_from("ab\u00e9")}
    text = "".join(data.draw(fill[part]) if part in fill else part for part in parts)
    assert matches("".join(parts), text)
    assert reference("".join(parts), text)


@given(
    st.lists(st.text("ab*?", max_size=6), max_size=6),
    st.text("ab", max_size=12),
    st.sampled_from(["a", "*b", "", None]),
)
def test_one_of_many_patterns_matches(patterns: list[str], text: str, value: str | None) -> None:
    """Patterns of one list are matched together; what a variable stands for is literal, and without a value anything."""
    expected = any(reference(pattern, text) for pattern in patterns)
    assert pattern_set(patterns, variables=False).matches(text) is expected
    with_variable = pattern_set([f"{pattern}${{a:b}}" for pattern in patterns], variables=True)
    if value is None:
        may = any(reference(f"{pattern}*", text) for pattern in patterns)
        assert with_variable.match(text, {}) is (Match.BROKEN if may else Match.NO)
    else:
        fits = text.endswith(value) and any(reference(one, text[: len(text) - len(value)]) for one in patterns)
        assert with_variable.match(text, {"a:b": value}) is (Match.YES if fits else Match.NO)


HARD = [
    ("*a" * 12_000 + "*b", "a" * 8192),
    ("*?a" * 8_000 + "*b", "a" * 8192),
    ("*" + "a" * 16_000 + "b*", "a" * 8192),
    ("*" + "a?" * 2_000 + "b*", "a" * 8192),
    ("*" * 30_000 + "b", "a" * 8192),
    ("*?" * 15_000 + "b", "a" * 8192),
    ("*" + "ab" * 2_000 + "c*" + "ba" * 2_000, "ab" * 4096),
    ("*ab" * 4_000 + "*c*", "ab" * 4096),
]


class Counted(str):  # noqa: SLOT000 - it needs a place for its count
    """A text that counts the characters that are looked at."""

    steps = 0

    def find(
        self, sub: str, start: SupportsIndex | None = None, end: SupportsIndex | None = None, /
    ) -> int:  # fmt: skip
        assert isinstance(start, int)
        assert isinstance(end, int)
        found = super().find(sub, start, end)
        self.steps += (end if found < 0 else found + len(sub)) - start
        return found

    def __iter__(self) -> Iterator[str]:
        for character in super().__iter__():
            self.steps += 1
            yield character


@pytest.mark.parametrize(("pattern", "text"), HARD, ids=lambda text: text[:8])
def test_no_character_is_looked_at_twice(pattern: str, text: str) -> None:
    counted = Counted(text)
    assert not matches(pattern, counted)
    assert counted.steps <= len(text)


@given(st.text("ab*?", max_size=12), st.text("ab", max_size=40))
def test_no_character_of_any_text_is_looked_at_twice(pattern: str, text: str) -> None:
    counted = Counted(text)
    matches(pattern, counted)
    assert counted.steps <= len(text)


def test_nothing_makes_it_slow() -> None:
    started = time.process_time()
    for pattern, text in HARD:
        assert not matches(pattern, text)
    assert time.process_time() - started < 2  # they take about 0.1 s; a backtracking matcher would take years


def test_many_patterns_do_not_make_it_slow() -> None:
    """A policy is 32 KB at most: as many patterns as fit, on as long a text as an encryption context holds."""
    text, patterns = "a" * 8192, [f"*a*b?c{number}" for number in range(2_500)]
    started = time.process_time()
    assert not pattern_set(patterns, variables=False).matches(text)
    with_variables = pattern_set([f"{pattern}${{a:b}}" for pattern in patterns], variables=True)
    assert with_variables.match(text, {"a:b": "x"}) is Match.NO
    assert with_variables.match(text, {}) is Match.NO
    assert time.process_time() - started < 2  # about 0.2 s; one after the other they take ten
