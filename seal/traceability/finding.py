"""From what a person has in the hand to lots of the book: a code typed or scanned, a box, a seal, a lot's name."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from seal.associations import service as associations
from seal.associations.model import CodeKind
from seal.batches.book.composition import Graph
from seal.batches.book.model import Lot
from seal.batches.model import lot_key
from seal.db import reading
from seal.errors import BadInput, NotFound
from seal.identity import Acting, Role
from seal.labels import token as qr
from seal.labels import written
from seal.labels.boxes import store as boxes
from seal.labels.model import Span
from seal.labels.rolls import model as roll_model
from seal.labels.rolls import store as rolls
from seal.members import service as members

STAFF = (Role.MANAGER, Role.AUDITOR, Role.CERTIFIER)


@dataclass(frozen=True)
class Found:
    """The lots that a text names; ``unit`` if it was one unit of the only one, ``box`` if it was a box."""

    lots: tuple[UUID, ...]
    unit: int | None = None
    box: UUID | None = None


async def sees(acting: Acting) -> frozenset[UUID] | None:
    """The producers whose lots a person may see; ``None`` for all of the association."""
    if acting.is_system or acting.has(*STAFF):
        return None
    return frozenset(one.id for one in await members.producers(acting))


async def find(acting: Acting, graph: Graph, text: str) -> Found:
    """What ``text`` names. Raises ``BadInput('trace.nothing_typed')`` and ``NotFound('trace.nothing_found')``, also for
    what the person may not see; one lot name of several producers gives each of their lots."""
    text = text.strip()
    if not text:
        raise BadInput("trace.nothing_typed", field="q")
    found = await _read(acting, graph, text[: written.LINE_MAX])
    mine = await sees(acting)
    lots = tuple(one for one in found.lots if mine is None or graph.lots[one].producer_id in mine)
    if not lots:
        raise NotFound("trace.nothing_found", field="q")
    return Found(lots, found.unit, found.box)


async def _read(acting: Acting, graph: Graph, text: str) -> Found:
    try:
        lot = graph.lots.get(UUID(text))
    except ValueError:
        lot = None
    if lot is not None:
        return Found((lot.id,))
    named = _named(graph.lots.values(), text)
    if named:
        return Found(named)
    read = written.read(text)
    if isinstance(read, qr.Token):
        return await _coded(acting, graph, read.fields.public_id, read.fields.number)
    if read is not None:
        return await _coded(acting, graph, read.public_id, read.unit)
    return Found(())


def _named(lots: Iterable[Lot], text: str) -> tuple[UUID, ...]:
    key = lot_key(text)
    return tuple(lot.id for lot in lots if lot_key(lot.name) == key)


async def _coded(acting: Acting, graph: Graph, public_id: int, number: int | None) -> Found:
    code = await associations.resolve_code(public_id)
    if code is None or code.association_id != acting.association_id:
        return Found(())
    if code.kind is CodeKind.BATCH:
        return Found((code.object_id,) if code.object_id in graph.lots else (), number)
    async with reading():
        if code.kind is CodeKind.BOX:
            box = await boxes.box(acting.association_id, code.object_id)
            return Found(tuple(box.inside) if box is not None else (), box=code.object_id)
        if code.kind is CodeKind.ROLL and number is not None:
            bound = await rolls.bindings(acting.association_id, code.object_id)
            for batch_id, units in roll_model.on_batches(Span(number, number), bound):
                return Found((batch_id,), units.first)
    return Found(())
