"""JSON of the room: traces of any lot, unit, seal or box; what went to shops and came back; recalls; trace events."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from litestar import Request, get, post
from litestar.params import FromQuery, JSONBody
from pydantic import BaseModel, ConfigDict, Field

from seal.batches.book.model import Dimension, Lot, said
from seal.batches.book.shapes import EntryOut, entry_out
from seal.identity import Role
from seal.traceability import saying, service, shipping
from seal.traceability.epcis import api as epcis_api
from seal.traceability.recalls import api as recalls_api
from seal.traceability.service import Told
from seal.traceability.tracing import Node, Trace, Where
from seal.web import once
from seal.web.context import Actor
from seal.web.policy import Roles, policy

_EVERYONE = Roles(Role.MANAGER, Role.AUDITOR, Role.CERTIFIER, Role.PRODUCER)
_SHIPPERS = Roles(Role.MANAGER, Role.PRODUCER)


class AmountOut(BaseModel):
    """``value`` and ``unit`` for people; ``base`` in grams, millilitres or pieces."""

    value: str
    unit: str
    base: int


class PlaceOut(BaseModel):
    """Who has some of it: ``amount`` is there now, ``sent`` less ``back``. ``numbers`` are the units known by scan."""

    where: Where
    id: UUID
    name: str
    sent: AmountOut
    back: AmountOut
    amount: AmountOut
    numbers: str


class NodeOut(BaseModel):
    """``depth`` below nought: the subject was made of it; above: it was made of the subject.

    ``share``: before the subject, the part of the subject that came from it; after it, the part of it that came from
    the subject. ``percent`` always, ``share`` where the fraction can be read.
    """

    lot: UUID
    name: str
    material: str
    producer: str
    depth: int
    share: str
    percent: str
    made: AmountOut
    made_on: date | None
    held: AmountOut
    lost: AmountOut
    batch: str
    state: str
    places: list[PlaceOut]


class EdgeOut(BaseModel):
    parent: UUID
    child: UUID
    amount: AmountOut
    percent: str


class TraceOut(BaseModel):
    subject: NodeOut
    before: list[NodeOut]
    after: list[NodeOut]
    edges: list[EdgeOut]


class TracesOut(BaseModel):
    """``unit`` and ``unit_at``: the unit that was asked about, and who has it if a scan said so. ``hidden``: lots of
    other producers that the reader is not shown."""

    at: datetime
    traces: list[TraceOut]
    unit: int | None
    unit_at: str
    hidden: int


class ShipIn(BaseModel):
    """``lines``: codes of boxes, units or seals, typed or scanned, one a line, or a batch's code and a range."""

    model_config = ConfigDict(extra="forbid")
    organisation_id: UUID
    happened_on: date
    lines: str = Field(max_length=500_000)


class ReturnIn(BaseModel):
    model_config = ConfigDict(extra="forbid")
    happened_on: date
    lines: str = Field(max_length=500_000)
    reason: str = ""


class EntriesOut(BaseModel):
    entries: list[EntryOut]


def amount(value: int, dimension: Dimension) -> AmountOut:
    words, unit = said(value, dimension)
    return AmountOut(value=words, unit=unit, base=value)


def _node(told: Told, node: Node) -> NodeOut:
    lot, names = node.lot, told.names
    batch = names.batches.get(lot.id)
    return NodeOut(
        lot=lot.id,
        name=lot.name,
        material=lot.material,
        producer=names.producers.get(lot.producer_id, ""),
        depth=node.depth,
        share=saying.fraction(node.share),
        percent=saying.percent(node.share),
        made=amount(node.made, lot.dimension),
        made_on=node.made_on,
        held=amount(node.held, lot.dimension),
        lost=amount(node.lost, lot.dimension),
        batch=batch.code if batch is not None else "",
        state=names.states[batch.id].value if batch is not None else "",
        places=[_place(told, lot, place.where, place.id, place.sent, place.back) for place in node.places],
    )


def _place(told: Told, lot: Lot, where: Where, id: UUID, sent: int, back: int) -> PlaceOut:
    return PlaceOut(
        where=where,
        id=id,
        name=told.names.spots.get((where, id), ""),
        sent=amount(sent, lot.dimension),
        back=amount(back, lot.dimension),
        amount=amount(sent - back, lot.dimension),
        numbers=saying.numbers(told.numbers.get((lot.id, (where, id)), ())),
    )


def _trace(told: Told, trace: Trace) -> TraceOut:
    lots = {node.lot.id: node.lot for node in trace.nodes}
    return TraceOut(
        subject=_node(told, trace.subject),
        before=[_node(told, node) for node in trace.before],
        after=[_node(told, node) for node in trace.after],
        edges=[
            EdgeOut(
                parent=edge.parent,
                child=edge.child,
                amount=amount(edge.amount, lots[edge.parent].dimension),
                percent=saying.percent(edge.share),
            )
            for edge in trace.edges
        ],
    )


@policy(_EVERYONE)
@get("/api/v1/traces")
async def trace(acting: Actor, q: FromQuery[str] = "") -> TracesOut:
    """Where a thing came from and where it went. ``q``: a lot's id or name, a code, or what a camera read."""
    told = await service.trace(acting, q)
    return TracesOut(
        at=acting.at,
        traces=[_trace(told, one) for one in told.traces],
        unit=told.unit,
        unit_at=told.names.spots.get(told.unit_at, "") if told.unit_at else "",
        hidden=told.hidden,
    )


@policy(_SHIPPERS)
@post("/api/v1/shipments")
async def ship(request: Request[Any, Any, Any], acting: Actor, data: JSONBody[ShipIn]) -> EntriesOut:
    """Units and boxes leave for a shop: a dispatch in the book of each producer whose they are."""

    async def run() -> dict[str, Any]:
        return _entries(await shipping.ship(acting, **data.model_dump()))

    return EntriesOut.model_validate(await once.api(request, acting, run, atomic=True))


@policy(_SHIPPERS)
@post("/api/v1/returns")
async def bring_back(request: Request[Any, Any, Any], acting: Actor, data: JSONBody[ReturnIn]) -> EntriesOut:
    """Units and boxes come back from a shop; each answers the dispatch that it left with."""

    async def run() -> dict[str, Any]:
        return _entries(await shipping.bring_back(acting, **data.model_dump()))

    return EntriesOut.model_validate(await once.api(request, acting, run, atomic=True))


def _entries(done: Any) -> dict[str, Any]:
    found = [entry_out(one, {line.lot_id: Dimension.COUNT for line in one.lines}) for one in done]
    return EntriesOut(entries=found).model_dump(mode="json")


routes: list[Any] = [trace, ship, bring_back, *recalls_api.routes, *epcis_api.routes]
