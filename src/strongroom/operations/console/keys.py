"""SearchKeys and GetKeySummary: all keys of an account and Region at a glance, however many there are.

What is searched is the directory that each worker holds in memory; what is answered of a found key is read from the store.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import msgspec

from strongroom.model.key import Alias, Key, KeyManager
from strongroom.model.view import Snapshot
from strongroom.operations.console.common import on_anything, place_in, reads, token_of
from strongroom.operations.console.key_list import ALIAS, LAST_USED, Criteria, Entry
from strongroom.operations.kms.metadata import key_metadata
from strongroom.operations.kms.usage import last_usage, tracked_since_ms
from strongroom.operations.operation import Call, Outcome
from strongroom.wire.shapes import strongroom as shapes

DEFAULT_LIMIT = 50
_SOON = 20  # keys in each list of the summary
_ALIASES = 1000


def metadata_shape(view: Snapshot, key: Key) -> shapes.KeyMetadata:
    """Return the metadata that DescribeKey answers."""
    return shapes.KeyMetadata(**msgspec.structs.asdict(key_metadata(view, key)))


def alias_names(view: Snapshot, key: Key) -> list[str]:
    """Return the names of a key's aliases, in order."""
    where = {"account": key.account, "region": key.region, "key_id": key.key_id}
    return [alias.name for alias in view.page(Alias, where, limit=_ALIASES)]


def last_use(view: Snapshot, key: Key) -> shapes.LastUse | None:
    """Return the last successful cryptographic operation."""
    usage = last_usage(view, key)
    return None if usage is None else shapes.LastUse(time=float(usage.used_s), operation=usage.operation)


def _search_keys(call: Call, request: shapes.SearchKeysRequest) -> Outcome:
    after = place_in(call, request)
    criteria = _criteria(request)
    directory = call.inquiries.directory
    with directory.keys(call.view, call.account, call.region, with_uses=criteria.sort_by == LAST_USED) as keys:
        found = keys.search(
            criteria,
            request.limit or DEFAULT_LIMIT,
            None if after is None else tuple(after),
            descending=bool(request.descending),
        )
    shown = [shown for entry in found.entries if (shown := _shown(call, entry)) is not None]
    return Outcome(
        shapes.SearchKeysResponse(keys=shown, next_token=token_of(call, request, found.place), total=found.total)
    )


def _criteria(request: shapes.SearchKeysRequest) -> Criteria:
    return Criteria(
        words=tuple((request.text or "").casefold().split()),
        states=frozenset(request.states or ()),
        specs=frozenset(request.specs or ()),
        usages=frozenset(request.usages or ()),
        origins=frozenset(request.origins or ()),
        managers=frozenset(request.managers or (KeyManager.CUSTOMER.value,)),
        multi_region=request.multi_region,
        tag_key=request.tag_key,
        tag_value=request.tag_value,
        sort_by=request.sort_by or ALIAS,
    )


def _shown(call: Call, entry: Entry) -> shapes.FoundKey | None:
    """Return a key of the page as the store has it now; None for one that is gone meanwhile."""
    view = call.view
    key = view.get(Key, call.account, call.region, entry.key_id)
    if key is None:
        return None
    return shapes.FoundKey(
        key_metadata=metadata_shape(view, key),
        aliases=list(entry.aliases),
        tags=[shapes.Tag(tag_key=name, tag_value=value) for name, value in key.tags],
        last_used=last_use(view, key),
        tracked_since=tracked_since_ms(view, key) / 1000,
        rotation_enabled=key.rotation_period_days is not None,
        next_rotation=_seconds(key.rotation_ms),
    )


def _get_key_summary(call: Call, _request: shapes.GetKeySummaryRequest) -> Outcome:
    with call.inquiries.directory.keys(call.view, call.account, call.region) as keys:
        customer = KeyManager.CUSTOMER.value
        by_manager = keys.counts("manager")
        deletions, deletion_total = keys.earliest("deletion_ms", _SOON)
        expiries, expiry_total = keys.earliest("expires_ms", _SOON)
        rotations, rotation_total = keys.earliest("rotation_ms", _SOON)
        summary = shapes.GetKeySummaryResponse(
            total=by_manager.total(),
            by_state=_counted(keys.counts("state", customer)),
            by_spec=_counted(keys.counts("spec", customer)),
            by_usage=_counted(keys.counts("usage", customer)),
            by_origin=_counted(keys.counts("origin", customer)),
            by_manager=_counted(by_manager),
            pending_deletion=_dated(deletions, "deletion_ms"),
            pending_deletion_total=deletion_total,
            expiring_material=_dated(expiries, "expires_ms"),
            expiring_material_total=expiry_total,
            rotations_due=_dated(rotations, "rotation_ms"),
            rotations_due_total=rotation_total,
        )
    return Outcome(summary)


def _counted(counts: Counter[str]) -> list[shapes.NamedCount]:
    return [shapes.NamedCount(name=name, count=count) for name, count in counts.most_common()]


def _dated(entries: Sequence[Entry], attribute: str) -> list[shapes.DatedKey]:
    return [
        shapes.DatedKey(key_id=entry.key_id, alias=entry.alias or None, date=_seconds(getattr(entry, attribute)))
        for entry in entries
    ]


def _seconds(milliseconds: Any) -> float | None:
    return None if milliseconds is None else milliseconds / 1000


OPERATIONS = (
    reads("SearchKeys", _search_keys, on_anything("SearchKeys")),
    reads("GetKeySummary", _get_key_summary, on_anything("GetKeySummary")),
)
