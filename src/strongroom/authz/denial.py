"""AccessDeniedException texts, word for word: tools match them.

Who comes from another account, or has only a ciphertext, is not told whether a key exists that does not let them in.
Source: answers recorded from AWS KMS; IAM User Guide, "Troubleshoot access denied error messages".
"""

from strongroom.authz.decision import Decision, Document, Reason
from strongroom.model.principal import Principal, PrincipalKind

_MISSING = {
    Reason.NO_RESOURCE_POLICY: Document.RESOURCE,
    Reason.NO_IDENTITY_POLICY: Document.IDENTITY,
    Reason.NO_BOUNDARY: Document.BOUNDARY,
    Reason.NO_SESSION_POLICY: Document.SESSION,
}
_ARTICLES = {Document.IDENTITY: "an"}
_HIDDEN = (
    "because the resource does not exist in this Region, no resource-based policies allow access, "
    "or a resource-based policy explicitly denies access"
)


def denial_message(
    decision: Decision, principal_arn: str, action: str, resource: str, *, same_account: bool, ciphertext: bool = False
) -> str:
    """Return the text of a denial. ``ciphertext``: the key was named by a ciphertext blob alone."""
    if ciphertext:
        where = "on the resource associated with this ciphertext"
    else:
        where = f"on resource: {resource}" if same_account else "on this resource"
    told = _why(decision, action, hidden=ciphertext or not same_account)
    return f"User: {principal_arn} is not authorized to perform: {action} {where} {told}"


def role_denial_message(decision: Decision | None, principal: Principal, action: str, role_arn: str) -> str:
    """Return the text of a denial to become a role; ``decision`` None: there is no such role, which is not told.

    Source: IAM User Guide, "Troubleshoot access denied error messages", role trust policies; texts met in the field.
    """
    if principal.kind is PrincipalKind.WEB_IDENTITY:
        return f"Not authorized to perform {action}"
    text = f"User: {principal.arn} is not authorized to perform: {action} on resource: {role_arn}"
    if decision is None or decision.reason is Reason.NO_RESOURCE_POLICY:
        return text
    if decision.because and decision.because[0].document is Document.RESOURCE:
        same_account = role_arn.split(":")[4:5] == [principal.account]
        return f"{text} with an explicit deny in the role trust policy" if same_account else text
    return f"{text} {_why(decision, action, hidden=False)}"


def _why(decision: Decision, action: str, *, hidden: bool) -> str:
    if decision.reason is Reason.EXPLICIT_DENY:
        document = decision.because[0].document
        text = f"with an explicit deny in {_ARTICLES.get(document, 'a')} {document.value}"
    else:
        document = _MISSING[decision.reason]
        text = f"because no {document.value} allows the {action} action"
    return _HIDDEN if hidden and document is Document.RESOURCE else text
