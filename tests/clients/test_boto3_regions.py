"""boto3 with a client for each of three Regions: the life of a multi-Region key as an application and its operator see it.

Source of what must hold: AWS KMS Developer Guide, "Multi-Region keys"; AWS KMS API Reference, ReplicateKey and UpdatePrimaryRegion.
"""

from collections.abc import Callable
from typing import Any

import pytest

from support.refusals import refusal
from support.server import Server

HOME, AWAY, FAR = "us-east-1", "eu-west-1", "ap-south-1"


@pytest.fixture
def clients(server: Server) -> dict[str, Any]:
    return {region: server.boto3(region=region) for region in (HOME, AWAY, FAR)}


@pytest.fixture
def key(make_key: Callable[..., Any]) -> Any:
    return make_key(HOME, MultiRegion=True)


def related(client: Any, key_id: str) -> tuple[str, str, list[str]]:
    """Return (kind, primary Region, replica Regions) as one of the related keys tells."""
    found = client.describe_key(KeyId=key_id)["KeyMetadata"]["MultiRegionConfiguration"]
    replicas = [replica["Region"] for replica in found["ReplicaKeys"]]
    return found["MultiRegionKeyType"], found["PrimaryKey"]["Region"], replicas


def test_the_life_of_a_multi_region_key(clients: dict[str, Any], key: Any) -> None:
    assert key.key_id.startswith("mrk-")
    assert related(clients[HOME], key.key_id) == ("PRIMARY", HOME, [])
    blob = clients[HOME].encrypt(KeyId=key.key_id, Plaintext=b"hello")["CiphertextBlob"]
    for region in (AWAY, FAR):
        made = clients[HOME].replicate_key(KeyId=key.key_id, ReplicaRegion=region, Description=region)
        metadata = made["ReplicaKeyMetadata"]
        assert (metadata["KeyState"], metadata["Enabled"]) == ("Creating", False)
        assert "CurrentKeyMaterialId" not in metadata
        assert "ReplicaTags" not in made
        waited = clients[region].describe_key(KeyId=key.key_id)["KeyMetadata"]
        assert (waited["KeyState"], waited["Description"]) == ("Enabled", region)
    for region in (AWAY, FAR):
        assert related(clients[region], key.key_id) == ("REPLICA", HOME, [FAR, AWAY])
        assert clients[region].decrypt(CiphertextBlob=blob)["Plaintext"] == b"hello"
        back = clients[region].encrypt(KeyId=key.key_id, Plaintext=b"back")["CiphertextBlob"]
        assert clients[HOME].decrypt(CiphertextBlob=back, KeyId=key.arn)["KeyId"] == key.arn
        assert refusal(clients[region], "decrypt", CiphertextBlob=blob, KeyId=key.arn).code == "IncorrectKeyException"

    clients[HOME].update_primary_region(KeyId=key.key_id, PrimaryRegion=AWAY)
    for region, kind in ((HOME, "REPLICA"), (AWAY, "PRIMARY"), (FAR, "REPLICA")):
        assert related(clients[region], key.key_id) == (kind, AWAY, [FAR, HOME])
        assert clients[region].decrypt(CiphertextBlob=blob)["Plaintext"] == b"hello"
    clients[AWAY].disable_key(KeyId=key.key_id)
    assert refusal(clients[AWAY], "decrypt", CiphertextBlob=blob).code == "DisabledException"
    assert clients[HOME].decrypt(CiphertextBlob=blob)["Plaintext"] == b"hello"


def test_refusals_are_declared_by_the_model(clients: dict[str, Any], key: Any, make_key: Callable[..., Any]) -> None:
    single = make_key(HOME)
    clients[HOME].replicate_key(KeyId=key.key_id, ReplicaRegion=AWAY)
    for region, method, parameters, code in (
        (HOME, "replicate_key", {"KeyId": key.key_id, "ReplicaRegion": AWAY}, "AlreadyExistsException"),
        (HOME, "replicate_key", {"KeyId": key.key_id, "ReplicaRegion": HOME}, "ValidationException"),
        (HOME, "replicate_key", {"KeyId": key.key_id, "ReplicaRegion": "us-nowhere-1"}, "ValidationException"),
        (HOME, "replicate_key", {"KeyId": single.key_id, "ReplicaRegion": AWAY}, "UnsupportedOperationException"),
        (AWAY, "replicate_key", {"KeyId": key.key_id, "ReplicaRegion": FAR}, "UnsupportedOperationException"),
        (HOME, "update_primary_region", {"KeyId": key.key_id, "PrimaryRegion": FAR}, "ValidationException"),
        (AWAY, "update_primary_region", {"KeyId": key.key_id, "PrimaryRegion": AWAY}, "KMSInvalidStateException"),
        (HOME, "update_primary_region", {"KeyId": single.key_id, "PrimaryRegion": AWAY}, "KMSInvalidStateException"),
    ):
        assert refusal(clients[region], method, **parameters).code == code
    clients[HOME].update_primary_region(KeyId=key.key_id, PrimaryRegion=HOME)
    assert related(clients[AWAY], key.key_id) == ("REPLICA", HOME, [AWAY])


def test_each_region_has_its_record_in_the_journal(clients: dict[str, Any], key: Any, server: Server) -> None:
    for method, parameters, names in (
        ("replicate_key", {"ReplicaRegion": AWAY}, {("ReplicateKey", HOME), ("CreateKey", AWAY)}),
        (
            "update_primary_region",
            {"PrimaryRegion": AWAY},
            {("UpdatePrimaryRegion", HOME), ("UpdatePrimaryRegion", AWAY)},
        ),
    ):
        answer = getattr(clients[HOME], method)(KeyId=key.key_id, **parameters)
        request_id = server.record_of(answer)["requestID"]
        records = [record for record in server.records() if record.get("requestID") == request_id]
        assert {(record["eventName"], record["awsRegion"]) for record in records} == names
        assert len({record["eventID"] for record in records}) == 2
