"""The text of an environment file: assignments, comments and directives, line by line. Pure.

Leaves to others: what a sealed value is (``values.py``), and KMS. Format: docs/formats/env-file.md. What systemd, container tools and
dotenv libraries read differently is refused rather than guessed. No message quotes a line: it may hold a secret.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

VERSION = "strongroom env 1"

_ASSIGNMENT = re.compile(r"(?P<export>(?:export[ \t]+)?)(?P<name>[A-Za-z_][A-Za-z0-9_]*)=(?P<rest>.*)", re.DOTALL)
_DIRECTIVE = "#:"
_ESCAPED = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\", "$": "$", "`": "`"}
_COMMENT_INSIDE = re.compile(r"[ \t]#")


class EnvFileError(ValueError):
    """The file is not what docs/formats/env-file.md describes. The text says where and how to mend it."""


@dataclass(frozen=True, slots=True)
class Line:
    """One assignment, or any other text that is kept as it is (``name`` is empty then)."""

    text: str
    number: int
    name: str = ""
    export: str = ""
    value: str = ""

    def with_value(self, plain: str) -> "Line":
        """Return the assignment with a value that needs no quotes."""
        return Line(f"{self.export}{self.name}={plain}", self.number, self.name, self.export, plain)

    def __repr__(self) -> str:
        return f"Line({self.number}, {self.name or 'text'})"  # never a value in a traceback


def parse(text: str) -> list[Line]:
    """Return the lines, in order. Errors: EnvFileError."""
    found = list(_lines(text))
    first: dict[str, int] = {}
    for line in found:
        if line.name and first.setdefault(line.name, line.number) != line.number:
            raise EnvFileError(
                f"{line.name} stands in line {first[line.name]} and in line {line.number}: keep one of them."
            )
    return found


def render(lines: list[Line]) -> str:
    """Return the text of the lines; those that nobody changed are as they were, byte for byte."""
    return "".join(f"{line.text}\n" for line in lines)


def assignments(lines: list[Line]) -> Iterator[Line]:
    """Return the lines that give a variable its value."""
    return (line for line in lines if line.name)


def _lines(text: str) -> Iterator[Line]:
    if "\0" in text:
        raise EnvFileError("There is a zero byte in the file; no environment value can hold one.")
    if text.startswith("\ufeff"):
        raise EnvFileError("The file begins with a byte order mark: save it as UTF-8 without one.")
    waiting = text.split("\n")
    if waiting[-1] == "":
        waiting.pop()
    number = 0
    while number < len(waiting):
        raw, start = waiting[number].removesuffix("\r"), number + 1
        number += 1
        stripped = raw.strip()
        if not stripped or stripped.startswith("#"):
            yield Line(raw, start)
            continue
        assigned = _ASSIGNMENT.fullmatch(raw.strip())
        if assigned is None:
            raise EnvFileError(f"Line {start} is neither NAME=value nor a comment.")
        rest = assigned["rest"]
        if rest[:1] in {"'", '"'}:
            while not _closed(rest):  # a quoted value may go over several lines: a private key in PEM
                if number == len(waiting):
                    raise EnvFileError(f"Line {start} opens a quote that is never closed.")
                raw += "\n" + waiting[number].removesuffix("\r")
                rest += "\n" + waiting[number].removesuffix("\r")
                number += 1
        yield Line(raw, start, assigned["name"], assigned["export"], _value(rest, start))


def _closed(rest: str) -> bool:
    return _end_of_quote(rest) > 0


def _end_of_quote(rest: str) -> int:
    """Return where the quote that opens ``rest`` closes; 0 when it does not."""
    quote, at = rest[0], 1
    while at < len(rest):
        if rest[at] == "\\" and quote == '"':
            at += 1
        elif rest[at] == quote:
            return at
        at += 1
    return 0


def _value(rest: str, number: int) -> str:
    if rest[:1] not in {"'", '"'}:
        if _COMMENT_INSIDE.search(rest):
            raise EnvFileError(
                f"Line {number}: ' #' inside a value is a comment to some programs; put the value in quotes."
            )
        return rest.strip()
    end = _end_of_quote(rest)
    after = rest[end + 1 :].strip()
    if after and not after.startswith("#"):
        raise EnvFileError(f"Line {number}: something follows the closing quote.")
    inside = rest[1:end]
    return inside if rest[0] == "'" else re.sub(r"\\(.)", _unescaped, inside, flags=re.DOTALL)


def _unescaped(found: re.Match[str]) -> str:
    return _ESCAPED.get(found[1], found[0])


# --- directives ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Header:
    """What the ``#:`` lines say: the key, the encryption context, and the names (patterns) whose values are sealed."""

    key_id: str | None = None
    context: tuple[tuple[str, str], ...] = ()
    names: tuple[str, ...] = ()

    def lines(self) -> list[Line]:
        said = [VERSION, f"key {self.key_id}", *(f"context {name}={value}" for name, value in self.context)]
        if self.names:
            said.append(f"seal {' '.join(self.names)}")
        return [Line(f"{_DIRECTIVE} {each}", 0) for each in said]


def is_directive(line: Line) -> bool:
    """Say whether a line is for strongroom (``#:``) and a comment to everyone else."""
    return not line.name and line.text.lstrip().startswith(_DIRECTIVE)


def header_of(lines: list[Line]) -> Header:
    """Return what the directives say. Errors: EnvFileError for those of another version, unknown or doubled."""
    key_id: str | None = None
    context: dict[str, str] = {}
    names: list[str] = []
    for line in filter(is_directive, lines):
        said = line.text.strip().removeprefix(_DIRECTIVE).strip()
        word, _, rest = said.partition(" ")
        rest = rest.strip()
        if said == VERSION:
            continue
        if word == "key" and rest and key_id is None:
            key_id = rest
        elif word == "seal" and rest:
            names += rest.split()
        elif word == "context" and "=" in rest and (name := rest.partition("=")[0]) not in context:
            context[name] = rest.partition("=")[2]
        else:
            raise EnvFileError(f"Line {line.number} is a directive ({_DIRECTIVE}) that this version does not know.")
    return Header(key_id, tuple(context.items()), tuple(names))
