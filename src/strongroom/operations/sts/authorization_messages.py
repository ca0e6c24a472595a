"""DecodeAuthorizationMessage, and the encoded messages that it decodes: why a call was refused, sealed.

A message is for the account of the caller who was refused, and there for whom policies allow sts:DecodeAuthorizationMessage.
Source: AWS STS API Reference, DecodeAuthorizationMessage.
"""

import base64
import binascii
import zlib

import msgspec

from strongroom.authz.authorization_message import authorization_message
from strongroom.authz.explain import Explanation
from strongroom.crypto.keyring import Keyring
from strongroom.errors import InvalidAuthorizationMessageError, InvalidCiphertextError
from strongroom.model.permission import ANY_RESOURCE, Permission
from strongroom.model.principal import Principal
from strongroom.model.random import RandomBytes
from strongroom.operations.operation import Call, Operation, Outcome
from strongroom.wire.shapes import sts

MAX_ENCODED_CHARACTERS = 10_240  # API Reference, DecodeAuthorizationMessage, EncodedMessage
_MAX_PACKED_BYTES = MAX_ENCODED_CHARACTERS * 3 // 4 - 256  # base64, and room for the seal
_MAX_MESSAGE_BYTES = 1 << 20
_INVALID = "The message passed to DecodeAuthorizationMessage was invalid."
_SPARED = ("failures", "matchedStatements", "remedies")  # left out in this order where all of it is too long


def packed_message(explanation: Explanation) -> bytes:
    """Return the message of a refusal, so packed that it fits once it is sealed; empty when it cannot."""
    message = authorization_message(explanation)
    for spared in ("", *_SPARED):
        if spared:
            message[spared] = {"items": []}
        packed = zlib.compress(msgspec.json.encode(message), 1)
        if len(packed) <= _MAX_PACKED_BYTES:
            return packed
    return b""


def encode_authorization_message(keyring: Keyring, packed: bytes, account: str, random_bytes: RandomBytes) -> str:
    """Return what DecodeAuthorizationMessage takes, sealed for those of ``account``."""
    sealed = keyring.seal_authorization_message(packed, account, random_bytes)
    return base64.urlsafe_b64encode(sealed).decode().rstrip("=")


def _decode(call: Call, request: sts.DecodeAuthorizationMessageRequest) -> Outcome:
    try:
        padded = request.encoded_message + "=" * (-len(request.encoded_message) % 4)
        sealed = base64.b64decode(padded, altchars=b"-_", validate=True)
        packed = call.keyring.open_authorization_message(sealed, call.account)
    except (binascii.Error, ValueError, InvalidCiphertextError):
        raise InvalidAuthorizationMessageError(_INVALID) from None
    message = zlib.decompressobj().decompress(packed, _MAX_MESSAGE_BYTES)
    return Outcome(sts.DecodeAuthorizationMessageResponse(decoded_message=message.decode()))


def _permissions(_request: sts.DecodeAuthorizationMessageRequest, _caller: Principal) -> tuple[Permission, ...]:
    return (Permission("sts:DecodeAuthorizationMessage", ANY_RESOURCE),)


OPERATIONS = (Operation(sts.OPERATIONS["DecodeAuthorizationMessage"], _decode, _permissions),)
