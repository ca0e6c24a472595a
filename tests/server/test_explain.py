"""``strongroom explain`` and ``strongroom policy try`` on the data directory of a running server."""

import json
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError
from click.testing import CliRunner

from strongroom.cli.main import main
from support.policies import allow
from support.server import Server

TEAM = {"StringEquals": {"kms:EncryptionContext:team": "a"}}


class Scene:
    """A key with an alias, and a user who may encrypt, and decrypt for team a."""

    def __init__(self, server: Server, name: str) -> None:
        self.server = server
        self.name = name
        statements = [
            {"Sid": "OnlyTeam", "Effect": "Allow", "Action": "kms:Decrypt", "Resource": "*", "Condition": TEAM},
            {"Effect": "Allow", "Action": "kms:Encrypt", "Resource": "*"},
        ]
        self.arn = server.user(name, {"Version": "2012-10-17", "Statement": statements})
        self.account = self.arn.split(":")[4]
        self.kms = server.boto3(profile=name)
        administrator = server.boto3()
        self.key = administrator.create_key()["KeyMetadata"]["Arn"]
        self.alias = f"alias/{name}"
        administrator.create_alias(AliasName=self.alias, TargetKeyId=self.key)

    def encrypt(self, team: str) -> bytes:
        answer = self.kms.encrypt(KeyId=self.alias, Plaintext=b"x", EncryptionContext={"team": team})
        blob: bytes = answer["CiphertextBlob"]
        return blob

    def refused(self, blob: bytes, team: str) -> str:
        """Decrypt in vain; return the request id."""
        with pytest.raises(ClientError, match="because no identity-based policy allows") as refused:
            self.kms.decrypt(CiphertextBlob=blob, EncryptionContext={"team": team})
        request_id: str = refused.value.response["ResponseMetadata"]["RequestId"]
        return request_id

    def cli(self, *arguments: str | Path) -> tuple[int, str]:
        done = CliRunner().invoke(main, [*map(str, arguments), "--data", str(self.server.data)])
        assert "Traceback" not in done.output
        return done.exit_code, done.output

    def file(self, policy: dict[str, Any]) -> Path:
        path = self.server.directory / f"{self.name}.proposal.{len(policy)}.json"
        path.write_text(json.dumps(policy))
        return path


def test_a_refusal_is_explained_by_its_request_id_and_by_what_was_asked(server: Server) -> None:
    scene = Scene(server, "explained")
    request_id = scene.refused(scene.encrypt("b"), "b")
    code, said = scene.cli("explain", request_id)
    assert code == 1
    assert f"answered   AccessDeniedException: User: {scene.arn} is not authorized" in said
    assert "DENIED: no identity-based policy of user explained allows it" in said
    assert "StringEquals kms:EncryptionContext:team wants a, the request has b" in said
    assert "changed since" not in said
    assert len(said.splitlines()) <= 24

    assert scene.cli("explain", "--last", "--principal", scene.arn) == (code, said)
    assert scene.cli("explain", "--last", "--principal", scene.arn + "x")[0] == 2

    asked = ("explain", "--principal", scene.arn, "--key", scene.alias, "--action")
    code, said = scene.cli(*asked, "kms:Decrypt", "--context", "team=a", "--via-service", "s3")
    assert (code, "statement OnlyTeam of identity-based policy inline" in said) == (0, True)
    assert scene.cli(*asked, "kms:Decrypt", "--context", "team=b")[0] == 1
    code, said = scene.cli(*asked, "kms:ReEncryptTo")
    assert (code, "kms:ReEncryptFrom" in said) == (1, False)
    assert scene.cli("explain", "--principal", scene.arn, "--action", "kms:CreateKey")[0] == 1

    grant = server.boto3().create_grant(KeyId=scene.key, GranteePrincipal=scene.arn, Operations=["Decrypt"])["GrantId"]
    code, said = scene.cli("explain", request_id)
    assert (code, f"because    grant {grant}" in said) == (0, True)
    assert "changed since: denied then, allowed now" in said


def test_the_conditions_of_a_key_policy_see_service_and_alias(server: Server) -> None:
    scene = Scene(server, "served")
    policy = {
        "Version": "2012-10-17",
        "Statement": [
            {"Sid": "Root", "Effect": "Allow", "Principal": {"AWS": scene.account}, "Action": "kms:*", "Resource": "*"},
            {
                "Sid": "OnlyS3",
                "Effect": "Deny",
                "Principal": {"AWS": scene.arn},
                "Action": "kms:Encrypt",
                "Resource": "*",
                "Condition": {"StringNotEquals": {"kms:ViaService": "s3.us-east-1.amazonaws.com"}},
            },
        ],
    }
    server.boto3().put_key_policy(KeyId=scene.key, Policy=json.dumps(policy))
    asked = ("explain", "--principal", scene.arn, "--key", scene.alias, "--action", "kms:Encrypt")
    code, said = scene.cli(*asked)
    assert (code, "remove or narrow the Deny: statement OnlyS3 of key policy" in said) == (1, True)
    assert scene.cli(*asked, "--via-service", "s3")[0] == 0
    assert scene.cli(*asked, "--condition", "kms:ViaService=ec2.us-east-1.amazonaws.com")[0] == 1


def test_what_cannot_be_told_is_neither_yes_nor_no(server: Server, tmp_path: Path) -> None:
    scene = Scene(server, "untold")
    for arguments, text in (
        (("explain", "nonsense"), "no call with request id nonsense"),
        (("explain", "--principal", scene.arn + "x", "--action", "kms:Decrypt", "--key", scene.alias), "no principal"),
        (("explain", "--principal", scene.arn, "--action", "s3:GetObject"), "no action of KMS"),
        (("explain", "--principal", scene.arn, "--action", "kms:Decrypt", "--key", "alias/no"), "is not found"),
        (("explain", "--principal", scene.arn), "Give a request id"),
        (("policy", "try", scene.file({}), "--user", scene.name), "Malformed"),
        (("policy", "try", scene.file({}), "--user", scene.name, "--key", scene.key), "Give one of"),
        (("policy", "try", scene.file(allow("*")), "--user", "nobody-at-all"), "no user nobody-at-all"),
        (("policy", "try", scene.file(allow("*")), "--user", scene.name, "--instead-of", "no"), "there are: inline"),
    ):
        code, said = scene.cli(*arguments)
        assert (code, text in said) == (2, True), said
    done = CliRunner().invoke(main, ["explain", "nonsense", "--data", str(tmp_path)])
    assert (done.exit_code, "no strongroom data" in done.output) == (2, True)


def test_a_policy_is_tried_on_the_calls_of_the_journal(server: Server) -> None:
    scene = Scene(server, "tried")
    scene.refused(scene.encrypt("b"), "b")
    code, said = scene.cli("policy", "try", scene.file(allow("kms:Decrypt")), "--user", "tried")
    assert code == 1
    lost, won, counts = said.splitlines()
    assert f"allowed -> denied  Encrypt {scene.key.rpartition('/')[2]} by {scene.arn}" in lost
    assert "no identity-based policy of user tried allows it" in lost
    assert f"denied -> allowed  Decrypt {scene.key.rpartition('/')[2]} by {scene.arn}" in won
    assert "Statement[0] of identity-based policy proposed" in won
    assert counts.startswith("2 calls: 1 allowed -> denied, 1 denied -> allowed, 0 as before, 0 that cannot")

    code, said = scene.cli("policy", "try", scene.file(allow("kms:Decrypt")), "--user", scene.arn, "--beside")
    assert (code, "2 calls: 0 allowed -> denied, 1 denied -> allowed" in said) == (0, True)

    deny = {"Sid": "No", "Effect": "Deny", "Principal": {"AWS": scene.arn}, "Action": "kms:Encrypt", "Resource": "*"}
    root = {"Effect": "Allow", "Principal": {"AWS": scene.account}, "Action": "kms:*", "Resource": "*"}
    proposal = scene.file({"Version": "2012-10-17", "Statement": [root, deny]})
    code, said = scene.cli("policy", "try", proposal, "--key", scene.alias, "--since", "1h")
    assert (code, "statement No of key policy" in said) == (1, True)
    assert "4 calls: 1 allowed -> denied, 0 denied -> allowed, 3 as before" in said
    assert scene.cli("policy", "try", proposal, "--key", scene.alias, "--limit", "0")[1].startswith("... and 1 more")


def test_a_refusal_of_iam_is_explained_too(server: Server) -> None:
    scene = Scene(server, "curious")
    with pytest.raises(ClientError, match="iam:ListUsers") as refused:
        server.boto3("iam", "curious").list_users()
    code, said = scene.cli("explain", refused.value.response["ResponseMetadata"]["RequestId"])
    assert (code, "an identity-based policy of user curious that allows iam:ListUsers" in said) == (1, True)
