"""The batch book: every entry says something, what answers an entry fits it, a batch's lot was filled once with its
units, splits and blends gained nothing, and no lot is made of itself.

A sealed batch whose history fell below nothing since, or with more live labels than units that remain, is told: nobody
broke a row, and somebody should look.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import datetime
from uuid import UUID

from seal.batches.book import model, remaining
from seal.batches.book.composition import Graph
from seal.batches.book.model import ANSWERS, Dimension, Entry, EntryKind, Line, Lot, Standing
from seal.cli.fsck.breach import Breach, breach
from seal.cli.fsck.scope import Row, Scope
from seal.errors import Reason
from seal.labels.model import Ledger


async def check(scope: Scope) -> AsyncIterator[Breach]:
    lines: dict[UUID, list[Line]] = {}
    for row in await scope.all("book_line"):
        lines.setdefault(row["entry_id"], []).append(Line(row["lot_id"], row["change"]))
    lots = {row["id"]: _lot(row) for row in await scope.all("lot")}
    entries = {row["id"]: _entry(row, lines.get(row["id"], [])) for row in await scope.all("book_entry")}
    units = {row["id"]: row async for row in scope.pages("batch", columns="id, lot, units, jws")}
    for entry in entries.values():
        for found in _entry_faults(entry, entries, lots):
            yield found
    graph = Graph(lots.values(), entries.values())
    filled = _filled(graph)
    for batch_id, row in units.items():
        if filled.get(batch_id, row["units"]) != row["units"]:
            params = {"lot": row["lot"], "units": row["units"], "filled": filled[batch_id]}
            yield breach(3, "lot", batch_id, "lots.units", **params)
    for lot_id in _circular(graph):
        yield breach(14, "lot", lot_id, "lots.circle", lot=lots[lot_id].name)
    scope.notes += [
        Reason("book.sealed_short", {"lot": row["lot"], "short_lot": short})
        for row in units.values()
        if row["jws"] is not None
        for short in _short(graph, row["id"])
    ]
    scope.notes += _over_remaining(units, await scope.all("label_ledger"), graph)


def _over_remaining(batches: dict[UUID, Row], ledgers: list[Row], graph: Graph) -> Iterator[Reason]:
    """Batches with more live labels than the units that remain and their spare: jars broke after theirs were given
    out, so nobody did wrong, and somebody must void."""
    for row in ledgers:
        batch = batches.get(row["batch_id"])
        if batch is None:
            continue
        gone = remaining.gone(graph.entries.values(), batch["id"])
        ledger = Ledger(batch["units"], row["spare_percent"], row["reserved_high"], row["void_count"], gone)
        if gone > 0 and ledger.live > ledger.quota:
            counts = {"live": ledger.live, "remaining": ledger.remaining, "units": ledger.units, "quota": ledger.quota}
            yield Reason("label.over_remaining", {"lot": batch["lot"], **counts})


def _lot(row: Row) -> Lot:
    dimension, standing = Dimension(row["dimension"]), Standing(row["standing"])
    return Lot(
        row["id"],
        row["association_id"],
        row["producer_id"],
        row["material"],
        row["name"],
        dimension,
        standing,
        row["recorded_at"],
        batch_id=row["batch_id"],
    )


def _entry(row: Row, lines: list[Line]) -> Entry:
    at: datetime = row["recorded_at"]
    return Entry(
        row["id"],
        row["association_id"],
        row["producer_id"],
        EntryKind(row["kind"]),
        row["happened_on"],
        at,
        tuple(lines),
        about=row["about_id"],
    )


def _entry_faults(entry: Entry, entries: dict[UUID, Entry], lots: dict[UUID, Lot]) -> Iterator[Breach]:
    if not entry.lines:
        yield breach(14, "book_entry", entry.id, "lots.empty", entry_kind=entry.kind.value)
    about = entries.get(entry.about) if entry.about is not None else None
    fits = entry.about is None if entry.kind not in (*ANSWERS, EntryKind.REVERSE) else True
    if about is not None and entry.kind in ANSWERS:
        fits = about.kind is ANSWERS[entry.kind]
    if not fits:
        yield breach(14, "book_entry", entry.id, "lots.answer", entry_kind=entry.kind.value)
    if entry.kind in (EntryKind.SPLIT, EntryKind.BLEND) and all(line.lot_id in lots for line in entry.lines):
        into, out = -sum(line.change for line in entry.taken), sum(line.change for line in entry.given)
        if out > into:
            yield breach(3, "book_entry", entry.id, "lots.gained", entry_kind=entry.kind.value, into=into, out=out)


def _filled(graph: Graph) -> dict[UUID, int]:
    """What was made into each lot, by every entry that makes something and stands."""
    found: dict[UUID, int] = {}
    for entry in graph.entries.values():
        own = {line.lot_id for line in graph.sources(entry)}
        for line in entry.given if entry.kind in model.ORIGINS else ():
            if line.lot_id not in own:
                found[line.lot_id] = found.get(line.lot_id, 0) + line.change
    return found


def _circular(graph: Graph) -> list[UUID]:
    """Lots from which a walk to what they were made of never ends: taking away what has no parents left, they stay."""
    parents = {one: {part.lot_id for part in graph.parents(one) if part.lot_id in graph.lots} for one in graph.lots}
    waiting = {one: len(before) for one, before in parents.items()}
    free = [one for one, count in waiting.items() if not count]
    while free:
        for child in set(graph.children(free.pop())):
            waiting[child] -= 1
            if not waiting[child]:
                free.append(child)
    return sorted(one for one, count in waiting.items() if count > 0)


def _short(graph: Graph, batch_id: UUID) -> list[str]:
    """Names of the lots in a batch's history, itself too, that are below nothing on some day."""
    if batch_id not in graph.lots:
        return []
    entries = tuple(graph.entries.values())
    return [
        graph.lots[one].name
        for one in (batch_id, *graph.ancestors(batch_id))
        if model.below_nothing(entries, one) is not None
    ]
