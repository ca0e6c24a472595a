"""Fresh key ids and key material: what a new key, or a new version of one, is made of."""

from strongroom.crypto.derive import MATERIAL_BYTES
from strongroom.crypto.key_pairs import public_der_of
from strongroom.crypto.macs import key_bytes_of
from strongroom.model.key import Key, KeyMaterial
from strongroom.model.key_spec import Family
from strongroom.model.random import RandomBytes
from strongroom.operations.operation import Call

MATERIAL_ID_BYTES = 32
_MULTI_REGION_PREFIX = "mrk-"


def new_key_id(random_bytes: RandomBytes, *, multi_region: bool = False) -> str:
    """Return a version 4 UUID (RFC 9562, 5.4), or for a multi-Region key ``mrk-`` and 32 hexadecimal digits."""
    raw = bytearray(random_bytes(16))
    if multi_region:
        return _MULTI_REGION_PREFIX + raw.hex()
    raw[6] = raw[6] & 0x0F | 0x40
    raw[8] = raw[8] & 0x3F | 0x80
    text = raw.hex()
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def new_material_id(call: Call) -> str:
    """Return a random id: that of imported material is made from the material instead (``Keyring.imported_material_id``)."""
    return call.random_bytes(MATERIAL_ID_BYTES).hex()


def new_material(call: Call, key: Key) -> KeyMaterial:
    """Return fresh, wrapped material for ``key``, as the version that ``key.material_id`` names."""
    public_key = b""
    if key.spec.is_asymmetric:
        secret = call.new_private_key(key.key_spec)
        public_key = public_der_of(key.key_spec, secret)
    elif key.spec.family is Family.HMAC:
        secret = call.random_bytes(key_bytes_of(key.key_spec))
    else:
        secret = call.random_bytes(MATERIAL_BYTES)
    bare = KeyMaterial(key.account, key.region, key.key_id, key.material_id, b"", call.now_ms, public_key)
    return call.keyring.wrap_material(bare, secret, call.random_bytes)
