"""Root key protectors: what they seal comes back only with the right root key, and every refusal says what to do."""

import os
from pathlib import Path

import msgspec
import pytest

from strongroom.root.key_file import KeyFileProtector
from strongroom.root.passphrase import PassphraseProtector
from strongroom.root.port import Protected, Protector, RootKeyError

DOMAIN_KEY = bytes(range(32))
PASSPHRASE = "correct horse battery staple"


@pytest.fixture
def key_file(tmp_path: Path) -> KeyFileProtector:
    protector = KeyFileProtector(tmp_path / "root.key")
    protector.create(os.urandom)
    return protector


@pytest.fixture(params=["key file", "passphrase"])
def protector(request: pytest.FixtureRequest, key_file: KeyFileProtector) -> Protector:
    return key_file if request.param == "key file" else PassphraseProtector(PASSPHRASE)


def test_what_is_protected_comes_back(protector: Protector) -> None:
    protected = protector.protect(DOMAIN_KEY, os.urandom)
    assert protected.protector == protector.name
    stored = msgspec.json.encode(protected)
    assert DOMAIN_KEY not in stored
    assert protector.reveal(msgspec.json.decode(stored, type=Protected)) == DOMAIN_KEY


def test_another_root_key_is_refused(protector: Protector, tmp_path: Path) -> None:
    protected = protector.protect(DOMAIN_KEY, os.urandom)
    other: Protector
    if isinstance(protector, KeyFileProtector):
        other = KeyFileProtector(tmp_path / "other.key")
        other.create(os.urandom)
    else:
        other = PassphraseProtector("another passphrase")
    with pytest.raises(RootKeyError):
        other.reveal(protected)


def test_the_key_file_is_private_and_never_overwritten(key_file: KeyFileProtector) -> None:
    assert key_file.path.stat().st_mode & 0o777 == 0o600
    with pytest.raises(FileExistsError):
        key_file.create(os.urandom)


@pytest.mark.parametrize(
    ("damage", "says"),
    [
        (lambda path: path.unlink(), "is missing"),
        (lambda path: path.chmod(0o644), "chmod 600"),
        (lambda path: path.write_text("nonsense"), "does not hold a root key"),
        (lambda path: path.write_bytes(b"\xff\xfe"), "cannot be read"),
        (lambda path: path.write_text("strongroom-root-key-v1:zz"), "does not hold a root key"),
    ],
)
def test_damaged_key_files(key_file: KeyFileProtector, damage: object, says: str) -> None:
    protected = key_file.protect(DOMAIN_KEY, os.urandom)
    assert callable(damage)
    damage(key_file.path)
    with pytest.raises(RootKeyError, match=says):
        key_file.reveal(protected)


@pytest.mark.parametrize(
    "parameters",
    [
        {},
        {"salt": "zz", "n": 2, "r": 1, "p": 1},
        {"salt": "00", "n": 2**40, "r": 8, "p": 1},
        {"salt": "00", "n": 3, "r": 8, "p": 1},
    ],
)
def test_a_damaged_passphrase_record_does_not_eat_the_machine(parameters: dict[str, str | int]) -> None:
    damaged = Protected(protector="passphrase", parameters=parameters, sealed=bytes(200))
    with pytest.raises(RootKeyError, match="damaged"):
        PassphraseProtector(PASSPHRASE).reveal(damaged)


def test_short_passphrases_are_refused() -> None:
    with pytest.raises(RootKeyError, match="12 characters"):
        PassphraseProtector("short")
