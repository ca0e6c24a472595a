"""Key material is opened by proof, and does not leave by a side door."""

import copy
import os
import pickle
from dataclasses import replace

import pytest

from strongroom.crypto.keyring import Authorised, Keyring
from strongroom.crypto.opened import OpenKey, SymmetricKey
from strongroom.errors import InvalidCiphertextError
from strongroom.model.custom_key_store import ConnectionState, CustomKeyStore, StoreType
from strongroom.model.key import Key, KeyManager, KeyMaterial, KeyState

KEY = Key(
    account="111122223333",
    region="us-east-1",
    key_id="1234abcd-12ab-34cd-56ef-1234567890ab",
    key_spec="SYMMETRIC_DEFAULT",
    key_usage="ENCRYPT_DECRYPT",
    state=KeyState.ENABLED,
    origin="AWS_KMS",
    manager=KeyManager.CUSTOMER,
    description="",
    policy_sha256="",
    material_id="ab" * 32,
    created_ms=0,
)


@pytest.fixture
def keyring() -> Keyring:
    return Keyring(os.urandom(32))


def new_material(keyring: Keyring, material_id: str = KEY.material_id) -> KeyMaterial:
    bare = KeyMaterial(KEY.account, KEY.region, KEY.key_id, material_id, b"", 0)
    return keyring.wrap_material(bare, os.urandom(32), os.urandom)


@pytest.fixture
def material(keyring: Keyring) -> KeyMaterial:
    return new_material(keyring)


def test_the_right_proof_opens(keyring: Keyring, material: KeyMaterial) -> None:
    opened = keyring.open(Authorised(KEY.arn), KEY, material)
    assert isinstance(opened, SymmetricKey)
    blob = opened.encrypt("SYMMETRIC_DEFAULT", b"hello", b"", os.urandom)
    assert opened.decrypt("SYMMETRIC_DEFAULT", blob, b"") == b"hello"


def test_a_proof_for_another_key_does_not(keyring: Keyring, material: KeyMaterial) -> None:
    other = replace(KEY, key_id="aaaaaaaa-12ab-34cd-56ef-1234567890ab")
    with pytest.raises(ValueError, match="another key"):
        keyring.open(Authorised(other.arn), KEY, material)
    with pytest.raises(ValueError, match="another key"):
        keyring.open(Authorised(other.arn), other, material)


def test_material_moved_to_another_row_does_not_open(keyring: Keyring, material: KeyMaterial) -> None:
    other = replace(KEY, key_id="aaaaaaaa-12ab-34cd-56ef-1234567890ab")
    moved = replace(material, key_id=other.key_id)
    with pytest.raises(InvalidCiphertextError):
        keyring.open(Authorised(other.arn), other, moved)


def test_another_domain_key_does_not_open(material: KeyMaterial) -> None:
    with pytest.raises(InvalidCiphertextError):
        Keyring(os.urandom(32)).open(Authorised(KEY.arn), KEY, material)


def test_keyrings_do_not_leak(keyring: Keyring, material: KeyMaterial) -> None:
    opened: OpenKey = keyring.open(Authorised(KEY.arn), KEY, material)
    for thing in (opened, keyring):
        assert "..." in repr(thing)
        with pytest.raises(TypeError):
            pickle.dumps(thing)
        with pytest.raises(TypeError):
            copy.deepcopy(thing)
    with pytest.raises(TypeError):
        assert opened == opened  # noqa: PLR0124 - comparing is what must fail
    with pytest.raises(TypeError):
        hash(opened)


def test_the_ring_is_bounded(material: KeyMaterial, keyring: Keyring) -> None:
    small = Keyring(keyring._domain_key, limit=2)
    for number in range(5):
        small.open(Authorised(KEY.arn), KEY, new_material(small, f"{number:064x}"))
    assert len(small._opened) == 2
    small.open(Authorised(KEY.arn), KEY, material)
    where = (material.account, material.region, material.key_id, material.material_id)
    assert where in small._opened
    small.forget(where)
    assert where not in small._opened
    small.forget_all()
    assert small._opened == {}


def test_a_changed_row_is_opened_afresh(material: KeyMaterial, keyring: Keyring) -> None:
    first = keyring.open(Authorised(KEY.arn), KEY, material)
    assert keyring.open(Authorised(KEY.arn), KEY, replace(material, version=2)) is first
    blob = first.encrypt("SYMMETRIC_DEFAULT", b"hello", b"", os.urandom)  # type: ignore[attr-defined]
    with pytest.raises(InvalidCiphertextError):
        keyring.open(Authorised(KEY.arn), KEY, new_material(keyring)).decrypt("SYMMETRIC_DEFAULT", blob, b"")  # type: ignore[attr-defined]
    assert len(keyring._opened) == 1


def test_the_secret_of_a_custom_key_store_opens_for_that_store_alone(keyring: Keyring) -> None:
    bare = CustomKeyStore(
        "111122223333", "us-east-1", "cks-1", "name", StoreType.CLOUDHSM, ConnectionState.DISCONNECTED, created_ms=0
    )
    wrapped = keyring.wrap_store_secret(bare, b"kmsPswd", os.urandom)
    assert b"kmsPswd" not in wrapped
    store = replace(bare, wrapped_secret=wrapped)
    assert keyring.unwrap_store_secret(replace(store, name="renamed")) == b"kmsPswd"
    others = [
        replace(store, **change)
        for change in ({"account": "444455556666"}, {"region": "eu-west-1"}, {"store_id": "cks-2"})
    ]
    for other in (*others, bare, replace(store, wrapped_secret=wrapped[:-1] + bytes([wrapped[-1] ^ 1]))):
        with pytest.raises(InvalidCiphertextError):
            keyring.unwrap_store_secret(other)
    assert "kmsPswd" not in repr(store)
    assert repr(wrapped) not in repr(store)
