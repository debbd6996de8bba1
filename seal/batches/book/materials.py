"""What a producer may bring in and make, by the protocols of its products. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from seal.protocols.model import Protocol
from seal.protocols.terms import Formula

HELPERS = frozenset({"sugar", "salt", "rennet", "pectin"})
"""Materials that only help: they say nothing of where a product comes from."""
OF_BASIS = {"hives": "honey"}
_OF_FORMULA = {
    Formula.SOLUBLE_SOLIDS: ("fruit", "sugar", "pectin", "jam"),
    Formula.LITRES_PER_KG: ("rennet", "salt"),
}
OTHER = "other"
EVERY = (
    *("honey", "fruit", "sugar", "milk", "cheese", "gutted_fish", "fillet", "live_mussel", "smoked_meat"),
    *("greasy_wool", "clean_wool", "yarn", "salt", "rennet", "pectin"),
)
"""Words of the book, for a producer whose protocols name none."""
UNIT = {"milk": "l"}
"""The unit in which a material is asked for, where it is not the kilogram."""


def offered(protocols: Iterable[Protocol]) -> tuple[str, ...]:
    """Materials in the order of the work: what comes in first. ``OTHER`` at the end, for a word of one's own."""
    found: list[str] = []
    for protocol in protocols:
        capacity = protocol.rules.capacity
        if capacity is None:
            continue
        if capacity.basis in OF_BASIS:
            found.append(OF_BASIS[capacity.basis])
        for step in capacity.yields:
            found += [one for one in (step.from_, step.to) if one]
        found += _OF_FORMULA.get(capacity.formula, ())
    return (*(dict.fromkeys(found) or EVERY), OTHER)
