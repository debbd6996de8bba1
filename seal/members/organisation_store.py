"""Queries of organisations, always inside one association."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from seal.members import tables
from seal.members.model import Organisation, OrganisationKind

Row = dict[str, Any]


async def set_organisation_gln(association_id: UUID, organisation_id: UUID, gln: str | None) -> None:
    table = tables.Organisation
    where = (table.association_id == association_id) & (table.id == organisation_id)
    await table.update({table.gln: gln}).where(where)


async def insert_organisation(association_id: UUID, one: Organisation, recorded_by: UUID | None) -> None:
    """Raises the database's error (``organisation_name_once``) for a name that is there."""
    await tables.Organisation.insert(
        tables.Organisation(
            id=one.id,
            association_id=association_id,
            name=one.name,
            kind=one.kind.value,
            commune=one.commune,
            contact=one.contact,
            gln=one.gln,
            recorded_by=recorded_by,
            recorded_at=one.recorded_at,
        )
    )


async def organisations(association_id: UUID) -> tuple[Organisation, ...]:
    """By name."""
    table = tables.Organisation
    rows: list[Row] = await table.select().where(table.association_id == association_id).order_by(table.name)
    return tuple(
        Organisation(
            row["id"],
            row["name"],
            OrganisationKind(row["kind"]),
            row["commune"],
            row["contact"],
            row["gln"],
            row["recorded_at"],
        )
        for row in rows
    )
