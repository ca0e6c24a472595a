"""What tests of the console need: where it is built, a browser, and the things a person does in it again and again."""

import hashlib
import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect

from support.programs import needed
from support.server import Profile, Server

_ROOT = Path(__file__).parent.parent.parent
SOURCE = _ROOT / "console"
STATIC = _ROOT / "src" / "strongroom" / "console" / "static"
AXE = SOURCE / "node_modules" / "axe-core" / "axe.min.js"
CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
_ROOTS = ("index.html", "package-lock.json", "package.json", "scripts", "src", "tsconfig.json", "vite.config.ts")
_NOT_BUILT = (".test.ts", ".test.tsx")
_SERIOUS = ("serious", "critical")


def source_digest() -> str:
    """Return the digest of all that a build depends on, as console/scripts/digest.mjs computes it."""
    names = []
    for root in _ROOTS:
        path = SOURCE / root
        files = [path] if path.is_file() else [file for file in path.rglob("*") if file.is_file()]
        names += [name for file in files if not (name := file.relative_to(SOURCE).as_posix()).endswith(_NOT_BUILT)]
    lines = [f"{hashlib.sha256((SOURCE / name).read_bytes()).hexdigest()}  {name}\n" for name in sorted(names)]
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def built_digest() -> str:
    """Return the digest of what the built console was built from; empty when there is none."""
    record = STATIC / "source.sha256"
    return record.read_text().strip() if record.exists() else ""


def chromium() -> str:
    """Return the browser: where it is installed, Chromium's headless shell, the same engine without what a window needs."""
    return shutil.which("chromium-headless-shell") or str(needed("chromium"))


@dataclass(frozen=True, slots=True)
class Console:
    """One page of the console, driven as a person would."""

    page: Page
    server: Server

    def open(self, path: str = "/") -> None:
        """Go to a path below /console; this loads the page anew, which forgets who was signed in."""
        self.page.goto(f"/console{path}")

    def sign_in(self, profile: str = "default", path: str = "/") -> None:
        self.open(path)
        self.enter(self.server.profile(profile))
        expect(self.page.get_by_role("button", name="Sign in")).to_have_count(0)

    def enter(self, key: Profile) -> None:
        """Fill the sign-in form with an access key, and send it."""
        self.page.get_by_label("Access key ID").fill(key.access_key_id)
        self.page.get_by_label("Secret access key").fill(key.secret_access_key)
        self.page.get_by_role("button", name="Sign in").click()

    def go(self, title: str) -> None:
        """Follow the navigation to a screen; nothing is loaded anew."""
        self.page.get_by_role("link", name=title, exact=True).first.click()
        expect(self.page.get_by_role("heading", level=1, name=title)).to_be_visible()

    def visit(self, path: str) -> None:
        """Follow an address below /console within the page: loading it anew would forget who is signed in."""
        address = json.dumps(f"/console{path}")
        self.page.evaluate(f"history.pushState({{}}, '', {address}); dispatchEvent(new PopStateEvent('popstate'))")
        expect(self.page.get_by_role("heading").first).to_be_visible()
        self.page.wait_for_load_state("networkidle")

    def dark(self) -> None:
        self.page.get_by_role("button", name="Dark colours").click()

    def accessible(self) -> None:
        """Find no serious fault in what is shown. Axe is evaluated, not added to the page: its policy allows no foreign script."""
        assert AXE.exists(), "axe-core is missing: run make console"
        self.page.evaluate(AXE.read_text())
        found: dict[str, Any] = self.page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        faults = [
            {"rule": fault["id"], "help": fault["help"], "nodes": [node["html"][:300] for node in fault["nodes"]]}
            for fault in found["violations"]
            if fault["impact"] in _SERIOUS
        ]
        assert faults == [], json.dumps(faults, indent=1)
