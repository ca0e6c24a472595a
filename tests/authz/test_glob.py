"""Wildcards: agreement with a plain reference, and time that does not explode."""

import time
from itertools import chain, product

from strongroom.authz.glob import Wild, compile_glob
from strongroom.authz.pattern import parse_parts


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


def test_nothing_makes_it_slow() -> None:
    hard = [
        ("*a" * 12_000 + "*b", "a" * 8192),
        ("*?a" * 8_000 + "*b", "a" * 8192),
        ("*" + "a" * 16_000 + "b*", "a" * 8192),
        ("*" + "a?" * 2_000 + "b*", "a" * 8192),
        ("*" * 30_000 + "b", "a" * 8192),
        ("*?" * 15_000 + "b", "a" * 8192),
        ("*" + "ab" * 2_000 + "c*" + "ba" * 2_000, "ab" * 4096),
    ]
    started = time.process_time()
    for pattern, text in hard:
        assert not matches(pattern, text)
    assert time.process_time() - started < 2  # they take about 0.1 s; a backtracking matcher would take years
