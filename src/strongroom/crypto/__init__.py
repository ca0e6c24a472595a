"""Cryptographic primitives as this house uses them; algorithms come from ``cryptography``, derivation from ``hashlib``."""
