"""What a producer can make: a fixed catalogue of formulas, worked out exactly. Nothing in a file is run.

Each gives two lines (CERTIFICATION C3): ``typical``, the band that nobody asks about, and ``cap``, above which people
decide. A great year is never cut off silently, and a cap is never raised silently.

========================  =====================================  =============================================
formula                   inputs                                 what comes out, in the capacity's unit
========================  =====================================  =============================================
``per_basis``             the number fact ``basis``              count × what one unit of it can yield
``yield``                 the number fact ``basis``              input × the yield of each step, in percent
``litres_per_kg``         the number fact ``basis`` (litres)     litres ÷ the litres that one kilogram takes
``soluble_solids``        fruit, its °Brix, sugar, final °Brix   solids that go in ÷ their share in what comes out
========================  =====================================  =============================================
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce

from seal.errors import BadInput, Reason
from seal.protocols.quantities import Capacity, Yield
from seal.protocols.situation import Situation, truth
from seal.protocols.terms import Formula

SUGAR_SOLIDS = Fraction(99)
"""Percent of table sugar that is soluble solids."""
SOLIDS_TYPICAL = Fraction(1)
SOLIDS_CAP = Fraction(105, 100)
"""Pectin, acid and error of reading may add a twentieth; more was not in the pot."""

INPUTS: Mapping[Formula, tuple[str, ...]] = {
    Formula.PER_BASIS: (),
    Formula.YIELD: (),
    Formula.LITRES_PER_KG: (),
    Formula.SOLUBLE_SOLIDS: ("fruit_kg", "fruit_brix", "sugar_kg", "final_brix"),
}
"""What a formula asks for beside ``basis``."""


@dataclass(frozen=True)
class Expected:
    """What can come out, in the capacity's unit; no typical band where the file names none."""

    low: Fraction | None
    high: Fraction | None
    cap: Fraction

    def verdict(self, made: Fraction) -> str:
        """``decide`` above the cap, ``ask`` outside the typical band, else ``usual``."""
        if made > self.cap:
            return "decide"
        outside = (self.high is not None and made > self.high) or (self.low is not None and made < self.low)
        return "ask" if outside else "usual"


def expected(capacity: Capacity, given: Mapping[str, Fraction], situation: Situation) -> Expected:
    """What ``capacity`` allows for the inputs ``given``: the basis, or what the formula asks for, by name.

    Raises ``BadInput('protocols.capacity_input')`` with every input that is missing, negative, or zero where it
    divides.
    """
    needed = INPUTS[capacity.formula] or (capacity.basis,)
    wrong = [name for name in needed if name not in given or given[name] < 0]
    wrong += [name for name in ("final_brix",) if name in needed and name not in wrong and not given[name]]
    if wrong:
        raise BadInput.because(Reason("protocols.capacity_input", {"field": name, "input": name}) for name in wrong)
    steps = [each for each in capacity.yields if each.when is None or truth(each.when, situation) is not False]
    if capacity.formula is Formula.SOLUBLE_SOLIDS:
        return _soluble_solids(given, steps)
    basis = given[capacity.basis]
    if capacity.formula is Formula.PER_BASIS:
        return _per_basis(capacity, basis)
    if not steps:  # nothing is known to be made
        return Expected(None, None, Fraction(0))
    return _yield(basis, steps) if capacity.formula is Formula.YIELD else _litres_per_kg(basis, steps)


def _per_basis(capacity: Capacity, count: Fraction) -> Expected:
    assert capacity.per_basis_max is not None
    low, high = capacity.per_basis_typical or (None, None)
    return Expected(
        None if low is None else count * Fraction(low),
        None if high is None else count * Fraction(high),
        count * Fraction(capacity.per_basis_max),
    )


def _yield(amount: Fraction, steps: list[Yield]) -> Expected:
    """Every way from a first to a last material is possible: the band holds all of them, the cap is the highest."""
    ways = list(chains(steps))
    return Expected(
        amount * min(_product(Fraction(step.typical[0]) for step in way) for way in ways),
        amount * max(_product(Fraction(step.typical[1]) for step in way) for way in ways),
        amount * max(_product(Fraction(step.cap) for step in way) for way in ways),
    )


def chains(steps: Sequence[Yield]) -> Iterator[tuple[Yield, ...]]:
    """Every chain of steps from a material that none of them makes to one that none of them takes.

    Steps that name no materials follow each other as listed. Steps that go round in a circle give no chain.
    """
    if not all(step.from_ and step.to for step in steps):
        yield tuple(steps)
        return
    made = {step.to for step in steps}
    taken = {step.from_ for step in steps}
    open_: list[tuple[Yield, ...]] = [(step,) for step in steps if step.from_ not in made]
    while open_:
        chain = open_.pop()
        if chain[-1].to not in taken:
            yield chain
        open_ += [(*chain, step) for step in steps if step.from_ == chain[-1].to and step not in chain]


def _product(percents: Iterable[Fraction]) -> Fraction:
    return reduce(lambda share, percent: share * percent / 100, percents, Fraction(1))


def _litres_per_kg(litres: Fraction, ways: list[Yield]) -> Expected:
    """More litres for a kilogram is less cheese, so the cap is the fewest litres that anybody believes."""
    return Expected(
        litres / max(Fraction(way.typical[1]) for way in ways),
        litres / min(Fraction(way.typical[0]) for way in ways),
        litres / min(Fraction(way.cap) for way in ways),
    )


def _soluble_solids(given: Mapping[str, Fraction], steps: list[Yield]) -> Expected:
    """Solids are neither made nor lost: (fruit × °Brix + sugar × 99) ÷ final °Brix."""
    solids = given["fruit_kg"] * given["fruit_brix"] + given["sugar_kg"] * SUGAR_SOLIDS
    mass = solids / given["final_brix"]
    if not steps:
        return Expected(None, mass * SOLIDS_TYPICAL, mass * SOLIDS_CAP)
    return Expected(
        mass * min(Fraction(step.typical[0]) for step in steps) / 100,
        mass * max(Fraction(step.typical[1]) for step in steps) / 100,
        mass * max(Fraction(step.cap) for step in steps) / 100,
    )
