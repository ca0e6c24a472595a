"""PostgreSQL backed up by pgBackRest to SeaweedFS under a key: docs/integrations/databases.md, full, incremental, point in time."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from support.databases import reachable_directory
from support.pages import commands
from support.postgresql import PAGE, USER, Cluster, certificate_of_localhost, make_cluster
from support.programs import needed
from support.seaweedfs import SeaweedFS
from support.server import Server

ROWS = "create table orders as select g, 'secret harvest ' || g as what from generate_series(1, 2000) g"

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def directory() -> Iterator[Path]:
    needed("pgbackrest")
    with reachable_directory(USER) as path:
        yield path


@pytest.fixture(scope="module")
def storage(server: Server, directory: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SeaweedFS]:
    server.cli("service", "add", "s3")
    provider = {"type": "aws", "region": "us-east-1", "endpoint": server.endpoint, "profile": "service-s3"}
    kms = {"default_provider": "strongroom", "providers": {"strongroom": provider | {"cache_enabled": False}}}
    running = SeaweedFS(tmp_path_factory.mktemp("seaweedfs"))
    try:
        certificate = certificate_of_localhost(directory)
        running.start(needed("weed"), server.env(), "AKIAALICE", "alice-secret", kms=kms, certificate=certificate)
        running.client.create_bucket(Bucket="backups")
        yield running
    finally:
        running.close()
        server.cli("service", "remove", "s3")


@pytest.fixture(scope="module")
def key(server: Server) -> dict[str, Any]:
    metadata: dict[str, Any] = server.boto3().create_key()["KeyMetadata"]
    return metadata


@pytest.fixture(scope="module")
def cluster(directory: Path, storage: SeaweedFS, key: dict[str, Any]) -> Iterator[Cluster]:
    made = make_cluster(directory, storage.tls_port, key["Arn"])
    made.start()
    try:
        yield made
    finally:
        made.stop("immediate", check=False)


def test_a_database_comes_back_to_a_point_in_time_and_never_without_its_key(
    server: Server, storage: SeaweedFS, cluster: Cluster, key: dict[str, Any]
) -> None:
    kms = server.boto3()
    cluster.sql(ROWS)
    for command in commands(PAGE, "A full and an incremental backup"):
        cluster.run(command)
    accident, restore = commands(PAGE, "Back to a point in time")
    cluster.run(accident)
    assert not storage.holds(b"secret harvest")
    cluster.stop()
    kms.disable_key(KeyId=key["Arn"])
    refused = cluster.run(restore, check=False)
    assert refused.returncode != 0
    assert "500" in refused.stdout + refused.stderr  # SeaweedFS does not pass the reason on
    kms.enable_key(KeyId=key["Arn"])
    cluster.run(restore)
    cluster.start()
    assert cluster.sql("select count(*), count(distinct what) from orders") == "3000|3000"
    (search,) = commands(PAGE, "Who read the backup")
    found = server.cli(*search.replace("$KEY", key["Arn"]).split()[1:])
    assert "Decrypt" in found
    contexts = [
        record["requestParameters"]["encryptionContext"]["aws:s3:arn"]
        for record in server.records()
        if record["eventName"] == "GenerateDataKey" and any(key["Arn"] == each["ARN"] for each in record["resources"])
    ]
    assert any("/backup/orders/" in context for context in contexts)
    assert any("/archive/orders/" in context for context in contexts)
    told = [record.get("errorCode") for record in server.records() if record["eventName"] == "Decrypt"]
    assert "DisabledException" in told
