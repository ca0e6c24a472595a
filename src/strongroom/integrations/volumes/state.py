"""Which volumes this host knows, and where it attached them: a directory of small files. The volumes themselves are the truth.

``<id>.json`` says where a volume is; ``<id>.attached`` how it was attached, which counts only while the lock or the mapping exists;
``<id>.sock`` is the socket of an export.
"""

import json
import os
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from strongroom.integrations.volumes.errors import VolumeError
from strongroom.integrations.volumes.files import write_whole

ID = re.compile(r"(vol|snap)-[0-9a-f]{17}")


def default_directory() -> Path:
    """Root's is the system's; anybody else's is in the home directory."""
    if os.geteuid() == 0:
        return Path("/var/lib/strongroom/volumes")
    return Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state") / "strongroom" / "volumes"


@dataclass(frozen=True, slots=True)
class Attachment:
    """By ``device`` (device-mapper) or by ``socket`` (NBD, served by ``pid`` that started at ``started``)."""

    device: str = ""
    socket: str = ""
    pid: int = 0
    started: str = ""

    @property
    def where(self) -> str:
        return self.device or f"nbd+unix:///?socket={self.socket}"


class State:
    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def remember(self, volume: str, path: Path) -> None:
        self._write(f"{volume}.json", json.dumps({"path": str(path.absolute())}))

    def forget(self, volume: str) -> None:
        for ending in (".json", ".attached", ".sock"):
            with suppress(FileNotFoundError):
                (self._directory / f"{volume}{ending}").unlink()

    def known(self) -> Iterator[tuple[str, Path]]:
        for file in sorted(self._directory.glob("*.json")):
            if ID.fullmatch(file.stem):
                yield file.stem, Path(json.loads(file.read_text())["path"])

    def find(self, named: str) -> Path:
        """Return where a volume is that is named by id or by path. Errors: VolumeError."""
        if not ID.fullmatch(named):
            path = Path(named)
            if not path.exists():
                raise VolumeError(f"There is no volume {named}: a path, or an id that strongroom volume list shows.")
            return path.resolve()
        file = self._directory / f"{named}.json"
        if not file.exists():
            raise VolumeError(f"This host does not know {named}: name the volume by its path.")
        return Path(json.loads(file.read_text())["path"])

    def socket(self, volume: str) -> Path:
        self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        return self._directory.absolute() / f"{volume}.sock"

    def attached(self, volume: str) -> Attachment | None:
        try:
            return Attachment(**json.loads((self._directory / f"{volume}.attached").read_text()))
        except FileNotFoundError:
            return None

    def attach(self, volume: str, attachment: Attachment) -> None:
        self._write(f"{volume}.attached", json.dumps(asdict(attachment)))

    def detach(self, volume: str) -> None:
        with suppress(FileNotFoundError):
            (self._directory / f"{volume}.attached").unlink()

    def _write(self, name: str, text: str) -> None:
        self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_whole(self._directory / name, text.encode())
