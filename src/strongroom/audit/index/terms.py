"""What a record can be found by. Pure.

The same function speaks of a record that is indexed and of one that is compared, so the two cannot disagree. A term is a
text: one letter for its kind, then the value exactly as it stands in the record.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Any, NamedTuple, TypeVar

import msgspec

from strongroom.audit.shared import is_copy

ANY_ERROR = "any"
NO_ERROR = "none"

_CACHE_ENTRIES = 4096

Bundle = tuple[str, ...]
"""Terms that come together, such as all names of one caller: most records share theirs with others."""


class Facts(NamedTuple):
    """``second`` since the epoch; ``keys`` are key ARNs; ``principal`` is the ARN or the best name there is.

    ``counts`` is false of what is recorded in another account as well, and counted there.
    """

    second: int
    bundles: list[Bundle]
    keys: tuple[str, ...]
    principal: str
    operation: str
    refused: bool
    counts: bool = True

    def terms(self) -> Iterator[str]:
        """Yield every term, some twice."""
        return chain.from_iterable(self.bundles)


class _Resource(msgspec.Struct, gc=False):
    ARN: str = ""
    type: str = ""


class _Parameters(msgspec.Struct, gc=False):
    """Any where callers decide what stands there: nothing they send may make a record unreadable."""

    keyId: Any = None  # noqa: N815 - as it stands in the record, like all below
    encryptionContext: Any = None  # noqa: N815
    sourceEncryptionContext: Any = None  # noqa: N815
    destinationEncryptionContext: Any = None  # noqa: N815
    constraints: Any = None


class _Record(msgspec.Struct, gc=False):
    userIdentity: msgspec.Raw = msgspec.Raw(b"{}")  # noqa: N815
    eventTime: str = ""  # noqa: N815
    eventSource: str = ""  # noqa: N815
    eventName: str = ""  # noqa: N815
    awsRegion: str = ""  # noqa: N815
    sourceIPAddress: str = ""  # noqa: N815
    errorCode: str | None = None  # noqa: N815
    requestParameters: _Parameters | None = None  # noqa: N815
    requestID: str | None = None  # noqa: N815
    eventID: str = ""  # noqa: N815
    readOnly: bool | None = None  # noqa: N815
    resources: list[_Resource] | None = None
    recipientAccountId: str = ""  # noqa: N815
    sharedEventID: str | None = None  # noqa: N815


_RECORD = msgspec.json.Decoder(_Record)


class Reader:
    """Reads records; remembers what repeats (identities, seconds), within bounds. One thread at a time."""

    def __init__(self) -> None:
        self._identities: dict[bytes, _Identity] = {}
        self._seconds: dict[str, int] = {}
        self._keys: dict[str, Bundle] = {}
        self._calls: dict[tuple[str | bool | None, ...], Bundle] = {}

    def facts(self, data: bytes) -> Facts | None:
        """Return what ``data`` says, None when it is no record (a segment's header, a damaged line)."""
        try:
            record = _RECORD.decode(data)
        except (msgspec.DecodeError, UnicodeDecodeError):
            return None
        second = self._second(record.eventTime)
        if second is None:
            return None
        identity = bytes(record.userIdentity)
        known = self._identities.get(identity)
        if known is None:
            known = _bounded(self._identities, identity, _identity_terms(identity))
        call = (record.eventName, record.eventSource, record.awsRegion, record.recipientAccountId, record.readOnly)
        shared = self._calls.get(call)
        if shared is None:
            shared = _bounded(self._calls, call, _call_terms(record))
        bundles = [known.terms, shared, ("s" + record.sourceIPAddress,), ("v" + record.eventID,)]
        if record.errorCode is None:
            bundles.append(_ANSWERED)
        else:
            bundles.append(("e" + record.errorCode, "e" + ANY_ERROR))
        if record.requestID is not None:
            bundles.append(("r" + record.requestID,))
        keys: tuple[str, ...] = ()
        for resource in record.resources or ():
            bundles.append(self._key_terms(resource.ARN))
            bundles.append(("t" + resource.type,))
            if ":key/" in resource.ARN and resource.ARN not in keys:
                keys += (resource.ARN,)
        parameters = record.requestParameters
        if parameters is not None:
            self._add_parameters(bundles, parameters, keys)
        counts = record.sharedEventID is None or not is_copy(
            record.sharedEventID, known.account, record.recipientAccountId
        )
        return Facts(second, bundles, keys, known.caller, record.eventName, record.errorCode is not None, counts)

    def _second(self, text: str) -> int | None:
        known = self._seconds.get(text)
        if known is not None or not text.endswith("Z"):
            return known
        try:
            return _bounded(self._seconds, text, int(datetime.fromisoformat(text).timestamp()))
        except (ValueError, OverflowError):
            return None

    def _key_terms(self, name: str) -> Bundle:
        known = self._keys.get(name)
        if known is None:
            known = _bounded(self._keys, name, key_terms(name))
        return known

    def _add_parameters(self, bundles: list[Bundle], parameters: _Parameters, keys: tuple[str, ...]) -> None:
        if isinstance(parameters.keyId, str) and parameters.keyId not in keys:
            bundles.append(self._key_terms(parameters.keyId))
        if parameters.encryptionContext is not None:
            _add_context(bundles, parameters.encryptionContext)
        if parameters.sourceEncryptionContext is not None:
            _add_context(bundles, parameters.sourceEncryptionContext)
        if parameters.destinationEncryptionContext is not None:
            _add_context(bundles, parameters.destinationEncryptionContext)
        if isinstance(parameters.constraints, dict):
            for context in parameters.constraints.values():
                _add_context(bundles, context)


_ANSWERED: Bundle = ("E",)


def _call_terms(record: _Record) -> Bundle:
    return (
        "o" + record.eventName,
        "n" + record.eventSource,
        "g" + record.awsRegion,
        "a" + record.recipientAccountId,
        "w" if record.readOnly else "W",
    )


def key_terms(name: str) -> Bundle:
    """Return the terms of a key's or alias's name: as it stands and, of an ARN, as it is within its account."""
    resource = name.split(":", 5)[5] if name.startswith("arn:") and name.count(":") >= 5 else name  # noqa: PLR2004 - the parts of an ARN
    return tuple({"k" + name, "k" + resource, "k" + resource.removeprefix("key/")})


def _add_context(bundles: list[Bundle], context: Any) -> None:
    if not isinstance(context, Mapping):
        return
    for name, value in context.items():
        bundles.append(("c" + name,))
        if isinstance(value, str):
            bundles.append((context_term(name, value),))


def context_term(name: str, value: str) -> str:
    """Return the term of one pair; the length keeps ``a=b`` + ``c`` apart from ``a`` + ``b=c``."""
    return f"C{len(name)}:{name}{value}"


class _Identity(NamedTuple):
    """``caller`` is the one name to count the calls under."""

    terms: Bundle
    caller: str
    account: str | None = None


def _identity_terms(data: bytes) -> _Identity:
    """Return the terms of a ``userIdentity``. The account is none: whose record it is says ``recipientAccountId``."""
    try:
        identity = msgspec.json.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError):
        identity = None
    if not isinstance(identity, dict):
        return _Identity((), "unknown")
    context = identity.get("sessionContext")
    issuer = context.get("sessionIssuer") if isinstance(context, dict) else None
    names = [identity.get(name) for name in ("arn", "accessKeyId", "userName", "principalId", "invokedBy", "type")]
    if isinstance(issuer, dict):
        names += [issuer.get("arn"), issuer.get("userName")]
    principal = identity.get("principalId")
    if isinstance(principal, str) and ":" in principal:
        names.append(principal.partition(":")[2])  # of a session, its name
    terms = {"p" + name for name in names if isinstance(name, str)}
    account = identity.get("accountId")
    caller = identity.get("arn") or identity.get("invokedBy") or identity.get("accessKeyId") or "unknown"
    return _Identity(tuple(terms), str(caller), account if isinstance(account, str) else None)


K = TypeVar("K")
V = TypeVar("V")


def _bounded(cache: dict[K, V], key: K, value: V) -> V:
    if len(cache) >= _CACHE_ENTRIES:
        cache.clear()
    cache[key] = value
    return value


# --- what is looked for ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Query:
    """All ``groups`` must be met, each by any of its terms; ``since`` <= second < ``until``, None: no limit."""

    groups: tuple[frozenset[str], ...] = ()
    since: int | None = None
    until: int | None = None

    def within(self, second: int) -> bool:
        return (self.since is None or second >= self.since) and (self.until is None or second < self.until)

    def matches(self, facts: Facts) -> bool:
        return self.within(facts.second) and not any(group.isdisjoint(facts.terms()) for group in self.groups)


_PLAIN = re.compile(r"[ !#-\[\]-~]+")  # printable ASCII that JSON writes as it is


def needles_of(query: Query) -> list[tuple[bytes, ...]]:
    """Return texts of which a record must hold one of each group to match at all: a look that is cheaper than reading it.

    Groups that cannot be told this way (flags, values that JSON may write in several ways) are left out.
    """
    groups = []
    for group in query.groups:
        texts = [_needle(term) for term in group]
        if all(_PLAIN.fullmatch(text) for text in texts):
            groups.append(tuple(text.encode() for text in texts))
    return groups


def _needle(term: str) -> str:
    kind, value = term[:1], term[1:]
    if kind == "C":
        length, _, pair = value.partition(":")
        return pair[int(length) :] or pair
    return "errorCode" if term == "e" + ANY_ERROR else value


def query_of(
    *,
    since: int | None = None,
    until: int | None = None,
    operations: Iterable[str] = (),
    services: Iterable[str] = (),
    principals: Iterable[str] = (),
    keys: Iterable[str] = (),
    sources: Iterable[str] = (),
    errors: Iterable[str] = (),
    request_ids: Iterable[str] = (),
    event_ids: Iterable[str] = (),
    regions: Iterable[str] = (),
    accounts: Iterable[str] = (),
    resource_types: Iterable[str] = (),
    contexts: Iterable[tuple[str, str | None]] = (),
    read_only: bool | None = None,
) -> Query:
    """Return the query for records that have one of the values of each kind, and *all* the ``contexts``.

    A context without a value asks for the name alone. An error may be ``any`` or ``none``. A service may leave out
    ``.amazonaws.com``.
    """
    kinds = [
        ("o", operations),
        ("n", (name if "." in name else f"{name}.amazonaws.com" for name in services)),
        ("p", principals),
        ("k", keys),
        ("s", sources),
        ("r", request_ids),
        ("v", event_ids),
        ("g", regions),
        ("a", accounts),
        ("t", resource_types),
    ]
    groups = [frozenset(kind + value for value in values) for kind, values in kinds]
    groups.append(frozenset("E" if error == NO_ERROR else "e" + error for error in errors))
    groups += [frozenset({context_term(name, value) if value is not None else "c" + name}) for name, value in contexts]
    if read_only is not None:
        groups.append(frozenset({"w" if read_only else "W"}))
    return Query(tuple(group for group in groups if group), since, until)
