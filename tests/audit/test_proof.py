"""Hash trees against published roots, and proofs that hold for their record and root alone."""

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from strongroom.audit.journal import Journal
from strongroom.audit.merkle import audit_path, leaf_hash, root_by_path, tree_root
from strongroom.audit.proof import ProofError, check, prove, roots

# Test data of the Certificate Transparency reference implementation (merkletree tests).
LEAVES = ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
ROOTS = (
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)


@pytest.mark.parametrize("size", range(1, 9))
def test_published_roots(size: int) -> None:
    leaves = [leaf_hash(bytes.fromhex(leaf)) for leaf in LEAVES[:size]]
    assert tree_root(leaves).hex() == ROOTS[size - 1]


def test_no_records() -> None:
    assert tree_root([]) == sha256(b"").digest()


@given(st.integers(1, 70), st.data())
def test_a_path_holds_for_its_leaf_and_place_alone(size: int, data: st.DataObject) -> None:
    leaves = [leaf_hash(b"%d" % n) for n in range(size)]
    number = data.draw(st.integers(0, size - 1))
    root, path = tree_root(leaves), audit_path(leaves, number)
    assert root_by_path(leaves[number], number, size, path) == root
    assert root_by_path(leaf_hash(b"other"), number, size, path) != root
    if size > 1:
        assert root_by_path(leaves[number], (number + 1) % size, size, path) != root
        assert root_by_path(leaves[number], number, size, path[:-1]) != root
        assert root_by_path(leaves[number], number, size, [*path[:-1], bytes(32)]) != root
    assert root_by_path(leaves[number], number, size, [*path, root]) is None
    assert root_by_path(leaves[number], size, size, path) is None


def test_a_proof_shows_one_record_and_needs_no_journal(
    tmp_path: Path, open_journal: Callable[..., Journal], record: Callable[[int], bytes]
) -> None:
    journal = open_journal()
    journal.append([record(n) for n in range(10)])
    journal.close()
    with pytest.raises(ProofError, match="live segment"):
        prove(tmp_path, 1, 1, record(7))
    open_journal()
    (root,) = roots(tmp_path)
    assert (root.slot, root.segment, root.records) == (1, 1, 10)
    proof = prove(tmp_path, 1, 1, record(7))
    data = msgspec.json.encode(proof)
    assert check(data, root.root).record == record(7).decode()
    assert b"e000008" not in data
    for damaged in (data.replace(b"e000007", b"e000008"), data.replace(b'"number":7', b'"number":8'), b"{}", b"x"):
        with pytest.raises(ProofError):
            check(damaged, root.root)
    for other in ("00" * 32, "", "x"):
        with pytest.raises(ProofError):
            check(data, other)
    with pytest.raises(ProofError, match="no longer"):
        prove(tmp_path, 1, 1, record(77))
