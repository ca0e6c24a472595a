"""boto3 as it comes: grants, from their making to their end, on a server with two workers.

Source of what must hold: AWS KMS API Reference; Terraform reads a new grant back by ListGrants at once.
"""

from typing import Any

import pytest

from support.refusals import refusal
from support.server import Server

CONTEXT = {"Tenant": "Blue"}


@pytest.fixture(scope="module")
def grantee(server: Server) -> str:
    """A user without policies; its profile has the same name."""
    return server.user("grantee")


def denied(client: Any, method: str, **parameters: Any) -> bool:
    return refusal(client, method, **parameters).code == "AccessDeniedException"


def test_the_life_of_a_grant(server: Server, key: Any, grantee: str) -> None:
    """Each step is seen by the very next request, whichever worker answers it."""
    kms, holder = server.boto3(), server.boto3(profile="grantee")
    account = server.boto3("sts").get_caller_identity()["Account"]
    seal = {"KeyId": key.arn, "Plaintext": b"x", "EncryptionContext": CONTEXT}
    assert denied(holder, "encrypt", **seal)
    made = kms.create_grant(
        KeyId=key.key_id,
        GranteePrincipal=grantee,
        RetiringPrincipal=account,
        Operations=["Encrypt", "Decrypt", "DescribeKey"],
        Constraints={"EncryptionContextSubset": CONTEXT},
        Name="life",
    )
    (entry,) = kms.list_grants(KeyId=key.key_id)["Grants"]
    assert entry.pop("CreationDate").timestamp() > 0
    assert entry == {
        "KeyId": key.arn,
        "GrantId": made["GrantId"],
        "Name": "life",
        "GranteePrincipal": grantee,
        "RetiringPrincipal": f"arn:aws:iam::{account}:root",
        "IssuingAccount": f"arn:aws:iam::{account}:root",
        "Operations": ["Encrypt", "Decrypt", "DescribeKey"],
        "Constraints": {"EncryptionContextSubset": CONTEXT},
    }
    for _ in range(10):  # both workers
        blob = holder.encrypt(**seal, GrantTokens=[made["GrantToken"]])["CiphertextBlob"]
        assert holder.decrypt(CiphertextBlob=blob, EncryptionContext=CONTEXT)["Plaintext"] == b"x"
    assert denied(holder, "decrypt", CiphertextBlob=blob, EncryptionContext={"tenant": "Blue"})
    assert denied(holder, "generate_data_key", KeyId=key.arn, KeySpec="AES_256", EncryptionContext=CONTEXT)
    assert holder.describe_key(KeyId=key.arn)["KeyMetadata"]["Arn"] == key.arn
    for _ in range(10):
        kms.revoke_grant(KeyId=key.key_id, GrantId=made["GrantId"])
        assert denied(holder, "encrypt", **seal)
        made = kms.create_grant(KeyId=key.key_id, GranteePrincipal=grantee, Operations=["Encrypt", "RetireGrant"])
        holder.encrypt(**seal)
    holder.retire_grant(GrantToken=made["GrantToken"])
    assert denied(holder, "encrypt", **seal)
    assert kms.list_grants(KeyId=key.key_id)["Grants"] == []


def test_paginators(server: Server, key: Any, grantee: str) -> None:
    kms = server.boto3()
    ids = {
        kms.create_grant(KeyId=key.key_id, GranteePrincipal=grantee, RetiringPrincipal=grantee, Operations=["Encrypt"])[
            "GrantId"
        ]
        for _ in range(7)
    }
    pages = list(kms.get_paginator("list_grants").paginate(KeyId=key.key_id, PaginationConfig={"PageSize": 3}))
    assert [len(page["Grants"]) for page in pages] == [3, 3, 1]
    assert {entry["GrantId"] for page in pages for entry in page["Grants"]} == ids
    retirable = kms.get_paginator("list_retirable_grants").paginate(
        RetiringPrincipal=grantee, PaginationConfig={"PageSize": 4}
    )
    assert {entry["GrantId"] for page in retirable for entry in page["Grants"]} == ids


def test_refusals_are_errors_that_the_model_declares(server: Server, key: Any, grantee: str) -> None:
    kms = server.boto3()
    unknown = {"KeyId": key.arn, "GrantId": "0" * 64}
    to = {"KeyId": key.key_id, "GranteePrincipal": grantee}
    for method, parameters, code in (
        ("create_grant", to | {"Operations": ["Sign"]}, "ValidationException"),
        ("create_grant", to | {"Operations": ["Encrypt"], "GrantTokens": ["x"]}, "InvalidGrantTokenException"),
        ("create_grant", to | {"GranteePrincipal": grantee + "x", "Operations": ["Encrypt"]}, "InvalidArnException"),
        ("encrypt", {"KeyId": key.key_id, "Plaintext": b"x", "GrantTokens": ["x"]}, "InvalidGrantTokenException"),
        ("list_grants", {"KeyId": key.key_id, "GrantId": "x"}, "InvalidGrantIdException"),
        ("list_retirable_grants", {"RetiringPrincipal": "AIDAAAAAAAAAAAAAAAAAA"}, "NotFoundException"),
        ("retire_grant", unknown, "NotFoundException"),
        ("retire_grant", {"GrantToken": "x"}, "InvalidGrantTokenException"),
        ("revoke_grant", unknown, "NotFoundException"),
        ("revoke_grant", unknown | {"GrantId": "x"}, "InvalidGrantIdException"),
        ("revoke_grant", unknown | {"DryRun": True}, "NotFoundException"),
    ):
        assert refusal(kms, method, **parameters).code == code, (method, parameters)
    dry = refusal(kms, "create_grant", **to, Operations=["Encrypt"], DryRun=True)
    assert dry.code == "DryRunOperationException"
