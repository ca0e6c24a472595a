"""The console in a real browser against a real server. Any error that the browser reports fails the test."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from support.browser import CHROMIUM_ARGUMENTS, Console, built_digest, chromium, source_digest
from support.server import Server, running

_WAIT_MS = 15_000  # of a busy machine
_VIOLATIONS = """
    window.cspViolations = [];
    document.addEventListener("securitypolicyviolation", (event) => {
        window.cspViolations.push(`${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber} ${event.sample}`);
    });
"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A browser for one file: Playwright keeps an event loop in this thread, which later tests want for themselves."""
    expect.set_options(timeout=_WAIT_MS)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium(), args=CHROMIUM_ARGUMENTS)
        yield started
        started.close()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server of the console's own: its dashboard counts all that others would leave behind."""
    with running(tmp_path_factory.mktemp("console"), workers=2) as shared:
        yield shared


@pytest.fixture(scope="session")
def built() -> None:
    """The tests look at what is built: it must be built from the sources that are here."""
    assert built_digest() == source_digest(), "the console is not built from these sources: run make console"


@pytest.fixture
def context(browser: Browser, built: None, server: Server) -> Iterator[BrowserContext]:
    opened = browser.new_context(
        base_url=server.endpoint,
        viewport={"width": 1400, "height": 900},
        locale="en-US",
        reduced_motion="reduce",  # colours that are on their way are nobody's choice
    )
    opened.set_default_timeout(_WAIT_MS)
    opened.add_init_script(_VIOLATIONS)
    yield opened
    opened.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A page that fails its test when the browser reports an error, or something that the content security policy forbids."""
    opened = context.new_page()
    errors: list[str] = []
    opened.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    opened.on("pageerror", lambda error: errors.append(str(error)))
    yield opened
    violations = opened.evaluate("window.cspViolations ?? []") if not opened.is_closed() else []
    # A refused API call is no error of the console: the browser reports each answer of 400 and above.
    assert [error for error in errors if "Failed to load resource" not in error] == []
    assert violations == []


@pytest.fixture
def console(page: Page, server: Server) -> Console:
    """The console, at its sign-in form."""
    return Console(page, server)
