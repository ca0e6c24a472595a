"""What sends parts of the journal to another system: a thread that tries again, and the journal in batches behind a position."""

import http.client
import logging
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol

from strongroom.audit.counting import FRAME_BYTES, Position
from strongroom.audit.forward import stretches
from strongroom.audit.segment import stream_path

logger = logging.getLogger("strongroom")

_PAUSE_SECONDS = 0.5
_STOP_SECONDS = 3.0
_LONGEST_PAUSE_SECONDS = 60.0


class Closing(Protocol):
    def close(self) -> None: ...


class Sender:
    """Calls ``step`` again and again, in a thread; after a failure with longer and longer pauses. ``shown`` holds no secret."""

    def __init__(self, shown: str, what: str, target: Closing) -> None:
        self._shown = shown
        self._what = what
        self._closing = target
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._keep_on, name=what, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Finish the batch in hand, then end; one that takes longer is sent again at the next start."""
        self._stop.set()
        if self._thread.ident is not None:
            self._thread.join(_STOP_SECONDS)
        self._closing.close()

    def step(self) -> int:
        """Send all that has come; return how much. Errors: OSError, http.client.HTTPException."""
        raise NotImplementedError

    def _keep_on(self) -> None:
        pause = _PAUSE_SECONDS
        while not self._stop.wait(pause):
            try:
                self.step()
                pause = _PAUSE_SECONDS
            except (OSError, http.client.HTTPException) as failure:
                pause = self._put_off(pause)
                logger.warning("%s wait for %s (%s); trying again in %.0f s", self._what, self._shown, failure, pause)
            except Exception:
                pause = self._put_off(pause)
                logger.exception("%s for %s failed; trying again in %.0f s", self._what, self._shown, pause)

    def _put_off(self, pause: float) -> float:
        self._closing.close()
        return min(max(pause, 1.0) * 2, _LONGEST_PAUSE_SECONDS)


def batches(
    journal: Path, slot: int, since: Position, wanted: Callable[[bytes], bool], size: int
) -> Iterator[tuple[list[bytes], Position]]:
    """Yield up to ``size`` wanted records of a stream, with the position behind them."""
    for stretch in stretches(stream_path(journal, slot), since):
        batch: list[bytes] = []
        position = Position(stretch.segment, stretch.start)
        for start, end, line in stretch.lines():
            position = Position(stretch.segment, end)
            if start and wanted(line[FRAME_BYTES:]):  # the first line is the segment's header
                batch.append(line[FRAME_BYTES:])
            if len(batch) == size:
                yield batch, position
                batch = []
        yield batch, position
