"""Asymmetric and HMAC keys through the whole corridor: metadata, public halves, and what each usage can do and refuses.

The answers are checked by other code than that of the product: ``cryptography`` on the public key that GetPublicKey gave.
"""

import base64
import hashlib
import hmac
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, mldsa, mlkem, padding, rsa, utils

from strongroom.model.key_spec import ALGORITHM_MEMBERS, KEY_SPECS
from support.house import House

MESSAGE = b"to be signed"
SIGNING_SPECS = [spec.name for spec in KEY_SPECS.values() if "SIGN_VERIFY" in spec.algorithms and spec.name != "SM2"]
HASHES = {"256": hashes.SHA256(), "384": hashes.SHA384(), "512": hashes.SHA512()}
MEMBERS = {
    "ENCRYPT_DECRYPT": "EncryptionAlgorithms",
    "SIGN_VERIFY": "SigningAlgorithms",
    "GENERATE_VERIFY_MAC": "MacAlgorithms",
    "KEY_AGREEMENT": "KeyAgreementAlgorithms",
    "ENCAPSULATE_DECAPSULATE": "EncapsulationAlgorithms",
}


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def create(house: House, spec: str, usage: str) -> dict[str, Any]:
    metadata: dict[str, Any] = house.ok("CreateKey", {"KeySpec": spec, "KeyUsage": usage})["KeyMetadata"]
    return metadata


def public_key(house: House, key_id: str) -> Any:
    der = base64.b64decode(house.ok("GetPublicKey", {"KeyId": key_id})["PublicKey"])
    return serialization.load_der_public_key(der)


@pytest.mark.parametrize(
    ("spec", "usage"),
    [
        (spec.name, usage)
        for spec in KEY_SPECS.values()
        for usage in spec.algorithms
        if spec.name not in {"SM2", "RSA_3072", "RSA_4096"}
    ],
)
def test_metadata_lists_the_algorithms_in_aws_order(house: House, spec: str, usage: str) -> None:
    answer = house.call("CreateKey", {"KeySpec": spec, "KeyUsage": usage})
    if answer.status != 200:
        assert (spec, answer.error) == (
            "ML_KEM_512",
            ("UnsupportedOperationException", "KeySpec ML_KEM_512 is not supported in this Region."),
        )
        return
    metadata = answer.body["KeyMetadata"]
    assert metadata["KeySpec"] == metadata["CustomerMasterKeySpec"] == spec
    assert metadata["KeyUsage"] == usage
    assert {name for name in metadata if name.endswith("Algorithms")} == {MEMBERS[usage]}
    assert metadata[MEMBERS[usage]] == list(KEY_SPECS[spec].algorithms[usage])
    assert ("CurrentKeyMaterialId" in metadata) == (spec == "SYMMETRIC_DEFAULT")
    assert house.ok("DescribeKey", {"KeyId": metadata["KeyId"]})["KeyMetadata"] == metadata
    assert len(ALGORITHM_MEMBERS) == len(MEMBERS)


@pytest.mark.parametrize(
    ("members", "text"),
    [
        (
            {"KeySpec": "RSA_2048"},
            "You must specify a KeyUsage value for all KMS keys except for symmetric encryption keys.",
        ),
        (
            {"KeySpec": "ECC_NIST_P256", "KeyUsage": "ENCRYPT_DECRYPT"},
            "KeyUsage ENCRYPT_DECRYPT is not compatible with KeySpec ECC_NIST_P256",
        ),
        (
            {"KeySpec": "ECC_SECG_P256K1", "KeyUsage": "KEY_AGREEMENT"},
            "KeyUsage KEY_AGREEMENT is not compatible with KeySpec ECC_SECG_P256K1",
        ),
        (
            {"KeySpec": "ML_DSA_44", "KeyUsage": "SIGN_VERIFY", "Origin": "EXTERNAL"},
            "KeySpec ML_DSA_44 is not supported for Origin EXTERNAL",
        ),
        (
            {"KeySpec": "RSA_2048", "CustomerMasterKeySpec": "RSA_2048", "KeyUsage": "SIGN_VERIFY"},
            "You cannot specify KeySpec and CustomerMasterKeySpec in the same request. CustomerMasterKeySpec is deprecated.",
        ),
    ],
)
def test_what_create_key_refuses(house: House, members: dict[str, Any], text: str) -> None:
    assert house.call("CreateKey", members).error == ("ValidationException", text)


def check_signature(public: Any, algorithm: str, signature: bytes) -> None:
    if isinstance(public, rsa.RSAPublicKey):
        chosen = HASHES[algorithm[-3:]]
        scheme: Any = padding.PKCS1v15()
        if "PSS" in algorithm:
            scheme = padding.PSS(padding.MGF1(chosen), chosen.digest_size)
        public.verify(signature, MESSAGE, scheme, chosen)
    elif isinstance(public, ec.EllipticCurvePublicKey):
        public.verify(signature, MESSAGE, ec.ECDSA(HASHES[algorithm[-3:]]))
    elif isinstance(public, ed25519.Ed25519PublicKey):
        public.verify(signature, MESSAGE)
    else:
        assert isinstance(public, mldsa.MLDSA44PublicKey | mldsa.MLDSA65PublicKey | mldsa.MLDSA87PublicKey)
        public.verify(signature, MESSAGE)


@pytest.mark.parametrize("spec", SIGNING_SPECS)
def test_signatures(house: House, spec: str) -> None:
    """Every algorithm: another implementation accepts the signature, so does Verify, and nothing else passes."""
    key_id = create(house, spec, "SIGN_VERIFY")["KeyId"]
    public = public_key(house, key_id)
    for algorithm in KEY_SPECS[spec].algorithms["SIGN_VERIFY"]:
        if algorithm == "ED25519_PH_SHA_512":
            continue
        asked = {"KeyId": key_id, "Message": b64(MESSAGE), "SigningAlgorithm": algorithm}
        answer = house.call("Sign", asked)
        signature = base64.b64decode(answer.body["Signature"])
        check_signature(public, algorithm, signature)
        assert answer.body == {
            "KeyId": f"arn:aws:kms:us-east-1:111122223333:key/{key_id}",
            "Signature": b64(signature),
            "SigningAlgorithm": algorithm,
        }
        assert answer.record["requestParameters"] == {
            "keyId": key_id,
            "signingAlgorithm": algorithm,
            "messageType": "RAW",
        }
        good = house.ok("Verify", asked | {"Signature": b64(signature)})
        assert good == {"KeyId": answer.body["KeyId"], "SignatureValid": True, "SigningAlgorithm": algorithm}
        bad = bytes([signature[0] ^ 1]) + signature[1:]
        for wrong in (
            asked | {"Signature": b64(bad)},
            asked | {"Signature": b64(signature[:-1])},
            asked | {"Signature": b64(signature), "Message": b64(MESSAGE + b"!")},
        ):
            assert house.call("Verify", wrong).error == ("KMSInvalidSignatureException", None)
        assert house.call("Sign", asked | {"DryRun": True}).error[0] == "DryRunOperationException"
        tested = house.call("Verify", asked | {"Signature": b64(bad), "DryRun": True})
        assert tested.error[0] == "KMSInvalidSignatureException"


@pytest.mark.parametrize(
    ("spec", "algorithm", "digest"),
    [
        ("RSA_2048", "RSASSA_PKCS1_V1_5_SHA_384", "sha384"),
        ("RSA_2048", "RSASSA_PSS_SHA_256", "sha256"),
        ("ECC_NIST_P521", "ECDSA_SHA_512", "sha512"),
        ("ECC_SECG_P256K1", "ECDSA_SHA_256", "sha256"),
    ],
)
def test_digests_are_not_hashed_again(house: House, spec: str, algorithm: str, digest: str) -> None:
    """RAW and DIGEST of one message verify for each other; a digest of another length is refused."""
    key_id = create(house, spec, "SIGN_VERIFY")["KeyId"]
    hashed = hashlib.new(digest, MESSAGE).digest()
    asked = {"KeyId": key_id, "SigningAlgorithm": algorithm}
    signature = house.ok("Sign", asked | {"Message": b64(hashed), "MessageType": "DIGEST"})["Signature"]
    check_signature(public_key(house, key_id), algorithm, base64.b64decode(signature))
    house.ok("Verify", asked | {"Message": b64(MESSAGE), "MessageType": "RAW", "Signature": signature})
    short = house.call("Sign", asked | {"Message": b64(hashed[:-1]), "MessageType": "DIGEST"})
    assert short.error == ("ValidationException", f"Digest is invalid length for algorithm {algorithm}.")


@pytest.mark.parametrize(
    ("spec", "algorithm", "message_type", "text"),
    [
        (
            "ECC_NIST_EDWARDS25519",
            "ED25519_SHA_512",
            "DIGEST",
            "Message type DIGEST is incompatible with algorithm ED25519_SHA_512.",
        ),
        (
            "ECC_NIST_EDWARDS25519",
            "ED25519_PH_SHA_512",
            "RAW",
            "Message type RAW is incompatible with algorithm ED25519_PH_SHA_512.",
        ),
        (
            "RSA_2048",
            "RSASSA_PSS_SHA_256",
            "EXTERNAL_MU",
            "Message type EXTERNAL_MU is incompatible with key spec RSA_2048.",
        ),
        ("ML_DSA_44", "ML_DSA_SHAKE_256", "DIGEST", "Message type DIGEST is incompatible with key spec ML_DSA_44."),
        (
            "ML_DSA_65",
            "ML_DSA_SHAKE_256",
            "EXTERNAL_MU",
            "External Mu is invalid length for algorithm ML_DSA_SHAKE_256.",
        ),
    ],
)
def test_message_types(house: House, spec: str, algorithm: str, message_type: str, text: str) -> None:
    key_id = create(house, spec, "SIGN_VERIFY")["KeyId"]
    asked = {"KeyId": key_id, "SigningAlgorithm": algorithm, "Message": b64(MESSAGE), "MessageType": message_type}
    assert house.call("Sign", asked).error == ("ValidationException", text)
    assert house.call("Verify", asked | {"Signature": b64(bytes(64))}).error == ("ValidationException", text)


def test_external_mu(house: House) -> None:
    """FIPS 204: mu = SHAKE256(SHAKE256(public key) || 0 || 0 || message), computed here, signs like the message itself."""
    key_id = create(house, "ML_DSA_65", "SIGN_VERIFY")["KeyId"]
    raw = public_key(house, key_id).public_bytes_raw()
    mu = hashlib.shake_256(hashlib.shake_256(raw).digest(64) + b"\0\0" + MESSAGE).digest(64)
    asked = {"KeyId": key_id, "SigningAlgorithm": "ML_DSA_SHAKE_256"}
    signature = house.ok("Sign", asked | {"Message": b64(mu), "MessageType": "EXTERNAL_MU"})["Signature"]
    house.ok("Verify", asked | {"Message": b64(MESSAGE), "Signature": signature})
    check_signature(public_key(house, key_id), "ML_DSA_SHAKE_256", base64.b64decode(signature))


def test_ed25519ph_takes_the_digest_as_its_message(house: House) -> None:
    key_id = create(house, "ECC_NIST_EDWARDS25519", "SIGN_VERIFY")["KeyId"]
    asked = {
        "KeyId": key_id,
        "SigningAlgorithm": "ED25519_PH_SHA_512",
        "MessageType": "DIGEST",
        "Message": b64(hashlib.sha512(MESSAGE).digest()),
    }
    signature = house.ok("Sign", asked)["Signature"]
    assert house.ok("Sign", asked)["Signature"] == signature
    house.ok("Verify", asked | {"Signature": signature})
    other = asked | {"Message": b64(hashlib.sha512(b"another").digest()), "Signature": signature}
    assert house.call("Verify", other).error[0] == "KMSInvalidSignatureException"
    plain = {
        "KeyId": key_id,
        "SigningAlgorithm": "ED25519_SHA_512",
        "Message": asked["Message"],
        "Signature": signature,
    }
    assert house.call("Verify", plain).error[0] == "KMSInvalidSignatureException"


def test_rsa_encryption(house: House) -> None:
    key = create(house, "RSA_2048", "ENCRYPT_DECRYPT")
    key_id, arn = key["KeyId"], key["Arn"]
    public = public_key(house, key_id)
    for algorithm, chosen, most in (
        ("RSAES_OAEP_SHA_1", hashes.SHA1(), 214),  # noqa: S303 - the algorithm has it
        ("RSAES_OAEP_SHA_256", hashes.SHA256(), 190),
    ):
        asked = {"KeyId": key_id, "EncryptionAlgorithm": algorithm}
        sealed = house.ok("Encrypt", asked | {"Plaintext": b64(bytes(most)), "EncryptionContext": {}})
        assert sealed["EncryptionAlgorithm"] == algorithm
        opened = house.call("Decrypt", asked | {"CiphertextBlob": sealed["CiphertextBlob"]})
        assert opened.body == {"KeyId": arn, "Plaintext": b64(bytes(most)), "EncryptionAlgorithm": algorithm}
        assert "additionalEventData" not in opened.record
        outside = public.encrypt(b"made outside", padding.OAEP(padding.MGF1(chosen), chosen, None))
        assert house.ok("Decrypt", asked | {"CiphertextBlob": b64(outside)})["Plaintext"] == b64(b"made outside")
        too_long = house.call("Encrypt", asked | {"Plaintext": b64(bytes(most + 1))})
        assert too_long.error == (
            "ValidationException",
            f"Algorithm {algorithm} and key spec RSA_2048 cannot encrypt data larger than {most} bytes.",
        )
    sealed_256 = {"KeyId": key_id, "CiphertextBlob": sealed["CiphertextBlob"]}
    other_hash = house.call("Decrypt", sealed_256 | {"EncryptionAlgorithm": "RSAES_OAEP_SHA_1"})
    assert other_hash.error == ("InvalidCiphertextException", None)
    assert house.call("Decrypt", sealed_256).error == ("InvalidCiphertextException", None)
    without_key = {"CiphertextBlob": sealed["CiphertextBlob"], "EncryptionAlgorithm": "RSAES_OAEP_SHA_256"}
    assert house.call("Decrypt", without_key).error == ("ValidationException", "KeyId must not be null")
    assert house.call("Encrypt", {"KeyId": key_id, "Plaintext": "aGk="}).error == (
        "InvalidKeyUsageException",
        "Algorithm SYMMETRIC_DEFAULT is incompatible with key spec RSA_2048.",
    )
    with_context = {
        "KeyId": key_id,
        "Plaintext": "aGk=",
        "EncryptionAlgorithm": algorithm,
        "EncryptionContext": {"a": "b"},
    }
    assert house.call("Encrypt", with_context).error == (
        "ValidationException",
        "EncryptionContext is not supported when encrypting/decrypting with asymmetric CMKs.",
    )


def test_re_encrypting_between_kinds(house: House, key_id: str) -> None:
    """Symmetric to RSA and back: the symmetric side has a context and shows its material, the RSA side has neither."""
    rsa_key = create(house, "RSA_2048", "ENCRYPT_DECRYPT")["KeyId"]
    blob = house.ok("Encrypt", {"KeyId": key_id, "Plaintext": b64(MESSAGE), "EncryptionContext": {"a": "b"}})
    there = house.ok(
        "ReEncrypt",
        {
            "CiphertextBlob": blob["CiphertextBlob"],
            "SourceEncryptionContext": {"a": "b"},
            "DestinationKeyId": rsa_key,
            "DestinationEncryptionAlgorithm": "RSAES_OAEP_SHA_256",
        },
    )
    assert "SourceKeyMaterialId" in there
    assert "DestinationKeyMaterialId" not in there
    back = house.ok(
        "ReEncrypt",
        {
            "CiphertextBlob": there["CiphertextBlob"],
            "SourceKeyId": rsa_key,
            "SourceEncryptionAlgorithm": "RSAES_OAEP_SHA_256",
            "DestinationKeyId": key_id,
        },
    )
    assert house.ok("Decrypt", {"CiphertextBlob": back["CiphertextBlob"]})["Plaintext"] == b64(MESSAGE)
    no_source = {"CiphertextBlob": there["CiphertextBlob"], "DestinationKeyId": key_id}
    named = house.call("ReEncrypt", no_source | {"SourceEncryptionAlgorithm": "RSAES_OAEP_SHA_256"})
    assert named.error == ("ValidationException", "SourceKeyId must not be null")


@pytest.mark.parametrize("bits", [224, 256, 384, 512])
def test_macs(house: House, bits: int) -> None:
    key = create(house, f"HMAC_{bits}", "GENERATE_VERIFY_MAC")
    asked = {"KeyId": key["KeyId"], "Message": b64(MESSAGE), "MacAlgorithm": f"HMAC_SHA_{bits}"}
    made = house.ok("GenerateMac", asked)
    assert len(base64.b64decode(made["Mac"])) == bits // 8
    assert made == house.ok("GenerateMac", asked)
    assert house.ok("VerifyMac", asked | {"Mac": made["Mac"]}) == {
        "KeyId": key["Arn"],
        "MacValid": True,
        "MacAlgorithm": f"HMAC_SHA_{bits}",
    }
    for wrong in (asked | {"Mac": b64(bytes(bits // 8))}, asked | {"Mac": made["Mac"], "Message": "aGk="}):
        assert house.call("VerifyMac", wrong).error == ("KMSInvalidMacException", None)
    other = "HMAC_SHA_512" if bits != 512 else "HMAC_SHA_224"
    assert house.call("GenerateMac", asked | {"MacAlgorithm": other}).error == (
        "InvalidKeyUsageException",
        f"Algorithm {other} is incompatible with key spec HMAC_{bits}.",
    )


@pytest.mark.parametrize("spec", ["ECC_NIST_P256", "ECC_NIST_P384", "ECC_NIST_P521"])
def test_key_agreement(house: House, spec: str) -> None:
    key = create(house, spec, "KEY_AGREEMENT")
    ours = public_key(house, key["KeyId"])
    peer = ec.generate_private_key(ours.curve)
    der = peer.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    asked = {"KeyId": key["KeyId"], "KeyAgreementAlgorithm": "ECDH", "PublicKey": b64(der)}
    assert house.ok("DeriveSharedSecret", asked) == {
        "KeyId": key["Arn"],
        "SharedSecret": b64(peer.exchange(ec.ECDH(), ours)),
        "KeyAgreementAlgorithm": "ECDH",
        "KeyOrigin": "AWS_KMS",
    }
    stranger = ec.generate_private_key(ec.SECP256K1()).public_key()
    wrong_curve = stranger.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    for bad in (wrong_curve, der[:-1], b"\x30"):
        for more in ({}, {"DryRun": True}):
            refused = house.call("DeriveSharedSecret", asked | {"PublicKey": b64(bad)} | more)
            assert refused.error == ("ValidationException", None)


@pytest.mark.parametrize(("spec", "length"), [("ML_KEM_768", 1088), ("ML_KEM_1024", 1568)])
def test_encapsulation(house: House, spec: str, length: int) -> None:
    """Both ways against another holder of the public key; an altered ciphertext gives another secret, not an error."""
    key = create(house, spec, "ENCAPSULATE_DECAPSULATE")
    public = public_key(house, key["KeyId"])
    assert isinstance(public, mlkem.MLKEM768PublicKey | mlkem.MLKEM1024PublicKey)
    asked = {"KeyId": key["KeyId"], "EncapsulationAlgorithm": "ML_KEM"}
    made = house.ok("Encapsulate", asked)
    ciphertext = base64.b64decode(made["SharedSecretCiphertextBlob"])
    assert (made["KeyId"], len(ciphertext)) == (key["Arn"], length)
    again = house.ok("Decapsulate", asked | {"SharedSecretCiphertextBlob": b64(ciphertext)})
    assert again == {"KeyId": key["Arn"], "SharedSecret": made["SharedSecret"], "EncapsulationAlgorithm": "ML_KEM"}
    secret, theirs = public.encapsulate()
    assert house.ok("Decapsulate", asked | {"SharedSecretCiphertextBlob": b64(theirs)})["SharedSecret"] == b64(secret)
    altered = bytes([ciphertext[0] ^ 1]) + ciphertext[1:]
    rejected = house.ok("Decapsulate", asked | {"SharedSecretCiphertextBlob": b64(altered)})["SharedSecret"]
    assert rejected != made["SharedSecret"]
    assert len(base64.b64decode(rejected)) == 32
    assert house.call("Decapsulate", asked | {"SharedSecretCiphertextBlob": b64(ciphertext[:-1])}).error == (
        "InvalidCiphertextException",
        None,
    )


@pytest.mark.parametrize(
    ("spec", "private_bytes"),
    [
        ("RSA_2048", None),
        ("ECC_NIST_P256", None),
        ("ECC_NIST_P384", None),
        ("ECC_NIST_P521", 250),
        ("ECC_SECG_P256K1", 144),
        ("ECC_NIST_EDWARDS25519", 48),
        ("ML_KEM_768", None),
    ],
)
def test_data_key_pairs(house: House, key_id: str, spec: str, private_bytes: int | None) -> None:
    """The private key opens, alone and through Decrypt, and belongs to the public key. Lengths are AWS's where recorded."""
    asked = {"KeyId": key_id, "KeyPairSpec": spec, "EncryptionContext": {"for": "pair"}}
    made = house.ok("GenerateDataKeyPair", asked)
    private = base64.b64decode(made["PrivateKeyPlaintext"])
    assert private_bytes is None or len(private) == private_bytes
    loaded = serialization.load_der_private_key(private, None)
    form = (serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    assert loaded.public_key().public_bytes(*form) == base64.b64decode(made["PublicKey"])
    sealed = {"CiphertextBlob": made["PrivateKeyCiphertextBlob"], "EncryptionContext": {"for": "pair"}}
    assert house.ok("Decrypt", sealed)["Plaintext"] == made["PrivateKeyPlaintext"]
    assert (
        house.call("Decrypt", {"CiphertextBlob": made["PrivateKeyCiphertextBlob"]}).error[0]
        == "InvalidCiphertextException"
    )
    bare = house.ok("GenerateDataKeyPairWithoutPlaintext", asked)
    assert set(bare) == {"PrivateKeyCiphertextBlob", "PublicKey", "KeyId", "KeyPairSpec", "KeyMaterialId"}
    assert bare["PublicKey"] != made["PublicKey"]


def test_usages_do_not_mix(house: House, key_id: str) -> None:
    mac_key, rsa_key = create(house, "HMAC_256", "GENERATE_VERIFY_MAC"), create(house, "RSA_2048", "ENCRYPT_DECRYPT")
    for operation, members, key in (
        ("Encrypt", {"Plaintext": "aGk="}, mac_key),
        ("GenerateDataKey", {"KeySpec": "AES_256"}, mac_key),
        ("Sign", {"Message": "aGk=", "SigningAlgorithm": "RSASSA_PSS_SHA_256"}, rsa_key),
        ("GenerateMac", {"Message": "aGk=", "MacAlgorithm": "HMAC_SHA_256"}, rsa_key),
        ("Encapsulate", {"EncapsulationAlgorithm": "ML_KEM"}, rsa_key),
    ):
        assert house.call(operation, {"KeyId": key["KeyId"], **members}).error == (
            "InvalidKeyUsageException",
            f"{key['Arn']} key usage is {key['KeyUsage']} which is not valid for {operation}.",
        )
    for operation, members, what in (
        ("GenerateDataKeyPair", {"KeyPairSpec": "ECC_NIST_P256"}, "a data key pair"),
        ("GenerateDataKey", {"KeySpec": "AES_256"}, "a data key"),
    ):
        assert house.call(operation, {"KeyId": rsa_key["KeyId"], **members}).error == (
            "InvalidKeyUsageException",
            f"You cannot generate {what} with an asymmetric CMK",
        )
    for key_without in (key_id, mac_key["KeyId"]):
        assert house.call("GetPublicKey", {"KeyId": key_without}).error == ("UnsupportedOperationException", None)


def test_state_comes_before_the_algorithm(house: House) -> None:
    key = create(house, "HMAC_224", "GENERATE_VERIFY_MAC")
    house.ok("DisableKey", {"KeyId": key["KeyId"]})
    asked = {"KeyId": key["KeyId"], "Message": "aGk=", "MacAlgorithm": "HMAC_SHA_512"}
    assert house.call("GenerateMac", asked).error == ("DisabledException", f"{key['Arn']} is disabled.")


def test_the_mac_is_that_of_the_material(house: House) -> None:
    """One wrapped secret, opened behind the API's back, gives the same MAC by the standard library."""
    key = create(house, "HMAC_384", "GENERATE_VERIFY_MAC")
    made = house.ok("GenerateMac", {"KeyId": key["KeyId"], "Message": b64(MESSAGE), "MacAlgorithm": "HMAC_SHA_384"})
    secret = house.secret_of(key["KeyId"])
    assert made["Mac"] == b64(hmac.digest(secret, MESSAGE, "sha384"))


def test_public_keys_stay_readable_while_disabled(house: House) -> None:
    key = create(house, "ECC_NIST_P256", "SIGN_VERIFY")
    house.ok("DisableKey", {"KeyId": key["KeyId"]})
    answer = house.ok("GetPublicKey", {"KeyId": key["KeyId"]})
    assert answer["SigningAlgorithms"] == ["ECDSA_SHA_256"]
    assert (answer["KeySpec"], answer["CustomerMasterKeySpec"], answer["KeyUsage"]) == (
        "ECC_NIST_P256",
        "ECC_NIST_P256",
        "SIGN_VERIFY",
    )
    signed = utils.encode_dss_signature(1, 1)
    asked = {"KeyId": key["KeyId"], "Message": "aGk=", "SigningAlgorithm": "ECDSA_SHA_256", "Signature": b64(signed)}
    assert house.call("Verify", asked).error[0] == "DisabledException"
