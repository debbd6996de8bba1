"""What labels and seals say as trace events: a batch is born when it is sealed, its units when their numbers are given
out; numbers end when they are void; units go into boxes; a batch is held, released, recalled. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from seal.batches.model import Action as BatchAction
from seal.batches.model import Batch, Step
from seal.labels.boxes.model import Action as BoxAction
from seal.labels.boxes.model import Box, Move
from seal.labels.model import VoidReason
from seal.traceability.epcis.building import When, key_of, made, quantity
from seal.traceability.epcis.listing import Listed, Standing
from seal.traceability.epcis.model import Event, Span
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

    def _tell(self, at: datetime, recorded_at: datetime, make: Callable[..., Event], *parts: object) -> Listed:
        """An event that is put together when somebody looks: ``make(key, when)``. ``parts`` name the fact."""
        key = key_of(self.did, *parts)
        return Listed(key, at, recorded_at, Standing.RECORD, partial(make, key, When(at, self.zone)))

    def born(self, batch: Batch) -> Listed:
        """The sealing: all the units of the batch, under its certificate."""
        assert batch.sealed_at is not None
        return self._tell(batch.sealed_at, batch.sealed_at, partial(self._born, batch), "sealed", batch.id)

    def _born(self, batch: Batch, key: UUID, when: When) -> Event:
        assert batch.public_id is not None
        ilmd = {"cbvmda:lotNumber": batch.lot, "seal:producedOn": batch.produced_on.isoformat()}
        if batch.use_by is not None:
            ilmd["cbvmda:itemExpirationDate"] = batch.use_by.isoformat()
        return made(
            key,
            EventType.OBJECT,
            when,
            action=Action.ADD,
            step="commissioning",
            disposition="active",
            place=self.namer.site(batch.site_id),
            what={"quantityList": [quantity(self.namer.batch(batch), batch.units, "count")]},
            certificates=[self.namer.certificate(batch.public_id)],
            ilmd=ilmd,
            more={"seal:batch": self.namer.code(batch.public_id)},
        )

    def steps(self, batch: Batch) -> Iterator[Listed]:
        """Holds, releases and the recall of a sealed batch."""
        for step in batch.steps:
            if step.action in _STEPS and batch.sealed_at is not None and step.recorded_at >= batch.sealed_at:
                make = partial(self._step, batch, step)
                yield self._tell(step.effective_at, step.recorded_at, make, "step", step.id)

    def _step(self, batch: Batch, step: Step, key: UUID, when: When) -> Event:
        done, disposition = _STEPS[step.action]
        what = {"quantityList": [{"epcClass": self.namer.batch(batch)}]}
        return made(key, EventType.OBJECT, when, action=Action.OBSERVE, step=done, disposition=disposition, what=what)

    def numbers_of(self, batch: Batch, told: Numbers) -> Iterator[Listed]:
        """Numbers given out, each a unit from then on; or out of use for good."""
        sort = "numbers" if told.reason is None else "void"
        for first in range(told.first, told.last + 1, NAMED_MOST):
            make = partial(self._numbers, batch, told, first)
            yield self._tell(told.at, told.at, make, sort, told.id, first)

    def _numbers(self, batch: Batch, told: Numbers, first: int, key: UUID, when: When) -> Event:
        assert batch.public_id is not None
        name, last = self.namer.batch(batch), min(first + NAMED_MOST - 1, told.last)
        new = told.reason is None
        return made(
            key,
            EventType.OBJECT,
            when,
            action=Action.ADD if new else Action.DELETE,
            step="commissioning" if new else "decommissioning",
            disposition="active" if told.reason is None else _VOID.get(told.reason, "inactive"),
            place=self.namer.site(batch.site_id) if new else "",
            what={"epcList": Span(self.namer.base, name, batch.public_id, first, last)},
            certificates=[self.namer.certificate(batch.public_id)] if new else (),
            more={"seal:batch": name},
        )

    def moves(self, box: Box, batches: Mapping[UUID, Batch]) -> Iterator[Listed]:
        """What was put in a box and taken out of it; a box that is unpacked holds nothing any more."""
        for place, move in enumerate(box.moves):
            if move.batch_id is not None or move.action is BoxAction.UNPACK:
                batch = batches[move.batch_id] if move.batch_id is not None else None
                make = partial(self._move, box, move, batch)
                yield self._tell(move.recorded_at, move.recorded_at, make, "box", box.id, place)

    def _move(self, box: Box, move: Move, batch: Batch | None, key: UUID, when: When) -> Event:
        what: dict[str, Any] = {"parentID": self.namer.code(box.public_id)}
        if batch is not None and move.span is not None:
            assert batch.public_id is not None
            first, last = move.span.first, move.span.last
            what["childEPCs"] = Span(self.namer.base, self.namer.batch(batch), batch.public_id, first, last)
        packed = move.action is BoxAction.PUT
        return made(
            key,
            EventType.AGGREGATION,
            when,
            action=Action.ADD if packed else Action.DELETE,
            step="packing" if packed else "unpacking",
            what=what,
        )


def told(
    teller: Teller, batches: Mapping[UUID, Batch], ranges: Iterable[Numbers], voids: Iterable[Numbers]
) -> Iterator[Listed]:
    """Every event that sealed batches and their numbers tell; boxes tell theirs by :meth:`Teller.moves`."""
    for batch in batches.values():
        if batch.sealed_at is not None:
            yield teller.born(batch)
            yield from teller.steps(batch)
    for numbers in (*ranges, *voids):
        yield from teller.numbers_of(batches[numbers.batch_id], numbers)
