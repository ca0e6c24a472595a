"""The account as a whole: its alias, and how much there is in it. Source: IAM API Reference, CreateAccountAlias and its kin."""

from strongroom.errors import EntityAlreadyExistsError, NoSuchEntityError, ValidationError
from strongroom.model.change import Delete, Insert
from strongroom.model.identity import (
    AccountAlias,
    Group,
    InstanceProfile,
    ManagedPolicy,
    OIDCProvider,
    PolicyVersion,
    Role,
    User,
)
from strongroom.operations.iam.access_keys import MAX_ACCESS_KEYS
from strongroom.operations.iam.attachments import MAX_ATTACHED
from strongroom.operations.iam.common import changed, on_anything, paged, reads, writes
from strongroom.operations.iam.groups import MAX_GROUPS_PER_USER
from strongroom.operations.iam.managed_policies import MAX_POLICY
from strongroom.operations.iam.policy_versions import MAX_VERSIONS
from strongroom.operations.iam.trust import MAX_TRUST_POLICY
from strongroom.operations.operation import Call, Outcome
from strongroom.wire.shapes import iam

# Default quotas as GetAccountSummary names them. Those of whole accounts are not enforced.
_QUOTAS = {
    "AccessKeysPerUserQuota": MAX_ACCESS_KEYS,
    "AssumeRolePolicySizeQuota": MAX_TRUST_POLICY,
    "AttachedPoliciesPerGroupQuota": MAX_ATTACHED,
    "AttachedPoliciesPerRoleQuota": MAX_ATTACHED,
    "AttachedPoliciesPerUserQuota": MAX_ATTACHED,
    "GroupPolicySizeQuota": 5120,
    "GroupsPerUserQuota": MAX_GROUPS_PER_USER,
    "GroupsQuota": 300,
    "InstanceProfilesQuota": 1000,
    "PoliciesQuota": 1500,
    "PolicySizeQuota": MAX_POLICY,
    "PolicyVersionsInUseQuota": 10_000,
    "RolePolicySizeQuota": 10_240,
    "RolesQuota": 1000,
    "ServerCertificatesQuota": 20,
    "SigningCertificatesPerUserQuota": 2,
    "UserPolicySizeQuota": 2048,
    "UsersQuota": 5000,
    "VersionsPerPolicyQuota": MAX_VERSIONS,
}
_ACCOUNT_DIGITS = 12
_TOKENS_OF_EVERY_REGION = {"GlobalEndpointTokenVersion": 2}
_NONE_HERE = (
    "AccountAccessKeysPresent", "AccountMFAEnabled", "AccountPasswordPresent", "AccountSigningCertificatesPresent",
    "MFADevices", "MFADevicesInUse", "ServerCertificates",
)  # fmt: skip


def _create_alias(call: Call, request: iam.CreateAccountAliasRequest) -> Outcome:
    alias = request.account_alias
    if len(alias) == _ACCOUNT_DIGITS and alias.isdigit():
        raise ValidationError("An account alias must not be a number of 12 digits: those are account ids.")
    present = call.view.get(AccountAlias, call.account)
    if present is not None and present.alias == alias:
        return changed()
    if call.view.count(AccountAlias, {"alias": alias}):
        raise EntityAlreadyExistsError(f"The account alias {alias} already exists.")
    replaced = (Delete(present),) if present is not None else ()
    return changed(*replaced, Insert(AccountAlias(call.account, alias)))


def _delete_alias(call: Call, request: iam.DeleteAccountAliasRequest) -> Outcome:
    present = call.view.get(AccountAlias, call.account)
    if present is None or present.alias != request.account_alias:
        raise NoSuchEntityError(f"The account alias {request.account_alias} cannot be found.")
    return changed(Delete(present))


def _list_aliases(call: Call, request: iam.ListAccountAliasesRequest) -> Outcome:
    present = call.view.get(AccountAlias, call.account)
    page = paged("ListAccountAliases", [(present.alias, present.alias)] if present is not None else [], request)
    return Outcome(
        iam.ListAccountAliasesResponse(
            account_aliases=list(page.items), is_truncated=page.truncated, marker=page.next_marker
        )
    )


def _get_summary(call: Call, _request: iam.GetAccountSummaryRequest) -> Outcome:
    here = {"account": call.account}
    counts = {
        "Groups": call.view.count(Group, here),
        "InstanceProfiles": call.view.count(InstanceProfile, here),
        "Policies": call.view.count(ManagedPolicy, here),
        "PolicyVersionsInUse": call.view.count(PolicyVersion, here),
        "Providers": call.view.count(OIDCProvider, here),
        "Roles": call.view.count(Role, here),
        "Users": call.view.count(User, here),
    }
    summary = dict(sorted({**_QUOTAS, **_TOKENS_OF_EVERY_REGION, **dict.fromkeys(_NONE_HERE, 0), **counts}.items()))
    return Outcome(iam.GetAccountSummaryResponse(summary_map=summary))


OPERATIONS = tuple(
    build(name, act, on_anything(f"iam:{name}"))
    for name, build, act in (
        ("CreateAccountAlias", writes, _create_alias),
        ("DeleteAccountAlias", writes, _delete_alias),
        ("ListAccountAliases", reads, _list_aliases),
        ("GetAccountSummary", reads, _get_summary),
    )
)
