"""How the keys stand: their age, what lies where it should not, what is due. Advice, never a block.

NIST SP 800-57 part 1 gives a private signature key one to three years; Seal reminds after two.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from seal.associations import service as associations
from seal.clock import local_day
from seal.errors import Param
from seal.keys import book, chain, opening
from seal.keys import ceremony as making
from seal.keys.model import KeyRole
from seal.keys.records import Act, Record
from seal.keys.statement import KeyHistory

ISSUING_DAYS = 730
WARN_DAYS = 60
"""How long before its time a key's reminder begins."""


@dataclass(frozen=True)
class Advice:
    """Something to do; ``keys.advice.<code>`` of the locales says it."""

    code: str
    params: Mapping[str, Param] = field(default_factory=dict)


@dataclass(frozen=True)
class Health:
    """How the keys stand at one moment. ``due``: when the issuing key has been in use long enough."""

    history: KeyHistory
    book: tuple[Record, ...]
    stopped: Record | None
    age_days: int
    due: datetime
    advice: tuple[Advice, ...]


async def due_at(association_id: UUID) -> datetime | None:
    """When the present issuing key has been in use long enough; ``None`` before the ceremony."""
    known = await chain.history(association_id)
    return None if known is None else known.current.at + timedelta(days=ISSUING_DAYS)


async def health(association_id: UUID, at: datetime) -> Health:
    """Raises ``Unavailable('keys.missing')`` before the ceremony."""
    association = await associations.get(association_id)
    known = await chain.required(association_id)
    every = await book.book(association_id)
    stop = await book.stopped(association_id)
    due = known.current.at + timedelta(days=ISSUING_DAYS)
    days = {"day": local_day(due, association.zone).isoformat()}
    advice: list[Advice] = []
    if stop is not None:
        advice.append(Advice("stopped", {"reason": stop.value("reason") or ""}))
    if at >= due:
        advice.append(Advice("rotate", days))
    elif at >= due - timedelta(days=WARN_DAYS):
        advice.append(Advice("rotate_soon", days))
    here = opening.folder_of(association.slug, known.current.seq) / making.file_name(KeyRole.NEXT)
    if await asyncio.to_thread(here.exists) and not association.demonstration:
        advice.append(Advice("next_here", {"path": str(here)}))
    if not any(one.act is Act.SHARES and one.value("shares_key") == known.current.next_sha256 for one in every):
        advice.append(Advice("no_shares"))
    return Health(known, every, stop, max(0, (at - known.current.at).days), due, tuple(advice))
