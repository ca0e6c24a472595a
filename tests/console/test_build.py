"""The console that is in the tree is the one that its sources make. Needs no Node."""

import json

from support.browser import SOURCE, STATIC, built_digest, source_digest


def test_the_build_is_of_these_sources() -> None:
    assert built_digest() == source_digest(), "console/ has changed: run make console"


def test_the_page_has_nothing_inline() -> None:
    page = (STATIC / "index.html").read_text()
    assert "<style" not in page
    assert page.count("<script") == page.count('<script type="module" crossorigin src="/console/assets/')


def test_the_lock_names_no_host() -> None:
    """Packages are told apart by their digests; where they come from is the machine's setting."""
    lock = json.loads((SOURCE / "package-lock.json").read_text())
    assert [name for name, package in lock["packages"].items() if "resolved" in package] == []
    assert [name for name, package in lock["packages"].items() if name and "integrity" not in package] == []
