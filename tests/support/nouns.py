"""Rows of every kind that a store keeps."""

from typing import Any

from strongroom.model.identity import AccessKey, Account, User, UserPolicy
from strongroom.model.key import Alias, Key, KeyManager, KeyMaterial, KeyState, PolicyDocument
from strongroom.model.key_usage import KeyUsage, UsageMark
from strongroom.model.setting import Setting

ACCOUNT, REGION = "111122223333", "us-east-1"


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


EVERY_NOUN = (
    key(1, description="été \0 \N{GRINNING FACE}", deletion_ms=5, multi_region=True, tags=(("a", "b"), ("c", ""))),
    KeyMaterial(ACCOUNT, REGION, key().key_id, "cd" * 32, bytes(range(256)), 7),
    alias("a"),
    PolicyDocument("ef" * 32, '{"Version":\n"2012-10-17"}'),
    Account(ACCOUNT, "first", 1),
    User(ACCOUNT, "alice", "AIDA", "/path/", 3, (("team", "blue"),)),
    UserPolicy(ACCOUNT, "alice", "inline", "{}"),
    AccessKey("AKIA", ACCOUNT, "alice", b"\0wrapped", active=False, created_ms=4),
    KeyUsage(ACCOUNT, REGION, key().key_id, "Encrypt", 1_767_225_600, "event", "request"),
    UsageMark("3", 7, 1024, 5),
    Setting("name", b"\xff\0"),
)
