"""Signing in and out: whose session it is can be seen, and nothing of it stays."""

import re

from playwright.sync_api import Page, expect

from support.browser import Console
from support.server import Profile, Server


def test_sign_in_with_an_access_key_and_out(console: Console, server: Server) -> None:
    page = console.page
    account = server.boto3("sts").get_caller_identity()["Account"]
    console.sign_in()
    expect(page.get_by_role("banner")).to_contain_text(account)
    expect(page.get_by_role("banner")).to_contain_text("us-east-1")
    console.accessible()
    page.get_by_role("button", name=re.compile(account)).click()
    page.get_by_role("menuitem", name="Sign out").click()
    expect(page.get_by_label("Access key ID")).to_have_value("")
    expect(page.get_by_text(account)).to_have_count(0)


def test_a_deep_link_waits_for_who_signs_in(console: Console) -> None:
    console.sign_in(path="/settings")
    expect(console.page).to_have_url(re.compile(r"/console/settings$"))
    expect(console.page.get_by_role("heading", level=1, name="Settings")).to_be_visible()


def test_a_wrong_secret_is_refused_in_the_servers_words(console: Console, server: Server) -> None:
    right = server.profile()
    console.open()
    console.enter(Profile(right.access_key_id, "x" * 40, right.region))
    expect(console.page.get_by_text("The request signature we calculated does not match")).to_be_visible()
    console.accessible()


def test_nothing_secret_is_kept(console: Console, server: Server) -> None:
    console.sign_in()
    page, key = console.page, server.profile()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    kept: str = page.evaluate(
        "JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie, location.href])"
    )
    assert key.secret_access_key not in kept
    assert key.access_key_id not in kept
    page.reload()
    expect(page.get_by_label("Access key ID")).to_have_value("")


def test_the_region_can_be_changed(console: Console) -> None:
    console.sign_in()
    page: Page = console.page
    page.get_by_role("button", name="Region: us-east-1").click()
    page.get_by_role("menuitem", name=re.compile("eu-west-1")).click()
    expect(page.get_by_role("button", name="Region: eu-west-1")).to_be_visible()
