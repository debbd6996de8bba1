"""Recalls (invariants 1 and 14): what one reached is as kept, what was done was done, and none was closed halfway."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Iterator, Mapping
from typing import Any
from uuid import UUID

from seal.batches import model as batches
from seal.cli.fsck.breach import Breach, breach
from seal.cli.fsck.scope import Row, Scope
from seal.traceability.recalls import documents
from seal.traceability.recalls.model import Act, Item

_OPEN = frozenset({batches.State.DECLARED, batches.State.PENDING, batches.State.SEALED, batches.State.ON_HOLD})
"""A batch in one of these could be bought, or sealed and then bought."""


async def check(scope: Scope) -> AsyncIterator[Breach]:
    recalls = await scope.all("recall", order="number, id")
    items = await scope.grouped("recall_item", "recall_id")
    states = await _states(scope) if recalls else {}
    for row in recalls:
        for found in _recall(scope, row, items.get(row["id"], []), states):
            yield found
    entries = await scope.by_id("book_entry", columns="id, kind")
    lines = await _moved(scope)
    said: dict[tuple[UUID, UUID], int] = {}
    for row in await scope.all("shipment_unit"):
        key = (row["entry_id"], row["batch_id"])
        said[key] = said.get(key, 0) + row["last_unit"] - row["first_unit"] + 1
        if row["entry_id"] not in entries or entries[row["entry_id"]]["kind"] not in ("dispatch", "take_back"):
            yield breach(14, "shipment_unit", row["id"], "recalls.units", entry=str(row["entry_id"]))
    for (entry, batch), count in said.items():
        if count > lines.get((entry, batch), 0):
            yield breach(14, "book_entry", entry, "recalls.units", entry=str(entry))


async def _moved(scope: Scope) -> dict[tuple[UUID, UUID], int]:
    rows = await scope.all("book_line", columns="id, entry_id, lot_id, change")
    return {(row["entry_id"], row["lot_id"]): abs(row["change"]) for row in rows}


async def _states(scope: Scope) -> Mapping[UUID, batches.State]:
    """Folded from what was done to each batch; an illegal step is named by another check."""
    found: dict[UUID, batches.State] = {}
    for batch_id, taken in (await scope.grouped("batch_action", "batch_id", order="sequence, id")).items():
        state = batches.State.NONE
        for row in taken:
            steps: Mapping[Any, batches.State] = batches.TRANSITIONS[state]
            state = steps.get(row["action"], state)
        found[batch_id] = state
    return found


def _recall(scope: Scope, row: Row, items: list[Row], states: Mapping[UUID, batches.State]) -> Iterator[Breach]:
    affected = bytes(row["affected"])
    if hashlib.sha256(affected).digest() != bytes(row["affected_sha256"]):
        yield breach(1, "recall", row["id"], "recalls.digest", number=row["number"])
        return
    reached = {one.batch_id: one for one in documents.read(affected).items}
    if not row["drill"] and bytes(row["document"]) != documents.in_log(
        id=row["id"],
        did=scope.text("did"),
        at=row["opened_at"],
        reason_class=row["reason_class"],
        advice=row["advice"],
        sha256=bytes(row["affected_sha256"]).hex(),
    ):
        yield breach(1, "recall", row["id"], "recalls.document", number=row["number"])
    if {one["batch_id"]: (one["act"], bool(one["sibling"])) for one in items} != {
        batch_id: (one.act.value, one.sibling) for batch_id, one in reached.items()
    }:
        yield breach(14, "recall", row["id"], "recalls.items", number=row["number"])
    for one in items:
        yield from _item(row, one, reached.get(one["batch_id"]), states.get(one["batch_id"]))
    if row["closed_by"] is not None and row["closed_by"] == row["opened_by"]:
        yield breach(14, "recall", row["id"], "recalls.closed_alone", number=row["number"])


def _item(row: Row, item: Row, kept: Item | None, state: batches.State | None) -> Iterator[Breach]:
    """In a drill nothing is done. Else what is marked as done was done, and no closed recall leaves a batch on sale."""
    if row["drill"]:
        if item["done_at"] is not None:
            yield breach(14, "recall_item", item["id"], "recalls.drill_acted", number=row["number"])
        return
    recalled = item["act"] == Act.RECALL.value
    done = item["done_at"] is not None or row["closed_at"] is not None
    if recalled and done and state in _OPEN:
        lot = kept.lot if kept is not None else ""
        yield breach(14, "recall_item", item["id"], "recalls.not_stopped", number=row["number"], lot=lot)
    elif row["closed_at"] is not None and item["act"] != Act.NONE.value and item["done_at"] is None:
        yield breach(14, "recall_item", item["id"], "recalls.halfway", number=row["number"])
