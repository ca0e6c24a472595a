"""Adding services, as changes: each gets an access key and a policy of its own. The command line makes them with this.

What services are is in ``model.service``; docs/services.md tells operators.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from strongroom.authn.session import new_access_key_id, new_secret_access_key
from strongroom.authz.acceptance import accept_policy
from strongroom.authz.policy import PolicyKind
from strongroom.crypto.keyring import Keyring
from strongroom.errors import ValidationError
from strongroom.model.change import Change, Insert
from strongroom.model.managed_key import PREDEFINED, PREDEFINED_PREFIX
from strongroom.model.random import RandomBytes
from strongroom.model.service import Service

SERVICE_POLICY = "service-policy"
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,61}[a-z0-9]")
_SOURCE_ARN = re.compile(r"arn:[^:]+:[^:]+:[^:]*:([^:]*):.+")
_USE = ("kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:CreateGrant", "kms:DescribeKey")


@dataclass(frozen=True, slots=True)
class NewService:
    """``secret_access_key`` exists in the clear only here, for the one time it is written down."""

    service: Service
    access_key_id: str
    secret_access_key: str = field(repr=False)
    changes: tuple[Change, ...] = field(repr=False)


def default_policy(name: str) -> str:
    """Return what a service may do where a key policy leaves it to the account: use keys, through itself."""
    statement = {
        "Effect": "Allow",
        "Action": _USE,
        "Resource": "*",
        "Condition": {"StringLike": {"kms:ViaService": f"{name}.*.amazonaws.com"}},
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]}, indent=2)


def new_service(
    keyring: Keyring,
    account: str,
    name: str,
    policy: str | None,
    source_arns: Sequence[str],
    now_ms: int,
    *,
    random_bytes: RandomBytes,
) -> NewService:
    """Return a service that acts for ``account``. Errors: ValidationError, MalformedPolicyDocumentError."""
    _check_name(name)
    for text in source_arns:
        _check_source_arn(text, account)
    if policy is not None:
        accept_policy(policy, PolicyKind.IDENTITY, SERVICE_POLICY)
    access_key_id = new_access_key_id(random_bytes)
    secret = new_secret_access_key(random_bytes)
    service = Service(
        access_key_id=access_key_id,
        account=account,
        name=name,
        policy=policy if policy is not None else default_policy(name),
        source_arns=tuple(source_arns),
        wrapped_secret=keyring.wrap_secret_access_key(access_key_id, secret.encode(), random_bytes),
        created_ms=now_ms,
    )
    return NewService(service, access_key_id, secret, (Insert(service),))


def _check_name(name: str) -> None:
    if not _NAME.fullmatch(name):
        raise ValidationError(
            f"{name!r} is no name of a service: write the first word of its principal, as s3 of s3.amazonaws.com."
        )
    managed = PREDEFINED.get(PREDEFINED_PREFIX + name)
    if managed is not None and managed.via:
        raise ValidationError(f"The calls of {name} come through {managed.via}: add {managed.via} instead.")


def _check_source_arn(text: str, account: str) -> None:
    """Refuse a pattern that no resource of the account could match."""
    found = _SOURCE_ARN.fullmatch(text)
    if found is None or found[1] not in ("", "*", account):
        raise ValidationError(f"{text!r} is no ARN of a resource of account {account}, such as arn:aws:s3:::bucket.")
