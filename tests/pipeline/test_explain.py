"""What stands sealed in the record of a refusal, and who may open it; the texts of refusals stay the service's."""

import json
from typing import Any
from urllib.parse import urlencode

import pytest
from botocore.credentials import Credentials

from strongroom.operations.iam.provision import NewUser
from support.house import ACCOUNT, OTHER_ACCOUNT, Answer, House
from support.policies import allow

MEMBER = "authorizationMessage"


@pytest.fixture
def house() -> House:
    return House()


def decode(house: House, message: str, user: NewUser | None = None) -> Answer:
    who = user or house.administrator
    form = {"Action": "DecodeAuthorizationMessage", "Version": "2011-06-15", "EncodedMessage": message}
    headers = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}
    credentials = Credentials(who.access_key_id, who.secret_access_key)
    return house.send(house.signed(urlencode(form).encode(), headers, credentials, "sts", "us-east-1"))


def opened(answer: Answer) -> dict[str, Any]:
    assert answer.status == 200, answer.raw
    text = answer.raw.decode().partition("<DecodedMessage>")[2].partition("</DecodedMessage>")[0]
    message: dict[str, Any] = json.loads(text.replace("&quot;", '"').replace("&amp;", "&"))
    return message


def test_a_refusal_is_recorded_with_its_reasons_sealed(house: House) -> None:
    key = house.ok("CreateKey")["KeyMetadata"]["Arn"]
    condition = {"StringEquals": {"kms:EncryptionContext:team": "a"}}
    policy = allow("kms:Encrypt")
    policy["Statement"][0] |= {"Sid": "Team", "Condition": condition}
    alice = house.add_user("alice", policy)
    refused = house.call("Encrypt", {"KeyId": key, "Plaintext": "eA==", "EncryptionContext": {"team": "b"}}, user=alice)
    assert refused.error == (
        "AccessDeniedException",
        (
            f"User: arn:aws:iam::{ACCOUNT}:user/alice is not authorized to perform: kms:Encrypt on resource: {key} "
            "because no identity-based policy allows the kms:Encrypt action"
        ),
    )
    sealed = refused.record["additionalEventData"][MEMBER]
    assert "team" not in sealed
    message = opened(decode(house, sealed))
    assert (message["allowed"], message["explicitDeny"]) == (False, False)
    context = message["context"]
    assert (context["action"], context["resource"]) == ("kms:Encrypt", key)
    assert context["principal"] == {"id": alice.user.user_id, "name": "alice", "arn": alice.user.arn}
    assert context["conditions"]["items"] == [
        {"key": "kms:encryptioncontext:team", "values": {"items": [{"value": "b"}]}}
    ]
    (failure,) = message["failures"]["items"]
    assert failure["statementId"] == "Team"
    assert message["remedies"] == [f"an identity-based policy of user alice that allows kms:Encrypt on {key}"]
    assert "additionalEventData" not in house.call("DescribeKey", {"KeyId": key}).record


def test_an_explicit_deny_names_its_statement(house: House) -> None:
    deny = {"Sid": "Never", "Effect": "Deny", "Action": "kms:CreateKey", "Resource": "*"}
    bob = house.add_user("bob", {"Version": "2012-10-17", "Statement": [deny, *allow("kms:*")["Statement"]]})
    message = opened(decode(house, house.call("CreateKey", user=bob).record["additionalEventData"][MEMBER]))
    assert message["explicitDeny"] is True
    matched = [(item["effect"], item["statementId"]) for item in message["matchedStatements"]["items"]]
    assert matched == [("DENY", "Never"), ("ALLOW", "Statement[1]")]


def test_refusals_of_iam_are_sealed_too(house: House) -> None:
    nobody = house.add_user("nobody")
    refused = house.iam("CreateUser", {"UserName": "new"}, user=nobody)
    message = opened(decode(house, refused.record["additionalEventData"][MEMBER]))
    assert message["context"]["action"] == "iam:CreateUser"


def test_who_may_not_decode_learns_nothing(house: House) -> None:
    nobody = house.add_user("nobody")
    sealed = house.call("CreateKey", user=nobody).record["additionalEventData"][MEMBER]
    refused = decode(house, sealed, nobody)
    assert refused.status == 403
    assert b"AccessDenied" in refused.raw
    stranger = house.add_user("stranger", allow("sts:*"), OTHER_ACCOUNT)
    for message, user in ((sealed, stranger), (sealed[:-4], None), ("nonsense", None), ("a\nb", None)):
        invalid = decode(house, message, user)
        assert invalid.status == 400
        assert b"<Code>InvalidAuthorizationMessageException</Code>" in invalid.raw


def test_nothing_is_sealed_of_another_accounts_key(house: House) -> None:
    """The message would tell the caller's account what the key policy says."""
    key = house.ok("CreateKey")["KeyMetadata"]["Arn"]
    stranger = house.add_user("stranger", allow("kms:*"), OTHER_ACCOUNT)
    refused = house.call("DescribeKey", {"KeyId": key}, user=stranger)
    assert refused.error[0] == "AccessDeniedException"
    assert MEMBER not in refused.record.get("additionalEventData", {})


def test_a_very_long_policy_still_gives_a_message_that_fits(house: House) -> None:
    key = house.ok("CreateKey")["KeyMetadata"]["KeyId"]
    statements = [
        {"Sid": f"S{number}", "Effect": "Allow", "Action": "kms:Encrypt", "Resource": "*",
         "Condition": {"StringEquals": {f"kms:EncryptionContext:k{number}": [str(hash((number, n))) for n in range(15)]}}}
        for number in range(60)
    ]  # fmt: skip
    alice = house.add_user("alice", {"Version": "2012-10-17", "Statement": statements})
    context = {f"k{number}": "x" * 50 for number in range(60)}
    refused = house.call("Encrypt", {"KeyId": key, "Plaintext": "eA==", "EncryptionContext": context}, user=alice)
    sealed = refused.record["additionalEventData"][MEMBER]
    assert len(sealed) <= 10_240
    assert opened(decode(house, sealed))["allowed"] is False
