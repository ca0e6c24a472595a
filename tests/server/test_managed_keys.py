"""AWS managed keys on a running server: two workers asked at once make one key, and the journal says so once."""

import time
from concurrent.futures import ThreadPoolExecutor

from support.server import Server

REGION = "ap-east-2"  # of this file alone: predefined aliases are the account's
CALLERS = 8


def test_first_use_by_many_at_once(server: Server) -> None:
    clients = [server.fresh_boto3(region=REGION) for _ in range(CALLERS)]

    def describe(client: object, alias: str) -> str:
        found: str = client.describe_key(KeyId=alias)["KeyMetadata"]["Arn"]  # type: ignore[attr-defined]  # botocore's
        return found

    with ThreadPoolExecutor(CALLERS) as threads:
        for alias in ("alias/aws/s3", "alias/aws/ebs", "alias/aws/rds"):
            (arn,) = set(threads.map(lambda client: describe(client, alias), clients))  # noqa: B023 - used at once
            entries = {entry["AliasName"]: entry for entry in clients[0].list_aliases()["Aliases"]}
            assert entries[alias]["TargetKeyId"] == arn.rpartition("/")[2]
            deadline = time.monotonic() + 10
            while not (made := _made(server, arn)) and time.monotonic() < deadline:
                time.sleep(0.05)
            assert [record["eventType"] for record in made] == ["AwsServiceEvent"]
    assert len(clients[0].list_keys()["Keys"]) == 3
    assert "intact" in server.cli("audit", "verify")


def _made(server: Server, arn: str) -> list[dict[str, object]]:
    return [
        record
        for record in server.records()
        if record["eventName"] == "CreateKey" and arn in [resource["ARN"] for resource in record["resources"]]
    ]
