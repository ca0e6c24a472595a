import botocore.session
import pytest

from strongroom.model.arn import ARN, key_arn, parse_arn
from strongroom.model.regions import AWS_REGIONS, in_other_partition


def test_parse() -> None:
    text = key_arn("eu-west-1", "111122223333", "mrk-1234abcd12ab34cd56ef1234567890ab")
    assert parse_arn(text) == ARN("aws", "kms", "eu-west-1", "111122223333", "key/mrk-1234abcd12ab34cd56ef1234567890ab")
    assert str(parse_arn(text)) == text


@pytest.mark.parametrize(
    "text",
    ["", "arn", "arn:aws:kms", "arn:aws:kms:us-east-1:123:key/x", "arn:aws:kms:us-east-1:111122223333:", "key/x"],
)
def test_not_arns(text: str) -> None:
    assert parse_arn(text) is None


def test_regions_are_those_of_botocore() -> None:
    """Names what AWS has added since; no Region is ever taken away."""
    known = set(botocore.session.get_session().get_available_regions("kms", "aws"))
    assert {region for region in known if "fips" not in region.lower() and not region.startswith("Prod")} <= set(
        AWS_REGIONS
    )


def test_regions_of_other_partitions_are_told_by_their_names() -> None:
    session = botocore.session.get_session()
    for partition in session.get_available_partitions():
        for region in session.get_available_regions("kms", partition):
            assert in_other_partition(region) is (partition != "aws"), region
