"""``python bench/console.py``: how long a person waits for the console of a server with many keys.

Seconds in Chromium, with an empty cache: until the sign-in form can be used, from sign-in to the dashboard with its numbers, and to the
first page of the keys; then the next page, and a search. Runs in the development environment (Playwright, Chromium of the system).
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))  # the browser and the server of the tests

from playwright.sync_api import Browser, expect, sync_playwright

from scale import seed
from support.browser import CHROMIUM_ARGUMENTS, Console, chromium
from support.server import Server

_AIM_SECONDS = 1.5
_WAIT_MS = 60_000


def timed(act: Callable[[], object]) -> float:
    started = time.perf_counter()
    act()
    return time.perf_counter() - started


def visit(browser: Browser, server: Server) -> list[float]:
    """Return the seconds of each step of one visit, in a browser that knows nothing yet."""
    context = browser.new_context(base_url=server.endpoint, viewport={"width": 1400, "height": 900}, locale="en-US")
    with closing(context):
        page = context.new_page()
        console = Console(page, server)

        def form() -> None:
            console.open()
            expect(page.get_by_label("Access key ID")).to_be_editable()

        def dashboard() -> None:
            console.enter(server.profile("default"))
            expect(page.get_by_role("heading", level=1, name="Dashboard")).to_be_visible()
            expect(page.get_by_text("By key spec")).to_be_visible()

        def keys() -> None:
            page.get_by_role("link", name="Customer managed keys", exact=True).first.click()
            expect(page.locator("tbody a").first).to_be_visible()

        def following() -> None:
            first = page.locator("tbody a").first.inner_text()
            page.get_by_role("button", name="Next page").click()
            expect(page.locator("tbody a").first).not_to_have_text(first)

        return [timed(step) for step in (form, dashboard, keys, following)]


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--keys", type=int, default=10_000, help="on the server (default %(default)s)")
    parser.add_argument("--visits", type=int, default=5, help="median of so many (default %(default)s)")
    options = parser.parse_args()
    expect.set_options(timeout=_WAIT_MS)
    with tempfile.TemporaryDirectory() as directory, closing(Server(Path(directory), workers=2)) as server:
        server.start()
        server.stop()
        seed(server.data, options.keys)
        server.start()
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium(), args=CHROMIUM_ARGUMENTS)
            visits = [visit(browser, server) for _ in range(options.visits)]
            browser.close()
    names = ("sign-in form", "sign-in to dashboard", "first page of keys", "next page")
    print(f"{options.keys:,} keys, {options.visits} visits, seconds: median (the first visit)\n")
    for name, times in zip(names, zip(*visits, strict=True), strict=True):
        print(f"- {name}: {median(times):.2f} ({times[0]:.2f})")
    first = median(one[0] for one in visits)
    print(f"\n- first screen: {first:.2f}, aim {_AIM_SECONDS:g}: {'reached' if first <= _AIM_SECONDS else 'MISSED'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
