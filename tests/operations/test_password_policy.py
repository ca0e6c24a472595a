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


def test_passwords_are_held_to_it(house: House) -> None:
    """IAM User Guide, "Set an account password policy for IAM users": what each requirement asks; without a policy, the default."""
    house.add_user("carol")

    def made(password: str) -> tuple[str, str | None]:
        answer = house.iam("CreateLoginProfile", {"UserName": "carol", "Password": password})
        if answer.status == 200:
            house.iam_ok("DeleteLoginProfile", {"UserName": "carol"})
            return ("", None)
        return answer.error

    assert made("Short1!") == ("PasswordPolicyViolation", "Password should have a minimum length of 8")
    assert made("correct horse 7") == ("", None)
    house.iam_ok("UpdateAccountPasswordPolicy", STRICT)
    assert made("Correct horse 7") == ("", None)
    for password, missing in (
        ("Correct h 7", "a minimum length of 14"),
        ("correct horse 7", "at least one uppercase letter"),
        ("CORRECT HORSE 7", "at least one lowercase letter"),
        ("Correct horse !", "at least one number"),
        ("CorrectHorse777", "at least one symbol"),
    ):
        assert made(password) == ("PasswordPolicyViolation", f"Password should have {missing}")
