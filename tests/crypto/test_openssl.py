"""A second opinion on every algorithm of the openssl command line: what we make it verifies, and what it makes we verify."""

import hashlib
import subprocess
from pathlib import Path

import pytest

from strongroom.crypto import agreement, macs, rsa_encryption, signatures
from strongroom.crypto.key_pairs import generate, private_der, public_der_of
from strongroom.model.key_spec import KEY_SPECS, SIGN_VERIFY
from support.key_material import private_der as some_private_der
from support.key_material import private_key

MESSAGE = b"to be signed by one and verified by the other"
PAIRS = [
    (spec.name, algorithm)
    for spec in KEY_SPECS.values()
    for algorithm in spec.algorithms.get(SIGN_VERIFY, ())
    if algorithm.startswith(("RSASSA", "ECDSA")) and spec.name != "RSA_3072"
]


def openssl(tmp_path: Path, *arguments: str, given: bytes = b"") -> bytes:
    return subprocess.run(["openssl", *arguments], input=given, capture_output=True, check=True, cwd=tmp_path).stdout


def lay_out(tmp_path: Path, spec: str) -> None:
    der = some_private_der(spec)
    (tmp_path / "private.der").write_bytes(der)
    (tmp_path / "public.der").write_bytes(public_der_of(spec, der))


@pytest.mark.parametrize(("spec", "algorithm"), PAIRS)
def test_rsa_and_ecdsa(tmp_path: Path, spec: str, algorithm: str) -> None:
    lay_out(tmp_path, spec)
    hash_name = "sha" + algorithm[-3:]
    options = [f"digest:{hash_name}"]
    if algorithm.startswith("RSASSA_PSS"):
        options += ["rsa_padding_mode:pss", "rsa_pss_saltlen:digest", f"rsa_mgf1_md:{hash_name}"]
    flags = [flag for option in options for flag in ("-pkeyopt", option)]
    (tmp_path / "digest").write_bytes(hashlib.new(hash_name, MESSAGE).digest())
    (tmp_path / "ours").write_bytes(signatures.sign(private_key(spec), spec, algorithm, MESSAGE, "RAW"))
    openssl(
        tmp_path, "pkeyutl", "-verify", "-pubin", "-keyform", "DER", "-inkey", "public.der", "-in", "digest",
        "-sigfile", "ours", *flags,
    )  # fmt: skip
    theirs = openssl(
        tmp_path, "pkeyutl", "-sign", "-keyform", "DER", "-inkey", "private.der", "-in", "digest", *flags
    )  # fmt: skip
    signatures.verify(private_key(spec).public_key(), spec, algorithm, MESSAGE, "RAW", theirs)


def test_ed25519(tmp_path: Path) -> None:
    spec, algorithm = "ECC_NIST_EDWARDS25519", "ED25519_SHA_512"
    lay_out(tmp_path, spec)
    (tmp_path / "message").write_bytes(MESSAGE)
    ours = signatures.sign(private_key(spec), spec, algorithm, MESSAGE, "RAW")
    theirs = openssl(
        tmp_path, "pkeyutl", "-sign", "-rawin", "-keyform", "DER", "-inkey", "private.der", "-in", "message"
    )  # fmt: skip
    assert theirs == ours


@pytest.mark.parametrize("spec", ["ECC_NIST_P256", "ECC_NIST_P384", "ECC_NIST_P521"])
def test_ecdh(tmp_path: Path, spec: str) -> None:
    lay_out(tmp_path, spec)
    peer = public_der_of(spec, generate(spec))
    (tmp_path / "peer.der").write_bytes(peer)
    theirs = openssl(
        tmp_path, "pkeyutl", "-derive", "-keyform", "DER", "-inkey", "private.der", "-peerform", "DER", "-peerkey", "peer.der",
    )  # fmt: skip
    assert agreement.derive(private_key(spec), peer) == theirs


@pytest.mark.parametrize(("spec", "algorithm"), [("RSA_2048", "RSAES_OAEP_SHA_1"), ("RSA_3072", "RSAES_OAEP_SHA_256")])
def test_oaep(tmp_path: Path, spec: str, algorithm: str) -> None:
    lay_out(tmp_path, spec)
    hash_name = "sha" + algorithm.removeprefix("RSAES_OAEP_SHA_")
    options = ("rsa_padding_mode:oaep", f"rsa_oaep_md:{hash_name}", f"rsa_mgf1_md:{hash_name}")
    flags = [flag for option in options for flag in ("-pkeyopt", option)]
    ours = rsa_encryption.encrypt(private_key(spec).public_key(), spec, algorithm, MESSAGE)
    private = ("-keyform", "DER", "-inkey", "private.der")
    assert openssl(tmp_path, "pkeyutl", "-decrypt", *private, *flags, given=ours) == MESSAGE
    theirs = openssl(
        tmp_path, "pkeyutl", "-encrypt", "-pubin", "-keyform", "DER", "-inkey", "public.der", *flags, given=MESSAGE
    )  # fmt: skip
    assert rsa_encryption.decrypt(private_key(spec), algorithm, theirs) == MESSAGE


@pytest.mark.parametrize("bits", [224, 256, 384, 512])
def test_hmac(tmp_path: Path, bits: int) -> None:
    key = bytes(range(bits // 8))
    made = openssl(tmp_path, "mac", "-digest", f"SHA{bits}", "-macopt", f"hexkey:{key.hex()}", "HMAC", given=MESSAGE)
    assert macs.generate(f"HMAC_{bits}", key, MESSAGE).hex() == made.decode().strip().lower()


@pytest.mark.parametrize("spec", ["RSA_2048", "ECC_SECG_P256K1", "ECC_NIST_EDWARDS25519"])
def test_openssl_reads_both_halves(tmp_path: Path, spec: str) -> None:
    lay_out(tmp_path, spec)
    reread = openssl(tmp_path, "pkey", "-inform", "DER", "-in", "private.der", "-pubout", "-outform", "DER")
    assert reread == (tmp_path / "public.der").read_bytes()
    assert private_der(spec, private_key(spec)) == (tmp_path / "private.der").read_bytes()
