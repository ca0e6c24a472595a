"""The certificates of an attestation document: from the one that signed it up to a trust anchor.

The document gives the chain in order, so none is searched for. Everything here is of one kind (ECDSA on P-384 with SHA-384,
basic constraints, key usage); whatever else a certificate insists on is refused. Source: AWS Nitro Enclaves User Guide,
"Verifying the root of trust"; RFC 5280, sections 4.2.1.3, 4.2.1.9 and 6.1.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import pairwise
from typing import NoReturn

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import SECP384R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.hashes import SHA384
from cryptography.utils import CryptographyDeprecationWarning
from cryptography.x509 import (
    BasicConstraints,
    Certificate,
    DuplicateExtension,
    InvalidVersion,
    KeyUsage,
    UnsupportedGeneralNameType,
    Version,
    load_der_x509_certificate,
)

from strongroom.errors import ValidationError

_UNREADABLE = (
    ValueError,
    TypeError,
    UnsupportedAlgorithm,
    DuplicateExtension,
    InvalidVersion,
    UnsupportedGeneralNameType,
    CryptographyDeprecationWarning,  # an error where warnings are errors
)
"""What the parser raises for certificates that are none, or of a kind it does not know."""


def refuse(why: str) -> NoReturn:
    """Errors: ValidationError. AWS's own texts are not published."""
    raise ValidationError(f"The attestation document in Recipient is not valid: {why}.")


def read_certificate(der: bytes) -> Certificate:
    """Errors: ValidationError."""
    try:
        certificate = load_der_x509_certificate(der)
    except _UNREADABLE:
        refuse("a certificate in it cannot be read")
    if certificate.serial_number <= 0:  # RFC 5280, 4.1.2.2; the parser only warns of it
        refuse("a certificate in it cannot be read")
    return certificate


def check_chain(chain: Sequence[Certificate], anchors: Sequence[Certificate], now: float) -> None:
    """Check ``chain``, the signer first, up to one of ``anchors``, which it may end with or leave out. Errors: ValidationError."""
    moment = datetime.fromtimestamp(now, UTC)
    try:
        chain = _anchored(chain, anchors)
        for depth, certificate in enumerate(chain):
            _check_certificate(certificate, depth, moment)
        for child, parent in pairwise(chain):
            child.verify_directly_issued_by(parent)
    except InvalidSignature:
        refuse("a certificate in it was not signed by the next")
    except _UNREADABLE:
        refuse("a certificate in it was not issued by the next, or cannot be read")


def _anchored(chain: Sequence[Certificate], anchors: Sequence[Certificate]) -> Sequence[Certificate]:
    """Return ``chain`` with a trust anchor at its end; whether that one signed the rest is still to be checked."""
    top = chain[-1]
    if top in anchors:
        return chain
    above = next((anchor for anchor in anchors if anchor.subject == top.issuer), None)
    if above is None:
        refuse("its certificates do not lead to a trusted root")
    return [*chain, above]


def _check_certificate(certificate: Certificate, depth: int, moment: datetime) -> None:
    """Check one certificate alone; ``depth`` 0 is the signer of the document, ``depth - 1`` CAs stand below the others."""
    if not certificate.not_valid_before_utc <= moment <= certificate.not_valid_after_utc:
        refuse("a certificate in it is not in force now")
    key, sealed_with = certificate.public_key(), certificate.signature_hash_algorithm
    on_p384 = isinstance(key, EllipticCurvePublicKey) and isinstance(key.curve, SECP384R1)
    if not on_p384 or not isinstance(sealed_with, SHA384) or certificate.version is not Version.v3:
        refuse("its certificates must be of version 3, on P-384 with SHA-384")
    constraints, usage = _constraints(certificate)
    is_ca = constraints is not None and constraints.ca
    if depth == 0:
        if is_ca or usage is None or not usage.digital_signature:
            refuse("its certificate is not for signing documents")
    elif not is_ca or usage is None or not usage.key_cert_sign:
        refuse("a certificate in its cabundle is not a CA's")
    elif constraints is not None and constraints.path_length is not None and constraints.path_length < depth - 1:
        refuse("a certificate in its cabundle allows no chain of this length")


def _constraints(certificate: Certificate) -> tuple[BasicConstraints | None, KeyUsage | None]:
    """Errors: ValidationError for a critical extension that is neither."""
    constraints: BasicConstraints | None = None
    usage: KeyUsage | None = None
    for extension in certificate.extensions:
        if isinstance(extension.value, BasicConstraints):
            constraints = extension.value
        elif isinstance(extension.value, KeyUsage):
            usage = extension.value
        elif extension.critical:
            refuse("a certificate in it has a critical extension that is not understood")
    return constraints, usage
