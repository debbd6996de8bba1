"""Queries of the batch book, always inside one association."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from typing import Any
from uuid import UUID

from seal import ids
from seal.batches.book import tables
from seal.batches.book.model import ANSWERS, Dimension, Entry, EntryKind, Explanation, Line, Lot, Standing

Row = dict[str, Any]
_L = tables.Lot
_E = tables.BookEntry
_C = tables.BookLine
_X = tables.BatchExplanation
AT_ONCE = 400
"""Ids in one query: far below what either engine takes as parameters."""


async def insert_lot(lot: Lot, key: str, recorded_by: UUID | None) -> None:
    """Raises the database's error (``lot_name_once``) when the producer has a lot of that name."""
    await _L.insert(
        _L(
            id=lot.id,
            association_id=lot.association_id,
            producer_id=lot.producer_id,
            material=lot.material,
            name=lot.name,
            name_key=key,
            dimension=lot.dimension.value,
            standing=lot.standing.value,
            main=lot.main,
            batch_id=lot.batch_id,
            site_id=lot.site_id,
            organisation_id=lot.organisation_id,
            from_whom=lot.from_whom,
            certificate=lot.certificate,
            readings=json.dumps(dict(lot.readings), sort_keys=True),
            recorded_by=recorded_by,
            recorded_at=lot.recorded_at,
        )
    )


async def insert_entry(entry: Entry) -> None:
    await _E.insert(
        _E(
            id=entry.id,
            association_id=entry.association_id,
            producer_id=entry.producer_id,
            kind=entry.kind.value,
            happened_on=entry.happened_on,
            recorded_at=entry.recorded_at,
            actor_id=entry.actor_id,
            about_id=entry.about,
            organisation_id=entry.organisation_id,
            to_producer_id=entry.to_producer_id,
            site_id=entry.site_id,
            reason=entry.reason,
            signed_by=entry.signed_by,
        )
    )
    await _C.insert(
        *(
            _C(
                id=ids.uuid7(entry.recorded_at),
                association_id=entry.association_id,
                entry_id=entry.id,
                lot_id=line.lot_id,
                change=line.change,
            )
            for line in entry.lines
        )
    )


def _lot(row: Row) -> Lot:
    return Lot(
        id=row["id"],
        association_id=row["association_id"],
        producer_id=row["producer_id"],
        material=row["material"],
        name=row["name"],
        dimension=Dimension(row["dimension"]),
        standing=Standing(row["standing"]),
        recorded_at=row["recorded_at"],
        main=bool(row["main"]),
        batch_id=row["batch_id"],
        site_id=row["site_id"],
        organisation_id=row["organisation_id"],
        from_whom=row["from_whom"],
        certificate=row["certificate"],
        readings=json.loads(row["readings"]),
    )


def _entry(row: Row, lines: Iterable[Line]) -> Entry:
    return Entry(
        id=row["id"],
        association_id=row["association_id"],
        producer_id=row["producer_id"],
        kind=EntryKind(row["kind"]),
        happened_on=row["happened_on"],
        recorded_at=row["recorded_at"],
        lines=tuple(lines),
        actor_id=row["actor_id"],
        about=row["about_id"],
        organisation_id=row["organisation_id"],
        to_producer_id=row["to_producer_id"],
        site_id=row["site_id"],
        reason=row["reason"],
        signed_by=row["signed_by"],
    )


def _portions(wanted: Iterable[UUID]) -> list[list[UUID]]:
    every = sorted(set(wanted))
    return [every[start : start + AT_ONCE] for start in range(0, len(every), AT_ONCE)]


async def lots(association_id: UUID, only: Collection[UUID] | None = None) -> tuple[Lot, ...]:
    """Lots in the order written; all of the association, or those named."""
    found: list[Row] = []
    for portion in [None] if only is None else _portions(only):
        query = _L.select().where(_L.association_id == association_id)
        found += await (query if portion is None else query.where(_L.id.is_in(portion)))
    return tuple(_lot(row) for row in sorted(found, key=lambda row: (row["recorded_at"], row["id"])))


async def lots_of(association_id: UUID, producer_id: UUID) -> tuple[Lot, ...]:
    """A producer's lots, oldest first."""
    rows: list[Row] = (
        await _L.select()
        .where((_L.association_id == association_id) & (_L.producer_id == producer_id))
        .order_by(_L.recorded_at, _L.id)
    )
    return tuple(_lot(row) for row in rows)


async def lot_named(association_id: UUID, producer_id: UUID, key: str) -> Lot | None:
    where = (_L.association_id == association_id) & (_L.producer_id == producer_id) & (_L.name_key == key)
    row: Row | None = await _L.select().where(where).first()
    return _lot(row) if row else None


async def entries(
    association_id: UUID, only: Collection[UUID] | None = None, *, producer_id: UUID | None = None
) -> tuple[Entry, ...]:
    """Entries in the order written: all of the association, of one producer, or those named."""
    found: list[Row] = []
    for portion in [None] if only is None else _portions(only):
        query = _E.select().where(_E.association_id == association_id)
        if producer_id is not None:
            query = query.where(_E.producer_id == producer_id)
        found += await (query if portion is None else query.where(_E.id.is_in(portion)))
    lines = await _lines(association_id, None if only is None and producer_id is None else [row["id"] for row in found])
    found.sort(key=lambda row: (row["recorded_at"], row["id"]))
    return tuple(_entry(row, lines.get(row["id"], ())) for row in found)


async def _lines(association_id: UUID, only: Collection[UUID] | None) -> dict[UUID, list[Line]]:
    found: dict[UUID, list[Line]] = {}
    for portion in [None] if only is None else _portions(only):
        query = _C.select(_C.entry_id, _C.lot_id, _C.change).where(_C.association_id == association_id)
        rows: list[Row] = await (query if portion is None else query.where(_C.entry_id.is_in(portion))).order_by(_C.id)
        for row in rows:
            found.setdefault(row["entry_id"], []).append(Line(row["lot_id"], row["change"]))
    return found


async def entry(association_id: UUID, entry_id: UUID) -> Entry | None:
    found = await entries(association_id, [entry_id])
    return found[0] if found else None


async def about(association_id: UUID, entry_ids: Collection[UUID]) -> tuple[Entry, ...]:
    """The entries that answer or reverse some entries."""
    found: list[Row] = []
    for portion in _portions(entry_ids):
        found += await _E.select(_E.id).where((_E.association_id == association_id) & _E.about_id.is_in(portion))
    return await entries(association_id, [row["id"] for row in found]) if found else ()


async def dispatched_to(association_id: UUID, producer_id: UUID) -> tuple[Entry, ...]:
    """Dispatches to a producer, oldest first."""
    rows: list[Row] = await _E.select(_E.id).where(
        (_E.association_id == association_id)
        & (_E.to_producer_id == producer_id)
        & (_E.kind == EntryKind.DISPATCH.value)
    )
    return await entries(association_id, [row["id"] for row in rows]) if rows else ()


async def touching(association_id: UUID, lot_ids: Collection[UUID]) -> tuple[Entry, ...]:
    """Every entry with a line of one of the lots, oldest first."""
    wanted: set[UUID] = set()
    for portion in _portions(lot_ids):
        rows: list[Row] = await _C.select(_C.entry_id).where(
            (_C.association_id == association_id) & _C.lot_id.is_in(portion)
        )
        wanted |= {row["entry_id"] for row in rows}
    return await entries(association_id, wanted) if wanted else ()


async def ancestry(association_id: UUID, lot_id: UUID) -> tuple[tuple[Lot, ...], tuple[Entry, ...]]:
    """A lot with every lot that it may descend from, and every entry that touches one of them. A query or three for
    each step back."""
    seen: set[UUID] = set()
    kept: dict[UUID, Entry] = {}
    level = {lot_id}
    while level:
        seen |= level
        found = {one.id: one for one in await touching(association_id, level)}
        gave = [
            one
            for one in found.values()
            if one.kind is not EntryKind.REVERSE and any(line.lot_id in level for line in one.given)
        ]
        asked = {one.about for one in gave if one.kind in ANSWERS and one.about is not None}
        answered = await entries(association_id, asked) if asked else ()
        kept |= found | {one.id: one for one in answered}
        level = {line.lot_id for one in (*gave, *answered) for line in one.taken} - seen
    every = kept | {one.id: one for one in await about(association_id, kept) if one.kind is EntryKind.REVERSE}
    ordered = sorted(every.values(), key=lambda one: (one.recorded_at, one.id))
    return await lots(association_id, seen), tuple(ordered)


async def insert_explanation(association_id: UUID, one: Explanation) -> None:
    await _X.insert(
        _X(
            id=one.id,
            association_id=association_id,
            batch_id=one.batch_id,
            text=one.text,
            told_by=one.told_by,
            told_at=one.told_at,
        )
    )


async def explanations(association_id: UUID, batch_id: UUID) -> tuple[Explanation, ...]:
    """Of one batch, oldest first."""
    rows: list[Row] = (
        await _X.select()
        .where((_X.association_id == association_id) & (_X.batch_id == batch_id))
        .order_by(_X.told_at, _X.id)
    )
    return tuple(Explanation(row["id"], batch_id, row["text"], row["told_by"], row["told_at"]) for row in rows)
