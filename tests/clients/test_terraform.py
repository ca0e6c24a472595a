"""Terraform or OpenTofu with the AWS provider, where somebody asks for it: applied, left alone, changed, imported, destroyed.

STRONGROOM_TEST_TERRAFORM names a directory with ``terraform`` or ``tofu`` and ``terraform-provider-aws`` (the file keeps the name
it was released under). The configuration stands in docs/integrations/terraform.md; a test holds the page to it.
"""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from support.pages import DOCS, blocks
from support.refusals import refusal
from support.server import Server, running

HERE = Path(__file__).parent / "terraform"
PAGE = DOCS / "integrations" / "terraform.md"
SWITCH = "STRONGROOM_TEST_TERRAFORM"

asked_for = pytest.mark.skipif(
    SWITCH not in os.environ,
    reason=f"set {SWITCH} to a directory with terraform or tofu, and terraform-provider-aws",
)

_OVERRIDES = (
    'provider_installation {{\n  dev_overrides {{\n    "hashicorp/aws" = "{directory}"\n  }}\n  direct {{}}\n}}\n'
)
_VERSION = re.compile(r"terraform-provider-aws_v(\d+)\.")
_SDK_OF_ALL_REGIONS = 6  # older providers ask AWS itself for the Region of a replica's primary
_CHANGES = 2  # plan -detailed-exitcode


class Terraform:
    """One configuration and its state, at one server."""

    def __init__(self, server: Server, directory: Path) -> None:
        programs = Path(os.environ[SWITCH])
        found = shutil.which("terraform", path=str(programs)) or shutil.which("tofu", path=str(programs))
        (provider,) = programs.glob("terraform-provider-aws*")
        assert found is not None, f"neither terraform nor tofu in {programs}"
        version = _VERSION.match(provider.name)
        self.replica = version is not None and int(version[1]) >= _SDK_OF_ALL_REGIONS
        self._program, self._directory = found, directory
        overrides = directory / "overrides.tfrc"
        overrides.write_text(_OVERRIDES.format(directory=programs.resolve()))
        shutil.copy(HERE / "main.tf", directory)
        self._environment = server.env() | {
            "AWS_ENDPOINT_URL_CLOUDTRAIL": server.endpoint,
            "CHECKPOINT_DISABLE": "1",
            "HOME": str(directory),
            "TF_CLI_CONFIG_FILE": str(overrides),
            "TF_IN_AUTOMATION": "1",
            "TF_VAR_replica": json.dumps(self.replica),
        }

    def __call__(self, *arguments: str, expected: int = 0, **variables: str) -> str:
        """Run one command; return what it printed."""
        done = subprocess.run(
            [self._program, *arguments],
            env=self._environment | {f"TF_VAR_{name}": value for name, value in variables.items()},
            cwd=self._directory,
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
        )
        assert done.returncode == expected, done.stdout + done.stderr
        return done.stdout

    def apply(self, **variables: str) -> None:
        """Make it so. What was written is read back at once, so nothing waits longer than it always does."""
        printed = self("apply", "-auto-approve", "-input=false", "-no-color", **variables)
        assert "[1m" not in printed, "one minute elapsed: a wait until something is equal"

    def plan(self, expected: int = 0, **variables: str) -> str:
        """Errors: AssertionError when something differs, or nothing does and ``expected`` is _CHANGES."""
        return self("plan", "-detailed-exitcode", "-input=false", "-no-color", expected=expected, **variables)

    def output(self) -> dict[str, Any]:
        return {name: found["value"] for name, found in json.loads(self("output", "-json")).items()}

    def adopt(self, address: str, identifier: str, **variables: str) -> None:
        """Forget a resource, and import it again."""
        self("state", "rm", address)
        self("import", "-input=false", "-no-color", address, identifier, **variables)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One of this file alone: what the configuration makes is named once."""
    with running(tmp_path_factory.mktemp("terraform"), workers=1) as alone:
        yield alone


@asked_for
@pytest.mark.slow
@pytest.mark.timeout(600)
def test_applied_left_alone_changed_imported_and_destroyed(server: Server, tmp_path: Path) -> None:
    terraform = Terraform(server, tmp_path)
    terraform.apply()
    terraform.plan()
    made = terraform.output()
    assert made["password"] == "correct horse battery staple"
    assert made["receipts"].startswith("-----BEGIN PUBLIC KEY-----")
    everything_is_there(server, made["key"], "test", replica=terraform.replica)
    the_role_works(server, made["key"])

    later = {"stage": "production"}
    assert "aws_kms_key.orders will be updated in-place" in terraform.plan(_CHANGES, **later)
    terraform.apply(**later)
    terraform.plan(**later)
    assert terraform.output()["key"] == made["key"]
    everything_is_there(server, made["key"], "production", replica=terraform.replica)

    for address, identifier in adopted(server, made["key"]).items():
        terraform.adopt(address, identifier, **later)
    terraform.plan(**later)

    terraform("destroy", "-auto-approve", "-input=false", "-no-color", **later)
    assert terraform("state", "list") == ""
    nothing_is_left(server, made["key"])


def everything_is_there(server: Server, key_arn: str, stage: str, *, replica: bool) -> None:
    kms, iam, trails = server.boto3(), server.boto3("iam"), server.boto3("cloudtrail")
    key = kms.describe_key(KeyId="alias/orders")["KeyMetadata"]
    assert (key["Arn"], key["Description"], key["MultiRegion"]) == (key_arn, f"Orders, {stage}", True)
    tags = {tag["TagKey"]: tag["TagValue"] for tag in kms.list_resource_tags(KeyId=key_arn)["Tags"]}
    assert tags == {"owner": "platform", "stage": stage}
    assert kms.get_key_rotation_status(KeyId=key_arn)["KeyRotationEnabled"]
    assert json.loads(kms.get_key_policy(KeyId=key_arn)["Policy"])["Statement"][1]["Sid"] == "Use"
    (grant,) = kms.list_grants(KeyId=key_arn)["Grants"]
    assert grant["Constraints"] == {"EncryptionContextSubset": {"app": "orders"}}
    assert len(key["MultiRegionConfiguration"]["ReplicaKeys"]) == int(replica)
    (brought,) = [
        found
        for each in kms.list_keys()["Keys"]
        if (found := kms.describe_key(KeyId=each["KeyId"])["KeyMetadata"])["Origin"] == "EXTERNAL"
    ]
    assert (brought["KeyState"], brought["ExpirationModel"]) == ("Enabled", "KEY_MATERIAL_DOES_NOT_EXPIRE")
    (attached,) = iam.list_attached_role_policies(RoleName="orders")["AttachedPolicies"]
    assert attached["PolicyName"] == "random"
    assert [group["GroupName"] for group in iam.list_groups_for_user(UserName="carol")["Groups"]] == ["shop"]
    assert trails.get_trail_status(Name="all")["IsLogging"]


def the_role_works(server: Server, key_arn: str) -> None:
    """The role was made in the run that wrote the key policy which names it."""
    arn = server.boto3("iam").get_role(RoleName="orders")["Role"]["Arn"]
    session = server.boto3("sts").assume_role(RoleArn=arn, RoleSessionName="orders")["Credentials"]
    kms = server.session_boto3(session)
    asked = {"KeyId": key_arn, "KeySpec": "AES_256"}
    assert kms.generate_data_key(**asked, EncryptionContext={"app": "orders"})["KeyId"] == key_arn
    assert refusal(kms, "generate_data_key", **asked).code == "AccessDeniedException"
    assert kms.generate_random(NumberOfBytes=8)["Plaintext"]


def adopted(server: Server, key_arn: str) -> dict[str, str]:
    """Return what is imported again: resources all of whose arguments can be read back."""
    (grant,) = server.boto3().list_grants(KeyId=key_arn)["Grants"]
    signing = [
        found["KeyId"]
        for each in server.boto3().list_keys()["Keys"]
        if (found := server.boto3().describe_key(KeyId=each["KeyId"])["KeyMetadata"])["KeyUsage"] == "SIGN_VERIFY"
    ]
    account = key_arn.split(":")[4]
    return {
        "aws_kms_key.signing": signing[0],
        "aws_kms_alias.orders": "alias/orders",
        "aws_kms_grant.carol": f"{key_arn.rsplit('/', maxsplit=1)[-1]}:{grant['GrantId']}",
        "aws_iam_role.orders": "orders",
        "aws_iam_policy.random": f"arn:aws:iam::{account}:policy/random",
        "aws_iam_role_policy_attachment.random": f"orders/arn:aws:iam::{account}:policy/random",
        "aws_iam_group.shop": "shop",
        "aws_cloudtrail.all": f"arn:aws:cloudtrail:us-east-1:{account}:trail/all",
    }


def nothing_is_left(server: Server, key_arn: str) -> None:
    """Keys wait for their deletion, without aliases and grants; all else is gone."""
    kms, iam = server.boto3(), server.boto3("iam")
    states = {kms.describe_key(KeyId=each["KeyId"])["KeyMetadata"]["KeyState"] for each in kms.list_keys()["Keys"]}
    assert states <= {"PendingDeletion", "PendingReplicaDeletion"}
    assert kms.list_grants(KeyId=key_arn)["Grants"] == []
    assert refusal(kms, "describe_key", KeyId="alias/orders").code == "NotFoundException"
    assert refusal(iam, "get_role", RoleName="orders").code == "NoSuchEntity"
    assert refusal(iam, "get_user", UserName="carol").code == "NoSuchEntity"
    assert iam.list_policies(Scope="Local")["Policies"] == []
    assert server.boto3("cloudtrail").list_trails()["Trails"] == []


def test_the_page_shows_the_configuration() -> None:
    assert blocks(PAGE, "Who uses which key", "hcl") == [(HERE / "main.tf").read_text()]
