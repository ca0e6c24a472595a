"""The shapes of AWS Security Token Service, API version 2011-06-15. Generated: do not edit.

By ``python tools/generate_shapes.py`` from botocore 1.44.5.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, ClassVar

from msgspec import Meta, field

from strongroom.wire.shape import OperationShape, Shape, Timestamp

ArnType = Annotated[str, Meta(min_length=20, max_length=2048, pattern='\\A(?a:[\\u0009\\u000A\\u000D\\u0020-\\u007E\\u0085\\u00A0-\\uD7FF\\uE000-\\uFFFD\\u10000-\\u10FFFF]+)\\Z')]


RoleSessionNameType = Annotated[str, Meta(min_length=2, max_length=64, pattern='\\A(?a:[\\w+=,.@-]*)\\Z')]


class PolicyDescriptorType(Shape, frozen=True, kw_only=True):
    arn: ArnType | None = field(default=None, name="arn")


UnrestrictedSessionPolicyDocumentType = Annotated[str, Meta(min_length=1, pattern='\\A(?a:[\\u0009\\u000A\\u000D\\u0020-\\u00FF]+)\\Z')]


RoleDurationSecondsType = Annotated[int, Meta(ge=900, le=43200)]


TagKeyType = Annotated[str, Meta(min_length=1, max_length=128, pattern='\\A(?:[\\w \\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000\\w_.:/=+\\-@]+)\\Z', extra={'pattern': '[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]+'})]


TagValueType = Annotated[str, Meta(max_length=256, pattern='\\A(?:[\\w \\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000\\w_.:/=+\\-@]*)\\Z', extra={'pattern': '[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*'})]


class Tag(Shape, frozen=True, kw_only=True):
    key: TagKeyType
    value: TagValueType


TagListType = Annotated[list[Tag], Meta(max_length=50)]


TagKeyListType = Annotated[list[TagKeyType], Meta(max_length=50)]


ExternalIdType = Annotated[str, Meta(min_length=2, max_length=1224, pattern='\\A(?a:[\\w+=,.@:\\/-]*)\\Z')]


SerialNumberType = Annotated[str, Meta(min_length=9, max_length=256, pattern='\\A(?a:[\\w+=/:,.@-]*)\\Z')]


TokenCodeType = Annotated[str, Meta(min_length=6, max_length=6, pattern='\\A(?a:[\\d]*)\\Z')]


SourceIdentityType = Annotated[str, Meta(min_length=2, max_length=64, pattern='\\A(?a:[\\w+=,.@-]*)\\Z')]


ContextAssertionType = Annotated[str, Meta(min_length=4, max_length=2048)]


class ProvidedContext(Shape, frozen=True, kw_only=True):
    HIDDEN: ClassVar[frozenset[str]] = frozenset({"context_assertion"})

    provider_arn: ArnType | None = None
    context_assertion: ContextAssertionType | None = None


ProvidedContextsListType = Annotated[list[ProvidedContext], Meta(min_length=1, max_length=5)]


MinimumSessionTokenSizeType = Annotated[int, Meta(ge=0, le=4096)]


class AssumeRoleRequest(Shape, frozen=True, kw_only=True):
    HIDDEN: ClassVar[frozenset[str]] = frozenset({"token_code"})

    role_arn: ArnType
    role_session_name: RoleSessionNameType
    policy_arns: list[PolicyDescriptorType] | None = None
    policy: UnrestrictedSessionPolicyDocumentType | None = None
    duration_seconds: RoleDurationSecondsType | None = None
    tags: TagListType | None = None
    transitive_tag_keys: TagKeyListType | None = None
    external_id: ExternalIdType | None = None
    serial_number: SerialNumberType | None = None
    token_code: TokenCodeType | None = None
    source_identity: SourceIdentityType | None = None
    provided_contexts: ProvidedContextsListType | None = None
    minimum_session_token_size: MinimumSessionTokenSizeType | None = None


class Credentials(Shape, frozen=True, kw_only=True):
    HIDDEN: ClassVar[frozenset[str]] = frozenset({"secret_access_key", "session_token"})

    access_key_id: str
    secret_access_key: str
    session_token: str
    expiration: Timestamp


class AssumedRoleUser(Shape, frozen=True, kw_only=True):
    assumed_role_id: str
    arn: str


class AssumeRoleResponse(Shape, frozen=True, kw_only=True):
    credentials: Credentials | None = None
    assumed_role_user: AssumedRoleUser | None = None
    packed_policy_size: int | None = None
    source_identity: str | None = None
    session_token_utilization: int | None = None
    session_token_size: int | None = None


SAMLAssertionType = Annotated[str, Meta(min_length=4, max_length=100000)]


SessionPolicyDocumentType = Annotated[str, Meta(min_length=1, max_length=2048, pattern='\\A(?a:[\\u0009\\u000A\\u000D\\u0020-\\u00FF]+)\\Z')]


class AssumeRoleWithSAMLRequest(Shape, frozen=True, kw_only=True):
    HIDDEN: ClassVar[frozenset[str]] = frozenset({"saml_assertion"})

    role_arn: ArnType
    principal_arn: ArnType
    saml_assertion: SAMLAssertionType = field(name="SAMLAssertion")
    policy_arns: list[PolicyDescriptorType] | None = None
    policy: SessionPolicyDocumentType | None = None
    duration_seconds: RoleDurationSecondsType | None = None
    minimum_session_token_size: MinimumSessionTokenSizeType | None = None


class AssumeRoleWithSAMLResponse(Shape, frozen=True, kw_only=True):
    credentials: Credentials | None = None
    assumed_role_user: AssumedRoleUser | None = None
    packed_policy_size: int | None = None
    subject: str | None = None
    subject_type: str | None = None
    issuer: str | None = None
    audience: str | None = None
    name_qualifier: str | None = None
    source_identity: str | None = None
    session_token_utilization: int | None = None
    session_token_size: int | None = None


ClientTokenType = Annotated[str, Meta(min_length=4, max_length=20000)]


UrlType = Annotated[str, Meta(min_length=4, max_length=2048)]


class AssumeRoleWithWebIdentityRequest(Shape, frozen=True, kw_only=True):
    HIDDEN: ClassVar[frozenset[str]] = frozenset({"web_identity_token"})

    role_arn: ArnType
    role_session_name: RoleSessionNameType
    web_identity_token: ClientTokenType
    provider_id: UrlType | None = None
    policy_arns: list[PolicyDescriptorType] | None = None
    policy: SessionPolicyDocumentType | None = None
    duration_seconds: RoleDurationSecondsType | None = None
    minimum_session_token_size: MinimumSessionTokenSizeType | None = None


class AssumeRoleWithWebIdentityResponse(Shape, frozen=True, kw_only=True):
    credentials: Credentials | None = None
    subject_from_web_identity_token: str | None = None
    assumed_role_user: AssumedRoleUser | None = None
    packed_policy_size: int | None = None
    provider: str | None = None
    audience: str | None = None
    source_identity: str | None = None
    session_token_utilization: int | None = None
    session_token_size: int | None = None


TargetPrincipalType = Annotated[str, Meta(min_length=12, max_length=2048)]


RootDurationSecondsType = Annotated[int, Meta(ge=0, le=900)]


class AssumeRootRequest(Shape, frozen=True, kw_only=True):
    target_principal: TargetPrincipalType
    task_policy_arn: PolicyDescriptorType
    duration_seconds: RootDurationSecondsType | None = None
    minimum_session_token_size: MinimumSessionTokenSizeType | None = None


class AssumeRootResponse(Shape, frozen=True, kw_only=True):
    credentials: Credentials | None = None
    source_identity: str | None = None
    session_token_utilization: int | None = None
    session_token_size: int | None = None


EncodedMessageType = Annotated[str, Meta(min_length=1, max_length=10240)]


class DecodeAuthorizationMessageRequest(Shape, frozen=True, kw_only=True):
    encoded_message: EncodedMessageType


class DecodeAuthorizationMessageResponse(Shape, frozen=True, kw_only=True):
    decoded_message: str | None = None


AccessKeyIdType = Annotated[str, Meta(min_length=16, max_length=128, pattern='\\A(?a:[\\w]*)\\Z')]


class GetAccessKeyInfoRequest(Shape, frozen=True, kw_only=True):
    access_key_id: AccessKeyIdType


class GetAccessKeyInfoResponse(Shape, frozen=True, kw_only=True):
    account: str | None = None


class GetCallerIdentityRequest(Shape, frozen=True, kw_only=True):
    pass


class GetCallerIdentityResponse(Shape, frozen=True, kw_only=True):
    user_id: str | None = None
    account: str | None = None
    arn: str | None = None


class GetDelegatedAccessTokenRequest(Shape, frozen=True, kw_only=True):
    HIDDEN: ClassVar[frozenset[str]] = frozenset({"trade_in_token"})

    trade_in_token: str


class GetDelegatedAccessTokenResponse(Shape, frozen=True, kw_only=True):
    credentials: Credentials | None = None
    packed_policy_size: int | None = None
    assumed_principal: str | None = None


UserNameType = Annotated[str, Meta(min_length=2, max_length=32, pattern='\\A(?a:[\\w+=,.@-]*)\\Z')]


DurationSecondsType = Annotated[int, Meta(ge=900, le=129600)]


class GetFederationTokenRequest(Shape, frozen=True, kw_only=True):
    name: UserNameType
    policy: SessionPolicyDocumentType | None = None
    policy_arns: list[PolicyDescriptorType] | None = None
    duration_seconds: DurationSecondsType | None = None
    tags: TagListType | None = None
    minimum_session_token_size: MinimumSessionTokenSizeType | None = None


class FederatedUser(Shape, frozen=True, kw_only=True):
    federated_user_id: str
    arn: str


class GetFederationTokenResponse(Shape, frozen=True, kw_only=True):
    credentials: Credentials | None = None
    federated_user: FederatedUser | None = None
    packed_policy_size: int | None = None
    session_token_utilization: int | None = None
    session_token_size: int | None = None


class GetSessionTokenRequest(Shape, frozen=True, kw_only=True):
    HIDDEN: ClassVar[frozenset[str]] = frozenset({"token_code"})

    duration_seconds: DurationSecondsType | None = None
    serial_number: SerialNumberType | None = None
    token_code: TokenCodeType | None = None
    minimum_session_token_size: MinimumSessionTokenSizeType | None = None


class GetSessionTokenResponse(Shape, frozen=True, kw_only=True):
    credentials: Credentials | None = None
    session_token_utilization: int | None = None
    session_token_size: int | None = None


WebIdentityTokenAudienceStringType = Annotated[str, Meta(min_length=1, max_length=1000)]


WebIdentityTokenAudienceListType = Annotated[list[WebIdentityTokenAudienceStringType], Meta(min_length=1, max_length=10)]


WebIdentityTokenDurationSecondsType = Annotated[int, Meta(ge=60, le=3600)]


JwtAlgorithmType = Annotated[str, Meta(min_length=5, max_length=5)]


class GetWebIdentityTokenRequest(Shape, frozen=True, kw_only=True):
    audience: WebIdentityTokenAudienceListType
    duration_seconds: WebIdentityTokenDurationSecondsType | None = None
    signing_algorithm: JwtAlgorithmType
    tags: TagListType | None = None


class GetWebIdentityTokenResponse(Shape, frozen=True, kw_only=True):
    HIDDEN: ClassVar[frozenset[str]] = frozenset({"web_identity_token"})

    web_identity_token: str | None = None
    expiration: Timestamp | None = None


OPERATIONS: Mapping[str, OperationShape] = MappingProxyType(
    {
        "AssumeRole": OperationShape(
            "AssumeRole",
            AssumeRoleRequest,
            AssumeRoleResponse,
            frozenset({
                "MalformedPolicyDocumentException", "PackedPolicyTooLargeException", "RegionDisabledException",
                "ExpiredTokenException",
            }),
        ),
        "AssumeRoleWithSAML": OperationShape(
            "AssumeRoleWithSAML",
            AssumeRoleWithSAMLRequest,
            AssumeRoleWithSAMLResponse,
            frozenset({
                "MalformedPolicyDocumentException", "PackedPolicyTooLargeException", "IDPRejectedClaimException",
                "InvalidIdentityTokenException", "ExpiredTokenException", "RegionDisabledException",
            }),
        ),
        "AssumeRoleWithWebIdentity": OperationShape(
            "AssumeRoleWithWebIdentity",
            AssumeRoleWithWebIdentityRequest,
            AssumeRoleWithWebIdentityResponse,
            frozenset({
                "MalformedPolicyDocumentException", "PackedPolicyTooLargeException", "IDPRejectedClaimException",
                "IDPCommunicationErrorException", "InvalidIdentityTokenException", "ExpiredTokenException",
                "RegionDisabledException",
            }),
        ),
        "AssumeRoot": OperationShape(
            "AssumeRoot",
            AssumeRootRequest,
            AssumeRootResponse,
            frozenset({
                "RegionDisabledException", "ExpiredTokenException",
            }),
        ),
        "DecodeAuthorizationMessage": OperationShape(
            "DecodeAuthorizationMessage",
            DecodeAuthorizationMessageRequest,
            DecodeAuthorizationMessageResponse,
            frozenset({"InvalidAuthorizationMessageException"}),
        ),
        "GetAccessKeyInfo": OperationShape(
            "GetAccessKeyInfo",
            GetAccessKeyInfoRequest,
            GetAccessKeyInfoResponse,
            frozenset(),
        ),
        "GetCallerIdentity": OperationShape(
            "GetCallerIdentity",
            GetCallerIdentityRequest,
            GetCallerIdentityResponse,
            frozenset(),
        ),
        "GetDelegatedAccessToken": OperationShape(
            "GetDelegatedAccessToken",
            GetDelegatedAccessTokenRequest,
            GetDelegatedAccessTokenResponse,
            frozenset({
                "ExpiredTradeInTokenException", "RegionDisabledException", "PackedPolicyTooLargeException",
            }),
        ),
        "GetFederationToken": OperationShape(
            "GetFederationToken",
            GetFederationTokenRequest,
            GetFederationTokenResponse,
            frozenset({
                "MalformedPolicyDocumentException", "PackedPolicyTooLargeException", "RegionDisabledException",
            }),
        ),
        "GetSessionToken": OperationShape(
            "GetSessionToken",
            GetSessionTokenRequest,
            GetSessionTokenResponse,
            frozenset({"RegionDisabledException"}),
        ),
        "GetWebIdentityToken": OperationShape(
            "GetWebIdentityToken",
            GetWebIdentityTokenRequest,
            GetWebIdentityTokenResponse,
            frozenset({
                "SessionDurationEscalationException", "OutboundWebIdentityFederationDisabledException",
                "JWTPayloadSizeExceededException",
            }),
        ),
    }
)


OTHERS: frozenset[str] = frozenset()
"""Operations that the service model has beside those, by name."""
