"""Attestation documents of AWS Nitro Enclaves and NitroTPM: a COSE_Sign1 over CBOR that says what runs, and seals to whom.

``verify`` answers only for a document that a certificate chain up to one of the given trust anchors signed, moments ago. What
the measurements allow is the policies' business; ``conditions`` gives them the condition keys. Time and anchors are arguments.

Source: AWS Nitro Enclaves User Guide, "Verifying the root of trust"; Amazon EC2 User Guide, "Validate a NitroTPM Attestation
Document"; RFC 9052 (COSE), sections 4.2 and 4.4. Revocation lists are not read: the guide has them disabled.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from types import MappingProxyType
from typing import Any, NoReturn

import cbor2
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP384R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA384
from cryptography.hazmat.primitives.serialization import load_der_public_key
from cryptography.x509 import Certificate

from strongroom.crypto.attestation_chain import check_chain, read_certificate, refuse

MAX_DOCUMENT_BYTES = 32 * 1024  # the payload has at most 16,384 (the guide); a larger document is not worth parsing
MAX_AGE_SECONDS = 300
CONDITION_PREFIX = "kms:recipientattestation:"
RSA_BITS = (2048, 3072, 4096)

_MAX_PAYLOAD_BYTES = 16_384
_MAX_DEPTH = 4
_SIGN1_TAG = b"\xd2"  # CBOR tag 18; the hypervisor leaves it out, RFC 9052 allows both
_ES384_HEADER = bytes.fromhex("a1013822")  # {1: -35}
_COORDINATE_BYTES = 48
_DIGEST = "SHA384"
_PCRS = range(32)
_PCR_BYTES = (32, 48, 64)
_MAX_CERTIFICATE_BYTES = 1024
_MAX_CA_CERTIFICATES = 8
_MAX_OPTIONAL_BYTES = 1024


@dataclass(frozen=True, slots=True)
class Attestation:
    """What a verified document says. ``public_key`` is the bytes it carries, an SPKI if they are for KMS; ``tpm`` a NitroTPM's."""

    module_id: str
    digest: str
    pcrs: Mapping[int, bytes]
    tpm: bool
    public_key: bytes | None = None
    user_data: bytes | None = field(default=None, repr=False)
    nonce: bytes | None = field(default=None, repr=False)

    @property
    def image_sha384(self) -> str | None:
        """PCR0 of an enclave, in hexadecimal digits. Zeros are a debug-mode enclave, as AWS shows them."""
        return None if self.tpm or 0 not in self.pcrs else self.pcrs[0].hex()


def verify(document: bytes, anchors: Sequence[Certificate], now: float) -> Attestation:
    """Return what ``document`` attests.

    1. COSE_Sign1 with ES384 in the protected header and nothing else in either header.
    2. The payload has the fields of the guide, of its types and sizes; a null is an absent field.
    3. ``certificate``, then ``cabundle`` from its end to its beginning, up to one of ``anchors``: each signed by the next,
       in force at ``now``, and allowed to.
    4. The key in ``certificate`` signed header and payload.
    5. ``timestamp`` is within five minutes of ``now`` (seconds of the epoch).

    Errors: ValidationError.
    """
    protected, payload, signature = _sign1(document)
    fields = _fields(payload)
    chain = [read_certificate(_bytes(fields, "certificate", 1, _MAX_CERTIFICATE_BYTES))]
    chain += [read_certificate(der) for der in reversed(_ca_bundle(fields))]
    attestation = _attested(fields)
    check_chain(chain, anchors, now)
    _check_signature(chain[0], cbor2.dumps(["Signature1", protected, b"", payload]), signature)
    made_ms = fields.get("timestamp")
    if type(made_ms) is not int or made_ms <= 0:
        refuse("timestamp must be a positive integer")
    if abs(now * 1000 - made_ms) > MAX_AGE_SECONDS * 1000:
        refuse(f"it was not made within {MAX_AGE_SECONDS} seconds of the request")
    return attestation


def recipient_key(attestation: Attestation) -> RSAPublicKey:
    """Return the key to seal to. Errors: ValidationError when the document carries none that is RSA."""
    if attestation.public_key is None:
        refuse("it carries no public key")
    try:
        key = load_der_public_key(attestation.public_key)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        refuse("its public key is not a SubjectPublicKeyInfo in DER")
    if not isinstance(key, RSAPublicKey) or key.key_size not in RSA_BITS:
        refuse(f"its public key must be RSA of {', '.join(map(str, RSA_BITS))} bits")
    return key


def conditions(attestation: Attestation) -> dict[str, str]:
    """Return the condition keys of a verified document. A register of zeros is a value like any other, as at AWS."""
    register = CONDITION_PREFIX + ("nitrotpmpcr" if attestation.tpm else "pcr")
    values = {f"{register}{index}": value.hex() for index, value in attestation.pcrs.items()}
    if (image := attestation.image_sha384) is not None:
        values[CONDITION_PREFIX + "imagesha384"] = image
    return values


# --- COSE and CBOR ---------------------------------------------------------------------------------------------------


def _no_tag(_value: Any, _immutable: bool) -> NoReturn:  # noqa: FBT001 - the face that cbor2 calls
    raise ValueError("no tags here")


class _NoTags(dict[int, Callable[[Any, bool], Any]]):
    """Refuses every tag before its content means anything: no dates, fractions, patterns or shared references here."""

    def __missing__(self, _tag: int) -> Callable[[Any, bool], Any]:
        return _no_tag


_NO_TAGS = _NoTags()


def _decode(data: bytes, what: str) -> Any:
    file = BytesIO(data)
    try:
        value = cbor2.CBORDecoder(
            file, semantic_decoders=_NO_TAGS, tag_hook=_no_tag, max_depth=_MAX_DEPTH, allow_duplicate_keys=False
        ).decode()
    except (cbor2.CBORDecodeError, ValueError, TypeError):
        refuse(f"{what} is not the expected CBOR")
    if file.tell() != len(data):
        refuse(f"{what} is followed by other data")
    return value


def _sign1(document: bytes) -> tuple[bytes, bytes, bytes]:
    """Return (protected header, payload, signature)."""
    if len(document) > MAX_DOCUMENT_BYTES:
        refuse(f"it is longer than {MAX_DOCUMENT_BYTES} bytes")
    parts = _decode(document.removeprefix(_SIGN1_TAG), "COSE_Sign1")
    if type(parts) is not list or len(parts) != 4:  # noqa: PLR2004 - protected, unprotected, payload, signature
        refuse("COSE_Sign1 is an array of four")
    protected, unprotected, payload, signature = parts
    if protected != _ES384_HEADER or unprotected != {}:
        refuse("its headers must name ES384 and nothing else")
    if type(payload) is not bytes or not 1 <= len(payload) <= _MAX_PAYLOAD_BYTES:
        refuse(f"its payload must be 1 to {_MAX_PAYLOAD_BYTES} bytes")
    if type(signature) is not bytes or len(signature) != 2 * _COORDINATE_BYTES:
        refuse(f"its signature must be {2 * _COORDINATE_BYTES} bytes")
    return _ES384_HEADER, payload, signature


def _check_signature(signer: Certificate, signed: bytes, signature: bytes) -> None:
    key = signer.public_key()
    if not isinstance(key, EllipticCurvePublicKey) or not isinstance(key.curve, SECP384R1):
        refuse("its certificate's key is not on P-384")
    r, s = (int.from_bytes(signature[at : at + _COORDINATE_BYTES], "big") for at in (0, _COORDINATE_BYTES))
    try:
        key.verify(encode_dss_signature(r, s), signed, ECDSA(SHA384()))
    except InvalidSignature:
        refuse("its signature does not verify")


# --- the document ----------------------------------------------------------------------------------------------------


def _fields(payload: bytes) -> dict[Any, Any]:
    fields = _decode(payload, "its payload")
    if type(fields) is not dict:
        refuse("its payload is a map")
    return fields


def _bytes(fields: dict[Any, Any], name: str, least: int, most: int) -> bytes:
    value = fields.get(name)
    if type(value) is not bytes or not least <= len(value) <= most:
        refuse(f"{name} must be {least} to {most} bytes")
    return value


def _optional(fields: dict[Any, Any], name: str, least: int) -> bytes | None:
    return None if fields.get(name) is None else _bytes(fields, name, least, _MAX_OPTIONAL_BYTES)


def _ca_bundle(fields: dict[Any, Any]) -> list[bytes]:
    bundle = fields.get("cabundle")
    if type(bundle) is not list or not 1 <= len(bundle) <= _MAX_CA_CERTIFICATES:
        refuse(f"cabundle must hold 1 to {_MAX_CA_CERTIFICATES} certificates")
    if any(type(der) is not bytes or not 1 <= len(der) <= _MAX_CERTIFICATE_BYTES for der in bundle):
        refuse(f"certificates in cabundle must be 1 to {_MAX_CERTIFICATE_BYTES} bytes")
    return bundle


def _attested(fields: dict[Any, Any]) -> Attestation:
    module_id = fields.get("module_id")
    if type(module_id) is not str or not module_id:
        refuse("module_id must be a text")
    if fields.get("digest") != _DIGEST:
        refuse(f"digest must be {_DIGEST}")
    if (fields.get("pcrs") is None) == (fields.get("nitrotpm_pcrs") is None):
        refuse("it must hold either pcrs or nitrotpm_pcrs")
    tpm = fields.get("pcrs") is None
    pcrs = fields["nitrotpm_pcrs" if tpm else "pcrs"]
    if type(pcrs) is not dict or not 1 <= len(pcrs) <= len(_PCRS):
        refuse(f"there must be 1 to {len(_PCRS)} PCRs")
    for index, value in pcrs.items():
        if type(index) is not int or index not in _PCRS:
            refuse(f"PCRs are numbered {_PCRS[0]} to {_PCRS[-1]}")
        if type(value) is not bytes or len(value) not in _PCR_BYTES:
            refuse(f"PCRs must be {', '.join(map(str, _PCR_BYTES))} bytes long")
    return Attestation(
        module_id=module_id,
        digest=_DIGEST,
        pcrs=MappingProxyType(dict(sorted(pcrs.items()))),
        tpm=tpm,
        public_key=_optional(fields, "public_key", 1),
        user_data=_optional(fields, "user_data", 0),
        nonce=_optional(fields, "nonce", 0),
    )
