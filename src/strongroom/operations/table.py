"""Every operation that is built, by service and name: the place to add the next one."""

from collections.abc import Mapping
from types import MappingProxyType

from strongroom.operations.cloudtrail import lookup, recording, trails
from strongroom.operations.cloudtrail import tags as trail_tags
from strongroom.operations.console import events as console_events
from strongroom.operations.console import explain as console_explain
from strongroom.operations.console import keys as console_keys
from strongroom.operations.console import policies as console_policies
from strongroom.operations.console import sign_in, status
from strongroom.operations.console import usage as console_usage
from strongroom.operations.iam import (
    absent,
    access_keys,
    account,
    account_details,
    attachments,
    boundaries,
    credential_report,
    granting,
    groups,
    inline_policies,
    instance_profiles,
    last_accessed,
    login_profiles,
    managed_policies,
    oidc_providers,
    password_policy,
    policy_versions,
    roles,
    simulate,
    users,
)
from strongroom.operations.iam import tags as iam_tags
from strongroom.operations.kms import (
    aliases,
    create_key,
    custom_key_stores,
    data_key_pairs,
    data_keys,
    encryption,
    grant_ends,
    grants,
    imports,
    keys,
    lifecycle,
    macs,
    multi_region,
    policies,
    public_keys,
    rotation,
    shared_secrets,
    signing,
    tags,
    usage,
)
from strongroom.operations.operation import Operation
from strongroom.operations.sts import assume_role, authorization_messages, identity, sessions, web_identity
from strongroom.wire.shape import OperationShape
from strongroom.wire.shapes import cloudtrail, iam, kms, strongroom, sts


def _by_name(*families: tuple[Operation, ...]) -> Mapping[str, Operation]:
    return MappingProxyType({operation.name: operation for family in families for operation in family})


BUILT: Mapping[str, Mapping[str, Operation]] = MappingProxyType(
    {
        "kms": _by_name(
            create_key.OPERATIONS,
            keys.OPERATIONS,
            lifecycle.OPERATIONS,
            aliases.OPERATIONS,
            tags.OPERATIONS,
            policies.OPERATIONS,
            encryption.OPERATIONS,
            data_keys.OPERATIONS,
            usage.OPERATIONS,
            grants.OPERATIONS,
            grant_ends.OPERATIONS,
            custom_key_stores.OPERATIONS,
            data_key_pairs.OPERATIONS,
            public_keys.OPERATIONS,
            signing.OPERATIONS,
            macs.OPERATIONS,
            shared_secrets.OPERATIONS,
            imports.OPERATIONS,
            multi_region.OPERATIONS,
            rotation.OPERATIONS,
        ),
        "sts": _by_name(
            identity.OPERATIONS,
            sessions.OPERATIONS,
            assume_role.OPERATIONS,
            web_identity.OPERATIONS,
            authorization_messages.OPERATIONS,
        ),
        "iam": _by_name(
            users.OPERATIONS,
            boundaries.OPERATIONS,
            access_keys.OPERATIONS,
            groups.OPERATIONS,
            roles.OPERATIONS,
            inline_policies.OPERATIONS,
            managed_policies.OPERATIONS,
            policy_versions.OPERATIONS,
            attachments.OPERATIONS,
            oidc_providers.OPERATIONS,
            iam_tags.OPERATIONS,
            account.OPERATIONS,
            instance_profiles.OPERATIONS,
            password_policy.OPERATIONS,
            account_details.OPERATIONS,
            simulate.OPERATIONS,
            login_profiles.OPERATIONS,
            credential_report.OPERATIONS,
            granting.OPERATIONS,
            last_accessed.OPERATIONS,
            absent.OPERATIONS,
        ),
        "cloudtrail": _by_name(
            trails.OPERATIONS,
            recording.OPERATIONS,
            trail_tags.OPERATIONS,
            lookup.OPERATIONS,
        ),
        "strongroom": _by_name(
            console_keys.OPERATIONS,
            console_events.OPERATIONS,
            console_usage.OPERATIONS,
            console_explain.OPERATIONS,
            console_policies.OPERATIONS,
            status.OPERATIONS,
            sign_in.OPERATIONS,
        ),
    }
)

MODELLED: Mapping[str, Mapping[str, OperationShape]] = MappingProxyType(
    {
        "kms": kms.OPERATIONS,
        "sts": sts.OPERATIONS,
        "iam": iam.OPERATIONS,
        "cloudtrail": cloudtrail.OPERATIONS,
        "strongroom": strongroom.OPERATIONS,
    }
)


def not_built(service: str) -> tuple[str, ...]:
    """Return the names of the operations that have shapes and are not built, in order."""
    return tuple(sorted(MODELLED[service].keys() - BUILT[service].keys()))


MISSING: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "kms": kms.OTHERS.union(not_built("kms")),
        "sts": sts.OTHERS.union(not_built("sts")),
        "iam": iam.OTHERS.union(not_built("iam")),
        "cloudtrail": cloudtrail.OTHERS.union(not_built("cloudtrail")),
        "strongroom": strongroom.OTHERS.union(not_built("strongroom")),
    }
)
"""The names of AWS's operations that this version has not: they are refused by name, not taken for misspellings."""

MISSING_UNSIGNED = frozenset({"AssumeRoleWithSAML"})
"""Those of them that nobody signs."""

INLINE_TARGETS = frozenset(
    {b"", *(f"TrentService.{name}".encode() for name, operation in BUILT["kms"].items() if operation.inline)}
)
"""Values of X-Amz-Target that may be decided on cached state; the empty one is the query dialect's (and nonsense)."""
