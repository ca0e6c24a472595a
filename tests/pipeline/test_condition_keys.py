"""docs/condition-keys.md against what requests carry: every operation is called, and the keys it brings are written down."""

import json
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest

from strongroom.authn.session import SessionClaims
from strongroom.model.permission import ANY_RESOURCE, ConditionValues
from strongroom.model.principal import Principal, PrincipalKind
from strongroom.model.service import Service
from strongroom.operations.table import BUILT
from strongroom.stations import access
from strongroom.stations.conditions import _PROVIDERS, Scene, condition_values
from strongroom.stations.sessions import session_conditions
from strongroom.wire.shapes import kms
from support.bodies import BODIES, REPLICA_REGION, World
from support.house import ACCOUNT, START, House

PAGE = Path(__file__).parent.parent.parent.joinpath("docs/condition-keys.md").read_text()
PRESENT, ABSENT = PAGE.split("## What is always absent")
ROW = re.compile(r"^\| `((?:kms|aws):[^`]+)` \|(.*)\|$", re.MULTILINE)
SAMPLES = {"<name>": "a", "<tag>": "a", "<number>": "0"}
EVERY, OF_KEYS, OF_REPLICATED = "every operation", "key operations", "multi-Region keys"
BY_CALLER = (
    "of sessions", "of an organization", "of services", "of services for users", "of services of an organization",
    "of calls through services", "of tagged users", "of tagged keys",
)  # fmt: skip
SOMETIMES = {"kms:requestalias"}  # only of operations whose KeyId may be an alias
KNOWN = """
kms:BypassPolicyLockoutSafetyCheck kms:CallerAccount kms:CustomerMasterKeySpec kms:CustomerMasterKeyUsage kms:DataKeyPairSpec
kms:EncryptionAlgorithm kms:EncryptionContext:<name> kms:EncryptionContextKeys kms:ExpirationModel kms:GrantConstraintSourceArn
kms:GrantConstraintType kms:GrantIsForAWSResource kms:GrantOperations kms:GranteePrincipal kms:GranteeServicePrincipal
kms:KeyAgreementAlgorithm kms:KeyOrigin kms:KeySpec kms:KeyUsage kms:MacAlgorithm kms:MessageType kms:MultiRegion
kms:MultiRegionKeyType kms:PrimaryRegion kms:ReEncryptOnSameKey kms:ReplicaRegion kms:RequestAlias kms:ResourceAliases
kms:RetiringPrincipal kms:RetiringServicePrincipal kms:RotationPeriodInDays kms:ScheduleKeyDeletionPendingWindowInDays
kms:SigningAlgorithm kms:TrailingDaysWithoutKeyUsage kms:ValidTo kms:ViaService kms:WrappingAlgorithm kms:WrappingKeySpec
kms:RecipientAttestation:ImageSha384 kms:RecipientAttestation:PCR<number> kms:RecipientAttestation:NitroTPMPCR<number>
aws:CalledVia aws:CurrentTime aws:EpochTime aws:MultiFactorAuthAge aws:MultiFactorAuthPresent aws:PrincipalAccount
aws:PrincipalArn aws:PrincipalIsAWSService aws:PrincipalOrgID aws:PrincipalOrgPaths aws:PrincipalServiceName
aws:PrincipalTag/<tag> aws:PrincipalType aws:RequestTag/<tag> aws:RequestedRegion aws:ResourceAccount aws:ResourceOrgID
aws:ResourceTag/<tag> aws:SecureTransport aws:SourceAccount aws:SourceArn aws:SourceIp aws:SourceVpc aws:SourceVpce
aws:TagKeys aws:TokenIssueTime aws:UserAgent aws:userid aws:username aws:ViaAWSService aws:VpcSourceIp
""".split()  # noqa: SIM905 - a list of so many words reads better
"""What the guides name. Source: AWS KMS Developer Guide, 'AWS KMS condition keys'; IAM User Guide, global context keys."""


def sample(name: str) -> str:
    for placeholder, value in SAMPLES.items():
        name = name.replace(placeholder, value)
    return name.lower()


def rows(part: str) -> dict[str, list[str]]:
    return {name: [cell.strip() for cell in cells.split("|")] for name, cells in ROW.findall(part)}


PROVIDED = {name: [cell.strip() for cell in cells[-1].split(",")] for name, cells in rows(PRESENT).items()}
NEVER = rows(ABSENT)
WATCHED = sorted(sample(name) for name in {**PROVIDED, **NEVER})

CONTEXT = {"EncryptionContext": {"a": "1"}}
TAGS = {"Tags": [{"TagKey": "a", "TagValue": "b"}]}
BYPASS = {"BypassPolicyLockoutSafetyCheck": True}
SAME = {"EncryptionContextEquals": {"a": "1"}}


def with_options(world: World) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield requests with the members that bodies leave out."""
    for name in ("Encrypt", "GenerateDataKey", "GenerateDataKeyWithoutPlaintext", "Decrypt"):
        yield name, {**BODIES[name](world), **CONTEXT}
    for name in ("GenerateDataKeyPair", "GenerateDataKeyPairWithoutPlaintext"):
        yield name, {**BODIES[name](world), **CONTEXT}
    yield "ReEncrypt", {**BODIES["ReEncrypt"](world), "SourceEncryptionContext": {"a": "1"}}
    yield "CreateKey", {**TAGS, **BYPASS, "MultiRegion": True}
    yield "PutKeyPolicy", {**BODIES["PutKeyPolicy"](world), **BYPASS}
    yield "ReplicateKey", {"KeyId": world.primary_key, "ReplicaRegion": REPLICA_REGION, **TAGS, **BYPASS}
    limited = {
        "GranteePrincipal": ACCOUNT,
        "RetiringPrincipal": ACCOUNT,
        "Operations": ["RetireGrant"],
        "Constraints": SAME,
    }
    yield "CreateGrant", {"KeyId": world.key, **limited}
    service = {"GranteeServicePrincipal": "a.amazonaws.com", "RetiringServicePrincipal": "a.amazonaws.com"}
    source = {"Constraints": {"SourceArn": f"arn:aws:s3:us-east-1:{ACCOUNT}:bucket"}}
    yield "CreateGrant", {"KeyId": world.key, **service, **source, "Operations": ["Encrypt"]}
    grant = world.house.ok("CreateGrant", {"KeyId": world.key, **limited})
    yield "RetireGrant", {"KeyId": world.metadata["Arn"], "GrantId": grant["GrantId"]}
    later = {"ValidTo": START + 86_400, "ExpirationModel": "KEY_MATERIAL_EXPIRES"}
    yield "ImportKeyMaterial", {**world.an_import(world.external_key), **later}
    yield "DescribeKey", {"KeyId": world.alias}


SESSION = SessionClaims(
    access_key_id="ASIA",
    secret="",
    account=ACCOUNT,
    unique_id="AROA",
    issued_at=START,
    expires_at=START,
    source_identity="alice",
    provider=f"arn:aws:iam::{ACCOUNT}:oidc-provider/id.example.com",
)

Seen = list[tuple[Scene, ConditionValues]]


@pytest.fixture(scope="module")
def seen() -> Seen:
    """Call every operation as someone whose policy looks at every key of the page; return what the policy got to see."""
    found: Seen = []
    wanted = [{"StringEquals": {name: "never"}} for name in WATCHED]
    deny = {"Effect": "Deny", "Action": "kms:*", "Resource": "*"}
    allow = {"Effect": "Allow", "Action": "kms:*", "Resource": "*"}
    policy = {"Version": "2012-10-17", "Statement": [allow, *({**deny, "Condition": each} for each in wanted)]}

    def spying(scene: Scene, names: Any) -> ConditionValues:
        values = condition_values(scene, names)
        assert set(WATCHED) <= set(names)
        found.append((scene, values))
        return values

    house = House()
    world = World(house)
    # Everything that bodies stand on is made before anybody looks.
    requests = [(name, body(world)) for name, body in BODIES.items() if name in BUILT["kms"]]
    requests += with_options(world)
    watched = house.add_user("watched", policy)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(access, "condition_values", spying)
        for name, members in requests:
            before = len(found)
            house.call(name, members, user=watched)  # whatever it answers: what counts is what was looked at
            assert len(found) > before, name
    return found


def operations_of(seen: Seen, key: str) -> set[str]:
    return {scene.operation.name for scene, values in seen if key in values}


def test_the_page_has_every_key_of_the_guides_once() -> None:
    names = [name for name, _ in ROW.findall(PAGE)]
    assert len(set(names)) == len(names)
    assert set(KNOWN) <= set(names)
    assert all(reason for [reason] in NEVER.values())


def test_the_page_has_every_key_of_the_station(seen: Seen) -> None:
    passed = {name.lower() for name in re.findall(r"`(iam:[^`/]+)` \|", PAGE)}
    assert set(_PROVIDERS) <= {sample(name) for name in PROVIDED} | passed
    carried = {name for scene, _ in seen for name in scene.operation.conditions(scene.asked, scene.action)}
    assert carried <= {sample(name) for name in PROVIDED}


def test_every_operation_was_asked(seen: Seen) -> None:
    assert {scene.operation.name for scene, _ in seen} == set(BUILT["kms"])


@pytest.mark.parametrize("name", PROVIDED)
def test_keys_that_requests_carry(seen: Seen, name: str) -> None:
    key, listed = sample(name), PROVIDED[name]
    of_keys = {scene.operation.name for scene, _ in seen if scene.key is not None}
    expected: dict[str, set[str]] = defaultdict(set)
    expected[EVERY] = set(BUILT["kms"])
    expected[OF_KEYS] = of_keys
    expected[OF_REPLICATED] = {
        scene.operation.name for scene, _ in seen if scene.key is not None and scene.key.multi_region
    }
    if name.startswith("kms:RecipientAttestation:"):
        takers = {each for each, built in BUILT["kms"].items() if hasattr(built.shape.input, "recipient")}
        assert set(listed) == takers
    elif key in SOMETIMES:
        assert operations_of(seen, key) <= of_keys
        assert operations_of(seen, key)
    elif not set(listed) & set(BY_CALLER):
        known = {EVERY, OF_KEYS, OF_REPLICATED, *BODIES}
        assert set(listed) <= known
        promised = set().union(*(expected.get(each, {each} & set(BUILT["kms"])) for each in listed))
        assert operations_of(seen, key) == promised


@pytest.mark.parametrize("name", NEVER)
def test_keys_that_are_always_absent(seen: Seen, name: str) -> None:
    assert not operations_of(seen, sample(name))


def test_keys_that_depend_on_who_calls(seen: Seen) -> None:
    ordinary = next(scene for scene, _ in seen if scene.key is not None)
    assert ordinary.key is not None
    tagged = (("A", "b"),)
    s3 = Service("AKIAS3", ACCOUNT, "s3", "{}", (), b"", 0)
    bucket = "arn:aws:s3:::bucket"
    for_a_user = msgspec.structs.replace(ordinary, service=s3, source_arn=bucket)
    principal = replace(ordinary.principal, kind=PrincipalKind.SERVICE, arn="s3.amazonaws.com")
    as_itself = msgspec.structs.replace(for_a_user, principal=principal)
    special: dict[str, tuple[Scene, dict[str, str | tuple[str, ...]]]] = {
        "of sessions": (
            msgspec.structs.replace(ordinary, issued_at=START, with_credentials=session_conditions(SESSION)),
            {
                "aws:multifactorauthpresent": "false",
                "aws:tokenissuetime": "2026-01-01T00:00:00Z",
                "aws:sourceidentity": "alice",
                "aws:federatedprovider": "arn:aws:iam::111122223333:oidc-provider/id.example.com",
            },
        ),
        "of an organization": (
            msgspec.structs.replace(ordinary, organization="o-a1b2c3d4e5"),
            {"aws:principalorgid": "o-a1b2c3d4e5", "aws:resourceorgid": "o-a1b2c3d4e5"},
        ),
        "of services": (
            as_itself,
            {
                "aws:sourceaccount": ACCOUNT,
                "aws:sourcearn": bucket,
                "aws:principalservicename": "s3.amazonaws.com",
                "aws:principalservicenameslist": ("s3.amazonaws.com",),
            },
        ),
        "of services for users": (
            for_a_user,
            {
                "aws:calledvia": ("s3.amazonaws.com",),
                "aws:calledviafirst": "s3.amazonaws.com",
                "aws:calledvialast": "s3.amazonaws.com",
            },
        ),
        "of services of an organization": (
            msgspec.structs.replace(as_itself, organization="o-a1b2c3d4e5"),
            {"aws:sourceorgid": "o-a1b2c3d4e5"},
        ),
        "of calls through services": (for_a_user, {"kms:viaservice": "s3.us-east-1.amazonaws.com"}),
        "of tagged users": (
            msgspec.structs.replace(ordinary, principal=replace(ordinary.principal, tags=tagged)),
            {"aws:principaltag/a": "b"},
        ),
        "of tagged keys": (
            msgspec.structs.replace(ordinary, key=replace(ordinary.key, tags=tagged)),
            {"aws:resourcetag/a": "b"},
        ),
    }
    assert set(special) == set(BY_CALLER)
    for who, (scene, expected) in special.items():
        assert {sample(name) for name, listed in PROVIDED.items() if who in listed} == set(expected)
        assert condition_values(scene, expected) == expected
        assert not condition_values(ordinary, expected)


def test_what_a_service_has_for_others_and_has_not() -> None:
    """Source: IAM User Guide, global context keys: which of them a service principal has."""
    house = House()
    s3 = house.add_service("s3", "arn:aws:s3:::bucket").service
    user = house.add_user("user").user
    flags = ("aws:principalisawsservice", "aws:viaawsservice", "kms:grantisforawsresource")
    absent_for_services = ("aws:principalarn", "aws:principaltype", "aws:userid", "aws:username", "aws:principalorgid")
    of_itself = Principal(PrincipalKind.SERVICE, ACCOUNT, s3.principal, s3.principal)
    of_user = Principal(PrincipalKind.USER, ACCOUNT, user.arn, user.user_id, user.name)
    with house.store.snapshot() as view:
        scene = Scene(
            operation=BUILT["kms"]["ListGrants"],
            asked=kms.ListGrantsRequest(key_id="k"),
            action="kms:ListGrants",
            resource=ANY_RESOURCE,
            key=None,
            principal=of_itself,
            region="eu-west-1",
            now=START,
            source_ip="192.0.2.1",
            user_agent="",
            secure=False,
            view=view,
            organization="o-a1b2c3d4e5",
            service=s3,
            source_arn="arn:aws:s3:::bucket",
        )
        forwarded = msgspec.structs.replace(scene, principal=of_user)
        assert list(condition_values(scene, flags).values()) == ["true", "false", "true"]
        assert list(condition_values(forwarded, flags).values()) == ["false", "true", "true"]
        assert condition_values(scene, absent_for_services) == {}
        assert set(condition_values(forwarded, absent_for_services)) == set(absent_for_services)
        assert not condition_values(forwarded, ("aws:sourceaccount", "aws:sourcearn", "aws:principalservicename"))
        assert condition_values(scene, ("kms:viaservice",)) == {"kms:viaservice": "s3.eu-west-1.amazonaws.com"}


def test_a_session_and_an_organization_reach_the_policy() -> None:
    house = House()
    house.pipeline = replace(house.pipeline, access=access.Access(house.keyring, "o-a1b2c3d4e5"))
    key_id = house.ok("CreateKey")["KeyMetadata"]["KeyId"]
    condition = {"StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5", "aws:ResourceOrgID": "o-a1b2c3d4e5"}}
    statement = {"Effect": "Allow", "Action": "kms:DescribeKey", "Resource": "*", "Condition": condition}
    member = house.add_user("member", {"Version": "2012-10-17", "Statement": statement})
    house.ok("DescribeKey", {"KeyId": key_id}, user=member)


def test_an_author_is_not_locked_out_of_a_key_for_its_organization() -> None:
    house = House()
    house.pipeline = replace(house.pipeline, access=access.Access(house.keyring, "o-a1b2c3d4e5"))
    for organization, stored in (("o-a1b2c3d4e5", True), ("o-other00000", False)):
        statement = {
            "Effect": "Allow",
            "Principal": {"AWS": "*"},
            "Action": "kms:*",
            "Resource": "*",
            "Condition": {"StringEquals": {"aws:PrincipalOrgID": organization}},
        }
        policy = {"Version": "2012-10-17", "Statement": [statement]}
        answer = house.call("CreateKey", {"Policy": json.dumps(policy)})
        assert (answer.status == 200) is stored
