"""Queries on associations and public codes. ``code`` looks across associations by design; nothing else does."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from seal.associations.model import Association, AssuranceMode, CodeKind, PublicCode, Rules
from seal.associations.tables import AssociationRow, PublicCodeRow


def _association(row: dict[str, Any]) -> Association:
    rules = json.loads(row["rules"])
    return Association(
        **{
            **row,
            "communes": tuple(json.loads(row["communes"])),
            "languages": tuple(json.loads(row["languages"])),
            "rules": Rules(**{**rules, "assurance_mode": AssuranceMode(rules["assurance_mode"])}),
        }
    )


async def insert(association: Association) -> None:
    values = {
        **{name: getattr(association, name) for name in ("id", "slug", "name", "base", "did", "log_origin", "zone")},
        **{name: getattr(association, name) for name in ("region", "colour", "demonstration", "created_at")},
        "communes": json.dumps(association.communes, ensure_ascii=False),
        "languages": json.dumps(association.languages),
        "rules": json.dumps(asdict(association.rules)),
    }
    await AssociationRow.insert(AssociationRow(**values))


async def by_id(association_id: UUID) -> Association | None:
    row = await AssociationRow.select().where(AssociationRow.id == association_id).first()
    return _association(row) if row else None


async def by_slug(slug: str) -> Association | None:
    row = await AssociationRow.select().where(AssociationRow.slug == slug).first()
    return _association(row) if row else None


async def everyone() -> tuple[Association, ...]:
    rows = await AssociationRow.select().order_by(AssociationRow.created_at, AssociationRow.id)
    return tuple(map(_association, rows))


async def insert_code(code: PublicCode, at: datetime) -> None:
    await PublicCodeRow.insert(
        PublicCodeRow(
            public_id=code.public_id,
            association_id=code.association_id,
            kind=code.kind.value,
            object_id=code.object_id,
            claimed_at=at,
        )
    )


async def code(public_id: int) -> PublicCode | None:
    """Across associations: the one server-wide look-up."""
    row = await PublicCodeRow.select().where(PublicCodeRow.public_id == public_id).first()
    if row is None:
        return None
    return PublicCode(row["public_id"], CodeKind(row["kind"]), row["association_id"], row["object_id"])


async def code_of(association_id: UUID, kind: CodeKind, object_id: UUID) -> PublicCode | None:
    row = (
        await PublicCodeRow.select()
        .where(PublicCodeRow.association_id == association_id)
        .where(PublicCodeRow.kind == kind.value)
        .where(PublicCodeRow.object_id == object_id)
        .first()
    )
    return PublicCode(row["public_id"], kind, association_id, object_id) if row else None
