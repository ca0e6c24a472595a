"""Several keys on a message, discovery, refusals in AWS's words, and what the server's audit keeps of it all."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError

from strongroom.envelope import Bounds, CachedMaker, CachedOpener, Discovery, KMSKeys, decrypt, encrypt
from strongroom.envelope.errors import DataKeyError, NoKeyOpensError
from support.files import Shell
from support.server import Server


@pytest.fixture
def client_for(server: Server) -> Callable[[str | None], Any]:
    return lambda region: server.boto3(region=region or "us-east-1")


def sealed(keys: Any, plaintext: bytes = b"plaintext", **options: Any) -> io.BytesIO:
    message = io.BytesIO()
    encrypt(io.BytesIO(plaintext), message, keys, **options)
    return io.BytesIO(message.getvalue())


def opened(message: io.BytesIO, keys: Any, **options: Any) -> tuple[bytes, str]:
    plaintext = io.BytesIO()
    message.seek(0)
    summary = decrypt(message, plaintext, keys, **options)
    return plaintext.getvalue(), summary.opened_by


def test_any_of_several_keys_opens(server: Server, make_key: Callable[..., str], client_for: Any) -> None:
    """Two Regions and a break-glass key; those that cannot be used are told when none can."""
    arns = [make_key(), make_key("eu-west-1"), make_key("ap-south-1")]
    for signed in (False, True):
        message = sealed(KMSKeys(arns, client_for), signed=signed, context={"tenant": "42"})
        for arn in arns:
            assert opened(message, KMSKeys([arn], client_for)) == (b"plaintext", arn)
        assert opened(message, Discovery(client_for)) == (b"plaintext", arns[0])
        assert opened(message, Discovery(client_for, region="eu-west-1")) == (b"plaintext", arns[1])
    server.boto3().disable_key(KeyId=arns[0])
    server.boto3(region="ap-south-1").disable_key(KeyId=arns[2])
    assert opened(message, KMSKeys(arns, client_for)) == (b"plaintext", arns[1])
    with pytest.raises(NoKeyOpensError, match="DisabledException") as refused:
        opened(message, KMSKeys([arns[0], arns[2]], client_for))
    assert [key for key, _ in refused.value.causes] == arns
    server.boto3().enable_key(KeyId=arns[0])
    assert opened(message, KMSKeys(arns, client_for)) == (b"plaintext", arns[0])


def test_a_region_that_is_away_is_asked_last_from_then_on(make_key: Callable[..., str], client_for: Any) -> None:
    """Not before everything else for each file of a tree; when nothing else opens it, it is asked all the same."""
    arns, asked = [make_key("eu-west-1"), make_key()], list[str | None]()
    message = sealed(KMSKeys(arns, client_for))

    def some_away(region: str | None) -> Any:
        class Counted:
            def decrypt(self, **arguments: Any) -> Any:
                asked.append(region)
                if region == "eu-west-1":
                    raise EndpointConnectionError(endpoint_url="https://kms.eu-west-1.example")
                return client_for(region).decrypt(**arguments)

        return Counted()

    keys = KMSKeys(arns, some_away)
    for _ in range(3):
        assert opened(message, keys) == (b"plaintext", arns[1])
    assert asked == ["eu-west-1", "us-east-1", "us-east-1", "us-east-1"]
    with pytest.raises(NoKeyOpensError, match="Is the server there"):
        opened(message, KMSKeys(arns[:1], some_away))


def test_only_the_keys_that_are_allowed(make_key: Callable[..., str], client_for: Any) -> None:
    arn, other = make_key(), make_key()
    account = arn.split(":")[4]
    message = sealed(KMSKeys([arn], client_for))
    for keys in (
        KMSKeys([other], client_for),
        KMSKeys([other.rpartition("/")[2]], client_for),
        Discovery(client_for, accounts=["111122223333"]),
        Discovery(client_for, partition="aws-cn"),
        Discovery(client_for, region="eu-west-1"),
    ):
        with pytest.raises(NoKeyOpensError):
            opened(message, keys)
    for keys in (KMSKeys([arn.rpartition("/")[2]], client_for), Discovery(client_for, [account], "aws", "us-east-1")):
        assert opened(message, keys) == (b"plaintext", arn)


def test_aliases(server: Server, key: str, client_for: Any) -> None:
    server.boto3().create_alias(AliasName="alias/documents", TargetKeyId=key)
    message = sealed(KMSKeys(["alias/documents"], client_for))
    assert opened(message, KMSKeys(["alias/documents"], client_for)) == (b"plaintext", key)
    assert opened(message, KMSKeys([key], client_for)) == (b"plaintext", key)


def test_multi_region_keys_open_where_one_is(server: Server, make_key: Callable[..., str], client_for: Any) -> None:
    primary = make_key(MultiRegion=True)
    server.boto3().replicate_key(KeyId=primary.rpartition("/")[2], ReplicaRegion="eu-west-1")
    replica = primary.replace("us-east-1", "eu-west-1")
    message = sealed(KMSKeys([primary], client_for))
    assert opened(message, KMSKeys([replica], client_for)) == (b"plaintext", replica)
    assert opened(message, Discovery(client_for, region="eu-west-1")) == (b"plaintext", replica)


def test_a_refusal_has_awss_code_and_text_and_says_what_to_do(server: Server, key: str, shell: Shell) -> None:
    server.user("no-files")
    source = shell.directory / "a"
    source.write_bytes(b"plaintext")
    nobody = Shell(shell.environment | {"AWS_PROFILE": "no-files"}, shell.directory)
    said = nobody("encrypt", source, "-k", key, code=1).output
    assert "AccessDeniedException: User: " in said
    assert "is not authorized to perform: kms:GenerateDataKey" in said
    assert "by a grant" in said
    said = shell("encrypt", source, "-k", "alias/nowhere", code=1).output
    assert "NotFoundException" in said
    assert "AWS_ENDPOINT_URL_KMS" in said
    assert [path.name for path in shell.directory.iterdir()] == ["a"]
    lonely = Shell(
        shell.environment | {"AWS_ENDPOINT_URL_KMS": "http://127.0.0.1:9", "AWS_MAX_ATTEMPTS": "1"}, shell.directory
    )
    assert "Could not connect" in lonely("encrypt", source, "-k", key, code=1).output
    assert "An endpoint is a URL" in shell("encrypt", source, "-k", key, "--endpoint-url", "kms:4599", code=1).output


def test_the_audit_finds_a_message_by_its_context(server: Server, key: str, shell: Shell) -> None:
    source = shell.directory / "a"
    source.write_bytes(b"plaintext")
    shell("encrypt", source, "-k", key, "-c", "project=atlas-audit")
    source.unlink()
    more = shell("decrypt", f"{source}.encrypted", "--discovery", "--withheld", "tenant=42", code=1).output
    assert "InvalidCiphertextException" in more
    shell("decrypt", f"{source}.encrypted", "--discovery", "-c", "project=atlas-audit")
    assert source.read_bytes() == b"plaintext"
    context = {"project": "atlas-audit"}
    found = [
        record["eventName"]
        for record in server.records()
        if (record.get("requestParameters") or {}).get("encryptionContext") == context
    ]
    assert sorted(found) == ["Decrypt", "GenerateDataKey"]


def test_the_cache_keeps_its_bounds(key: str, client_for: Any) -> None:
    now = [0.0]
    keys = KMSKeys([key], client_for)
    cache = CachedMaker(keys, Bounds(age_seconds=10, messages=3, bytes=100), lambda: now[0])
    messages = [sealed(cache, plaintext_bytes=9) for _ in range(4)]  # the fourth is one too many
    assert (keys.calls.made, cache.saved) == ({"GenerateDataKey": 2}, 2)
    sealed(cache, plaintext_bytes=9, context={"tenant": "42"})
    sealed(cache, plaintext_bytes=9, signed=True)
    sealed(cache, plaintext_bytes=None)  # could be any length
    assert (keys.calls.made, cache.saved) == ({"GenerateDataKey": 5}, 2)
    sealed(cache, plaintext_bytes=92)  # with the fourth's nine too many bytes
    now[0] = 10.0
    sealed(cache, plaintext_bytes=1)
    assert (keys.calls.made, cache.saved) == ({"GenerateDataKey": 7}, 2)
    opener = CachedOpener(keys, Bounds(age_seconds=10, messages=3), lambda: now[0])
    for message in messages:
        opened(message, opener)
    assert (keys.calls.made["Decrypt"], opener.saved) == (2, 2)
    now[0] = 20.0
    opened(messages[0], opener)
    assert keys.calls.made["Decrypt"] == 3


def test_a_data_key_of_another_length_is_refused(client_for: Any, key: str) -> None:
    class Short:
        def generate_data_key(self, **_: Any) -> Any:
            return client_for(None).generate_data_key(KeyId=key, NumberOfBytes=16)

    with pytest.raises(DataKeyError, match="16 bytes"):
        sealed(KMSKeys([key], lambda _: Short()))


def test_boto3_is_asked_for(shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a").write_bytes(b"x")
    monkeypatch.setitem(__import__("sys").modules, "boto3", None)
    assert "pip install strongroom[clients]" in shell("encrypt", tmp_path / "a", "-k", "alias/x", code=1).output
