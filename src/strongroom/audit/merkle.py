"""Hash trees over records: one of them can be proven without showing the others, and a tree to be the beginning of a later one. Pure.

Source: RFC 6962, 2.1 (Merkle Hash Tree, audit path, consistency proof); the checks are RFC 9162, 2.1.3.2 and 2.1.4.2. Leaves are
the records' JSON as it stands.
"""

from collections.abc import Iterable, Sequence
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


# --- trees that grow -------------------------------------------------------------------------------------------------


class SplitNodeError(ValueError):
    """What is asked lies within a subtree of which only the root is known."""


Node = tuple[int, bytes]
"""(how many leaves, root) of a full subtree; one leaf is one, too."""


class Frontier:
    """A tree without its leaves: the roots of its largest full subtrees, which is all that it takes to go on."""

    def __init__(self, nodes: Iterable[Node] = ()) -> None:
        self.nodes = list(nodes)

    @property
    def size(self) -> int:
        return sum(leaves for leaves, _ in self.nodes)

    def add(self, node: Node) -> None:
        """Add the subtree that comes next; what is larger than what it follows must begin at a multiple of its size."""
        leaves, root = node
        nodes = self.nodes
        while nodes and nodes[-1][0] == leaves:
            root = _node_hash(nodes.pop()[1], root)
            leaves *= 2
        nodes.append((leaves, root))

    def root(self) -> bytes:
        """Return the root of all that was added."""
        if not self.nodes:
            return tree_root(())
        root = self.nodes[-1][1]
        for _, left in reversed(self.nodes[:-1]):
            root = _node_hash(left, root)
        return root


def frontier_of(size: int, roots: Sequence[bytes]) -> Frontier:
    """Return the frontier of ``size`` leaves with these roots, from the left. Errors: ValueError for a wrong number."""
    sizes = [1 << bit for bit in reversed(range(size.bit_length())) if size >> bit & 1]
    return Frontier(zip(sizes, roots, strict=True))


def consistency_ranges(first: int, second: int) -> list[tuple[int, int]]:
    """Return (begin, end) of the subtrees whose roots prove ``first`` leaves the beginning of ``second``, in the proof's order."""
    found: list[tuple[int, int]] = []
    begin, end = 0, second
    while first < end:
        half = begin + (1 << (end - begin - 1).bit_length() - 1)  # the largest power of two below the size
        if first <= half:
            found.append((half, end))
            end = half
        else:
            found.append((begin, half))
            begin = half
    if begin:
        found.append((begin, end))
    return found[::-1]


def consistency_path(nodes: Iterable[Node], first: int, second: int) -> tuple[bytes, bytes, list[bytes]]:
    """Return (first root, second root, proof) of a tree whose subtrees come one after another, the leaves one by one.

    Errors: SplitNodeError when it would take what is within a subtree; ValueError when there are not so many leaves.
    """
    if not 0 < first <= second:
        raise ValueError("a tree is the beginning of one that is at least as large")
    ranges = consistency_ranges(first, second)
    waiting = sorted(ranges)
    parts = {one: Frontier() for one in ranges}
    whole, first_root, at = Frontier(), b"", 0
    for node in nodes:
        if at == second:
            break
        end = at + node[0]
        while waiting and waiting[0][1] <= at:
            waiting.pop(0)
        inside = waiting[0] if waiting and waiting[0][0] < end else None
        if at < first < end or end > second or (inside and not (inside[0] <= at and end <= inside[1])):
            raise SplitNodeError
        whole.add(node)
        if inside:
            parts[inside].add(node)
        at = end
        if at == first:
            first_root = whole.root()
    if at != second:
        raise ValueError(f"there are {at} leaves and not {second}")
    return first_root, whole.root(), [parts[one].root() for one in ranges]


def is_consistent(first: int, second: int, first_root: bytes, second_root: bytes, path: Sequence[bytes]) -> bool:
    """Say whether ``path`` proves the tree of ``first`` leaves to be the beginning of that of ``second``."""
    if not 0 < first <= second:
        return False
    if first == second:
        return not path and first_root == second_root
    way = [first_root, *path] if first & (first - 1) == 0 else list(path)
    if not way:
        return False
    at, last = first - 1, second - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    one = other = way[0]
    for beside in way[1:]:
        if last == 0:
            return False
        if at & 1 or at == last:
            one, other = _node_hash(beside, one), _node_hash(beside, other)
            while at and not at & 1:
                at, last = at >> 1, last >> 1
        else:
            other = _node_hash(other, beside)
        at, last = at >> 1, last >> 1
    return last == 0 and one == first_root and other == second_root
