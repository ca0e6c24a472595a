"""Trust policies as they are stored: well formed, and naming nobody who does not exist.

IAM words most of this otherwise than of every other policy. Source: IAM API Reference, CreateRole and
UpdateAssumeRolePolicy, AssumeRolePolicyDocument; the texts are recorded answers.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from strongroom.authz.acceptance import accept_policy
from strongroom.authz.policy import VERSIONS, PolicyKind
from strongroom.authz.principals import compile_principals
from strongroom.errors import InvalidArnError, LimitExceededError, MalformedPolicyDocumentError
from strongroom.operations.iam.common import policy_characters
from strongroom.operations.named_principals import Meant, meant_principals, unknown_principals
from strongroom.operations.operation import Call

MAX_TRUST_POLICY = 2048  # characters; IAM User Guide, "IAM and AWS STS quotas"
_FEDERATED = re.compile(
    r"arn:aws[a-z-]*:iam::[0-9]{12}:(?:oidc|saml)-provider/.+|[a-z0-9-]+(?:\.[a-z0-9-]+)+(?:/\S*)?", re.IGNORECASE
)
_NOT_FEDERATED = "Federated principals must be valid domain names or SAML metadata ARNs"


def checked_trust_policy(call: Call, text: str) -> Meant:
    """Return whom the ARNs of a trust policy mean. Errors: MalformedPolicyDocumentError, LimitExceededError."""
    if policy_characters([text]) > MAX_TRUST_POLICY:
        raise LimitExceededError(f"Cannot exceed quota for ACLSizePerRole: {MAX_TRUST_POLICY}")
    for refusal in _refusals(_json(text)):
        raise MalformedPolicyDocumentError(refusal)
    try:
        policy = accept_policy(text, PolicyKind.TRUST)
    except InvalidArnError:
        raise MalformedPolicyDocumentError("Invalid principal in policy") from None
    if unknown := unknown_principals(call.view, policy):
        raise MalformedPolicyDocumentError(f'Invalid principal in policy: "AWS":"{unknown[0]}"')
    return meant_principals(call.view, policy)


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise MalformedPolicyDocumentError("This policy contains invalid Json") from None


def _refusals(document: Any) -> Iterator[str]:
    """Yield what is wrong with a document, as far as IAM has words of its own for it."""
    if not isinstance(document, dict):
        return
    if "Version" in document and document["Version"] not in VERSIONS:
        yield "The policy must contain a valid version string"
    statements = document.get("Statement")
    if statements in (None, []):
        yield "Could not parse the policy: Statement is empty!"
    known = [one for one in (statements if isinstance(statements, list) else [statements]) if isinstance(one, dict)]
    for statement in known:
        yield from _of_statement(statement)
    sids = Counter(str(statement["Sid"]) for statement in known if statement.get("Sid"))
    if any(count > 1 for count in sids.values()):
        yield "The Statement Ids in the policy are not unique"


def _of_statement(statement: Mapping[str, Any]) -> Iterator[str]:
    if "Effect" not in statement:
        yield "Missing required field Effect"
    elif statement["Effect"] not in ("Allow", "Deny"):
        yield f"Invalid effect: {str(statement['Effect'])[:200]}"
    if statement.get("Effect") == "Allow" and "NotPrincipal" in statement:
        yield "Allow with NotPrincipal is not allowed."
    if "NotPrincipal" not in statement:
        yield from _of_principal(statement.get("Principal"))
    if "Action" not in statement and "NotAction" not in statement:
        yield "Missing required field Action"
    if "NotResource" in statement and "Resource" not in statement:
        yield "AssumeRole policy must not contain resources."


def _of_principal(principal: Any) -> Iterator[str]:
    match principal:
        case None:
            yield "Missing required field Principal"
        case {}:
            yield from _of_names(principal)
        case "*":
            yield 'AssumeRolepolicy contained an invalid principal: "STAR":"*".'
        case str():
            yield "Principal must be a JSON object."
        case _:
            return


def _of_names(principal: Mapping[str, Any]) -> Iterator[str]:
    if not all(principal.values()) or not principal:
        yield "Missing required field Principal cannot be empty!"
    for kind, names in principal.items():
        for name in names if isinstance(names, list) else [names]:
            if not isinstance(name, str):
                return
            if kind == "Federated" and not _FEDERATED.fullmatch(name):
                yield _NOT_FEDERATED
            try:
                compile_principals({kind: [name]})
            except (InvalidArnError, MalformedPolicyDocumentError):
                yield f'Invalid principal in policy: "{kind.upper()[:200]}":"{name[:200]}"'
