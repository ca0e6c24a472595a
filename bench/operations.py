"""The three operations that are measured, as a KMS client asks for them, and how to tell a right answer."""

import base64
import json
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from machine import BenchError
from presign import DISTINCT, Answer, Signer, good, send, send_one

NAMES = ("GenerateDataKey", "Encrypt", "Decrypt")
PLAINTEXT_BYTES = 32  # a data key: by far the most common thing to encrypt
_CHECKED_BY_HAND = 20


@dataclass(frozen=True, slots=True)
class Workload:
    """Different bodies of one operation, unsigned; ``plaintexts`` are what Encrypt was given and Decrypt must give back."""

    operation: str
    bodies: Sequence[bytes]
    contexts: Sequence[dict[str, str]]
    plaintexts: Sequence[bytes]

    def sign(self, signer: Signer) -> list[bytes]:
        return [signer.sign_bytes(self.operation, body) for body in self.bodies]


def workload(operation: str, signer: Signer, keys: Sequence[str], distinct: int = DISTINCT) -> Workload:
    """Return ``distinct`` bodies of ``operation``, spread over ``keys``. For Decrypt the server encrypts first."""
    contexts = [{"tenant": f"tenant-{number:06d}"} for number in range(distinct)]
    plaintexts = [os.urandom(PLAINTEXT_BYTES) for _ in range(distinct)]
    members: Iterator[dict[str, Any]]
    match operation:
        case "GenerateDataKey":
            members = ({"KeySpec": "AES_256"} for _ in range(distinct))
        case "Encrypt":
            members = ({"Plaintext": _base64(plaintext)} for plaintext in plaintexts)
        case "Decrypt":
            encrypt = (
                signer.sign("Encrypt", {"KeyId": keys[at % len(keys)], "Plaintext": _base64(plaintext), "EncryptionContext": context})
                for at, (plaintext, context) in enumerate(zip(plaintexts, contexts, strict=True))
            )  # fmt: skip
            members = (
                {"CiphertextBlob": answer.json()["CiphertextBlob"]} for answer in good(send(signer.port, encrypt))
            )
        case _:
            raise BenchError(f"no such operation here: {operation}. Known: {', '.join(NAMES)}")
    bodies = [
        json.dumps({**_key(operation, keys[at % len(keys)]), **own, "EncryptionContext": context}).encode()
        for at, (own, context) in enumerate(zip(members, contexts, strict=True))
    ]
    return Workload(operation, bodies, contexts, plaintexts)


def _key(operation: str, key: str) -> dict[str, str]:
    """Most clients leave it out of Decrypt: a symmetric ciphertext blob names its key."""
    return {} if operation == "Decrypt" else {"KeyId": key}


def check(work: Workload, client: Any, signer: Signer) -> Answer:
    """Send some of the very requests by hand and have a boto3 ``client`` confirm the answers; return one of them.

    Errors: BenchError.
    """
    last = None
    requests = work.sign(signer)
    by_hand = sorted({at * len(requests) // _CHECKED_BY_HAND for at in range(_CHECKED_BY_HAND)})
    for at in by_hand:
        last = next(good([send_one(signer.port, requests[at])]))
        if not _CONFIRM[work.operation](last.json(), client, work.contexts[at], work.plaintexts[at]):
            raise BenchError(f"{work.operation}: boto3 does not confirm the answer {last.body[:300]!r}")
    if last is None:
        raise BenchError("nothing was checked")
    return last


def _confirm_data_key(found: dict[str, Any], client: Any, context: dict[str, str], _plaintext: bytes) -> bool:
    opened = client.decrypt(CiphertextBlob=base64.b64decode(found["CiphertextBlob"]), EncryptionContext=context)
    return bool(opened["Plaintext"] == base64.b64decode(found["Plaintext"]) and len(opened["Plaintext"]) == 32)


def _confirm_encrypted(found: dict[str, Any], client: Any, context: dict[str, str], plaintext: bytes) -> bool:
    opened = client.decrypt(CiphertextBlob=base64.b64decode(found["CiphertextBlob"]), EncryptionContext=context)
    return bool(opened["Plaintext"] == plaintext)


def _confirm_decrypted(found: dict[str, Any], _client: Any, _context: dict[str, str], plaintext: bytes) -> bool:
    return base64.b64decode(found["Plaintext"]) == plaintext


_CONFIRM: dict[str, Callable[[dict[str, Any], Any, dict[str, str], bytes], bool]] = {
    "GenerateDataKey": _confirm_data_key,
    "Encrypt": _confirm_encrypted,
    "Decrypt": _confirm_decrypted,
}


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()
