"""An OpenID Connect provider for tests: keys, tokens, and (as a server on this machine) the addresses where they are found."""

import json
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

CLIENT = "sts.amazonaws.com"
RSA_KEY = rsa.generate_private_key(65537, 2048)  # one for all tests: making it takes longest
CONFIGURATION, KEYS = "/.well-known/openid-configuration", "/keys"


class Provider:
    """Signs tokens; ``kid`` names its present key."""

    def __init__(self, issuer: str) -> None:
        self.issuer = issuer
        self.kid = "first"
        self.key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey = RSA_KEY
        self.algorithm = "RS256"

    def rotate(self) -> None:
        self.kid, self.key, self.algorithm = "second", ec.generate_private_key(ec.SECP256R1()), "ES256"

    def token(self, now: float | None = None, *, header: Mapping[str, Any] | None = None, **claims: Any) -> str:
        """Return a token for ``system:serviceaccount:app``; a claim of None is left out."""
        at = int(time.time() if now is None else now)
        known = {
            "iss": self.issuer,
            "sub": "system:serviceaccount:app",
            "aud": CLIENT,
            "iat": at,
            "exp": at + 600,
        }
        said = {name: value for name, value in (known | claims).items() if value is not None}
        return jwt.encode(said, self.key, self.algorithm, headers={"kid": self.kid, **(header or {})})

    def jwk(self) -> dict[str, Any]:
        encode = RSAAlgorithm.to_jwk if isinstance(self.key, rsa.RSAPrivateKey) else ECAlgorithm.to_jwk
        public: dict[str, Any] = encode(self.key.public_key(), as_dict=True)
        return {**public, "kid": self.kid, "alg": self.algorithm, "use": "sig"}

    def key_set(self) -> bytes:
        return json.dumps({"keys": [self.jwk()]}).encode()


class Site:
    """What a provider serves: ``pages`` by path; ``asked`` are the paths in their order."""

    def __init__(self, provider: Provider) -> None:
        self.provider = provider
        self.asked: list[str] = []
        self.pages: dict[str, tuple[int, bytes, dict[str, str]]] = {}

    def page(self, path: str) -> tuple[int, bytes, dict[str, str]]:
        self.asked.append(path)
        issuer = self.provider.issuer
        known = {
            CONFIGURATION: (200, json.dumps({"issuer": issuer, "jwks_uri": issuer + KEYS}).encode(), {}),
            KEYS: (200, self.provider.key_set(), {}),
        }
        return self.pages.get(path) or known.get(path, (404, b"", {}))


@contextmanager
def serving() -> Iterator[Site]:
    """Run a provider on this machine, at http://127.0.0.1:<port>."""
    sites: list[Site] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, body, headers = sites[0].page(self.path)
            self.send_response(status)
            for name, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        sites.append(Site(Provider(f"http://127.0.0.1:{server.server_address[1]}")))
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield sites[0]
        finally:
            server.shutdown()
            thread.join()
