"""What an account asks of passwords: defaults, limits, and the two texts for its absence. Source: IAM API Reference; recorded texts."""

from typing import Any

import pytest

from support.house import ACCOUNT, House
from support.policies import ALLOW_ALL

DEFAULTS = {
    "MinimumPasswordLength": 6,
    "RequireSymbols": False,
    "RequireNumbers": False,
    "RequireUppercaseCharacters": False,
    "RequireLowercaseCharacters": False,
    "AllowUsersToChangePassword": False,
    "ExpirePasswords": False,
    "HardExpiry": False,
}
STRICT = {
    "MinimumPasswordLength": 14,
    "RequireSymbols": True,
    "RequireNumbers": True,
    "RequireUppercaseCharacters": True,
    "RequireLowercaseCharacters": True,
    "AllowUsersToChangePassword": True,
    "MaxPasswordAge": 90,
    "PasswordReusePrevention": 24,
    "HardExpiry": True,
}


def shown(house: House) -> dict[str, Any]:
    policy: dict[str, Any] = house.iam_ok("GetAccountPasswordPolicy")["PasswordPolicy"]
    return policy


def test_none_until_there_is_one(house: House) -> None:
    for action, text in (
        ("GetAccountPasswordPolicy", f"The Password Policy with domain name {ACCOUNT} cannot be found."),
        ("DeleteAccountPasswordPolicy", "The account policy with name PasswordPolicy cannot be found."),
    ):
        refused = house.iam(action)
        assert (refused.status, refused.error) == (404, ("NoSuchEntity", text))


def test_what_is_left_out_goes_back_to_its_default(house: House) -> None:
    answer = house.iam("UpdateAccountPasswordPolicy", STRICT)
    assert (answer.status, answer.body, answer.committed) == (200, {}, True)
    assert answer.record["requestParameters"]["minimumPasswordLength"] == 14
    assert shown(house) == {**STRICT, "ExpirePasswords": True}
    house.iam_ok("UpdateAccountPasswordPolicy", {"RequireNumbers": True})
    assert shown(house) == {**DEFAULTS, "RequireNumbers": True}
    house.iam_ok("UpdateAccountPasswordPolicy")
    assert shown(house) == DEFAULTS
    house.iam_ok("DeleteAccountPasswordPolicy")
    assert house.iam("GetAccountPasswordPolicy").error[0] == "NoSuchEntity"
    house.iam_ok("UpdateAccountPasswordPolicy")
    assert shown(house) == DEFAULTS


@pytest.mark.parametrize(
    ("name", "most"), [("MinimumPasswordLength", 128), ("MaxPasswordAge", 1095), ("PasswordReusePrevention", 24)]
)
def test_limits(house: House, name: str, most: int) -> None:
    """Those below are the client's to refuse."""
    refused = house.iam("UpdateAccountPasswordPolicy", {name: most + 1})
    assert refused.error[0] == "ValidationError"
    where = f"at '{name[0].lower()}{name[1:]}' failed to satisfy constraint: "
    assert f"{where}Member must have value less than or equal to {most}" in str(refused.error[1])
    assert house.iam("GetAccountPasswordPolicy").status == 404


def test_each_account_has_its_own(house: House) -> None:
    house.iam_ok("UpdateAccountPasswordPolicy", STRICT)
    stranger = house.add_user("stranger", ALLOW_ALL, account="444455556666")
    assert house.iam("GetAccountPasswordPolicy", user=stranger).error[0] == "NoSuchEntity"
    assert house.iam("DeleteAccountPasswordPolicy", user=stranger).error[0] == "NoSuchEntity"
    assert shown(house)["MinimumPasswordLength"] == 14
