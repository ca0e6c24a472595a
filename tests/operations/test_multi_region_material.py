"""The material of multi-Region keys: one key in several Regions, as far as ciphertexts, MACs and signatures can tell.

Source: AWS KMS Developer Guide, "Multi-Region keys"; recorded answers for Decrypt with the other Region's ARN.
"""

from dataclasses import replace

import pytest

from strongroom.model.change import Insert, Update
from strongroom.model.key import KeyMaterial, KeyState, MaterialState
from support.house import ACCOUNT, House
from support.multi_region import AWAY, FAR, HELLO, HOME, arn, described, materials, primary, replicated, stored

MESSAGE = "bWVzc2FnZQ=="


def test_related_keys_open_each_others_ciphertext(house: House) -> None:
    key_id = replicated(house, AWAY)
    context = {"EncryptionContext": {"tenant": "42"}}
    for here, there in ((HOME, AWAY), (AWAY, HOME)):
        blob = house.ok("Encrypt", {"KeyId": key_id, "Plaintext": HELLO, **context}, region=here)["CiphertextBlob"]
        for named in ({}, {"KeyId": key_id}, {"KeyId": arn(key_id, there)}):
            opened = house.ok("Decrypt", {"CiphertextBlob": blob, **context, **named}, region=there)
            assert (opened["Plaintext"], opened["KeyId"]) == (HELLO, arn(key_id, there))
        other = {"CiphertextBlob": blob, **context, "KeyId": arn(key_id, here)}
        assert house.call("Decrypt", other, region=there).error == (
            "IncorrectKeyException",
            "The key ID in the request does not identify a CMK that can perform this operation.",
        )
        again = house.ok("ReEncrypt", {"CiphertextBlob": blob, "SourceEncryptionContext": context["EncryptionContext"],
                                       "DestinationKeyId": key_id}, region=there)  # fmt: skip
        assert (again["SourceKeyId"], again["KeyId"]) == (arn(key_id, there), arn(key_id, there))
        data_key = house.ok("GenerateDataKey", {"KeyId": key_id, "KeySpec": "AES_256"}, region=here)
        opened = house.ok("Decrypt", {"CiphertextBlob": data_key["CiphertextBlob"]}, region=there)
        assert opened["Plaintext"] == data_key["Plaintext"]
        elsewhere = house.call("Decrypt", {"CiphertextBlob": blob, **context}, region=FAR).error
        assert elsewhere[0] == "AccessDeniedException"
        assert "associated with this ciphertext because the resource does not exist in this Region" in str(elsewhere[1])
    house.ok("DisableKey", {"KeyId": key_id})
    assert house.ok("Decrypt", {"CiphertextBlob": blob, **context}, region=AWAY)["Plaintext"] == HELLO


@pytest.mark.parametrize(
    ("spec", "usage", "does", "undoes", "made", "algorithm"),
    [
        ("HMAC_256", "GENERATE_VERIFY_MAC", "GenerateMac", "VerifyMac", "Mac", {"MacAlgorithm": "HMAC_SHA_256"}),
        ("ECC_NIST_P256", "SIGN_VERIFY", "Sign", "Verify", "Signature", {"SigningAlgorithm": "ECDSA_SHA_256"}),
    ],
)
def test_other_kinds_of_key(  # noqa: PLR0917 - one row of the table
    house: House, spec: str, usage: str, does: str, undoes: str, made: str, algorithm: dict[str, str]
) -> None:
    key_id = replicated(house, AWAY, KeySpec=spec, KeyUsage=usage)
    members = {"KeyId": key_id, "Message": MESSAGE, **algorithm}
    result = {made: house.ok(does, members)[made]}
    assert house.ok(undoes, {**members, **result}, region=AWAY)["KeyId"] == arn(key_id, AWAY)
    if usage == "SIGN_VERIFY":
        ours, theirs = (house.ok("GetPublicKey", {"KeyId": key_id}, region=region) for region in (HOME, AWAY))
        assert ours["PublicKey"] == theirs["PublicKey"]


def test_rsa_ciphertext_has_no_region(house: House) -> None:
    key_id = replicated(house, AWAY, KeySpec="RSA_2048", KeyUsage="ENCRYPT_DECRYPT")
    how = {"KeyId": key_id, "EncryptionAlgorithm": "RSAES_OAEP_SHA_256"}
    blob = house.ok("Encrypt", {**how, "Plaintext": HELLO}, region=AWAY)["CiphertextBlob"]
    assert house.ok("Decrypt", {**how, "CiphertextBlob": blob})["Plaintext"] == HELLO


def test_the_whole_history_of_the_material_goes_along(house: House) -> None:
    """More versions than one page of the store; the replica opens the oldest, too."""
    key_id = primary(house)
    blob = house.ok("Encrypt", {"KeyId": key_id, "Plaintext": HELLO})["CiphertextBlob"]
    key = stored(house, key_id)
    (first,) = materials(house, key_id, HOME).values()
    older = replace(first, state=MaterialState.NON_CURRENT)
    fresh = [
        replace(first, material_id=f"{n:064x}", position=n, rotated_ms=n, rotation_type="ON_DEMAND", version=0)
        for n in range(1, 205)
    ]
    fresh = [house.keyring.wrap_material(row, bytes([row.position % 256]) * 32, lambda n: b"r" * n) for row in fresh]
    house.store.commit([Update(older), *map(Insert, fresh), Update(replace(key, material_id=fresh[-1].material_id))])
    house.ok("ReplicateKey", {"KeyId": key_id, "ReplicaRegion": AWAY})
    there = materials(house, key_id, AWAY)
    assert {row.material_id: replace(row, region=HOME, version=0) for row in there.values()} == {
        row.material_id: replace(row, version=0) for row in materials(house, key_id, HOME).values()
    }
    assert described(house, key_id, AWAY)["CurrentKeyMaterialId"] == fresh[-1].material_id
    assert house.ok("Decrypt", {"CiphertextBlob": blob}, region=AWAY)["Plaintext"] == HELLO


def test_imported_material_does_not_travel(house: House) -> None:
    key_id = primary(house, Origin="EXTERNAL")
    assert house.call("ReplicateKey", {"KeyId": key_id, "ReplicaRegion": AWAY}).error == (
        "KMSInvalidStateException",
        f"{arn(key_id, HOME)} is pending import.",
    )
    key = stored(house, key_id)
    current = KeyMaterial(
        ACCOUNT,
        HOME,
        key_id,
        "a" * 64,
        b"wrapped",
        0,
        description="first",
        valid_to_ms=5,
        expiration_model="KEY_MATERIAL_EXPIRES",
    )
    staged = replace(current, material_id="b" * 64, position=1, state=MaterialState.PENDING_ROTATION)
    imported = replace(key, state=KeyState.ENABLED, material_id=current.material_id, expires_ms=5)
    house.store.commit([Update(imported), Insert(current), Insert(staged)])
    answer = house.ok("ReplicateKey", {"KeyId": key_id, "ReplicaRegion": AWAY})["ReplicaKeyMetadata"]
    assert (answer["KeyState"], answer["Origin"]) == ("Creating", "EXTERNAL")
    there = described(house, key_id, AWAY)
    assert (there["KeyState"], there["Enabled"]) == ("PendingImport", False)
    assert not {"ExpirationModel", "ValidTo"} & there.keys()
    assert stored(house, key_id, AWAY).expires_ms is None
    for row in materials(house, key_id, AWAY).values():
        assert (row.wrapped, row.valid_to_ms, row.expiration_model, row.description) == (b"", None, "", "first")
    # A staged version waits from now on for the replica, too.
    waiting = MaterialState.PENDING_MULTI_REGION_IMPORT_AND_ROTATION
    for region in (HOME, AWAY):
        states = {name[0]: row.state for name, row in materials(house, key_id, region).items()}
        assert states == {"a": MaterialState.CURRENT, "b": waiting}
    assert materials(house, key_id, HOME)["b" * 64].is_present
