"""Bodies of CreateCustomKeyStore, one of each kind. Nothing here imports the product: tests of clients use them too."""

from typing import Any

# A self-signed certificate of a P-256 key nobody has kept: openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes
TRUST_ANCHOR = """\
-----BEGIN CERTIFICATE-----
MIIBgjCCASegAwIBAgIUapZQci5A7sDLRvX0MYs0z8CmusMwCgYIKoZIzj0EAwIw
FTETMBEGA1UEAwwKY3VzdG9tZXJDQTAgFw0yNjExMjQxNjQ4MDlaGA8yMTI2MTAz
MTE2NDgwOVowFTETMBEGA1UEAwwKY3VzdG9tZXJDQTBZMBMGByqGSM49AgEGCCqG
SM49AwEHA0IABGbY6oE6Ec3gFNhTr5WbQi05IMvGKXaEwxfN/JjnXSNp/1fL8qd3
gH24OcokWBJI82QA8LKAgBxiMMlpEUUrUwCjUzBRMB0GA1UdDgQWBBTNRjwmrR39
RPFo/7MdYZQI51LJyjAfBgNVHSMEGDAWgBTNRjwmrR39RPFo/7MdYZQI51LJyjAP
BgNVHRMBAf8EBTADAQH/MAoGCCqGSM49BAMCA0kAMEYCIQCa6meg6FuO9mB4/05r
rPq6B1u6rogmGkep6l2vhkEeNAIhANB/4v0iEmrAaTfdXFjqRbTK/HTGJ6k4R3l2
yqtPJzr4
-----END CERTIFICATE-----
"""

PASSWORD = "kmsPswd-in-clear"
RAW_SECRET = "proxy/Secret+Access=" * 3
ACCESS_KEY_ID = "ABCDEFGHIJ234567ABCDEFG"

PUBLIC_ENDPOINT = "https://proxy-1.example.com"
PRIVATE_ENDPOINT = "https://private-1.example.com"


def cloudhsm(number: int = 1, **changed: Any) -> dict[str, Any]:
    """Return the members of a CloudHSM key store; None takes one out."""
    return _without_none(
        {
            "CustomKeyStoreName": f"cluster {number}",
            "CloudHsmClusterId": f"cluster-{'a' * 10}{'abcdefghijkl'[number]}",
            "TrustAnchorCertificate": TRUST_ANCHOR,
            "KeyStorePassword": PASSWORD,
        },
        changed,
    )


def external(number: int = 1, **changed: Any) -> dict[str, Any]:
    """Return the members of an external key store with a public endpoint; None takes one out."""
    return _without_none(
        {
            "CustomKeyStoreName": f"external {number}",
            "CustomKeyStoreType": "EXTERNAL_KEY_STORE",
            "XksProxyConnectivity": "PUBLIC_ENDPOINT",
            "XksProxyUriEndpoint": f"https://proxy-{number}.example.com",
            "XksProxyUriPath": "/kms/xks/v1",
            "XksProxyAuthenticationCredential": {"AccessKeyId": ACCESS_KEY_ID, "RawSecretAccessKey": RAW_SECRET},
        },
        changed,
    )


def service(number: int = 1, **changed: Any) -> dict[str, Any]:
    """Return the members of an external key store behind a VPC endpoint service."""
    own = {
        "CustomKeyStoreName": f"service {number}",
        "XksProxyConnectivity": "VPC_ENDPOINT_SERVICE",
        "XksProxyUriEndpoint": f"https://private-{number}.example.com",
        "XksProxyVpcEndpointServiceName": service_name(number),
    }
    return external(number, **own | changed)


def service_name(number: int, region: str = "us-east-1") -> str:
    return f"com.amazonaws.vpce.{region}.vpce-svc-{number:017x}"


def _without_none(members: dict[str, Any], changed: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in (members | changed).items() if value is not None}
