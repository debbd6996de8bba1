"""Declaring a batch: what stands on paper before anything is sealed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from uuid import UUID

from seal import ids
from seal.associations import service as associations
from seal.associations.model import Association
from seal.batches import gating, model, result_store, store
from seal.batches.book import service as book
from seal.batches.book.model import Entry
from seal.batches.model import Action, Batch, State, Step
from seal.batches.sealing import SEALERS, add_step, load
from seal.certificates import service as certificates
from seal.clock import local_day
from seal.db import in_unit_of_work
from seal.db.violations import integrity
from seal.errors import BadInput, Conflict, NotFound, Reason
from seal.identity import Acting, system
from seal.members import service as members
from seal.people import service as people
from seal.protocols import service as protocols
from seal.protocols.model import Protocol
from seal.protocols.rules import LabelRules
from seal.protocols.situation import Situation

NAME_MOST = 60
"""Letters of the name of a recipe or a dye lot."""


async def declare(
    acting: Acting,
    *,
    producer_id: UUID,
    product_id: UUID,
    site_id: UUID,
    lot: str,
    units: int,
    produced_on: date,
    use_by: date | None = None,
    made_of: Sequence[tuple[UUID, int]] = (),
    recipe: str = "",
    dye_lot: str = "",
) -> Batch:
    """Write down a lot, and what it was ``made_of``: lots of the batch book with the amounts taken.

    ``use_by`` defaults to production plus the protocol's shelf life, and is never later. ``recipe`` and ``dye_lot``:
    by their names, where tests are due when they change.

    Declaring the very same lot again returns it. Raises ``BadInput`` with every fault of form,
    ``Conflict('batch.lot_taken')`` when the name belongs to another lot of the producer, and ``NotFound``.
    """
    await people.authorise(acting, *SEALERS)
    await members.require_access(acting, producer_id)
    association = await associations.get(acting.association_id)
    dossier = await members.dossier_of(association.id, producer_id)
    product = next((one for one in dossier.products if one.id == product_id), None)
    if product is None:
        raise NotFound("batch.no_product")
    if all(one.id != site_id for one in dossier.sites):
        raise NotFound("batch.no_site")
    today = local_day(acting.at, association.zone)
    latest = None
    if produced_on <= today:
        protocol = await protocol_of(association, producer_id, product.protocol_id, acting.at)
        here = gating.known(dossier, product_id, site_id)
        usual, latest = _shelf_life(protocol.rules.label, here, produced_on) if protocol else (None, None)
        use_by = use_by or usual
    told = model.declare_reasons(units=units, produced_on=produced_on, use_by=use_by, today=today, latest=latest)
    said = {"recipe": " ".join(recipe.split()), "dye_lot": " ".join(dye_lot.split())}
    faults = [*told, *model.lot_reasons(lot), *(fault for kind in said for fault in _name_faults(kind, said[kind]))]
    if faults:
        raise BadInput.because(faults)
    step = Step(Action.DECLARE, acting.at, acting.at, acting.person_id, id=ids.uuid7(acting.at))
    batch = Batch(
        id=ids.uuid7(acting.at),
        association_id=association.id,
        producer_id=producer_id,
        product_id=product_id,
        site_id=site_id,
        protocol_id=product.protocol_id,
        lot=" ".join(lot.split()),
        units=units,
        produced_on=produced_on,
        use_by=use_by,
        declared_at=acting.at,
    )

    async def write() -> Batch:
        key = model.lot_key(lot)
        before = await store.named(association.id, producer_id, key)
        if before is not None:
            if _same(before, batch):
                return before
            raise Conflict("batch.lot_taken", lot=batch.lot, field="lot")
        async with integrity({"batch_lot_once": Conflict("batch.lot_taken", lot=batch.lot, field="lot")}):
            await store.insert(batch, key)
        async with integrity({"lot_name_once": Conflict("batch.lot_taken", lot=batch.lot, field="lot")}):
            await book.begin_batch(batch, product.grams, acting.person_id)
        await add_step(batch, step)
        for kind, name in said.items():
            if name:
                await result_store.insert_occasion(association.id, batch.id, kind, name, acting.person_id, acting.at)
        if made_of:
            await made_from(acting, replace(batch, steps=(step,)), made_of)
        return replace(batch, steps=(step,))

    return await in_unit_of_work(write)


async def made_from(acting: Acting, batch: Batch, made_of: Sequence[tuple[UUID, int]]) -> Entry:
    """Write in the book what a batch was made of, on the day of its production. Raises as ``book.make``."""
    return await book.make(
        acting, batch.producer_id, happened_on=batch.produced_on, takes=made_of, gives=[(batch.id, batch.units)]
    )


def _name_faults(kind: str, name: str) -> list[Reason]:
    if len(name) > NAME_MOST or not name.isprintable():
        return [Reason("batch.occasion_name", {"field": kind, "most": NAME_MOST})]
    return []


def _same(before: Batch, asked: Batch) -> bool:
    def said(batch: Batch) -> tuple[object, ...]:
        return (batch.product_id, batch.site_id, batch.units, batch.produced_on, batch.use_by)

    return before.state is State.DECLARED and said(before) == said(asked)


def _shelf_life(label: LabelRules, here: Situation, produced_on: date) -> tuple[date | None, date | None]:
    """The use-by that goes without saying, and the last one that the shelf life allows."""
    months = label.shelf_life_months
    usual = model.default_use_by(produced_on, months, label.default_days(here))
    return usual, model.default_use_by(produced_on, months, label.certain_days(here))


async def protocol_of(association: Association, producer_id: UUID, protocol_id: str, at: datetime) -> Protocol | None:
    """The protocol version that a producer's lots are judged by: of the newest certification, else the newest
    that may be used today."""
    held = await certificates.held(association.id, producer_id, protocol_id)
    if held:
        return (await protocols.pinned(association.id, held[0].version_id)).protocol
    today = local_day(at, association.zone)
    usable = await protocols.usable(system(association.id, at), protocol_id, today)
    return usable[0].protocol if usable else None


async def discard(acting: Acting, batch_id: UUID, *, reason: str) -> Batch:
    """Take back a lot that was never sealed. Its name stays used. Raises ``Refused('batch.transition')``."""
    await people.authorise(acting, *SEALERS)

    async def write() -> Batch:
        batch = await load(acting, batch_id)
        model.apply(batch.state, Action.DISCARD, acting.at)
        step = Step(
            Action.DISCARD, acting.at, acting.at, acting.person_id, reason=reason.strip(), id=ids.uuid7(acting.at)
        )
        await add_step(batch, step)
        return replace(batch, steps=(*batch.steps, step))

    return await in_unit_of_work(write)
