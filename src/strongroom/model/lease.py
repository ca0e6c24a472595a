"""Leases: which process does a job of ``jobs`` now, and what became of it so far. One row a job."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Lease:
    """``holder`` is empty while nobody is at work; ``until_ms`` is real time, which a test server does not move.

    ``ran_ms`` is when something was last done or tried, by the server's clock; ``result`` what became of it, in words.
    ``done`` counts the keys that were dealt with since ever, ``failed`` the attempts that failed. INVARIANT: whoever does
    a piece of the job writes this row in the same commit, so one who lost the lease meanwhile cannot commit.
    """

    name: str
    holder: str = ""
    until_ms: int = 0
    ran_ms: int | None = None
    result: str = ""
    done: int = 0
    failed: int = 0
    version: int = 0
