"""As much of a schema registry, and of its registry of data keys, as one encrypting producer and consumer ask of it. In memory.

Source: Confluent's API references of Schema Registry ("subjects", "schemas") and of CSFLE's "dek-registry".
"""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

_KEKS = "/dek-registry/v1/keks"


class SchemaRegistry:
    """One subject with one schema; any number of keys."""

    def __init__(self) -> None:
        self.kept: dict[str, dict[str, Any]] = {}
        registry = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                self._answer(registry.find(urlsplit(self.path).path))

            def do_POST(self) -> None:
                asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                self._answer(registry.keep(urlsplit(self.path).path, asked))

            def _answer(self, found: dict[str, Any] | None) -> None:
                body = json.dumps(found or {"error_code": 40470, "message": "not found"}).encode()
                self.send_response(200 if found else 404)
                self.send_header("Content-Type", "application/vnd.schemaregistry.v1+json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05})
        self._thread.start()

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def keep(self, path: str, asked: dict[str, Any]) -> dict[str, Any]:
        """Keep what is posted, and return it as the registry would."""
        if path == _KEKS:
            return self.kept.setdefault(f"{_KEKS}/{asked['name']}", asked)
        if path.startswith(_KEKS):
            kek, _, subject = path.removeprefix(f"{_KEKS}/").partition("/deks")
            subject = subject.strip("/") or asked["subject"]
            dek = asked | {"kekName": kek, "subject": subject, "version": asked.get("version") or 1}
            return self.kept.setdefault(f"{_KEKS}/{kek}/deks/{subject}/versions/{dek['version']}", dek)
        subject = path.split("/")[2]
        return self.kept.setdefault("schema", asked | {"id": 1, "version": 1, "subject": subject})

    def find(self, path: str) -> dict[str, Any] | None:
        """Return what is kept there; nothing of what else a registry has."""
        if path.startswith(("/subjects/", "/schemas/")):
            return self.kept.get("schema")
        return self.kept.get(path)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
