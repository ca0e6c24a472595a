"""Attestation documents: one that AWS made, ours, every way to be wrong, and whatever else may arrive."""

import base64
import json
from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any

import cbor2
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from hypothesis import example, given, settings
from hypothesis import strategies as st

from strongroom.crypto.attestation import MAX_DOCUMENT_BYTES, conditions, recipient_key, verify
from strongroom.errors import ValidationError
from strongroom.server.attestation_roots import read_attestation_roots
from support.nitro import ENCLAVE_KEY, MODULE_ID, PCR0, PCR1, PCR8, Authority, Hypervisor, spki

NOW = 1_767_225_600.0
NITRO = Hypervisor(NOW)
VECTORS = json.loads((Path(__file__).parents[1] / "vectors/attestation/documents.json").read_text())["cases"]


def refusal(document: bytes, roots: Any = NITRO.roots, now: float = NOW) -> str:
    with pytest.raises(ValidationError) as refused:
        verify(document, roots, now)
    text = str(refused.value)
    assert text.startswith("The attestation document in Recipient is not valid: ")
    return text.partition(": ")[2]


# --- a foreign document ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", VECTORS, ids=lambda case: case["id"])
def test_a_document_that_aws_made(case: dict[str, Any]) -> None:
    document, made = base64.b64decode(case["document"]), case["timestamp_ms"] / 1000
    roots = read_attestation_roots(None)
    attestation = verify(document, roots, made)
    assert attestation.module_id == case["module_id"]
    assert len(attestation.pcrs) == case["pcr_count"]
    shown = {str(index): value.hex() for index, value in attestation.pcrs.items() if any(value)}
    assert shown == case["pcrs_not_zero"]
    assert attestation.user_data == bytes.fromhex(case["user_data"])
    assert (attestation.tpm, attestation.public_key, attestation.nonce) == (False, None, None)
    assert attestation.image_sha384 == "00" * 48
    assert "not made within 300 seconds" in refusal(document, roots, made + 301)
    assert "not made within 300 seconds" in refusal(document, roots, made - 301)
    assert "not in force" in refusal(document, roots, made + 86_400)
    assert "trusted root" in refusal(document, NITRO.roots, made)
    for at in range(0, len(document), 97):
        refusal(document[:at] + bytes((document[at] ^ 1,)) + document[at + 1 :], roots, made)
    with pytest.raises(ValidationError, match="no public key"):
        recipient_key(attestation)


# --- ours ------------------------------------------------------------------------------------------------------------


def test_what_an_enclave_attests() -> None:
    attestation = verify(NITRO.document(user_data=b"data", nonce=b""), NITRO.roots, NOW)
    assert (attestation.module_id, attestation.digest) == (MODULE_ID, "SHA384")
    assert attestation.pcrs == {0: PCR0, 1: PCR1, 8: PCR8}
    assert (attestation.user_data, attestation.nonce) == (b"data", b"")
    assert recipient_key(attestation).public_numbers() == ENCLAVE_KEY.public_key().public_numbers()
    assert conditions(attestation) == {
        "kms:recipientattestation:imagesha384": PCR0.hex(),
        "kms:recipientattestation:pcr0": PCR0.hex(),
        "kms:recipientattestation:pcr1": PCR1.hex(),
        "kms:recipientattestation:pcr8": PCR8.hex(),
    }


def test_what_a_nitrotpm_attests() -> None:
    document = NITRO.document(pcrs=..., nitrotpm_pcrs={4: PCR1, 7: PCR8})
    attestation = verify(document, NITRO.roots, NOW)
    assert (attestation.tpm, attestation.image_sha384) == (True, None)
    assert conditions(attestation) == {
        "kms:recipientattestation:nitrotpmpcr4": PCR1.hex(),
        "kms:recipientattestation:nitrotpmpcr7": PCR8.hex(),
    }


def test_other_ways_to_write_the_same() -> None:
    """A tagged COSE_Sign1, a map of indefinite length, a bundle without its root, and one root among several."""
    untagged, payload = NITRO.document(), cbor2.dumps(NITRO.fields())
    open_ended = b"\xbf" + payload[1:] + b"\xff"
    other = Authority("other", None, NOW).certificate
    for document in (
        untagged,
        b"\xd2" + untagged,
        NITRO.signed(open_ended),
        NITRO.document(cabundle=NITRO.bundle()[1:]),
    ):
        assert verify(document, (other, *NITRO.roots), NOW).module_id == MODULE_ID


def test_five_minutes_either_way() -> None:
    document = NITRO.document()
    for seconds in (-299, 299, 300):
        verify(document, NITRO.roots, NOW + (seconds if seconds > 0 else -50))
    assert "300 seconds" in refusal(document, now=NOW + 300.1)
    assert "300 seconds" in refusal(NITRO.document(timestamp=int((NOW + 301) * 1000)))
    assert "300 seconds" in refusal(NITRO.document(timestamp=2**64 - 1))


WRONG_FIELDS: Mapping[str, tuple[str, dict[str, Any]]] = MappingProxyType({
    "no module": ("module_id", {"module_id": ...}),
    "empty module": ("module_id", {"module_id": ""}),
    "module is bytes": ("module_id", {"module_id": b"a"}),
    "digest": ("digest", {"digest": "SHA256"}),
    "no digest": ("digest", {"digest": None}),
    "no timestamp": ("timestamp", {"timestamp": ...}),
    "zero timestamp": ("timestamp", {"timestamp": 0}),
    "timestamp of another kind": ("timestamp", {"timestamp": 1.5}),
    "timestamp is a boolean": ("timestamp", {"timestamp": True}),
    "timestamp out of range": ("expected CBOR", {"timestamp": 2**64}),
    "no pcrs": ("either pcrs", {"pcrs": ...}),
    "both kinds of pcrs": ("either pcrs", {"nitrotpm_pcrs": {0: PCR0}}),
    "empty pcrs": ("1 to 32", {"pcrs": {}}),
    "too many pcrs": ("1 to 32", {"pcrs": dict.fromkeys(range(33), PCR0)}),
    "pcrs is a list": ("1 to 32", {"pcrs": [PCR0]}),
    "pcr 32": ("numbered", {"pcrs": {32: PCR0}}),
    "pcr -1": ("numbered", {"pcrs": {-1: PCR0}}),
    "pcr name": ("numbered", {"pcrs": {"0": PCR0}}),
    "pcr true": ("numbered", {"pcrs": {True: PCR0}}),
    "short pcr": ("32, 48, 64", {"pcrs": {0: PCR0[:47]}}),
    "pcr is a text": ("32, 48, 64", {"pcrs": {0: "a" * 48}}),
    "no certificate": ("certificate must", {"certificate": ...}),
    "long certificate": ("certificate must", {"certificate": b"0" * 1025}),
    "certificate is none": ("cannot be read", {"certificate": b"0"}),
    "no bundle": ("cabundle", {"cabundle": ...}),
    "empty bundle": ("cabundle", {"cabundle": []}),
    "long bundle": ("cabundle", {"cabundle": [b"a"] * 9}),
    "bundle of texts": ("cabundle", {"cabundle": ["a"]}),
    "bundle of garbage": ("cannot be read", {"cabundle": [b"a"]}),
    "empty public key": ("public_key", {"public_key": b""}),
    "long public key": ("public_key", {"public_key": b"a" * 1025}),
    "user data is a text": ("user_data", {"user_data": "a"}),
    "long nonce": ("nonce", {"nonce": b"a" * 1025}),
    "a date": ("expected CBOR", {"user_data": cbor2.CBORTag(1, 0)}),
    "a pattern": ("expected CBOR", {"user_data": cbor2.CBORTag(35, "(")}),
    "depth": ("expected CBOR", {"user_data": [[[[[]]]]]}),
})  # fmt: skip


@pytest.mark.parametrize("name", WRONG_FIELDS)
def test_fields_that_are_not_as_they_must_be(name: str) -> None:
    """Each is signed well: the hypervisor would vouch for it, and it is refused all the same."""
    why, changed = WRONG_FIELDS[name]
    assert why in refusal(NITRO.document(**changed))


def _sign1(**changed: Any) -> bytes:
    payload = changed.get("payload", cbor2.dumps(NITRO.fields()))
    header = changed.get("header", cbor2.dumps({1: -35}))
    signature = changed.get("signature", NITRO.signature(payload, header))
    return cbor2.dumps([header, changed.get("unprotected", {}), payload, signature])


WRONG_ENVELOPES: Mapping[str, tuple[str, Callable[[], bytes]]] = MappingProxyType({
    "nothing": ("expected CBOR", lambda: b""),
    "garbage": ("expected CBOR", lambda: b"\xff"),
    "a number": ("array of four", lambda: b"\x01"),
    "three": ("array of four", lambda: cbor2.dumps([b"", {}, b""])),
    "trailing": ("followed", lambda: _sign1() + b"\x00"),
    "trailing payload": ("followed", lambda: _sign1(payload=cbor2.dumps(NITRO.fields()) + b"\x00")),
    "another tag": ("expected CBOR", lambda: b"\xd1" + _sign1()),
    "two tags": ("expected CBOR", lambda: b"\xd2\xd2" + _sign1()),
    "too long": ("longer than", lambda: _sign1() + b"\x00" * MAX_DOCUMENT_BYTES),
    "long payload": ("its payload must", lambda: NITRO.document(user_data=b"a" * 16_384)),
    "payload is no map": ("is a map", lambda: NITRO.signed(b"\x80")),
    "same name twice": ("expected CBOR", lambda: NITRO.signed(b"\xa2\x61a\x01\x61a\x01")),
    "ES256": ("ES384", lambda: _sign1(header=cbor2.dumps({1: -7}))),
    "no algorithm": ("ES384", lambda: _sign1(header=b"")),
    "critical header": ("ES384", lambda: _sign1(header=cbor2.dumps({1: -35, 2: [7]}))),
    "unprotected header": ("ES384", lambda: _sign1(unprotected={4: b"11"})),
    "short signature": ("96 bytes", lambda: _sign1(signature=bytes(64))),
    "zero signature": ("does not verify", lambda: _sign1(signature=bytes(96))),
    "signature of another payload": ("does not verify", lambda: _sign1(signature=NITRO.signature(b"\xa0"))),
    "detached payload": ("payload must", lambda: cbor2.dumps([cbor2.dumps({1: -35}), {}, None, bytes(96)])),
})  # fmt: skip


@pytest.mark.parametrize("name", WRONG_ENVELOPES)
def test_envelopes_that_are_not_as_they_must_be(name: str) -> None:
    why, make = WRONG_ENVELOPES[name]
    assert why in refusal(make())


def test_an_altered_measurement() -> None:
    """The point of it all: a document whose PCR0 was changed after signing."""
    document = NITRO.document()
    assert document.count(PCR0) == 1
    assert "does not verify" in refusal(document.replace(PCR0, b"\xac" + PCR0[1:]))


# --- chains ----------------------------------------------------------------------------------------------------------


def test_another_root() -> None:
    """Trusted names do not make a root trusted: the other one is called the same."""
    other = Hypervisor(NOW)
    assert "not signed by the next" in refusal(other.document(cabundle=other.bundle()[1:]))
    assert "trusted root" in refusal(NITRO.document(), roots=())
    assert "trusted root" in refusal(NITRO.document(), roots=(Authority("unheard of", None, NOW).certificate,))
    assert "not signed by the next" in refusal(other.document(cabundle=[NITRO.root.der, *other.bundle()[1:]]))


def test_a_chain_out_of_order_or_with_a_gap() -> None:
    root, regional, zonal, instance = NITRO.bundle()
    for bundle in (
        [root, zonal, regional, instance],
        [root, regional, instance],
        [root],
        [instance, zonal, regional, root],
    ):
        assert refusal(NITRO.document(cabundle=bundle))


@pytest.mark.parametrize(
    ("why", "signer"),
    [
        ("not for signing documents", {"ca": True, "usage": "sign"}),
        ("not for signing documents", {"usage": None}),
        ("not for signing documents", {"usage": "other"}),
        ("not in force", {"start": 60}),
        ("not in force", {"start": -2 * 86_400}),
        ("96 bytes", {"curve": ec.SECP256R1()}),
        ("with SHA-384", {"digest": hashes.SHA256()}),
        ("not understood", {"extra": x509.ExtendedKeyUsage([x509.ExtendedKeyUsageOID.SERVER_AUTH])}),
        ("not understood", {"extra": x509.NameConstraints([x509.DNSName("a")], None)}),
    ],
)
def test_certificates_that_may_not_sign_documents(why: str, signer: dict[str, Any]) -> None:
    nitro = Hypervisor(NOW, **signer)
    assert why in refusal(nitro.document(), nitro.roots)


@pytest.mark.parametrize(
    ("why", "options"),
    [
        ("not a CA's", {"ca": False}),
        ("not a CA's", {"ca": None}),
        ("not a CA's", {"usage": "sign"}),
        ("not a CA's", {"usage": None}),
        ("chain of this length", {"path_length": 0}),
        ("not in force", {"start": 60}),
        ("with SHA-384", {"digest": hashes.SHA512()}),
        ("on P-384", {"curve": ec.SECP521R1()}),
    ],
)
def test_certificates_that_may_not_sign_certificates(why: str, options: dict[str, Any]) -> None:
    """The zonal certificate of an otherwise good chain. A leaf of the hypervisor's own must not become an issuer."""
    nitro = Hypervisor(NOW)
    usage = {"usage": "sign certificates"} if "usage" not in options else {}
    zonal = Authority(
        "zonal", nitro.regional, NOW, **{"path_length": None if "ca" in options else 1, **usage, **options}
    )
    instance = Authority("instance", zonal, NOW, path_length=0)
    signer = Authority("enclave", instance, NOW, ca=False)
    nitro.signer = signer
    document = nitro.document(cabundle=[nitro.root.der, nitro.regional.der, zonal.der, instance.der])
    assert why in refusal(document, nitro.roots)


def test_an_expired_root() -> None:
    nitro = Hypervisor(NOW)
    later = NOW + timedelta(days=3651).total_seconds()
    young = Hypervisor(later)
    young.root = nitro.root
    young.regional = Authority("regional", nitro.root, later, path_length=2)
    young.zonal = Authority("zonal", young.regional, later, path_length=1)
    young.instance = Authority("instance", young.zonal, later, path_length=0)
    young.signer = Authority("enclave", young.instance, later, ca=False)
    assert "not in force" in refusal(young.document(), nitro.roots, later)


# --- whom it is sealed to ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("why", "key"),
    [
        ("no public key", None),
        ("SubjectPublicKeyInfo", b"garbage"),
        ("SubjectPublicKeyInfo", spki(ENCLAVE_KEY)[:-1]),
        ("RSA", spki(ec.generate_private_key(ec.SECP384R1()))),
        ("RSA", spki(ed25519.Ed25519PrivateKey.generate())),
        ("2048, 3072, 4096", spki(rsa.generate_private_key(65537, 1024))),  # noqa: S505 - too short on purpose
    ],
    ids=["none", "garbage", "cut", "elliptic curve", "Ed25519", "short"],
)
def test_keys_that_nothing_can_be_sealed_to(why: str, key: bytes | None) -> None:
    attestation = verify(NITRO.document(public_key=key), NITRO.roots, NOW)
    with pytest.raises(ValidationError, match=why):
        recipient_key(attestation)


# --- whatever may arrive -----------------------------------------------------------------------------------------------

DOCUMENT = NITRO.document()
only_refusals = partial(settings)


def answers(document: bytes) -> None:
    """Anything but an attestation or a ValidationError fails the test."""
    try:
        recipient_key(verify(document, NITRO.roots, NOW))
    except ValidationError:
        return


@only_refusals(max_examples=200)
@given(st.binary(max_size=300))
def test_arbitrary_bytes(data: bytes) -> None:
    refusal(data)


@only_refusals(max_examples=200)
@given(st.integers(0, len(DOCUMENT) - 1), st.integers(0, 255), st.integers(0, 4))
@example(DOCUMENT.index(b"\xa0\x03\x02\x01\x02\x02") + 7, 0x80, 0)  # a negative serial number
def test_a_document_with_changed_bytes(at: int, value: int, cut: int) -> None:
    answers(DOCUMENT[:at] + bytes((value,)) + DOCUMENT[at + 1 + cut :])


anything = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-(2**64), 2**64 - 1),
        st.floats(),
        st.text(max_size=9),
        st.binary(max_size=60),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(st.one_of(st.integers(0, 40), st.text(max_size=3), st.binary(max_size=3)), inner, max_size=4),
    ),
    max_leaves=8,
)


@only_refusals(max_examples=80)
@given(st.dictionaries(st.sampled_from(sorted(NITRO.fields())), anything, max_size=3))
def test_well_signed_fields_of_any_kind(changed: dict[str, Any]) -> None:
    answers(NITRO.document(**changed))


@pytest.mark.filterwarnings("ignore:Parsed a serial number")  # a damaged certificate may have any
@only_refusals(max_examples=150)
@given(st.integers(0, 4), st.integers(0, 1000), st.integers(0, 255))
def test_well_signed_documents_with_damaged_certificates(which: int, at: int, value: int) -> None:
    certificates = [NITRO.signer.der, *NITRO.bundle()]
    der = certificates[which]
    at %= len(der)
    certificates[which] = der[:at] + bytes((value,)) + der[at + 1 :]
    answers(NITRO.document(certificate=certificates[0], cabundle=certificates[1:]))
