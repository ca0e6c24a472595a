"""Texts in policies: literals with wildcards and policy variables, alone and in lists.

A variable stands for a text that only the request knows; wildcards inside that text are literal. A variable that cannot
be resolved may stand for anything: what could then match is BROKEN, what could not is NO.
Source: IAM User Guide, "IAM policy elements: Variables and tags" (syntax, special characters, default values).
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from strongroom.authz.document import refuse_syntax
from strongroom.authz.glob import Glob, Wild, compile_glob, compile_globs
from strongroom.authz.match import BROKEN, NO, YES, Context, Match

# ${name}, ${name, 'default'}, and ${*} ${?} ${$} for the characters themselves
_VARIABLE = re.compile(r"\$\{(?:([*?$])|([^\s{}*?$',](?:[^{}*?$',]*[^\s{}*?$',])?)(?:\s*,\s*'([^'{}]*)')?)\}")
_MAX_REMEMBERED = 128  # the largest takes a megabyte
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


@dataclass(frozen=True, slots=True, eq=False)
class Pattern:
    """A text with variables or wildcards, or both; ``fold`` ignores case. ``fixed`` matches one without variables."""

    parts: tuple[Part, ...]
    fold: bool = False
    fixed: Glob | None = field(init=False, repr=False, default=None)

    def __post_init__(self) -> None:
        known = _without_variables(self.parts)
        if known is not None:
            object.__setattr__(self, "fixed", compile_glob(known))

    @property
    def keys(self) -> frozenset[str]:
        return frozenset(part.key for part in self.parts if isinstance(part, Variable))

    def match(self, text: str, context: Context) -> Match:
        if self.fixed is not None:
            return YES if self.fixed(text) else NO
        return match_any((self,), text, context)

    def may_match(self, text: str) -> bool:
        """Tell whether any values of the variables could make ``text`` match."""
        parts = tuple(Wild.ANY_TEXT if isinstance(part, Variable) else part for part in self.parts)
        return compile_glob(parts)(text)

    def resolved(self, context: Context) -> tuple[tuple[str | Wild, ...], bool]:
        """Return the parts with the values of variables, and whether there were values for all of them."""
        resolved = tuple(self._resolve(part, context) for part in self.parts)
        return tuple(Wild.ANY_TEXT if part is None else part for part in resolved), None not in resolved

    def _resolve(self, part: Part, context: Context) -> str | Wild | None:
        if not isinstance(part, Variable):
            return part
        value = context.get(part.key, part.default)
        if isinstance(value, str):
            return value.lower() if self.fold else value
        return None  # absent without a default, or multi-valued, which a variable cannot be


def match_any(patterns: tuple[Pattern, ...], text: str, context: Context) -> Match:
    """Tell whether a text matches one of the patterns; YES before BROKEN."""
    known, unknown = _compiled(patterns, tuple(context.get(name) for name in _names(patterns)))
    if any(glob(text) for glob in known):
        return YES
    return BROKEN if any(glob(text) for glob in unknown) else NO


@lru_cache(_MAX_REMEMBERED)
def _names(patterns: tuple[Pattern, ...]) -> tuple[str, ...]:
    """Return the condition keys of the patterns' variables."""
    return tuple(sorted(frozenset().union(*(pattern.keys for pattern in patterns))))


@lru_cache(_MAX_REMEMBERED)
def _compiled(
    patterns: tuple[Pattern, ...], values: tuple[str | tuple[str, ...] | None, ...]
) -> tuple[tuple[Glob, ...], tuple[Glob, ...]]:
    """Compile patterns with the values of ``_names``: those whose variables are all known, and the others.

    The same values come again: those of one caller, of one key, and in one request for each value of a multi-valued key.
    """
    context = {name: value for name, value in zip(_names(patterns), values, strict=True) if value is not None}
    resolved = [pattern.resolved(context) for pattern in patterns]
    known, unknown = ([parts for parts, whole in resolved if whole is wanted] for wanted in (True, False))
    return compile_globs(known), compile_globs(unknown)


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
        return match_any(self.variable, text, context) if self.variable else NO

    @property
    def keys(self) -> frozenset[str]:
        return frozenset().union(*(pattern.keys for pattern in self.variable))


def pattern_set(texts: Iterable[str], *, variables: bool, wildcards: bool = True, fold: bool = False) -> PatternSet:
    """Compile ``texts``; with ``fold``, match with lower-case texts only. Errors: MalformedPolicyDocumentError."""
    exact: set[str] = set()
    wild: list[tuple[str | Wild, ...]] = []
    variable: list[Pattern] = []
    for text in texts:
        parts = parse_parts(text, variables=variables, wildcards=wildcards)
        if fold:
            parts = tuple(part.lower() if isinstance(part, str) else part for part in parts)
        fixed = _without_variables(parts)
        if fixed is None:
            variable.append(Pattern(parts, fold))
        elif any(isinstance(part, Wild) for part in fixed):
            wild.append(fixed)
        else:
            exact.add("".join(part for part in fixed if isinstance(part, str)))
    return PatternSet(frozenset(exact), compile_globs(wild), tuple(variable))


def _without_variables(parts: Sequence[Part]) -> tuple[str | Wild, ...] | None:
    fixed = tuple(part for part in parts if not isinstance(part, Variable))
    return fixed if len(fixed) == len(parts) else None
