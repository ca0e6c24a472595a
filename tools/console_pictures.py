"""``make console-pictures``: every screen of the console, light and dark, as pictures in docs/console/.

A server in a temporary directory with a small firm's keys, users and calls; Chromium; one picture a screen and taste.
"""

import sys
import tempfile
from contextlib import closing, suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote

from botocore.exceptions import ClientError
from playwright.sync_api import expect, sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))  # the browser and the server of the tests

from support.browser import CHROMIUM_ARGUMENTS, Console, chromium
from support.server import Server

PICTURES = Path(__file__).resolve().parent.parent / "docs" / "console"
_SIZE = {"width": 1280, "height": 860}
_SETTLE_MS = 900  # charts draw themselves after their data is there
_KEYS = (
    ("payments", "SYMMETRIC_DEFAULT", "ENCRYPT_DECRYPT", "Card numbers and payouts"),
    ("customer-records", "SYMMETRIC_DEFAULT", "ENCRYPT_DECRYPT", "Everything about customers"),
    ("backups", "SYMMETRIC_DEFAULT", "ENCRYPT_DECRYPT", "Database backups in S3"),
    ("release-signing", "ECC_NIST_P256", "SIGN_VERIFY", "Signs what we ship"),
    ("licence-tokens", "RSA_3072", "SIGN_VERIFY", "Signs licences"),
    ("webhooks", "HMAC_256", "GENERATE_VERIFY_MAC", "Codes on webhooks"),
    ("archive-2019", "SYMMETRIC_DEFAULT", "ENCRYPT_DECRYPT", "No longer used"),
)


def furnish(server: Server) -> tuple[str, str]:
    """Make keys, users and calls; return the id of the key that is looked at closely, and the ARN of a user who is refused."""
    kms: Any = server.boto3()
    made = {}
    for name, spec, usage, description in _KEYS:
        tags = [{"TagKey": "team", "TagValue": name.partition("-")[0]}]
        key = kms.create_key(KeySpec=spec, KeyUsage=usage, Description=description, Tags=tags)["KeyMetadata"]
        kms.create_alias(AliasName=f"alias/{name}", TargetKeyId=key["KeyId"])
        made[name] = key["KeyId"]
    for name in ("payments", "customer-records", "backups"):
        kms.enable_key_rotation(KeyId=made[name])
    use = {"Effect": "Allow", "Action": ["kms:GenerateDataKey", "kms:Decrypt", "kms:Encrypt"], "Resource": "*"}
    server.user("billing", {"Version": "2012-10-17", "Statement": [use]})
    refused = server.user("reporting", {"Version": "2012-10-17", "Statement": [{**use, "Action": "kms:DescribeKey"}]})
    billing, reporting = server.boto3(profile="billing"), server.boto3(profile="reporting")
    for number in range(60):
        context = {"tenant": ("acme", "globex", "initech")[number % 3]}
        sealed = billing.encrypt(KeyId=made["payments"], Plaintext=b"x", EncryptionContext=context)["CiphertextBlob"]
        if number % 2:
            billing.decrypt(CiphertextBlob=sealed, EncryptionContext=context)
        if number % 5 == 0:
            billing.generate_data_key(KeyId=made["customer-records"], KeySpec="AES_256")
            with suppress(ClientError):  # refused, to be explained
                reporting.decrypt(CiphertextBlob=sealed, EncryptionContext=context)
    for _ in range(2):
        kms.rotate_key_on_demand(KeyId=made["payments"])
    kms.create_grant(
        KeyId=made["payments"],
        GranteePrincipal=refused,
        Operations=["Decrypt", "DescribeKey"],
        Constraints={"EncryptionContextSubset": {"tenant": "acme"}},
        Name="monthly-report",
    )
    kms.create_key(Origin="EXTERNAL", Description="Material comes from the old HSM")
    kms.schedule_key_deletion(KeyId=made["archive-2019"], PendingWindowInDays=14)
    return made["payments"], refused


def screens(key: str, who: str) -> dict[str, str]:
    """Return the name of each picture and the address below /console."""
    return {
        "dashboard": "/",
        "keys": "/keys",
        "create-key": "/keys/create",
        "key-overview": f"/keys/{key}",
        "key-policy": f"/keys/{key}/policy",
        "key-grants": f"/keys/{key}/grants",
        "key-cryptography": f"/keys/{key}/cryptography",
        "key-material": f"/keys/{key}/material",
        "key-aliases": f"/keys/{key}/aliases",
        "key-tags": f"/keys/{key}/tags",
        "key-regionality": f"/keys/{key}/regionality",
        "key-deletion": f"/keys/{key}/deletion",
        "aws-managed-keys": "/aws-keys",
        "key-stores": "/key-stores",
        "deletion-queue": "/deletions",
        "try-it": f"/try?key={key}",
        "access-check": f"/access?principal={quote(who)}&action=kms:Decrypt&key={key}",
        "audit-search": "/audit",
        "identities": "/identities/users",
        "integrations": "/integrations",
        "settings": "/settings",
    }


def go(console: Console, address: str) -> None:
    """Follow an address, and ask what is to be asked there."""
    page = console.page
    console.visit(address)
    if address.startswith("/access"):
        page.get_by_role("button", name="Check access").click()
        page.wait_for_load_state("networkidle")
    page.wait_for_timeout(_SETTLE_MS)


def main() -> int:
    """Take all pictures."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as directory,
        closing(Server(Path(directory), workers=2)) as server,
        sync_playwright() as playwright,
    ):
        server.start()
        key, refused = furnish(server)
        browser = playwright.chromium.launch(executable_path=chromium(), args=CHROMIUM_ARGUMENTS)
        context = browser.new_context(base_url=server.endpoint, viewport=_SIZE, locale="en-US", reduced_motion="reduce")
        page = context.new_page()
        console = Console(page, server)
        console.open()
        page.wait_for_timeout(_SETTLE_MS)
        page.screenshot(path=PICTURES / "sign-in-light.png")
        console.enter(server.profile("default"))
        expect(page.get_by_role("heading", level=1, name="Dashboard")).to_be_visible()
        for taste in ("light", "dark"):
            if taste == "dark":
                console.dark()
            for name, address in screens(key, refused).items():
                go(console, address)
                page.screenshot(path=PICTURES / f"{name}-{taste}.png")
        console.open()  # loaded anew: nobody is signed in, and the taste stays
        page.wait_for_timeout(_SETTLE_MS)
        page.screenshot(path=PICTURES / "sign-in-dark.png")
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
