"""Opening a data directory: everything a first start makes, and everything a later start must find as it was.

The order of a first start is chosen so that a crash at any point leaves a directory that the next start completes: root
key, database, credentials file, and last of all the one commit that makes the account, its administrator and the domain key.
"""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec

from strongroom.authz.defaults import ADMINISTRATOR_ACCESS
from strongroom.crypto.keyring import Keyring
from strongroom.model.change import Insert
from strongroom.model.clock import Clock
from strongroom.model.identity import Account
from strongroom.model.random import RandomBytes
from strongroom.model.setting import Setting
from strongroom.operations.iam.provision import NewUser, new_user
from strongroom.operations.services import NewService
from strongroom.root import key_file, passphrase
from strongroom.root.key_file import KeyFileProtector
from strongroom.root.passphrase import PassphraseProtector
from strongroom.root.port import DOMAIN_KEY_BYTES, Protected, Protector, RootKeyError
from strongroom.store.port import Store, StoreUnavailableError

DOMAIN_KEY_SETTING = "domain-key"
ACCOUNT_SETTING = "first-account"
ADMINISTRATOR = "administrator"
DEFAULT_PROFILE = "default"


class DataDirectoryError(Exception):
    """The data directory cannot be used as it is. The text says what to do."""


@dataclass(frozen=True, slots=True)
class Opened:
    """An open data directory. ``first_start`` says whether it was made just now."""

    store: Store
    keyring: Keyring
    account: str
    first_start: bool


def open_store(database: Path, *, must_exist: bool = False) -> Store:
    """Open (and bring up to date) the database. Errors: DataDirectoryError."""
    from strongroom.store.sqlite import open_sqlite  # noqa: PLC0415 - SQLAlchemy is slow to load; ``--help`` need not wait for it

    if must_exist and not database.exists():
        raise DataDirectoryError(
            f"There is no strongroom data in {database.parent}. Start a server there first: strongroom serve --data {database.parent}"
        )
    try:
        return open_sqlite(database)
    except StoreUnavailableError as error:
        raise DataDirectoryError(str(error)) from None


def make_private_directory(path: Path) -> None:
    """Errors: DataDirectoryError."""
    try:
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise DataDirectoryError(
            f"{path} cannot be made: {error.strerror}. Choose another directory with --data."
        ) from None


def open_data(
    database: Path, root_key: Path, credentials: Path, journal: Path, *,
    passphrase_text: str | None, region: str, clock: Clock, random_bytes: RandomBytes,
) -> Opened:  # fmt: skip
    """Open everything, making what a first start must make. Errors: DataDirectoryError, RootKeyError."""
    if not database.exists() and journal.exists() and any(journal.iterdir()):
        raise DataDirectoryError(
            f"The database {database} is missing, but {journal} shows that it existed. Restore it from your backup, "
            "or choose another directory with --data."
        )
    store = open_store(database)
    with store.snapshot() as view:
        protected, account = view.get(Setting, DOMAIN_KEY_SETTING), view.get(Setting, ACCOUNT_SETTING)
    if protected is not None and account is not None:
        record = msgspec.json.decode(protected.value, type=Protected)
        keyring = Keyring(_protector(record.protector, root_key, passphrase_text).reveal(record))
        return Opened(store, keyring, account.value.decode(), first_start=False)
    return _first_start(store, root_key, credentials, passphrase_text, region, clock, random_bytes)


def open_keyring(store: Store, root_key: Path, passphrase_text: str | None) -> Keyring:
    """Reveal the domain key of a directory that is in use. Errors: DataDirectoryError, RootKeyError."""
    with store.snapshot() as view:
        protected = view.get(Setting, DOMAIN_KEY_SETTING)
    if protected is None:
        raise DataDirectoryError("This data directory was never started. Run: strongroom serve")
    record = msgspec.json.decode(protected.value, type=Protected)
    return Keyring(_protector(record.protector, root_key, passphrase_text).reveal(record))


def _protector(name: str, root_key: Path, passphrase_text: str | None) -> Protector:
    if name == key_file.NAME:
        return KeyFileProtector(root_key)
    if name == passphrase.NAME:
        if passphrase_text is None:
            raise RootKeyError("This data directory is protected by a passphrase. Start with --passphrase-file FILE.")
        return PassphraseProtector(passphrase_text)
    raise RootKeyError(f"This data directory is protected by {name!r}, which this version of strongroom does not know.")


def _first_start(  # noqa: PLR0917 - everything a first start needs, once
    store: Store,
    root_key: Path,
    credentials: Path,
    passphrase_text: str | None,
    region: str,
    clock: Clock,
    random_bytes: RandomBytes,
) -> Opened:
    protector: Protector
    if passphrase_text is not None:
        protector = PassphraseProtector(passphrase_text)
    else:
        protector = KeyFileProtector(root_key)
        if not root_key.exists():
            protector.create(random_bytes)
    domain_key = random_bytes(DOMAIN_KEY_BYTES)
    protected = protector.protect(domain_key, random_bytes)
    if protector.reveal(protected) != domain_key:
        raise RootKeyError("The root key protector does not give back what it sealed. Nothing was written.")
    keyring = Keyring(domain_key)
    now_ms = int(clock() * 1000)
    account = new_account_number(random_bytes)
    administrator = new_user(
        keyring, account, ADMINISTRATOR, {"AdministratorAccess": ADMINISTRATOR_ACCESS}, now_ms, random_bytes
    )
    write_credentials(credentials, {DEFAULT_PROFILE: administrator}, region, keep=False)
    store.commit(
        (
            Insert(Setting(DOMAIN_KEY_SETTING, msgspec.json.encode(protected))),
            Insert(Setting(ACCOUNT_SETTING, account.encode())),
            Insert(Account(account, "first", now_ms)),
            *administrator.changes,
        )
    )
    return Opened(store, keyring, account, first_start=True)


def new_account_number(random_bytes: RandomBytes) -> str:
    """Return 12 digits, the first not zero: some tools drop leading zeros."""
    return str(10**11 + int.from_bytes(random_bytes(8), "big") % (9 * 10**11))


def write_credentials(path: Path, users: Mapping[str, NewUser | NewService], region: str, *, keep: bool = True) -> None:
    """Write profiles to an AWS shared-credentials file, 0600, behind those it has (unless not ``keep``); whole or not at all.

    Errors: DataDirectoryError for a profile that is there already: a file with one twice is no good to any client.
    """
    text = path.read_text() if keep and path.exists() else ""
    for profile in users:
        if f"[{profile}]" in text.splitlines():
            raise DataDirectoryError(
                f"There is a profile {profile} in {path} already. Choose another name, or rename the profile."
            )
    for profile, user in users.items():
        text += (
            f"[{profile}]\naws_access_key_id = {user.access_key_id}\n"
            f"aws_secret_access_key = {user.secret_access_key}\nregion = {region}\n\n"
        )
    replace_file(path, text, mode=0o600)


def replace_file(path: Path, text: str, *, mode: int) -> None:
    """Write ``text`` durably under a temporary name, then give it its own."""
    partial = path.with_name(path.name + ".new")
    partial.unlink(missing_ok=True)
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)


def without_access_key(path: Path, access_key_id: str) -> None:
    """Take the profile of an access key out of a shared-credentials file; the others stay as they are, byte for byte."""
    profiles = re.split(r"^(?=\[)", path.read_text(), flags=re.MULTILINE) if path.exists() else []
    kept = [text for text in profiles if f"aws_access_key_id = {access_key_id}\n" not in text]
    if len(kept) < len(profiles):
        replace_file(path, "".join(kept), mode=0o600)


def read_passphrase(path: Path | None) -> str | None:
    """Errors: RootKeyError."""
    if path is None:
        return None
    try:
        return path.read_text().rstrip("\n")
    except OSError as error:
        raise RootKeyError(f"The passphrase file {path} cannot be read: {error.strerror}.") from None
