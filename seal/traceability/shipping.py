"""What went to a shop, and what came back, by scan: units and whole boxes, each an entry of the batch book.

The book counts; beside each entry stands which units it moved, so that a recall can tell a shop which jars are its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from uuid import UUID

from seal.associations import service as associations
from seal.associations.model import CodeKind
from seal.batches import service as batches
from seal.batches.book import service as book
from seal.batches.book.model import Entry
from seal.batches.model import State
from seal.db import in_unit_of_work
from seal.errors import BadInput, Param, Reason, Refused
from seal.identity import Acting, Role
from seal.labels import naming, voiding
from seal.labels import store as ledgers
from seal.labels.boxes import model as box_model
from seal.labels.boxes import store as boxes
from seal.labels.model import Span
from seal.labels.naming import Whole
from seal.labels.rolls import model as roll_model
from seal.labels.rolls import store as rolls
from seal.people import service as people
from seal.traceability import store
from seal.traceability.store import Moved

SHIPPERS = (Role.MANAGER, Role.PRODUCER)
Units = list[tuple[UUID, Span, UUID | None]]
"""Batch, unit numbers, and the box that they stood in."""


async def ship(acting: Acting, *, organisation_id: UUID, happened_on: date, lines: str) -> tuple[Entry, ...]:
    """Goods leave for an organisation: a dispatch for each producer whose they are, with the units scanned.

    Raises ``BadInput`` for lines that name nothing, ``Refused`` with every reason (units never printed or out of use,
    a batch that is stopped, units that are out already), and as ``book.dispatch``.
    """
    await people.authorise(acting, *SHIPPERS)

    async def write() -> tuple[Entry, ...]:
        makers = await _leaving(acting, await named(acting, lines))
        return tuple(
            [
                await _sent(acting, producer_id, happened_on, own, organisation_id=organisation_id)
                for producer_id, own in sorted(makers.items())
            ]
        )

    return await in_unit_of_work(write)


async def send(
    acting: Acting,
    producer_id: UUID,
    units: Units,
    *,
    happened_on: date,
    also: Iterable[tuple[UUID, int]] = (),
    organisation_id: UUID | None = None,
    to_producer_id: UUID | None = None,
) -> Entry:
    """The same for units of one producer that are known by number; ``also`` leaves with them, counted only (lot and
    amount). In a unit of work."""
    await people.authorise(acting, *SHIPPERS)
    await _leaving(acting, units)
    return await _sent(
        acting, producer_id, happened_on, units, also, organisation_id=organisation_id, to_producer_id=to_producer_id
    )


async def _leaving(acting: Acting, units: Units) -> Mapping[UUID, Units]:
    """The units by producer. Raises ``Refused`` with every reason why some may not leave."""
    out = unreturned(await _moves(acting, {batch for batch, *_ in units}))
    against: list[Reason] = []
    makers: dict[UUID, Units] = {}
    for batch_id, spans in by_batch(units).items():
        batch = await batches.batch(acting, batch_id)
        state = (await batches.standing(batch))[0]
        if state is not State.SEALED:
            against.append(Reason("ship.batch_state", {"lot": batch.lot, "lot_state": state.value}))
        ledger = await ledgers.ledger(acting.association_id, batch_id)
        voids = [one.span for one in await ledgers.voids(acting.association_id, batch_id)]
        against += box_model.put_reasons(ledger, voids, spans, batch.lot)
        for one in out.get(batch_id, ()):
            if any(one.span.meets(span) for span in spans):
                gone: dict[str, Param] = {"lot": batch.lot, "first": one.span.first, "last": one.span.last}
                against.append(Reason("ship.gone_already", gone))
        makers.setdefault(batch.producer_id, []).extend(one for one in units if one[0] == batch_id)
    if against:
        raise Refused.because(against)
    return makers


async def _sent(
    acting: Acting,
    producer_id: UUID,
    happened_on: date,
    units: Units,
    also: Iterable[tuple[UUID, int]] = (),
    *,
    organisation_id: UUID | None,
    to_producer_id: UUID | None = None,
) -> Entry:
    takes = dict(also)
    for batch, spans in by_batch(units).items():
        takes[batch] = takes.get(batch, 0) + sum(map(len, spans))
    entry = await book.dispatch(
        acting,
        producer_id,
        happened_on=happened_on,
        takes=list(takes.items()),
        organisation_id=organisation_id,
        to_producer_id=to_producer_id,
    )
    moved = [Moved(entry.id, *one) for one in units]
    await store.insert(acting.association_id, moved, acting.at)
    return entry


async def bring_back(acting: Acting, *, happened_on: date, lines: str, reason: str = "") -> tuple[Entry, ...]:
    """Goods that a shop gives back, by scan: each unit answers the dispatch that it left with.

    Raises ``Refused('ship.not_out')`` for units that are not out, and as ``book.take_back``.
    """
    await people.authorise(acting, *SHIPPERS)

    async def write() -> tuple[Entry, ...]:
        return await accept(acting, await named(acting, lines), happened_on=happened_on, reason=reason)

    return await in_unit_of_work(write)


async def accept(acting: Acting, units: Units, *, happened_on: date, reason: str = "") -> tuple[Entry, ...]:
    """The same for units that are known by number. In a unit of work."""
    came = by_batch(units)
    out = unreturned(await _moves(acting, came))
    against: list[Reason] = []
    back: dict[UUID, Units] = {}
    for batch_id, spans in came.items():
        lot = (await batches.batch(acting, batch_id)).lot
        for span in spans:
            left = tuple(roll_model.without(span, [one.span for one in out.get(batch_id, ())]))
            against += [Reason("ship.not_out", {"lot": lot, "first": x.first, "last": x.last}) for x in left]
            for one in out.get(batch_id, ()):
                if one.span.meets(span):
                    part = Span(max(span.first, one.span.first), min(span.last, one.span.last))
                    back.setdefault(one.entry_id, []).append((batch_id, part, None))
    if against:
        raise Refused.because(against)
    done = []
    for about, own in sorted(back.items()):
        gives = [(batch, sum(map(len, spans))) for batch, spans in by_batch(own).items()]
        entry = await book.take_back(acting, about, happened_on=happened_on, gives=gives, reason=reason)
        await store.insert(acting.association_id, [Moved(entry.id, *one) for one in own], acting.at)
        done.append(entry)
    return tuple(done)


async def named(acting: Acting, lines: str) -> Units:
    """The units that lines name, those of boxes among them. Raises ``BadInput`` as ``voiding.named``."""
    whole, rest = await _boxes(acting, lines)
    found: Units = [
        (batch, span, box) for box, inside in whole.items() for batch, spans in inside.items() for span in spans
    ]
    boxed = {batch: [span for held, span, _ in found if held == batch] for batch, *_ in found}
    if rest.strip() or not found:
        for batch_id, spans in (await _loose(acting, rest)).items():
            for span in spans:
                found += [(batch_id, part, None) for part in roll_model.without(span, boxed.get(batch_id, ()))]
    return found


async def _loose(acting: Acting, lines: str) -> dict[UUID, tuple[Span, ...]]:
    """Units by batch; a seal of a roll is the unit that it stands on."""
    found: dict[UUID, list[Span]] = {}
    for (kind, object_id), spans in (await voiding.named(acting, lines, None)).items():
        if kind is CodeKind.BATCH:
            found.setdefault(object_id, []).extend(spans)
            continue
        bound = await rolls.bindings(acting.association_id, object_id)
        for span in spans:
            if next(roll_model.without(span, (one.span for one in bound)), None):
                raise BadInput("box.unbound", field="lines", first=span.first, last=span.last)
            for batch_id, units in roll_model.on_batches(span, bound):
                found.setdefault(batch_id, []).append(units)
    return {batch: naming.joined(spans) for batch, spans in found.items()}


async def _boxes(acting: Acting, lines: str) -> tuple[dict[UUID, dict[UUID, tuple[Span, ...]]], str]:
    """What stands in the boxes that lines name, by box, and the other lines."""
    found: dict[UUID, dict[UUID, tuple[Span, ...]]] = {}
    rest = []
    for line in lines.splitlines():
        names, faults = naming.read(line, open_book=False)
        whole = [one for one in names if isinstance(one, Whole)]
        codes = [await associations.resolve_code(one.public_id) for one in whole]
        ours = [
            one for one in codes if one and one.kind is CodeKind.BOX and one.association_id == acting.association_id
        ]
        if faults or not ours or len(ours) != len(names):
            rest.append(line)
            continue
        for one in ours:
            box = await boxes.box(acting.association_id, one.object_id)
            if box is None or not box.inside:
                raise BadInput("ship.box_empty", field="lines")
            found[box.id] = box.inside
    return found, "\n".join(rest)


async def _moves(acting: Acting, batch_ids: Iterable[UUID]) -> tuple[tuple[Moved, UUID | None], ...]:
    """Units of batches that moved, for what came back with the dispatch that it answers; without reversed entries."""
    moved = await store.of_batches(acting.association_id, set(batch_ids))
    stands = (await book.graph(acting.association_id)).entries if moved else {}
    return tuple((one, stands[one.entry_id].about) for one in moved if one.entry_id in stands)


def unreturned(moves: Iterable[tuple[Moved, UUID | None]]) -> dict[UUID, tuple[Moved, ...]]:
    """By batch, the units that went out and have not come back, each with the entry that took it. Pure."""
    every = tuple(moves)
    back: dict[tuple[UUID, UUID], list[Span]] = {}
    for one, about in every:
        if about is not None:
            back.setdefault((about, one.batch_id), []).append(one.span)
    found: dict[UUID, list[Moved]] = {}
    for one, about in every:
        if about is None:
            for part in roll_model.without(one.span, back.get((one.entry_id, one.batch_id), ())):
                found.setdefault(one.batch_id, []).append(replace(one, span=part))
    return {batch: tuple(sorted(spans, key=lambda one: one.span.first)) for batch, spans in found.items()}


def by_batch(units: Iterable[tuple[UUID, Span, object]]) -> Mapping[UUID, tuple[Span, ...]]:
    """The same numbers by batch, in as few spans as there can be."""
    found: dict[UUID, list[Span]] = {}
    for batch_id, span, _ in units:
        found.setdefault(batch_id, []).append(span)
    return {batch_id: naming.joined(spans) for batch_id, spans in found.items()}
