"""Whom attestation documents are believed from: AWS's Nitro Enclaves root, or what an operator names instead."""

from pathlib import Path

from cryptography.x509 import Certificate, load_pem_x509_certificates

from strongroom.bootstrap import DataDirectoryError

AWS_ROOT = Path(__file__).with_name("aws-nitro-enclaves-root-g1.pem")


def read_attestation_roots(path: Path | None) -> tuple[Certificate, ...]:
    """Return the certificates in the PEM file ``path``, or AWS's own. Errors: DataDirectoryError."""
    path = path or AWS_ROOT
    try:
        return tuple(load_pem_x509_certificates(path.read_bytes()))
    except OSError as error:
        raise DataDirectoryError(f"The attestation root {path} cannot be read: {error.strerror}.") from None
    except ValueError:
        raise DataDirectoryError(f"The attestation root {path} holds no certificate in PEM form.") from None
