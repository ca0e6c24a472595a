"""Where trails deliver to: a directory for each bucket, or buckets of an S3 server. An object is there whole, or not at all.

A directory keeps an object's metadata (the signature of a digest) in a file beside it, ``<object>.metadata.json``.
"""

import os
from collections.abc import Mapping, Sequence
from glob import escape as glob_escape
from pathlib import Path
from typing import Any, Protocol

import msgspec

from strongroom.audit.segment import make_directory, write_whole
from strongroom.model.trail import DIRECTORY, S3

METADATA_SUFFIX = ".metadata.json"
NO_METADATA: Mapping[str, str] = {}
_CONNECT_SECONDS, _READ_SECONDS, _ATTEMPTS = 5, 15, 2  # together less than the lease of who delivers


class TargetError(Exception):
    """An object could not be put. ``str`` is the short name of the reason, as GetTrailStatus shows it."""


class Target(Protocol):
    name: str

    def put(self, bucket: str, key: str, body: bytes, metadata: Mapping[str, str] = NO_METADATA) -> None:
        """Put an object, durably, over one of that name that may be there. Errors: TargetError."""


class DirectoryTarget:
    """Buckets are directories below ``root``, made when first needed."""

    name = DIRECTORY

    def __init__(self, root: Path) -> None:
        self._root = root

    def path(self, bucket: str, key: str) -> Path:
        return self._root / bucket / key

    def put(self, bucket: str, key: str, body: bytes, metadata: Mapping[str, str] = NO_METADATA) -> None:
        path = self.path(bucket, key)
        # INVARIANT: whatever is named, nothing outside of the root is written.
        if not Path(os.path.normpath(path)).is_relative_to(os.path.normpath(self._root)):
            raise TargetError("InvalidKey")
        try:
            make_directory(path.parent)
            if metadata:
                _write(path.with_name(path.name + METADATA_SUFFIX), msgspec.json.encode(dict(metadata)))
            _write(path, body)
        except OSError as error:
            raise TargetError(f"{path}: {error.strerror or error}") from error

    def digests_before(self, bucket: str, key: str) -> Sequence[str]:
        """Return the keys of the digests that stand beside ``key`` and are older, the newest first. Errors: OSError."""
        region = self.path(bucket, key).parents[3]  # the year, the month and the day between
        name = Path(key).name
        stem = name[: -len("YYYYMMDDTHHMMSSZ.json.gz")]
        root = self.path(bucket, "")
        found = [path for path in region.glob(f"*/*/*/{glob_escape(stem)}*.json.gz") if path.name < name]
        return [str(path.relative_to(root)) for path in sorted(found, key=lambda path: path.name, reverse=True)]

    def get(self, bucket: str, key: str) -> bytes | None:
        """Return an object, or None when there is none. Errors: OSError."""
        return _read(self.path(bucket, key))

    def metadata(self, bucket: str, key: str) -> Mapping[str, str]:
        """Return what was put with an object; nothing when that is lost or unreadable. Errors: OSError."""
        path = self.path(bucket, key)
        try:
            return msgspec.json.decode(_read(path.with_name(path.name + METADATA_SUFFIX)) or b"{}", type=dict[str, str])
        except (msgspec.DecodeError, UnicodeDecodeError):
            return NO_METADATA


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def _write(path: Path, data: bytes) -> None:
    write_whole(path, data, path.with_name(path.name + ".new"))


class S3Target:
    """Any S3 server, by boto3: endpoint, Region and credentials are what boto3 finds in the server's environment."""

    name = S3

    def __init__(self, region: str) -> None:
        """Take the Region of the buckets, where boto3 finds none. Errors: TargetError when boto3 is not installed."""
        try:
            import boto3  # noqa: PLC0415 - an optional dependency, and slow to load
            from botocore.config import Config  # noqa: PLC0415 - as above
        except ImportError:
            raise TargetError(
                "Trails that deliver to S3 need boto3: install strongroom with the extra s3 (strongroom[s3])."
            ) from None
        config = Config(
            connect_timeout=_CONNECT_SECONDS, read_timeout=_READ_SECONDS, retries={"total_max_attempts": _ATTEMPTS}
        )
        session = boto3.session.Session()
        self._client: Any = session.client("s3", region_name=session.region_name or region, config=config)

    def put(self, bucket: str, key: str, body: bytes, metadata: Mapping[str, str] = NO_METADATA) -> None:
        from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 - as above

        try:
            self._client.put_object(
                Bucket=bucket,
                Key=key,
                Body=body,
                ContentType="application/json",
                ContentEncoding="gzip",
                Metadata=dict(metadata),
            )
        except ClientError as error:
            raise TargetError(str(error.response.get("Error", {}).get("Code", "Unknown"))) from error
        except BotoCoreError as error:
            raise TargetError(f"{type(error).__name__}: {error}") from error
