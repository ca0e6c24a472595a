"""How often a password may be tried: counted by user from one address, by user, and by address. Pure, but for the port.

Numbers are ours: AWS publishes none. They are high enough that nobody can shut another out by guessing from few addresses.
"""

from collections.abc import Sequence
from ipaddress import IPv6Address, ip_address
from typing import NamedTuple, Protocol

WINDOW_SECONDS = 300
_BY_USER_AND_ADDRESS, _BY_USER, _BY_ADDRESS = 5, 50, 50
_IPV6_PREFIX_BITS = 64  # what one customer has


class Counted(NamedTuple):
    """One thing that attempts are counted by, and how many failed ones a window takes."""

    name: str
    most: int


class Attempts(Protocol):
    """Counts of all workers together."""

    def take(self, names: Sequence[Counted]) -> bool:
        """Count an attempt as failed, before anything is compared; False where there were too many already."""

    def give_back(self, names: Sequence[Counted]) -> None:
        """Take an attempt back, because it succeeded."""


def names_of_attempt(account: str, user: str, address: str) -> list[Counted]:
    """Return what an attempt is counted by. The names stand for what was claimed, whether there is such a user or not."""
    who = f"{account.lower()}/{user.lower()}"
    found = [Counted(f"user {who}", _BY_USER)]
    if address:
        network = _network(address)
        found += [Counted(f"both {who} {network}", _BY_USER_AND_ADDRESS), Counted(f"address {network}", _BY_ADDRESS)]
    return found


def _network(address: str) -> str:
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, IPv6Address):
        return f"{int(parsed) >> (128 - _IPV6_PREFIX_BITS):x}::"
    return address


class _Unlimited:
    def take(self, names: Sequence[Counted]) -> bool:  # noqa: ARG002 - the port's
        return True

    def give_back(self, names: Sequence[Counted]) -> None:
        """Nothing was counted."""


UNLIMITED: Attempts = _Unlimited()
