"""JSON: the batch book: what came in, what it was made into, where it went, and whether the quantities fit."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any
from uuid import UUID

from litestar import Request, get, post
from litestar.params import FromPath, JSONBody

from seal.batches.book import explaining, model, receiving, service, telling, wording
from seal.batches.book.composition import weight
from seal.batches.book.model import Entry, EntryKind
from seal.batches.book.reconciling import Balance
from seal.batches.book.shapes import (
    AmountIn,
    BalanceOut,
    BookOut,
    EntryIn,
    EntryOut,
    ExplanationIn,
    ExplanationOut,
    IntakeIn,
    IntakeOut,
    LineOut,
    LotPage,
    NewIn,
    PartOut,
    ReceiptIn,
    ReconciliationOut,
    ReversalIn,
    entry_out,
    lot_out,
)
from seal.errors import BadInput
from seal.identity import Acting, Role
from seal.web import context, once
from seal.web.context import Actor
from seal.web.i18n import Translator
from seal.web.policy import Roles, policy

_EVERYONE = Roles(Role.MANAGER, Role.AUDITOR, Role.CERTIFIER, Role.PRODUCER)
_MAKERS = Roles(Role.MANAGER, Role.PRODUCER)
WRITTEN = frozenset(EntryKind) - model.INTAKE - {EntryKind.REVERSE}
"""Kinds of entries with one body; intakes, receipts and reversals have their own."""


async def amounts(acting: Acting, given: Sequence[AmountIn]) -> list[tuple[UUID, int]]:
    """Typed amounts in the base unit of each lot. ``BadInput('book.other_unit')`` for litres of what is weighed."""
    lots = await service.found_lots(acting, [one.lot for one in given])
    found = []
    for one in given:
        value, dimension = model.amount(one.amount, one.unit)
        if dimension is not lots[one.lot].dimension:
            raise BadInput("book.other_unit", field="unit", unit=one.unit[:20], lot=lots[one.lot].name)
        found.append((one.lot, value))
    return found


@policy(_EVERYONE)
@get("/api/v1/producers/{producer_id:uuid}/book")
async def show(acting: Actor, producer_id: FromPath[UUID]) -> BookOut:
    """A producer's lots with what each holds, and every entry, oldest first."""
    lots, entries = await service.book(acting, producer_id)
    held = model.balances(entries)
    dimensions = {lot.id: lot.dimension for lot in lots}
    return BookOut(
        lots=[lot_out(lot, held.get(lot.id, 0)) for lot in lots],
        entries=[entry_out(entry, dimensions) for entry in entries],
    )


@policy(_MAKERS)
@post("/api/v1/producers/{producer_id:uuid}/book/intakes")
async def intake(
    request: Request[Any, Any, Any], acting: Actor, producer_id: FromPath[UUID], data: JSONBody[IntakeIn]
) -> IntakeOut:
    """Something came in: a harvest, goods received, or an opening stock."""

    async def run() -> dict[str, Any]:
        value, dimension = model.amount(data.amount, data.unit)
        new = service.New(
            data.material,
            value,
            dimension,
            name=data.name,
            standing=data.standing,
            main=data.main,
            from_whom=data.from_whom,
            certificate=data.certificate,
            readings=data.readings,
        )
        entry, lot = await service.intake(
            acting,
            producer_id,
            new,
            kind=data.kind,
            happened_on=data.happened_on,
            site_id=data.site_id,
            organisation_id=data.organisation_id,
            about=data.about,
            signed_by=data.signed_by,
        )
        return IntakeOut(entry=entry.id, lot=lot_out(lot, value)).model_dump(mode="json")

    return IntakeOut.model_validate(await once.api(request, acting, run, atomic=True))


@policy(_MAKERS)
@post("/api/v1/producers/{producer_id:uuid}/book/entries")
async def write(
    request: Request[Any, Any, Any], acting: Actor, producer_id: FromPath[UUID], data: JSONBody[EntryIn]
) -> EntryOut:
    """Something was made, blended, split, lost, recounted, sent out, brought back, dispatched or returned."""

    async def run() -> dict[str, Any]:
        if data.kind not in WRITTEN:
            raise BadInput("book.not_written_here", field="kind", kind=data.kind.value)
        draft = service.Draft(
            data.kind,
            producer_id,
            data.happened_on,
            takes=await amounts(acting, data.takes),
            gives=await amounts(acting, data.gives),
            new=[_new(one) for one in data.new],
            about=data.about,
            organisation_id=data.organisation_id,
            to_producer_id=data.to_producer_id,
            site_id=data.site_id,
            reason=data.reason,
        )
        return await _out(acting, await service.write(acting, draft))

    return EntryOut.model_validate(await once.api(request, acting, run, atomic=True))


def _new(given: NewIn) -> service.New:
    value, dimension = model.amount(given.amount, given.unit)
    return service.New(given.material, value, dimension, name=given.name, main=given.main, readings=given.readings)


async def _out(acting: Acting, entry: Entry) -> dict[str, Any]:
    lots = await service.found_lots(acting, [line.lot_id for line in entry.lines])
    return entry_out(entry, {lot.id: lot.dimension for lot in lots.values()}).model_dump(mode="json")


@policy(_MAKERS)
@post("/api/v1/book/entries/{entry_id:uuid}/receipt")
async def receive(
    request: Request[Any, Any, Any], acting: Actor, entry_id: FromPath[UUID], data: JSONBody[ReceiptIn]
) -> EntryOut:
    """What another producer of the association dispatched has arrived, as it was sent."""

    async def run() -> dict[str, Any]:
        entry = await receiving.receive(acting, entry_id, happened_on=data.happened_on, site_id=data.site_id)
        return await _out(acting, entry)

    return EntryOut.model_validate(await once.api(request, acting, run, atomic=True))


@policy(_MAKERS)
@post("/api/v1/book/entries/{entry_id:uuid}/reversal")
async def reverse(
    request: Request[Any, Any, Any], acting: Actor, entry_id: FromPath[UUID], data: JSONBody[ReversalIn]
) -> EntryOut:
    """A mistake is taken back by another entry; nothing is wiped out."""

    async def run() -> dict[str, Any]:
        return await _out(acting, await service.reverse(acting, entry_id, reason=data.reason))

    return EntryOut.model_validate(await once.api(request, acting, run, atomic=True))


@policy(_EVERYONE)
@get("/api/v1/book/lots/{lot_id:uuid}")
async def show_lot(acting: Actor, lot_id: FromPath[UUID]) -> LotPage:
    """A lot: what it holds, what it was made of and what became of it."""
    found = await telling.history(acting, lot_id)
    dimensions = {one.id: one.dimension for one in found.lots.values()}
    parents = []
    for part in found.graph.parents(lot_id):
        parent = found.graph.lots[part.lot_id]
        value, unit = model.said(part.amount, parent.dimension)
        parents.append(PartOut(lot=part.lot_id, name=parent.name, amount=value, unit=unit, share=str(part.share)))
    return LotPage(
        **lot_out(found.lot, found.held).model_dump(),
        from_whom=found.lot.from_whom,
        certificate=found.lot.certificate,
        readings=dict(found.lot.readings),
        parents=parents,
        children=list(found.graph.children(lot_id)),
        entries=[entry_out(entry, dimensions) for entry in found.entries],
    )


@policy(_EVERYONE)
@get("/api/v1/batches/{batch_id:uuid}/reconciliation")
async def reconciliation(request: Request[Any, Any, Any], acting: Actor, batch_id: FromPath[UUID]) -> ReconciliationOut:
    """Every sum of a batch, worked out; empty where no protocol asks for one."""
    t, found = context.translator_of(request), await explaining.reconciliation(acting, batch_id)
    return ReconciliationOut(
        balances=[_balance(t, one, found.packed) for one in found.balances],
        explanations=[ExplanationOut(id=one.id, text=one.text, told_at=one.told_at) for one in found.explanations],
    )


def _balance(t: Translator, one: Balance, packed: str) -> BalanceOut:
    return BalanceOut(
        scope=one.scope.value,
        formula=one.formula,
        verdict=one.verdict,
        made=_grams(one.made) or "0",
        low=_grams(one.low),
        high=_grams(one.high),
        cap=_grams(one.cap),
        since=one.since,
        until=one.until,
        batches=one.batches,
        inputs=[
            LineOut(lot=used.lot.id, amount=_grams(used.amount * weight(used.lot, 1)) or "0", unit="g")
            for used in one.used
        ],
        missing=[reason.code for reason in one.missing],
        words=list(wording.steps(t, one, packed)),
    )


def _grams(exact: Fraction | None) -> str | None:
    """To the tenth of a gram, for reading."""
    return None if exact is None else f"{round(exact * 10) / 10:.10g}"


@policy(_MAKERS)
@post("/api/v1/batches/{batch_id:uuid}/explanations")
async def explain(
    request: Request[Any, Any, Any], acting: Actor, batch_id: FromPath[UUID], data: JSONBody[ExplanationIn]
) -> ExplanationOut:
    """Say why a batch came to more or less than is usual; this opens what asks, not what stands above the cap."""

    async def run() -> dict[str, Any]:
        made = await explaining.explain(acting, batch_id, data.text)
        return ExplanationOut(id=made.id, text=made.text, told_at=made.told_at).model_dump(mode="json")

    return ExplanationOut.model_validate(await once.api(request, acting, run, atomic=True))


routes: list[Any] = [show, intake, write, receive, reverse, show_lot, reconciliation, explain]
"""The book's addresses; the room's ``api.py`` collects them."""
