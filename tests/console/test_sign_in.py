"""Signing in and out: whose session it is can be seen, and nothing of it stays."""

import re
import time

import pytest
from playwright.sync_api import BrowserContext, Page, expect

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
    page.wait_for_load_state("networkidle")  # the server's own list of Regions takes the place of the built-in one
    page.get_by_role("button", name="Region: us-east-1").click()
    page.get_by_role("menuitem", name=re.compile("eu-west-1")).click()
    expect(page.get_by_role("button", name="Region: eu-west-1")).to_be_visible()


@pytest.fixture(scope="module")
def password(server: Server) -> tuple[str, str, str]:
    """An account, a user of it who has a password, and the password."""
    server.user(
        "console-carol", {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}
    )
    file = server.directory / "password"
    file.write_text("Correct-horse-battery-7-staple\n")
    server.cli("user", "password", "console-carol", "--password-file", file)
    return server.boto3("sts").get_caller_identity()["Account"], "console-carol", file.read_text().strip()


def _enter(page: Page, account: str, user: str, password: str) -> None:
    page.get_by_label("User and password").check()
    page.get_by_label("Account").fill(account)
    page.get_by_label("User name").fill(user)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()


def test_sign_in_with_a_password(console: Console, password: tuple[str, str, str]) -> None:
    page = console.page
    console.open("/settings")
    _enter(page, *password[:2], "wrong")
    expect(page.get_by_text("You are not signed in")).to_be_visible()
    console.accessible()
    page.get_by_label("Password", exact=True).fill(password[2])
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", level=1, name="Settings")).to_be_visible()
    expect(page.get_by_role("banner")).to_contain_text("console-carol")


def test_a_session_that_ends_is_told_before_and_the_page_stays(
    context: BrowserContext, console: Console, password: tuple[str, str, str]
) -> None:
    page = console.page
    page.clock.install(time=time.time())
    console.open("/integrations?key=alias/kept")
    _enter(page, *password)
    expect(page.get_by_role("heading", level=1, name="Integrations")).to_be_visible()
    field = page.get_by_label("Key to fill in")
    page.clock.fast_forward("50:00")
    expect(page.get_by_text("Your session ends soon")).to_have_count(0)
    page.clock.fast_forward("06:00")
    expect(page.get_by_text("Your session ends soon")).to_be_visible()
    console.accessible()
    page.clock.fast_forward("05:00")
    dialog = page.get_by_role("dialog", name="Sign in")
    expect(dialog).to_be_visible()
    dialog.get_by_label("Password", exact=True).fill(password[2])
    dialog.get_by_label("Account").fill(password[0])
    dialog.get_by_label("User name").fill(password[1])
    dialog.get_by_role("button", name="Sign in", exact=True).click()
    expect(dialog).to_have_count(0)
    expect(page.get_by_text("Your session ends soon")).to_have_count(0)
    expect(field).to_have_value("alias/kept")


def test_several_accounts_at_once(console: Console, server: Server) -> None:
    page = console.page
    server.cli("account", "create", "console-second")
    console.sign_in(path="/settings")
    first = server.boto3("sts").get_caller_identity()["Account"]
    second = server.boto3("sts", "console-second").get_caller_identity()["Account"]
    page.get_by_role("button", name=re.compile(first)).click()
    page.get_by_role("menuitem", name="Sign in to another account").click()
    key = server.profile("console-second")
    dialog = page.get_by_role("dialog", name="Sign in")
    dialog.get_by_label("Access key", exact=True).check()
    dialog.get_by_label("Access key ID").fill(key.access_key_id)
    dialog.get_by_label("Secret access key").fill(key.secret_access_key)
    dialog.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("banner")).to_contain_text(second)
    expect(page.get_by_role("main").get_by_text(second)).to_be_visible()
    page.get_by_role("button", name=re.compile(second)).click()
    page.get_by_role("menuitem", name=re.compile(first)).click()
    expect(page.get_by_role("main").get_by_text(first)).to_be_visible()
    expect(page.get_by_role("main").get_by_text(second)).to_have_count(0)
