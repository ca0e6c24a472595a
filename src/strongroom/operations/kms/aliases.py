"""Aliases: CreateAlias, UpdateAlias, DeleteAlias, ListAliases.

Each of the first three needs its action on the alias *and* on every key involved. Source: AWS KMS API Reference, those
actions; AWS KMS Developer Guide, "Controlling access to aliases".
"""

import re
from collections.abc import Collection
from dataclasses import replace

from strongroom.errors import (
    AlreadyExistsError,
    InvalidAliasNameError,
    LimitExceededError,
    NotAuthorizedError,
    NotFoundError,
    ValidationError,
)
from strongroom.model.arn import alias_arn
from strongroom.model.change import Change, Delete, Expect, Insert, Update
from strongroom.model.key import Alias, Key, KeyManager
from strongroom.model.key_state import check_state
from strongroom.model.managed_key import PREDEFINED, PREDEFINED_PREFIX
from strongroom.model.permission import ANY_RESOURCE, AliasRef, AliasTarget, KeyRef, Permission
from strongroom.model.principal import Principal
from strongroom.operations.operation import Call, Operation, Outcome, members
from strongroom.operations.paging import Listing
from strongroom.operations.resolve import HiddenKeyError, find_alias, find_key
from strongroom.wire.shapes import kms

_PREFIX = "alias/"
_NAME = re.compile(r"alias/[a-zA-Z0-9/_:-]+")


def _check_name(name: str) -> None:
    if not name.startswith(_PREFIX):
        raise ValidationError(
            'Alias must start with the prefix "alias/". Please see '
            "https://docs.aws.amazon.com/kms/latest/developerguide/kms-alias.html"
        )
    if name.startswith(PREDEFINED_PREFIX) or name == PREDEFINED_PREFIX.rstrip("/"):
        raise NotAuthorizedError


def _check_target(target: str) -> None:
    if target.startswith(_PREFIX) or ":alias/" in target:
        raise ValidationError("Aliases must refer to keys. Not aliases")


def _changed_alias(alias: Alias, key: Key, *changes: Change) -> Outcome:
    """Return the outcome of a change: its record names the key in its elements, and the alias among the resources."""
    return Outcome(None, changes, response_elements={"keyId": key.arn}, touched=(alias.arn,))


# --- CreateAlias -----------------------------------------------------------------------------------------------------


def _create_alias_permissions(request: kms.CreateAliasRequest, _caller: Principal) -> tuple[Permission, ...]:
    _check_name(request.alias_name)
    if not _NAME.fullmatch(
        request.alias_name
    ):  # an error that CreateAlias alone declares: to the others it is no alias
        raise InvalidAliasNameError(f"{request.alias_name} contains invalid characters for an alias")
    _check_target(request.target_key_id)
    return (
        Permission("kms:CreateAlias", AliasRef(request.alias_name)),
        Permission("kms:CreateAlias", KeyRef(request.target_key_id)),
    )


def _check_customer_managed(key: Key) -> None:
    if key.manager is not KeyManager.CUSTOMER:
        raise NotAuthorizedError


def _check_room(call: Call, key: Key) -> None:
    """Errors: LimitExceededError. Who gets the room writes the key's row: of two who count at once, one counts again."""
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
    return _changed_alias(alias, key, Update(key), Insert(alias))


# --- UpdateAlias -----------------------------------------------------------------------------------------------------


def _update_alias_permissions(request: kms.UpdateAliasRequest, _caller: Principal) -> tuple[Permission, ...]:
    _check_name(request.alias_name)
    _check_target(request.target_key_id)
    return (
        Permission("kms:UpdateAlias", KeyRef(request.target_key_id)),
        Permission("kms:UpdateAlias", AliasRef(request.alias_name)),
        Permission("kms:UpdateAlias", AliasTarget(request.alias_name)),
    )


def _check_same_kind(alias: Alias, present: Key, target: Key) -> None:
    """An alias stays with keys that do the same: both symmetric, asymmetric or HMAC, and for the same usage."""
    if present.key_usage != target.key_usage:
        raise ValidationError(
            f"Alias {alias.arn} cannot be changed from a CMK with key usage {present.key_usage} to a CMK with key usage "
            f"{target.key_usage}. The key usage for both CMKs must be the same."
        )
    if present.spec.is_asymmetric != target.spec.is_asymmetric:  # with one usage in common that leaves encryption
        raise ValidationError(
            f"Alias {alias.arn} cannot be changed from a CMK with key spec {present.key_spec} to a CMK with key spec "
            f"{target.key_spec}. Both CMKs must be symmetric or both asymmetric."
        )


def _update_alias(call: Call, request: kms.UpdateAliasRequest) -> Outcome:
    target, present = call.keys
    check_state(call.operation, target)
    _check_customer_managed(target)
    alias = find_alias(call.view, request.alias_name, call.account, call.region)
    _check_same_kind(alias, present, target)
    moved = replace(alias, key_id=target.key_id, updated_ms=call.now_ms)
    if alias.key_id == target.key_id:
        return _changed_alias(alias, target, Expect(target), Update(moved))
    _check_room(call, target)
    return _changed_alias(alias, target, Update(target), Update(moved))


# --- DeleteAlias, ListAliases ----------------------------------------------------------------------------------------


def _delete_alias_permissions(request: kms.DeleteAliasRequest, _caller: Principal) -> tuple[Permission, ...]:
    _check_name(request.alias_name)
    return (
        Permission("kms:DeleteAlias", AliasTarget(request.alias_name)),
        Permission("kms:DeleteAlias", AliasRef(request.alias_name)),
    )


def _delete_alias(call: Call, request: kms.DeleteAliasRequest) -> Outcome:
    alias = find_alias(call.view, request.alias_name, call.account, call.region)
    return _changed_alias(alias, call.key, Delete(alias))


_ALIASES = Listing("ListAliases", default=50, maximum=100)


def _list_aliases_permissions(_request: kms.ListAliasesRequest, _caller: Principal) -> tuple[Permission, ...]:
    return (Permission("kms:ListAliases", ANY_RESOURCE),)


def _list_aliases(call: Call, request: kms.ListAliasesRequest) -> Outcome:
    """All aliases of a Region, with the predefined ones that have no key yet; or those of one key."""
    where = {"account": call.account, "region": call.region}
    predefined: Collection[str] = PREDEFINED
    if request.key_id is not None:
        where["key_id"] = _key_of_the_account(call, request.key_id).key_id
        predefined = ()
    page = _ALIASES.merged_page_of(call.view, Alias, where, "name", request.limit, request.marker, predefined)
    return Outcome(
        kms.ListAliasesResponse(
            aliases=[_entry(call, alias) for alias in page.items],
            next_marker=page.next_marker,
            truncated=page.truncated,
        )
    )


def _key_of_the_account(call: Call, key_id: str) -> Key:
    """Errors: NotFoundError, also for what lies in another account."""
    try:
        key = find_key(call.view, KeyRef(key_id), call.account, call.region)
    except HiddenKeyError as hidden:
        raise NotFoundError(f"Key '{hidden.arn}' does not exist") from None
    if key.account != call.account:
        raise NotFoundError(f"Key '{key.arn}' does not exist")
    return key


def _entry(call: Call, alias: Alias | str) -> kms.AliasListEntry:
    if isinstance(alias, str):
        return kms.AliasListEntry(alias_name=alias, alias_arn=alias_arn(call.region, call.account, alias))
    return kms.AliasListEntry(
        alias_name=alias.name,
        alias_arn=alias.arn,
        target_key_id=alias.key_id,
        creation_date=alias.created_ms / 1000,
        last_updated_date=alias.updated_ms / 1000,
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
