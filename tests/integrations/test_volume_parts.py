"""The parts of a volume without a server: the NBD protocol's edges, tokens, sectors against a published vector, device-mapper's lines."""

import json
import os
import socket
import struct
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from strongroom.integrations.volumes import header, mapper
from strongroom.integrations.volumes.disk import Disk
from strongroom.integrations.volumes.errors import VolumeError
from strongroom.integrations.volumes.nbd import Connection
from strongroom.integrations.volumes.state import State
from strongroom.integrations.volumes.token import Granted, Token, from_json
from support.programs import needed

SECTOR, SIZE = 4096, 64 * 1024


def blank(path: Path, size: int) -> int:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT)
    os.ftruncate(descriptor, size)
    return descriptor


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    descriptor = blank(tmp_path / "disk", SECTOR + SIZE + 100)  # an odd end is no sector
    yield Disk(descriptor, bytes(range(64)), SECTOR, SECTOR)
    os.close(descriptor)


class Client:
    """Speaks NBD byte by byte, wrongly where a test wants it."""

    def __init__(self, disk: Disk, *, read_only: bool = False) -> None:
        ours, theirs = socket.socketpair()
        self.socket = ours
        ours.settimeout(10)

        def serve() -> None:
            with theirs:
                Connection(theirs, disk, ("vol-1",), read_only=read_only).serve()

        self.thread = threading.Thread(target=serve)
        self.thread.start()

    def close(self) -> None:
        self.socket.close()
        self.thread.join(10)
        assert not self.thread.is_alive()

    def send(self, data: bytes) -> None:
        self.socket.sendall(data)

    def get(self, length: int) -> bytes:
        found = b""
        while len(found) < length:
            part = self.socket.recv(length - len(found))
            if not part:
                return found
            found += part
        return found

    def hello(self, flags: int = 3) -> None:
        assert self.get(18) == b"NBDMAGICIHAVEOPT\0\3"
        self.send(struct.pack(">I", flags))

    def option(self, number: int, data: bytes = b"") -> list[tuple[int, bytes]]:
        self.send(b"IHAVEOPT" + struct.pack(">II", number, len(data)) + data)
        answers = []
        while not answers or answers[-1][0] in {2, 3}:
            magic, about, kind, length = struct.unpack(">QIII", self.get(20))
            assert (magic, about) == (0x3E889045565A9, number)
            answers.append((kind, self.get(length)))
        return answers

    def go(self, name: bytes = b"vol-1") -> list[tuple[int, bytes]]:
        return self.option(7, struct.pack(">I", len(name)) + name + b"\0\0")

    def ask(
        self, command: int, offset: int = 0, length: int = 0, data: bytes = b"", flags: int = 0
    ) -> tuple[int, bytes]:
        self.send(struct.pack(">IHHQQI", 0x25609513, flags, command, 77, offset, length) + data)
        magic, error, handle = struct.unpack(">IIQ", self.get(16))
        assert (magic, handle) == (0x67446698, 77)
        return error, self.get(length) if command == 0 and not error else b""


@pytest.fixture
def client(disk: Disk) -> Iterator[Client]:
    one = Client(disk)
    yield one
    one.close()


def test_options(client: Client) -> None:
    client.hello()
    assert client.option(3) == [(2, b"\0\0\0\5vol-1"), (1, b"")]
    assert client.option(5) == [(0x80000001, b"")]  # TLS is not offered on a unix socket
    assert client.option(8) == [(0x80000001, b"")]
    assert client.go(b"other")[0][0] == 0x80000006
    assert client.option(7, b"\0\0\1\0x")[0][0] == 0x80000003
    assert client.option(6, b"\0\0\0\0\0\0")[-1] == (1, b"")  # NBD_OPT_INFO: the client may go on asking
    answers = client.go()
    assert (3, struct.pack(">HQH", 0, SIZE, 1 | 4 | 8 | 256)) in answers
    assert (3, struct.pack(">HIII", 3, SECTOR, 65536, 32 * 2**20)) in answers
    assert client.ask(0, 0, SECTOR)[0] == 0


def test_requests_and_refusals(client: Client) -> None:
    client.hello()
    client.go()
    data = os.urandom(2 * SECTOR)
    assert client.ask(1, SECTOR, len(data), data) == (0, b"")
    assert client.ask(0, SECTOR, len(data)) == (0, data)
    assert client.ask(1, 0, SECTOR, bytes(SECTOR), flags=1) == (0, b"")  # FUA
    assert client.ask(3) == (0, b"")
    assert client.ask(0, 1, SECTOR) == (22, b"")
    assert client.ask(0, 0, 512) == (22, b"")
    assert client.ask(1, 0, 512, bytes(512)) == (22, b"")
    assert client.ask(0, SIZE, SECTOR) == (22, b"")
    assert client.ask(1, SIZE, SECTOR, bytes(SECTOR)) == (28, b"")
    assert client.ask(0, 2**63, SECTOR) == (22, b"")
    assert client.ask(4, 0, SECTOR) == (22, b"")  # trim
    assert client.ask(6, 0, SECTOR) == (22, b"")  # write zeroes
    assert client.ask(0, 0, SECTOR, flags=4) == (22, b"")
    assert client.ask(0, SECTOR, len(data)) == (0, data)


@pytest.mark.parametrize(
    "said",
    [
        b"\0\0\0\xff",  # unknown handshake flags
        b"\0\0\0\3" + b"x" * 16,
        b"\0\0\0\3IHAVEOPT" + struct.pack(">II", 7, 2**31),
        b"\0\0\0\3IHAVEOPT" + struct.pack(">II", 1, 5) + b"wrong",  # NBD_OPT_EXPORT_NAME
    ],
)
def test_strangers_are_hung_up_on(client: Client, said: bytes) -> None:
    client.get(18)
    client.send(said)
    assert client.get(1) == b""


def test_old_clients_and_long_writes(client: Client) -> None:
    client.hello(1)
    client.send(b"IHAVEOPT" + struct.pack(">II", 1, 0))
    assert client.get(134) == struct.pack(">QH", SIZE, 1 | 4 | 8 | 256) + bytes(124)
    client.send(struct.pack(">IHHQQI", 0x25609513, 0, 1, 1, 0, 2**31))
    assert client.get(1) == b""


def test_read_only(disk: Disk) -> None:
    client = Client(disk, read_only=True)
    client.hello()
    client.go()
    assert client.ask(1, 0, SECTOR, bytes(SECTOR)) == (1, b"")
    client.close()


def test_a_broken_disk_fails_its_request_alone(tmp_path: Path) -> None:
    descriptor = blank(tmp_path / "disk", SIZE)
    disk = Disk(descriptor, bytes(range(64)), 0, SECTOR)
    os.ftruncate(descriptor, SECTOR)
    client = Client(disk)
    client.hello()
    client.go()
    assert client.ask(0, SECTOR, SECTOR) == (5, b"")
    assert client.ask(0, 0, SECTOR)[0] == 0
    client.close()
    os.close(descriptor)


def test_a_published_vector(tmp_path: Path) -> None:
    """IEEE 1619-2018, annex B, vector 10: XTS-AES-256, data unit 0xff, 512 bytes of 00 01 .. ff 00 01 .. ff."""
    key = bytes.fromhex(
        "2718281828459045235360287471352662497757247093699959574966967627"
        "3141592653589793238462643383279502884197169399375105820974944592"
    )
    descriptor = blank(tmp_path / "disk", 256 * 512)
    disk = Disk(descriptor, key, 0, 512)
    disk.write(0xFF * 512, bytes(range(256)) * 2)
    assert os.pread(descriptor, 16, 0xFF * 512).hex() == "1c3b3a102f770386e4836c99e370cf9b"
    assert disk.read(0xFF * 512, 512) == bytes(range(256)) * 2
    os.close(descriptor)


# --- tokens ------------------------------------------------------------------------------------------------------------

TOKEN = Token("vol-1", "arn:aws:kms:x:1:key/k", b"\0secret\xff", 3, "snap-2", (Granted("arn", "id"),), 7, 2)


def test_a_token_comes_back() -> None:
    assert from_json(2, json.loads(TOKEN.to_json())) == TOKEN


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"version": 2}, "a newer strongroom"),
        ({"ciphertext": "%"}, "damaged"),
        ({"key": None, "generation": "x"}, "damaged"),
        ({"context": {"aws:ebs:id": "vol-2"}}, "does not name its volume"),
        ({"volume": "vol-2"}, "does not name its volume"),
        ({"grants": [1]}, "damaged"),
    ],
)
def test_damaged_tokens(change: dict[str, object], said: str) -> None:
    with pytest.raises(VolumeError, match=said):
        from_json(0, json.loads(TOKEN.to_json()) | change)


def test_tokens_of_others() -> None:
    assert from_json(0, {"type": "systemd-tpm2", "keyslots": ["0"]}) is None
    assert from_json(0, json.loads(TOKEN.to_json()) | {"keyslots": []}) is None


# --- headers -----------------------------------------------------------------------------------------------------------


def test_headers_that_are_not_ours(tmp_path: Path) -> None:
    """Not LUKS, LUKS without a token, and one that asks for another cipher, as a forged one would for none at all."""
    needed("cryptsetup")
    path, key = tmp_path / "v", os.urandom(64)
    os.close(blank(path, 18 * 2**20))
    with pytest.raises(VolumeError, match="not a valid LUKS device"):
        header.read(path)
    header.make(path, key, 4096)
    with pytest.raises(VolumeError, match="not a strongroom volume"):
        header.read(path)
    header.add_token(path, Token("vol-1", "k", b"c", 0), replacing=False)
    assert header.read(path).sector_bytes == 4096
    with pytest.raises(VolumeError, match="No key available"):
        header.volume_key(path, os.urandom(64))
    weaker = (
        "luksFormat",
        "-q",
        "--type",
        "luks2",
        "--cipher",
        "aes-cbc-essiv:sha256",
        "--key-size",
        "256",
        "--key-file=-",
    )
    header.luks((*weaker, "--pbkdf", "pbkdf2", "--pbkdf-force-iterations", "1000", str(path)), given=key)
    header.add_token(path, Token("vol-1", "k", b"c", 0), replacing=False)
    with pytest.raises(VolumeError, match="Refused"):
        header.read(path)


def test_keys_go_to_pipes_only(tmp_path: Path) -> None:
    """``strongroom volume key`` writes to no file."""
    with (tmp_path / "out").open("wb") as out:
        done = subprocess.run(
            [sys.executable, "-m", "strongroom.cli.main", "volume", "key", "vol-00000000000000000"],
            stdout=out,
            stderr=subprocess.PIPE,
            check=False,
            timeout=60,
        )
    assert b"a pipe or a socket only" in done.stderr
    assert (tmp_path / "out").read_bytes() == b""


# --- device-mapper -----------------------------------------------------------------------------------------------------


def test_the_lines_for_device_mapper(tmp_path: Path) -> None:
    """What is typed, and how a mapping is found again: checked here because not every host has device-mapper."""
    assert mapper.open_command(Path("/dev/vdb"), "vol-1", read_only=True) == (
        *("open", "--type", "luks2", "--disable-external-tokens", "--readonly", "--key-file=-", "/dev/vdb", "vol-1"),
    )
    assert mapper.close_command("vol-1") == ("close", "vol-1")
    mapping = tmp_path / "dm-0" / "dm"
    mapping.mkdir(parents=True)
    (mapping / "uuid").write_text("CRYPT-LUKS2-4d4ebe3ef3754479 8cd88f11f2b2ceee-vol-1\n".replace(" ", ""))
    (mapping / "name").write_text("vol-1\n")
    assert mapper.attached_as("4d4ebe3e-f375-4479-8cd8-8f11f2b2ceee", tmp_path) == "vol-1"
    assert mapper.attached_as("4d4ebe3e-f375-4479-8cd8-8f11f2b2cee0", tmp_path) is None


def test_names_that_nobody_knows(tmp_path: Path) -> None:
    with pytest.raises(VolumeError, match="does not know vol-00000000000000000"):
        State(tmp_path).find("vol-00000000000000000")
    with pytest.raises(VolumeError, match="There is no volume nothing"):
        State(tmp_path).find("nothing")
