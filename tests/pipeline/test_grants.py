"""What grants allow, across accounts and constraints, against denies, and on a worker's cache."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from strongroom.authz.defaults import ADMINISTRATOR_ACCESS
from strongroom.operations.iam.provision import NewUser
from strongroom.store.cache import Miss, NounCache
from strongroom.store.port import Insert
from support.house import ACCOUNT, OTHER_ACCOUNT, Answer, House
from support.nouns import grant as stored

HELLO = "aGVsbG8="
DENIED = "AccessDeniedException"


@pytest.fixture
def alice(house: House) -> NewUser:
    return house.add_user("alice")


def allow(*actions: str, effect: str = "Allow", **more: Any) -> dict[str, Any]:
    statement = {"Effect": effect, "Action": list(actions), "Resource": "*", **more}
    return {"Version": "2012-10-17", "Statement": [statement]}


def arn_of(key_id: str) -> str:
    return f"arn:aws:kms:us-east-1:{ACCOUNT}:key/{key_id}"


def grant(
    house: House, key_id: str, grantee: str, *operations: str, user: NewUser | None = None, **more: Any
) -> Answer:
    asked = {"KeyId": arn_of(key_id), "GranteePrincipal": grantee, "Operations": [*operations], **more}
    return house.call("CreateGrant", asked, user=user)


def encrypt(house: House, key_id: str, who: NewUser, **context: str) -> str:
    asked = {"KeyId": arn_of(key_id), "Plaintext": HELLO, "EncryptionContext": context}
    return house.call("Encrypt", asked, user=who).error[0]


# --- same account --------------------------------------------------------------------------------------------------------


def test_a_grant_allows_its_operations_to_its_grantee_on_its_key(house: House, key_id: str, alice: NewUser) -> None:
    other_key = house.ok("CreateKey")["KeyMetadata"]["KeyId"]
    bob = house.add_user("bob")
    assert encrypt(house, key_id, alice) == DENIED
    assert grant(house, key_id, alice.user.arn, "Encrypt", "ReEncryptFrom").status == 200
    assert encrypt(house, key_id, alice) == ""
    assert encrypt(house, key_id, bob) == encrypt(house, other_key, alice) == DENIED
    blob = house.ok("Encrypt", {"KeyId": key_id, "Plaintext": HELLO}, user=alice)["CiphertextBlob"]
    for operation, members in (
        ("Decrypt", {"CiphertextBlob": blob}),
        ("DescribeKey", {"KeyId": key_id}),
        ("GenerateDataKey", {"KeyId": key_id, "KeySpec": "AES_256"}),
        ("ReEncrypt", {"CiphertextBlob": blob, "DestinationKeyId": key_id}),  # half of what it needs
        ("RetireGrant", {"KeyId": arn_of(key_id), "GrantId": "0" * 64}),
        ("CreateGrant", {"KeyId": key_id, "GranteePrincipal": alice.user.arn, "Operations": ["Encrypt"]}),
        ("PutKeyPolicy", {"KeyId": key_id, "Policy": "{}"}),
    ):
        assert house.call(operation, members, user=alice).error[0] in {DENIED, "NotFoundException"}, operation
    grant(house, key_id, alice.user.user_id, "ReEncryptTo")
    moved = house.call("ReEncrypt", {"CiphertextBlob": blob, "DestinationKeyId": key_id}, user=alice)
    assert moved.status == 200


def test_session_credentials_of_a_user_use_its_grants(house: House, key_id: str, alice: NewUser) -> None:
    answer = house.sts("GetSessionToken", user=alice).raw.decode()
    found = {
        name: answer.split(f"<{name}>")[1].split("<")[0] for name in ("AccessKeyId", "SecretAccessKey", "SessionToken")
    }
    grant(house, key_id, alice.user.arn, "DescribeKey")
    pair = (found["AccessKeyId"], found["SecretAccessKey"])
    request = house.request("DescribeKey", {"KeyId": key_id}, credentials=pair, token=found["SessionToken"])
    assert house.send(request).status == 200


def test_a_grant_to_the_account_needs_an_identity_policy_too(house: House, key_id: str, alice: NewUser) -> None:
    policy = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"AWS": house.administrator.user.arn},
                "Action": "kms:*",
                "Resource": "*",
            }
        ],
    }
    house.ok("PutKeyPolicy", {"KeyId": key_id, "Policy": json.dumps(policy)})
    able = house.add_user("able", allow("kms:Encrypt"))
    assert encrypt(house, key_id, able) == DENIED  # the key policy does not let the account in
    grant(house, key_id, ACCOUNT, "Encrypt")
    assert encrypt(house, key_id, able) == ""
    assert encrypt(house, key_id, alice) == DENIED


@pytest.mark.parametrize("where", ["identity", "key policy"])
def test_a_deny_wins(house: House, key_id: str, where: str) -> None:
    deny = allow("kms:Encrypt", effect="Deny", Condition={"StringEquals": {"kms:EncryptionContext:a": "2"}})
    alice = house.add_user("alice", deny if where == "identity" else None)
    if where == "key policy":
        policy = json.loads(house.ok("GetKeyPolicy", {"KeyId": key_id})["Policy"])
        policy["Statement"] += [one | {"Principal": {"AWS": alice.user.arn}} for one in deny["Statement"]]
        house.ok("PutKeyPolicy", {"KeyId": key_id, "Policy": json.dumps(policy)})
    grant(house, key_id, alice.user.arn, "Encrypt")
    assert encrypt(house, key_id, alice, a="1") == ""
    assert encrypt(house, key_id, alice, a="2") == DENIED


def test_constraints_keep_the_case(house: House, key_id: str, alice: NewUser) -> None:
    limits = {"EncryptionContextSubset": {"Tenant": "Blue"}}
    grant(house, key_id, alice.user.arn, "Encrypt", "DescribeKey", Constraints=limits)
    assert encrypt(house, key_id, alice, Tenant="Blue", more="x") == ""
    for context in ({}, {"tenant": "Blue"}, {"Tenant": "blue"}, {"Tenant": "Blue "}):
        assert encrypt(house, key_id, alice, **context) == DENIED, context
    assert house.call("DescribeKey", {"KeyId": key_id}, user=alice).status == 200


def test_both_contexts_of_re_encrypt_are_looked_at(house: House, key_id: str, alice: NewUser) -> None:
    one, two = {"a": "1"}, {"a": "2"}
    grant(house, key_id, alice.user.arn, "ReEncryptFrom", Constraints={"EncryptionContextEquals": one})
    grant(house, key_id, alice.user.arn, "ReEncryptTo", Constraints={"EncryptionContextEquals": two})
    for source, destination, allowed in ((one, two, True), (one, one, False), (two, two, False), (two, one, False)):
        sealed = house.ok("Encrypt", {"KeyId": key_id, "Plaintext": HELLO, "EncryptionContext": source})
        asked = {
            "CiphertextBlob": sealed["CiphertextBlob"],
            "SourceEncryptionContext": source,
            "DestinationKeyId": key_id,
            "DestinationEncryptionContext": destination,
        }
        assert (house.call("ReEncrypt", asked, user=alice).status == 200) is allowed


def test_a_source_arn_is_never_that_of_a_direct_call(house: House, key_id: str, alice: NewUser) -> None:
    limits = {"SourceArn": f"arn:aws:s3:us-east-1:{ACCOUNT}:bucket"}
    grant(house, key_id, alice.user.arn, "Encrypt", "RetireGrant", Constraints=limits)
    assert encrypt(house, key_id, alice) == DENIED
    (entry,) = house.ok("ListGrants", {"KeyId": key_id})["Grants"]
    named = {"KeyId": entry["KeyId"], "GrantId": entry["GrantId"]}
    assert house.call("RetireGrant", named, user=alice).status == 200  # which it does not limit


def test_more_grants_than_the_cache_keeps(house: House, key_id: str, alice: NewUser) -> None:
    rows = [stored(number, key_id=key_id, grantee=alice.user.user_id) for number in range(1_001)]
    house.store.commit([*map(Insert, rows), Insert(stored(5_000, key_id=key_id, grantee=alice.user.user_id,
                                                          operations=("DescribeKey",)))])  # fmt: skip
    request = house.request("DescribeKey", {"KeyId": key_id}, user=alice)
    assert house.send(request).status == 200
    cache = NounCache(0)
    carried = house.pipeline.carry_out(request, house.store, 0)
    cache.admit(carried.sequence, carried.read)
    with pytest.raises(Miss):
        house.pipeline.decide(request, cache)


# --- across accounts -----------------------------------------------------------------------------------------------------


def test_a_grant_of_the_keys_account_needs_an_identity_policy_of_the_callers(house: House, key_id: str) -> None:
    for name, policy, error in (("unable", None, DENIED), ("able", allow("kms:Encrypt"), "")):
        who = house.add_user(name, policy, OTHER_ACCOUNT)
        assert encrypt(house, key_id, who) == DENIED
        grant(house, key_id, who.user.arn, "Encrypt")
        assert encrypt(house, key_id, who) == error


def test_a_grant_of_the_callers_own_account_is_enough(house: House, key_id: str) -> None:
    """The key policy lets an administrator of the other account make grants."""
    outside = house.add_user("outside", ADMINISTRATOR_ACCESS, OTHER_ACCOUNT)
    inside, app = house.add_user("inside", None, OTHER_ACCOUNT), house.add_user("app")
    policy = json.loads(house.ok("GetKeyPolicy", {"KeyId": key_id})["Policy"])
    policy["Statement"].append(
        {"Effect": "Allow", "Principal": {"AWS": OTHER_ACCOUNT}, "Action": ["kms:*Grant*"], "Resource": "*"}
    )
    house.ok("PutKeyPolicy", {"KeyId": key_id, "Policy": json.dumps(policy)})
    assert encrypt(house, key_id, inside) == DENIED
    assert grant(house, key_id, inside.user.arn, "Encrypt", user=outside).status == 200
    assert encrypt(house, key_id, inside) == ""
    assert grant(house, key_id, app.user.arn, "Encrypt", user=outside).status == 200
    assert encrypt(house, key_id, app) == ""
    (entry, _) = house.ok("ListGrants", {"KeyId": arn_of(key_id)}, user=outside)["Grants"]
    assert entry["IssuingAccount"] == f"arn:aws:iam::{OTHER_ACCOUNT}:root"
    named = {"KeyId": arn_of(key_id), "GrantId": entry["GrantId"]}
    assert house.call("RevokeGrant", named, user=outside).status == 200


# --- making grants by grants -----------------------------------------------------------------------------------------------


def test_a_parent_grant_makes_equally_strict_or_stricter_ones(house: House, key_id: str, alice: NewUser) -> None:
    bob = house.add_user("bob").user.arn
    parent = {"EncryptionContextSubset": {"a": "1"}}
    grant(house, key_id, alice.user.arn, "CreateGrant", "Encrypt", Constraints=parent)
    grant(house, key_id, alice.user.arn, "CreateGrant", "Decrypt")
    stricter = {"EncryptionContextSubset": {"a": "1", "b": "2"}}
    for operations, constraints, may in (
        (["Encrypt"], parent, True),
        (["Encrypt"], stricter, True),
        (["Encrypt", "CreateGrant"], {"EncryptionContextEquals": {"a": "1", "c": "3"}}, True),
        (["Decrypt"], {}, True),
        (["Encrypt"], {}, False),
        (["Encrypt"], {"EncryptionContextSubset": {"A": "1"}}, False),
        (["Encrypt"], {"EncryptionContextEquals": {"b": "2"}}, False),
        (["Encrypt", "Decrypt"], stricter, False),  # each parent covers a half
        (["GenerateDataKey"], parent, False),
    ):
        answer = grant(house, key_id, bob, *operations, user=alice, Constraints=constraints)
        assert (answer.status == 200) is may, (operations, constraints)
        if not may:
            assert answer.error[1] == (
                f"User: {alice.user.arn} is not authorized to perform: kms:CreateGrant on resource: {arn_of(key_id)} "
                "because no identity-based policy allows the kms:CreateGrant action"
            )


# --- condition keys ----------------------------------------------------------------------------------------------------------


def test_condition_keys_of_create_grant(house: House, key_id: str, alice: NewUser) -> None:
    asked: dict[str, Any] = {
        "KeyId": key_id,
        "GranteePrincipal": alice.user.user_id,  # the condition sees the ARN
        "RetiringPrincipal": ACCOUNT,
        "Operations": ["Encrypt", "Decrypt"],
        "Constraints": {
            "EncryptionContextEquals": {"Tenant": "42"},
            "SourceArn": "arn:aws:s3:us-east-1:111122223333:b",
        },
    }
    for number, (condition, passes) in enumerate(
        [
            ({"ForAllValues:StringEquals": {"kms:GrantOperations": ["Encrypt", "Decrypt", "DescribeKey"]}}, True),
            ({"ForAllValues:StringEquals": {"kms:GrantOperations": ["Encrypt"]}}, False),
            ({"StringEquals": {"kms:GranteePrincipal": alice.user.arn}}, True),
            ({"StringEquals": {"kms:GranteePrincipal": alice.user.user_id}}, False),
            ({"StringEquals": {"kms:RetiringPrincipal": f"arn:aws:iam::{ACCOUNT}:root"}}, True),
            ({"Null": {"kms:RetiringPrincipal": "true"}}, False),
            ({"Null": {"kms:GranteeServicePrincipal": "true", "kms:RetiringServicePrincipal": "true"}}, True),
            ({"StringEquals": {"kms:GrantConstraintType": "EncryptionContextEquals"}}, True),
            ({"ArnLike": {"kms:GrantConstraintSourceArn": "arn:aws:s3:*:*:b"}}, True),
            ({"StringEquals": {"kms:EncryptionContext:tenant": "42"}}, True),
            ({"ForAllValues:StringEquals": {"kms:EncryptionContextKeys": ["Tenant"]}}, True),
            ({"Bool": {"kms:GrantIsForAWSResource": "false"}}, True),
            ({"BoolIfExists": {"kms:GrantIsForAWSResource": "true"}}, False),
        ]
    ):
        user = house.add_user(f"caller-{number}", allow("kms:CreateGrant", Condition=condition))
        assert (house.call("CreateGrant", asked, user=user).status == 200) is passes, condition
    user = house.add_user("service only", allow("kms:*", Condition={"Bool": {"kms:GrantIsForAWSResource": "true"}}))
    for operation in ("ListGrants", "RevokeGrant"):
        members = {"KeyId": key_id} | ({"GrantId": "0" * 64} if operation == "RevokeGrant" else {})
        assert house.call(operation, members, user=user).error[0] == DENIED


# --- the cache, and what must hold of any grants ---------------------------------------------------------------------------


def test_a_worker_answers_by_grants_from_its_cache(house: House, key_id: str, alice: NewUser) -> None:
    """Allowed and denied alike; and what one worker changes the next request of another sees."""
    request = house.request("Encrypt", {"KeyId": key_id, "Plaintext": HELLO}, user=alice)
    cache = NounCache(0)
    made = ""
    for expected in (400, 200, 400):
        cache.refresh(*house.store.changed_since(cache.sequence))
        with pytest.raises(Miss):
            house.pipeline.decide(request, cache)
        carried = house.pipeline.carry_out(request, house.store, 0)
        cache.admit(carried.sequence, carried.read)
        assert carried.decided.status == house.pipeline.decide(request, cache).status == expected
        if expected == 400:
            made = grant(house, key_id, alice.user.arn, "Encrypt").body["GrantId"]
        else:
            house.ok("RevokeGrant", {"KeyId": key_id, "GrantId": made})


HOUSE = House()
KEY_ID: str = HOUSE.ok("CreateKey")["KeyMetadata"]["KeyId"]
DENY_TWO = allow("kms:Encrypt", effect="Deny", Condition={"StringEquals": {"kms:EncryptionContext:a": "2"}})
USERS = (HOUSE.add_user("bare"), HOUSE.add_user("denied", DENY_TWO))
CACHE = NounCache(0)
CONTEXTS = st.dictionaries(st.sampled_from("abA"), st.sampled_from("12"), max_size=2)
LIMITS = st.one_of(
    st.just({}),
    CONTEXTS.map(lambda context: {"EncryptionContextEquals": context}),
    CONTEXTS.map(lambda context: {"EncryptionContextSubset": context}),
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.sampled_from(USERS), st.sampled_from(["Encrypt", "Decrypt", "revoke"]), LIMITS, st.lists(CONTEXTS, max_size=3)
)
def test_no_grant_beats_a_deny_and_the_cache_decides_as_the_store(
    who: NewUser, change: str, limits: dict[str, Any], contexts: list[dict[str, str]]
) -> None:
    """One worker's cache through a life of grants made and revoked, each followed by requests of both users."""
    if change == "revoke":
        for entry in HOUSE.ok("ListGrants", {"KeyId": KEY_ID})["Grants"][:3]:
            HOUSE.ok("RevokeGrant", {"KeyId": KEY_ID, "GrantId": entry["GrantId"]})
    else:
        assert grant(HOUSE, KEY_ID, who.user.arn, change, Constraints=limits).status == 200
    CACHE.refresh(*HOUSE.store.changed_since(CACHE.sequence))
    for context in contexts:
        for user in USERS:
            asked = {"KeyId": KEY_ID, "Plaintext": HELLO, "EncryptionContext": context}
            request = HOUSE.request("Encrypt", asked, user=user)
            with HOUSE.store.snapshot() as view:
                fresh = HOUSE.pipeline.decide(request, view)
            carried = HOUSE.pipeline.carry_out(request, HOUSE.store, 0)
            CACHE.admit(carried.sequence, carried.read)
            assert HOUSE.pipeline.decide(request, CACHE).error == fresh.error == carried.decided.error
            held = [
                entry.get("Constraints", {})
                for entry in HOUSE.ok("ListGrants", {"KeyId": KEY_ID, "GranteePrincipal": user.user.arn})["Grants"]
                if "Encrypt" in entry["Operations"]
            ]
            covered = any(_within(constraints, context) for constraints in held)
            values = [value for name, value in context.items() if name.lower() == "a"]
            # Two spellings of one name are two values of one condition key: doubt, which counts for the Deny.
            denied = user is USERS[1] and ("2" in values or len(values) > 1)
            if denied:
                assert fresh.error == DENIED
            else:
                assert (fresh.error is None) is covered


def _within(constraints: dict[str, Any], context: dict[str, str]) -> bool:
    if "EncryptionContextEquals" in constraints:
        return bool(constraints["EncryptionContextEquals"] == context)
    subset: dict[str, str] = constraints.get("EncryptionContextSubset", {})
    return all(context.get(name) == value for name, value in subset.items())
