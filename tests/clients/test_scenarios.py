"""Two real users for each scenario of docs/scenarios.md: what the one may and the other may not, in AWS's own words.

Source: AWS KMS Developer Guide, "Key policies in AWS KMS", "Allowing users in other accounts to use a KMS key", "ABAC for
AWS KMS", "AWS KMS condition keys", "Grants in AWS KMS"; IAM User Guide, "Troubleshoot access denied error messages".
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from support.refusals import refusal
from support.scenarios import POLICIES, REGION, Person, Stage
from support.server import running

PAGE = Path(__file__).parents[2] / "docs" / "scenarios.md"
THROUGH_CIPHERTEXT = "on the resource associated with this ciphertext"


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """One server for the file: scenarios name their users after AWS's documentation. The last test restarts it."""
    with running(tmp_path_factory.mktemp("scenarios"), workers=2) as server:
        yield Stage(server)


def no_identity_policy(key: str, action: str) -> str:
    return f"on resource: {key} because no identity-based policy allows the {action} action"


def data_key(key: str, **more: Any) -> dict[str, Any]:
    return {"KeyId": key, "KeySpec": "AES_256", **more}


def test_key_administrators_and_key_users(stage: Stage) -> None:
    admin, user = stage.user("KeyAdmin"), stage.user("KeyUser")
    key = stage.key("administrators-and-users.key")

    blob = user.kms.encrypt(KeyId=key, Plaintext=b"x")["CiphertextBlob"]
    assert user.kms.decrypt(CiphertextBlob=blob)["Plaintext"] == b"x"
    assert user.kms.re_encrypt(CiphertextBlob=blob, DestinationKeyId=key)["KeyId"] == key
    assert user.kms.generate_data_key(**data_key(key))["KeyId"] == key
    admin.denied("encrypt", no_identity_policy(key, "kms:Encrypt"), KeyId=key, Plaintext=b"x")
    admin.denied("generate_data_key", no_identity_policy(key, "kms:GenerateDataKey"), **data_key(key))
    admin.denied(
        "decrypt",
        f"{THROUGH_CIPHERTEXT} because no identity-based policy allows the kms:Decrypt action",
        CiphertextBlob=blob,
    )

    admin.kms.tag_resource(KeyId=key, Tags=[{"TagKey": "Stage", "TagValue": "Test"}])
    admin.kms.disable_key(KeyId=key)
    assert admin.kms.describe_key(KeyId=key)["KeyMetadata"]["KeyState"] == "Disabled"
    admin.kms.enable_key(KeyId=key)
    admin.kms.schedule_key_deletion(KeyId=key, PendingWindowInDays=7)
    admin.kms.cancel_key_deletion(KeyId=key)
    admin.kms.enable_key(KeyId=key)
    policy = admin.kms.get_key_policy(KeyId=key)["Policy"]
    for method, asked in (
        ("disable_key", {}),
        ("schedule_key_deletion", {"PendingWindowInDays": 7}),
        ("put_key_policy", {"Policy": policy}),
        ("tag_resource", {"Tags": [{"TagKey": "a", "TagValue": "b"}]}),
    ):
        action = f"kms:{user.kms.meta.method_to_api_mapping[method]}"
        user.denied(method, no_identity_policy(key, action), KeyId=key, **asked)

    # Grants are for the services that a key user works with, not for other users.
    user.denied(
        "create_grant",
        no_identity_policy(key, "kms:CreateGrant"),
        KeyId=key,
        GranteePrincipal=admin.arn,
        Operations=["Decrypt"],
    )

    # An administrator may change the key policy, and so, visibly, let himself in.
    changed = json.loads(policy)
    changed["Statement"][2]["Principal"]["AWS"] = [user.arn, admin.arn]
    admin.kms.put_key_policy(KeyId=key, Policy=json.dumps(changed))
    assert admin.kms.decrypt(CiphertextBlob=blob)["Plaintext"] == b"x"
    assert stage.server.record_of(admin.kms.get_key_policy(KeyId=key))["userIdentity"]["arn"] == admin.arn


def test_across_accounts(stage: Stage) -> None:
    key = stage.key("cross-account.key")
    allowed = stage.policy("cross-account.identity", key_id=key.rpartition("/")[2])
    carol = stage.user("Carol", allowed, of="other")
    dave = stage.user("Dave", of="other")

    made = carol.kms.encrypt(KeyId=key, Plaintext=b"x")
    assert made["KeyId"] == key
    assert carol.kms.decrypt(CiphertextBlob=made["CiphertextBlob"])["Plaintext"] == b"x"
    assert carol.kms.describe_key(KeyId=key)["KeyMetadata"]["AWSAccountId"] == stage.account
    because = "because no identity-based policy allows the kms:{} action"
    dave.denied("encrypt", f"on this resource {because.format('Encrypt')}", KeyId=key, Plaintext=b"x")
    dave.denied("decrypt", f"{THROUGH_CIPHERTEXT} {because.format('Decrypt')}", CiphertextBlob=made["CiphertextBlob"])

    # A bare key id is one of the caller's own account; management stays with the key's account, whatever policies say.
    assert refusal(carol.kms, "encrypt", KeyId=key.rpartition("/")[2], Plaintext=b"x").code == "NotFoundException"
    everything = json.dumps(
        {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "kms:*", "Resource": "*"}]}
    )
    erin = stage.user("Erin", everything, of="other")
    hidden = (
        "on this resource because the resource does not exist in this Region, no resource-based policies allow access, "
        "or a resource-based policy explicitly denies access"
    )
    erin.denied("disable_key", hidden, KeyId=key)

    # A key whose policy does not let the account in cannot be told from one that does not exist.
    own = stage.key()
    erin.denied("encrypt", hidden, KeyId=own, Plaintext=b"x")
    erin.denied("encrypt", hidden, KeyId=own[:-12] + "000000000000", Plaintext=b"x")


def test_by_tags(stage: Stage) -> None:
    policy = stage.policy("abac-tags.identity")
    alpha = stage.user("AlphaMember", policy, Project="Alpha")
    beta = stage.user("BetaMember", policy, Project="Beta")
    nothing = stage.user("NoMember", policy)
    key = stage.key(Tags=[{"TagKey": "Project", "TagValue": "Alpha"}])
    untagged = stage.key()

    assert alpha.kms.generate_data_key(**data_key(key))["KeyId"] == key
    for person, of in ((beta, key), (nothing, key), (nothing, untagged), (alpha, untagged)):
        person.denied("generate_data_key", no_identity_policy(of, "kms:GenerateDataKey"), **data_key(of))

    stage.kms().tag_resource(KeyId=key, Tags=[{"TagKey": "Project", "TagValue": "Beta"}])
    assert beta.kms.generate_data_key(**data_key(key))["KeyId"] == key
    alpha.denied("generate_data_key", no_identity_policy(key, "kms:GenerateDataKey"), **data_key(key))
    alpha.denied(
        "tag_resource",
        no_identity_policy(key, "kms:TagResource"),
        KeyId=key,
        Tags=[{"TagKey": "Project", "TagValue": "Alpha"}],
    )


def test_by_aliases(stage: Stage) -> None:
    any_alias = stage.user("ByResourceAliases", stage.policy("abac-aliases.identity"))
    this_alias = stage.user("ByRequestAlias", stage.policy("abac-request-alias.identity"))
    key = stage.key()
    stage.kms().create_alias(AliasName="alias/ProjectAlpha_Test", TargetKeyId=key)

    # Whatever names the key, it has such an alias.
    for named in (key, "alias/ProjectAlpha_Test"):
        assert any_alias.kms.encrypt(KeyId=named, Plaintext=b"x")["KeyId"] == key
    # The request itself must use the alias.
    blob = this_alias.kms.encrypt(KeyId="alias/ProjectAlpha_Test", Plaintext=b"x")["CiphertextBlob"]
    assert this_alias.kms.decrypt(KeyId="alias/ProjectAlpha_Test", CiphertextBlob=blob)["Plaintext"] == b"x"
    this_alias.denied("encrypt", no_identity_policy(key, "kms:Encrypt"), KeyId=key, Plaintext=b"x")
    this_alias.denied(
        "decrypt",
        f"{THROUGH_CIPHERTEXT} because no identity-based policy allows the kms:Decrypt action",
        CiphertextBlob=blob,
    )

    # Nobody of either may move an alias, and one that goes takes the permission along.
    any_alias.denied("delete_alias", no_identity_policy(key, "kms:DeleteAlias"), AliasName="alias/ProjectAlpha_Test")
    stage.kms().delete_alias(AliasName="alias/ProjectAlpha_Test")
    any_alias.denied("encrypt", no_identity_policy(key, "kms:Encrypt"), KeyId=key, Plaintext=b"x")


def test_by_encryption_context(stage: Stage) -> None:
    app, auditor = stage.user("ExampleApp"), stage.user("Auditor")
    key = stage.key("encryption-context.key")
    own = {"AppName": "ExampleApp"}
    with_path = {"AppName": "ExampleApp", "FilePath": "/var/opt/secrets/db"}

    blob = app.kms.encrypt(KeyId=key, Plaintext=b"x", EncryptionContext=own)["CiphertextBlob"]
    assert app.kms.decrypt(CiphertextBlob=blob, EncryptionContext=own)["Plaintext"] == b"x"
    for context in ({}, {"AppName": "OtherApp"}, {"appname": "exampleapp"}, with_path):
        app.denied(
            "generate_data_key",
            no_identity_policy(key, "kms:GenerateDataKey"),
            **data_key(key, EncryptionContext=context),
        )

    filed = stage.kms().encrypt(KeyId=key, Plaintext=b"y", EncryptionContext=with_path)["CiphertextBlob"]
    assert auditor.kms.decrypt(CiphertextBlob=filed, EncryptionContext=with_path)["Plaintext"] == b"y"
    why = f"{THROUGH_CIPHERTEXT} because no identity-based policy allows the kms:Decrypt action"
    auditor.denied("decrypt", why, CiphertextBlob=blob, EncryptionContext=own)
    auditor.denied("decrypt", why, CiphertextBlob=filed, EncryptionContext=with_path | {"FilePath": "/etc/passwd"})
    # Who names the pairs that the policy wants does not open what was sealed under others.
    wrong = refusal(auditor.kms, "decrypt", CiphertextBlob=blob, EncryptionContext=with_path)
    assert (wrong.code, wrong.message) == ("InvalidCiphertextException", "")


def test_a_grant_to_a_role(stage: Stage) -> None:
    giver, user = stage.user("GrantAdmin"), stage.user("RoleUser")
    iam = stage.server.boto3("iam")
    trust = stage.policy("grant-to-a-role.trust")
    role = iam.create_role(RoleName="ExampleRole", AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    key = stage.key("grant-to-a-role.key")
    session = stage.session(user, role)
    context = {"Department": "IT"}
    seal = {"KeyId": key, "Plaintext": b"x", "EncryptionContext": context | {"Host": "a"}}
    session.denied("encrypt", no_identity_policy(key, "kms:Encrypt"), **seal)

    grant = {"KeyId": key, "GranteePrincipal": role, "Constraints": {"EncryptionContextSubset": context}}
    made = giver.kms.create_grant(**grant, Operations=["Encrypt", "Decrypt"])
    blob = session.kms.encrypt(**seal, GrantTokens=[made["GrantToken"]])["CiphertextBlob"]
    assert session.kms.decrypt(CiphertextBlob=blob, EncryptionContext=seal["EncryptionContext"])["Plaintext"] == b"x"
    session.denied("encrypt", no_identity_policy(key, "kms:Encrypt"), KeyId=key, Plaintext=b"x")
    session.denied(
        "generate_data_key",
        no_identity_policy(key, "kms:GenerateDataKey"),
        **data_key(key, EncryptionContext=context),
    )
    user.denied("encrypt", no_identity_policy(key, "kms:Encrypt"), **seal, GrantTokens=[made["GrantToken"]])

    # What the giver may give is limited, and giving is not using.
    why = no_identity_policy(key, "kms:CreateGrant")
    giver.denied("create_grant", why, **grant, Operations=["Encrypt", "GenerateDataKey"])
    giver.denied("create_grant", why, KeyId=key, GranteePrincipal=role, Operations=["Decrypt"])
    giver.denied("encrypt", no_identity_policy(key, "kms:Encrypt"), **seal)

    giver.kms.revoke_grant(KeyId=key, GrantId=made["GrantId"])
    session.denied("encrypt", no_identity_policy(key, "kms:Encrypt"), **seal)


def test_a_chain_of_grants(stage: Stage) -> None:
    """A user without any policy hands on a part of what a grant gave it."""
    first, second = stage.user("FirstGrantee"), stage.user("SecondGrantee")
    key = stage.key()
    context = {"Department": "IT"}
    parent = stage.kms().create_grant(
        KeyId=key,
        GranteePrincipal=first.arn,
        Operations=["Encrypt", "Decrypt", "CreateGrant"],
        Constraints={"EncryptionContextSubset": context},
    )
    why = no_identity_policy(key, "kms:CreateGrant")
    to_second = {"KeyId": key, "GranteePrincipal": second.arn}
    narrower = {"EncryptionContextSubset": context | {"Host": "a"}}
    first.denied("create_grant", why, **to_second, Operations=["GenerateDataKey"], Constraints=narrower)
    first.denied("create_grant", why, **to_second, Operations=["Decrypt"])
    first.denied(
        "create_grant", why, **to_second, Operations=["Decrypt"], Constraints={"EncryptionContextSubset": {"Host": "a"}}
    )
    child = first.kms.create_grant(**to_second, Operations=["Decrypt"], Constraints=narrower)

    sealed = {"EncryptionContext": context | {"Host": "a"}}
    blob = first.kms.encrypt(KeyId=key, Plaintext=b"x", **sealed)["CiphertextBlob"]
    assert second.kms.decrypt(CiphertextBlob=blob, **sealed)["Plaintext"] == b"x"
    why = f"{THROUGH_CIPHERTEXT} because no identity-based policy allows the kms:Decrypt action"
    second.denied("decrypt", why, CiphertextBlob=blob, EncryptionContext=context)
    second.denied("create_grant", no_identity_policy(key, "kms:CreateGrant"), **to_second, Operations=["Decrypt"])

    # The end of a parent is not that of its children: each grant is ended by itself.
    stage.kms().revoke_grant(KeyId=key, GrantId=parent["GrantId"])
    first.denied("decrypt", why, CiphertextBlob=blob, **sealed)
    assert second.kms.decrypt(CiphertextBlob=blob, **sealed)["Plaintext"] == b"x"
    stage.kms().revoke_grant(KeyId=key, GrantId=child["GrantId"])
    second.denied("decrypt", why, CiphertextBlob=blob, **sealed)


def behind(stage: Stage, service: str, person: Person) -> Person:
    """Return what ``person`` is when a service calls for it."""
    kms = stage.server.fresh_boto3(profile=f"service-{service}", region=REGION)
    kms.meta.events.register(
        "before-sign.kms", lambda request, **_: request.headers.add_header("x-strongroom-on-behalf-of", person.arn)
    )
    return Person(person.arn, kms, {})


def test_through_a_service_only(stage: Stage) -> None:
    for service in ("s3", "sqs"):
        stage.server.cli("service", "add", service)
    everything = json.dumps(
        {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "kms:*", "Resource": "*"}]}
    )
    user, powerful, stranger = stage.user("ServiceUser"), stage.user("Powerful", everything), stage.user("Stranger")
    key = stage.key("through-a-service.key")

    through = behind(stage, "s3", user)
    made = through.kms.generate_data_key(**data_key(key))
    assert through.kms.decrypt(CiphertextBlob=made["CiphertextBlob"])["Plaintext"] == made["Plaintext"]
    assert stage.server.record_of(made)["userIdentity"]["invokedBy"] == "s3.amazonaws.com"

    denied = f"on resource: {key} with an explicit deny in a resource-based policy"
    user.denied("generate_data_key", denied, **data_key(key))
    powerful.denied("generate_data_key", denied, **data_key(key))  # an identity policy does not help
    no_policy = no_identity_policy(key, "kms:GenerateDataKey")
    behind(stage, "sqs", user).denied("generate_data_key", no_policy, **data_key(key))  # another service
    behind(stage, "s3", stranger).denied("generate_data_key", no_policy, **data_key(key))  # another user
    assert behind(stage, "sqs", powerful).kms.generate_data_key(**data_key(key))["KeyId"] == key


def test_only_over_tls(stage: Stage) -> None:
    """Last: the server starts again with a certificate."""
    plain, over_tls = stage.user("PlainUser"), stage.user("TLSUser")
    key = stage.key("only-over-tls.key")
    denied = f"on resource: {key} with an explicit deny in a resource-based policy"
    for person in (plain, over_tls):
        person.denied("encrypt", denied, KeyId=key, Plaintext=b"x")
        assert person.kms.describe_key(KeyId=key)["KeyMetadata"]["Arn"] == key
    everything = json.loads(stage.policy("only-over-tls.key"))
    everything["Statement"][2]["Action"] = "kms:*"
    closed = stage.key()
    stage.kms().put_key_policy(KeyId=closed, Policy=json.dumps(everything))
    refused = refusal(stage.kms(), "put_key_policy", KeyId=closed, Policy=stage.policy("only-over-tls.key"))
    assert refused.message.endswith("with an explicit deny in a resource-based policy")

    stage.server.cli("tls", "init")
    stage.server.restart()
    assert stage.server.endpoint.startswith("https://")
    config = {"region": REGION, "verify": str(stage.server.certificate), **over_tls.credentials}
    kms = stage.server.fresh_boto3(**config)
    answer = kms.encrypt(KeyId=key, Plaintext=b"x")
    assert kms.decrypt(CiphertextBlob=answer["CiphertextBlob"])["Plaintext"] == b"x"
    assert stage.server.record_of(answer)["tlsDetails"]["tlsVersion"] == "TLSv1.3"
    assert stage.server.record_of(answer)["userIdentity"]["arn"] == over_tls.arn


def test_the_page_shows_the_policies() -> None:
    page = PAGE.read_text()
    for file in sorted(POLICIES.glob("*.json")):
        assert f"```json\n{file.read_text()}```" in page, file.name
