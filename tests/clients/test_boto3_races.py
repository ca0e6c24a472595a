"""Several clients at once, over both workers: one of them is first, and the others are told what they would be told a moment later."""

from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from botocore.exceptions import ClientError

from support.server import Server

CLIENTS = 6
OK = ""

Call = Callable[[Any, int], Any]
"""What one client does, given its number."""


@pytest.fixture(scope="module")
def clients(server: Server) -> Sequence[Any]:
    """Clients with connections of their own, already open."""
    found = [server.fresh_boto3() for _ in range(CLIENTS)]
    for client in found:
        client.list_keys(Limit=1)
    return found


def race(clients: Sequence[Any], call: Call) -> tuple[Counter[str], list[Any]]:
    """Let all call at the same moment; return how often each error came (none is ``OK``), and the answers."""
    start = Barrier(len(clients))
    answers = []

    def run(number: int) -> str:
        start.wait()
        try:
            answers.append(call(clients[number], number))
        except ClientError as error:
            return str(error.response["Error"]["Code"])
        return OK

    with ThreadPoolExecutor(len(clients)) as threads:
        return Counter(threads.map(run, range(len(clients)))), answers


def first_and_others(error: str) -> Counter[str]:
    return Counter({OK: 1, error: CLIENTS - 1})


def test_one_makes_an_alias_and_one_deletes_it(clients: Sequence[Any], make_key: Any) -> None:
    keys = [make_key().key_id for _ in clients]
    made, _ = race(clients, lambda kms, number: kms.create_alias(AliasName="alias/race", TargetKeyId=keys[number]))
    assert made == first_and_others("AlreadyExistsException")
    moved, _ = race(clients, lambda kms, number: kms.update_alias(AliasName="alias/race", TargetKeyId=keys[number]))
    assert moved == {OK: CLIENTS}
    gone, _ = race(clients, lambda kms, _: kms.delete_alias(AliasName="alias/race"))
    assert gone == first_and_others("NotFoundException")


def test_a_named_grant_is_made_once_and_ends_once(server: Server, clients: Sequence[Any], key: Any) -> None:
    grantee = server.boto3("sts").get_caller_identity()["Arn"]
    asked = {"KeyId": key.arn, "GranteePrincipal": grantee, "Operations": ["Decrypt"], "Name": "race"}
    made, answers = race(clients, lambda kms, _: kms.create_grant(**asked))
    assert made == {OK: CLIENTS}
    (grant_id,) = {answer["GrantId"] for answer in answers}
    assert len(clients[0].list_grants(KeyId=key.key_id)["Grants"]) == 1
    ended, _ = race(
        clients,
        lambda kms, number: (kms.retire_grant if number % 2 else kms.revoke_grant)(KeyId=key.arn, GrantId=grant_id),
    )
    assert ended == first_and_others("NotFoundException")


def test_nobodys_change_of_a_key_is_lost(clients: Sequence[Any], key: Any) -> None:
    tagged, _ = race(
        clients,
        lambda kms, number: kms.tag_resource(KeyId=key.key_id, Tags=[{"TagKey": str(number), "TagValue": "x"}]),
    )
    assert tagged == {OK: CLIENTS}
    assert len(clients[0].list_resource_tags(KeyId=key.key_id)["Tags"]) == CLIENTS


def test_deletion_is_scheduled_and_cancelled_once(clients: Sequence[Any], key: Any) -> None:
    scheduled, answers = race(
        clients, lambda kms, number: kms.schedule_key_deletion(KeyId=key.key_id, PendingWindowInDays=7 + number)
    )
    assert scheduled == first_and_others("KMSInvalidStateException")
    assert clients[0].describe_key(KeyId=key.key_id)["KeyMetadata"]["DeletionDate"] == answers[0]["DeletionDate"]
    cancelled, _ = race(clients, lambda kms, _: kms.cancel_key_deletion(KeyId=key.key_id))
    assert cancelled == first_and_others("KMSInvalidStateException")
    used, _ = race(clients, lambda kms, _: kms.encrypt(KeyId=key.key_id, Plaintext=b"x"))
    assert used == {"DisabledException": CLIENTS}


def test_a_replica_and_a_new_primary_are_made_once(clients: Sequence[Any], make_key: Any) -> None:
    key_id = make_key(MultiRegion=True).key_id
    regions = ("eu-west-1", "eu-west-2")
    made, _ = race(clients, lambda kms, number: kms.replicate_key(KeyId=key_id, ReplicaRegion=regions[number % 2]))
    assert made == {OK: 2, "AlreadyExistsException": CLIENTS - 2}
    moved, _ = race(
        clients, lambda kms, number: kms.update_primary_region(KeyId=key_id, PrimaryRegion=regions[number % 2])
    )
    assert moved == first_and_others("KMSInvalidStateException")
    related = clients[0].describe_key(KeyId=key_id)["KeyMetadata"]["MultiRegionConfiguration"]
    assert related["PrimaryKey"]["Region"] in regions
    assert len(related["ReplicaKeys"]) == 2
