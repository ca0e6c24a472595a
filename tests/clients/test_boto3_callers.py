"""boto3 as it comes: who is calling, what a caller may do, in which Region, and what the journal says of it.

Source of the texts: AWS KMS Developer Guide and IAM User Guide, "Troubleshoot access denied error messages"; tools match them.
"""

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import botocore.auth
import pytest
from botocore.compat import get_current_datetime

from support.refusals import refusal
from support.server import Server

MakeKey = Callable[..., Any]
UNRECOGNIZED = "The security token included in the request is invalid."


# --- who is calling --------------------------------------------------------------------------------------------------


def test_the_administrator_is_somebody(server: Server) -> None:
    """GetCallerIdentity removes Terraform's skip flags."""
    identity = server.boto3("sts").get_caller_identity()
    assert identity["Arn"] == f"arn:aws:iam::{identity['Account']}:user/administrator"
    assert identity["UserId"].startswith("AIDA")
    assert len(identity["Account"]) == 12


def test_anybody_may_ask_who_he_is(server: Server, nobody: str) -> None:
    assert server.boto3("sts", nobody).get_caller_identity()["Arn"].endswith(":user/nobody")


def test_session_token(server: Server, key: Any) -> None:
    """A session may what its user may, but not make another one."""
    made = server.boto3("sts").get_session_token(DurationSeconds=900)["Credentials"]
    assert made["AccessKeyId"].startswith("ASIA")
    remaining = made["Expiration"] - datetime.now(made["Expiration"].tzinfo)
    assert timedelta(minutes=14) < remaining <= timedelta(minutes=15)
    session = {
        "aws_access_key_id": made["AccessKeyId"],
        "aws_secret_access_key": made["SecretAccessKey"],
        "aws_session_token": made["SessionToken"],
    }
    answer = server.fresh_boto3(**session).encrypt(KeyId=key.key_id, Plaintext=b"x")
    assert answer["KeyId"] == key.arn
    identity = server.record_of(answer)["userIdentity"]
    assert identity["accessKeyId"] == made["AccessKeyId"]
    assert "creationDate" in identity["sessionContext"]["attributes"]
    again = refusal(server.fresh_boto3("sts", **session), "get_session_token")
    assert again.code == "AccessDenied"  # the query protocol's name for it

    for wrong in ({"aws_session_token": made["SessionToken"][:-8] + "AAAAAAA="}, {"aws_session_token": "nonsense"}):
        refused = refusal(server.fresh_boto3(**session | wrong), "list_keys")
        assert (refused.code, refused.message) == ("UnrecognizedClientException", UNRECOGNIZED)
    without = {name: value for name, value in session.items() if name != "aws_session_token"}
    assert refusal(server.fresh_boto3(**without), "list_keys").code == "UnrecognizedClientException"


def test_wrong_secret(server: Server) -> None:
    profile = server.profile()
    kms = server.fresh_boto3(aws_access_key_id=profile.access_key_id, aws_secret_access_key="x" * 40)
    refused = refusal(kms, "list_keys")
    assert (refused.code, refused.status) == ("InvalidSignatureException", 400)
    assert refused.message == (
        "The request signature we calculated does not match the signature you provided. "
        "Check your AWS Secret Access Key and signing method. Consult the service documentation for details."
    )


def test_unknown_access_key(server: Server) -> None:
    kms = server.fresh_boto3(aws_access_key_id="AKIAIOSFODNN7EXAMPLE", aws_secret_access_key="x" * 40)
    refused = refusal(kms, "list_keys")
    assert (refused.code, refused.message) == ("UnrecognizedClientException", UNRECOGNIZED)


@pytest.mark.parametrize(("minutes", "words"), [(-6, "Signature expired: "), (6, "Signature not yet current: ")])
def test_a_clock_that_is_wrong(server: Server, monkeypatch: pytest.MonkeyPatch, minutes: int, words: str) -> None:
    """The text names both times: some SDKs correct their clock by it, people by reading it."""
    monkeypatch.setattr(
        botocore.auth, "get_current_datetime", lambda: get_current_datetime() + timedelta(minutes=minutes)
    )
    refused = refusal(server.boto3(), "list_keys")
    assert (refused.code, refused.message.startswith(words)) == ("InvalidSignatureException", True), refused.message
    assert "5 min.)" in refused.message
    assert "date" in refused.response["ResponseMetadata"]["HTTPHeaders"]


def test_a_clock_that_is_a_little_wrong(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(botocore.auth, "get_current_datetime", lambda: get_current_datetime() - timedelta(minutes=4))
    server.boto3().list_keys()


# --- what a caller may do --------------------------------------------------------------------------------------------


def test_a_key_user_uses_keys_and_does_not_manage_them(server: Server, key: Any, key_user: str) -> None:
    kms = server.boto3(profile=key_user)
    blob = kms.encrypt(KeyId=key.arn, Plaintext=b"x")["CiphertextBlob"]
    assert kms.decrypt(CiphertextBlob=blob)["Plaintext"] == b"x"
    arn = server.boto3("sts", key_user).get_caller_identity()["Arn"]
    refused = refusal(kms, "disable_key", KeyId=key.key_id)
    assert (refused.code, refused.status) == ("AccessDeniedException", 400)
    assert refused.message == (
        f"User: {arn} is not authorized to perform: kms:DisableKey on resource: {key.arn} "
        "because no identity-based policy allows the kms:DisableKey action"
    )
    assert refusal(kms, "create_key").code == "AccessDeniedException"
    assert refusal(kms, "list_keys").code == "AccessDeniedException"


def test_decrypt_is_authorised_against_the_key_in_the_blob(server: Server, key: Any, nobody: str) -> None:
    """Also when no KeyId is sent, and the text tells nothing about the key."""
    blob = server.boto3().encrypt(KeyId=key.key_id, Plaintext=b"x")["CiphertextBlob"]
    kms = server.boto3(profile=nobody)
    arn = server.boto3("sts", nobody).get_caller_identity()["Arn"]
    refused = refusal(kms, "decrypt", CiphertextBlob=blob)
    assert refused.code == "AccessDeniedException"
    assert refused.message == (
        f"User: {arn} is not authorized to perform: kms:Decrypt on the resource associated with this ciphertext "
        "because no identity-based policy allows the kms:Decrypt action"
    )
    assert key.key_id not in refused.message
    named = refusal(kms, "decrypt", CiphertextBlob=blob, KeyId=key.arn)
    assert f"on resource: {key.arn} because no identity-based policy" in named.message


def test_re_encrypt_needs_both_keys(server: Server, make_key: MakeKey) -> None:
    source, destination = make_key(), make_key()
    statements = [{"Effect": "Allow", "Action": "kms:ReEncryptFrom", "Resource": source.arn}]
    server.user("re-encrypter", {"Version": "2012-10-17", "Statement": statements})
    blob = server.boto3().encrypt(KeyId=source.key_id, Plaintext=b"x")["CiphertextBlob"]
    refused = refusal(
        server.boto3(profile="re-encrypter"), "re_encrypt", CiphertextBlob=blob, DestinationKeyId=destination.arn
    )
    assert f"is not authorized to perform: kms:ReEncryptTo on resource: {destination.arn} " in refused.message


@pytest.fixture
def put_statements(server: Server) -> Callable[..., None]:
    """Give a key a policy: the account decides, and these statements."""

    def put(key: Any, *statements: dict[str, Any]) -> None:
        root = f"arn:aws:iam::{key.arn.split(':')[4]}:root"
        allow = {"Effect": "Allow", "Principal": {"AWS": root}, "Action": "kms:*", "Resource": "*"}
        text = json.dumps({"Version": "2012-10-17", "Statement": [allow, *statements]})
        server.boto3().put_key_policy(KeyId=key.key_id, Policy=text)

    return put


def test_an_explicit_deny_wins(server: Server, key: Any, put_statements: Callable[..., None]) -> None:
    """Over the administrator's own permission to do everything."""
    kms = server.boto3()
    deny = {"Sid": "no", "Effect": "Deny", "Principal": {"AWS": "*"}, "Action": "kms:Encrypt", "Resource": "*"}
    put_statements(key, deny)
    arn = server.boto3("sts").get_caller_identity()["Arn"]
    refused = refusal(kms, "encrypt", KeyId=key.key_id, Plaintext=b"x")
    assert refused.message == (
        f"User: {arn} is not authorized to perform: kms:Encrypt on resource: {key.arn} "
        "with an explicit deny in a resource-based policy"
    )
    kms.generate_data_key(KeyId=key.key_id, KeySpec="AES_256")
    put_statements(key)
    kms.encrypt(KeyId=key.key_id, Plaintext=b"x")


def test_an_explicit_deny_of_the_users_own(server: Server, key: Any) -> None:
    statements = [
        {"Effect": "Allow", "Action": "kms:*", "Resource": "*"},
        {"Effect": "Deny", "Action": "kms:Decrypt", "Resource": "*"},
    ]
    server.user("denied", {"Version": "2012-10-17", "Statement": statements})
    kms = server.boto3(profile="denied")
    blob = kms.encrypt(KeyId=key.key_id, Plaintext=b"x")["CiphertextBlob"]
    refused = refusal(kms, "decrypt", CiphertextBlob=blob, KeyId=key.key_id)
    assert refused.message.endswith("with an explicit deny in an identity-based policy")


def test_a_key_policy_lets_a_user_in(
    server: Server, make_key: MakeKey, nobody: str, put_statements: Callable[..., None]
) -> None:
    """Who has no policy of his own may what the key's policy says, under its conditions, and nothing more."""
    key, other = make_key(), make_key()
    arn = server.boto3("sts", nobody).get_caller_identity()["Arn"]
    condition = {"StringEquals": {"kms:EncryptionContext:tenant": "7"}}
    allow = {
        "Effect": "Allow",
        "Principal": {"AWS": arn},
        "Action": "kms:Encrypt",
        "Resource": "*",
        "Condition": condition,
    }
    put_statements(key, allow)
    kms = server.boto3(profile=nobody)
    kms.encrypt(KeyId=key.arn, Plaintext=b"x", EncryptionContext={"tenant": "7", "more": "x"})
    for context in ({"tenant": "8"}, {}):
        assert (
            refusal(kms, "encrypt", KeyId=key.arn, Plaintext=b"x", EncryptionContext=context).code
            == "AccessDeniedException"
        )
    context = {"tenant": "7"}
    assert (
        refusal(kms, "encrypt", KeyId=other.arn, Plaintext=b"x", EncryptionContext=context).code
        == "AccessDeniedException"
    )


# --- Regions ---------------------------------------------------------------------------------------------------------


def test_a_region_is_an_island(server: Server) -> None:
    """A key, its aliases and its ciphertexts exist in one Region only."""
    here, there = server.boto3(region="eu-central-1"), server.boto3(region="eu-west-1")
    key = here.create_key()["KeyMetadata"]
    here.create_alias(AliasName="alias/island", TargetKeyId=key["KeyId"])
    blob = here.encrypt(KeyId="alias/island", Plaintext=b"x")["CiphertextBlob"]
    assert key["Arn"].startswith("arn:aws:kms:eu-central-1:")
    assert key["KeyId"] not in {entry["KeyId"] for entry in there.list_keys()["Keys"]}
    assert refusal(there, "describe_key", KeyId=key["KeyId"]).code == "NotFoundException"
    assert refusal(there, "describe_key", KeyId="alias/island").code == "NotFoundException"
    foreign = refusal(there, "describe_key", KeyId=key["Arn"])
    assert (foreign.code, foreign.message) == ("NotFoundException", "Invalid arn eu-central-1")
    refused = refusal(there, "decrypt", CiphertextBlob=blob)
    assert refused.code == "AccessDeniedException"
    assert (
        "because the resource does not exist in this Region, no resource-based policies allow access" in refused.message
    )
    assert here.decrypt(CiphertextBlob=blob)["Plaintext"] == b"x"


def test_a_region_that_is_none(server: Server) -> None:
    refused = refusal(server.fresh_boto3(region="mars-north-1"), "list_keys")
    assert refused.code == "InvalidSignatureException"
    assert refused.message.startswith("Credential should be scoped to a valid region")


def test_a_key_policy_cannot_be_written_from_another_region(server: Server, key: Any) -> None:
    there = server.boto3(region="eu-west-1")
    assert refusal(there, "put_key_policy", KeyId=key.arn, Policy="{}").code == "NotFoundException"


# --- all workers at once ---------------------------------------------------------------------------------------------


@pytest.fixture
def clients_of_all_workers(server: Server, key: Any) -> Iterator[list[Any]]:
    """Clients with a kept-alive connection each, which together have reached every worker and warmed its cache."""
    clients: list[Any] = []
    reached: set[str] = set()
    with ThreadPoolExecutor(8) as threads:
        for _ in range(8):
            new = [server.fresh_boto3() for _ in range(8)]
            clients += new
            answers = list(threads.map(lambda kms: kms.encrypt(KeyId=key.key_id, Plaintext=b"warm"), new))
            by_request = {record.get("requestID"): record["slot"] for record in server.records()}
            reached |= {by_request[answer["ResponseMetadata"]["RequestId"]] for answer in answers}
            if len(reached) == server.workers:
                break
    assert len(reached) == server.workers, f"{len(clients)} connections reached only the workers {reached}"
    yield clients
    for client in clients:
        client.close()


def test_a_change_holds_on_every_worker_at_the_next_request(
    server: Server, key: Any, clients_of_all_workers: list[Any]
) -> None:
    """Disabled through one connection, refused through every other one from then on; and the way back."""
    kms = server.boto3()
    for _ in range(3):
        kms.disable_key(KeyId=key.key_id)
        for client in clients_of_all_workers:
            assert refusal(client, "encrypt", KeyId=key.key_id, Plaintext=b"x").code == "DisabledException"
        kms.enable_key(KeyId=key.key_id)
        for client in clients_of_all_workers:
            client.encrypt(KeyId=key.key_id, Plaintext=b"x")


# --- the journal -----------------------------------------------------------------------------------------------------


def test_every_answer_has_its_record(server: Server, key: Any, key_user: str) -> None:
    """Success and refusal alike; found under the request id that the client was given."""
    kms = server.boto3(profile=key_user)
    context = {"tenant": "7"}
    done = kms.encrypt(KeyId=key.key_id, Plaintext=b"top secret", EncryptionContext=context)
    record = server.record_of(done)
    assert (record["eventName"], record["eventSource"], record["awsRegion"]) == (
        "Encrypt",
        "kms.amazonaws.com",
        "us-east-1",
    )
    assert record["userIdentity"]["userName"] == key_user
    assert record["requestParameters"]["encryptionContext"] == context
    assert [resource["ARN"] for resource in record["resources"]] == [key.arn]
    assert record["sourceIPAddress"] == "127.0.0.1"
    assert record["userAgent"].startswith("Botocore/")
    assert "errorCode" not in record
    assert "top secret" not in json.dumps(record)
    refused = refusal(kms, "disable_key", KeyId=key.key_id)
    record = server.record_of(refused.response)
    assert (record["errorCode"], record["errorMessage"]) == ("AccessDeniedException", refused.message)
    unsigned = server.fresh_boto3(aws_access_key_id="AKIAIOSFODNN7EXAMPLE", aws_secret_access_key="x" * 40)
    record = server.record_of(refusal(unsigned, "list_keys").response)
    assert record["errorCode"] == "UnrecognizedClientException"
