"""Why rewrap encrypts unsigned messages anew: who has two headers under one data key can alter frames (docs/decisions/0011)."""

import io
from pathlib import Path

import pytest

from strongroom.envelope import decrypt, encrypt, inspect, rewrap_file
from strongroom.envelope.body import FINAL, FINAL_PREFIX_BYTES, aad
from strongroom.envelope.errors import AlteredError
from strongroom.envelope.suites import TAG_BYTES
from support.forbidden_attack import at, authentication_keys, block, element, hashed
from support.raw_keys import RawKeys

SAID, WANTED = b"pay 100 to alice", b"pay 999 to mallo"
DATA_KEY = bytes(range(32))


def forgeries(old: bytes, new: bytes) -> list[bytes]:
    """Return what somebody makes of two messages who has no key at all: one for each root."""
    first, second = (inspect(io.BytesIO(message)).header for message in (old, new))
    end, bound = len(second.serialized) + FINAL_PREFIX_BYTES, aad(second.message_id, FINAL, 1, len(SAID))
    ciphertext, tag = new[end : end + len(SAID)], new[end + len(SAID) : end + len(SAID) + TAG_BYTES]
    altered = bytes(c ^ s ^ w for c, s, w in zip(ciphertext, SAID, WANTED, strict=True))
    found = []
    for key in authentication_keys((first.raw, first.tag), (second.raw, second.tag)):
        mask = element(tag) ^ at(hashed(bound, ciphertext), key)
        forged = block(mask ^ at(hashed(bound, altered), key))
        found.append(new[:end] + altered + forged + new[end + len(SAID) + TAG_BYTES :])
    return found


def both(directory: Path, *, signed: bool, keep_body: bool) -> tuple[bytes, bytes]:
    path = directory / "message"
    with path.open("wb") as file:
        encrypt(io.BytesIO(SAID), file, RawKeys(DATA_KEY), signed=signed)
    before = path.read_bytes()
    rewrap_file(path, RawKeys(DATA_KEY), RawKeys(DATA_KEY, names=("two",)), keep_body=keep_body)
    return before, path.read_bytes()


def opened(messages: list[bytes]) -> list[bytes]:
    plaintexts = []
    for message in messages:
        out = io.BytesIO()
        try:
            decrypt(io.BytesIO(message), out, RawKeys(DATA_KEY))
        except AlteredError:
            continue
        plaintexts.append(out.getvalue())
    return plaintexts


@pytest.mark.parametrize(("keep_body", "altered"), [(True, [WANTED]), (False, [])], ids=["kept", "anew"])
def test_two_headers_over_one_body_let_anybody_alter_it(tmp_path: Path, keep_body: bool, altered: list[bytes]) -> None:
    old, new = both(tmp_path, signed=False, keep_body=keep_body)
    assert opened([old, new]) == [SAID, SAID]
    assert opened(forgeries(old, new)) == altered


def test_a_signature_stands_against_that(tmp_path: Path) -> None:
    old, new = both(tmp_path, signed=True, keep_body=False)
    assert opened([old, new]) == [SAID, SAID]
    assert opened(forgeries(old, new)) == []
