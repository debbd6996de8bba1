"""Status (invariant 7): bits follow from decisions and batch actions, epochs and editions grow, revoked is for ever."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from seal.certificates import status_list
from seal.certificates.model import Action, Step
from seal.certificates.status_list import PURPOSES, SLOTS, Purpose
from seal.cli.fsck.breach import Breach, breach
from seal.cli.fsck.scope import Row, Scope
from seal.errors import BadInput, Reason
from seal.keys import jws


@dataclass
class Bits:
    """What decisions and actions say of one object, and how many changes of bits that took."""

    revoked: bool = False
    suspended: bool = False
    changes: int = 0

    def set(self, *, revoked: bool | None = None, suspended: bool | None = None) -> None:
        if revoked and not self.revoked:
            self.revoked, self.changes = True, self.changes + 1
        if suspended is not None and suspended != self.suspended:
            self.suspended, self.changes = suspended, self.changes + 1


async def check(scope: Scope) -> AsyncIterator[Breach]:
    slots = await scope.all("status_slot")
    expected = await _expected(scope)
    for found in _slots(scope, slots, expected):
        yield found
    epochs = await scope.all("status_epoch")
    epoch = max((row["epoch"] for row in epochs), default=0)
    changes = sum(bits.changes for _, _, bits in expected.values())
    if epoch < changes:
        where = epochs[0]["id"] if epochs else scope.id
        yield breach(7, "status_epoch", where, "status.epoch_behind", epoch=epoch, changes=changes)
    async for found in _lists(scope, slots, epoch):
        yield found
    async for found in _bundles(scope):
        yield found


async def _expected(scope: Scope) -> dict[UUID, tuple[str, int, Bits]]:
    """Table, index and bits of every object that has an index."""
    decisions = await scope.by_id("decision")
    named = await scope.grouped("decision_batch", "decision_id")
    steps: dict[UUID, list[Step]] = {}
    found: dict[UUID, tuple[str, int, Bits]] = {}
    for row in await scope.all("certification", columns="id, status_index"):
        found[row["id"]] = ("certification", row["status_index"], Bits())
    for row in await scope.all("certification_change", order="certification_id, sequence"):
        action, decision = Action(row["action"]), decisions.get(row["decision_id"], {})
        batches = tuple(one["batch_id"] for one in named.get(row["decision_id"], ()))
        window = (decision.get("affected_from"), decision.get("affected_to"))
        step = Step(row["decision_id"], action, row["recorded_at"], row["effective_at"], None, "", *window, batches)
        steps.setdefault(row["certification_id"], []).append(step)
        if row["certification_id"] in found and action is not Action.GRANT:
            bits = found[row["certification_id"]][2]
            if action is Action.WITHDRAW:
                bits.set(revoked=True)
            else:
                bits.set(suspended=action is Action.SUSPEND)
    actions = await scope.grouped("batch_action", "batch_id", order="sequence, id")
    columns = "id, status_index, certification_id, sealed_on"
    for row in await scope.all("batch", columns=columns):
        if row["status_index"] is None:
            continue
        bits = Bits()
        for taken in actions.get(row["id"], ()):
            if taken["document"] is not None:  # before the seal a hold is nobody's business
                _act(bits, taken["action"])
        for step in steps.get(row["certification_id"], ()):
            bits.set(revoked=step.affects(row["id"], row["sealed_on"]))
        found[row["id"]] = ("batch", row["status_index"], bits)
    return found


def _act(bits: Bits, action: str) -> None:
    if action in ("hold", "release"):
        bits.set(suspended=action == "hold")
    elif action in ("recall", "revoke"):
        bits.set(revoked=True)


def _slots(scope: Scope, slots: list[Row], expected: dict[UUID, tuple[str, int, Bits]]) -> Iterator[Breach]:
    held = {row["object_id"]: row for row in slots}
    for object_id, (table, index, bits) in expected.items():
        row = held.pop(object_id, None)
        if row is None:
            yield breach(7, table, object_id, "status.slot_missing", slot=index)
            continue
        if row["slot"] != index:
            yield breach(7, "status_slot", row["id"], "status.slot_differs", slot=row["slot"], index=index)
        for column, code in (("revoked", "status.revoked_differs"), ("suspended", "status.suspended_differs")):
            if bool(row[column]) != getattr(bits, column):
                yield breach(7, "status_slot", row["id"], code, slot=row["slot"], said=str(bool(row[column])).lower())
    for row in held.values():
        if row["slot"] in scope.losses.slots:
            scope.lost.append(Reason("fsck.lost.slot", {"slot": row["slot"]}))
        else:
            yield breach(7, "status_slot", row["id"], "status.slot_orphan", slot=row["slot"])


async def _lists(scope: Scope, slots: list[Row], epoch: int) -> AsyncIterator[Breach]:
    """Editions count up, epochs never go back, a revoked bit stays, and today's list is today's bits."""
    before: Row | None = None
    revoked = b""
    for row in await scope.all("status_list", order="purpose, number, edition, id"):
        same = before is not None and (before["purpose"], before["number"]) == (row["purpose"], row["number"])
        edition = before["edition"] + 1 if before is not None and same else 1
        if row["edition"] != edition:
            yield breach(7, "status_list", row["id"], "status.edition_gap", edition=row["edition"], expected=edition)
        if row["epoch"] > epoch or (before is not None and same and row["epoch"] < before["epoch"]):
            yield breach(7, "status_list", row["id"], "status.epoch_back", epoch=row["epoch"], edition=row["edition"])
        revoked = revoked if same else b""
        before = row
        if row["jws"] is None:
            continue
        try:
            field = _field(scope, row)
        except BadInput as error:
            yield breach(7, "status_list", row["id"], "status.list_unreadable", why=error.code)
            continue
        if row["epoch"] == epoch and field != _bits(slots, row["purpose"], row["number"]):
            yield breach(7, "status_list", row["id"], "status.list_differs", edition=row["edition"])
        if row["purpose"] == "revocation":
            if any(old & ~new for old, new in zip(revoked, field, strict=False)):
                yield breach(7, "status_list", row["id"], "status.unrevoked", edition=row["edition"])
            revoked = field


def _field(scope: Scope, row: Row) -> bytes:
    purpose: Purpose = next(known for known in PURPOSES if known == row["purpose"])
    at = status_list.address(scope.text("base"), purpose, row["number"])
    payload = jws.parse(bytes(row["jws"]), typ=jws.VC).payload
    return status_list.read_document(payload, at=at, issuer=scope.text("did"), purpose=purpose)


def _bits(slots: list[Row], purpose: str, number: int) -> bytes:
    column = "revoked" if purpose == "revocation" else "suspended"
    return status_list.bits(row["slot"] % SLOTS for row in slots if row["slot"] // SLOTS == number and row[column])


async def _bundles(scope: Scope) -> AsyncIterator[Breach]:
    """No epoch of the bundle was signed twice, and the served one is what its row says."""
    seen: set[int] = set()
    async for row in scope.pages("key_intent", columns="id, kind, state, payload", at_once=20):
        if row["kind"] != "bundle" or row["state"] != "signed":
            continue
        epoch = _bundle_epoch(bytes(row["payload"]))
        if epoch is None or epoch in seen:
            yield breach(7, "key_intent", row["id"], "status.bundle_epoch", epoch=epoch or 0)
        else:
            seen.add(epoch)
    for row in await scope.all("signed_bundle", columns="id, epoch, next_epoch, jws"):
        if row["jws"] is not None:
            epoch = _bundle_epoch(jws.parse(bytes(row["jws"]), typ=jws.BUNDLE).payload)
            if epoch != row["epoch"] or row["next_epoch"] < max(seen, default=0):
                yield breach(7, "signed_bundle", row["id"], "status.bundle_epoch", epoch=row["epoch"])


def _bundle_epoch(payload: bytes) -> int | None:
    try:
        said: dict[str, Any] = jws.strict_json(payload)
        return int(said["epoch"])
    except (BadInput, KeyError, TypeError, ValueError):
        return None
