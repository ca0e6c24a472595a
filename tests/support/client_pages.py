"""The pages of docs/integrations that show one client each: their files are written, their commands are run, their promises are kept.

A page has two sections, ``Encrypt`` and ``Decrypt``. Blocks of code that begin with a comment of one file name (``# seal.py``) are files;
``sh`` blocks are typed. What is encrypted everywhere is SECRET, and Decrypt prints it.
"""

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from support.pages import DOCS, blocks, commands
from support.server import Server

SECRET = "correct horse battery staple"

_FILE_NAME = re.compile(r"(?:#|//) (?P<name>[\w-]+\.\w+)\n")
_LANGUAGES = ("python", "js", "go", "java", "json", "hcl", "yaml")


@dataclass(slots=True)
class Typed:
    """One page, one key and one folder. ``more`` are further variables of the shell."""

    server: Server
    page: Path
    directory: Path
    more: Mapping[str, str] = field(default_factory=dict)
    profile: str = "default"
    _key: Any = None

    @property
    def key(self) -> Any:
        """The metadata of the key that ``$KEY`` names by its ARN."""
        if self._key is None:
            self._key = self.server.boto3().create_key()["KeyMetadata"]
        return self._key

    def prepare(self) -> None:
        """Write the page's files."""
        for title in ("Encrypt", "Decrypt"):
            for language in _LANGUAGES:
                for text in blocks(self.page, title, language):
                    named = _FILE_NAME.match(text)
                    if named is not None:
                        (self.directory / named["name"]).write_text(text)

    def run(self, title: str) -> "subprocess.CompletedProcess[str]":
        """Type all commands of a section into one shell."""
        environment = self.server.env(self.profile) | {
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "HOME": str(self.directory),
            "KEY": self.key["Arn"],
            "PYTHONDONTWRITEBYTECODE": "1",
            **self.more,
        }
        return subprocess.run(
            ["bash", "-euo", "pipefail", "-c", "\n".join(commands(self.page, title))],
            env=environment,
            cwd=self.directory,
            capture_output=True,
            text=True,
            timeout=100,
            check=False,
        )

    def on_disk(self) -> str:
        """Return all files but the page's own, which name the secret."""
        own = {
            named["name"]
            for title in ("Encrypt", "Decrypt")
            for language in _LANGUAGES
            for text in blocks(self.page, title, language)
            if (named := _FILE_NAME.match(text)) is not None
        }
        files = (path for path in self.directory.rglob("*") if path.is_file() and not path.is_symlink())
        return "".join(path.read_bytes().decode("latin-1") for path in files if path.name not in own)

    def calls(self) -> list[tuple[str, dict[str, str]]]:
        """Return what the audit says of the key: operation and encryption context, without what administrators did."""
        return [
            (record["eventName"], (record["requestParameters"] or {}).get("encryptionContext") or {})
            for record in self.server.records()
            if any(self.key["Arn"] == resource["ARN"] for resource in record["resources"] or ())
            and record["eventName"] not in {"CreateKey", "DisableKey", "EnableKey", "DescribeKey"}
        ]


def page(name: str) -> Path:
    """Return the path of a client's page."""
    return DOCS / "integrations" / f"{name}.md"


def walk(typed: Typed, context: Mapping[str, str], *, refused_by: str = "DisabledException") -> None:
    """Encrypt; look at the disk; decrypt while the key is disabled, and again when it is enabled; look into the audit."""
    typed.prepare()
    encrypted = typed.run("Encrypt")
    assert encrypted.returncode == 0, encrypted.stdout + encrypted.stderr
    assert SECRET not in typed.on_disk()
    kms = typed.server.boto3()
    kms.disable_key(KeyId=typed.key["KeyId"])
    try:
        refused = typed.run("Decrypt")
    finally:
        kms.enable_key(KeyId=typed.key["KeyId"])
    assert refused.returncode != 0
    assert refused_by in refused.stdout + refused.stderr
    assert SECRET not in refused.stdout
    opened = typed.run("Decrypt")
    assert opened.returncode == 0, opened.stdout + opened.stderr
    assert SECRET in opened.stdout
    calls = typed.calls()
    assert {"Decrypt"} < {name for name, _ in calls}, "and one that encrypts"
    assert all(context.items() <= sent.items() for _, sent in calls), calls
