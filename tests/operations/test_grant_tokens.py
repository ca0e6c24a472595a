"""Grant tokens: opaque, checked, and worth nothing beyond their grant."""

import base64
from typing import Any

import pytest

from strongroom.operations.iam.provision import NewUser
from support.house import House

HELLO = "aGVsbG8="


@pytest.fixture
def alice(house: House) -> NewUser:
    """Nobody in policies: what she may do, a grant allows."""
    return house.add_user("alice")


def grant_to(house: House, key_id: str, who: NewUser, *operations: str) -> dict[str, Any]:
    asked = {"KeyId": key_id, "GranteePrincipal": who.user.arn, "Operations": list(operations)}
    return house.ok("CreateGrant", asked)


def test_tokens(house: House, key_id: str, alice: NewUser) -> None:
    made = grant_to(house, key_id, alice, "Encrypt", "DescribeKey")
    token = made["GrantToken"]
    assert len(token) <= 8192
    assert alice.user.user_id.encode() not in base64.b64decode(token)
    sealed = {"KeyId": key_id, "Plaintext": HELLO}
    assert house.call("Encrypt", {**sealed, "GrantTokens": [token]}, user=alice).status == 200
    altered = base64.b64encode(base64.b64decode(token)[:-1] + b"\0").decode()
    foreign = House()
    foreign_key = foreign.ok("CreateKey")["KeyMetadata"]["KeyId"]
    strange = grant_to(foreign, foreign_key, foreign.administrator, "Encrypt")["GrantToken"]
    for bad in ("x", "é", altered, strange, token[:-8], "A" * 8192):
        answer = house.call("Encrypt", {**sealed, "GrantTokens": [token, bad]}, user=alice)
        assert answer.raw == b'{"__type":"InvalidGrantTokenException"}', bad
        described = house.call("DescribeKey", {"KeyId": key_id, "GrantTokens": [bad]}, user=alice)
        assert described.status == 200  # its model declares no such error
    house.ok("RevokeGrant", {"KeyId": key_id, "GrantId": made["GrantId"]})
    ended = house.call("Encrypt", {**sealed, "GrantTokens": [token]})
    assert ended.error[0] == "InvalidGrantTokenException"


def test_a_token_allows_nothing_to_who_is_not_the_grantee(house: House, key_id: str, alice: NewUser) -> None:
    token = grant_to(house, key_id, alice, "Encrypt")["GrantToken"]
    thief = house.add_user("thief")
    asked = {"KeyId": key_id, "Plaintext": HELLO, "GrantTokens": [token]}
    assert house.call("Encrypt", asked, user=thief).error[0] == "AccessDeniedException"
    there = house.request("Encrypt", {**asked, "KeyId": key_id}, user=alice, region="eu-west-1")
    assert house.send(there).error[0] == "NotFoundException"


def test_a_session_token_is_no_grant_token_nor_the_other_way_round(house: House, key_id: str, alice: NewUser) -> None:
    token = grant_to(house, key_id, alice, "Encrypt")["GrantToken"]
    request = house.request("ListKeys", {}, token=token)
    assert house.send(request).error[0] == "UnrecognizedClientException"
    sealed = house.keyring.seal_token(b"x", b"us-east-1", bytes)
    asked = {"KeyId": key_id, "Plaintext": HELLO, "GrantTokens": [base64.b64encode(sealed).decode()]}
    assert house.call("Encrypt", asked).error[0] == "InvalidGrantTokenException"
