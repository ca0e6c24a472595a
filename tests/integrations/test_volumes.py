"""Volumes on a real server with real tools: the page's commands, refusals, the service ec2, others' readers of what we wrote."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from strongroom.integrations.volumes import header, mapper
from strongroom.integrations.volumes.attach import attach, detach
from strongroom.integrations.volumes.care import Care, Wanted
from strongroom.integrations.volumes.errors import VolumeError
from strongroom.integrations.volumes.keys import VolumeKeys
from strongroom.integrations.volumes.state import State
from support.pages import DOCS, commands
from support.paper_keys import PaperKeys
from support.programs import needed
from support.server import Server

pytestmark = pytest.mark.slow

PAGE = DOCS / "integrations" / "volumes.md"
SECRET = b"the plans for the third bridge, unencrypted"
REGION = "eu-north-1"  # of this file alone: alias/aws/ebs is the account's


@pytest.fixture(scope="module", autouse=True)
def tools() -> None:
    for program in ("cryptsetup", "qemu-img", "nbdcopy", "nbdinfo", "mke2fs", "e2fsck", "debugfs"):
        needed(program)


@pytest.fixture
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A short path: sockets have their names in it. What is still attached at the end is detached."""
    directory = tmp_path_factory.mktemp("v")
    yield directory
    state = State(directory / "state")
    for volume, _ in list(state.known()):
        if (attached := state.attached(volume)) and attached.pid:
            detach(state, volume, force=True)


class Shell:
    """Types blocks of the page, one environment for all; a variable set in one is there in the next."""

    def __init__(self, directory: Path, environment: dict[str, str]) -> None:
        self._directory, self._environment = directory, environment
        self._kept = directory / "variables"
        (directory / "bin").mkdir()
        command = directory / "bin" / "strongroom"
        command.write_text(f'#!/bin/sh\nexec {sys.executable} -m strongroom.cli.main "$@"\n')
        command.chmod(0o755)
        self._environment["PATH"] = f"{command.parent}:{os.environ['PATH']}:/usr/sbin:/sbin"

    def __call__(self, block: str) -> str:
        kept = f"[ -e {self._kept} ] && . {self._kept}\n"
        script = f"{kept}set -e\n{block}\nset > {self._kept}.all; grep -E '^(VOLUME|SNAPSHOT)=' {self._kept}.all > {self._kept}"
        done = subprocess.run(
            ["sh", "-c", script],
            cwd=self._directory,
            env=self._environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


def raw(*files: Path) -> bytes:
    return b"".join(file.read_bytes() for file in files)


def test_the_page(server: Server, place: Path) -> None:
    """From the first day to the last, as the operator and the host of docs/integrations/volumes.md."""
    kms = server.boto3()
    key, other = (kms.create_key()["KeyMetadata"]["Arn"] for _ in range(2))
    host = server.user("web1")
    state = place / "state"
    known = {"KEY": key, "OTHER_KEY": other, "HOST": host, "STRONGROOM_VOLUMES": str(state)}
    sh = Shell(place, server.env() | known)
    (place / "files").mkdir()
    (place / "files" / "plans").write_bytes(SECRET)
    create, attach_it, work, detach_it = commands(PAGE, "Create and attach")
    if mapper.available():  # the page's work is by NBD
        attach_it = attach_it.replace(" attach ", " attach --by nbd ")

    volume = sh(create).strip()
    kms.disable_key(KeyId=key)
    web1 = VolumeKeys(lambda: server.boto3(profile="web1"))
    with pytest.raises(
        VolumeError, match=f"{volume} cannot be opened: DisabledException: {key} is disabled. Enable the key"
    ):
        attach(State(state), web1, volume, by="nbd", read_only=False)
    kms.enable_key(KeyId=key)
    assert sh(attach_it).strip() == f"nbd+unix:///?socket={state}/{volume}.sock"
    look_at_the_export(volume, state)
    sh(work)
    look_at_the_work(place)
    sh(detach_it)

    (snapshot,) = commands(PAGE, "Snapshot")
    copy = sh(snapshot).strip()
    where = attach(State(state), web1, copy, by="nbd", read_only=True).where
    subprocess.run(["nbdcopy", where, place / "copy.img"], check=True, timeout=30)
    assert (place / "copy.img").read_bytes() == (place / "fs.img").read_bytes()
    detach(State(state), copy, force=False)
    assert SECRET in raw(place / "fs.img")
    assert SECRET not in raw(place / "web1.luks", place / "web1.snapshot", place / "web2.luks")

    (rekey,) = commands(PAGE, "Rekey")
    listed = sh(rekey)
    assert f"{volume}  detached  -  {place / 'web1.luks'}\n  25165824 bytes, key {other} Enabled" in listed
    assert listed.count(f"granted to: {host}") == 2
    assert kms.list_grants(KeyId=key)["Grants"] == []
    attach(State(state), web1, volume, by="nbd", read_only=False)
    detach(State(state), volume, force=False)

    left, before = place / "left", raw(place / "web1.luks")
    left.hardlink_to(place / "web1.luks")
    (destroy,) = commands(PAGE, "Destroy")
    assert sh(destroy) == f"{volume} is erased\n"
    assert not (place / "web1.luks").exists()
    nothing_opens(left, before)
    (grant,) = kms.list_grants(KeyId=other)["Grants"]
    assert grant["Constraints"]["EncryptionContextSubset"] == {"aws:ebs:id": copy}
    look_at_the_audit(server, volume)


def look_at_the_work(place: Path) -> None:
    """The file system came back as it went in, and is one."""
    assert (place / "back.img").read_bytes() == (place / "fs.img").read_bytes()
    subprocess.run(["e2fsck", "-fn", place / "back.img"], check=True, capture_output=True)
    got = subprocess.run(["debugfs", "-R", "cat plans", place / "back.img"], check=True, capture_output=True)
    assert got.stdout == SECRET


def nothing_opens(left: Path, before: bytes) -> None:
    """The sectors are there, and neither we nor cryptsetup's repair find a header."""
    assert raw(left)[header.HEADER_BYTES :] == before[header.HEADER_BYTES :]
    assert not any(raw(left)[: header.HEADER_BYTES])
    with pytest.raises(VolumeError, match="not a valid LUKS device"):
        header.read(left)
    repaired = subprocess.run(["cryptsetup", "repair", "-q", left], check=False, capture_output=True, timeout=30)
    assert repaired.returncode != 0


def look_at_the_audit(server: Server, volume: str) -> None:
    """Everything that was done with the volume's key is found by its encryption context."""
    mine = [record for record in server.records() if volume in json.dumps(record.get("requestParameters") or {})]
    names = [record["eventName"] for record in mine]
    assert names.count("GenerateDataKeyWithoutPlaintext") == 2  # create, and a new data key
    assert {"Decrypt", "CreateGrant", "ReEncrypt"} <= set(names)
    found = server.cli("audit", "search", "--context", f"aws:ebs:id={volume}", "--operation", "Decrypt")
    assert "web1" in found
    assert "DisabledException" in found


def look_at_the_export(volume: str, state: Path) -> None:
    """The key is nowhere to be seen, and AWS's credentials are not with the process that serves."""
    attached = State(state).attached(volume)
    assert attached is not None
    process = Path(f"/proc/{attached.pid}")
    assert process.joinpath("cmdline").read_bytes().rstrip(b"\0").split(b"\0")[1:] == [
        b"-m",
        b"strongroom.integrations.volumes.export",
        volume.encode(),
    ]
    assert b"AWS_" not in process.joinpath("environ").read_bytes()
    assert Path(attached.socket).stat().st_mode & 0o777 == 0o600
    told = json.loads(subprocess.check_output(["nbdinfo", "--json", attached.where], timeout=20))["exports"][0]
    assert told["export-size"] == 24 * 1024 * 1024
    assert told["block_size_minimum"] == 4096
    assert told["can_trim"] is False


def test_as_the_service_ec2(server: Server, place: Path) -> None:
    """alias/aws/ebs is made on first use, kms:ViaService is in the audit, and the service ends its own grants."""
    server.cli("service", "add", "ec2")
    host = server.user("host-of-ec2")
    keys = VolumeKeys(lambda: server.boto3(profile="service-ec2", region=REGION), "ec2")
    state = State(place / "state")
    care = Care(state, keys)
    with pytest.raises(VolumeError, match=r"NotFoundException.*made on first use by the service ec2"):
        Care(state, VolumeKeys(lambda: server.boto3(region=REGION))).create(
            Wanted(place / "no.luks", 2**20), "alias/aws/ebs"
        )
    assert [path.name for path in place.iterdir()] == []
    token = care.create(Wanted(place / "v.luks", 2**20, (host,)), "alias/aws/ebs")
    described = server.boto3(region=REGION).describe_key(KeyId="alias/aws/ebs")["KeyMetadata"]
    assert (described["Arn"], described["KeyManager"]) == (token.key, "AWS")
    web3 = VolumeKeys(lambda: server.boto3(profile="host-of-ec2", region=REGION))
    attach(state, web3, token.volume, by="nbd", read_only=False)  # by its grant, on a key that is for ec2 alone
    detach(state, token.volume, force=False)
    (row,) = care.describe([])
    assert (row["Grants"], row["KeyState"]) == ([host], "Enabled")  # without kms:ListGrants
    assert care.destroy(token.volume) == (token.volume, "")
    assert server.boto3(region=REGION).list_grants(KeyId=token.key)["Grants"] == []
    mine = [record for record in server.records() if token.volume in json.dumps(record.get("requestParameters") or {})]
    (at_attach,) = [record for record in mine if record["userIdentity"].get("arn") == host]
    assert at_attach["eventName"] == "Decrypt"
    by_ec2 = [record for record in mine if record is not at_attach]
    assert {record["sourceIPAddress"] for record in by_ec2} == {"ec2.amazonaws.com"}
    assert {record["userIdentity"]["invokedBy"] for record in by_ec2} == {"ec2.amazonaws.com"}


def test_a_host_has_its_volume_and_no_other(server: Server, place: Path) -> None:
    kms = server.boto3()
    key = kms.create_key()["KeyMetadata"]["Arn"]
    host = server.user("web2")
    state, operator = State(place / "state"), VolumeKeys(lambda: kms)
    care, keys = Care(state, operator), VolumeKeys(lambda: server.boto3(profile="web2"))
    mine = care.create(Wanted(place / "mine.luks", 2**20, (host,), sparse=True), key)
    other = care.create(Wanted(place / "other.luks", 2**20, sparse=True), key)

    def refused(volume: str, **options: Any) -> str:
        with pytest.raises(VolumeError) as failure:
            attach(state, keys, volume, by="nbd", read_only=False, **options)
        return str(failure.value)

    said = refused(other.volume)
    assert "AccessDeniedException: User: " in said
    assert "strongroom explain" in said
    assert "strongroom volume grant" in said
    care.revoke(mine.volume, host)
    assert "AccessDeniedException" in refused(mine.volume)
    with pytest.raises(VolumeError, match="has no grant"):
        care.revoke(mine.volume, host)
    care.grant(mine.volume, host)
    assert "is under" in refused(mine.volume, only_key=f"{key}0")
    attach(state, keys, mine.volume, by="nbd", read_only=False)
    assert "is attached: detach it first" in refused(mine.volume)
    with pytest.raises(VolumeError, match="is attached: detach it first"):
        care.destroy(mine.volume)
    with pytest.raises(VolumeError, match="is attached: detach it first"):
        care.snapshot(mine.volume, place / "s.luks", None)
    care.rekey(mine.volume, key, new_data_key=True)  # also while attached
    detach(state, mine.volume, force=False)

    (place / "other.luks").rename(place / "kept.luks")
    (place / "mine.luks").rename(place / "other.luks")
    assert f"is that of {mine.volume}, not of {other.volume}" in refused(other.volume)
    kms.schedule_key_deletion(KeyId=key, PendingWindowInDays=7)
    assert "KMSInvalidStateException" in refused(str(place / "other.luks"))
    assert "cancel-key-deletion" in refused(str(place / "other.luks"))
    nobody = VolumeKeys(lambda: server.fresh_boto3(aws_access_key_id="AKIAIOSFODNN7EXAMPLE", aws_secret_access_key="x"))
    with pytest.raises(VolumeError, match="UnrecognizedClientException"):
        attach(state, nobody, str(place / "other.luks"), by="nbd", read_only=False)


def test_others_read_what_we_wrote(place: Path) -> None:
    """QEMU's LUKS driver (LUKS1, so cryptsetup converts a copy of the header) gives the same bytes, and takes ours."""
    state, keys = State(place / "state"), PaperKeys()
    path, plain = place / "v.luks", place / "plain"
    plain.write_bytes(os.urandom(2**20))
    token = Care(state, keys).create(Wanted(path, 2**20, sector_bytes=512, sparse=True), "k")
    where = attach(state, keys, token.volume, by="nbd", read_only=False).where
    subprocess.run(["nbdcopy", "--flush", plain, where], check=True, timeout=30)
    subprocess.run(["qemu-img", "compare", "-f", "raw", "-F", "raw", where, plain], check=True, timeout=30)
    detach(state, token.volume, force=False)

    header.remove_token(path, 0)
    header.luks(("convert", "-q", "--type", "luks1", str(path)))
    key_file = place / "key"
    key_file.write_bytes(keys.open(token))
    subprocess.run(
        [
            *("qemu-img", "convert", "--object", f"secret,id=k,file={key_file}", "--image-opts"),
            *(f"driver=luks,key-secret=k,file.filename={path}", "-O", "raw", place / "read"),
        ],
        check=True,
        timeout=30,
    )
    assert (place / "read").read_bytes() == plain.read_bytes()


def test_the_mapper_reads_what_we_wrote(place: Path) -> None:
    if not mapper.available():
        pytest.skip("this host has no device-mapper: see test_volume_parts.py, and test_volume_kernel.py")
    state, keys, plain = State(place / "state"), PaperKeys(), os.urandom(2**20)
    (place / "plain").write_bytes(plain)
    token = Care(state, keys).create(Wanted(place / "v.luks", 2**20), "k")
    where = attach(state, keys, token.volume, by="nbd", read_only=False).where
    subprocess.run(["nbdcopy", "--flush", place / "plain", where], check=True, timeout=30)
    detach(state, token.volume, force=False)
    device = Path(attach(state, keys, token.volume, by="mapper", read_only=True).where)
    try:
        assert device.read_bytes() == plain
        with pytest.raises(VolumeError, match="attached already"):
            attach(state, keys, token.volume, by="nbd", read_only=False)
    finally:
        detach(state, token.volume, force=False)
