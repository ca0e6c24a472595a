"""Aliases: names, targets, and the two or three permissions each change needs."""

import pytest

from strongroom.store.port import ConflictError
from support.house import ACCOUNT, House


def arn(name: str) -> str:
    return f"arn:aws:kms:us-east-1:{ACCOUNT}:{name}"


def test_create_use_move_delete(house: House, key_id: str) -> None:
    other = house.ok("CreateKey")["KeyMetadata"]["KeyId"]
    house.ok("CreateAlias", {"AliasName": "alias/app", "TargetKeyId": key_id})
    entry = house.ok("ListAliases")["Aliases"][0]  # before the predefined ones: app < aws
    assert (entry["AliasName"], entry["AliasArn"], entry["TargetKeyId"]) == ("alias/app", arn("alias/app"), key_id)
    for name in ("alias/app", arn("alias/app")):
        assert house.ok("Encrypt", {"KeyId": name, "Plaintext": "aQ=="})["KeyId"].endswith(key_id)
    house.now += 60
    house.ok("UpdateAlias", {"AliasName": "alias/app", "TargetKeyId": other})
    assert house.ok("DescribeKey", {"KeyId": "alias/app"})["KeyMetadata"]["KeyId"] == other
    moved = house.ok("ListAliases", {"KeyId": other})["Aliases"][0]
    assert moved["LastUpdatedDate"] == moved["CreationDate"] + 60
    assert house.ok("ListAliases", {"KeyId": key_id}) == {"Aliases": [], "Truncated": False}
    house.ok("DeleteAlias", {"AliasName": "alias/app"})
    gone = ("NotFoundException", f"Alias {arn('alias/app')} is not found.")
    for operation, members in (("DeleteAlias", {}), ("UpdateAlias", {"TargetKeyId": key_id})):
        assert house.call(operation, {"AliasName": "alias/app", **members}).error == gone


@pytest.mark.parametrize(
    ("members", "error"),
    [
        ({"AliasName": "app"}, "ValidationException"),
        ({"AliasName": "alias/aws/s3"}, "NotAuthorizedException"),
        ({"AliasName": "alias/white space"}, "ValidationException"),
        ({"AliasName": "alias/ok", "TargetKeyId": "alias/other"}, "ValidationException"),
        ({"AliasName": "alias/ok", "TargetKeyId": "1234abcd-12ab-34cd-56ef-1234567890ab"}, "NotFoundException"),
    ],
)
def test_refused(house: House, key_id: str, members: dict[str, str], error: str) -> None:
    assert house.call("CreateAlias", {"TargetKeyId": key_id, **members}).error[0] == error
    assert house.ok("ListAliases", {"KeyId": key_id})["Aliases"] == []


def test_no_prefix_is_worded_as_recorded(house: House, key_id: str) -> None:
    assert house.call("CreateAlias", {"AliasName": "app", "TargetKeyId": key_id}).error[1] == (
        'Alias must start with the prefix "alias/". Please see https://docs.aws.amazon.com/kms/latest/developerguide/kms-alias.html'
    )


def test_a_name_without_anything_behind_its_prefix(house: House, key_id: str) -> None:
    """InvalidAliasNameException is declared by CreateAlias alone."""
    members = {"AliasName": "alias/", "TargetKeyId": key_id}
    text = "alias/ contains invalid characters for an alias"
    assert house.call("CreateAlias", members).error == ("InvalidAliasNameException", text)
    gone = ("NotFoundException", f"Alias {arn('alias/')} is not found.")
    assert house.call("UpdateAlias", members).error == gone
    assert house.call("DeleteAlias", {"AliasName": "alias/"}).error == gone


def test_an_alias_exists_once(house: House, key_id: str) -> None:
    house.ok("CreateAlias", {"AliasName": "alias/a", "TargetKeyId": key_id})
    again = house.call("CreateAlias", {"AliasName": "alias/a", "TargetKeyId": key_id})
    assert again.error == ("AlreadyExistsException", f"An alias with the name {arn('alias/a')} already exists")


def test_an_alias_stays_with_keys_of_its_kind(house: House, key_id: str) -> None:
    """RSA keys for encryption have the usage of symmetric keys, and are of another type all the same."""
    made = {
        (spec, usage): house.ok("CreateKey", {"KeySpec": spec, "KeyUsage": usage})["KeyMetadata"]["KeyId"]
        for spec, usage in (
            ("RSA_2048", "ENCRYPT_DECRYPT"),
            ("RSA_2048", "SIGN_VERIFY"),
            ("ECC_NIST_P256", "SIGN_VERIFY"),
            ("HMAC_256", "GENERATE_VERIFY_MAC"),
        )
    }
    encryption, signing, curve, mac = made.values()
    for name, target, others in (
        ("alias/symmetric", key_id, (encryption, signing, mac)),
        ("alias/encryption", encryption, (key_id, signing, mac)),
        ("alias/mac", mac, (key_id, signing)),
    ):
        house.ok("CreateAlias", {"AliasName": name, "TargetKeyId": target})
        for other in others:
            answer = house.call("UpdateAlias", {"AliasName": name, "TargetKeyId": other})
            assert answer.error[0] == "ValidationException"
            assert f"Alias {arn(name)} cannot be changed from a" in str(answer.error[1])
        assert house.ok("DescribeKey", {"KeyId": name})["KeyMetadata"]["KeyId"] == target
    house.ok("CreateAlias", {"AliasName": "alias/signing", "TargetKeyId": signing})
    house.ok("UpdateAlias", {"AliasName": "alias/signing", "TargetKeyId": curve})


def test_fifty_aliases_for_a_key(house: House, key_id: str) -> None:
    for number in range(50):
        house.ok("CreateAlias", {"AliasName": f"alias/{number}", "TargetKeyId": key_id})
    assert (
        house.call("CreateAlias", {"AliasName": "alias/more", "TargetKeyId": key_id}).error[0]
        == "LimitExceededException"
    )
    page = house.ok("ListAliases", {"KeyId": key_id})
    assert (len(page["Aliases"]), page["Truncated"]) == (50, False)


def test_the_last_room_is_given_once(house: House, key_id: str) -> None:
    """Two count 49 aliases at the same moment: the later of them decides again."""
    for number in range(49):
        house.ok("CreateAlias", {"AliasName": f"alias/{number}", "TargetKeyId": key_id})
    other = house.ok("CreateKey")["KeyMetadata"]["KeyId"]
    house.ok("CreateAlias", {"AliasName": "alias/moved", "TargetKeyId": other})
    decided = []
    for operation, name in (("CreateAlias", "alias/new"), ("UpdateAlias", "alias/moved")):
        request = house.request(operation, {"AliasName": name, "TargetKeyId": key_id})
        with house.store.snapshot() as view:
            decided.append(house.pipeline.decide(request, view))
    assert [one.error for one in decided] == [None, None]
    first, second = (one.changes for one in decided)
    house.store.commit(first)
    with pytest.raises(ConflictError):
        house.store.commit(second)


def test_permission_on_the_alias_and_on_the_key(house: House, key_id: str) -> None:
    """With either alone the answer is a denial that names the missing one."""
    key_arn = f"arn:aws:kms:us-east-1:{ACCOUNT}:key/{key_id}"
    only_key = house.add_user("only-key", _allow("kms:CreateAlias", key_arn))
    only_alias = house.add_user("only-alias", _allow("kms:CreateAlias", arn("alias/app")))
    both = house.add_user("both", _allow("kms:CreateAlias", key_arn, arn("alias/app")))
    members = {"AliasName": "alias/app", "TargetKeyId": key_id}
    for user, missing in ((only_key, arn("alias/app")), (only_alias, key_arn)):
        name, text = house.call("CreateAlias", members, user=user).error
        assert name == "AccessDeniedException"
        assert f"on resource: {missing} because no identity-based policy allows the kms:CreateAlias action" in str(text)
    house.ok("CreateAlias", members, user=both)


def _allow(action: str, *resources: str) -> dict[str, object]:
    return {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": action, "Resource": list(resources)}]}
