"""HMAC keys. Source: FIPS 198-1; AWS KMS Developer Guide, "HMAC keys in AWS KMS"."""


def key_bytes_of(key_spec: str) -> int:
    """Return how long fresh material of an HMAC key is: as long as its hash."""
    return int(key_spec.removeprefix("HMAC_")) // 8
