"""Calls that reach into another Region: allowed in each Region by its own policies, recorded in each, answered from a cache."""

import json
from typing import Any

import pytest

from strongroom.authz.defaults import default_key_policy
from strongroom.operations.iam.provision import NewUser
from strongroom.stations.request import Decided
from strongroom.store.cache import Miss, NounCache, RecordingSnapshot
from support.house import ACCOUNT, OTHER_ACCOUNT, House
from support.multi_region import AWAY, FAR, HELLO, HOME, arn, configuration, primary, replicated, stored

# --- what must be allowed, and where --------------------------------------------------------------------------------------


def user(house: House, *statements: dict[str, Any]) -> NewUser:
    policy = {"Version": "2012-10-17", "Statement": list(statements)} if statements else None
    return house.add_user("somebody", policy)


def allow(*actions: str, resource: str = "*", effect: str = "Allow", **conditions: Any) -> dict[str, Any]:
    statement = {"Effect": effect, "Action": [f"kms:{action}" for action in actions], "Resource": resource}
    return statement | ({"Condition": conditions} if conditions else {})


def in_region(region: str) -> dict[str, Any]:
    return {"StringEquals": {"aws:RequestedRegion": region}}


CREATES = ("CreateKey", "TagResource", "PutKeyPolicy")


@pytest.mark.parametrize(
    ("statements", "denied"),
    [
        ([allow("ReplicateKey", *CREATES)], None),
        ([allow("ReplicateKey", **in_region(HOME)), allow(*CREATES, **in_region(AWAY))], None),
        ([allow(*CREATES)], "ReplicateKey"),
        ([allow("ReplicateKey")], "CreateKey"),
        ([allow("ReplicateKey", *CREATES, **in_region(HOME))], "CreateKey"),
        ([allow("ReplicateKey", *CREATES, **in_region(AWAY))], "ReplicateKey"),
        ([allow("ReplicateKey", "CreateKey", "PutKeyPolicy")], "TagResource"),
        ([allow("ReplicateKey", *CREATES), allow("CreateKey", effect="Deny", **in_region(AWAY))], "CreateKey"),
        ([allow("ReplicateKey", *CREATES), allow("CreateKey", effect="Deny", **in_region(HOME))], None),
        ([allow("ReplicateKey", StringEquals={"kms:ReplicaRegion": [AWAY, FAR]}), allow(*CREATES)], None),
        ([allow("ReplicateKey", StringEquals={"kms:ReplicaRegion": FAR}), allow(*CREATES)], "ReplicateKey"),
        ([allow("ReplicateKey", StringEquals={"kms:MultiRegionKeyType": "PRIMARY"}), allow(*CREATES)], None),
        ([allow("ReplicateKey", StringEquals={"kms:MultiRegionKeyType": "REPLICA"}), allow(*CREATES)], "ReplicateKey"),
        (
            [
                allow("ReplicateKey", "TagResource", "PutKeyPolicy"),
                allow(
                    "CreateKey",
                    Bool={"kms:MultiRegion": "true"},
                    Null={"kms:BypassPolicyLockoutSafetyCheck": "true"},
                    StringEquals={
                        "kms:MultiRegionKeyType": "REPLICA",
                        "kms:KeySpec": "SYMMETRIC_DEFAULT",
                        "kms:KeyUsage": "ENCRYPT_DECRYPT",
                        "kms:KeyOrigin": "AWS_KMS",
                        "aws:RequestTag/team": "blue",
                    },
                ),
            ],
            None,
        ),
        (
            [
                allow("ReplicateKey", *CREATES),
                allow("CreateKey", effect="Deny", StringEquals={"kms:KeySpec": "SYMMETRIC_DEFAULT"}),
            ],
            "CreateKey",
        ),
        (  # the key to be made has no tags yet; those of its primary are another key's
            [
                allow("ReplicateKey", "TagResource", "PutKeyPolicy"),
                allow("CreateKey", StringEquals={"aws:ResourceTag/of": "it"}),
            ],
            "CreateKey",
        ),
    ],
)
def test_replicating_needs_both_regions(house: House, statements: list[dict[str, Any]], denied: str | None) -> None:
    key_id = primary(house, Tags=[{"TagKey": "of", "TagValue": "it"}])
    members = {"KeyId": key_id, "ReplicaRegion": AWAY, "Tags": [{"TagKey": "team", "TagValue": "blue"}]}
    answer = house.call("ReplicateKey", members, user=user(house, *statements))
    if denied is None:
        assert answer.status == 200, answer.raw
        return
    on = arn(key_id, HOME) if denied == "ReplicateKey" else "*"
    assert answer.error[0] == "AccessDeniedException"
    assert f"not authorized to perform: kms:{denied} on resource: {on} " in str(answer.error[1])
    assert not stored(house, key_id).replica_regions


UPDATE = "UpdatePrimaryRegion"


@pytest.mark.parametrize(
    ("statements", "denied"),
    [
        ([allow(UPDATE)], None),
        ([allow(UPDATE, resource=f"arn:aws:kms:{HOME}:*:key/*")], AWAY),
        ([allow(UPDATE, resource=f"arn:aws:kms:{AWAY}:*:key/*")], HOME),
        ([allow(UPDATE, **in_region(HOME))], AWAY),
        ([allow(UPDATE, **in_region(AWAY))], HOME),
        ([allow(UPDATE, StringEquals={"kms:PrimaryRegion": AWAY})], None),
        ([allow(UPDATE, StringEquals={"kms:PrimaryRegion": FAR})], HOME),
        ([allow(UPDATE, StringEquals={"kms:MultiRegionKeyType": "PRIMARY"})], AWAY),
        ([allow(UPDATE), allow(UPDATE, effect="Deny", StringEquals={"aws:ResourceTag/no": "way"})], AWAY),
    ],
)
def test_a_new_primary_region_needs_both_keys(
    house: House, statements: list[dict[str, Any]], denied: str | None
) -> None:
    key_id = primary(house)
    house.ok("ReplicateKey", {"KeyId": key_id, "ReplicaRegion": AWAY, "Tags": [{"TagKey": "no", "TagValue": "way"}]})
    answer = house.call(UPDATE, {"KeyId": key_id, "PrimaryRegion": AWAY}, user=user(house, *statements))
    if denied is None:
        assert answer.status == 200, answer.raw
        return
    assert answer.error[0] == "AccessDeniedException"
    assert f"not authorized to perform: kms:{UPDATE} on resource: {arn(key_id, denied)} " in str(answer.error[1])
    assert stored(house, key_id).is_primary


def test_key_policies_of_both_keys_have_a_say(house: House) -> None:
    key_id = replicated(house, AWAY)
    somebody = user(house)
    policy = json.loads(default_key_policy(ACCOUNT))
    principal = {"AWS": f"arn:aws:iam::{ACCOUNT}:user/somebody"}
    policy["Statement"].append({"Effect": "Allow", "Principal": principal, "Action": f"kms:{UPDATE}", "Resource": "*"})
    update = {"KeyId": key_id, "PrimaryRegion": AWAY}
    for region in (HOME, AWAY):
        assert house.call(UPDATE, update, user=somebody).error[0] == "AccessDeniedException"
        house.ok("PutKeyPolicy", {"KeyId": key_id, "Policy": json.dumps(policy)}, region=region)
    house.ok(UPDATE, update, user=somebody)


@pytest.mark.parametrize(("kind", "region", "other"), [("PRIMARY", HOME, AWAY), ("REPLICA", AWAY, HOME)])
def test_the_kind_of_key_is_a_condition_on_every_use(house: House, kind: str, region: str, other: str) -> None:
    key_id = replicated(house, AWAY)
    single = house.ok("CreateKey")["KeyMetadata"]["KeyId"]
    somebody = user(house, allow("Encrypt", StringEquals={"kms:MultiRegionKeyType": kind}))
    members = {"KeyId": key_id, "Plaintext": HELLO}
    house.ok("Encrypt", members, user=somebody, region=region)
    assert house.call("Encrypt", members, user=somebody, region=other).error[0] == "AccessDeniedException"
    assert house.call("Encrypt", {**members, "KeyId": single}, user=somebody).error[0] == "AccessDeniedException"


def test_a_grant_holds_in_its_own_region_alone(house: House) -> None:
    key_id = replicated(house, AWAY)
    somebody = user(house)
    grant = {"KeyId": key_id, "GranteePrincipal": f"arn:aws:iam::{ACCOUNT}:user/somebody", "Operations": ["Encrypt"]}
    house.ok("CreateGrant", grant, region=AWAY)
    members = {"KeyId": key_id, "Plaintext": HELLO}
    house.ok("Encrypt", members, user=somebody, region=AWAY)
    assert house.call("Encrypt", members, user=somebody).error[0] == "AccessDeniedException"


def test_who_may_create_in_one_region_only_is_not_locked_out_there(house: House) -> None:
    somebody = user(house, allow("CreateKey", "PutKeyPolicy", **in_region(AWAY)))
    house.ok("CreateKey", user=somebody, region=AWAY)
    assert house.call("CreateKey", user=somebody).error[0] == "AccessDeniedException"


def test_another_accounts_key_is_out_of_reach(house: House) -> None:
    key_id = replicated(house, AWAY)
    everything = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
    stranger = house.add_user("stranger", everything, OTHER_ACCOUNT)
    for operation in ("ReplicateKey", "UpdatePrimaryRegion"):
        members = {"KeyId": arn(key_id, HOME), "ReplicaRegion": FAR, "PrimaryRegion": AWAY}
        name, text = house.call(operation, members, user=stranger).error
        assert name == "AccessDeniedException"
        assert f"not authorized to perform: kms:{operation} on this resource" in str(text)


# --- answered without the database ----------------------------------------------------------------------------------------


def test_a_replica_is_described_from_the_cache(house: House) -> None:
    """Its list of related keys stands with the primary, in another Region: kept and forgotten like any row."""
    key_id = replicated(house, AWAY)
    request = house.request("DescribeKey", {"KeyId": key_id}, region=AWAY)
    cache = NounCache(0)

    def described_from_the_cache() -> dict[str, Any]:
        begun = house.pipeline.begin(request, cache)
        assert isinstance(begun, Decided)
        found: dict[str, Any] = json.loads(begun.body)["KeyMetadata"]["MultiRegionConfiguration"]
        return found

    def follow() -> None:
        cache.refresh(*house.store.changed_since(cache.sequence))

    def admit() -> None:
        with house.store.snapshot() as snapshot:
            view = RecordingSnapshot(snapshot)
            house.pipeline.decide(request, view)
        cache.admit(view.sequence, view.read)

    follow()
    admit()
    assert described_from_the_cache() == configuration("REPLICA", key_id, HOME, AWAY)
    house.ok("ReplicateKey", {"KeyId": key_id, "ReplicaRegion": FAR})
    follow()
    with pytest.raises(Miss):
        described_from_the_cache()
    admit()
    assert described_from_the_cache() == configuration("REPLICA", key_id, HOME, AWAY, FAR)


# --- records ---------------------------------------------------------------------------------------------------------


def test_a_replication_is_recorded_in_both_regions(house: House) -> None:
    key_id = primary(house)
    tags = [{"TagKey": "team", "TagValue": "blue"}]
    answer = house.call("ReplicateKey", {"KeyId": key_id, "ReplicaRegion": AWAY, "Tags": tags})
    record, (created,) = answer.record, answer.further
    assert record["requestParameters"] == {
        "keyId": key_id,
        "replicaRegion": AWAY,
        "bypassPolicyLockoutSafetyCheck": False,
        "description": "",
        "tags": [{"tagKey": "team", "tagValue": "blue"}],
    }
    metadata = record["responseElements"]["replicaKeyMetadata"]
    assert (metadata["arn"], metadata["keyState"], metadata["enabled"]) == (arn(key_id, AWAY), "Creating", False)
    assert metadata["multiRegionConfiguration"]["replicaKeys"] == [{"arn": arn(key_id, AWAY), "region": AWAY}]
    assert record["responseElements"]["replicaPolicy"] == default_key_policy(ACCOUNT)
    assert [resource["ARN"] for resource in record["resources"]] == [arn(key_id, HOME)]
    assert (created["eventName"], created["awsRegion"], created["readOnly"]) == ("CreateKey", AWAY, False)
    assert created["requestParameters"]["multiRegion"] is True
    assert created["requestParameters"]["keySpec"] == "SYMMETRIC_DEFAULT"
    assert created["responseElements"] == {"keyMetadata": metadata}
    assert [resource["ARN"] for resource in created["resources"]] == [arn(key_id, AWAY)]
    check_goes_with(created, record)


def test_a_new_primary_region_is_recorded_in_both(house: House) -> None:
    key_id = replicated(house, AWAY)
    answer = house.call("UpdatePrimaryRegion", {"KeyId": key_id, "PrimaryRegion": AWAY})
    for record, region, named in (
        (answer.record, HOME, key_id),
        (answer.further[0], AWAY, arn(key_id, AWAY)),
    ):
        assert (record["eventName"], record["awsRegion"]) == ("UpdatePrimaryRegion", region)
        assert record["requestParameters"] == {"keyId": named, "primaryRegion": AWAY}
        assert record["responseElements"] == {"keyId": arn(key_id, region)}
        assert [resource["ARN"] for resource in record["resources"]] == [arn(key_id, region)]
    check_goes_with(answer.further[0], answer.record)
    outbox = {event_id for _, event_id, _ in house.store.outbox()}
    assert {answer.record["eventID"], answer.further[0]["eventID"]} <= outbox


def check_goes_with(further: dict[str, Any], record: dict[str, Any]) -> None:
    """The same caller and request; KMS acted, and it is another event."""
    assert further["userIdentity"] == {**record["userIdentity"], "invokedBy": "kms.amazonaws.com"}
    assert "invokedBy" not in record["userIdentity"]
    assert (further["requestID"], further["eventTime"]) == (record["requestID"], record["eventTime"])
    assert further["eventID"] != record["eventID"]
    assert further["userAgent"] == "AWS Internal"
    assert further["recipientAccountId"] == ACCOUNT
    assert "tlsDetails" not in further


def test_a_refusal_is_one_record(house: House) -> None:
    key_id = replicated(house, AWAY)
    for operation in ("ReplicateKey", "UpdatePrimaryRegion"):
        answer = house.call(operation, {"KeyId": key_id, "ReplicaRegion": AWAY, "PrimaryRegion": FAR})
        assert (answer.status, answer.further) == (400, [])
        assert [resource["ARN"] for resource in answer.record["resources"]] == [arn(key_id, HOME)]
