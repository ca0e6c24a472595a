"""``python bench/envelope.py``: strongroom, the official SDK for Python, age and gpg on a file on tmpfs, and a plain copy of it.

Contenders take turns in every round; of each the best round counts, since whoever else is busy only ever makes it slower.
Every one runs in a process of its own, the library's with its requests to a strongroom server and without Python's start (the
command's row has it). Files made are deleted before each run, so that everybody pays for fresh pages, and what was decrypted is
compared. The SDK is measured as it comes (frames of 4 KiB) and with frames as long as ours; with ``--sdk-part 8`` it does an eighth
of the file, and its seconds are multiplied.

1 GiB and two rounds take two minutes on two free cores, and at most 4 GiB of tmpfs. Needs age and gpg (Debian packages age and gpg; a
contender that is missing is left out and told).
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
_OUR_FRAMES = 1 << 18
_FILES = 4  # of the whole length, at once
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
_SIGNED = {
    "strongroom": False,
    "strongroom, signed": True,
    "sdk": False,
    "sdk, our frames": False,
    "sdk, signed": True,
}
_REWRAPPED = {"strongroom": False, "strongroom, signed": False, "strongroom, body kept": True}  # with --keep-body?


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
    from strongroom.envelope import KMSKeys, decrypt_file, encrypt_file, rewrap_file  # noqa: PLC0415 - not into the memory of others
    from strongroom.integrations.kms import kms_client  # noqa: PLC0415 - as above

    client = kms_client(REGION)
    keys = KMSKeys([key], lambda _: client)
    if way == "encrypt":
        return lambda: encrypt_file(source, target, keys, signed=_SIGNED[name])
    if way == "rewrap":
        return lambda: rewrap_file(source, keys, keys, target=target, keep_body=_REWRAPPED[name])
    return lambda: decrypt_file(source, target, keys)


def _sdk(name: str, way: str, key: str, source: Path, target: Path) -> Callable[[], object]:
    warnings.simplefilter("ignore")
    import aws_encryption_sdk  # noqa: PLC0415 - as above
    from aws_encryption_sdk.identifiers import AlgorithmSuite  # noqa: PLC0415 - as above

    suite = "AES_256_GCM_HKDF_SHA512_COMMIT_KEY" + ("_ECDSA_P384" if _SIGNED[name] else "")
    options: dict[str, Any] = {"algorithm": AlgorithmSuite[suite]} if way == "encrypt" else {}
    if way == "encrypt" and name == "sdk, our frames":
        options["frame_length"] = _OUR_FRAMES
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

    def __init__(self, directory: Path, key: str, environment: Mapping[str, str], sdk_part: int) -> None:
        self.plain, self.part = directory / "plain", directory / "part"
        self._directory, self._key, self._environment, self._sdk_part = directory, key, environment, sdk_part
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
        return [name for name in ("cp", *_SIGNED, "strongroom file", "age", "gpg") if name not in missing]

    def fill(self, length: int) -> None:
        """Make what is encrypted."""
        with self.plain.open("wb") as file:
            for _ in range(0, length, 1 << 20):
                file.write(os.urandom(1 << 20))
        if self._sdk_part == 1:
            self.part = self.plain
        else:
            subprocess.run(
                ["head", "-c", str(length // self._sdk_part), self.plain], stdout=self.part.open("wb"), check=True
            )

    def run(self, name: str) -> dict[str, Cost]:
        """Do one round of a contender; return its costs by way. Errors: BenchError when it fails, or other bytes come back."""
        sdk = name.startswith("sdk")
        plain, sealed, back = self.part if sdk else self.plain, self._directory / "sealed", self._directory / "back"
        costs = {"encrypt": self._one(name, "encrypt", plain, sealed)}
        if name == "cp":
            costs["decrypt"] = costs["rewrap"] = costs["encrypt"]
        else:
            costs["decrypt"] = self._one(name, "decrypt", sealed, back)
            if subprocess.run(["cmp", "--quiet", plain, back], check=False).returncode:
                raise BenchError(f"{name}: what was decrypted is not what was encrypted")
            back.unlink()
        for rewrapped in [
            each for each in _REWRAPPED if each == name or (name, _REWRAPPED[each]) == ("strongroom", True)
        ]:
            costs[f"rewrap {rewrapped}"] = self._one(rewrapped, "rewrap", sealed, back)
            back.unlink()
        sealed.unlink()
        return {way: cost.times(self._sdk_part) if sdk else cost for way, cost in costs.items()}

    def _one(self, name: str, way: str, source: Path, target: Path) -> Cost:
        return self._measured(self._command(name, way, source, target), own=name in _SIGNED or way == "rewrap")

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
        if own:
            out, said = process.communicate()
            if process.returncode:
                raise BenchError(f"{command[0]}: {said.decode()}")
            told = json.loads(out)
            return Cost(told["seconds"], told["processor"], told["peak"])
        peak = _watched(process.pid)
        _, status, used = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - began
        process.returncode = status
        if status:
            raise BenchError(f"{command[0]} ended with {status}")
        return Cost(seconds, used.ru_utime + used.ru_stime, peak)


def _watched(pid: int) -> int:
    """Return a process's peak memory when it has ended (``ru_maxrss`` would have ours, from before it became the other program)."""
    peak, status = 0, Path(f"/proc/{pid}/status")
    while "VmHWM:" in (text := status.read_text()):
        peak = int(text.partition("VmHWM:")[2].split()[0]) * 1024
        time.sleep(0.01)
    return peak


# --- the run ----------------------------------------------------------------------------------------------------------


def run(length: int, rounds: int, directory: Path, sdk_part: int) -> dict[str, dict[str, Cost]]:
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
            contenders = Contenders(directory, key, environment, sdk_part)
            contenders.fill(length)
            best: dict[str, dict[str, Cost]] = {"encrypt": {}, "decrypt": {}, "rewrap": {}}
            for _ in range(rounds):
                for contender in contenders.names():
                    for told, cost in contenders.run(contender).items():
                        way, _, name = told.partition(" ")
                        found = best[way]
                        name = name or contender
                        if name not in found or cost.seconds < found[name].seconds:
                            found[name] = cost
            return best
        finally:
            server.close()


def page(length: int, best: Mapping[str, Mapping[str, Cost]]) -> str:
    """Return the tables and the verdicts."""
    parts = []
    for way, costs in best.items():
        copy, sdk = costs["cp"].seconds, costs["sdk"].seconds if "sdk" in costs else None
        rows = [
            [
                name,
                f"{cost.seconds:.2f}",
                f"{length / cost.seconds / (1 << 20):,.0f}",
                f"{copy / cost.seconds:.2f}",
                f"{sdk / cost.seconds:.1f}" if sdk else "",
                f"{cost.processor:.2f}",
                f"{cost.peak_bytes / 1e6:.0f}",
            ]
            for name, cost in costs.items()
        ]
        parts.append(table([way, "seconds", "MiB/s", "/ cp", "/ sdk", "processor s", "peak MB"], rows))
        if sdk is None:
            continue
        ours = costs["strongroom"].seconds
        for name, ratio, aim in (("the SDK", sdk / ours, SDK_AIM), ("cp", copy / ours, COPY_AIM)):
            parts.append(f"{way}: {ratio:.2f} of {name}, aim {aim:g}: {'reached' if ratio >= aim else 'NOT reached'}")
        frames, signed = costs["sdk, our frames"].seconds, costs["sdk, signed"].seconds
        parts.append(
            f"{way}: {frames / ours:.2f} of the SDK with frames of ours; both signed: {signed / costs['strongroom, signed'].seconds:.2f}"
        )
    return "\n\n".join(parts)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bytes", type=int, default=1 << 30)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--sdk-part", type=int, default=1, metavar="N", help="let the SDK do one of N parts")
    parser.add_argument("--tmpfs", type=Path, default=Path("/dev/shm"))  # noqa: S108 - a tmpfs is what is asked for
    parser.add_argument("--work", nargs=5, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.work:
        name, way, key, source, target = options.work
        work(name, way, key, Path(source), Path(target))
        return
    free, needed = shutil.disk_usage(options.tmpfs).free, _FILES * options.bytes
    if free < needed:
        raise SystemExit(
            f"{options.tmpfs} has {free >> 20:,} MiB free, {needed >> 20:,} are needed: --bytes or --tmpfs."
        )
    busy = Busy()
    time.sleep(1)
    print(
        f"{options.bytes >> 20:,} MiB; {os.cpu_count()} cores, {busy.others():.0%} of them busy before the start;",
        end=" ",
    )
    print(f"best of {options.rounds} rounds\n")
    began = time.monotonic()
    with tempfile.TemporaryDirectory(dir=options.tmpfs, prefix="strongroom-bench-") as directory:
        print(page(options.bytes, run(options.bytes, options.rounds, Path(directory), options.sdk_part)))
    print(f"\n{time.monotonic() - began:.0f} s in all")


if __name__ == "__main__":
    main()
