"""Keys as people run them in the console: made, rotated, given policies, deleted; and what others wrote about them is only text."""

import json
import re
from typing import Any
from uuid import uuid4

from playwright.sync_api import Locator, Page, expect

from support.browser import Console
from support.server import Server

_HOSTILE = "<img src=x onerror='window.ran = 1'>\u202e{{7*7}}"
_SHOWN = "<img src=x onerror='window.ran = 1'>\\u202e{{7*7}}"


def _kms(server: Server) -> Any:
    return server.boto3("kms")


def _name(prefix: str) -> str:
    return f"{prefix}-{uuid4().hex[:8]}"


def _key(server: Server, alias: str, **settings: Any) -> str:
    key_id: str = _kms(server).create_key(**settings)["KeyMetadata"]["KeyId"]
    _kms(server).create_alias(AliasName=f"alias/{alias}", TargetKeyId=key_id)
    return key_id


def _state(server: Server, key_id: str) -> str:
    state: str = _kms(server).describe_key(KeyId=key_id)["KeyMetadata"]["KeyState"]
    return state


def _dialog(page: Page, name: str) -> Locator:
    return page.get_by_role("dialog", name=name)


def test_the_wizard_makes_a_key_which_is_then_rotated(console: Console, server: Server) -> None:
    alias = _name("made")
    console.sign_in(path="/keys")
    page = console.page
    page.get_by_role("button", name="Create key").first.click()
    step = page.get_by_role("button", name="Next", exact=True)
    expect(page.get_by_role("radio", name="Symmetric", exact=True)).to_be_checked()
    step.click()
    step.click()  # without an alias it goes no further, and says why
    expect(page.get_by_text("Give the key an alias")).to_be_visible()
    page.get_by_label("Alias", exact=True).fill(alias)
    page.get_by_role("button", name="Add tag").click()
    page.get_by_label("Tag key 1").fill("team")
    page.get_by_label("Tag value 1").fill("a")
    step.click()
    page.get_by_role("checkbox", name="Choose administrator").check()
    step.click()
    page.get_by_role("checkbox", name="Choose administrator").check()
    step.click()
    expect(page.get_by_role("region", name="key policy")).to_contain_text("Allow use of the key")
    expect(page.get_by_text("Nothing to improve was found.")).to_be_visible()
    page.get_by_role("button", name="Show as code").click()
    expect(page.get_by_role("region", name="code", exact=True)).to_contain_text(f"--alias-name alias/{alias}")
    console.accessible()
    page.get_by_role("button", name="Finish").click()

    expect(page.get_by_role("heading", level=1, name=alias)).to_be_visible()
    made = _kms(server).describe_key(KeyId=f"alias/{alias}")["KeyMetadata"]
    assert "Allow use of the key" in _kms(server).get_key_policy(KeyId=made["KeyId"])["Policy"]
    console.accessible()
    page.get_by_role("tab", name="Key material and rotations").click()
    timeline = page.get_by_role("list", name="Key material")
    expect(timeline.get_by_role("listitem")).to_have_count(1)
    page.get_by_role("button", name="Rotate now").click()
    _dialog(page, "Rotate now").get_by_role("button", name="Rotate now").click()
    expect(timeline.get_by_role("listitem")).to_have_count(2)
    expect(timeline.get_by_role("listitem").first).to_contain_text("Rotation on demand")
    expect(timeline.get_by_role("listitem").first).to_contain_text("Current")
    console.accessible()


def test_a_policy_that_locks_its_author_out_is_told_and_refused(console: Console, server: Server) -> None:
    key_id = _key(server, _name("policy"))
    before = _kms(server).get_key_policy(KeyId=key_id)["Policy"]
    console.sign_in(path=f"/keys/{key_id}/policy")
    page = console.page
    page.get_by_role("button", name="Switch to policy view").click()
    page.get_by_role("button", name="Edit", exact=True).click()
    statement = {
        "Sid": _HOSTILE.replace("\u202e", ""),
        "Effect": "Allow",
        "Principal": {"AWS": "*"},
        "Action": "kms:Decrypt",
        "Resource": "*",
    }
    page.get_by_role("textbox", name="Key policy").fill(
        json.dumps({"Version": "2012-10-17", "Statement": statement}, indent=2)
    )
    expect(page.get_by_role("region", name="What differs")).to_contain_text("- ")
    page.get_by_role("button", name="Check policy").click()
    expect(page.get_by_text("This policy would lock you out")).to_be_visible()
    findings = page.get_by_role("list", name="Findings")
    expect(findings).to_contain_text("<img src=x")
    expect(findings).to_contain_text("Everybody is let in")
    console.accessible()
    page.get_by_role("button", name="Save changes").click()
    expect(page.get_by_text("The key policy was not saved")).to_be_visible()
    expect(page.get_by_text("will not allow you to update the key policy in the future").last).to_be_visible()
    assert _kms(server).get_key_policy(KeyId=key_id)["Policy"] == before
    assert page.evaluate("window.ran") is None


def test_deletion_is_scheduled_by_name_and_cancelled(console: Console, server: Server) -> None:
    alias = _name("old")
    key_id = _key(server, alias)
    console.sign_in(path=f"/keys?text={alias}")
    page = console.page
    page.get_by_role("checkbox", name=f"Choose {alias}").check()
    page.get_by_role("button", name="Key actions").click()
    page.get_by_role("menuitem", name="Schedule key deletion").click()
    dialog = _dialog(page, "Schedule key deletion")
    dialog.get_by_label("Waiting period (in days)").fill("7")
    confirm = dialog.get_by_role("button", name="Schedule deletion")
    expect(confirm).to_be_disabled()
    dialog.get_by_label(f"To confirm, type {alias}").fill(alias)
    console.accessible()
    confirm.click()
    expect(page.get_by_role("row", name=re.compile(alias))).to_contain_text("Pending deletion")
    assert _state(server, key_id) == "PendingDeletion"

    page.get_by_role("link", name=alias).click()
    page.get_by_role("tab", name="Deletion").click()
    expect(page.get_by_text("Ciphertexts made")).to_be_visible()
    page.get_by_role("button", name="Cancel key deletion").click()
    expect(page.get_by_role("button", name="Schedule key deletion")).to_be_visible()
    assert _state(server, key_id) == "Disabled"


def test_what_others_wrote_is_shown_as_text(console: Console, server: Server) -> None:
    tags = [{"TagKey": "<b>team</b>", "TagValue": '"><script>window.ran = 1</script>'}]
    policy = {
        "Version": "2012-10-17",
        "Statement": {
            "Sid": "</pre><script>window.ran = 1</script>",
            "Effect": "Allow",
            "Principal": {"AWS": "*"},
            "Action": "kms:*",
            "Resource": "*",
        },
    }
    key_id = _key(server, _name("hostile"), Description=_HOSTILE, Tags=tags, Policy=json.dumps(policy))
    console.sign_in(path=f"/keys/{key_id}/tags")
    page = console.page
    expect(page.get_by_text(_SHOWN)).to_be_visible()
    expect(page.get_by_role("table", name="Tags")).to_contain_text("<b>team</b>")
    expect(page.get_by_role("table", name="Tags")).to_contain_text('"><script>window.ran = 1</script>')
    page.get_by_role("tab", name="Key policy").click()
    expect(page.get_by_role("region", name="key policy")).to_contain_text("</pre><script>window.ran = 1</script>")
    page.get_by_role("link", name="Customer managed keys").first.click()
    page.get_by_label("Filter keys").fill("<img src=x onerror='window.ran = 1'>")
    page.get_by_label("Filter keys").press("Enter")
    expect(page.get_by_role("link", name=key_id)).to_be_visible()
    expect(page).to_have_url(re.compile("text="))
    assert page.evaluate("window.ran") is None
