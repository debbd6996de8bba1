"""Keeping and giving back evidence and other files, by digest."""

from __future__ import annotations

import asyncio
from datetime import datetime
from uuid import UUID

from seal import ids
from seal.db import reading, unit_of_work
from seal.errors import Conflict, NotFound, Unavailable
from seal.files import store
from seal.files.model import IMAGES, StoredFile, check, digest
from seal.files.pictures import written_anew
from seal.settings import settings

_few_pictures = asyncio.Semaphore(2)
"""A picture may take a gigabyte while it is open."""


async def put(
    association_id: UUID, data: bytes, *, declared_type: str, author: UUID | None, at: datetime, id: UUID | None = None
) -> StoredFile:
    """Keep ``data`` and return what is known of it. Joins the caller's unit of work.

    JPEG, PNG and WebP are written anew without metadata; PDF is kept as sent; anything else is refused. The kind
    is what the bytes say. ``id`` is the client's UUIDv7: sending the same bytes again under it gives the first
    result, other bytes raise ``Conflict('files.id_taken')``.

    Raises ``BadInput`` (see ``model.check``, and ``files.picture_unreadable``, ``files.picture_too_big``) and
    ``Unavailable('files.picture_busy')`` when the picture takes too long.
    """
    media_type = check(data, declared_type, settings().max_upload_mb * 1_000_000)
    received = digest(data)
    if id is not None and (earlier := await _earlier(association_id, id, received)):
        return earlier
    kept = data
    if media_type in IMAGES:
        async with _few_pictures:
            kept = await asyncio.to_thread(written_anew, data, media_type)
    file = StoredFile(id or ids.uuid7(at), digest(kept), media_type, len(kept), received, author, at)
    async with unit_of_work():
        await store.add(association_id, file, kept)
        first = await store.find(association_id, file.id)  # someone may have sent the same id a moment before
    if first is None or first.received_sha256 != received:
        raise Conflict("files.id_taken", id=str(file.id))
    return first


async def get(association_id: UUID, id: UUID) -> tuple[StoredFile, bytes]:
    """A file and its bytes, checked against their digest.

    Raises ``NotFound('files.not_found')``, also for another association's file, and
    ``Unavailable('files.damaged')`` if the kept bytes no longer match.
    """
    async with reading():
        found = await store.content(association_id, id)
    if found is None:
        raise NotFound("files.not_found")
    if digest(found[1]) != found[0].sha256:
        raise Unavailable("files.damaged", id=str(id))
    return found


async def about(association_id: UUID, id: UUID) -> StoredFile:
    """What is known of a file, without reading its bytes. Raises ``NotFound('files.not_found')``."""
    async with reading():
        found = await store.find(association_id, id)
    if found is None:
        raise NotFound("files.not_found")
    return found


async def _earlier(association_id: UUID, id: UUID, received: str) -> StoredFile | None:
    async with reading():
        earlier = await store.find(association_id, id)
    if earlier is not None and earlier.received_sha256 != received:
        raise Conflict("files.id_taken", id=str(id))
    return earlier
