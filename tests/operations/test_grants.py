"""CreateGrant, ListGrants, ListRetirableGrants: through the whole corridor. What grants allow is in tests/pipeline."""

import re
from dataclasses import replace
from typing import Any

import pytest

from strongroom.authz.defaults import ADMINISTRATOR_ACCESS
from strongroom.model.change import Delete, Insert, Update
from strongroom.model.identity import User
from strongroom.model.key import Key
from strongroom.model.quota import ResourceQuotas
from strongroom.operations.iam.provision import NewUser
from strongroom.store.port import ConflictError
from support.house import ACCOUNT, OTHER_ACCOUNT, START, House
from support.nouns import grant as stored

HELLO = "aGVsbG8="
A_TAG = {"EncryptionContext": {"Tenant": "42"}}


@pytest.fixture
def alice(house: House) -> NewUser:
    """Nobody in policies: what she may do, a grant allows."""
    return house.add_user("alice")


def arn_of(key_id: str) -> str:
    return f"arn:aws:kms:us-east-1:{ACCOUNT}:key/{key_id}"


def grant_to(house: House, key_id: str, who: NewUser, *operations: str, **members: Any) -> dict[str, Any]:
    asked = {"KeyId": key_id, "GranteePrincipal": who.user.arn, "Operations": list(operations), **members}
    return house.ok("CreateGrant", asked)


def listed(house: House, key_id: str, **members: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = house.ok("ListGrants", {"KeyId": key_id, **members})["Grants"]
    return found


def with_usage(house: House, key_id: str, key_spec: str, key_usage: str) -> None:
    with house.store.snapshot() as view:
        key = view.get(Key, ACCOUNT, "us-east-1", key_id)
    assert key is not None
    house.store.commit((Update(replace(key, key_spec=key_spec, key_usage=key_usage)),))


# --- making and listing --------------------------------------------------------------------------------------------------


def test_a_grant_is_listed_as_aws_does(house: House, key_id: str, alice: NewUser) -> None:
    retiring = house.administrator.user.arn
    made = grant_to(
        house,
        key_id,
        alice,
        "Decrypt",
        "Encrypt",
        "Decrypt",
        Name="blue",
        RetiringPrincipal=retiring,
        Constraints={"EncryptionContextSubset": {"b": "2", "a": "1"}},
    )
    assert re.fullmatch(r"[0-9a-f]{64}", made["GrantId"])
    assert made.keys() == {"GrantId", "GrantToken"}
    assert listed(house, key_id) == [
        {
            "KeyId": arn_of(key_id),
            "GrantId": made["GrantId"],
            "Name": "blue",
            "CreationDate": START,
            "GranteePrincipal": alice.user.arn,
            "RetiringPrincipal": retiring,
            "IssuingAccount": f"arn:aws:iam::{ACCOUNT}:root",
            "Operations": ["Decrypt", "Encrypt"],
            "Constraints": {"EncryptionContextSubset": {"a": "1", "b": "2"}},
        }
    ]
    bare = grant_to(house, key_id, alice, "Encrypt")["GrantId"]
    (entry,) = listed(house, key_id, GrantId=bare)
    assert entry.keys() == {
        "KeyId", "GrantId", "CreationDate", "GranteePrincipal", "IssuingAccount", "Operations",
    }  # fmt: skip
    assert isinstance(entry["CreationDate"], float), "as every time on the wire"


def test_a_grant_for_a_service(house: House, key_id: str, alice: NewUser) -> None:
    members: dict[str, Any] = {
        "KeyId": key_id,
        "GranteeServicePrincipal": "s3.amazonaws.com",
        "RetiringServicePrincipal": "backup.amazonaws.com",
        "Operations": ["Decrypt"],
    }
    assert house.call("CreateGrant", members).error[0] == "ValidationException"
    members["Constraints"] = {"SourceArn": f"arn:aws:s3:us-east-1:{ACCOUNT}:bucket"}
    house.ok("CreateGrant", members)
    (entry,) = listed(house, key_id, GranteeServicePrincipal="s3.amazonaws.com")
    assert (entry["GranteeServicePrincipal"], entry["RetiringServicePrincipal"], entry["Constraints"]) == (
        "s3.amazonaws.com",
        "backup.amazonaws.com",
        members["Constraints"],
    )
    assert not {"GranteePrincipal", "RetiringPrincipal"} & entry.keys()
    for bad in (
        {"GranteePrincipal": alice.user.arn},
        {"RetiringPrincipal": alice.user.arn},
        {"RetiringServicePrincipal": None},
        {"GranteeServicePrincipal": None},
    ):
        assert house.call("CreateGrant", members | bad).error[0] == "ValidationException", bad


def test_the_audit_record_has_everything_but_the_token(house: House, key_id: str, alice: NewUser) -> None:
    answer = house.call(
        "CreateGrant",
        {
            "KeyId": key_id,
            "GranteePrincipal": alice.user.arn,
            "Operations": ["Encrypt"],
            "Name": "n",
            "Constraints": {"EncryptionContextEquals": {"a": "1"}},
        },
    )
    assert answer.record["requestParameters"] == {
        "keyId": key_id,
        "granteePrincipal": alice.user.arn,
        "operations": ["Encrypt"],
        "name": "n",
        "constraints": {"encryptionContextEquals": {"a": "1"}},
    }
    assert answer.record["responseElements"] == {"grantId": answer.body["GrantId"], "keyId": arn_of(key_id)}
    assert [resource["ARN"] for resource in answer.record["resources"]] == [arn_of(key_id)]
    token = answer.body["GrantToken"]
    used = house.call("Encrypt", {"KeyId": key_id, "Plaintext": HELLO, "GrantTokens": [token], **A_TAG})
    assert token not in str(answer.record) + str(used.record)


PRINCIPALS = [
    ("arn:aws:iam::111122223333:user/nobody", "ARN does not refer to a valid principal: {}"),
    ("arn:aws:iam::111122223333:user/path/alice", "ARN does not refer to a valid principal: {}"),
    ("arn:aws:iam::111122223333:role/nobody", "ARN does not refer to a valid principal: {}"),
    ("arn:aws:iam::111122223333:group/all", "ARN does not refer to a valid principal: {}"),
    ("arn:aws:iam::999999999999:root", "ARN does not refer to a valid principal: {}"),
    ("arn:aws-cn:iam::111122223333:root", "ARN does not refer to a valid principal: {}"),
    ("arn:aws:sts::111122223333:assumed-role/nobody/s", "ARN does not refer to a valid principal: {}"),
    ("arn:aws:s3:::bucket", "ARN does not refer to a valid principal: {}"),
    ("arn:aws:iam", "ARN is not valid: {}"),
    ("alice", "ARN is not valid: {}"),
    ("s3.amazonaws.com", "ARN is not valid: {}"),
    ("AIDAAAAAAAAAAAAAAAAAA", "GranteePrincipal does not refer to a valid principal."),
    ("AROAAAAAAAAAAAAAAAAAA:session", "GranteePrincipal does not refer to a valid principal."),
    ("999999999999", "GranteePrincipal does not refer to a valid principal."),
]


@pytest.mark.parametrize(("principal", "text"), PRINCIPALS)
def test_principals_that_do_not_exist(house: House, key_id: str, alice: NewUser, principal: str, text: str) -> None:
    members = {"KeyId": key_id, "GranteePrincipal": principal, "Operations": ["Encrypt"]}
    assert house.call("CreateGrant", members).error == ("InvalidArnException", text.format(principal))
    members |= {"GranteePrincipal": alice.user.arn, "RetiringPrincipal": principal}
    text = text.format(principal).replace("Grantee", "Retiring")
    assert house.call("CreateGrant", members).error == ("InvalidArnException", text)
    assert listed(house, key_id) == []


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        (ACCOUNT, f"arn:aws:iam::{ACCOUNT}:root"),
        (f"arn:aws:iam::{OTHER_ACCOUNT}:root", f"arn:aws:iam::{OTHER_ACCOUNT}:root"),
        (f"{ACCOUNT}:bob", f"arn:aws:sts::{ACCOUNT}:federated-user/bob"),
        (f"arn:aws:sts::{ACCOUNT}:federated-user/bob", f"arn:aws:sts::{ACCOUNT}:federated-user/bob"),
    ],
)
def test_principals_are_shown_as_arns(house: House, key_id: str, given: str, shown: str) -> None:
    house.ok("CreateGrant", {"KeyId": key_id, "GranteePrincipal": given, "Operations": ["Encrypt"]})
    assert [entry["GranteePrincipal"] for entry in listed(house, key_id, GranteePrincipal=given)] == [shown]


def test_a_user_made_anew_does_not_inherit(house: House, key_id: str, alice: NewUser) -> None:
    """The grant is the unique id's: it is shown by that, filtered by nothing, and the new user gets another."""
    first = grant_to(house, key_id, alice, "Encrypt", Name="n", RetiringPrincipal=alice.user.arn)["GrantId"]
    with house.store.snapshot() as view:
        row = view.get(User, ACCOUNT, "alice")
    assert row is not None
    house.pipeline.callers.forget_all(house.store.commit((Delete(row),)))
    (entry,) = listed(house, key_id)
    assert (entry["GranteePrincipal"], entry["RetiringPrincipal"]) == (row.user_id, row.user_id)
    for given, text in (
        (row.arn, f"ARN does not refer to a valid principal: {row.arn}"),
        (row.user_id, "Input does not refer to a valid principal"),
    ):
        answer = house.call("ListGrants", {"KeyId": key_id, "GranteePrincipal": given})
        assert answer.error == ("InvalidArnException", text)
    gone = house.call("ListRetirableGrants", {"RetiringPrincipal": row.user_id})
    assert gone.error == ("NotFoundException", f"Retiring principal {row.user_id} could not be found")
    house.pipeline.callers.forget_all(house.store.commit((Insert(replace(row, user_id="AIDANEWNEWNEWNEWNEW12")),)))
    assert house.call("Encrypt", {"KeyId": key_id, "Plaintext": HELLO}, user=alice).error[0] == "AccessDeniedException"
    again = grant_to(house, key_id, alice, "Encrypt", Name="n", RetiringPrincipal=alice.user.arn)["GrantId"]
    assert again != first
    assert house.call("Encrypt", {"KeyId": key_id, "Plaintext": HELLO}, user=alice).status == 200


@pytest.mark.parametrize(
    ("spec", "usage", "valid", "kind"),
    [
        (
            "HMAC_224",
            "GENERATE_VERIFY_MAC",
            "CreateGrant, RetireGrant, DescribeKey, GenerateMac, VerifyMac",
            "a symmetric",
        ),
        (
            "RSA_2048",
            "SIGN_VERIFY",
            "CreateGrant, RetireGrant, DescribeKey, Sign, Verify, GetPublicKey",
            "an asymmetric",
        ),
        (
            "ECC_NIST_P256",
            "KEY_AGREEMENT",
            "CreateGrant, RetireGrant, DescribeKey, DeriveSharedSecret, GetPublicKey",
            "an asymmetric",
        ),
    ],
)
def test_operations_of_other_kinds_of_keys(  # noqa: PLR0917 - one row of the table
    house: House, key_id: str, alice: NewUser, spec: str, usage: str, valid: str, kind: str
) -> None:
    with_usage(house, key_id, spec, usage)
    members: dict[str, Any] = {"KeyId": key_id, "GranteePrincipal": alice.user.arn}
    text = (
        f"Operations [Encrypt] are not supported when creating a grant for {kind} KMS key with key usage {usage}. "
        f"Valid operations are [{valid}]"
    )
    refused = house.call("CreateGrant", {**members, "Operations": ["Encrypt", "DescribeKey"]})
    assert refused.error == ("ValidationException", text)
    members["Operations"] = valid.split(", ")
    house.ok("CreateGrant", members)
    constrained = {**members, "Constraints": {"EncryptionContextEquals": {"a": "1"}}}
    assert house.call("CreateGrant", constrained).error == (
        "ValidationException",
        "EncryptionContext is supported only when creating a grant for a symmetric encryption KMS key.",
    )


@pytest.mark.parametrize(
    ("changed", "text"),
    [
        (
            {"Constraints": {"EncryptionContextEquals": {"a": "1"}, "EncryptionContextSubset": {"a": "1"}}},
            "More than one constraint supplied",
        ),
        ({"Constraints": {"EncryptionContextSubset": {str(at): "" for at in range(9)}}}, "at most 8"),
        ({"Constraints": {"EncryptionContextEquals": {"a": "x" * 385}}}, "at most 384 characters"),
        ({"Operations": []}, "at least one operation"),
        ({"Operations": ["Sign"]}, "Operations [Sign] are not supported when creating a grant for a symmetric KMS key"),
    ],
)
def test_refused_contents(house: House, key_id: str, alice: NewUser, changed: dict[str, Any], text: str) -> None:
    members = {"KeyId": key_id, "GranteePrincipal": alice.user.arn, "Operations": ["Encrypt"]}
    name, message = house.call("CreateGrant", members | changed).error
    assert name == "ValidationException"
    assert text in str(message)


@pytest.mark.parametrize(
    ("meant", "empty"),
    [
        ("EncryptionContextEquals", "EncryptionContextSubset"),
        ("EncryptionContextSubset", "EncryptionContextEquals"),
    ],
)
def test_an_empty_constraint_beside_the_other_kind(
    house: House, key_id: str, alice: NewUser, meant: str, empty: str
) -> None:
    """Terraform's aws_kms_grant always sends both."""
    grant_to(house, key_id, alice, "Encrypt", Constraints={meant: {"a": "1"}, empty: {}})
    (entry,) = house.ok("ListGrants", {"KeyId": key_id})["Grants"]
    assert entry["Constraints"] == {meant: {"a": "1"}}


def test_two_empty_constraints_are_two(house: House, key_id: str, alice: NewUser) -> None:
    """Which of them were meant is not known."""
    both = {"EncryptionContextEquals": {}, "EncryptionContextSubset": {}}
    members = {"KeyId": key_id, "GranteePrincipal": alice.user.arn, "Operations": ["Encrypt"], "Constraints": both}
    assert house.call("CreateGrant", members).error == ("ValidationException", "More than one constraint supplied")


def test_the_largest_constraint(house: House, key_id: str, alice: NewUser) -> None:
    context = {str(at): "x" * 384 for at in range(8)}
    grant_to(house, key_id, alice, "Encrypt", Constraints={"EncryptionContextEquals": context})
    sealed = {"KeyId": key_id, "Plaintext": HELLO, "EncryptionContext": context}
    assert house.call("Encrypt", sealed, user=alice).status == 200


def test_key_forms_and_states(house: House, key_id: str, alice: NewUser) -> None:
    house.ok("CreateAlias", {"AliasName": "alias/a", "TargetKeyId": key_id})
    members = {"GranteePrincipal": alice.user.arn, "Operations": ["Encrypt"]}
    refused = house.call("CreateGrant", {"KeyId": "alias/a", **members})
    assert refused.error == ("InvalidArnException", "Key Aliases are not supported for this operation.")
    made = house.ok("CreateGrant", {"KeyId": arn_of(key_id), **members})
    house.ok("DisableKey", {"KeyId": key_id})
    assert house.call("CreateGrant", {"KeyId": key_id, **members}).error[0] == "DisabledException"
    assert len(listed(house, key_id)) == 1
    house.ok("ScheduleKeyDeletion", {"KeyId": key_id})
    assert house.call("CreateGrant", {"KeyId": key_id, **members}).error[0] == "KMSInvalidStateException"
    house.ok("RevokeGrant", {"KeyId": key_id, "GrantId": made["GrantId"]})


# --- repeating with a name -----------------------------------------------------------------------------------------------


def test_a_name_makes_repeats_the_same_grant(house: House, key_id: str, alice: NewUser) -> None:
    same: dict[str, Any] = {"Name": "n", "Constraints": {"EncryptionContextSubset": {"a": "1", "b": "2"}}}
    first = grant_to(house, key_id, alice, "Encrypt", "Decrypt", **same)
    again = grant_to(house, key_id, alice, "Decrypt", "Encrypt", "Decrypt", **same)
    by_id = grant_to(house, key_id, alice, "Decrypt", "Encrypt", **same, GranteePrincipal=alice.user.user_id)
    assert first["GrantId"] == again["GrantId"] == by_id["GrantId"]
    assert len({first["GrantToken"], again["GrantToken"], by_id["GrantToken"]}) == 3
    others = [
        grant_to(house, key_id, alice, "Encrypt", **same),
        grant_to(house, key_id, alice, "Encrypt", "Decrypt", **same, RetiringPrincipal=ACCOUNT),
        grant_to(house, key_id, alice, "Encrypt", "Decrypt", Name="n"),
        grant_to(house, key_id, alice, "Encrypt", "Decrypt", **same | {"Name": "N"}),
        grant_to(house, key_id, house.administrator, "Encrypt", "Decrypt", **same),
        grant_to(house, key_id, alice, "Encrypt", "Decrypt"),
        grant_to(house, key_id, alice, "Encrypt", "Decrypt"),
    ]
    assert len({first["GrantId"], *(other["GrantId"] for other in others)}) == 8
    assert len(listed(house, key_id)) == 8
    house.ok("RevokeGrant", {"KeyId": key_id, "GrantId": first["GrantId"]})
    assert grant_to(house, key_id, alice, "Encrypt", "Decrypt", **same)["GrantId"] != first["GrantId"]


def test_two_repeats_at_the_same_moment(house: House, key_id: str, alice: NewUser) -> None:
    """Both decide that there is no such grant yet; the store lets one in, and the other decides again."""
    members = {"KeyId": key_id, "GranteePrincipal": alice.user.arn, "Operations": ["Encrypt"], "Name": "n"}
    request = house.request("CreateGrant", members)
    with house.store.snapshot() as view:
        slower = house.pipeline.decide(request, view)
    first = house.ok("CreateGrant", members)["GrantId"]
    with pytest.raises(ConflictError):
        house.store.commit(slower.changes)
    assert house.ok("CreateGrant", members)["GrantId"] == first


# --- paging and filters --------------------------------------------------------------------------------------------------


def test_pages(house: House, key_id: str, alice: NewUser) -> None:
    house.store.commit(
        [Insert(stored(number, key_id=key_id, grantee=alice.user.user_id, retiring=f"arn:aws:iam::{ACCOUNT}:root"))
         for number in range(130)]
    )  # fmt: skip
    for operation, where in (
        ("ListGrants", {"KeyId": key_id}),
        ("ListGrants", {"KeyId": key_id, "GranteePrincipal": alice.user.arn}),
        ("ListRetirableGrants", {"RetiringPrincipal": ACCOUNT}),
    ):
        assert len(house.ok(operation, where)["Grants"]) == 50
        seen: list[str] = []
        page: dict[str, Any] = {"NextMarker": None}
        while "NextMarker" in page:
            page = house.ok(operation, where | {"Limit": 60, "Marker": page["NextMarker"]})
            assert page["Truncated"] is ("NextMarker" in page)
            seen += [entry["GrantId"] for entry in page["Grants"]]
        assert seen == [f"{number:064x}" for number in range(130)]
        assert house.call(operation, where | {"Limit": 101}).error[0] == "ValidationException"
        assert house.call(operation, where | {"Marker": "bm9uZQ=="}).raw == b'{"__type":"InvalidMarkerException"}'
    assert listed(house, key_id, GrantId="0" * 63 + "7")[0]["GrantId"] == "0" * 63 + "7"
    assert listed(house, key_id, GrantId="f" * 64) == []
    assert listed(house, key_id, GranteePrincipal=ACCOUNT) == []
    assert house.call("ListGrants", {"KeyId": key_id, "GrantId": "7"}).error[0] == "InvalidGrantIdException"


def test_retirable_grants_are_those_of_the_callers_account(house: House, key_id: str) -> None:
    stranger = house.add_user("stranger", ADMINISTRATOR_ACCESS, OTHER_ACCOUNT)
    grant_to(house, key_id, house.administrator, "Encrypt", RetiringPrincipal=stranger.user.arn)
    asked = {"RetiringPrincipal": stranger.user.arn}
    (entry,) = house.ok("ListRetirableGrants", asked, user=stranger)["Grants"]
    assert entry["KeyId"] == arn_of(key_id)  # on another account's key
    assert house.ok("ListRetirableGrants", asked, user=stranger, region="eu-west-1")["Grants"] == []
    assert house.call("ListRetirableGrants", asked).error == (
        "InvalidArnException",
        f"ARN does not refer to a valid principal: {stranger.user.arn}",
    )
    for bad in ({}, asked | {"RetiringServicePrincipal": "s3.amazonaws.com"}):
        assert house.call("ListRetirableGrants", bad).error[0] == "ValidationException"
    spied = house.call("ListRetirableGrants", {"RetiringServicePrincipal": "s3.amazonaws.com"})
    assert spied.error[0] == "InvalidArnException"


def test_the_quota(house: House, key_id: str, alice: NewUser) -> None:
    house.pipeline = replace(house.pipeline, quotas=ResourceQuotas(grants_per_key=2))
    first = grant_to(house, key_id, alice, "Encrypt", Name="n")["GrantId"]
    grant_to(house, key_id, alice, "Encrypt")
    members = {"KeyId": key_id, "GranteePrincipal": alice.user.arn, "Operations": ["Encrypt"]}
    assert house.call("CreateGrant", members).error[0] == "LimitExceededException"
    assert house.ok("CreateGrant", members | {"Name": "n"})["GrantId"] == first


# --- dry runs ------------------------------------------------------------------------------------------------------------


def test_dry_runs_change_nothing(house: House, key_id: str, alice: NewUser) -> None:
    members = {"KeyId": key_id, "GranteePrincipal": alice.user.arn, "Operations": ["Encrypt"], "DryRun": True}
    answer = house.call("CreateGrant", members)
    assert answer.error == (
        "DryRunOperationException",
        "The request would have succeeded, but the DryRun option is set.",
    )
    assert answer.record["requestParameters"]["dryRun"] is True
    assert house.call("CreateGrant", members | {"GranteePrincipal": "x"}).error[0] == "InvalidArnException"
    assert listed(house, key_id) == []
