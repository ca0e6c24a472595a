"""Rows of every kind that a store keeps."""

from typing import Any

from strongroom.model.custom_key_store import (
    ConnectionErrorCode,
    ConnectionState,
    Connectivity,
    CustomKeyStore,
    CustomKeyStoreRegister,
    StoreType,
)
from strongroom.model.grant import Grant
from strongroom.model.identity import (
    AccessKey,
    Account,
    AccountAlias,
    Attachment,
    Group,
    IdentityUse,
    InlinePolicy,
    InstanceProfile,
    LoginProfile,
    ManagedPolicy,
    Membership,
    OIDCProvider,
    PasswordPolicy,
    PolicyVersion,
    Role,
    User,
)
from strongroom.model.key import Alias, Key, KeyManager, KeyMaterial, KeyState, PolicyDocument
from strongroom.model.key_usage import KeyUsage, UsageMark
from strongroom.model.lease import Lease
from strongroom.model.service import Service
from strongroom.model.setting import Setting
from strongroom.model.trail import DeliveredLog, DigestChain, DigestKey, Trail, TrailDelivery, trail_arn

ACCOUNT, REGION = "111122223333", "us-east-1"
MEANT = ((f"arn:aws:iam::{ACCOUNT}:user/Alice", "AIDA"),)
TRAIL = trail_arn(REGION, ACCOUNT, "main")


def key(number: int = 1, **changed: Any) -> Key:
    fields: dict[str, Any] = {
        "account": ACCOUNT,
        "region": REGION,
        "key_id": f"00000000-0000-4000-8000-{number:012x}",
        "key_spec": "SYMMETRIC_DEFAULT",
        "key_usage": "ENCRYPT_DECRYPT",
        "state": KeyState.ENABLED,
        "origin": "AWS_KMS",
        "manager": KeyManager.CUSTOMER,
        "description": "",
        "policy_sha256": "ab" * 32,
        "material_id": "cd" * 32,
        "created_ms": 1_767_225_600_123,
    }
    return Key(**fields | changed)


def alias(name: str, target: int = 1) -> Alias:
    return Alias(ACCOUNT, REGION, f"alias/{name}", key(target).key_id, 1, 2)


def grant(number: int = 1, **changed: Any) -> Grant:
    grant_id = f"{number:064x}"
    fields: dict[str, Any] = {
        "account": ACCOUNT,
        "region": REGION,
        "key_id": key().key_id,
        "grantee": "AIDAALICEALICEALICE1",
        "grant_id": grant_id,
        "retiring": "",
        "issuing_account": ACCOUNT,
        "name": "",
        "operations": ("Decrypt", "Encrypt"),
        "context_equals": None,
        "context_subset": None,
        "source_arn": "",
        "fingerprint": grant_id,
        "created_ms": 1_767_225_600_123,
    }
    return Grant(**fields | changed)


def custom_key_store(number: int = 1, **changed: Any) -> CustomKeyStore:
    fields: dict[str, Any] = {
        "account": ACCOUNT,
        "region": REGION,
        "store_id": f"cks-{number:017x}",
        "name": f"store {number}",
        "store_type": StoreType.CLOUDHSM,
        "state": ConnectionState.DISCONNECTED,
        "created_ms": 1_767_225_600_123,
        "cluster_id": f"cluster-{number + 2222222:011}",
    }
    return CustomKeyStore(**fields | changed)


EVERY_NOUN = (
    key(1, description="été \0 \N{GRINNING FACE}", deletion_ms=5, multi_region=True, tags=(("a", "b"), ("c", ""))),
    KeyMaterial(ACCOUNT, REGION, key().key_id, "cd" * 32, bytes(range(256)), 7),
    alias("a"),
    grant(1, context_equals=frozenset({("É", "1"), ("é", "")}), name="a", retiring="s3.amazonaws.com"),
    PolicyDocument("ef" * 32, '{"Version":\n"2012-10-17"}', MEANT),
    Account(ACCOUNT, "first", 1),
    AccountAlias(ACCOUNT, "first-account"),
    User(ACCOUNT, "Alice", "AIDA", "/path/", 3, (("team", "blue"),), boundary=f"arn:aws:iam::{ACCOUNT}:policy/limit"),
    Group(ACCOUNT, "Staff", "AGPA", "/", 3),
    Role(ACCOUNT, "Deploy", "AROA", "/ci/", 3, "{}", "builds things", 7200, "", (("team", "red"),), trusted=MEANT),
    InstanceProfile(ACCOUNT, "Deploy", "AIPA", "/ci/", 3, "Deploy", (("team", "red"),)),
    PasswordPolicy(ACCOUNT, 14, require_numbers=True, users_may_change=True, max_age_days=90, reuse_prevention=24),
    Membership(ACCOUNT, "Alice", "Staff"),
    InlinePolicy(ACCOUNT, "user/Alice", "inline", "{}"),
    ManagedPolicy(ACCOUNT, "Limit", "ANPA", "/", 3, 4, 2, 5, "no more", (("team", "red"),)),
    PolicyVersion(ACCOUNT, "Limit", "v2", "{}", 4),
    Attachment(ACCOUNT, "role/Deploy", "arn:aws:iam::aws:policy/ReadOnlyAccess"),
    LoginProfile(ACCOUNT, "alice", b"\0wrapped", 4, reset_required=True),
    IdentityUse("AKIA", 5, "kms", "us-east-1"),
    OIDCProvider(ACCOUNT, "token.example.com", 3, ("sts.amazonaws.com", "a,b"), ("ab" * 20, "cd" * 20), (("a", ""),)),
    AccessKey("AKIA", ACCOUNT, "alice", b"\0wrapped", active=False, created_ms=4),
    Service("AKIB", ACCOUNT, "s3", "{}", ("arn:aws:s3:::a,b", "arn:aws:s3:::c*"), b"\0wrapped", 4),
    KeyUsage(ACCOUNT, REGION, key().key_id, "Encrypt", 1_767_225_600, "event", "request"),
    UsageMark("3", 7, 1024, 5),
    custom_key_store(
        store_type=StoreType.EXTERNAL,
        state=ConnectionState.FAILED,
        error_code=ConnectionErrorCode.XKS_PROXY_TIMED_OUT,
        cluster_id="",
        connectivity=Connectivity.PUBLIC_ENDPOINT,
        uri_endpoint="https://proxy.example.com",
        uri_path="/kms/xks/v1",
        access_key_id="A" * 20,
        wrapped_secret=b"\0wrapped",
    ),
    CustomKeyStoreRegister(ACCOUNT, REGION),
    Lease("rotation", "somebody", 8, ran_ms=7, result="1 done", done=3, failed=1),
    Setting("name", b"\xff\0"),
    Trail(
        TRAIL,
        ACCOUNT,
        REGION,
        "main",
        "bucket",
        "",
        1,
        logging=True,
        excluded_sources=("kms.amazonaws.com",),
        tags=(("a", "b"),),
    ),
    TrailDelivery(TRAIL, 5, positions=((0, 1, 2), (63, 4, 5)), error="no such bucket"),
    DigestChain(TRAIL, REGION, None, "directory", "bucket", "AWSLogs/digest", "ab", "cd"),
    DeliveredLog(
        TRAIL, REGION, "AWSLogs/log", "directory", "bucket", "ab", "2026-01-01T00:00:00Z", "2026-01-01T00:00:01Z"
    ),
    DigestKey(ACCOUNT, REGION, "ab", b"\0public", b"\0wrapped", 1, 2),
)
