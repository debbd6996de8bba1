"""The protocol that a version on its way stands for, wherever its text is."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

from seal.db import reading
from seal.errors import BadInput, NotFound
from seal.protocols import life_store, sources, store
from seal.protocols.drafts import OVERLAY, Files
from seal.protocols.life import Life, Source
from seal.protocols.loader import Key
from seal.protocols.model import Protocol
from seal.protocols.overlay import read_overlay, resolve


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
    if OVERLAY not in files:
        return await sources.read_own(key, files, library)
    try:
        overlay = read_overlay(files[OVERLAY], "/".join((*key, OVERLAY)))
        if overlay.key != key:
            place, folder = (("id",), key[0]) if overlay.key[0] != key[0] else (("version",), key[1])
            raise BadInput.because([overlay.source.fault("protocols.not_its_folder", place, folder=folder)])
        base = await base_of(association_id, overlay.base, library, digest=overlay.shape.base.sha256)
        if base is None:
            named = {"id": overlay.base[0], "version": overlay.base[1]}
            raise BadInput.because([overlay.source.fault("protocols.overlay.no_base", ("base",), **named)])
        return sources.Read(resolve(overlay, base), ())
    except BadInput as error:
        return sources.Read(None, error.reasons)


async def origin(life: Life) -> Key | None:
    """What an adapted version lies over; ``None`` for any other. For pages, public ones among them."""
    if life.source is not Source.OVERLAY:
        return None
    async with reading():
        revision = await life_store.latest(life.association_id, life.id)
    try:
        return None if revision is None else read_overlay(revision.files[OVERLAY]).base
    except BadInput:
        return None


async def base_of(association_id: UUID, key: Key, library: Path, *, digest: str = "") -> Protocol | None:
    """A version to build on: the association's kept copy, or of the library; the one with ``digest`` if they differ."""
    async with reading():
        kept = await store.by_name(association_id, *key)
    if kept is not None and kept.sound and digest in ("", kept.digest):
        return kept.protocol
    try:
        return sources.from_library(library, key)
    except NotFound:
        return None if kept is None else kept.protocol
