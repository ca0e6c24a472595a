"""Services with credentials of their own (an S3 server, a volume helper, a database), which act for an account or its users.

Source: IAM User Guide, "AWS service principals" and "Forward access sessions"; AWS KMS Developer Guide, kms:ViaService.
"""

from dataclasses import dataclass, field

_DOMAIN = "amazonaws.com"


@dataclass(frozen=True, slots=True)
class Service:
    """One access key of a service; ``account`` is its source account: the only one that it can act for.

    ``policy`` is what it may do where key policies leave that to the account. ``source_arns`` are the resources that its
    calls may be for (aws:SourceArn), with ``*`` and ``?`` as in policies; none: whatever it says.
    """

    access_key_id: str
    account: str
    name: str
    policy: str = field(repr=False)
    source_arns: tuple[str, ...]
    wrapped_secret: bytes = field(repr=False)
    created_ms: int
    version: int = 0

    @property
    def principal(self) -> str:
        """The service principal, as policies and grants name it."""
        return f"{self.name}.{_DOMAIN}"

    def via(self, region: str) -> str:
        """Return the value of kms:ViaService for its calls in ``region``."""
        return f"{self.name}.{region}.{_DOMAIN}"
