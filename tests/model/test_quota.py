"""Quotas as data: AWS's table, what a request costs, and what an operator's file may say."""

import tomllib
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from strongroom.model.key_usage import TRACKED_OPERATIONS
from strongroom.model.quota import AWS_RATES, CLASSES, Charge, QuotaError, Quotas, ResourceQuotas, charges, quotas_of
from strongroom.operations.table import MODELLED
from support.nouns import key

HERE = "us-east-1"
PAGE = Path(__file__).parents[2] / "docs" / "quotas.md"


def cost(operation: str, *keys: Any, **asked: Any) -> list[Charge]:
    return list(charges(operation, SimpleNamespace(**asked), keys, HERE))


def spec(name: str, usage: str) -> Any:
    return key(key_spec=name, key_usage=usage)


def test_every_operation_has_a_class_with_a_rate() -> None:
    cryptographic = TRACKED_OPERATIONS | {"GenerateRandom"}
    assert MODELLED["kms"].keys() - cryptographic - AWS_RATES.keys() == set()
    for name in TRACKED_OPERATIONS:
        found = cost(name, key(), key_pair_spec="RSA_2048")
        assert len(found) == 1
        assert found[0].name in CLASSES


@pytest.mark.parametrize(
    ("operation", "used", "name"),
    [
        ("Encrypt", key(), "symmetric"),
        ("VerifyMac", spec("HMAC_256", "GENERATE_VERIFY_MAC"), "symmetric"),
        ("Encrypt", spec("RSA_2048", "ENCRYPT_DECRYPT"), "rsa"),
        ("Sign", spec("RSA_4096", "SIGN_VERIFY"), "rsa"),
        ("Sign", spec("ECC_NIST_P256", "SIGN_VERIFY"), "ecc"),
        ("Sign", spec("ECC_NIST_EDWARDS25519", "SIGN_VERIFY"), "ecc"),
        ("DeriveSharedSecret", spec("SM2", "KEY_AGREEMENT"), "ecc"),
        ("Verify", spec("ML_DSA_65", "SIGN_VERIFY"), "ml-dsa"),
        ("GetPublicKey", spec("RSA_2048", "SIGN_VERIFY"), "GetPublicKey"),
        ("DescribeKey", key(), "DescribeKey"),
    ],
)
def test_the_class_depends_on_operation_and_key(operation: str, used: Any, name: str) -> None:
    assert cost(operation, used) == [Charge(name, HERE)]


def test_what_costs_more_or_elsewhere() -> None:
    rsa = spec("RSA_2048", "ENCRYPT_DECRYPT")
    assert cost("ReEncrypt", key(), rsa) == [Charge("symmetric", HERE), Charge("rsa", HERE)]
    assert cost("ReEncrypt", key(1), key(2)) == [Charge("symmetric", HERE)]
    assert cost("ReplicateKey", key(), replica_region="eu-west-1") == [
        Charge("ReplicateKey", HERE),
        Charge("CreateKey", "eu-west-1", 2),
    ]
    assert cost("UpdatePrimaryRegion", key(), primary_region="eu-west-1") == [
        Charge("UpdatePrimaryRegion", HERE),
        Charge("UpdatePrimaryRegion", "eu-west-1"),
    ]
    assert cost("GenerateDataKeyPair", key(), key_pair_spec="ECC_NIST_P384") == [
        Charge("data-key-pairs-ecc-nist-p384", HERE)
    ]
    stored = key(custom_key_store_id="cks-1")
    assert cost("Encrypt", stored) == [Charge("custom-key-store", HERE, part="cks-1")]
    assert cost("GenerateRandom", custom_key_store_id="cks-1") == [Charge("custom-key-store", HERE, part="cks-1")]
    assert cost("GenerateRandom", custom_key_store_id=None) == [Charge("symmetric", HERE)]


def test_the_published_rates() -> None:
    quotas = quotas_of({"requests": {"preset": "aws"}})
    for name, region, rate in (
        ("symmetric", "us-east-1", 100_000),
        ("symmetric", "eu-central-1", 20_000),
        ("symmetric", "sa-east-1", 10_000),
        ("rsa", HERE, 1000),
        ("data-key-pairs-rsa-4096", HERE, 1),
        ("data-key-pairs-sm2", HERE, 25),
        ("CreateKey", HERE, 5),
        ("GetParametersForImport", HERE, 1),
    ):
        assert quotas.rate(name, region) == rate


def test_without_a_file_only_resources_are_limited() -> None:
    for quotas in (Quotas(), quotas_of({})):
        assert quotas.resources == ResourceQuotas(100_000, 50, 50_000, 32_768, 10, 25)
        assert not quotas.limits_requests
        assert quotas.rate("symmetric", HERE) is None


def test_the_example_of_the_page_is_read() -> None:
    example = PAGE.read_text().split("```toml\n")[1].split("```")[0]
    quotas = quotas_of(tomllib.loads(example))
    assert quotas.resources == ResourceQuotas()
    assert (quotas.rate("symmetric", HERE), quotas.rate("CreateKey", HERE), quotas.rate("rsa", HERE)) == (
        5000,
        20,
        1000,
    )


def test_single_classes_without_a_preset() -> None:
    quotas = quotas_of(tomllib.loads("[requests.rates]\nrsa = 0.5\nCreateKey = inf"))
    assert quotas.limits_requests
    assert (quotas.rate("rsa", HERE), quotas.rate("symmetric", HERE)) == (0.5, None)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[resource]\nkeys = 1", "There is no resource."),
        ("[resources]\nkey = 1", "There is no resources.key. Known here: aliases_per_key,"),
        ("[resources]\nkeys = 0", "resources.keys must be a whole number of at least 1, not 0."),
        ("[resources]\nkeys = true", "not True"),
        ("[resources]\nkeys = '1'", "not '1'"),
        ("[resources]\npolicy_bytes = 40000", "at most 32768"),
        ("resources = 1", "resources must be a table."),
        ("[requests]\npreset = 'azure'", "must be one of off, aws, not 'azure'"),
        ("[requests.rates]\nEncrypt = 1", "There is no requests.rates.Encrypt."),
        ("[requests.rates]\nrsa = 0", "above 0 (or inf), not 0."),
        ("[requests.rates]\nrsa = nan", "not nan"),
    ],
)
def test_what_cannot_be_is_said(text: str, told: str) -> None:
    with pytest.raises(QuotaError) as refused:
        quotas_of(tomllib.loads(text))
    assert told in str(refused.value)


def test_the_page_names_every_class() -> None:
    page = PAGE.read_text()
    for name in CLASSES:
        if not name.startswith("data-key-pairs-") and "CustomKeyStore" not in name:
            assert name in page, name
