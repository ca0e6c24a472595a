"""The keys of OpenID Connect providers, fetched as they say where, and kept for a while. One per worker process.

Only https is spoken, but for issuers on this machine; redirects are not followed; time, size and the number of threads that
wait are bounded, because who makes us ask has not proved anything yet. Providers are trusted by the system's CA certificates
and, where an operator names a file, by those in it. A failure is remembered for a few seconds, so that a provider that is
down costs no more than that.
Source: OpenID Connect Discovery 1.0, 4; RFC 7517.
"""

import logging
import ssl
from collections.abc import Callable
from http.client import HTTPException, HTTPMessage
from pathlib import Path
from threading import BoundedSemaphore, Lock
from typing import IO, NamedTuple, NoReturn
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, HTTPSHandler, Request, build_opener

import msgspec

from strongroom.authn.web_token import KeySet, no_key, parse_key_set
from strongroom.bootstrap import DataDirectoryError
from strongroom.errors import AWSError, IDPCommunicationError
from strongroom.model.clock import Clock
from strongroom.stations.web_identities import Held

logger = logging.getLogger("strongroom")

KEPT_SECONDS = 3600.0
FRESH_SECONDS = 60.0  # an unknown key id makes us ask again, but not more often than this
FAILED_SECONDS = 5.0
TIMEOUT_SECONDS = 5.0  # of each step on the network
DEADLINE_SECONDS = 10.0  # of one answer as a whole
MAX_BYTES = 256 * 1024
MAX_WAITING = 4  # threads that ask or wait for who asks; the worker has more, for everything else
MAX_ISSUERS = 1000
_CHUNK = 16 * 1024
_LOCAL = ("localhost", "127.0.0.1", "::1")
_UNREACHABLE = "The identity provider could not be asked for its keys: "


class _Known(NamedTuple):
    """What asking gave, and when: keys, or the refusal that follows."""

    found: KeySet | AWSError
    at: float


class _Discovery(msgspec.Struct):
    issuer: str
    jwks_uri: str


class _NoRedirects(HTTPRedirectHandler):
    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, _msg: str, headers: HTTPMessage, _newurl: str
    ) -> NoReturn:
        raise HTTPError(req.full_url, code, "redirects are not followed", headers, fp)


def trusting(ca_file: Path | None) -> ssl.SSLContext:
    """Return what providers' certificates are checked with. Errors: DataDirectoryError."""
    context = ssl.create_default_context()
    if ca_file is not None:
        try:
            context.load_verify_locations(ca_file)
        except (OSError, ssl.SSLError) as error:
            raise DataDirectoryError(f"The CA file {ca_file} cannot be used: {error.strerror or error}.") from None
    return context


class ProviderKeys:
    """Satisfies ``stations.web_identities.KeySets``."""

    def __init__(self, context: ssl.SSLContext, clock: Clock) -> None:
        self._open = build_opener(HTTPSHandler(context=context), _NoRedirects()).open
        self._clock = clock
        self._known: dict[str, _Known] = {}
        self._locks: dict[str, Lock] = {}
        self._lock = Lock()
        self._waiting = BoundedSemaphore(MAX_WAITING)

    def held(self, issuer: str) -> Held | None:
        known = self._known.get(issuer)
        if known is None:
            return None
        age = self._clock() - known.at
        if isinstance(known.found, AWSError):
            if age < FAILED_SECONDS:
                raise known.found
            return None
        return Held(known.found, fresh=age < FRESH_SECONDS) if age < KEPT_SECONDS else None

    def fetch(self, issuer: str) -> AWSError | None:
        began = self._clock()
        if not self._waiting.acquire(blocking=False):
            return IDPCommunicationError(_UNREACHABLE + "too many requests wait for such keys.")
        try:
            with self._lock_of(issuer):
                known = self._known.get(issuer)
                if known is None or known.at < began:  # nobody else has asked meanwhile
                    self._remember(issuer, self._asked(issuer))
        finally:
            self._waiting.release()
        return None

    def _lock_of(self, issuer: str) -> Lock:
        with self._lock:
            if len(self._locks) >= MAX_ISSUERS:
                self._locks.clear()
            return self._locks.setdefault(issuer, Lock())

    def _remember(self, issuer: str, found: KeySet | AWSError) -> None:
        with self._lock:
            if len(self._known) >= MAX_ISSUERS:
                self._known.clear()
            self._known[issuer] = _Known(found, self._clock())

    # --- on the network ------------------------------------------------------------------------------------------------

    def _asked(self, issuer: str) -> KeySet | AWSError:
        try:
            text = self._read(issuer.removesuffix("/") + "/.well-known/openid-configuration", issuer)
            discovery = msgspec.json.decode(text, type=_Discovery)
            if discovery.issuer == issuer:
                return parse_key_set(self._read(discovery.jwks_uri, issuer))
            logger.warning("identity provider %s names another issuer: %s", issuer, discovery.issuer[:200])
        except (OSError, HTTPException) as error:  # also ssl.SSLError, HTTPError and URLError
            logger.warning("identity provider %s could not be asked for its keys: %s", issuer, error)
            return IDPCommunicationError(f"{_UNREACHABLE}{_reason(error)}")
        except (ValueError, msgspec.MsgspecError) as error:
            logger.warning("identity provider %s has no keys for us: %s", issuer, error)
        return no_key()

    def _read(self, url: str, issuer: str) -> bytes:
        """Return what is at ``url``. Errors: OSError, HTTPException, ValueError for an address that is not to be asked."""
        address = urlsplit(url)
        local = urlsplit(issuer).scheme == "http" and address.scheme == "http" and address.hostname in _LOCAL
        if address.scheme != "https" and not local:
            raise ValueError("its keys are not at an https address")
        deadline = self._clock() + DEADLINE_SECONDS
        request = Request(url, headers={"Accept": "application/json", "User-Agent": "strongroom"})  # noqa: S310 - the scheme is checked
        with self._open(request, timeout=TIMEOUT_SECONDS) as answer:
            return _read_whole(answer.read1, lambda: self._clock() > deadline)


def _read_whole(read: Callable[[int], bytes], overdue: Callable[[], bool]) -> bytes:
    text = b""
    while chunk := read(_CHUNK):
        text += chunk
        if len(text) > MAX_BYTES:
            raise ValueError(f"its answer is longer than {MAX_BYTES} bytes")
        if overdue():
            raise TimeoutError("it answers too slowly")
    return text


def _reason(error: Exception) -> str:
    """Return what may be told to whoever asked: the kind of failure, no addresses."""
    if isinstance(error, HTTPError):
        return f"it answers with status {error.code}."
    if isinstance(error, TimeoutError) or "timed out" in str(error):
        return "it does not answer in time."
    return "it cannot be reached, or its certificate is not trusted."
