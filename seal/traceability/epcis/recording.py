"""Recording a movement that came as an event: by the verbs of the batch book and of labels, with all their rules."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from seal.associations import service as associations
from seal.batches import store as batches
from seal.batches.book import service as book
from seal.batches.book import store as book_store
from seal.batches.book.model import Entry, EntryKind, Lot, Standing, standing_entries
from seal.clock import local_day
from seal.db import reading
from seal.errors import NotFound, Reason, Refused, SealError
from seal.gs1 import link
from seal.identity import Acting
from seal.labels import service as labels
from seal.members import service as members
from seal.traceability import shipping
from seal.traceability.epcis import sources, store
from seal.traceability.epcis.model import Received
from seal.traceability.epcis.moving import Beginning, Known, Plan, decide
from seal.traceability.epcis.ours import Directory
from seal.traceability.epcis.store import Moved, ToKeep


@dataclass(frozen=True)
class Recorder:
    """What one document may move: what the person knows, read once."""

    acting: Acting
    zone: str
    known: Known
    every: dict[UUID, Lot]
    """All lots of the association: what another member sent may be among them."""

    @classmethod
    async def of(cls, acting: Acting) -> Recorder:
        """For a person; Seal itself acts for every producer."""
        association = await associations.get(acting.association_id)
        visible = {one.id: one.number for one in await members.producers(acting)}
        async with reading():
            known = await sources.members(association.id)
            every_batch = await batches.of_producers(association.id, list(known.numbers))
            lots = {lot.id: lot for lot in await book_store.lots(association.id)}
            aliases = await store.aliases(association.id)
        return cls(
            acting,
            association.zone,
            Known(
                directory=Directory.of(association.base, every_batch, known.gtins),
                batches={one.id: one for one in every_batch},
                lots={lot_id: lot for lot_id, lot in lots.items() if lot.producer_id in visible},
                aliases=aliases,
                sites={site: owner for site, owner in known.sites.items() if owner in visible},
                glns={gln: row for row, gln in known.glns.items()},
                producers={number: one for one, number in visible.items()},
                others={number: one for one, number in known.numbers.items()},
                organisations=known.organisations,
            ),
            lots,
        )

    async def record(self, received: Received) -> tuple[UUID | None, tuple[Moved, ...]]:
        """(producer, what the event was recorded as); nothing recorded for a claim.

        Raises the rules' own error, each reason behind ``epcis.not_recorded`` with the event's path.
        """
        decided = decide(received.event, self.known)
        if decided is None:
            return self._whose(received), ()
        try:
            if isinstance(decided, Reason):
                raise Refused.because([decided])
            day = local_day(received.event.time, self.zone)
            return decided.producer_id, await self._act(decided, day, received.event.id)
        except SealError as error:
            about = Reason("epcis.not_recorded", {"path": received.path or "/", "id": received.event.id[:80]})
            raise type(error).because([about, *error.reasons]) from None

    def _whose(self, received: Received) -> UUID | None:
        """The one producer whose lots a claim speaks of."""
        named = (self.known.lot(thing.name) for thing in received.event.things)
        owners = {lot.producer_id for lot in named if lot is not None}
        return owners.pop() if len(owners) == 1 else None

    async def _act(self, plan: Plan, day: date, event_id: str) -> tuple[Moved, ...]:
        acting = self.acting
        if plan.act == "void":
            done = [
                await labels.void(acting, batch_id, first, last, reason=reason)
                for batch_id, first, last, reason in plan.voids
            ]
            return tuple(Moved(void_id=void.id) for void in done)
        units: shipping.Units = [(batch_id, span, None) for batch_id, span in plan.units]
        match plan.act:
            case "dispatch" if units:
                entry = await shipping.send(
                    acting,
                    plan.producer_id,
                    units,
                    happened_on=day,
                    also=plan.takes,
                    organisation_id=plan.organisation_id,
                    to_producer_id=plan.to_producer_id,
                )
            case "dispatch":
                entry = await book.dispatch(
                    acting,
                    plan.producer_id,
                    happened_on=day,
                    takes=plan.takes,
                    organisation_id=plan.organisation_id,
                    to_producer_id=plan.to_producer_id,
                )
            case "take_back" if units:
                back = [self._moved(one, plan) for one in await shipping.accept(acting, units, happened_on=day)]
                rest = await self._act(replace(plan, units=()), day, event_id) if plan.gives else ()
                return (*back, *rest)
            case "take_back":
                about = await self._sent(plan)
                entry = await book.take_back(acting, about.id, happened_on=day, gives=plan.gives)
            case "make":
                entry = await book.make(
                    acting,
                    plan.producer_id,
                    happened_on=day,
                    takes=plan.takes,
                    gives=plan.gives,
                    new=[self._new(one, Standing.OWN) for one in plan.begins],
                    site_id=plan.site_id,
                )
            case "receive" if plan.from_producer_id is not None:
                entry = await self._from_member(plan, day)
            case _:
                entry = await self._intake(plan, day)
        return (self._moved(entry, plan),)

    def _new(self, begun: Beginning, standing: Standing) -> book.New:
        return book.New(
            begun.material,
            begun.amount,
            begun.dimension,
            name=_lot_of(begun.name),
            standing=standing,
            certificate=begun.certificate[:200],
            from_whom=begun.from_whom[:200],
        )

    async def _intake(self, plan: Plan, day: date) -> Entry:
        (begun,) = plan.begins
        kind = EntryKind.HARVEST if plan.act == "harvest" else EntryKind.RECEIVE
        standing = Standing.CERTIFIED if begun.certificate and kind is EntryKind.RECEIVE else Standing.DECLARED
        entry, _ = await book.intake(
            self.acting,
            plan.producer_id,
            self._new(begun, standing),
            kind=kind,
            happened_on=day,
            site_id=plan.site_id,
            organisation_id=plan.organisation_id,
        )
        return entry

    async def _from_member(self, plan: Plan, day: date) -> Entry:
        """The receipt that answers the oldest open dispatch of that member with all these goods."""
        sent = await book.dispatched_to(self.acting, plan.producer_id)
        async with reading():
            answers = await book_store.about(self.acting.association_id, [one.id for one in sent])
        answered = {one.about for one in standing_entries([*sent, *answers]) if one.kind is EntryKind.RECEIVE}
        gone = {one.about for one in answers if one.kind is EntryKind.REVERSE}
        wanted = {self._any_lot(name) for name in plan.from_names}
        for entry in sent:
            lots = {line.lot_id for line in entry.taken}
            if entry.producer_id == plan.from_producer_id and entry.id not in answered | gone and wanted == lots:
                new = [self._same(self.every[line.lot_id], -line.change) for line in entry.taken]
                draft = book.Draft(
                    EntryKind.RECEIVE, plan.producer_id, day, new=new, about=entry.id, site_id=plan.site_id
                )
                return await book.write(self.acting, draft)
        raise NotFound("epcis.nothing_sent", name=plan.from_names[0][:120])

    def _same(self, lot: Lot, amount: int) -> book.New:
        batch = self.known.batches.get(lot.id)
        sealed = batch is not None and batch.sealed_at is not None
        return book.New(
            lot.material,
            amount,
            lot.dimension,
            standing=Standing.CERTIFIED if sealed else Standing.DECLARED,
            main=lot.main,
            certificate=batch.code if batch is not None and sealed else "",
            readings=lot.readings,
        )

    def _any_lot(self, name: str) -> UUID | None:
        return self.known.aliases.get(name) or self.known.directory.lot(name)

    async def _sent(self, plan: Plan) -> Entry:
        """The newest dispatch that these goods went out by. Raises ``NotFound('epcis.nothing_sent')``."""
        _, entries = await book.book(self.acting, plan.producer_id)
        lots = {lot_id for lot_id, _ in plan.gives}
        for entry in reversed(standing_entries(entries)):
            to = plan.organisation_id is None or entry.organisation_id == plan.organisation_id
            if entry.kind is EntryKind.DISPATCH and to and lots <= {line.lot_id for line in entry.taken}:
                return entry
        raise NotFound("epcis.nothing_sent", name=self.every[next(iter(lots))].name)

    def _moved(self, entry: Entry, plan: Plan) -> Moved:
        """A lot that began alone is known from now on by the name that the event gave it."""
        given = {lot_id for lot_id, _ in plan.gives}
        begun = [line.lot_id for line in entry.given if line.lot_id not in given]
        if len(begun) == len(plan.begins) == 1:
            return Moved(entry_id=entry.id, lot_id=begun[0], lot_name=plan.begins[0].name)
        return Moved(entry_id=entry.id)

    def learn(self, moved: Iterable[Moved], lots: Iterable[Lot]) -> Recorder:
        """The same with lots that began in this document: later events may speak of them."""
        fresh = {lot.id: lot for lot in lots}
        aliases = {one.lot_name: one.lot_id for one in moved if one.lot_name is not None and one.lot_id is not None}
        known = replace(
            self.known,
            lots={**self.known.lots, **{one: lot for one, lot in fresh.items() if lot.producer_id in self._mine}},
            aliases={**self.known.aliases, **aliases},
        )
        return replace(self, known=known, every={**self.every, **fresh})

    @property
    def _mine(self) -> frozenset[UUID]:
        return frozenset(self.known.producers.values())


def _lot_of(name: str) -> str:
    """The lot that a GS1 name says; another name gives none, and the book makes one."""
    try:
        return link.read(name).of("10") or ""
    except link.NotALink:
        return ""


async def record_all(acting: Acting, fresh: Iterable[Received]) -> list[ToKeep]:
    """Each event with what it was recorded as, in the order in which they happened. In a unit of work."""
    recorder = await Recorder.of(acting)
    found: dict[str, ToKeep] = {}
    every = list(fresh)
    for received in sorted(every, key=lambda one: one.event.time):
        producer, moved = await recorder.record(received)
        found[received.event.kept_as] = ToKeep(received, producer, moved)
        begun = [one.lot_id for one in moved if one.lot_id is not None]
        if begun:
            recorder = recorder.learn(moved, await book_store.lots(acting.association_id, begun))
    return [found[one.event.kept_as] for one in every]
