"""Where the statements of a policy document stand in its text, as IAM's simulator tells them.

Lines and columns count from 1. A statement begins behind the character that opens or separates it (``[``, ``,`` or ``:``) and
ends behind its closing brace.
"""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Position:
    line: int
    column: int


def statement_positions(text: str) -> Sequence[tuple[Position, Position]]:
    """Return (start, end) of each statement of a document that has been parsed, in their order."""
    found: list[tuple[Position, Position]] = []
    open_at: list[str] = []
    start, index, in_text = 0, 0, False
    while index < len(text):
        character = text[index]
        if in_text:
            index += character == "\\"
            in_text = character != '"'
        elif character == '"':
            in_text = True
        elif character in "{[":
            open_at.append(character)
            start = index + 1 if open_at == ["{", "["] else start
        elif character in "}]":
            if character == "}" and open_at in (["{", "{"], ["{", "[", "{"]):
                found.append((_position(text, start), _position(text, index + 1)))
            open_at.pop()
        elif character in ",:" and open_at in (["{"], ["{", "["]):
            start = index + 1
        index += 1
    return found


def _position(text: str, offset: int) -> Position:
    before = text[:offset]
    return Position(before.count("\n") + 1, offset - (before.rfind("\n") + 1) + 1)
