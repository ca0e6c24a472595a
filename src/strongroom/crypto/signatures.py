"""Signatures of every signing algorithm, with AWS's rules for what a message may be.

RAW messages are hashed here, DIGEST ones are not hashed again; EXTERNAL_MU is the message representative of FIPS 204. Two
exceptions are AWS's own: Ed25519 takes RAW alone, and for Ed25519ph the caller's digest is itself the message to be hashed.
Source: AWS KMS API Reference, Sign; RFC 8017, RFC 8032, FIPS 186-5, FIPS 204; recorded answers for the texts.

Ed25519ph comes from libsodium through PyNaCl, because OpenSSL does not offer it to ``cryptography`` and big integers of Python would
show the key in their timing: libsodium is constant-time, and PyNaCl is kept by the maintainers of ``cryptography``.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import nacl.bindings
import nacl.exceptions
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, utils

from strongroom.crypto.key_pairs import PrivateKey
from strongroom.errors import KMSInvalidSignatureError, ValidationError
from strongroom.model.key_spec import KEY_SPECS, Family

RAW, DIGEST, EXTERNAL_MU = "RAW", "DIGEST", "EXTERNAL_MU"
_MU_BYTES = 64  # FIPS 204, algorithm 7
_ED25519_PH = "ED25519_PH_SHA_512"
_ED25519_SIGNATURE_BYTES = 64

_HASHES: Mapping[str, hashes.HashAlgorithm] = MappingProxyType(
    {"256": hashes.SHA256(), "384": hashes.SHA384(), "512": hashes.SHA512()}
)

# Made once: making them takes as long as a quarter of a P-256 signature.
_MESSAGE_HASHES: Mapping[tuple[str, str], hashes.HashAlgorithm | utils.Prehashed] = MappingProxyType(
    {(size, RAW): chosen for size, chosen in _HASHES.items()}
    | {(size, DIGEST): utils.Prehashed(chosen) for size, chosen in _HASHES.items()}
)
_ECDSA = MappingProxyType({of: ec.ECDSA(message_hash) for of, message_hash in _MESSAGE_HASHES.items()})
_PKCS1_V1_5 = padding.PKCS1v15()
_PSS = MappingProxyType(
    {size: padding.PSS(padding.MGF1(chosen), chosen.digest_size) for size, chosen in _HASHES.items()}
)
_RSA, _ECC, _EDWARDS, _ML_DSA = Family.RSA, Family.ECC, Family.EDWARDS, Family.ML_DSA

PublicKey = Any
"""A public key object of ``cryptography``; which class, the key spec says."""


def sign(private: PrivateKey, key_spec: str, algorithm: str, message: bytes, message_type: str) -> bytes:
    """Return the signature: DER for ECDSA, raw for the others. Errors: ValidationError for a message that does not fit."""
    check_message(key_spec, algorithm, message, message_type)
    family, hashing = KEY_SPECS[key_spec].family, (algorithm[-3:], message_type)
    signature: bytes
    if family is _ECC:
        signature = private.sign(message, _ECDSA[hashing])
    elif family is _RSA:
        signature = private.sign(message, _padding(algorithm), _MESSAGE_HASHES[hashing])
    elif family is _EDWARDS and algorithm == _ED25519_PH:
        signature = _sign_ph(private, message)
    elif message_type == EXTERNAL_MU:
        signature = private.sign_mu(message)
    else:
        signature = private.sign(message)
    return signature


def verify(
    public: PublicKey, key_spec: str, algorithm: str, message: bytes, message_type: str, signature: bytes
) -> None:
    """Return when the signature is good. Errors: KMSInvalidSignatureError, ValidationError as in ``sign``."""
    check_message(key_spec, algorithm, message, message_type)
    family, hashing = KEY_SPECS[key_spec].family, (algorithm[-3:], message_type)
    try:
        if family is _ECC:
            public.verify(signature, message, _ECDSA[hashing])
        elif family is _RSA:
            public.verify(signature, message, _padding(algorithm), _MESSAGE_HASHES[hashing])
        elif family is _EDWARDS and algorithm == _ED25519_PH:
            _verify_ph(public, message, signature)
        elif message_type == EXTERNAL_MU:
            public.verify_mu(signature, message)
        else:
            public.verify(signature, message)
    except (InvalidSignature, ValueError):
        raise KMSInvalidSignatureError from None


def check_message(key_spec: str, algorithm: str, message: bytes, message_type: str) -> None:
    """Refuse a message that does not fit its type, or a type that the algorithm does not take. Errors: ValidationError."""
    family = KEY_SPECS[key_spec].family
    if family is _ML_DSA:
        if message_type == DIGEST:
            raise ValidationError(f"Message type DIGEST is incompatible with key spec {key_spec}.")
        if message_type == EXTERNAL_MU and len(message) != _MU_BYTES:
            raise ValidationError(f"External Mu is invalid length for algorithm {algorithm}.")
        return
    if message_type == EXTERNAL_MU:
        raise ValidationError(f"Message type EXTERNAL_MU is incompatible with key spec {key_spec}.")
    if family is _EDWARDS and message_type != (DIGEST if algorithm == _ED25519_PH else RAW):
        raise ValidationError(f"Message type {message_type} is incompatible with algorithm {algorithm}.")
    if message_type == DIGEST and len(message) != int(algorithm[-3:]) // 8:
        raise ValidationError(f"Digest is invalid length for algorithm {algorithm}.")


def _padding(algorithm: str) -> padding.AsymmetricPadding:
    return _PSS[algorithm[-3:]] if algorithm.startswith("RSASSA_PSS") else _PKCS1_V1_5


def _hashed(message: bytes) -> nacl.bindings.crypto_sign_ed25519ph_state:
    state = nacl.bindings.crypto_sign_ed25519ph_state()
    nacl.bindings.crypto_sign_ed25519ph_update(state, message)
    return state


def _sign_ph(private: ed25519.Ed25519PrivateKey, message: bytes) -> bytes:
    secret = private.private_bytes_raw() + private.public_key().public_bytes_raw()  # libsodium's form of a private key
    signature: bytes = nacl.bindings.crypto_sign_ed25519ph_final_create(_hashed(message), secret)
    return signature


def _verify_ph(public: ed25519.Ed25519PublicKey, message: bytes, signature: bytes) -> None:
    if len(signature) != _ED25519_SIGNATURE_BYTES:
        raise KMSInvalidSignatureError
    try:
        nacl.bindings.crypto_sign_ed25519ph_final_verify(_hashed(message), signature, public.public_bytes_raw())
    except nacl.exceptions.BadSignatureError:
        raise KMSInvalidSignatureError from None
