"""``python bench/envelope.py``: strongroom, the official SDK for Python, age and gpg on a file on tmpfs, and a plain copy of it.

Contenders take turns in every round; of each the best round counts, since whoever else is busy only ever makes it slower.
Every one runs in a process of its own, the library's with its requests to a strongroom server and without Python's start (the
command's row has it). Files made are deleted before each run, so that everybody pays for fresh pages, and what was decrypted is
compared. The SDK, many times slower, does an eighth of the file; its seconds are multiplied.

Needs age and gpg (Debian packages age and gpg; a contender that is missing is left out and told).
"""

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from machine import BenchError, Busy
from report import table
from strongroom_server import REGION, Strongroom

SDK_AIM, COPY_AIM = 8.0, 0.8
_PART = 8  # the SDK does one of so many parts
_GPG = (
    "gpg",
    "--batch",
    "--yes",
    "--quiet",
    "--pinentry-mode",
    "loopback",
    "--passphrase",
    "bench",
    "--compress-algo",
    "none",
)
_SIGNED = {"strongroom": False, "strongroom, signed": True, "sdk": False, "sdk, signed": True}


@dataclass(frozen=True, slots=True)
class Cost:
    """Of one run: seconds of the work, processor seconds and peak memory of the process."""

    seconds: float
    processor: float
    peak_bytes: int

    def times(self, factor: int) -> "Cost":
        return Cost(self.seconds * factor, self.processor * factor, self.peak_bytes)


# --- in a process of its own ------------------------------------------------------------------------------------------


def work(name: str, way: str, key: str, source: Path, target: Path) -> None:
    """Do one run of a library; print its seconds."""
    doing: Callable[[], object] = (_strongroom if name.startswith("strongroom") else _sdk)(
        name, way, key, source, target
    )
    before = resource.getrusage(resource.RUSAGE_SELF)
    began = time.perf_counter()
    doing()
    seconds = time.perf_counter() - began
    after = resource.getrusage(resource.RUSAGE_SELF)
    processor = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    status = Path("/proc/self/status").read_text()
    peak = int(status.partition("VmHWM:")[2].split()[0]) * 1024
    print(json.dumps({"seconds": seconds, "processor": processor, "peak": peak}))


def _strongroom(name: str, way: str, key: str, source: Path, target: Path) -> Callable[[], object]:
    from strongroom.envelope import KMSKeys, decrypt_file, encrypt_file  # noqa: PLC0415 - not into the memory of others
    from strongroom.integrations.kms import kms_client  # noqa: PLC0415 - as above

    client = kms_client(REGION)
    keys = KMSKeys([key], lambda _: client)
    if way == "encrypt":
        return lambda: encrypt_file(source, target, keys, signed=_SIGNED[name])
    return lambda: decrypt_file(source, target, keys)


def _sdk(name: str, way: str, key: str, source: Path, target: Path) -> Callable[[], object]:
    warnings.simplefilter("ignore")
    import aws_encryption_sdk  # noqa: PLC0415 - as above
    from aws_encryption_sdk.identifiers import AlgorithmSuite  # noqa: PLC0415 - as above

    suite = "AES_256_GCM_HKDF_SHA512_COMMIT_KEY" + ("_ECDSA_P384" if _SIGNED[name] else "")
    options: dict[str, Any] = {"algorithm": AlgorithmSuite[suite]} if way == "encrypt" else {}
    provider = aws_encryption_sdk.StrictAwsKmsMasterKeyProvider(key_ids=[key])

    def run() -> None:
        sdk = aws_encryption_sdk.EncryptionSDKClient()
        with (
            source.open("rb") as reading,
            target.open("wb") as writing,
            sdk.stream(mode=way, source=reading, key_provider=provider, **options) as stream,
        ):
            for piece in stream:
                writing.write(piece)

    return run


# --- the contenders ---------------------------------------------------------------------------------------------------


class Contenders:
    """Runs them, on files in one directory."""

    def __init__(self, directory: Path, key: str, environment: Mapping[str, str]) -> None:
        self.plain, self.part = directory / "plain", directory / "part"
        self._directory, self._key, self._environment = directory, key, environment
        self._recipient = ""
        if shutil.which("age"):
            made = subprocess.run(
                ["age-keygen", "-o", directory / "age.key"], capture_output=True, text=True, check=True
            )
            self._recipient = made.stderr.rpartition(" ")[2].strip()

    def names(self) -> list[str]:
        missing = [name for name in ("age", "gpg") if not shutil.which(name)]
        for name in missing:
            print(f"{name} is not installed: left out", file=sys.stderr)
        return [
            name
            for name in (
                "cp",
                "strongroom",
                "strongroom, signed",
                "strongroom file",
                "sdk",
                "sdk, signed",
                "age",
                "gpg",
            )
            if name not in missing
        ]

    def run(self, name: str, way: str) -> Cost:
        """Do one run. Errors: BenchError when it fails, or what was decrypted is not what was encrypted."""
        plain = self.part if name.startswith("sdk") else self.plain
        sealed = self._directory / f"{name.replace(' ', '-')}.encrypted"
        back = self._directory / "back"
        source, target = (plain, sealed) if way == "encrypt" else (sealed, back)
        target.unlink(missing_ok=True)
        cost = self._measured(self._command(name, way, source, target), own=name in _SIGNED)
        if way == "decrypt":
            if subprocess.run(["cmp", "--quiet", plain, back], check=False).returncode:
                raise BenchError(f"{name}: what was decrypted is not what was encrypted")
            back.unlink()
        return cost.times(_PART) if name.startswith("sdk") else cost

    def _command(self, name: str, way: str, source: Path, target: Path) -> Sequence[str | Path]:
        if name == "cp":
            return ["cp", source, target]
        if name == "strongroom file":
            return [
                sys.executable,
                "-m",
                "strongroom.cli.main",
                "file",
                way,
                source,
                "-o",
                target,
                "-k",
                self._key,
                "-q",
            ]
        if name == "age":
            how = ["-r", self._recipient] if way == "encrypt" else ["-d", "-i", self._directory / "age.key"]
            return ["age", *how, "-o", target, source]
        if name == "gpg":
            how = ["--symmetric", "--cipher-algo", "AES256"] if way == "encrypt" else ["--decrypt"]
            return [*_GPG, "--homedir", self._directory, "-o", target, *how, source]
        return [sys.executable, __file__, "--work", name, way, self._key, source, target]

    def _measured(self, command: Sequence[str | Path], *, own: bool) -> Cost:
        began = time.perf_counter()
        process = subprocess.Popen(
            [str(word) for word in command], env=dict(self._environment), stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        out, said = process.communicate() if own else (b"", b"")
        _, status, used = os.wait4(process.pid, 0) if not own else (0, process.returncode, None)
        seconds = time.perf_counter() - began
        if status:
            raise BenchError(f"{command[0]}: {said.decode()}")
        if used is None:
            told = json.loads(out)
            return Cost(told["seconds"], told["processor"], told["peak"])
        return Cost(seconds, used.ru_utime + used.ru_stime, used.ru_maxrss * 1024)


# --- the run ----------------------------------------------------------------------------------------------------------


def run(length: int, rounds: int, directory: Path) -> dict[str, dict[str, Cost]]:
    """Return the best cost of each contender, by way."""
    with tempfile.TemporaryDirectory(prefix="strongroom-bench-") as server_directory:
        server = Strongroom(Path(server_directory), as_started=True)
        try:
            key = server.client.create_key()["KeyMetadata"]["Arn"]
            environment = os.environ | {
                "AWS_SHARED_CREDENTIALS_FILE": str(server.data / "credentials"),
                "AWS_CONFIG_FILE": os.devnull,
                "AWS_ENDPOINT_URL_KMS": f"http://127.0.0.1:{server.port}",
                "AWS_DEFAULT_REGION": REGION,
            }
            contenders = Contenders(directory, key, environment)
            _fill(contenders, length)
            best: dict[str, dict[str, Cost]] = {"encrypt": {}, "decrypt": {}}
            for _ in range(rounds):
                for name in contenders.names():
                    for way, found in best.items():
                        if name == "cp" and way == "decrypt":
                            continue
                        cost = contenders.run(name, way)
                        if name not in found or cost.seconds < found[name].seconds:
                            found[name] = cost
            best["decrypt"]["cp"] = best["encrypt"]["cp"]
            return best
        finally:
            server.close()


def _fill(contenders: Contenders, length: int) -> None:
    with contenders.plain.open("wb") as whole, contenders.part.open("wb") as part:
        for at in range(0, length, 1 << 20):
            block = os.urandom(1 << 20)
            whole.write(block)
            if at < length // _PART:
                part.write(block)


def page(length: int, best: Mapping[str, Mapping[str, Cost]]) -> str:
    """Return the tables and the verdicts."""
    parts = []
    for way, costs in best.items():
        copy, sdk = costs["cp"].seconds, costs["sdk"].seconds
        rows = [
            [
                name,
                f"{cost.seconds:.2f}",
                f"{length / cost.seconds / (1 << 20):,.0f}",
                f"{copy / cost.seconds:.2f}",
                f"{sdk / cost.seconds:.1f}",
                f"{cost.processor:.2f}",
                f"{cost.peak_bytes / 1e6:.0f}",
            ]
            for name, cost in costs.items()
        ]
        head = [way, "seconds", "MiB/s", "/ cp", "/ sdk", "processor s", "peak MB"]
        parts.append(table(head, rows))
        ours = costs["strongroom"].seconds
        for name, ratio, aim in (("the SDK", sdk / ours, SDK_AIM), ("cp", copy / ours, COPY_AIM)):
            parts.append(f"{way}: {ratio:.2f} of {name}, aim {aim:g}: {'reached' if ratio >= aim else 'NOT reached'}")
        signed = costs["sdk, signed"].seconds / costs["strongroom, signed"].seconds
        parts.append(f"{way}, both signed: {signed:.2f} of the SDK")
    return "\n\n".join(parts)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bytes", type=int, default=1 << 30)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--tmpfs", type=Path, default=Path("/dev/shm"))  # noqa: S108 - a tmpfs is what is asked for
    parser.add_argument("--work", nargs=5, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.work:
        name, way, key, source, target = options.work
        work(name, way, key, Path(source), Path(target))
        return
    busy = Busy()
    time.sleep(1)
    print(f"{busy.others():.0%} of all cores busy before the start; best of {options.rounds} rounds\n")
    with tempfile.TemporaryDirectory(dir=options.tmpfs, prefix="strongroom-bench-") as directory:
        print(page(options.bytes, run(options.bytes, options.rounds, Path(directory))))


if __name__ == "__main__":
    main()
