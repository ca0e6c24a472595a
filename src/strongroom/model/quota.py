"""Quotas: how much of each resource there may be, and how many requests a second of each class. Pure.

Resource quotas hold always; request rates hold where an operator asks for them.
Source: AWS KMS Developer Guide, "Resource quotas" and "Request quotas" (2026). The file format: docs/quotas.md.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any, NamedTuple

from strongroom.model.key import Key
from strongroom.model.key_spec import KEY_SPECS, Family

MAX_POLICY_BYTES = 32_768  # fixed at AWS; a policy beyond it is not even parsed
# All stores of a Region, and all aliases of a key (kms:ResourceAliases), are looked at together.
_MOST = {"policy_bytes": MAX_POLICY_BYTES, "custom_key_stores": 1000, "aliases_per_key": 1000}


class QuotaError(ValueError):
    """A quota that cannot be: the text says which and what may stand there."""


@dataclass(frozen=True, slots=True)
class ResourceQuotas:
    """AWS's defaults. ``keys`` counts the customer managed ones of an account and Region, whatever their state."""

    keys: int = 100_000
    aliases_per_key: int = 50
    grants_per_key: int = 50_000
    policy_bytes: int = MAX_POLICY_BYTES
    custom_key_stores: int = 10
    on_demand_rotations: int = 25


AWS_RESOURCES = ResourceQuotas()


@dataclass(frozen=True, slots=True)
class Quotas:
    """``rates`` are requests per second by class; what has none is not limited.

    ``by_region``: where ``rates`` has none for symmetric keys, AWS's holds, which depends on the Region.
    """

    resources: ResourceQuotas = AWS_RESOURCES
    rates: Mapping[str, float] = field(default_factory=dict)
    by_region: bool = False

    @property
    def limits_requests(self) -> bool:
        return self.by_region or bool(self.rates)

    def rate(self, name: str, region: str) -> float | None:
        """Return the requests per second of a class for one account in ``region``; None without a limit."""
        rate = self.rates.get(name)
        if rate is None and self.by_region and name == SYMMETRIC:
            return _SYMMETRIC_RATES.get(region, _SYMMETRIC_RATE)
        return rate


AWS_QUOTAS = Quotas()

# --- classes -----------------------------------------------------------------------------------------------------------

SYMMETRIC = "symmetric"
CUSTOM_KEY_STORE = "custom-key-store"
_PAIRS = "data-key-pairs-"

_CLASS_OF_FAMILY: Mapping[Family, str] = {
    Family.SYMMETRIC: SYMMETRIC,
    Family.HMAC: SYMMETRIC,
    Family.RSA: "rsa",
    Family.ECC: "ecc",
    Family.EDWARDS: "ecc",
    Family.SM2: "ecc",
    Family.ML_DSA: "ml-dsa",
    Family.ML_KEM: "ml-kem",
}
_CLASS_OF_SPEC = {spec.name: _CLASS_OF_FAMILY[spec.family] for spec in KEY_SPECS.values()}
_BY_KEY = frozenset(
    {
        "Decapsulate", "Decrypt", "DeriveSharedSecret", "Encapsulate", "Encrypt", "GenerateDataKey",
        "GenerateDataKeyWithoutPlaintext", "GenerateMac", "ReEncrypt", "Sign", "Verify", "VerifyMac",
    }
)  # fmt: skip
_PAIR_OPERATIONS = frozenset({"GenerateDataKeyPair", "GenerateDataKeyPairWithoutPlaintext"})

_SYMMETRIC_RATE = 10_000.0
_SYMMETRIC_RATES: Mapping[str, float] = {
    **dict.fromkeys(("us-east-1", "us-west-2", "eu-west-1"), 100_000.0),
    **dict.fromkeys(
        ("us-east-2", "ap-southeast-1", "ap-southeast-2", "ap-northeast-1", "eu-central-1", "eu-west-2"), 20_000.0
    ),
}


def _pair_class(key_pair_spec: str) -> str:
    return _PAIRS + key_pair_spec.lower().replace("_", "-")


def _aws_rates() -> dict[str, float]:
    """The published rates; those of ML-KEM are nowhere to be read and follow their neighbours."""
    rates = {"rsa": 1000.0, "ecc": 1000.0, "ml-dsa": 1000.0, "ml-kem": 1000.0, CUSTOM_KEY_STORE: 1800.0}
    pairs = {"SM2": 25.0, "RSA_2048": 20.0, "RSA_3072": 4.0, "RSA_4096": 1.0}
    rates |= {_pair_class(spec.name): pairs.get(spec.name, 100.0) for spec in KEY_SPECS.values() if spec.data_key_pairs}
    by_rate: Mapping[float, Sequence[str]] = {
        2000.0: ("DescribeKey", "GetPublicKey", "ListResourceTags"),
        1000.0: ("GetKeyPolicy", "GetKeyRotationStatus"),
        500.0: ("ListAliases", "ListKeys"),
        100.0: ("ListGrants", "ListKeyPolicies", "ListKeyRotations", "ListRetirableGrants"),
        50.0: ("CreateGrant", "RetireGrant", "RevokeGrant"),
        15.0: (
            "DeleteAlias", "DeleteImportedKeyMaterial", "EnableKeyRotation", "ImportKeyMaterial", "PutKeyPolicy",
            "ScheduleKeyDeletion",
        ),
        10.0: ("TagResource",),
        5.0: (
            "CancelKeyDeletion", "ConnectCustomKeyStore", "CreateAlias", "CreateCustomKeyStore", "CreateKey",
            "DeleteCustomKeyStore", "DescribeCustomKeyStores", "DisableKey", "DisableKeyRotation",
            "DisconnectCustomKeyStore", "EnableKey", "GetKeyLastUsage", "ReplicateKey", "RotateKeyOnDemand",
            "UntagResource", "UpdateAlias", "UpdateCustomKeyStore", "UpdateKeyDescription", "UpdatePrimaryRegion",
        ),
        1.0: ("GetParametersForImport",),
    }  # fmt: skip
    return rates | {name: rate for rate, names in by_rate.items() for name in names}


AWS_RATES: Mapping[str, float] = _aws_rates()
CLASSES = frozenset({SYMMETRIC, *AWS_RATES})


class Charge(NamedTuple):
    """``requests`` of a class in a Region; ``part`` tells custom key stores apart, each of which has its own rate."""

    name: str
    region: str
    requests: int = 1
    part: str = ""


def charges(operation: str, asked: Any, keys: Sequence[Key], region: str) -> tuple[Charge, ...]:
    """Return what one request costs. ``keys`` are those it uses, authorised; ``asked`` is its input."""
    if operation in _BY_KEY:
        if len(keys) == 1:
            return (_use_of(keys[0], region),)
        return tuple(dict.fromkeys(_use_of(key, region) for key in keys))
    if operation in _PAIR_OPERATIONS:
        return (Charge(_pair_class(asked.key_pair_spec), region),)
    if operation == "GenerateRandom":
        store = asked.custom_key_store_id
        return (Charge(CUSTOM_KEY_STORE, region, part=store) if store else Charge(SYMMETRIC, region),)
    elsewhere: tuple[Charge, ...] = ()
    if operation == "ReplicateKey":
        elsewhere = (Charge("CreateKey", asked.replica_region, 2),)
    elif operation == "UpdatePrimaryRegion":
        elsewhere = (Charge(operation, asked.primary_region),)
    return (Charge(operation, region), *elsewhere)


def _use_of(key: Key, region: str) -> Charge:
    if key.custom_key_store_id:
        return Charge(CUSTOM_KEY_STORE, region, part=key.custom_key_store_id)
    return Charge(_CLASS_OF_SPEC[key.key_spec], region)


# --- the operator's file -----------------------------------------------------------------------------------------------

_PRESETS = ("off", "aws")


def quotas_of(document: Mapping[str, Any]) -> Quotas:
    """Return the quotas that a parsed TOML document asks for. Errors: QuotaError."""
    _check_names("", document, {"resources", "requests"})
    resources = _table(document, "resources")
    _check_names("resources.", resources, {one.name for one in fields(ResourceQuotas)})
    for name, value in resources.items():
        if not isinstance(value, int) or isinstance(value, bool) or value < 1:
            raise QuotaError(f"resources.{name} must be a whole number of at least 1, not {value!r}.")
        if value > _MOST.get(name, value):
            raise QuotaError(f"resources.{name} can be at most {_MOST[name]}.")
    requests = _table(document, "requests")
    _check_names("requests.", requests, {"preset", "rates"})
    preset = requests.get("preset", "off")
    if preset not in _PRESETS:
        raise QuotaError(f"requests.preset must be one of {', '.join(_PRESETS)}, not {preset!r}.")
    rates = dict(AWS_RATES) if preset == "aws" else {}
    own = _table(requests, "rates", "requests.")
    _check_names("requests.rates.", own, CLASSES)
    for name, value in own.items():
        if not isinstance(value, int | float) or isinstance(value, bool) or not value > 0:
            raise QuotaError(
                f"requests.rates.{name} must be a number of requests per second above 0 (or inf), not {value!r}."
            )
        rates[name] = float(value)
    return Quotas(replace(AWS_RESOURCES, **resources), rates, by_region=preset == "aws")


def _table(document: Mapping[str, Any], name: str, where: str = "") -> Mapping[str, Any]:
    table = document.get(name, {})
    if not isinstance(table, Mapping):
        raise QuotaError(f"{where}{name} must be a table.")
    return table


def _check_names(where: str, table: Mapping[str, Any], known: Sequence[str] | set[str] | frozenset[str]) -> None:
    for name in table:
        if name not in known:
            raise QuotaError(f"There is no {where}{name}. Known here: {', '.join(sorted(known))}.")
