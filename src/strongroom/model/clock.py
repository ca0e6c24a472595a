"""Time as an argument: seconds since the epoch. The world hands in ``time.time``, a test hands in what it likes."""

from collections.abc import Callable

Clock = Callable[[], float]
