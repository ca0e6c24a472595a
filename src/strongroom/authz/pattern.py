"""Texts in policies: literals with wildcards and policy variables, alone and in lists.

A variable stands for a text that only the request knows; wildcards inside that text are literal. A variable that cannot
be resolved may stand for anything: what could then match is BROKEN, what could not is NO.
Source: IAM User Guide, "IAM policy elements: Variables and tags" (syntax, special characters, default values).
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from strongroom.authz.document import refuse_syntax
from strongroom.authz.glob import Glob, Wild, compile_glob
from strongroom.authz.match import BROKEN, NO, YES, Context, Match, any_of

# ${name}, ${name, 'default'}, and ${*} ${?} ${$} for the characters themselves
_VARIABLE = re.compile(r"\$\{(?:([*?$])|([^\s{}*?$',](?:[^{}*?$',]*[^\s{}*?$',])?)(?:\s*,\s*'([^'{}]*)')?)\}")
_SPECIAL = re.compile(r"[*?]|\$\{")


@dataclass(frozen=True, slots=True)
class Variable:
    """``key`` is the condition key in lower case whose value is put in."""

    key: str
    default: str | None = None


Part = str | Wild | Variable


def parse_parts(text: str, *, variables: bool, wildcards: bool = True) -> tuple[Part, ...]:
    """Split ``text`` into literals, wildcards and variables. Errors: MalformedPolicyDocumentError."""
    parts: list[Part] = []
    at = 0
    while special := _SPECIAL.search(text, at):
        parts.append(text[at : special.start()])
        at = special.end()
        if special.group() == "${" and variables:
            part, at = _parse_variable(text, special.start())
            parts.append(part)
        elif wildcards and special.group() != "${":
            parts.append(Wild(special.group()))
        else:
            parts.append(special.group())
    parts.append(text[at:])
    return tuple(part for part in parts if part != "")


def _parse_variable(text: str, at: int) -> tuple[Part, int]:
    found = _VARIABLE.match(text, at)
    if found is None:
        refuse_syntax(f"{text[:200]} holds a broken policy variable")
    character, key, default = found.groups()
    return character or Variable(key.lower(), default), found.end()


@dataclass(frozen=True, slots=True)
class Pattern:
    """A text with variables (and perhaps wildcards); ``fold`` ignores case."""

    parts: tuple[Part, ...]
    fold: bool = False

    @property
    def keys(self) -> frozenset[str]:
        return frozenset(part.key for part in self.parts if isinstance(part, Variable))

    def match(self, text: str, context: Context) -> Match:
        resolved = tuple(self._resolve(part, context) for part in self.parts)
        known = tuple(Wild.ANY_TEXT if part is None else part for part in resolved)
        if not compile_glob(known)(text):
            return NO
        return BROKEN if None in resolved else YES

    def may_match(self, text: str) -> bool:
        """Tell whether any values of the variables could make ``text`` match."""
        parts = tuple(Wild.ANY_TEXT if isinstance(part, Variable) else part for part in self.parts)
        return compile_glob(parts)(text)

    def _resolve(self, part: Part, context: Context) -> str | Wild | None:
        if not isinstance(part, Variable):
            return part
        value = context.get(part.key, part.default)
        if isinstance(value, str):
            return value.lower() if self.fold else value
        return None  # absent without a default, or multi-valued, which a variable cannot be


@dataclass(frozen=True, slots=True)
class PatternSet:
    """Texts of which one must match: the exact ones by look-up, then wildcards, then those that need the request."""

    exact: frozenset[str]
    globs: tuple[Glob, ...] = field(default=(), repr=False)
    variable: tuple[Pattern, ...] = ()

    def matches(self, text: str) -> bool:
        """Tell whether a text without variables matches."""
        if text in self.exact:
            return True
        for glob in self.globs:  # noqa: SIM110 - on the hot path: any() over a generator takes longer than most globs
            if glob(text):
                return True
        return False

    def match(self, text: str, context: Context) -> Match:
        if self.matches(text):
            return YES
        return any_of(pattern.match(text, context) for pattern in self.variable) if self.variable else NO

    @property
    def keys(self) -> frozenset[str]:
        return frozenset().union(*(pattern.keys for pattern in self.variable))


def pattern_set(texts: Iterable[str], *, variables: bool, wildcards: bool = True, fold: bool = False) -> PatternSet:
    """Compile ``texts``; with ``fold``, match with lower-case texts only. Errors: MalformedPolicyDocumentError."""
    exact: set[str] = set()
    globs: list[Glob] = []
    variable: list[Pattern] = []
    for text in texts:
        parts = parse_parts(text, variables=variables, wildcards=wildcards)
        if fold:
            parts = tuple(part.lower() if isinstance(part, str) else part for part in parts)
        fixed = _without_variables(parts)
        if fixed is None:
            variable.append(Pattern(parts, fold))
        elif any(isinstance(part, Wild) for part in fixed):
            globs.append(compile_glob(fixed))
        else:
            exact.add("".join(part for part in fixed if isinstance(part, str)))
    return PatternSet(frozenset(exact), tuple(globs), tuple(variable))


def _without_variables(parts: Sequence[Part]) -> tuple[str | Wild, ...] | None:
    fixed = tuple(part for part in parts if not isinstance(part, Variable))
    return fixed if len(fixed) == len(parts) else None
