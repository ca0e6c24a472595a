"""Where we do not take a service model at its word: read by ``tools/generate_shapes.py`` and nothing else.

Rules that depend on more than one member (or on a key) are the operations' business, not this table's.
"""

from collections.abc import Mapping
from types import MappingProxyType

# Traits laid over a shape of the model, by (service, shape).
TRAITS: Mapping[tuple[str, str], Mapping[str, bool | int | str]] = MappingProxyType(
    {
        # The model does not call these sensitive, though whoever reads them can act as somebody else.
        ("sts", "tokenType"): {"sensitive": True},
        ("sts", "tokenCodeType"): {"sensitive": True},
        ("sts", "contextAssertionType"): {"sensitive": True},
        # The KMS guide keeps these out of CloudTrail, so no refusal may quote them either.
        ("kms", "GrantTokenType"): {"sensitive": True},
        # LookupEvents has an error of its own for a number out of bounds.
        ("cloudtrail", "MaxResults"): {"min": -(2**31), "max": 2**31 - 1},
    }
)

# Unions that a caller sends, read as structures: that one member alone is set is the operation's to check.
UNIONS: frozenset[tuple[str, str]] = frozenset({("iam", "PolicyIdentifier")})

# Character classes of Java's regular expressions that Python's lack, inside square brackets. ``\w`` beyond ASCII is
# letters, numbers and the underscore (which every pattern with these classes allows anyway); the separators (Z)
# are listed.
JAVA_CLASSES: Mapping[str, str] = MappingProxyType(
    {
        r"\p{L}": r"\w",
        r"\p{N}": r"\w",
        r"\p{Z}": r" \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000",
    }
)
