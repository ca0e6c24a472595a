"""SeaweedFS, the released binary, as an S3 server of a test. Nothing here imports the product."""

import json
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

import botocore.session
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from support.program import Program, free_ports

READY_SECONDS = 90.0


class SeaweedFS:
    """One S3 server below ``directory``, with one identity. Its ports are known before it is started."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.disk = directory / "disk"
        self._ports = free_ports(9)
        self._program: Program | None = None
        self._credentials = ("", "")
        self._client: Any = None

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self._ports[6]}"

    @property
    def tls_port(self) -> int:
        return self._ports[8]

    @property
    def client(self) -> Any:
        """A botocore client; ``Any``: botocore makes its methods at run time."""
        return self._client

    def start(
        self,
        weed: Path,
        environment: Mapping[str, str],
        access_key_id: str,
        secret_access_key: str,
        *,
        kms: Mapping[str, Any] | None = None,
        certificate: tuple[Path, Path] | None = None,
    ) -> None:
        """Start, and wait until it serves. ``kms`` is what ``s3.json`` says of key management.

        With a certificate and its key it serves TLS as well, on ``tls_port``.
        """
        path, ports = self.directory, self._ports
        self.disk.mkdir()
        identity = {
            "name": "tester",
            "credentials": [{"accessKey": access_key_id, "secretKey": secret_access_key}],
            "actions": ["Admin", "Read", "Write", "List"],
        }
        config = {"identities": [identity]} | ({"kms": kms} if kms is not None else {})
        (path / "s3.json").write_text(json.dumps(config))
        arguments = [
            weed, "server", f"-dir={self.disk}", "-ip=127.0.0.1", "-ip.bind=127.0.0.1",
            f"-master.port={ports[0]}", f"-master.port.grpc={ports[1]}", "-master.volumeSizeLimitMB=16", "-master.telemetry=false",
            f"-volume.port={ports[2]}", f"-volume.port.grpc={ports[3]}", "-volume.max=100", "-volume.preStopSeconds=0",
            "-filer", f"-filer.port={ports[4]}", f"-filer.port.grpc={ports[5]}", f"-filer.localSocket={path}/f.sock",
            "-s3", f"-s3.port={ports[6]}", f"-s3.port.grpc={ports[7]}", "-s3.port.iceberg=0", "-s3.port.lance=0",
            f"-s3.config={path}/s3.json", f"-s3.localSocket={path}/s.sock",
        ]  # fmt: skip
        if certificate is not None:
            arguments += [
                f"-s3.port.https={self.tls_port}",
                f"-s3.cert.file={certificate[0]}",
                f"-s3.key.file={certificate[1]}",
            ]
        self._program = Program(arguments, path / "weed.log", environment)
        self._credentials = (access_key_id, secret_access_key)
        self._client = self.fresh_client()
        self._program.wait_until(partial(_serves, self._client), "serving S3", READY_SECONDS)

    def fresh_client(self) -> Any:
        """Return a client of its own, for whoever changes it."""
        access_key_id, secret_access_key = self._credentials
        return botocore.session.Session().create_client(
            "s3",
            region_name="us-east-1",
            endpoint_url=self.endpoint,
            aws_access_key_id=access_key_id,
            aws_secret_access_key=secret_access_key,
            config=Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"}, read_timeout=20),
        )

    def profile(self, name: str) -> str:
        """Return a section for a credentials file."""
        access_key_id, secret_access_key = self._credentials
        return f"\n[{name}]\naws_access_key_id = {access_key_id}\naws_secret_access_key = {secret_access_key}\n"

    def holds(self, text: bytes) -> bool:
        """Tell whether any of its files holds that text."""
        return any(text in path.read_bytes() for path in self.disk.rglob("*") if path.is_file())

    def close(self) -> None:
        """End it, however far it came."""
        if self._client is not None:
            self._client.close()
        if self._program is not None:
            self._program.kill()


def _serves(client: Any) -> bool:
    try:
        client.create_bucket(Bucket="probe")
        client.put_object(Bucket="probe", Key="probe", Body=b"x" * 5000)
    except ClientError as error:
        if error.response["Error"]["Code"] != "BucketAlreadyExists":
            return False
    except BotoCoreError:
        return False
    return True
