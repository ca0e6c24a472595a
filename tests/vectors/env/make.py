"""Write the vectors of sealed environment values with cryptography's AESGCM and base64, nothing of strongroom.

    python tests/vectors/env/make.py

Origin of the format: docs/formats/env-file.md. The inputs are counted, not random, so that anybody can repeat them.
"""

import base64
import json
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY, NONCE, BLOB = bytes(range(32)), bytes(range(200, 212)), bytes(range(184))


def text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def sealed(name: str, value: str) -> str:
    box = NONCE + AESGCM(KEY).encrypt(NONCE, value.encode(), b"strongroom/env/v1\x00" + name.encode())
    return f"sealed:v1:{text(BLOB)}:{text(box)}"


def case(comment: str, name: str, value: str, wrong: str | None = None) -> dict[str, str | bool]:
    fixed = {"data_key": KEY.hex(), "nonce": NONCE.hex(), "encrypted_data_key": BLOB.hex()}
    return {
        "id": comment,
        "name": name,
        "value": value,
        "valid": wrong is None,
        "sealed": wrong or sealed(name, value),
        **fixed,
    }


GOOD = sealed("PASSWORD", "correct horse")
HEAD, BOX = GOOD.rsplit(":", 1)
CASES = [
    case("a password", "PASSWORD", "correct horse"),
    case("empty", "EMPTY", ""),
    case("lines and letters of all kinds", "NOTE", "zwei\nZeilen: äöü €\t'\"#$"),
    case("longer than KMS takes", "LONG", "x" * 5000),
    case("of another name", "SHOWN", "correct horse", GOOD),
    case("another version", "PASSWORD", "correct horse", GOOD.replace("v1", "v2")),
    case(
        "last byte altered",
        "PASSWORD",
        "correct horse",
        f"{HEAD}:{text(base64.urlsafe_b64decode(BOX + '=' * (-len(BOX) % 4))[:-1] + b'!')}",
    ),
    case("cut", "PASSWORD", "correct horse", GOOD[:-8]),
    case("shorter than a tag", "PASSWORD", "correct horse", f"{HEAD}:{BOX[:20]}"),
    case("no box", "PASSWORD", "correct horse", HEAD),
    case("padded", "PASSWORD", "correct horse", GOOD + "="),
    case("another alphabet", "PASSWORD", "correct horse", f"{HEAD}:+{BOX[1:]}"),
]
Path(__file__).with_name("sealed_v1.json").write_text(json.dumps(CASES, indent=1) + "\n")
