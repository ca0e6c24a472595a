"""``strongroom k8s-plugin`` as docs/integrations/kubernetes.md runs it, asked by a client generated from the published protocol."""

import grp
import json
import os
import re
import socket
import stat
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import grpc
import pytest
from click.testing import CliRunner

from strongroom.cli.main import main
from strongroom.integrations.kms import kms_client
from strongroom.integrations.kubernetes.provider import Provider
from strongroom.integrations.kubernetes.serve import SocketError, _give, alone, clear, socket_path
from strongroom.integrations.kubernetes.service import handler
from support.kubernetes import NAME, PROTO, APIServer, generate
from support.pages import DOCS, commands
from support.program import Program
from support.server import Server

PAGE = DOCS / "integrations" / "kubernetes.md"
CONTEXT = {"kubernetes.io/cluster": "production"}
ALIAS = "alias/kubernetes"
SEED = bytes(range(32))  # an API server sends 32 bytes
_DNS_NAME = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)+")


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("generated")
    generate(directory)
    return directory


@pytest.fixture(scope="module")
def key_id(server: Server) -> str:
    """A key of its own, behind an alias that tests may move."""
    made: str = server.boto3().create_key()["KeyMetadata"]["KeyId"]
    server.boto3().create_alias(AliasName=ALIAS, TargetKeyId=made)
    return made


def start(server: Server, directory: Path, **more: str) -> Program:
    """Start the plugin by the page's command; ``directory`` has its log and its socket."""
    (command,) = commands(PAGE, "Run it")
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    environment = server.env() | {"PATH": path, "RUN": str(directory), "KEY": ALIAS} | more
    plugin = Program(["bash", "-euc", command], directory / "plugin.log", environment)
    try:
        plugin.wait_until(lambda: "ready unix://" in plugin.output(), "ready", 30)
    except BaseException:
        plugin.kill()
        raise
    return plugin


@pytest.fixture(scope="module")
def plugin(
    server: Server, key_id: str, generated: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[APIServer]:
    directory = tmp_path_factory.mktemp("plugin")
    with start(server, directory), APIServer(directory / "kms.sock", generated) as asking:
        yield asking


@pytest.fixture
def serving(tmp_path: Path, generated: Path) -> Iterator[Callable[[Provider], APIServer]]:
    """A factory for plugins in this process, which start sooner."""
    with ExitStack() as stack:

        def serve(provider: Provider) -> APIServer:
            pool = stack.enter_context(ThreadPoolExecutor(2))
            server = grpc.server(pool, handlers=(handler(provider),))
            server.add_insecure_port(f"unix:{tmp_path}/kms.sock")
            server.start()
            stack.callback(lambda: server.stop(0).wait())
            return stack.enter_context(APIServer(tmp_path / "kms.sock", generated))

        yield serve


def refused(ask: Callable[[], Any]) -> tuple[str, str]:
    """Return the code and the text that a call ends with."""
    with pytest.raises(grpc.RpcError) as error:
        ask()
    return error.value.code().name, error.value.details()


def test_the_committed_messages_are_those_of_the_published_protocol(tmp_path: Path) -> None:
    made = generate(tmp_path).read_text()
    (described,) = re.findall(r"AddSerializedFile\(.*\)", made)
    assert described in PROTO.with_name(f"{NAME}_pb2.py").read_text()


def test_a_seed_comes_back_and_the_answers_keep_the_rules(plugin: APIServer) -> None:
    status, sealed = plugin.status(), plugin.encrypt(SEED)
    assert (status.version, status.healthz) == ("v2", "ok")
    assert sealed.key_id == status.key_id, "or the API server throws the answer away"
    assert 0 < len(sealed.key_id) < 1024
    assert 0 < len(sealed.ciphertext) < 1024
    assert SEED not in sealed.ciphertext
    assert all(_DNS_NAME.fullmatch(name) for name in sealed.annotations)
    assert sum(len(name) + len(value) for name, value in sealed.annotations.items()) < 32 * 1024
    assert plugin.decrypt(sealed) == SEED
    assert plugin.encrypt(SEED).ciphertext != sealed.ciphertext


def test_the_audit_knows_the_cluster(plugin: APIServer, server: Server) -> None:
    plugin.decrypt(plugin.encrypt(b"audited"))
    found = {
        record["eventName"]
        for record in server.records()
        if (record["requestParameters"] or {}).get("encryptionContext") == CONTEXT
    }
    assert found == {"Encrypt", "Decrypt"}


def test_a_disabled_key_fails_at_once_and_comes_back(plugin: APIServer, server: Server, key_id: str) -> None:
    kms, sealed = server.boto3(), plugin.encrypt(SEED)
    before = plugin.status().key_id
    kms.disable_key(KeyId=key_id)
    try:
        status = plugin.status()
        assert status.healthz.endswith(f"{key_id} is Disabled")
        assert status.key_id == before
        for ask in (lambda: plugin.decrypt(sealed), lambda: plugin.encrypt(SEED)):
            code, text = refused(ask)
            assert code == "FAILED_PRECONDITION"
            assert text.startswith("DisabledException: ")
    finally:
        kms.enable_key(KeyId=key_id)
    assert plugin.decrypt(sealed) == SEED
    assert plugin.status().healthz == "ok"


def test_rotated_material_is_a_new_key_id_and_old_data_opens(plugin: APIServer, server: Server, key_id: str) -> None:
    old = plugin.encrypt(SEED)
    server.boto3().rotate_key_on_demand(KeyId=key_id)
    status = plugin.status()
    assert (status.healthz, status.key_id != old.key_id) == ("ok", True)
    new = plugin.encrypt(SEED)
    assert new.key_id == status.key_id
    assert plugin.decrypt(old) == plugin.decrypt(new) == SEED


def test_a_moved_alias_is_a_new_key_id_and_old_data_opens(plugin: APIServer, server: Server, key_id: str) -> None:
    kms, old = server.boto3(), plugin.encrypt(SEED)
    other = kms.create_key()["KeyMetadata"]["KeyId"]
    kms.update_alias(AliasName=ALIAS, TargetKeyId=other)
    try:
        status, new = plugin.status(), plugin.encrypt(SEED)
    finally:
        kms.update_alias(AliasName=ALIAS, TargetKeyId=key_id)
    assert status.healthz == "ok"
    assert status.key_id == new.key_id
    assert other in new.key_id
    assert plugin.decrypt(old) == plugin.decrypt(new) == SEED


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"ciphertext": b"\1" * 184}, "InvalidCiphertextException"),
        ({"annotations": {}}, "not encrypted by this plugin"),
        ({"annotations": {"format.kms-plugin.strongroom": b"2"}}, "newer version"),
        ({"key_id": "another-plugin"}, "not encrypted by this plugin"),
    ],
)
def test_what_is_not_its_own_is_refused(plugin: APIServer, changed: dict[str, Any], said: str) -> None:
    sealed = plugin.encrypt(SEED)
    code, text = refused(partial(plugin.decrypt, sealed, **changed))
    assert code == "INVALID_ARGUMENT"
    assert said in text


@pytest.mark.parametrize("plaintext", [b"", b"x" * 900])
def test_sizes_that_the_protocol_cannot_carry_back(plugin: APIServer, plaintext: bytes) -> None:
    assert refused(lambda: plugin.encrypt(plaintext))[0] == "INVALID_ARGUMENT"


def test_another_context_does_not_open(
    plugin: APIServer, server: Server, key_id: str, serving: Callable[[Provider], APIServer]
) -> None:
    other = serving(Provider(server.boto3(), key_id, {"kubernetes.io/cluster": "staging"}))
    code, text = refused(lambda: other.decrypt(plugin.encrypt(SEED)))
    assert (code, text.split()[0]) == ("INVALID_ARGUMENT", "InvalidCiphertextException")


def test_refusals_have_their_codes(server: Server, serving: Callable[[Provider], APIServer]) -> None:
    server.user("k8s-nobody")
    kms = server.boto3()
    arn = kms.create_key()["KeyMetadata"]["Arn"]
    provider = Provider(server.boto3(profile="k8s-nobody"), arn, {})
    asked = serving(provider)
    assert refused(asked.status)[0] == "PERMISSION_DENIED", "a key that cannot be named has no status"
    provider.kms = kms
    assert asked.status().healthz == "ok"
    provider.kms = server.boto3(profile="k8s-nobody")
    assert asked.status().healthz.startswith("AccessDeniedException")
    provider.kms, provider.key = kms, "1234abcd-12ab-34cd-56ef-1234567890ab"
    assert refused(lambda: asked.encrypt(SEED))[0] == "NOT_FOUND"
    provider.key = kms.create_key(KeyUsage="SIGN_VERIFY", KeySpec="ECC_NIST_P256")["KeyMetadata"]["KeyId"]
    assert refused(lambda: asked.encrypt(SEED)) == (
        "INVALID_ARGUMENT",
        f"{arn.rpartition('/')[0]}/{provider.key} is no symmetric encryption key",
    )


def test_a_kms_that_is_silent_or_away(
    server: Server, serving: Callable[[Provider], APIServer], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in server.env().items():
        monkeypatch.setenv(name, value)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        endpoint = f"http://127.0.0.1:{silent.getsockname()[1]}"
        config = {"connect_timeout": 0.2, "read_timeout": 0.2, "retries": {"total_max_attempts": 1}}
        kms = kms_client(endpoint_url=endpoint, **config)
        asked = serving(Provider(kms, ALIAS, {}))
        began = time.monotonic()
        assert refused(lambda: asked.encrypt(SEED))[0] == "DEADLINE_EXCEEDED"
        assert time.monotonic() - began < 3
    assert refused(lambda: asked.encrypt(SEED))[0] == "UNAVAILABLE"
    kms.close()


# --- the process and its socket --------------------------------------------------------------------------------------


class _SlowKMS(BaseHTTPRequestHandler):
    """Refuses every request, after a while."""

    asked = threading.Event()

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.asked.set()
        time.sleep(0.5)
        body = json.dumps({"__type": "DisabledException", "message": "slowly"}).encode()
        self.send_response(400)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        pass


def test_a_terminated_plugin_finishes_its_calls_and_a_killed_ones_socket_is_replaced(
    server: Server, generated: Path, tmp_path: Path
) -> None:
    path = tmp_path / "kms.sock"
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(str(path))  # as a process leaves it that was killed
    slow = ThreadingHTTPServer(("127.0.0.1", 0), _SlowKMS)
    thread = threading.Thread(target=slow.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        with start(server, tmp_path, AWS_ENDPOINT_URL_KMS=f"http://127.0.0.1:{slow.server_port}") as plugin:
            assert stat.S_IMODE(path.stat().st_mode) == 0o600
            with APIServer(path, generated) as asking:
                call = asking.encrypt_later(SEED)
                assert _SlowKMS.asked.wait(10)
                assert plugin.stop() == 0
                assert call.code() == grpc.StatusCode.FAILED_PRECONDITION
    finally:
        slow.shutdown()
        thread.join()
        slow.server_close()
    assert not path.exists()


def test_what_stands_at_the_sockets_place(tmp_path: Path) -> None:
    path = tmp_path / "kms.sock"
    clear(path)
    path.write_text("precious")
    with pytest.raises(SocketError, match="is no socket"):
        clear(path)
    path.unlink()
    with socket.socket(socket.AF_UNIX) as alive:
        alive.bind(str(path))
        alive.listen()
        with pytest.raises(SocketError, match="Another process serves"):
            clear(path)
    clear(path)
    assert not path.exists()
    tmp_path.chmod(0o1777)
    with pytest.raises(SocketError, match="Anybody can write"):
        clear(path)


def test_two_that_start_at_once_do_not_take_each_others_socket(tmp_path: Path) -> None:
    """Both find a socket left by a dead process; the second looks only when the first one serves."""
    path = tmp_path / "kms.sock"
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(str(path))
    said = []

    def second() -> None:
        with pytest.raises(SocketError) as refused, alone(path):
            clear(path)
        said.append(str(refused.value))

    thread = threading.Thread(target=second)
    with socket.socket(socket.AF_UNIX) as serving:
        with alone(path):
            clear(path)
            thread.start()
            thread.join(0.1)
            serving.bind(str(path))
            serving.listen()
        thread.join()
    assert said == [f"Another process serves {path}"]


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("unix:///@abstract", "no permissions"),
        ("unix://relative.sock", "absolute path"),
        ("tcp://127.0.0.1:1", "absolute path"),
        (f"unix:///{'x' * 120}", "longer than"),
    ],
)
def test_addresses_that_are_refused(address: str, said: str) -> None:
    with pytest.raises(SocketError, match=said):
        socket_path(address)


def test_the_command_says_why_it_does_not_serve(tmp_path: Path) -> None:
    done = CliRunner().invoke(main, ["k8s-plugin", "--socket", "unix:///@abstract", "--key-id", ALIAS])
    assert done.exit_code == 1
    assert "anybody on the machine could use the key" in done.stderr
    done = CliRunner(env={"AWS_PROFILE": "of-nobody"}).invoke(
        main, ["k8s-plugin", "--socket", f"unix://{tmp_path}/kms.sock", "--key-id", ALIAS]
    )
    assert done.stderr == "Error: ProfileNotFound: The config profile (of-nobody) could not be found\n"


def test_a_group_may_use_the_socket(tmp_path: Path) -> None:
    path = tmp_path / "kms.sock"
    path.touch(0o600)
    _give(path, None)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    _give(path, grp.getgrgid(os.getgid()).gr_name)
    assert stat.S_IMODE(path.stat().st_mode) == 0o660
    with pytest.raises(SocketError, match="nobodys-group"):
        _give(path, "nobodys-group")


def test_addresses() -> None:
    assert socket_path("unix:///run/kms.sock") == socket_path("/run/kms.sock") == Path("/run/kms.sock")
