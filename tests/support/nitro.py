"""A Nitro hypervisor for tests: its own root, intermediate CAs, certificates, and attestation documents as enclaves get them.

Encodes CBOR with cbor2 and signs with cryptography; nothing of strongroom.
"""

import base64
from datetime import UTC, datetime, timedelta
from typing import Any

import cbor2
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import NameOID

PCR0, PCR1, PCR8 = b"\xab" * 48, b"\x01" * 48, bytes(48)
MODULE_ID = "i-0123456789abcdef0-enc0123456789abcdef0"
ES384 = cbor2.dumps({1: -35})
ENCLAVE_KEY = rsa.generate_private_key(65537, 2048)  # one for all tests: making it takes longest


def spki(key: Any) -> bytes:
    encoded: bytes = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return encoded


class Authority:
    """A certificate and its key."""

    def __init__(self, name: str, issuer: "Authority | None", now: float, **options: Any) -> None:
        """``options``: ca, path_length, days, start (seconds from now), curve, digest, usage, extra (critical extension)."""
        self.key = ec.generate_private_key(options.get("curve") or ec.SECP384R1())
        start = datetime.fromtimestamp(now + options.get("start", -60), UTC)
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        ca = options.get("ca", True)
        usage = options.get("usage", "sign certificates" if ca else "sign")
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(issuer.certificate.subject if issuer else subject)
            .public_key(self.key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(start)
            .not_valid_after(start + timedelta(days=options.get("days", 1)))
        )
        if ca is not None:
            constraints = x509.BasicConstraints(ca=ca, path_length=options.get("path_length"))
            builder = builder.add_extension(constraints, critical=True)
        if usage:
            builder = builder.add_extension(
                x509.KeyUsage(
                    digital_signature=usage == "sign",
                    content_commitment=False,
                    key_encipherment=False,
                    data_encipherment=False,
                    key_agreement=False,
                    key_cert_sign=usage == "sign certificates",
                    crl_sign=False,
                    encipher_only=False,
                    decipher_only=False,
                ),
                critical=True,
            )
        if extra := options.get("extra"):
            builder = builder.add_extension(extra, critical=True)
        signer = issuer.key if issuer else self.key
        self.certificate = builder.sign(signer, options.get("digest") or hashes.SHA384())

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(Encoding.DER)


class Hypervisor:
    """root -> regional -> zonal -> instance -> the certificate that signs documents, as at AWS."""

    def __init__(self, now: float, **signer: Any) -> None:
        self.now = now
        self.root = Authority("aws.nitro-enclaves", None, now, days=3650)
        self.regional = Authority("regional", self.root, now, path_length=2)
        self.zonal = Authority("zonal", self.regional, now, path_length=1)
        self.instance = Authority("instance", self.zonal, now, path_length=0)
        self.signer = Authority("enclave", self.instance, now, **{"ca": False, **signer})

    @property
    def roots(self) -> tuple[x509.Certificate, ...]:
        return (self.root.certificate,)

    def bundle(self) -> list[bytes]:
        return [authority.der for authority in (self.root, self.regional, self.zonal, self.instance)]

    def fields(self, **changed: Any) -> dict[Any, Any]:
        """Return the fields of a document; a change to ``...`` leaves the field out."""
        fields = {
            "module_id": MODULE_ID,
            "digest": "SHA384",
            "timestamp": int(self.now * 1000),
            "pcrs": {0: PCR0, 1: PCR1, 8: PCR8},
            "certificate": self.signer.der,
            "cabundle": self.bundle(),
            "public_key": spki(ENCLAVE_KEY),
            "user_data": None,
            "nonce": None,
        } | changed
        return {name: value for name, value in fields.items() if value is not ...}

    def document(self, **changed: Any) -> bytes:
        return self.signed(cbor2.dumps(self.fields(**changed)))

    def signed(self, payload: bytes, header: bytes = ES384) -> bytes:
        return cbor2.dumps([header, {}, payload, self.signature(payload, header)])

    def signature(self, payload: bytes, header: bytes = ES384) -> bytes:
        to_sign = cbor2.dumps(["Signature1", header, b"", payload])
        r, s = decode_dss_signature(self.signer.key.sign(to_sign, ec.ECDSA(hashes.SHA384())))
        size = (self.signer.key.curve.key_size + 7) // 8
        return r.to_bytes(size, "big") + s.to_bytes(size, "big")

    def recipient(self, **changed: Any) -> dict[str, str]:
        """Return the request member."""
        return {
            "KeyEncryptionAlgorithm": "RSAES_OAEP_SHA_256",
            "AttestationDocument": base64.b64encode(self.document(**changed)).decode(),
        }
