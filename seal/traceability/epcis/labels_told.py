"""What labels and seals say as trace events: a batch is born when it is sealed, its units when their numbers are given
out; numbers end when they are void; units go into boxes; a batch is held, released, recalled. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from seal.batches.model import Action as BatchAction
from seal.batches.model import Batch
from seal.labels.boxes.model import Action as BoxAction
from seal.labels.boxes.model import Box
from seal.labels.model import VoidReason
from seal.traceability.epcis.building import When, key_of, made, quantity
from seal.traceability.epcis.listing import Listed
from seal.traceability.epcis.model import Span
from seal.traceability.epcis.ours import Namer
from seal.traceability.epcis.vocabulary import Action, EventType

NAMED_MOST = 1_000
"""Units of one event; more numbers make more events."""

_VOID: Mapping[VoidReason, str] = {
    VoidReason.DAMAGED: "damaged",
    VoidReason.RETURNED: "returned",
    VoidReason.STOLEN: "stolen",
    VoidReason.LOST: "unknown",
}
"""What became of numbers that are void; those that never were on a product are ``inactive``."""
_STEPS: Mapping[BatchAction, tuple[str, str]] = {
    BatchAction.HOLD: ("holding", "non_sellable_other"),
    BatchAction.RELEASE: ("accepting", "sellable_accessible"),
    BatchAction.RECALL: ("holding", "recalled"),
}


@dataclass(frozen=True)
class Numbers:
    """Unit numbers given out, or void for a reason."""

    id: UUID
    batch_id: UUID
    first: int
    last: int
    at: datetime
    reason: VoidReason | None = None


@dataclass(frozen=True)
class Teller:
    """Whose events these are: names, zone, identity."""

    did: str
    zone: str
    namer: Namer
    numbers: Mapping[UUID, int]
    """Producer -> its number."""

    def born(self, batch: Batch) -> Listed:
        """The sealing: all the units of the batch, under its certificate."""
        assert batch.public_id is not None
        assert batch.sealed_at is not None
        name = self.namer.batch(batch)
        ilmd = {"cbvmda:lotNumber": batch.lot, "seal:producedOn": batch.produced_on.isoformat()}
        if batch.use_by is not None:
            ilmd["cbvmda:itemExpirationDate"] = batch.use_by.isoformat()
        return made(
            key_of(self.did, "sealed", batch.id),
            EventType.OBJECT,
            When(batch.sealed_at, self.zone),
            batch.sealed_at,
            action=Action.ADD,
            step="commissioning",
            disposition="active",
            place=self.namer.site(batch.site_id),
            what={"quantityList": [quantity(name, batch.units, "count")]},
            certificates=[self.namer.certificate(batch.public_id)],
            ilmd=ilmd,
            more={"seal:batch": self.namer.code(batch.public_id)},
        )

    def steps(self, batch: Batch) -> Iterator[Listed]:
        """Holds, releases and the recall of a sealed batch."""
        for step in batch.steps:
            if step.action not in _STEPS or batch.sealed_at is None or step.recorded_at < batch.sealed_at:
                continue
            done, disposition = _STEPS[step.action]
            yield made(
                key_of(self.did, "step", step.id),
                EventType.OBJECT,
                When(step.effective_at, self.zone),
                step.recorded_at,
                action=Action.OBSERVE,
                step=done,
                disposition=disposition,
                what={"quantityList": [{"epcClass": self.namer.batch(batch)}]},
            )

    def units(self, batch: Batch, given: Numbers) -> Iterator[Listed]:
        """Numbers given out: each is a unit from then on."""
        return self._numbers(batch, given, "numbers", Action.ADD, "commissioning", "active")

    def ended(self, batch: Batch, void: Numbers) -> Iterator[Listed]:
        """Numbers out of use for good."""
        assert void.reason is not None
        gone = _VOID.get(void.reason, "inactive")
        return self._numbers(batch, void, "void", Action.DELETE, "decommissioning", gone)

    def moves(self, box: Box, batches: Mapping[UUID, Batch]) -> Iterator[Listed]:
        """What was put in a box and taken out of it; a box that is unpacked holds nothing any more."""
        parent = self.namer.code(box.public_id)
        for place, move in enumerate(box.moves):
            what: dict[str, Any] = {"parentID": parent}
            if move.batch_id is not None and move.span is not None:
                batch = batches[move.batch_id]
                assert batch.public_id is not None
                first, last = move.span.first, move.span.last
                what["childEPCs"] = Span(self.namer.base, self.namer.batch(batch), batch.public_id, first, last)
            elif move.action is not BoxAction.UNPACK:
                continue
            packed = move.action is BoxAction.PUT
            yield made(
                key_of(self.did, "box", box.id, place),
                EventType.AGGREGATION,
                When(move.recorded_at, self.zone),
                move.recorded_at,
                action=Action.ADD if packed else Action.DELETE,
                step="packing" if packed else "unpacking",
                what=what,
            )

    def _numbers(
        self, batch: Batch, told: Numbers, sort: str, action: Action, step: str, gone: str
    ) -> Iterator[Listed]:
        assert batch.public_id is not None
        new = action is Action.ADD
        for first in range(told.first, told.last + 1, NAMED_MOST):
            span = Span(
                self.namer.base,
                self.namer.batch(batch),
                batch.public_id,
                first,
                min(first + NAMED_MOST - 1, told.last),
            )
            yield made(
                key_of(self.did, sort, told.id, first),
                EventType.OBJECT,
                When(told.at, self.zone),
                told.at,
                action=action,
                step=step,
                disposition=gone,
                place=self.namer.site(batch.site_id) if new else "",
                what={"epcList": span},
                certificates=[self.namer.certificate(batch.public_id)] if new else (),
                more={"seal:batch": span.batch},
            )


def told(
    teller: Teller, batches: Mapping[UUID, Batch], ranges: Iterable[Numbers], voids: Iterable[Numbers]
) -> Iterator[Listed]:
    """Every event that sealed batches and their numbers tell; boxes tell theirs by :meth:`Teller.moves`."""
    for batch in batches.values():
        if batch.sealed_at is not None:
            yield teller.born(batch)
            yield from teller.steps(batch)
    for given in ranges:
        yield from teller.units(batches[given.batch_id], given)
    for void in voids:
        yield from teller.ended(batches[void.batch_id], void)
