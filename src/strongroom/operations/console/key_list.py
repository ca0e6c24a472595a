"""The keys of one account and Region as SearchKeys looks at them: what may be searched and sorted by, and nothing else. Pure.

100,000 keys are some 100 MB. Orders are kept up when a key changes, the results of the last searches until then, so that
paging does not search again. Whoever keeps the list up to date is ``store.directory``.
"""

from bisect import bisect_left, bisect_right, insort
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from sys import intern
from typing import Any

from strongroom.model.key import Key

ALIAS, CREATED, LAST_USED, STATE, SPEC = "ALIAS", "CREATED", "LAST_USED", "STATE", "SPEC"
_KEPT_RESULTS = 8


@dataclass(frozen=True, slots=True)
class Entry:
    """``text`` is all that text is searched in, its case folded."""

    key_id: str
    aliases: tuple[str, ...]
    text: str
    state: str
    spec: str
    usage: str
    origin: str
    manager: str
    multi_region: bool
    tags: tuple[tuple[str, str], ...]
    created_ms: int
    deletion_ms: int | None
    expires_ms: int | None
    rotation_ms: int | None

    @property
    def alias(self) -> str:
        return self.aliases[0] if self.aliases else ""


@dataclass(frozen=True, slots=True)
class Criteria:
    """Empty: does not matter. ``words`` must all be found, their case folded."""

    words: tuple[str, ...] = ()
    states: frozenset[str] = frozenset()
    specs: frozenset[str] = frozenset()
    usages: frozenset[str] = frozenset()
    origins: frozenset[str] = frozenset()
    managers: frozenset[str] = frozenset()
    multi_region: bool | None = None
    tag_key: str | None = None
    tag_value: str | None = None
    sort_by: str = ALIAS

    def tests(self) -> list[Callable[[Entry], bool]]:
        """Return what an entry must pass beside its text, the cheapest first."""
        found: list[Callable[[Entry], bool]] = []
        if self.managers:
            found.append(lambda entry: entry.manager in self.managers)
        if self.states:
            found.append(lambda entry: entry.state in self.states)
        if self.specs:
            found.append(lambda entry: entry.spec in self.specs)
        if self.usages:
            found.append(lambda entry: entry.usage in self.usages)
        if self.origins:
            found.append(lambda entry: entry.origin in self.origins)
        if self.multi_region is not None:
            found.append(lambda entry: entry.multi_region is self.multi_region)
        if self.tag_key is not None or self.tag_value is not None:
            found.append(self._has_tag)
        return found

    def _has_tag(self, entry: Entry) -> bool:
        return any(self.tag_key in (None, key) and self.tag_value in (None, value) for key, value in entry.tags)


Place = tuple[Any, str]
"""Where to go on: the value sorted by (None: the key has none) and the key id."""


@dataclass(frozen=True, slots=True)
class Found:
    """A piece of what matches; ``place`` is that of its last entry when there is more."""

    entries: Sequence[Entry]
    total: int
    place: Place | None


def entry_of(key: Key, aliases: Iterable[str]) -> Entry:
    """Return what the list keeps of a key."""
    names = tuple(sorted(aliases))
    tags = [text for tag in key.tags for text in tag]
    return Entry(
        key.key_id,
        names,
        "\n".join((*names, key.key_id, key.description, *tags)).casefold(),
        intern(key.state.value),
        intern(key.key_spec),
        intern(key.key_usage),
        intern(str(key.origin)),
        intern(key.manager.value),
        key.multi_region,
        key.tags,
        key.created_ms,
        key.deletion_ms,
        key.expires_ms,
        key.rotation_ms,
    )


_key_id = attrgetter("key_id")


def _place_by(value: Callable[[Entry], Any]) -> Callable[[Entry], Place]:
    return lambda entry: (value(entry), entry.key_id)


@dataclass(slots=True)
class KeyList:
    """``used_s`` are the last uses, in seconds since the epoch, where they were asked for."""

    entries: dict[str, Entry] = field(default_factory=dict)
    used_s: Mapping[str, int] = field(default_factory=dict)
    _orders: dict[str, tuple[list[Entry], list[Entry]]] = field(default_factory=dict)
    _results: dict[Criteria, tuple[list[Entry], list[Entry]]] = field(default_factory=dict)

    def put(self, entry: Entry) -> None:
        self.remove(entry.key_id)
        self.entries[entry.key_id] = entry
        for sort_by, (having, lacking) in self._orders.items():
            place = _place_by(self._value(sort_by))
            if place(entry)[0] is None:
                insort(lacking, entry, key=_key_id)
            else:
                insort(having, entry, key=place)

    def remove(self, key_id: str) -> None:
        """Forget a key, if it was there. The orders are kept up: to sort 100,000 keys again takes far longer."""
        self._results.clear()
        entry = self.entries.pop(key_id, None)
        if entry is None:
            return
        for sort_by, (having, lacking) in self._orders.items():
            place = _place_by(self._value(sort_by))
            if place(entry)[0] is None:
                del lacking[bisect_left(lacking, key_id, key=_key_id)]
            else:
                del having[bisect_left(having, place(entry), key=place)]

    def put_uses(self, used_s: Mapping[str, int]) -> None:
        self.used_s = used_s
        self._orders.pop(LAST_USED, None)
        self._results.clear()

    # --- searching -----------------------------------------------------------------------------------------------------

    def search(self, criteria: Criteria, limit: int, after: Place | None = None, *, descending: bool = False) -> Found:
        """Return the piece of what matches behind ``after``. Keys without a value to sort by come last in either order."""
        having, lacking = self._matching(criteria)
        place = _place_by(self._value(criteria.sort_by))
        if after is None:
            start = 0
        elif after[0] is None:
            start = len(having) + bisect_right(lacking, after[1], key=_key_id)
        elif descending:
            start = len(having) - bisect_left(having, after, key=place)
        else:
            start = bisect_right(having, after, key=place)
        total = len(having) + len(lacking)
        entries = [
            (having[len(having) - 1 - at] if descending else having[at])
            if at < len(having)
            else lacking[at - len(having)]
            for at in range(start, min(start + limit, total))
        ]
        return Found(entries, total, place(entries[-1]) if entries and start + limit < total else None)

    def _value(self, sort_by: str) -> Callable[[Entry], Any]:
        match sort_by:
            case "CREATED":
                return lambda entry: entry.created_ms
            case "LAST_USED":
                used = self.used_s
                return lambda entry: used.get(entry.key_id)
            case "STATE":
                return lambda entry: entry.state
            case "SPEC":
                return lambda entry: entry.spec
        return lambda entry: entry.aliases[0].casefold() if entry.aliases else None

    def _order(self, sort_by: str) -> tuple[list[Entry], list[Entry]]:
        known = self._orders.get(sort_by)
        if known is None:
            value = self._value(sort_by)
            by_id = sorted(self.entries.values(), key=_key_id)
            having = sorted((entry for entry in by_id if value(entry) is not None), key=value)
            known = self._orders[sort_by] = having, [entry for entry in by_id if value(entry) is None]
        return known

    def _matching(self, criteria: Criteria) -> tuple[list[Entry], list[Entry]]:
        known = self._results.get(criteria)
        if known is None:
            having, lacking = self._order(criteria.sort_by)
            for test in criteria.tests():
                having, lacking = list(filter(test, having)), list(filter(test, lacking))
            for word in criteria.words:
                having = [entry for entry in having if word in entry.text]
                lacking = [entry for entry in lacking if word in entry.text]
            if len(self._results) >= _KEPT_RESULTS:
                del self._results[next(iter(self._results))]
            known = self._results[criteria] = having, lacking
        return known

    # --- summing up ----------------------------------------------------------------------------------------------------

    def counts(self, attribute: str, manager: str | None = None) -> Counter[str]:
        """Return how many keys there are by the value of an attribute."""
        entries = self.entries.values()
        return Counter(getattr(entry, attribute) for entry in entries if manager is None or entry.manager == manager)

    def earliest(self, attribute: str, count: int) -> tuple[list[Entry], int]:
        """Return the keys whose time ``attribute`` comes first, at most ``count``, and how many have one."""
        having = [entry for entry in self.entries.values() if getattr(entry, attribute) is not None]
        return sorted(having, key=lambda entry: (getattr(entry, attribute), entry.key_id))[:count], len(having)
