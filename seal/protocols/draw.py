"""How many of a population are looked at, and which: integers only, and a draw that anyone can repeat.

The seed is made before anybody knows what there is to choose from, and its SHA-256 is published (the commitment).
At the draw the seed is revealed. Each unit's place is the SHA-256 of ``<seed>:<unit>``; the lowest are drawn::

    printf %s "$seed" | sha256sum                                     # the commitment
    for u in LOT-1 LOT-2 LOT-3; do echo "$(printf %s "$seed:$u" | sha256sum) $u"; done | sort   # the first k

Sizes follow CERTIFICATION A6 (IAF MD 1: the square root, rounded up; EU 2021/279 art. 7: a percentage and a least).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from fractions import Fraction
from math import isqrt

from seal.errors import BadInput

_SEED = re.compile(r"[0-9a-f]{32,128}")
RANDOM_SHARE = Fraction(1, 4)
"""At least this part of a sample is drawn; the rest may be chosen for its risk (IAF MD 1)."""


def ceiling(number: Fraction) -> int:
    return -(-number.numerator // number.denominator)


def root(population: int, share: Fraction = Fraction(1)) -> int:
    """``share`` times the square root of the population, rounded up, and never more than there are."""
    square = ceiling(share * share * population)  # ceil(sqrt(x)) = ceil(sqrt(ceil(x))) for x >= 0
    return min(population, isqrt(square - 1) + 1) if square else 0


def percent(population: int, of: Decimal | Fraction | int, least: int = 1) -> int:
    """``of`` percent of the population, rounded up, ``least`` at least, and never more than there are."""
    return min(population, max(least, ceiling(Fraction(of) * population / 100)))


def commitment(seed: str) -> str:
    """What is published before the draw: the SHA-256 of the seed as text, in hexadecimal."""
    return hashlib.sha256(_checked(seed).encode("ascii")).hexdigest()


def draw(seed: str, population: Iterable[str], size: int, chosen: Sequence[str] = ()) -> tuple[str, ...]:
    """``size`` units of ``population``: those ``chosen`` for their risk, then the lowest places of the draw.

    The order in which the population is given does not matter. Raises ``BadInput`` for a unit twice in the
    population, for a chosen one outside it, and where fewer than a quarter would be left to the draw.
    """
    units = list(population)
    known = set(units)
    if len(known) != len(units):
        raise BadInput("protocols.sample_twice", field="population")
    if not known.issuperset(chosen) or len(set(chosen)) != len(chosen):
        raise BadInput("protocols.sample_unknown", field="chosen", unit=", ".join(chosen)[:40])
    size = min(size, len(units))
    drawn = size - len(chosen)
    if chosen and drawn < ceiling(size * RANDOM_SHARE):
        raise BadInput("protocols.sample_not_random", field="chosen", least=ceiling(size * RANDOM_SHARE), size=size)
    places = sorted((place(seed, unit), unit) for unit in known.difference(chosen))
    return (*chosen, *(unit for _, unit in places[:drawn]))


def place(seed: str, unit: str) -> str:
    """Where the draw puts a unit: the lower, the sooner."""
    return hashlib.sha256(f"{_checked(seed)}:{unit}".encode()).hexdigest()


def opens(seed: str, published: str) -> bool:
    """Whether ``seed`` is the one that was committed to."""
    return commitment(seed) == published


def _checked(seed: str) -> str:
    if not _SEED.fullmatch(seed):
        raise BadInput("protocols.sample_seed", field="seed")
    return seed
