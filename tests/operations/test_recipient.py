"""Recipient through every station: measurements decide who may, and only the attested key opens what leaves."""

import base64
import json
from dataclasses import replace
from typing import Any

import pytest

from strongroom.errors import UnsupportedOperationError
from strongroom.operations.kms.recipient import check_sealed
from strongroom.wire.shapes import kms
from support.cms import opened
from support.house import ACCOUNT, START, Answer, House
from support.nitro import ENCLAVE_KEY, MODULE_ID, PCR0, PCR1, Hypervisor

NITRO = Hypervisor(START)
HELLO = base64.b64encode(b"hello").decode()


@pytest.fixture
def house() -> House:
    house = House()
    house.pipeline = replace(house.pipeline, attestation_roots=NITRO.roots)
    return house


def plaintext(body: dict[str, Any]) -> bytes:
    return opened(base64.b64decode(body["CiphertextForRecipient"]), ENCLAVE_KEY)


def recorded(answer: Answer) -> Any:
    return answer.record["additionalEventData"]["recipient"]


IN_THE_RECORD = {
    "attestationDocumentModuleId": MODULE_ID,
    "attestationDocumentEnclaveImageDigest": PCR0.hex(),
}


def test_decrypt(house: House, key_id: str) -> None:
    blob = house.ok("Encrypt", {"KeyId": key_id, "Plaintext": HELLO})["CiphertextBlob"]
    answer = house.call("Decrypt", {"CiphertextBlob": blob, "Recipient": NITRO.recipient()})
    assert set(answer.body) == {"KeyId", "EncryptionAlgorithm", "CiphertextForRecipient"}
    assert plaintext(answer.body) == b"hello"
    material = house.ok("DescribeKey", {"KeyId": key_id})["KeyMetadata"]["CurrentKeyMaterialId"]
    assert answer.record["additionalEventData"] == {"keyMaterialId": material, "recipient": IN_THE_RECORD}
    assert answer.record["requestParameters"] == {"encryptionAlgorithm": "SYMMETRIC_DEFAULT"}
    assert "additionalEventData" in house.call("Decrypt", {"CiphertextBlob": blob}).record
    assert "recipient" not in house.call("Decrypt", {"CiphertextBlob": blob}).record["additionalEventData"]


def test_generate_data_key(house: House, key_id: str) -> None:
    asked = {"KeyId": key_id, "KeySpec": "AES_256", "Recipient": NITRO.recipient()}
    answer = house.call("GenerateDataKey", asked)
    assert set(answer.body) == {"KeyId", "CiphertextBlob", "CiphertextForRecipient"}
    ordinary = house.ok("Decrypt", {"CiphertextBlob": answer.body["CiphertextBlob"]})["Plaintext"]
    assert plaintext(answer.body) == base64.b64decode(ordinary)
    assert len(plaintext(answer.body)) == 32
    assert recorded(answer) == IN_THE_RECORD


def test_generate_random(house: House) -> None:
    answer = house.call("GenerateRandom", {"NumberOfBytes": 1024, "Recipient": NITRO.recipient()})
    assert set(answer.body) == {"CiphertextForRecipient"}
    assert len(plaintext(answer.body)) == 1024
    assert answer.record["additionalEventData"] == {"recipient": IN_THE_RECORD}


def test_decrypt_with_an_rsa_key(house: House) -> None:
    """Slow work too: what a thread computes is sealed before it leaves the thread."""
    rsa = {"KeySpec": "RSA_2048", "KeyUsage": "ENCRYPT_DECRYPT"}
    key_id = house.ok("CreateKey", rsa)["KeyMetadata"]["KeyId"]
    how = {"KeyId": key_id, "EncryptionAlgorithm": "RSAES_OAEP_SHA_256"}
    blob = house.ok("Encrypt", {**how, "Plaintext": HELLO})["CiphertextBlob"]
    answer = house.call("Decrypt", {**how, "CiphertextBlob": blob, "Recipient": NITRO.recipient()})
    assert set(answer.body) == {"KeyId", "EncryptionAlgorithm", "CiphertextForRecipient"}
    assert plaintext(answer.body) == b"hello"
    assert answer.record["additionalEventData"] == {"recipient": IN_THE_RECORD}


def test_generate_data_key_pair(house: House, key_id: str) -> None:
    asked = {"KeyId": key_id, "KeyPairSpec": "ECC_NIST_P256", "Recipient": NITRO.recipient()}
    answer = house.call("GenerateDataKeyPair", asked)
    assert "PrivateKeyPlaintext" not in answer.body
    ordinary = house.ok("Decrypt", {"CiphertextBlob": answer.body["PrivateKeyCiphertextBlob"]})["Plaintext"]
    assert plaintext(answer.body) == base64.b64decode(ordinary)
    assert recorded(answer) == IN_THE_RECORD


def test_derive_shared_secret(house: House) -> None:
    agreement = {"KeySpec": "ECC_NIST_P384", "KeyUsage": "KEY_AGREEMENT"}
    key_id, peer = (house.ok("CreateKey", agreement)["KeyMetadata"]["KeyId"] for _ in range(2))
    public_key = house.ok("GetPublicKey", {"KeyId": peer})["PublicKey"]
    asked = {"KeyId": key_id, "KeyAgreementAlgorithm": "ECDH", "PublicKey": public_key}
    answer = house.call("DeriveSharedSecret", {**asked, "Recipient": NITRO.recipient()})
    assert "SharedSecret" not in answer.body
    assert plaintext(answer.body) == base64.b64decode(house.ok("DeriveSharedSecret", asked)["SharedSecret"])
    assert recorded(answer) == IN_THE_RECORD


def test_a_nitrotpm_shows_its_registers(house: House) -> None:
    recipient = NITRO.recipient(pcrs=..., nitrotpm_pcrs={4: PCR1, 12: PCR0}, module_id="i-0-tpm0")
    answer = house.call("GenerateRandom", {"NumberOfBytes": 8, "Recipient": recipient})
    assert recorded(answer) == {
        "attestationDocumentModuleId": "i-0-tpm0",
        "attestationDocumentNitroTPMPCR4": PCR1.hex(),
        "attestationDocumentNitroTPMPCR12": PCR0.hex(),
    }


# --- what the measurements decide ----------------------------------------------------------------------------------------


def guarded_key(house: House, conditions: dict[str, Any], effect: str = "Allow") -> str:
    """Make a key whose policy lets the account encrypt, and ``user/enclave`` decrypt on ``conditions``."""
    enclave = {"AWS": f"arn:aws:iam::{ACCOUNT}:user/enclave"}
    guarded = {
        "Effect": effect,
        "Principal": enclave,
        "Action": "kms:Decrypt",
        "Resource": "*",
        "Condition": conditions,
    }
    rest: dict[str, Any] = {
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"},
        "Action": "kms:*",
        "Resource": "*",
    }
    policy = {"Version": "2012-10-17", "Statement": [rest, guarded]}
    created: str = house.ok("CreateKey", {"Policy": json.dumps(policy)})["KeyMetadata"]["KeyId"]
    return created


IMAGE = "kms:RecipientAttestation:ImageSha384"


@pytest.mark.parametrize(
    ("conditions", "changed", "allowed"),
    [
        ({"StringEqualsIgnoreCase": {IMAGE: PCR0.hex().upper()}}, {}, True),
        ({"StringEquals": {IMAGE: PCR0.hex()}}, {}, True),
        ({"StringEquals": {"kms:RecipientAttestation:PCR0": PCR0.hex()}}, {}, True),
        ({"StringEquals": {"kms:RecipientAttestation:PCR0": PCR0.hex(), "KMS:recipientattestation:pcr1": PCR1.hex()}}, {}, True),
        ({"StringEquals": {IMAGE: PCR1.hex()}}, {}, False),
        ({"StringEquals": {"kms:RecipientAttestation:PCR0": PCR1.hex()}}, {}, False),
        ({"StringEquals": {"kms:RecipientAttestation:PCR0": PCR0.hex(), "kms:RecipientAttestation:PCR1": "00"}}, {}, False),
        ({"StringEquals": {"kms:RecipientAttestation:PCR2": PCR0.hex()}}, {}, False),
        ({"StringEquals": {IMAGE: PCR0.hex()}}, {"pcrs": {0: PCR1}}, False),
        ({"StringEquals": {IMAGE: "00" * 48}}, {"pcrs": {0: bytes(48)}}, True),
        ({"StringEquals": {"kms:RecipientAttestation:NitroTPMPCR4": PCR0.hex()}}, {"pcrs": ..., "nitrotpm_pcrs": {4: PCR0}}, True),
        ({"StringEquals": {"kms:RecipientAttestation:PCR4": PCR0.hex()}}, {"pcrs": ..., "nitrotpm_pcrs": {4: PCR0}}, False),
        ({"StringEquals": {IMAGE: PCR0.hex()}}, {"pcrs": ..., "nitrotpm_pcrs": {0: PCR0}}, False),
        ({"StringEquals": {"kms:RecipientAttestation:NitroTPMPCR0": PCR0.hex()}}, {}, False),
    ],
)  # fmt: skip
def test_a_key_policy_on_measurements(
    house: House, conditions: dict[str, Any], changed: dict[str, Any], allowed: bool
) -> None:
    enclave = house.add_user("enclave")
    key_id = guarded_key(house, conditions)
    blob = house.ok("Encrypt", {"KeyId": key_id, "Plaintext": HELLO})["CiphertextBlob"]
    answer = house.call("Decrypt", {"CiphertextBlob": blob, "Recipient": NITRO.recipient(**changed)}, user=enclave)
    if allowed:
        assert plaintext(answer.body) == b"hello"
    else:
        assert answer.error[0] == "AccessDeniedException"
        assert recorded(answer)["attestationDocumentModuleId"] == MODULE_ID, "a refusal shows who was refused"
    without = house.call("Decrypt", {"CiphertextBlob": blob}, user=enclave)
    assert without.error[0] == "AccessDeniedException"
    assert "recipient" not in (without.record.get("additionalEventData") or {})


def test_a_deny_for_all_but_one_image(house: House, key_id: str) -> None:
    """The administrator's own Allow does not help against it, attested or not."""
    allow = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "kms:Decrypt", "Resource": "*"}]}
    enclave = house.add_user("enclave", allow)
    guarded = guarded_key(house, {"StringNotEqualsIgnoreCase": {IMAGE: PCR0.hex()}}, "Deny")
    blob = house.ok("Encrypt", {"KeyId": guarded, "Plaintext": HELLO})["CiphertextBlob"]
    for recipient, status in ((NITRO.recipient(), 200), (NITRO.recipient(pcrs={0: PCR1}), 400), (None, 400)):
        asked = {"CiphertextBlob": blob} | ({"Recipient": recipient} if recipient else {})
        assert house.call("Decrypt", asked, user=enclave).status == status


def test_an_identity_policy_on_measurements(house: House) -> None:
    """GenerateRandom has no key: only the caller's own policies can ask for an enclave."""
    statement = {
        "Effect": "Allow",
        "Action": "kms:GenerateRandom",
        "Resource": "*",
        "Condition": {"StringEquals": {"kms:RecipientAttestation:PCR0": PCR0.hex()}},
    }
    enclave = house.add_user("enclave", {"Version": "2012-10-17", "Statement": [statement]})
    good = house.call("GenerateRandom", {"NumberOfBytes": 8, "Recipient": NITRO.recipient()}, user=enclave)
    assert len(plaintext(good.body)) == 8
    other = NITRO.recipient(pcrs={0: PCR1})
    for asked in ({"NumberOfBytes": 8}, {"NumberOfBytes": 8, "Recipient": other}):
        assert house.call("GenerateRandom", asked, user=enclave).error[0] == "AccessDeniedException"


# --- refusals --------------------------------------------------------------------------------------------------------


def altered(recipient: dict[str, str]) -> dict[str, str]:
    document = base64.b64decode(recipient["AttestationDocument"]).replace(PCR0, PCR1)
    return recipient | {"AttestationDocument": base64.b64encode(document).decode()}


@pytest.mark.parametrize(
    ("recipient", "why"),
    [
        ({}, "Recipient must have an AttestationDocument."),
        ({"KeyEncryptionAlgorithm": "RSAES_OAEP_SHA_256"}, "Recipient must have an AttestationDocument."),
        ({"AttestationDocument": "AAAA"}, "Recipient must have a KeyEncryptionAlgorithm."),
        (Hypervisor(START).recipient(), "a certificate in it was not signed by the next."),
        (altered(NITRO.recipient()), "its signature does not verify."),
        (NITRO.recipient(public_key=None), "it carries no public key."),
        (NITRO.recipient(timestamp=int(START * 1000) - 301_000), "it was not made within 300 seconds of the request."),
        (NITRO.recipient() | {"AttestationDocument": "AAAA"}, "COSE_Sign1 is "),
    ],
    ids=["empty", "no document", "no algorithm", "other root", "altered", "no key", "stale", "garbage"],
)
def test_documents_that_do_not_count(house: House, key_id: str, recipient: dict[str, str], why: str) -> None:
    """One refusal for every operation, before anything is authorised; never plaintext instead."""
    nobody = house.add_user("nobody")
    blob = house.ok("Encrypt", {"KeyId": key_id, "Plaintext": HELLO})["CiphertextBlob"]
    for operation, asked in (
        ("Decrypt", {"CiphertextBlob": blob}),
        ("GenerateDataKey", {"KeyId": key_id, "KeySpec": "AES_256"}),
        ("GenerateRandom", {"NumberOfBytes": 8}),
    ):
        for user in (None, nobody):
            answer = house.call(operation, asked | {"Recipient": recipient}, user=user)
            name, text = answer.error
            assert name == "ValidationException"
            assert why in str(text)
            assert set(answer.body) == {"__type", "message"}
            assert "recipient" not in (answer.record.get("additionalEventData") or {})


def test_an_algorithm_that_there_is_not(house: House) -> None:
    recipient = NITRO.recipient() | {"KeyEncryptionAlgorithm": "RSAES_OAEP_SHA_1"}
    answer = house.call("GenerateRandom", {"NumberOfBytes": 8, "Recipient": recipient})
    name, text = answer.error
    assert name == "ValidationException"
    assert "'recipient.keyEncryptionAlgorithm' failed to satisfy constraint: Member must satisfy enum value set" in str(
        text
    )


def test_a_dry_run_with_a_recipient(house: House, key_id: str) -> None:
    asked = {"KeyId": key_id, "KeySpec": "AES_256", "Recipient": NITRO.recipient(), "DryRun": True}
    answer = house.call("GenerateDataKey", asked)
    assert answer.error[0] == "DryRunOperationException"
    assert recorded(answer) == IN_THE_RECORD


@pytest.mark.parametrize(
    "output",
    [
        None,
        kms.DecryptResponse(plaintext=b"a"),
        kms.DecryptResponse(plaintext=b"a", ciphertext_for_recipient=b"b"),
        kms.DeriveSharedSecretResponse(shared_secret=b"a", ciphertext_for_recipient=b"b"),
        kms.GenerateDataKeyPairResponse(private_key_plaintext=b"a", ciphertext_for_recipient=b"b"),
    ],
)
def test_no_operation_can_forget_its_recipient(output: object) -> None:
    """Whatever an operation answers beside, or instead of, the sealed form does not leave the house."""
    with pytest.raises(UnsupportedOperationError):
        check_sealed(output)
    check_sealed(kms.DecryptResponse(ciphertext_for_recipient=b"b"))
