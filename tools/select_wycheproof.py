"""Select the vectors in ``tests/vectors/crypto/wycheproof/`` from a copy of the Wycheproof project.

    python tools/select_wycheproof.py COPY

COPY is the folder ``testvectors_v1`` of Wycheproof (C2SP, Apache License 2.0). Of each file we keep the first few cases of every kind,
a kind being what the case is about (its flags) and what is expected: thousands of cases are too slow for every run of the tests.
Cases and groups are kept as they are, less the other forms of the same key and the cases of what our API has not.
"""

import argparse
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

TO = Path(__file__).parent.parent / "tests" / "vectors" / "crypto" / "wycheproof"
ORIGIN = "Wycheproof (C2SP), testvectors_v1/{}, as of 2026-08-18; a selection"
LICENCE = "Apache License 2.0"
SIGNATURES, FEW, LARGE = 3, 2, 1
FILES = {
    "ecdsa_secp256r1_sha256": SIGNATURES,
    "ecdsa_secp384r1_sha384": FEW,
    "ecdsa_secp521r1_sha512": FEW,
    "ecdsa_secp256k1_sha256": SIGNATURES,
    "ecdh_secp256r1": FEW,
    "ecdh_secp384r1": FEW,
    "ecdh_secp521r1": FEW,
    "ed25519": SIGNATURES,
    "hmac_sha224": SIGNATURES,
    "hmac_sha256": SIGNATURES,
    "hmac_sha384": SIGNATURES,
    "hmac_sha512": SIGNATURES,
    "mldsa_44_verify": LARGE,
    "mldsa_65_verify": LARGE,
    "mldsa_87_verify": LARGE,
    "mldsa_44_sign_seed": LARGE,
    "mldsa_65_sign_seed": LARGE,
    "mldsa_87_sign_seed": LARGE,
    "mlkem_768": FEW,
    "mlkem_1024": FEW,
    "rsa_signature_2048_sha256": SIGNATURES,
    "rsa_signature_3072_sha384": FEW,
    "rsa_signature_4096_sha512": FEW,
    "rsa_pkcs1_2048_sig_gen": FEW,
    "rsa_pkcs1_3072_sig_gen": LARGE,
    "rsa_pkcs1_4096_sig_gen": LARGE,
    "rsa_pss_2048_sha256_mgf1_32": SIGNATURES,
    "rsa_pss_2048_sha256_mgf1_0": LARGE,
    "rsa_pss_2048_sha384_mgf1_48": FEW,
    "rsa_pss_4096_sha512_mgf1_64": FEW,
    "rsa_oaep_2048_sha1_mgf1sha1": SIGNATURES,
    "rsa_oaep_2048_sha256_mgf1sha256": SIGNATURES,
    "rsa_oaep_3072_sha256_mgf1sha256": LARGE,
    "aes_kwp": SIGNATURES,
}
KEPT = ("keySize", "tagSize", "sha", "sLen", "curve", "publicKeyDer", "privateKeyPkcs8", "privateSeed")
NOT_KEPT = {"rnd"}
FULL_TAGS = {"hmac_sha224": 224, "hmac_sha256": 256, "hmac_sha384": 384, "hmac_sha512": 512}


def _is_ours(name: str, group: dict[str, Any], case: dict[str, Any]) -> bool:
    """KMS has no labels (OAEP), no contexts (ML-DSA), no short MACs and no AES-128 as one-time key."""
    if group.get("tagSize", FULL_TAGS.get(name)) != FULL_TAGS.get(name):
        return False
    if name == "aes_kwp" and group["keySize"] != 256:  # noqa: PLR2004 - bits
        return False
    if name.startswith("rsa_pkcs1") and group["sha"] not in ("SHA-256", "SHA-384", "SHA-512"):
        return False
    if name.startswith("mldsa") and not (group.get("publicKeyDer") or group.get("privateKeyPkcs8")):
        return False  # keys of a wrong length have no encoding
    if "IncorrectPublicKeyLength" in case["flags"]:
        return False  # nor can GetPublicKey answer with one
    return not case.get("label") and not case.get("ctx")


def _selected(name: str, groups: list[dict[str, Any]], most: int) -> Iterator[dict[str, Any]]:
    seen: Counter[tuple[str, ...]] = Counter()
    for group in groups:
        cases = []
        for case in group["tests"]:
            kind = (case["result"], *case["flags"], str("mu" in case))
            if not _is_ours(name, group, case) or seen[kind] >= most:
                continue
            seen[kind] += 1
            cases.append({key: value for key, value in case.items() if key not in NOT_KEPT})
        if cases:
            yield {key: group[key] for key in KEPT if key in group} | {"tests": cases}


def main() -> None:
    """Write the selection."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("copy", type=Path)
    copy = parser.parse_args().copy
    TO.mkdir(parents=True, exist_ok=True)
    for name, most in FILES.items():
        file = f"{name}_test.json"
        groups = list(_selected(name, json.loads((copy / file).read_text())["testGroups"], most))
        vectors = {"origin": ORIGIN.format(file), "licence": LICENCE, "groups": groups}
        (TO / f"{name}.json").write_text(json.dumps(vectors, indent=0) + "\n")
        print(f"{name}: {sum(len(group['tests']) for group in groups)} cases")


if __name__ == "__main__":
    main()
