"""Randomness as an argument: the world hands in ``os.urandom``, a test hands in what it likes."""

from collections.abc import Callable

RandomBytes = Callable[[int], bytes]

NewPrivateKey = Callable[[str], bytes]
"""From a key spec to a fresh private key of it, PKCS#8 DER. Making an RSA key takes seconds: the server keeps some ready."""
