"""ReplicateKey and UpdatePrimaryRegion: what each related key has for itself, and AWS's words for what cannot be.

Source of the texts: recorded answers; of the rest: AWS KMS Developer Guide, "Multi-Region keys", and the API Reference.
"""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from strongroom.authz.defaults import default_key_policy
from strongroom.model.key import Key, KeyState
from strongroom.store.port import ConflictError
from support.house import ACCOUNT, START, House
from support.multi_region import (
    AWAY,
    FAR,
    HELLO,
    HOME,
    arn,
    change,
    configuration,
    described,
    primary,
    replicated,
    stored,
)

# --- ReplicateKey ----------------------------------------------------------------------------------------------------


def test_a_replica_arrives_creating_and_is_enabled_at_the_next_look(house: House) -> None:
    key_id = primary(house, Description="the first", Tags=[{"TagKey": "stays", "TagValue": "here"}])
    house.now += 60
    answer = house.ok("ReplicateKey", {"KeyId": key_id, "ReplicaRegion": AWAY})
    metadata = {
        "AWSAccountId": ACCOUNT,
        "KeyId": key_id,
        "Arn": arn(key_id, AWAY),
        "CreationDate": START + 60,
        "Enabled": False,
        "Description": "",
        "KeyUsage": "ENCRYPT_DECRYPT",
        "KeyState": "Creating",
        "Origin": "AWS_KMS",
        "KeyManager": "CUSTOMER",
        "CustomerMasterKeySpec": "SYMMETRIC_DEFAULT",
        "KeySpec": "SYMMETRIC_DEFAULT",
        "EncryptionAlgorithms": ["SYMMETRIC_DEFAULT"],
        "MultiRegion": True,
        "MultiRegionConfiguration": configuration("REPLICA", key_id, HOME, AWAY),
    }
    assert answer == {"ReplicaKeyMetadata": metadata, "ReplicaPolicy": default_key_policy(ACCOUNT)}
    first = described(house, key_id)
    assert first["MultiRegionConfiguration"] == configuration("PRIMARY", key_id, HOME, AWAY)
    assert described(house, key_id, AWAY) == metadata | {
        "Enabled": True,
        "KeyState": "Enabled",
        "CurrentKeyMaterialId": first["CurrentKeyMaterialId"],
    }
    assert house.ok("ListResourceTags", {"KeyId": key_id}, region=AWAY)["Tags"] == []
    assert house.ok("GetKeyPolicy", {"KeyId": key_id}, region=AWAY)["Policy"] == default_key_policy(ACCOUNT)
    assert house.ok("ListKeys", region=AWAY)["Keys"] == [{"KeyId": key_id, "KeyArn": arn(key_id, AWAY)}]


def test_policy_tags_and_description_of_its_own(house: House) -> None:
    key_id = replicated(house, FAR)
    policy = default_key_policy(ACCOUNT).replace("key-default-1", "mine")
    tags = [{"TagKey": "b", "TagValue": "2"}, {"TagKey": "a", "TagValue": "1"}]
    answer = house.ok(
        "ReplicateKey",
        {"KeyId": arn(key_id, HOME), "ReplicaRegion": AWAY, "Policy": policy, "Tags": tags, "Description": "there"},
    )
    assert answer["ReplicaPolicy"] == policy
    assert answer["ReplicaTags"] == sorted(tags, key=lambda tag: tag["TagKey"])
    related = configuration("REPLICA", key_id, HOME, AWAY, FAR)
    assert answer["ReplicaKeyMetadata"]["MultiRegionConfiguration"] == related
    assert described(house, key_id, AWAY)["Description"] == "there"
    assert described(house, key_id, FAR)["MultiRegionConfiguration"] == related
    assert house.ok("GetKeyPolicy", {"KeyId": key_id}, region=AWAY)["Policy"] == policy
    for region in (HOME, FAR):
        assert house.ok("GetKeyPolicy", {"KeyId": key_id}, region=region)["Policy"] == default_key_policy(ACCOUNT)
        assert house.ok("ListResourceTags", {"KeyId": key_id}, region=region)["Tags"] == []
    house.ok("DisableKey", {"KeyId": key_id})
    house.ok("CreateAlias", {"AliasName": "alias/away", "TargetKeyId": key_id}, region=AWAY)
    assert described(house, key_id, AWAY)["KeyState"] == "Enabled"
    assert house.call("DescribeKey", {"KeyId": "alias/away"}).error[0] == "NotFoundException"


PARTITION = "The replica key Region must be in the same AWS partition as the primary key Region."


@pytest.mark.parametrize(
    ("region", "name", "text"),
    [
        (HOME, "ValidationException", f"{HOME} cannot have a replica because it contains the primary."),
        ("cn-north-1", "ValidationException", PARTITION),
        ("us-gov-west-1", "ValidationException", PARTITION),
        (
            "us-invalid-1",
            "ValidationException",
            "Region us-invalid-1 is not a valid Region or multi-Region keys are not supported in Region us-invalid-1.",
        ),
        (AWAY, "AlreadyExistsException", "You can create only one replica of each primary key in each AWS Region."),
    ],
)
def test_regions_that_cannot_have_a_replica(house: House, region: str, name: str, text: str) -> None:
    key_id = replicated(house, AWAY)
    answer = house.call("ReplicateKey", {"KeyId": key_id, "ReplicaRegion": region})
    assert answer.error == (name, text)
    assert not answer.committed
    assert described(house, key_id)["MultiRegionConfiguration"] == configuration("PRIMARY", key_id, HOME, AWAY)


def test_a_replica_pending_deletion_still_holds_its_region(house: House) -> None:
    key_id = replicated(house, AWAY)
    house.ok("ScheduleKeyDeletion", {"KeyId": key_id}, region=AWAY)
    assert house.call("ReplicateKey", {"KeyId": key_id, "ReplicaRegion": AWAY}).error == (
        "AlreadyExistsException",
        "You can create only one replica of each primary key in each AWS Region.",
    )


def test_a_region_that_this_server_does_not_answer_for(house: House) -> None:
    house.pipeline = replace(house.pipeline, regions=(HOME, AWAY))
    key_id = replicated(house, AWAY)
    assert house.call("ReplicateKey", {"KeyId": key_id, "ReplicaRegion": FAR}).error == (
        "ValidationException",
        f"Region {FAR} is not a valid Region or multi-Region keys are not supported in Region {FAR}.",
    )


def test_only_a_primary_is_replicated(house: House, key_id: str) -> None:
    related = replicated(house, AWAY)
    for key, region in ((key_id, HOME), (related, AWAY)):
        assert house.call("ReplicateKey", {"KeyId": key, "ReplicaRegion": FAR}, region=region).error == (
            "UnsupportedOperationException",
            f"{arn(key, region)} is not a multi-region primary key.",
        )
    assert house.call("ReplicateKey", {"KeyId": related, "ReplicaRegion": HOME}, region=FAR).error == (
        "NotFoundException",
        f"Key '{arn(related, FAR)}' does not exist",
    )
    assert house.call("ReplicateKey", {"KeyId": arn(related, HOME), "ReplicaRegion": FAR}, region=AWAY).error == (
        "NotFoundException",
        f"Invalid arn {HOME}",
    )


STATES = [
    (KeyState.DISABLED, "DisabledException", "is disabled."),
    (KeyState.PENDING_DELETION, "KMSInvalidStateException", "is pending deletion."),
    (KeyState.PENDING_REPLICA_DELETION, "KMSInvalidStateException", "is pending replica deletion."),
    (KeyState.PENDING_IMPORT, "KMSInvalidStateException", "is pending import."),
]


@pytest.mark.parametrize(("state", "name", "text"), STATES)
def test_states_of_the_primary(house: House, state: KeyState, name: str, text: str) -> None:
    key_id = replicated(house, AWAY)
    change(house, key_id, state=state)
    refused = (name, f"{arn(key_id, HOME)} {text}")
    assert house.call("ReplicateKey", {"KeyId": key_id, "ReplicaRegion": FAR}).error == refused
    assert house.call("UpdatePrimaryRegion", {"KeyId": key_id, "PrimaryRegion": AWAY}).error == refused
    assert house.call("UpdatePrimaryRegion", {"KeyId": key_id, "PrimaryRegion": HOME}).error == refused


@pytest.mark.parametrize("operation", ["ReplicateKey", "UpdatePrimaryRegion"])
def test_aliases_name_no_key_here(house: House, operation: str) -> None:
    house.ok("CreateAlias", {"AliasName": "alias/mine", "TargetKeyId": primary(house)})
    for name in ("alias/mine", f"arn:aws:kms:{HOME}:{ACCOUNT}:alias/mine"):
        members = {"KeyId": name, "ReplicaRegion": AWAY, "PrimaryRegion": AWAY}
        assert house.call(operation, members).error == (
            "InvalidArnException",
            "Key Aliases are not supported for this operation.",
        )


def test_nothing_of_a_refused_replica_stays(house: House) -> None:
    key_id = primary(house)
    house.add_user("nobody")
    here = {"KeyId": key_id, "ReplicaRegion": AWAY}
    locked_out = default_key_policy(ACCOUNT).replace(":root", ":user/nobody")
    twice = [{"TagKey": "a", "TagValue": "1"}, {"TagKey": "a", "TagValue": "2"}]
    lock_out = "The new key policy will not allow you to update the key policy in the future."
    for members, refused in (
        ({"Policy": locked_out}, ("MalformedPolicyDocumentException", lock_out)),
        ({"Tags": twice}, ("TagException", "Duplicate tag keys")),
    ):
        assert house.call("ReplicateKey", {**here, **members}).error == refused
    assert house.call("ReplicateKey", {**here, "Policy": "{"}).error[0] == "MalformedPolicyDocumentException"
    assert house.ok("ListKeys", region=AWAY)["Keys"] == []
    assert described(house, key_id)["MultiRegionConfiguration"]["ReplicaKeys"] == []
    house.ok("ReplicateKey", {**here, "Policy": locked_out, "BypassPolicyLockoutSafetyCheck": True})
    assert house.call("DescribeKey", {"KeyId": key_id}, region=AWAY).error[0] == "AccessDeniedException"
    assert house.call("DescribeKey", {"KeyId": key_id}).status == 200


def test_two_at_once_are_decided_one_after_the_other(house: House) -> None:
    key_id = primary(house)
    request = house.request("ReplicateKey", {"KeyId": key_id, "ReplicaRegion": AWAY})
    with house.store.snapshot() as before:
        stale = house.pipeline.decide(request, before)
    house.ok("ReplicateKey", {"KeyId": key_id, "ReplicaRegion": FAR})
    with pytest.raises(ConflictError):
        house.store.commit(stale.changes)
    house.ok("ReplicateKey", {"KeyId": key_id, "ReplicaRegion": AWAY})
    assert stored(house, key_id).replica_regions == (FAR, AWAY)


# --- UpdatePrimaryRegion ---------------------------------------------------------------------------------------------


def test_a_replica_becomes_the_primary(house: House) -> None:
    key_id = replicated(house, AWAY, FAR)
    change(house, key_id, rotation_period_days=90, rotation_ms=7, on_demand_rotations=3, description="old")
    answer = house.call("UpdatePrimaryRegion", {"KeyId": key_id, "PrimaryRegion": AWAY})
    assert (answer.status, answer.raw) == (200, b"")
    for region in (HOME, AWAY, FAR):
        kind = "PRIMARY" if region == AWAY else "REPLICA"
        now = described(house, key_id, region)
        assert now["MultiRegionConfiguration"] == configuration(kind, key_id, AWAY, HOME, FAR)
        assert (now["KeyState"], now["Enabled"]) == ("Enabled", True)
    former, present = stored(house, key_id), stored(house, key_id, AWAY)
    assert (former.rotation_period_days, former.rotation_ms, former.on_demand_rotations) == (None, None, 0)
    assert (present.rotation_period_days, present.rotation_ms, present.on_demand_rotations) == (90, 7, 3)
    assert (former.description, present.description) == ("old", "")
    # The roles are exchanged in deed, not only in words.
    assert house.call("ReplicateKey", {"KeyId": key_id, "ReplicaRegion": "us-west-2"}).error[0] == (
        "UnsupportedOperationException"
    )
    house.ok("ReplicateKey", {"KeyId": key_id, "ReplicaRegion": "us-west-2"}, region=AWAY)
    house.ok("UpdatePrimaryRegion", {"KeyId": key_id, "PrimaryRegion": HOME}, region=AWAY)
    assert described(house, key_id, "us-west-2")["MultiRegionConfiguration"] == configuration(
        "REPLICA", key_id, HOME, AWAY, FAR, "us-west-2"
    )


def test_to_its_own_region_changes_nothing(house: House) -> None:
    key_id = replicated(house, AWAY)
    before = stored(house, key_id)
    answer = house.call("UpdatePrimaryRegion", {"KeyId": key_id, "PrimaryRegion": HOME})
    assert (answer.status, answer.raw, answer.committed, answer.further) == (200, b"", False, [])
    assert answer.record["responseElements"] == {"keyId": arn(key_id, HOME)}
    assert stored(house, key_id) == before


def test_update_primary_region_refusals(house: House, key_id: str) -> None:
    related = replicated(house, AWAY)
    for region in (FAR, "us-invalid-1", "cn-north-1"):
        assert house.call("UpdatePrimaryRegion", {"KeyId": related, "PrimaryRegion": region}).error == (
            "ValidationException",
            f"{related} does not have a replica key in the specified Region.",
        )
    for key, region, target in (
        (key_id, HOME, AWAY),
        (related, AWAY, AWAY),
        (related, AWAY, HOME),
        (related, AWAY, FAR),
    ):
        assert house.call("UpdatePrimaryRegion", {"KeyId": key, "PrimaryRegion": target}, region=region).error == (
            "KMSInvalidStateException",
            f"{arn(key, region)} is not a multi-Region primary key.",
        )


@pytest.mark.parametrize(("state", "name", "text"), STATES)
def test_states_of_the_replica_that_would_become_primary(house: House, state: KeyState, name: str, text: str) -> None:
    key_id = replicated(house, AWAY, FAR)
    change(house, key_id, AWAY, state=state)
    update = {"KeyId": key_id, "PrimaryRegion": AWAY}
    assert house.call("UpdatePrimaryRegion", update).error == (name, f"{arn(key_id, AWAY)} {text}")
    house.ok("UpdatePrimaryRegion", {"KeyId": key_id, "PrimaryRegion": FAR})  # bystanders may be in any state
    assert stored(house, key_id, AWAY).primary_region == FAR
    change(house, key_id, FAR, state=KeyState.DISABLED)
    # Of two keys that cannot, the one that was named is told of.
    assert house.call("UpdatePrimaryRegion", update, region=FAR).error == (
        "DisabledException",
        f"{arn(key_id, FAR)} is disabled.",
    )


REGIONS = (HOME, AWAY, FAR, "us-west-2")


@settings(max_examples=20)
@given(
    st.lists(
        st.tuples(st.sampled_from(["ReplicateKey", "UpdatePrimaryRegion"]), *[st.sampled_from(REGIONS)] * 2),
        max_size=12,
    )
)
def test_related_keys_agree_whatever_was_called(steps: list[tuple[str, str, str]]) -> None:
    house = House()
    key_id = primary(house)
    blob = house.ok("Encrypt", {"KeyId": key_id, "Plaintext": HELLO})["CiphertextBlob"]
    for operation, region, target in steps:
        house.call(operation, {"KeyId": key_id, "ReplicaRegion": target, "PrimaryRegion": target}, region=region)
    with house.store.snapshot() as view:
        keys = [key for region in REGIONS if (key := view.get(Key, ACCOUNT, region, key_id)) is not None]
    (first,) = [key for key in keys if key.is_primary]
    assert {key.primary_region for key in keys} == {first.region}
    assert set(first.replica_regions) == {key.region for key in keys} - {first.region}
    assert all(key.replica_regions == () for key in keys if key is not first)
    for key in keys:
        assert house.ok("Decrypt", {"CiphertextBlob": blob}, region=key.region)["KeyId"] == key.arn
