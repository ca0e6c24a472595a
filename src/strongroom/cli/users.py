"""Users from the command line, also while a server runs: its workers see them with their next request."""

import os
import re
from pathlib import Path

import click

from strongroom.bootstrap import ACCOUNT_SETTING, open_keyring, read_passphrase, write_credentials
from strongroom.cli.accounts import find_account
from strongroom.cli.changes import commit, opened, record_of
from strongroom.cli.clock import present
from strongroom.model.identity import User, folded_name
from strongroom.model.regions import DEFAULT_REGION
from strongroom.model.setting import Setting
from strongroom.operations.iam.provision import NewUser, new_user
from strongroom.server.settings import DataDirectory

_NAME = re.compile(r"[\w+=,.@-]{1,64}", re.ASCII)  # IAM API Reference, CreateUser, UserName
_POLICY_NAME = "inline"


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
            setting = view.get(Setting, ACCOUNT_SETTING)
            account = setting.value.decode() if setting is not None else ""
            if in_account is not None:
                account = find_account(view, in_account).account
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
