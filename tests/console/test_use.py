"""Keys used, refused, explained and found again: try it, the access check, the audit search, the deletion queue."""

import base64
import json
import re
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from support.browser import Console
from support.server import DEFAULT_REGION, Profile, Server

HOSTILE_CONTEXT = {"<img src=x onerror=alert(1)>": "\"><script>alert('x')</script>"}
HOSTILE_USER = "=cmd,@a+b"
TIMELINE_SECRET = "never in an address 7f3a"


@pytest.fixture(scope="module")
def key(server: Server) -> str:
    """A key with the alias alias/tried, and calls with a hostile encryption context by a user with a hostile name."""
    kms = server.boto3()
    key_id: str = kms.create_key(Description="for the bench")["KeyMetadata"]["KeyId"]
    kms.create_alias(AliasName="alias/tried", TargetKeyId=key_id)
    user = _user(server, HOSTILE_USER, "kms:Encrypt")
    theirs = server.fresh_boto3(aws_access_key_id=user.access_key_id, aws_secret_access_key=user.secret_access_key)
    theirs.encrypt(KeyId=key_id, Plaintext=b"x", EncryptionContext=HOSTILE_CONTEXT)
    return key_id


@pytest.fixture(scope="module")
def restricted(server: Server) -> Profile:
    """A user who may look, and encrypt nothing."""
    return _user(server, "looker", "strongroom:*", "kms:DescribeKey")


def _user(server: Server, name: str, *actions: str) -> Profile:
    iam = server.boto3("iam")
    policy = _policy({"Effect": "Allow", "Action": actions, "Resource": "*"})
    iam.create_user(UserName=name)
    iam.put_user_policy(UserName=name, PolicyName="its", PolicyDocument=policy)
    key = iam.create_access_key(UserName=name)["AccessKey"]
    return Profile(key["AccessKeyId"], key["SecretAccessKey"], DEFAULT_REGION)


def _policy(statement: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]}, indent=2)


def _records(page: Page) -> Locator:
    return page.get_by_role("table", name="Audit records")


def test_encrypt_and_decrypt_then_find_both_in_the_audit(console: Console, key: str) -> None:
    page = console.page
    console.sign_in(path="/try?key=alias/tried")
    page.get_by_label("Plaintext", exact=True).fill(TIMELINE_SECRET)
    page.get_by_role("button", name="Add context pair").click()
    page.get_by_label("Name of context pair 1").fill("tenant")
    page.get_by_label("Value of context pair 1").fill("bench")
    page.get_by_role("button", name="Encrypt", exact=True).click()
    expect(page.get_by_role("region", name="Ciphertext blob")).to_be_visible()
    console.accessible()
    page.get_by_role("button", name="Decrypt this").click()
    page.get_by_role("button", name="Decrypt", exact=True).click()
    expect(page.get_by_role("region", name="Plaintext", exact=True)).to_have_text(TIMELINE_SECRET)
    assert "7f3a" not in page.url
    page.get_by_label("Value of context pair 1").fill("another")
    page.get_by_role("button", name="Decrypt", exact=True).click()
    expect(page.get_by_text("InvalidCiphertextException").first).to_be_visible()

    console.go("Audit search")
    page.get_by_role("button", name="Add context pair").click()
    page.get_by_label("Name of context pair 1").fill("tenant")
    page.get_by_label("Value of context pair 1").fill("bench")
    page.get_by_role("button", name="Search", exact=True).click()
    expect(page).to_have_url(re.compile(r"context=tenant%3Dbench"))
    for operation in ("Encrypt", "Decrypt"):
        expect(_records(page).get_by_text(operation, exact=True)).to_have_count(1)
    chart = page.get_by_role("img", name=re.compile("Calls over time: 2 from"))
    expect(chart).to_be_visible()
    console.accessible()
    box = chart.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] + 5, box["y"] + 30, steps=3)
    page.mouse.up()
    expect(page).to_have_url(re.compile(r"startTime=.*context=tenant%3Dbench"))
    expect(_records(page).get_by_text("Decrypt", exact=True)).to_have_count(1)
    page.get_by_role("link", name="Record of Decrypt").or_(page.get_by_role("button", name="Record of Decrypt")).click()
    expect(page.get_by_role("region", name="Record", exact=True)).to_contain_text('"tenant": "bench"')
    console.accessible()


def test_the_rest_of_the_bench(console: Console, server: Server) -> None:
    kms, page = server.boto3(), console.page
    signing = kms.create_key(KeySpec="ECC_NIST_P256", KeyUsage="SIGN_VERIFY")["KeyMetadata"]["KeyId"]
    mac = kms.create_key(KeySpec="HMAC_256", KeyUsage="GENERATE_VERIFY_MAC")["KeyMetadata"]["KeyId"]
    console.sign_in(path=f"/try?do=sign&key={signing}")
    page.get_by_label("Message", exact=True).fill("hello")
    page.get_by_role("button", name="Sign", exact=True).click()
    page.get_by_role("button", name="Verify this").click()
    page.get_by_role("button", name="Verify", exact=True).click()
    expect(page.get_by_text("The signature is valid")).to_be_visible()
    page.get_by_label("Message", exact=True).fill("hello!")
    page.get_by_role("button", name="Verify", exact=True).click()
    expect(page.get_by_text("KMSInvalidSignatureException").first).to_be_visible()
    page.get_by_role("tab", name="MAC").click()
    page.get_by_label("Key", exact=True).fill(mac)
    page.get_by_role("button", name="Generate MAC").click()
    expect(page.get_by_role("region", name="MAC")).to_be_visible()
    page.get_by_role("radio", name="Verify", exact=True).click()
    page.get_by_role("button", name="Verify MAC").click()
    expect(page.get_by_text("The MAC is valid")).to_be_visible()
    page.get_by_role("tab", name="Data key").click()
    page.get_by_label("Key", exact=True).fill(kms.create_key()["KeyMetadata"]["KeyId"])
    page.get_by_label("Data key spec").click()
    page.get_by_role("option", name="ECC_NIST_P256", exact=True).click()
    page.get_by_role("button", name="Generate data key").click()
    expect(page.get_by_role("region", name="Encrypted private key")).to_be_visible()
    page.get_by_role("tab", name="Random").click()
    page.get_by_role("button", name="Generate random bytes").click()
    expect(page.get_by_role("region", name="Random bytes in hexadecimal")).to_have_text(re.compile("^[0-9a-f]{64}$"))


def test_secrets_shared_by_agreement_and_encapsulation(console: Console, server: Server) -> None:
    kms, page = server.boto3(), console.page
    mine, theirs = (
        kms.create_key(KeySpec="ECC_NIST_P256", KeyUsage="KEY_AGREEMENT")["KeyMetadata"]["KeyId"] for _ in range(2)
    )
    kem = kms.create_key(KeySpec="ML_KEM_768", KeyUsage="ENCAPSULATE_DECAPSULATE")["KeyMetadata"]["KeyId"]
    console.sign_in(path=f"/try?do=agree&key={mine}")
    page.get_by_label("Or that of a key here").fill(theirs)
    page.get_by_label("Or that of a key here").press("Escape")
    page.get_by_role("button", name="Take its public key").click()
    page.get_by_role("button", name="Derive shared secret").click()
    page.get_by_text("Show shared secret").click()
    agreed = page.get_by_role("region", name="Shared secret").inner_text()
    other = kms.get_public_key(KeyId=mine)["PublicKey"]
    derived = kms.derive_shared_secret(KeyId=theirs, KeyAgreementAlgorithm="ECDH", PublicKey=other)["SharedSecret"]
    assert base64.b64decode(agreed) == derived

    page.get_by_role("tab", name="Encapsulation").click()
    expect(page.get_by_text("This key is for another use: key agreement (ECC_NIST_P256).")).to_be_visible()
    expect(page.get_by_role("button", name="Encapsulate", exact=True)).to_be_disabled()
    page.get_by_label("Key", exact=True).fill(kem)
    page.get_by_role("button", name="Encapsulate", exact=True).click()
    page.get_by_text("Show shared secret").click()
    secret = page.get_by_role("region", name="Shared secret").inner_text()
    page.get_by_role("radio", name="Decapsulate").click()
    page.get_by_role("button", name="Decapsulate", exact=True).click()
    page.get_by_text("Show shared secret").click()
    expect(page.get_by_role("region", name="Shared secret")).to_have_text(secret)
    console.accessible()


def test_reencryption_changes_key_and_context(console: Console, server: Server, key: str) -> None:
    kms, page = server.boto3(), console.page
    other = kms.create_key()["KeyMetadata"]["KeyId"]
    blob = kms.encrypt(KeyId=key, Plaintext=b"moved", EncryptionContext={"a": "b"})["CiphertextBlob"]
    console.sign_in(path="/try?do=re-encrypt")
    page.get_by_label("Ciphertext blob to re-encrypt").fill(base64.b64encode(blob).decode())
    page.get_by_role("button", name="Add context pair").click()
    page.get_by_label("Name of context pair 1").fill("a")
    page.get_by_label("Value of context pair 1").fill("b")
    page.get_by_label("To key").fill(other)
    page.get_by_role("button", name="Add new context pair").click()
    page.get_by_label("Name of new context pair 1").fill("c")
    page.get_by_role("button", name="As a command of the AWS CLI").click()
    expect(page.get_by_role("region", name="Command")).to_contain_text(f"--destination-key-id {other}")
    page.get_by_role("button", name="Re-encrypt", exact=True).click()
    expect(page.get_by_role("region", name="Ciphertext blob", exact=True)).to_be_visible()
    console.accessible()
    page.get_by_role("button", name="Decrypt this").click()
    expect(page.get_by_label("Name of context pair 1")).to_have_value("c")
    page.get_by_role("button", name="Decrypt", exact=True).click()
    expect(page.get_by_role("region", name="Plaintext", exact=True)).to_have_text("moved")


def test_a_refusal_leads_to_the_statements_that_made_it(console: Console, key: str, restricted: Profile) -> None:
    page = console.page
    console.open("/try?do=data-key&key=alias/tried")
    console.enter(restricted)
    page.get_by_role("button", name="Generate data key").click()
    expect(page.get_by_text("is not authorized to perform: kms:GenerateDataKey")).to_be_visible()
    page.get_by_role("link", name="Explain why").click()
    expect(page.get_by_text("Denied", exact=True)).to_be_visible()
    expect(
        page.get_by_role("listitem").filter(has_text="policy of user looker that allows kms:GenerateDataKey")
    ).to_be_visible()
    expect(page.get_by_role("heading", name="The call")).to_be_visible()
    console.accessible()
    page.get_by_text("Ask the same question by hand").click()
    expect(page.get_by_label("Action", exact=True)).to_have_value("kms:GenerateDataKey")
    page.get_by_label("Action", exact=True).fill("kms:DescribeKey")
    page.get_by_label("Key", exact=True).click()
    page.get_by_role("button", name="Check access").click()
    expect(page.get_by_text("Allowed", exact=True)).to_be_visible()
    expect(page.get_by_text("Decides").first).to_be_visible()


def test_denied_screens_say_so(console: Console, restricted: Profile) -> None:
    console.open("/identities")
    console.enter(restricted)
    expect(console.page.get_by_text("is not authorized to perform: iam:ListUsers")).to_be_visible()
    console.go("Custom key stores")
    expect(console.page.get_by_text("is not authorized to perform: kms:DescribeCustomKeyStores")).to_be_visible()


def test_hostile_texts_are_shown_as_text(console: Console, key: str) -> None:
    page = console.page
    page.on("dialog", lambda dialog: pytest.fail(f"a script ran: {dialog.message}"))
    ((name, value),) = HOSTILE_CONTEXT.items()
    console.sign_in(path=f"/audit?principals={HOSTILE_USER.replace(',', '%252C').replace('+', '%2B')}")
    table = _records(page)
    expect(table.get_by_text(f"{name} = {value}")).to_be_visible()
    expect(table.get_by_text(HOSTILE_USER)).to_be_visible()
    with page.expect_download() as downloading:
        page.get_by_role("button", name="Export").click()
        page.get_by_role("menuitem", name="CSV").click()
    lines = downloading.value.path().read_text()
    assert ",=" not in lines
    assert json.dumps(name)[1:-1] in lines
    page.get_by_role("link", name="Record of Encrypt").or_(page.get_by_role("button", name="Record of Encrypt")).click()
    expect(page.get_by_role("region", name="Record", exact=True)).to_contain_text(name)


def test_the_deletion_queue(console: Console, server: Server) -> None:
    kms, page = server.boto3(), console.page
    key_id = kms.create_key()["KeyMetadata"]["KeyId"]
    kms.create_alias(AliasName="alias/doomed", TargetKeyId=key_id)
    kms.schedule_key_deletion(KeyId=key_id, PendingWindowInDays=7)
    console.sign_in(path="/deletions")
    row = page.get_by_role("row").filter(has_text="doomed")
    expect(row).to_contain_text("6 days")
    row.get_by_role("radio").click()
    page.get_by_role("button", name="Who used it").click()
    expect(page.get_by_text("Ciphertexts made")).to_be_visible()
    console.accessible()
    page.get_by_role("button", name="Close", exact=True).click()
    page.get_by_role("button", name="Cancel deletion").click()
    page.get_by_role("dialog").get_by_role("button", name="Cancel deletion").click()
    expect(page.get_by_text("Deletion cancelled")).to_be_visible()
    expect(row).to_have_count(0)
    assert kms.describe_key(KeyId=key_id)["KeyMetadata"]["KeyState"] == "Disabled"


def test_a_user_gets_policies_an_access_key_and_a_password(console: Console, server: Server) -> None:
    iam, page = server.boto3("iam"), console.page
    console.sign_in(path="/identities")
    expect(page.get_by_role("link", name="administrator", exact=True)).to_be_visible()
    console.accessible()
    page.get_by_role("button", name="Create user").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name", exact=True).fill("made,@here")
    dialog.get_by_role("button", name="Create user").click()
    expect(page.get_by_role("heading", level=1, name="made,@here")).to_be_visible()
    page.get_by_role("button", name="Attach policy").click()
    dialog.get_by_label("Policy", exact=True).fill("ReadOnlyAccess")
    dialog.get_by_role("option", name=re.compile("^ReadOnlyAccess")).click()
    dialog.get_by_role("button", name="Attach policy").click()
    expect(page.get_by_role("link", name="ReadOnlyAccess")).to_be_visible()
    page.get_by_role("button", name="Create access key").click()
    secret = dialog.get_by_role("region", name="Secret access key").inner_text()
    assert len(secret) == 40
    dialog.get_by_role("button", name="Done").click()
    expect(page.get_by_text(secret)).to_have_count(0)
    page.get_by_role("button", name="Give a password").click()
    dialog.get_by_label("Password", exact=True).fill("Correct-horse-battery-7")
    dialog.get_by_role("button", name="Save password").click()
    expect(page.get_by_text("must change it at the next sign-in")).to_be_visible()
    console.accessible()
    assert iam.get_login_profile(UserName="made,@here")["LoginProfile"]["PasswordResetRequired"]
    assert [one["PolicyName"] for one in iam.list_attached_user_policies(UserName="made,@here")["AttachedPolicies"]]
    page.get_by_role("button", name="Delete user").click()
    dialog.get_by_label("To confirm, type made,@here").fill("made,@here")
    dialog.get_by_role("button", name="Delete", exact=True).click()
    expect(dialog.get_by_text("DeleteConflict").first).to_be_visible()


def test_a_role_gets_another_trust_policy_and_a_boundary(console: Console, server: Server) -> None:
    iam, page = server.boto3("iam"), console.page
    account = server.boto3("sts").get_caller_identity()["Account"]
    trust = {"Effect": "Allow", "Principal": {"AWS": account}, "Action": "sts:AssumeRole"}
    allow = {"Effect": "Allow", "Action": "kms:*", "Resource": "*"}
    iam.create_role(RoleName="worker", AssumeRolePolicyDocument=_policy(trust))
    iam.put_role_policy(RoleName="worker", PolicyName="its", PolicyDocument=_policy(allow))
    console.sign_in(path="/identities/roles/worker")
    dialog = page.get_by_role("dialog")

    page.get_by_role("button", name="Edit trust policy").press("Enter")
    dialog.get_by_label("Policy", exact=True).fill(_policy({**trust, "Principal": {"AWS": "*"}, "Resource": "*"}))
    findings = dialog.get_by_role("list", name="Findings")
    expect(findings).to_contain_text("Everybody is let in")
    expect(dialog.get_by_role("region", name="What differs")).to_contain_text('"AWS": "*"')
    console.accessible()
    dialog.get_by_role("button", name="Save changes").click()
    expect(dialog.get_by_text("MalformedPolicyDocument").first).to_be_visible()  # the server's word: no Resource here
    dialog.get_by_label("Policy", exact=True).fill(_policy({**trust, "Action": "sts:TagSession"}))
    dialog.get_by_role("button", name="Save changes").click()
    expect(page.get_by_text("The trust policy was saved.")).to_be_visible()
    expect(page.get_by_role("region", name="Trust policy")).to_contain_text("sts:TagSession")

    page.get_by_role("button", name="its (inline)").click()
    page.get_by_role("button", name="Edit policy its").click()
    dialog.get_by_label("Policy", exact=True).fill(_policy({**allow, "Action": "kms:Decrypt"}))
    dialog.get_by_role("button", name="What would change").click()
    expect(dialog.get_by_text("Of 0 recorded calls")).to_be_visible()
    dialog.get_by_role("button", name="Save changes").click()
    expect(page.get_by_role("region", name="Policy its")).to_contain_text("kms:Decrypt")

    page.get_by_role("button", name="Set boundary").click()
    dialog.get_by_label("Policy", exact=True).fill("arn:aws:iam::aws:policy/NoSuchPolicy")
    dialog.get_by_role("button", name="Set boundary").click()
    expect(dialog.get_by_text("NoSuchEntity").first).to_be_visible()
    dialog.get_by_label("Policy", exact=True).fill("arn:aws:iam::aws:policy/ReadOnlyAccess")
    dialog.get_by_role("button", name="Set boundary").click()
    expect(page.get_by_role("link", name="arn:aws:iam::aws:policy/ReadOnlyAccess")).to_be_visible()
    console.accessible()
    page.get_by_role("button", name="Remove boundary").click()
    dialog.get_by_role("button", name="Remove boundary").click()
    expect(page.get_by_text("No boundary")).to_be_visible()
    assert "PermissionsBoundary" not in iam.get_role(RoleName="worker")["Role"]


def test_a_managed_policy_has_versions_and_holders(console: Console, server: Server) -> None:
    iam, page = server.boto3("iam"), console.page
    allow = {"Effect": "Allow", "Action": "kms:Decrypt", "Resource": "*"}
    arn = iam.create_policy(PolicyName="versioned", PolicyDocument=_policy(allow))["Policy"]["Arn"]
    iam.create_group(GroupName="holders")
    console.sign_in(path="/identities/policies")
    expect(page.get_by_role("link", name="versioned")).to_be_visible()
    console.accessible()
    page.get_by_role("link", name="versioned").click()
    dialog, versions = page.get_by_role("dialog"), page.get_by_role("table", name="Versions")
    page.get_by_role("button", name="Create version").click()
    dialog.get_by_label("Policy", exact=True).fill(_policy({**allow, "Action": "kms:Encrypt"}))
    dialog.get_by_role("checkbox", name="It is the default version at once").uncheck()
    console.accessible()
    dialog.get_by_role("button", name="Create version").click()
    page.get_by_role("button", name="Set as default: v2").click()
    expect(dialog.get_by_role("region", name="What differs")).to_contain_text("kms:Encrypt")
    dialog.get_by_role("button", name="Set as default").click()
    expect(page.get_by_text("Version v2, which counts.")).to_be_visible()
    page.get_by_role("button", name="Delete v1").click()
    dialog.get_by_role("button", name="Delete", exact=True).click()
    expect(versions.get_by_role("row")).to_have_count(2)  # one of them the heading

    page.get_by_role("button", name="Attach", exact=True).click()
    dialog.get_by_label("To a").click()
    dialog.get_by_role("option", name="group").click()
    dialog.get_by_label("Name", exact=True).fill("holders")
    dialog.get_by_role("button", name="Attach policy").click()
    expect(page.get_by_role("link", name="group holders")).to_be_visible()
    console.accessible()
    page.get_by_role("button", name="Detach from holders").click()
    dialog.get_by_role("button", name="Detach", exact=True).click()
    expect(page.get_by_text("To nobody")).to_be_visible()
    assert [one["VersionId"] for one in iam.list_policy_versions(PolicyArn=arn)["Versions"]] == ["v2"]


def test_a_key_store_is_recorded_and_deleted(console: Console) -> None:
    page = console.page
    console.sign_in(path="/key-stores")
    page.get_by_role("button", name="Create key store").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name", exact=True).fill("proxy")
    dialog.get_by_role("radio", name="External key store (proxy)").click()
    dialog.get_by_label("Proxy's address").fill("https://xks.example.com")
    dialog.get_by_label("Access key id at the proxy").fill("ABCDEFGHIJKLMNOPQRST")
    dialog.get_by_label("Secret access key at the proxy").fill("a" * 43)
    dialog.get_by_role("button", name="Create key store").click()
    row = page.get_by_role("row").filter(has_text="https://xks.example.com")
    expect(row).to_contain_text("Disconnected")
    console.accessible()
    row.get_by_role("radio").click()
    page.get_by_role("button", name="Delete", exact=True).click()
    dialog.get_by_label("To confirm, type proxy").fill("proxy")
    dialog.get_by_role("button", name="Delete", exact=True).click()
    expect(row).to_have_count(0)
