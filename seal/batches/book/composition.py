"""What a lot is made of, and what was made of it. Pure.

A lot gets its content by one entry, its origin; its parents are the lots which that entry took from, or which the
entry that it is ``about`` took from (a dispatch that was received, goods that a subcontractor sends back). Nothing is
made of itself: the graph has no circles. A parent's share is its part of the amounts that went in, millilitres
counted as grams unless the lot's reading ``density`` says otherwise; pieces are weighed by ``grams`` of their lot.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from uuid import UUID

from seal.batches.book.model import ANSWERS, ORIGINS, Dimension, Entry, Line, Lot, standing_entries
from seal.protocols.values import read_value

GRAMS = "grams"
"""The reading that says what one piece weighs."""
DENSITY = "density"
"""The reading that says how many grams a millilitre weighs."""


@dataclass(frozen=True)
class Part:
    """A parent of a lot: how much of it went in (base unit), and its share of all that went in."""

    lot_id: UUID
    amount: int
    share: Fraction


class Graph:
    """Lots and standing entries, asked for parents and children."""

    def __init__(self, lots: Iterable[Lot], entries: Iterable[Entry]) -> None:
        self.lots: Mapping[UUID, Lot] = {lot.id: lot for lot in lots}
        stands = standing_entries(entries)
        self.entries: Mapping[UUID, Entry] = {entry.id: entry for entry in stands}
        self.origin: dict[UUID, Entry] = {}
        self._children: dict[UUID, list[UUID]] = {}
        for entry in sorted(stands, key=lambda one: (one.recorded_at, one.id)):
            if entry.kind not in ORIGINS:
                continue
            sources = {line.lot_id for line in self.sources(entry)}
            for line in entry.given:
                if line.lot_id in self.origin or line.lot_id in sources:
                    continue  # goods that come back are no new lot
                self.origin[line.lot_id] = entry
                for parent in sources:
                    self._children.setdefault(parent, []).append(line.lot_id)

    def sources(self, entry: Entry) -> tuple[Line, ...]:
        """The lines that an entry's goods were taken by: its own, else those of the entry that it is ``about``."""
        if entry.kind in ANSWERS and entry.about is not None:
            about = self.entries.get(entry.about)
            return about.taken if about is not None else ()
        return entry.taken

    def parents(self, lot_id: UUID) -> tuple[Part, ...]:
        """What a lot is made of, in the order written; empty for what was harvested, bought or counted."""
        origin = self.origin.get(lot_id)
        if origin is None:
            return ()
        lines = self.sources(origin)
        weights = [weight(self.lots[line.lot_id], -line.change) for line in lines]
        total = sum(weights, Fraction(0))
        return tuple(
            Part(line.lot_id, -line.change, each / total) for line, each in zip(lines, weights, strict=True) if total
        )

    def children(self, lot_id: UUID) -> tuple[UUID, ...]:
        """The lots that were made of it, in the order written."""
        return tuple(self._children.get(lot_id, ()))

    def ancestors(self, lot_id: UUID) -> tuple[UUID, ...]:
        """Every lot that it descends from, nearest first, itself left out."""
        return self._walk(lot_id, lambda one: tuple(part.lot_id for part in self.parents(one)))

    def descendants(self, lot_id: UUID) -> tuple[UUID, ...]:
        """Every lot that descends from it, nearest first, itself left out."""
        return self._walk(lot_id, self.children)

    def roots(self, lot_id: UUID) -> tuple[UUID, ...]:
        """The lots without parents that it descends from; itself, if it has none."""
        return tuple(one for one in (lot_id, *self.ancestors(lot_id)) if not self.parents(one))

    def _walk(self, start: UUID, following: Callable[[UUID], tuple[UUID, ...]]) -> tuple[UUID, ...]:
        seen = {start}
        found: list[UUID] = []
        level = [start]
        while level:
            level = [new for one in level for new in following(one) if not (new in seen or seen.add(new))]  # type: ignore[func-returns-value]
            found += level
        return tuple(found)


def weight(lot: Lot, amount: int) -> Fraction:
    """An amount in grams, as well as it is known; only shares are worked out of it."""
    if lot.dimension is Dimension.MASS:
        return Fraction(amount)
    reading = lot.readings.get(GRAMS if lot.dimension is Dimension.COUNT else DENSITY)
    return amount * (Fraction(read_value(reading)) if reading else Fraction(1))
