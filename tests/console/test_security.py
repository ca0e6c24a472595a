"""What a page from elsewhere can do to somebody who is signed in, and what text from elsewhere can: nothing."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from support.browser import Console
from support.server import Server

_TRY = """async (endpoint) => {
    const attempts = {
        plain: {method: "POST", body: "{}"},
        form: {method: "POST", body: new URLSearchParams({Action: "ListUsers", Version: "2010-05-08"})},
        json: {method: "POST", body: "{}", headers: {"content-type": "application/x-amz-json-1.1", "x-amz-target": "x.y"}},
        page: {method: "GET"},
    };
    const outcomes = {};
    for (const [name, options] of Object.entries(attempts)) {
        const to = name === "page" ? `${endpoint}/console` : endpoint;
        outcomes[name] = await fetch(to, options).then((answer) => `read ${answer.status}`, () => "nothing");
    }
    return outcomes;
}"""


_INJECT = """() => {
    const script = (change) => {
        const element = document.createElement("script");
        change(element);
        document.body.append(element);
    };
    const ways = {
        markup: () => { document.body.insertAdjacentHTML("beforeend", "<img src=x onerror='window.ran = 1'>") },
        whole: () => { document.body.innerHTML = "<svg onload='window.ran = 1'></svg>" },
        inline: () => { script((element) => { element.textContent = "window.ran = 1" }) },
        foreign: () => { script((element) => { element.src = "data:text/javascript,window.ran=1" }) },
    };
    const outcomes = {};
    for (const [name, way] of Object.entries(ways)) {
        try { way(); outcomes[name] = "done" } catch { outcomes[name] = "refused" }
    }
    return outcomes;
}"""


class _Elsewhere(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = b"<!doctype html><title>elsewhere</title>"
        self.send_response(200)
        self.send_header("content-type", "text/html")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture
def elsewhere() -> Iterator[str]:
    site = ThreadingHTTPServer(("127.0.0.1", 0), _Elsewhere)
    threading.Thread(target=site.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{site.server_address[1]}/"
    site.shutdown()
    site.server_close()


def test_a_page_from_another_origin_reads_nothing(console: Console, context: BrowserContext, elsewhere: str) -> None:
    console.sign_in()
    other = context.new_page()
    other.goto(elsewhere)
    outcomes = other.evaluate(_TRY, console.server.endpoint)
    assert outcomes == dict.fromkeys(outcomes, "nothing")
    other.close()


def test_the_console_cannot_be_framed_or_opened_into(
    context: BrowserContext, built: None, server: Server, elsewhere: str
) -> None:
    other: Page = context.new_page()
    other.goto(elsewhere)
    other.evaluate(
        """(address) => {
            const frame = document.createElement("iframe");
            frame.src = address;
            document.body.append(frame);
        }""",
        f"{server.endpoint}/console",
    )
    other.wait_for_timeout(500)
    assert all(frame.locator("#console").count() == 0 for frame in other.frames)
    other.evaluate("(address) => { window.opened = window.open(address) }", f"{server.endpoint}/console")
    other.wait_for_function("window.opened.closed")  # as far as the other page can see: the two are kept apart
    other.close()


def test_foreign_script_and_markup_do_not_run(context: BrowserContext, built: None) -> None:
    """The policy holds where a mistake of ours would let something in."""
    page = context.new_page()
    page.goto("/console/")
    expect(page.get_by_label("Access key ID")).to_be_visible()
    refused = page.evaluate(_INJECT)
    assert refused == dict.fromkeys(refused, "refused")
    assert page.evaluate("window.ran") is None
    page.close()
