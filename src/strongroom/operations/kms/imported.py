"""Imported material of a key and its related multi-Region keys: which versions there are, and which are at hand.

Every Region of a multi-Region key has a row for every version; ``wrapped`` is empty where the bytes are missing. Shared are
id, position, state, description and public key; a Region's own are the bytes and when they expire.
INVARIANT: whoever changes the versions of a key writes the key's row too, and expects its related keys' rows unchanged,
so that two writers never decide on the same moment.
Source: AWS KMS Developer Guide, "Importing key material"; AWS KMS API Reference, DeleteImportedKeyMaterial.
"""

from dataclasses import replace

from strongroom.model.change import Change, Delete, Expect, Insert, Update
from strongroom.model.key import Key, KeyMaterial, KeyState, MaterialState
from strongroom.model.view import Snapshot

MAX_VERSIONS = 1000  # far above what 25 on-demand rotations can make
_PENDING = (MaterialState.PENDING_ROTATION, MaterialState.PENDING_MULTI_REGION_IMPORT_AND_ROTATION)
_FOLLOWS_MATERIAL = (KeyState.ENABLED, KeyState.DISABLED, KeyState.PENDING_IMPORT)  # the other states outlast it


def is_pending(material: KeyMaterial) -> bool:
    """Return whether this version waits for its rotation: no ciphertext needs it yet."""
    return material.state in _PENDING


def versions(view: Snapshot, key: Key) -> dict[str, KeyMaterial]:
    """Return the rows of the key in its own Region by material id."""
    where = {"account": key.account, "region": key.region, "key_id": key.key_id}
    return {row.material_id: row for row in view.page(KeyMaterial, where, limit=MAX_VERSIONS)}


def emptied(material: KeyMaterial) -> KeyMaterial:
    """Return the row without its bytes, as after deletion or expiry."""
    return replace(material, wrapped=b"", expiration_model="", valid_to_ms=None)


def awaited(material: KeyMaterial, region: str) -> KeyMaterial:
    """Return the row of a related key that has yet to be given this version."""
    return replace(emptied(material), region=region, version=0)


def lacks_material(view: Snapshot, key: Key) -> bool:
    """Return whether an imported key in working order would be PendingImport: a version in use is missing, or all are."""
    return Versions(view, key).is_incomplete()


def expire_materials(view: Snapshot, key: Key, now_ms: int) -> tuple[Change, ...]:
    """Return what becomes of a key whose imported material is past its time; nothing when none is.

    Material that waits for its rotation expires too: it rotates nevertheless, and the key is PendingImport then.
    """
    known = Versions(view, key)
    for row in list(known.rows.values()):
        if row.is_present and row.valid_to_ms is not None and row.valid_to_ms <= now_ms:
            known.empty(row.material_id)
    return known.changes()


def lose_replica(view: Snapshot, before: Key, primary: Key) -> tuple[Change, ...]:
    """Return what becomes of a primary that was ``before`` and lost a replica: staged material that only waited for that one may rotate."""
    known = Versions(view, primary, before)
    if (pending := known.pending) is not None:
        known.settle_pending(pending.material_id)
    return known.changes()


class Versions:
    """The versions of a key under change. ``rows`` are of its own Region, ``shared`` of the primary, which knows them all.

    ``before`` is the key as it is stored, where ``key`` is not.
    """

    def __init__(self, view: Snapshot, key: Key, before: Key | None = None) -> None:
        self.key = key
        self.rows = versions(view, key)
        primary = view.get(Key, key.account, key.primary_region, key.key_id) if key.is_replica else key
        self.primary = primary if primary is not None else key
        self._regions = (self.primary.region, *self.primary.replica_regions)
        self._related = [
            related
            for region in self._regions
            if region != key.region and (related := view.get(Key, key.account, region, key.key_id)) is not None
        ]
        self._before: dict[tuple[str, str], KeyMaterial] = {
            (row.region, row.material_id): row
            for each in (key, *self._related)
            for row in (self.rows if each is key else versions(view, each)).values()
        }
        self._after = dict(self._before)
        self._key_before = key if before is None else before
        self.shared = (
            {row.material_id: row for (region, _), row in self._before.items() if region == self.primary.region}
            if self.primary is not key
            else self.rows
        )

    @property
    def pending(self) -> KeyMaterial | None:
        """The version that waits for its rotation: there is one at most."""
        return next((row for row in self.shared.values() if is_pending(row)), None)

    def is_incomplete(self) -> bool:
        """Return whether a version in use is missing in this Region, or there is none at all."""
        used = [material_id for material_id, row in self.shared.items() if not is_pending(row)]
        return not used or not all((row := self.rows.get(name)) is not None and row.is_present for name in used)

    def put(self, row: KeyMaterial) -> None:
        """Import ``row``, a version of this Region: new ones are announced to the related keys, known ones take its description along."""
        if row.material_id not in self.shared:
            for related in self._related:
                self._set(awaited(row, related.region))
        elif row.description != self.shared[row.material_id].description:
            self._share(row.material_id, description=row.description)
        self._set(row)
        if is_pending(row):
            self.settle_pending(row.material_id)
        if self.key.state in _FOLLOWS_MATERIAL:
            self.key = replace(self.key, state=self._state_with(row))
        if row.state is MaterialState.CURRENT:
            self.key = replace(self.key, material_id=row.material_id)

    def empty(self, material_id: str) -> None:
        """Destroy the bytes of one version in this Region; its entry stays."""
        row = self.rows[material_id]
        self._set(emptied(row))
        if not is_pending(row) and self.key.state in _FOLLOWS_MATERIAL:
            self.key = replace(self.key, state=KeyState.PENDING_IMPORT)

    def withdraw(self, material_id: str) -> None:
        """Forget a pending version, in all Regions."""
        self.rows.pop(material_id, None)
        for place in [place for place in self._after if place[1] == material_id]:
            del self._after[place]

    def settle_pending(self, material_id: str) -> None:
        """A pending version may rotate once every Region was given it, also when one of them loses it again."""
        if all((row := self._after.get((region, material_id))) and row.is_present for region in self._regions):
            self._share(material_id, state=MaterialState.PENDING_ROTATION)

    def changes(self) -> tuple[Change, ...]:
        """Return what to commit: the versions that changed, the key, and that its related keys are still as they were.

        Nothing when nothing changed.
        """
        key, *related = (self._expiring(each) for each in (self.key, *self._related))
        if key == self._key_before and self._after == self._before:
            return ()
        found: list[Change] = [Update(key)]
        found += [
            Expect(before) if after == before else Update(after)
            for before, after in zip(self._related, related, strict=True)
        ]
        for place in sorted(self._before.keys() | self._after.keys()):
            before, after = self._before.get(place), self._after.get(place)
            if after is None:
                found.append(Delete(before))
            elif before is None:
                found.append(Insert(after))
            elif after != before:
                found.append(Update(after))
        return tuple(found)

    def _state_with(self, imported: KeyMaterial) -> KeyState:
        """Return the state after an import: what is in use enables the key once nothing is missing, what waits does not."""
        if self.is_incomplete():
            return KeyState.PENDING_IMPORT
        return self.key.state if is_pending(imported) else KeyState.ENABLED

    def _expiring(self, key: Key) -> Key:
        """Return the key with the first moment at which something of it expires."""
        moments = [
            row.valid_to_ms
            for (region, _), row in self._after.items()
            if region == key.region and row.is_present and row.valid_to_ms is not None
        ]
        return replace(key, expires_ms=min(moments, default=None))

    def _set(self, row: KeyMaterial) -> None:
        self._after[row.region, row.material_id] = row
        if row.region == self.key.region:
            self.rows[row.material_id] = row

    def _share(self, material_id: str, **members: object) -> None:
        """Write members that all Regions have in common into every row of a version."""
        for (_, name), row in list(self._after.items()):
            if name == material_id:
                self._set(replace(row, **members))  # type: ignore[arg-type]  # the callers name fields of the row
