"""Users from the command line, also while a server runs: its workers see them with their next request."""

import os
import re
import uuid
from pathlib import Path

import click
import msgspec

from strongroom.audit.record import encode_record
from strongroom.bootstrap import ACCOUNT_SETTING, open_keyring, open_store, read_passphrase, write_credentials
from strongroom.cli.clock import present
from strongroom.model.identity import User
from strongroom.model.regions import DEFAULT_REGION
from strongroom.model.setting import Setting
from strongroom.operations.iam.provision import NewUser, new_user
from strongroom.server.lane import COMMAND_LINE_SLOT
from strongroom.server.settings import DataDirectory
from strongroom.store.generation import Generation
from strongroom.store.port import Outbox

_NAME = re.compile(r"[\w+=,.@-]{1,64}", re.ASCII)  # IAM API Reference, CreateUser, UserName
_POLICY_NAME = "inline"


def create_user(data: DataDirectory, name: str, policy: str | None, passphrase_file: Path | None) -> NewUser:
    """Make the user, its policy and access key, and the record of it, in one commit. Errors: those of the data directory."""
    if not _NAME.fullmatch(name):
        raise click.ClickException(f"{name!r} is not a user name: 1 to 64 of letters, digits and +=,.@-_")
    store = open_store(data.database, must_exist=True)
    try:
        keyring = open_keyring(store, data.root_key, read_passphrase(passphrase_file))
        with store.snapshot() as view:
            setting = view.get(Setting, ACCOUNT_SETTING)
            account = setting.value.decode() if setting is not None else ""
            if view.get(User, account, name) is not None:
                raise click.ClickException(f"There is a user {name} already; choose another name.")
        now = present(data)
        policies = {_POLICY_NAME: policy} if policy is not None else {}
        created = new_user(keyring, account, name, policies, int(now * 1000), os.urandom)
        write_credentials(data.credentials, {name: created}, DEFAULT_REGION)
        event_id, record = _record(created, account, now)
        store.commit(created.changes, Outbox(COMMAND_LINE_SLOT, ((event_id, record),)))
        if data.generation.exists():
            Generation(data.generation, COMMAND_LINE_SLOT).bump()
        return created
    finally:
        store.close()


def _record(created: NewUser, account: str, now: float) -> tuple[str, bytes]:
    event_id = str(uuid.uuid4())
    identity = {"type": "AWSService", "invokedBy": "strongroom command line", "accountId": account}
    record = encode_record(
        event_id=event_id,
        event_time=now,
        request_id=str(uuid.uuid4()),
        event_source="iam.amazonaws.com",
        event_name="CreateUser",
        region=DEFAULT_REGION,
        user_identity=msgspec.Raw(msgspec.json.encode(identity)),
        source_ip="127.0.0.1",
        user_agent=f"strongroom command line, uid {os.getuid()}",
        request_parameters={"userName": created.user.name},
        response_elements={
            "user": {"arn": created.user.arn, "userId": created.user.user_id},
            "accessKey": {"accessKeyId": created.access_key_id},
        },
        read_only=False,
        resources=[],
        recipient_account=account,
        tls_details=None,
    )
    return event_id, record
