"""What somebody tries who has credentials and wants more: names that look alike, other accounts' services, others' traces."""

from typing import Any

import pytest

from support.house import ACCOUNT, OTHER_ACCOUNT, House
from support.roles import allow, make_role, refused, sts, trust

DENIED = "AccessDeniedException"
HELLO = "aGVsbG8="
RED, BLUE = ("red", "blue")


@pytest.mark.parametrize("names", [("Team", "team"), ("team", "Team")])
def test_tags_whose_names_differ_in_case_alone_are_one_key_with_two_values(
    house: House, names: tuple[str, str]
) -> None:
    """Neither of them is taken for the one that a policy means: that would be for whoever writes the tags to choose."""
    tags = [{"TagKey": name, "TagValue": value} for name, value in zip(names, (RED, BLUE), strict=True)]
    key = house.ok("CreateKey", {"Tags": tags})["KeyMetadata"]["KeyId"]
    for team in (RED, BLUE):
        wanted = {"StringEquals": {"aws:ResourceTag/team": team}}
        user = house.add_user(f"user-{team}", allow("kms:Encrypt", Condition=wanted))
        assert house.call("Encrypt", {"KeyId": key, "Plaintext": HELLO}, user=user).error[0] == DENIED
        wanted = {"StringEquals": {"aws:RequestTag/team": team}}
        maker = house.add_user(f"maker-{team}", allow("kms:*", Condition=wanted))
        assert house.call("CreateKey", {"Tags": tags}, user=maker).error[0] == DENIED
        assert house.call("TagResource", {"KeyId": key, "Tags": tags}, user=maker).error[0] == DENIED


def test_a_role_trusts_the_service_of_its_own_account(house: House) -> None:
    """At AWS the service has to be given the role there, by iam:PassRole; services here all know every ARN."""
    trusted: dict[str, Any] = trust({"Service": "ec2.amazonaws.com"})
    role = make_role(house, "machine", trusted, allow("kms:*"))
    own, other = house.add_service("ec2"), house.add_service("ec2", account=OTHER_ACCOUNT)
    answer = sts(house, "AssumeRole", {"RoleArn": role, "RoleSessionName": "job"}, user=own)
    assert answer.body["AssumedRoleUser"]["Arn"] == f"arn:aws:sts::{ACCOUNT}:assumed-role/machine/job"
    text = f"User: ec2.amazonaws.com is not authorized to perform: sts:AssumeRole on resource: {role}"
    assert refused(house, role, user=other) == ("AccessDenied", text)
    assert refused(house, role, user=house.add_service("s3"))[0] == "AccessDenied"
