"""Reconciliation ("cuadre de cantidades"): what a batch came to, against what can come out of what went in. Pure.

Not ISO 22095's "mass balance", which mixes certified with uncertified: here no gram is made of nothing.

========================  ==================================  ===================================================
formula                   what went in                        what can come out (CERTIFICATION C3)
========================  ==================================  ===================================================
``plain``, for those      main lots, by weight                what went in; never more than the tolerance above it
``per_basis`` too
``yield``                 main lots by weight and material    the yields of the steps from each material on
``litres_per_kg``         main lots in litres                 litres ÷ the litres that one kilogram takes
``soluble_solids``        fruit with its °Brix, sugar         solids that went in ÷ the final °Brix
``per_basis`` (a season)  a fact: hives                       count × what one can yield in the period
========================  ==================================  ===================================================

Three verdicts: ``usual``; ``ask``, outside the typical range, which the producer explains; ``decide``, above the cap,
which a second person lets stand. What is not known gives no cap (``unknown``) and is named. Less than typical is told
apart from the losses that the protocol allows; and never is more out than in, beyond the tolerance, usual.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from uuid import UUID

from seal.batches.book.following import Used, reading
from seal.batches.book.model import UNITS
from seal.errors import Reason
from seal.protocols.capacity import chains, expected
from seal.protocols.facts import number_of
from seal.protocols.quantities import Capacity, Reconciliation, Yield
from seal.protocols.situation import Situation, truth
from seal.protocols.terms import Formula

BRIX = "brix"
"""The reading that says how many percent of a fruit are soluble solids."""
SUGAR = "sugar"
PLAIN = "plain"


class Verdict(StrEnum):
    """Worst last, for sorting."""

    USUAL = "usual"
    UNKNOWN = "unknown"
    ASK = "ask"
    DECIDE = "decide"


class Scope(StrEnum):
    """What is reconciled: one batch, the protocol's period, or twelve months."""

    BATCH = "batch"
    PERIOD = "period"
    YEAR = "year"


@dataclass(frozen=True)
class Balance:
    """One sum, worked out. Grams everywhere; ``made`` is what was declared. ``missing`` says why there is no cap.

    ``basis`` and ``count``: the fact that a ``per_basis`` sum stands on. ``final_brix`` as the batch's test has it.
    """

    scope: Scope
    formula: str
    made: Fraction
    used: tuple[Used, ...] = ()
    low: Fraction | None = None
    high: Fraction | None = None
    cap: Fraction | None = None
    missing: tuple[Reason, ...] = ()
    basis: str = ""
    count: Fraction | None = None
    final_brix: Fraction | None = None
    since: date | None = None
    until: date | None = None
    batches: int = 1

    @property
    def verdict(self) -> Verdict:
        if self.cap is None:
            return Verdict.UNKNOWN
        if self.made > self.cap:
            return Verdict.DECIDE
        outside = (self.high is not None and self.made > self.high) or (self.low is not None and self.made < self.low)
        return Verdict.ASK if outside else Verdict.USUAL


def of_batch(
    capacity: Capacity | None,
    terms: Reconciliation | None,
    here: Situation,
    used: Sequence[Used],
    made: Fraction,
    final_brix: Fraction | None = None,
) -> Balance | None:
    """The sum of one batch; ``None`` where the protocol has no such rule."""
    if capacity is None or capacity.formula is Formula.PER_BASIS:
        return None if terms is None else _plain(used, made, terms)
    blank = Balance(Scope.BATCH, capacity.formula.value, made, tuple(used), final_brix=final_brix)
    if capacity.unit.lower() not in UNITS:
        return replace(blank, missing=(Reason("book.sum_unit", {"unit": capacity.unit}),))
    steps = [each for each in capacity.yields if each.when is None or truth(each.when, here) is not False]
    if capacity.formula is Formula.SOLUBLE_SOLIDS:
        found = _soluble_solids(blank, capacity, here)
    elif not steps:
        found = replace(blank, missing=(Reason("book.sum_no_yield"),))
    elif capacity.formula is Formula.LITRES_PER_KG:
        litres = sum((one.litres for one in used if one.lot.main), Fraction(0))
        found = _within(blank, [replace(capacity, yields=tuple(steps))], litres, here)
    else:
        found = _yield(blank, capacity, steps, here)
    return _with_loss(found, terms)


def _plain(used: Sequence[Used], made: Fraction, terms: Reconciliation) -> Balance:
    into = sum((one.grams for one in used if one.lot.main), Fraction(0))
    most = into * (100 + Fraction(terms.tolerance_percent)) / 100
    return _with_loss(Balance(Scope.BATCH, PLAIN, made, tuple(used), into, most, most), terms)


def _with_loss(found: Balance, terms: Reconciliation | None) -> Balance:
    """Less than typical is asked about only beyond the loss and the tolerance that the protocol grants."""
    if terms is None or found.low is None:
        return found
    granted = Fraction(terms.loss_percent) + Fraction(terms.tolerance_percent)
    return replace(found, low=found.low * (100 - granted) / 100)


def _within(blank: Balance, ways: Sequence[Capacity], basis: Fraction, here: Situation) -> Balance:
    """Every way is possible: the range holds all of them, the cap is the highest."""
    grams = _grams(ways[0])
    found = [expected(each, {each.basis: basis}, here) for each in ways]
    lows, highs = [one.low for one in found], [one.high for one in found]
    return replace(
        blank,
        low=_sum(blank.low, min((low for low in lows if low is not None), default=None), grams),
        high=_sum(blank.high, max((high for high in highs if high is not None), default=None), grams),
        cap=_sum(blank.cap, max(one.cap for one in found), grams),
    )


def _grams(capacity: Capacity) -> Fraction:
    """Of one unit in which a capacity counts what comes out."""
    return Fraction(UNITS[capacity.unit.lower()][1])


def _sum(before: Fraction | None, more: Fraction | None, grams: Fraction) -> Fraction | None:
    return None if more is None else (before or Fraction(0)) + more * grams


def _yield(blank: Balance, capacity: Capacity, steps: Sequence[Yield], here: Situation) -> Balance:
    """Each main lot by the steps that lead on from its material, to the batch's kind of product if they name it."""
    found, grams = blank, _grams(capacity)
    for one in (each for each in blank.used if each.lot.main):
        ways = _from(steps, one.lot.material, here.products)
        if not ways:
            missing = (*blank.missing, Reason("book.sum_material", {"lot": one.lot.name}))
            return replace(blank, missing=missing)
        # each way's conditions were asked above: a step that may hold stays
        paths = [replace(capacity, yields=tuple(replace(step, when=None) for step in way)) for way in ways]
        found = _within(found, paths, one.grams / grams, here)
    return found


def _from(steps: Sequence[Yield], material: str, products: frozenset[str] | None) -> list[tuple[Yield, ...]]:
    """The chains of steps from a material on. Steps without materials follow each other whatever went in."""
    if not all(step.from_ and step.to for step in steps):
        return list(chains(steps))
    ends = {step.to for step in steps} - {step.from_ for step in steps}
    wanted = ends & products if products else set()
    found = []
    for way in chains(steps):
        place = next((at for at, step in enumerate(way) if step.from_ == material), None)
        if place is not None and (not wanted or way[-1].to in wanted):
            found.append(way[place:])
    return found


def _soluble_solids(blank: Balance, capacity: Capacity, here: Situation) -> Balance:
    """Fruit by its °Brix, sugar, and what else has a °Brix; what only helps and has none is left out."""
    fruit = [one for one in blank.used if one.lot.material != SUGAR and (one.lot.main or reading(one.lot, BRIX))]
    missing = [Reason("book.sum_no_brix", {"lot": one.lot.name}) for one in fruit if reading(one.lot, BRIX) is None]
    if not blank.final_brix:
        missing.append(Reason("book.sum_no_final_brix"))
    if missing:
        return replace(blank, missing=(*blank.missing, *missing))
    kilos = sum((one.grams for one in fruit), Fraction(0)) / 1000
    solids = sum((one.grams * (reading(one.lot, BRIX) or 0) for one in fruit), Fraction(0)) / 1000
    sugar = sum((one.grams for one in blank.used if one.lot.material == SUGAR), Fraction(0)) / 1000
    assert blank.final_brix is not None  # else it is missing
    given = {
        "fruit_kg": kilos,
        "fruit_brix": solids / kilos if kilos else Fraction(0),
        "sugar_kg": sugar,
        "final_brix": blank.final_brix,
    }
    found = expected(capacity, given, here)
    grams = _grams(capacity)
    return replace(
        blank,
        low=_sum(None, found.low, grams),
        high=_sum(None, found.high, grams),
        cap=_sum(None, found.cap, grams),
    )


def of_basis(
    capacity: Capacity,
    facts: Mapping[str, object],
    scope: Scope,
    made: Fraction,
    since: date,
    until: date,
    batches: int,
) -> Balance:
    """The sum of a period by a fact (hives). Less than typical says nothing before the period ends."""
    blank = Balance(
        scope,
        capacity.formula.value,
        made,
        basis=capacity.basis,
        since=since,
        until=until,
        batches=batches,
    )
    count = number_of(facts.get(capacity.basis))  # type: ignore[arg-type]
    if count is None or capacity.unit.lower() not in UNITS:
        return replace(blank, missing=(Reason("book.sum_no_basis", {"basis": capacity.basis}),))
    found = expected(capacity, {capacity.basis: Fraction(count)}, Situation())
    grams = _grams(capacity)
    return replace(
        blank,
        count=Fraction(count),
        high=None if found.high is None else found.high * grams,
        cap=found.cap * grams,
    )


def of_year(each: Sequence[Balance], accepted: Sequence[bool], since: date, until: date) -> Balance | None:
    """Twelve months of batches together. What was accepted above its cap counts as its own cap: the one who let it
    stand saw it. ``None`` where no batch has a sum."""
    if not each:
        return None
    caps = [
        max(one.cap, one.made) if done and one.cap is not None else one.cap
        for one, done in zip(each, accepted, strict=True)
    ]
    lows, highs = [one.low for one in each], [one.high for one in each]
    missing = tuple(dict.fromkeys(reason for one in each for reason in one.missing))
    return Balance(
        Scope.YEAR,
        each[0].formula,
        sum((one.made for one in each), Fraction(0)),
        _together(each),
        _all(lows),
        _all(highs),
        _all(caps),
        missing,
        since=since,
        until=until,
        batches=len(each),
    )


def _all(parts: Sequence[Fraction | None]) -> Fraction | None:
    """Their sum, if each is known."""
    return None if None in parts else sum((part or Fraction(0) for part in parts), Fraction(0))


def _together(each: Sequence[Balance]) -> tuple[Used, ...]:
    found: dict[UUID, Used] = {}
    for one in (used for balance in each for used in balance.used):
        before = found.get(one.lot.id)
        found[one.lot.id] = one if before is None else replace(one, amount=before.amount + one.amount)
    return tuple(found.values())


def words(grams: Fraction) -> str:
    """Grams for a sentence: ``43.5 kg``, ``1.45 kg``, ``850 g``; rounded for reading, never for judging."""
    if abs(grams) < 1000:
        return f"{round(grams)} g"
    kilos = round(Decimal(round(grams)).scaleb(-3), 1 if abs(grams) >= 10_000 else 2)
    return f"{kilos.normalize():f} kg"
