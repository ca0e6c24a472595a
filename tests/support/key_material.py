"""Private keys for tests, made once or taken from published vectors: making RSA keys is slow."""

from functools import cache
from typing import Any

from strongroom.crypto.key_pairs import generate, load_private
from support.vectors import cases


@cache
def private_der(key_spec: str) -> bytes:
    """Return PKCS#8 of some private key of this spec, the same each time."""
    if key_spec.startswith("RSA_"):
        bits = key_spec.removeprefix("RSA_")
        for case in cases(f"rsa_pkcs1_{bits}_sig_gen"):
            if "SmallPublicKey" not in case["flags"]:
                return case.bytes_of("privateKeyPkcs8")
    return generate(key_spec)


@cache
def private_key(key_spec: str) -> Any:
    return load_private(key_spec, private_der(key_spec), ours=True)
