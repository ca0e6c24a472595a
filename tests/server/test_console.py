"""How the server gives out the console: safely, to be kept, and nothing but the files that it has."""

import gzip
import http.client
from pathlib import Path

import pytest

from strongroom.server.console import Console
from support.server import Server

_SCRIPT = b"export const one = 1;\n" * 100
_FONT = bytes(range(256))


@pytest.fixture
def console(tmp_path: Path) -> Console:
    static = tmp_path / "static"
    (static / "assets").mkdir(parents=True)
    (static / "index.html").write_text("<!doctype html><title>console</title>")
    (static / "assets" / "main-abc.js").write_bytes(_SCRIPT)
    (static / "assets" / "font-abc.woff2").write_bytes(_FONT)
    (tmp_path / "secret").write_text("not the console's")
    return Console(static)


@pytest.mark.parametrize("path", ["/console", "/console/", "/console/keys/1234/policy", "/console/index.html"])
def test_every_place_in_the_console_has_its_page(console: Console, path: str) -> None:
    status, headers, body = console.answer(path, [])
    assert (status, body) == (200, b"<!doctype html><title>console</title>")
    given = dict(headers)
    assert given[b"content-type"] == b"text/html; charset=utf-8"
    assert given[b"cache-control"] == b"no-store"


def test_assets_are_kept_for_good(console: Console) -> None:
    status, headers, body = console.answer("/console/assets/main-abc.js", [])
    assert (status, body) == (200, _SCRIPT)
    given = dict(headers)
    assert given[b"content-type"] == b"text/javascript; charset=utf-8"
    assert given[b"cache-control"] == b"public, max-age=31536000, immutable"
    asked = [(b"if-none-match", b'"other", ' + given[b"etag"])]
    assert console.answer("/console/assets/main-abc.js", asked)[0::2] == (304, b"")
    assert console.answer("/console/assets/main-abc.js", [(b"if-none-match", b'"other"')])[0] == 200


@pytest.mark.parametrize(
    ("accepted", "compressed"),
    [(b"gzip, deflate, br", True), (b"*", True), (b"br;q=1.0, GZIP;q=0.5", True), (b"gzip;q=0", False), (b"br", False)],
)
def test_text_is_compressed_for_who_takes_it(console: Console, accepted: bytes, compressed: bool) -> None:
    _, headers, body = console.answer("/console/assets/main-abc.js", [(b"accept-encoding", accepted)])
    assert ((b"content-encoding", b"gzip") in headers) is compressed
    assert (gzip.decompress(body) if compressed else body) == _SCRIPT
    assert (b"vary", b"accept-encoding") in headers


def test_fonts_are_compressed_already(console: Console) -> None:
    _, headers, body = console.answer("/console/assets/font-abc.woff2", [(b"accept-encoding", b"gzip")])
    assert body == _FONT
    assert (b"content-type", b"font/woff2") in headers
    assert b"content-encoding" not in dict(headers)


@pytest.mark.parametrize(
    "path",
    ["/console/assets/../../secret", "/console/assets/nothing.js", "/console/assets/", "/console/assets//etc/passwd"],
)
def test_what_is_not_there_is_not_found(console: Console, path: str) -> None:
    status, _, body = console.answer(path, [])
    assert (status, body) == (404, b"not found\n")


@pytest.mark.parametrize("path", ["/console/../secret", "/console//secret", "/console/%2e%2e/secret", "/console/\0"])
def test_no_path_leads_out(console: Console, path: str) -> None:
    assert console.answer(path, [])[2] == b"<!doctype html><title>console</title>"


def test_without_a_build_it_says_what_to_do(tmp_path: Path) -> None:
    status, _, body = Console(tmp_path / "nothing").answer("/console", [])
    assert status == 503
    assert b"make console" in body


@pytest.mark.parametrize("path", ["/console", "/console/assets/main-abc.js", "/console/assets/nothing"])
def test_every_answer_is_guarded(console: Console, path: str) -> None:
    _, headers, _ = console.answer(path, [])
    given = dict(headers)
    policy = dict(part.split(b" ", 1) for part in given[b"content-security-policy"].split(b"; "))
    assert policy[b"default-src"] == b"'none'"
    assert policy[b"script-src"] == policy[b"style-src"] == policy[b"connect-src"] == policy[b"font-src"] == b"'self'"
    assert policy[b"frame-ancestors"] == policy[b"base-uri"] == policy[b"form-action"] == b"'none'"
    assert b"unsafe" not in given[b"content-security-policy"]
    assert given[b"x-content-type-options"] == b"nosniff"
    assert given[b"referrer-policy"] == b"no-referrer"
    assert given[b"cross-origin-opener-policy"] == given[b"cross-origin-resource-policy"] == b"same-origin"
    assert not [name for name in given if name.startswith(b"access-control-")]


def test_over_the_wire(server: Server) -> None:
    """GET and HEAD say the same, nothing else is taken; the connection serves on."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)

    def ask(method: str, path: str, **headers: str) -> http.client.HTTPResponse:
        connection.request(method, path, headers=headers)
        answer = connection.getresponse()
        answer.body = answer.read()  # type: ignore[attr-defined]  # for the assertions below
        return answer

    page, head = ask("GET", "/console/keys"), ask("HEAD", "/console/keys")
    assert page.status == head.status == (200 if b"<div id=" in page.body else 503)  # type: ignore[attr-defined]  # as above
    assert head.body == b""  # type: ignore[attr-defined]  # as above
    assert page.headers["Content-Length"] == head.headers["Content-Length"]
    assert page.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert ask("POST", "/console/").status == ask("GET", "/consoles").status == ask("DELETE", "/console").status == 404
    assert ask("OPTIONS", "/", Origin="https://elsewhere.example").headers["Access-Control-Allow-Origin"] is None
    if page.status == 200:
        kept = {"If-None-Match": page.headers["ETag"]}
        again = ask("GET", "/console", **kept)
        assert (again.status, again.body, again.headers["Content-Length"]) == (304, b"", None)  # type: ignore[attr-defined]  # as above
    assert ask("GET", "/healthz").status == 200
    connection.close()
