"""Wildcards of policies: ``*`` is any text, ``?`` any one character. Compiled once, matched without backtracking.

Policies and the texts they are matched with come from callers, so the time must not grow beyond (text length) x
(pattern length / machine word): patterns without ``?`` are searched piece by piece, leftmost first, which is exact for
``*`` alone; others run as a bit-parallel automaton (Baeza-Yates and Gonnet, "A new approach to text searching",
CACM 35(10), 1992). All such patterns of one list share an automaton: a text is read once, however many there are.
"""

from collections.abc import Callable, Sequence
from enum import Enum
from functools import partial
from itertools import chain


class Wild(Enum):
    ANY_TEXT = "*"
    ANY_CHARACTER = "?"


Glob = Callable[[str], bool]


def compile_glob(parts: Sequence[str | Wild]) -> Glob:
    """Return a function that tells whether a whole text matches ``parts``: literals and wildcards in their order."""
    if Wild.ANY_CHARACTER in parts:
        return _Automaton((parts,))
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
        return lambda text: text.startswith(first)
    if not middle and not first:
        return lambda text: text.endswith(last)
    return partial(_match_pieces, first, middle, last)


def compile_globs(patterns: Sequence[Sequence[str | Wild]]) -> tuple[Glob, ...]:
    """Return functions of which one says yes to a text that matches any of the patterns."""
    slow = [parts for parts in patterns if Wild.ANY_CHARACTER in parts]
    quick = tuple(compile_glob(parts) for parts in patterns if Wild.ANY_CHARACTER not in parts)
    return (*quick, _Automaton(slow)) if slow else quick


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
