"""Dashboard, integrations, settings: what they say is what the server says."""

import re
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from support.browser import Console
from support.server import Server

_MARK = "aws:ebs:id"


@pytest.fixture(scope="module")
def filled(server: Server) -> dict[str, str]:
    """Keys in a Region that no other test uses, one about to be deleted; calls with a context, and denied ones."""
    kms = server.boto3(region="eu-north-1")
    keys = {name: kms.create_key()["KeyMetadata"]["KeyId"] for name in ("used", "going", "off")}
    for name, key_id in keys.items():
        kms.create_alias(AliasName=f"alias/{name}", TargetKeyId=key_id)
    kms.encrypt(KeyId=keys["used"], Plaintext=b"x", EncryptionContext={_MARK: "vol-1"})
    kms.enable_key_rotation(KeyId=keys["used"], RotationPeriodInDays=90)
    kms.disable_key(KeyId=keys["off"])
    kms.schedule_key_deletion(KeyId=keys["going"], PendingWindowInDays=7)
    server.user("console-denied")
    denied: Any = server.boto3(profile="console-denied", region="eu-north-1")
    with pytest.raises(kms.exceptions.ClientError, match="AccessDenied"):
        denied.encrypt(KeyId=keys["used"], Plaintext=b"x")
    return keys


@pytest.fixture
def there(console: Console, filled: dict[str, str]) -> Iterator[Console]:
    """The console in that Region."""
    console.open()
    console.page.evaluate("localStorage.setItem('strongroom.region', 'eu-north-1')")
    return console


def _figure(page: Page, label: str) -> str:
    return page.get_by_role("link", name=re.compile(f"^{label}: ")).inner_text()


def test_the_dashboard_counts_keys_and_says_what_comes(there: Console) -> None:
    page = there.page
    there.sign_in()
    expect(page.get_by_role("link", name="Customer managed: 3")).to_be_visible()
    assert [_figure(page, label) for label in ("Enabled", "Disabled", "Pending deletion")] == ["1", "1", "1"]
    expect(page.get_by_role("link", name="SYMMETRIC_DEFAULT")).to_be_visible()
    expect(page.get_by_role("link", name="going")).to_be_visible()  # pending deletion
    expect(page.get_by_text("in 7 days")).to_be_visible()
    expect(page.get_by_role("link", name="used")).to_be_visible()  # a rotation is due
    expect(page.get_by_text("in 90 days")).to_be_visible()
    there.accessible()
    there.dark()
    there.accessible()
    page.get_by_role("link", name="Disabled: 1").click()
    expect(page).to_have_url(re.compile(r"/console/keys\?states=Disabled$"))


def test_the_dashboard_shows_denied_calls_and_use(there: Console) -> None:
    page = there.page
    there.sign_in()
    deadline = time.monotonic() + 30
    while True:  # the index follows the journal
        if page.get_by_text("No call was denied.").or_(page.get_by_text("No key was used.")).count() == 0:
            break
        assert time.monotonic() < deadline
        page.wait_for_timeout(500)
        page.get_by_role("button", name="Refresh").click()
        expect(page.get_by_role("heading", name=re.compile("Denied calls"))).to_be_visible()
    expect(page.get_by_role("heading", name=re.compile(r"Denied calls \([1-9]"))).to_be_visible()
    expect(page.get_by_role("application", name="Use of keys over time")).to_be_visible()
    page.get_by_role("link", name="Show in audit search").click()
    expect(page).to_have_url(re.compile(r"/console/audit\?.*errorCodes=AccessDenied"))


def test_integrations_are_filled_in_and_show_who_calls(there: Console, server: Server) -> None:
    page = there.page
    there.sign_in(path="/integrations?key=alias/used")
    row = page.get_by_role("row").filter(has=page.get_by_role("link", name="Volumes (EBS)"))
    expect(row).not_to_contain_text("Looking")
    deadline = time.monotonic() + 30
    while "Not yet" in row.inner_text():
        assert time.monotonic() < deadline
        page.reload()
        there.enter(server.profile())
        expect(row).not_to_contain_text("Looking")
    expect(row.get_by_role("link").nth(1)).to_have_attribute("href", re.compile("context=aws%3Aebs%3Aid"))
    expect(page.get_by_role("row").filter(has_text="Kubernetes")).to_contain_text("Not yet")
    there.accessible()
    page.get_by_role("link", name="SOPS").click()
    code = page.get_by_role("region", name="Encrypt and decrypt")
    expect(code).to_contain_text(re.compile(r"sops encrypt --kms arn:aws:kms:eu-north-1:\d{12}:alias/used "))
    expect(page.get_by_role("region", name="Environment")).to_contain_text(f"AWS_ENDPOINT_URL_KMS={server.endpoint}")
    assert server.profile().secret_access_key not in page.content()
    there.accessible()


def test_settings_say_how_the_server_stands(there: Console, server: Server) -> None:
    page = there.page
    there.sign_in(path="/settings")
    expect(page.get_by_text(server.endpoint, exact=True)).to_be_visible()
    for tab, shown in (
        ("TLS", "This server speaks plain HTTP"),
        ("Jobs", "deletion"),
        ("Quotas", "aliases per key"),
        ("Storage and audit", "Audit journal"),
    ):
        page.get_by_role("tab", name=tab).click()
        expect(page.get_by_text(shown).first).to_be_visible()
        there.accessible()
    expect(page).to_have_url(re.compile(r"/console/settings/storage$"))


def test_who_may_not_look_is_told_why(there: Console) -> None:
    there.sign_in("console-denied")
    page = there.page
    denied = page.get_by_text(re.compile("is not authorized to perform: strongroom:GetKeySummary"))
    expect(denied.first).to_be_visible()
    there.accessible()
    page.get_by_role("link", name="Explain why").first.click()
    expect(page).to_have_url(re.compile(r"/console/access\?principal=arn.*action=strongroom%3A"))


def test_over_tls_the_ca_can_be_had(browser: Browser, built: None, start_server: Callable[..., Server]) -> None:
    server = start_server(start=False, workers=1)
    server.cli("tls", "init")
    server.start()
    context = browser.new_context(base_url=server.endpoint, ignore_https_errors=True, reduced_motion="reduce")
    page = context.new_page()
    console = Console(page, server)
    console.sign_in(path="/settings/tls")
    with page.expect_download() as given:
        page.get_by_role("button", name="Download the CA certificate").click()
    assert given.value.suggested_filename == "strongroom-ca.pem"
    assert server.certificate is not None
    assert given.value.path().read_text() == server.certificate.read_text()
    console.accessible()
    console.go("Integrations")
    page.get_by_role("link", name="Python (boto3)").click()
    expect(page.get_by_role("region", name="Environment")).to_contain_text("AWS_CA_BUNDLE")
    context.close()
