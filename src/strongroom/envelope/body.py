"""The message body: what stands around each piece of ciphertext, and what authenticates it. Bytes and sizes only.

Source: AWS Encryption SDK specification, data-format/message-body.md and message-body-aad.md.
"""

import struct

from strongroom.envelope.suites import IV_BYTES, TAG_BYTES

FINAL_MARK = b"\xff\xff\xff\xff"
MAX_FRAMES = 0xFFFFFFFF
MAX_FRAME_BYTES = 0xFFFFFFFF
MAX_UNFRAMED_BYTES = 2**36 - 32

SEQUENCE_BYTES = 4
REGULAR_PREFIX_BYTES = SEQUENCE_BYTES + IV_BYTES
FINAL_PREFIX_BYTES = 4 + SEQUENCE_BYTES + IV_BYTES + 4
UNFRAMED_PREFIX_BYTES = IV_BYTES + 8
REGULAR_OVERHEAD = REGULAR_PREFIX_BYTES + TAG_BYTES
FINAL_OVERHEAD = FINAL_PREFIX_BYTES + TAG_BYTES

UNFRAMED = b"AWSKMSEncryptionClient Single Block"
REGULAR = b"AWSKMSEncryptionClient Frame"
FINAL = b"AWSKMSEncryptionClient Final Frame"


def aad(message_id: bytes, kind: bytes, sequence: int, length: int) -> bytes:
    """Return what a piece of ciphertext is bound to."""
    return message_id + kind + struct.pack(">IQ", sequence, length)


def frames_of(plaintext_bytes: int, frame_bytes: int) -> int:
    """Return how many frames we write: the last one is full rather than empty."""
    return max(1, -(-plaintext_bytes // frame_bytes))


def framed_bytes(plaintext_bytes: int, frame_bytes: int) -> int:
    """Return the length of a body as we write it."""
    return (
        plaintext_bytes + frames_of(plaintext_bytes, frame_bytes) * REGULAR_OVERHEAD + FINAL_OVERHEAD - REGULAR_OVERHEAD
    )
