"""Envelope encryption of streams and files in the AWS Encryption SDK's message format: a client of AWS KMS, ours or AWS's.

    from strongroom.envelope import KMSKeys, decrypt_file, encrypt_file
    from strongroom.integrations.kms import kms_client

    keys = KMSKeys(["alias/files"], kms_client)
    encrypt_file(Path("report.pdf"), Path("report.pdf.encrypted"), keys, context={"project": "atlas"})

Imports none of the stations (an import contract says so), and boto3 only where a client is made. ``docs/integrations/files.md`` is
its page, ``docs/formats/message.md`` the format's.
"""

from strongroom.envelope.cache import Bounds, CachedMaker, CachedOpener
from strongroom.envelope.decryption import Commitment, decrypt
from strongroom.envelope.encryption import Summary, encrypt
from strongroom.envelope.errors import EnvelopeError
from strongroom.envelope.files import decrypt_file, encrypt_file, rewrap_file
from strongroom.envelope.inspection import inspect
from strongroom.envelope.kms import Discovery, KMSKeys
from strongroom.envelope.rewrapping import rewrap

__all__ = [
    "Bounds",
    "CachedMaker",
    "CachedOpener",
    "Commitment",
    "Discovery",
    "EnvelopeError",
    "KMSKeys",
    "Summary",
    "decrypt",
    "decrypt_file",
    "encrypt",
    "encrypt_file",
    "inspect",
    "rewrap",
    "rewrap_file",
]
