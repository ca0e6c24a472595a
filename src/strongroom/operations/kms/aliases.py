"""Aliases: CreateAlias, UpdateAlias, DeleteAlias, ListAliases.

Each of the first three needs its action on the alias *and* on every key involved. Source: AWS KMS API Reference, those
actions; AWS KMS Developer Guide, "Controlling access to aliases".
"""

import re
from dataclasses import replace

from strongroom.errors import (
    AlreadyExistsError,
    InvalidAliasNameError,
    LimitExceededError,
    NotAuthorizedError,
    ValidationError,
)
from strongroom.model.change import Delete, Expect, Insert, Update
from strongroom.model.key import Alias, Key, KeyManager
from strongroom.model.key_state import check_state
from strongroom.model.permission import ANY_RESOURCE, AliasRef, AliasTarget, KeyRef, Permission
from strongroom.model.principal import Principal
from strongroom.operations.operation import Call, Operation, Outcome, members
from strongroom.operations.paging import Listing
from strongroom.operations.resolve import find_alias, find_key
from strongroom.wire.shapes import kms

_PREFIX = "alias/"
_RESERVED = "alias/aws/"
_NAME = re.compile(r"alias/[a-zA-Z0-9/_:-]+")


def _check_name(name: str) -> None:
    if not name.startswith(_PREFIX):
        raise ValidationError(
            'Alias must start with the prefix "alias/". Please see '
            "https://docs.aws.amazon.com/kms/latest/developerguide/kms-alias.html"
        )
    if name.startswith(_RESERVED) or name == _RESERVED.rstrip("/"):
        raise NotAuthorizedError
    if not _NAME.fullmatch(name):
        raise InvalidAliasNameError(f"{name} contains invalid characters for an alias")


def _check_target(target: str) -> None:
    if target.startswith(_PREFIX) or ":alias/" in target:
        raise ValidationError("Aliases must refer to keys. Not aliases")


# --- CreateAlias -----------------------------------------------------------------------------------------------------


def _create_alias_permissions(request: kms.CreateAliasRequest, _caller: Principal) -> tuple[Permission, ...]:
    _check_name(request.alias_name)
    _check_target(request.target_key_id)
    return (
        Permission("kms:CreateAlias", AliasRef(request.alias_name)),
        Permission("kms:CreateAlias", KeyRef(request.target_key_id)),
    )


def _check_customer_managed(key: Key) -> None:
    if key.manager is not KeyManager.CUSTOMER:
        raise NotAuthorizedError


def _check_room(call: Call, key: Key) -> None:
    where = {"account": key.account, "region": key.region, "key_id": key.key_id}
    if call.view.count(Alias, where) >= (most := call.quotas.aliases_per_key):
        raise LimitExceededError(f"You cannot create more than {most} aliases for key {key.arn}.")


def _create_alias(call: Call, request: kms.CreateAliasRequest) -> Outcome:
    key = call.key
    _check_customer_managed(key)
    alias = Alias(key.account, key.region, request.alias_name, key.key_id, call.now_ms, call.now_ms)
    if call.view.get(Alias, alias.account, alias.region, alias.name) is not None:
        raise AlreadyExistsError(f"An alias with the name {alias.arn} already exists")
    _check_room(call, key)
    return Outcome(None, (Expect(key), Insert(alias)), touched=(alias.arn,))


# --- UpdateAlias -----------------------------------------------------------------------------------------------------


def _update_alias_permissions(request: kms.UpdateAliasRequest, _caller: Principal) -> tuple[Permission, ...]:
    _check_name(request.alias_name)
    _check_target(request.target_key_id)
    return (
        Permission("kms:UpdateAlias", KeyRef(request.target_key_id)),
        Permission("kms:UpdateAlias", AliasRef(request.alias_name)),
        Permission("kms:UpdateAlias", AliasTarget(request.alias_name)),
    )


def _update_alias(call: Call, request: kms.UpdateAliasRequest) -> Outcome:
    target, present = call.keys
    check_state(call.operation, target)
    _check_customer_managed(target)
    alias = find_alias(call.view, request.alias_name, call.account, call.region)
    if present.key_usage != target.key_usage:
        raise ValidationError(
            f"Alias {alias.arn} cannot be changed from a CMK with key usage {present.key_usage} to a CMK with key usage "
            f"{target.key_usage}. The key usage for both CMKs must be the same."
        )
    if alias.key_id != target.key_id:
        _check_room(call, target)
    moved = replace(alias, key_id=target.key_id, updated_ms=call.now_ms)
    return Outcome(None, (Expect(target), Update(moved)), touched=(alias.arn,))


# --- DeleteAlias, ListAliases ----------------------------------------------------------------------------------------


def _delete_alias_permissions(request: kms.DeleteAliasRequest, _caller: Principal) -> tuple[Permission, ...]:
    _check_name(request.alias_name)
    return (
        Permission("kms:DeleteAlias", AliasTarget(request.alias_name)),
        Permission("kms:DeleteAlias", AliasRef(request.alias_name)),
    )


def _delete_alias(call: Call, request: kms.DeleteAliasRequest) -> Outcome:
    alias = find_alias(call.view, request.alias_name, call.account, call.region)
    return Outcome(None, (Delete(alias),), touched=(alias.arn,))


_ALIASES = Listing("ListAliases", default=50, maximum=100)


def _list_aliases_permissions(_request: kms.ListAliasesRequest, _caller: Principal) -> tuple[Permission, ...]:
    return (Permission("kms:ListAliases", ANY_RESOURCE),)


def _list_aliases(call: Call, request: kms.ListAliasesRequest) -> Outcome:
    where = {"account": call.account, "region": call.region}
    if request.key_id is not None:
        where["key_id"] = find_key(call.view, KeyRef(request.key_id), call.account, call.region).key_id
    page = _ALIASES.page_of(call.view, Alias, where, "name", request.limit, request.marker)
    return Outcome(
        kms.ListAliasesResponse(
            aliases=[
                kms.AliasListEntry(
                    alias_name=alias.name,
                    alias_arn=alias.arn,
                    target_key_id=alias.key_id,
                    creation_date=alias.created_ms / 1000,
                    last_updated_date=alias.updated_ms / 1000,
                )
                for alias in page.items
            ],
            next_marker=page.next_marker,
            truncated=page.truncated,
        )
    )


_S = kms.OPERATIONS

OPERATIONS = (
    Operation(
        _S["CreateAlias"],
        _create_alias,
        _create_alias_permissions,
        logged=members(alias_name="aliasName", target_key_id="targetKeyId"),
        read_only=False,
    ),
    Operation(
        _S["UpdateAlias"],
        _update_alias,
        _update_alias_permissions,
        logged=members(alias_name="aliasName", target_key_id="targetKeyId"),
        read_only=False,
        key_states=False,  # only the *new* target's state counts; the operation is not refused for the old one's
    ),
    Operation(
        _S["DeleteAlias"],
        _delete_alias,
        _delete_alias_permissions,
        logged=members(alias_name="aliasName"),
        read_only=False,
    ),
    Operation(
        _S["ListAliases"],
        _list_aliases,
        _list_aliases_permissions,
        logged=members(key_id="keyId", limit="limit", marker="marker"),
    ),
)
