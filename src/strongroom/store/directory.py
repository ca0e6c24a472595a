"""The keys of accounts and Regions in memory, for SearchKeys: read once, then kept by what the store says has changed.

A list is as of the newest view that was asked with. A worker keeps few of them, the least recently asked for go first.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from math import inf
from threading import Lock, Thread
from typing import TypeVar

from strongroom.model.key import Alias, Key
from strongroom.model.key_usage import KeyUsage
from strongroom.model.view import Snapshot
from strongroom.operations.console.key_list import KeyList, entry_of
from strongroom.store.port import Store, StoreUnavailableError

MAX_KEYS = 400_000  # in all lists of a worker together
USES_SECONDS = 15.0  # last uses are written without an announcement, and so read again after a while
STALE_USES_SECONDS = 60.0  # then whoever asks waits for it
_PAGE = 5000
_MANY = 20_000  # changes: then reading all again is faster

N = TypeVar("N")


@dataclass(slots=True)
class _Kept:
    """``targets`` are the key ids that aliases point at, by alias name."""

    sequence: int
    keys: KeyList
    targets: dict[str, str] = field(default_factory=dict)
    uses_read_at: float | None = None


class Directory:
    """Satisfies ``operations.console.ports.KeyDirectory``."""

    def __init__(self, store: Store, clock: Callable[[], float]) -> None:
        """Take a ``clock`` that only goes forward, in seconds."""
        self._store = store
        self._clock = clock
        self._kept: OrderedDict[tuple[str, str], _Kept] = OrderedDict()
        self._lock = Lock()

    @contextmanager
    def keys(self, view: Snapshot, account: str, region: str, *, with_uses: bool = False) -> Iterator[KeyList]:
        with self._lock:
            kept = self._up_to_date(view, account, region)
            if with_uses:
                self._look_at_uses(kept, view, account, region)
            yield kept.keys

    def _look_at_uses(self, kept: _Kept, view: Snapshot, account: str, region: str) -> None:
        age = self._clock() - kept.uses_read_at if kept.uses_read_at is not None else inf
        if age > STALE_USES_SECONDS:
            kept.keys.put_uses(_uses(view, account, region))
        elif age > USES_SECONDS:
            Thread(target=self._refresh_uses, args=(kept, account, region), daemon=True).start()
        else:
            return
        kept.uses_read_at = self._clock()

    def _refresh_uses(self, kept: _Kept, account: str, region: str) -> None:
        """In a thread of its own: whoever asked meanwhile was told the last uses of some seconds before."""
        with suppress(StoreUnavailableError), self._store.snapshot() as view:
            used_s = _uses(view, account, region)
            with self._lock:
                kept.keys.put_uses(used_s)

    def _up_to_date(self, view: Snapshot, account: str, region: str) -> _Kept:
        of = (account, region)
        kept = self._kept.get(of)
        if kept is not None and kept.sequence < view.sequence:
            # What has changed since is read from the view: changes that are newer than it come with the next one.
            _, changed = self._store.changed_since(kept.sequence)
            if changed is None or len(changed) > _MANY:
                kept = None
            else:
                touched = {identity for noun, identity in changed if noun == Key.__name__ and identity[:2] == of}
                aliases = {identity for noun, identity in changed if noun == Alias.__name__ and identity[:2] == of}
                _follow(kept, view, {key_id for *_, key_id in touched}, [name for *_, name in aliases], of)
                kept.sequence = view.sequence
        if kept is None:
            kept = _read(view, account, region)
        self._kept[of] = kept
        self._kept.move_to_end(of)
        while len(self._kept) > 1 and sum(len(one.keys.entries) for one in self._kept.values()) > MAX_KEYS:
            self._kept.popitem(last=False)
        return kept


def _uses(view: Snapshot, account: str, region: str) -> dict[str, int]:
    here = {"account": account, "region": region}
    return {use.key_id: use.used_s for use in _all(view, KeyUsage, here, "key_id")}


def _read(view: Snapshot, account: str, region: str) -> _Kept:
    here = {"account": account, "region": region}
    targets = {alias.name: alias.key_id for alias in _all(view, Alias, here, "name")}
    names: dict[str, list[str]] = {}
    for name, key_id in targets.items():
        names.setdefault(key_id, []).append(name)
    keys = KeyList({key.key_id: entry_of(key, names.get(key.key_id, ())) for key in _all(view, Key, here, "key_id")})
    return _Kept(view.sequence, keys, targets)


def _follow(kept: _Kept, view: Snapshot, touched: set[str], aliases: list[str], of: tuple[str, str]) -> None:
    for name in aliases:
        alias = view.get(Alias, *of, name)
        if (before := kept.targets.pop(name, None)) is not None:
            touched.add(before)
        if alias is not None:
            kept.targets[name] = alias.key_id
            touched.add(alias.key_id)
    for key_id in touched:
        key = view.get(Key, *of, key_id)
        if key is None:
            kept.keys.remove(key_id)
            continue
        where = {"account": of[0], "region": of[1], "key_id": key_id}
        kept.keys.put(entry_of(key, [alias.name for alias in _all(view, Alias, where, "name")]))


def _all(view: Snapshot, noun: type[N], where: dict[str, str], by: str) -> Iterator[N]:
    after = None
    while True:
        rows = view.page(noun, where, after=after, limit=_PAGE)
        yield from rows
        if len(rows) < _PAGE:
            return
        after = getattr(rows[-1], by)
