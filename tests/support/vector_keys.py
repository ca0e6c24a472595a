"""Keys whose private halves were published, in a house: imported where AWS imports such keys, else put into the store."""

import os
from base64 import b64decode, b64encode
from dataclasses import replace
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec, rsa

from strongroom.authz.defaults import ADMINISTRATOR_ACCESS
from strongroom.crypto.key_pairs import CURVES, private_der, public_der_of
from strongroom.model.change import Insert, Update
from strongroom.model.key import Key, KeyMaterial
from strongroom.model.key_spec import KEY_SPECS, Family
from strongroom.operations.iam.provision import NewUser
from support.house import Answer, House
from support.import_rows import key_row, rows_of
from support.imports import external_key, import_request
from support.wrapping import HYBRID_256, OAEP_256


def ec_private_der(key_spec: str, scalar: int) -> bytes:
    return private_der(key_spec, ec.derive_private_key(scalar, CURVES[key_spec]()))


def rsa_private_key(n: int, e: int, d: int) -> rsa.RSAPrivateKey:
    p, q = rsa.rsa_recover_prime_factors(n, e, d)
    public = rsa.RSAPublicNumbers(e, n)
    numbers = rsa.RSAPrivateNumbers(
        p, q, d, rsa.rsa_crt_dmp1(d, p), rsa.rsa_crt_dmq1(d, q), rsa.rsa_crt_iqmp(p, q), public
    )
    return numbers.private_key(unsafe_skip_rsa_key_validation=True)  # importing it validates


class VectorHouse:
    """A house with the keys of published vectors, each made once however many cases share it."""

    def __init__(self, house: House) -> None:
        self.house = house
        self._made: dict[tuple[str, str, bytes], str] = {}

    def imported(self, key_spec: str, key_usage: str, material: bytes) -> str:
        """Return the id of a key with this material, imported: key pairs by RSA_AES_KEY_WRAP, other keys by RSAES_OAEP."""
        of = (key_spec, key_usage, material)
        if of not in self._made:
            key_id = self._made[of] = external_key(self.house, key_spec, KeyUsage=key_usage)
            answer = self.try_import(key_id, material)
            assert answer.status == 200, answer.raw
        return self._made[of]

    def try_import(self, key_id: str, material: bytes) -> Answer:
        family = key_row(self.house, key_id).spec.family
        algorithm = OAEP_256 if family in (Family.SYMMETRIC, Family.HMAC) else HYBRID_256
        return self.house.call("ImportKeyMaterial", import_request(self.house, key_id, material, algorithm=algorithm))

    def placed(self, key_spec: str, key_usage: str, material: bytes) -> str:
        """Return the id of a key whose row in the store holds this material in the place of what CreateKey has made."""
        of = (key_spec, key_usage, material)
        if of not in self._made:
            made = self.house.ok("CreateKey", {"KeySpec": key_spec, "KeyUsage": key_usage})
            key_id = self._made[of] = made["KeyMetadata"]["KeyId"]
            (row,) = rows_of(self.house, key_id)
            pair = KEY_SPECS[key_spec].family not in (Family.SYMMETRIC, Family.HMAC)
            public = public_der_of(key_spec, material) if pair else b""
            self.house.store.commit((Update(self._wrapped(replace(row, public_key=public), material)),))
        return self._made[of]

    def placed_at(self, account: str, key_id: str, material_id: str, material: bytes) -> NewUser:
        """Put a symmetric key with names of its own into the store; return an administrator of its account."""
        user = self.house.add_user("theirs", ADMINISTRATOR_ACCESS, account=account)
        made = self.house.ok("CreateKey", user=user)["KeyMetadata"]["KeyId"]
        with self.house.store.snapshot() as view:
            key = view.get(Key, account, "us-east-1", made)
            assert key is not None
            row = view.get(KeyMaterial, account, "us-east-1", made, key.material_id)
        assert row is not None
        row = self._wrapped(replace(row, key_id=key_id, material_id=material_id), material)
        self.house.store.commit((Insert(replace(key, key_id=key_id, material_id=material_id)), Insert(row)))
        return user

    def _wrapped(self, row: KeyMaterial, material: bytes) -> KeyMaterial:
        return self.house.keyring.wrap_material(row, material, os.urandom)

    # --- calls, with bytes in and out ----------------------------------------------------------------------------------

    def call(self, operation: str, members: dict[str, Any]) -> Answer:
        """Members that are bytes go as Base64."""
        shown = {
            name: b64encode(value).decode() if isinstance(value, bytes) else value for name, value in members.items()
        }
        return self.house.call(operation, shown)

    def ok(self, operation: str, **members: Any) -> dict[str, Any]:
        answer = self.call(operation, members)
        assert answer.status == 200, answer.raw
        return answer.body

    def bytes_of(self, operation: str, member: str, **members: Any) -> bytes:
        """Return one member of the answer, decoded."""
        return b64decode(self.ok(operation, **members)[member])

    def public_key_of(self, key_id: str) -> bytes:
        return self.bytes_of("GetPublicKey", "PublicKey", KeyId=key_id)

    def refused(self, operation: str, **members: Any) -> str:
        """Return the name of the error."""
        answer = self.call(operation, members)
        assert answer.status == 400, answer.raw
        return answer.error[0]
