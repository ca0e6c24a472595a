"""A webhook's other side: a real HTTP server that keeps what it was sent, and answers as a test tells it."""

import json
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Receiver:
    """``statuses`` are those of the next answers; then 204. ``taken`` are headers and body of what was answered so."""

    def __init__(self) -> None:
        self.taken: list[tuple[dict[str, str], bytes]] = []
        self.refused: list[tuple[dict[str, str], bytes]] = []
        self.statuses: list[int] = []
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                status = receiver.statuses.pop(0) if receiver.statuses else 204
                where = receiver.taken if status == 204 else receiver.refused
                where.append(({name.lower(): value for name, value in self.headers.items()}, body))
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._server.block_on_close = False
        self.url = f"http://127.0.0.1:{self._server.server_port}/in"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()

    @property
    def events(self) -> list[dict[str, Any]]:
        return [json.loads(body) for _, body in list(self.taken)]

    def wait_for(self, happened: Callable[[list[dict[str, Any]]], Any], seconds: float = 60) -> list[dict[str, Any]]:
        """Return the events once ``happened`` holds of them."""
        deadline = time.monotonic() + seconds
        while not happened(events := self.events):
            assert time.monotonic() < deadline, [event["detail-type"] for event in events]
            time.sleep(0.02)
        return events

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
