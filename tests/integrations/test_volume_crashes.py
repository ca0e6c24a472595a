"""What a volume is after a command was killed between two steps, met a full disk, or met another command: the old one or the new one."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from strongroom.integrations.volumes import care as care_module
from strongroom.integrations.volumes import files, header, locks
from strongroom.integrations.volumes.attach import attach, detach
from strongroom.integrations.volumes.care import Care, Wanted
from strongroom.integrations.volumes.errors import VolumeError
from strongroom.integrations.volumes.state import State
from support.paper_keys import PaperKeys
from support.programs import needed

STEPS = 30
pytestmark = pytest.mark.filterwarnings(
    "ignore:This process:DeprecationWarning"
)  # fork beside threads: the child runs none of theirs


@pytest.fixture(scope="module", autouse=True)
def tools() -> None:
    needed("cryptsetup")
    needed("nbdcopy")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A volume under key ``a``, to be copied; and its id."""
    directory = tmp_path_factory.mktemp("made")
    token = Care(State(directory / "state"), PaperKeys()).create(
        Wanted(directory / "v.luks", 2**20, ("web1",), sparse=True), "a"
    )
    return directory / "v.luks", token.volume


def killed_at(step: int, work: Callable[[], object]) -> bool:
    """Do the work in a child that is killed before its change number ``step``; say whether it was killed.

    Changes are cryptsetup's commands that write, and names that appear and go.
    """
    child = os.fork()
    if child == 0:
        left = step

        def counted(real: Callable[..., Any]) -> Callable[..., Any]:
            def run(*arguments: Any, **options: Any) -> Any:
                nonlocal left
                reading = real is luks and arguments[0][:2] in {
                    ("luksDump", "--dump-json-metadata"),
                    ("luksUUID", arguments[0][-1]),
                }
                if not reading:
                    left -= 1
                    if left < 0:
                        os.kill(os.getpid(), signal.SIGKILL)
                return real(*arguments, **options)

            return run

        luks = header.luks
        header.luks = counted(luks)
        os.link = counted(os.link)
        os.unlink = counted(os.unlink)
        care_module.files.overwrite = counted(files.overwrite)
        try:
            work()
        except BaseException:  # noqa: BLE001 - the parent is told by the exit code; pytest must not go on in the child
            os._exit(3)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0
    return os.WIFSIGNALED(status)


def opens(path: Path, *closed: str) -> str:
    """Return the key under which the volume opens while others refuse. Errors: VolumeError when it does not."""
    keys = PaperKeys(closed=set(closed))
    found = header.read(path)
    for token in found.tokens:
        try:
            header.check(path, keys.open(token))
        except VolumeError:
            continue
        return token.key
    raise VolumeError("no token opens")


def test_create_and_snapshot_leave_all_or_nothing(made: tuple[Path, str], tmp_path: Path) -> None:
    source, _ = made
    works: list[tuple[str, Callable[[Care, Path], object]]] = [
        ("created", lambda care, path: care.create(Wanted(path, 2**20, sparse=True), "a")),
        ("copied", lambda care, path: care.snapshot(str(source), path, "b")),
    ]
    for name, work in works:
        seen = set()
        for step in range(STEPS):
            path = tmp_path / f"{name}{step}"
            state = State(tmp_path / f"state-{name}{step}")
            killed = killed_at(step, lambda work=work, state=state, path=path: work(Care(state, PaperKeys()), path))
            seen.add(path.exists())
            if path.exists():
                assert opens(path) == ("a" if name == "created" else "b")
            elif killed:
                work(Care(state, PaperKeys()), path)  # again, and it is there; what was left is gone
            assert list(tmp_path.glob(f".{path.name}.*")) == [] or path.exists()
            if not killed:
                break
        assert seen == {True, False}
        assert step > 2  # it was killed in between
        for left in tmp_path.glob("*"):
            if left.is_file():
                left.unlink()
    assert opens(source) == "a"


@pytest.mark.parametrize("new_data_key", [False, True])
def test_rekey_leaves_the_old_or_the_new(made: tuple[Path, str], tmp_path: Path, new_data_key: bool) -> None:
    path = tmp_path / "v.luks"
    keys = set()
    for step in range(STEPS):
        subprocess.run(["cp", "--sparse=always", made[0], path], check=True)
        care = Care(State(tmp_path / "state"), PaperKeys())
        killed = killed_at(step, lambda care=care: care.rekey(str(path), "b", new_data_key=new_data_key))
        keys.add(opens(path))
        care.rekey(str(path), "b", new_data_key=new_data_key)  # finishes what was begun
        assert opens(path) == "b"
        found = header.read(path)
        assert (len(found.tokens), len(found.slots), len(found.token_numbers)) == (1, 1, 1)
        with pytest.raises(VolumeError, match="no token opens"):
            opens(path, "b")
        if not killed:
            break
    assert keys == {"a", "b"}


def test_destroy_goes_on_where_it_was_cut_short(made: tuple[Path, str], tmp_path: Path) -> None:
    path = tmp_path / "v.luks"
    for step in range(STEPS):
        shutil.copy(made[0], path)
        care = Care(State(tmp_path / "state"), PaperKeys())
        if not killed_at(step, lambda care=care: care.destroy(str(path))):
            assert not path.exists()
            break
        if step > 1:  # the slots were overwritten
            with pytest.raises(VolumeError):
                opens(path)


def test_a_new_data_key_shuts_out_the_old(made: tuple[Path, str], tmp_path: Path) -> None:
    path = tmp_path / "v.luks"
    shutil.copy(made[0], path)
    old = PaperKeys().open(header.read(path).token)
    header.check(path, old)
    Care(State(tmp_path / "state"), PaperKeys()).rekey(str(path), "a", new_data_key=True)
    with pytest.raises(VolumeError, match="No key available"):
        header.check(path, old)


@pytest.mark.parametrize("method", ["attach", "remember"])
def test_attach_killed_in_between_leaves_no_export_that_nobody_can_end(
    made: tuple[Path, str], tmp_path_factory: pytest.TempPathFactory, method: str
) -> None:
    """Killed before the export has its key, it ends by itself; killed after it serves, ``detach`` ends it."""
    place = tmp_path_factory.mktemp("k")
    path, state = place / "v.luks", State(place / "state")
    shutil.copy(made[0], path)
    if (child := os.fork()) == 0:
        real = getattr(State, method)

        def killed(*arguments: Any) -> None:
            real(*arguments)
            os.kill(os.getpid(), signal.SIGKILL)

        setattr(State, method, killed)
        attach(state, PaperKeys(), str(path), by="nbd", read_only=False)
    assert os.WIFSIGNALED(os.waitpid(child, 0)[1])
    if method == "attach":
        deadline = time.monotonic() + 10
        while locks.is_taken(path, locks.ATTACHED) and time.monotonic() < deadline:
            time.sleep(0.02)
    else:
        detach(state, str(path), force=False)
    assert not locks.is_taken(path, locks.ATTACHED)
    attach(state, PaperKeys(), str(path), by="nbd", read_only=False)
    detach(state, str(path), force=False)


def test_two_commands_at_once(made: tuple[Path, str], tmp_path_factory: pytest.TempPathFactory) -> None:
    """Eight attach at once and one does; while it is attached a change of the header waits for no one."""
    place = tmp_path_factory.mktemp("w")
    path = place / "v.luks"
    shutil.copy(made[0], path)
    ready, go = os.pipe()
    children = []
    for number in range(8):
        if (child := os.fork()) == 0:
            os.close(go)
            os.read(ready, 1)
            code = 1
            try:
                attach(State(place / f"state{number % 2}"), PaperKeys(), str(path), by="nbd", read_only=False)
                code = 0
            except VolumeError as error:
                code = 1 if "attached" in str(error) or "being changed" in str(error) else 2
            finally:
                os._exit(code)
        children.append(child)
    os.close(go)
    codes = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
    os.close(ready)
    assert sorted(codes) == [0, *[1] * 7]
    number = codes.index(0) % 2
    with locks.held(path, locks.CHANGING), pytest.raises(VolumeError, match="being changed"):
        Care(State(place / "state0"), PaperKeys()).rekey(str(path), "b", new_data_key=False)
    with pytest.raises(VolumeError, match="do not name"):
        detach(State(place / f"state{1 - number}"), str(path), force=False)
    state = State(place / f"state{number}")
    attached = state.attached(made[1])
    assert attached is not None
    os.kill(attached.pid, signal.SIGKILL)  # the export dies: its lock is free, its socket's name is in nobody's way
    deadline = time.monotonic() + 10
    while locks.is_taken(path, locks.ATTACHED) and time.monotonic() < deadline:
        time.sleep(0.02)
    with pytest.raises(VolumeError, match="is not attached"):
        detach(state, str(path), force=False)
    attach(state, PaperKeys(), str(path), by="nbd", read_only=True)
    detach(state, str(path), force=False)


@pytest.fixture
def small_disk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    mount = tmp_path_factory.mktemp("d")
    command = ["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", str(mount)]
    if subprocess.run(command, check=False, capture_output=True).returncode:
        pytest.skip("mounting a tmpfs needs root")
    yield mount
    subprocess.run(["umount", "--lazy", str(mount)], check=True)


def test_a_full_disk(small_disk: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Nothing half-made is left; a writer is told; what was there can be read."""
    place = tmp_path_factory.mktemp("f")
    care, keys = Care(State(place / "state"), PaperKeys()), PaperKeys()
    with pytest.raises(OSError, match="No space left"):
        care.create(Wanted(small_disk / "large.luks", 2**25, ("web1",)), "a")
    assert list(small_disk.iterdir()) == []
    token = care.create(Wanted(small_disk / "v.luks", 2**25, sparse=True), "a")
    with pytest.raises(OSError, match="No space left"):
        care.snapshot(token.volume, small_disk / "copy.luks", None)
    assert [path.name for path in small_disk.iterdir()] == ["v.luks"]
    where = attach(State(place / "state"), keys, token.volume, by="nbd", read_only=False).where
    (place / "data").write_bytes(os.urandom(2**25))
    try:
        full = subprocess.run(
            ["nbdcopy", "--flush", place / "data", where], check=False, capture_output=True, timeout=60
        )
        assert b"No space left on device" in full.stderr
        subprocess.run(["nbdcopy", where, place / "back"], check=True, timeout=60)
        assert (place / "back").read_bytes()[: 2**20] == (place / "data").read_bytes()[: 2**20]
    finally:
        detach(State(place / "state"), token.volume, force=True)
    assert opens(small_disk / "v.luks") == "a"


@pytest.fixture
def device(tmp_path: Path) -> Iterator[Path]:
    """A block device of 32 MB."""
    backing = tmp_path / "backing"
    backing.touch()
    os.truncate(backing, 32 * 2**20)
    found = subprocess.run(["losetup", "--find", "--show", backing], check=False, capture_output=True, text=True)
    if found.returncode:
        pytest.skip("this host or this user has no loop devices")
    yield Path(found.stdout.strip())
    subprocess.run(["losetup", "--detach", found.stdout.strip()], check=True)


def test_a_block_device(made: tuple[Path, str], device: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    place = tmp_path_factory.mktemp("b")
    state, keys = State(place / "state"), PaperKeys()
    care = Care(state, keys)
    token = care.create(Wanted(device), "a")
    with pytest.raises(VolumeError, match="holds something"):
        care.create(Wanted(device), "a")
    where = attach(state, keys, token.volume, by="nbd", read_only=False).where
    (place / "data").write_bytes(os.urandom(2**20))
    subprocess.run(["nbdcopy", "--flush", place / "data", where], check=True, timeout=30)
    detach(state, token.volume, force=False)
    snapshot = care.snapshot(token.volume, place / "copy", "b")
    care.destroy(token.volume)
    with pytest.raises(VolumeError, match="not a valid LUKS device"):
        header.read(device)
    again = care.create_from(snapshot.volume, Wanted(device), None)
    assert (again.key, again.source) == ("b", snapshot.volume)
    where = attach(state, keys, again.volume, by="nbd", read_only=True).where
    subprocess.run(["nbdcopy", where, place / "back"], check=True, timeout=30)
    detach(state, again.volume, force=False)
    assert (place / "back").read_bytes()[: 2**20] == (place / "data").read_bytes()
    with pytest.raises(VolumeError, match="too small"):
        care.create_from(snapshot.volume, Wanted(_smaller(device)), None)


@pytest.mark.parametrize("syncs", range(4))
def test_a_header_is_installed_whole(
    made: tuple[Path, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, syncs: int
) -> None:
    """Over another volume's header, cut short after each write: nothing that cryptsetup takes for a volume, or the new one."""
    device = tmp_path / "device"
    shutil.copy(made[0], device)
    other = Care(State(tmp_path / "state"), PaperKeys()).create(Wanted(tmp_path / "o.luks", 2**20, sparse=True), "b")
    left, real = syncs, os.fdatasync

    def power_cut(descriptor: int) -> None:
        nonlocal left
        if not left:
            raise InterruptedError
        left -= 1
        real(descriptor)

    monkeypatch.setattr(os, "fdatasync", power_cut)
    descriptor = os.open(device, os.O_RDWR)
    try:
        files.install_header(tmp_path / "o.luks", descriptor, header.HEADER_BYTES)
    except InterruptedError:
        pass
    finally:
        os.close(descriptor)
    if syncs < 2:
        with pytest.raises(VolumeError, match="not a valid LUKS device"):
            header.read(device)
    else:
        assert (opens(device), header.read(device).token.volume) == ("b", other.volume)


def _smaller(device: Path) -> Path:
    subprocess.run(["losetup", "--set-capacity", device], check=True)
    backing = Path(
        subprocess.check_output(["losetup", "--noheadings", "--output", "BACK-FILE", device], text=True).strip()
    )
    os.truncate(backing, 20 * 2**20)
    subprocess.run(["losetup", "--set-capacity", device], check=True)
    return device
