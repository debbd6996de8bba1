"""Queries of captured events, always inside one association, and for a producer inside what is its own."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any
from uuid import UUID

from seal.ids import uuid7
from seal.traceability.epcis import tables
from seal.traceability.epcis.asking import Query
from seal.traceability.epcis.model import DECLARED, Document, Received

Row = dict[str, Any]
_C = tables.EpcisCapture
_E = tables.EpcisEvent
_N = tables.EpcisName
_M = tables.EpcisMovement
_CHUNK = 500
"""Rows of one statement."""


@dataclass(frozen=True)
class Scope:
    """Whose events a person sees: all of the association (``producers`` is None), or what one's producers' lots are in
    and what one sent oneself."""

    association_id: UUID
    producers: frozenset[UUID] | None = None
    person_id: UUID | None = None


@dataclass(frozen=True)
class Capture:
    """One document that was taken."""

    id: UUID
    way: str
    captured_by: UUID | None
    captured_at: datetime
    stored: int
    known: int


@dataclass(frozen=True)
class Kept:
    """One event as it was taken."""

    id: UUID
    capture_id: UUID
    event_id: str
    exact: bytes
    event_time: datetime
    captured_at: datetime
    producer_id: UUID | None
    moved: bool
    context: Any


@dataclass(frozen=True)
class Moved:
    """What an event was recorded as, and the lot that began with it under the event's name for it."""

    entry_id: UUID | None = None
    void_id: UUID | None = None
    lot_id: UUID | None = None
    lot_name: str | None = None


@dataclass(frozen=True)
class ToKeep:
    """An event to be kept, whose it is, and the movements that it became."""

    received: Received
    producer_id: UUID | None = None
    moved: tuple[Moved, ...] = ()


async def insert(
    association_id: UUID,
    capture: Capture,
    document: Document,
    events: Sequence[ToKeep],
) -> None:
    """The document and its events. Raises the database's error (``epcis_event_event_once``) for an id that is taken."""
    await _C.insert(
        _C(
            id=capture.id,
            association_id=association_id,
            way=capture.way,
            captured_by=capture.captured_by,
            captured_at=capture.captured_at,
            sha256=document.sha256,
            envelope=document.envelope,
            context=json.dumps(document.context, default=float),
            stored=capture.stored,
            known=capture.known,
        )
    )
    ids = {one.received.event.kept_as: uuid7(capture.captured_at) for one in events}
    for part in _chunks(_event_row(association_id, capture, one, ids[one.received.event.kept_as]) for one in events):
        await _E.insert(*part)
    names = (
        _N(
            id=uuid7(capture.captured_at),
            association_id=association_id,
            event_row=ids[one.received.event.kept_as],
            part=thing_part,
            is_class=is_class,
            name=name,
        )
        for one in events
        for thing_part, is_class, name in dict.fromkeys(
            (thing.part.value, thing.is_class, thing.name) for thing in one.received.event.things
        )
    )
    for batch in _chunks(names):
        await _N.insert(*batch)
    moved = (
        _M(
            id=uuid7(capture.captured_at),
            association_id=association_id,
            event_row=ids[one.received.event.kept_as],
            entry_id=movement.entry_id,
            void_id=movement.void_id,
            lot_id=movement.lot_id,
            lot_name=movement.lot_name,
        )
        for one in events
        for movement in one.moved
    )
    for batch in _chunks(moved):
        await _M.insert(*batch)


def _event_row(association_id: UUID, capture: Capture, kept: ToKeep, row_id: UUID) -> _E:
    event = kept.received.event
    return _E(
        id=row_id,
        association_id=association_id,
        capture_id=capture.id,
        event_id=event.kept_as,
        digest=kept.received.digest,
        exact=kept.received.exact,
        event_type=event.type.value,
        event_time=event.time,
        captured_at=capture.captured_at,
        action=event.action,
        step=event.step,
        disposition=event.disposition,
        read_point=event.read_point,
        location=event.location,
        producer_id=kept.producer_id,
    )


def _chunks(rows: Iterator[Any]) -> Iterator[list[Any]]:
    while part := list(islice(rows, _CHUNK)):
        yield part


async def digests(association_id: UUID, event_ids: Collection[str]) -> dict[str, bytes]:
    """The content digest of each of these events that is there already."""
    found: dict[str, bytes] = {}
    for part in _chunks(iter(event_ids)):
        rows: list[Row] = (
            await _E.select(_E.event_id, _E.digest)
            .where(_E.association_id == association_id)
            .where(_E.event_id.is_in(part))
        )
        found |= {row["event_id"]: bytes(row["digest"]) for row in rows}
    return found


async def moved(association_id: UUID) -> frozenset[UUID]:
    """Entries and voids that came as events: their own event speaks for them."""
    rows: list[Row] = await _M.select(_M.entry_id, _M.void_id).where(_M.association_id == association_id)
    return frozenset(row["entry_id"] or row["void_id"] for row in rows)


async def aliases(association_id: UUID) -> dict[str, UUID]:
    """Lots by the names under which events brought them in; a name that two events gave is left out."""
    rows: list[Row] = (
        await _M.select(_M.lot_name, _M.lot_id)
        .where(_M.association_id == association_id)
        .where(_M.lot_id.is_not_null())
    )
    found: dict[str, set[UUID]] = {}
    for row in rows:
        found.setdefault(row["lot_name"], set()).add(row["lot_id"])
    return {name: lots.pop() for name, lots in found.items() if len(lots) == 1}


def _seen(scope: Scope) -> Any:
    where: Any = _E.association_id == scope.association_id
    if scope.producers is None:
        return where
    sent = _E.capture_id.is_in(
        _C.select(_C.id).where(_C.association_id == scope.association_id).where(_C.captured_by == scope.person_id)
    )
    mine = (_E.producer_id.is_in(list(scope.producers)) | sent) if scope.producers else sent
    return where & mine


def _asked(scope: Scope, query: Query) -> Any:
    where = _seen(scope)
    for column, wanted in (
        (_E.event_type, query.types),
        (_E.action, query.actions),
        (_E.step, query.steps),
        (_E.disposition, query.dispositions),
        (_E.event_id, query.ids | {f"{one}{DECLARED}" for one in query.ids}),
        (_E.read_point, query.read_points),
        (_E.location, query.locations),
    ):
        if wanted:
            where &= column.is_in(sorted(wanted))
    for moment, first, before in (
        (_E.event_time, query.from_event, query.before_event),
        (_E.captured_at, query.from_record, query.before_record),
    ):
        if first is not None:
            where &= moment >= first
        if before is not None:
            where &= moment < before
    for asked in query.names:
        named = (
            _N.select(_N.event_row)
            .where(_N.association_id == scope.association_id)
            .where(_N.name.is_in(sorted(asked.names)))
            .where(_N.is_class == asked.is_class)
        )
        if asked.parts:
            named = named.where(_N.part.is_in([part.value for part in asked.parts]))
        where &= _E.id.is_in(named)
    return where


async def count(scope: Scope, query: Query) -> int:
    """How many captured events the query asks for, wherever the page is."""
    return int(await _E.count().where(_asked(scope, query)))


async def page(scope: Scope, query: Query, most: int) -> tuple[Kept, ...]:
    """The next ``most`` captured events that the query asks for, in its order."""
    moment = _E.captured_at if query.by_record else _E.event_time
    where = _asked(scope, query)
    if query.after is not None:
        at, key = query.after.moment, query.after.key
        if query.descending:
            where &= (moment < at) | ((moment == at) & (_E.id < key))
        else:
            where &= (moment > at) | ((moment == at) & (_E.id > key))
    rows: list[Row] = await _E.select().where(where).order_by(moment, _E.id, ascending=not query.descending).limit(most)
    return await _kept(scope.association_id, rows)


async def _kept(association_id: UUID, rows: Sequence[Row]) -> tuple[Kept, ...]:
    moved: set[UUID] = set()
    for part in _chunks(row["id"] for row in rows):
        movements: list[Row] = (
            await _M.select(_M.event_row).where(_M.association_id == association_id).where(_M.event_row.is_in(part))
        )
        moved |= {row["event_row"] for row in movements}
    captures = list({row["capture_id"] for row in rows})
    contexts: dict[UUID, Any] = {}
    for part in _chunks(iter(captures)):
        found: list[Row] = (
            await _C.select(_C.id, _C.context).where(_C.association_id == association_id).where(_C.id.is_in(part))
        )
        contexts |= {row["id"]: json.loads(row["context"]) for row in found}
    return tuple(
        Kept(
            id=row["id"],
            capture_id=row["capture_id"],
            event_id=row["event_id"],
            exact=bytes(row["exact"]),
            event_time=row["event_time"],
            captured_at=row["captured_at"],
            producer_id=row["producer_id"],
            moved=row["id"] in moved,
            context=contexts[row["capture_id"]],
        )
        for row in rows
    )


def _capture(row: Row) -> Capture:
    return Capture(row["id"], row["way"], row["captured_by"], row["captured_at"], row["stored"], row["known"])


async def capture(scope: Scope, capture_id: UUID) -> Capture | None:
    """One document; for a producer only if it sent it."""
    found = await captures(scope, capture_id=capture_id)
    return found[0] if found else None


async def captures(scope: Scope, *, capture_id: UUID | None = None, most: int = 50) -> tuple[Capture, ...]:
    """Documents, newest first."""
    query = (
        _C.select(_C.id, _C.way, _C.captured_by, _C.captured_at, _C.stored, _C.known)
        .where(_C.association_id == scope.association_id)
        .order_by(_C.captured_at, _C.id, ascending=False)
        .limit(most)
    )
    if capture_id is not None:
        query = query.where(_C.id == capture_id)
    if scope.producers is not None:
        query = query.where(_C.captured_by == scope.person_id)
    rows: list[Row] = await query
    return tuple(_capture(row) for row in rows)
