"""The five rotation operations: who may rotate, in which order it is checked, and what AWS was recorded to answer."""

from dataclasses import replace
from typing import Any

import pytest

from strongroom.model.change import Insert, Update
from strongroom.model.key import Key, KeyMaterial, KeyState, MaterialState
from support.house import ACCOUNT, START, House

DAY = 86_400.0
HERE = "us-east-1"
THERE = "eu-west-1"


def arn(key_id: str, region: str = HERE) -> str:
    return f"arn:aws:kms:{region}:{ACCOUNT}:key/{key_id}"


def key_of(house: House, key_id: str, region: str = HERE) -> Key:
    with house.store.snapshot() as view:
        found = view.get(Key, ACCOUNT, region, key_id)
    assert found is not None
    return found


def change_key(house: House, key_id: str, region: str = HERE, **changed: Any) -> None:
    house.store.commit((Update(replace(key_of(house, key_id, region), **changed)),))


def new_key(house: House, **members: Any) -> str:
    made: str = house.ok("CreateKey", members)["KeyMetadata"]["KeyId"]
    return made


def imported_key(house: House, *versions: dict[str, Any], region: str = HERE, **changed: Any) -> str:
    """Make an EXTERNAL key with these versions of imported material, as importing them would."""
    key_id = new_key(house, Origin="EXTERNAL", MultiRegion=bool(changed.get("replica_regions")))
    changed = {"state": KeyState.ENABLED, "material_id": f"{0:064x}"} | changed
    change_key(house, key_id, **changed)
    for number, version in enumerate(versions):
        fields: dict[str, Any] = {
            "wrapped": b"wrapped",
            "created_ms": 1,
            "expiration_model": "KEY_MATERIAL_DOES_NOT_EXPIRE",
        }
        house.store.commit(
            (Insert(KeyMaterial(ACCOUNT, region, key_id, f"{number:064x}", **fields | {"position": number} | version)),)
        )
    return key_id


def add_replica(house: House, key_id: str, region: str = THERE, **changed: Any) -> None:
    """Make a replica with the primary's material, as ReplicateKey would."""
    primary = key_of(house, key_id)
    with house.store.snapshot() as view:
        where = {"account": ACCOUNT, "region": HERE, "key_id": key_id}
        versions = view.page(KeyMaterial, where, limit=100)
    replica = replace(
        primary, region=region, replica_regions=(), rotation_period_days=None, rotation_ms=None, version=0, **changed
    )
    house.store.commit(
        (
            Update(replace(primary, replica_regions=(*primary.replica_regions, region))),
            Insert(replica),
            *(Insert(replace(version, region=region)) for version in versions),
        )
    )


# --- EnableKeyRotation, DisableKeyRotation, GetKeyRotationStatus -----------------------------------------------------


def status(house: House, key_id: str, **where: Any) -> dict[str, Any]:
    return house.ok("GetKeyRotationStatus", {"KeyId": key_id}, **where)


def test_the_schedule(house: House, key_id: str) -> None:
    off = {"KeyRotationEnabled": False, "KeyId": arn(key_id)}
    assert status(house, key_id) == off
    answer = house.call("EnableKeyRotation", {"KeyId": key_id, "RotationPeriodInDays": 90})
    assert (answer.status, answer.raw) == (200, b"")
    assert answer.record["requestParameters"] == {"keyId": key_id, "rotationPeriodInDays": 90}
    assert answer.record["responseElements"] == {"keyId": arn(key_id)}
    on = {
        "KeyRotationEnabled": True,
        "KeyId": arn(key_id),
        "RotationPeriodInDays": 90,
        "NextRotationDate": START + 90 * DAY,
    }
    assert status(house, key_id) == on
    house.now += DAY
    for same in ({}, {"RotationPeriodInDays": 90}):
        house.ok("EnableKeyRotation", {"KeyId": key_id, **same})
        assert status(house, key_id) == on
    house.ok("EnableKeyRotation", {"KeyId": key_id, "RotationPeriodInDays": 2560})
    assert status(house, key_id)["NextRotationDate"] == START + DAY + 2560 * DAY
    house.ok("DisableKeyRotation", {"KeyId": key_id})
    assert status(house, key_id) == off
    house.ok("DisableKeyRotation", {"KeyId": key_id})
    house.ok("EnableKeyRotation", {"KeyId": key_id})
    assert status(house, key_id)["RotationPeriodInDays"] == 365  # not the former one


def test_the_period_has_limits(house: House, key_id: str) -> None:
    text = (
        "1 validation error detected: Value '2561' at 'rotationPeriodInDays' failed to satisfy constraint: "
        "Member must have value less than or equal to 2560"
    )
    answer = house.call("EnableKeyRotation", {"KeyId": key_id, "RotationPeriodInDays": 2561})
    assert answer.error == ("ValidationException", text)


def test_a_key_that_waits_shows_its_schedule_again_when_it_is_spared(house: House, key_id: str) -> None:
    house.ok("EnableKeyRotation", {"KeyId": key_id})
    on = status(house, key_id)
    house.ok("DisableKey", {"KeyId": key_id})
    assert status(house, key_id) == on
    house.ok("ScheduleKeyDeletion", {"KeyId": key_id})
    assert status(house, key_id) == {"KeyRotationEnabled": False, "KeyId": arn(key_id)}
    house.ok("CancelKeyDeletion", {"KeyId": key_id})
    assert status(house, key_id) == on
    change_key(house, key_id, state=KeyState.PENDING_REPLICA_DELETION)
    assert status(house, key_id) == on


@pytest.mark.parametrize(
    ("state", "error"),
    [
        (KeyState.DISABLED, ("DisabledException", "is disabled.")),
        (KeyState.PENDING_DELETION, ("KMSInvalidStateException", "is pending deletion.")),
    ],
)
def test_states_come_before_eligibility(house: House, state: KeyState, error: tuple[str, str]) -> None:
    for members in ({}, {"KeySpec": "HMAC_256", "KeyUsage": "GENERATE_VERIFY_MAC"}):
        key_id = new_key(house, **members)
        change_key(house, key_id, state=state)
        for operation in ("EnableKeyRotation", "DisableKeyRotation", "RotateKeyOnDemand"):
            assert house.call(operation, {"KeyId": key_id}).error == (error[0], f"{arn(key_id)} {error[1]}")
        status(house, key_id)
        house.ok("ListKeyRotations", {"KeyId": key_id})


@pytest.mark.parametrize(
    "state", [KeyState.ENABLED, KeyState.DISABLED, KeyState.PENDING_IMPORT, KeyState.PENDING_DELETION]
)
def test_the_origin_comes_before_the_state(house: House, state: KeyState) -> None:
    key_id = imported_key(house, {}, state=state)
    text = f"{arn(key_id)} origin is EXTERNAL which is not valid for this operation."
    for operation in ("EnableKeyRotation", "DisableKeyRotation"):
        assert house.call(operation, {"KeyId": key_id}).error == ("UnsupportedOperationException", text)
    assert status(house, key_id) == {"KeyRotationEnabled": False, "KeyId": arn(key_id)}


def test_keys_of_custom_stores_do_not_rotate(house: House, key_id: str) -> None:
    change_key(house, key_id, origin="EXTERNAL_KEY_STORE")
    text = f"{arn(key_id)} origin is EXTERNAL_KEY_STORE which is not valid for this operation."
    for operation in ("EnableKeyRotation", "DisableKeyRotation", "GetKeyRotationStatus", "RotateKeyOnDemand"):
        assert house.call(operation, {"KeyId": key_id}).error == ("UnsupportedOperationException", text)


@pytest.mark.parametrize(("spec", "usage"), [("HMAC_256", "GENERATE_VERIFY_MAC"), ("ECC_NIST_P256", "SIGN_VERIFY")])
def test_other_specs_never_rotate(house: House, spec: str, usage: str) -> None:
    key_id = new_key(house, KeySpec=spec, KeyUsage=usage)
    for operation in ("EnableKeyRotation", "RotateKeyOnDemand"):
        assert house.call(operation, {"KeyId": key_id}).body == {"__type": "UnsupportedOperationException"}
    house.ok("DisableKeyRotation", {"KeyId": key_id})
    assert status(house, key_id) == {"KeyRotationEnabled": False, "KeyId": arn(key_id)}
    assert house.ok("ListKeyRotations", {"KeyId": key_id}) == {"Rotations": [], "Truncated": False}
    answer = house.call("ListKeyRotations", {"KeyId": key_id, "IncludeKeyMaterial": "ALL_KEY_MATERIAL"})
    text = "Input parameter includeKeyMaterial can only be used with symmetric keys."
    assert answer.error == ("ValidationException", text)


@pytest.mark.parametrize(
    "operation",
    ["EnableKeyRotation", "DisableKeyRotation", "GetKeyRotationStatus", "RotateKeyOnDemand", "ListKeyRotations"],
)
def test_aliases_and_keys_that_are_not_there(house: House, operation: str) -> None:
    text = "Key Aliases are not supported for this operation."
    assert house.call(operation, {"KeyId": "alias/mine"}).error == ("InvalidArnException", text)
    unknown = "1234abcd-12ab-34cd-56ef-1234567890ab"
    assert house.call(operation, {"KeyId": unknown}).error == (
        "NotFoundException",
        f"Key '{arn(unknown)}' does not exist",
    )


def test_the_period_is_a_condition_and_365_when_it_is_left_out(house: House, key_id: str) -> None:
    condition = {"NumericLessThanEquals": {"kms:RotationPeriodInDays": "180"}}
    statement = {"Effect": "Allow", "Action": "kms:EnableKeyRotation", "Resource": "*", "Condition": condition}
    user = house.add_user("rotator", {"Version": "2012-10-17", "Statement": [statement]})
    asked = {"KeyId": key_id, "RotationPeriodInDays": 180}
    house.ok("EnableKeyRotation", asked, user=user)
    for refused in ({"KeyId": key_id}, asked | {"RotationPeriodInDays": 181}):
        assert house.call("EnableKeyRotation", refused, user=user).error[0] == "AccessDeniedException"


# --- RotateKeyOnDemand, ListKeyRotations -----------------------------------------------------------------------------


def test_rotation_on_demand(house: House, key_id: str) -> None:
    house.ok("EnableKeyRotation", {"KeyId": key_id})
    before = status(house, key_id)
    first = house.ok("DescribeKey", {"KeyId": key_id})["KeyMetadata"]["CurrentKeyMaterialId"]
    old = house.ok("Encrypt", {"KeyId": key_id, "Plaintext": "aGVsbG8="})["CiphertextBlob"]
    house.now += 2.5
    answer = house.call("RotateKeyOnDemand", {"KeyId": key_id})
    assert answer.body == {"KeyId": arn(key_id)}
    assert answer.record["responseElements"] == {"keyId": arn(key_id)}
    second = house.ok("DescribeKey", {"KeyId": key_id})["KeyMetadata"]["CurrentKeyMaterialId"]
    assert second != first
    assert status(house, key_id) == before
    opened = house.ok("Decrypt", {"CiphertextBlob": old})
    assert (opened["Plaintext"], opened["KeyMaterialId"]) == ("aGVsbG8=", first)
    new = house.ok("Encrypt", {"KeyId": key_id, "Plaintext": "aGVsbG8="})["CiphertextBlob"]
    assert house.ok("Decrypt", {"CiphertextBlob": new})["KeyMaterialId"] == second
    rotation = {
        "KeyId": arn(key_id),
        "KeyMaterialId": second,
        "KeyMaterialState": "CURRENT",
        "RotationDate": START + 2.5,
        "RotationType": "ON_DEMAND",
    }
    assert house.ok("ListKeyRotations", {"KeyId": key_id}) == {"Rotations": [rotation], "Truncated": False}
    listed = house.ok("ListKeyRotations", {"KeyId": key_id, "IncludeKeyMaterial": "ALL_KEY_MATERIAL"})
    start = {"KeyId": arn(key_id), "KeyMaterialId": first, "KeyMaterialState": "NON_CURRENT"}
    assert listed == {"Rotations": [start, rotation], "Truncated": False}


def test_the_service_event_of_a_rotation_commits_with_it(house: House, key_id: str) -> None:
    first = house.ok("DescribeKey", {"KeyId": key_id})["KeyMetadata"]["CurrentKeyMaterialId"]
    answer = house.call("RotateKeyOnDemand", {"KeyId": key_id})
    second = house.ok("DescribeKey", {"KeyId": key_id})["KeyMetadata"]["CurrentKeyMaterialId"]
    (event,) = answer.further
    assert event["eventID"] in {event_id for _, event_id, _ in house.store.outbox()}
    del event["eventID"]
    assert event == {
        "eventVersion": "1.11",
        "userIdentity": {"accountId": ACCOUNT, "invokedBy": "AWS Internal"},
        "eventTime": "2026-01-01T00:00:00Z",
        "eventSource": "kms.amazonaws.com",
        "eventName": "RotateKey",
        "awsRegion": HERE,
        "sourceIPAddress": "AWS Internal",
        "userAgent": "AWS Internal",
        "requestParameters": None,
        "responseElements": None,
        "readOnly": False,
        "resources": [{"accountId": ACCOUNT, "type": "AWS::KMS::Key", "ARN": arn(key_id)}],
        "eventType": "AwsServiceEvent",
        "managementEvent": True,
        "recipientAccountId": ACCOUNT,
        "serviceEventDetails": {
            "keyId": key_id,
            "rotationType": "ON_DEMAND",
            "keyOrigin": "AWS_KMS",
            "previousKeyMaterialId": first,
            "currentKeyMaterialId": second,
        },
        "eventCategory": "Management",
    }


def test_25_rotations_on_demand_in_the_order_of_time(house: House, key_id: str) -> None:
    for _ in range(25):
        house.now += 1
        house.ok("RotateKeyOnDemand", {"KeyId": key_id})
    text = (
        "The on-demand rotations limit has been reached for the given keyId. "
        f"No more on-demand rotations can be performed for this key: {arn(key_id)}"
    )
    assert house.call("RotateKeyOnDemand", {"KeyId": key_id}).error == ("LimitExceededException", text)
    found: list[dict[str, Any]] = []
    asked: dict[str, Any] = {"KeyId": key_id, "IncludeKeyMaterial": "ALL_KEY_MATERIAL", "Limit": 10}
    sizes = []
    while True:
        page = house.ok("ListKeyRotations", asked)
        found += page["Rotations"]
        sizes.append(len(page["Rotations"]))
        if not page["Truncated"]:
            break
        asked["Marker"] = page["NextMarker"]
    assert sizes == [10, 10, 6]
    assert [entry.get("RotationDate") for entry in found] == [None, *(START + second for second in range(1, 26))]
    assert [entry["KeyMaterialState"] for entry in found] == ["NON_CURRENT"] * 25 + ["CURRENT"]
    assert house.call("ListKeyRotations", {"KeyId": key_id, "Marker": "nonsense"}).error[0] == "InvalidMarkerException"


def test_a_rotation_that_is_due_within_20_minutes(house: House, key_id: str) -> None:
    house.ok("EnableKeyRotation", {"KeyId": key_id, "RotationPeriodInDays": 90})
    house.now += 90 * DAY - 20 * 60 - 1
    house.ok("RotateKeyOnDemand", {"KeyId": key_id})
    house.now += 1
    assert house.call("RotateKeyOnDemand", {"KeyId": key_id}).error[0] == "ConflictException"


# --- imported material -------------------------------------------------------------------------------------------------


def test_imported_material_waits_for_its_rotation(house: House) -> None:
    waiting = {"state": MaterialState.PENDING_ROTATION, "description": "next", "valid_to_ms": 5000}
    key_id = imported_key(house, {}, waiting | {"expiration_model": "KEY_MATERIAL_EXPIRES"})
    pending = {
        "KeyId": arn(key_id),
        "KeyMaterialId": f"{1:064x}",
        "KeyMaterialDescription": "next",
        "KeyMaterialState": "PENDING_ROTATION",
        "ImportState": "IMPORTED",
        "ExpirationModel": "KEY_MATERIAL_EXPIRES",
        "ValidTo": 5.0,
    }
    everything = {"KeyId": key_id, "IncludeKeyMaterial": "ALL_KEY_MATERIAL"}
    assert house.ok("ListKeyRotations", everything)["Rotations"][1] == pending
    assert house.ok("ListKeyRotations", {"KeyId": key_id})["Rotations"] == []
    answer = house.call("RotateKeyOnDemand", {"KeyId": key_id})
    assert answer.status == 200
    assert answer.further[0]["serviceEventDetails"]["keyOrigin"] == "EXTERNAL"
    rotated = {"KeyMaterialState": "CURRENT", "RotationDate": START, "RotationType": "ON_DEMAND"}
    assert house.ok("ListKeyRotations", everything)["Rotations"][1] == pending | rotated
    assert key_of(house, key_id).material_id == f"{1:064x}"
    text = f"No available key material pending rotation for the key: {arn(key_id)}."
    assert house.call("RotateKeyOnDemand", {"KeyId": key_id}).error == ("KMSInvalidStateException", text)


def test_material_that_expired_while_it_waited_still_rotates(house: House) -> None:
    key_id = imported_key(house, {}, {"state": MaterialState.PENDING_ROTATION, "wrapped": b""})
    house.ok("RotateKeyOnDemand", {"KeyId": key_id})
    assert house.ok("DescribeKey", {"KeyId": key_id})["KeyMetadata"]["KeyState"] == "PendingImport"
    rotations = house.ok("ListKeyRotations", {"KeyId": key_id})["Rotations"]
    assert [entry["ImportState"] for entry in rotations] == ["PENDING_IMPORT"]
    assert "ExpirationModel" not in rotations[0]


def test_imported_material_of_related_keys(house: House) -> None:
    states = MaterialState.PENDING_MULTI_REGION_IMPORT_AND_ROTATION, MaterialState.PENDING_ROTATION
    key_id = imported_key(house, {}, {"state": states[0]}, replica_regions=())
    change_key(house, key_id, multi_region=True, primary_region=HERE)
    add_replica(house, key_id)
    text = (
        "Cannot perform key material rotation: Key material has not been imported for replicas of the Multi-Region key."
    )
    assert house.call("RotateKeyOnDemand", {"KeyId": key_id}).error == ("KMSInvalidStateException", text)
    for region in (HERE, THERE):
        with house.store.snapshot() as view:
            version = view.get(KeyMaterial, ACCOUNT, region, key_id, f"{1:064x}")
        assert version is not None
        house.store.commit((Update(replace(version, state=states[1])),))
    house.ok("RotateKeyOnDemand", {"KeyId": key_id})
    assert [key_of(house, key_id, region).material_id for region in (HERE, THERE)] == [f"{1:064x}"] * 2


# --- multi-Region keys ---------------------------------------------------------------------------------------------------


def test_related_keys_rotate_together(house: House) -> None:
    key_id = new_key(house, MultiRegion=True)
    add_replica(house, key_id)
    house.ok("EnableKeyRotation", {"KeyId": key_id, "RotationPeriodInDays": 100})
    assert status(house, key_id, region=THERE) == status(house, key_id) | {"KeyId": arn(key_id, THERE)}
    for operation in ("EnableKeyRotation", "DisableKeyRotation", "RotateKeyOnDemand"):
        text = f"{arn(key_id, THERE)} is a multi-region replica key which is not valid for {operation}."
        answer = house.call(operation, {"KeyId": key_id}, region=THERE)
        assert answer.error == ("UnsupportedOperationException", text)
    answer = house.call("RotateKeyOnDemand", {"KeyId": key_id})
    assert [(event["eventName"], event["awsRegion"]) for event in answer.further] == [
        ("RotateKey", HERE),
        ("SynchronizeMultiRegionKey", HERE),
    ]
    blob = house.ok("Encrypt", {"KeyId": key_id, "Plaintext": "aGVsbG8="})["CiphertextBlob"]
    assert house.ok("Decrypt", {"CiphertextBlob": blob}, region=THERE)["Plaintext"] == "aGVsbG8="
    back = house.ok("Encrypt", {"KeyId": key_id, "Plaintext": "aGVsbG8="}, region=THERE)["CiphertextBlob"]
    assert house.ok("Decrypt", {"CiphertextBlob": back})["Plaintext"] == "aGVsbG8="
    here = house.ok("ListKeyRotations", {"KeyId": key_id})["Rotations"]
    there = house.ok("ListKeyRotations", {"KeyId": key_id}, region=THERE)["Rotations"]
    assert there == [entry | {"KeyId": arn(key_id, THERE)} for entry in here]
    assert len(here) == 1
