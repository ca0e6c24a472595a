"""``strongroom file`` on files, streams and directories: what gets a name and when, and what is left when it goes wrong."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from strongroom.envelope.files import PARTIAL, Target
from strongroom.envelope.header import EncryptedDataKey, build
from strongroom.envelope.suites import COMMITTING
from support.files import Shell

MEBIBYTE = 1 << 20


def tampered(path: Path) -> None:
    """Alter the last byte but a hundred: of the last frame, or of the signature."""
    with path.open("r+b") as file:
        file.seek(-100, os.SEEK_END)
        byte = file.read(1)
        file.seek(-1, os.SEEK_CUR)
        file.write(bytes([byte[0] ^ 1]))


def names(directory: Path) -> set[str]:
    return {str(path.relative_to(directory)) for path in directory.rglob("*")}


@pytest.mark.parametrize(
    "options", [(), ("--sign",), ("--frame-bytes", 4096)], ids=["unsigned", "signed", "small frames"]
)
def test_a_file_and_back(shell: Shell, key: str, options: tuple[object, ...]) -> None:
    source, plaintext = shell.directory / "report", os.urandom(3 * MEBIBYTE + 17)
    source.write_bytes(plaintext)
    source.chmod(0o640)
    said = shell("encrypt", source, "-k", key, "-c", "tenant=42", *options).output
    assert "3.0 MiB in " in said
    message = shell.directory / "report.encrypted"
    assert message.stat().st_mode & 0o777 == 0o640
    assert plaintext[:1000] not in message.read_bytes()
    assert "(--force replaces it)" in shell("decrypt", message, "-k", key, code=1).output
    source.unlink()
    said = shell("decrypt", message, "-k", key, "-c", "tenant=42").output
    assert f"opened by {key}" in said
    assert source.read_bytes() == plaintext
    source.write_bytes(b"older")
    shell("decrypt", message, "-k", key, "--force", "-q")
    assert source.read_bytes() == plaintext
    assert source.stat().st_mode & 0o777 == 0o640
    source.unlink()
    tampered(message)
    assert "was altered" in shell("decrypt", message, "-k", key, code=1).output
    assert "tenant=42, not 43" in shell("decrypt", message, "-k", key, "-c", "tenant=43", code=1).output
    assert names(shell.directory) == {"report.encrypted"}


def test_standard_input_and_output(shell: Shell, key: str) -> None:
    plaintext = os.urandom(2 * MEBIBYTE)
    sealing = shell.process("encrypt", "-", "-k", key, "--sign", stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    message, said = sealing.communicate(plaintext)
    assert b"standard input -> -: 2.0 MiB in" in said
    opening = shell.process("decrypt", "-", "-k", key, "-q", stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert opening.communicate(message) == (plaintext, b"")
    altered = message[:-200] + bytes(1) + message[-199:]
    done = shell.process("decrypt", "-", "-k", key, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    out, said = done.communicate(altered)
    assert (out, done.returncode) == (b"", 1)  # signed: not a byte before all of it is verified
    assert names(shell.directory) == set()


def test_a_directory_and_back(shell: Shell, key: str) -> None:
    """Structure, empty directories, mode bits and odd names stay; links are left out and told; the cache spares requests."""
    source = shell.directory / "tree"
    for name in ("a", "b/c", "b/d/e", "b/\udcff \n"):
        path = source / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(os.urandom(1000))
    (source / "b").chmod(0o750)
    (source / "empty").mkdir()
    (source / "link").symlink_to("a")
    os.mkfifo(source / "fifo")
    sealed, back = shell.directory / "sealed", shell.directory / "back"
    said = shell("encrypt", "-r", source, "-o", sealed, "-k", key, "--cache-messages", "100").output
    assert "link: left out, a symbolic link" in said
    assert "fifo: left out, not a regular file" in said
    assert "4 files, 3.9 KiB; requests to KMS: 1 GenerateDataKey; the data-key cache saved 3" in said
    assert names(sealed) == {"b", "b/d", "empty"} | {
        f"{name}.encrypted" for name in ("a", "b/c", "b/d/e", "b/\udcff \n")
    }
    (sealed / "note.txt").write_text("not a message")
    tampered(sealed / "b/c.encrypted")
    said = shell("decrypt", "-r", sealed, "-o", back, "-k", key, code=1).output
    assert "note.txt: left out" in said
    assert "c.encrypted: The message was altered" in said
    assert "1 files failed" in said
    assert names(back) == names(source) - {"link", "fifo", "b/c"}
    assert (back / "b/d/e").read_bytes() == (source / "b/d/e").read_bytes()
    assert (back / "b").stat().st_mode & 0o777 == 0o750
    (shell.directory / "half").mkdir()
    (shell.directory / "half/b").write_text("a file where a directory should be")
    said = shell("encrypt", "-r", source, "-o", shell.directory / "half", "-k", key, code=1).output
    assert "half/b: File exists" in said
    assert "1 files failed" in said
    assert names(shell.directory / "half") == {"a.encrypted", "b", "empty"}  # the others are done
    for inside in (source / "out", shell.directory, source):
        assert "lie one in the other" in shell("encrypt", "-r", source, "-o", inside, "-k", key, code=1).output


def test_holes_stay_holes(shell: Shell, key: str) -> None:
    source = shell.directory / "disk"
    with source.open("wb") as file:
        file.seek(8 * MEBIBYTE + 5)
        file.write(b"in the middle")
        file.truncate(24 * MEBIBYTE)
    shell("encrypt", source, "-k", key)
    shell("decrypt", f"{source}.encrypted", "-k", key, "-o", shell.directory / "back")
    back = (shell.directory / "back").stat()
    assert (shell.directory / "back").read_bytes() == source.read_bytes()
    assert back.st_blocks * 512 < MEBIBYTE


@pytest.mark.parametrize(
    ("command", "how"),
    [("encrypt", signal.SIGINT), ("encrypt", signal.SIGTERM), ("decrypt", signal.SIGKILL)],
)
def test_what_is_interrupted_leaves_nothing(shell: Shell, key: str, how: signal.Signals, command: str) -> None:
    """Also where a file is replaced: what was there is still there."""
    there = shell.directory / "there"
    there.write_bytes(b"before")
    stream = os.urandom(4 * MEBIBYTE)
    if command == "decrypt":
        whole = shell.directory / "whole"
        whole.write_bytes(stream)
        shell("encrypt", whole, "-k", key)
        stream = (shell.directory / "whole.encrypted").read_bytes()[: 3 * MEBIBYTE]
        whole.unlink()
        (shell.directory / "whole.encrypted").unlink()
    running = shell.process(command, "-", "-k", key, "-o", there, "--force", stdin=subprocess.PIPE)
    assert running.stdin is not None
    running.stdin.write(stream)
    running.stdin.flush()
    deadline = time.monotonic() + 20
    while _written(running.pid, shell.directory) < 2 * MEBIBYTE and time.monotonic() < deadline:
        time.sleep(0.02)
    running.send_signal(how)
    running.communicate()
    assert running.returncode != 0
    assert names(shell.directory) == {"there"}
    assert there.read_bytes() == b"before"


def _written(pid: int, directory: Path) -> int:
    """Return how much the process has in a file without a name."""
    total = 0
    for link in Path(f"/proc/{pid}/fd").iterdir():
        try:
            if str(link.readlink()).startswith(f"{directory}/#"):
                total += link.stat().st_size
        except OSError:
            continue
    return total


def test_a_full_disk_leaves_nothing(shell: Shell, key: str) -> None:
    """A limit on the file size stands for it: the same call fails, at a place in the middle."""
    source = shell.directory / "source"
    source.write_bytes(bytes(4 * MEBIBYTE))
    limited = f"ulimit -f {2 * 1024}; exec {sys.executable} -m strongroom.cli.main file encrypt source -k {key}"
    done = subprocess.run(
        ["bash", "-c", limited], env=shell.environment, cwd=shell.directory, capture_output=True, check=False
    )
    assert done.returncode == 1
    assert b"File too large. Nothing half-done was left." in done.stderr
    assert names(shell.directory) == {"source"}


MEASURED = """
import os, sys
from strongroom.cli.main import main

def peak():
    return int(next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM"))) * 1024

key = sys.argv[1]
for length in (0, 128 << 20):
    open("plain", "wb").close()
    os.truncate("plain", length)
    main(["file", "encrypt", "plain", "-k", key, "-q", "-f", "--sign"], standalone_mode=False)
    main(["file", "decrypt", "plain.encrypted", "-k", key, "-q", "-f"], standalone_mode=False)
    print(peak())
"""


def test_memory_stays_constant(shell: Shell, key: str) -> None:
    """A file of 128 MiB costs less than 64 MB more than one of nothing: signed, both ways."""
    done = subprocess.run(
        [sys.executable, "-c", MEASURED, key],
        env=shell.environment,
        cwd=shell.directory,
        capture_output=True,
        check=True,
    )
    empty, large = map(int, done.stdout.split())
    assert large - empty < 64_000_000


def test_where_files_cannot_be_without_a_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A hidden name stands in, for as long as it takes."""
    system_open = os.open

    def refusing(path: Any, flags: int, *mode: int, **options: Any) -> int:
        if flags & os.O_TMPFILE == os.O_TMPFILE:
            raise OSError(95, "Operation not supported")
        return system_open(path, flags, *mode, **options)

    def without_modes(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "open", refusing)
    for name in ("link", "fchmod"):  # as on a memory stick
        monkeypatch.setattr(os, name, without_modes)
    with Target(tmp_path / "a") as target:
        target.write(memoryview(b"whole"))
        (partial,) = tmp_path.iterdir()
        assert partial.name.endswith(PARTIAL)
        assert partial.stat().st_mode & 0o777 == 0o600
        target.commit()
    assert names(tmp_path) == {"a"}
    with pytest.raises(KeyboardInterrupt), Target(tmp_path / "a", replace=True) as target:  # noqa: PT012 - the last one raises
        target.write(memoryview(b"half"))
        raise KeyboardInterrupt
    with pytest.raises(FileExistsError), Target(tmp_path / "b") as target:  # noqa: PT012 - as above
        (tmp_path / "b").write_bytes(b"came meanwhile")
        target.commit()
    assert names(tmp_path) == {"a", "b"}
    assert (tmp_path / "a").read_bytes() == b"whole"


def test_what_came_meanwhile_is_not_replaced(tmp_path: Path) -> None:
    with pytest.raises(FileExistsError), Target(tmp_path / "a") as target:  # noqa: PT012 - the last one raises
        target.write(memoryview(b"mine"))
        (tmp_path / "a").write_bytes(b"came meanwhile")
        target.commit()
    assert (tmp_path / "a").read_bytes() == b"came meanwhile"


def test_what_is_no_file_is_not_replaced(shell: Shell, key: str) -> None:
    """SOURCE itself, under whatever name, and devices and pipes: these are written to as standard output is."""
    source, fifo = shell.directory / "a", shell.directory / "fifo"
    source.write_bytes(b"plaintext")
    (shell.directory / "link").symlink_to("a")
    for itself in (source, shell.directory / "link"):
        said = shell("encrypt", source, "-o", itself, "-k", key, "--force", code=1).output
        assert "is the file that is read" in said
    assert source.read_bytes() == b"plaintext"
    os.mkfifo(fifo)
    with subprocess.Popen(["cat", fifo], stdout=subprocess.PIPE) as reading:
        shell("encrypt", source, "-o", fifo, "-k", key)
        message = reading.communicate()[0]
    shell(
        "decrypt", "-f", "-q", "--discovery", _written_to(shell.directory / "m", message), "-o", shell.directory / "b"
    )
    assert (shell.directory / "b").read_bytes() == b"plaintext"
    shell("encrypt", source, "-o", "/dev/null", "-k", key, "--force")
    assert Path("/dev/null").is_char_device()
    assert "No space left on device." in shell("encrypt", source, "-o", "/dev/full", "-k", key, code=1).output


def test_what_went_out_before_a_failure_is_told(shell: Shell, key: str) -> None:
    source = _written_to(shell.directory / "a", bytes(2 * MEBIBYTE))
    shell("encrypt", source, "-k", key)
    tampered(shell.directory / "a.encrypted")
    said = shell("decrypt", shell.directory / "a.encrypted", "-k", key, "-o", "/dev/null", code=1).output
    assert re.search(
        r"a.encrypted: discard the 1.\d MiB that went out: they are not all of it.\nError: .* altered", said
    )


def _written_to(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def test_texts_of_others_do_nothing_to_a_terminal(shell: Shell) -> None:
    hostile = build(
        COMMITTING,
        bytes(32),
        {"tenant": "\x1b[2J"},
        (EncryptedDataKey("aws-kms", b"arn:aws:kms:a:1:key/\x1b]0;title\x07\nError: none", b"x"),),
        4096,
        commitment=bytes(32),
    )
    path = _written_to(shell.directory / "\x1b[31m", hostile.serialized + bytes(16))
    said = "".join(
        shell("decrypt", path, "--discovery", "-o", shell.directory / "b", *options, code=1).output
        for options in ((), ("-c", "tenant=42"))
    )
    assert "key/\\x1b]0;title\\x07\\nError: none: not among" in said
    assert "tenant=\\x1b[2J, not 42" in said
    assert "\x1b" not in said


def test_inspect(shell: Shell, make_key: Any) -> None:
    """Without credentials, and of a stream what can be told of one."""
    keys = [make_key(), make_key("eu-west-1")]
    source = shell.directory / "a"
    source.write_bytes(bytes(10_000))
    shell("encrypt", source, "-k", keys[0], "-k", keys[1], "-c", "tenant=4\t2", "--sign", "--frame-bytes", 4096)
    message = shell.directory / "a.encrypted"
    nobody = Shell({"PATH": ""}, shell.directory)
    found = json.loads(nobody("inspect", "--json", message).stdout)
    assert [each["key"] for each in found["encryptedDataKeys"]] == keys
    assert found["encryptionContext"]["tenant"] == "4\t2"
    assert found["algorithmSuite"]["id"] == "0x0578"
    assert (found["frames"], found["plaintextBytes"], found["messageBytes"]) == (3, 10_000, message.stat().st_size)
    said = nobody("inspect", message).stdout
    for line in (
        f"Keys       {keys[0]} (",
        "tenant = 4\\t2",
        "Frames     3, 4,096 bytes each",
        "Plaintext  10,000 bytes",
    ):
        assert line in said
    done = shell.process("inspect", "-", stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    out, _ = done.communicate(message.read_bytes())
    assert b"sizes of a stream are not known" in out
    assert "Not a message" in nobody("inspect", source, code=1).output


def test_usage(shell: Shell, key: str) -> None:
    source = shell.directory / "a"
    source.write_bytes(b"x")
    for arguments, said in (
        (("encrypt", source, "-k", key, "-c", "tenant"), "is not NAME=VALUE"),
        (("encrypt", shell.directory, "-k", key), "--recursive does all files in it"),
        (("encrypt", "-r", shell.directory, "-k", key), "a directory as --output"),
        (("decrypt", source, "-k", key), "does not end with .encrypted"),
        (("decrypt", source), "(--discovery)"),
        (("encrypt", source, "-k", ""), "is a variable not set?"),
        (("encrypt", source, "-k", key, "-c", "tenant=1", "-c", "tenant=2"), "tenant has two values"),
        (("encrypt", source, *("-k", key, "-k", "b"), "--max-encrypted-data-keys", 1), "More keys than"),
        (("rewrap", "-", "-k", key, "--to", key), "rewrap needs files"),
        (("decrypt", source, "-k", key, "--account", "1"), "(--discovery)"),
    ):
        assert said in " ".join(shell(*arguments, code=2).output.split())
