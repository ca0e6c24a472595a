"""No plaintext key byte string that was ever made is found in any file below the data directory."""

import base64
import contextlib
from pathlib import Path
from secrets import token_bytes
from typing import Any

from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import ClientError

from strongroom.bootstrap import open_keyring, open_store
from strongroom.crypto.keyring import _PURPOSE_MATERIAL, _material_about
from strongroom.crypto.wrap import unwrap
from strongroom.model.key import Key, KeyMaterial
from support.store_requests import ACCESS_KEY_ID, PASSWORD, RAW_SECRET, cloudhsm, external
from support.wrapping import FOR_EVER, OAEP_256, wrapped

LOGIN_PASSWORD, WRONG_PASSWORD = "correct Horse 7 battery", "wrong Horse 8 battery"
ALLOWED = {"root.key", "credentials"}


def spellings(secret: bytes) -> list[bytes]:
    """Return how a secret might have been written down."""
    return [
        secret,
        secret.hex().encode(),
        secret.hex().upper().encode(),
        base64.b64encode(secret),
        base64.urlsafe_b64encode(secret),
    ]


def materials(data: Path) -> list[bytes]:
    """Return the bytes of every key's material, opened the way the server opens them."""
    with contextlib.closing(open_store(data / "strongroom.db")) as store:
        keyring = open_keyring(store, data / "root.key", None)
        with store.snapshot() as view:
            found = [
                unwrap(keyring._domain_key, material.wrapped, _PURPOSE_MATERIAL, _material_about(material))
                for key in view.page(Key, {}, limit=1000)
                for material in view.page(KeyMaterial, of_key(key), limit=10)
            ]
            return [*found, keyring._domain_key]


def of_key(key: Key) -> dict[str, str]:
    return {"account": key.account, "region": key.region, "key_id": key.key_id}


def wrapped_for_import(kms: Any, material: bytes) -> dict[str, Any]:
    """Return the members of an ImportKeyMaterial into a key made for it."""
    key_id = kms.create_key(Origin="EXTERNAL")["KeyMetadata"]["KeyId"]
    parameters = kms.get_parameters_for_import(KeyId=key_id, WrappingAlgorithm=OAEP_256, WrappingKeySpec="RSA_2048")
    return {
        "KeyId": key_id,
        "ImportToken": parameters["ImportToken"],
        "EncryptedKeyMaterial": wrapped(parameters["PublicKey"], OAEP_256, material),
        **FOR_EVER,
    }


def sign_in(server: Any) -> None:
    """Give alice a password, and sign in as her by a wrong one and by the right one."""
    server.boto3("iam").create_login_profile(UserName="alice", Password=LOGIN_PASSWORD)
    account = server.boto3("sts").get_caller_identity()["Account"]
    client = server.fresh_boto3("strongroom", config=Config(signature_version=UNSIGNED))
    members = {"Account": account, "UserName": "alice"}
    with contextlib.suppress(ClientError):
        client.sign_in(**members, Password=WRONG_PASSWORD)
    assert client.sign_in(**members, Password=LOGIN_PASSWORD)["UserArn"].endswith(":user/alice")


def test_nothing_secret_lies_in_the_files(start_server: Any) -> None:
    server = start_server(workers=2)
    kms, secrets = server.boto3(), []
    for number in range(5):
        key_id = kms.create_key()["KeyMetadata"]["KeyId"]
        made = kms.generate_data_key(KeyId=key_id, KeySpec="AES_256", EncryptionContext={"number": str(number)})
        plaintext = b"a plaintext that nobody else writes %d" % number
        blob = kms.encrypt(KeyId=key_id, Plaintext=plaintext)["CiphertextBlob"]
        assert kms.decrypt(CiphertextBlob=blob)["Plaintext"] == plaintext
        secrets += [made["Plaintext"], plaintext, kms.generate_random(NumberOfBytes=32)["Plaintext"]]
    imported = token_bytes(32)
    members = wrapped_for_import(kms, imported)
    kms.import_key_material(**members)
    secrets += [imported, members["ImportToken"], members["EncryptedKeyMaterial"]]
    kms.create_custom_key_store(**cloudhsm())
    store_id = kms.create_custom_key_store(**external())["CustomKeyStoreId"]
    credential = {"AccessKeyId": ACCESS_KEY_ID, "RawSecretAccessKey": RAW_SECRET[::-1]}
    kms.update_custom_key_store(CustomKeyStoreId=store_id, XksProxyAuthenticationCredential=credential)
    secrets += [secret.encode() for secret in (PASSWORD, RAW_SECRET, RAW_SECRET[::-1])]
    session = server.boto3("sts").get_session_token()["Credentials"]
    secrets.append(session["SecretAccessKey"].encode())
    server.user("alice")
    sign_in(server)
    secrets += [LOGIN_PASSWORD.encode(), WRONG_PASSWORD.encode(), b"$argon2id$"]
    server.cli("service", "add", "s3")
    profiles = ("default", "alice", "service-s3")
    secrets += [server.profile(name).secret_access_key.encode() for name in profiles]
    server.session_boto3(session).list_keys()
    opened = materials(server.data)
    assert len(opened) == 7
    assert imported in opened
    secrets += opened

    for stopped in (False, True):
        if stopped:
            server.stop()
        searched = 0
        for path in server.data.rglob("*"):
            if path.is_file() and path.name not in ALLOWED:
                content = path.read_bytes()
                searched += 1
                assert [secret for secret in secrets for text in spellings(secret) if text in content] == [], path
        assert searched >= 4
    for name in ALLOWED:
        assert (server.data / name).stat().st_mode & 0o777 == 0o600
