"""Attaching through device-mapper: cryptsetup opens the volume, the kernel encrypts, ``/dev/mapper/<id>`` is the device.

Whether a volume is attached is the kernel's to say: each mapping carries the UUID of the header it came from.
"""

import os
from pathlib import Path

from strongroom.integrations.volumes.header import luks

_CONTROL = Path("/dev/mapper/control")
_BLOCK = Path("/sys/block")


def available() -> bool:
    """Say whether this host and this user can map devices. The node may be there without anything behind it."""
    try:
        os.close(os.open(_CONTROL, os.O_RDWR | os.O_CLOEXEC))  # loads the module where there is one
    except OSError:
        return False
    return True


def open_command(path: Path, name: str, *, read_only: bool) -> tuple[str, ...]:
    """Return cryptsetup's arguments; the data key comes on standard input."""
    flags = ("--readonly",) if read_only else ()
    return ("open", "--type", "luks2", "--disable-external-tokens", *flags, "--key-file=-", str(path), name)


def close_command(name: str) -> tuple[str, ...]:
    """Return cryptsetup's arguments."""
    return ("close", name)


def attach(path: Path, name: str, data_key: bytes, *, read_only: bool) -> str:
    """Return the device. Errors: VolumeError in cryptsetup's words."""
    luks(open_command(path, name, read_only=read_only), given=data_key)
    return f"/dev/mapper/{name}"


def detach(name: str) -> None:
    """Errors: VolumeError, as when the device is in use."""
    luks(close_command(name))


def attached_as(uuid: str, block: Path = _BLOCK) -> str | None:
    """Return the name of the mapping of the volume with this UUID. Source: Linux, Documentation/ABI/testing/sysfs-block-dm."""
    beginning = f"CRYPT-LUKS2-{uuid.replace('-', '')}-"
    for mapping in block.glob("dm-*/dm"):
        if (mapping / "uuid").read_text().startswith(beginning):
            return (mapping / "name").read_text().strip()
    return None
