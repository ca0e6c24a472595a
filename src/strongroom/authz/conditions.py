"""Every IAM condition operator, compiled to a function of the request's condition keys.

A condition is YES or NO, or BROKEN: when the request's value cannot be read as the operator's type, when a variable of
the policy cannot be resolved, or when a key has several values and the operator is for one (no ``ForAllValues:``).
What the policy itself holds is checked when it is stored. Computing the values is left to the caller of the decision.
Source: IAM User Guide, "IAM JSON policy elements: Condition operators" and "Set operators for multivalued keys".
"""

import operator as compare
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from strongroom.authz import values as typed
from strongroom.authz.document import refuse_syntax
from strongroom.authz.glob import Wild
from strongroom.authz.match import BROKEN, NO, YES, Context, Match, Test, all_of, any_of, invert
from strongroom.authz.pattern import Part, Pattern, parse_parts, pattern_set
from strongroom.model.permission import NO_CONDITIONS

_ARN_FIELDS = 6
_MAX_ARN_CHARACTERS = 2048  # IAM API Reference, ResourceArn
_FOR_ALL, _FOR_ANY = "ForAllValues:", "ForAnyValue:"
_IF_EXISTS = "IfExists"
_NO_KEYS: frozenset[str] = frozenset()
_MAX_REMEMBERED = 64  # values of requests that one condition has read and compared

Hit = Callable[[str, Context], Match]
"""Does this one value of the request match any of the policy's values?"""


@dataclass(frozen=True, slots=True, eq=False)
class Condition:
    """One operator on one condition key. ``keys`` are all that it looks at: its own and those of its variables."""

    operator: str
    key: str
    keys: frozenset[str]
    test: Test = field(repr=False)


def compile_condition(operator: str, key: str, values: Sequence[str], *, variables: bool) -> Condition:
    """Compile ``values`` of one key under one operator; ``variables`` says whether the policy's version has them.

    Errors: MalformedPolicyDocumentError for an unknown operator or a value that is not of its type.
    """
    key = key.lower()
    if operator == "Null":
        return Condition(operator, key, frozenset({key}), _null_test(key, values))
    quantifier = next((prefix for prefix in (_FOR_ALL, _FOR_ANY) if operator.startswith(prefix)), "")
    name = operator.removeprefix(quantifier)
    if_exists = name.endswith(_IF_EXISTS)
    family = _OPERATORS.get(name.removesuffix(_IF_EXISTS))
    if family is None:
        refuse_syntax(f"Condition has no operator {operator[:200]}")
    negated, compile_hit = family
    hit, variable_keys = compile_hit(values, variables)
    if negated:
        # "Not one of nothing" would be true of everything; an empty list matches nothing, whichever way it is asked.
        hit = _inverted(hit) if values else _broken_hit
    absent = YES if if_exists or (negated and not quantifier) else NO
    test = _quantify(key, hit, quantifier, absent)
    if not variable_keys and not name.startswith("String"):
        test = _remembering(key, test)
    return Condition(operator, key, variable_keys | {key}, test)


def _inverted(hit: Hit) -> Hit:
    return lambda value, context: invert(hit(value, context))


def _remembering(key: str, test: Test) -> Test:
    """Remember what came of values: callers come from few addresses, and often; reading one takes longer than all the rest."""

    @lru_cache(_MAX_REMEMBERED)
    def known(value: str | tuple[str, ...] | None) -> Match:
        return test(NO_CONDITIONS if value is None else {key: value})

    return lambda context: known(context.get(key))


def _broken_hit(_value: str, _context: Context) -> Match:
    return BROKEN


def _quantify(key: str, hit: Hit, quantifier: str, absent: Match) -> Test:
    """Return the test of a key: how absent, one and several values count."""

    def for_all(context: Context) -> Match:
        result = all_of(hit(value, context) for value in _values(context, key))
        # IAM counts an empty text as an empty set here, which makes an Allow looser: doubt, so BROKEN.
        return BROKEN if result is NO and "" in _values(context, key) else result

    def for_any(context: Context) -> Match:
        present = _values(context, key)
        return any_of(hit(value, context) for value in present) if present else absent

    def single(context: Context) -> Match:
        value = context.get(key)
        if isinstance(value, str):
            return hit(value, context)
        if not value:
            return absent
        return hit(value[0], context) if len(value) == 1 else BROKEN

    return {_FOR_ALL: for_all, _FOR_ANY: for_any}.get(quantifier, single)


def _values(context: Context, key: str) -> tuple[str, ...]:
    value = context.get(key, ())
    return (value,) if isinstance(value, str) else value


def _null_test(key: str, values: Sequence[str]) -> Test:
    wanted = {_parsed("Null", typed.parse_boolean, value) for value in values}

    def test(context: Context) -> Match:
        absent = context.get(key, ()) == ()
        return YES if absent in wanted else NO

    return test


def _parsed(operator: str, parse: Callable[[str], Any], value: str) -> Any:
    """Parse a value of the policy. Errors: MalformedPolicyDocumentError."""
    parsed = parse(value)
    if parsed is None:
        refuse_syntax(f"{value[:200]} is no value for {operator}")
    return parsed


# --- families of operators: the policy's values -> (hit, keys of their variables) -----------------------------

CompileHit = Callable[[Sequence[str], bool], tuple[Hit, frozenset[str]]]


def _strings(*, wildcards: bool = False, fold: bool = False) -> CompileHit:
    def compile_hit(values: Sequence[str], variables: bool) -> tuple[Hit, frozenset[str]]:  # noqa: FBT001 - a callback's shape
        wanted = pattern_set(values, variables=variables, wildcards=wildcards, fold=fold)
        exact, globs = wanted.exact, wanted.globs

        def exact_hit(value: str, _context: Context) -> Match:
            return YES if value in exact else NO

        def glob_hit(value: str, _context: Context) -> Match:
            if value in exact:
                return YES
            for glob in globs:
                if glob(value):
                    return YES
            return NO

        def folded_hit(value: str, context: Context) -> Match:
            return wanted.match(value.lower(), context)

        if fold:
            return folded_hit, wanted.keys
        if wanted.variable:
            return wanted.match, wanted.keys
        return (glob_hit if globs else exact_hit), wanted.keys

    return compile_hit


def _typed(name: str, parse: Callable[[str], Any], matches: Callable[[Any, Any], bool]) -> CompileHit:
    """Compare values of a type. Variables exist in texts and ARNs only: here ``${`` is just no number or date."""
    return _asymmetric(name, parse, parse, matches)


def _asymmetric(
    name: str,
    parse_given: Callable[[str], Any],
    parse_wanted: Callable[[str], Any],
    matches: Callable[[Any, Any], bool],
) -> CompileHit:
    def compile_hit(values: Sequence[str], _variables: bool) -> tuple[Hit, frozenset[str]]:  # noqa: FBT001 - as above
        wanted = tuple(_parsed(name, parse_wanted, value) for value in values)

        def hit(value: str, _context: Context) -> Match:
            given = parse_given(value)
            if given is None:
                return BROKEN
            return YES if any(matches(given, one) for one in wanted) else NO

        return hit, _NO_KEYS

    return compile_hit


def _within(address: Any, network: Any) -> bool:
    return bool(address.version == network.version and address in network)


def _arns(values: Sequence[str], variables: bool) -> tuple[Hit, frozenset[str]]:  # noqa: FBT001 - as above
    """Compare field by field: a wildcard does not reach over a colon, except that ``*`` alone is every ARN."""
    wanted = [_arn_fields(parse_parts(value, variables=variables)) for value in values]
    keys = frozenset(key for fields in wanted for one in fields for key in one.keys)

    def hit(value: str, context: Context) -> Match:
        given = value.split(":", _ARN_FIELDS - 1)
        # A longer text is no ARN, and would make each of the policy's patterns look at all of it.
        if len(given) != _ARN_FIELDS or given[0] != "arn" or len(value) > _MAX_ARN_CHARACTERS:
            return BROKEN
        return any_of(_arn_match(fields, given, context) for fields in wanted)

    return hit, keys


def _arn_match(fields: Sequence[Pattern], given: Sequence[str], context: Context) -> Match:
    if len(fields) == _ARN_FIELDS:
        return all_of(one.match(text, context) for one, text in zip(fields, given, strict=True))
    if [one.parts for one in fields] == [(Wild.ANY_TEXT,)]:
        return YES
    return BROKEN  # the policy's value is no ARN: who knows what was meant


def _arn_fields(parts: Sequence[Part]) -> tuple[Pattern, ...]:
    """Split at the first five colons that are not within a variable."""
    fields: list[list[Part]] = [[]]
    for part in parts:
        if not isinstance(part, str):
            fields[-1].append(part)
            continue
        first, *others = part.split(":", _ARN_FIELDS - len(fields))
        fields[-1].append(first)
        fields += ([text] for text in others)
    return tuple(Pattern(tuple(part for part in one if part != "")) for one in fields)


def _operators() -> Mapping[str, tuple[bool, CompileHit]]:
    table: dict[str, tuple[bool, CompileHit]] = {
        "StringEquals": (False, _strings()),
        "StringNotEquals": (True, _strings()),
        "StringEqualsIgnoreCase": (False, _strings(fold=True)),
        "StringNotEqualsIgnoreCase": (True, _strings(fold=True)),
        "StringLike": (False, _strings(wildcards=True)),
        "StringNotLike": (True, _strings(wildcards=True)),
        "Bool": (False, _typed("Bool", typed.parse_boolean, compare.eq)),
        "BinaryEquals": (False, _typed("BinaryEquals", typed.parse_binary, compare.eq)),
        "IpAddress": (False, _asymmetric("IpAddress", typed.parse_address, typed.parse_network, _within)),
        "NotIpAddress": (True, _asymmetric("NotIpAddress", typed.parse_address, typed.parse_network, _within)),
        "ArnEquals": (False, _arns),  # IAM: ArnEquals and ArnLike behave identically
        "ArnLike": (False, _arns),
        "ArnNotEquals": (True, _arns),
        "ArnNotLike": (True, _arns),
    }
    for kind, parse in (("Numeric", typed.parse_number), ("Date", typed.parse_date)):
        table |= {
            f"{kind}Equals": (False, _typed(f"{kind}Equals", parse, compare.eq)),
            f"{kind}NotEquals": (True, _typed(f"{kind}NotEquals", parse, compare.eq)),
            f"{kind}LessThan": (False, _typed(f"{kind}LessThan", parse, compare.lt)),
            f"{kind}LessThanEquals": (False, _typed(f"{kind}LessThanEquals", parse, compare.le)),
            f"{kind}GreaterThan": (False, _typed(f"{kind}GreaterThan", parse, compare.gt)),
            f"{kind}GreaterThanEquals": (False, _typed(f"{kind}GreaterThanEquals", parse, compare.ge)),
        }
    return MappingProxyType(table)


_OPERATORS = _operators()
OPERATORS = frozenset(_OPERATORS) | {"Null"}
