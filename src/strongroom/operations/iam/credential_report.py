"""GenerateCredentialReport and GetCredentialReport: every user of the account and the state of his credentials, as CSV.

The report is that of the moment it is asked for, so there is none to generate first, none that is missing and none that is
expired. Source: IAM API Reference, those actions; IAM User Guide, "Get credential reports for your AWS account".
"""

import csv
import io
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from strongroom.model.arn import root_arn
from strongroom.model.identity import AccessKey, Account, IdentityUse, LoginProfile, PasswordPolicy, User
from strongroom.operations.iam.access_keys import MAX_ACCESS_KEYS
from strongroom.operations.iam.common import every, on_anything, reads, seconds
from strongroom.operations.operation import Call, Outcome
from strongroom.wire.shapes import iam

COLUMNS = (
    "user", "arn", "user_creation_time",
    "password_enabled", "password_last_used", "password_last_changed", "password_next_rotation", "mfa_active",
    "access_key_1_active", "access_key_1_last_rotated",
    "access_key_1_last_used_date", "access_key_1_last_used_region", "access_key_1_last_used_service",
    "access_key_2_active", "access_key_2_last_rotated",
    "access_key_2_last_used_date", "access_key_2_last_used_region", "access_key_2_last_used_service",
    "cert_1_active", "cert_1_last_rotated", "cert_2_active", "cert_2_last_rotated",
)  # fmt: skip
_NO, _NONE, _UNSUPPORTED, _UNTOLD = "false", "N/A", "not_supported", "no_information"
_NO_KEY = (_NO, _NONE, _NONE, _NONE, _NONE)
_NO_CERTIFICATES = (_NO, _NONE, _NO, _NONE)
_DAY_MS = 86_400_000


def _generate(_call: Call, _request: iam.GenerateCredentialReportRequest) -> Outcome:
    return Outcome(iam.GenerateCredentialReportResponse(state="COMPLETE"))


def _get(call: Call, _request: iam.GetCredentialReportRequest) -> Outcome:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([COLUMNS, _root(call), *_users(call)])
    return Outcome(
        iam.GetCredentialReportResponse(
            content=text.getvalue().rstrip("\n").encode(), report_format="text/csv", generated_time=seconds(call.now_ms)
        )
    )


def _root(call: Call) -> tuple[str, ...]:
    """The root user has no credentials here."""
    account = call.view.get(Account, call.account)
    made = _date(account.created_ms) if account is not None else _NONE
    password = (_UNSUPPORTED, _UNTOLD, _UNSUPPORTED, _UNSUPPORTED, _NO)
    return ("<root_account>", root_arn(call.account), made, *password, *_NO_KEY, *_NO_KEY, *_NO_CERTIFICATES)


def _users(call: Call) -> Iterator[tuple[str, ...]]:
    here = {"account": call.account}
    policy = call.view.get(PasswordPolicy, call.account)
    max_age_ms = policy.max_age_days * _DAY_MS if policy is not None else 0
    profiles = {profile.user_name: profile for profile in every(call.view, LoginProfile, here, "user_name")}
    access_keys: dict[str, list[AccessKey]] = defaultdict(list)
    for access_key in every(call.view, AccessKey, here, "access_key_id"):
        access_keys[access_key.user_name].append(access_key)
    for user in every(call.view, User, here, "name"):
        yield (
            user.name,
            user.arn,
            _date(user.created_ms),
            *_password(call, user, profiles.get(user.name), max_age_ms),
            _NO,
            *_access_keys(call, access_keys[user.name]),
            *_NO_CERTIFICATES,
        )


def _password(call: Call, user: User, profile: LoginProfile | None, max_age_ms: int) -> tuple[str, ...]:
    """When a password was changed since its login profile was made is not kept: it is shown as old as it may be."""
    if profile is None:
        return (_NO, _NONE, _NONE, _NONE)
    use = call.view.get(IdentityUse, user.user_id)
    return (
        "true",
        _date(use.used_ms) if use is not None else _UNTOLD,
        _date(profile.created_ms),
        _date(profile.created_ms + max_age_ms) if max_age_ms else _NONE,
    )


def _access_keys(call: Call, found: Sequence[AccessKey]) -> Iterator[str]:
    """Yield the oldest first. The command line may have made more than a report has room for."""
    shown = sorted(found, key=lambda access_key: access_key.created_ms)[:MAX_ACCESS_KEYS]
    for access_key in shown:
        use = call.view.get(IdentityUse, access_key.access_key_id)
        yield "true" if access_key.active else _NO
        yield _date(access_key.created_ms)
        yield from (_date(use.used_ms), use.region, use.service) if use is not None else (_NONE,) * 3
    for _ in range(MAX_ACCESS_KEYS - len(shown)):
        yield from _NO_KEY


def _date(milliseconds: int) -> str:
    return datetime.fromtimestamp(milliseconds // 1000, UTC).isoformat()


OPERATIONS = (
    reads("GenerateCredentialReport", _generate, on_anything("iam:GenerateCredentialReport")),
    reads("GetCredentialReport", _get, on_anything("iam:GetCredentialReport")),
)
