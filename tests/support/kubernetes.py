"""A client of the Kubernetes KMS v2 protocol, generated from the published ``.proto`` when it is needed."""

import importlib
import sys
from pathlib import Path
from types import ModuleType, TracebackType
from typing import Any, Self

import grpc
from grpc_tools import protoc

NAME = "k8s_kms_v2"
PROTO = Path(__file__).parents[2] / "src" / "strongroom" / "integrations" / "kubernetes" / f"{NAME}.proto"
SECONDS = 10.0


def generate(directory: Path) -> Path:
    """Generate messages and stubs; return the messages' module. Errors: AssertionError."""
    arguments = ["protoc", f"-I{PROTO.parent}", f"--python_out={directory}", f"--grpc_python_out={directory}"]
    assert protoc.main([*arguments, PROTO.name]) == 0
    return directory / f"{NAME}_pb2.py"


class APIServer:
    """What an API server asks of a plugin: the three procedures, over the socket."""

    def __init__(self, socket: Path, generated: Path) -> None:
        sys.path.insert(0, str(generated))
        try:
            self._messages: ModuleType = importlib.import_module(f"{NAME}_pb2")
            stubs = importlib.import_module(f"{NAME}_pb2_grpc")
        finally:
            sys.path.remove(str(generated))
        self._channel = grpc.insecure_channel(f"unix:{socket}")
        self._stub = stubs.KeyManagementServiceStub(self._channel)

    def status(self) -> Any:
        return self._stub.Status(self._messages.StatusRequest(), timeout=SECONDS)

    def encrypt(self, plaintext: bytes) -> Any:
        request = self._messages.EncryptRequest(plaintext=plaintext, uid="uid-of-encrypt")
        return self._stub.Encrypt(request, timeout=SECONDS, wait_for_ready=True)

    def decrypt(self, encrypted: Any, **changed: Any) -> bytes:
        fields = {name: getattr(encrypted, name) for name in ("ciphertext", "key_id", "annotations")}
        request = self._messages.DecryptRequest(uid="uid-of-decrypt", **(fields | changed))
        plaintext: bytes = self._stub.Decrypt(request, timeout=SECONDS).plaintext
        return plaintext

    def encrypt_later(self, plaintext: bytes) -> Any:
        """Return a call that is under way."""
        return self._stub.Encrypt.future(self._messages.EncryptRequest(plaintext=plaintext), timeout=SECONDS)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._channel.close()
