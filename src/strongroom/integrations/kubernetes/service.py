"""gRPC around the provider: messages in and out, failures as status codes, deadlines.

Messages never carry plaintext; failures are told to the API server and to the log, with the request's uid.
"""

import logging
from collections.abc import Callable
from typing import Any, TypeVar

import grpc

from strongroom.integrations.kms import explain
from strongroom.integrations.kubernetes import k8s_kms_v2_pb2 as pb
from strongroom.integrations.kubernetes.provider import VERSION, PluginError, Provider

A = TypeVar("A")

SERVICE = "v2.KeyManagementService"

_LOG = logging.getLogger("strongroom.k8s-plugin")

_CODES = {
    "AccessDeniedException": grpc.StatusCode.PERMISSION_DENIED,
    "NotFoundException": grpc.StatusCode.NOT_FOUND,
    "DisabledException": grpc.StatusCode.FAILED_PRECONDITION,
    "KMSInvalidStateException": grpc.StatusCode.FAILED_PRECONDITION,
    "InvalidKeyUsageException": grpc.StatusCode.FAILED_PRECONDITION,
    "InvalidCiphertextException": grpc.StatusCode.INVALID_ARGUMENT,
    "IncorrectKeyException": grpc.StatusCode.INVALID_ARGUMENT,
    "InvalidArnException": grpc.StatusCode.INVALID_ARGUMENT,
    "ValidationException": grpc.StatusCode.INVALID_ARGUMENT,
    "ThrottlingException": grpc.StatusCode.RESOURCE_EXHAUSTED,
    "LimitExceededException": grpc.StatusCode.RESOURCE_EXHAUSTED,
    "KeyUnavailableException": grpc.StatusCode.UNAVAILABLE,
    "DependencyTimeoutException": grpc.StatusCode.UNAVAILABLE,
    "KMSInternalException": grpc.StatusCode.UNAVAILABLE,
    "UnrecognizedClientException": grpc.StatusCode.UNAUTHENTICATED,
    "InvalidSignatureException": grpc.StatusCode.UNAUTHENTICATED,
    "ExpiredTokenException": grpc.StatusCode.UNAUTHENTICATED,
    # botocore's own, by the names of their classes
    "NoCredentialsError": grpc.StatusCode.UNAUTHENTICATED,
    "EndpointConnectionError": grpc.StatusCode.UNAVAILABLE,
    "ConnectionClosedError": grpc.StatusCode.UNAVAILABLE,
    "ConnectTimeoutError": grpc.StatusCode.DEADLINE_EXCEEDED,
    "ReadTimeoutError": grpc.StatusCode.DEADLINE_EXCEEDED,
}


def handler(provider: Provider) -> grpc.GenericRpcHandler:
    """Return the three procedures of the protocol."""
    methods: dict[str, tuple[Any, Any, Any]] = {
        "Status": (_Status(provider), pb.StatusRequest, pb.StatusResponse),
        "Encrypt": (_Encrypt(provider), pb.EncryptRequest, pb.EncryptResponse),
        "Decrypt": (_Decrypt(provider), pb.DecryptRequest, pb.DecryptResponse),
    }
    found: grpc.GenericRpcHandler = grpc.method_handlers_generic_handler(
        SERVICE,
        {
            name: grpc.unary_unary_rpc_method_handler(
                act, request_deserializer=asked.FromString, response_serializer=answer.SerializeToString
            )
            for name, (act, asked, answer) in methods.items()
        },
    )
    return found


class _Procedure:
    def __init__(self, provider: Provider) -> None:
        self._provider = provider
        self._name = type(self).__name__.removeprefix("_")

    def _carried_out(self, context: grpc.ServicerContext, uid: str, act: Callable[[], A]) -> A:
        """Return what ``act`` does; a failure ends the call with its code."""
        try:
            return act()
        except Exception as error:
            code, text = failure(error)
            _LOG.warning("%s uid=%r %s: %s", self._name, uid, code.name, text)
            context.abort(code, text)
            raise  # for the type checker: abort raises


class _Status(_Procedure):
    def __init__(self, provider: Provider) -> None:
        super().__init__(provider)
        self._last_key_id = ""
        self._last_healthz = ""

    def __call__(self, _request: Any, context: grpc.ServicerContext) -> Any:
        try:
            status = self._provider.status()
            healthz, self._last_key_id = status.healthz, status.key_id
        except Exception as error:  # noqa: BLE001 - whatever is wrong, the API server is told
            code, healthz = failure(error)
            if not self._last_key_id:  # the protocol has no answer without a key id
                self._tell(healthz)
                context.abort(code, healthz)
        self._tell(healthz)
        return pb.StatusResponse(version=VERSION, healthz=healthz, key_id=self._last_key_id)

    def _tell(self, healthz: str) -> None:
        """Log what has changed; Status is asked all day."""
        if healthz != self._last_healthz:
            _LOG.warning("Status: %s", healthz)
            self._last_healthz = healthz


class _Encrypt(_Procedure):
    def __call__(self, request: Any, context: grpc.ServicerContext) -> Any:
        made = self._carried_out(context, request.uid, lambda: self._provider.encrypt(request.plaintext))
        _LOG.info("Encrypt uid=%r under %s", request.uid, made.key_id)
        return pb.EncryptResponse(ciphertext=made.ciphertext, key_id=made.key_id, annotations=made.annotations)


class _Decrypt(_Procedure):
    def __call__(self, request: Any, context: grpc.ServicerContext) -> Any:
        plaintext = self._carried_out(
            context,
            request.uid,
            lambda: self._provider.decrypt(request.ciphertext, request.key_id, dict(request.annotations)),
        )
        return pb.DecryptResponse(plaintext=plaintext)


def failure(error: Exception) -> tuple[grpc.StatusCode, str]:
    """Return the status code and the text of a failure. What is not KMS's or ours is told by its name only."""
    if isinstance(error, PluginError):
        return grpc.StatusCode.INVALID_ARGUMENT, str(error)
    response = getattr(error, "response", None)
    name = response["Error"]["Code"] if isinstance(response, dict) else type(error).__name__
    if isinstance(response, dict) or type(error).__module__.partition(".")[0] == "botocore":
        return _CODES.get(name, grpc.StatusCode.UNKNOWN), explain(error)
    return grpc.StatusCode.INTERNAL, name
