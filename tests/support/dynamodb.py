"""As much of DynamoDB as a credential store asks of it: put, query by name, scan. In memory, unsigned.

Source: Amazon DynamoDB API Reference, version 2012-08-10 (JSON 1.0).
"""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

Item = dict[str, dict[str, Any]]


class DynamoDB:
    """One table, whatever its name: items by ``name`` and ``version``."""

    def __init__(self) -> None:
        self.items: list[Item] = []
        database = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                action = self.headers["X-Amz-Target"].partition(".")[2]
                body = json.dumps(getattr(database, f"_{action}")(asked)).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/x-amz-json-1.0")
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

    def _PutItem(self, asked: dict[str, Any]) -> dict[str, Any]:  # noqa: N802 - AWS's name
        self.items.append(asked["Item"])
        return {}

    def _Query(self, asked: dict[str, Any]) -> dict[str, Any]:  # noqa: N802 - AWS's name
        (name,) = asked["ExpressionAttributeValues"].values()
        found = sorted(
            (item for item in self.items if item["name"] == name),
            key=lambda item: str(item["version"]["S"]),
            reverse=not asked.get("ScanIndexForward", True),
        )[: asked.get("Limit")]
        return {"Items": found, "Count": len(found)}

    def _Scan(self, _asked: dict[str, Any]) -> dict[str, Any]:  # noqa: N802 - AWS's name
        return {"Items": self.items, "Count": len(self.items)}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
