"""Queries on notices."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from seal.notices.model import Notice
from seal.notices.tables import NoticeRow


def _notice(row: dict[str, Any]) -> Notice:
    values = {name: row[name] for name in Notice.__dataclass_fields__}
    return Notice(**{**values, "params": json.loads(row["params"])})


async def insert(notice: Notice, subject: str) -> None:
    await NoticeRow.insert(
        NoticeRow(
            id=notice.id,
            association_id=notice.association_id,
            person_id=notice.person_id,
            kind=notice.kind,
            subject=subject,
            params=json.dumps(dict(notice.params), ensure_ascii=False),
            due_at=notice.due_at,
            made_at=notice.made_at,
        )
    )


async def by_subject(association_id: UUID, kind: str, subject: str) -> Notice | None:
    row = (
        await NoticeRow.select()
        .where(NoticeRow.association_id == association_id)
        .where(NoticeRow.kind == kind)
        .where(NoticeRow.subject == subject)
        .first()
    )
    return _notice(row) if row else None


async def due(association_id: UUID, at: datetime) -> tuple[Notice, ...]:
    rows = (
        await NoticeRow.select()
        .where(NoticeRow.association_id == association_id)
        .where(NoticeRow.due_at <= at)
        .where(NoticeRow.done_at.is_null())
        .order_by(NoticeRow.due_at, NoticeRow.id)
    )
    return tuple(map(_notice, rows))


async def done(association_id: UUID, notice_id: UUID, at: datetime) -> None:
    await (
        NoticeRow.update({NoticeRow.done_at: at})
        .where(NoticeRow.association_id == association_id)
        .where(NoticeRow.id == notice_id)
        .where(NoticeRow.done_at.is_null())
    )


async def settle(association_id: UUID, kind: str, subjects: Sequence[str], at: datetime) -> None:
    await (
        NoticeRow.update({NoticeRow.done_at: at})
        .where(NoticeRow.association_id == association_id)
        .where(NoticeRow.kind == kind)
        .where(NoticeRow.subject.is_in(list(subjects)))
        .where(NoticeRow.done_at.is_null())
    )
