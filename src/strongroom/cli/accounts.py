"""Accounts from the command line: the administrator of a server makes them, each with an administrator of its own.

AWS makes accounts through Organizations, which this server does not speak; the record is called as CloudTrail calls its
CreateAccount.
"""

import os
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import click

from strongroom.authz.defaults import ADMINISTRATOR_ACCESS
from strongroom.bootstrap import ADMINISTRATOR, new_account_number, open_keyring, read_passphrase, write_credentials
from strongroom.cli.changes import commit, opened, record_of
from strongroom.cli.clock import present
from strongroom.model.change import Insert
from strongroom.model.identity import Account, User
from strongroom.model.regions import DEFAULT_REGION
from strongroom.model.view import Snapshot
from strongroom.operations.iam.provision import NewUser, new_user
from strongroom.server.settings import DataDirectory

_NAME = re.compile(r"[\w+=,.@-]{1,50}", re.ASCII)  # ours: it is also the name of a profile
_ALL = 1_000_000


def create_account(data: DataDirectory, name: str, passphrase_file: Path | None) -> tuple[Account, NewUser]:
    """Make an account and its first administrator, kept as profile ``name``. Errors: those of the data directory."""
    if not _NAME.fullmatch(name):
        raise click.ClickException(f"{name!r} is not an account name: 1 to 50 of letters, digits and +=,.@-_")
    with opened(data) as store:
        keyring = open_keyring(store, data.root_key, read_passphrase(passphrase_file))
        with store.snapshot() as view:
            if any(account.name == name for account in _all(view)):
                raise click.ClickException(f"There is an account {name} already; choose another name.")
            number = new_account_number(os.urandom)
            while view.get(Account, number) is not None:
                number = new_account_number(os.urandom)
        now = present(data)
        now_ms = int(now * 1000)
        account = Account(number, name, now_ms)
        policies = {"AdministratorAccess": ADMINISTRATOR_ACCESS}
        administrator = new_user(keyring, number, ADMINISTRATOR, policies, now_ms, os.urandom)
        write_credentials(data.credentials, {name: administrator}, DEFAULT_REGION)
        elements = {
            "createAccountStatus": {"accountId": number, "accountName": name, "state": "SUCCEEDED"},
            "user": {"arn": administrator.user.arn, "userId": administrator.user.user_id},
            "accessKey": {"accessKeyId": administrator.access_key_id},
        }
        record = record_of("organizations.amazonaws.com", "CreateAccount", number, now, {"accountName": name}, elements)
        commit(store, data, (Insert(account), *administrator.changes), record)
        return account, administrator


def list_accounts(data: DataDirectory) -> Iterator[str]:
    """Yield a line for each account: number, day, users, name. Errors: those of the data directory."""
    with opened(data) as store, store.snapshot() as view:
        for account in sorted(_all(view), key=lambda account: account.created_ms):
            day = datetime.fromtimestamp(account.created_ms / 1000, UTC).strftime("%Y-%m-%d")
            users = view.count(User, {"account": account.account})
            yield f"{account.account}  {day}  {users:>5} {'user ' if users == 1 else 'users'}  {account.name}"


def find_account(view: Snapshot, given: str) -> Account:
    """Return the account of that number or name. Errors: ClickException."""
    for account in _all(view):
        if given in {account.account, account.name}:
            return account
    raise click.ClickException(f"There is no account {given}. See: strongroom account list")


def _all(view: Snapshot) -> list[Account]:
    return list(view.page(Account, {}, limit=_ALL))
