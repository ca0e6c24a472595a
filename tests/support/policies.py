"""Policy documents for tests."""

from typing import Any


def allow(*actions: str, resource: str = "*", **more: Any) -> dict[str, Any]:
    """Return an identity policy of one statement."""
    statement = {"Effect": "Allow", "Action": [*actions], "Resource": resource, **more}
    return {"Version": "2012-10-17", "Statement": [statement]}


ALLOW_ALL = allow("*")


def trust(principal: Any, action: str = "sts:AssumeRole") -> dict[str, Any]:
    """Return a trust policy of one statement."""
    return {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": principal, "Action": action}]}
