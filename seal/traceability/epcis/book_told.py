"""What the batch book says as trace events: one for each entry, by its kind. Pure.

    harvest, opening      ObjectEvent ADD commissioning | stocking
    receive, bring_back   ObjectEvent OBSERVE receiving, from whom; a TransformationEvent where goods that the book
                          knows go on under another name
    take_back             ObjectEvent OBSERVE receiving, returned
    make, blend, split    TransformationEvent
    lose                  ObjectEvent DELETE destroying
    adjust                ObjectEvent ADD | DELETE stock_taking
    send, dispatch        ObjectEvent OBSERVE shipping, to whom
    reverse               no event of its own: the event of what it takes back says that it did not occur

Only the day of an entry is known; see :func:`seal.traceability.epcis.building.of_day`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from seal.batches.book.model import Entry, EntryKind, Line, Lot
from seal.batches.model import Batch
from seal.traceability.epcis.building import When, key_of, made, of_day, quantity
from seal.traceability.epcis.labels_told import Teller
from seal.traceability.epcis.listing import Listed, Standing
from seal.traceability.epcis.model import Event
from seal.traceability.epcis.vocabulary import Action, EventType

_KINDS: Mapping[EntryKind, tuple[Action, str, str]] = {
    EntryKind.HARVEST: (Action.ADD, "commissioning", "active"),
    EntryKind.OPENING: (Action.ADD, "stocking", "active"),
    EntryKind.RECEIVE: (Action.OBSERVE, "receiving", "in_progress"),
    EntryKind.BRING_BACK: (Action.OBSERVE, "receiving", "in_progress"),
    EntryKind.TAKE_BACK: (Action.OBSERVE, "receiving", "returned"),
    EntryKind.LOSE: (Action.DELETE, "destroying", "destroyed"),
    EntryKind.ADJUST: (Action.ADD, "stock_taking", "in_progress"),
    EntryKind.SEND: (Action.OBSERVE, "shipping", "in_transit"),
    EntryKind.DISPATCH: (Action.OBSERVE, "shipping", "in_transit"),
}
_TRANSFORMING = {
    EntryKind.MAKE: "creating_class_instance", EntryKind.RECEIVE: "receiving", EntryKind.BRING_BACK: "receiving",
}  # fmt: skip
TRANSFORMING = frozenset({EntryKind.MAKE, EntryKind.BLEND, EntryKind.SPLIT})
INCOMING = frozenset({EntryKind.RECEIVE, EntryKind.BRING_BACK, EntryKind.TAKE_BACK})
OUTGOING = frozenset({EntryKind.SEND, EntryKind.DISPATCH})


@dataclass(frozen=True)
class Book:
    """What the entries speak of."""

    teller: Teller
    lots: Mapping[UUID, Lot]
    entries: Mapping[UUID, Entry]
    batches: Mapping[UUID, Batch]

    def told(self, shown: Collection[UUID]) -> Iterator[Listed]:
        """The entries of ``shown`` as events; reversals speak through the event of what they take back."""
        reversed_by = {
            one.about: one for one in self.entries.values() if one.kind is EntryKind.REVERSE and one.about is not None
        }
        teller = self.teller
        for entry in self.entries.values():
            if entry.kind is not EntryKind.REVERSE and entry.id in shown:
                key = key_of(teller.did, "entry", entry.id)
                at = of_day(entry.happened_on, entry.recorded_at, teller.zone)
                make = partial(self._event, entry, reversed_by.get(entry.id), key, at)
                yield Listed(key, at, entry.recorded_at, Standing.RECORD, make)

    def _event(self, entry: Entry, reversal: Entry | None, key: UUID, at: datetime) -> Event:
        place = self._place(entry)
        common: dict[str, Any] = {
            "place": self.teller.namer.site(place) if place is not None else "",
            "wrong_since": reversal.recorded_at if reversal is not None else None,
            "more": {"seal:reason": entry.reason} if entry.reason else {},
            **self._parties(entry),
        }
        when = When(at, self.teller.zone)
        sources = self._renamed(entry)
        if entry.kind in TRANSFORMING or sources:
            taken = sources or entry.taken
            what = {"inputQuantityList": self._list(taken), "outputQuantityList": self._list(entry.given)}
            step = _TRANSFORMING.get(entry.kind, "repackaging")
            return made(key, EventType.TRANSFORMATION, when, step=step, what=what, **common)
        action, step, disposition = _KINDS[entry.kind]
        if entry.kind is EntryKind.ADJUST and not entry.given:
            action = Action.DELETE
        what = {"quantityList": self._list(entry.lines)}
        return made(key, EventType.OBJECT, when, action=action, step=step, disposition=disposition, what=what, **common)

    def _renamed(self, entry: Entry) -> tuple[Line, ...]:
        """What was sent, where it comes in under another name: the chain goes on through this event."""
        about = self.entries.get(entry.about) if entry.about is not None else None
        if about is None or entry.kind not in (EntryKind.RECEIVE, EntryKind.BRING_BACK):
            return ()
        went = {line.lot_id for line in about.taken}
        return () if went & {line.lot_id for line in entry.given} else about.taken

    def _parties(self, entry: Entry) -> dict[str, Any]:
        theirs = self._other(entry)
        if entry.kind not in INCOMING | OUTGOING or not theirs:
            return {}
        ours = self.teller.namer.producer(self.teller.numbers[entry.producer_id])
        here, there = (ours, theirs) if entry.kind in OUTGOING else (theirs, ours)
        return {"sources": [("possessing_party", here)], "destinations": [("possessing_party", there)]}

    def _list(self, lines: Sequence[Line]) -> list[dict[str, Any]]:
        found = []
        for line in lines:
            lot = self.lots[line.lot_id]
            batch = self.batches.get(line.lot_id)
            name = self.teller.namer.batch(batch) if batch is not None else self.teller.namer.lot(lot.id)
            found.append(quantity(name, abs(line.change), lot.dimension.value))
        return found

    def _place(self, entry: Entry) -> UUID | None:
        """Where it was done: said by the entry, else the site of the first lot that it speaks of."""
        if entry.site_id is not None:
            return entry.site_id
        return next((site for line in entry.lines if (site := self.lots[line.lot_id].site_id) is not None), None)

    def _other(self, entry: Entry) -> str:
        """The other party of goods that came or went; empty when nobody is known by a name of ours."""
        about = self.entries.get(entry.about) if entry.about is not None else None
        namer = self.teller.namer
        if entry.kind is EntryKind.RECEIVE and about is not None:
            return namer.producer(self.teller.numbers[about.producer_id])
        for one in (entry, about):
            if one is not None and one.organisation_id is not None:
                return namer.organisation(one.organisation_id)
            if one is not None and one.to_producer_id is not None:
                return namer.producer(self.teller.numbers[one.to_producer_id])
        return ""
