"""JSON: labels taken out of use by scan or number, printed anew, counted, repacked."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from litestar import Request, get, post
from litestar.params import FromPath, JSONBody
from pydantic import BaseModel, ConfigDict, Field

from seal.batches import service as batches
from seal.batches.book import model as book_model
from seal.batches.book.service import New
from seal.identity import Role
from seal.labels import counting, naming, repack, voiding
from seal.labels.counts import Gap
from seal.labels.model import VoidReason
from seal.web import once
from seal.web.context import Actor
from seal.web.policy import Roles, policy

_PRINTERS = Roles(Role.MANAGER, Role.PRODUCER)
_VOIDERS = Roles(Role.MANAGER, Role.AUDITOR, Role.PRODUCER)
_EVERYONE = Roles(Role.MANAGER, Role.AUDITOR, Role.CERTIFIER, Role.PRODUCER)
Lines = Field(
    max_length=naming.LONGEST_MOST,
    description="One name a line: an address as a camera read it, a token, a code, or a batch's or roll's code and then"
    " a range of numbers (`7Q4K-2MXP-8 12-18`).",
)


class LossIn(BaseModel):
    """What a person can tell of lost labels. All of it may be left out; none of it is held against anybody."""

    model_config = ConfigDict(extra="forbid")
    last_seen_on: date | None = None
    place: str = Field(default="", max_length=200)
    told: str = Field(default="", max_length=2000)

    @property
    def value(self) -> voiding.Loss:
        return voiding.Loss(self.last_seen_on, self.place, self.told)


class VoidNamedIn(BaseModel):
    """``batch``: the batch whose book is open; numbers alone are then of it."""

    model_config = ConfigDict(extra="forbid")
    lines: str = Lines
    reason: VoidReason
    batch: UUID | None = None
    loss: LossIn = LossIn()


class SpanOut(BaseModel):
    """Numbers ``first`` to ``last`` of a batch or of a roll."""

    id: UUID
    first: int
    last: int
    batch: UUID | None = None
    roll: UUID | None = None


class LeftOut(BaseModel):
    """The count of a batch afterwards: ``live`` is given out less void, ``left`` may be asked for."""

    batch: UUID
    live: int
    left: int


class GoneOut(BaseModel):
    """``void`` is out of use now, ``before`` so many numbers were so already."""

    void: list[SpanOut]
    before: int
    batches: list[LeftOut]


class ReprintIn(BaseModel):
    model_config = ConfigDict(extra="forbid")
    lines: str = Lines
    reason: VoidReason
    id: UUID | None = None


class RangeOut(BaseModel):
    id: UUID
    first: int
    last: int


class ReprintOut(GoneOut):
    """``range`` are the new numbers; never the old ones."""

    range: RangeOut


class CountIn(BaseModel):
    """Labels at the end of a run; ``spoiled`` are those that were not voided yet."""

    model_config = ConfigDict(extra="forbid")
    used: int = Field(ge=0, le=65_535)
    spoiled: int = Field(default=0, ge=0, le=65_535)
    left_over: int = Field(default=0, ge=0, le=65_535)
    counted_on: date | None = None
    note: str = Field(default="", max_length=counting.NOTE_MOST)
    id: UUID | None = None


class CountOut(BaseModel):
    """``unexplained``: labels missing, or with a minus too many. ``finding`` is what that is worth, if anything."""

    id: UUID
    batch: UUID
    counted_on: date
    counted_at: datetime
    used: int
    spoiled: int
    left_over: int
    live: int
    unexplained: int
    per_mille: int
    finding: str | None
    note: str


class RepackIn(BaseModel):
    """Sealed units that are opened, and the lot that the book begins with them: ``amount`` as typed, with its unit."""

    model_config = ConfigDict(extra="forbid")
    lines: str = Lines
    batch: UUID | None = None
    happened_on: date
    material: str = Field(max_length=200)
    amount: str = Field(max_length=40)
    unit: str = Field(max_length=20)
    name: str = Field(default="", max_length=200)
    id: UUID | None = None


class RepackOut(GoneOut):
    """``entry`` is the batch book's, ``lot`` the lot that it begins."""

    entry: UUID
    lot: UUID


def gone_out(gone: voiding.Gone) -> dict[str, Any]:
    """As JSON; the page says the same in words."""
    units = [SpanOut(id=one.id, first=one.first, last=one.last, batch=one.batch_id) for one in gone.voids]
    seals = [SpanOut(id=one.id, first=one.first, last=one.last, roll=one.roll_id) for one in gone.roll_voids]
    left = [LeftOut(batch=batch.id, live=ledger.live, left=ledger.left) for batch, ledger in gone.ledgers]
    return GoneOut(void=[*units, *seals], before=gone.before, batches=left).model_dump(mode="json")


def count_out(gap: Gap) -> CountOut:
    one = gap.count
    return CountOut(
        id=one.id,
        batch=one.batch_id,
        counted_on=one.counted_on,
        counted_at=one.counted_at,
        used=one.used,
        spoiled=one.spoiled,
        left_over=one.left_over,
        live=one.live,
        unexplained=gap.unexplained,
        per_mille=gap.per_mille,
        finding=gap.grade.value if gap.grade else None,
        note=one.note,
    )


@policy(_VOIDERS)
@post("/api/v1/labels/void")
async def void_named(request: Request[Any, Any, Any], acting: Actor, data: JSONBody[VoidNamedIn]) -> GoneOut:
    """Take everything named out of use, for good; all of it or, on any fault, nothing."""

    async def run() -> dict[str, Any]:
        book = (await batches.batch(acting, data.batch)).public_id if data.batch is not None else None
        gone = await voiding.void_named(acting, data.lines, reason=data.reason, book=book, loss=data.loss.value)
        return gone_out(gone)

    return GoneOut.model_validate(await once.api(request, acting, run, atomic=True))


@policy(_PRINTERS)
@post("/api/v1/batches/{batch_id:uuid}/labels/reprint")
async def reprint(
    request: Request[Any, Any, Any], acting: Actor, batch_id: FromPath[UUID], data: JSONBody[ReprintIn]
) -> ReprintOut:
    """Void labels and reserve as many new numbers, in one act."""

    async def run() -> dict[str, Any]:
        gone, made = await voiding.reprint(acting, batch_id, data.lines, reason=data.reason, id=data.id)
        found = RangeOut(id=made.id, first=made.first, last=made.last)
        return {**gone_out(gone), "range": found.model_dump(mode="json")}

    return ReprintOut.model_validate(await once.api(request, acting, run, atomic=True))


@policy(_VOIDERS)
@post("/api/v1/batches/{batch_id:uuid}/labels/counts")
async def count(
    request: Request[Any, Any, Any], acting: Actor, batch_id: FromPath[UUID], data: JSONBody[CountIn]
) -> CountOut:
    """Write down what was counted at the end of a run; the gap that it leaves."""

    async def run() -> dict[str, Any]:
        gap = await counting.count(acting, batch_id, **data.model_dump())
        return count_out(gap).model_dump(mode="json")

    return CountOut.model_validate(await once.api(request, acting, run, atomic=True))


@policy(_EVERYONE)
@get("/api/v1/batches/{batch_id:uuid}/labels/counts")
async def counts(acting: Actor, batch_id: FromPath[UUID]) -> list[CountOut]:
    return [count_out(one) for one in await counting.counts(acting, batch_id)]


@policy(_EVERYONE)
@get("/api/v1/labels/gaps")
async def gaps(acting: Actor) -> list[CountOut]:
    """The last count of each batch, where more than 1 % of the labels is unexplained."""
    return [count_out(one) for one in await counting.open_gaps(acting)]


@policy(_PRINTERS)
@post("/api/v1/labels/repack")
async def repack_units(request: Request[Any, Any, Any], acting: Actor, data: JSONBody[RepackIn]) -> RepackOut:
    """Open sealed units: their seals are void, and the batch book begins a lot that remembers where it came from."""

    async def run() -> dict[str, Any]:
        amount, dimension = book_model.amount(data.amount, data.unit)
        done = await repack.repack(
            acting,
            data.lines,
            New(data.material, amount, dimension, name=data.name),
            happened_on=data.happened_on,
            opened=data.batch,
            id=data.id,
        )
        lot = next(line.lot_id for line in done.entry.lines if line.change > 0)
        return {**gone_out(done.gone), "entry": str(done.entry.id), "lot": str(lot)}

    return RepackOut.model_validate(await once.api(request, acting, run, atomic=True))


routes: list[Any] = [void_named, reprint, count, counts, gaps, repack_units]
