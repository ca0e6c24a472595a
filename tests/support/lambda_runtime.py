"""The Lambda runtime API as a function's runtime client sees it: events out, answers back.

Source: AWS Lambda Developer Guide, "Using the Lambda runtime API", version 2018-06-01.
"""

import json
import queue
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

_PREFIX = "/2018-06-01/runtime"


class _Server(ThreadingHTTPServer):
    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exc_info()[1], ConnectionError):  # a function that was ended while it waited
            super().handle_error(request, client_address)


class RuntimeAPI:
    """Serves one function on a port of its own. ``invoke`` is what AWS's front end would do."""

    def __init__(self, function_arn: str) -> None:
        self._events: queue.Queue[tuple[str, bytes] | None] = queue.Queue()
        self._answers: queue.Queue[tuple[str, bytes]] = queue.Queue()
        self._count = 0
        api = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:  # the name that http.server looks for
                event = api._events.get()
                if event is None:
                    self.close_connection = True
                    return
                request_id, body = event
                self.send_response(200)
                for name, value in (
                    ("Lambda-Runtime-Aws-Request-Id", request_id),
                    ("Lambda-Runtime-Deadline-Ms", str(int((time.time() + 60) * 1000))),
                    ("Lambda-Runtime-Invoked-Function-Arn", function_arn),
                    ("Content-Type", "application/json"),
                    ("Content-Length", str(len(body))),
                ):
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                self.send_response(202)
                self.send_header("Content-Length", "0")
                self.end_headers()
                api._answers.put((self.path.removeprefix(_PREFIX), body))

            def log_message(self, *_: Any) -> None:
                pass

        self._server = _Server(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05})
        self._thread.start()

    @property
    def address(self) -> str:
        """What ``AWS_LAMBDA_RUNTIME_API`` says."""
        return f"127.0.0.1:{self._server.server_port}"

    def invoke(self, event: object, seconds: float = 20) -> Any:
        """Return the function's answer. Errors: AssertionError with what it said instead."""
        self._count += 1
        request_id = f"request-{self._count}"
        self._events.put((request_id, json.dumps(event).encode()))
        path, body = self._answers.get(timeout=seconds)
        assert path == f"/invocation/{request_id}/response", (path, body)
        return json.loads(body)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._events.put(None)
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
