"""Rewrap: a message moves to other keys; its body stays where that is safe, and what was altered is not vouched for."""

import io
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import aws_encryption_sdk
import pytest
from aws_encryption_sdk.identifiers import AlgorithmSuite, CommitmentPolicy

from strongroom.envelope import Commitment, KMSKeys, decrypt, inspect
from strongroom.envelope.errors import AlteredError, NoKeyOpensError
from support.files import Shell
from support.server import Server

PLAINTEXT = bytes(range(256)) * 400
OWNER = (1234, 1235) if os.geteuid() == 0 else (os.geteuid(), os.getegid())  # another's, where that may be said

pytestmark = pytest.mark.filterwarnings(
    "ignore::DeprecationWarning", "ignore::UserWarning", "ignore::cryptography.utils.CryptographyDeprecationWarning"
)


@pytest.fixture
def client_for(server: Server) -> Callable[[str | None], Any]:
    return lambda region: server.boto3(region=region or "us-east-1")


def opened(message: bytes, client_for: Any, *keys: str) -> bytes:
    plaintext = io.BytesIO()
    decrypt(io.BytesIO(message), plaintext, KMSKeys(keys, client_for), commitment=Commitment.ALLOWED)
    return plaintext.getvalue()


def opened_by_the_sdk(server: Server, message: bytes, key: str) -> bytes:
    sdk = aws_encryption_sdk.EncryptionSDKClient(commitment_policy=CommitmentPolicy.REQUIRE_ENCRYPT_ALLOW_DECRYPT)
    plaintext: bytes = sdk.decrypt(source=message, key_provider=provider(server, key))[0]
    return plaintext


def provider(server: Server, key: str) -> Any:
    session = server.botocore_session()
    return aws_encryption_sdk.StrictAwsKmsMasterKeyProvider(key_ids=[key], botocore_session=session)


@pytest.fixture(autouse=True)
def pointed_at_the_server(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_KMS", server.endpoint)


def body_of(message: bytes) -> bytes:
    layout = inspect(io.BytesIO(message)).layout
    assert layout is not None
    return message[layout.body_start : layout.body_end]


def sealed(shell: Shell, *options: object) -> Path:
    (shell.directory / "a").write_bytes(PLAINTEXT)
    shell("encrypt", shell.directory / "a", "-c", "tenant=42", "--frame-bytes", 4096, *options)
    return shell.directory / "a.encrypted"


@pytest.mark.parametrize(("options", "stays"), [(("--sign",), True), ((), False)], ids=["signed", "unsigned"])
def test_to_another_key(
    server: Server,
    shell: Shell,
    make_key: Callable[..., str],
    client_for: Any,
    options: tuple[str, ...],
    stays: bool,
) -> None:
    old, new = make_key(), make_key("eu-west-1")
    path = sealed(shell, "-k", old, *options)
    os.chown(path, *OWNER)
    path.chmod(0o640)
    before = path.read_bytes()
    shell("rewrap", path, "-k", old, "--to", new, "-c", "tenant=42")
    after = path.read_bytes()
    assert opened(after, client_for, new) == opened_by_the_sdk(server, after, new) == PLAINTEXT
    with pytest.raises(NoKeyOpensError):
        opened(after, client_for, old)
    found = path.stat()
    assert (found.st_uid, found.st_gid, found.st_mode & 0o777) == (*OWNER, 0o640)
    assert (body_of(after) == body_of(before)) is stays
    ours, theirs = inspect(io.BytesIO(before)).header, inspect(io.BytesIO(after)).header
    assert (ours.message_id == theirs.message_id) is stays  # one message id, one message key
    assert theirs.context["tenant"] == "42"
    assert len(list(shell.directory.iterdir())) == 2


def test_beside_the_old_keys(shell: Shell, make_key: Callable[..., str], client_for: Any) -> None:
    """One that is there already is not there twice."""
    for options in ((), ("--sign",), ("--keep-body",)):
        keys, added = [make_key(), make_key("eu-west-1")], make_key("ap-south-1")
        path = sealed(shell, *(word for key in keys for word in ("-k", key)), *(set(options) - {"--keep-body"}), "-f")
        kept = {"--keep-body"} & set(options)
        shell("rewrap", path, "--discovery", "--to", added, "--to", keys[1], "--keep-keys", *kept)
        message = path.read_bytes()
        assert sorted(key.name for key in inspect(io.BytesIO(message)).header.keys) == sorted([*keys, added])
        for key in (*keys, added):
            assert opened(message, client_for, key) == PLAINTEXT


def test_keep_body(server: Server, shell: Shell, make_key: Callable[..., str], client_for: Any) -> None:
    old, new, output = make_key(), make_key(), shell.directory / "b"
    path = sealed(shell, "-k", old)
    shell("rewrap", path, "-k", old, "--to", new, "--keep-body", "-o", output)
    assert body_of(output.read_bytes()) == body_of(path.read_bytes())
    assert (
        opened(output.read_bytes(), client_for, new) == opened_by_the_sdk(server, output.read_bytes(), new) == PLAINTEXT
    )


@pytest.mark.parametrize("frame_length", [0, 1280])
def test_older_suites(
    server: Server,
    shell: Shell,
    make_key: Callable[..., str],
    client_for: Any,
    frame_length: int,
) -> None:
    """The header's IV is a fresh one: two tags under one key and one IV would give the authentication key away."""
    sdk = aws_encryption_sdk.EncryptionSDKClient(commitment_policy=CommitmentPolicy.FORBID_ENCRYPT_ALLOW_DECRYPT)
    old, new, path = make_key(), make_key(), shell.directory / "theirs"
    for suite_id in (0x0014, 0x0178, 0x0214, 0x0378):
        suite = AlgorithmSuite.get_by_id(suite_id)
        before, _ = sdk.encrypt(
            source=PLAINTEXT,
            key_provider=provider(server, old),
            algorithm=suite,
            frame_length=frame_length,
        )
        path.write_bytes(before)
        assert "does not commit" in shell("rewrap", path, "-k", old, "--to", new, code=1).output
        assert path.read_bytes() == before
        shell("rewrap", path, "-k", old, "--to", new, "--allow-uncommitted", "-q")
        after = path.read_bytes()
        assert body_of(after) == body_of(before)
        assert inspect(io.BytesIO(after)).header.iv != inspect(io.BytesIO(before)).header.iv
        assert opened(after, client_for, new) == PLAINTEXT
        assert opened_by_the_sdk(server, after, new) == PLAINTEXT


@pytest.mark.parametrize(
    ("frame_length", "length"), [(0, 5000), (512, 512 * 1300), (4096, 5 << 20), (5 << 20, 6 << 20)]
)
def test_unsigned_messages_of_the_sdk(
    server: Server, shell: Shell, make_key: Callable[..., str], client_for: Any, frame_length: int, length: int
) -> None:
    """Unframed, an empty frame at the end, many shares, frames too large to hold."""
    old, new, path, plaintext = make_key(), make_key(), shell.directory / "theirs", os.urandom(length)
    suite = AlgorithmSuite.AES_256_GCM_HKDF_SHA512_COMMIT_KEY
    before, _ = aws_encryption_sdk.EncryptionSDKClient().encrypt(
        source=plaintext, key_provider=provider(server, old), algorithm=suite, frame_length=frame_length
    )
    path.write_bytes(before)
    shell("rewrap", path, "-k", old, "--to", new)
    after = path.read_bytes()
    assert opened(after, client_for, new) == opened_by_the_sdk(server, after, new) == plaintext
    report = inspect(io.BytesIO(after))
    assert report.layout is not None
    assert report.layout.plaintext_bytes == length


def test_where_links_lead(shell: Shell, make_key: Callable[..., str], client_for: Any) -> None:
    """A symbolic link stays one; another name of the file keeps the old message; what is no file is not read."""
    old, new = make_key(), make_key()
    path = sealed(shell, "-k", old)
    before, link, other = path.read_bytes(), shell.directory / "link", shell.directory / "other"
    link.symlink_to(path.name)
    other.hardlink_to(path)
    shell("rewrap", link, "-k", old, "--to", new)
    assert link.is_symlink()
    assert opened(path.read_bytes(), client_for, new) == PLAINTEXT
    assert other.read_bytes() == before
    os.mkfifo(shell.directory / "fifo")
    holding = os.open(shell.directory / "fifo", os.O_RDWR)
    said = shell("rewrap", shell.directory / "fifo", "-k", old, "--to", new, code=1).output
    os.close(holding)
    assert "is not a regular file" in said


def test_what_was_altered_is_not_vouched_for(shell: Shell, make_key: Callable[..., str], client_for: Any) -> None:
    """The signature is checked before a new one is made, frames of unsigned messages as they are encrypted anew."""
    old, new = make_key(), make_key()
    for options in (("--sign",), ()):
        path = sealed(shell, "-k", old, "-f", *options)
        altered = bytearray(path.read_bytes())
        altered[-5000] ^= 1
        path.write_bytes(altered)
        said = shell("rewrap", path, "-k", old, "--to", new, code=1).output
        assert "altered" in said
        assert path.read_bytes() == altered
        path.write_bytes(altered[:-3000])
        assert "cut off" in shell("rewrap", path, "-k", old, "--to", new, code=1).output
    path = sealed(shell, "-k", old, "-f")
    altered = bytearray(path.read_bytes())
    altered[-5000] ^= 1
    path.write_bytes(altered)
    shell("rewrap", path, "-k", old, "--to", new, "--keep-body")  # the body is not read, so decryption still refuses it
    with pytest.raises(AlteredError):
        opened(path.read_bytes(), client_for, new)


def test_a_key_that_refuses_leaves_the_message(server: Server, shell: Shell, make_key: Callable[..., str]) -> None:
    old, new = make_key(), make_key()
    path = sealed(shell, "-k", old)
    before = path.read_bytes()
    server.boto3().disable_key(KeyId=new)
    assert "DisabledException" in shell("rewrap", path, "-k", old, "--to", new, code=1).output
    server.boto3().disable_key(KeyId=old)
    assert "DisabledException" in shell("rewrap", path, "-k", old, "--to", new, code=1).output
    assert path.read_bytes() == before
    assert len(list(shell.directory.iterdir())) == 2
