"""Login profiles and signing in: who gets credentials, who is refused, and what the audit says of it."""

import json
from typing import Any

import pytest

from strongroom.model.identity import LoginProfile
from support.console import ConsoleHouse, allowing
from support.house import ACCOUNT, OTHER_ACCOUNT, IAMAnswer
from support.roles import assume, make_role, root_of, trust

PASSWORD = "correct Horse 7 battery"
OTHER = "another Horse 8 battery"


@pytest.fixture
def alice(house: ConsoleHouse) -> str:
    house.add_user("alice", allowing("kms:*", "iam:*", "strongroom:*"))
    answer = house.iam("CreateLoginProfile", {"UserName": "alice", "Password": PASSWORD})
    assert answer.status == 200, answer.raw
    check_silent(answer)
    return "alice"


def check_silent(answer: Any, *secrets: str) -> None:
    for secret in (PASSWORD, OTHER, "argon2", *secrets):
        assert secret not in json.dumps(answer.record)


def error(answer: IAMAnswer) -> str:
    check_silent(answer)
    assert answer.status >= 400
    return answer.error[0]


# --- login profiles -----------------------------------------------------------------------------------------------------


def test_a_login_profile_from_its_making_to_its_end(house: ConsoleHouse, alice: str) -> None:
    named = {"UserName": alice}
    shown = house.iam_ok("GetLoginProfile", named)["LoginProfile"]
    assert (shown["UserName"], shown["PasswordResetRequired"]) == (alice, False)
    assert error(house.iam("CreateLoginProfile", {**named, "Password": OTHER})) == "EntityAlreadyExists"
    assert error(house.iam("DeleteUser", named)) == "DeleteConflict"
    house.iam_ok("UpdateLoginProfile", {**named, "Password": OTHER, "PasswordResetRequired": True})
    assert house.iam_ok("GetLoginProfile", named)["LoginProfile"]["PasswordResetRequired"] is True
    house.iam_ok("UpdateUser", {**named, "NewUserName": "alicia"})
    assert house.sign_in(ACCOUNT, "alicia", OTHER).error[0] == "PasswordChangeRequiredException"
    house.iam_ok("DeleteLoginProfile", {"UserName": "alicia"})
    for operation in ("GetLoginProfile", "DeleteLoginProfile"):
        assert error(house.iam(operation, {"UserName": "alicia"})) == "NoSuchEntity"
    assert error(house.iam("UpdateLoginProfile", {"UserName": "alicia", "Password": OTHER})) == "NoSuchEntity"
    assert house.sign_in(ACCOUNT, "alicia", OTHER).error[0] == "SignInFailedException"


@pytest.mark.parametrize("password", ["aA1!", "allsmallletters", "ONLY UPPER", "12345678", "Mallory-1"])
def test_weak_passwords(house: ConsoleHouse, password: str) -> None:
    house.add_user("mallory-1")
    answer = house.iam("CreateLoginProfile", {"UserName": "mallory-1", "Password": password})
    assert error(answer) == "PasswordPolicyViolation"


def test_nothing_of_a_password_is_in_the_store(house: ConsoleHouse, alice: str) -> None:
    with house.store.snapshot() as view:
        profile = view.get(LoginProfile, ACCOUNT, alice)
    assert profile is not None
    assert b"argon2" not in profile.wrapped_hash
    assert "wrapped_hash" not in repr(profile)


def test_who_may_change_a_password(house: ConsoleHouse, alice: str) -> None:
    nobody = house.add_user("nobody")
    members = {"OldPassword": PASSWORD, "NewPassword": OTHER}
    assert error(house.iam("ChangePassword", members, user=nobody)) == "AccessDenied"
    assert error(house.iam("UpdateLoginProfile", {"UserName": alice, "Password": OTHER}, user=nobody)) == "AccessDenied"
    session = house.session(ACCOUNT, alice, PASSWORD)
    wrong = house.iam("ChangePassword", {"OldPassword": OTHER, "NewPassword": OTHER}, user=session)
    assert (error(wrong), wrong.error[1]) == ("AccessDenied", "The old password was incorrect.")
    assert (
        error(house.iam("ChangePassword", {**members, "NewPassword": "weak"}, user=session))
        == "PasswordPolicyViolation"
    )
    check_silent(house.iam("ChangePassword", members, user=session))
    assert house.sign_in(ACCOUNT, alice, PASSWORD).error[0] == "SignInFailedException"
    assert house.sign_in(ACCOUNT, alice, OTHER).status == 200


def test_a_role_has_no_password(house: ConsoleHouse) -> None:
    role = make_role(house, "keeper", trust(root_of()), allowing("iam:*"))
    session = assume(house, role)
    answer = house.iam("ChangePassword", {"OldPassword": PASSWORD, "NewPassword": OTHER}, user=session)
    assert error(answer) == "InvalidUserType"


# --- signing in ---------------------------------------------------------------------------------------------------------


def test_the_session_may_do_what_the_user_may(house: ConsoleHouse, alice: str) -> None:
    answer = house.sign_in(ACCOUNT, alice, PASSWORD)
    assert answer.body["Account"] == {"Id": ACCOUNT}
    assert answer.body["UserArn"] == f"arn:aws:iam::{ACCOUNT}:user/alice"
    assert answer.body["Credentials"]["Expiration"] == house.now + 3600
    session = house.session(ACCOUNT, alice, PASSWORD)
    listing = house.call("ListKeys", user=session)
    assert (listing.status, listing.record["sessionCredentialFromConsole"]) == (200, "true")
    assert "sessionCredentialFromConsole" not in house.call("ListKeys").record
    assert house.strongroom("SearchKeys", user=session).status == 200
    listed = house.iam("ListUsers", user=session)
    assert listed.status == 200, "unlike a session of GetSessionToken it may call IAM"
    assert listed.record["userIdentity"]["sessionContext"]["attributes"]["mfaAuthenticated"] == "false"
    house.now += 3601
    assert house.call("ListKeys", user=session).error[0] == "ExpiredTokenException"


def test_an_alias_names_the_account(house: ConsoleHouse, alice: str) -> None:
    house.iam_ok("CreateAccountAlias", {"AccountAlias": "acme"})
    assert house.sign_in("acme", alice, PASSWORD).body["Account"] == {"Id": ACCOUNT, "Alias": "acme"}


def test_success_is_recorded_as_console_login(house: ConsoleHouse, alice: str) -> None:
    answer = house.sign_in(ACCOUNT, alice, PASSWORD)
    check_silent(answer, answer.body["Credentials"]["SecretAccessKey"], answer.body["Credentials"]["SessionToken"])
    record = answer.record
    assert (record["eventSource"], record["eventName"]) == ("signin.amazonaws.com", "ConsoleLogin")
    assert record["eventType"] == "AwsConsoleSignIn"
    assert record["responseElements"] == {"ConsoleLogin": "Success"}
    assert record["additionalEventData"]["MFAUsed"] == "No"
    assert record["userIdentity"]["arn"] == f"arn:aws:iam::{ACCOUNT}:user/alice"
    assert (record["requestParameters"], record["recipientAccountId"]) == (None, ACCOUNT)
    assert len(house.ask("SearchEvents", {"EventNames": ["ConsoleLogin"]})["Events"]) == 1


def test_one_answer_for_everything_that_is_wrong(house: ConsoleHouse, alice: str) -> None:
    house.add_user("bare")
    answers = [
        house.sign_in(*who)
        for who in (
            (ACCOUNT, alice, OTHER),
            (ACCOUNT, "nobody", PASSWORD),
            (ACCOUNT, "bare", PASSWORD),
            (OTHER_ACCOUNT, alice, PASSWORD),
            ("999999999999", alice, PASSWORD),
            ("no-such-alias", alice, PASSWORD),
        )
    ]
    assert len({(answer.status, answer.raw) for answer in answers}) == 1
    assert answers[0].error[0] == "SignInFailedException"
    for answer in answers:
        check_silent(answer)
        assert answer.record["responseElements"] == {"ConsoleLogin": "Failure"}
        assert answer.record["errorMessage"] == "Failed authentication"
    names = [answer.record["userIdentity"].get("userName") for answer in answers]
    assert names == [alice, "HIDDEN_DUE_TO_SECURITY_REASONS", "bare", *["HIDDEN_DUE_TO_SECURITY_REASONS"], None, None]
    assert [answer.record["recipientAccountId"] for answer in answers] == [ACCOUNT] * 3 + [OTHER_ACCOUNT, "", ""]


def test_a_password_that_must_be_changed(house: ConsoleHouse, alice: str) -> None:
    house.iam_ok("UpdateLoginProfile", {"UserName": alice, "PasswordResetRequired": True})
    refused = house.sign_in(ACCOUNT, alice, PASSWORD)
    assert refused.error[0] == "PasswordChangeRequiredException"
    assert refused.record["responseElements"] == {"ConsoleLogin": "Failure"}
    for new in ("weak", PASSWORD):
        assert house.sign_in(ACCOUNT, alice, PASSWORD, NewPassword=new).error[0] == "PasswordPolicyViolationException"
    changed = house.sign_in(ACCOUNT, alice, PASSWORD, NewPassword=OTHER)
    assert changed.status == 200
    assert changed.committed
    assert changed.record["additionalEventData"]["PasswordUpdated"] == "Yes"
    check_silent(changed)
    assert house.sign_in(ACCOUNT, alice, OTHER).status == 200
    unasked = house.sign_in(ACCOUNT, alice, OTHER, NewPassword=PASSWORD)
    assert unasked.error[0] == "ValidationException", "that is ChangePassword's, which wants a permission"


def test_guessing_ends_after_five_attempts(house: ConsoleHouse, alice: str) -> None:
    for _ in range(5):
        assert house.sign_in(ACCOUNT, alice, OTHER).error[0] == "SignInFailedException"
    refused = house.sign_in(ACCOUNT, alice, PASSWORD)
    assert refused.error[0] == "TooManyAttemptsException"
    assert refused.record["responseElements"] == {"ConsoleLogin": "Failure"}
    assert house.sign_in(ACCOUNT, alice, PASSWORD, source_ip="192.0.2.2").status == 200, "others may go on"
    house.now += 300
    assert house.sign_in(ACCOUNT, alice, PASSWORD).status == 200


def test_success_does_not_count(house: ConsoleHouse, alice: str) -> None:
    for _ in range(7):
        assert house.sign_in(ACCOUNT, alice, PASSWORD).status == 200


def test_sign_in_is_asked_of_nobodys_policy_but_shapes_are_checked(house: ConsoleHouse) -> None:
    answer = house.sign_in(ACCOUNT, "alice", "")
    assert answer.error[0] == "ValidationException"
    assert answer.record["eventName"] == "ConsoleLogin"
