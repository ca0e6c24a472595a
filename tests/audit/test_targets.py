"""Where trails deliver to: what a directory and an S3 server hold afterwards, and what is said when they will not."""

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest

from strongroom.audit.targets import DirectoryTarget, S3Target, TargetError
from support.program import free_port

NO_SUCH_BUCKET = b"<Error><Code>NoSuchBucket</Code><Message>The specified bucket does not exist</Message></Error>"


class Answering(BaseHTTPRequestHandler):
    """An S3 server of one bucket."""

    def do_PUT(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        found = self.path.startswith("/vault/")
        self.server.asked.append((self.path, dict(self.headers)))  # type: ignore[attr-defined]  # the fixture's
        body = b"" if found else NO_SUCH_BUCKET
        self.send_response(200 if found else 404)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name, value in (
        ("AWS_ACCESS_KEY_ID", "AKIA"),
        ("AWS_SECRET_ACCESS_KEY", "secret"),
        ("AWS_CONFIG_FILE", "/dev/null"),
    ):
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    return monkeypatch


@pytest.fixture
def s3(environment: pytest.MonkeyPatch) -> Iterator[HTTPServer]:
    with HTTPServer(("127.0.0.1", 0), Answering) as server:
        server.asked = []  # type: ignore[attr-defined]  # what was put
        environment.setenv("AWS_ENDPOINT_URL_S3", f"http://127.0.0.1:{server.server_port}")
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_an_object_has_its_bytes_and_its_metadata_beside_it(tmp_path: Path) -> None:
    target = DirectoryTarget(tmp_path / "trails")
    target.put("vault", "a/b/c.gz", b"old")
    target.put("vault", "a/b/c.gz", b"body", {"signature": "00ff"})
    assert target.get("vault", "a/b/c.gz") == b"body"
    assert target.metadata("vault", "a/b/c.gz") == {"signature": "00ff"}
    folder = tmp_path / "trails" / "vault" / "a" / "b"
    assert {path.name: path.stat().st_mode & 0o777 for path in folder.iterdir()} == {
        "c.gz": 0o600,
        "c.gz.metadata.json": 0o600,
    }
    assert target.get("vault", "a/b/d.gz") is None
    assert target.metadata("vault", "a/b/d.gz") == {}
    (folder / "c.gz.metadata.json").write_text("[]")
    assert target.metadata("vault", "a/b/c.gz") == {}


@pytest.mark.parametrize(("bucket", "key"), [("..", "a"), ("vault", "../../a"), ("vault", "/etc/a"), ("../x", "a")])
def test_nothing_outside_is_written(tmp_path: Path, bucket: str, key: str) -> None:
    root = tmp_path / "deep" / "trails"
    with pytest.raises(TargetError, match="InvalidKey"):
        DirectoryTarget(root).put(bucket, key, b"x")
    assert list(tmp_path.rglob("*")) == []


def test_a_directory_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "vault").write_text("a file where the bucket should be")
    with pytest.raises(TargetError, match=r"Not a directory|File exists"):
        DirectoryTarget(tmp_path).put("vault", "a/b", b"x")


def test_s3_gets_the_signature_as_metadata(s3: HTTPServer) -> None:
    S3Target("us-east-1").put(
        "vault", "a/b.json.gz", b"body", {"signature": "00ff", "signature-algorithm": "SHA256withRSA"}
    )
    ((path, headers),) = s3.asked  # type: ignore[attr-defined]  # the fixture's
    assert path == "/vault/a/b.json.gz"
    named = {name.lower(): value for name, value in headers.items()}
    assert named["x-amz-meta-signature"] == "00ff"
    assert named["x-amz-meta-signature-algorithm"] == "SHA256withRSA"
    assert named["content-type"] == "application/json"


def test_what_s3_refuses_is_said_by_its_code(s3: HTTPServer) -> None:
    with pytest.raises(TargetError, match=r"^NoSuchBucket$"):
        S3Target("us-east-1").put("other", "a", b"x")


def test_an_s3_server_that_is_not_there_is_said(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("AWS_ENDPOINT_URL_S3", f"http://127.0.0.1:{free_port()}")
    with pytest.raises(TargetError, match="EndpointConnectionError"):
        S3Target("us-east-1").put("vault", "a", b"x")
