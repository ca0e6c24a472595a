"""Keys and grants of services: managed keys that they make by using them, grants that name them."""

import json
from typing import Any

import pytest

from strongroom.operations.iam.provision import NewUser
from strongroom.operations.services import NewService
from strongroom.store.cache import Miss, NounCache
from support.house import ACCOUNT, OTHER_ACCOUNT, House
from support.services import DENIED, data_key, for_source, for_user, key_with, keys_of, policy_of

HELLO = "aGVsbG8="
ACCESS_POINT = f"arn:aws:s3:us-east-1:{ACCOUNT}:accesspoint/vault"


@pytest.fixture
def s3(house: House) -> NewService:
    return house.add_service("s3")


@pytest.fixture
def alice(house: House) -> NewUser:
    return house.add_user("alice", policy_of({"Effect": "Allow", "Action": "kms:*", "Resource": "*"}))


# --- AWS managed keys ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("operation", "members"),
    [
        ("GenerateDataKey", {"KeySpec": "AES_256"}),
        ("GenerateDataKeyWithoutPlaintext", {"KeySpec": "AES_256"}),
        ("GenerateDataKeyPair", {"KeyPairSpec": "ECC_NIST_P256"}),
        ("Encrypt", {"Plaintext": HELLO}),
        ("DescribeKey", {}),
    ],
)
@pytest.mark.parametrize("behind", [False, True])
def test_the_service_makes_its_key_by_using_it(
    house: House, s3: NewService, operation: str, members: dict[str, Any], behind: bool
) -> None:
    nobody = house.add_user("nobody")  # all principals of the account may, through the service
    headers = for_user(nobody.user.arn) if behind else {}
    answer = house.call(operation, {"KeyId": "alias/aws/s3", **members}, user=s3, headers=headers)
    assert (answer.status, answer.committed) == (200, True), answer.raw
    (made,) = answer.further
    assert (made["eventName"], made["eventType"]) == ("CreateKey", "AwsServiceEvent")
    assert made["resources"] == answer.record["resources"]
    again = house.call(operation, {"KeyId": "alias/aws/s3", **members}, user=s3, headers=headers)
    assert (again.status, again.committed) == (200, False)
    assert keys_of(house) == 1


def test_the_managed_key_serves_its_service_only(house: House, s3: NewService, alice: NewUser) -> None:
    made = data_key(house, "alias/aws/s3", s3)
    key, blob = made.body["KeyId"], {"CiphertextBlob": made.body["CiphertextBlob"]}
    assert made.record["resources"] == [{"accountId": ACCOUNT, "type": "AWS::KMS::Key", "ARN": key}]
    assert house.ok("Decrypt", blob, user=s3)["Plaintext"] == made.body["Plaintext"]
    for who in (alice, house.administrator, house.add_service("sqs"), house.add_service("s3", account=OTHER_ACCOUNT)):
        assert house.call("Decrypt", blob, user=who).error[0] == DENIED
        assert data_key(house, key, who).error[0] == DENIED
    assert house.ok("DescribeKey", {"KeyId": "alias/aws/s3"})["KeyMetadata"]["Arn"] == key


def test_a_service_makes_no_other_keys(house: House, s3: NewService, alice: NewUser) -> None:
    for alias in ("alias/aws/sqs", f"arn:aws:kms:us-east-1:{ACCOUNT}:alias/aws/sqs", "alias/aws/nothing"):
        assert data_key(house, alias, s3).error[0] == "NotFoundException"
        assert house.call("DescribeKey", {"KeyId": alias}, user=s3).error[0] == "NotFoundException"
        assert house.call("DescribeKey", {"KeyId": alias}, user=s3, headers=for_user(alice.user.arn)).status == 400
    assert data_key(house, f"arn:aws:kms:us-east-1:{OTHER_ACCOUNT}:alias/aws/s3", s3).error[0] == DENIED
    grant = {"KeyId": "alias/aws/s3", "GranteePrincipal": alice.user.arn, "Operations": ["Decrypt"]}
    assert house.call("CreateGrant", grant, user=s3).error[0] == "InvalidArnException"  # which takes no aliases
    refusing = house.add_service("ec2", policy=policy_of({"Effect": "Deny", "Action": "kms:*", "Resource": "*"}))
    assert data_key(house, "alias/aws/ebs", refusing).error[0] == DENIED
    assert keys_of(house) == keys_of(house, OTHER_ACCOUNT) == 0


def test_a_volume_helper_makes_the_key_of_ebs_and_grants(house: House, alice: NewUser) -> None:
    ec2 = house.add_service("ec2")
    key = data_key(house, "alias/aws/ebs", ec2).body["KeyId"]
    asked = {"KeyId": key, "GranteePrincipal": alice.user.arn, "Operations": ["Decrypt"]}
    assert house.call("CreateGrant", asked).error[0] == DENIED
    house.ok("CreateGrant", asked, user=ec2)


def test_a_workers_cache_leaves_first_use_to_the_store(house: House, s3: NewService) -> None:
    cache = NounCache(0)
    request = house.request("Encrypt", {"KeyId": "alias/aws/s3", "Plaintext": HELLO}, user=s3)
    for _ in range(2):  # nothing is known; then it is known that there is no such key
        with pytest.raises(Miss):
            house.pipeline.begin(request, cache)
        with house.store.snapshot() as view:
            cache.admit(view.sequence, [])
    house.send(request)
    assert keys_of(house) == 1


# --- grants --------------------------------------------------------------------------------------------------------------------


def test_a_grant_to_a_service_for_one_resource(house: House, alice: NewUser) -> None:
    admin = house.administrator.user.arn
    policy = policy_of({"Effect": "Allow", "Principal": {"AWS": admin}, "Action": "kms:*", "Resource": "*"})
    key = house.ok("CreateKey", {"Policy": json.dumps(policy)})["KeyMetadata"]["Arn"]
    s3, others, sqs = house.add_service("s3"), house.add_service("s3", account=OTHER_ACCOUNT), house.add_service("sqs")
    asked = {
        "KeyId": key,
        "GranteeServicePrincipal": "s3.amazonaws.com",
        "RetiringServicePrincipal": "s3.amazonaws.com",
        "Constraints": {"SourceArn": ACCESS_POINT},
        "Operations": ["GenerateDataKey", "DescribeKey"],
    }
    grant = house.ok("CreateGrant", asked)
    assert data_key(house, key, s3, headers=for_source(ACCESS_POINT)).status == 200
    house.ok("DescribeKey", {"KeyId": key}, user=s3, headers=for_source(ACCESS_POINT))
    for who, headers in (
        (s3, {}),
        (s3, for_source("arn:aws:s3:::other")),
        (s3, for_source(ACCESS_POINT) | for_user(alice.user.arn)),  # the user holds no such grant
        (sqs, for_source(ACCESS_POINT)),
        (others, for_source(ACCESS_POINT)),
        (alice, for_source(ACCESS_POINT)),
    ):
        assert data_key(house, key, who, headers=headers).error[0] == DENIED
    assert (
        house.call("Encrypt", {"KeyId": key, "Plaintext": HELLO}, user=s3, headers=for_source(ACCESS_POINT)).status
        == 400
    )
    ended = {"KeyId": key, "GrantId": grant["GrantId"]}
    assert house.call("RetireGrant", ended, user=others).error[0] == DENIED
    house.ok("RetireGrant", ended, user=s3)
    assert data_key(house, key, s3, headers=for_source(ACCESS_POINT)).error[0] == DENIED


def test_a_source_limits_grants_to_users_too(house: House, s3: NewService, alice: NewUser) -> None:
    """Nobody but a service calls for a resource: such a grant allows nothing to a user, through a service or directly."""
    admin = house.administrator.user.arn
    policy = policy_of({"Effect": "Allow", "Principal": {"AWS": admin}, "Action": "kms:*", "Resource": "*"})
    key = house.ok("CreateKey", {"Policy": json.dumps(policy)})["KeyMetadata"]["Arn"]
    asked = {"KeyId": key, "GranteePrincipal": alice.user.arn, "Operations": ["GenerateDataKey"]}
    house.ok("CreateGrant", asked | {"Constraints": {"SourceArn": ACCESS_POINT}})
    behind = for_user(alice.user.arn) | for_source(ACCESS_POINT)
    assert data_key(house, key, alice).error[0] == DENIED
    assert data_key(house, key, s3, headers=behind).error[0] == DENIED
    house.ok("CreateGrant", asked)
    assert data_key(house, key, s3, headers=behind).status == 200


def test_services_see_the_grants_they_may_retire(house: House) -> None:
    listing = {"Effect": "Allow", "Action": "kms:ListRetirableGrants", "Resource": "*"}
    ours = house.add_service("s3", policy=policy_of(listing))
    others = house.add_service("s3", account=OTHER_ACCOUNT, policy=policy_of(listing))
    key = key_with(house)
    asked = {"KeyId": key, "GranteePrincipal": ACCOUNT, "Operations": ["Decrypt"]}
    house.ok("CreateGrant", asked | {"RetiringServicePrincipal": "s3.amazonaws.com"})
    mine = {"RetiringServicePrincipal": "s3.amazonaws.com"}
    assert [entry["KeyId"] for entry in house.ok("ListRetirableGrants", mine, user=ours)["Grants"]] == [key]
    assert house.ok("ListRetirableGrants", mine, user=others)["Grants"] == []
    assert house.call("ListRetirableGrants", {"RetiringServicePrincipal": "sqs.amazonaws.com"}, user=ours).status == 400
