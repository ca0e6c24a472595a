"""Elliptic curve Diffie-Hellman: the bare x-coordinate. Source: NIST SP 800-56A revision 3, 5.7.1.2."""

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from strongroom.crypto.key_pairs import PrivateKey
from strongroom.errors import ValidationError


def derive(private: PrivateKey, peer_public_key: bytes) -> bytes:
    """Return the shared secret, padded on the left to the length of the field.

    Errors: ValidationError without a text for a peer key (DER SubjectPublicKeyInfo) that is none, or not on this curve.
    """
    try:
        peer = serialization.load_der_public_key(peer_public_key)
    except (ValueError, UnsupportedAlgorithm):
        raise ValidationError from None
    if not isinstance(peer, ec.EllipticCurvePublicKey) or peer.curve.name != private.curve.name:
        raise ValidationError
    try:
        secret: bytes = private.exchange(ec.ECDH(), peer)
    except ValueError:
        raise ValidationError from None
    return secret
