"""Session tokens and the replay window: what they carry, and when they end."""

import base64
import os

import msgspec
import pytest

from strongroom.authn.replay import ReplayWindow
from strongroom.authn.session import (
    SessionClaims,
    account_of_session,
    new_access_key_id,
    new_secret_access_key,
    new_session_access_key_id,
    open_session,
    seal_session,
)
from strongroom.crypto.keyring import Keyring
from strongroom.errors import ExpiredTokenError, InvalidSignatureError, UnrecognizedClientError

CLAIMS = SessionClaims(
    access_key_id="ASIAIOSFODNN7EXAMPLE",
    secret="wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    account="111122223333",
    user_name="alice",
    unique_id="AIDAEXAMPLE",
    issued_at=1000.0,
    expires_at=2000.0,
)


@pytest.fixture(scope="module")
def keyring() -> Keyring:
    return Keyring(os.urandom(32))


def test_a_token_carries_its_claims(keyring: Keyring) -> None:
    token = seal_session(CLAIMS, keyring.seal_token, os.urandom)
    assert open_session(token, CLAIMS.access_key_id, 1999.0, keyring.open_token) == CLAIMS
    assert CLAIMS.secret not in token
    assert CLAIMS.secret not in repr(CLAIMS)


def test_past_its_end(keyring: Keyring) -> None:
    token = seal_session(CLAIMS, keyring.seal_token, os.urandom)
    with pytest.raises(ExpiredTokenError, match="is expired"):
        open_session(token, CLAIMS.access_key_id, 2000.0, keyring.open_token)


def test_other_tokens(keyring: Keyring) -> None:
    token = seal_session(CLAIMS, keyring.seal_token, os.urandom)
    foreign = seal_session(CLAIMS, Keyring(os.urandom(32)).seal_token, os.urandom)
    for bad in ("", "?", "é", token[:-4], token[:10] + "A" + token[11:], foreign):
        with pytest.raises(UnrecognizedClientError, match="is invalid"):
            open_session(bad, CLAIMS.access_key_id, 1500.0, keyring.open_token)
    with pytest.raises(UnrecognizedClientError):
        open_session(token, "ASIAANOTHER", 1500.0, keyring.open_token)


def test_a_token_of_a_wanted_size(keyring: Keyring) -> None:
    short = seal_session(CLAIMS, keyring.seal_token, os.urandom)
    for minimum in (0, len(short), len(short) + 1, 2000, 4096):
        token = seal_session(CLAIMS, keyring.seal_token, os.urandom, minimum)
        assert max(minimum, len(short)) <= len(token) < max(minimum, len(short)) + 8
        assert open_session(token, CLAIMS.access_key_id, 1999.0, keyring.open_token) == CLAIMS


def test_tokens_of_another_version(keyring: Keyring) -> None:
    for text in (b"", b"\x02", b"\x01", b"\x01nonsense", msgspec.msgpack.encode(CLAIMS)):
        token = base64.b64encode(keyring.seal_token(text, CLAIMS.access_key_id.encode(), os.urandom)).decode()
        with pytest.raises(UnrecognizedClientError):
            open_session(token, CLAIMS.access_key_id, 1500.0, keyring.open_token)


def test_the_account_is_in_the_access_key_id_of_a_session() -> None:
    for account in ("000000000000", "111122223333", "999999999999"):
        ids = {new_session_access_key_id(account, os.urandom) for _ in range(3)}
        assert len(ids) == 3
        for access_key_id in ids:
            assert (len(access_key_id), access_key_id[:4]) == (20, "ASIA")
            assert account_of_session(access_key_id) == account
    assert account_of_session("ASIA1") is None


def test_shapes_of_ids_and_secrets() -> None:
    key_id, secret = new_access_key_id(os.urandom), new_secret_access_key(os.urandom)
    assert (len(key_id), key_id[:4], len(secret)) == (20, "AKIA", 40)
    assert new_access_key_id(os.urandom) != key_id


def test_the_replay_window() -> None:
    window = ReplayWindow(300)
    window.check(b"one", 0)
    window.check(b"two", 1)
    for now in (1, 150, 299):
        with pytest.raises(InvalidSignatureError):
            window.check(b"one", now)
    window.check(b"one", 1000)


def test_the_replay_window_is_bounded() -> None:
    window = ReplayWindow(300, limit=80)
    for number in range(10):
        window.check(str(number).encode(), 0)
    with pytest.raises(InvalidSignatureError, match="Too many"):
        window.check(b"one more", 0)
    window.check(b"later", 1000)
    assert sum(map(len, window._buckets.values())) == 1
