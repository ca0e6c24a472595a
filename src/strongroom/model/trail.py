"""Trails: which audit records go where, how far they have been delivered, and what proves that they are unaltered.

Source: AWS CloudTrail API Reference, Trail; CloudTrail User Guide, "Validating CloudTrail log file integrity".
"""

from dataclasses import dataclass, field

TagPairs = tuple[tuple[str, str], ...]

DIRECTORY, S3 = "directory", "s3"  # targets: what holds the buckets
READ_ONLY, WRITE_ONLY, ALL = "ReadOnly", "WriteOnly", "All"


@dataclass(frozen=True, slots=True)
class Trail:
    """``read_write`` and ``excluded_sources`` are its event selector; ``selected`` says that a caller has put one.

    Records count from the second of ``started_ms`` on; from that of ``stopped_ms`` to the next start they do not.
    """

    arn: str
    account: str
    region: str
    name: str
    bucket: str
    prefix: str
    created_ms: int
    include_global: bool = True
    multi_region: bool = False
    validation: bool = False
    logging: bool = False
    started_ms: int | None = None
    stopped_ms: int | None = None
    selected: bool = False
    read_write: str = ALL
    management: bool = True
    excluded_sources: tuple[str, ...] = ()
    tags: TagPairs = ()
    version: int = 0


@dataclass(frozen=True, slots=True)
class TrailDelivery:
    """How far the delivery of a trail is. ``due_ms`` is when it is looked at next; None while there is nothing to do.

    ``positions`` are those of the journal's streams, (slot, segment, bytes): all before them is delivered. Records of
    before ``since_ms`` are not this trail's. Errors are of the last attempt, empty when it succeeded.
    """

    arn: str
    due_ms: int | None = None
    since_ms: int = 0
    positions: tuple[tuple[int, int, int], ...] = ()
    attempted_ms: int | None = None
    delivered_ms: int | None = None
    error: str = ""
    digested_ms: int | None = None
    digest_error: str = ""
    version: int = 0


@dataclass(frozen=True, slots=True)
class DigestChain:
    """The digests of a trail in one Region: where the next one begins, and the last one, which it names.

    ``start_ms`` None: logging has ended; the next start begins a new period in the same chain. ``bucket`` is empty before the
    first digest. ``sha256`` and ``signature`` are in hexadecimal digits.
    """

    arn: str
    region: str
    start_ms: int | None
    target: str = ""
    bucket: str = ""
    object_key: str = ""
    sha256: str = ""
    signature: str = ""
    version: int = 0


@dataclass(frozen=True, slots=True)
class DeliveredLog:
    """A log file that the next digest of its Region will name. Event times are CloudTrail's texts."""

    arn: str
    region: str
    object_key: str
    target: str
    bucket: str
    sha256: str
    oldest: str
    newest: str
    version: int = 0


@dataclass(frozen=True, slots=True)
class DigestKey:
    """A pair of keys that signs the digests of one account in one Region while it is valid. ``public_key`` is PKCS #1 DER."""

    account: str
    region: str
    fingerprint: str
    public_key: bytes
    wrapped: bytes = field(repr=False)
    valid_from_ms: int = 0
    valid_until_ms: int = 0
    version: int = 0


def trail_arn(region: str, account: str, name: str) -> str:
    """Return the ARN of a trail; of what is an ARN already, itself."""
    return name if name.startswith("arn:") else f"arn:aws:cloudtrail:{region}:{account}:trail/{name}"
