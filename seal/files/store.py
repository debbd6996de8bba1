"""Queries of kept files, always inside one association."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from seal.files import tables
from seal.files.model import StoredFile

_KEPT = tables.StoredFile


def _file(row: dict[str, Any]) -> StoredFile:
    return StoredFile(
        row["id"],
        row["sha256"],
        row["media_type"],
        row["size"],
        row["received_sha256"],
        row["author_id"],
        row["stored_at"],
    )


_PARTS = (
    _KEPT.id,
    _KEPT.sha256,
    _KEPT.media_type,
    _KEPT.size,
    _KEPT.received_sha256,
    _KEPT.author_id,
    _KEPT.stored_at,
)


async def find(association_id: UUID, file_id: UUID) -> StoredFile | None:
    """What is known of a file, without its bytes."""
    row = await _KEPT.select(*_PARTS).where(_KEPT.association_id == association_id).where(_KEPT.id == file_id).first()
    return _file(row) if row else None


async def content(association_id: UUID, file_id: UUID) -> tuple[StoredFile, bytes] | None:
    """A file and its bytes."""
    row = (
        await _KEPT.select(*_PARTS, _KEPT.content)
        .where(_KEPT.association_id == association_id)
        .where(_KEPT.id == file_id)
        .first()
    )
    return (_file(row), bytes(row["content"])) if row else None


async def add(association_id: UUID, file: StoredFile, data: bytes) -> None:
    """Keep a file, unless its id is taken. Rows are never changed afterwards (invariant 8)."""
    await _KEPT.insert(
        _KEPT(
            id=file.id,
            association_id=association_id,
            sha256=file.sha256,
            received_sha256=file.received_sha256,
            media_type=file.media_type,
            size=file.size,
            content=data,
            author_id=file.author,
            stored_at=file.stored_at,
        )
    ).on_conflict(target=_KEPT.id, action="DO NOTHING")
