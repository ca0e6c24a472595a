"""Users from the command line, also while a server runs: its workers see them with their next request."""

import os
import re
import secrets
from dataclasses import replace
from pathlib import Path

import click

from strongroom.bootstrap import ACCOUNT_SETTING, open_keyring, read_passphrase, write_credentials
from strongroom.cli.accounts import find_account
from strongroom.cli.changes import commit, opened, record_of
from strongroom.cli.clock import present
from strongroom.errors import PasswordPolicyViolationError
from strongroom.model.change import Change, Delete, Insert, Update
from strongroom.model.identity import LoginProfile, User, folded_name
from strongroom.model.regions import DEFAULT_REGION
from strongroom.model.setting import Setting
from strongroom.model.view import Snapshot
from strongroom.operations.iam.passwords import check_password, wrapped_hash
from strongroom.operations.iam.provision import NewUser, new_user
from strongroom.server.settings import DataDirectory

_NAME = re.compile(r"[\w+=,.@-]{1,64}", re.ASCII)  # IAM API Reference, CreateUser, UserName
_POLICY_NAME = "inline"
_GENERATED_BYTES = 15


def set_password(
    data: DataDirectory,
    name: str,
    password: str | None,
    passphrase_file: Path | None,
    in_account: str | None = None,
    *,
    reset_required: bool = False,
) -> str | None:
    """Give a user a password, or another one; return it where it was made here. Errors: those of the data directory."""
    made = None if password is not None else secrets.token_urlsafe(_GENERATED_BYTES) + "-Aa1"  # of every kind
    chosen = password or made or ""
    with opened(data) as store:
        keyring = open_keyring(store, data.root_key, read_passphrase(passphrase_file))
        with store.snapshot() as view:
            user = view.get(User, account_of(view, in_account), name)
            if user is None:
                raise click.ClickException(f"There is no user {name}: strongroom user create {name}")
            present_profile = view.get(LoginProfile, user.account, name)
        try:
            check_password(chosen, user)
        except PasswordPolicyViolationError as error:
            raise click.ClickException(str(error)) from None
        now = present(data)
        kept = wrapped_hash(keyring, user, chosen, os.urandom)
        profile = LoginProfile(user.account, name, kept, int(now * 1000), reset_required)
        change: Change = Insert(profile)
        if present_profile is not None:
            profile = replace(present_profile, wrapped_hash=kept, reset_required=reset_required)
            change = Update(profile)
        operation = "CreateLoginProfile" if present_profile is None else "UpdateLoginProfile"
        parameters = {"userName": name, "passwordResetRequired": reset_required}
        record = record_of("iam.amazonaws.com", operation, user.account, now, parameters, {})
        commit(store, data, (change, Update(user)), record)
    return made


def remove_password(data: DataDirectory, name: str, in_account: str | None = None) -> None:
    """Take a user's password away. Errors: those of the data directory."""
    with opened(data) as store:
        with store.snapshot() as view:
            profile = view.get(LoginProfile, account_of(view, in_account), name)
        if profile is None:
            raise click.ClickException(f"The user {name} has no password.")
        record = record_of(
            "iam.amazonaws.com", "DeleteLoginProfile", profile.account, present(data), {"userName": name}, {}
        )
        commit(store, data, (Delete(profile),), record)


def account_of(view: Snapshot, named: str | None) -> str:
    """Return the account of that number or name, the first one for None."""
    if named is not None:
        return find_account(view, named).account
    setting = view.get(Setting, ACCOUNT_SETTING)
    return setting.value.decode() if setting is not None else ""


def create_user(
    data: DataDirectory, name: str, policy: str | None, passphrase_file: Path | None, in_account: str | None = None
) -> NewUser:
    """Make the user, its policy and access key, and the record of it, in one commit. Errors: those of the data directory.

    ``in_account`` is a number or name; the first account without it.
    """
    if not _NAME.fullmatch(name):
        raise click.ClickException(f"{name!r} is not a user name: 1 to 64 of letters, digits and +=,.@-_")
    with opened(data) as store:
        keyring = open_keyring(store, data.root_key, read_passphrase(passphrase_file))
        with store.snapshot() as view:
            account = account_of(view, in_account)
            if view.count(User, {"account": account, "folded": folded_name(name)}):
                raise click.ClickException(f"There is a user {name} already; choose another name.")
        now = present(data)
        policies = {_POLICY_NAME: policy} if policy is not None else {}
        created = new_user(keyring, account, name, policies, int(now * 1000), os.urandom)
        write_credentials(data.credentials, {name: created}, DEFAULT_REGION)
        elements = {
            "user": {"arn": created.user.arn, "userId": created.user.user_id},
            "accessKey": {"accessKeyId": created.access_key_id},
        }
        record = record_of("iam.amazonaws.com", "CreateUser", account, now, {"userName": name}, elements)
        commit(store, data, created.changes, record)
        return created
