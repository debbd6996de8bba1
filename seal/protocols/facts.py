"""Facts about a producer: what kind of value each takes, and values as conditions compare them. Unknown is ``None``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from fractions import Fraction

from seal.protocols.document import number
from seal.protocols.edge import is_plain_number
from seal.protocols.terms import FactType

Value = bool | int | str | Decimal | Fraction | frozenset[str] | tuple[str, ...] | list[str] | None
"""A fact as told: yes or no, a number (text such as ``"3.5"`` too), a choice, several choices, or unknown."""

Facts = Mapping[str, Value]

NONE = "none"
"""In a form: none of several, which is not the same as unknown."""


@dataclass(frozen=True)
class FactRule:
    """A question about the producer, asked once. Unknown is a value: the point then applies."""

    id: str
    type: FactType
    unit: str = ""
    plausible: tuple[Decimal, Decimal] | None = None
    """Outside it a number is asked again, never refused."""
    choices: tuple[str, ...] = ()

    def known(self, value: Value) -> Value:
        """``value`` as this fact's type has it; ``None`` for one that is unknown or of another type."""
        if self.type is FactType.YES_NO:
            return value if isinstance(value, bool) else None
        if self.type is FactType.NUMBER:
            return number_of(value)
        if self.type is FactType.CHOICE:
            return value if isinstance(value, str) and value in self.choices else None
        several = chosen(value)
        return None if several is None else frozenset(several & set(self.choices))

    def told(self, words: Sequence[str]) -> Value:
        """The value that the words of a form say: ``yes``, ``3,5``, a choice, several or ``none`` of them.

        What says nothing that this fact can have is unknown.
        """
        said = [word.strip() for word in words if word.strip()]
        if not said:
            return None
        if self.type is FactType.YES_NO:
            return {"yes": True, "no": False}.get(said[-1])
        if self.type is FactType.NUMBER:
            return self.known(said[-1].replace(",", "."))
        if self.type is FactType.CHOICE:
            return self.known(said[-1])
        return self.known(said) if NONE in said or set(self.choices).intersection(said) else None

    def takes(self, value: Value) -> bool:
        """Whether ``value`` is one that this fact can have: a choice that there is, a number written out."""
        if self.type is FactType.MULTI:
            several = chosen(value)
            return several is not None and several <= set(self.choices)
        return self.known(value) is not None


def number_of(value: Value) -> Fraction | None:
    """A number exactly, from text too; ``None`` for anything else. ``TypeError`` for a float, which is never exact."""
    if isinstance(value, float):
        raise TypeError("a fact is never a float")
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, str):
        return Fraction(value) if is_plain_number(value) else None
    return Fraction(value) if isinstance(value, int | Decimal | Fraction) else None


def chosen(value: Value) -> frozenset[str] | None:
    """Several choices; ``None`` for anything else."""
    if not isinstance(value, frozenset | tuple | list) or not all(isinstance(each, str) for each in value):
        return None
    return frozenset(value)


def as_json(value: Value) -> bool | str | list[str] | None:
    """How a fact stands in a kept document: numbers as decimal strings, choices in order."""
    if value is None or isinstance(value, bool | str):
        return value
    several = chosen(value)
    if several is not None:
        return sorted(several)
    exact = number_of(value)
    assert exact is not None
    with localcontext(prec=80):  # a number as typed has 36 digits at most
        return number(Decimal(exact.numerator) / exact.denominator)
