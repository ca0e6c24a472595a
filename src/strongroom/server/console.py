"""The console as the server gives it out: files that were read at the start, and one page for every deep link.

Nothing here decides or knows anything: the console is a client of the wire API that runs in the browser. INVARIANT: what is
asked for is only ever looked up in a dict, so that no path leads to another file.
"""

import gzip
import mimetypes
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from http import HTTPStatus
from pathlib import Path

ROOT = "/console"
STATIC = Path(__file__).parent.parent / "console" / "static"

_INDEX = "index.html"
_ASSETS = "assets/"  # whose names hold a digest of their content
_COMPRESSED = ("text/", "image/svg+xml")
_FOREVER = b"public, max-age=31536000, immutable"
_TYPES = {".woff2": "font/woff2", ".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8"}
_CONTENT_SECURITY_POLICY = (
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "connect-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",  # no text becomes markup, but for console/src/app/trusted-types.ts
    "trusted-types default",
)
_SECURITY = [
    (b"content-security-policy", "; ".join(_CONTENT_SECURITY_POLICY).encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"x-frame-options", b"DENY"),
]
_NOT_BUILT = b"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>strongroom</title></head><body>
<h1>The console is not built</h1>
<p>This server runs from a source tree without the console's built files. Run <code>make console</code> there, then start
the server again. Releases have them. The API and the command line work without.</p>
</body></html>
"""

Headers = list[tuple[bytes, bytes]]


@dataclass(frozen=True)
class _File:
    content: bytes
    content_type: str
    cache_control: bytes

    @cached_property
    def etag(self) -> bytes:
        return f'"{sha256(self.content).hexdigest()[:32]}"'.encode()

    @cached_property
    def gzipped(self) -> bytes | None:
        """Made when it is first asked for, and kept; None for what is compressed already."""
        if not self.content_type.startswith(_COMPRESSED):
            return None
        return gzip.compress(self.content, mtime=0)


class Console:
    """The files by their path below ``/console/``. Read once, before the workers are forked."""

    def __init__(self, directory: Path = STATIC) -> None:
        self._files = {
            path.relative_to(directory).as_posix(): _read(path, path.relative_to(directory).as_posix())
            for path in sorted(directory.rglob("*"))
            if path.is_file()
        }
        page = self._files.get(_INDEX)
        self._index = page or _File(_NOT_BUILT, "text/html; charset=utf-8", b"no-store")
        self._missing = 200 if page else 503

    def answer(self, path: str, headers: Headers) -> tuple[int, Headers, bytes]:
        """Return (status, headers, body) of a GET of ``path``, which begins with ``/console``."""
        name = path.removeprefix(ROOT).removeprefix("/")
        file = self._files.get(name)
        if file is None and name.startswith(_ASSETS):
            return 404, [(b"content-type", b"text/plain; charset=utf-8"), *_SECURITY], b"not found\n"
        status = 200 if file else self._missing
        file = file or self._index
        asked = dict(headers)
        given = [
            (b"content-type", file.content_type.encode()),
            (b"cache-control", file.cache_control),
            (b"etag", file.etag),
            (b"vary", b"accept-encoding"),
            *_SECURITY,
        ]
        if status == HTTPStatus.OK and file.etag in asked.get(b"if-none-match", b"").replace(b",", b" ").split():
            return 304, given, b""
        if _takes_gzip(asked.get(b"accept-encoding", b"")) and file.gzipped is not None:
            return status, [*given, (b"content-encoding", b"gzip")], file.gzipped
        return status, given, file.content


def _read(path: Path, name: str) -> _File:
    content_type = _TYPES.get(path.suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"
    if content_type == "text/html":
        content_type += "; charset=utf-8"
    return _File(path.read_bytes(), content_type, _FOREVER if name.startswith(_ASSETS) else b"no-store")


def _takes_gzip(accepted: bytes) -> bool:
    """RFC 9110, 12.5.3; a quality of zero means no."""
    for entry in accepted.lower().split(b","):
        coding, _, quality = entry.partition(b";")
        if coding.strip() in (b"gzip", b"*"):
            return quality.replace(b" ", b"") not in (b"q=0", b"q=0.0", b"q=0.00", b"q=0.000")
    return False
