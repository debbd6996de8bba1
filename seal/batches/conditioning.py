"""Conditional release as verbs: a sample goes to the laboratory, its result lifts the condition or stops the lot."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from seal import ids
from seal.associations import service as associations
from seal.associations.model import Association
from seal.batches import awaiting, conditions, gates, holding, release_store, store
from seal.batches.awaiting import Awaited
from seal.batches.book import store as book
from seal.batches.book.model import EntryKind, standing_entries
from seal.batches.conditions import STOPS, Condition, Standing
from seal.batches.declaring import protocol_of
from seal.batches.model import Action, Batch, State, Step
from seal.batches.sealing import load
from seal.certificates import service as certificates
from seal.certificates.casework import LANGUAGE
from seal.certificates.model import ReasonClass
from seal.clock import local_day
from seal.db import in_unit_of_work, reading
from seal.errors import BadInput, Refused
from seal.identity import Acting, Role, system
from seal.members import service as members
from seal.members.model import Organisation
from seal.people import service as people
from seal.protocols.terms import Release
from seal.web.i18n import translator

ASKERS = (Role.MANAGER, Role.AUDITOR, Role.PRODUCER)
LABORATORY_MOST = 120


@dataclass(frozen=True)
class Holder:
    """Who has how many units of a batch, by the batch book; ``kind`` is that of the organisation, or ``producer``."""

    name: str
    kind: str
    units: int
    contact: str = ""


@dataclass(frozen=True)
class Waiting:
    """A line of the list that is ready for a recall: a batch that is out, or could be, what it waits for, and who has
    how much of it; ``at_home`` was never sent out, or came back."""

    batch: Batch
    awaited: Awaited
    holders: tuple[Holder, ...] = ()
    at_home: int = 0


async def await_result(acting: Acting, batch_id: UUID, *, test_id: str, laboratory: str, sampled_on: date) -> Condition:
    """Say that a sample is at the laboratory: the batch may be sealed meanwhile, where the protocol's test allows it.

    A batch that is on hold because the result is overdue gets new time by a new sample. The same again returns the
    first. Raises ``BadInput`` for an unknown test, no laboratory, a day ahead or before production, and ``Refused``
    for a test whose result must be in first, a time that has run out, and a batch that needs no result any more.
    """
    await people.authorise(acting, *ASKERS)
    association = await associations.get(acting.association_id)
    batch = await load(acting, batch_id)
    today, named = local_day(acting.at, association.zone), laboratory.strip()
    protocol = await protocol_of(association, batch.producer_id, batch.protocol_id, acting.at)
    test = protocol.batch_test(test_id) if protocol is not None else None
    if protocol is None or test is None:
        raise BadInput("batch.no_such_test", field="test_id", test=test_id[:40])
    if not named or len(named) > LABORATORY_MOST:
        raise BadInput("batch.laboratory_needed", field="laboratory")
    if sampled_on > today:
        raise BadInput("batch.tested_ahead", field="sampled_on", day=sampled_on.isoformat())
    if sampled_on < batch.produced_on:
        raise BadInput("batch.tested_before", field="sampled_on", day=batch.produced_on.isoformat())
    name = protocol.text(LANGUAGE).batch_tests.get(test.id, test.id)
    if test.release is not Release.CONDITIONAL or test.result_days is None:
        raise Refused("batch.positive_release", test=test.id, name=name)
    due_on = sampled_on + timedelta(days=test.result_days)
    if due_on < today:
        raise Refused("batch.sample_old", name=name, days=test.result_days, field="sampled_on")
    opened = Condition(ids.uuid7(acting.at), batch.id, test.id, named, sampled_on, due_on, acting.at, acting.person_id)

    async def write() -> Condition:
        now = await load(acting, batch_id)
        kept = (await release_store.conditions(association.id, [batch_id])).get(batch_id, ())
        before = conditions.latest(kept, test.id)
        if before is not None and before.lifted_at is None and _same(before, opened):
            return before
        renews = now.state is State.ON_HOLD and before is not None and before.lifted_at is None
        if now.state not in (State.DECLARED, State.HELD) and not renews:
            raise Refused("batch.transition", lot_state=now.state.value, lot_action="test")
        await release_store.insert_condition(association.id, opened)
        return opened

    return await in_unit_of_work(write)


def _same(before: Condition, asked: Condition) -> bool:
    return (before.laboratory, before.sampled_on) == (asked.laboratory, asked.sampled_on)


async def settle(association: Association, batch: Batch, at: datetime) -> bool:
    """Lift what a good result has met, and hold a sealed batch whose result is bad or overdue; in the caller's unit of
    work. True if the public status has changed: then it is to be published."""
    if batch.state not in (State.SEALED, State.ON_HOLD):
        return False
    found = await awaiting.of_batch(association, batch, at)
    for one in found:
        counted = gates.counted(one.test) if one.test is not None else None
        if one.standing is Standing.LIFTED and one.condition.lifted_at is None and counted is not None:
            await release_store.lift(association.id, batch.id, one.condition.test_id, counted[0].id, at)
    stops = [one for one in found if one.standing in STOPS]
    if not stops or batch.state is not State.SEALED:
        return False
    say = translator(LANGUAGE)
    step = Step(
        action=Action.HOLD,
        recorded_at=at,
        effective_at=at,
        reason_class=ReasonClass.FOOD_SAFETY.value,
        reason=" ".join(say.reason(one.why) for one in stops),
        id=ids.uuid7(at),
    )
    return await holding.write(system(association.id, at), association, batch.id, step)


async def settle_all(association_id: UUID, at: datetime) -> int:
    """Every batch that waits for a result, for the jobs: lifted, or held once the time is over. How many were held."""
    association = await associations.get(association_id)
    async with reading():
        waiting = await release_store.open_conditions(association_id)
    held = 0
    for batch_id in waiting:

        async def one(batch_id: UUID = batch_id) -> bool:
            batch = await store.batch(association_id, batch_id)
            return batch is not None and await settle(association, batch, at)

        held += await in_unit_of_work(one)
    if held:
        await certificates.publish_if_possible(association_id, at)
    return held


async def of_batch(acting: Acting, batch_id: UUID) -> tuple[Awaited, ...]:
    """What a batch waits for, or waited for, as it stands now."""
    batch = await load(acting, batch_id)
    association = await associations.get(acting.association_id)
    async with reading():
        return await awaiting.of_batch(association, batch, acting.at)


async def waiting(acting: Acting) -> tuple[Waiting, ...]:
    """Sealed batches, of those that the person may see, whose result is not in or is bad: by the day that it is due.

    Recalled and revoked ones are off the list: they are on another one.
    """
    association = await associations.get(acting.association_id)
    async with reading():
        kept = await release_store.open_conditions(association.id)
    if not kept:
        return ()
    names = {one.id: one.trade_name for one in await members.producers(acting)}
    organisations = {one.id: one for one in await members.organisations(acting)}
    today, found = local_day(acting.at, association.zone), list[Waiting]()
    async with reading():
        for batch_id, conditions_of in kept.items():
            batch = await store.batch(association.id, batch_id)
            if batch is None or batch.producer_id not in names or batch.state not in (State.SEALED, State.ON_HOLD):
                continue
            holders, at_home = await _holders(batch, organisations, names)
            found += [
                Waiting(batch, one, holders, at_home)
                for one in await awaiting.standings(association, batch, conditions_of, today)
                if one.standing is not Standing.LIFTED
            ]
    return tuple(sorted(found, key=lambda one: (one.awaited.condition.due_on, one.batch.lot, one.batch.id)))


async def _holders(
    batch: Batch, organisations: Mapping[UUID, Organisation], names: Mapping[UUID, str]
) -> tuple[tuple[Holder, ...], int]:
    """Units sent out less those that came back, by who received them; and what is left at home."""
    entries = standing_entries(await book.touching(batch.association_id, [batch.id]))
    sent: dict[UUID, UUID | None] = {}
    out: dict[UUID | None, int] = {}
    for entry in entries:
        change = sum(line.change for line in entry.lines if line.lot_id == batch.id)
        if entry.kind is EntryKind.DISPATCH:
            sent[entry.id] = entry.organisation_id or entry.to_producer_id
            out[sent[entry.id]] = out.get(sent[entry.id], 0) - change
        elif entry.kind is EntryKind.TAKE_BACK and entry.about in sent:
            out[sent[entry.about]] -= change
    holders = []
    for who, units in out.items():
        known = organisations.get(who) if who is not None else None
        if units > 0 and known is not None:
            holders.append(Holder(known.name, known.kind.value, units, known.contact or ""))
        elif units > 0:
            holders.append(Holder(names.get(who, "") if who is not None else "", "producer", units))
    left = batch.units - sum(one.units for one in holders)
    return tuple(sorted(holders, key=lambda one: (-one.units, one.name))), left
