"""Queries of members: rows to values and back, always inside one association."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from seal.members import tables
from seal.members.model import (
    Agreement,
    Fact,
    FactValue,
    MembershipAction,
    MembershipStep,
    Permit,
    Producer,
    Product,
    Relation,
    RelationKind,
    Site,
    SiteKind,
)

Row = dict[str, Any]


async def insert_producer(producer: Producer) -> None:
    """Raises the database's own error when ``number`` is taken."""
    await tables.Producer.insert(
        tables.Producer(
            id=producer.id,
            association_id=producer.association_id,
            number=producer.number,
            trade_name=producer.trade_name,
            commune=producer.commune,
            language=producer.language,
            contact=producer.contact,
            registered_at=producer.registered_at,
        )
    )


async def insert_step(
    association_id: UUID,
    producer_id: UUID,
    sequence: int,
    step: MembershipStep,
    *,
    id: UUID,
    actor_id: UUID | None,
    reason: str,
) -> None:
    await tables.ProducerAction.insert(
        tables.ProducerAction(
            id=id,
            association_id=association_id,
            producer_id=producer_id,
            sequence=sequence,
            action=step.action.value,
            actor_id=actor_id,
            recorded_at=step.recorded_at,
            effective_on=step.effective_on,
            reason=reason,
        )
    )


async def next_number(association_id: UUID) -> int:
    """One more than the highest number in use; the unique constraint settles a race."""
    rows: list[Row] = (
        await tables.Producer.select(tables.Producer.number)
        .where(tables.Producer.association_id == association_id)
        .order_by(tables.Producer.number, ascending=False)
        .limit(1)
    )
    return int(rows[0]["number"]) + 1 if rows else 1


async def producer(association_id: UUID, producer_id: UUID) -> Producer | None:
    found = await producers(association_id, [producer_id])
    return found[0] if found else None


async def producers(association_id: UUID, only: Sequence[UUID] | None = None) -> tuple[Producer, ...]:
    """Producers by number, with their steps; two queries however many they are."""
    if only is not None and not only:
        return ()
    table, action = tables.Producer, tables.ProducerAction
    query = table.select().where(table.association_id == association_id)
    steps_query = action.select().where(action.association_id == association_id)
    if only is not None:
        query = query.where(table.id.is_in(list(only)))
        steps_query = steps_query.where(action.producer_id.is_in(list(only)))
    rows: list[Row] = await query.order_by(table.number)
    steps: dict[UUID, list[MembershipStep]] = {}
    for row in await steps_query.order_by(action.sequence):
        step = MembershipStep(MembershipAction(row["action"]), row["effective_on"], row["recorded_at"])
        steps.setdefault(row["producer_id"], []).append(step)
    return tuple(
        Producer(
            row["id"],
            row["association_id"],
            row["number"],
            row["trade_name"],
            row["commune"],
            row["language"],
            row["contact"],
            row["registered_at"],
            tuple(steps.get(row["id"], ())),
        )
        for row in rows
    )


async def insert_site(association_id: UUID, site: Site, at: datetime) -> None:
    await tables.Site.insert(
        tables.Site(
            id=site.id,
            association_id=association_id,
            producer_id=site.producer_id,
            name=site.name,
            kind=site.kind.value,
            commune=site.commune,
            recorded_at=at,
        )
    )


async def sites(association_id: UUID, producer_id: UUID) -> tuple[Site, ...]:
    table = tables.Site
    rows: list[Row] = (
        await table.select()
        .where((table.association_id == association_id) & (table.producer_id == producer_id))
        .order_by(table.name)
    )
    return tuple(
        Site(row["id"], row["producer_id"], row["name"], SiteKind(row["kind"]), row["commune"], row["gln"])
        for row in rows
    )


async def insert_product(association_id: UUID, product: Product, at: datetime) -> None:
    await tables.Product.insert(
        tables.Product(
            id=product.id,
            association_id=association_id,
            producer_id=product.producer_id,
            protocol_id=product.protocol_id,
            names=json.dumps(dict(product.name), ensure_ascii=False, sort_keys=True),
            net_content=product.net_content,
            grams=product.grams,
            recorded_at=at,
            kind=product.kind,
        )
    )


async def products(association_id: UUID, producer_id: UUID) -> tuple[Product, ...]:
    table = tables.Product
    rows: list[Row] = (
        await table.select()
        .where((table.association_id == association_id) & (table.producer_id == producer_id))
        .order_by(table.recorded_at, table.id)
    )
    return tuple(
        Product(
            row["id"],
            row["producer_id"],
            row["protocol_id"],
            json.loads(row["names"]),
            row["net_content"],
            row["grams"],
            row["kind"],
            row["gtin"],
        )
        for row in rows
    )


async def set_gtin(association_id: UUID, product_id: UUID, gtin: str | None) -> None:
    table = tables.Product
    where = (table.association_id == association_id) & (table.id == product_id)
    await table.update({table.gtin: gtin}).where(where)


async def set_gln(association_id: UUID, site_id: UUID, gln: str | None) -> None:
    table = tables.Site
    where = (table.association_id == association_id) & (table.id == site_id)
    await table.update({table.gln: gln}).where(where)


async def insert_fact(
    association_id: UUID, producer_id: UUID, fact: Fact, *, id: UUID, recorded_by: UUID | None
) -> None:
    await tables.ProducerFact.insert(
        tables.ProducerFact(
            id=id,
            association_id=association_id,
            producer_id=producer_id,
            name=fact.name,
            told=fact.value if isinstance(fact.value, bool) else None,
            recorded_by=recorded_by,
            recorded_at=fact.recorded_at,
            said=None if isinstance(fact.value, bool | None) else json.dumps(fact.value, ensure_ascii=False),
        )
    )


async def facts(association_id: UUID, producer_id: UUID) -> tuple[Fact, ...]:
    """Every telling, oldest first."""
    table = tables.ProducerFact
    rows: list[Row] = (
        await table.select()
        .where((table.association_id == association_id) & (table.producer_id == producer_id))
        .order_by(table.recorded_at, table.id)
    )
    return tuple(Fact(row["name"], _fact_value(row), row["recorded_at"]) for row in rows)


def _fact_value(row: Row) -> FactValue:
    if row["said"] is None:
        return None if row["told"] is None else bool(row["told"])
    said = json.loads(row["said"])
    return tuple(said) if isinstance(said, list) else str(said)


async def insert_permit(association_id: UUID, permit: Permit, recorded_by: UUID | None) -> None:
    await tables.Permit.insert(
        tables.Permit(
            id=permit.id,
            association_id=association_id,
            producer_id=permit.producer_id,
            kind=permit.kind,
            number=permit.number,
            valid_until=permit.valid_until,
            file_id=permit.file_id,
            recorded_by=recorded_by,
            recorded_at=permit.recorded_at,
        )
    )


async def permits(association_id: UUID, producer_id: UUID) -> tuple[Permit, ...]:
    """Every permit ever recorded, oldest first."""
    table = tables.Permit
    rows: list[Row] = (
        await table.select()
        .where((table.association_id == association_id) & (table.producer_id == producer_id))
        .order_by(table.recorded_at, table.id)
    )
    return tuple(
        Permit(
            row["id"],
            row["producer_id"],
            row["kind"],
            row["number"],
            row["valid_until"],
            row["file_id"],
            row["recorded_at"],
        )
        for row in rows
    )


async def insert_relation(
    association_id: UUID, relation: Relation, *, id: UUID, recorded_by: UUID | None, at: datetime
) -> None:
    await tables.Relation.insert(
        tables.Relation(
            id=id,
            association_id=association_id,
            person_id=relation.person_id,
            producer_id=relation.producer_id,
            kind=relation.kind.value,
            degree=relation.degree,
            since=relation.since,
            until_day=relation.until,
            recorded_by=recorded_by,
            recorded_at=at,
        )
    )


async def relations(association_id: UUID, producer_id: UUID) -> tuple[Relation, ...]:
    table = tables.Relation
    rows: list[Row] = (
        await table.select()
        .where((table.association_id == association_id) & (table.producer_id == producer_id))
        .order_by(table.recorded_at, table.id)
    )
    return tuple(
        Relation(
            row["person_id"],
            row["producer_id"],
            RelationKind(row["kind"]),
            row["degree"],
            row["since"],
            row["until_day"],
        )
        for row in rows
    )


async def insert_agreement(
    association_id: UUID, agreement: Agreement, terms: bytes, *, id: UUID, signed_by: UUID | None
) -> None:
    await tables.Agreement.insert(
        tables.Agreement(
            id=id,
            association_id=association_id,
            producer_id=agreement.producer_id,
            version=agreement.version,
            terms=terms,
            terms_sha256=agreement.terms_sha256,
            signed_by=signed_by,
            signed_at=agreement.signed_at,
        )
    )


async def agreements(association_id: UUID, producer_id: UUID) -> tuple[Agreement, ...]:
    """Every agreement signed, oldest first; the last one is in force."""
    table = tables.Agreement
    rows: list[Row] = (
        await table.select(table.producer_id, table.version, table.terms_sha256, table.signed_at)
        .where((table.association_id == association_id) & (table.producer_id == producer_id))
        .order_by(table.signed_at, table.id)
    )
    return tuple(Agreement(row["producer_id"], row["version"], row["terms_sha256"], row["signed_at"]) for row in rows)


async def insert_representation(
    association_id: UUID, person_id: UUID, producer_id: UUID, since: datetime, *, id: UUID
) -> None:
    await tables.Representation.insert(
        tables.Representation(
            id=id, association_id=association_id, person_id=person_id, producer_id=producer_id, since=since
        )
    )


async def end_representation(association_id: UUID, person_id: UUID, producer_id: UUID, at: datetime) -> None:
    table = tables.Representation
    await table.update({table.ended_at: at}).where(
        (table.association_id == association_id)
        & (table.person_id == person_id)
        & (table.producer_id == producer_id)
        & table.ended_at.is_null()
    )


async def represented(association_id: UUID, person_id: UUID, at: datetime) -> frozenset[UUID]:
    """Producers for which the person acts at ``at``."""
    table = tables.Representation
    rows: list[Row] = await table.select(table.producer_id).where(
        (table.association_id == association_id)
        & (table.person_id == person_id)
        & (table.since <= at)
        & (table.ended_at.is_null() | (table.ended_at > at))
    )
    return frozenset(row["producer_id"] for row in rows)


async def representatives(association_id: UUID, producer_id: UUID, at: datetime) -> frozenset[UUID]:
    """People who act for the producer at ``at``."""
    table = tables.Representation
    rows: list[Row] = await table.select(table.person_id).where(
        (table.association_id == association_id)
        & (table.producer_id == producer_id)
        & (table.since <= at)
        & (table.ended_at.is_null() | (table.ended_at > at))
    )
    return frozenset(row["person_id"] for row in rows)
