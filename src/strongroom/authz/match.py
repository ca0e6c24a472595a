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


YES, NO, BROKEN = Match
"""The same, to be compared with on the hot path: looking a member up on its class takes seven times as long."""

Test = Callable[[Context], Match]


def invert(match: Match) -> Match:
    """Swap YES and NO; what cannot be evaluated cannot be denied either."""
    return BROKEN if match is BROKEN else NO if match is YES else YES


def all_of(matches: Iterable[Match]) -> Match:
    """Return NO if any is NO, else BROKEN if any is BROKEN, else YES."""
    result = YES
    for match in matches:
        if match is NO:
            return match
        if match is BROKEN:
            result = match
    return result


def any_of(matches: Iterable[Match]) -> Match:
    """Return YES if any is YES, else BROKEN if any is BROKEN, else NO."""
    result = NO
    for match in matches:
        if match is YES:
            return match
        if match is BROKEN:
            result = match
    return result
