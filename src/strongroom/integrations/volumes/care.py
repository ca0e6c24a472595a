"""The life of a volume but for attaching: create, snapshot, rekey, grant, revoke, list, destroy.

Every step leaves the volume openable by a token in its header. Killed between two steps it is the old volume or the new one, and
the same command again finishes what was begun.
"""

import uuid
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

from strongroom.integrations.volumes import files, header, locks, mapper
from strongroom.integrations.volumes.attach import opened, where
from strongroom.integrations.volumes.errors import VolumeError
from strongroom.integrations.volumes.header import HEADER_BYTES, Header
from strongroom.integrations.volumes.keys import VolumeKeys
from strongroom.integrations.volumes.state import State
from strongroom.integrations.volumes.token import SNAPSHOT, VOLUME, Granted, Token, new_id

_SMALLEST_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Wanted:
    """A new volume. ``size`` is its plain bytes; 0 on a device means all of it."""

    path: Path
    size: int = 0
    hosts: tuple[str, ...] = ()
    sector_bytes: int = 4096
    sparse: bool = False
    force: bool = False


class Care:
    def __init__(self, state: State, keys: VolumeKeys) -> None:
        self._state, self._keys = state, keys

    # --- create ------------------------------------------------------------------------------------------------------

    def create(self, wanted: Wanted, key: str) -> Token:
        """Make an empty volume under a new data key. Errors: VolumeError; then nothing is left behind."""
        volume = new_id(VOLUME)
        with ExitStack() as stack:
            target = self._target(stack, wanted, HEADER_BYTES + _checked(wanted))
            arn, ciphertext = self._keys.new(key, volume)
            token = Token(volume=volume, key=arn, ciphertext=ciphertext, slot=0)
            header.make(target, self._keys.open(token), wanted.sector_bytes)
            token = self._granted(stack, token, wanted.hosts)
            header.add_token(target, token, replacing=False)
            self._finish(wanted, target)
        self._state.remember(volume, wanted.path)
        return token

    def create_from(self, snapshot: str, wanted: Wanted, key: str | None) -> Token:
        """Make a volume with a snapshot's content. Its data key is encrypted again for the new volume; nobody sees it."""
        source = self._state.find(snapshot)
        volume = new_id(VOLUME)
        with ExitStack() as stack:
            stack.enter_context(locks.held(source, locks.CHANGING))
            found = header.read(source)
            if not found.token.is_snapshot:
                raise VolumeError(f"{found.token.volume} is no snapshot: strongroom volume snapshot makes one.")
            target = self._target(stack, wanted, files.size_of(source), source)
            token = self._moved(found, key or found.token.key, volume)
            self._become(target, found, self._granted(stack, token, wanted.hosts))
            self._finish(wanted, target, source)
        self._state.remember(volume, wanted.path)
        return token

    def _target(self, stack: ExitStack, wanted: Wanted, size: int, source: Path | None = None) -> Path:
        """Return the file to work on: the new one under a temporary name, or one for a device's header."""
        if not files.is_device(wanted.path):
            target = stack.enter_context(files.appearing(wanted.path))
            if source is None:
                files.reserve(target, size, sparse=wanted.sparse)
            else:
                files.copy(source, target)
                files.reserve(target, size, sparse=wanted.sparse)
            return target
        stack.enter_context(locks.held(wanted.path, locks.ATTACHED))
        if files.size_of(wanted.path) < size:
            raise VolumeError(f"{wanted.path} is too small: {size} bytes are needed.")
        target = stack.enter_context(files.appearing(self._state.socket(new_id(VOLUME)).with_suffix(".header")))
        files.reserve(target, HEADER_BYTES + _SMALLEST_BYTES, sparse=True)
        if source is not None:
            files.copy(source, target, end=HEADER_BYTES)
        return target

    @staticmethod
    def _finish(wanted: Wanted, target: Path, source: Path | None = None) -> None:
        """A file gets its name when the stack ends. On a device the content comes first and the header last."""
        if files.is_device(wanted.path):
            with files.claimed(wanted.path, force=wanted.force) as descriptor:
                if source is not None:
                    files.copy(source, wanted.path, start=HEADER_BYTES)
                files.install_header(target, descriptor, HEADER_BYTES)

    def _granted(self, stack: ExitStack, token: Token, hosts: Iterable[str]) -> Token:
        """Make the hosts' grants; they end again when the volume does not come to be."""
        grants = []
        for host in hosts:
            granted = self._keys.grant(token.key, token.volume, host)
            grants.append(granted)
            stack.push(_Unless(self._keys, token.key, granted))
        return replace(token, grants=tuple(grants))

    def _moved(self, found: Header, key: str, volume: str) -> Token:
        """Return the token that another volume gets: of the first that KMS opens."""
        refused = None
        for token in found.tokens:
            try:
                arn, ciphertext = self._keys.move(token, key, volume)
            except VolumeError as error:
                refused = refused or error
            else:
                return Token(volume, arn, ciphertext, token.slot, source=token.volume)
        raise refused or VolumeError("The header holds no token.")

    @staticmethod
    def _become(target: Path, found: Header, token: Token) -> None:
        """Make a copy a volume of its own: a UUID, and one token instead of those it was copied with."""
        header.new_uuid(target, str(uuid.uuid4()))
        for old in found.tokens:
            header.remove_token(target, old.number)
        header.add_token(target, token, replacing=False)

    # --- snapshot ----------------------------------------------------------------------------------------------------

    def snapshot(self, named: str, target: Path, key: str | None) -> Token:
        """Copy a detached volume, under the same key or another. Errors: VolumeError; then nothing is left behind."""
        source = self._state.find(named)
        snapshot = new_id(SNAPSHOT)
        with locks.held(source, locks.ATTACHED, locks.CHANGING):
            found = self._detached(source)
            with files.appearing(target) as temporary:
                token = self._moved(found, key or found.token.key, snapshot)
                files.copy(source, temporary)
                self._become(temporary, found, token)
        self._state.remember(snapshot, target)
        return token

    # --- rekey -------------------------------------------------------------------------------------------------------

    def rekey(self, named: str, key: str, *, new_data_key: bool) -> Token:
        """Move a volume under another KMS key, attached or not; its sectors stay as they are.

        1. the hosts get their grants under the new key
        2. the new token comes beside the old one (for a new data key: its key slot before)
        3. the old token goes, and with a new data key its slot
        4. the old grants end
        """
        path = self._state.find(named)
        with locks.held(path, locks.CHANGING):
            found = header.read(path)
            old = found.token
            if new_data_key:
                slot, arn, ciphertext = self._another_slot(path, found, key)
            else:
                slot, arn, ciphertext = self._same_slot(found, key)
            hosts = dict.fromkeys(one.grantee for token in found.tokens for one in self._grants(token))
            number = next(one for one in range(32) if one not in found.token_numbers)
            grants = tuple(self._keys.grant(arn, old.volume, host) for host in hosts)
            token = replace(
                old,
                key=arn,
                ciphertext=ciphertext,
                slot=slot,
                grants=grants,
                generation=old.generation + 1,
                number=number,
            )
            header.add_token(path, token, replacing=False)
            self._retire(path, found, token)
        return token

    def _same_slot(self, found: Header, key: str) -> tuple[int, str, bytes]:
        moved = self._moved(found, key, found.token.volume)
        return moved.slot, moved.key, moved.ciphertext

    def _another_slot(self, path: Path, found: Header, key: str) -> tuple[int, str, bytes]:
        arn, ciphertext = self._keys.new(key, found.token.volume)
        new_key = self._keys.open(replace(found.token, key=arn, ciphertext=ciphertext))
        return header.add_slot(path, found, opened(self._keys, found), new_key), arn, ciphertext

    def _retire(self, path: Path, found: Header, token: Token) -> None:
        """Remove what the new token replaces: tokens, key slots, grants. A grant that cannot be ended is said, after all else."""
        kept = {one.grant_id for one in token.grants}
        old_grants = [(old.key, one) for old in found.tokens for one in self._grants(old) if one.grant_id not in kept]
        for old in found.tokens:
            header.remove_token(path, old.number)
        for slot in header.read(path).slots:
            if slot != token.slot:
                header.remove_slot(path, slot)
        self._end_grants(old_grants)

    # --- grants ------------------------------------------------------------------------------------------------------

    def grant(self, named: str, host: str) -> Token:
        path = self._state.find(named)
        with locks.held(path, locks.CHANGING):
            token = header.read(path).token
            granted = self._keys.grant(token.key, token.volume, host)
            if granted not in token.grants:
                token = replace(token, grants=(*token.grants, granted))
                header.add_token(path, token, replacing=True)
        return token

    def revoke(self, named: str, host: str) -> Token:
        path = self._state.find(named)
        with locks.held(path, locks.CHANGING):
            token = header.read(path).token
            ended = [one for one in self._grants(token) if one.grantee == host]
            if not ended:
                raise VolumeError(f"{host} has no grant on {token.volume}.")
            self._end_grants([(token.key, one) for one in ended])
            token = replace(token, grants=tuple(one for one in token.grants if one.grantee != host))
            header.add_token(path, token, replacing=True)
        return token

    def _grants(self, token: Token) -> tuple[Granted, ...]:
        """Return KMS's list, or where the caller may not see it, what the token says."""
        try:
            return self._keys.granted(token)
        except VolumeError:
            return token.grants

    def _end_grants(self, grants: Iterable[tuple[str, Granted]]) -> None:
        refused = []
        for key, granted in grants:
            try:
                self._keys.revoke(key, granted)
            except VolumeError as error:
                refused.append(str(error))
        if refused:
            raise VolumeError(" ".join(refused))

    # --- list, destroy -----------------------------------------------------------------------------------------------

    def describe(self, paths: Iterable[Path]) -> list[dict[str, object]]:
        """Return a row a volume: of those this host knows, and of ``paths``."""
        named = {path.absolute(): volume for volume, path in self._state.known()}
        states: dict[str, str] = {}
        return [self._row(path, named.get(path, ""), states) for path in {**named, **{p.absolute(): "" for p in paths}}]

    def _row(self, path: Path, volume: str, states: dict[str, str]) -> dict[str, object]:
        row: dict[str, object] = {"Volume": volume, "Path": str(path)}
        try:
            bytes_ = files.size_of(path)
            found = header.read(path)
            token, attached = found.token, where(self._state, path, found)
        except FileNotFoundError:
            return row | {"State": "missing"}
        except (VolumeError, OSError) as error:
            return row | {"State": str(error)}
        if token.key not in states:
            states[token.key] = self._key_state(token.key)
        state = "snapshot" if token.is_snapshot else "attached" if attached else "detached"
        return row | {
            "Volume": token.volume,
            "State": state,
            "Attached": attached,
            "Bytes": max(0, bytes_ - found.data_offset),
            "Key": token.key,
            "KeyState": states[token.key],
            "Source": token.source,
            "Grants": [one.grantee for one in self._grants(token)],
        }

    def _key_state(self, key: str) -> str:
        try:
            return self._keys.state(key).state
        except VolumeError as error:
            return f"unknown ({error})"

    def destroy(self, named: str) -> tuple[str, str]:
        """Erase a detached volume for good; return its id, and what could not be done at KMS.

        The grants end first, while the token still names them; that KMS cannot be asked does not stop the erasing.
        """
        path = self._state.find(named)
        with locks.held(path, locks.ATTACHED, locks.CHANGING):
            found = self._detached(path)
            volume, refused = found.token.volume, ""
            try:
                self._end_grants((token.key, one) for token in found.tokens for one in self._grants(token))
            except VolumeError as error:
                refused = str(error)
            header.erase(path)
            files.overwrite(path, found.data_offset)
            if not files.is_device(path):
                path.unlink()
                files.sync_directory(path.parent)
        self._state.forget(volume)
        return volume, refused

    @staticmethod
    def _detached(path: Path) -> Header:
        found = header.read(path)
        if name := mapper.attached_as(found.uuid):
            raise VolumeError(f"{found.token.volume} is attached as /dev/mapper/{name}: detach it first.")
        return found


class _Unless:
    """Ends a grant when the work that it was made for failed."""

    def __init__(self, keys: VolumeKeys, key: str, granted: Granted) -> None:
        self._keys, self._key, self._granted = keys, key, granted

    def __call__(self, kind: object, *_: object) -> bool:
        if kind is not None:
            try:
                self._keys.revoke(self._key, self._granted)
            except VolumeError:
                return False
        return False


def _checked(wanted: Wanted) -> int:
    if wanted.size % wanted.sector_bytes:
        raise VolumeError(f"The size must be whole sectors of {wanted.sector_bytes} bytes.")
    if not wanted.size and files.is_device(wanted.path):
        return _SMALLEST_BYTES
    if wanted.size < _SMALLEST_BYTES:
        raise VolumeError("The size must be at least 1M.")
    return wanted.size
