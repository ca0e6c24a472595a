"""Importing key material through a house."""

import functools
from base64 import b64decode
from dataclasses import replace
from typing import Any

from strongroom.crypto.key_pairs import generate
from support.house import Answer, House
from support.wrapping import FOR_EVER, OAEP_256, encoded, wrapped

same_private_key = functools.cache(generate)
"""One wrapping key pair of each spec for a whole test run: making RSA keys is slow, and no test here needs its own."""


def import_house() -> House:
    """Return a house that hands out the same wrapping keys again and again."""
    house = House()
    house.pipeline = replace(house.pipeline, new_private_key=same_private_key)
    return house


def external_key(house: House, key_spec: str = "SYMMETRIC_DEFAULT", **members: Any) -> str:
    """Return the id of a new key that waits for its material."""
    usages = {"SYMMETRIC_DEFAULT": "ENCRYPT_DECRYPT", "HMAC": "GENERATE_VERIFY_MAC"}
    usage = usages.get(key_spec) or usages.get(key_spec[:4]) or "SIGN_VERIFY"
    made = house.ok("CreateKey", {"Origin": "EXTERNAL", "KeySpec": key_spec, "KeyUsage": usage, **members})
    key_id: str = made["KeyMetadata"]["KeyId"]
    return key_id


def import_request(
    house: House,
    key_id: str,
    material: bytes,
    *,
    algorithm: str = OAEP_256,
    wrapping: str = "RSA_2048",
    region: str = "us-east-1",
    **members: Any,
) -> dict[str, Any]:
    """Return the members of an ImportKeyMaterial, with parameters fetched for it; without ``ExpirationModel`` and ``ValidTo`` for ever."""
    asked = {"KeyId": key_id, "WrappingAlgorithm": algorithm, "WrappingKeySpec": wrapping}
    parameters = house.ok("GetParametersForImport", asked, region=region)
    lasting = {} if {"ExpirationModel", "ValidTo"} & members.keys() else FOR_EVER
    return {
        "KeyId": key_id,
        "ImportToken": parameters["ImportToken"],
        "EncryptedKeyMaterial": encoded(wrapped(b64decode(parameters["PublicKey"]), algorithm, material)),
        **lasting,
        **members,
    }


def call_import(house: House, key_id: str, material: bytes, *, region: str = "us-east-1", **members: Any) -> Answer:
    return house.call(
        "ImportKeyMaterial", import_request(house, key_id, material, region=region, **members), region=region
    )


def ok_import(
    house: House, key_id: str, material: bytes, *, region: str = "us-east-1", **members: Any
) -> dict[str, Any]:
    answer = call_import(house, key_id, material, region=region, **members)
    assert answer.status == 200, answer.raw
    return answer.body
