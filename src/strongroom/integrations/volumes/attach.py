"""Attach and detach: KMS opens the data key, the data key opens a key slot, and the host has a plain device or export.

1. take the volume's locks: one host process attaches, nobody changes the header meanwhile
2. read the header; Decrypt under the context that names the volume (an older token is tried when a change was cut short)
3. device-mapper: cryptsetup opens it. Without: a process of its own exports it, and keeps the lock as long as it lives
"""

import json
import os
import select
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

from strongroom.integrations.volumes import header, locks, mapper
from strongroom.integrations.volumes.errors import VolumeError
from strongroom.integrations.volumes.export import READY
from strongroom.integrations.volumes.header import Header
from strongroom.integrations.volumes.keys import VolumeKeys
from strongroom.integrations.volumes.state import Attachment, State
from strongroom.integrations.volumes.token import Token

BY = ("auto", "mapper", "nbd")
_BUSY_SECONDS = 2  # an export without clients takes its socket away at once
_SOCKET_BYTES = 107  # unix(7), sun_path
_DETACH_SECONDS = 300  # for what is still in the host's memory
_PASSED_ON = ("PATH", "PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "LANG")  # nothing of AWS


def attach(state: State, keys: VolumeKeys, named: str, *, by: str, read_only: bool, only_key: str = "") -> Attachment:
    """Attach and return where. Errors: VolumeError: in use, refused by KMS, damaged."""
    path = state.find(named)
    with locks.held(path, locks.ATTACHED) as descriptor, locks.held(path, locks.CHANGING):  # the first lives on
        found = header.read(path)
        volume = _expected(found, named, only_key)
        if name := mapper.attached_as(found.uuid):
            raise VolumeError(f"{volume} is attached already, as /dev/mapper/{name}.")
        if found.token.is_snapshot:
            raise VolumeError(f"{volume} is a snapshot: strongroom volume create --snapshot makes a volume from it.")
        data_key = opened(keys, found)
        if by == "mapper" or (by == "auto" and mapper.available()):
            attachment = Attachment(device=mapper.attach(path, volume, data_key, read_only=read_only))
        else:
            attachment = _export(state, path, volume, data_key, descriptor, read_only=read_only)
        state.remember(volume, path)
        state.attach(volume, attachment)
        return attachment


def _expected(found: Header, named: str, only_key: str) -> str:
    """Return the volume's id. A header can be exchanged by whoever can write the disk: what the operator asked for must be there."""
    volume = found.token.volume
    if named.startswith(("vol-", "snap-")) and named != volume and not Path(named).exists():
        raise VolumeError(f"The header there is that of {volume}, not of {named}. Refused.")
    if only_key and found.token.key != only_key:
        raise VolumeError(f"{volume} is under {found.token.key}, not under {only_key}. Refused.")
    return volume


def opened(keys: VolumeKeys, found: Header) -> bytes:
    """Return the data key. After a change that was cut short there are two tokens, and either opens."""
    refused = None
    for token in found.tokens:
        try:
            return keys.open(token)
        except VolumeError as error:
            refused = refused or error
    raise refused or VolumeError("The header holds no token.")


def _export(state: State, path: Path, volume: str, data_key: bytes, descriptor: int, *, read_only: bool) -> Attachment:
    """Start the exporting process, hand over the key by its standard input, and wait for its word.

    The process is on record before it has the key: whoever is killed here leaves an export that ``detach`` finds, or none.
    """
    socket = str(state.socket(volume))
    if len(os.fsencode(socket)) > _SOCKET_BYTES:
        raise VolumeError(f"{socket} is too long for a socket's name: choose a shorter --state.")
    asked = {"path": str(path), "volume": volume, "socket": socket, "descriptor": descriptor, "read_only": read_only}
    environment = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    process = subprocess.Popen(  # noqa: S603 - this interpreter, a module of ours
        [sys.executable, "-m", "strongroom.integrations.volumes.export", volume],  # its id tells it apart in ps
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        pass_fds=(descriptor,),
        env=environment,
        cwd="/",
        start_new_session=True,
    )
    if process.stdin is None or process.stdout is None:
        raise AssertionError("both were asked for")
    attachment = Attachment(socket=socket, pid=process.pid, started=_started(process.pid))
    try:
        state.attach(volume, attachment)
        with suppress(BrokenPipeError), process.stdin:
            process.stdin.write(json.dumps(asked).encode() + b"\n" + data_key)
        with process.stdout:
            said = process.stdout.readline().decode().strip()
    except BaseException:  # interrupted: nobody would use it
        process.kill()
        process.wait()
        state.detach(volume)
        raise
    if said != READY:
        process.wait()
        state.detach(volume)
        raise VolumeError(f"{volume} cannot be exported: {said or 'the export ended at once'}")
    process.returncode = 0  # it lives on; Popen shall not warn of that
    return attachment


def detach(state: State, named: str, *, force: bool) -> str:
    """Detach and return the volume's id. Errors: VolumeError: not attached, in use."""
    path = state.find(named)
    found = header.read(path)
    volume = found.token.volume
    if name := mapper.attached_as(found.uuid):
        mapper.detach(name)
    elif locks.is_taken(path, locks.ATTACHED):
        _end(volume, state.attached(volume), force=force)
    else:
        state.detach(volume)
        raise VolumeError(f"{volume} is not attached.")
    state.detach(volume)
    return volume


def _end(volume: str, attachment: Attachment | None, *, force: bool) -> None:
    """Ask the exporting process to end, and wait until it has made everything durable."""
    if attachment is None or not attachment.pid:
        raise VolumeError(f"{volume} is attached by a process that this host's records do not name (--state?).")
    try:
        process = os.pidfd_open(attachment.pid)
    except ProcessLookupError:
        return
    try:
        if _started(attachment.pid) != attachment.started:
            return  # another process has its number by now
        signal.pidfd_send_signal(process, signal.SIGTERM if force else signal.SIGUSR1)
        waiting = select.poll()
        waiting.register(process, select.POLLIN)
        ended = waiting.poll(1000 * _BUSY_SECONDS)
        if not ended and Path(attachment.socket).exists():
            raise VolumeError(f"{volume} is in use: its export has clients. Disconnect them, or --force.")
        if not ended and not waiting.poll(1000 * _DETACH_SECONDS):
            raise VolumeError(f"{volume} is still being written to its disk: process {attachment.pid}.")
    finally:
        os.close(process)


def _started(pid: int) -> str:
    """Return when a process started: with its number it names it for good. Source: proc(5), /proc/pid/stat, field 22."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]
    except OSError:
        return ""


def where(state: State, path: Path, found: Header) -> str:
    """Return how a volume is attached, for people; empty when it is not."""
    token: Token = found.token
    if name := mapper.attached_as(found.uuid):
        return f"/dev/mapper/{name}"
    if not locks.is_taken(path, locks.ATTACHED):
        return ""
    attachment = state.attached(token.volume)
    return attachment.where if attachment else "by an unknown process"
