"""Reads what events are projected from, of a whole association, in a fixed number of queries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from seal.labels.model import VoidReason
from seal.labels.rolls.tables import Binding
from seal.labels.tables import LabelRange, LabelVoid
from seal.members.tables import Organisation, Producer, Product, Site
from seal.traceability.epcis.labels_told import Numbers

Row = dict[str, Any]


@dataclass(frozen=True)
class Members:
    """Numbers of producers; sites with their producer; GLN of sites and organisations, and GTIN of products, where
    they have one."""

    numbers: dict[UUID, int]
    sites: dict[UUID, UUID]
    organisations: frozenset[UUID]
    glns: dict[UUID, str]
    gtins: dict[UUID, str]


async def members(association_id: UUID) -> Members:
    producers: list[Row] = await Producer.select(Producer.id, Producer.number).where(
        Producer.association_id == association_id
    )
    sites: list[Row] = await Site.select(Site.id, Site.producer_id, Site.gln).where(
        Site.association_id == association_id
    )
    organisations: list[Row] = await Organisation.select(Organisation.id, Organisation.gln).where(
        Organisation.association_id == association_id
    )
    products: list[Row] = (
        await Product.select(Product.id, Product.gtin)
        .where(Product.association_id == association_id)
        .where(Product.gtin.is_not_null())
    )
    return Members(
        numbers={row["id"]: row["number"] for row in producers},
        sites={row["id"]: row["producer_id"] for row in sites},
        organisations=frozenset(row["id"] for row in organisations),
        glns={row["id"]: row["gln"] for row in (*sites, *organisations) if row["gln"]},
        gtins={row["id"]: row["gtin"] for row in products},
    )


async def given_out(association_id: UUID) -> tuple[Numbers, ...]:
    """Every range of unit numbers, printed for the batch or bound to it from a roll."""
    table = LabelRange
    rows: list[Row] = await table.select(
        table.id, table.batch_id, table.first_unit, table.last_unit, table.reserved_at
    ).where(table.association_id == association_id)
    bound: list[Row] = await Binding.select(
        Binding.id, Binding.batch_id, Binding.first_unit, Binding.first_seal, Binding.last_seal, Binding.bound_at
    ).where(Binding.association_id == association_id)
    return (
        *(Numbers(row["id"], row["batch_id"], row["first_unit"], row["last_unit"], row["reserved_at"]) for row in rows),
        *(
            Numbers(
                row["id"],
                row["batch_id"],
                row["first_unit"],
                row["first_unit"] + row["last_seal"] - row["first_seal"],
                row["bound_at"],
            )
            for row in bound
        ),
    )


async def void(association_id: UUID) -> tuple[Numbers, ...]:
    """Every void."""
    table = LabelVoid
    rows: list[Row] = await table.select(
        table.id, table.batch_id, table.first_unit, table.last_unit, table.voided_at, table.reason
    ).where(table.association_id == association_id)
    return tuple(
        Numbers(
            row["id"],
            row["batch_id"],
            row["first_unit"],
            row["last_unit"],
            row["voided_at"],
            VoidReason(row["reason"]),
        )
        for row in rows
    )
