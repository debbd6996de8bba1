"""Before a key is declared stolen: what the log holds since each checkpoint, for people to choose where trust ends."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from seal.associations import service as associations
from seal.db import reading
from seal.errors import BadInput
from seal.keys import jws, store
from seal.keys.model import IntentKind
from seal.transparency import service as log
from seal.transparency.model import LeafType
from seal.transparency.note import parse_checkpoint_text, parse_note

_AT_ONCE = 1_000
_SIGNED = {LeafType.CERTIFICATION: IntentKind.CERTIFICATION, LeafType.BATCH: IntentKind.BATCH}


@dataclass(frozen=True)
class Logged:
    """One leaf. ``address`` (of a certification or batch) ends in its public code; ``kid`` is of its signer."""

    index: int
    kind: LeafType
    at: datetime
    object_id: UUID
    address: str | None = None
    kid: str | None = None


@dataclass(frozen=True)
class Choice:
    """A signed tree head at which trust could end, and how many leaves the log holds from there on."""

    size: int
    signed_at: datetime
    since: int


async def choices(association_id: UUID, limit: int = 20) -> tuple[Choice, ...]:
    """The latest checkpoints, newest first."""
    async with reading():
        size = (await log.head(association_id)).size
        found = await log.recent_checkpoints(association_id, limit)
    return tuple(Choice(one.size, one.signed_at, size - one.size) for one in found)


async def logged_since(association_id: UUID, tree_size: int) -> tuple[Logged, ...]:
    """Every leaf from ``tree_size`` on: what would no longer be trusted, if the key that signed it were ended there.

    Raises ``BadInput('keys.tree_size')`` beyond the log.
    """
    found: list[Logged] = []
    async with reading():
        end = (await log.head(association_id)).size
        if not 0 <= tree_size <= end:
            raise BadInput("keys.tree_size", size=end, asked=tree_size)
        while tree_size < end:
            leaves = await log.leaves(association_id, tree_size, end)
            if not leaves:
                break
            for leaf in leaves:
                address, kid = await _signed(association_id, leaf.leaf_type, leaf.object_id)
                found.append(Logged(leaf.index, leaf.leaf_type, leaf.appended_at, leaf.object_id, address, kid))
            tree_size = leaves[-1].index + 1
    return tuple(found)


async def _signed(association_id: UUID, kind: LeafType, object_id: UUID) -> tuple[str | None, str | None]:
    wanted = _SIGNED.get(kind)
    intent = await store.intent_of(association_id, wanted, object_id) if wanted else None
    if intent is None:
        return None, None
    document: Any = jws.strict_json(intent.payload)
    return str(document.get("id")), intent.key_id


async def size_of(association_id: UUID, note: bytes) -> int:
    """The size that a checkpoint's file names, if it is of this very log. Raises ``BadInput('keys.checkpoint_other')``
    for one that this log never had, ``BadInput('note.*' | 'checkpoint.*')``, ``NotFound('transparency.no_leaf')``."""
    text = parse_checkpoint_text(parse_note(note).text)
    association = await associations.get(association_id)
    if text.origin != association.log_origin or await log.root_at(association_id, text.size) != text.root:
        raise BadInput("keys.checkpoint_other", size=text.size)
    return text.size
