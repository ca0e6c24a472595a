"""Volumes under a real kernel's dm-crypt, in a virtual machine without hardware help: for hosts that have no device-mapper.

Asked for by STRONGROOM_TEST_KERNEL: a directory into which a Debian linux-image package was unpacked (``dpkg-deb -x``). Takes a
minute; needs qemu-system-x86_64, busybox-static and cryptsetup. The command lines in the machine are ``mapper``'s own.
"""

import os
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from strongroom.integrations.volumes import mapper
from strongroom.integrations.volumes.attach import attach, detach
from strongroom.integrations.volumes.care import Care, Wanted
from strongroom.integrations.volumes.state import State
from support.paper_keys import PaperKeys
from support.programs import needed

KERNEL = os.environ.get("STRONGROOM_TEST_KERNEL")
pytestmark = pytest.mark.skipif(not KERNEL, reason="STRONGROOM_TEST_KERNEL names no unpacked linux-image package")
MODULES = "ecb aesni-intel virtio_pci virtio_blk xts dm-mod dm-crypt algif_skcipher algif_hash"
SIZE = 4 * 2**20
HALF = SIZE // 2

ROUND = """
cryptsetup {read} < /key{n} && cat /sys/block/dm-0/dm/uuid
dd if=/dev/mapper/{name} of=/plain bs=1M 2>/dev/null; cmp /plain /dev/{plain} && echo SAME {name}
cryptsetup {close}
cryptsetup {write} < /key{n}
dd if=/dev/{plain} of=/dev/mapper/{name} bs=1M skip=2 count=2 2>/dev/null
dd if=/dev/{plain} of=/dev/mapper/{name} bs=1M seek=2 count=2 2>/dev/null
sync
cryptsetup {close} && echo CLOSED {name}
"""


def initramfs(root: Path, script: str) -> Path:
    """Return the archive of a machine that runs the script and stops."""
    kernel = Path(str(KERNEL))
    modules = next(kernel.glob("lib/modules/*"))
    for part in ("bin", "sbin", "proc", "sys", "dev", "run", "tmp", "lib64"):
        (root / part).mkdir(parents=True)
    cryptsetup = needed("cryptsetup")
    shutil.copy(needed("busybox"), root / "bin")
    shutil.copy(cryptsetup, root / "sbin")
    (root / "sbin" / "modprobe").symlink_to("/bin/busybox")
    for library in re.findall(r"/lib\S+", subprocess.check_output(["ldd", cryptsetup], text=True)):
        place = root / library.lstrip("/")
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(library, place)
    subprocess.run(["busybox", "depmod", "-b", kernel, modules.name], check=True, capture_output=True)
    target = root / "lib" / "modules" / modules.name
    target.mkdir(parents=True)
    for index in modules.glob("modules.*"):
        shutil.copy(index, target)
    for line in (modules / "modules.dep").read_text().splitlines():
        names = line.replace(":", " ").split()
        if Path(names[0]).stem in MODULES.split():
            for name in names:
                module = name.removeprefix(f"lib/modules/{modules.name}/")
                (target / module).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(modules / module, target / module)
    begin = "#!/bin/busybox sh\n/bin/busybox --install -s /bin\nmount -t proc p /proc; mount -t sysfs s /sys; mount -t devtmpfs d /dev\n"
    (root / "init").write_text(
        f"{begin}for m in {MODULES}; do modprobe $m 2>/dev/null; done\nsleep 1\n{script}poweroff -f\n"
    )
    (root / "init").chmod(0o755)
    archive = root.with_suffix(".cpio")
    with archive.open("wb") as out:
        subprocess.run("find . | busybox cpio -o -H newc", shell=True, cwd=root, stdout=out, check=True)  # noqa: S602 - fixed
    return archive


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_the_kernel_and_the_export_read_each_other(tmp_path_factory: pytest.TempPathFactory) -> None:
    """What the export wrote the kernel reads; the halves that the kernel exchanged the export reads; both sector sizes."""
    place = tmp_path_factory.mktemp("k")
    state, keys, script, drives = State(place / "state"), PaperKeys(), "", []
    volumes = []
    root = place / "root"
    root.mkdir()
    for n, sector_bytes in enumerate((512, 4096)):
        path, plain = place / f"{n}.luks", place / f"{n}.plain"
        plain.write_bytes(os.urandom(SIZE))
        token = Care(state, keys).create(Wanted(path, SIZE, sector_bytes=sector_bytes), "k")
        where = attach(state, keys, token.volume, by="nbd", read_only=False).where
        subprocess.run(["nbdcopy", "--flush", plain, where], check=True, timeout=60)
        detach(state, token.volume, force=False)
        (root / f"key{n}").write_bytes(keys.open(token))
        device = Path(f"/dev/vd{'ac'[n]}")
        script += ROUND.format(
            n=n,
            name=token.volume,
            plain=f"vd{'bd'[n]}",
            read=shlex.join(mapper.open_command(device, token.volume, read_only=True)),
            write=shlex.join(mapper.open_command(device, token.volume, read_only=False)),
            close=shlex.join(mapper.close_command(token.volume)),
        )
        drives += [f"-drive=file={one},format=raw,if=virtio,cache=writethrough" for one in (path, plain)]
        volumes.append((token.volume, plain))
    said = subprocess.run(
        [
            *(needed("qemu-system-x86_64"), "-accel", "tcg", "-cpu", "max", "-m", "512", "-nographic", "-no-reboot"),
            *("-kernel", next(Path(str(KERNEL)).glob("boot/vmlinuz-*")), "-initrd", initramfs(root, script)),
            *("-append", "console=ttyS0 quiet panic=-1"),
            *(part for drive in drives for part in drive.split("=", 1)),
        ],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=240,
        check=True,
    ).stdout
    for volume, plain in volumes:
        assert f"SAME {volume}" in said, said
        assert f"CLOSED {volume}" in said, said
        uuid = re.search(rf"CRYPT-LUKS2-([0-9a-f]{{32}})-{volume}", said)
        assert uuid, said
        where = attach(state, keys, volume, by="nbd", read_only=True).where
        subprocess.run(["nbdcopy", where, place / "back"], check=True, timeout=60)
        detach(state, volume, force=False)
        wrote = plain.read_bytes()
        assert (place / "back").read_bytes() == wrote[HALF:] + wrote[:HALF]
