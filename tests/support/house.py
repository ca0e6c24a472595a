"""The whole corridor in one process: a pipeline over the memory store, a clock that tests move, botocore as the signer."""

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from types import MappingProxyType
from typing import Any
from unittest import mock
from urllib.parse import urlencode

import botocore.session
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.parsers import create_parser
from botocore.serialize import create_serializer

from strongroom.authn.sigv4 import SigV4Verifier
from strongroom.authz.defaults import ADMINISTRATOR_ACCESS
from strongroom.crypto.key_pairs import generate
from strongroom.crypto.keyring import _PURPOSE_MATERIAL, Keyring, _material_about
from strongroom.crypto.wrap import unwrap
from strongroom.model.change import Change, Insert
from strongroom.model.identity import Account, User
from strongroom.model.key import Key, KeyMaterial
from strongroom.model.regions import AWS_REGIONS
from strongroom.operations.iam.provision import NewUser, new_user
from strongroom.operations.services import NewService, new_service
from strongroom.pipeline import SERVICES, Carried, Pipeline
from strongroom.server.key_uses import keep, usages_of
from strongroom.stations.access import Access
from strongroom.stations.callers import IDENTITY_NOUNS, Callers
from strongroom.stations.request import APIRequest
from strongroom.store.memory import MemoryStore
from strongroom.wire.shapes import kms
from support.refusals import COMMON_ERRORS, COMMON_QUERY_ERRORS

ACCOUNT = "111122223333"
OTHER_ACCOUNT = "444455556666"
START = 1_767_225_600.0  # 2026-01-01T00:00:00Z
NO_HEADERS: Mapping[str, str] = MappingProxyType({})


class Answer:
    """One answer: status, parsed body, and the audit records that go with it.

    ``further`` are those of other Regions and of what the service did besides.
    """

    def __init__(self, carried: Carried) -> None:
        decided = carried.decided
        self.status = decided.status
        self.raw = decided.body
        self.content_type = decided.content_type
        self.request_id = decided.request_id
        self.record: dict[str, Any] = json.loads(decided.record)
        self.further: list[dict[str, Any]] = [json.loads(record) for _, record in decided.further]
        self.committed = carried.committed

    @property
    def body(self) -> dict[str, Any]:
        parsed: dict[str, Any] = json.loads(self.raw) if self.raw else {}
        return parsed

    @property
    def error(self) -> tuple[str, str | None]:
        """(name, text) of a refusal."""
        body = self.body
        return body.get("__type", ""), body.get("message", body.get("Message"))


@cache
def iam_model() -> Any:
    return botocore.session.get_session().get_service_model("iam")


class IAMAnswer(Answer):
    """An answer of IAM, with its XML read as botocore reads it."""

    def __init__(self, carried: Carried, shape: Any) -> None:
        super().__init__(carried)
        described = {"headers": {}, "status_code": self.status, "body": self.raw}
        self._parsed: dict[str, Any] = create_parser("query").parse(described, shape)

    @property
    def body(self) -> dict[str, Any]:
        return {name: value for name, value in self._parsed.items() if name != "ResponseMetadata"}

    @property
    def error(self) -> tuple[str, str | None]:
        found = self._parsed.get("Error", {})
        return found.get("Code", ""), found.get("Message")


@dataclass(frozen=True, slots=True)
class Session:
    """Temporary credentials, which call like a user."""

    access_key_id: str
    secret_access_key: str
    session_token: str
    arn: str = ""


Signer = NewUser | NewService | Session


def credentials_of(who: Signer, token: str | None = None) -> Credentials:
    held = who.session_token if isinstance(who, Session) else None
    return Credentials(who.access_key_id, who.secret_access_key, token or held)


class House:
    """Calls operations as users, through every station."""

    def __init__(self) -> None:
        self.now = START
        self.store = MemoryStore()
        self.store.commit([Insert(Account(account, "", 0)) for account in (ACCOUNT, OTHER_ACCOUNT)])
        self.keyring = Keyring(os.urandom(32))
        self.pipeline = Pipeline(
            keyring=self.keyring,
            verifier=SigV4Verifier(regions=AWS_REGIONS, services=SERVICES),
            callers=Callers(self.keyring),
            access=Access(self.keyring),
            clock=lambda: self.now,
            signing_clock=lambda: self.now,
            new_private_key=generate,
            random_bytes=os.urandom,
            random_ids=os.urandom,
            default_region="us-east-1",
            attestation_roots=(),
        )
        self.administrator = self.add_user("administrator", ADMINISTRATOR_ACCESS)

    def add_user(self, name: str, policy: str | Mapping[str, Any] | None = None, account: str = ACCOUNT) -> NewUser:
        text = json.dumps(policy) if isinstance(policy, Mapping) else policy
        policies = {"inline": text} if text is not None else {}
        made = new_user(self.keyring, account, name, policies, int(self.now * 1000), os.urandom)
        self.pipeline.callers.forget_all(self.store.commit(made.changes))
        return made

    def add_service(
        self,
        name: str,
        *source_arns: str,
        policy: Mapping[str, Any] | None = None,
        account: str = ACCOUNT,
    ) -> NewService:
        text = json.dumps(policy) if policy is not None else None
        made = new_service(
            self.keyring, account, name, text, source_arns, int(self.now * 1000), random_bytes=os.urandom
        )
        self.commit(made.changes)
        return made

    def commit(self, changes: Iterable[Change]) -> None:
        """Change identities, as the command line does: the next request meets them."""
        self.pipeline.callers.forget_all(self.store.commit(tuple(changes)))

    def call(
        self,
        operation: str,
        members: Any = None,
        *,
        user: Signer | None = None,
        region: str = "us-east-1",
        headers: Mapping[str, str] = NO_HEADERS,
    ) -> Answer:
        answer = self.send(self.request(operation, members or {}, user=user, region=region, headers=headers))
        if answer.status != 200 and operation in kms.OPERATIONS:  # a test may call what does not exist
            declared = kms.OPERATIONS[operation].errors | COMMON_ERRORS | {"SerializationException"}
            assert answer.error[0] in declared, (operation, answer.error)
        return answer

    def ok(
        self,
        operation: str,
        members: Any = None,
        *,
        user: Signer | None = None,
        region: str = "us-east-1",
        headers: Mapping[str, str] = NO_HEADERS,
    ) -> dict[str, Any]:
        answer = self.call(operation, members, user=user, region=region, headers=headers)
        assert answer.status == 200, answer.raw
        return answer.body

    def secret_of(self, key_id: str, region: str = "us-east-1") -> bytes:
        """Return the key's present material in the clear, for tests that compute an answer themselves."""
        with self.store.snapshot() as view:
            key = view.get(Key, ACCOUNT, region, key_id)
            assert key is not None
            material = view.get(KeyMaterial, ACCOUNT, region, key_id, key.material_id)
        assert material is not None
        return unwrap(self.keyring._domain_key, material.wrapped, _PURPOSE_MATERIAL, _material_about(material))

    def send(self, request: APIRequest) -> Answer:
        carried = self._carried_out(request)
        keep(self.store, usages_of(carried.decided), (), 0, None)  # a worker does this a few seconds later
        return Answer(carried)

    def _carried_out(self, request: APIRequest) -> Carried:
        carried = self.pipeline.carry_out(request, self.store, 0)
        if any(type(change.noun).__name__ in IDENTITY_NOUNS for change in carried.decided.changes):
            with self.store.snapshot() as view:
                self.pipeline.callers.forget_all(view.sequence)
        return carried

    def iam(self, action: str, members: Mapping[str, Any] | None = None, *, user: Signer | None = None) -> "IAMAnswer":
        """Call IAM; botocore writes the form and reads the XML."""
        who = user or self.administrator
        operation = iam_model().operation_model(action)
        form = create_serializer("query").serialize_to_request(dict(members or {}), operation)["body"]
        headers = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}
        credentials = credentials_of(who)
        request = self.signed(urlencode(form).encode(), headers, credentials, "iam", "us-east-1")
        answer = IAMAnswer(self._carried_out(request), operation.output_shape)
        if answer.status != 200:
            declared = {shape.metadata["error"]["code"] for shape in operation.error_shapes} | COMMON_QUERY_ERRORS
            assert answer.error[0] in declared | {"UnsupportedOperation"}, (action, answer.error)
        return answer

    def iam_ok(
        self, action: str, members: Mapping[str, Any] | None = None, *, user: Signer | None = None
    ) -> dict[str, Any]:
        answer = self.iam(action, members, user=user)
        assert answer.status == 200, answer.raw
        return answer.body

    def new_user(self, name: str, policy: Mapping[str, Any] | None = None) -> NewUser:
        """Make a user by IAM, with an access key."""
        self.iam_ok("CreateUser", {"UserName": name})
        if policy is not None:
            members = {"UserName": name, "PolicyName": "inline", "PolicyDocument": json.dumps(policy)}
            self.iam_ok("PutUserPolicy", members)
        made = self.iam_ok("CreateAccessKey", {"UserName": name})["AccessKey"]
        with self.store.snapshot() as view:
            user = view.get(User, ACCOUNT, name)
        assert user is not None
        return NewUser(user, made["AccessKeyId"], made["SecretAccessKey"], ())

    def request(
        self,
        operation: str,
        members: Any,
        *,
        user: Signer | None = None,
        region: str = "us-east-1",
        token: str | None = None,
        credentials: tuple[str, str] | None = None,
        headers: Mapping[str, str] = NO_HEADERS,
    ) -> APIRequest:
        """Return a signed request; ``members`` may be raw bytes."""
        body = members if isinstance(members, bytes) else json.dumps(members).encode()
        who = user or self.administrator
        signer = Credentials(*credentials, token) if credentials else credentials_of(who, token)
        signed = {
            "Content-Type": "application/x-amz-json-1.1",
            "X-Amz-Target": f"TrentService.{operation}",
            "User-Agent": "test/1.0",
            **headers,
        }
        return self.signed(body, signed, signer, "kms", region)

    def cloudtrail(
        self, operation: str, members: Any = None, *, user: Signer | None = None, region: str = "us-east-1"
    ) -> Answer:
        """Call CloudTrail."""
        who = user or self.administrator
        headers = {
            "Content-Type": "application/x-amz-json-1.1",
            "X-Amz-Target": f"com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.{operation}",
        }
        credentials = credentials_of(who)
        return self.send(self.signed(json.dumps(members or {}).encode(), headers, credentials, "cloudtrail", region))

    def strongroom(
        self, operation: str, members: Any = None, *, user: Signer | None = None, region: str = "us-east-1"
    ) -> Answer:
        """Call strongroom's own service."""
        headers = {
            "Content-Type": "application/x-amz-json-1.1",
            "X-Amz-Target": f"Strongroom_20261124.{operation}",
            "User-Agent": "test/1.0",
        }
        credentials = credentials_of(user or self.administrator)
        return self.send(self.signed(json.dumps(members or {}).encode(), headers, credentials, "strongroom", region))

    def sts(self, action: str, *, user: Signer | None = None) -> Answer:
        who = user or self.administrator
        body = f"Action={action}&Version=2011-06-15".encode()
        headers = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}
        return self.send(self.signed(body, headers, credentials_of(who), "sts", "us-east-1"))

    def signed(
        self, body: bytes, headers: Mapping[str, str], credentials: Credentials, service: str, region: str
    ) -> APIRequest:
        unsigned = AWSRequest("POST", "http://kms.test/", data=body, headers=dict(headers))
        moment = datetime.fromtimestamp(self.now, UTC).replace(tzinfo=None)
        with mock.patch("botocore.auth.get_current_datetime", return_value=moment):
            SigV4Auth(credentials, service, region).add_auth(unsigned)
        pairs = [(name.lower().encode(), value.encode()) for name, value in unsigned.headers.items()]
        pairs.append((b"host", b"kms.test"))
        target = headers.get("X-Amz-Target", "").encode()
        return APIRequest("POST", "/", "", pairs, body, source_ip="192.0.2.1", tls=None, target=target)
