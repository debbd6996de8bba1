"""Queries of papers and of what waits for one, always inside one association."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from seal.printing.model import Language, Order, OrderKind, StoredPaper
from seal.printing.tables import Paper, PaperOrder

_O, _P = PaperOrder, Paper
Row = dict[str, Any]


def _order(row: Row) -> Order:
    return Order(**{**row, "kind": OrderKind(row["kind"])})


def _paper(row: Row) -> StoredPaper:
    kept = {name: row[name] for name in ("id", "object_id", "edition", "template", "dated_at", "made_at", "sha256")}
    content = bytes(row["content"]) if "content" in row else b""
    signature = bytes(row["signature"] or b"") if "signature" in row else b""
    return StoredPaper(**kept, language=Language(row["language"]), content=content, signature=signature)


async def insert_order(order: Order) -> None:
    """Once for each object; again changes nothing."""
    row = _O(**{**vars(order), "kind": order.kind.value})
    await _O.insert(row).on_conflict(target=_O.id, action="DO NOTHING")


async def order(association_id: UUID, object_id: UUID) -> Order | None:
    row = await _O.select().where(_O.association_id == association_id).where(_O.id == object_id).first()
    return _order(row) if row else None


async def waiting(association_id: UUID, limit: int) -> tuple[Order, ...]:
    """Orders without all their papers: those without a known fault first, then oldest first."""
    rows: list[Row] = (
        await _O.select()
        .where(_O.association_id == association_id)
        .where(_O.waiting == True)  # noqa: E712 - a column, not a value
        .order_by(_O.dated_at, _O.id)
        .limit(limit)
    )
    return tuple(_order(row) for row in rows)


async def set_edition(association_id: UUID, object_id: UUID, edition: int, at: datetime) -> bool:
    """Ask for the next edition; False if someone has just done so."""
    rows: list[Row] = (
        await _O.update({_O.edition: edition, _O.dated_at: at, _O.waiting: True, _O.fault: None})
        .where(_O.association_id == association_id)
        .where(_O.id == object_id)
        .where(_O.edition == edition - 1)
        .where(_O.waiting == False)  # noqa: E712 - a column, not a value
        .returning(_O.id)
    )
    return bool(rows)


async def set_fault(association_id: UUID, order: Order, fault: str | None, *, waiting: bool) -> None:
    """What stands in the way of an edition, or that it is whole."""
    await (
        _O.update({_O.fault: fault, _O.waiting: waiting})
        .where(_O.association_id == association_id)
        .where(_O.id == order.id)
        .where(_O.edition == order.edition)
    )


async def insert(association_id: UUID, paper: StoredPaper, content_sha256: str) -> None:
    """Keep a drawn paper. The first one kept stays: a paper is never drawn over."""
    await _P.insert(
        _P(
            id=paper.id,
            association_id=association_id,
            object_id=paper.object_id,
            edition=paper.edition,
            language=paper.language.value,
            template=paper.template,
            dated_at=paper.dated_at,
            made_at=paper.made_at,
            content=paper.content,
            content_sha256=content_sha256,
            sha256=paper.sha256,
        )
    ).on_conflict(target=(_P.association_id, _P.object_id, _P.edition, _P.language), action="DO NOTHING")


async def set_signature(association_id: UUID, paper_id: UUID, signature: bytes, sha256: str) -> None:
    """Add what the signature appends, once."""
    await (
        _P.update({_P.signature: signature, _P.sha256: sha256})
        .where(_P.association_id == association_id)
        .where(_P.id == paper_id)
        .where(_P.sha256.is_null())
    )


async def drawn(association_id: UUID, object_id: UUID, edition: int, language: Language) -> StoredPaper | None:
    """A drawn paper with its bytes, whole or still to be signed."""
    row = (
        await _P.select()
        .where(_P.association_id == association_id)
        .where(_P.object_id == object_id)
        .where(_P.edition == edition)
        .where(_P.language == language.value)
        .first()
    )
    return _paper(row) if row else None


async def with_content(association_id: UUID, content_sha256: str) -> bytes | None:
    """The drawn bytes with this digest."""
    row = (
        await _P.select(_P.content)
        .where(_P.association_id == association_id)
        .where(_P.content_sha256 == content_sha256)
        .first()
    )
    return bytes(row["content"]) if row else None


async def newest(
    association_id: UUID, object_id: UUID, languages: Sequence[Language], edition: int | None
) -> StoredPaper | None:
    """The whole paper of the newest edition (or of the named one) in the first of ``languages`` that it has."""
    query = (
        _P.select()
        .where(_P.association_id == association_id)
        .where(_P.object_id == object_id)
        .where(_P.language.is_in([one.value for one in languages]))
        .where(_P.sha256.is_not_null())
    )
    if edition is not None:
        query = query.where(_P.edition == edition)
    rows: list[Row] = await query.columns(_P.id, _P.edition, _P.language)
    if not rows:
        return None
    top = max(row["edition"] for row in rows)
    best = min(
        (row for row in rows if row["edition"] == top), key=lambda row: list(languages).index(Language(row["language"]))
    )
    row = await _P.select().where(_P.association_id == association_id).where(_P.id == best["id"]).first()
    return _paper(row) if row else None


async def editions(association_id: UUID, object_id: UUID) -> tuple[StoredPaper, ...]:
    """What is known of every whole paper of an object, newest edition first, without bytes."""
    rows: list[Row] = (
        await _P.select(_P.id, _P.object_id, _P.edition, _P.language, _P.template, _P.dated_at, _P.made_at, _P.sha256)
        .where(_P.association_id == association_id)
        .where(_P.object_id == object_id)
        .where(_P.sha256.is_not_null())
        .order_by(_P.edition, ascending=False)
        .order_by(_P.language)
    )
    return tuple(_paper(row) for row in rows)
