"""Making AWS managed and AWS owned keys, as changes: nobody calls CreateKey for them.

A managed key comes into being when DescribeKey names its predefined alias (``pipeline`` commits it with that answer), or when
a service first needs it. Its policy lets the account look and the service use; so every change of it is refused, in AWS's
words, by the ordinary evaluation. An owned key belongs to the system account, which has no principals.
Source: AWS KMS Developer Guide, "AWS managed keys", "AWS owned keys"; recorded key policies.
"""

import json
from collections.abc import Sequence
from hashlib import sha256

from strongroom.crypto.derive import MATERIAL_BYTES
from strongroom.crypto.keyring import Keyring
from strongroom.model.arn import root_arn
from strongroom.model.change import Change, Ensure, Insert
from strongroom.model.key import Alias, Key, KeyManager, KeyMaterial, KeyState, Origin, PolicyDocument
from strongroom.model.key_spec import ENCRYPT_DECRYPT, SYMMETRIC_DEFAULT
from strongroom.model.managed_key import PREDEFINED_PREFIX, ROTATION_DAYS, SYSTEM_ACCOUNT, ManagedService
from strongroom.model.random import RandomBytes
from strongroom.model.view import Snapshot
from strongroom.operations.kms.material import MATERIAL_ID_BYTES, new_key_id

_DAY_MS = 86_400_000

# Byte for byte as GetKeyPolicy returns it.
_MANAGED_POLICY = """{
  "Version" : "2012-10-17",
  "Id" : "%(policy_id)s",
  "Statement" : [ {
    "Sid" : "Allow access through %(called)s for all principals in the account that are authorized to use %(short)s",
    "Effect" : "Allow",
    "Principal" : {
      "AWS" : "*"
    },
    "Action" : %(use)s,
    "Resource" : "*",
    "Condition" : {
      "StringEquals" : {
        "kms:ViaService" : "%(via)s",
        "kms:CallerAccount" : "%(account)s"
      }
    }
  }, {
    "Sid" : "Allow direct access to key metadata to the account",
    "Effect" : "Allow",
    "Principal" : {
      "AWS" : "%(root)s"
    },
    "Action" : %(see)s,
    "Resource" : "*"
  } ]
}"""

_OWNED_POLICY = """{
  "Version" : "2012-10-17",
  "Statement" : [ {
    "Effect" : "Allow",
    "Principal" : {
      "AWS" : "%s"
    },
    "Action" : "kms:*",
    "Resource" : "*"
  } ]
}"""


def managed_key_policy(service: ManagedService, account: str, region: str) -> str:
    """Return the policy of a service's managed key."""
    return _MANAGED_POLICY % {
        "policy_id": service.policy_id,
        "called": service.called,
        "short": service.called.partition("(")[2].rstrip(")") or service.called,
        "use": _inline(service.use),
        "via": service.via_service(region),
        "account": account,
        "root": root_arn(account),
        "see": _inline(service.see),
    }


def _inline(actions: Sequence[str]) -> str:
    return f"[ {', '.join(map(json.dumps, actions))} ]"


def new_managed_key(
    service: ManagedService, account: str, region: str, keyring: Keyring, now_ms: int, random_bytes: RandomBytes
) -> tuple[Key, tuple[Change, ...]]:
    """Return a service's key for an account and Region, with the changes that make it and its alias.

    When two make it at once the alias lets only the first commit.
    """
    return _new_key(
        service.alias,
        service.description,
        managed_key_policy(service, account, region),
        account,
        region,
        keyring,
        now_ms,
        random_bytes,
    )


def owned_key(view: Snapshot, purpose: str, region: str) -> Key | None:
    """Return the AWS owned key that serves ``purpose`` in ``region``; None when it was not made yet."""
    alias = view.get(Alias, SYSTEM_ACCOUNT, region, PREDEFINED_PREFIX + purpose)
    return None if alias is None else view.get(Key, SYSTEM_ACCOUNT, region, alias.key_id)


def new_owned_key(
    purpose: str, region: str, keyring: Keyring, now_ms: int, random_bytes: RandomBytes
) -> tuple[Key, tuple[Change, ...]]:
    """Return an AWS owned key with the changes that make it; as with managed keys only the first commits."""
    return _new_key(
        PREDEFINED_PREFIX + purpose,
        "",
        _OWNED_POLICY % root_arn(SYSTEM_ACCOUNT),
        SYSTEM_ACCOUNT,
        region,
        keyring,
        now_ms,
        random_bytes,
    )


def _new_key(  # noqa: PLR0917 - what tells the two kinds apart, and where
    alias: str,
    description: str,
    policy: str,
    account: str,
    region: str,
    keyring: Keyring,
    now_ms: int,
    random_bytes: RandomBytes,
) -> tuple[Key, tuple[Change, ...]]:
    document = PolicyDocument(sha256(policy.encode()).hexdigest(), policy)
    key = Key(
        account=account,
        region=region,
        key_id=new_key_id(random_bytes),
        key_spec=SYMMETRIC_DEFAULT,
        key_usage=ENCRYPT_DECRYPT,
        state=KeyState.ENABLED,
        origin=Origin.AWS_KMS,
        manager=KeyManager.AWS,
        description=description,
        policy_sha256=document.sha256,
        material_id=random_bytes(MATERIAL_ID_BYTES).hex(),
        created_ms=now_ms,
        rotation_period_days=ROTATION_DAYS,
        rotation_ms=now_ms + ROTATION_DAYS * _DAY_MS,
    )
    bare = KeyMaterial(account, region, key.key_id, key.material_id, b"", now_ms)
    material = keyring.wrap_material(bare, random_bytes(MATERIAL_BYTES), random_bytes)
    named = Alias(account, region, alias, key.key_id, now_ms, now_ms)
    return key, (Ensure(document), Insert(key), Insert(material), Insert(named))
