"""The floor to compare with: a bare ASGI application on uvicorn, httptools and uvloop that says the same bytes each time.

``hello.py PORT BODY_BYTES``. It reads no body, checks nothing and writes nothing; its headers are those of a KMS answer.
"""

import sys
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import uvicorn

_body = b"x" * int(sys.argv[2])
_START = {
    "type": "http.response.start",
    "status": 200,
    "headers": [
        (b"x-amzn-RequestId", b"9f3c1e52-6c1f-4b7e-9b0e-2f6a5d1c8e47"),
        (b"cache-control", b"no-store"),
        (b"content-type", b"application/x-amz-json-1.1"),
        (b"content-length", b"%d" % len(_body)),
    ],
}
_END = {"type": "http.response.body", "body": _body}


async def hello(
    scope: MutableMapping[str, Any],
    _receive: Callable[[], Awaitable[Any]],
    send: Callable[[Any], Awaitable[None]],
) -> None:
    if scope["type"] == "http":
        await send(_START)
        await send(_END)


if __name__ == "__main__":
    uvicorn.run(
        hello,  # type: ignore[arg-type]  # uvicorn's own types are narrower than ASGI's
        host="127.0.0.1",
        port=int(sys.argv[1]),
        loop="uvloop",
        http="httptools",
        lifespan="off",
        ws="none",
        access_log=False,
        log_level="warning",
        server_header=False,
        backlog=4096,
    )
