"""Three-valued matching: yes, no, and "cannot be evaluated".

INVARIANT: BROKEN can only make the answer stricter: a Deny counts when it is not NO, an Allow only when it is YES.
"""

from collections.abc import Callable, Iterable
from enum import Enum

from strongroom.model.permission import ConditionValues

Context = ConditionValues
"""Condition keys in lower case -> values of the request. A tuple is a multi-valued key; empty, it counts as absent."""


class Match(Enum):
    YES = "yes"
    NO = "no"
    BROKEN = "broken"


Test = Callable[[Context], Match]


def invert(match: Match) -> Match:
    """Swap YES and NO; what cannot be evaluated cannot be denied either."""
    if match is Match.BROKEN:
        return match
    return Match.NO if match is Match.YES else Match.YES


def all_of(matches: Iterable[Match]) -> Match:
    """Return NO if any is NO, else BROKEN if any is BROKEN, else YES."""
    result = Match.YES
    for match in matches:
        if match is Match.NO:
            return match
        if match is Match.BROKEN:
            result = match
    return result


def any_of(matches: Iterable[Match]) -> Match:
    """Return YES if any is YES, else BROKEN if any is BROKEN, else NO."""
    result = Match.NO
    for match in matches:
        if match is Match.YES:
            return match
        if match is Match.BROKEN:
            result = match
    return result
