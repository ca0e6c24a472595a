"""Files: a name appears when its file is whole and authenticated, and not before; directories, mode bits and holes are kept.

A target is written without a name (``O_TMPFILE``) and linked when it is done, so that not even ``kill -9`` leaves anything. Where a
file system has no such files, or an existing file is replaced, a hidden name in the same directory stands in until the rename.
"""

import contextlib
import ctypes
import errno
import os
import secrets
import stat
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from io import FileIO
from pathlib import Path
from types import TracebackType
from typing import Self

from strongroom.envelope.decryption import Commitment, decrypt
from strongroom.envelope.encryption import FRAME_BYTES, MAX_ENCRYPTED_DATA_KEYS, Summary, encrypt
from strongroom.envelope.errors import EnvelopeError
from strongroom.envelope.keys import DataKeyMaker, DataKeyOpener
from strongroom.envelope.placed import Progress
from strongroom.envelope.rewrapping import NewKeys, rewrap

SUFFIX = ".encrypted"
PARTIAL = ".strongroom-partial"
_HOLE_BYTES = 1 << 16
_ZEROS = bytes(_HOLE_BYTES)
_OWNER_ONLY = 0o600
_PERMISSIONS = 0o777
_HERE, _NO_REPLACE = -100, 1  # AT_FDCWD, RENAME_NOREPLACE


class Target:
    """A file in the making. A context manager: without ``commit`` nothing of it stays.

    ``write`` leaves holes where whole blocks are zeros, if ``holes``. Errors: FileExistsError, at once and again at ``commit``,
    unless ``replace``.
    """

    def __init__(self, path: Path, *, replace: bool = False, holes: bool = False) -> None:
        if os.path.lexists(path):
            if not replace:
                raise FileExistsError(errno.EEXIST, "File exists (--force replaces it)", str(path))
            if path.exists() and not path.is_file():
                raise OSError(errno.EINVAL, "Not a regular file, so it is not replaced", str(path))
        self.path = path
        self._replace, self._holes = replace, holes
        self._directory = path.parent
        self._partial: Path | None = None
        self._fd = self._open()

    def fileno(self) -> int:
        return self._fd

    def write(self, data: memoryview, /) -> int:
        """Write all of it."""
        self.write_at(data, os.lseek(self._fd, 0, os.SEEK_CUR))
        os.lseek(self._fd, len(data), os.SEEK_CUR)
        return len(data)

    def write_at(self, data: memoryview, place: int) -> None:
        """Write all of it there; threads may do so at once."""
        with self._in_its_name():
            for start, end in self._runs(data):
                at = start
                while at < end:
                    at += os.pwrite(self._fd, data[at:end], place + at)

    def seek_to(self, place: int) -> None:
        """Say where the next ``write`` goes, or where the file ends."""
        os.lseek(self._fd, place, os.SEEK_SET)

    def _runs(self, data: memoryview) -> Iterator[tuple[int, int]]:
        """Yield where something is to be written: everywhere, or between the holes."""
        if not self._holes:
            yield 0, len(data)
            return
        start = 0
        for at in range(0, len(data), _HOLE_BYTES):
            block = data[at : at + _HOLE_BYTES]
            if len(block) == _HOLE_BYTES and not block[0] and not block[-1] and bytes(block) == _ZEROS:
                if start < at:
                    yield start, at
                start = at + _HOLE_BYTES
        if start < len(data):
            yield start, len(data)

    def commit(self, mode: int | None = None, owner: os.stat_result | None = None) -> None:
        """Give it its name, once it is on the disk.

        ``mode`` None: what the umask leaves of rw-rw-rw-. ``owner``: whose file this shall be, where that may be said.
        """
        with self._in_its_name():
            os.ftruncate(self._fd, os.lseek(self._fd, 0, os.SEEK_CUR))  # a hole at the end is only a position yet
            if owner is not None and (owner.st_uid, owner.st_gid) != (os.geteuid(), os.getegid()):
                with contextlib.suppress(PermissionError):
                    os.fchown(self._fd, owner.st_uid, owner.st_gid)
            with contextlib.suppress(PermissionError):  # a file system without modes
                os.fchmod(self._fd, 0o666 & ~_umask() if mode is None else mode & _PERMISSIONS)
            os.fsync(self._fd)
            self._name()
            _sync_directory(self._directory)

    def _name(self) -> None:
        if self._replace:
            if self._partial is None:
                self._partial = self._hidden()
                self._link(self._partial)
            self._partial.replace(self.path)
            self._partial = None
        elif self._partial is None:
            self._link(self.path)
        else:
            _rename_free(self._partial, self.path)

    @contextlib.contextmanager
    def _in_its_name(self) -> Iterator[None]:
        """Tell failures of the system in terms of the name that was asked for."""
        try:
            yield
        except OSError as error:
            raise OSError(error.errno, error.strerror, str(self.path)) from None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.close(self._fd)
        if self._partial is not None:
            self._partial.unlink(missing_ok=True)

    def _open(self) -> int:
        with contextlib.suppress(OSError):  # the named one says what is wrong, if it is more than that
            return os.open(self._directory, os.O_TMPFILE | os.O_RDWR | os.O_CLOEXEC, _OWNER_ONLY)
        hidden = self._hidden()
        try:
            fd = os.open(hidden, os.O_CREAT | os.O_EXCL | os.O_RDWR | os.O_CLOEXEC, _OWNER_ONLY)
        except OSError as error:
            raise OSError(error.errno, error.strerror, str(self.path)) from None
        self._partial = hidden
        return fd

    def _hidden(self) -> Path:
        return self._directory / f".{self.path.name[:200]}.{secrets.token_hex(4)}{PARTIAL}"

    def _link(self, path: Path) -> None:
        directory = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:  # with a descriptor: Python follows the link (linkat) only then
            os.link(f"/proc/self/fd/{self._fd}", path.name, dst_dir_fd=directory, follow_symlinks=True)
        finally:
            os.close(directory)


def apart(source: FileIO, target: Path) -> None:
    """Errors: EnvelopeError when the target is the file that is read: whoever replaces it loses it."""
    with contextlib.suppress(OSError):  # not there
        if os.path.samestat(os.fstat(source.fileno()), target.stat()):
            raise EnvelopeError(f"{target} is the file that is read: choose another name for the result (--output).")


def encrypt_file(
    source: Path,
    target: Path,
    keys: DataKeyMaker,
    *,
    context: Mapping[str, str] | None = None,
    signed: bool = False,
    frame_bytes: int = FRAME_BYTES,
    max_encrypted_data_keys: int = MAX_ENCRYPTED_DATA_KEYS,
    progress: Progress | None = None,
    replace: bool = False,
) -> Summary:
    """Encrypt a file to another one, which has the same mode bits. Errors: as ``encrypt``; FileExistsError unless ``replace``."""
    with FileIO(source, "rb") as reading:
        apart(reading, target)
        found = os.fstat(reading.fileno())
        with Target(target, replace=replace) as made:
            summary = encrypt(
                reading,
                made,
                keys,
                context=context,
                signed=signed,
                frame_bytes=frame_bytes,
                plaintext_bytes=found.st_size if stat.S_ISREG(found.st_mode) else None,
                max_encrypted_data_keys=max_encrypted_data_keys,
                progress=progress,
            )
            made.commit(found.st_mode)
    return summary


def decrypt_file(
    source: Path,
    target: Path,
    keys: DataKeyOpener,
    *,
    required_context: Mapping[str, str | None] | None = None,
    withheld_context: Mapping[str, str] | None = None,
    commitment: Commitment = Commitment.REQUIRED,
    max_encrypted_data_keys: int = MAX_ENCRYPTED_DATA_KEYS,
    progress: Progress | None = None,
    replace: bool = False,
) -> Summary:
    """Decrypt a file to another one, which has the same mode bits. Errors: as ``decrypt``; FileExistsError unless ``replace``."""
    with FileIO(source, "rb") as reading:
        apart(reading, target)
        with Target(target, replace=replace, holes=True) as made:
            summary = decrypt(
                reading,
                made,
                keys,
                required_context=required_context,
                withheld_context=withheld_context,
                commitment=commitment,
                max_encrypted_data_keys=max_encrypted_data_keys,
                private=True,
                progress=progress,
            )
            made.commit(os.fstat(reading.fileno()).st_mode)
    return summary


def rewrap_file(
    path: Path,
    old: DataKeyOpener,
    new: NewKeys,
    *,
    target: Path | None = None,
    keep_body: bool = False,
    required_context: Mapping[str, str | None] | None = None,
    commitment: Commitment = Commitment.REQUIRED,
    max_encrypted_data_keys: int = MAX_ENCRYPTED_DATA_KEYS,
    progress: Progress | None = None,
    replace: bool = False,
) -> Summary:
    """Move the message in a file to other keys: in its place, with its mode bits and owner, or in ``target``.

    In its place it is the old message or the new one at every moment; its other names (hard links) keep the old one.
    Errors: as ``rewrap``; FileExistsError unless ``replace``.
    """
    with FileIO(path, "rb") as reading:
        found = os.fstat(reading.fileno())
        if not stat.S_ISREG(found.st_mode):
            raise EnvelopeError(f"{path} is not a regular file: a message is moved to other keys in a file.")
        in_place = target is None or (target.exists() and target.samefile(path))
        with Target(
            target or path.resolve(), replace=replace or target is None
        ) as made:  # where a link leads, not the link
            summary = rewrap(
                reading,
                made,
                old,
                new,
                keep_body=keep_body,
                commitment=commitment,
                required_context=required_context,
                max_encrypted_data_keys=max_encrypted_data_keys,
                progress=progress,
            )
            made.commit(found.st_mode, found if in_place else None)
    return summary


@dataclass(frozen=True, slots=True)
class Pair:
    """A file of a tree, and where its counterpart goes. ``target`` None: there is none, and ``why``; ``failed``: it should be."""

    source: Path
    target: Path | None
    why: str = ""
    failed: bool = False


def tree(source: Path, target: Path, rename: Callable[[str], str | None]) -> Iterator[Pair]:
    """Yield the regular files under a directory, the directories of ``target`` made (also empty ones).

    ``rename`` gives a file's new name, None when it is to be left out. Links and special files are left out: they are told, and
    so is what cannot be looked at or made. Errors: EnvelopeError when one of the two lies in the other, or ``source`` cannot be read.
    """
    inner, outer = target.resolve(), source.resolve()
    if inner == outer or outer in inner.parents or inner in outer.parents:
        raise EnvelopeError(f"{source} and {target} lie one in the other: choose another --output.")
    unread: list[OSError] = []
    for folder, folders, names in os.walk(source, onerror=unread.append):
        folders.sort()
        here = Path(folder)
        there = target / here.relative_to(source)
        try:
            there.mkdir(mode=stat.S_IMODE(here.stat().st_mode) | stat.S_IRWXU, parents=True, exist_ok=True)
        except OSError as error:
            unread.append(error)
            folders.clear()
        else:
            yield from _pairs(here, there, folders, names, rename)
        yield from _failures(unread)
    yield from _failures(unread)


def _pairs(
    here: Path, there: Path, folders: list[str], names: list[str], rename: Callable[[str], str | None]
) -> Iterator[Pair]:
    for name in [name for name in folders if (here / name).is_symlink()]:
        yield Pair(here / name, None, "a symbolic link")
    for name in sorted(names):
        path, renamed = here / name, rename(name)
        try:
            mode = path.lstat().st_mode
        except OSError as error:  # gone meanwhile
            yield Pair(path, None, str(error.strerror), failed=True)
            continue
        if not stat.S_ISREG(mode):
            yield Pair(path, None, "a symbolic link" if stat.S_ISLNK(mode) else "not a regular file")
        elif renamed is None:
            yield Pair(path, None, "of another name than those that are decrypted")
        else:
            yield Pair(path, there / renamed)


def _failures(unread: list[OSError]) -> Iterator[Pair]:
    while unread:
        error = unread.pop(0)
        yield Pair(Path(os.fsdecode(error.filename)), None, str(error.strerror), failed=True)


def _rename_free(old: Path, new: Path) -> None:
    """Rename where the new name is free: a plain rename would replace what came meanwhile. Source: renameat2(2)."""
    rename = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if rename is not None:
        if rename(_HERE, os.fsencode(old), _HERE, os.fsencode(new), _NO_REPLACE) == 0:
            return
        number = ctypes.get_errno()
        if number not in {errno.EINVAL, errno.ENOSYS}:  # of file systems that do not know the flag: NFS
            raise OSError(number, os.strerror(number), str(new))
    os.link(old, new)
    old.unlink()


def _umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def _sync_directory(path: Path) -> None:
    fd = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
