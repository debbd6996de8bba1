"""The bodies of the batch book's JSON: what is sent and what comes back."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from seal.batches.book import model
from seal.batches.book.model import Dimension, Entry, EntryKind, Lot, Standing
from seal.batches.book.reconciling import Verdict


class AmountIn(BaseModel):
    """An amount of a lot as typed: ``12,5`` ``kg``. Units: g, kg, t, ml, l, unit."""

    model_config = ConfigDict(extra="forbid")
    lot: UUID
    amount: str = Field(max_length=40)
    unit: str = Field(max_length=20)


class IntakeIn(BaseModel):
    """``kind``: harvest, receive or opening. ``signed_by``: who counted an opening stock."""

    model_config = ConfigDict(extra="forbid")
    kind: EntryKind = EntryKind.HARVEST
    material: str = Field(max_length=60)
    amount: str = Field(max_length=40)
    unit: str = Field(max_length=20)
    happened_on: date
    name: str = Field(default="", max_length=40)
    standing: Standing = Standing.OWN
    main: bool = True
    from_whom: str = ""
    certificate: str = ""
    readings: dict[str, str] = Field(default_factory=dict, max_length=20)
    site_id: UUID | None = None
    organisation_id: UUID | None = None
    about: UUID | None = None
    signed_by: str = ""


class LotOut(BaseModel):
    """``amount`` and ``unit``: what it holds now; below nought while an entry is missing."""

    id: UUID
    name: str
    material: str
    standing: Standing
    main: bool
    batch_id: UUID | None
    amount: str
    unit: str
    recorded_at: datetime


class LineOut(BaseModel):
    lot: UUID
    amount: str
    unit: str


class EntryOut(BaseModel):
    """``about``: the entry that this one answers or reverses. Amounts taken carry a minus sign."""

    id: UUID
    kind: EntryKind
    happened_on: date
    recorded_at: datetime
    about: UUID | None
    organisation_id: UUID | None
    to_producer_id: UUID | None
    reason: str
    lines: list[LineOut]


class IntakeOut(BaseModel):
    entry: UUID
    lot: LotOut


class BookOut(BaseModel):
    lots: list[LotOut]
    entries: list[EntryOut]


def lot_out(lot: Lot, held: int) -> LotOut:
    value, unit = model.said(held, lot.dimension)
    return LotOut(
        id=lot.id,
        name=lot.name,
        material=lot.material,
        standing=lot.standing,
        main=lot.main,
        batch_id=lot.batch_id,
        amount=value,
        unit=unit,
        recorded_at=lot.recorded_at,
    )


def entry_out(entry: Entry, dimensions: dict[UUID, Dimension]) -> EntryOut:
    lines = []
    for line in entry.lines:
        value, unit = model.said(line.change, dimensions[line.lot_id])
        lines.append(LineOut(lot=line.lot_id, amount=value, unit=unit))
    return EntryOut(
        id=entry.id,
        kind=entry.kind,
        happened_on=entry.happened_on,
        recorded_at=entry.recorded_at,
        about=entry.about,
        organisation_id=entry.organisation_id,
        to_producer_id=entry.to_producer_id,
        reason=entry.reason,
        lines=lines,
    )


class NewIn(BaseModel):
    """A lot that an entry begins. Without a name it gets one of its material and day."""

    model_config = ConfigDict(extra="forbid")
    material: str = Field(max_length=60)
    amount: str = Field(max_length=40)
    unit: str = Field(max_length=20)
    name: str = Field(default="", max_length=40)
    main: bool = True
    readings: dict[str, str] = Field(default_factory=dict, max_length=20)


class EntryIn(BaseModel):
    """Anything but an intake and a reversal. ``takes`` and ``gives`` name lots (a batch's own lot has its id), ``new``
    begins some. ``about``: the entry that goods come back from. ``organisation_id`` or ``to_producer_id``: who got it.
    """

    model_config = ConfigDict(extra="forbid")
    kind: EntryKind
    happened_on: date
    takes: list[AmountIn] = Field(default_factory=list, max_length=40)
    gives: list[AmountIn] = Field(default_factory=list, max_length=40)
    new: list[NewIn] = Field(default_factory=list, max_length=40)
    about: UUID | None = None
    organisation_id: UUID | None = None
    to_producer_id: UUID | None = None
    site_id: UUID | None = None
    reason: str = ""


class ReceiptIn(BaseModel):
    """A dispatch arrived. ``site_id``: where it is kept."""

    model_config = ConfigDict(extra="forbid")
    happened_on: date
    site_id: UUID | None = None


class ReversalIn(BaseModel):
    model_config = ConfigDict(extra="forbid")
    reason: str


class ExplanationIn(BaseModel):
    model_config = ConfigDict(extra="forbid")
    text: str = Field(max_length=2000)


class PartOut(BaseModel):
    """A parent of a lot: how much of it went in, and its share of all that went in, as a fraction (``3/4``)."""

    lot: UUID
    name: str
    amount: str
    unit: str
    share: str


class LotPage(LotOut):
    """``parents``: what it was made of; ``children``: the lots that were made of it."""

    from_whom: str
    certificate: str
    readings: dict[str, str]
    parents: list[PartOut]
    children: list[UUID]
    entries: list[EntryOut]


class BalanceOut(BaseModel):
    """One sum, in grams. ``scope``: batch, period or year. ``words``: worked out in the language asked for.
    ``missing``: codes of what is not known, which gives no cap."""

    scope: str
    formula: str
    verdict: Verdict
    made: str
    low: str | None
    high: str | None
    cap: str | None
    since: date | None
    until: date | None
    batches: int
    inputs: list[LineOut]
    missing: list[str]
    words: list[str]


class ExplanationOut(BaseModel):
    id: UUID
    text: str
    told_at: datetime


class ReconciliationOut(BaseModel):
    balances: list[BalanceOut]
    explanations: list[ExplanationOut]
