"""Wildcards of policies: ``*`` is any text, ``?`` any one character. Compiled once, matched without backtracking.

Policies and the texts they are matched with come from callers, so the time must not grow beyond (text length) x
(pattern length / machine word): patterns without ``?`` are searched piece by piece, leftmost first, which is exact for
``*`` alone. With ``?`` a short pattern is a regular expression, whose pieces are atomic groups: each is searched leftmost first and
never again. Long ones, and many of one list, run as one bit-parallel automaton, which reads a text once (Baeza-Yates and
Gonnet, "A new approach to text searching", CACM 35(10), 1992).
"""

import re
from collections.abc import Callable, Sequence
from enum import Enum
from functools import partial
from itertools import chain
from operator import methodcaller


class Wild(Enum):
    ANY_TEXT = "*"
    ANY_CHARACTER = "?"


Glob = Callable[[str], bool]

_MAX_EXPRESSION = 256  # characters: beyond, the automaton is quicker
_FEW = 4  # patterns of one list; more share an automaton


def compile_glob(parts: Sequence[str | Wild]) -> Glob:
    """Return a function that tells whether a whole text matches ``parts``: literals and wildcards in their order."""
    if Wild.ANY_CHARACTER in parts:
        return _expression(parts) if _is_short(parts) else _Automaton((parts,))
    pieces = [""]
    for part in parts:
        if isinstance(part, Wild):
            pieces.append("")
        else:
            pieces[-1] += part
    if len(pieces) == 1:
        return pieces[0].__eq__
    if not any(pieces):
        return _anything
    first, middle, last = pieces[0], tuple(piece for piece in pieces[1:-1] if piece), pieces[-1]
    if not middle and not last:
        return methodcaller("startswith", first)  # half the time of a function of ours
    if not middle and not first:
        return methodcaller("endswith", last)
    return partial(_match_pieces, first, middle, last)


def compile_globs(patterns: Sequence[Sequence[str | Wild]]) -> tuple[Glob, ...]:
    """Return functions of which one says yes to a text that matches any of the patterns."""
    slow = [parts for parts in patterns if Wild.ANY_CHARACTER in parts]
    quick = tuple(compile_glob(parts) for parts in patterns if Wild.ANY_CHARACTER not in parts)
    if len(slow) <= _FEW and all(map(_is_short, slow)):
        return (*quick, *map(_expression, slow))
    return (*quick, _Automaton(slow))


def _is_short(parts: Sequence[str | Wild]) -> bool:
    return _length(parts) <= _MAX_EXPRESSION


def _expression(parts: Sequence[str | Wild]) -> Glob:
    pieces: list[list[str | Wild]] = [[]]
    for part in parts:
        if part is Wild.ANY_TEXT:
            pieces.append([])
        else:
            pieces[-1].append(part)
    first, *middle = (_written(piece) for piece in pieces)
    if not middle:
        return partial(_fullmatch, re.compile(first, re.DOTALL).fullmatch)
    *middle, last = middle
    head = re.compile(first + "".join(f"(?>.*?{piece})" for piece in middle if piece) + ".*", re.DOTALL)
    return partial(_match_expression, head.fullmatch, re.compile(last, re.DOTALL).fullmatch, _length(pieces[-1]))


def _written(piece: Sequence[str | Wild]) -> str:
    return "".join(re.escape(part) if isinstance(part, str) else "." for part in piece)


def _length(parts: Sequence[str | Wild]) -> int:
    return sum(len(part) if isinstance(part, str) else 1 for part in parts)


def _fullmatch(match: Callable[[str], object], text: str) -> bool:
    return match(text) is not None


def _match_expression(
    head: Callable[[str, int, int], object], last: Callable[[str, int], object], length: int, text: str
) -> bool:
    """Match the end first: it is where it is, and need not be searched."""
    end = len(text) - length
    return end >= 0 and last(text, end) is not None and head(text, 0, end) is not None


def _anything(_text: str) -> bool:
    return True


def _match_pieces(first: str, middle: tuple[str, ...], last: str, text: str) -> bool:
    if len(text) < len(first) + len(last) or not (text.startswith(first) and text.endswith(last)):
        return False
    at, end = len(first), len(text) - len(last)
    for piece in middle:
        found = text.find(piece, at, end)
        if found < 0:
            return False
        at = found + len(piece)
    return True


class _Automaton:
    """All states of the patterns in one integer: a bit is set when that much of that pattern is matched."""

    __slots__ = ("_any", "_final", "_first", "_loops", "_masks", "_won")

    def __init__(self, patterns: Sequence[Sequence[str | Wild]]) -> None:
        masks: dict[str, int] = {}
        wild = loops = first = final = 0
        bit = 1
        for parts in patterns:
            first |= bit
            for item in chain.from_iterable((part,) if isinstance(part, Wild) else part for part in parts):
                if item is Wild.ANY_TEXT:
                    loops |= bit  # this state may also stay as it is
                    continue
                if isinstance(item, str):
                    masks[item] = masks.get(item, 0) | bit
                else:
                    wild |= bit
                bit <<= 1
            final |= bit  # from where no character leads on, so that nothing spills over into the next pattern
            bit <<= 1
        self._masks = {character: mask | wild for character, mask in masks.items()}
        self._any, self._loops, self._first, self._final = wild, loops, first, final
        self._won = final & loops  # whatever comes, it matches

    def __call__(self, text: str) -> bool:
        states, masks, any_character, loops, won = self._first, self._masks, self._any, self._loops, self._won
        for character in text:
            states = ((states & masks.get(character, any_character)) << 1) | (states & loops)
            if states & won:
                return True
            if not states:
                return False
        return bool(states & self._final)
