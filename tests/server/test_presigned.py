"""GET and presigned URLs on the wire: whoever holds such a URL sends it, with no AWS client at all."""

import base64
import http.client
import json
import subprocess
import urllib.error
import urllib.request
from collections.abc import Mapping
from types import MappingProxyType

import pytest
from awscli.customizations.eks.get_token import STSClientFactory, TokenGenerator

from support.programs import needed
from support.server import Server

CALLER = "Action=GetCallerIdentity&Version=2011-06-15"
NO_HEADERS: Mapping[str, str] = MappingProxyType({})


def fetched(
    url: str, *, method: str = "GET", body: bytes | None = None, headers: Mapping[str, str] = NO_HEADERS
) -> tuple[int, str, bytes]:
    """Return (status, content type, body)."""
    request = urllib.request.Request(url, method=method, data=body, headers=dict(headers))  # noqa: S310 - our own server
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310 - as above
            return answer.status, answer.headers["Content-Type"], answer.read()
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code, refused.headers["Content-Type"], refused.read()


@pytest.fixture(scope="module")
def arn(server: Server) -> str:
    found: str = server.boto3("sts").get_caller_identity()["Arn"]
    return found


def test_boto3_presigns_and_anybody_sends(server: Server, arn: str) -> None:
    for method in ("GET", "POST"):
        url = server.boto3("sts").generate_presigned_url("get_caller_identity", HttpMethod=method)
        for _ in range(2):
            status, content_type, body = fetched(url, method=method)
            assert (status, content_type) == (200, "text/xml")
            assert f"<Arn>{arn}</Arn>".encode() in body
    assert fetched(url, method="POST", body=b"")[0] == 200, "urllib calls an empty body a form"
    users = server.boto3("iam").generate_presigned_url("list_users", {"MaxItems": 1}, HttpMethod="GET")
    assert b"<ListUsersResult>" in fetched(users)[2]


def test_what_was_not_signed_is_not_done(server: Server) -> None:
    url = server.boto3("sts").generate_presigned_url("get_caller_identity", HttpMethod="GET")
    assert f"127.0.0.1:{server.port}" in url
    for changed in (
        url.replace("127.0.0.1", "localhost"),
        url.replace("GetCallerIdentity", "GetSessionToken"),
        url + "&DurationSeconds=900",
        url.replace("us-east-1", "eu-west-1"),
    ):
        status, content_type, body = fetched(changed)
        assert (status, content_type) == (403, "text/xml")
        assert b"<Code>SignatureDoesNotMatch</Code>" in body
    assert fetched(url, method="POST")[0] == 403
    assert b"given twice" in fetched(url + "&Action=GetCallerIdentity")[2]
    assert b"given twice" in fetched(url, method="POST", body=CALLER.encode())[2]


def test_a_token_for_kubernetes(server: Server, arn: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """``aws eks get-token``, and what a cluster does with it: send the URL, with the header that names the cluster."""
    monkeypatch.setenv("AWS_ENDPOINT_URL_STS", server.endpoint)
    client = STSClientFactory(server.botocore_session()).get_sts_client(region_name="us-east-1")
    token = TokenGenerator(client).get_token("my-cluster")
    prefix, _, encoded = token.partition(".")
    assert prefix == "k8s-aws-v1"
    url = base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)).decode()
    assert "X-Amz-Expires=60&X-Amz-SignedHeaders=host%3Bx-k8s-aws-id" in url
    assert f"<Arn>{arn}</Arn>".encode() in fetched(url, headers={"x-k8s-aws-id": "my-cluster"})[2]
    status, content_type, body = fetched(url, headers={"x-k8s-aws-id": "my-cluster", "Accept": "application/json"})
    assert (status, content_type) == (200, "text/xml"), (status, body)
    assert fetched(url, headers={"x-k8s-aws-id": "another"})[0] == 403
    assert fetched(url)[0] == 403


@pytest.mark.parametrize("more", [[], ["--request", "POST"]])
def test_curl_signs_a_get(server: Server, arn: str, more: list[str]) -> None:
    profile = server.profile()
    command = [
        str(needed("curl")), "--silent", "--fail-with-body", *more, "--aws-sigv4", "aws:amz:us-east-1:sts",
        "--user", f"{profile.access_key_id}:{profile.secret_access_key}", f"{server.endpoint}/?{CALLER}",
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)
    assert f"<Arn>{arn}</Arn>" in done.stdout, done


def test_other_gets_are_what_they_were(server: Server) -> None:
    for path in ("/", "/?", "/?x=Action", "/?action=GetCallerIdentity", "/?Actions=1"):
        status, _, body = fetched(f"{server.endpoint}{path}")
        assert (status, body) == (400, b"<MissingAuthenticationTokenException/>\n")
    for path in ("/healthz?Action=1", "/metrics?Action=1"):
        assert fetched(f"{server.endpoint}{path}")[0] == 200
    assert fetched(f"{server.endpoint}/nothing?{CALLER}")[0] == 404
    assert fetched(f"{server.endpoint}/?{CALLER}", method="PUT")[0] == 400
    assert b"<Code>MissingAuthenticationToken</Code>" in fetched(f"{server.endpoint}/?{CALLER}")[2]


def test_one_connection_for_all(server: Server) -> None:
    """A GET leaves the connection as fit for what comes as a POST does: in order, pipelined or not, absolute or not."""
    url = server.boto3("sts").generate_presigned_url("get_caller_identity", HttpMethod="GET")
    path = url.removeprefix(server.endpoint)
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
    for target, expected in ((path, 200), ("/healthz", 200), (url, 200), ("/", 400), (path + "x", 400), (path, 200)):
        connection.request("GET", target)
        answer = connection.getresponse()
        assert answer.status == expected, answer.read()
        answer.read()
    wanted = {"Connection": "Upgrade, HTTP2-Settings", "Upgrade": "h2c", "HTTP2-Settings": "AAMAAABkAAQAAP__"}
    connection.request("GET", path, headers=wanted)
    assert connection.getresponse().status == 200
    connection.close()


def test_the_record_names_the_way_and_keeps_the_url_to_itself(server: Server) -> None:
    url = server.boto3("sts").generate_presigned_url("get_caller_identity", HttpMethod="GET")
    body = fetched(url)[2].decode()
    request_id = body.partition("<RequestId>")[2].partition("<")[0]
    record = server.record_of({"ResponseMetadata": {"RequestId": request_id}})
    assert record["additionalEventData"] == {"AuthenticationMethod": "QueryString"}
    assert record["userAgent"].startswith("Python-urllib")
    assert url[-64:] not in json.dumps(server.records())
