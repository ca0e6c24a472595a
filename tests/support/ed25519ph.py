"""Ed25519ph in whole numbers, after the Python of RFC 8032, section 6: a second opinion for tests, slow and not constant-time."""

from hashlib import sha512

_P = 2**255 - 19
_Q = 2**252 + 27742317777372353535851937790883648493
_D = -121665 * pow(121666, -1, _P) % _P
_DOM2 = b"SigEd25519 no Ed25519 collisions" + b"\x01\x00"  # phflag 1, empty context
_BASE_Y = 4 * pow(5, -1, _P) % _P

Point = tuple[int, int]


def _recover_x(y: int) -> int:
    square = (y * y - 1) * pow(_D * y * y + 1, -1, _P) % _P
    x = pow(square, (_P + 3) // 8, _P)
    if (x * x - square) % _P:
        x = x * pow(2, (_P - 1) // 4, _P) % _P
    return x if x % 2 == 0 else _P - x


def _add(one: Point, other: Point) -> Point:
    (x1, y1), (x2, y2) = one, other
    product = _D * x1 * x2 * y1 * y2 % _P
    x = (x1 * y2 + x2 * y1) * pow(1 + product, -1, _P) % _P
    y = (y1 * y2 + x1 * x2) * pow(1 - product, -1, _P) % _P
    return x, y


def _times(scalar: int, point: Point) -> Point:
    result: Point = (0, 1)
    while scalar:
        if scalar & 1:
            result = _add(result, point)
        point = _add(point, point)
        scalar >>= 1
    return result


def _encoded(point: Point) -> bytes:
    x, y = point
    return (y | (x & 1) << 255).to_bytes(32, "little")


def reference_sign(seed: bytes, message: bytes) -> bytes:
    """Return the Ed25519ph signature (RFC 8032, 5.1.6, with PH = SHA-512)."""
    base = (_recover_x(_BASE_Y), _BASE_Y)
    expanded = sha512(seed).digest()
    scalar = int.from_bytes(expanded[:32], "little") & ((1 << 254) - 8) | (1 << 254)
    hashed = sha512(message).digest()
    nonce = int.from_bytes(sha512(_DOM2 + expanded[32:] + hashed).digest(), "little") % _Q
    commitment = _encoded(_times(nonce, base))
    public = _encoded(_times(scalar, base))
    challenge = int.from_bytes(sha512(_DOM2 + commitment + public + hashed).digest(), "little") % _Q
    return commitment + ((nonce + challenge * scalar) % _Q).to_bytes(32, "little")
