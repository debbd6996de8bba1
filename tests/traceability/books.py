"""Random batch books, and what a drop of dye says of them: an independent reference for traces.

The reference knows nothing of graphs. It pours the entries out one after another, as they were written, from vessel to
vessel, and looks at the end where the colour is.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from random import Random
from uuid import UUID

from seal.batches.book.model import Dimension, Entry, EntryKind, Line, Lot, Standing

START = datetime(2026, 1, 1, tzinfo=UTC)
OWNER = UUID(int=1)
SHOPS = [UUID(int=9000 + number) for number in range(12)]
PRODUCERS = [UUID(int=8000 + number) for number in range(20)]


@dataclass
class Writer:
    """Writes a book entry by entry, never taking more than there is."""

    random: Random
    lots: list[Lot] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    stock: dict[UUID, int] = field(default_factory=dict)
    young: int = 60
    """Among how many of the last lots something is taken."""

    def lot(self, dimension: Dimension = Dimension.MASS, producer: UUID | None = None) -> Lot:
        number = len(self.lots) + 1
        batch_id = UUID(int=number) if dimension is Dimension.COUNT else None
        made = Lot(
            UUID(int=number), OWNER, producer or self.random.choice(PRODUCERS), "honey", f"L{number}", dimension,
            Standing.OWN, START + timedelta(minutes=number), batch_id=batch_id,
            readings={"grams": str(self.random.choice([250, 500, 1000]))} if dimension is Dimension.COUNT else {},
        )  # fmt: skip
        self.lots.append(made)
        return made

    def write(
        self, kind: EntryKind, lines: Iterable[tuple[UUID, int]], *, about: UUID | None = None,
        shop: UUID | None = None, to: UUID | None = None, producer: UUID = OWNER,
    ) -> Entry:  # fmt: skip
        number = len(self.entries) + 1
        entry = Entry(
            UUID(int=100_000 + number), OWNER, producer, kind, date(2026, 1, 1) + timedelta(days=number // 400),
            START + timedelta(days=30, seconds=number), tuple(Line(*line) for line in lines), about=about,
            organisation_id=shop, to_producer_id=to,
        )  # fmt: skip
        self.entries.append(entry)
        for line in entry.lines:
            self.stock[line.lot_id] = self.stock.get(line.lot_id, 0) + line.change
        return entry

    def some(self, most: int, dimension: Dimension | None = None) -> list[Lot]:
        """A few lots with something in them, mostly young ones."""
        full = [
            one
            for one in self.lots[-self.young :]
            if self.stock.get(one.id, 0) > 1 and dimension in (None, one.dimension)
        ]
        return self.random.sample(full, min(len(full), self.random.randint(1, most)))

    def take(self, lot: Lot) -> tuple[UUID, int]:
        return lot.id, -self.random.randint(1, self.stock[lot.id])


def book(count: int, seed: int) -> tuple[list[Lot], list[Entry]]:
    """At least ``count`` lots: harvests, cooking, blends, splits, sealed batches, repacking, dispatches to shops and to
    producers, returns, subcontractors, losses and mistakes that were reversed."""
    pen = Writer(Random(seed), young=max(60, count // 15))
    while len(pen.lots) < count:
        _act(pen)
    return pen.lots, pen.entries


def _act(pen: Writer) -> None:
    what, random = pen.random.random(), pen.random
    inputs = pen.some(4)
    if what < 0.25 or not inputs:
        made = pen.lot()
        pen.write(EntryKind.HARVEST, [(made.id, random.randint(1000, 90_000))])
    elif what < 0.55:
        made = pen.lot(random.choice([Dimension.MASS, Dimension.COUNT]))
        taken = [pen.take(one) for one in inputs]
        entry = pen.write(EntryKind.MAKE, [*taken, (made.id, random.randint(1, 5000))])
        if random.random() < 0.05:
            pen.write(EntryKind.REVERSE, [(one.lot_id, -one.change) for one in entry.lines], about=entry.id)
            again = pen.lot(random.choice([Dimension.MASS, Dimension.COUNT]))
            pen.write(EntryKind.MAKE, [*[pen.take(one) for one in inputs], (again.id, random.randint(1, 5000))])
    elif what < 0.65 and len(inputs) > 1:
        alike = [one for one in inputs if one.dimension is inputs[0].dimension]
        taken = [pen.take(one) for one in alike]
        if len(taken) > 1:
            pen.write(EntryKind.BLEND, [*taken, (pen.lot(alike[0].dimension).id, -sum(x for _, x in taken))])
    elif what < 0.75:
        lot, change = pen.take(inputs[0])
        if change < -1:
            first = random.randint(1, -change - 1)
            a, b = pen.lot(inputs[0].dimension), pen.lot(inputs[0].dimension)
            pen.write(EntryKind.SPLIT, [(lot, change), (a.id, first), (b.id, -change - first)])
    elif what < 0.9:
        _sell(pen, inputs)
    elif what < 0.95:
        lot, change = pen.take(inputs[0])
        sent = pen.write(EntryKind.SEND, [(lot, change)], shop=random.choice(SHOPS))
        if random.random() < 0.5:
            pen.write(EntryKind.BRING_BACK, [(pen.lot().id, random.randint(1, 9000))], about=sent.id)
        elif random.random() < 0.7:
            pen.write(EntryKind.BRING_BACK, [(lot, random.randint(1, -change))], about=sent.id)
    else:
        pen.write(EntryKind.LOSE, [pen.take(inputs[0])])


def _sell(pen: Writer, inputs: list[Lot]) -> None:
    random = pen.random
    taken = [pen.take(one) for one in inputs]
    if random.random() < 0.3:
        sent = pen.write(EntryKind.DISPATCH, taken, to=random.choice(PRODUCERS))
        if random.random() < 0.8:
            pen.write(EntryKind.RECEIVE, [(pen.lot().id, random.randint(1, 9000))], about=sent.id)
        return
    sent = pen.write(EntryKind.DISPATCH, taken, shop=random.choice(SHOPS))
    if random.random() < 0.4:
        lot, change = random.choice(taken)
        pen.write(EntryKind.TAKE_BACK, [(lot, random.randint(1, -change))], about=sent.id)
    if random.random() < 0.05:
        answered = any(one.about == sent.id for one in pen.entries[-2:])
        if not answered:
            pen.write(EntryKind.REVERSE, [(lot, -change) for lot, change in taken], about=sent.id)


def poured(lots: Iterable[Lot], entries: list[Entry], dyed: UUID) -> dict[UUID, Fraction]:
    """How much of each lot is dye, when one lot is dyed through and everything is poured as it was written."""
    grams = {one.id: int(one.readings["grams"]) if "grams" in one.readings else 1 for one in lots}
    wrong = {one.about for one in entries if one.kind is EntryKind.REVERSE}
    by_id = {one.id: one for one in entries}
    colour: dict[UUID, Fraction] = {dyed: Fraction(1)}
    filled: set[UUID] = {dyed}
    for entry in entries:
        if entry.kind is EntryKind.REVERSE or entry.id in wrong or entry.kind in (EntryKind.DISPATCH, EntryKind.SEND):
            continue
        poured_from = entry.lines
        if entry.kind in (EntryKind.RECEIVE, EntryKind.BRING_BACK) and entry.about is not None:
            poured_from = by_id[entry.about].lines
        into = [one.lot_id for one in entry.lines if one.change > 0 and one.lot_id not in filled]
        out = [(one.lot_id, -one.change * grams[one.lot_id]) for one in poured_from if one.change < 0]
        if not into or entry.kind in (EntryKind.TAKE_BACK, EntryKind.LOSE):
            continue
        if {lot for lot, _ in out} & set(into):
            continue
        whole = sum(amount for _, amount in out)
        mixed = sum((colour.get(lot, Fraction(0)) * amount for lot, amount in out), Fraction(0))
        for lot in into:
            filled.add(lot)
            colour[lot] = mixed / whole if whole else Fraction(0)
    return colour


def on_shelves(entries: list[Entry]) -> dict[tuple[UUID, UUID], int]:
    """(shop, lot) -> what is there: a ledger kept by hand, one line after another."""
    wrong = {one.about for one in entries if one.kind is EntryKind.REVERSE}
    shop_of: dict[UUID, UUID] = {}
    shelves: dict[tuple[UUID, UUID], int] = {}
    for entry in entries:
        if entry.id in wrong:
            continue
        if entry.kind is EntryKind.DISPATCH and entry.organisation_id is not None:
            shop_of[entry.id] = entry.organisation_id
            shop = entry.organisation_id
        elif entry.kind is EntryKind.TAKE_BACK and entry.about in shop_of:
            shop = shop_of[entry.about]
        else:
            continue
        for line in entry.lines:
            shelves[shop, line.lot_id] = shelves.get((shop, line.lot_id), 0) - line.change
    return {place: amount for place, amount in shelves.items() if amount}
