"""A hash tree over the records of a full segment: one of them can be shown, and proven, without the others. Pure.

Source: RFC 6962, 2.1 (Merkle Hash Tree, audit path); the check is RFC 9162, 2.1.3.2. Leaves are the records' JSON as it stands.
"""

from collections.abc import Sequence
from hashlib import sha256

_LEAF, _NODE = b"\x00", b"\x01"


def leaf_hash(record: bytes) -> bytes:
    """Return the hash of one leaf."""
    return sha256(_LEAF + record).digest()


def _node_hash(left: bytes, right: bytes) -> bytes:
    return sha256(_NODE + left + right).digest()


def tree_root(leaves: Sequence[bytes]) -> bytes:
    """Return the root over ``leaves`` (their hashes). A tree of n leaves splits at the largest power of two below n."""
    if not leaves:
        return sha256(b"").digest()
    level = list(leaves)
    while len(level) > 1:  # the last of an odd number moves up as it is: the same tree
        pairs = [_node_hash(level[at], level[at + 1]) for at in range(0, len(level) - 1, 2)]
        level = pairs + level[2 * len(pairs) :]
    return level[0]


def audit_path(leaves: Sequence[bytes], number: int) -> list[bytes]:
    """Return the hashes beside the way from leaf ``number`` (from 0) to the root, from below."""
    path, level, at = [], list(leaves), number
    while len(level) > 1:
        beside = at ^ 1
        if beside < len(level):
            path.append(level[beside])
        pairs = [_node_hash(level[one], level[one + 1]) for one in range(0, len(level) - 1, 2)]
        level, at = pairs + level[2 * len(pairs) :], at >> 1
    return path


def root_by_path(leaf: bytes, number: int, size: int, path: Sequence[bytes]) -> bytes | None:
    """Return the root that ``path`` leads to from a leaf's hash; None when it is no path of such a tree."""
    if not 0 <= number < size:
        return None
    at, last, root = number, size - 1, leaf
    for beside in path:
        if last == 0:
            return None
        if at & 1 or at == last:
            root = _node_hash(beside, root)
            while at and not at & 1:
                at, last = at >> 1, last >> 1
        else:
            root = _node_hash(root, beside)
        at, last = at >> 1, last >> 1
    return root if last == 0 else None
