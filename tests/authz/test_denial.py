"""The texts of denials, word for word."""

import pytest

from strongroom.authz.decision import Because, Decision, Document, Reason
from strongroom.authz.denial import denial_message

CALLER = "arn:aws:sts::111111111111:assumed-role/app/one"
KEY = "arn:aws:kms:us-east-1:111111111111:key/1234abcd-12ab-34cd-56ef-1234567890ab"
START = f"User: {CALLER} is not authorized to perform: kms:Decrypt "
HIDDEN = (
    "because the resource does not exist in this Region, no resource-based policies allow access, "
    "or a resource-based policy explicitly denies access"
)


def missing(reason: Reason) -> Decision:
    return Decision(allowed=False, reason=reason)


def denied(*documents: Document) -> Decision:
    return Decision(
        allowed=False, reason=Reason.EXPLICIT_DENY, because=tuple(Because(one, "p", "s") for one in documents)
    )


@pytest.mark.parametrize(
    ("decision", "text"),
    [
        (missing(Reason.NO_IDENTITY_POLICY), "because no identity-based policy allows the kms:Decrypt action"),
        (missing(Reason.NO_RESOURCE_POLICY), "because no resource-based policy allows the kms:Decrypt action"),
        (missing(Reason.NO_SESSION_POLICY), "because no session policy allows the kms:Decrypt action"),
        (missing(Reason.NO_BOUNDARY), "because no permissions boundary allows the kms:Decrypt action"),
        (denied(Document.RESOURCE), "with an explicit deny in a resource-based policy"),
        (denied(Document.IDENTITY), "with an explicit deny in an identity-based policy"),
        (denied(Document.BOUNDARY), "with an explicit deny in a permissions boundary"),
        (denied(Document.SESSION), "with an explicit deny in a session policy"),
        (denied(Document.RESOURCE, Document.IDENTITY), "with an explicit deny in a resource-based policy"),
    ],
    ids=str,
)
def test_same_account(decision: Decision, text: str) -> None:
    told = denial_message(decision, CALLER, "kms:Decrypt", KEY, same_account=True)
    assert told == f"{START}on resource: {KEY} {text}"


@pytest.mark.parametrize(
    ("options", "where"),
    [
        ({"same_account": False}, "on this resource"),
        ({"same_account": True, "ciphertext": True}, "on the resource associated with this ciphertext"),
        ({"same_account": False, "ciphertext": True}, "on the resource associated with this ciphertext"),
    ],
    ids=str,
)
def test_hidden_keys(options: dict[str, bool], where: str) -> None:
    """Whatever the key policy says, it reads like a key that does not exist."""

    def told(decision: Decision) -> str:
        return denial_message(decision, CALLER, "kms:Decrypt", KEY, **options)  # type: ignore[arg-type]

    assert told(missing(Reason.NO_RESOURCE_POLICY)) == told(denied(Document.RESOURCE)) == f"{START}{where} {HIDDEN}"
    assert told(missing(Reason.NO_IDENTITY_POLICY)) == (
        f"{START}{where} because no identity-based policy allows the kms:Decrypt action"
    )
    assert told(denied(Document.SESSION)) == f"{START}{where} with an explicit deny in a session policy"
