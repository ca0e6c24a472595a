"""What an operator can mend: one line, without a traceback."""


class VolumeError(Exception):
    """Says what was refused and what to do; never a key."""


class ToolMissingError(VolumeError):
    """A program is not installed."""

    def __init__(self, program: str, package: str) -> None:
        super().__init__(f"{program} is not installed. Debian's package is {package}.")
