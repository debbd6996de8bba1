"""Rolls and boxes (invariant 3): no seal on two batches or out of use and bound, every count recomputed, what stands in
a box told by its moves alone, no unit in two boxes, every document and token as its row says; and what reprints and
losses say of voids."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from uuid import UUID

from seal.cli.fsck.breach import Breach, breach
from seal.cli.fsck.scope import Row, Scope
from seal.errors import BadInput, Param, Reason
from seal.ids import UNIT_MAX
from seal.keys import ed25519
from seal.keys.qr import PAYLOAD_BYTES, Range, read_range
from seal.labels import token
from seal.labels.boxes import documents as box_documents
from seal.labels.boxes.model import Action, Box, Move, inside
from seal.labels.counts import Count, gap
from seal.labels.model import Span, Void, VoidReason
from seal.labels.rolls import documents
from seal.labels.rolls.model import Binding, Roll, RollVoid


async def check(scope: Scope) -> AsyncIterator[Breach]:
    batches = await scope.by_id("batch", columns="id, public_id, sealed_at")
    bound = await scope.grouped("label_binding", "roll_id", order="first_seal, id")
    voids = await scope.grouped("label_roll_void", "roll_id", order="first_seal, id")
    rolls = await scope.by_id("label_roll")
    for row in rolls.values():
        roll = Roll(
            *(row["id"], scope.id, row["public_id"], row["size"], row["issued_on"], row["made_at"], row["intent_id"])
        )
        for found in _roll(scope, roll, row, bound.get(roll.id, []), voids.get(roll.id, []), batches):
            yield found
    async for found in _boxes(scope):
        yield found
    async for found in _told(scope, bound, voids):
        yield found
    scope.notes += [gap async for gap in _gaps(scope)]


def _roll(
    scope: Scope, roll: Roll, row: Row, bound: list[Row], voids: list[Row], batches: dict[UUID, Row]
) -> Iterator[Breach]:
    did = scope.text("did")
    if not 1 <= roll.size <= UNIT_MAX:
        yield breach(3, "label_roll", roll.id, "rolls.bounds", first=1, last=roll.size)
    if documents.made(roll, did=did) != bytes(row["document"]):
        yield breach(3, "label_roll", roll.id, "rolls.document")
    if not _asks(scope, roll.intent_id, token.Kind.ROLL, roll.public_id, row["issued_on"], (1, roll.size)):
        yield breach(3, "label_roll", roll.id, "rolls.payload", intent=str(roll.intent_id))
    counted = (_size(bound), _size(voids))
    if (row["bound_count"], row["void_count"]) != counted:
        said = {"bound": row["bound_count"], "void": row["void_count"]}
        found = {"counted_bound": counted[0], "counted_void": counted[1]}
        yield Breach(3, "label_roll", str(roll.id), "rolls.counts", {**said, **found})
    yield from _apart(roll, bound, voids)
    for one in bound:
        batch = batches[one["batch_id"]]
        if batch["sealed_at"] is None or batch["public_id"] is None:
            yield breach(3, "label_binding", one["id"], "rolls.unsealed", batch=str(batch["id"]))
            continue
        made = Binding(
            *(one["id"], roll.id, batch["id"], one["first_seal"], one["last_seal"], one["first_unit"], one["bound_at"])
        )
        document = documents.bound(made, did=did, roll_public_id=roll.public_id, batch_public_id=batch["public_id"])
        if document != bytes(one["document"]):
            yield breach(3, "label_binding", one["id"], "rolls.document")
    for one in voids:
        gone = RollVoid(
            *(one["id"], roll.id, one["first_seal"], one["last_seal"], VoidReason(one["reason"]), one["voided_at"])
        )
        if documents.voided(gone, did=did, public_id=roll.public_id) != bytes(one["document"]):
            yield breach(3, "label_roll_void", one["id"], "rolls.document")


def _apart(roll: Roll, bound: list[Row], voids: list[Row]) -> Iterator[Breach]:
    """Each seal stands on one batch, or is out of use, or neither."""
    for table, rows, code in (
        ("label_binding", bound, "rolls.bound_twice"),
        ("label_roll_void", voids, "rolls.counts"),
    ):
        before = 0
        for row in rows:
            first, last = row["first_seal"], row["last_seal"]
            if not 1 <= first <= last <= roll.size:
                yield breach(3, table, row["id"], "rolls.bounds", first=first, last=last)
            if first <= before and code == "rolls.bound_twice":
                yield breach(3, table, row["id"], code, first=first, last=last, before=before)
            before = max(before, last)
    for row in voids:
        span = Span(row["first_seal"], row["last_seal"])
        if any(span.meets(Span(one["first_seal"], one["last_seal"])) for one in bound):
            yield breach(3, "label_roll_void", row["id"], "rolls.bound_void", first=span.first, last=span.last)


def _size(rows: list[Row]) -> int:
    return sum(row["last_seal"] - row["first_seal"] + 1 for row in rows)


def _asks(
    scope: Scope, intent_id: UUID, kind: token.Kind, public_id: int, day: object, numbers: tuple[int, int]
) -> bool:
    """What is signed carries the row's own code and day, under one of the association's keys."""
    intent = scope.intents.get(intent_id)
    if intent is None or intent.payload is None:
        return True  # named by the check of signatures
    try:
        asked = read_range(intent.payload)
        hint = asked.payload[1:5]
        number = 1 if kind.numbered else None
        fields = token.Fields(kind, hint, public_id, day, 0, None, number)  # type: ignore[arg-type]
    except (BadInput, ValueError):
        return False
    known = scope.history is None or any(ed25519.hint(period.kid) == hint for period in scope.history.issuing)
    return known and asked == Range(int(kind), fields.payload[:PAYLOAD_BYTES], "", *numbers)


async def _boxes(scope: Scope) -> AsyncIterator[Breach]:
    moves = await scope.grouped("label_box_move", "box_id", order="sequence, id")
    now: dict[UUID, set[tuple[UUID, int]]] = {}
    for row in await scope.all("label_box_unit", columns="id, box_id, batch_id, unit"):
        now.setdefault(row["box_id"], set()).add((row["batch_id"], row["unit"]))
    placed: dict[tuple[UUID, int], UUID] = {}
    for row in (await scope.by_id("label_box")).values():
        done = moves.get(row["id"], [])
        box = Box(row["id"], scope.id, row["public_id"], row["producer_id"], row["issued_on"], row["made_at"],
                  row["intent_id"])  # fmt: skip
        if box_documents.made(box, did=scope.text("did")) != bytes(row["document"]):
            yield breach(3, "label_box", box.id, "boxes.document")
        if not _asks(scope, box.intent_id, token.Kind.BOX, box.public_id, row["issued_on"], (0, 0)):
            yield breach(3, "label_box", box.id, "boxes.payload", intent=str(box.intent_id))
        if row["steps"] != len(done):
            yield breach(3, "label_box", box.id, "boxes.steps", steps=row["steps"], counted=len(done))
        units = {(batch, unit) for batch, spans in inside(map(_move, done)).items() for span in spans
                 for unit in range(span.first, span.last + 1)}  # fmt: skip
        if units != now.get(box.id, set()):
            yield breach(3, "label_box", box.id, "boxes.contents", said=len(now.get(box.id, ())), moved=len(units))
        for one in sorted(units):
            if one in placed:
                where: dict[str, Param] = {"batch": str(one[0]), "unit": one[1], "other": str(placed[one])}
                yield Breach(3, "label_box", str(box.id), "boxes.unit_twice", where)
            placed[one] = box.id


def _move(row: Row) -> Move:
    span = Span(row["first_unit"], row["last_unit"]) if row["first_unit"] is not None else None
    return Move(Action(row["action"]), row["recorded_at"], row["actor_id"], row["batch_id"], span)


async def _told(scope: Scope, bound: dict[UUID, list[Row]], voids: dict[UUID, list[Row]]) -> AsyncIterator[Breach]:
    """A reprint makes good exactly what was voided; what was told lost is out of use."""
    unit_voids = await scope.by_id("label_void", columns="id, batch_id, first_unit, last_unit")
    ranges = await scope.by_id("label_range", columns="id, batch_id, first_unit, last_unit")
    for range_id, rows in (await scope.grouped("label_reprint", "range_id")).items():
        made, gone = ranges.get(range_id), [unit_voids.get(row["void_id"]) for row in rows]
        size = sum(one["last_unit"] - one["first_unit"] + 1 for one in gone if one is not None)
        same = made is not None and all(one is not None and one["batch_id"] == made["batch_id"] for one in gone)
        if made is None or not same or size != made["last_unit"] - made["first_unit"] + 1:
            yield breach(3, "label_range", range_id, "labels.reprint", void=size)
    by_batch: dict[UUID, list[Span]] = {}
    for one in unit_voids.values():
        by_batch.setdefault(one["batch_id"], []).append(Span(one["first_unit"], one["last_unit"]))
    for row in await scope.all("label_loss"):
        span = Span(row["first_number"], row["last_number"])
        seals = [Span(one["first_seal"], one["last_seal"]) for one in voids.get(row["roll_id"], [])]
        gone_spans = by_batch.get(row["batch_id"], []) if row["batch_id"] is not None else seals
        if not any(one.first <= span.first and span.last <= one.last for one in gone_spans):
            yield breach(3, "label_loss", row["id"], "labels.loss_open", first=span.first, last=span.last)


async def _gaps(scope: Scope) -> AsyncIterator[Reason]:
    """Labels that the last count of a batch leaves unexplained: for people to ask about, and no breach."""
    batches = await scope.by_id("batch", columns="id, lot")
    voids = await scope.grouped("label_void", "batch_id")
    latest = {row["batch_id"]: row for row in await scope.all("label_count", order="counted_at, id")}
    for batch_id, row in latest.items():
        names = ("id", "batch_id", "counted_on", "used", "spoiled", "left_over", "live", "reserved_high", "counted_at")
        gone = [
            Void(one["id"], batch_id, one["first_unit"], one["last_unit"], VoidReason(one["reason"]), one["voided_at"])
            for one in voids.get(batch_id, [])
        ]
        found = gap(Count(*(row[name] for name in names)), gone)
        if found.grade is not None and batch_id in batches:
            named: dict[str, Param] = {"lot": batches[batch_id]["lot"], "count": found.unexplained}
            yield Reason("label.gap", {**named, "per_mille": found.per_mille})
