"""``python bench/algorithms.py``: every slower algorithm through HTTP, against ``openssl speed``, on the same core; and who waits.

Sign, Verify, GenerateMac and GenerateDataKeyPair by key spec: requests/s at 32 connections over what OpenSSL alone does on that
core (its own command line; where that lacks the algorithm, a loop over the library that the server uses). Then the latency
of Encrypt alone and while two clients keep asking for RSA_4096 data key pairs, and what a server as it starts by itself, on all
cores, gives against OpenSSL on one.
"""

import argparse
import base64
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any, Self

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, mldsa, rsa

from machine import BenchError, check_disk, cores, describe
from presign import Signer, good, send_one
from report import table
from strongroom_server import Strongroom
from wrk import Run, check_installed
from wrk import run as run_wrk

_CONNECTIONS = 32
_DISTINCT = 200
_MESSAGE = os.urandom(32)
RSA_AIM, P256_AIM, WAIT_AIM = 0.85, 0.8, 3.0


@dataclass(frozen=True, slots=True)
class Algorithm:
    """``speed`` are the algorithm of ``openssl speed`` and the field of its line; ``loop`` stands in where it has none."""

    operation: str
    key_spec: str
    algorithm: str
    speed: tuple[str, int] | None = None
    loop: Callable[[], Callable[[], object]] | None = None
    connections: int = 32

    @property
    def name(self) -> str:
        return f"{self.operation} {self.key_spec}"


def _pairs(make: Callable[[], object]) -> Callable[[], Callable[[], object]]:
    return lambda: make


ALGORITHMS = (
    Algorithm("Sign", "RSA_2048", "RSASSA_PKCS1_V1_5_SHA_256", ("rsa2048", 3)),
    Algorithm("Sign", "RSA_4096", "RSASSA_PSS_SHA_512", ("rsa4096", 3)),
    Algorithm("Sign", "ECC_NIST_P256", "ECDSA_SHA_256", ("ecdsap256", 3)),
    Algorithm("Sign", "ECC_NIST_P384", "ECDSA_SHA_384", ("ecdsap384", 3)),
    Algorithm("Sign", "ECC_NIST_EDWARDS25519", "ED25519_SHA_512", ("ed25519", 4)),
    Algorithm("Sign", "ML_DSA_65", "ML_DSA_SHAKE_256", loop=lambda: _ml_dsa(mldsa.MLDSA65PrivateKey.generate())),
    Algorithm("Verify", "RSA_2048", "RSASSA_PKCS1_V1_5_SHA_256", ("rsa2048", 4)),
    Algorithm("Verify", "ECC_NIST_P256", "ECDSA_SHA_256", ("ecdsap256", 4)),
    Algorithm("GenerateMac", "HMAC_256", "HMAC_SHA_256"),
    Algorithm("GenerateDataKeyPair", "ECC_NIST_P256", "", loop=_pairs(lambda: ec.generate_private_key(ec.SECP256R1()))),
    Algorithm(  # few at a time: what clients have given up waiting for is made all the same, before the next run's
        "GenerateDataKeyPair",
        "RSA_2048",
        "",
        loop=_pairs(lambda: rsa.generate_private_key(65537, 2048)),
        connections=4,
    ),
)


def _ml_dsa(private: mldsa.MLDSA65PrivateKey) -> Callable[[], object]:
    return lambda: private.sign(_MESSAGE)


def bare(algorithm: Algorithm, seconds: int) -> float | None:
    """Return how often OpenSSL does it in a second, alone on the measured core. Errors: BenchError."""
    core, _ = cores()
    if algorithm.speed is not None:
        name, field = algorithm.speed
        done = subprocess.run(
            ["taskset", "-c", str(core), "openssl", "speed", "-mr", "-seconds", str(seconds), name],
            capture_output=True,
            text=True,
            check=False,
        )
        lines = [line for line in done.stdout.splitlines() if line.startswith("+F")]
        if done.returncode != 0 or not lines:
            raise BenchError(f"openssl speed {name}: {done.stderr}")
        return float(lines[-1].split(":")[field])
    if algorithm.loop is None:
        return None
    work, mine = algorithm.loop(), os.sched_getaffinity(0)
    os.sched_setaffinity(0, {core})
    try:
        times, started = 0, time.perf_counter()
        while time.perf_counter() - started < seconds:
            work()
            times += 1
        return times / (time.perf_counter() - started)
    finally:
        os.sched_setaffinity(0, mine)


def bodies(ours: Strongroom, algorithm: Algorithm) -> list[dict[str, Any]]:
    """Return different bodies; a key of the spec is made, and for Verify signatures too."""
    if algorithm.operation == "GenerateDataKeyPair":
        wrapping = ours.client.create_key()["KeyMetadata"]["KeyId"]
        return [
            {"KeyId": wrapping, "KeyPairSpec": algorithm.key_spec, "EncryptionContext": {"n": str(number)}}
            for number in range(_DISTINCT)
        ]
    usage = "GENERATE_VERIFY_MAC" if algorithm.operation == "GenerateMac" else "SIGN_VERIFY"
    key_id = ours.client.create_key(KeySpec=algorithm.key_spec, KeyUsage=usage)["KeyMetadata"]["KeyId"]
    named = "MacAlgorithm" if algorithm.operation == "GenerateMac" else "SigningAlgorithm"
    made = [{"KeyId": key_id, named: algorithm.algorithm, "Message": _base64(os.urandom(32))} for _ in range(_DISTINCT)]
    if algorithm.operation == "Verify":
        for body in made:
            signed = next(good([send_one(ours.port, ours.signer.sign("Sign", body))])).json()
            body["Signature"] = signed["Signature"]
    return made


def through_http(ours: Strongroom, algorithm: Algorithm, seconds: float, work: Path) -> Run:
    asked = bodies(ours, algorithm)
    _confirm(ours, algorithm, asked[0])
    return _run(ours, algorithm.operation, asked, seconds, work, algorithm.connections)


def _run(
    ours: Strongroom,
    operation: str,
    asked: Sequence[dict[str, Any]],
    seconds: float,
    work: Path,
    connections: int = _CONNECTIONS,
) -> Run:
    signed = [ours.signer.sign(operation, body) for body in asked]
    run_wrk(ours.program, ours.port, signed, connections, 1, work)
    return run_wrk(ours.program, ours.port, signed, connections, seconds, work)


def _confirm(ours: Strongroom, algorithm: Algorithm, body: dict[str, Any]) -> None:
    """Have boto3 check one answer the other way round. Errors: BenchError, ClientError."""
    answer = next(good([send_one(ours.port, ours.signer.sign(algorithm.operation, body))])).json()
    message = base64.b64decode(body.get("Message", ""))
    if algorithm.operation == "Sign":
        public = ours.client.get_public_key(KeyId=body["KeyId"])["PublicKey"]
        if algorithm.key_spec == "ECC_NIST_P256":
            from cryptography.hazmat.primitives.serialization import load_der_public_key  # noqa: PLC0415 - only here

            key = load_der_public_key(public)
            assert isinstance(key, ec.EllipticCurvePublicKey)  # noqa: S101 - of the spec
            key.verify(base64.b64decode(answer["Signature"]), message, ec.ECDSA(hashes.SHA256()))
        else:
            ours.client.verify(
                KeyId=body["KeyId"],
                Message=message,
                SigningAlgorithm=algorithm.algorithm,
                Signature=base64.b64decode(answer["Signature"]),
            )


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _encrypt_bodies(ours: Strongroom) -> list[dict[str, Any]]:
    key_id = ours.client.create_key()["KeyMetadata"]["KeyId"]
    return [
        {"KeyId": key_id, "Plaintext": _base64(os.urandom(32)), "EncryptionContext": {"n": str(number)}}
        for number in range(_DISTINCT)
    ]


class Busy:
    """Two clients that keep asking for RSA_4096 data key pairs while a block runs; ``made`` counts them."""

    def __init__(self, ours: Strongroom) -> None:
        key_id = ours.client.create_key()["KeyMetadata"]["KeyId"]
        self._body = json.dumps({"KeyId": key_id, "KeyPairSpec": "RSA_4096"}).encode()
        self._signer: Signer = ours.signer
        self._over = threading.Event()
        self._threads = [threading.Thread(target=self._ask) for _ in range(2)]
        self.made = 0

    def _ask(self) -> None:
        while not self._over.is_set():
            send_one(self._signer.port, self._signer.sign_bytes("GenerateDataKeyPair", self._body))
            self.made += 1

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=int, default=3, help="of each run (default %(default)s)")
    parser.add_argument("--rounds", type=int, default=3, help="runs in a row, in turns (default %(default)s)")
    parser.add_argument("--work", type=Path, default=Path(__file__).with_name("results"))
    options = parser.parse_args()
    try:
        check_installed()
        options.work.mkdir(parents=True, exist_ok=True)
        check_disk(options.work)
        with tempfile.TemporaryDirectory(dir=options.work) as directory:
            work = Path(directory)
            print("\n".join(f"- {name}: {text}" for name, text in describe(work).items()), end="\n\n", flush=True)
            ours = Strongroom(work)
            try:
                print(_rates(ours, options.seconds, options.rounds, work), flush=True)
                print(_waiting(ours, options.seconds, options.rounds, work), flush=True)
            finally:
                ours.close()
            ours = Strongroom(work, as_started=True)
            try:
                print(_as_started(ours, options.seconds, options.rounds, work), flush=True)
            finally:
                ours.close()
    except BenchError as error:
        print(f"The benchmark failed, and its numbers mean nothing: {error}", file=sys.stderr)
        return 1
    return 0


def _rates(ours: Strongroom, seconds: int, rounds: int, work: Path) -> str:
    encrypt, rows, verdicts = _encrypt_bodies(ours), [], []
    for algorithm in ALGORITHMS:
        rates, ratios, to_encrypt = [], [], []
        for _ in range(rounds):
            alone = bare(algorithm, seconds)
            run = through_http(ours, algorithm, seconds, work)
            rates.append(run.per_second)
            if alone is not None:
                ratios.append(run.per_second / alone)
            to_encrypt.append(run.per_second / _run(ours, "Encrypt", encrypt, seconds, work).per_second)
        ratio = median(ratios) if ratios else None
        rows.append(
            [
                algorithm.name,
                f"{median(rates):,.0f}",
                "" if ratio is None else f"{ratio:.2f}",
                f"{median(to_encrypt):.2f}",
            ]
        )
        if algorithm.name == "Sign ECC_NIST_P256":
            against = median(to_encrypt)
            verdicts.append(_verdict(f"{algorithm.name} / Encrypt", against, P256_AIM, reached=against >= P256_AIM))
    head = ["operation, 32 connections, one core", "requests/s", "/ OpenSSL alone", "/ Encrypt"]
    return table(head, rows) + "\n\n" + "\n".join(verdicts) + "\n"


def _as_started(ours: Strongroom, seconds: int, rounds: int, work: Path) -> str:
    """What the machine gives: a worker for each core, wrk beside them, against OpenSSL on one core."""
    encrypt, rows, verdicts = _encrypt_bodies(ours), [], []
    for algorithm in ALGORITHMS:
        if algorithm.speed is None:
            continue
        rates, ratios, to_encrypt = [], [], []
        for _ in range(rounds):
            alone = bare(algorithm, seconds)
            assert alone is not None  # noqa: S101 - openssl speed has it
            rates.append(through_http(ours, algorithm, seconds, work).per_second)
            ratios.append(rates[-1] / alone)
            to_encrypt.append(rates[-1] / _run(ours, "Encrypt", encrypt, seconds, work).per_second)
        ratio, against = median(ratios), median(to_encrypt)
        rows.append([algorithm.name, f"{median(rates):,.0f}", f"{ratio:.2f}", f"{against:.2f}"])
        if algorithm.name == "Sign RSA_2048":
            verdicts.append(_verdict(f"{algorithm.name} / openssl", ratio, RSA_AIM, reached=ratio >= RSA_AIM))
        if algorithm.name == "Sign ECC_NIST_P256":
            verdicts.append(_verdict(f"{algorithm.name} / Encrypt", against, P256_AIM, reached=against >= P256_AIM))
    head = ["operation, 32 connections, as started", "requests/s", "/ OpenSSL on one core", "/ Encrypt"]
    return table(head, rows) + "\n\n" + "\n".join(verdicts) + "\n"


def _waiting(ours: Strongroom, seconds: int, rounds: int, work: Path) -> str:
    encrypt, ratios, rows = _encrypt_bodies(ours), [], []
    for _ in range(rounds):
        alone = _run(ours, "Encrypt", encrypt, seconds, work)
        with Busy(ours) as busy:
            beside = _run(ours, "Encrypt", encrypt, seconds, work)
        ratios.append(beside.p99_ms / alone.p99_ms)
        rows.append([f"{alone.p99_ms:.2f}", f"{beside.p99_ms:.2f}", f"{ratios[-1]:.2f}", str(busy.made)])
    head = ["p99 of Encrypt alone, ms", "while RSA_4096 pairs are made", "ratio", "pairs made"]
    ratio = median(ratios)
    return (
        table(head, rows) + "\n\n" + _verdict("p99 beside key generation", ratio, WAIT_AIM, reached=ratio <= WAIT_AIM)
    )


def _verdict(what: str, ratio: float, aim: float, *, reached: bool) -> str:
    return f"- {what}: {ratio:.2f}, aim {aim:g}: {'reached' if reached else 'MISSED'}"


if __name__ == "__main__":
    sys.exit(main())
