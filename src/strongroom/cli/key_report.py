"""What is known of the use of keys: from the store (the last use of each), and from the journal's index (all calls)."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

import click

from strongroom.audit.tallies import JournalTallies
from strongroom.bootstrap import open_store
from strongroom.cli.clock import date_text, present
from strongroom.model.arn import parse_arn
from strongroom.model.grant import Grant
from strongroom.model.key import Alias, Key, KeyManager, KeyState
from strongroom.model.tally import Count, KeyUse, TallyUnavailableError
from strongroom.model.view import Snapshot
from strongroom.operations.kms.usage import last_usage, tracked_since_ms, unused_since_ms
from strongroom.server.settings import DataDirectory

_DAY_MS = 86_400_000
_ALL = 10_000_000
_SHOWN_ALIASES = 3
_SHOWN_DAYS = 14


def unused(data: DataDirectory, days: int) -> Iterator[str]:
    """Yield one line a key, and what they were counted by. Errors: DataDirectoryError."""
    store = open_store(data.database, must_exist=True)
    try:
        with store.snapshot() as view:
            before = int(present(data) * 1000) - days * _DAY_MS
            found = [(unused_since_ms(view, key), key) for key in _keys(view) if key.manager is KeyManager.CUSTOMER]
            lines = sorted((since, key.arn, key) for since, key in found if since <= before)
            for since, arn, key in lines:
                used = "last used" if last_usage(view, key) is not None else "not used since"
                names = [alias.name for alias in _aliases(view, key)]
                more = f" and {len(names) - _SHOWN_ALIASES} more" if len(names) > _SHOWN_ALIASES else ""
                shown = ", ".join(names[:_SHOWN_ALIASES]) + more
                yield f"{arn}  {key.state.value}  {used} {date_text(since)}{'  ' + shown if shown else ''}"
            yield f"{len(lines)} of {len(found)} customer managed keys have not been used for {days} days"
    finally:
        store.close()


def report(data: DataDirectory, name: str) -> Iterator[str]:
    """Yield the report on one key. Errors: DataDirectoryError, ClickException."""
    store = open_store(data.database, must_exist=True)
    try:
        with store.snapshot() as view:
            for key in _named(view, name):
                yield from _about(view, key)
                yield from _calls(data, key)
    finally:
        store.close()


def _about(view: Snapshot, key: Key) -> Iterator[str]:
    yield f"key        {key.arn}"
    ends = f", to be deleted {date_text(key.deletion_ms)}" if key.deletion_ms is not None else ""
    yield f"state      {key.state.value}{ends}; {key.key_spec} for {key.key_usage}, made {date_text(key.created_ms)}"
    usage = last_usage(view, key)
    if usage is None:
        yield f"last use   none since {date_text(tracked_since_ms(view, key))}"
    else:
        yield f"last use   {usage.operation} {date_text(usage.used_s * 1000)} (event {usage.event_id})"
    yield f"aliases    {', '.join(alias.name for alias in _aliases(view, key)) or 'none'}"
    if key.multi_region:
        others = ", ".join(one for one in (key.primary_region, *key.replica_regions) if one != key.region)
        yield f"replicas   {'primary' if key.is_primary else 'replica'}; also in {others or 'no other Region'}"
    where = {"account": key.account, "region": key.region, "key_id": key.key_id}
    grants = view.page(Grant, where, limit=_ALL)
    yield f"grants     {len(grants) or 'none'}"
    for grant in grants:
        yield f"           {grant.grant_id[:12]}... {grant.grantee}: {', '.join(grant.operations)}"


def _calls(data: DataDirectory, key: Key) -> Iterator[str]:
    try:
        uses = JournalTallies(data.journal, data.index).uses(key.arn)
    except TallyUnavailableError as error:
        yield f"calls      not counted: {error}. Run: strongroom audit index"
        return
    if not uses:
        yield "calls      none in the journal"
        return
    answered, refused = sum(one.calls for one in uses), sum(one.refused for one in uses)
    yield f"calls      {answered:,} answered, {refused:,} refused, since {_day(min(one.day for one in uses))}"
    yield from _summed("operation", ((use.operation, use) for use in uses))
    yield from _summed("caller", ((use.principal, use) for use in uses))
    yield from _summed("day", ((_day(use.day), use) for use in uses), newest=_SHOWN_DAYS)


def _summed(title: str, counts: Iterable[tuple[str, KeyUse]], newest: int | None = None) -> Iterator[str]:
    sums: dict[str, Count] = defaultdict(Count)
    for name, count in counts:
        sums[name].add(count.calls, count.refused, count.last)
    ordered = sorted(sums.items(), reverse=True) if newest else sorted(sums.items(), key=lambda item: -item[1].calls)
    for name, one in ordered[:newest]:
        refused = f", {one.refused:,} refused" if one.refused else ""
        last = f", last {date_text(one.last * 1000)}" if one.last and not newest else ""
        yield f"by {title:<9} {name}: {one.calls:,}{refused}{last}"


def _keys(view: Snapshot) -> Iterator[Key]:
    for state in KeyState:
        yield from view.page(Key, {"state": state.value}, limit=_ALL)


def _aliases(view: Snapshot, key: Key) -> Iterable[Alias]:
    where = {"account": key.account, "region": key.region, "key_id": key.key_id}
    return view.page(Alias, where, limit=_ALL)


def _named(view: Snapshot, name: str) -> list[Key]:
    """Return the keys that ``name`` may mean: an id may stand for replicas, an alias for one key in each Region."""
    arn = parse_arn(name)
    resource = arn.resource if arn is not None else name
    found = []
    for key in _keys(view):
        if arn is not None and (arn.account, arn.region) != (key.account, key.region):
            continue
        if resource.startswith("alias/"):
            alias = view.get(Alias, key.account, key.region, resource)
            if alias is not None and alias.key_id == key.key_id:
                found.append(key)
        elif resource.removeprefix("key/") == key.key_id:
            found.append(key)
    if not found:
        raise click.ClickException(f"There is no key {name}. Name it by its id, its ARN, or alias/NAME.")
    return found


def _day(day: int) -> str:
    return date_text(day * _DAY_MS)[:10]
