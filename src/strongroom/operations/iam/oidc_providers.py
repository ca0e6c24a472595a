"""OpenID Connect providers: whose tokens may become sessions. Source: IAM API Reference, CreateOpenIDConnectProvider and its kin.

Thumbprints are kept and shown; whether the provider's certificate is asked for them is the business of STS.
"""

import re
from dataclasses import replace

from strongroom.errors import EntityAlreadyExistsError, InvalidInputError, NoSuchEntityError, ValidationError
from strongroom.model.change import Delete, Insert, Update
from strongroom.model.identity import OIDCProvider
from strongroom.model.permission import EntityRef, Permission
from strongroom.model.principal import Principal
from strongroom.operations.entities import oidc_provider
from strongroom.operations.iam.common import (
    changed,
    check_quota,
    every,
    made,
    on,
    on_anything,
    reads,
    seconds,
    tag_shapes,
    writes,
)
from strongroom.operations.iam.find_provider import find_provider
from strongroom.operations.iam.tag_rules import new_tags
from strongroom.operations.operation import Call, Outcome
from strongroom.wire.shapes import iam

MAX_CLIENT_IDS = 100  # IAM User Guide, "IAM and AWS STS quotas"
MAX_PROVIDERS = 100
MAX_THUMBPRINTS = 5
_URL = re.compile(
    r"(?:https://|http://(?=(?:localhost|127\.0\.0\.1)(?:[:/]|$)))"  # http on the server's own machine only
    r"([A-Za-z0-9.-]+(?::[0-9]+)?(?:/[A-Za-z0-9._~/-]*)?)",
    re.IGNORECASE,
)
_ACTION = "iam:CreateOpenIDConnectProvider"


def _named(url: str) -> str:
    """Return how a provider is called: its URL without the scheme. Errors: ValidationError, InvalidInputError."""
    found = _URL.fullmatch(url)
    if found is None:
        if "://" not in url:
            raise ValidationError("Invalid Open ID Connect Provider URL")
        scheme = "" if url.lower().startswith("https://") else " The URL must begin with https://."
        raise InvalidInputError(f"Invalid Open ID Connect Provider URL.{scheme}")
    return found[1].removesuffix("/")


def _thumbprints(given: list[str] | None) -> tuple[str, ...]:
    thumbprints = tuple(thumbprint.lower() for thumbprint in given or ())  # as IAM keeps them
    if len(thumbprints) > MAX_THUMBPRINTS:
        raise InvalidInputError(f"Thumbprint list must contain fewer than {MAX_THUMBPRINTS} entries.")
    return thumbprints


def _create(call: Call, request: iam.CreateOpenIDConnectProviderRequest) -> Outcome:
    url, client_ids = _named(request.url), tuple(dict.fromkeys(request.client_id_list or ()))
    thumbprints = _thumbprints(request.thumbprint_list)
    if len(client_ids) > MAX_CLIENT_IDS:
        check_quota("ClientIdsPerOpenIdConnectProvider", MAX_CLIENT_IDS, MAX_CLIENT_IDS)
    if call.view.get(OIDCProvider, call.account, url) is not None:
        raise EntityAlreadyExistsError(f"Provider with url https://{url} already exists.")
    present = call.view.count(OIDCProvider, {"account": call.account})
    check_quota("OpenIdConnectProvidersPerAccount", present, MAX_PROVIDERS)
    tags = new_tags(request.tags, ignore_case=False)
    provider = OIDCProvider(call.account, url, call.now_ms, client_ids, thumbprints, tags)
    output = iam.CreateOpenIDConnectProviderResponse(
        open_id_connect_provider_arn=provider.arn, tags=tag_shapes(tags) or None
    )
    return made(output, Insert(provider))


def _create_permissions(request: iam.CreateOpenIDConnectProviderRequest, caller: Principal) -> tuple[Permission, ...]:
    provider = OIDCProvider(caller.account, request.url.partition("://")[2].removesuffix("/"), 0)
    ref = EntityRef("oidc-provider", provider.arn)
    tagging = (Permission("iam:TagOpenIDConnectProvider", ref),) if request.tags else ()
    return (Permission(_ACTION, ref), *tagging)


def _get(call: Call, request: iam.GetOpenIDConnectProviderRequest) -> Outcome:
    provider = find_provider(call, request.open_id_connect_provider_arn)
    return Outcome(
        iam.GetOpenIDConnectProviderResponse(
            url=provider.url,
            client_id_list=list(provider.client_ids),
            thumbprint_list=list(provider.thumbprints),
            create_date=seconds(provider.created_ms),
            tags=tag_shapes(provider.tags),
        )
    )


def _delete(call: Call, request: iam.DeleteOpenIDConnectProviderRequest) -> Outcome:
    arn = request.open_id_connect_provider_arn
    provider = oidc_provider(call.view, arn, call.account)
    if provider is None:
        raise NoSuchEntityError(f"OpenId connect Provider {arn} cannot be found.")
    return changed(Delete(provider))


def _list(call: Call, _request: iam.ListOpenIDConnectProvidersRequest) -> Outcome:
    providers = every(call.view, OIDCProvider, {"account": call.account}, "url")
    entries = [iam.OpenIDConnectProviderListEntry(arn=provider.arn) for provider in providers]
    return Outcome(iam.ListOpenIDConnectProvidersResponse(open_id_connect_provider_list=entries))


def _update_thumbprint(call: Call, request: iam.UpdateOpenIDConnectProviderThumbprintRequest) -> Outcome:
    provider = find_provider(call, request.open_id_connect_provider_arn)
    return changed(Update(replace(provider, thumbprints=_thumbprints(request.thumbprint_list))))


def _add_client_id(call: Call, request: iam.AddClientIDToOpenIDConnectProviderRequest) -> Outcome:
    provider = find_provider(call, request.open_id_connect_provider_arn)
    if request.client_id in provider.client_ids:
        return changed()
    check_quota("ClientIdsPerOpenIdConnectProvider", len(provider.client_ids), MAX_CLIENT_IDS)
    return changed(Update(replace(provider, client_ids=(*provider.client_ids, request.client_id))))


def _remove_client_id(call: Call, request: iam.RemoveClientIDFromOpenIDConnectProviderRequest) -> Outcome:
    provider = find_provider(call, request.open_id_connect_provider_arn)
    kept = tuple(client_id for client_id in provider.client_ids if client_id != request.client_id)
    return changed(Update(replace(provider, client_ids=kept)))


OPERATIONS = (
    writes("CreateOpenIDConnectProvider", _create, _create_permissions),
    reads("ListOpenIDConnectProviders", _list, on_anything("iam:ListOpenIDConnectProviders")),
    *(
        build(name, act, on("oidc-provider", "open_id_connect_provider_arn", f"iam:{name}"))
        for name, build, act in (
            ("GetOpenIDConnectProvider", reads, _get),
            ("DeleteOpenIDConnectProvider", writes, _delete),
            ("UpdateOpenIDConnectProviderThumbprint", writes, _update_thumbprint),
            ("AddClientIDToOpenIDConnectProvider", writes, _add_client_id),
            ("RemoveClientIDFromOpenIDConnectProvider", writes, _remove_client_id),
        )
    ),
)
