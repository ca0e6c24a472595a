"""Are the files that trails have put into directories still those that were put? For ``strongroom audit verify``, without a server.

The database says which digest of a chain is the last, and which log files wait for the next one; each digest names its log files
and the digest before it. So nothing can be altered or removed unnoticed, the newest included.
"""

import json
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from strongroom.audit.targets import DirectoryTarget
from strongroom.audit.trail_files import string_to_sign
from strongroom.crypto.digest_keys import is_signed
from strongroom.model.trail import DIRECTORY, DeliveredLog, DigestChain, DigestKey, Trail
from strongroom.model.view import Snapshot

_MANY = 100_000
_GZIP = zlib.MAX_WBITS | 16


@dataclass(slots=True)
class ChainReport:
    """One trail in one Region. ``bad`` names each file that does not hold, and why."""

    arn: str
    region: str
    digests: int = 0
    logs: int = 0
    bad: list[str] = field(default_factory=list)


def verify_trails(view: Snapshot, target: DirectoryTarget) -> Iterator[ChainReport]:
    """Check every chain whose last digest went to a directory, and the log files that wait for a digest. Errors: OSError."""
    for trail in view.page(Trail, {}, limit=_MANY):
        keys = {key.fingerprint: key for key in _keys(view, trail)}
        for chain in view.page(DigestChain, {"arn": trail.arn}, limit=_MANY):
            report = ChainReport(trail.arn, chain.region)
            waiting = view.page(DeliveredLog, {"arn": trail.arn, "region": chain.region}, limit=_MANY)
            for log in waiting:
                if log.target == DIRECTORY:
                    _check_log(target, report, log.bucket, log.object_key, log.sha256)
            if chain.target == DIRECTORY:
                _check_chain(target, report, chain, keys)
            if report.digests or report.logs or report.bad:
                yield report


def _keys(view: Snapshot, trail: Trail) -> Iterator[DigestKey]:
    for chain in view.page(DigestChain, {"arn": trail.arn}, limit=_MANY):
        yield from view.page(DigestKey, {"account": trail.account, "region": chain.region}, limit=_MANY)


def _check_chain(
    target: DirectoryTarget, report: ChainReport, chain: DigestChain, keys: Mapping[str, DigestKey]
) -> None:
    bucket, key, expected = chain.bucket, chain.object_key, chain.sha256
    while bucket:
        report.digests += 1
        digest = _digest(target, report, bucket, key, expected, keys)
        if digest is not None:
            for log in digest["logFiles"]:
                _check_log(target, report, log["s3Bucket"], log["s3Object"], log["hashValue"])
            bucket, expected = digest["previousDigestS3Bucket"] or "", digest["previousDigestHashValue"] or ""
            key = digest["previousDigestS3Object"] or ""
            continue
        # What stood before it cannot be believed from here: go on with the next one that is there, by its signature.
        older = target.digests_before(bucket, key)
        if not older:
            return
        key, expected = older[0], ""


def _digest(
    target: DirectoryTarget, report: ChainReport, bucket: str, key: str, expected: str, keys: Mapping[str, DigestKey]
) -> dict[str, Any] | None:
    """Return a digest that holds; else say why not. ``expected`` is its hash, empty where that is not known."""
    where = f"digest file {bucket}/{key}"
    packed = target.get(bucket, key)
    if packed is None:
        report.bad.append(f"{where} is missing")
        return None
    try:
        body = zlib.decompress(packed, _GZIP)
        digest: dict[str, Any] = json.loads(body)
        place = digest["digestS3Bucket"], digest["digestS3Object"]
        signing = keys.get(digest["digestPublicKeyFingerprint"])
        to_sign = string_to_sign(digest["digestEndTime"], bucket, key, body, digest["previousDigestSignature"])
    except (zlib.error, ValueError, KeyError, TypeError):
        report.bad.append(f"{where} is not a digest")
        return None
    signature = target.metadata(bucket, key).get("signature", "")
    if place != (bucket, key):
        report.bad.append(f"{where} has been moved")
    elif expected and sha256(body).hexdigest() != expected:
        report.bad.append(f"{where} is not what was put there")
    elif signing is None or not is_signed(signing.public_key, to_sign, signature):
        report.bad.append(f"{where} is not signed by this server")
    else:
        return digest
    return None


def _check_log(target: DirectoryTarget, report: ChainReport, bucket: str, key: str, expected: str) -> None:
    report.logs += 1
    where = f"log file {bucket}/{key}"
    packed = target.get(bucket, key)
    if packed is None:
        report.bad.append(f"{where} is missing")
        return
    unpacker = zlib.decompressobj(_GZIP)
    try:
        body = unpacker.decompress(packed) + unpacker.flush()
    except zlib.error:
        report.bad.append(f"{where} is not a gzip file")
        return
    if unpacker.unused_data or not unpacker.eof:
        report.bad.append(f"{where} has more, or less, than one gzip stream")
    elif sha256(body).hexdigest() != expected:
        report.bad.append(f"{where} is not what was put there")
