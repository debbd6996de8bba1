"""The protocol that a version on its way stands for, wherever its text is."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

from seal.db import reading
from seal.errors import BadInput, NotFound
from seal.protocols import life_store, sources
from seal.protocols.drafts import OVERLAY, Files
from seal.protocols.life import Life, Source
from seal.protocols.loader import Key
from seal.protocols.model import Protocol


async def protocol_of(association_id: UUID, key: Key, life: Life | None, library: Path) -> Protocol:
    """The resolved protocol. ``BadInput`` with every fault of the text, ``NotFound('protocols.not_in_library')``."""
    if life is None or life.source is Source.LIBRARY:
        return sources.from_library(library, key)
    async with reading(fresh=True):
        revision = await life_store.latest(association_id, life.id)
    if revision is None:
        raise NotFound("protocols.not_found")
    found = await read(association_id, key, revision.files, library)
    if found.protocol is None or found.faults:
        raise BadInput.because(found.faults)
    return found.protocol


async def read(association_id: UUID, key: Key, files: Files, library: Path) -> sources.Read:
    """A draft's text as a protocol, or its faults."""
    if OVERLAY in files:
        raise NotFound("protocols.not_found")
    return await sources.read_own(key, files, library)
