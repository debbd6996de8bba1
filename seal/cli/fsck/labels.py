"""Labels (invariant 3): ranges, bound seals and voids of each batch against its ledger, its quota and what was logged
and signed; what is in rolls and boxes is in :mod:`seal.cli.fsck.seals`.

The count of live numbers is followed step by step in the order of the log, so that a quota that was exceeded for a
while is found even if voids have mended it since.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from uuid import UUID

from seal.cli.fsck.breach import Breach, breach
from seal.cli.fsck.scope import Row, Scope
from seal.errors import BadInput
from seal.ids import UNIT_MAX
from seal.keys import ed25519
from seal.keys.qr import PAYLOAD_BYTES, read_range
from seal.labels import documents, token
from seal.labels.model import LabelRange, Ledger, Void, VoidReason

MOST_SPARE = 10


async def check(scope: Scope) -> AsyncIterator[Breach]:
    columns = "id, units, sealed_on, sealed_at, use_by, public_id, status_index"
    batches = await scope.by_id("batch", columns=columns)
    ledgers = {row["batch_id"]: row for row in await scope.all("label_ledger")}
    ranges = await scope.grouped(
        "label_range",
        "batch_id",
        columns="id, batch_id, first_unit, last_unit, reserved_at, intent_id, document",
        order="first_unit, id",
    )
    voids = await scope.grouped("label_void", "batch_id", order="first_unit, id")
    bound = await _bound(scope)
    places = {
        row["object_id"]: row["leaf_index"]
        for row in await scope.all("log_leaf", columns="id, leaf_type, object_id, leaf_index")
        if row["leaf_type"] == 6
    }
    for batch_id in {**ledgers, **ranges, **voids, **bound}:
        batch, ledger = batches[batch_id], ledgers.get(batch_id)
        own, voided = ranges.get(batch_id, []), voids.get(batch_id, [])
        reserved = sorted(
            [*({**row, "table": "label_range"} for row in own), *bound.get(batch_id, [])],
            key=lambda row: (row["first_unit"], row["id"]),
        )
        for found in (
            *_ranges(reserved),
            *_voids(voided, reserved),
            *_ledger(batch, ledger, reserved, voided),
            *_course(batch, ledger, reserved, voided, places),
            *_papers(scope, batch, own, voided),
        ):
            yield found


async def _bound(scope: Scope) -> dict[UUID, list[Row]]:
    """Seals of rolls as the unit numbers that they took, by batch: they count like any other range."""
    found: dict[UUID, list[Row]] = {}
    for row in await scope.all("label_binding", columns="id, batch_id, first_unit, first_seal, last_seal"):
        last = row["first_unit"] + row["last_seal"] - row["first_seal"]
        found.setdefault(row["batch_id"], []).append({**row, "last_unit": last, "table": "label_binding"})
    return found


def _ranges(reserved: list[Row]) -> Iterator[Breach]:
    """Numbers are given out once, from 1 on, without gaps."""
    before = 0
    for row in reserved:
        first, last = row["first_unit"], row["last_unit"]
        if not 1 <= first <= last <= UNIT_MAX:
            yield breach(3, row["table"], row["id"], "labels.range_bounds", first=first, last=last)
        if first <= before:
            yield breach(3, row["table"], row["id"], "labels.range_overlap", first=first, last=last, before=before)
        elif first > before + 1:
            yield breach(3, row["table"], row["id"], "labels.range_gap", first=first, expected=before + 1)
        before = max(before, last)


def _voids(voided: list[Row], reserved: list[Row]) -> Iterator[Breach]:
    highest = max((row["last_unit"] for row in reserved), default=0)
    before = 0
    for row in voided:
        first, last = row["first_unit"], row["last_unit"]
        if not 1 <= first <= last:
            yield breach(3, "label_void", row["id"], "labels.void_bounds", first=first, last=last)
        if first <= before:
            yield breach(3, "label_void", row["id"], "labels.void_overlap", first=first, last=last, before=before)
        if last > highest:
            yield breach(3, "label_void", row["id"], "labels.void_unreserved", last=last, highest=highest)
        before = max(before, last)


def _size(rows: list[Row]) -> int:
    return sum(row["last_unit"] - row["first_unit"] + 1 for row in rows)


def _ledger(batch: Row, ledger: Row | None, reserved: list[Row], voided: list[Row]) -> Iterator[Breach]:
    if ledger is None:
        yield breach(3, "batch", batch["id"], "labels.ledger_missing", reserved=_size(reserved))
        return
    counted = (max((row["last_unit"] for row in reserved), default=0), _size(voided), _size(reserved) - _size(voided))
    if (ledger["reserved_high"], ledger["void_count"], ledger["live"]) != counted:
        said = {"high": ledger["reserved_high"], "void": ledger["void_count"], "live": ledger["live"]}
        found = {"counted_high": counted[0], "counted_void": counted[1], "counted_live": counted[2]}
        yield Breach(3, "label_ledger", str(ledger["id"]), "labels.ledger_differs", {**said, **found})
    right = Ledger(batch["units"], ledger["spare_percent"]).quota
    spare_is_small = 0 <= ledger["spare_percent"] <= MOST_SPARE
    if ledger["units"] != batch["units"] or ledger["quota"] > right or not spare_is_small:
        yield breach(3, "label_ledger", ledger["id"], "labels.ledger_quota", quota=ledger["quota"], right=right)


def _course(
    batch: Row, ledger: Row | None, reserved: list[Row], voided: list[Row], places: dict[UUID, int]
) -> Iterator[Breach]:
    """Live numbers after each reservation and void, in the order of the log."""
    if ledger is None:
        return
    quota = Ledger(batch["units"], min(max(ledger["spare_percent"], 0), MOST_SPARE)).quota
    end = len(places) + max(places.values(), default=0)
    steps = [(places.get(row["id"], end), 1, row) for row in reserved]
    steps += [(places.get(row["id"], end), -1, row) for row in voided]
    live = 0
    for _, sign, row in sorted(steps, key=lambda step: step[:2]):
        live += sign * (row["last_unit"] - row["first_unit"] + 1)
        if sign > 0 and live > quota:
            yield breach(3, row["table"], row["id"], "labels.over_quota", live=live, quota=quota)


def _papers(scope: Scope, batch: Row, reserved: list[Row], voided: list[Row]) -> Iterator[Breach]:
    """What was logged and signed about a range is what its row says."""
    did, public_id = scope.text("did"), batch["public_id"]
    for row in reserved:
        if batch["sealed_at"] is None or public_id is None:
            yield breach(3, "label_range", row["id"], "labels.unsealed", batch=str(batch["id"]))
            continue
        found = LabelRange(
            row["id"], batch["id"], row["first_unit"], row["last_unit"], row["reserved_at"], row["intent_id"]
        )
        if documents.reserved(found, did=did, public_id=public_id) != bytes(row["document"]):
            yield breach(3, "label_range", row["id"], "labels.document")
        if not _payload_holds(scope, batch, row):
            yield breach(3, "label_range", row["id"], "labels.range_payload", intent=str(row["intent_id"]))
    for row in voided:
        reason = VoidReason(row["reason"])
        void = Void(row["id"], batch["id"], row["first_unit"], row["last_unit"], reason, row["voided_at"])
        if public_id is None or documents.voided(void, did=did, public_id=public_id) != bytes(row["document"]):
            yield breach(3, "label_void", row["id"], "labels.document")


def _payload_holds(scope: Scope, batch: Row, row: Row) -> bool:
    """The tokens carry the batch's own code, days and status index, under one of the association's keys."""
    intent = scope.intents.get(row["intent_id"])
    if intent is None or intent.payload is None:
        return True  # named by the check of signatures
    try:
        asked = read_range(intent.payload)
    except BadInput:
        return False
    days = 0 if batch["use_by"] is None else (batch["use_by"] - batch["sealed_on"]).days
    hint = asked.payload[1:5]
    fields = token.Fields(
        kind=token.Kind.UNIT,
        hint=hint,
        public_id=batch["public_id"],
        day=batch["sealed_on"],
        days=days,
        status_index=batch["status_index"],
        number=1,
    )
    known = scope.history is None or any(ed25519.hint(period.kid) == hint for period in scope.history.issuing)
    numbers = (asked.first, asked.last) == (row["first_unit"], row["last_unit"])
    return known and numbers and fields.payload[:PAYLOAD_BYTES] == asked.payload
