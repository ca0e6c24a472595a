"""Roles and sessions in the house: made by IAM and STS, with botocore to write the forms and read the XML."""

import json
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any
from urllib.parse import urlencode

import botocore.session
from botocore.serialize import create_serializer

from strongroom.stations.request import APIRequest
from support.house import ACCOUNT, House, IAMAnswer, Session, Signer, credentials_of

FORM = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}


@cache
def sts_model() -> Any:
    return botocore.session.get_session().get_service_model("sts")


def allow(*actions: str, resource: str | Sequence[str] = "*", **elements: Any) -> dict[str, Any]:
    """Return an identity policy."""
    statement = {"Effect": "Allow", "Action": list(actions), "Resource": resource, **elements}
    return {"Version": "2012-10-17", "Statement": [statement]}


def trust(principal: Any, *actions: str, **elements: Any) -> dict[str, Any]:
    """Return a trust policy; ``principal`` is an ARN or the element itself."""
    named = {"AWS": principal} if isinstance(principal, str) else principal
    statement = {"Effect": "Allow", "Principal": named, "Action": list(actions) or ["sts:AssumeRole"], **elements}
    return {"Version": "2012-10-17", "Statement": [statement]}


def make_role(
    house: House,
    name: str,
    trusted: Mapping[str, Any],
    policy: Mapping[str, Any] | None = None,
    *,
    by: Signer | None = None,
    **members: Any,
) -> str:
    """Return the ARN of a new role with an inline policy."""
    asked = {"RoleName": name, "AssumeRolePolicyDocument": json.dumps(trusted), **members}
    made = house.iam_ok("CreateRole", asked, user=by)["Role"]
    if policy is not None:
        inline = {"RoleName": name, "PolicyName": "inline", "PolicyDocument": json.dumps(policy)}
        house.iam_ok("PutRolePolicy", inline, user=by)
    return str(made["Arn"])


def form_of(action: str, members: Mapping[str, Any]) -> bytes:
    operation = sts_model().operation_model(action)
    return urlencode(
        create_serializer("query", include_validation=False).serialize_to_request(dict(members), operation)["body"]
    ).encode()


def sts(
    house: House, action: str, members: Mapping[str, Any] | None = None, *, user: Signer | None = None
) -> IAMAnswer:
    """Call STS, signed."""
    credentials = credentials_of(user or house.administrator)
    request = house.signed(form_of(action, members or {}), FORM, credentials, "sts", "us-east-1")
    return IAMAnswer(house._carried_out(request), sts_model().operation_model(action).output_shape)


def unsigned(house: House, action: str, members: Mapping[str, Any]) -> IAMAnswer:
    """Call STS without a signature, as SDKs do with web identity tokens."""
    body = form_of(action, members)
    headers = [(name.lower().encode(), value.encode()) for name, value in FORM.items()] + [(b"host", b"kms.test")]
    request = APIRequest("POST", "/", "", headers, body, source_ip="192.0.2.1", tls=None, target=b"")
    return IAMAnswer(house._carried_out(request), sts_model().operation_model(action).output_shape)


def assume(house: House, role_arn: str, name: str = "job", *, user: Signer | None = None, **members: Any) -> Session:
    """Return a session of the role, which must succeed."""
    answer = sts(house, "AssumeRole", {"RoleArn": role_arn, "RoleSessionName": name, **members}, user=user)
    assert answer.status == 200, answer.raw
    return session_of(answer)


def refused(house: House, role_arn: str, *, user: Signer | None = None, **members: Any) -> tuple[str, str | None]:
    """Return (code, text) of a refusal to assume the role."""
    answer = sts(house, "AssumeRole", {"RoleArn": role_arn, "RoleSessionName": "job", **members}, user=user)
    assert answer.status != 200, answer.raw
    return answer.error


def session_of(answer: IAMAnswer) -> Session:
    made = answer.body["Credentials"]
    who = answer.body.get("AssumedRoleUser") or answer.body.get("FederatedUser") or {"Arn": ""}
    return Session(made["AccessKeyId"], made["SecretAccessKey"], made["SessionToken"], who["Arn"])


def root_of(account: str = ACCOUNT) -> str:
    return f"arn:aws:iam::{account}:root"
