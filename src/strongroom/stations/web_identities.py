"""Who shows a web identity token: from an unsigned request to a caller, by the keys of a provider that the account trusts.

The keys come from elsewhere, so they may not be here yet: then KeySetNeeded is raised, the pipeline fetches them where it may
wait, and walks again. Only providers of the account in the request's role ARN are ever asked.
Source: AWS STS API Reference, AssumeRoleWithWebIdentity; IAM User Guide, "Available keys for AWS OIDC federation".
"""

import re
from typing import NamedTuple, Protocol

from strongroom.audit.record import encode_user_identity
from strongroom.authn.web_token import KeySet, UnknownKeyError, WebToken, issuer_of, no_key, verify_web_token
from strongroom.errors import AWSError, InvalidIdentityTokenError, ValidationError
from strongroom.model.identity import OIDCProvider
from strongroom.model.permission import ConditionValues
from strongroom.model.principal import Principal, PrincipalKind
from strongroom.model.view import Snapshot
from strongroom.operations.condition_names import by_lower_name
from strongroom.operations.entities import role_arn_of
from strongroom.stations.callers import Caller
from strongroom.store.cache import Miss
from strongroom.wire.shapes import sts

_ISSUER = re.compile(r"https://(.+)|http://((?:localhost|127\.0\.0\.1|\[::1\])(?:[:/].*)?)", re.DOTALL)


class Held(NamedTuple):
    """A provider's keys as they are known; ``fresh`` says that asking again now would not help."""

    keys: KeySet
    fresh: bool


class KeySets(Protocol):
    """The keys of providers, by issuer."""

    def held(self, issuer: str) -> Held | None:
        """Return what is known, without waiting. Errors: IDPCommunicationError, InvalidIdentityTokenError when asking failed just now."""

    def fetch(self, issuer: str) -> AWSError | None:
        """Ask the provider, in a thread that may wait; ``held`` tells what came of it. Return why it could not even be asked."""


class KeySetNeeded(Miss):
    """The provider's keys are not known here, or not new enough."""

    def __init__(self, issuer: str) -> None:
        super().__init__()
        self.issuer = issuer


def bearer(asked: sts.AssumeRoleWithWebIdentityRequest, view: Snapshot, key_sets: KeySets, now: float) -> Caller:
    """Return who bears the token. Errors: InvalidIdentityTokenError and its kin; raises KeySetNeeded."""
    if asked.provider_id is not None:
        raise ValidationError("ProviderId is for OAuth 2.0 access tokens, which this server does not take.")
    arn = role_arn_of(asked.role_arn)
    issuer = issuer_of(asked.web_identity_token)
    found = _ISSUER.fullmatch(issuer)
    url = (found[1] or found[2]).removesuffix("/") if found is not None else ""
    provider = view.get(OIDCProvider, arn.account, url) if url else None
    if provider is None:
        raise InvalidIdentityTokenError(f"No OpenIDConnect provider found in your account for {issuer[:200]}")
    token = _verified(asked.web_identity_token, issuer, provider, key_sets, now)
    principal = Principal(
        PrincipalKind.WEB_IDENTITY,
        arn.account,
        provider.arn,
        f"{provider.arn}:{token.audience}:{token.subject}",
        user_name=token.subject,
        tags=token.tags,
        source_identity=token.source_identity,
    )
    return Caller(
        principal,
        (),
        encode_user_identity(principal, None, None),
        conditions=_conditions(provider, token),
        web_token=token,
    )


def _verified(token: str, issuer: str, provider: OIDCProvider, key_sets: KeySets, now: float) -> WebToken:
    held = key_sets.held(issuer)
    if held is None:
        raise KeySetNeeded(issuer)
    try:
        return verify_web_token(token, held.keys, provider.client_ids, now)
    except UnknownKeyError:
        if held.fresh:
            raise no_key() from None
        raise KeySetNeeded(issuer) from None


def _conditions(provider: OIDCProvider, token: WebToken) -> ConditionValues:
    prefix = provider.url.lower()
    found: dict[str, str | tuple[str, ...]] = {
        f"{prefix}:sub": token.subject,
        f"{prefix}:aud": token.audience,
        f"{prefix}:oaud": token.audiences,
        f"{prefix}:amr": token.methods,
        "aws:federatedprovider": provider.arn,
    }
    if token.source_identity:
        found["sts:sourceidentity"] = token.source_identity
    if token.tags:
        found |= by_lower_name("aws:requesttag/", token.tags)
        found["aws:tagkeys"] = tuple(key for key, _ in token.tags)
    if token.transitive:
        found["sts:transitivetagkeys"] = token.transitive
    return found
