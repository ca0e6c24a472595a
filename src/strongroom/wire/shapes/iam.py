"""The shapes of AWS Identity and Access Management, API version 2010-05-08. Generated: do not edit.

By ``python tools/generate_shapes.py`` from botocore 1.44.5.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, ClassVar, Literal

from msgspec import Meta, field

from strongroom.wire.shape import OperationShape, Shape, Timestamp

ArnType = Annotated[str, Meta(min_length=20, max_length=2048)]


ClientIDType = Annotated[str, Meta(min_length=1, max_length=255)]


class AddClientIDToOpenIDConnectProviderRequest(Shape, frozen=True, kw_only=True):
    open_id_connect_provider_arn: ArnType = field(name="OpenIDConnectProviderArn")
    client_id: ClientIDType = field(name="ClientID")


InstanceProfileNameType = Annotated[str, Meta(min_length=1, max_length=128, pattern='\\A(?a:[\\w+=,.@-]+)\\Z')]


RoleNameType = Annotated[str, Meta(min_length=1, max_length=64, pattern='\\A(?a:[\\w+=,.@-]+)\\Z')]


class AddRoleToInstanceProfileRequest(Shape, frozen=True, kw_only=True):
    instance_profile_name: InstanceProfileNameType
    role_name: RoleNameType


GroupNameType = Annotated[str, Meta(min_length=1, max_length=128, pattern='\\A(?a:[\\w+=,.@-]+)\\Z')]


ExistingUserNameType = Annotated[str, Meta(min_length=1, max_length=128, pattern='\\A(?a:[\\w+=,.@-]+)\\Z')]


class AddUserToGroupRequest(Shape, frozen=True, kw_only=True):
    group_name: GroupNameType
    user_name: ExistingUserNameType


class AttachGroupPolicyRequest(Shape, frozen=True, kw_only=True):
    group_name: GroupNameType
    policy_arn: ArnType


class AttachRolePolicyRequest(Shape, frozen=True, kw_only=True):
    role_name: RoleNameType
    policy_arn: ArnType


UserNameType = Annotated[str, Meta(min_length=1, max_length=64, pattern='\\A(?a:[\\w+=,.@-]+)\\Z')]


class AttachUserPolicyRequest(Shape, frozen=True, kw_only=True):
    user_name: UserNameType
    policy_arn: ArnType


PasswordType = Annotated[str, Meta(min_length=1, max_length=128, pattern='\\A(?a:[\\u0009\\u000A\\u000D\\u0020-\\u00FF]+)\\Z')]


class ChangePasswordRequest(Shape, frozen=True, kw_only=True):
    HIDDEN: ClassVar[frozenset[str]] = frozenset({"old_password", "new_password"})

    old_password: PasswordType
    new_password: PasswordType


class CreateAccessKeyRequest(Shape, frozen=True, kw_only=True):
    user_name: ExistingUserNameType | None = None


class AccessKey(Shape, frozen=True, kw_only=True):
    HIDDEN: ClassVar[frozenset[str]] = frozenset({"secret_access_key"})

    user_name: str
    access_key_id: str
    status: str
    secret_access_key: str
    create_date: Timestamp | None = None


class CreateAccessKeyResponse(Shape, frozen=True, kw_only=True):
    access_key: AccessKey


AccountAliasType = Annotated[str, Meta(min_length=3, max_length=63, pattern='\\A(?a:^[a-z0-9]([a-z0-9]|-(?!-)){1,61}[a-z0-9]$)\\Z')]


class CreateAccountAliasRequest(Shape, frozen=True, kw_only=True):
    account_alias: AccountAliasType


PathType = Annotated[str, Meta(min_length=1, max_length=512, pattern='\\A(?a:(\\u002F)|(\\u002F[\\u0021-\\u007E]+\\u002F))\\Z')]


class CreateGroupRequest(Shape, frozen=True, kw_only=True):
    path: PathType | None = None
    group_name: GroupNameType


class Group(Shape, frozen=True, kw_only=True):
    path: str
    group_name: str
    group_id: str
    arn: str
    create_date: Timestamp


class CreateGroupResponse(Shape, frozen=True, kw_only=True):
    group: Group


TagKeyType = Annotated[str, Meta(min_length=1, max_length=128, pattern='\\A(?:[\\w \\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000\\w_.:/=+\\-@]+)\\Z', extra={'pattern': '[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]+'})]


TagValueType = Annotated[str, Meta(max_length=256, pattern='\\A(?:[\\w \\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000\\w_.:/=+\\-@]*)\\Z', extra={'pattern': '[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*'})]


class Tag(Shape, frozen=True, kw_only=True):
    key: TagKeyType
    value: TagValueType


TagListType = Annotated[list[Tag], Meta(max_length=50)]


class CreateInstanceProfileRequest(Shape, frozen=True, kw_only=True):
    instance_profile_name: InstanceProfileNameType
    path: PathType | None = None
    tags: TagListType | None = None


class AttachedPermissionsBoundary(Shape, frozen=True, kw_only=True):
    permissions_boundary_type: str | None = None
    permissions_boundary_arn: str | None = None


class RoleLastUsed(Shape, frozen=True, kw_only=True):
    last_used_date: Timestamp | None = None
    region: str | None = None


class SourceRoleTemplate(Shape, frozen=True, kw_only=True):
    template_arn: str
    template_minor_version: int


class Role(Shape, frozen=True, kw_only=True):
    path: str
    role_name: str
    role_id: str
    arn: str
    create_date: Timestamp
    assume_role_policy_document: str | None = None
    description: str | None = None
    max_session_duration: int | None = None
    permissions_boundary: AttachedPermissionsBoundary | None = None
    tags: list[Tag] | None = None
    role_last_used: RoleLastUsed | None = None
    source_role_template: SourceRoleTemplate | None = None


class InstanceProfile(Shape, frozen=True, kw_only=True):
    path: str
    instance_profile_name: str
    instance_profile_id: str
    arn: str
    create_date: Timestamp
    roles: list[Role]
    tags: list[Tag] | None = None


class CreateInstanceProfileResponse(Shape, frozen=True, kw_only=True):
    instance_profile: InstanceProfile


class CreateLoginProfileRequest(Shape, frozen=True, kw_only=True):
    HIDDEN: ClassVar[frozenset[str]] = frozenset({"password"})

    user_name: UserNameType | None = None
    password: PasswordType | None = None
    password_reset_required: bool | None = None


class LoginProfile(Shape, frozen=True, kw_only=True):
    user_name: str
    create_date: Timestamp
    password_reset_required: bool | None = None


class CreateLoginProfileResponse(Shape, frozen=True, kw_only=True):
    login_profile: LoginProfile


OpenIDConnectProviderUrlType = Annotated[str, Meta(min_length=1, max_length=255)]


ThumbprintType = Annotated[str, Meta(min_length=40, max_length=40)]


class CreateOpenIDConnectProviderRequest(Shape, frozen=True, kw_only=True):
    url: OpenIDConnectProviderUrlType
    client_id_list: list[ClientIDType] | None = field(default=None, name="ClientIDList")
    thumbprint_list: list[ThumbprintType] | None = None
    tags: TagListType | None = None


class CreateOpenIDConnectProviderResponse(Shape, frozen=True, kw_only=True):
    open_id_connect_provider_arn: str | None = field(default=None, name="OpenIDConnectProviderArn")
    tags: list[Tag] | None = None


PolicyNameType = Annotated[str, Meta(min_length=1, max_length=128, pattern='\\A(?a:[\\w+=,.@-]+)\\Z')]


PolicyPathType = Annotated[str, Meta(min_length=1, max_length=512, pattern='\\A(?a:((/[A-Za-z0-9\\.,\\+@=_-]+)*)/)\\Z')]


PolicyDocumentType = Annotated[str, Meta(min_length=1, max_length=131072, pattern='\\A(?a:[\\u0009\\u000A\\u000D\\u0020-\\u00FF]+)\\Z')]


PolicyDescriptionType = Annotated[str, Meta(max_length=1000)]


class CreatePolicyRequest(Shape, frozen=True, kw_only=True):
    policy_name: PolicyNameType
    path: PolicyPathType | None = None
    policy_document: PolicyDocumentType
    description: PolicyDescriptionType | None = None
    tags: TagListType | None = None


class Policy(Shape, frozen=True, kw_only=True):
    policy_name: str | None = None
    policy_id: str | None = None
    arn: str | None = None
    path: str | None = None
    default_version_id: str | None = None
    attachment_count: int | None = None
    permissions_boundary_usage_count: int | None = None
    is_attachable: bool | None = None
    description: str | None = None
    create_date: Timestamp | None = None
    update_date: Timestamp | None = None
    tags: list[Tag] | None = None


class CreatePolicyResponse(Shape, frozen=True, kw_only=True):
    policy: Policy | None = None


class CreatePolicyVersionRequest(Shape, frozen=True, kw_only=True):
    policy_arn: ArnType
    policy_document: PolicyDocumentType
    set_as_default: bool | None = None


class PolicyVersion(Shape, frozen=True, kw_only=True):
    document: str | None = None
    version_id: str | None = None
    is_default_version: bool | None = None
    create_date: Timestamp | None = None


class CreatePolicyVersionResponse(Shape, frozen=True, kw_only=True):
    policy_version: PolicyVersion | None = None


RoleDescriptionType = Annotated[str, Meta(max_length=1000, pattern='\\A(?a:[\\u0009\\u000A\\u000D\\u0020-\\u007E\\u00A1-\\u00FF]*)\\Z')]


RoleMaxSessionDurationType = Annotated[int, Meta(ge=3600, le=43200)]


class CreateRoleRequest(Shape, frozen=True, kw_only=True):
    path: PathType | None = None
    role_name: RoleNameType
    assume_role_policy_document: PolicyDocumentType
    description: RoleDescriptionType | None = None
    max_session_duration: RoleMaxSessionDurationType | None = None
    permissions_boundary: ArnType | None = None
    tags: TagListType | None = None


class CreateRoleResponse(Shape, frozen=True, kw_only=True):
    role: Role


class CreateUserRequest(Shape, frozen=True, kw_only=True):
    path: PathType | None = None
    user_name: UserNameType
    permissions_boundary: ArnType | None = None
    tags: TagListType | None = None


class User(Shape, frozen=True, kw_only=True):
    path: str
    user_name: str
    user_id: str
    arn: str
    create_date: Timestamp
    password_last_used: Timestamp | None = None
    permissions_boundary: AttachedPermissionsBoundary | None = None
    tags: list[Tag] | None = None


class CreateUserResponse(Shape, frozen=True, kw_only=True):
    user: User | None = None


AccessKeyIdType = Annotated[str, Meta(min_length=16, max_length=128, pattern='\\A(?a:[\\w]+)\\Z')]


class DeleteAccessKeyRequest(Shape, frozen=True, kw_only=True):
    user_name: ExistingUserNameType | None = None
    access_key_id: AccessKeyIdType


class DeleteAccountAliasRequest(Shape, frozen=True, kw_only=True):
    account_alias: AccountAliasType


class DeleteAccountPasswordPolicyRequest(Shape, frozen=True, kw_only=True):
    pass


class DeleteGroupRequest(Shape, frozen=True, kw_only=True):
    group_name: GroupNameType


class DeleteGroupPolicyRequest(Shape, frozen=True, kw_only=True):
    group_name: GroupNameType
    policy_name: PolicyNameType


class DeleteInstanceProfileRequest(Shape, frozen=True, kw_only=True):
    instance_profile_name: InstanceProfileNameType


class DeleteLoginProfileRequest(Shape, frozen=True, kw_only=True):
    user_name: UserNameType | None = None


class DeleteOpenIDConnectProviderRequest(Shape, frozen=True, kw_only=True):
    open_id_connect_provider_arn: ArnType = field(name="OpenIDConnectProviderArn")


class DeletePolicyRequest(Shape, frozen=True, kw_only=True):
    policy_arn: ArnType


PolicyVersionIdType = Annotated[str, Meta(pattern='\\A(?a:v[1-9][0-9]*(\\.[A-Za-z0-9-]*)?)\\Z')]


class DeletePolicyVersionRequest(Shape, frozen=True, kw_only=True):
    policy_arn: ArnType
    version_id: PolicyVersionIdType


class DeleteRoleRequest(Shape, frozen=True, kw_only=True):
    role_name: RoleNameType


class DeleteRolePermissionsBoundaryRequest(Shape, frozen=True, kw_only=True):
    role_name: RoleNameType


class DeleteRolePolicyRequest(Shape, frozen=True, kw_only=True):
    role_name: RoleNameType
    policy_name: PolicyNameType


class DeleteUserRequest(Shape, frozen=True, kw_only=True):
    user_name: ExistingUserNameType


class DeleteUserPermissionsBoundaryRequest(Shape, frozen=True, kw_only=True):
    user_name: UserNameType


class DeleteUserPolicyRequest(Shape, frozen=True, kw_only=True):
    user_name: ExistingUserNameType
    policy_name: PolicyNameType


class DetachGroupPolicyRequest(Shape, frozen=True, kw_only=True):
    group_name: GroupNameType
    policy_arn: ArnType


class DetachRolePolicyRequest(Shape, frozen=True, kw_only=True):
    role_name: RoleNameType
    policy_arn: ArnType


class DetachUserPolicyRequest(Shape, frozen=True, kw_only=True):
    user_name: UserNameType
    policy_arn: ArnType


class GenerateCredentialReportRequest(Shape, frozen=True, kw_only=True):
    pass


class GenerateCredentialReportResponse(Shape, frozen=True, kw_only=True):
    state: str | None = None
    description: str | None = None


AccessAdvisorUsageGranularityType = Literal[
    "SERVICE_LEVEL",
    "ACTION_LEVEL",
]


class GenerateServiceLastAccessedDetailsRequest(Shape, frozen=True, kw_only=True):
    arn: ArnType
    granularity: AccessAdvisorUsageGranularityType | None = None


class GenerateServiceLastAccessedDetailsResponse(Shape, frozen=True, kw_only=True):
    job_id: str | None = None


class GetAccessKeyLastUsedRequest(Shape, frozen=True, kw_only=True):
    access_key_id: AccessKeyIdType


class AccessKeyLastUsed(Shape, frozen=True, kw_only=True):
    last_used_date: Timestamp | None = None
    service_name: str
    region: str


class GetAccessKeyLastUsedResponse(Shape, frozen=True, kw_only=True):
    user_name: str | None = None
    access_key_last_used: AccessKeyLastUsed | None = None


EntityType = Literal[
    "User",
    "Role",
    "Group",
    "LocalManagedPolicy",
    "AWSManagedPolicy",
]


MaxItemsType = Annotated[int, Meta(ge=1, le=1000)]


MarkerType = Annotated[str, Meta(min_length=1, max_length=320, pattern='\\A(?a:[\\u0020-\\u00FF]+)\\Z')]


class GetAccountAuthorizationDetailsRequest(Shape, frozen=True, kw_only=True):
    filter: list[EntityType] | None = None
    max_items: MaxItemsType | None = None
    marker: MarkerType | None = None


class PolicyDetail(Shape, frozen=True, kw_only=True):
    policy_name: str | None = None
    policy_document: str | None = None


class AttachedPolicy(Shape, frozen=True, kw_only=True):
    policy_name: str | None = None
    policy_arn: str | None = None


class UserDetail(Shape, frozen=True, kw_only=True):
    path: str | None = None
    user_name: str | None = None
    user_id: str | None = None
    arn: str | None = None
    create_date: Timestamp | None = None
    user_policy_list: list[PolicyDetail] | None = None
    group_list: list[str] | None = None
    attached_managed_policies: list[AttachedPolicy] | None = None
    permissions_boundary: AttachedPermissionsBoundary | None = None
    tags: list[Tag] | None = None


class GroupDetail(Shape, frozen=True, kw_only=True):
    path: str | None = None
    group_name: str | None = None
    group_id: str | None = None
    arn: str | None = None
    create_date: Timestamp | None = None
    group_policy_list: list[PolicyDetail] | None = None
    attached_managed_policies: list[AttachedPolicy] | None = None


class RoleDetail(Shape, frozen=True, kw_only=True):
    path: str | None = None
    role_name: str | None = None
    role_id: str | None = None
    arn: str | None = None
    create_date: Timestamp | None = None
    assume_role_policy_document: str | None = None
    instance_profile_list: list[InstanceProfile] | None = None
    role_policy_list: list[PolicyDetail] | None = None
    attached_managed_policies: list[AttachedPolicy] | None = None
    permissions_boundary: AttachedPermissionsBoundary | None = None
    tags: list[Tag] | None = None
    role_last_used: RoleLastUsed | None = None


class ManagedPolicyDetail(Shape, frozen=True, kw_only=True):
    policy_name: str | None = None
    policy_id: str | None = None
    arn: str | None = None
    path: str | None = None
    default_version_id: str | None = None
    attachment_count: int | None = None
    permissions_boundary_usage_count: int | None = None
    is_attachable: bool | None = None
    description: str | None = None
    create_date: Timestamp | None = None
    update_date: Timestamp | None = None
    policy_version_list: list[PolicyVersion] | None = None


class GetAccountAuthorizationDetailsResponse(Shape, frozen=True, kw_only=True):
    user_detail_list: list[UserDetail] | None = None
    group_detail_list: list[GroupDetail] | None = None
    role_detail_list: list[RoleDetail] | None = None
    policies: list[ManagedPolicyDetail] | None = None
    is_truncated: bool | None = None
    marker: str | None = None


class GetAccountPasswordPolicyRequest(Shape, frozen=True, kw_only=True):
    pass


class PasswordPolicy(Shape, frozen=True, kw_only=True):
    minimum_password_length: int | None = None
    require_symbols: bool | None = None
    require_numbers: bool | None = None
    require_uppercase_characters: bool | None = None
    require_lowercase_characters: bool | None = None
    allow_users_to_change_password: bool | None = None
    expire_passwords: bool | None = None
    max_password_age: int | None = None
    password_reuse_prevention: int | None = None
    hard_expiry: bool | None = None


class GetAccountPasswordPolicyResponse(Shape, frozen=True, kw_only=True):
    password_policy: PasswordPolicy


class GetAccountSummaryRequest(Shape, frozen=True, kw_only=True):
    pass


class GetAccountSummaryResponse(Shape, frozen=True, kw_only=True):
    summary_map: dict[str, int] | None = None


class GetContextKeysForCustomPolicyRequest(Shape, frozen=True, kw_only=True):
    policy_input_list: list[PolicyDocumentType]


class GetContextKeysForPolicyResponse(Shape, frozen=True, kw_only=True):
    context_key_names: list[str] | None = None


class GetContextKeysForPrincipalPolicyRequest(Shape, frozen=True, kw_only=True):
    policy_source_arn: ArnType
    policy_input_list: list[PolicyDocumentType] | None = None


class GetCredentialReportRequest(Shape, frozen=True, kw_only=True):
    pass


class GetCredentialReportResponse(Shape, frozen=True, kw_only=True):
    HIDDEN: ClassVar[frozenset[str]] = frozenset({"content"})

    content: bytes | None = None
    report_format: str | None = None
    generated_time: Timestamp | None = None


class GetGroupRequest(Shape, frozen=True, kw_only=True):
    group_name: GroupNameType
    marker: MarkerType | None = None
    max_items: MaxItemsType | None = None


class GetGroupResponse(Shape, frozen=True, kw_only=True):
    group: Group
    users: list[User]
    is_truncated: bool | None = None
    marker: str | None = None


class GetGroupPolicyRequest(Shape, frozen=True, kw_only=True):
    group_name: GroupNameType
    policy_name: PolicyNameType


class GetGroupPolicyResponse(Shape, frozen=True, kw_only=True):
    group_name: str
    policy_name: str
    policy_document: str


class GetInstanceProfileRequest(Shape, frozen=True, kw_only=True):
    instance_profile_name: InstanceProfileNameType


class GetInstanceProfileResponse(Shape, frozen=True, kw_only=True):
    instance_profile: InstanceProfile


class GetLoginProfileRequest(Shape, frozen=True, kw_only=True):
    user_name: UserNameType | None = None


class GetLoginProfileResponse(Shape, frozen=True, kw_only=True):
    login_profile: LoginProfile


class GetOpenIDConnectProviderRequest(Shape, frozen=True, kw_only=True):
    open_id_connect_provider_arn: ArnType = field(name="OpenIDConnectProviderArn")


class GetOpenIDConnectProviderResponse(Shape, frozen=True, kw_only=True):
    url: str | None = None
    client_id_list: list[str] | None = field(default=None, name="ClientIDList")
    thumbprint_list: list[str] | None = None
    create_date: Timestamp | None = None
    tags: list[Tag] | None = None


class GetPolicyRequest(Shape, frozen=True, kw_only=True):
    policy_arn: ArnType


class GetPolicyResponse(Shape, frozen=True, kw_only=True):
    policy: Policy | None = None


class GetPolicyVersionRequest(Shape, frozen=True, kw_only=True):
    policy_arn: ArnType
    version_id: PolicyVersionIdType


class GetPolicyVersionResponse(Shape, frozen=True, kw_only=True):
    policy_version: PolicyVersion | None = None


class GetRoleRequest(Shape, frozen=True, kw_only=True):
    role_name: RoleNameType


class GetRoleResponse(Shape, frozen=True, kw_only=True):
    role: Role


class GetRolePolicyRequest(Shape, frozen=True, kw_only=True):
    role_name: RoleNameType
    policy_name: PolicyNameType


class GetRolePolicyResponse(Shape, frozen=True, kw_only=True):
    role_name: str
    policy_name: str
    policy_document: str


JobIDType = Annotated[str, Meta(min_length=36, max_length=36)]


class GetServiceLastAccessedDetailsRequest(Shape, frozen=True, kw_only=True):
    job_id: JobIDType
    max_items: MaxItemsType | None = None
    marker: MarkerType | None = None


class TrackedActionLastAccessed(Shape, frozen=True, kw_only=True):
    action_name: str | None = None
    last_accessed_entity: str | None = None
    last_accessed_time: Timestamp | None = None
    last_accessed_region: str | None = None


class ServiceLastAccessed(Shape, frozen=True, kw_only=True):
    service_name: str
    last_authenticated: Timestamp | None = None
    service_namespace: str
    last_authenticated_entity: str | None = None
    last_authenticated_region: str | None = None
    total_authenticated_entities: int | None = None
    tracked_actions_last_accessed: list[TrackedActionLastAccessed] | None = None


class ErrorDetails(Shape, frozen=True, kw_only=True):
    message: str
    code: str


class GetServiceLastAccessedDetailsResponse(Shape, frozen=True, kw_only=True):
    job_status: str
    job_type: str | None = None
    job_creation_date: Timestamp
    services_last_accessed: list[ServiceLastAccessed]
    job_completion_date: Timestamp
    is_truncated: bool | None = None
    marker: str | None = None
    error: ErrorDetails | None = None


ServiceNamespaceType = Annotated[str, Meta(min_length=1, max_length=64, pattern='\\A(?a:[\\w-]*)\\Z')]


class GetServiceLastAccessedDetailsWithEntitiesRequest(Shape, frozen=True, kw_only=True):
    job_id: JobIDType
    service_namespace: ServiceNamespaceType
    max_items: MaxItemsType | None = None
    marker: MarkerType | None = None


class EntityInfo(Shape, frozen=True, kw_only=True):
    arn: str
    name: str
    type: str
    id: str
    path: str | None = None


class EntityDetails(Shape, frozen=True, kw_only=True):
    entity_info: EntityInfo
    last_authenticated: Timestamp | None = None


class GetServiceLastAccessedDetailsWithEntitiesResponse(Shape, frozen=True, kw_only=True):
    job_status: str
    job_creation_date: Timestamp
    job_completion_date: Timestamp
    entity_details_list: list[EntityDetails]
    is_truncated: bool | None = None
    marker: str | None = None
    error: ErrorDetails | None = None


class GetUserRequest(Shape, frozen=True, kw_only=True):
    user_name: ExistingUserNameType | None = None


class GetUserResponse(Shape, frozen=True, kw_only=True):
    user: User


class GetUserPolicyRequest(Shape, frozen=True, kw_only=True):
    user_name: ExistingUserNameType
    policy_name: PolicyNameType


class GetUserPolicyResponse(Shape, frozen=True, kw_only=True):
    user_name: str
    policy_name: str
    policy_document: str


class ListAccessKeysRequest(Shape, frozen=True, kw_only=True):
    user_name: ExistingUserNameType | None = None
    marker: MarkerType | None = None
    max_items: MaxItemsType | None = None


class AccessKeyMetadata(Shape, frozen=True, kw_only=True):
    user_name: str | None = None
    access_key_id: str | None = None
    status: str | None = None
    create_date: Timestamp | None = None


class ListAccessKeysResponse(Shape, frozen=True, kw_only=True):
    access_key_metadata: list[AccessKeyMetadata]
    is_truncated: bool | None = None
    marker: str | None = None


class ListAccountAliasesRequest(Shape, frozen=True, kw_only=True):
    marker: MarkerType | None = None
    max_items: MaxItemsType | None = None


class ListAccountAliasesResponse(Shape, frozen=True, kw_only=True):
    account_aliases: list[str]
    is_truncated: bool | None = None
    marker: str | None = None


class ListAttachedGroupPoliciesRequest(Shape, frozen=True, kw_only=True):
    group_name: GroupNameType
    path_prefix: PolicyPathType | None = None
    marker: MarkerType | None = None
    max_items: MaxItemsType | None = None


class ListAttachedGroupPoliciesResponse(Shape, frozen=True, kw_only=True):
    attached_policies: list[AttachedPolicy] | None = None
    is_truncated: bool | None = None
    marker: str | None = None


class ListAttachedRolePoliciesRequest(Shape, frozen=True, kw_only=True):
    role_name: RoleNameType
    path_prefix: PolicyPathType | None = None
    marker: MarkerType | None = None
    max_items: MaxItemsType | None = None


class ListAttachedRolePoliciesResponse(Shape, frozen=True, kw_only=True):
    attached_policies: list[AttachedPolicy] | None = None
    is_truncated: bool | None = None
    marker: str | None = None


class ListAttachedUserPoliciesRequest(Shape, frozen=True, kw_only=True):
    user_name: UserNameType
    path_prefix: PolicyPathType | None = None
    marker: MarkerType | None = None
    max_items: MaxItemsType | None = None


class ListAttachedUserPoliciesResponse(Shape, frozen=True, kw_only=True):
    attached_policies: list[AttachedPolicy] | None = None
    is_truncated: bool | None = None
    marker: str | None = None


PolicyUsageType = Literal[
    "PermissionsPolicy",
    "PermissionsBoundary",
]


class ListEntitiesForPolicyRequest(Shape, frozen=True, kw_only=True):
    policy_arn: ArnType
    entity_filter: EntityType | None = None
    path_prefix: PathType | None = None
    policy_usage_filter: PolicyUsageType | None = None
    marker: MarkerType | None = None
    max_items: MaxItemsType | None = None


class PolicyGroup(Shape, frozen=True, kw_only=True):
    group_name: str | None = None
    group_id: str | None = None


class PolicyUser(Shape, frozen=True, kw_only=True):
    user_name: str | None = None
    user_id: str | None = None


class PolicyRole(Shape, frozen=True, kw_only=True):
    role_name: str | None = None
    role_id: str | None = None


class ListEntitiesForPolicyResponse(Shape, frozen=True, kw_only=True):
    policy_groups: list[PolicyGroup] | None = None
    policy_users: list[PolicyUser] | None = None
    policy_roles: list[PolicyRole] | None = None
    is_truncated: bool | None = None
    marker: str | None = None


class ListGroupPoliciesRequest(Shape, frozen=True, kw_only=True):
    group_name: GroupNameType
    marker: MarkerType | None = None
    max_items: MaxItemsType | None = None


class ListGroupPoliciesResponse(Shape, frozen=True, kw_only=True):
    policy_names: list[str]
    is_truncated: bool | None = None
    marker: str | None = None


PathPrefixType = Annotated[str, Meta(min_length=1, max_length=512, pattern='\\A(?a:\\u002F[\\u0021-\\u007F]*)\\Z')]


class ListGroupsRequest(Shape, frozen=True, kw_only=True):
    path_prefix: PathPrefixType | None = None
    marker: MarkerType | None = None
    max_items: MaxItemsType | None = None


class ListGroupsResponse(Shape, frozen=True, kw_only=True):
    groups: list[Group]
    is_truncated: bool | None = None
    marker: str | None = None


class ListGroupsForUserRequest(Shape, frozen=True, kw_only=True):
    user_name: ExistingUserNameType
    marker: MarkerType | None = None
    max_items: MaxItemsType | None = None


class ListGroupsForUserResponse(Shape, frozen=True, kw_only=True):
    groups: list[Group]
    is_truncated: bool | None = None
    marker: str | None = None


class ListInstanceProfileTagsRequest(Shape, frozen=True, kw_only=True):
    instance_profile_name: InstanceProfileNameType
    marker: MarkerType | None = None
    max_items: MaxItemsType | None = None


class ListInstanceProfileTagsResponse(Shape, frozen=True, kw_only=True):
    tags: list[Tag]
    is_truncated: bool | None = None
    marker: str | None = None


class ListInstanceProfilesRequest(Shape, frozen=True, kw_only=True):
    path_prefix: PathPrefixType | None = None
    marker: MarkerType | None = None
    max_items: MaxItemsType | None = None


class ListInstanceProfilesResponse(Shape, frozen=True, kw_only=True):
    instance_profiles: list[InstanceProfile]
    is_truncated: bool | None = None
    marker: str | None = None


class ListInstanceProfilesForRoleRequest(Shape, frozen=True, kw_only=True):
    role_name: RoleNameType
    marker: MarkerType | None = None
    max_items: MaxItemsType | None = None


class ListInstanceProfilesForRoleResponse(Shape, frozen=True, kw_only=True):
    instance_profiles: list[InstanceProfile]
    is_truncated: bool | None = None
    marker: str | None = None


class ListMFADevicesRequest(Shape, frozen=True, kw_only=True):
    user_name: ExistingUserNameType | None = None
    marker: MarkerType | None = None
    max_items: MaxItemsType | None = None


class MFADevice(Shape, frozen=True, kw_only=True):
    user_name: str
    serial_number: str
    enable_date: Timestamp


class ListMFADevicesResponse(Shape, frozen=True, kw_only=True):
    mfa_devices: list[MFADevice] = field(name="MFADevices")
    is_truncated: bool | None = None
    marker: str | None = None


class ListOpenIDConnectProviderTagsRequest(Shape, frozen=True, kw_only=True):
    open_id_connect_provider_arn: ArnType = field(name="OpenIDConnectProviderArn")
    marker: MarkerType | None = None
    max_items: MaxItemsType | None = None


class ListOpenIDConnectProviderTagsResponse(Shape, frozen=True, kw_only=True):
    tags: list[Tag]
    is_truncated: bool | None = None
    marker: str | None = None


class ListOpenIDConnectProvidersRequest(Shape, frozen=True, kw_only=True):
    pass


class OpenIDConnectProviderListEntry(Shape, frozen=True, kw_only=True):
    arn: str | None = None


class ListOpenIDConnectProvidersResponse(Shape, frozen=True, kw_only=True):
    open_id_connect_provider_list: list[OpenIDConnectProviderListEntry] | None = field(default=None, name="OpenIDConnectProviderList")


PolicyScopeType = Literal[
    "All",
    "AWS",
    "Local",
]


class ListPoliciesRequest(Shape, frozen=True, kw_only=True):
    scope: PolicyScopeType | None = None
    only_attached: bool | None = None
    path_prefix: PolicyPathType | None = None
    policy_usage_filter: PolicyUsageType | None = None
    marker: MarkerType | None = None
    max_items: MaxItemsType | None = None


class ListPoliciesResponse(Shape, frozen=True, kw_only=True):
    policies: list[Policy] | None = None
    is_truncated: bool | None = None
    marker: str | None = None


ServiceNamespaceListType = Annotated[list[ServiceNamespaceType], Meta(min_length=1, max_length=200)]


class ListPoliciesGrantingServiceAccessRequest(Shape, frozen=True, kw_only=True):
    marker: MarkerType | None = None
    arn: ArnType
    service_namespaces: ServiceNamespaceListType


class PolicyGrantingServiceAccess(Shape, frozen=True, kw_only=True):
    policy_name: str
    policy_type: str
    policy_arn: str | None = None
    entity_type: str | None = None
    entity_name: str | None = None


class ListPoliciesGrantingServiceAccessEntry(Shape, frozen=True, kw_only=True):
    service_namespace: str | None = None
    policies: list[PolicyGrantingServiceAccess] | None = None


class ListPoliciesGrantingServiceAccessResponse(Shape, frozen=True, kw_only=True):
    policies_granting_service_access: list[ListPoliciesGrantingServiceAccessEntry]
    is_truncated: bool | None = None
    marker: str | None = None


class ListPolicyTagsRequest(Shape, frozen=True, kw_only=True):
    policy_arn: ArnType
    marker: MarkerType | None = None
    max_items: MaxItemsType | None = None


class ListPolicyTagsResponse(Shape, frozen=True, kw_only=True):
    tags: list[Tag]
    is_truncated: bool | None = None
    marker: str | None = None


class ListPolicyVersionsRequest(Shape, frozen=True, kw_only=True):
    policy_arn: ArnType
    marker: MarkerType | None = None
    max_items: MaxItemsType | None = None


class ListPolicyVersionsResponse(Shape, frozen=True, kw_only=True):
    versions: list[PolicyVersion] | None = None
    is_truncated: bool | None = None
    marker: str | None = None


class ListRolePoliciesRequest(Shape, frozen=True, kw_only=True):
    role_name: RoleNameType
    marker: MarkerType | None = None
    max_items: MaxItemsType | None = None


class ListRolePoliciesResponse(Shape, frozen=True, kw_only=True):
    policy_names: list[str]
    is_truncated: bool | None = None
    marker: str | None = None


class ListRoleTagsRequest(Shape, frozen=True, kw_only=True):
    role_name: RoleNameType
    marker: MarkerType | None = None
    max_items: MaxItemsType | None = None


class ListRoleTagsResponse(Shape, frozen=True, kw_only=True):
    tags: list[Tag]
    is_truncated: bool | None = None
    marker: str | None = None


class ListRolesRequest(Shape, frozen=True, kw_only=True):
    path_prefix: PathPrefixType | None = None
    marker: MarkerType | None = None
    max_items: MaxItemsType | None = None


class ListRolesResponse(Shape, frozen=True, kw_only=True):
    roles: list[Role]
    is_truncated: bool | None = None
    marker: str | None = None


class ListSAMLProvidersRequest(Shape, frozen=True, kw_only=True):
    pass


class SAMLProviderListEntry(Shape, frozen=True, kw_only=True):
    arn: str | None = None
    valid_until: Timestamp | None = None
    create_date: Timestamp | None = None


class ListSAMLProvidersResponse(Shape, frozen=True, kw_only=True):
    saml_provider_list: list[SAMLProviderListEntry] | None = field(default=None, name="SAMLProviderList")


class ListSSHPublicKeysRequest(Shape, frozen=True, kw_only=True):
    user_name: UserNameType | None = None
    marker: MarkerType | None = None
    max_items: MaxItemsType | None = None


class SSHPublicKeyMetadata(Shape, frozen=True, kw_only=True):
    user_name: str
    ssh_public_key_id: str = field(name="SSHPublicKeyId")
    status: str
    upload_date: Timestamp


class ListSSHPublicKeysResponse(Shape, frozen=True, kw_only=True):
    ssh_public_keys: list[SSHPublicKeyMetadata] | None = field(default=None, name="SSHPublicKeys")
    is_truncated: bool | None = None
    marker: str | None = None


class ListServerCertificatesRequest(Shape, frozen=True, kw_only=True):
    path_prefix: PathPrefixType | None = None
    marker: MarkerType | None = None
    max_items: MaxItemsType | None = None


class ServerCertificateMetadata(Shape, frozen=True, kw_only=True):
    path: str
    server_certificate_name: str
    server_certificate_id: str
    arn: str
    upload_date: Timestamp | None = None
    expiration: Timestamp | None = None


class ListServerCertificatesResponse(Shape, frozen=True, kw_only=True):
    server_certificate_metadata_list: list[ServerCertificateMetadata]
    is_truncated: bool | None = None
    marker: str | None = None


class ListServiceSpecificCredentialsRequest(Shape, frozen=True, kw_only=True):
    user_name: UserNameType | None = None
    service_name: str | None = None
    all_users: bool | None = None
    marker: MarkerType | None = None
    max_items: MaxItemsType | None = None


class ServiceSpecificCredentialMetadata(Shape, frozen=True, kw_only=True):
    user_name: str
    status: str
    service_user_name: str | None = None
    service_credential_alias: str | None = None
    create_date: Timestamp
    expiration_date: Timestamp | None = None
    service_specific_credential_id: str
    service_name: str


class ListServiceSpecificCredentialsResponse(Shape, frozen=True, kw_only=True):
    service_specific_credentials: list[ServiceSpecificCredentialMetadata] | None = None
    marker: str | None = None
    is_truncated: bool | None = None


class ListSigningCertificatesRequest(Shape, frozen=True, kw_only=True):
    user_name: ExistingUserNameType | None = None
    marker: MarkerType | None = None
    max_items: MaxItemsType | None = None


class SigningCertificate(Shape, frozen=True, kw_only=True):
    user_name: str
    certificate_id: str
    certificate_body: str
    status: str
    upload_date: Timestamp | None = None


class ListSigningCertificatesResponse(Shape, frozen=True, kw_only=True):
    certificates: list[SigningCertificate]
    is_truncated: bool | None = None
    marker: str | None = None


class ListUserPoliciesRequest(Shape, frozen=True, kw_only=True):
    user_name: ExistingUserNameType
    marker: MarkerType | None = None
    max_items: MaxItemsType | None = None


class ListUserPoliciesResponse(Shape, frozen=True, kw_only=True):
    policy_names: list[str]
    is_truncated: bool | None = None
    marker: str | None = None


class ListUserTagsRequest(Shape, frozen=True, kw_only=True):
    user_name: ExistingUserNameType
    marker: MarkerType | None = None
    max_items: MaxItemsType | None = None


class ListUserTagsResponse(Shape, frozen=True, kw_only=True):
    tags: list[Tag]
    is_truncated: bool | None = None
    marker: str | None = None


class ListUsersRequest(Shape, frozen=True, kw_only=True):
    path_prefix: PathPrefixType | None = None
    marker: MarkerType | None = None
    max_items: MaxItemsType | None = None


class ListUsersResponse(Shape, frozen=True, kw_only=True):
    users: list[User]
    is_truncated: bool | None = None
    marker: str | None = None


AssignmentStatusType = Literal[
    "Assigned",
    "Unassigned",
    "Any",
]


class ListVirtualMFADevicesRequest(Shape, frozen=True, kw_only=True):
    assignment_status: AssignmentStatusType | None = None
    marker: MarkerType | None = None
    max_items: MaxItemsType | None = None


class VirtualMFADevice(Shape, frozen=True, kw_only=True):
    HIDDEN: ClassVar[frozenset[str]] = frozenset({"base32_string_seed", "qr_code_png"})

    serial_number: str
    base32_string_seed: bytes | None = None
    qr_code_png: bytes | None = field(default=None, name="QRCodePNG")
    user: User | None = None
    enable_date: Timestamp | None = None
    tags: list[Tag] | None = None


class ListVirtualMFADevicesResponse(Shape, frozen=True, kw_only=True):
    virtual_mfa_devices: list[VirtualMFADevice] = field(name="VirtualMFADevices")
    is_truncated: bool | None = None
    marker: str | None = None


class PutGroupPolicyRequest(Shape, frozen=True, kw_only=True):
    group_name: GroupNameType
    policy_name: PolicyNameType
    policy_document: PolicyDocumentType


class PutRolePermissionsBoundaryRequest(Shape, frozen=True, kw_only=True):
    role_name: RoleNameType
    permissions_boundary: ArnType


class PutRolePolicyRequest(Shape, frozen=True, kw_only=True):
    role_name: RoleNameType
    policy_name: PolicyNameType
    policy_document: PolicyDocumentType


class PutUserPermissionsBoundaryRequest(Shape, frozen=True, kw_only=True):
    user_name: UserNameType
    permissions_boundary: ArnType


class PutUserPolicyRequest(Shape, frozen=True, kw_only=True):
    user_name: ExistingUserNameType
    policy_name: PolicyNameType
    policy_document: PolicyDocumentType


class RemoveClientIDFromOpenIDConnectProviderRequest(Shape, frozen=True, kw_only=True):
    open_id_connect_provider_arn: ArnType = field(name="OpenIDConnectProviderArn")
    client_id: ClientIDType = field(name="ClientID")


class RemoveRoleFromInstanceProfileRequest(Shape, frozen=True, kw_only=True):
    instance_profile_name: InstanceProfileNameType
    role_name: RoleNameType


class RemoveUserFromGroupRequest(Shape, frozen=True, kw_only=True):
    group_name: GroupNameType
    user_name: ExistingUserNameType


class SetDefaultPolicyVersionRequest(Shape, frozen=True, kw_only=True):
    policy_arn: ArnType
    version_id: PolicyVersionIdType


class OrderedOrganizationPolicyType(Shape, frozen=True, kw_only=True):
    service_control_policy_input_list: list[PolicyDocumentType] | None = None


OrganizationPolicyListType = Annotated[list[OrderedOrganizationPolicyType], Meta(max_length=7)]


ActionNameType = Annotated[str, Meta(min_length=3, max_length=128)]


ResourceNameType = Annotated[str, Meta(min_length=1, max_length=2048)]


ContextKeyNameType = Annotated[str, Meta(min_length=5, max_length=256)]


ContextKeyTypeEnum = Literal[
    "string",
    "stringList",
    "numeric",
    "numericList",
    "boolean",
    "booleanList",
    "ip",
    "ipList",
    "binary",
    "binaryList",
    "date",
    "dateList",
]


class ContextEntry(Shape, frozen=True, kw_only=True):
    context_key_name: ContextKeyNameType | None = None
    context_key_values: list[str] | None = None
    context_key_type: ContextKeyTypeEnum | None = None


ResourceHandlingOptionType = Annotated[str, Meta(min_length=1, max_length=64)]


class SimulateCustomPolicyRequest(Shape, frozen=True, kw_only=True):
    policy_input_list: list[PolicyDocumentType]
    permissions_boundary_policy_input_list: list[PolicyDocumentType] | None = None
    ordered_organization_policy_input_list: OrganizationPolicyListType | None = None
    action_names: list[ActionNameType]
    resource_arns: list[ResourceNameType] | None = None
    resource_policy: PolicyDocumentType | None = None
    resource_owner: ResourceNameType | None = None
    caller_arn: ResourceNameType | None = None
    context_entries: list[ContextEntry] | None = None
    resource_handling_option: ResourceHandlingOptionType | None = None
    max_items: MaxItemsType | None = None
    marker: MarkerType | None = None


class Position(Shape, frozen=True, kw_only=True):
    line: int | None = None
    column: int | None = None


class Statement(Shape, frozen=True, kw_only=True):
    source_policy_id: str | None = None
    source_policy_type: str | None = None
    start_position: Position | None = None
    end_position: Position | None = None


class OrganizationsDecisionDetail(Shape, frozen=True, kw_only=True):
    allowed_by_organizations: bool | None = None


class PermissionsBoundaryDecisionDetail(Shape, frozen=True, kw_only=True):
    allowed_by_permissions_boundary: bool | None = None


class ResourceSpecificResult(Shape, frozen=True, kw_only=True):
    eval_resource_name: str
    eval_resource_decision: str
    matched_statements: list[Statement] | None = None
    missing_context_values: list[str] | None = None
    eval_decision_details: dict[str, str] | None = None
    permissions_boundary_decision_detail: PermissionsBoundaryDecisionDetail | None = None


class EvaluationResult(Shape, frozen=True, kw_only=True):
    eval_action_name: str
    eval_resource_name: str | None = None
    eval_decision: str
    matched_statements: list[Statement] | None = None
    missing_context_values: list[str] | None = None
    organizations_decision_detail: OrganizationsDecisionDetail | None = None
    permissions_boundary_decision_detail: PermissionsBoundaryDecisionDetail | None = None
    eval_decision_details: dict[str, str] | None = None
    resource_specific_results: list[ResourceSpecificResult] | None = None


class SimulatePolicyResponse(Shape, frozen=True, kw_only=True):
    evaluation_results: list[EvaluationResult] | None = None
    is_truncated: bool | None = None
    marker: str | None = None


PolicyIdentifierPolicyType = Literal[
    "inline",
    "aws-managed",
    "user-managed",
    "permission-boundary",
    "scp",
    "rcp",
]


AttachmentType = Literal[
    "user",
    "group",
    "role",
]


AttachmentName = Annotated[str, Meta(min_length=1, max_length=128, pattern='\\A(?a:[\\w+=,.@-]+)\\Z')]


class InlinePolicyIdentifierType(Shape, frozen=True, kw_only=True):
    policy_name: PolicyNameType
    attachment_type: AttachmentType
    attachment_name: AttachmentName


class PolicyIdentifier(Shape, frozen=True, kw_only=True):
    policy_type: PolicyIdentifierPolicyType | None = None
    policy_arn: ArnType | None = None
    inline_policy_identifier: InlinePolicyIdentifierType | None = None


PolicyExclusionsListType = Annotated[list[PolicyIdentifier], Meta(max_length=256)]


class SimulatePrincipalPolicyRequest(Shape, frozen=True, kw_only=True):
    policy_source_arn: ArnType
    policy_input_list: list[PolicyDocumentType] | None = None
    permissions_boundary_policy_input_list: list[PolicyDocumentType] | None = None
    policy_exclusion_list: PolicyExclusionsListType | None = None
    action_names: list[ActionNameType]
    resource_arns: list[ResourceNameType] | None = None
    resource_policy: PolicyDocumentType | None = None
    resource_owner: ResourceNameType | None = None
    caller_arn: ResourceNameType | None = None
    context_entries: list[ContextEntry] | None = None
    resource_handling_option: ResourceHandlingOptionType | None = None
    max_items: MaxItemsType | None = None
    marker: MarkerType | None = None


class TagInstanceProfileRequest(Shape, frozen=True, kw_only=True):
    instance_profile_name: InstanceProfileNameType
    tags: TagListType


class TagOpenIDConnectProviderRequest(Shape, frozen=True, kw_only=True):
    open_id_connect_provider_arn: ArnType = field(name="OpenIDConnectProviderArn")
    tags: TagListType


class TagPolicyRequest(Shape, frozen=True, kw_only=True):
    policy_arn: ArnType
    tags: TagListType


class TagRoleRequest(Shape, frozen=True, kw_only=True):
    role_name: RoleNameType
    tags: TagListType


class TagUserRequest(Shape, frozen=True, kw_only=True):
    user_name: ExistingUserNameType
    tags: TagListType


TagKeyListType = Annotated[list[TagKeyType], Meta(max_length=50)]


class UntagInstanceProfileRequest(Shape, frozen=True, kw_only=True):
    instance_profile_name: InstanceProfileNameType
    tag_keys: TagKeyListType


class UntagOpenIDConnectProviderRequest(Shape, frozen=True, kw_only=True):
    open_id_connect_provider_arn: ArnType = field(name="OpenIDConnectProviderArn")
    tag_keys: TagKeyListType


class UntagPolicyRequest(Shape, frozen=True, kw_only=True):
    policy_arn: ArnType
    tag_keys: TagKeyListType


class UntagRoleRequest(Shape, frozen=True, kw_only=True):
    role_name: RoleNameType
    tag_keys: TagKeyListType


class UntagUserRequest(Shape, frozen=True, kw_only=True):
    user_name: ExistingUserNameType
    tag_keys: TagKeyListType


StatusType = Literal[
    "Active",
    "Inactive",
    "Expired",
]


class UpdateAccessKeyRequest(Shape, frozen=True, kw_only=True):
    user_name: ExistingUserNameType | None = None
    access_key_id: AccessKeyIdType
    status: StatusType


MinimumPasswordLengthType = Annotated[int, Meta(ge=6, le=128)]


MaxPasswordAgeType = Annotated[int, Meta(ge=1, le=1095)]


PasswordReusePreventionType = Annotated[int, Meta(ge=1, le=24)]


class UpdateAccountPasswordPolicyRequest(Shape, frozen=True, kw_only=True):
    minimum_password_length: MinimumPasswordLengthType | None = None
    require_symbols: bool | None = None
    require_numbers: bool | None = None
    require_uppercase_characters: bool | None = None
    require_lowercase_characters: bool | None = None
    allow_users_to_change_password: bool | None = None
    max_password_age: MaxPasswordAgeType | None = None
    password_reuse_prevention: PasswordReusePreventionType | None = None
    hard_expiry: bool | None = None


class UpdateAssumeRolePolicyRequest(Shape, frozen=True, kw_only=True):
    role_name: RoleNameType
    policy_document: PolicyDocumentType


class UpdateGroupRequest(Shape, frozen=True, kw_only=True):
    group_name: GroupNameType
    new_path: PathType | None = None
    new_group_name: GroupNameType | None = None


class UpdateLoginProfileRequest(Shape, frozen=True, kw_only=True):
    HIDDEN: ClassVar[frozenset[str]] = frozenset({"password"})

    user_name: UserNameType
    password: PasswordType | None = None
    password_reset_required: bool | None = None


class UpdateOpenIDConnectProviderThumbprintRequest(Shape, frozen=True, kw_only=True):
    open_id_connect_provider_arn: ArnType = field(name="OpenIDConnectProviderArn")
    thumbprint_list: list[ThumbprintType]


class UpdateRoleRequest(Shape, frozen=True, kw_only=True):
    role_name: RoleNameType
    description: RoleDescriptionType | None = None
    max_session_duration: RoleMaxSessionDurationType | None = None


class UpdateRoleResponse(Shape, frozen=True, kw_only=True):
    pass


class UpdateRoleDescriptionRequest(Shape, frozen=True, kw_only=True):
    role_name: RoleNameType
    description: RoleDescriptionType


class UpdateRoleDescriptionResponse(Shape, frozen=True, kw_only=True):
    role: Role | None = None


class UpdateUserRequest(Shape, frozen=True, kw_only=True):
    user_name: ExistingUserNameType
    new_path: PathType | None = None
    new_user_name: UserNameType | None = None


OPERATIONS: Mapping[str, OperationShape] = MappingProxyType(
    {
        "AddClientIDToOpenIDConnectProvider": OperationShape(
            "AddClientIDToOpenIDConnectProvider",
            AddClientIDToOpenIDConnectProviderRequest,
            None,
            frozenset({
                "ConcurrentModificationException", "InvalidInputException", "NoSuchEntityException",
                "LimitExceededException", "ServiceFailureException",
            }),
        ),
        "AddRoleToInstanceProfile": OperationShape(
            "AddRoleToInstanceProfile",
            AddRoleToInstanceProfileRequest,
            None,
            frozenset({
                "NoSuchEntityException", "EntityAlreadyExistsException", "LimitExceededException",
                "UnmodifiableEntityException", "ServiceFailureException",
            }),
        ),
        "AddUserToGroup": OperationShape(
            "AddUserToGroup",
            AddUserToGroupRequest,
            None,
            frozenset({
                "NoSuchEntityException", "LimitExceededException", "ServiceFailureException",
            }),
        ),
        "AttachGroupPolicy": OperationShape(
            "AttachGroupPolicy",
            AttachGroupPolicyRequest,
            None,
            frozenset({
                "NoSuchEntityException", "LimitExceededException", "InvalidInputException",
                "PolicyNotAttachableException", "ServiceFailureException",
            }),
        ),
        "AttachRolePolicy": OperationShape(
            "AttachRolePolicy",
            AttachRolePolicyRequest,
            None,
            frozenset({
                "NoSuchEntityException", "LimitExceededException", "InvalidInputException",
                "UnmodifiableEntityException", "PolicyNotAttachableException", "ServiceFailureException",
            }),
        ),
        "AttachUserPolicy": OperationShape(
            "AttachUserPolicy",
            AttachUserPolicyRequest,
            None,
            frozenset({
                "NoSuchEntityException", "LimitExceededException", "InvalidInputException",
                "PolicyNotAttachableException", "ServiceFailureException",
            }),
        ),
        "ChangePassword": OperationShape(
            "ChangePassword",
            ChangePasswordRequest,
            None,
            frozenset({
                "NoSuchEntityException", "InvalidUserTypeException", "LimitExceededException",
                "EntityTemporarilyUnmodifiableException", "PasswordPolicyViolationException", "ServiceFailureException",
            }),
        ),
        "CreateAccessKey": OperationShape(
            "CreateAccessKey",
            CreateAccessKeyRequest,
            CreateAccessKeyResponse,
            frozenset({
                "NoSuchEntityException", "LimitExceededException", "ServiceFailureException",
            }),
        ),
        "CreateAccountAlias": OperationShape(
            "CreateAccountAlias",
            CreateAccountAliasRequest,
            None,
            frozenset({
                "ConcurrentModificationException", "EntityAlreadyExistsException", "LimitExceededException",
                "ServiceFailureException",
            }),
        ),
        "CreateGroup": OperationShape(
            "CreateGroup",
            CreateGroupRequest,
            CreateGroupResponse,
            frozenset({
                "LimitExceededException", "EntityAlreadyExistsException", "NoSuchEntityException",
                "ServiceFailureException",
            }),
        ),
        "CreateInstanceProfile": OperationShape(
            "CreateInstanceProfile",
            CreateInstanceProfileRequest,
            CreateInstanceProfileResponse,
            frozenset({
                "EntityAlreadyExistsException", "InvalidInputException", "LimitExceededException",
                "ConcurrentModificationException", "ServiceFailureException",
            }),
        ),
        "CreateLoginProfile": OperationShape(
            "CreateLoginProfile",
            CreateLoginProfileRequest,
            CreateLoginProfileResponse,
            frozenset({
                "EntityAlreadyExistsException", "NoSuchEntityException", "PasswordPolicyViolationException",
                "LimitExceededException", "ServiceFailureException",
            }),
        ),
        "CreateOpenIDConnectProvider": OperationShape(
            "CreateOpenIDConnectProvider",
            CreateOpenIDConnectProviderRequest,
            CreateOpenIDConnectProviderResponse,
            frozenset({
                "InvalidInputException", "EntityAlreadyExistsException", "LimitExceededException",
                "ConcurrentModificationException", "ServiceFailureException", "OpenIdIdpCommunicationErrorException",
            }),
        ),
        "CreatePolicy": OperationShape(
            "CreatePolicy",
            CreatePolicyRequest,
            CreatePolicyResponse,
            frozenset({
                "InvalidInputException", "LimitExceededException", "EntityAlreadyExistsException",
                "MalformedPolicyDocumentException", "ConcurrentModificationException", "ServiceFailureException",
            }),
        ),
        "CreatePolicyVersion": OperationShape(
            "CreatePolicyVersion",
            CreatePolicyVersionRequest,
            CreatePolicyVersionResponse,
            frozenset({
                "NoSuchEntityException", "MalformedPolicyDocumentException", "InvalidInputException",
                "LimitExceededException", "ServiceFailureException",
            }),
        ),
        "CreateRole": OperationShape(
            "CreateRole",
            CreateRoleRequest,
            CreateRoleResponse,
            frozenset({
                "LimitExceededException", "InvalidInputException", "EntityAlreadyExistsException",
                "MalformedPolicyDocumentException", "ConcurrentModificationException", "ServiceFailureException",
            }),
        ),
        "CreateUser": OperationShape(
            "CreateUser",
            CreateUserRequest,
            CreateUserResponse,
            frozenset({
                "LimitExceededException", "EntityAlreadyExistsException", "NoSuchEntityException",
                "InvalidInputException", "ConcurrentModificationException", "ServiceFailureException",
            }),
        ),
        "DeleteAccessKey": OperationShape(
            "DeleteAccessKey",
            DeleteAccessKeyRequest,
            None,
            frozenset({
                "NoSuchEntityException", "LimitExceededException", "ServiceFailureException",
            }),
        ),
        "DeleteAccountAlias": OperationShape(
            "DeleteAccountAlias",
            DeleteAccountAliasRequest,
            None,
            frozenset({
                "ConcurrentModificationException", "NoSuchEntityException", "LimitExceededException",
                "ServiceFailureException",
            }),
        ),
        "DeleteAccountPasswordPolicy": OperationShape(
            "DeleteAccountPasswordPolicy",
            DeleteAccountPasswordPolicyRequest,
            None,
            frozenset({
                "NoSuchEntityException", "LimitExceededException", "ServiceFailureException",
            }),
        ),
        "DeleteGroup": OperationShape(
            "DeleteGroup",
            DeleteGroupRequest,
            None,
            frozenset({
                "NoSuchEntityException", "DeleteConflictException", "LimitExceededException", "ServiceFailureException",
            }),
        ),
        "DeleteGroupPolicy": OperationShape(
            "DeleteGroupPolicy",
            DeleteGroupPolicyRequest,
            None,
            frozenset({
                "NoSuchEntityException", "LimitExceededException", "ServiceFailureException",
            }),
        ),
        "DeleteInstanceProfile": OperationShape(
            "DeleteInstanceProfile",
            DeleteInstanceProfileRequest,
            None,
            frozenset({
                "NoSuchEntityException", "DeleteConflictException", "LimitExceededException", "ServiceFailureException",
            }),
        ),
        "DeleteLoginProfile": OperationShape(
            "DeleteLoginProfile",
            DeleteLoginProfileRequest,
            None,
            frozenset({
                "EntityTemporarilyUnmodifiableException", "NoSuchEntityException", "LimitExceededException",
                "ServiceFailureException",
            }),
        ),
        "DeleteOpenIDConnectProvider": OperationShape(
            "DeleteOpenIDConnectProvider",
            DeleteOpenIDConnectProviderRequest,
            None,
            frozenset({
                "InvalidInputException", "NoSuchEntityException", "ServiceFailureException",
            }),
        ),
        "DeletePolicy": OperationShape(
            "DeletePolicy",
            DeletePolicyRequest,
            None,
            frozenset({
                "NoSuchEntityException", "LimitExceededException", "InvalidInputException", "DeleteConflictException",
                "ServiceFailureException",
            }),
        ),
        "DeletePolicyVersion": OperationShape(
            "DeletePolicyVersion",
            DeletePolicyVersionRequest,
            None,
            frozenset({
                "NoSuchEntityException", "LimitExceededException", "InvalidInputException", "DeleteConflictException",
                "ServiceFailureException",
            }),
        ),
        "DeleteRole": OperationShape(
            "DeleteRole",
            DeleteRoleRequest,
            None,
            frozenset({
                "NoSuchEntityException", "DeleteConflictException", "LimitExceededException",
                "UnmodifiableEntityException", "ConcurrentModificationException", "ServiceFailureException",
            }),
        ),
        "DeleteRolePermissionsBoundary": OperationShape(
            "DeleteRolePermissionsBoundary",
            DeleteRolePermissionsBoundaryRequest,
            None,
            frozenset({
                "NoSuchEntityException", "UnmodifiableEntityException", "ServiceFailureException",
            }),
        ),
        "DeleteRolePolicy": OperationShape(
            "DeleteRolePolicy",
            DeleteRolePolicyRequest,
            None,
            frozenset({
                "NoSuchEntityException", "LimitExceededException", "UnmodifiableEntityException",
                "ServiceFailureException",
            }),
        ),
        "DeleteUser": OperationShape(
            "DeleteUser",
            DeleteUserRequest,
            None,
            frozenset({
                "LimitExceededException", "NoSuchEntityException", "DeleteConflictException",
                "ConcurrentModificationException", "ServiceFailureException",
            }),
        ),
        "DeleteUserPermissionsBoundary": OperationShape(
            "DeleteUserPermissionsBoundary",
            DeleteUserPermissionsBoundaryRequest,
            None,
            frozenset({
                "NoSuchEntityException", "ServiceFailureException",
            }),
        ),
        "DeleteUserPolicy": OperationShape(
            "DeleteUserPolicy",
            DeleteUserPolicyRequest,
            None,
            frozenset({
                "NoSuchEntityException", "LimitExceededException", "ServiceFailureException",
            }),
        ),
        "DetachGroupPolicy": OperationShape(
            "DetachGroupPolicy",
            DetachGroupPolicyRequest,
            None,
            frozenset({
                "NoSuchEntityException", "LimitExceededException", "InvalidInputException", "ServiceFailureException",
            }),
        ),
        "DetachRolePolicy": OperationShape(
            "DetachRolePolicy",
            DetachRolePolicyRequest,
            None,
            frozenset({
                "NoSuchEntityException", "LimitExceededException", "InvalidInputException",
                "UnmodifiableEntityException", "ServiceFailureException",
            }),
        ),
        "DetachUserPolicy": OperationShape(
            "DetachUserPolicy",
            DetachUserPolicyRequest,
            None,
            frozenset({
                "NoSuchEntityException", "LimitExceededException", "InvalidInputException", "ServiceFailureException",
            }),
        ),
        "GenerateCredentialReport": OperationShape(
            "GenerateCredentialReport",
            GenerateCredentialReportRequest,
            GenerateCredentialReportResponse,
            frozenset({
                "LimitExceededException", "ServiceFailureException",
            }),
        ),
        "GenerateServiceLastAccessedDetails": OperationShape(
            "GenerateServiceLastAccessedDetails",
            GenerateServiceLastAccessedDetailsRequest,
            GenerateServiceLastAccessedDetailsResponse,
            frozenset({"NoSuchEntityException", "InvalidInputException"}),
        ),
        "GetAccessKeyLastUsed": OperationShape(
            "GetAccessKeyLastUsed",
            GetAccessKeyLastUsedRequest,
            GetAccessKeyLastUsedResponse,
            frozenset(),
        ),
        "GetAccountAuthorizationDetails": OperationShape(
            "GetAccountAuthorizationDetails",
            GetAccountAuthorizationDetailsRequest,
            GetAccountAuthorizationDetailsResponse,
            frozenset({"ServiceFailureException"}),
        ),
        "GetAccountPasswordPolicy": OperationShape(
            "GetAccountPasswordPolicy",
            GetAccountPasswordPolicyRequest,
            GetAccountPasswordPolicyResponse,
            frozenset({
                "NoSuchEntityException", "ServiceFailureException",
            }),
        ),
        "GetAccountSummary": OperationShape(
            "GetAccountSummary",
            GetAccountSummaryRequest,
            GetAccountSummaryResponse,
            frozenset({"ServiceFailureException"}),
        ),
        "GetContextKeysForCustomPolicy": OperationShape(
            "GetContextKeysForCustomPolicy",
            GetContextKeysForCustomPolicyRequest,
            GetContextKeysForPolicyResponse,
            frozenset({"InvalidInputException"}),
        ),
        "GetContextKeysForPrincipalPolicy": OperationShape(
            "GetContextKeysForPrincipalPolicy",
            GetContextKeysForPrincipalPolicyRequest,
            GetContextKeysForPolicyResponse,
            frozenset({"NoSuchEntityException", "InvalidInputException"}),
        ),
        "GetCredentialReport": OperationShape(
            "GetCredentialReport",
            GetCredentialReportRequest,
            GetCredentialReportResponse,
            frozenset({
                "CredentialReportNotPresentException", "CredentialReportExpiredException",
                "CredentialReportNotReadyException", "ServiceFailureException",
            }),
        ),
        "GetGroup": OperationShape(
            "GetGroup",
            GetGroupRequest,
            GetGroupResponse,
            frozenset({
                "NoSuchEntityException", "ServiceFailureException",
            }),
        ),
        "GetGroupPolicy": OperationShape(
            "GetGroupPolicy",
            GetGroupPolicyRequest,
            GetGroupPolicyResponse,
            frozenset({
                "NoSuchEntityException", "ServiceFailureException",
            }),
        ),
        "GetInstanceProfile": OperationShape(
            "GetInstanceProfile",
            GetInstanceProfileRequest,
            GetInstanceProfileResponse,
            frozenset({
                "NoSuchEntityException", "ServiceFailureException",
            }),
        ),
        "GetLoginProfile": OperationShape(
            "GetLoginProfile",
            GetLoginProfileRequest,
            GetLoginProfileResponse,
            frozenset({
                "NoSuchEntityException", "ServiceFailureException",
            }),
        ),
        "GetOpenIDConnectProvider": OperationShape(
            "GetOpenIDConnectProvider",
            GetOpenIDConnectProviderRequest,
            GetOpenIDConnectProviderResponse,
            frozenset({
                "InvalidInputException", "NoSuchEntityException", "ServiceFailureException",
            }),
        ),
        "GetPolicy": OperationShape(
            "GetPolicy",
            GetPolicyRequest,
            GetPolicyResponse,
            frozenset({
                "NoSuchEntityException", "InvalidInputException", "ServiceFailureException",
            }),
        ),
        "GetPolicyVersion": OperationShape(
            "GetPolicyVersion",
            GetPolicyVersionRequest,
            GetPolicyVersionResponse,
            frozenset({
                "NoSuchEntityException", "InvalidInputException", "ServiceFailureException",
            }),
        ),
        "GetRole": OperationShape(
            "GetRole",
            GetRoleRequest,
            GetRoleResponse,
            frozenset({
                "NoSuchEntityException", "ServiceFailureException",
            }),
        ),
        "GetRolePolicy": OperationShape(
            "GetRolePolicy",
            GetRolePolicyRequest,
            GetRolePolicyResponse,
            frozenset({
                "NoSuchEntityException", "ServiceFailureException",
            }),
        ),
        "GetServiceLastAccessedDetails": OperationShape(
            "GetServiceLastAccessedDetails",
            GetServiceLastAccessedDetailsRequest,
            GetServiceLastAccessedDetailsResponse,
            frozenset({"NoSuchEntityException", "InvalidInputException"}),
        ),
        "GetServiceLastAccessedDetailsWithEntities": OperationShape(
            "GetServiceLastAccessedDetailsWithEntities",
            GetServiceLastAccessedDetailsWithEntitiesRequest,
            GetServiceLastAccessedDetailsWithEntitiesResponse,
            frozenset({"NoSuchEntityException", "InvalidInputException"}),
        ),
        "GetUser": OperationShape(
            "GetUser",
            GetUserRequest,
            GetUserResponse,
            frozenset({
                "NoSuchEntityException", "ServiceFailureException",
            }),
        ),
        "GetUserPolicy": OperationShape(
            "GetUserPolicy",
            GetUserPolicyRequest,
            GetUserPolicyResponse,
            frozenset({
                "NoSuchEntityException", "ServiceFailureException",
            }),
        ),
        "ListAccessKeys": OperationShape(
            "ListAccessKeys",
            ListAccessKeysRequest,
            ListAccessKeysResponse,
            frozenset({
                "NoSuchEntityException", "ServiceFailureException",
            }),
        ),
        "ListAccountAliases": OperationShape(
            "ListAccountAliases",
            ListAccountAliasesRequest,
            ListAccountAliasesResponse,
            frozenset({"ServiceFailureException"}),
        ),
        "ListAttachedGroupPolicies": OperationShape(
            "ListAttachedGroupPolicies",
            ListAttachedGroupPoliciesRequest,
            ListAttachedGroupPoliciesResponse,
            frozenset({
                "NoSuchEntityException", "InvalidInputException", "ServiceFailureException",
            }),
        ),
        "ListAttachedRolePolicies": OperationShape(
            "ListAttachedRolePolicies",
            ListAttachedRolePoliciesRequest,
            ListAttachedRolePoliciesResponse,
            frozenset({
                "NoSuchEntityException", "InvalidInputException", "ServiceFailureException",
            }),
        ),
        "ListAttachedUserPolicies": OperationShape(
            "ListAttachedUserPolicies",
            ListAttachedUserPoliciesRequest,
            ListAttachedUserPoliciesResponse,
            frozenset({
                "NoSuchEntityException", "InvalidInputException", "ServiceFailureException",
            }),
        ),
        "ListEntitiesForPolicy": OperationShape(
            "ListEntitiesForPolicy",
            ListEntitiesForPolicyRequest,
            ListEntitiesForPolicyResponse,
            frozenset({
                "NoSuchEntityException", "InvalidInputException", "ServiceFailureException",
            }),
        ),
        "ListGroupPolicies": OperationShape(
            "ListGroupPolicies",
            ListGroupPoliciesRequest,
            ListGroupPoliciesResponse,
            frozenset({
                "NoSuchEntityException", "ServiceFailureException",
            }),
        ),
        "ListGroups": OperationShape(
            "ListGroups",
            ListGroupsRequest,
            ListGroupsResponse,
            frozenset({"ServiceFailureException"}),
        ),
        "ListGroupsForUser": OperationShape(
            "ListGroupsForUser",
            ListGroupsForUserRequest,
            ListGroupsForUserResponse,
            frozenset({
                "NoSuchEntityException", "ServiceFailureException",
            }),
        ),
        "ListInstanceProfileTags": OperationShape(
            "ListInstanceProfileTags",
            ListInstanceProfileTagsRequest,
            ListInstanceProfileTagsResponse,
            frozenset({
                "NoSuchEntityException", "ServiceFailureException",
            }),
        ),
        "ListInstanceProfiles": OperationShape(
            "ListInstanceProfiles",
            ListInstanceProfilesRequest,
            ListInstanceProfilesResponse,
            frozenset({"ServiceFailureException"}),
        ),
        "ListInstanceProfilesForRole": OperationShape(
            "ListInstanceProfilesForRole",
            ListInstanceProfilesForRoleRequest,
            ListInstanceProfilesForRoleResponse,
            frozenset({
                "NoSuchEntityException", "ServiceFailureException",
            }),
        ),
        "ListMFADevices": OperationShape(
            "ListMFADevices",
            ListMFADevicesRequest,
            ListMFADevicesResponse,
            frozenset({
                "NoSuchEntityException", "ServiceFailureException",
            }),
        ),
        "ListOpenIDConnectProviderTags": OperationShape(
            "ListOpenIDConnectProviderTags",
            ListOpenIDConnectProviderTagsRequest,
            ListOpenIDConnectProviderTagsResponse,
            frozenset({
                "NoSuchEntityException", "ServiceFailureException", "InvalidInputException",
            }),
        ),
        "ListOpenIDConnectProviders": OperationShape(
            "ListOpenIDConnectProviders",
            ListOpenIDConnectProvidersRequest,
            ListOpenIDConnectProvidersResponse,
            frozenset({"ServiceFailureException"}),
        ),
        "ListPolicies": OperationShape(
            "ListPolicies",
            ListPoliciesRequest,
            ListPoliciesResponse,
            frozenset({"ServiceFailureException"}),
        ),
        "ListPoliciesGrantingServiceAccess": OperationShape(
            "ListPoliciesGrantingServiceAccess",
            ListPoliciesGrantingServiceAccessRequest,
            ListPoliciesGrantingServiceAccessResponse,
            frozenset({"NoSuchEntityException", "InvalidInputException"}),
        ),
        "ListPolicyTags": OperationShape(
            "ListPolicyTags",
            ListPolicyTagsRequest,
            ListPolicyTagsResponse,
            frozenset({
                "NoSuchEntityException", "ServiceFailureException", "InvalidInputException",
            }),
        ),
        "ListPolicyVersions": OperationShape(
            "ListPolicyVersions",
            ListPolicyVersionsRequest,
            ListPolicyVersionsResponse,
            frozenset({
                "NoSuchEntityException", "InvalidInputException", "ServiceFailureException",
            }),
        ),
        "ListRolePolicies": OperationShape(
            "ListRolePolicies",
            ListRolePoliciesRequest,
            ListRolePoliciesResponse,
            frozenset({
                "NoSuchEntityException", "ServiceFailureException",
            }),
        ),
        "ListRoleTags": OperationShape(
            "ListRoleTags",
            ListRoleTagsRequest,
            ListRoleTagsResponse,
            frozenset({
                "NoSuchEntityException", "ServiceFailureException",
            }),
        ),
        "ListRoles": OperationShape(
            "ListRoles",
            ListRolesRequest,
            ListRolesResponse,
            frozenset({"ServiceFailureException"}),
        ),
        "ListSAMLProviders": OperationShape(
            "ListSAMLProviders",
            ListSAMLProvidersRequest,
            ListSAMLProvidersResponse,
            frozenset({"ServiceFailureException"}),
        ),
        "ListSSHPublicKeys": OperationShape(
            "ListSSHPublicKeys",
            ListSSHPublicKeysRequest,
            ListSSHPublicKeysResponse,
            frozenset({"NoSuchEntityException"}),
        ),
        "ListServerCertificates": OperationShape(
            "ListServerCertificates",
            ListServerCertificatesRequest,
            ListServerCertificatesResponse,
            frozenset({"ServiceFailureException"}),
        ),
        "ListServiceSpecificCredentials": OperationShape(
            "ListServiceSpecificCredentials",
            ListServiceSpecificCredentialsRequest,
            ListServiceSpecificCredentialsResponse,
            frozenset({
                "NoSuchEntityException", "ServiceNotSupportedException",
            }),
        ),
        "ListSigningCertificates": OperationShape(
            "ListSigningCertificates",
            ListSigningCertificatesRequest,
            ListSigningCertificatesResponse,
            frozenset({
                "NoSuchEntityException", "ServiceFailureException",
            }),
        ),
        "ListUserPolicies": OperationShape(
            "ListUserPolicies",
            ListUserPoliciesRequest,
            ListUserPoliciesResponse,
            frozenset({
                "NoSuchEntityException", "ServiceFailureException",
            }),
        ),
        "ListUserTags": OperationShape(
            "ListUserTags",
            ListUserTagsRequest,
            ListUserTagsResponse,
            frozenset({
                "NoSuchEntityException", "ServiceFailureException",
            }),
        ),
        "ListUsers": OperationShape(
            "ListUsers",
            ListUsersRequest,
            ListUsersResponse,
            frozenset({"ServiceFailureException"}),
        ),
        "ListVirtualMFADevices": OperationShape(
            "ListVirtualMFADevices",
            ListVirtualMFADevicesRequest,
            ListVirtualMFADevicesResponse,
            frozenset(),
        ),
        "PutGroupPolicy": OperationShape(
            "PutGroupPolicy",
            PutGroupPolicyRequest,
            None,
            frozenset({
                "LimitExceededException", "MalformedPolicyDocumentException", "NoSuchEntityException",
                "ServiceFailureException",
            }),
        ),
        "PutRolePermissionsBoundary": OperationShape(
            "PutRolePermissionsBoundary",
            PutRolePermissionsBoundaryRequest,
            None,
            frozenset({
                "NoSuchEntityException", "InvalidInputException", "UnmodifiableEntityException",
                "PolicyNotAttachableException", "ServiceFailureException",
            }),
        ),
        "PutRolePolicy": OperationShape(
            "PutRolePolicy",
            PutRolePolicyRequest,
            None,
            frozenset({
                "LimitExceededException", "MalformedPolicyDocumentException", "NoSuchEntityException",
                "UnmodifiableEntityException", "ServiceFailureException",
            }),
        ),
        "PutUserPermissionsBoundary": OperationShape(
            "PutUserPermissionsBoundary",
            PutUserPermissionsBoundaryRequest,
            None,
            frozenset({
                "NoSuchEntityException", "InvalidInputException", "PolicyNotAttachableException",
                "ServiceFailureException",
            }),
        ),
        "PutUserPolicy": OperationShape(
            "PutUserPolicy",
            PutUserPolicyRequest,
            None,
            frozenset({
                "LimitExceededException", "MalformedPolicyDocumentException", "NoSuchEntityException",
                "ServiceFailureException",
            }),
        ),
        "RemoveClientIDFromOpenIDConnectProvider": OperationShape(
            "RemoveClientIDFromOpenIDConnectProvider",
            RemoveClientIDFromOpenIDConnectProviderRequest,
            None,
            frozenset({
                "ConcurrentModificationException", "InvalidInputException", "NoSuchEntityException",
                "ServiceFailureException",
            }),
        ),
        "RemoveRoleFromInstanceProfile": OperationShape(
            "RemoveRoleFromInstanceProfile",
            RemoveRoleFromInstanceProfileRequest,
            None,
            frozenset({
                "NoSuchEntityException", "LimitExceededException", "UnmodifiableEntityException",
                "ServiceFailureException",
            }),
        ),
        "RemoveUserFromGroup": OperationShape(
            "RemoveUserFromGroup",
            RemoveUserFromGroupRequest,
            None,
            frozenset({
                "NoSuchEntityException", "LimitExceededException", "ServiceFailureException",
            }),
        ),
        "SetDefaultPolicyVersion": OperationShape(
            "SetDefaultPolicyVersion",
            SetDefaultPolicyVersionRequest,
            None,
            frozenset({
                "NoSuchEntityException", "InvalidInputException", "LimitExceededException", "ServiceFailureException",
            }),
        ),
        "SimulateCustomPolicy": OperationShape(
            "SimulateCustomPolicy",
            SimulateCustomPolicyRequest,
            SimulatePolicyResponse,
            frozenset({
                "InvalidInputException", "PolicyEvaluationException",
            }),
        ),
        "SimulatePrincipalPolicy": OperationShape(
            "SimulatePrincipalPolicy",
            SimulatePrincipalPolicyRequest,
            SimulatePolicyResponse,
            frozenset({
                "NoSuchEntityException", "InvalidInputException", "PolicyEvaluationException",
            }),
        ),
        "TagInstanceProfile": OperationShape(
            "TagInstanceProfile",
            TagInstanceProfileRequest,
            None,
            frozenset({
                "NoSuchEntityException", "InvalidInputException", "LimitExceededException",
                "ConcurrentModificationException", "ServiceFailureException",
            }),
        ),
        "TagOpenIDConnectProvider": OperationShape(
            "TagOpenIDConnectProvider",
            TagOpenIDConnectProviderRequest,
            None,
            frozenset({
                "NoSuchEntityException", "LimitExceededException", "InvalidInputException",
                "ConcurrentModificationException", "ServiceFailureException",
            }),
        ),
        "TagPolicy": OperationShape(
            "TagPolicy",
            TagPolicyRequest,
            None,
            frozenset({
                "NoSuchEntityException", "LimitExceededException", "InvalidInputException",
                "ConcurrentModificationException", "ServiceFailureException",
            }),
        ),
        "TagRole": OperationShape(
            "TagRole",
            TagRoleRequest,
            None,
            frozenset({
                "NoSuchEntityException", "LimitExceededException", "InvalidInputException",
                "ConcurrentModificationException", "ServiceFailureException",
            }),
        ),
        "TagUser": OperationShape(
            "TagUser",
            TagUserRequest,
            None,
            frozenset({
                "NoSuchEntityException", "LimitExceededException", "InvalidInputException",
                "ConcurrentModificationException", "ServiceFailureException",
            }),
        ),
        "UntagInstanceProfile": OperationShape(
            "UntagInstanceProfile",
            UntagInstanceProfileRequest,
            None,
            frozenset({
                "NoSuchEntityException", "InvalidInputException", "ConcurrentModificationException",
                "ServiceFailureException",
            }),
        ),
        "UntagOpenIDConnectProvider": OperationShape(
            "UntagOpenIDConnectProvider",
            UntagOpenIDConnectProviderRequest,
            None,
            frozenset({
                "NoSuchEntityException", "InvalidInputException", "ConcurrentModificationException",
                "ServiceFailureException",
            }),
        ),
        "UntagPolicy": OperationShape(
            "UntagPolicy",
            UntagPolicyRequest,
            None,
            frozenset({
                "NoSuchEntityException", "InvalidInputException", "ConcurrentModificationException",
                "ServiceFailureException",
            }),
        ),
        "UntagRole": OperationShape(
            "UntagRole",
            UntagRoleRequest,
            None,
            frozenset({
                "NoSuchEntityException", "ConcurrentModificationException", "ServiceFailureException",
            }),
        ),
        "UntagUser": OperationShape(
            "UntagUser",
            UntagUserRequest,
            None,
            frozenset({
                "NoSuchEntityException", "ConcurrentModificationException", "ServiceFailureException",
            }),
        ),
        "UpdateAccessKey": OperationShape(
            "UpdateAccessKey",
            UpdateAccessKeyRequest,
            None,
            frozenset({
                "NoSuchEntityException", "LimitExceededException", "ServiceFailureException", "InvalidInputException",
            }),
        ),
        "UpdateAccountPasswordPolicy": OperationShape(
            "UpdateAccountPasswordPolicy",
            UpdateAccountPasswordPolicyRequest,
            None,
            frozenset({
                "NoSuchEntityException", "MalformedPolicyDocumentException", "LimitExceededException",
                "ServiceFailureException",
            }),
        ),
        "UpdateAssumeRolePolicy": OperationShape(
            "UpdateAssumeRolePolicy",
            UpdateAssumeRolePolicyRequest,
            None,
            frozenset({
                "NoSuchEntityException", "MalformedPolicyDocumentException", "LimitExceededException",
                "UnmodifiableEntityException", "ServiceFailureException",
            }),
        ),
        "UpdateGroup": OperationShape(
            "UpdateGroup",
            UpdateGroupRequest,
            None,
            frozenset({
                "NoSuchEntityException", "EntityAlreadyExistsException", "LimitExceededException",
                "ServiceFailureException",
            }),
        ),
        "UpdateLoginProfile": OperationShape(
            "UpdateLoginProfile",
            UpdateLoginProfileRequest,
            None,
            frozenset({
                "EntityTemporarilyUnmodifiableException", "NoSuchEntityException", "PasswordPolicyViolationException",
                "LimitExceededException", "ServiceFailureException",
            }),
        ),
        "UpdateOpenIDConnectProviderThumbprint": OperationShape(
            "UpdateOpenIDConnectProviderThumbprint",
            UpdateOpenIDConnectProviderThumbprintRequest,
            None,
            frozenset({
                "ConcurrentModificationException", "InvalidInputException", "NoSuchEntityException",
                "ServiceFailureException",
            }),
        ),
        "UpdateRole": OperationShape(
            "UpdateRole",
            UpdateRoleRequest,
            UpdateRoleResponse,
            frozenset({
                "UnmodifiableEntityException", "NoSuchEntityException", "ServiceFailureException",
            }),
        ),
        "UpdateRoleDescription": OperationShape(
            "UpdateRoleDescription",
            UpdateRoleDescriptionRequest,
            UpdateRoleDescriptionResponse,
            frozenset({
                "NoSuchEntityException", "UnmodifiableEntityException", "ServiceFailureException",
            }),
        ),
        "UpdateUser": OperationShape(
            "UpdateUser",
            UpdateUserRequest,
            None,
            frozenset({
                "NoSuchEntityException", "LimitExceededException", "EntityAlreadyExistsException",
                "EntityTemporarilyUnmodifiableException", "ConcurrentModificationException", "ServiceFailureException",
            }),
        ),
    }
)


OTHERS: frozenset[str] = frozenset({
    "AcceptDelegationRequest", "AcquireRole", "AssociateDelegationRequest", "CreateDelegationRequest",
    "CreateSAMLProvider", "CreateServiceLinkedRole", "CreateServiceSpecificCredential", "CreateVirtualMFADevice",
    "DeactivateMFADevice", "DeleteSAMLProvider", "DeleteSSHPublicKey", "DeleteServerCertificate",
    "DeleteServiceLinkedRole", "DeleteServiceSpecificCredential", "DeleteSigningCertificate", "DeleteVirtualMFADevice",
    "DisableOrganizationsRootCredentialsManagement", "DisableOrganizationsRootSessions",
    "DisableOutboundWebIdentityFederation", "EnableMFADevice", "EnableOrganizationsRootCredentialsManagement",
    "EnableOrganizationsRootSessions", "EnableOutboundWebIdentityFederation", "GenerateOrganizationsAccessReport",
    "GetAccountProperties", "GetDelegationRequest", "GetHumanReadableSummary", "GetMFADevice",
    "GetOrganizationsAccessReport", "GetOutboundWebIdentityFederationInfo", "GetRoleTemplateVersion", "GetSAMLProvider",
    "GetSSHPublicKey", "GetServerCertificate", "GetServiceLinkedRoleDeletionStatus", "ListDelegationRequests",
    "ListMFADeviceTags", "ListOrganizationsFeatures", "ListSAMLProviderTags", "ListServerCertificateTags",
    "PutAccountProperties", "RejectDelegationRequest", "ResetServiceSpecificCredential", "ResyncMFADevice",
    "SendDelegationToken", "SetSecurityTokenServicePreferences", "TagMFADevice", "TagSAMLProvider",
    "TagServerCertificate", "UntagMFADevice", "UntagSAMLProvider", "UntagServerCertificate", "UpdateDelegationRequest",
    "UpdateSAMLProvider", "UpdateSSHPublicKey", "UpdateServerCertificate", "UpdateServiceSpecificCredential",
    "UpdateSigningCertificate", "UploadSSHPublicKey", "UploadServerCertificate", "UploadSigningCertificate",
})
"""Operations that the service model has beside those, by name."""
