"""Keys as such: DescribeKey, ListKeys, UpdateKeyDescription.

Source: AWS KMS API Reference, those actions; recorded answers for the texts.
"""

from dataclasses import replace

from strongroom.model.change import Update
from strongroom.model.key import Key
from strongroom.operations.kms.common import changed_key, on_anything, on_key
from strongroom.operations.kms.metadata import key_metadata
from strongroom.operations.operation import Call, Operation, Outcome, members
from strongroom.operations.paging import Listing
from strongroom.wire.shapes import kms

# --- DescribeKey, ListKeys, UpdateKeyDescription ---------------------------------------------------------------------


def _describe_key(call: Call, _request: kms.DescribeKeyRequest) -> Outcome:
    return Outcome(kms.DescribeKeyResponse(key_metadata=key_metadata(call.view, call.key)))


_SELF = "SELF"  # API Reference, ListKeys, ResourceOwners: the caller's own account
_KEYS = Listing("ListKeys", default=100, maximum=1000)


def _list_keys(call: Call, request: kms.ListKeysRequest) -> Outcome:
    if request.resource_owners is not None and _SELF not in request.resource_owners:
        return Outcome(kms.ListKeysResponse(keys=[], truncated=False))  # no account shares keys through RAM here
    where = {"account": call.account, "region": call.region}
    page = _KEYS.page_of(call.view, Key, where, "key_id", request.limit, request.marker)
    return Outcome(
        kms.ListKeysResponse(
            keys=[kms.KeyListEntry(key_id=key.key_id, key_arn=key.arn) for key in page.items],
            next_marker=page.next_marker,
            truncated=page.truncated,
        )
    )


def _update_key_description(call: Call, request: kms.UpdateKeyDescriptionRequest) -> Outcome:
    return changed_key(call.key, Update(replace(call.key, description=request.description)))


_S = kms.OPERATIONS

OPERATIONS = (
    Operation(
        _S["DescribeKey"],
        _describe_key,
        on_key("kms:DescribeKey", alias_allowed=True),
        logged=members(key_id="keyId"),
        inline=True,
        cross_account=True,
        first_use=True,
    ),
    Operation(
        _S["ListKeys"],
        _list_keys,
        on_anything("kms:ListKeys"),
        logged=members(limit="limit", marker="marker", resource_owners="resourceOwners"),
    ),
    Operation(
        _S["UpdateKeyDescription"],
        _update_key_description,
        on_key("kms:UpdateKeyDescription"),
        logged=members(key_id="keyId", description="description"),
        read_only=False,
    ),
)
