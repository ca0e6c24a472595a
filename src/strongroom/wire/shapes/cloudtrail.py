"""The shapes of AWS CloudTrail, API version 2013-11-01. Generated: do not edit.

By ``python tools/generate_shapes.py`` from botocore 1.44.5.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, ClassVar, Literal

from msgspec import Meta, field

from strongroom.wire.shape import OperationShape, Shape, Timestamp

TagKey = Annotated[str, Meta(min_length=1, max_length=128)]


TagValue = Annotated[str, Meta(min_length=1, max_length=256)]


class Tag(Shape, frozen=True, kw_only=True):
    key: TagKey
    value: TagValue | None = None


TagsList = Annotated[list[Tag], Meta(max_length=200)]


class AddTagsRequest(Shape, frozen=True, kw_only=True):
    resource_id: str
    tags_list: TagsList


class AddTagsResponse(Shape, frozen=True, kw_only=True):
    pass


class CreateTrailRequest(Shape, frozen=True, kw_only=True):
    name: str
    s3_bucket_name: str
    s3_key_prefix: str | None = None
    sns_topic_name: str | None = None
    include_global_service_events: bool | None = None
    is_multi_region_trail: bool | None = None
    enable_log_file_validation: bool | None = None
    cloud_watch_logs_log_group_arn: str | None = None
    cloud_watch_logs_role_arn: str | None = None
    kms_key_id: str | None = None
    is_organization_trail: bool | None = None
    tags_list: TagsList | None = None
    recursive_logging: bool | None = None


class CreateTrailResponse(Shape, frozen=True, kw_only=True):
    name: str | None = None
    s3_bucket_name: str | None = None
    s3_key_prefix: str | None = None
    sns_topic_name: str | None = None
    sns_topic_arn: str | None = field(default=None, name="SnsTopicARN")
    include_global_service_events: bool | None = None
    is_multi_region_trail: bool | None = None
    trail_arn: str | None = field(default=None, name="TrailARN")
    log_file_validation_enabled: bool | None = None
    cloud_watch_logs_log_group_arn: str | None = None
    cloud_watch_logs_role_arn: str | None = None
    kms_key_id: str | None = None
    is_organization_trail: bool | None = None
    recursive_logging: bool | None = None


class DeleteTrailRequest(Shape, frozen=True, kw_only=True):
    name: str


class DeleteTrailResponse(Shape, frozen=True, kw_only=True):
    pass


class DescribeTrailsRequest(Shape, frozen=True, kw_only=True):
    trail_name_list: list[str] | None = field(default=None, name="trailNameList")
    include_shadow_trails: bool | None = field(default=None, name="includeShadowTrails")


class Trail(Shape, frozen=True, kw_only=True):
    name: str | None = None
    s3_bucket_name: str | None = None
    s3_key_prefix: str | None = None
    sns_topic_name: str | None = None
    sns_topic_arn: str | None = field(default=None, name="SnsTopicARN")
    include_global_service_events: bool | None = None
    is_multi_region_trail: bool | None = None
    home_region: str | None = None
    trail_arn: str | None = field(default=None, name="TrailARN")
    log_file_validation_enabled: bool | None = None
    cloud_watch_logs_log_group_arn: str | None = None
    cloud_watch_logs_role_arn: str | None = None
    kms_key_id: str | None = None
    has_custom_event_selectors: bool | None = None
    has_insight_selectors: bool | None = None
    is_organization_trail: bool | None = None
    recursive_logging: bool | None = None


class DescribeTrailsResponse(Shape, frozen=True, kw_only=True):
    trail_list: list[Trail] | None = field(default=None, name="trailList")


class GetEventSelectorsRequest(Shape, frozen=True, kw_only=True):
    trail_name: str


ReadWriteType = Literal[
    "ReadOnly",
    "WriteOnly",
    "All",
]


class DataResource(Shape, frozen=True, kw_only=True):
    type: str | None = None
    values: list[str] | None = None


class EventSelector(Shape, frozen=True, kw_only=True):
    read_write_type: ReadWriteType | None = None
    include_management_events: bool | None = None
    data_resources: list[DataResource] | None = None
    exclude_management_event_sources: list[str] | None = None


SelectorName = Annotated[str, Meta(max_length=1000, pattern='\\A(?a:.*)\\Z')]


SelectorField = Annotated[str, Meta(min_length=1, max_length=1000, pattern='\\A(?a:[\\w|\\d|\\.|_]+)\\Z')]


OperatorValue = Annotated[str, Meta(min_length=1, max_length=2048, pattern='\\A(?a:.+)\\Z')]


Operator = Annotated[list[OperatorValue], Meta(min_length=1)]


class AdvancedFieldSelector(Shape, frozen=True, kw_only=True):
    field: SelectorField
    equals: Operator | None = None
    starts_with: Operator | None = None
    ends_with: Operator | None = None
    not_equals: Operator | None = None
    not_starts_with: Operator | None = None
    not_ends_with: Operator | None = None


AdvancedFieldSelectors = Annotated[list[AdvancedFieldSelector], Meta(min_length=1)]


class AdvancedEventSelector(Shape, frozen=True, kw_only=True):
    name: SelectorName | None = None
    field_selectors: AdvancedFieldSelectors


class GetEventSelectorsResponse(Shape, frozen=True, kw_only=True):
    trail_arn: str | None = field(default=None, name="TrailARN")
    event_selectors: list[EventSelector] | None = None
    advanced_event_selectors: list[AdvancedEventSelector] | None = None


class GetTrailRequest(Shape, frozen=True, kw_only=True):
    name: str


class GetTrailResponse(Shape, frozen=True, kw_only=True):
    trail: Trail | None = None


class GetTrailStatusRequest(Shape, frozen=True, kw_only=True):
    name: str


class GetTrailStatusResponse(Shape, frozen=True, kw_only=True):
    is_logging: bool | None = None
    latest_delivery_error: str | None = None
    latest_notification_error: str | None = None
    latest_delivery_time: Timestamp | None = None
    latest_notification_time: Timestamp | None = None
    start_logging_time: Timestamp | None = None
    stop_logging_time: Timestamp | None = None
    latest_cloud_watch_logs_delivery_error: str | None = None
    latest_cloud_watch_logs_delivery_time: Timestamp | None = None
    latest_digest_delivery_time: Timestamp | None = None
    latest_digest_delivery_error: str | None = None
    latest_delivery_attempt_time: str | None = None
    latest_notification_attempt_time: str | None = None
    latest_notification_attempt_succeeded: str | None = None
    latest_delivery_attempt_succeeded: str | None = None
    time_logging_started: str | None = None
    time_logging_stopped: str | None = None


class ListPublicKeysRequest(Shape, frozen=True, kw_only=True):
    start_time: Timestamp | None = None
    end_time: Timestamp | None = None
    next_token: str | None = None


class PublicKey(Shape, frozen=True, kw_only=True):
    HIDDEN: ClassVar[frozenset[str]] = frozenset({"value"})

    value: bytes | None = None
    validity_start_time: Timestamp | None = None
    validity_end_time: Timestamp | None = None
    fingerprint: str | None = None


class ListPublicKeysResponse(Shape, frozen=True, kw_only=True):
    public_key_list: list[PublicKey] | None = None
    next_token: str | None = None


class ListTagsRequest(Shape, frozen=True, kw_only=True):
    resource_id_list: list[str]
    next_token: str | None = None


class ResourceTag(Shape, frozen=True, kw_only=True):
    resource_id: str | None = None
    tags_list: list[Tag] | None = None


class ListTagsResponse(Shape, frozen=True, kw_only=True):
    resource_tag_list: list[ResourceTag] | None = None
    next_token: str | None = None


class ListTrailsRequest(Shape, frozen=True, kw_only=True):
    next_token: str | None = None


class TrailInfo(Shape, frozen=True, kw_only=True):
    trail_arn: str | None = field(default=None, name="TrailARN")
    name: str | None = None
    home_region: str | None = None


class ListTrailsResponse(Shape, frozen=True, kw_only=True):
    trails: list[TrailInfo] | None = None
    next_token: str | None = None


LookupAttributeKey = Literal[
    "EventId",
    "EventName",
    "ReadOnly",
    "Username",
    "ResourceType",
    "ResourceName",
    "EventSource",
    "AccessKeyId",
]


LookupAttributeValue = Annotated[str, Meta(min_length=1, max_length=2000)]


class LookupAttribute(Shape, frozen=True, kw_only=True):
    attribute_key: LookupAttributeKey
    attribute_value: LookupAttributeValue


EventCategory = Literal[
    "insight",
]


MaxResults = Annotated[int, Meta(ge=-2147483648, le=2147483647)]


class LookupEventsRequest(Shape, frozen=True, kw_only=True):
    lookup_attributes: list[LookupAttribute] | None = None
    start_time: Timestamp | None = None
    end_time: Timestamp | None = None
    event_category: EventCategory | None = None
    max_results: MaxResults | None = None
    next_token: str | None = None


class Resource(Shape, frozen=True, kw_only=True):
    resource_type: str | None = None
    resource_name: str | None = None


class Event(Shape, frozen=True, kw_only=True):
    event_id: str | None = None
    event_name: str | None = None
    read_only: str | None = None
    access_key_id: str | None = None
    event_time: Timestamp | None = None
    event_source: str | None = None
    username: str | None = None
    resources: list[Resource] | None = None
    cloud_trail_event: str | None = None


class LookupEventsResponse(Shape, frozen=True, kw_only=True):
    events: list[Event] | None = None
    next_token: str | None = None


class PutEventSelectorsRequest(Shape, frozen=True, kw_only=True):
    trail_name: str
    event_selectors: list[EventSelector] | None = None
    advanced_event_selectors: list[AdvancedEventSelector] | None = None


class PutEventSelectorsResponse(Shape, frozen=True, kw_only=True):
    trail_arn: str | None = field(default=None, name="TrailARN")
    event_selectors: list[EventSelector] | None = None
    advanced_event_selectors: list[AdvancedEventSelector] | None = None


class RemoveTagsRequest(Shape, frozen=True, kw_only=True):
    resource_id: str
    tags_list: TagsList


class RemoveTagsResponse(Shape, frozen=True, kw_only=True):
    pass


class StartLoggingRequest(Shape, frozen=True, kw_only=True):
    name: str


class StartLoggingResponse(Shape, frozen=True, kw_only=True):
    pass


class StopLoggingRequest(Shape, frozen=True, kw_only=True):
    name: str


class StopLoggingResponse(Shape, frozen=True, kw_only=True):
    pass


class UpdateTrailRequest(Shape, frozen=True, kw_only=True):
    name: str
    s3_bucket_name: str | None = None
    s3_key_prefix: str | None = None
    sns_topic_name: str | None = None
    include_global_service_events: bool | None = None
    is_multi_region_trail: bool | None = None
    enable_log_file_validation: bool | None = None
    cloud_watch_logs_log_group_arn: str | None = None
    cloud_watch_logs_role_arn: str | None = None
    kms_key_id: str | None = None
    is_organization_trail: bool | None = None
    recursive_logging: bool | None = None


class UpdateTrailResponse(Shape, frozen=True, kw_only=True):
    name: str | None = None
    s3_bucket_name: str | None = None
    s3_key_prefix: str | None = None
    sns_topic_name: str | None = None
    sns_topic_arn: str | None = field(default=None, name="SnsTopicARN")
    include_global_service_events: bool | None = None
    is_multi_region_trail: bool | None = None
    trail_arn: str | None = field(default=None, name="TrailARN")
    log_file_validation_enabled: bool | None = None
    cloud_watch_logs_log_group_arn: str | None = None
    cloud_watch_logs_role_arn: str | None = None
    kms_key_id: str | None = None
    is_organization_trail: bool | None = None
    recursive_logging: bool | None = None


OPERATIONS: Mapping[str, OperationShape] = MappingProxyType(
    {
        "AddTags": OperationShape(
            "AddTags",
            AddTagsRequest,
            AddTagsResponse,
            frozenset({
                "ResourceNotFoundException", "CloudTrailARNInvalidException", "EventDataStoreARNInvalidException",
                "ChannelARNInvalidException", "ResourceTypeNotSupportedException", "TagsLimitExceededException",
                "InvalidTrailNameException", "InvalidTagParameterException", "InactiveEventDataStoreException",
                "EventDataStoreNotFoundException", "ChannelNotFoundException", "UnsupportedOperationException",
                "OperationNotPermittedException", "NotOrganizationMasterAccountException",
                "NoManagementAccountSLRExistsException", "ConflictException",
            }),
        ),
        "CreateTrail": OperationShape(
            "CreateTrail",
            CreateTrailRequest,
            CreateTrailResponse,
            frozenset({
                "MaximumNumberOfTrailsExceededException", "TrailAlreadyExistsException",
                "S3BucketDoesNotExistException", "InsufficientS3BucketPolicyException",
                "InsufficientSnsTopicPolicyException", "InsufficientEncryptionPolicyException",
                "InvalidS3BucketNameException", "InvalidS3PrefixException", "InvalidSnsTopicNameException",
                "InvalidKmsKeyIdException", "InvalidTrailNameException", "TrailNotProvidedException",
                "TagsLimitExceededException", "InvalidParameterCombinationException", "InvalidParameterException",
                "KmsKeyNotFoundException", "KmsKeyDisabledException", "KmsException",
                "InvalidCloudWatchLogsLogGroupArnException", "InvalidCloudWatchLogsRoleArnException",
                "CloudWatchLogsDeliveryUnavailableException", "InvalidTagParameterException",
                "UnsupportedOperationException", "OperationNotPermittedException",
                "CloudTrailAccessNotEnabledException", "InsufficientDependencyServiceAccessPermissionException",
                "NotOrganizationMasterAccountException", "OrganizationsNotInUseException",
                "OrganizationNotInAllFeaturesModeException", "NoManagementAccountSLRExistsException",
                "CloudTrailInvalidClientTokenIdException", "ConflictException", "ThrottlingException",
            }),
        ),
        "DeleteTrail": OperationShape(
            "DeleteTrail",
            DeleteTrailRequest,
            DeleteTrailResponse,
            frozenset({
                "TrailNotFoundException", "InvalidTrailNameException", "CloudTrailARNInvalidException",
                "ConflictException", "ThrottlingException", "InvalidHomeRegionException",
                "UnsupportedOperationException", "OperationNotPermittedException",
                "NotOrganizationMasterAccountException", "NoManagementAccountSLRExistsException",
                "InsufficientDependencyServiceAccessPermissionException",
            }),
        ),
        "DescribeTrails": OperationShape(
            "DescribeTrails",
            DescribeTrailsRequest,
            DescribeTrailsResponse,
            frozenset({
                "UnsupportedOperationException", "OperationNotPermittedException", "InvalidTrailNameException",
                "CloudTrailARNInvalidException", "NoManagementAccountSLRExistsException",
            }),
        ),
        "GetEventSelectors": OperationShape(
            "GetEventSelectors",
            GetEventSelectorsRequest,
            GetEventSelectorsResponse,
            frozenset({
                "TrailNotFoundException", "InvalidTrailNameException", "CloudTrailARNInvalidException",
                "UnsupportedOperationException", "OperationNotPermittedException",
                "NoManagementAccountSLRExistsException",
            }),
        ),
        "GetTrail": OperationShape(
            "GetTrail",
            GetTrailRequest,
            GetTrailResponse,
            frozenset({
                "CloudTrailARNInvalidException", "TrailNotFoundException", "InvalidTrailNameException",
                "UnsupportedOperationException", "OperationNotPermittedException",
            }),
        ),
        "GetTrailStatus": OperationShape(
            "GetTrailStatus",
            GetTrailStatusRequest,
            GetTrailStatusResponse,
            frozenset({
                "CloudTrailARNInvalidException", "TrailNotFoundException", "InvalidTrailNameException",
                "UnsupportedOperationException", "OperationNotPermittedException",
            }),
        ),
        "ListPublicKeys": OperationShape(
            "ListPublicKeys",
            ListPublicKeysRequest,
            ListPublicKeysResponse,
            frozenset({
                "InvalidTimeRangeException", "UnsupportedOperationException", "OperationNotPermittedException",
                "InvalidTokenException",
            }),
        ),
        "ListTags": OperationShape(
            "ListTags",
            ListTagsRequest,
            ListTagsResponse,
            frozenset({
                "ResourceNotFoundException", "CloudTrailARNInvalidException", "EventDataStoreARNInvalidException",
                "ChannelARNInvalidException", "ResourceTypeNotSupportedException", "InvalidTrailNameException",
                "InactiveEventDataStoreException", "EventDataStoreNotFoundException", "UnsupportedOperationException",
                "OperationNotPermittedException", "InvalidTokenException", "NoManagementAccountSLRExistsException",
            }),
        ),
        "ListTrails": OperationShape(
            "ListTrails",
            ListTrailsRequest,
            ListTrailsResponse,
            frozenset({
                "UnsupportedOperationException", "OperationNotPermittedException",
            }),
        ),
        "LookupEvents": OperationShape(
            "LookupEvents",
            LookupEventsRequest,
            LookupEventsResponse,
            frozenset({
                "InvalidLookupAttributesException", "InvalidTimeRangeException", "InvalidMaxResultsException",
                "InvalidNextTokenException", "InvalidEventCategoryException", "UnsupportedOperationException",
                "OperationNotPermittedException",
            }),
        ),
        "PutEventSelectors": OperationShape(
            "PutEventSelectors",
            PutEventSelectorsRequest,
            PutEventSelectorsResponse,
            frozenset({
                "TrailNotFoundException", "InvalidTrailNameException", "CloudTrailARNInvalidException",
                "InvalidHomeRegionException", "InvalidEventSelectorsException", "ConflictException",
                "ThrottlingException", "UnsupportedOperationException", "OperationNotPermittedException",
                "NotOrganizationMasterAccountException", "NoManagementAccountSLRExistsException",
                "InsufficientDependencyServiceAccessPermissionException",
            }),
        ),
        "RemoveTags": OperationShape(
            "RemoveTags",
            RemoveTagsRequest,
            RemoveTagsResponse,
            frozenset({
                "ResourceNotFoundException", "CloudTrailARNInvalidException", "EventDataStoreARNInvalidException",
                "ChannelARNInvalidException", "ResourceTypeNotSupportedException", "InvalidTrailNameException",
                "InvalidTagParameterException", "InactiveEventDataStoreException", "EventDataStoreNotFoundException",
                "ChannelNotFoundException", "UnsupportedOperationException", "OperationNotPermittedException",
                "NotOrganizationMasterAccountException", "NoManagementAccountSLRExistsException", "ConflictException",
            }),
        ),
        "StartLogging": OperationShape(
            "StartLogging",
            StartLoggingRequest,
            StartLoggingResponse,
            frozenset({
                "CloudTrailARNInvalidException", "ConflictException", "ThrottlingException", "TrailNotFoundException",
                "InvalidTrailNameException", "InvalidHomeRegionException", "UnsupportedOperationException",
                "OperationNotPermittedException", "NotOrganizationMasterAccountException",
                "NoManagementAccountSLRExistsException", "InsufficientDependencyServiceAccessPermissionException",
            }),
        ),
        "StopLogging": OperationShape(
            "StopLogging",
            StopLoggingRequest,
            StopLoggingResponse,
            frozenset({
                "TrailNotFoundException", "InvalidTrailNameException", "CloudTrailARNInvalidException",
                "ConflictException", "ThrottlingException", "InvalidHomeRegionException",
                "UnsupportedOperationException", "OperationNotPermittedException",
                "NotOrganizationMasterAccountException", "NoManagementAccountSLRExistsException",
                "InsufficientDependencyServiceAccessPermissionException",
            }),
        ),
        "UpdateTrail": OperationShape(
            "UpdateTrail",
            UpdateTrailRequest,
            UpdateTrailResponse,
            frozenset({
                "S3BucketDoesNotExistException", "InsufficientS3BucketPolicyException",
                "InsufficientSnsTopicPolicyException", "InsufficientEncryptionPolicyException",
                "TrailNotFoundException", "InvalidS3BucketNameException", "InvalidS3PrefixException",
                "InvalidSnsTopicNameException", "InvalidKmsKeyIdException", "InvalidTrailNameException",
                "TrailNotProvidedException", "InvalidEventSelectorsException", "CloudTrailARNInvalidException",
                "ConflictException", "ThrottlingException", "InvalidParameterCombinationException",
                "InvalidHomeRegionException", "KmsKeyNotFoundException", "KmsKeyDisabledException", "KmsException",
                "InvalidCloudWatchLogsLogGroupArnException", "InvalidCloudWatchLogsRoleArnException",
                "CloudWatchLogsDeliveryUnavailableException", "UnsupportedOperationException",
                "OperationNotPermittedException", "CloudTrailAccessNotEnabledException",
                "InsufficientDependencyServiceAccessPermissionException", "OrganizationsNotInUseException",
                "NotOrganizationMasterAccountException", "OrganizationNotInAllFeaturesModeException",
                "NoManagementAccountSLRExistsException", "CloudTrailInvalidClientTokenIdException",
                "InvalidParameterException",
            }),
        ),
    }
)


OTHERS: frozenset[str] = frozenset({
    "CancelQuery", "CreateChannel", "CreateDashboard", "CreateEventDataStore", "DeleteChannel", "DeleteDashboard",
    "DeleteEventDataStore", "DeleteResourcePolicy", "DeregisterOrganizationDelegatedAdmin", "DescribeQuery",
    "DisableFederation", "EnableFederation", "GenerateQuery", "GetChannel", "GetDashboard", "GetEventConfiguration",
    "GetEventDataStore", "GetImport", "GetInsightSelectors", "GetQueryResults", "GetResourcePolicy", "ListChannels",
    "ListDashboards", "ListEventDataStores", "ListImportFailures", "ListImports", "ListInsightsData",
    "ListInsightsMetricData", "ListQueries", "PutEventConfiguration", "PutInsightSelectors", "PutResourcePolicy",
    "RegisterOrganizationDelegatedAdmin", "RestoreEventDataStore", "SearchSampleQueries", "StartDashboardRefresh",
    "StartEventDataStoreIngestion", "StartImport", "StartQuery", "StopEventDataStoreIngestion", "StopImport",
    "UpdateChannel", "UpdateDashboard", "UpdateEventDataStore",
})
"""Operations that the service model has beside those, by name."""
