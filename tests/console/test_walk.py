"""Every screen once, on a wide and on a narrow screen, for whoever runs the server and for whom it refuses everything."""

import re
from urllib.parse import quote

import pytest
from playwright.sync_api import expect

from support.browser import Console
from support.server import Server

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

_SCREENS = (
    "/",
    "/keys",
    "/keys/create",
    "/keys/00000000-0000-0000-0000-000000000000",
    "/aws-keys",
    "/key-stores",
    "/deletions",
    "/access",
    "/audit",
    *(f"/identities/{kind}" for kind in ("users", "groups", "roles", "policies", "services")),
    "/identities/users/administrator",
    "/identities/users/" + "u" * 64,
    "/identities/policies/" + quote("arn:aws:iam::aws:policy/ReadOnlyAccess", safe=""),
    "/integrations",
    "/integrations/sops",
    *(
        f"/try?do={tab}"
        for tab in (
            "encrypt",
            "decrypt",
            "re-encrypt",
            "data-key",
            "sign",
            "verify",
            "mac",
            "agree",
            "encapsulate",
            "random",
        )
    ),
    *(f"/settings/{tab}" for tab in ("general", "tls", "jobs", "quotas", "storage")),
    "/nowhere",
)
_KEY_TABS = ("", "policy", "grants", "cryptography", "material", "aliases", "tags", "regionality", "deletion")


@pytest.fixture(scope="module")
def key(server: Server) -> str:
    """A key of which everything is as long as it may be; and somebody who may do nothing."""
    kms = server.boto3()
    tags = [{"TagKey": "t" * 128, "TagValue": "v" * 256}]
    key_id: str = kms.create_key(Description="\u202eSchlüssel" + "x" * 2000, Tags=tags)["KeyMetadata"]["KeyId"]
    kms.create_alias(AliasName="alias/" + "a" * 250, TargetKeyId=key_id)
    server.boto3("iam").create_user(UserName="u" * 64, Path="/" + "p" * 500 + "/")
    server.user("nobody")
    return key_id


@pytest.mark.parametrize("profile", ["default", "nobody"])
@pytest.mark.parametrize("width", [1280, 390])
def test_every_screen_can_be_read(console: Console, key: str, width: int, profile: str) -> None:
    page = console.page
    page.set_viewport_size({"width": width, "height": 844})
    console.sign_in(profile)
    for address in (*_SCREENS, *(f"/keys/{key}/{tab}" for tab in _KEY_TABS)):
        console.visit(address)
        expect(page.get_by_role("heading", level=1).first, address).to_be_visible()
        expect(page).to_have_title(re.compile(r".+ \| strongroom$"))
        sideways = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert sideways == 0, address
        console.accessible()


def test_a_server_that_restarts_is_found_again(console: Console, server: Server) -> None:
    page = console.page
    console.sign_in(path="/identities")
    expect(page.get_by_role("link", name="administrator", exact=True)).to_be_visible()
    server.stop()
    console.visit("/identities/roles")
    expect(page.get_by_text("This page asks again every few seconds.")).to_be_visible()
    console.visit("/settings")  # whose code is yet to be loaded
    server.start()
    expect(page.get_by_text(server.endpoint, exact=True)).to_be_visible()


def test_back_leads_where_one_came_from(console: Console) -> None:
    page = console.page
    console.sign_in(path="/identities/policies")
    page.get_by_role("link", name="ReadOnlyAccess", exact=True).click()
    expect(page.get_by_role("heading", level=1, name="ReadOnlyAccess")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("tab", name="Policies")).to_have_attribute("aria-selected", "true")
    page.get_by_role("tab", name="Roles").press("Enter")
    page.go_back()
    expect(page.get_by_role("tab", name="Policies")).to_have_attribute("aria-selected", "true")
