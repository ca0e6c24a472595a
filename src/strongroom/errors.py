"""Every failure a caller can meet: its name on the wire, its HTTP status and its text.

Clients switch on the names, tools match the texts, so both are AWS's own. A message carries names and lengths, never
secrets, paths or SQL. Whatever escapes and is not an ``AWSError`` is answered as ``KMSInternalException`` without its text.

Source: AWS KMS API Reference, "Common Errors" and each action's "Errors".
"""

from typing import ClassVar


class AWSError(Exception):
    """A refusal in AWS's words. ``message`` None means that AWS sends no text at all for this case."""

    wire_name: ClassVar[str] = "KMSInternalException"
    http_status: ClassVar[int] = 400
    message_member: ClassVar[str] = "message"
    query_code: ClassVar[tuple[str, int] | None] = (
        None  # (code, status) where the query dialect's own table is not meant
    )

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or self.wire_name)
        self.message = message


# --- before the operation is known -------------------------------------------------------------------------------


class UnknownOperationError(AWSError):
    wire_name = "UnknownOperationException"


class UnknownContentTypeError(UnknownOperationError):
    """A Content-Type that is not the service's: AWS answers 404 with an XML body."""

    http_status = 404


class SerializationError(AWSError):
    """The body is not JSON, or a member has another JSON type than the model says."""

    wire_name = "SerializationException"
    message_member = "Message"


class RequestTooLargeError(AWSError):
    wire_name = "RequestEntityTooLargeException"
    http_status = 413


# --- who is calling ----------------------------------------------------------------------------------------------


class MissingAuthenticationTokenError(AWSError):
    wire_name = "MissingAuthenticationTokenException"


class IncompleteSignatureError(AWSError):
    wire_name = "IncompleteSignatureException"


class InvalidSignatureError(AWSError):
    wire_name = "InvalidSignatureException"


class UnrecognizedClientError(AWSError):
    """Unknown access key id or unusable session token."""

    wire_name = "UnrecognizedClientException"


class ExpiredTokenError(AWSError):
    wire_name = "ExpiredTokenException"


# --- what the caller may do ----------------------------------------------------------------------------------------


class AccessDeniedError(AWSError):
    wire_name = "AccessDeniedException"
    message_member = "Message"


class NotAuthorizedError(AWSError):
    wire_name = "NotAuthorizedException"


class ThrottlingError(AWSError):
    wire_name = "ThrottlingException"


# --- what was asked ------------------------------------------------------------------------------------------------


class ValidationError(AWSError):
    wire_name = "ValidationException"


class AlreadyExistsError(AWSError):
    wire_name = "AlreadyExistsException"


class CloudHSMClusterInUseError(AWSError):
    wire_name = "CloudHsmClusterInUseException"


class CloudHSMClusterNotRelatedError(AWSError):
    """Another custom key store's cluster is never a copy of this one's: no two stores share a cluster certificate."""

    wire_name = "CloudHsmClusterNotRelatedException"


class CustomKeyStoreHasCMKsError(AWSError):
    wire_name = "CustomKeyStoreHasCMKsException"


class CustomKeyStoreInvalidStateError(AWSError):
    wire_name = "CustomKeyStoreInvalidStateException"


class CustomKeyStoreNameInUseError(AWSError):
    wire_name = "CustomKeyStoreNameInUseException"


class CustomKeyStoreNotFoundError(AWSError):
    wire_name = "CustomKeyStoreNotFoundException"


class DisabledError(AWSError):
    wire_name = "DisabledException"


class DryRunOperationError(AWSError):
    """A dry run that would have succeeded: every dry run ends in an error."""

    wire_name = "DryRunOperationException"


class ExpiredImportTokenError(AWSError):
    wire_name = "ExpiredImportTokenException"


class IncorrectKeyError(AWSError):
    wire_name = "IncorrectKeyException"


class IncorrectKeyMaterialError(AWSError):
    wire_name = "IncorrectKeyMaterialException"


class IncorrectTrustAnchorError(AWSError):
    wire_name = "IncorrectTrustAnchorException"


class InvalidAliasNameError(AWSError):
    wire_name = "InvalidAliasNameException"


class InvalidArnError(AWSError):
    wire_name = "InvalidArnException"


class InvalidCiphertextError(AWSError):
    """Wrong key, wrong encryption context, altered or cut blob: one answer for all, so that none can be probed."""

    wire_name = "InvalidCiphertextException"


class InvalidGrantIdError(AWSError):
    wire_name = "InvalidGrantIdException"


class InvalidGrantTokenError(AWSError):
    wire_name = "InvalidGrantTokenException"


class InvalidImportTokenError(AWSError):
    """Another key's or an altered import token: one answer without a text for both."""

    wire_name = "InvalidImportTokenException"


class InvalidKeyUsageError(AWSError):
    wire_name = "InvalidKeyUsageException"


class InvalidMarkerError(AWSError):
    wire_name = "InvalidMarkerException"


class KMSInvalidMacError(AWSError):
    wire_name = "KMSInvalidMacException"


class KMSInvalidSignatureError(AWSError):
    wire_name = "KMSInvalidSignatureException"


class KMSInvalidStateError(AWSError):
    wire_name = "KMSInvalidStateException"


class LimitExceededError(AWSError):
    wire_name = "LimitExceededException"


class MalformedPolicyDocumentError(AWSError):
    wire_name = "MalformedPolicyDocumentException"


class NotFoundError(AWSError):
    wire_name = "NotFoundException"


class RotationConflictError(AWSError):
    """An automatic rotation is under way or so near that one on demand would run into it."""

    wire_name = "ConflictException"


class TagError(AWSError):
    wire_name = "TagException"


class UnsupportedOperationError(AWSError):
    wire_name = "UnsupportedOperationException"


class XKSKeyAlreadyInUseError(AWSError):
    wire_name = "XksKeyAlreadyInUseException"


class XKSProxyURIEndpointInUseError(AWSError):
    wire_name = "XksProxyUriEndpointInUseException"


class XKSProxyURIInUseError(AWSError):
    wire_name = "XksProxyUriInUseException"


class XKSProxyVPCEndpointServiceInUseError(AWSError):
    wire_name = "XksProxyVpcEndpointServiceInUseException"


class XKSProxyVPCEndpointServiceNotFoundError(AWSError):
    wire_name = "XksProxyVpcEndpointServiceNotFoundException"


# --- CloudTrail: names that are not KMS's too ---------------------------------------------------------------------------


class CloudTrailError(AWSError):
    """Its service model calls the text ``Message``, and the Go SDK reads no other member."""

    message_member = "Message"


class CloudTrailUnsupportedOperationError(CloudTrailError):
    wire_name = "UnsupportedOperationException"


class CloudTrailARNInvalidError(CloudTrailError):
    wire_name = "CloudTrailARNInvalidException"


class InvalidEventCategoryError(CloudTrailError):
    wire_name = "InvalidEventCategoryException"


class InvalidEventSelectorsError(CloudTrailError):
    wire_name = "InvalidEventSelectorsException"


class InvalidHomeRegionError(CloudTrailError):
    wire_name = "InvalidHomeRegionException"


class InvalidLookupAttributesError(CloudTrailError):
    wire_name = "InvalidLookupAttributesException"


class InvalidMaxResultsError(CloudTrailError):
    wire_name = "InvalidMaxResultsException"


class InvalidNextTokenError(CloudTrailError):
    wire_name = "InvalidNextTokenException"


class InvalidParameterCombinationError(CloudTrailError):
    wire_name = "InvalidParameterCombinationException"


class InvalidS3BucketNameError(CloudTrailError):
    wire_name = "InvalidS3BucketNameException"


class InvalidS3PrefixError(CloudTrailError):
    wire_name = "InvalidS3PrefixException"


class InvalidTagParameterError(CloudTrailError):
    wire_name = "InvalidTagParameterException"


class InvalidTimeRangeError(CloudTrailError):
    wire_name = "InvalidTimeRangeException"


class InvalidTokenError(CloudTrailError):
    wire_name = "InvalidTokenException"


class InvalidTrailNameError(CloudTrailError):
    wire_name = "InvalidTrailNameException"


class MaximumNumberOfTrailsExceededError(CloudTrailError):
    wire_name = "MaximumNumberOfTrailsExceededException"


class ResourceNotFoundError(CloudTrailError):
    wire_name = "ResourceNotFoundException"


class TagsLimitExceededError(CloudTrailError):
    wire_name = "TagsLimitExceededException"


class TrailAlreadyExistsError(CloudTrailError):
    wire_name = "TrailAlreadyExistsException"


class TrailNotFoundError(CloudTrailError):
    wire_name = "TrailNotFoundException"


# --- IAM: names that are not KMS's too --------------------------------------------------------------------------------


class DeleteConflictError(AWSError):
    wire_name = "DeleteConflictException"


class EntityAlreadyExistsError(AWSError):
    wire_name = "EntityAlreadyExistsException"


class InvalidInputError(AWSError):
    wire_name = "InvalidInputException"


class NoSuchEntityError(AWSError):
    wire_name = "NoSuchEntityException"


class InvalidUserTypeError(AWSError):
    """Somebody who is no IAM user wants to change his password."""

    wire_name = "InvalidUserTypeException"


class PasswordPolicyViolationError(AWSError):
    wire_name = "PasswordPolicyViolationException"


class PolicyNotAttachableError(AWSError):
    wire_name = "PolicyNotAttachableException"


# --- STS: names that are not KMS's too --------------------------------------------------------------------------------


class InvalidAuthorizationMessageError(AWSError):
    """An encoded message that is not one of ours, or another account's."""

    wire_name = "InvalidAuthorizationMessageException"


class IDPCommunicationError(AWSError):
    """The identity provider cannot be asked for its keys now. SDKs try again."""

    wire_name = "IDPCommunicationErrorException"


class ExpiredWebTokenError(AWSError):
    """A web identity token past its end. The session tokens that sign requests have another code in the query dialect."""

    wire_name = "ExpiredTokenException"
    query_code = ("ExpiredTokenException", 400)


class InvalidIdentityTokenError(AWSError):
    wire_name = "InvalidIdentityTokenException"


class InvalidParameterValueError(AWSError):
    wire_name = "InvalidParameterValue"


class PackedPolicyTooLargeError(AWSError):
    wire_name = "PackedPolicyTooLargeException"


# --- our side --------------------------------------------------------------------------------------------------------


class KMSInternalError(AWSError):
    """Something on our side failed; the request was not carried out. SDKs retry it."""

    wire_name = "KMSInternalException"
    http_status = 500


class DependencyTimeoutError(AWSError):
    wire_name = "DependencyTimeoutException"
    http_status = 500
