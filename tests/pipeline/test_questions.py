"""Audit records read back as questions: every operation of KMS is decided again as it was decided."""

import json
from dataclasses import replace

import pytest

from strongroom.authz.explain_text import explanation_lines
from strongroom.authz.policy import PolicyKind, parse_policy
from strongroom.model.change import Delete
from strongroom.operations.table import BUILT
from strongroom.stations.explaining import Asked, explain_asked
from strongroom.stations.questions import NotExplainableError, Proposal, Questions
from strongroom.stations.recorded import Outcome, Records
from strongroom.stations.replay import replay
from strongroom.stations.subjects import UnknownSubjectError
from support.bodies import BODIES, World
from support.house import OTHER_ACCOUNT, Answer, House
from support.roles import allow, assume, make_role, trust
from support.services import for_source, for_user, key_with, policy_of

DENY_ALL = policy_of({"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*"})

BY_THE_GRANT = frozenset({"RetireGrant"})
REMOVES_WHAT_IT_NAMES = frozenset({"DeleteAlias", "UpdatePrimaryRegion"})


@pytest.fixture
def world() -> World:
    return World(House())


def decided_again(house: House, answer: Answer) -> tuple[Outcome, bool]:
    """Return what the record says, and what the policies say of it now."""
    with house.store.snapshot() as view:
        call = Records(view).call_of(answer.record)
        explanations = Questions(view).explain(call.question)
    return call.outcome, all(each.decision.allowed for each in explanations)


@pytest.mark.parametrize("name", sorted(BUILT["kms"]))
def test_a_record_is_decided_again_as_it_was(world: World, name: str) -> None:
    house = world.house
    body = BODIES[name](world)
    nobody = house.add_user(f"nobody-{name}")
    refused = house.call(name, body, user=nobody)
    assert refused.error[0] == "AccessDeniedException"
    if name in BY_THE_GRANT:
        with pytest.raises(NotExplainableError):
            decided_again(house, refused)
        return
    assert decided_again(house, refused) == (Outcome.DENIED, False)
    allowed = house.call(name, body)
    assert allowed.status == 200, allowed.raw
    if name in REMOVES_WHAT_IT_NAMES:
        with pytest.raises(NotExplainableError):
            decided_again(house, allowed)
    else:
        assert decided_again(house, allowed) == (Outcome.ALLOWED, True)


def test_a_record_without_its_parameters_is_not_decided_again(world: World) -> None:
    """They were too large to be kept; without them it would be another question."""
    house = world.house
    context = {"k": "v" * 200_000}
    refused = house.call("Encrypt", BODIES["Encrypt"](world) | {"EncryptionContext": context}, user=house.add_user("n"))
    assert refused.error[0] == "AccessDeniedException"
    assert refused.record["requestParameters"] == {"omitted": True}
    with pytest.raises(NotExplainableError, match="too large"):
        decided_again(house, refused)


def test_calls_through_services_are_decided_again_as_they_were(world: World) -> None:
    """Who calls, through whom, for which resource and from where: all of that stands in the record."""
    house, bucket = world.house, "arn:aws:s3:::vault"
    bea = house.add_user("bea", allow("kms:Encrypt"))
    through = {"StringEquals": {"kms:ViaService": "s3.us-east-1.amazonaws.com"}, "Bool": {"aws:ViaAWSService": "true"}}
    for_bucket = {"ArnEquals": {"aws:SourceArn": bucket}, "IpAddress": {"aws:SourceIp": "192.0.2.1"}}
    key = key_with(
        house,
        {"Effect": "Deny", "Principal": {"AWS": bea.user.arn}, "Action": "kms:*", "Condition": {"Null": {"kms:ViaService": "true"}}},
        {"Effect": "Allow", "Principal": {"AWS": bea.user.arn}, "Action": "kms:Decrypt", "Condition": through},
    )  # fmt: skip
    policy = allow("kms:Encrypt", Condition={**for_bucket, "Bool": {"aws:SecureTransport": "false"}})
    s3 = house.add_service("s3", policy=policy)
    asked = {"KeyId": key, "Plaintext": "eA=="}
    for who, headers, allowed in (
        (bea, {}, False),
        (s3, for_user(bea.user.arn), True),
        (s3, for_source(bucket), True),
        (s3, for_source("arn:aws:s3:::other"), False),
        (s3, {}, False),
    ):
        answer = house.call("Encrypt", asked, user=who, headers=headers)
        assert (answer.status == 200) is allowed
        assert decided_again(house, answer) == (Outcome.ALLOWED if allowed else Outcome.DENIED, allowed)
    made = house.ok("Encrypt", asked, user=s3, headers=for_user(bea.user.arn))
    opening = house.call("Decrypt", {"CiphertextBlob": made["CiphertextBlob"]}, user=s3, headers=for_user(bea.user.arn))
    assert decided_again(house, opening) == (Outcome.ALLOWED, True)
    house.commit([Delete(replace(s3.service, version=1))])
    assert decided_again(house, opening) == (Outcome.ALLOWED, True)
    with pytest.raises(UnknownSubjectError, match="There is no service s3"):
        decided_again(house, answer)


def test_a_call_that_nobody_made_comes_through_a_service(world: World) -> None:
    house = world.house
    bea = house.add_user("bea", allow("kms:CreateGrant", Condition={"Bool": {"kms:GrantIsForAWSResource": "true"}}))
    key = key_with(house)
    house.add_service("ec2")

    def allowed(principal: str, action: str, via: str = "", **conditions: str) -> bool:
        asked = Asked(principal, action, key, {}, conditions, "us-east-1", via=via)
        with house.store.snapshot() as view:
            return explain_asked(view, asked, house.now).allowed

    assert not allowed(bea.user.arn, "kms:CreateGrant")
    assert allowed(bea.user.arn, "kms:CreateGrant", "ec2")
    assert allowed("ec2.amazonaws.com", "kms:Encrypt")
    assert not allowed("ec2.amazonaws.com", "kms:DisableKey")
    with pytest.raises(UnknownSubjectError, match="There is no service rds"):
        allowed("rds.amazonaws.com", "kms:Encrypt")


def test_what_a_session_policy_refused_no_policy_here_allows(world: World) -> None:
    house = world.house
    key = key_with(house)
    role = make_role(house, "app", trust(house.administrator.user.arn), allow("kms:*"))
    session = assume(house, role, Policy=json.dumps(allow("kms:Decrypt")))
    answer = house.call("Encrypt", {"KeyId": key, "Plaintext": "eA=="}, user=session)
    record = json.dumps(answer.record).encode()
    with house.store.snapshot() as view:
        assert Records(view).call_of(answer.record).by_session_policy
        proposal = Proposal(key, parse_policy(json.dumps(DENY_ALL), PolicyKind.KEY))
        replayed = replay(view, proposal, [record], lambda _: True)
    assert (replayed.calls, replayed.same, replayed.drifted, replayed.now_denied) == (1, 1, 0, 0)


def test_a_policy_of_a_group_is_told_from_the_users_own_of_that_name(world: World) -> None:
    house = world.house
    key = key_with(house)
    dee = house.add_user("dee", policy_of({"Effect": "Deny", "Action": "kms:Sign", "Resource": "*"}))
    house.iam_ok("CreateGroup", {"GroupName": "staff"})
    shared = {"PolicyName": "inline", "PolicyDocument": json.dumps(allow("kms:Decrypt"))}
    house.iam_ok("PutGroupPolicy", {"GroupName": "staff", **shared})
    house.iam_ok("AddUserToGroup", {"GroupName": "staff", "UserName": "dee"})
    with house.store.snapshot() as view:
        asked = Asked(dee.user.arn, "kms:Decrypt", key, {}, {}, "us-east-1")
        (explanation,) = explain_asked(view, asked, house.now).explanations
    assert [one.policy for one in explanation.decision.because] == ["default", "inline of group staff"]
    assert [one.because.policy for one in explanation.statements] == ["default", "inline of group staff"]


def test_what_is_never_allowed_on_others_keys_is_denied(world: World) -> None:
    house = world.house
    stranger = house.add_user("stranger", allow("*"), OTHER_ACCOUNT)
    key = key_with(house, {"Effect": "Allow", "Principal": {"AWS": OTHER_ACCOUNT}, "Action": "kms:*"})
    answer = house.call("DisableKey", {"KeyId": key}, user=stranger)
    assert decided_again(house, answer) == (Outcome.DENIED, False)
    with house.store.snapshot() as view:
        (explanation,) = Questions(view).explain(Records(view).call_of(answer.record).question)
    assert explanation.remedies == ()
    assert list(explanation_lines(explanation))[-1].startswith("to allow   no policy can allow this")
