"""The signature of a signed message: a key pair of its own, whose public key stands in the encryption context.

Source: AWS Encryption SDK specification, framework/algorithm-suites.md (Signature Algorithm) and data-format/message-footer.md.
"""

import base64
import binascii
from collections.abc import Mapping

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from strongroom.envelope.errors import AlteredError, MessageError
from strongroom.envelope.header import PUBLIC_KEY
from strongroom.envelope.suites import Suite

SIGNATURE_BYTES = {"sha256": 71, "sha384": 103}  # DER of one length, so that a message's length is known before


def new_key(suite: Suite) -> ec.EllipticCurvePrivateKey:
    """Make a key pair for one message. Only for signed suites."""
    assert suite.curve is not None  # noqa: S101 - the caller asked the suite
    return ec.generate_private_key(suite.curve())


def public_key_text(key: ec.EllipticCurvePrivateKey) -> str:
    """Return the public key as the encryption context has it: the compressed point in base64."""
    return base64.b64encode(key.public_key().public_bytes(Encoding.X962, PublicFormat.CompressedPoint)).decode()


def sign(suite: Suite, key: ec.EllipticCurvePrivateKey, digest: bytes) -> bytes:
    """Return the footer: length and signature."""
    length = SIGNATURE_BYTES[suite.digest]
    while len(signature := key.sign(digest, ec.ECDSA(Prehashed(suite.hash)))) != length:
        pass  # half of all signatures have this length
    return length.to_bytes(2, "big") + signature


def public_key(suite: Suite, context: Mapping[str, str]) -> ec.EllipticCurvePublicKey | None:
    """Return the key that verifies a message, None where its suite has no signature. Errors: MessageError."""
    text = context.get(PUBLIC_KEY)
    if suite.curve is None:
        if text is not None:
            raise MessageError("The message names a public key, but its suite has no signature.")
        return None
    if text is None:
        raise MessageError("The message's suite has a signature, but its context names no public key.")
    try:
        return ec.EllipticCurvePublicKey.from_encoded_point(suite.curve(), base64.b64decode(text, validate=True))
    except (ValueError, binascii.Error):
        raise MessageError("The message's public key cannot be read.") from None


def verify(suite: Suite, key: ec.EllipticCurvePublicKey, signature: bytes, digest: bytes) -> None:
    """Errors: AlteredError."""
    try:
        key.verify(signature, digest, ec.ECDSA(Prehashed(suite.hash)))
    except InvalidSignature:
        raise AlteredError("The message's signature does not fit: it was altered, or is not whole.") from None
