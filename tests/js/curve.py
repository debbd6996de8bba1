"""Signatures on which Ed25519 libraries differ: small and mixed order, other spellings of a point, S beyond the order.

Plain affine arithmetic of edwards25519, slow and obvious; only to make what an honest signer never makes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import cache

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
Point = tuple[int, int]
BASE: Point = (
    15112221349535400772501151409588531511454012693041857206046113283949847762202,
    46316835694926478169428394003475163141307993866256225615783033603165251855960,
)
ZERO: Point = (0, 1)


def add(one: Point, other: Point) -> Point:
    (x1, y1), (x2, y2) = one, other
    t = D * x1 * x2 * y1 * y2 % P
    return (
        (x1 * y2 + x2 * y1) * pow(1 + t, -1, P) % P,
        (y1 * y2 + x1 * x2) * pow(1 - t, -1, P) % P,
    )


@cache
def times(scalar: int, point: Point) -> Point:
    total = ZERO
    while scalar:
        if scalar & 1:
            total = add(total, point)
        point, scalar = add(point, point), scalar >> 1
    return total


def encoded(point: Point) -> bytes:
    x, y = point
    return (y | (x & 1) << 255).to_bytes(32, "little")


def of_order_eight() -> Point:
    """A point that only eight times itself is nothing."""
    y = 0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD83D3D706A17C7
    u, v = (y * y - 1) % P, (D * y * y + 1) % P
    x = pow(u * pow(v, P - 2, P), (P + 3) // 8, P)
    if (v * x * x - u) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    return x, y


def spellings(point: Point) -> Iterator[bytes]:
    """Every encoding that some library reads as this point: y not reduced, and a sign for a zero."""
    x, y = point
    for written in (y, y + P):
        if written < 2**255:
            for sign in {x & 1, 1} if x == 0 else {x & 1}:
                yield (written | sign << 255).to_bytes(32, "little")


def signature(secret: int, key: bytes, message: bytes, extra: Point = ZERO) -> bytes:
    """Signed truly by ``secret`` for the key bytes given; ``extra`` of small order is added to R."""
    nonce = int.from_bytes(hashlib.sha512(b"nonce" + message).digest(), "little") % L
    r = encoded(add(times(nonce, BASE), extra))
    h = int.from_bytes(hashlib.sha512(r + key + message).digest(), "little") % L
    return r + ((nonce + h * secret) % L).to_bytes(32, "little")


def unusual() -> Iterator[tuple[str, bytes, bytes, bytes]]:
    """(name, key, signature, message) of each kind."""
    secret, eight = 123456789, of_order_eight()
    honest = encoded(times(secret, BASE))
    messages = [f"message {number}".encode() for number in range(6)]
    good = signature(secret, honest, messages[0])
    s = int.from_bytes(good[32:], "little")
    yield "honest", honest, good, messages[0]
    yield "S plus the order", honest, good[:32] + (s + L).to_bytes(32, "little"), messages[0]
    yield "S is the order", honest, good[:32] + L.to_bytes(32, "little"), messages[0]
    yield "S is nothing", honest, good[:32] + bytes(32), messages[0]
    yield "highest bits of S", honest, good[:63] + bytes([good[63] | 0xE0]), messages[0]
    yield "no point", b"\x02" + bytes(31), good, messages[0]
    for order in range(8):
        small = times(order, eight)
        for key in spellings(small):
            for r in {bytes(32), *spellings(ZERO), *spellings(small)}:
                for message in messages[:4]:
                    yield f"small key {order}", key, r + bytes(32), message
        mixed = encoded(add(times(secret, BASE), small))
        for message in messages:
            yield f"mixed key {order}", mixed, signature(secret, mixed, message), message
            yield f"small part in R {order}", honest, signature(secret, honest, message, small), message
    for r in spellings(ZERO):
        h = int.from_bytes(hashlib.sha512(r + honest + messages[0]).digest(), "little") % L
        yield "R is nothing", honest, r + (h * secret % L).to_bytes(32, "little"), messages[0]
