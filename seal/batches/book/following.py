"""What went into a batch, followed back through splits, blends and makings to what came in. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from uuid import UUID

from seal.batches.book.composition import DENSITY, Graph, weight
from seal.batches.book.model import Dimension, EntryKind, Lot
from seal.errors import BadInput
from seal.protocols.values import read_value


@dataclass(frozen=True)
class Used:
    """What of one lot went into a batch, in the lot's base unit; exact."""

    lot: Lot
    amount: Fraction

    @property
    def grams(self) -> Fraction:
        return self.amount * weight(self.lot, 1)

    @property
    def litres(self) -> Fraction:
        """Litres, of a weighed lot by its density (1 where nobody measured it)."""
        if self.lot.dimension is Dimension.VOLUME:
            return self.amount / 1000
        read = reading(self.lot, DENSITY)
        return self.grams / 1000 / (read or 1)


def inputs(graph: Graph, lot_id: UUID) -> tuple[Used, ...]:
    """What went into a lot, followed back to what came in: each lot once, in the order met.

    A lot of which half was used brings half of what it was made of; what a making lost counts with what came of it,
    what was lost on its own does not. Goods received and other batches are where following ends: they have a history
    of their own.
    """
    found: dict[UUID, Fraction] = {}
    open_ = [(part, Fraction(1)) for part in _taken(graph, lot_id)]
    while open_:
        (parent, amount), share = open_.pop(0)
        lot, origin = graph.lots[parent], graph.origin.get(parent)
        if not graph.parents(parent) or lot.batch_id is not None or origin is None or origin.kind is EntryKind.RECEIVE:
            found[parent] = found.get(parent, Fraction(0)) + amount * share
            continue
        out = sum((weight(graph.lots[line.lot_id], line.change) for line in origin.given), Fraction(0))
        of_it = weight(lot, 1) * amount * share / out
        open_ += [(part, of_it) for part in _taken(graph, parent)]
    return tuple(Used(graph.lots[one], amount) for one, amount in found.items())


def _taken(graph: Graph, lot_id: UUID) -> list[tuple[UUID, int]]:
    return [(part.lot_id, part.amount) for part in graph.parents(lot_id)]


def reading(lot: Lot, name: str) -> Fraction | None:
    """A reading as a number; ``None`` for one that is missing or no number above nought."""
    try:
        read = Fraction(read_value(lot.readings.get(name, "")))
    except BadInput:
        return None
    return read if read > 0 else None
