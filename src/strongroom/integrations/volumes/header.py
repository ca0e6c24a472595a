"""The LUKS2 header of a volume, read and changed by cryptsetup alone.

Keys reach cryptsetup through pipes (standard input, ``/dev/fd/N``): never in arguments, the environment or a file. Each change is one
write of LUKS2's two header copies, so that a change that is cut short leaves the old header or the new one.

PBKDF2 with the fewest iterations is right here: what it stretches is 64 random bytes from KMS, which nobody can guess at any rate.
Source: cryptsetup(8), cryptsetup-luksFormat(8), cryptsetup-token(8); LUKS2 On-Disk Format Specification 1.1.3.
"""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from strongroom.integrations.volumes.errors import ToolMissingError, VolumeError
from strongroom.integrations.volumes.token import Token, from_json

DATA_KEY_BYTES = 64
HEADER_BYTES = 16 * 1024 * 1024  # LUKS2's default: two headers, then key slots; the data begins after it
CIPHER = "aes-xts-plain64"
SECTOR_BYTES = (512, 4096)
_KDF = ("--pbkdf", "pbkdf2", "--hash", "sha256", "--pbkdf-force-iterations", "1000")
_SECONDS = 120
_MOST_SLOTS = 32  # LUKS2's limit
_DUMPED = re.compile(r"MK dump:\s*((?:[0-9a-f]{2}\s+)+)")


@dataclass(frozen=True, slots=True)
class Header:
    uuid: str
    tokens: tuple[Token, ...]  # the one that counts first
    slots: tuple[int, ...]
    token_numbers: tuple[int, ...]  # of anybody's
    data_offset: int
    sector_bytes: int

    @property
    def token(self) -> Token:
        return self.tokens[0]


def luks(command: Sequence[str], *, given: bytes = b"", second: bytes | None = None) -> str:
    """Run cryptsetup with ``given`` on its standard input and ``second`` to be read at ``{second}``; return its output.

    Errors: VolumeError with cryptsetup's own words.
    """
    program = shutil.which("cryptsetup", path=os.environ.get("PATH", os.defpath) + ":/usr/sbin:/sbin")
    if program is None:
        raise ToolMissingError("cryptsetup", "cryptsetup-bin")
    pipes: tuple[int, ...] = ()
    if second is not None:
        reader, writer = os.pipe()
        pipes = (reader,)
        os.write(writer, second)  # a key is smaller than a pipe holds
        os.close(writer)
    try:
        done = subprocess.run(  # noqa: S603 - a fixed program; its arguments are ours
            [program, *(part.replace("{second}", f"/dev/fd/{pipes[0]}") if pipes else part for part in command)],
            input=given,
            capture_output=True,
            pass_fds=pipes,
            timeout=_SECONDS,
            check=False,
            env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C"},
        )
    finally:
        for pipe in pipes:
            os.close(pipe)
    if done.returncode:
        said = " ".join(done.stderr.decode(errors="replace").split()) or f"exit code {done.returncode}"
        raise VolumeError(f"cryptsetup {command[0]}: {said}")
    return done.stdout.decode()


def make(path: Path, data_key: bytes, sector_bytes: int) -> None:
    """Write a new header with one key slot. The volume's own key is cryptsetup's random bytes: no one else sees it."""
    shape = ("--type", "luks2", "--cipher", CIPHER, "--key-size", "512", "--sector-size", str(sector_bytes))
    luks(("luksFormat", "-q", *shape, *_KDF, "--key-file=-", "--key-slot", "0", str(path)), given=data_key)


def read(path: Path) -> Header:
    """Return what the header says. Errors: VolumeError for anything that is not a volume of ours, whole and as we make them."""
    dumped = luks(("luksDump", "--dump-json-metadata", str(path)))
    found: dict[str, Any] = json.loads(dumped)
    tokens = [token for number, one in found["tokens"].items() if (token := from_json(int(number), one))]
    if not tokens:
        raise VolumeError(f"{path} is LUKS2 but not a strongroom volume: no token in its header names a KMS key.")
    (segment,) = found["segments"].values() if len(found["segments"]) == 1 else ({},)
    if (
        segment.get("type") != "crypt" or segment.get("encryption") != CIPHER or segment.get("iv_tweak") != "0"
    ):  # a forged header could ask for a null cipher
        raise VolumeError(f"{path}: its header asks for something other than {CIPHER} over the whole volume. Refused.")
    return Header(
        uuid=luks(("luksUUID", str(path))).strip(),
        tokens=tuple(sorted(tokens, key=lambda token: -token.generation)),
        slots=tuple(int(slot) for slot in found["keyslots"]),
        token_numbers=tuple(int(number) for number in found["tokens"]),
        data_offset=int(segment["offset"]),
        sector_bytes=int(segment["sector_size"]),
    )


def add_token(path: Path, token: Token, *, replacing: bool) -> None:
    """Put the token at its number, in one write of the header."""
    place = ("--token-id", str(token.number), *(("--token-replace",) if replacing else ()))
    luks(("token", "import", *place, "--json-file", "-", str(path)), given=token.to_json())


def remove_token(path: Path, number: int) -> None:
    """Take a token out of the header."""
    luks(("token", "remove", "--token-id", str(number), str(path)))


def add_slot(path: Path, header: Header, data_key: bytes, new_key: bytes) -> int:
    """Give the volume a second data key; return its slot."""
    slot = next(number for number in range(_MOST_SLOTS) if number not in header.slots)
    sizes = ("--keyfile-size", str(DATA_KEY_BYTES), "--new-keyfile-size", str(DATA_KEY_BYTES))
    command = ("luksAddKey", "-q", *_KDF, "--key-slot", str(slot), "--key-file=-", *sizes, str(path), "{second}")
    luks(command, given=data_key, second=new_key)
    return slot


def remove_slot(path: Path, slot: int) -> None:
    """Overwrite a key slot."""
    luks(("luksKillSlot", "-q", str(path), str(slot)))


def new_uuid(path: Path, uuid: str) -> None:
    """A copy is another volume: two with one UUID would be taken for each other."""
    luks(("luksUUID", "-q", "--uuid", uuid, str(path)))


def check(path: Path, data_key: bytes) -> None:
    """Try the data key. Errors: VolumeError when it opens no slot."""
    luks(("open", "--type", "luks2", "--test-passphrase", "--key-file=-", str(path)), given=data_key)


def volume_key(path: Path, data_key: bytes) -> bytes:
    """Return the key of the sectors, for an export without device-mapper. Errors: VolumeError when the data key opens no slot."""
    found = _DUMPED.search(luks(("luksDump", "-q", "--dump-volume-key", "--key-file=-", str(path)), given=data_key))
    key = bytes.fromhex(found[1]) if found else b""
    if len(key) != DATA_KEY_BYTES:
        raise VolumeError("cryptsetup did not give the volume's key.")
    return key


def erase(path: Path) -> None:
    """Overwrite every key slot: what they held cannot be had again, whoever has the data key."""
    luks(("erase", "-q", str(path)))
