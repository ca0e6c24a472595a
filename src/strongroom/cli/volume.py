"""``strongroom volume``: what is typed; ``strongroom.integrations.volumes`` does it."""

import json
import os
import re
import stat
import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import click

from strongroom.integrations.kms import SettingsError
from strongroom.integrations.volumes import header
from strongroom.integrations.volumes.attach import BY, attach, detach, opened
from strongroom.integrations.volumes.care import Care, Wanted
from strongroom.integrations.volumes.errors import VolumeError
from strongroom.integrations.volumes.keys import DEFAULT_KEY, VolumeKeys, volume_keys
from strongroom.integrations.volumes.state import State, default_directory

F = TypeVar("F", bound=Callable[..., Any])
_PATH = click.Path(path_type=Path)
_UNITS = {"": 1, "K": 2**10, "M": 2**20, "G": 2**30, "T": 2**40}
_KEY = click.option("--key", help="KMS key: id, ARN or alias.")
_HOST = click.option("--host", "hosts", multiple=True, metavar="ARN", help="Principal to grant it to; may be repeated.")


def _size(_context: click.Context, _option: click.Parameter, given: str | None) -> int:
    if given is None:
        return 0
    if not (found := re.fullmatch(r"(\d+)([KMGT]?)(?:iB)?", given)):
        raise click.BadParameter("a size is bytes, or a number with K, M, G or T, as in 20G")
    return int(found[1]) * _UNITS[found[2]]


def _plainly(command: F) -> F:
    """Hand over where things are; turn every failure an operator can mend into one line and exit code 1."""

    @click.option("--state", type=_PATH, envvar="STRONGROOM_VOLUMES", help="Directory of what this host knows.")
    @click.option("--profile", help="AWS profile (or AWS_PROFILE).")
    @click.option("--region", help="Region of the key (or AWS_REGION).")
    @click.option(
        "--service", help="Service principal that the credentials are of; of profile service-NAME it is NAME."
    )
    @click.option("--on-behalf-of", metavar="ARN", help="User that the service acts for.")
    @wraps(command)
    def run(
        *arguments: Any,
        state: Path | None,
        profile: str | None,
        region: str | None,
        service: str | None,
        on_behalf_of: str | None,
        **options: Any,
    ) -> Any:
        keys = volume_keys(profile, region, service, on_behalf_of)
        try:
            return command(State(state or default_directory()), keys, *arguments, **options)
        except (VolumeError, SettingsError) as error:
            raise click.ClickException(str(error)) from None
        except OSError as error:
            raise click.ClickException(f"{error.filename or 'the volume'}: {error.strerror or error}.") from None

    return run  # type: ignore[return-value]  # with the common options added


@click.group()
def volume() -> None:
    """Encrypted volumes (LUKS2) on files and devices, whose keys are opened by KMS."""


@volume.command("create")
@click.argument("path", type=_PATH)
@click.option("--size", callback=_size, help="Plain bytes, as in 20G. A device is used whole.")
@_KEY
@_HOST
@click.option("--snapshot", metavar="SNAPSHOT", help="Make it from a snapshot: its id or path.")
@click.option("--sector-size", type=click.Choice(["512", "4096"]), default="4096", show_default=True)
@click.option("--sparse", is_flag=True, help="Do not reserve the file's blocks.")
@click.option("--force", is_flag=True, help="Overwrite what a device holds.")
@_plainly
def volume_create(  # noqa: PLR0917 - one parameter an option
    state: State,
    keys: VolumeKeys,
    path: Path,
    size: int,
    key: str | None,
    hosts: tuple[str, ...],
    snapshot: str | None,
    sector_size: str,
    *,
    sparse: bool,
    force: bool,
) -> None:
    """Make a volume at PATH, a new file or a block device, and print its id. Without --key: under alias/aws/ebs."""
    wanted = Wanted(path.absolute(), size, hosts, int(sector_size), sparse=sparse, force=force)
    care = Care(state, keys)
    if snapshot is None:
        token = care.create(wanted, key or DEFAULT_KEY)
    elif size:
        raise VolumeError("A volume made from a snapshot has the snapshot's size: leave --size out.")
    else:
        token = care.create_from(snapshot, wanted, key)
    click.echo(token.volume)


@volume.command("attach")
@click.argument("name", metavar="VOLUME")
@click.option("--by", type=click.Choice(BY), default="auto", show_default=True, help="Device-mapper, or an NBD export.")
@click.option("--read-only", is_flag=True)
@click.option("--only-key", default="", metavar="ARN", help="Refuse a volume that is under another key.")
@_plainly
def volume_attach(state: State, keys: VolumeKeys, name: str, by: str, only_key: str, *, read_only: bool) -> None:
    """Open VOLUME (an id or a path) on this host and print its device or NBD address."""
    click.echo(attach(state, keys, name, by=by, read_only=read_only, only_key=only_key).where)


@volume.command("detach")
@click.argument("name", metavar="VOLUME")
@click.option("--force", is_flag=True, help="Hang up on clients of an NBD export.")
@_plainly
def volume_detach(state: State, _keys: VolumeKeys, name: str, *, force: bool) -> None:
    """Close VOLUME on this host; its key is gone from memory."""
    click.echo(f"{detach(state, name, force=force)} is detached")


@volume.command("snapshot")
@click.argument("name", metavar="VOLUME")
@click.argument("path", type=_PATH)
@_KEY
@_plainly
def volume_snapshot(state: State, keys: VolumeKeys, name: str, path: Path, key: str | None) -> None:
    """Copy a detached VOLUME to the new file PATH, under its key or another, and print the snapshot's id."""
    click.echo(Care(state, keys).snapshot(name, path.absolute(), key).volume)


@volume.command("rekey")
@click.argument("name", metavar="VOLUME")
@click.option("--key", required=True, help="KMS key: id, ARN or alias.")
@click.option(
    "--new-data-key", is_flag=True, help="A new data key and key slot as well: the old data key opens nothing."
)
@_plainly
def volume_rekey(state: State, keys: VolumeKeys, name: str, key: str, *, new_data_key: bool) -> None:
    """Move VOLUME under another KMS key; grants move with it, its sectors stay."""
    token = Care(state, keys).rekey(name, key, new_data_key=new_data_key)
    click.echo(f"{token.volume} is under {token.key}")


@volume.command("grant")
@click.argument("name", metavar="VOLUME")
@click.argument("host", metavar="ARN")
@_plainly
def volume_grant(state: State, keys: VolumeKeys, name: str, host: str) -> None:
    """Let the principal ARN attach VOLUME, and no other volume."""
    click.echo(f"{host} can attach {Care(state, keys).grant(name, host).volume}")


@volume.command("revoke")
@click.argument("name", metavar="VOLUME")
@click.argument("host", metavar="ARN")
@_plainly
def volume_revoke(state: State, keys: VolumeKeys, name: str, host: str) -> None:
    """End the grant of the principal ARN on VOLUME. What it has attached stays attached until it detaches."""
    click.echo(f"{host} has no grant on {Care(state, keys).revoke(name, host).volume} any more")


@volume.command("list")
@click.argument("paths", nargs=-1, type=_PATH)
@click.option("--json", "as_json", is_flag=True)
@_plainly
def volume_list(state: State, keys: VolumeKeys, paths: tuple[Path, ...], *, as_json: bool) -> None:
    """Show the volumes that this host knows, and those at PATHS: key, state, where attached, grants."""
    rows = Care(state, keys).describe(paths)
    if as_json:
        click.echo(json.dumps(rows, indent=2))
        return
    for row in rows:
        click.echo(f"{row['Volume'] or '?'}  {row['State']}  {row.get('Attached') or '-'}  {row['Path']}")
        if "Key" in row:
            click.echo(f"  {row['Bytes']} bytes, key {row['Key']} {row['KeyState']}")
            click.echo(f"  granted to: {', '.join(map(str, row['Grants'] or ['nobody']))}")  # type: ignore[call-overload]  # a list


@volume.command("destroy")
@click.argument("name", metavar="VOLUME")
@click.option("--yes", is_flag=True, help="Do not ask.")
@_plainly
def volume_destroy(state: State, keys: VolumeKeys, name: str, *, yes: bool) -> None:
    """Erase a detached VOLUME for good: its grants, its key slots, its header. Nothing opens it afterwards."""
    if not yes:
        click.confirm(f"Erase {name}? Nobody can undo this.", abort=True)
    erased, refused = Care(state, keys).destroy(name)
    click.echo(f"{erased} is erased")
    if refused:
        _warn(f"{erased} is erased, but: {refused}")


@volume.command("key")
@click.argument("name", metavar="VOLUME")
@_plainly
def volume_key(state: State, keys: VolumeKeys, name: str) -> None:
    """Write the data key of VOLUME to a pipe or socket, for systemd-cryptsetup; refused to terminals and files."""
    mode = os.fstat(sys.stdout.fileno()).st_mode
    if not (stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode)):
        raise VolumeError("The data key goes to a pipe or a socket only.")
    sys.stdout.buffer.write(opened(keys, header.read(state.find(name))))


def _warn(said: str) -> NoReturn:
    raise click.ClickException(said)
