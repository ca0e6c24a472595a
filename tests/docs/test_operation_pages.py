"""The generated pages: are those of the code as it is, and does the check name what has come apart?"""

from pathlib import Path

import generate_operation_docs as tool
import pytest

from strongroom.operations.table import BUILT
from strongroom.wire.plan import Blob, Integer, ListOf, Text

RUN = "run `make docs`"
DIFFERENCES = """
## Limits
| case | our answer |
|---|---|
| `Limit` too large | refused, see [there](formats/x.md) |
| Recipient | ignored |
| dates | as ListKeys does it |
"""


@pytest.fixture(scope="module")
def made() -> dict[str, str]:
    return tool.pages()


def test_the_committed_pages_are_those_of_the_code(made: dict[str, str]) -> None:
    assert tool.stale(made, tool.FOLDER) == [], RUN


def test_what_has_come_apart_is_named(made: dict[str, str], tmp_path: Path) -> None:
    for path, text in made.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(text)
    assert tool.stale(made, tmp_path) == []
    (tmp_path / "kms" / "Encrypt.md").write_text("older")
    (tmp_path / "kms" / "Decrypt.md").unlink()
    (tmp_path / "kms" / "Enkrypt.md").write_text("")
    assert tool.stale(made, tmp_path) == [
        "missing: kms/Decrypt.md",
        "not made by anything: kms/Enkrypt.md",
        "differs: kms/Encrypt.md",
    ]


def test_an_operation_without_a_summary_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    summaries = tmp_path / "summaries.toml"
    summaries.write_text(tool.SUMMARIES.read_text().replace("\nEncrypt = ", "\nEnkrypt = "))
    monkeypatch.setattr(tool, "SUMMARIES", summaries)
    with pytest.raises(ValueError, match=r"\('kms', 'Encrypt'\), \('kms', 'Enkrypt'\)"):
        tool.families()


def test_links_lead_somewhere(made: dict[str, str]) -> None:
    for path, text in made.items():
        for line in text.splitlines():
            prose = tool.re.sub(r"`[^`]*`", "", line)  # a pattern in code may look like a link
            for target in tool.re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", prose):
                found = (tool.FOLDER / path).parent / target
                assert found.resolve().exists(), (path, target)


def test_a_page_says_what_the_operation_does(made: dict[str, str]) -> None:
    page = made["kms/ReEncrypt.md"]
    for line in (
        "- `kms:ReEncryptFrom` on the key that the ciphertext blob names",
        "- `kms:ReEncryptTo` on the key in `DestinationKeyId`",
        "| another account's key | may be named |",
        "| `Disabled` | `DisabledException`: `<key ARN> is disabled.` |",
        "| `CiphertextBlob` | bytes, 1 to 6,144 bytes | never logged |",
    ):
        assert line in page
    assert "`kms:ReEncryptOnSameKey`" in page


def test_an_operation_that_is_not_built_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tool, "BUILT", {**BUILT, "kms": {}})
    (family,) = (each for each in tool.families() if each.title == "Encryption")
    page = tool.page(family, "Encrypt", [])
    assert "**Not built in this version of strongroom**" in page
    assert "## Permissions" not in page
    assert "## Request" in page


@pytest.mark.parametrize(
    ("node", "words"),
    [
        (Text(1, 2048), "text, 1 to 2,048 characters"),
        (Text(6, 6), "text, 6 characters"),
        (Text(None, None, None, "a|b"), r"text, matching `a\|b`"),
        (Text(values=("A", "B")), "one of `A`, `B`"),
        (Integer(7, 30), "integer, 7 to 30"),
        (Integer(-(2**31), 2**31 - 1), "integer"),
        (Blob(1, None), "bytes, at least 1 byte"),
        (ListOf(Text(1, 5), 0, 10), "list of text, 1 to 5 characters, at most 10 items"),
    ],
)
def test_constraints_in_words(node: Text, words: str) -> None:
    assert tool.described(node) == words


def test_differences_are_found_by_operation_and_by_member() -> None:
    limit, recipient, dates = tool.differences(DIFFERENCES)
    assert (limit.names, recipient.names, dates.names) == ({"Limit"}, {"Recipient"}, {"dates", "ListKeys"})
    assert limit.text == "- Limits: `Limit` too large: our answer: refused, see [there](../../formats/x.md)"
