"""What a server must remember about itself, such as its wrapped domain key."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Setting:
    name: str
    value: bytes = field(repr=False)
    version: int = 0
