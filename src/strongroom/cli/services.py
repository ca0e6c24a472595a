"""Services from the command line, also while a server runs: its workers see them, or their end, with the next request."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from strongroom.bootstrap import (
    ACCOUNT_SETTING,
    open_keyring,
    read_passphrase,
    without_access_key,
    write_credentials,
)
from strongroom.cli.accounts import find_account
from strongroom.cli.changes import commit, opened, record_of
from strongroom.cli.clock import date_text, present
from strongroom.model.change import Delete
from strongroom.model.regions import DEFAULT_REGION
from strongroom.model.service import Service
from strongroom.model.setting import Setting
from strongroom.model.view import Snapshot
from strongroom.operations.services import NewService, default_policy, new_service
from strongroom.server.settings import DataDirectory

_SOURCE = "iam.amazonaws.com"
_MAX_SHOWN = 1000


def add_service(
    data: DataDirectory,
    name: str,
    account: str | None,
    policy: str | None,
    source_arns: Sequence[str],
    *,
    passphrase_file: Path | None,
) -> tuple[NewService, str]:
    """Make the service, its profile and the record of it; return it with the profile. Errors: those of the data directory."""
    with opened(data) as store:
        keyring = open_keyring(store, data.root_key, read_passphrase(passphrase_file))
        with store.snapshot() as view:
            first = _first_account(view)
            account = _account(view, account)
            if _found(view, name, account) is not None:
                raise click.ClickException(
                    f"The service {name} has credentials for account {account} already: strongroom service remove {name} "
                    "ends them."
                )
        now = present(data)
        added = new_service(keyring, account, name, policy, source_arns, int(now * 1000), random_bytes=os.urandom)
        profile = _profile(name, account, first)
        write_credentials(data.credentials, {profile: added}, DEFAULT_REGION)
        asked = {"serviceName": added.service.principal, "sourceAccount": account, "sourceArns": list(source_arns)}
        made = {"accessKeyId": added.access_key_id}
        commit(store, data, added.changes, record_of(_SOURCE, "AddService", account, now, asked, made))
        return added, profile


def remove_service(data: DataDirectory, name: str, account: str | None) -> Service:
    """End a service: its next call is refused. Errors: those of the data directory."""
    with opened(data) as store:
        with store.snapshot() as view:
            account = _account(view, account)
            service = _found(view, name, account)
        if service is None:
            raise click.ClickException(
                f"There is no service {name} for account {account}. strongroom service list shows all."
            )
        asked = {"serviceName": service.principal, "sourceAccount": account, "accessKeyId": service.access_key_id}
        record = record_of(_SOURCE, "RemoveService", account, present(data), asked, {})
        commit(store, data, (Delete(service),), record)
        without_access_key(data.credentials, service.access_key_id)
        return service


def lines(data: DataDirectory) -> Iterator[str]:
    """Yield what ``strongroom service list`` prints. Errors: those of the data directory."""
    with opened(data) as store, store.snapshot() as view:
        services = sorted(view.page(Service, {}, limit=_MAX_SHOWN), key=lambda one: (one.name, one.account))
    if not services:
        yield "none; strongroom service add NAME makes one"
    for service in services:
        own = "default policy" if service.policy == default_policy(service.name) else "policy of its own"
        sources = ", ".join(service.source_arns) or "any of its resources"
        yield (
            f"{service.principal} for account {service.account}, access key {service.access_key_id}, "
            f"since {date_text(service.created_ms)}, {own}, for {sources}"
        )


def _profile(name: str, account: str, first: str) -> str:
    return f"service-{name}" if account == first else f"service-{name}-{account}"


def _first_account(view: Snapshot) -> str:
    setting = view.get(Setting, ACCOUNT_SETTING)
    return setting.value.decode() if setting is not None else ""


def _account(view: Snapshot, given: str | None) -> str:
    return _first_account(view) if given is None else find_account(view, given).account


def _found(view: Snapshot, name: str, account: str) -> Service | None:
    return next(iter(view.page(Service, {"account": account, "name": name}, limit=1)), None)
