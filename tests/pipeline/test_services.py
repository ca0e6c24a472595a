"""Services with credentials of their own: as themselves and for users, for which resources, and what the record says."""

import json

import pytest
from botocore.credentials import Credentials

from strongroom.authz.defaults import ADMINISTRATOR_ACCESS, default_key_policy
from strongroom.errors import AWSError
from strongroom.model.change import Delete, Insert
from strongroom.model.identity import InlinePolicy, Role
from strongroom.operations.iam.provision import NewUser
from strongroom.operations.services import NewService, default_policy
from support.house import ACCOUNT, OTHER_ACCOUNT, House
from support.services import BUCKET, DENIED, data_key, for_source, for_user, key_with, policy_of

HELLO = "aGVsbG8="
VIA_S3 = {"StringEquals": {"kms:ViaService": "s3.us-east-1.amazonaws.com"}}
USE = ["kms:Encrypt", "kms:Decrypt", "kms:GenerateDataKey*"]


@pytest.fixture
def s3(house: House) -> NewService:
    return house.add_service("s3")


@pytest.fixture
def alice(house: House) -> NewUser:
    return house.add_user("alice", policy_of({"Effect": "Allow", "Action": "kms:*", "Resource": "*"}))


# --- the service as itself --------------------------------------------------------------------------------------------------


def test_a_key_that_only_the_service_can_use(house: House, s3: NewService, alice: NewUser) -> None:
    """Source: AWS KMS Developer Guide, kms:ViaService, the example with Deny."""
    ec2 = house.add_service("ec2")
    only_s3 = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": USE,
        "Condition": {"StringNotEquals": VIA_S3["StringEquals"]},
    }
    key = key_with(house, only_s3)
    made = data_key(house, key, s3)
    assert made.status == 200
    for direct in (alice, house.administrator):
        assert data_key(house, key, direct).error[1] == (
            f"User: {direct.user.arn} is not authorized to perform: kms:GenerateDataKey on resource: {key} "
            "with an explicit deny in a resource-based policy"
        )
    assert house.call("Decrypt", {"CiphertextBlob": made.body["CiphertextBlob"]}, user=alice).error[0] == DENIED
    assert data_key(house, key, ec2).error[0] == DENIED
    opened = house.ok("Decrypt", {"CiphertextBlob": made.body["CiphertextBlob"]}, user=s3)
    assert opened["Plaintext"] == made.body["Plaintext"]


def test_one_object_by_its_encryption_context(house: House, s3: NewService, alice: NewUser) -> None:
    mine, others = f"{BUCKET}/alice/report", f"{BUCKET}/bob/report"
    condition = {**VIA_S3, "StringLike": {"kms:EncryptionContext:aws:s3:arn": f"{BUCKET}/alice/*"}}
    reader = house.add_user("reader")
    statement = {"Effect": "Allow", "Principal": {"AWS": reader.user.arn}, "Action": USE, "Condition": condition}
    key = key_with(house, statement)
    allowed = {"aws:s3:arn": mine}
    behind = for_user(reader.user.arn)
    assert data_key(house, key, s3, EncryptionContext=allowed, headers=behind).status == 200
    assert data_key(house, key, s3, EncryptionContext={"aws:s3:arn": others}, headers=behind).error[0] == DENIED
    assert data_key(house, key, s3, headers=behind).error[0] == DENIED
    assert data_key(house, key, reader, EncryptionContext=allowed).error[0] == DENIED


def test_what_the_account_leaves_to_policies_its_own_policy_decides(house: House) -> None:
    key = key_with(house)
    s3 = house.add_service("s3")
    for operation, members, allowed in (
        ("Encrypt", {"Plaintext": HELLO}, True),
        ("GenerateDataKeyWithoutPlaintext", {"KeySpec": "AES_256"}, True),
        ("DescribeKey", {}, True),
        ("CreateGrant", {"GranteePrincipal": house.administrator.user.arn, "Operations": ["Decrypt"]}, True),
        ("DisableKey", {}, False),
        ("PutKeyPolicy", {"Policy": default_key_policy(ACCOUNT)}, False),
        ("ScheduleKeyDeletion", {}, False),
    ):
        answer = house.call(operation, {"KeyId": key, **members}, user=s3)
        assert (answer.status == 200) is allowed, operation
    assert house.call("CreateKey", user=s3).error == (
        DENIED,
        (
            "User: s3.amazonaws.com is not authorized to perform: kms:CreateKey on resource: * "
            "because no identity-based policy allows the kms:CreateKey action"
        ),
    )
    describe = {"Effect": "Allow", "Action": "kms:DescribeKey", "Resource": "*"}
    sqs = house.add_service("sqs", policy=policy_of(describe))
    assert data_key(house, key, sqs).error[0] == DENIED
    house.ok("DescribeKey", {"KeyId": key}, user=sqs)


def test_a_key_that_leaves_nothing_to_policies(house: House, s3: NewService) -> None:
    admin = house.administrator.user.arn
    policy = policy_of({"Effect": "Allow", "Principal": {"AWS": admin}, "Action": "kms:*", "Resource": "*"})
    key = house.ok("CreateKey", {"Policy": json.dumps(policy)})["KeyMetadata"]["Arn"]
    assert str(data_key(house, key, s3).error[1]).endswith(
        "because no resource-based policy allows the kms:GenerateDataKey action"
    )
    by_name = {"Effect": "Allow", "Principal": {"Service": "s3.amazonaws.com"}, "Action": USE, "Resource": "*"}
    by_name["Condition"] = {"ArnLike": {"aws:SourceArn": BUCKET}, "StringEquals": {"aws:SourceAccount": ACCOUNT}}
    policy["Statement"].append(by_name)
    house.ok("PutKeyPolicy", {"KeyId": key, "Policy": json.dumps(policy)})
    assert data_key(house, key, s3).error[0] == DENIED
    assert data_key(house, key, s3, headers=for_source("arn:aws:s3:::other")).error[0] == DENIED
    assert data_key(house, key, s3, headers=for_source(BUCKET)).status == 200
    other = house.add_service("s3", account=OTHER_ACCOUNT)
    assert data_key(house, key, other, headers=for_source(BUCKET)).error[0] == DENIED


def test_another_accounts_service(house: House, key_id: str) -> None:
    """It may use what a key's policy gives to its account, like any principal there."""
    other = house.add_service("s3", account=OTHER_ACCOUNT)
    arn = f"arn:aws:kms:us-east-1:{ACCOUNT}:key/{key_id}"
    assert "does not exist" in str(data_key(house, arn, other).error[1])
    shared = key_with(house, {"Effect": "Allow", "Principal": {"AWS": OTHER_ACCOUNT}, "Action": USE})
    assert data_key(house, shared, other).status == 200
    everyone = key_with(house, {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": USE})
    blind = house.add_service(
        "ec2", account=OTHER_ACCOUNT, policy=policy_of({"Effect": "Deny", "Action": "kms:Sign", "Resource": "*"})
    )
    assert data_key(house, everyone, blind).error[0] == DENIED
    ours = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": USE}
    ours["Condition"] = {"StringEquals": {"kms:CallerAccount": ACCOUNT}}
    assert data_key(house, key_with(house, ours), other).error[0] == DENIED


def test_a_removed_service_loses_access_at_once(house: House, s3: NewService) -> None:
    key = key_with(house)
    assert data_key(house, key, s3).status == 200
    with house.store.snapshot() as view:
        row = view.get(type(s3.service), s3.access_key_id)
    house.commit([Delete(row)])
    assert data_key(house, key, s3).error[0] == "UnrecognizedClientException"


# --- where it calls for ------------------------------------------------------------------------------------------------------


def test_a_service_for_some_resources(house: House) -> None:
    key = key_with(house)
    s3 = house.add_service("s3", "arn:aws:s3:::vault*", "arn:aws:s3:::other")
    for arn, status in (
        (BUCKET, 200),
        ("arn:aws:s3:::vault-2", 200),
        ("arn:aws:s3:::other", 200),
        ("arn:aws:s3:::x", 400),
    ):
        assert data_key(house, key, s3, headers=for_source(arn)).status == status
    for arn in (f"arn:aws:sns:us-east-1:{OTHER_ACCOUNT}:topic", "vault", ""):
        answer = data_key(house, key, house.add_service(f"x{len(arn)}"), headers=for_source(arn))
        assert str(answer.error[1]).endswith(f"is not authorized to act for the resource {arn}")
    answer = data_key(house, key, s3, headers={"x-amz-source-account": OTHER_ACCOUNT})
    assert answer.error[0] == DENIED
    assert data_key(house, key, s3, headers={"x-amz-source-account": ACCOUNT}).status == 200


@pytest.mark.parametrize(
    ("known", "claimed", "seen"),
    [
        ((), None, False),
        ((), BUCKET, True),
        ((BUCKET,), None, True),
        ((BUCKET,), BUCKET, True),
        (("arn:aws:s3:::*",), None, False),
        ((BUCKET, "arn:aws:s3:::other"), None, False),
    ],
)
def test_when_calls_have_a_source(house: House, known: tuple[str, ...], claimed: str | None, seen: bool) -> None:
    condition = {"StringEquals": {"aws:SourceArn": BUCKET}}
    allow = {"Effect": "Allow", "Action": "kms:*", "Resource": "*", "Condition": condition}
    s3 = house.add_service("s3", *known, policy=policy_of(allow))
    headers = {} if claimed is None else for_source(claimed)
    assert (data_key(house, key_with(house), s3, headers=headers).status == 200) is seen


def test_headers_that_are_not_signed(house: House, s3: NewService, alice: NewUser) -> None:
    """A source says nothing then; a user would have been left out on the way, so the call is refused."""
    key = key_with(house)
    sourced = house.request("Encrypt", {"KeyId": key, "Plaintext": HELLO}, user=s3)
    sourced.headers = [*sourced.headers, (b"x-amz-source-arn", b"nonsense"), (b"x-amz-source-account", b"nobody")]
    assert house.send(sourced).status == 200
    behind = house.request("Encrypt", {"KeyId": key, "Plaintext": HELLO}, user=s3)
    behind.headers = [*behind.headers, (b"x-strongroom-on-behalf-of", alice.user.arn.encode())]
    assert house.send(behind).error == (
        "InvalidSignatureException",
        "'X-Strongroom-On-Behalf-Of' must be a 'SignedHeader' in the AWS Authorization.",
    )


@pytest.mark.parametrize(
    ("name", "source_arns"),
    [("S3", ()), ("s3.amazonaws.com", ()), ("", ()), ("ebs", ()), ("s3", ("vault",)), ("s3", ("arn:aws:sns::1:t",))],
)
def test_what_cannot_be_added(house: House, name: str, source_arns: tuple[str, ...]) -> None:
    with pytest.raises(AWSError):
        house.add_service(name, *source_arns)


def test_a_policy_that_is_none_is_refused(house: House) -> None:
    with pytest.raises(AWSError):
        house.add_service("s3", policy={"Statement": "all"})
    assert '"kms:ViaService": "s3.*.amazonaws.com"' in default_policy("s3")


# --- for a user --------------------------------------------------------------------------------------------------------------


def test_a_service_has_of_a_user_what_the_user_may(house: House, s3: NewService, alice: NewUser) -> None:
    key = key_with(house)
    nobody = house.add_user("nobody")
    assert data_key(house, key, s3, headers=for_user(alice.user.arn)).status == 200
    assert data_key(house, key, s3, headers=for_user(nobody.user.arn)).error[1] == (
        f"User: {nobody.user.arn} is not authorized to perform: kms:GenerateDataKey on resource: {key} "
        "because no identity-based policy allows the kms:GenerateDataKey action"
    )
    not_via = {"StringLike": {"kms:ViaService": "*"}}
    direct = house.add_user(
        "direct",
        policy_of(
            {"Effect": "Allow", "Action": "kms:*", "Resource": "*"},
            {"Effect": "Deny", "Action": "kms:*", "Resource": "*", "Condition": not_via},
        ),
    )
    assert data_key(house, key, direct).status == 200
    assert data_key(house, key, s3, headers=for_user(direct.user.arn)).error[0] == DENIED


def test_whom_a_service_cannot_call_for(house: House, s3: NewService, alice: NewUser) -> None:
    key = key_with(house)
    stranger = house.add_user("stranger", ADMINISTRATOR_ACCESS, OTHER_ACCOUNT)
    house.commit([Insert(Role(ACCOUNT, "reader", "AROAREADERREADERREADE", "/", 0, "{}"))])
    for arn in (
        stranger.user.arn,
        f"arn:aws:iam::{ACCOUNT}:user/nobody",
        f"arn:aws:iam::{ACCOUNT}:user/path/alice",
        f"arn:aws:iam::{ACCOUNT}:root",
        f"arn:aws:sts::{ACCOUNT}:assumed-role/nobody/session",
        f"arn:aws:sts::{ACCOUNT}:assumed-role/reader",
        f"arn:aws:sts::{ACCOUNT}:assumed-role/reader/a/b",
        f"arn:aws:iam::{ACCOUNT}:role/reader",
        "alice",
        "",
        f"{alice.user.arn},{alice.user.arn}",
    ):
        answer = data_key(house, key, s3, headers=for_user(arn))
        assert answer.error == (
            DENIED,
            (
                f"User: s3.amazonaws.com is not authorized to act on behalf of {arn} "
                f"because it is no user or role session of account {ACCOUNT}"
            ),
        )
        assert answer.record["userIdentity"]["invokedBy"] == "s3.amazonaws.com"
    assert data_key(house, key, alice, headers=for_user(house.administrator.user.arn)).error == (
        DENIED,
        f"User: {alice.user.arn} is not authorized to act on behalf of others because it is not a service",
    )


def test_a_service_is_no_administrator_for_one(house: House, s3: NewService) -> None:
    key, admin = key_with(house), house.administrator.user.arn
    for operation, members in (
        ("PutKeyPolicy", {"KeyId": key, "Policy": default_key_policy(ACCOUNT)}),
        ("ScheduleKeyDeletion", {"KeyId": key}),
        ("CreateKey", {}),
        ("ListKeys", {}),
    ):
        assert house.call(operation, members, user=s3, headers=for_user(admin)).error == (
            DENIED,
            (
                f"User: s3.amazonaws.com is not authorized to perform: kms:{operation} on behalf of {admin} "
                "because services act for users only to use keys and grants"
            ),
        )
    body, form = b"Action=CreateAccessKey&Version=2010-05-08", "application/x-www-form-urlencoded; charset=utf-8"
    who = Credentials(s3.access_key_id, s3.secret_access_key)
    headers = {"Content-Type": form, **for_user(admin)}
    answer = house.send(house.signed(body, headers, who, "iam", "us-east-1"))
    assert "is not authorized to perform: iam:CreateAccessKey on behalf of" in answer.raw.decode()
    direct = house.send(house.signed(body, {"Content-Type": form}, who, "iam", "us-east-1"))
    assert direct.status >= 400
    for operation, members in (
        ("ListGrants", {"KeyId": key}),
        ("DescribeKey", {"KeyId": key}),
        ("GenerateRandom", {"NumberOfBytes": 8}),
    ):
        house.ok(operation, members, user=s3, headers=for_user(admin))


def test_a_role_session_behind_a_service(house: House, s3: NewService) -> None:
    role = Role(ACCOUNT, "reader", "AROAREADERREADERREADE", "/team/", 0, "{}", tags=(("team", "blue"),))
    allow = {"Effect": "Allow", "Action": "kms:GenerateDataKey", "Resource": "*"}
    allow["Condition"] = {"StringEquals": {"aws:PrincipalTag/team": "blue"}}
    house.commit([Insert(role), Insert(InlinePolicy(ACCOUNT, role.owner, "inline", json.dumps(policy_of(allow))))])
    session = f"arn:aws:sts::{ACCOUNT}:assumed-role/reader/alice"
    key = key_with(house)
    answer = data_key(house, key, s3, headers=for_user(session))
    assert answer.status == 200
    identity = answer.record["userIdentity"]
    assert (identity["type"], identity["arn"], identity["principalId"]) == (
        "AssumedRole",
        session,
        f"{role.role_id}:alice",
    )
    assert identity["sessionContext"]["sessionIssuer"]["arn"] == f"arn:aws:iam::{ACCOUNT}:role/team/reader"
    asked = {"KeyId": key, "Plaintext": HELLO}
    assert house.call("Encrypt", asked, user=s3, headers=for_user(session)).error == (
        DENIED,
        (
            f"User: {session} is not authorized to perform: kms:Encrypt on resource: {key} "
            "because no identity-based policy allows the kms:Encrypt action"
        ),
    )


def test_who_was_deleted_is_nobody_behind_a_service_too(house: House, s3: NewService, alice: NewUser) -> None:
    key = key_with(house)
    assert data_key(house, key, s3, headers=for_user(alice.user.arn)).status == 200
    with house.store.snapshot() as view:
        row = view.get(type(alice.user), ACCOUNT, "alice")
    house.commit([Delete(row)])
    assert data_key(house, key, s3, headers=for_user(alice.user.arn)).error[0] == DENIED


# --- what the audit record says ------------------------------------------------------------------------------------------------


def test_the_record_names_the_service(house: House, s3: NewService, alice: NewUser) -> None:
    key = key_with(house)
    for headers, identity in (
        (
            {},
            {
                "type": "AWSService",
                "accountId": ACCOUNT,
                "invokedBy": "s3.amazonaws.com",
                "accessKeyId": s3.access_key_id,
            },
        ),
        (
            for_user(alice.user.arn),
            {
                "type": "IAMUser",
                "principalId": alice.user.user_id,
                "arn": alice.user.arn,
                "accountId": ACCOUNT,
                "accessKeyId": s3.access_key_id,
                "userName": "alice",
                "invokedBy": "s3.amazonaws.com",
            },
        ),
    ):
        for asked in (key, "alias/nothing"):
            record = data_key(house, asked, s3, headers=headers).record
            assert record["userIdentity"] == identity
            assert (record["sourceIPAddress"], record["userAgent"]) == ("s3.amazonaws.com", "s3.amazonaws.com")
            service = {"serviceSourceIPAddress": "192.0.2.1", "serviceSecureTransport": False}
            assert record["additionalEventData"].items() >= service.items()
            assert "tlsDetails" not in record
            assert record["recipientAccountId"] == ACCOUNT
    for_bucket = data_key(house, key, s3, headers=for_source(BUCKET)).record
    assert for_bucket["additionalEventData"]["serviceSourceArn"] == BUCKET
    direct = data_key(house, key, alice).record
    assert direct["sourceIPAddress"] == "192.0.2.1"
    assert "invokedBy" not in direct["userIdentity"]


def test_a_service_knows_who_it_is(house: House, s3: NewService) -> None:
    found = house.sts("GetCallerIdentity", user=s3).raw.decode()
    assert "<Arn>s3.amazonaws.com</Arn>" in found
    assert f"<Account>{ACCOUNT}</Account>" in found
    assert "AccessDenied" in house.sts("GetSessionToken", user=s3).raw.decode()
