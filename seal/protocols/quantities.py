"""What can be made and what stands on a label: capacity, reconciliation, label rules."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from seal.protocols.conditions import Condition
from seal.protocols.edge import CLOSED, KEYWORDS, Number
from seal.protocols.situation import Situation, truth
from seal.protocols.terms import Allergen, Formula, Period, Review, SerialLevel


@dataclass(frozen=True)
class Yield:
    """One step of what comes out of what goes in, in the words of the formula: percent, litres for a kilogram.

    ``typical`` is the band that nobody asks about; beyond ``cap`` somebody decides. ``from_`` and ``to`` name the
    materials before and after.
    """

    __pydantic_config__ = KEYWORDS
    id: str
    typical: tuple[Number, Number]
    cap: Number
    from_: str = ""
    to: str = ""
    when: Condition | None = None


@dataclass(frozen=True)
class Capacity:
    """What one unit of the basis (a hive) can yield in a period; above ``typical`` ask, above ``max`` decide."""

    __pydantic_config__ = CLOSED
    basis: str
    unit: str
    period: Period
    per_basis_max: Number | None = None
    per_basis_typical: tuple[Number, Number] | None = None
    review: tuple[Review, ...] = ()
    formula: Formula = Formula.PER_BASIS
    yields: tuple[Yield, ...] = ()

    def cap(self, count: Decimal) -> Decimal | None:
        """The most that ``count`` units of the basis can yield in one period, in ``unit``; ``None`` if the formula
        is another one."""
        return None if self.per_basis_max is None else self.per_basis_max * count


@dataclass(frozen=True)
class Reconciliation:
    """Tolerances of the volume reconciliation (ISO 22095: this is not "mass balance")."""

    __pydantic_config__ = CLOSED
    loss_percent: Number
    tolerance_percent: Number
    review: tuple[Review, ...] = ()


@dataclass(frozen=True)
class LabelVariant:
    """Terms of one kind of product, by a condition."""

    __pydantic_config__ = CLOSED
    when: Condition
    shelf_life_days: int | None = None
    release_after_days: int | None = None


@dataclass(frozen=True)
class LabelRules:
    """``storage`` and ``after_opening`` are ids of words. No shelf life at all: wool keeps."""

    __pydantic_config__ = CLOSED
    shelf_life_months: int | None = None
    lot_pattern: str = ""
    shelf_life_days: int | None = None
    release_after_days: int | None = None
    variants: tuple[LabelVariant, ...] = ()
    storage: tuple[str, ...] = ()
    allergens: tuple[Allergen, ...] = ()
    pack_sizes: tuple[str, ...] = ()
    serial: SerialLevel = SerialLevel.UNIT
    after_opening: str | None = None

    def default_days(self, situation: Situation) -> int | None:
        """The shelf life in days that goes without saying: the shortest that holds. ``None`` where there is none, and
        where what is known does not settle which holds: then people say it."""
        unsettled = (truth(each.when, situation) is None and each.shelf_life_days is not None for each in self.variants)
        return None if any(unsettled) else self.certain_days(situation)

    def certain_days(self, situation: Situation) -> int | None:
        """The shortest shelf life in days of those that hold for sure; ``None`` where none does."""
        held = [self.shelf_life_days, *(each.shelf_life_days for each in self._sure(situation))]
        return min((days for days in held if days is not None), default=None)

    def release_days(self, situation: Situation) -> int:
        """Days after production before which nothing is sealed: the most of those that hold for sure, else 0."""
        held = [self.release_after_days, *(each.release_after_days for each in self._sure(situation))]
        return max((days for days in held if days is not None), default=0)

    def _sure(self, situation: Situation) -> tuple[LabelVariant, ...]:
        return tuple(each for each in self.variants if truth(each.when, situation))
