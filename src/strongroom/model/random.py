"""Randomness as an argument: the world hands in ``os.urandom``, a test hands in what it likes."""

from collections.abc import Callable

RandomBytes = Callable[[int], bytes]
