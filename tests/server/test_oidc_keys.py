"""Fetching the keys of providers: what is asked for, how often, and what is not put up with."""

import ssl
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from strongroom.bootstrap import DataDirectoryError
from strongroom.errors import AWSError, IDPCommunicationError, InvalidIdentityTokenError
from strongroom.server import oidc_keys
from strongroom.server.oidc_keys import FAILED_SECONDS, FRESH_SECONDS, KEPT_SECONDS, ProviderKeys, trusting
from support.oidc import CONFIGURATION, KEYS, Site, serving


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as site:
        yield site


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def keys(clock: Clock) -> ProviderKeys:
    return ProviderKeys(trusting(None), clock)


def failure(keys: ProviderKeys, issuer: str) -> AWSError:
    assert keys.fetch(issuer) is None
    with pytest.raises(AWSError) as caught:
        keys.held(issuer)
    return caught.value


def test_keys_are_fetched_and_kept(site: Site, keys: ProviderKeys, clock: Clock) -> None:
    issuer = site.provider.issuer
    assert keys.held(issuer) is None
    assert keys.fetch(issuer) is None
    assert site.asked == [CONFIGURATION, KEYS]
    held = keys.held(issuer)
    assert held is not None
    assert [key["kid"] for key in held.keys.keys] == ["first"]
    assert held.fresh
    clock.now += FRESH_SECONDS
    held = keys.held(issuer)
    assert held is not None
    assert not held.fresh
    clock.now += KEPT_SECONDS
    assert keys.held(issuer) is None


def test_many_that_want_the_same_ask_once(site: Site, clock: Clock) -> None:
    keys = ProviderKeys(trusting(None), clock)
    threads = [threading.Thread(target=keys.fetch, args=(site.provider.issuer,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert site.asked == [CONFIGURATION, KEYS]


def test_too_many_do_not_wait(site: Site, keys: ProviderKeys) -> None:
    for _ in range(oidc_keys.MAX_WAITING):
        keys._waiting.acquire()
    busy = keys.fetch(site.provider.issuer)
    assert isinstance(busy, IDPCommunicationError)
    assert site.asked == []


def test_a_failure_is_remembered_for_a_while(site: Site, keys: ProviderKeys, clock: Clock) -> None:
    site.pages[KEYS] = (503, b"", {})
    refused = failure(keys, site.provider.issuer)
    assert isinstance(refused, IDPCommunicationError)
    assert "it answers with status 503" in str(refused)
    clock.now += FAILED_SECONDS
    assert keys.held(site.provider.issuer) is None
    site.pages.clear()
    keys.fetch(site.provider.issuer)
    assert keys.held(site.provider.issuer) is not None


@pytest.mark.parametrize(
    ("path", "page"),
    [
        (CONFIGURATION, (200, b"{}", {})),
        (CONFIGURATION, (200, b"no JSON", {})),
        (CONFIGURATION, (200, b'{"issuer": "https://elsewhere", "jwks_uri": "https://elsewhere/keys"}', {})),
        (CONFIGURATION, (200, b'{"issuer": "ISSUER", "jwks_uri": "http://192.0.2.1/keys"}', {})),
        (CONFIGURATION, (200, b'{"issuer": "ISSUER", "jwks_uri": "file:///etc/passwd"}', {})),
        (KEYS, (200, b"no JSON", {})),
        (KEYS, (200, b" " * (oidc_keys.MAX_BYTES + 1), {})),
    ],
)
def test_what_a_provider_may_not_say(
    site: Site, keys: ProviderKeys, path: str, page: tuple[int, bytes, dict[str, str]]
) -> None:
    status, body, headers = page
    site.pages[path] = (status, body.replace(b"ISSUER", site.provider.issuer.encode()), headers)
    assert isinstance(failure(keys, site.provider.issuer), InvalidIdentityTokenError)


def test_redirects_are_not_followed(site: Site, keys: ProviderKeys) -> None:
    site.pages[CONFIGURATION] = (302, b"", {"Location": site.provider.issuer + "/elsewhere"})
    assert "status 302" in str(failure(keys, site.provider.issuer))
    assert site.asked == [CONFIGURATION]


def test_slow_answers_end(site: Site, keys: ProviderKeys, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(oidc_keys, "DEADLINE_SECONDS", -1.0)
    assert "does not answer in time" in str(failure(keys, site.provider.issuer))


def test_nobody_there(keys: ProviderKeys) -> None:
    assert "cannot be reached" in str(failure(keys, "https://127.0.0.1:1"))
    assert isinstance(failure(keys, "http://192.0.2.1"), InvalidIdentityTokenError)  # not even asked


def test_whom_to_trust(tmp_path: Path) -> None:
    assert trusting(None).verify_mode is ssl.CERT_REQUIRED
    for text in (None, "nothing"):
        file = tmp_path / "ca.pem"
        if text is not None:
            file.write_text(text)
        with pytest.raises(DataDirectoryError, match="cannot be used"):
            trusting(file)
