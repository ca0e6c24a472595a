"""Ansible as it comes, with the collection amazon.aws: who uses which key, made, left alone, and taken away again.

The playbooks stand in docs/integrations/ansible.md; a test holds the page to them.
"""

import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from support.programs import needed
from support.refusals import refusal
from support.server import Server, running

HERE = Path(__file__).parent / "ansible"
PAGE = Path(__file__).parents[2] / "docs" / "integrations" / "ansible.md"
RECAP = re.compile(r"^localhost +: ok=(\d+) +changed=(\d+) +unreachable=0 +failed=0 .*ignored=0", re.MULTILINE)

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]  # a second a module on a quiet machine, 20 of them


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One of this file alone: what the playbooks make is named once."""
    with running(tmp_path_factory.mktemp("ansible"), workers=1) as alone:
        yield alone


def play(server: Server, name: str) -> tuple[int, int]:
    """Run a playbook in a process of its own; return how many tasks were done and how many changed something."""
    home = server.directory / "ansible"
    done = subprocess.run(
        [needed("ansible-playbook"), HERE / f"{name}.yml"],
        env=server.env() | {"ANSIBLE_HOME": str(home), "ANSIBLE_LOCAL_TEMP": str(home / "tmp"), "ANSIBLE_NOCOLOR": "1"},
        cwd=server.directory,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    recap = RECAP.search(done.stdout)
    assert done.returncode == 0, done.stdout + done.stderr
    assert recap, done.stdout + done.stderr
    return int(recap[1]), int(recap[2])


def test_made_left_alone_and_taken_away(server: Server) -> None:
    iam, kms = server.boto3("iam"), server.boto3()
    assert play(server, "site") == (8, 7)
    key_id = everything_is_there(iam, kms)
    the_role_works(server, key_id)

    before = len(changes(server))
    assert play(server, "site") == (7, 0)
    assert len(changes(server)) == before

    assert play(server, "gone") == (5, 5)
    key = kms.describe_key(KeyId=key_id)["KeyMetadata"]
    assert key["KeyState"] == "PendingDeletion"
    for method, asked in (
        ("get_user", {"UserName": "carol"}),
        ("get_group", {"GroupName": "billing"}),
        ("get_role", {"RoleName": "billing-app"}),
        ("get_instance_profile", {"InstanceProfileName": "billing-app"}),
    ):
        assert refusal(iam, method, **asked).code == "NoSuchEntity"
    assert iam.list_policies(Scope="Local")["Policies"] == []


def everything_is_there(iam: Any, kms: Any) -> str:
    key = kms.describe_key(KeyId="alias/billing")["KeyMetadata"]
    key_id: str = key["KeyId"]
    account = key["AWSAccountId"]
    role_arn = f"arn:aws:iam::{account}:role/billing/billing-app"
    assert key["Description"] == "Invoices"
    assert kms.get_key_rotation_status(KeyId=key_id)["KeyRotationEnabled"]
    tags = kms.list_resource_tags(KeyId=key_id)["Tags"]
    assert {tag["TagKey"]: tag["TagValue"] for tag in tags} == {"team": "billing", "stage": "production"}
    assert json.loads(kms.get_key_policy(KeyId=key_id)["Policy"])["Id"] == "billing"
    (grant,) = kms.list_grants(KeyId=key_id)["Grants"]
    assert (grant["Name"], grant["GranteePrincipal"]) == ("billing-app", role_arn)
    assert grant["RetiringPrincipal"] == f"arn:aws:iam::{account}:user/carol"

    role = iam.get_role(RoleName="billing-app")["Role"]
    assert (role["Arn"], role["MaxSessionDuration"]) == (role_arn, 7200)
    profile = iam.get_instance_profile(InstanceProfileName="billing-app")["InstanceProfile"]
    assert profile["Arn"] == role_arn.replace(":role/", ":instance-profile/")
    assert [inside["Arn"] for inside in profile["Roles"]] == [role_arn]
    carol = iam.get_user(UserName="carol")["User"]
    assert carol["PermissionsBoundary"]["PermissionsBoundaryArn"].endswith(":policy/billing-boundary")
    assert iam.list_role_policies(RoleName="billing-app")["PolicyNames"] == ["random"]
    assert len(iam.list_access_keys(UserName="carol")["AccessKeyMetadata"]) == 1
    assert [user["UserName"] for user in iam.get_group(GroupName="billing")["Users"]] == ["carol"]
    (attached,) = iam.list_attached_group_policies(GroupName="billing")["AttachedPolicies"]
    assert attached["PolicyName"] == "billing-boundary"
    return key_id


def the_role_works(server: Server, key_id: str) -> None:
    """What was written is what counts: the grant allows under its encryption context, the inline policy the rest."""
    arn = server.boto3("iam").get_role(RoleName="billing-app")["Role"]["Arn"]
    made = server.boto3("sts").assume_role(RoleArn=arn, RoleSessionName="invoices")["Credentials"]
    app = server.session_boto3(made)
    asked = {"KeyId": "alias/billing", "KeySpec": "AES_256"}
    assert app.generate_data_key(**asked, EncryptionContext={"purpose": "invoices", "number": "7"})["KeyId"].endswith(
        key_id
    )
    assert app.generate_random(NumberOfBytes=8)["Plaintext"]
    assert refusal(app, "generate_data_key", **asked).code == "AccessDeniedException"


def changes(server: Server) -> list[str]:
    return [record["eventName"] for record in server.records() if not record["readOnly"]]


def test_the_page_shows_the_playbooks() -> None:
    page = PAGE.read_text()
    for name in ("site", "gone"):
        assert f"```yaml\n{(HERE / f'{name}.yml').read_text()}```" in page
