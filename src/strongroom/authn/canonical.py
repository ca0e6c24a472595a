"""Canonical forms of a request's parts. Source: IAM User Guide, "Create a canonical request"; RFC 3986."""

from urllib.parse import quote, unquote_to_bytes

_UNRESERVED = "-_.~"


def folded(value: bytes) -> bytes:
    """Return a header value trimmed, with each run of white space as one space."""
    return b" ".join(value.split())


def canonical_uri(path: str) -> bytes:
    """Return the path normalised (dot segments and double slashes removed), each segment encoded once more (RFC 3986, 5.2.4)."""
    kept: list[str] = []
    for segment in path.split("/"):
        if segment == "..":
            if kept:
                kept.pop()
        elif segment not in ("", "."):
            kept.append(segment)
    trailing = "/" if kept and path.endswith(("/", "/.", "/..")) else ""
    return (
        "/" + "/".join(quote(segment, safe=_UNRESERVED, encoding="latin-1") for segment in kept) + trailing
    ).encode()


def canonical_query(query: str) -> bytes:
    """Return the parameters encoded and sorted by name, then value."""
    pairs = []
    for part in query.split("&"):
        if part:
            name, _, value = part.partition("=")
            pairs.append((_encoded(name), _encoded(value)))
    return "&".join(f"{name}={value}" for name, value in sorted(pairs)).encode()


def _encoded(text: str) -> str:
    return quote(unquote_to_bytes(text.replace("+", "%2B").encode("latin-1")), safe=_UNRESERVED)
