"""Write the vectors of our own formats with another implementation: cryptography's KBKDFHMAC and AESGCM, nothing of strongroom.

    python tests/vectors/crypto/make.py

Origin of the format: docs/formats/ciphertext-blob.md. The inputs are counted, not random, so that anybody can repeat them.
"""

import json
from pathlib import Path

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.kbkdf import KBKDFHMAC, CounterLocation, Mode

HERE = Path(__file__).parent


def counted(start: int, length: int) -> bytes:
    return bytes((start + index) % 256 for index in range(length))


def derive(material: bytes, label: bytes, context: bytes) -> bytes:
    kdf = KBKDFHMAC(
        algorithm=hashes.SHA512(),
        mode=Mode.CounterMode,
        length=64,
        rlen=4,
        llen=4,
        location=CounterLocation.BeforeFixed,
        label=label,
        context=context,
        fixed=None,
    )
    return kdf.derive(material)


def aad(context: dict[str, str]) -> bytes:
    out = len(context).to_bytes(4, "big")
    for name, value in sorted((name.encode(), value.encode()) for name, value in context.items()):
        out += len(name).to_bytes(4, "big") + name + len(value).to_bytes(4, "big") + value
    return out


def blob_case(
    name: str, prefix: str, account: str, key_id: str, context: dict[str, str], plaintext: bytes
) -> dict[str, object]:
    material, material_id, salt, nonce = counted(0, 32), counted(64, 32), counted(128, 32), counted(200, 12)
    raw_id = bytes.fromhex(key_id.removeprefix("mrk-").replace("-", ""))
    form = b"\x01" if key_id.startswith("mrk-") else b"\x00"
    bound = (
        bytes.fromhex(prefix) + material_id + b"\x53" + form + int(account).to_bytes(5, "big") + raw_id + salt + nonce
    )
    both = derive(material, b"strongroom/blob/v1", bound)
    header = bound + both[32:]
    blob = header + AESGCM(both[:32]).encrypt(nonce, plaintext, header + aad(context))
    return {
        "id": name, "prefix": prefix, "account": account, "key_id": key_id, "material_id": material_id.hex(),
        "material": material.hex(), "salt": salt.hex(), "nonce": nonce.hex(), "encryption_context": context,
        "aad": aad(context).hex(), "plaintext": plaintext.hex(), "blob": blob.hex(),
    }  # fmt: skip


def wrap_case(name: str, purpose: str, about: list[str], secret: bytes) -> dict[str, object]:
    key, salt, nonce = counted(7, 32), counted(50, 32), counted(90, 12)
    bound = b"\x01" + salt + nonce
    both = derive(key, b"strongroom/wrap/v1/" + purpose.encode(), bound)
    header = bound + both[32:]
    row = b"".join(len(part.encode()).to_bytes(2, "big") + part.encode() for part in about)
    wrapped = header + AESGCM(both[:32]).encrypt(nonce, secret, header + row)
    return {
        "id": name, "wrapping_key": key.hex(), "purpose": purpose, "about": about, "fresh": (salt + nonce).hex(),
        "secret": secret.hex(), "wrapped": wrapped.hex(),
    }  # fmt: skip


def main() -> None:
    uuid, mrk = "1234abcd-12ab-34cd-56ef-1234567890ab", "mrk-1234abcd12ab34cd56ef1234567890ab"
    encrypt, data_key = "0102020078", "0102030078"
    blobs = [
        blob_case("encrypt, no context", encrypt, "111122223333", uuid, {}, b"hello"),
        blob_case("data key, one pair", data_key, "111122223333", uuid, {"tenant": "42"}, counted(1, 32)),
        blob_case(
            "pairs in another order",
            encrypt,
            "999999999999",
            uuid,
            {"b": "2", "a": "1", "é": "ü", "": "empty name"},
            b"x",
        ),
        blob_case("multi-Region key, account 0", encrypt, "000000000000", mrk, {"k": ""}, counted(3, 4096)),
    ]
    wraps = [
        wrap_case("key material", "key-material", ["111122223333", uuid, "ab" * 32], counted(1, 32)),
        wrap_case(
            "secret access key",
            "secret-access-key",
            ["AKIAIOSFODNN7EXAMPLE"],
            b"wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        ),
    ]
    derived = [
        {
            "id": str(number),
            "material": material.hex(),
            "label": label.hex(),
            "context": context.hex(),
            "key_then_commitment": derive(material, label, context).hex(),
        }
        for number, (material, label, context) in enumerate(
            [
                (counted(0, 32), b"label", b"context"),
                (counted(9, 32), b"strongroom/blob/v1", counted(0, 104)),
                (bytes(32), b"l", b""),
            ],
            1,
        )
    ]
    for name, cases in (("blob_v1", blobs), ("wrap_v1", wraps), ("derive_v1", derived)):
        (HERE / f"{name}.json").write_text(json.dumps(cases, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
