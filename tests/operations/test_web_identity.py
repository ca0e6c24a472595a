"""AssumeRoleWithWebIdentity: unsigned, through the whole corridor, with a provider in the test."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from strongroom.authn.web_token import KeySet, parse_key_set
from strongroom.errors import AWSError, IDPCommunicationError
from strongroom.pipeline import Pipeline
from strongroom.stations.web_identities import Held
from support.house import ACCOUNT, OTHER_ACCOUNT, House, IAMAnswer
from support.oidc import CLIENT, Provider
from support.roles import allow, make_role, refused, session_of, sts, trust, unsigned

ISSUER = "https://Id.example.com/tenant"
URL = ISSUER.removeprefix("https://")
PROVIDER = f"arn:aws:iam::{ACCOUNT}:oidc-provider/{URL}"
ACTION = "sts:AssumeRoleWithWebIdentity"
HELLO = "aGVsbG8="
TAGS, SOURCE = "https://aws.amazon.com/tags", "https://aws.amazon.com/source_identity"


class Keys:
    """The keys of one provider, fetched from the test."""

    def __init__(self, provider: Provider) -> None:
        self.provider = provider
        self.known: KeySet | None = None
        self.fresh = False
        self.fetched: list[str] = []
        self.failure: AWSError | None = None
        self.busy: AWSError | None = None

    def held(self, issuer: str) -> Held | None:
        if self.failure is not None and self.fetched:
            raise self.failure
        assert issuer == self.provider.issuer
        return Held(self.known, self.fresh) if self.known is not None else None

    def fetch(self, issuer: str) -> AWSError | None:
        self.fetched.append(issuer)
        if self.busy is None:
            self.known, self.fresh = parse_key_set(self.provider.key_set()), True
        return self.busy


@pytest.fixture
def provider() -> Provider:
    return Provider(ISSUER)


@pytest.fixture
def keys(house: House, provider: Provider) -> Iterator[Keys]:
    keys = Keys(provider)
    house.pipeline = replace(house.pipeline, key_sets=keys)
    house.iam_ok("CreateOpenIDConnectProvider", {"Url": ISSUER, "ClientIDList": [CLIENT]})
    return keys


def trusting(*actions: str, **elements: Any) -> dict[str, Any]:
    return trust({"Federated": PROVIDER}, ACTION, *actions, **elements)


def assume(house: House, role: str, token: str, **members: Any) -> IAMAnswer:
    asked = {"RoleArn": role, "RoleSessionName": "pod", "WebIdentityToken": token, **members}
    return unsigned(house, "AssumeRoleWithWebIdentity", asked)


def test_a_token_becomes_a_session(house: House, keys: Keys, key_id: str) -> None:
    condition = {"StringEquals": {f"{URL}:sub": "system:serviceaccount:app", f"{URL}:aud": CLIENT}}
    role = make_role(house, "pod-role", trusting(Condition=condition), allow("kms:Encrypt"))
    token = keys.provider.token(house.now)
    answer = assume(house, role, token)
    assert answer.status == 200, answer.raw
    assert keys.fetched == [ISSUER]
    body = answer.body
    assert body["SubjectFromWebIdentityToken"] == "system:serviceaccount:app"
    assert (body["Provider"], body["Audience"]) == (PROVIDER, CLIENT)
    session = session_of(answer)
    assert session.arn == f"arn:aws:sts::{ACCOUNT}:assumed-role/pod-role/pod"
    assert sts(house, "GetCallerIdentity", user=session).body["Arn"] == session.arn

    record = answer.record
    principal_id = f"{PROVIDER}:{CLIENT}:system:serviceaccount:app"
    assert record["userIdentity"] == {
        "type": "WebIdentityUser",
        "principalId": principal_id,
        "userName": "system:serviceaccount:app",
        "identityProvider": PROVIDER,
    }
    assert record["requestParameters"] == {"roleArn": role, "roleSessionName": "pod"}
    assert record["responseElements"]["credentials"]["accessKeyId"] == session.access_key_id
    assert record["resources"] == [{"accountId": ACCOUNT, "type": "AWS::IAM::Role", "ARN": role}]
    assert record["recipientAccountId"] == ACCOUNT
    assert token not in json.dumps(record)

    used = house.call("Encrypt", {"KeyId": key_id, "Plaintext": HELLO}, user=session)
    assert used.status == 200
    context = used.record["userIdentity"]["sessionContext"]
    assert context["webIdFederationData"] == {"federatedProvider": PROVIDER, "attributes": {}}
    chained = "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining."
    other = make_role(house, "other", trust(role), MaxSessionDuration=7200)
    assert refused(house, other, user=session, DurationSeconds=7200) == ("ValidationError", chained)


def test_the_provider_of_a_session_is_a_condition(house: House, keys: Keys, key_id: str) -> None:
    condition = {"StringEquals": {"aws:FederatedProvider": PROVIDER}}
    role = make_role(house, "pod-role", trusting(Condition=condition), allow("kms:Encrypt", Condition=condition))
    session = session_of(assume(house, role, keys.provider.token(house.now)))
    assert house.call("Encrypt", {"KeyId": key_id, "Plaintext": HELLO}, user=session).status == 200


@pytest.mark.parametrize(
    "trusted",
    [
        trusting(Condition={"StringEquals": {f"{URL}:sub": "somebody"}}),
        trusting(Condition={"StringEquals": {f"{URL}:aud": "elsewhere"}}),
        trusting(Condition={"StringEquals": {"id.example.com:sub": "system:serviceaccount:app"}}),
        trust({"Federated": f"arn:aws:iam::{ACCOUNT}:oidc-provider/other.example.com"}, ACTION),
        trust({"Federated": PROVIDER}, "sts:AssumeRole"),
        trust("*", ACTION),
        trust({"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, ACTION),
    ],
)
def test_whom_a_role_does_not_trust(house: House, keys: Keys, trusted: dict[str, Any]) -> None:
    role = make_role(house, "pod-role", trusted)
    answer = assume(house, role, keys.provider.token(house.now))
    assert answer.error == ("AccessDenied", f"Not authorized to perform {ACTION}")
    assert answer.record["userIdentity"]["type"] == "WebIdentityUser"
    missing = assume(house, role + "-2", keys.provider.token(house.now))
    assert missing.error == answer.error


def test_trusting_a_provider_is_for_its_tokens_alone(house: House, keys: Keys) -> None:
    role = make_role(house, "pod-role", trust({"Federated": PROVIDER}, "sts:*"))
    assert refused(house, role)[0] == "AccessDenied"  # even an administrator of the account


@pytest.mark.parametrize(
    ("claims", "error", "text"),
    [
        ({"aud": "elsewhere"}, "InvalidIdentityToken", "Incorrect token audience"),
        ({"exp": 1_767_225_600}, "ExpiredTokenException", "Token expired: current date/time 1767225600 must be before"),
        (
            {"iss": "https://no.example.com"},
            "InvalidIdentityToken",
            "No OpenIDConnect provider found in your account for",
        ),
        ({"iss": "http://Id.example.com/tenant"}, "InvalidIdentityToken", "No OpenIDConnect provider found"),
        ({"iss": None}, "InvalidIdentityToken", "Missing a required claim: iss"),
        ({"sub": None}, "InvalidIdentityToken", "Missing a required claim: sub"),
    ],
)
def test_tokens_that_do_not_count(house: House, keys: Keys, claims: dict[str, Any], error: str, text: str) -> None:
    role = make_role(house, "pod-role", trusting())
    answer = assume(house, role, keys.provider.token(house.now, **claims))
    assert (answer.error[0], answer.status) == (error, 400)
    assert str(answer.error[1]).startswith(text)
    assert answer.record["userIdentity"] == {"type": "Unknown"}
    assert answer.record["eventName"] == "AssumeRoleWithWebIdentity"


def test_other_ways_to_be_refused(house: House, keys: Keys) -> None:
    role = make_role(house, "pod-role", trusting())
    token = keys.provider.token(house.now)
    no_jwt = "The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)"
    assert assume(house, role, "an access token").error == ("InvalidIdentityToken", no_jwt)
    assert assume(house, role, token, ProviderId="www.amazon.com").error[0] == "ValidationError"
    assert assume(house, "deploy-deploy-deploy", token).error == ("ValidationError", "deploy-deploy-deploy is invalid")
    elsewhere = role.replace(ACCOUNT, OTHER_ACCOUNT)
    assert str(assume(house, elsewhere, token).error[1]).startswith("No OpenIDConnect provider found in your account")
    assert assume(house, role, token, DurationSeconds=7200).error[0] == "ValidationError"
    assert unsigned(house, "AssumeRoleWithWebIdentity", {"RoleArn": role}).error[0] == "ValidationError"
    for action, members in (("AssumeRole", {"RoleArn": role, "RoleSessionName": "pod"}), ("GetCallerIdentity", {})):
        answer = unsigned(house, action, members)
        assert answer.error[0] == "MissingAuthenticationToken"  # only this one operation needs no signature


def test_a_new_key_of_the_provider_is_fetched(house: House, keys: Keys) -> None:
    role = make_role(house, "pod-role", trusting())
    assert assume(house, role, keys.provider.token(house.now)).status == 200
    keys.provider.rotate()
    answer = assume(house, role, keys.provider.token(house.now))
    assert answer.error[0] == "InvalidIdentityToken"  # just asked: not again
    assert str(answer.error[1]).startswith("Couldn't retrieve verification key from your identity provider")
    keys.fresh = False
    assert assume(house, role, keys.provider.token(house.now)).status == 200
    assert len(keys.fetched) == 2


def test_a_provider_that_cannot_be_asked(house: House, keys: Keys) -> None:
    role = make_role(house, "pod-role", trusting())
    keys.busy = IDPCommunicationError("busy")
    answer = assume(house, role, keys.provider.token(house.now))
    assert (answer.error, answer.status) == (("IDPCommunicationError", "busy"), 400)
    assert answer.record["eventName"] == "AssumeRoleWithWebIdentity"
    keys.failure = IDPCommunicationError("down")
    assert assume(house, role, keys.provider.token(house.now)).error == ("IDPCommunicationError", "down")


def test_only_trusted_providers_are_asked(house: House, keys: Keys) -> None:
    role = make_role(house, "pod-role", trusting())
    assume(house, role, keys.provider.token(house.now, iss="https://169.254.169.254"))
    assert keys.fetched == []


def test_tags_and_source_identity_in_the_token(house: House, keys: Keys, key_id: str) -> None:
    claims = {TAGS: {"principal_tags": {"team": ["red"]}, "transitive_tag_keys": ["team"]}, SOURCE: "al"}
    token = keys.provider.token(house.now, **claims)
    role = make_role(house, "untagged", trusting())
    assert assume(house, role, token).error == ("AccessDenied", "Not authorized to perform sts:TagSession")
    red = {"StringEquals": {"aws:PrincipalTag/team": "red", "aws:SourceIdentity": "al"}}
    asked = {"StringEquals": {"aws:RequestTag/team": "red", "sts:SourceIdentity": "al", "sts:RoleSessionName": "pod"}}
    trusted = trusting("sts:TagSession", "sts:SetSourceIdentity", Condition=asked)
    role = make_role(house, "tagged", trusted, allow("kms:Encrypt", Condition=red))
    answer = assume(house, role, token)
    assert answer.body["SourceIdentity"] == "al"
    assert house.call("Encrypt", {"KeyId": key_id, "Plaintext": HELLO}, user=session_of(answer)).status == 200


def test_a_server_that_asks_nobody(house: House) -> None:
    assert isinstance(house.pipeline, Pipeline)
    role = make_role(house, "pod-role", trust("*"))
    assert assume(house, role, Provider(ISSUER).token(house.now)).error[0] == "IDPCommunicationError"
