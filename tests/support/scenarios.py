"""Users and keys for the scenarios of docs/scenarios.md: real users of a running server, under the page's own policies.

The policies stand in tests/vectors/scenarios with the account numbers and the key id of AWS's documentation; the server's
own take their place here and nothing else changes.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from support.refusals import refusal
from support.server import Server

POLICIES = Path(__file__).parents[1] / "vectors" / "scenarios"
REGION = "us-west-2"
ACCOUNT, OTHER_ACCOUNT = "111122223333", "444455556666"
KEY_ID = "1234abcd-12ab-34cd-56ef-1234567890ab"


@dataclass(frozen=True, slots=True)
class Person:
    """A user or role session, with its own client of KMS."""

    arn: str
    kms: Any
    credentials: Mapping[str, str]

    def denied(self, method: str, why: str, **asked: Any) -> None:
        """Call, and hold the answer to AWS's text: ``why`` is what follows the action."""
        refused = refusal(self.kms, method, **asked)
        assert (refused.code, refused.status) == ("AccessDeniedException", 400)
        action = f"kms:{self.kms.meta.method_to_api_mapping[method]}"
        assert refused.message == f"User: {self.arn} is not authorized to perform: {action} {why}"


class Stage:
    """A running server with two accounts."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.account: str = server.boto3("sts").get_caller_identity()["Account"]
        self.other_account = server.cli("account", "create", "other").splitlines()[0]

    def policy(self, name: str, *, key_id: str = KEY_ID) -> str:
        """Return a policy as it is stored here."""
        text = (POLICIES / f"{name}.json").read_text()
        text = text.replace(ACCOUNT, self.account).replace(OTHER_ACCOUNT, self.other_account)
        return text.replace(KEY_ID, key_id)

    def kms(self, profile: str = "default") -> Any:
        return self.server.boto3("kms", profile, REGION)

    def key(self, policy: str | None = None, **more: Any) -> str:
        """Return the ARN of a new key in the first account."""
        given = {"Policy": self.policy(policy)} if policy else {}
        arn: str = self.kms().create_key(**given, **more)["KeyMetadata"]["Arn"]
        return arn

    def user(self, name: str, identity: str | None = None, *, of: str = "default", **tags: str) -> Person:
        """Return a new user of the account whose administrator is profile ``of``; ``identity`` is its inline policy."""
        iam = self.server.boto3("iam", of)
        made = [{"Key": key, "Value": value} for key, value in tags.items()]
        arn = iam.create_user(UserName=name, Tags=made)["User"]["Arn"]
        if identity is not None:
            iam.put_user_policy(UserName=name, PolicyName="inline", PolicyDocument=identity)
        access_key = iam.create_access_key(UserName=name)["AccessKey"]
        return self._person(arn, access_key)

    def session(self, of: Person, role_arn: str) -> Person:
        """Return the session of a role that somebody takes."""
        sts = self.server.fresh_boto3("sts", region=REGION, **of.credentials)
        made = sts.assume_role(RoleArn=role_arn, RoleSessionName="work")
        return self._person(made["AssumedRoleUser"]["Arn"], made["Credentials"])

    def _person(self, arn: str, made: Mapping[str, Any]) -> Person:
        credentials = {
            "aws_access_key_id": made["AccessKeyId"],
            "aws_secret_access_key": made["SecretAccessKey"],
            **({"aws_session_token": made["SessionToken"]} if "SessionToken" in made else {}),
        }
        return Person(arn, self.server.fresh_boto3(region=REGION, **credentials), credentials)
