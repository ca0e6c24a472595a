"""What the service did to a key by itself, for the audit. Source: CloudTrail User Guide, "AwsServiceEvent" records."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from strongroom.model.key import Key


@dataclass(frozen=True, slots=True)
class ServiceEvent:
    """``details`` are the record's ``serviceEventDetails``; None leaves the member out."""

    name: str
    key: Key
    details: Mapping[str, Any] | None = None
