"""The batch book: lots, and the entries that bring matter in, change it and take it out. Pure.

    harvest, receive, opening ──▶ lot ──make, blend, split──▶ lot ──▶ … ──▶ a batch's lot ──dispatch──▶ a shop
                                   ├──lose, adjust                                        ◀──take_back──
                                   └──send──▶ a subcontractor ──bring_back──▶ lot

Entries are never changed: a mistake is reversed by another entry. An amount is a whole number of grams, millilitres
or pieces. What a lot holds on a day is the sum of the changes that *happened* on or before it, however late they were
written down. Less than nothing is not refused, since the harvest may be entered tomorrow; it stops sealing until then
(CERTIFICATION D 33).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from seal.batches.model import EARLIEST
from seal.errors import BadInput, Reason
from seal.protocols.values import read_value


class Dimension(StrEnum):
    """What an amount counts; the base unit is the gram, the millilitre, the piece."""

    MASS = "mass"
    VOLUME = "volume"
    COUNT = "count"


UNITS: Mapping[str, tuple[Dimension, Decimal]] = {
    "g": (Dimension.MASS, Decimal(1)),
    "kg": (Dimension.MASS, Decimal(1000)),
    "t": (Dimension.MASS, Decimal(1_000_000)),
    "ml": (Dimension.VOLUME, Decimal(1)),
    "l": (Dimension.VOLUME, Decimal(1000)),
    "unit": (Dimension.COUNT, Decimal(1)),
}
"""Units that people may type, by their lower-case sign."""
AMOUNT_MOST = 10**12
"""A million tonnes in grams: more is a slip of the hand."""
NAME_MOST = 40


class Standing(StrEnum):
    """What is known of where a lot came from; worst last."""

    OWN = "own"
    CERTIFIED = "certified"
    DECLARED = "declared"
    UNCERTIFIED = "uncertified"


class EntryKind(StrEnum):
    HARVEST = "harvest"
    RECEIVE = "receive"
    OPENING = "opening"
    MAKE = "make"
    BLEND = "blend"
    SPLIT = "split"
    LOSE = "lose"
    ADJUST = "adjust"
    SEND = "send"
    BRING_BACK = "bring_back"
    DISPATCH = "dispatch"
    TAKE_BACK = "take_back"
    REVERSE = "reverse"


INTAKE = frozenset({EntryKind.HARVEST, EntryKind.RECEIVE, EntryKind.OPENING})
ORIGINS = INTAKE | {EntryKind.MAKE, EntryKind.BLEND, EntryKind.SPLIT, EntryKind.BRING_BACK}
"""Entries that may give a lot its content."""
ANSWERS: Mapping[EntryKind, EntryKind] = {
    EntryKind.RECEIVE: EntryKind.DISPATCH,
    EntryKind.BRING_BACK: EntryKind.SEND,
    EntryKind.TAKE_BACK: EntryKind.DISPATCH,
}
"""What the entry that another one is ``about`` must be; a reversal may be about any."""
NEED_REASON = frozenset({EntryKind.LOSE, EntryKind.ADJUST, EntryKind.REVERSE})

REASONS = frozenset(
    {
        "book.happened_in_future",
        "book.happened_too_early",
        "book.reason_needed",
        "book.one_way",
        "book.inputs",
        "book.outputs",
        "book.other_material",
        "book.more_out_than_in",
        "book.no_receiver",
        "book.to_self",
    }
)
"""Every code that this file may give as a reason."""


@dataclass(frozen=True)
class Lot:
    """A quantity that is kept apart and traced. A batch's lot has the batch's id.

    ``material`` is a word of the book (``milk``) or the text itself. ``main`` is false for what only helps (sugar,
    salt, rennet). ``certificate`` names what makes a lot ``certified``: a code of ours or a foreign reference.
    ``readings`` are measured at intake, as typed (``brix``).
    """

    id: UUID
    association_id: UUID
    producer_id: UUID
    material: str
    name: str
    dimension: Dimension
    standing: Standing
    recorded_at: datetime
    main: bool = True
    batch_id: UUID | None = None
    site_id: UUID | None = None
    organisation_id: UUID | None = None
    from_whom: str = ""
    certificate: str = ""
    readings: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Line:
    """What an entry does to one lot, in its base unit; never zero."""

    lot_id: UUID
    change: int


@dataclass(frozen=True)
class Entry:
    """One act in the book. ``happened_on`` is the true local day, ``recorded_at`` when it was written down.

    ``about``: the entry that this one answers or reverses. ``signed_by``: who counted an opening stock.
    """

    id: UUID
    association_id: UUID
    producer_id: UUID
    kind: EntryKind
    happened_on: date
    recorded_at: datetime
    lines: tuple[Line, ...]
    actor_id: UUID | None = None
    about: UUID | None = None
    organisation_id: UUID | None = None
    to_producer_id: UUID | None = None
    site_id: UUID | None = None
    reason: str = ""
    signed_by: str = ""

    @property
    def taken(self) -> tuple[Line, ...]:
        return tuple(line for line in self.lines if line.change < 0)

    @property
    def given(self) -> tuple[Line, ...]:
        return tuple(line for line in self.lines if line.change > 0)


@dataclass(frozen=True)
class Explanation:
    """Why a batch came to more or less than is usual, in the producer's words."""

    id: UUID
    batch_id: UUID
    text: str
    told_by: UUID | None
    told_at: datetime


def amount(value: str, unit: str, *, field: str = "amount") -> tuple[int, Dimension]:
    """A typed amount in its base unit. ``BadInput('book.unit' | 'book.amount')``: whole base units above nought only,
    nothing is rounded."""
    if unit.strip().lower() not in UNITS:
        raise BadInput("book.unit", field="unit", unit=unit[:20])
    dimension, factor = UNITS[unit.strip().lower()]
    try:
        typed = read_value(value) * factor
    except BadInput:
        raise BadInput("book.amount", field=field, value=value[:40]) from None
    if not (0 < typed <= AMOUNT_MOST and typed == typed.to_integral_value()):
        raise BadInput("book.amount", field=field, value=value[:40])
    return int(typed), dimension


def said(amount: int, dimension: Dimension) -> tuple[str, str]:
    """An amount as people write it: (``12.5``, ``kg``). Exact; kilograms and litres from a thousand on."""
    if dimension is Dimension.COUNT:
        return str(amount), "unit"
    small, large = ("g", "kg") if dimension is Dimension.MASS else ("ml", "l")
    if abs(amount) < 1000:
        return str(amount), small
    return f"{Decimal(amount).scaleb(-3).normalize():f}", large


def words(amount: int, dimension: Dimension) -> str:
    """An amount for a sentence: ``12.5 kg``; pieces by their number alone."""
    value, unit = said(amount, dimension)
    return value if dimension is Dimension.COUNT else f"{value} {unit}"


LARGE: Mapping[Dimension, str] = {Dimension.MASS: "kg", Dimension.VOLUME: "l", Dimension.COUNT: "unit"}
"""The unit in which a page asks for an amount."""


def said_large(amount: int, dimension: Dimension) -> tuple[str, str]:
    """An amount always in the unit of ``LARGE``: (``0.4``, ``kg``). Exact."""
    exact = Decimal(amount) if dimension is Dimension.COUNT else Decimal(amount).scaleb(-3)
    return f"{exact.normalize():f}", LARGE[dimension]


def entry_reasons(entry: Entry, lots: Mapping[UUID, Lot], today: date) -> tuple[Reason, ...]:
    """Why an entry of this form may not be written; ``lots`` holds every lot of its lines."""
    found = []
    if entry.happened_on > today:
        found.append(Reason("book.happened_in_future", {"day": entry.happened_on.isoformat(), "field": "happened_on"}))
    if entry.happened_on < EARLIEST and entry.kind is not EntryKind.REVERSE:
        # a reversal bears the day of what it takes back: an old slip of the hand must not stay for ever
        told = {"day": entry.happened_on.isoformat(), "first": EARLIEST.isoformat(), "field": "happened_on"}
        found.append(Reason("book.happened_too_early", told))
    if entry.kind in NEED_REASON and not entry.reason.strip():
        found.append(Reason("book.reason_needed", {"field": "reason"}))
    if entry.kind in (EntryKind.SEND, EntryKind.DISPATCH) and not (entry.organisation_id or entry.to_producer_id):
        found.append(Reason("book.no_receiver", {"field": "organisation"}))
    if entry.to_producer_id == entry.producer_id:
        found.append(Reason("book.to_self", {"field": "organisation"}))
    return (*found, *_shape(entry), *_conserved(entry, lots))


def _shape(entry: Entry) -> list[Reason]:
    taken, given = len(entry.taken), len(entry.given)
    if entry.kind in INTAKE | {EntryKind.BRING_BACK, EntryKind.TAKE_BACK} and (taken or not given):
        return [Reason("book.one_way", {"entry_kind": entry.kind.value})]
    if entry.kind in (EntryKind.LOSE, EntryKind.SEND, EntryKind.DISPATCH) and (given or not taken):
        return [Reason("book.one_way", {"entry_kind": entry.kind.value})]
    found = []
    least_in = {EntryKind.MAKE: 1, EntryKind.BLEND: 2, EntryKind.SPLIT: 1}.get(entry.kind, 0)
    least_out = {EntryKind.MAKE: 1, EntryKind.BLEND: 1, EntryKind.SPLIT: 2}.get(entry.kind, 0)
    if taken < least_in or (entry.kind is EntryKind.SPLIT and taken > 1):
        found.append(Reason("book.inputs", {"entry_kind": entry.kind.value, "least": least_in}))
    if given < least_out or (entry.kind is EntryKind.BLEND and given > 1):
        found.append(Reason("book.outputs", {"entry_kind": entry.kind.value, "least": least_out}))
    return found


def _conserved(entry: Entry, lots: Mapping[UUID, Lot]) -> list[Reason]:
    """A split or a blend is of one material, and no more comes out than went in (CERTIFICATION D 8, 9)."""
    if entry.kind not in (EntryKind.BLEND, EntryKind.SPLIT):
        return []
    if len({(lots[line.lot_id].material, lots[line.lot_id].dimension) for line in entry.lines}) > 1:
        return [Reason("book.other_material", {"entry_kind": entry.kind.value})]
    into, out = -sum(line.change for line in entry.taken), sum(line.change for line in entry.given)
    if out > into:
        dimension = lots[entry.lines[0].lot_id].dimension
        return [Reason("book.more_out_than_in", {"into": words(into, dimension), "out": words(out, dimension)})]
    return []


def reversed_ids(entries: Iterable[Entry]) -> frozenset[UUID]:
    """The entries that a later one takes back."""
    return frozenset(one.about for one in entries if one.kind is EntryKind.REVERSE and one.about is not None)


def standing_entries(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """The entries that stand: neither reversals nor what they reversed."""
    every = tuple(entries)
    gone = reversed_ids(every)
    return tuple(one for one in every if one.kind is not EntryKind.REVERSE and one.id not in gone)


def balances(entries: Iterable[Entry], on: date | None = None) -> dict[UUID, int]:
    """What every lot holds on a day (by all entries, when None)."""
    held: dict[UUID, int] = {}
    for entry in entries:
        if on is None or entry.happened_on <= on:
            for line in entry.lines:
                held[line.lot_id] = held.get(line.lot_id, 0) + line.change
    return held


def below_nothing(entries: Sequence[Entry], lot_id: UUID) -> tuple[date, int] | None:
    """The first day at whose end a lot held less than nothing, and how much less; ``None`` if it never did."""
    changes: dict[date, int] = {}
    for entry in standing_entries(entries):
        for line in entry.lines:
            if line.lot_id == lot_id:
                changes[entry.happened_on] = changes.get(entry.happened_on, 0) + line.change
    held = 0
    for day in sorted(changes):
        held += changes[day]
        if held < 0:
            return day, -held
    return None
