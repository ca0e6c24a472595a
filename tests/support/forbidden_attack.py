"""What two AES-GCM tags under one key and one nonce give away (Joux's "forbidden attack"): the authentication key.

Works on public bytes alone. A tag is GHASH(H; AAD, ciphertext) + mask, in GF(2**128), and the mask depends on key and nonce only; so the
sum of two tags is a polynomial in H whose coefficients anybody can see, and H is one of its few roots.
Source: NIST SP 800-38D, 6.4 (GHASH) and appendix A (uniqueness of IVs); A. Joux, comments on the draft of GCM, 2006.

An element is an int whose bit i is the coefficient of x**i; a polynomial over the field is a list, lowest coefficient first.
"""

from itertools import zip_longest

_BITS = 128
_MODULUS = (1 << 128) | 0x87


def element(block: bytes) -> int:
    """Return a block as GCM reads it: its first bit is the coefficient of 1."""
    return int(f"{int.from_bytes(block.ljust(16, bytes(1)), 'big'):0128b}"[::-1], 2)


def block(element_: int) -> bytes:
    return int(f"{element_:0128b}"[::-1], 2).to_bytes(16, "big")


def times(one: int, other: int) -> int:
    product = 0
    while other:
        low = other & -other
        product ^= one * low
        other ^= low
    while (over := product.bit_length() - 1 - _BITS) >= 0:
        product ^= _MODULUS << over
    return product


def inverse(one: int) -> int:
    """Return one**(2**128 - 2)."""
    result = 1
    for _ in range(_BITS - 1):
        one = times(one, one)
        result = times(result, one)
    return result


def hashed(aad: bytes, ciphertext: bytes) -> list[int]:
    """Return GHASH as a polynomial in H."""
    blocks = [element(text[at : at + 16]) for text in (aad, ciphertext) for at in range(0, len(text), 16)]
    lengths = (len(aad) * 8).to_bytes(8, "big") + (len(ciphertext) * 8).to_bytes(8, "big")
    return [0, element(lengths), *reversed(blocks)]


def at(polynomial: list[int], point: int) -> int:
    value = 0
    for coefficient in reversed(polynomial):
        value = times(value, point) ^ coefficient
    return value


def plus(one: list[int], other: list[int]) -> list[int]:
    total = [a ^ b for a, b in zip_longest(one, other, fillvalue=0)]
    while total and not total[-1]:
        total.pop()
    return total


def divided(one: list[int], by: list[int]) -> tuple[list[int], list[int]]:
    """Return quotient and remainder; ``by`` is monic."""
    rest, quotient = list(one), [0] * max(0, len(one) - len(by) + 1)
    while len(rest) >= len(by):
        lead, shift = rest[-1], len(rest) - len(by)
        quotient[shift] = lead
        for index, coefficient in enumerate(by):
            rest[shift + index] ^= times(lead, coefficient)
        while rest and not rest[-1]:
            rest.pop()
    return quotient, rest


def monic(one: list[int]) -> list[int]:
    scale = inverse(one[-1])
    return [times(coefficient, scale) for coefficient in one]


def common(one: list[int], other: list[int]) -> list[int]:
    while other:
        one, other = other, divided(one, monic(other))[1]
    return monic(one)


def squared(one: list[int], modulo: list[int]) -> list[int]:
    spread = [0] * (2 * len(one) - 1) if one else []
    spread[::2] = [times(coefficient, coefficient) for coefficient in one]
    return divided(spread, modulo)[1]


def roots(polynomial: list[int]) -> list[int]:
    """Return all roots in the field: first the product of their linear factors, then these apart by traces (Berlekamp)."""
    polynomial = monic(polynomial)
    power = [0, 1]
    for _ in range(_BITS):
        power = squared(power, polynomial)
    pending, found = [common(polynomial, plus(power, [0, 1]))], []
    while pending:
        product = pending.pop()
        if len(product) <= 2:
            found += product[:-1]
            continue
        for bit in range(_BITS):  # one of them tells two roots apart
            term = trace = divided([0, 1 << bit], product)[1]
            for _ in range(_BITS - 1):
                term = squared(term, product)
                trace = plus(trace, term)
            part = common(product, trace) if trace else [1]
            if 1 < len(part) < len(product):
                pending += [part, divided(product, part)[0]]
                break
    return found


def authentication_keys(first: tuple[bytes, bytes], second: tuple[bytes, bytes]) -> list[int]:
    """Return the candidates for H, given (AAD, tag) of two tags over no ciphertext."""
    total = plus(hashed(first[0], b""), hashed(second[0], b""))
    return roots(plus(total, [element(first[1]) ^ element(second[1])]))
