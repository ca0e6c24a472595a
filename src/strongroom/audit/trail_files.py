"""What a trail delivers: log files and digest files, their names and their bytes. Pure.

Source: CloudTrail User Guide, "CloudTrail log file name format", "CloudTrail digest file structure" and "Custom implementations of
CloudTrail log file integrity validation" (the string that is signed).
"""

import gzip
from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import msgspec

from strongroom.crypto.digest_keys import SIGNATURE_ALGORITHM
from strongroom.model.trail import DeliveredLog, DigestChain, Trail

HASH_ALGORITHM = "SHA-256"
_RANDOM_CHARACTERS = (
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789ab"  # 64: six bits each, nearly alike
)
RANDOM_BYTES = 16


def time_text(milliseconds: int) -> str:
    """Return ``2026-01-15T22:09:14Z``."""
    return f"{datetime.fromtimestamp(milliseconds // 1000, UTC):%Y-%m-%dT%H:%M:%SZ}"


def log_key(trail: Trail, region: str, now_ms: int, fresh: bytes) -> str:
    """Return the object key of a new log file. Shapes: ``fresh`` 16 random bytes."""
    at = datetime.fromtimestamp(now_ms // 1000, UTC)
    unique = "".join(_RANDOM_CHARACTERS[byte & 63] for byte in fresh)
    name = f"{trail.account}_CloudTrail_{region}_{at:%Y%m%dT%H%MZ}_{unique}.json.gz"
    return f"{_root(trail)}AWSLogs/{trail.account}/CloudTrail/{region}/{at:%Y/%m/%d}/{name}"


def digest_key(trail: Trail, region: str, end_ms: int) -> str:
    """Return the object key of the digest file of the hour that ends then."""
    at = datetime.fromtimestamp(end_ms // 1000, UTC)
    name = f"{trail.account}_CloudTrail-Digest_{region}_{trail.name}_{trail.region}_{at:%Y%m%dT%H%M%SZ}.json.gz"
    return f"{_root(trail)}AWSLogs/{trail.account}/CloudTrail-Digest/{region}/{at:%Y/%m/%d}/{name}"


def _root(trail: Trail) -> str:
    return f"{trail.prefix}/" if trail.prefix else ""


def log_body(records: Sequence[bytes]) -> bytes:
    """Return the content of a log file, before it is compressed."""
    return b'{"Records":[' + b",".join(records) + b"]}"


def digest_body(
    trail: Trail,
    chain: DigestChain,
    start_ms: int,
    end_ms: int,
    logs: Sequence[DeliveredLog],
    fingerprint: str,
) -> bytes:
    """Return the content of the digest behind ``chain``, before it is compressed."""
    linked = bool(chain.bucket)
    body: dict[str, Any] = {
        "awsAccountId": trail.account,
        "digestStartTime": time_text(start_ms),
        "digestEndTime": time_text(end_ms),
        "digestS3Bucket": trail.bucket,
        "digestS3Object": digest_key(trail, chain.region, end_ms),
        "digestPublicKeyFingerprint": fingerprint,
        "digestSignatureAlgorithm": SIGNATURE_ALGORITHM,
        "newestEventTime": max((log.newest for log in logs), default=None),
        "oldestEventTime": min((log.oldest for log in logs), default=None),
        "previousDigestS3Bucket": chain.bucket if linked else None,
        "previousDigestS3Object": chain.object_key if linked else None,
        "previousDigestHashValue": chain.sha256 if linked else None,
        "previousDigestHashAlgorithm": HASH_ALGORITHM if linked else None,
        "previousDigestSignature": chain.signature if linked else None,
        "logFiles": [
            {
                "s3Bucket": log.bucket,
                "s3Object": log.object_key,
                "hashValue": log.sha256,
                "hashAlgorithm": HASH_ALGORITHM,
                "newestEventTime": log.newest,
                "oldestEventTime": log.oldest,
            }
            for log in logs
        ],
    }
    return msgspec.json.encode(body)


def string_to_sign(end: str, bucket: str, key: str, body: bytes, previous_signature: str | None) -> bytes:
    """Return what the signature of a digest is made over; ``end`` is its digestEndTime, ``body`` not compressed."""
    return f"{end}\n{bucket}/{key}\n{sha256(body).hexdigest()}\n{previous_signature or 'null'}".encode()


def compressed(body: bytes) -> bytes:
    """Return ``body`` as a gzip file: the same bytes for the same body."""
    return gzip.compress(body, mtime=0)
