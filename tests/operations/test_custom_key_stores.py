"""Custom key stores: what is recorded, what is refused, which state allows what, and that secrets stay inside.

Source: AWS KMS API Reference, CreateCustomKeyStore, UpdateCustomKeyStore and CustomKeyStoreInvalidStateException for the
rules; CloudTrail entry examples of the AWS KMS Developer Guide for the records.
"""

import json
from typing import Any

import pytest

from strongroom.store.port import ConflictError
from support.house import ACCOUNT, OTHER_ACCOUNT, START, House
from support.key_stores import described, make, row
from support.store_requests import (
    ACCESS_KEY_ID,
    PASSWORD,
    PRIVATE_ENDPOINT,
    PUBLIC_ENDPOINT,
    RAW_SECRET,
    TRUST_ANCHOR,
    cloudhsm,
    external,
    service,
    service_name,
)

CREATE, UPDATE = "CreateCustomKeyStore", "UpdateCustomKeyStore"
PRIVATE_KEY = "-----BEGIN PRIVATE_ENDPOINT KEY-----\nMAA=\n-----END PRIVATE_ENDPOINT KEY-----\n"


# --- what is recorded ------------------------------------------------------------------------------------------------


def test_a_cloudhsm_key_store(house: House) -> None:
    store_id = make(house, cloudhsm())
    assert len(store_id) == 21
    assert store_id.startswith("cks-")
    assert described(house, store_id) == {
        "CustomKeyStoreId": store_id,
        "CustomKeyStoreName": "cluster 1",
        "CloudHsmClusterId": cloudhsm()["CloudHsmClusterId"],
        "TrustAnchorCertificate": TRUST_ANCHOR,
        "ConnectionState": "DISCONNECTED",
        "CreationDate": START,
        "CustomKeyStoreType": "AWS_CLOUDHSM",
    }
    assert house.keyring.unwrap_store_secret(row(house, store_id)) == PASSWORD.encode()


def test_external_key_stores(house: House) -> None:
    public = make(house, external())
    assert described(house, public) == {
        "CustomKeyStoreId": public,
        "CustomKeyStoreName": "external 1",
        "ConnectionState": "DISCONNECTED",
        "CreationDate": START,
        "CustomKeyStoreType": "EXTERNAL_KEY_STORE",
        "XksProxyConfiguration": {
            "Connectivity": "PUBLIC_ENDPOINT",
            "AccessKeyId": ACCESS_KEY_ID,
            "UriEndpoint": "https://proxy-1.example.com",
            "UriPath": "/kms/xks/v1",
        },
    }
    assert house.keyring.unwrap_store_secret(row(house, public)) == RAW_SECRET.encode()
    own, theirs = (
        make(house, service(number, XksProxyVpcEndpointServiceOwner=owner))
        for number, owner in ((1, None), (2, OTHER_ACCOUNT))
    )
    for store_id, number, owner in ((own, 1, ACCOUNT), (theirs, 2, OTHER_ACCOUNT)):
        proxy = described(house, store_id)["XksProxyConfiguration"]
        assert (proxy["VpcEndpointServiceName"], proxy["VpcEndpointServiceOwner"]) == (service_name(number), owner)


def test_no_secret_leaves(house: House) -> None:
    """Neither in answers, records, errors nor reprs, whether carried out or refused."""
    one, other = make(house, cloudhsm()), make(house, external())
    said: list[str] = [repr(row(house, one)), repr(row(house, other))]
    credential = {"AccessKeyId": "B" * 20, "RawSecretAccessKey": RAW_SECRET}
    for name, members in (
        (CREATE, cloudhsm(2)),
        (CREATE, external(2)),
        (CREATE, cloudhsm()),
        (CREATE, cloudhsm(3, KeyStorePassword=PASSWORD * 3)),
        (CREATE, cloudhsm(3, TrustAnchorCertificate=PRIVATE_KEY)),
        (CREATE, external(3, XksProxyAuthenticationCredential={"AccessKeyId": "1", "RawSecretAccessKey": RAW_SECRET + "!"})),
        (UPDATE, {"CustomKeyStoreId": one, "KeyStorePassword": PASSWORD + "2"}),
        (UPDATE, {"CustomKeyStoreId": other, "KeyStorePassword": PASSWORD}),
        (UPDATE, {"CustomKeyStoreId": other, "XksProxyAuthenticationCredential": credential}),
        ("DescribeCustomKeyStores", {}),
    ):  # fmt: skip
        answer = house.call(name, members)
        said += [answer.raw.decode(), json.dumps(answer.record)]
        assert "B" * 20 not in said[-1]
    assert house.keyring.unwrap_store_secret(row(house, one)) == PASSWORD.encode() + b"2"
    for secret in (PASSWORD, RAW_SECRET, "MAA="):
        assert not [text for text in said if secret in text]


# --- what is refused -------------------------------------------------------------------------------------------------

VALIDATION = "ValidationException"


@pytest.mark.parametrize(
    ("members", "error", "named"),
    [
        (cloudhsm(CustomKeyStoreName=None), VALIDATION, "customKeyStoreName"),
        (cloudhsm(CustomKeyStoreName="n" * 257), VALIDATION, "customKeyStoreName"),
        (cloudhsm(CustomKeyStoreType="HSM"), VALIDATION, "customKeyStoreType"),
        (cloudhsm(CloudHsmClusterId="cluster-18901890189"), VALIDATION, "cloudHsmClusterId"),
        (cloudhsm(KeyStorePassword="short"), VALIDATION, "keyStorePassword"),
        (cloudhsm(CloudHsmClusterId=None), VALIDATION, "CloudHsmClusterId"),
        (cloudhsm(TrustAnchorCertificate=None), VALIDATION, "TrustAnchorCertificate"),
        (cloudhsm(KeyStorePassword=None), VALIDATION, "KeyStorePassword"),
        (cloudhsm(XksProxyUriPath="/kms/xks/v1"), VALIDATION, "XksProxyUriPath"),
        (cloudhsm(XksProxyVpcEndpointServiceOwner=ACCOUNT), VALIDATION, "XksProxyVpcEndpointServiceOwner"),
        (cloudhsm(TrustAnchorCertificate="certificate"), "IncorrectTrustAnchorException", "PEM"),
        (cloudhsm(TrustAnchorCertificate=TRUST_ANCHOR * 2), "IncorrectTrustAnchorException", "one"),
        (cloudhsm(TrustAnchorCertificate=TRUST_ANCHOR + PRIVATE_KEY), "IncorrectTrustAnchorException", "one"),
        (cloudhsm(TrustAnchorCertificate=TRUST_ANCHOR.replace("M", "N")), "IncorrectTrustAnchorException", "PEM"),
        (external(CustomKeyStoreType=None), VALIDATION, "XksProxyConnectivity"),
        (external(KeyStorePassword=PASSWORD), VALIDATION, "KeyStorePassword"),
        (external(XksProxyConnectivity=None), VALIDATION, "XksProxyConnectivity"),
        (external(XksProxyUriEndpoint=None), VALIDATION, "XksProxyUriEndpoint"),
        (external(XksProxyUriPath=None), VALIDATION, "XksProxyUriPath"),
        (external(XksProxyAuthenticationCredential=None), VALIDATION, "XksProxyAuthenticationCredential"),
        (external(XksProxyUriEndpoint="http://proxy.example.com"), VALIDATION, "xksProxyUriEndpoint"),
        (external(XksProxyUriEndpoint="https://proxy.example.com:8443"), VALIDATION, "xksProxyUriEndpoint"),
        (external(XksProxyUriPath="/kms/xks/one"), VALIDATION, "xksProxyUriPath"),
        (external(XksProxyVpcEndpointServiceName=service_name(1)), VALIDATION, "XksProxyVpcEndpointServiceName"),
        (external(XksProxyVpcEndpointServiceOwner=ACCOUNT), VALIDATION, "XksProxyVpcEndpointServiceOwner"),
        (service(XksProxyVpcEndpointServiceName=None), VALIDATION, "XksProxyVpcEndpointServiceName"),
        (
            service(XksProxyVpcEndpointServiceName=service_name(1, "eu-west-1")),
            "XksProxyVpcEndpointServiceNotFoundException",
            "us-east-1",
        ),
    ],
)
def test_creation_is_refused(house: House, members: dict[str, Any], error: str, named: str) -> None:
    name, text = house.call(CREATE, members).error
    assert name == error
    assert named in str(text)
    assert house.ok("DescribeCustomKeyStores") == {"CustomKeyStores": [], "Truncated": False}


NAME_IN_USE = "CustomKeyStoreNameInUseException"
URI_IN_USE, ENDPOINT_IN_USE = "XksProxyUriInUseException", "XksProxyUriEndpointInUseException"


@pytest.mark.parametrize(
    ("members", "error"),
    [
        (cloudhsm(2, CustomKeyStoreName="external 1"), NAME_IN_USE),
        (external(2, CustomKeyStoreName="cluster 1"), NAME_IN_USE),
        (cloudhsm(2, CloudHsmClusterId=cloudhsm(1)["CloudHsmClusterId"]), "CloudHsmClusterInUseException"),
        (external(2, XksProxyUriEndpoint=PUBLIC_ENDPOINT), URI_IN_USE),
        (external(2, XksProxyUriEndpoint="https://PROXY-1.example.com"), URI_IN_USE),
        (external(2, XksProxyUriEndpoint=PUBLIC_ENDPOINT, XksProxyUriPath="/other/kms/xks/v1"), None),
        (external(2, XksProxyUriEndpoint=PRIVATE_ENDPOINT, XksProxyUriPath="/other/kms/xks/v1"), ENDPOINT_IN_USE),
        (service(2, XksProxyUriEndpoint=PUBLIC_ENDPOINT, XksProxyUriPath="/other/kms/xks/v1"), ENDPOINT_IN_USE),
        (service(2, XksProxyUriEndpoint=PRIVATE_ENDPOINT, XksProxyUriPath="/other/kms/xks/v1"), ENDPOINT_IN_USE),
        (service(2, XksProxyUriEndpoint=PRIVATE_ENDPOINT), URI_IN_USE),
        (service(2, XksProxyVpcEndpointServiceName=service_name(1)), "XksProxyVpcEndpointServiceInUseException"),
        (service(2), None),
    ],
)
def test_what_stores_may_not_share(house: House, members: dict[str, Any], error: str | None) -> None:
    for present in (cloudhsm(), external(), service()):
        make(house, present)
    answer = house.call(CREATE, members)
    assert (answer.error[0] if answer.status == 400 else None) == error


def test_other_accounts_and_regions_are_others(house: House) -> None:
    make(house, cloudhsm())
    stranger = house.add_user("stranger", _allow("kms:*"), OTHER_ACCOUNT)
    theirs = make(house, cloudhsm(), user=stranger)
    make(house, cloudhsm(), region="eu-west-1")
    assert len(house.ok("DescribeCustomKeyStores")["CustomKeyStores"]) == 1
    answer = house.call("DeleteCustomKeyStore", {"CustomKeyStoreId": theirs})
    assert answer.error == ("CustomKeyStoreNotFoundException", f"Custom key store {theirs} is not found.")


def test_ten_stores(house: House) -> None:
    store_ids = [make(house, cloudhsm(number)) for number in range(10)]
    assert house.call(CREATE, cloudhsm(10)).error[0] == "LimitExceededException"
    house.ok("DeleteCustomKeyStore", {"CustomKeyStoreId": store_ids[3]})
    make(house, cloudhsm(10))


@pytest.mark.parametrize("others", [0, 1])
def test_of_two_writers_who_found_a_name_free_one_decides_again(house: House, others: int) -> None:
    for number in range(others):
        make(house, cloudhsm(number + 5))
    request = house.request(CREATE, cloudhsm(2, CustomKeyStoreName="cluster 1"))
    with house.store.snapshot() as view:
        decided = house.pipeline.decide(request, view)
    make(house, cloudhsm())
    with pytest.raises(ConflictError):
        house.store.commit(decided.changes)
    assert house.send(request).error[0] == NAME_IN_USE


def test_only_identity_policies_for_every_resource_allow(house: House) -> None:
    may = house.add_user("may", _allow("kms:CreateCustomKeyStore", {"StringEquals": {"kms:CallerAccount": ACCOUNT}}))
    elsewhere = {"StringEquals": {"kms:CallerAccount": OTHER_ACCOUNT}}
    may_not = house.add_user("may-not", _allow("kms:CreateCustomKeyStore", elsewhere))
    assert house.call(CREATE, cloudhsm(), user=may_not).error[0] == "AccessDeniedException"
    store_id = make(house, cloudhsm(), user=may)
    assert (
        house.call("DeleteCustomKeyStore", {"CustomKeyStoreId": store_id}, user=may).error[0] == "AccessDeniedException"
    )


def _allow(action: str, condition: dict[str, Any] | None = None) -> dict[str, Any]:
    statement = {"Effect": "Allow", "Action": action, "Resource": "*", "Condition": condition or {}}
    return {"Version": "2012-10-17", "Statement": [statement]}


# --- listing, records ------------------------------------------------------------------------------------------------


def test_pages_and_filters(house: House) -> None:
    store_ids = sorted(make(house, cloudhsm(number)) for number in range(5))
    seen: list[str] = []
    answer = house.ok("DescribeCustomKeyStores", {"Limit": 2})
    while True:
        seen += [entry["CustomKeyStoreId"] for entry in answer["CustomKeyStores"]]
        if not answer["Truncated"]:
            break
        answer = house.ok("DescribeCustomKeyStores", {"Limit": 2, "Marker": answer["NextMarker"]})
    assert seen == store_ids
    assert "NextMarker" not in answer
    (named,) = house.ok("DescribeCustomKeyStores", {"CustomKeyStoreName": "cluster 3"})["CustomKeyStores"]
    assert named["CustomKeyStoreName"] == "cluster 3"
    for members, error in (
        ({"CustomKeyStoreName": "cluster 3", "CustomKeyStoreId": named["CustomKeyStoreId"]}, VALIDATION),
        ({"CustomKeyStoreName": "Cluster 3"}, "CustomKeyStoreNotFoundException"),
        ({"CustomKeyStoreId": "cks-0"}, "CustomKeyStoreNotFoundException"),
        ({"Marker": "bm90IG91cnM="}, "InvalidMarkerException"),
        ({"Limit": 1001}, VALIDATION),
    ):
        assert house.call("DescribeCustomKeyStores", members).error[0] == error


def test_audit_records(house: House) -> None:
    made = house.call(CREATE, cloudhsm())
    store_id = made.body["CustomKeyStoreId"]
    cluster_id = cloudhsm()["CloudHsmClusterId"]
    assert made.record["requestParameters"] == {"customKeyStoreName": "cluster 1", "clusterId": cluster_id}
    assert made.record["responseElements"] == {"customKeyStoreId": store_id}
    assert made.record["resources"] == []
    for name, changes, shown in (
        (UPDATE, {"CloudHsmClusterId": "cluster-zzzzzzzzzzz"}, {"clusterId": "cluster-zzzzzzzzzzz"}),
        ("ConnectCustomKeyStore", {}, {}),
        ("DisconnectCustomKeyStore", {}, {}),
        ("DeleteCustomKeyStore", {}, {}),
    ):
        record = house.call(name, {"CustomKeyStoreId": store_id, **changes}).record
        assert record["requestParameters"] == {"customKeyStoreId": store_id, **shown}
        assert record["responseElements"] is None
        assert record["additionalEventData"] == {"customKeyStoreName": "cluster 1", "clusterId": "cluster-zzzzzzzzzzz"}
        assert (record["readOnly"], record["resources"]) == (False, [])
    record = house.call(CREATE, service()).record
    assert record["requestParameters"] == {
        "customKeyStoreName": "service 1",
        "customKeyStoreType": "EXTERNAL_KEY_STORE",
        "xksProxyConnectivity": "VPC_ENDPOINT_SERVICE",
        "xksProxyUriEndpoint": PRIVATE_ENDPOINT,
        "xksProxyUriPath": "/kms/xks/v1",
        "xksProxyVpcEndpointServiceName": service_name(1),
    }
