"""What documentation pages tell their readers to type, for the tests that do so."""

import re
from pathlib import Path

DOCS = Path(__file__).parent.parent.parent / "docs"

_BLOCK = re.compile(r"^```(?P<language>\w+)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
_HEADING = re.compile(r"^#{1,4} (?P<title>.+)$", re.MULTILINE)


def section(path: Path, title: str) -> str:
    """Return what stands under a heading, up to the next heading of any depth. Errors: AssertionError when it is not there."""
    text = path.read_text()
    inside = [(found.start(), found.end()) for found in _BLOCK.finditer(text)]
    headings = [
        found for found in _HEADING.finditer(text) if not any(start < found.start() < end for start, end in inside)
    ]
    for at, heading in enumerate(headings):
        if heading["title"] == title:
            end = headings[at + 1].start() if at + 1 < len(headings) else len(text)
            return text[heading.end() : end]
    raise AssertionError(f"{path.name} has no section {title!r}, only {[found['title'] for found in headings]}")


def blocks(path: Path, title: str, language: str) -> list[str]:
    """Return the fenced blocks of one language under a heading, in order."""
    return [found["text"] for found in _BLOCK.finditer(section(path, title)) if found["language"] == language]


def commands(path: Path, title: str) -> list[str]:
    """Return the shell blocks (```sh) under a heading, in order. Errors: AssertionError when there is none."""
    found = blocks(path, title, "sh")
    assert found, f"{path.name}, {title!r}: no commands"
    return found
