"""Conditions as data: a small boolean grammar over facts, kinds of product and site, and the year in the scheme.

Nothing is run. What is written is either one of the forms below or a fault that says which form was meant::

    {fact: x}   {fact: x, is: v}   {fact: x, in: [v, w]}   {fact: x, has: v}   {fact: n, at_least: 10}
    {product: [kind]}   {site: [kind]}   {year: {at_least: 2}}   {not: C}   {all: [C, D]}   {any: [C, D]}
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from seal.protocols.edge import is_plain_number

Place = tuple[str | int, ...]


class Compare(StrEnum):
    """How a value is compared. The last four are of numbers."""

    IS = "is"
    IN = "in"
    HAS = "has"
    AT_LEAST = "at_least"
    ABOVE = "above"
    AT_MOST = "at_most"
    BELOW = "below"


NUMERIC = frozenset({Compare.AT_LEAST, Compare.ABOVE, Compare.AT_MOST, Compare.BELOW})
OF_YEAR = NUMERIC | {Compare.IS}
FORMS = ("fact", "product", "site", "year", "not", "all", "any")


@dataclass(frozen=True)
class Comparison:
    """``at_least: 10``. ``against`` is a tuple of words for ``in``, else one value."""

    how: Compare
    against: bool | str | Decimal | tuple[str, ...]


@dataclass(frozen=True)
class Fault:
    """What is wrong with a condition, and where inside it. ``near``: the words that would do."""

    code: str
    place: Place = ()
    value: str = ""
    near: tuple[str, ...] = ()


class WrongConditionError(ValueError):
    """Carries every fault of one condition."""

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("a condition that cannot be read")


@dataclass(frozen=True)
class Condition:
    """Exactly one of a fact, kinds of product, kinds of site, a year, a negation, all of, any of."""

    fact: str | None = None
    negated: Condition | None = None
    all_of: tuple[Condition, ...] = ()
    any_of: tuple[Condition, ...] = ()
    compare: Comparison | None = None
    """Of the fact or the year. ``None`` beside a fact: it is true."""
    products: tuple[str, ...] = ()
    sites: tuple[str, ...] = ()
    year: bool = False
    """``compare`` is about the year in the scheme."""

    def parts(self) -> Iterator[Condition]:
        """This one, and every condition inside it."""
        yield self
        for part in (*self.all_of, *self.any_of, *((self.negated,) if self.negated is not None else ())):
            yield from part.parts()

    def facts(self) -> frozenset[str]:
        """Every fact that it names."""
        return frozenset(part.fact for part in self.parts() if part.fact is not None)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Callable[[Any], Any]) -> dict[str, Any]:
        return {"type": "function-plain", "function": {"type": "no-info", "function": read}}

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: Any, handler: Any) -> dict[str, Any]:
        return {"title": "Condition", "type": "object", "$comment": "condition"}


def read(data: Any) -> Condition:
    """The condition that ``data`` writes. Raises :class:`WrongConditionError` with every fault in it."""
    if isinstance(data, Condition):
        return data
    faults: list[Fault] = []
    found = _read(data, (), faults)
    if faults or found is None:
        raise WrongConditionError(faults or [Fault("protocols.condition")])
    return found


def _read(data: Any, place: Place, faults: list[Fault]) -> Condition | None:
    if not isinstance(data, dict) or not data:
        faults.append(Fault("protocols.condition", place))
        return None
    unknown = [key for key in data if key not in FORMS and ("fact" not in data or key not in list(Compare))]
    for key in unknown:
        faults.append(Fault("protocols.unknown_key", (*place, key), str(key), (*FORMS, *Compare)))
    if unknown:
        return None
    form = next((key for key in FORMS if key in data), None)
    if form is None or sum(key in FORMS for key in data) > 1 or len(data) > 2:
        faults.append(Fault("protocols.condition", place))
        return None
    return _FORMS[form](data, (*place, form), faults)


def _fact(data: Any, place: Place, faults: list[Fault]) -> Condition | None:
    if not isinstance(data["fact"], str):
        faults.append(Fault("protocols.condition", place[:-1]))
        return None
    how = next((key for key in data if key != "fact"), None)
    if how is None:
        return Condition(fact=data["fact"])
    compare = _comparison(Compare(how), data[how], (*place[:-1], how), faults)
    return None if compare is None else Condition(fact=data["fact"], compare=compare)


def _comparison(how: Compare, value: Any, place: Place, faults: list[Fault]) -> Comparison | None:
    if how is Compare.IN:
        if isinstance(value, list) and value and all(isinstance(word, str) for word in value):
            return Comparison(how, tuple(value))
    elif isinstance(value, bool):
        if how is Compare.IS:
            return Comparison(how, value)
    elif isinstance(value, int | Decimal) or (isinstance(value, str) and is_plain_number(value)):
        if how is not Compare.HAS:
            return Comparison(how, Decimal(value))
    elif isinstance(value, str) and value and how not in NUMERIC:
        return Comparison(how, value)
    faults.append(Fault(f"protocols.compare_{'number' if how in NUMERIC else how.value}", place, str(value)[:60]))
    return None


def _kinds(data: Any, place: Place, faults: list[Fault]) -> Condition | None:
    form = str(place[-1])
    value = data[form]
    if not isinstance(value, list) or not value or not all(isinstance(kind, str) for kind in value):
        faults.append(Fault("protocols.compare_in", place, str(value)[:60]))
        return None
    return Condition(products=tuple(value)) if form == "product" else Condition(sites=tuple(value))


def _year(data: Any, place: Place, faults: list[Fault]) -> Condition | None:
    value = data["year"]
    if not isinstance(value, dict) or len(value) != 1 or next(iter(value)) not in list(OF_YEAR):
        faults.append(Fault("protocols.compare_year", place, str(value)[:60]))
        return None
    ((how, against),) = value.items()
    compare = _comparison(Compare(how), against, (*place, how), faults)
    if compare is not None and not isinstance(compare.against, Decimal):
        faults.append(Fault("protocols.compare_number", (*place, how), str(against)[:60]))
        return None
    return None if compare is None else Condition(year=True, compare=compare)


def _not(data: Any, place: Place, faults: list[Fault]) -> Condition | None:
    inside = _read(data["not"], place, faults)
    return None if inside is None else Condition(negated=inside)


def _several(data: Any, place: Place, faults: list[Fault]) -> Condition | None:
    inside = data[place[-1]]
    if not isinstance(inside, list) or not inside:
        faults.append(Fault("protocols.condition", place[:-1]))
        return None
    parts = [_read(part, (*place, index), faults) for index, part in enumerate(inside)]
    known = tuple(part for part in parts if part is not None)
    return Condition(all_of=known) if place[-1] == "all" else Condition(any_of=known)


_FORMS: dict[str, Callable[[Any, Place, list[Fault]], Condition | None]] = {
    "fact": _fact,
    "product": _kinds,
    "site": _kinds,
    "year": _year,
    "not": _not,
    "all": _several,
    "any": _several,
}
