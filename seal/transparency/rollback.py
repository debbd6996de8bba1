"""Is this database behind its marks? Compared before every signature and every leaf."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from uuid import UUID

from seal.db import engine
from seal.errors import Reason, Unavailable
from seal.transparency import marks, merkle, store, tile_store
from seal.transparency.marks import Mark, Place

LONG = 100_000
"""Leaves of a log that has no marks yet, above which its old entries are not copied out."""
_level: dict[UUID, tuple[object, ...]] = {}
"""The database of this process and the marks that it was found level with."""


def _seen(found: list[Mark]) -> tuple[object, ...]:
    return (engine.current(), *found)


async def _root_at(association_id: UUID, size: int, now: int, frontier: tuple[bytes, ...]) -> bytes | None:
    if size == now:
        return merkle.fold(frontier)
    found = await tile_store.frontier_at(association_id, size)
    return merkle.fold(found) if found is not None else None


async def behind(association_id: UUID, found: list[Mark] | None = None) -> tuple[Reason, ...]:
    """Every way in which the log is not the one that was marked; empty if it is that log, or has no marks yet.

    Raises ``Unavailable('marks.unreadable')``.
    """
    known = [mark for _, mark in marks.every(association_id)] if found is None else found
    if not known:
        return ()
    size, frontier = await store.head(association_id)  # after the marks were read: a living log is ahead of them
    highest = max((mark.head for mark in known), key=lambda one: one.size)
    if highest.size > size:
        return (Reason("marks.log_short", {"size": size, "marked": highest.size, "missing": highest.size - size}),)
    places: dict[Place, None] = {}
    for mark in known:
        places |= {mark.checkpoint: None, mark.head: None}
    for place in places:
        if place.size and await _root_at(association_id, place.size, size, frontier) != place.root:
            return (Reason("marks.log_forked", {"size": place.size}),)
    _level[association_id] = _seen(known)
    return ()


async def require_level(association_id: UUID, size: int) -> None:
    """Before a leaf is written at ``size``: ``Unavailable('transparency.recovery')`` with every reason, if behind."""
    found = [mark for _, mark in marks.every(association_id)]
    if all(mark.head.size <= size for mark in found) and _level.get(association_id) == _seen(found):
        return
    if reasons := await behind(association_id, found):
        raise Unavailable.because((Reason("transparency.recovery"), *reasons))


async def raise_marks(
    association_id: UUID, intent: UUID, checkpoint: Place | None, counters: Mapping[str, int]
) -> None:
    """Write down where the log is, before something is signed. The caller has found it level with its marks.

    Raises ``Unavailable('marks.unwritable')``.
    """
    size, frontier = await store.head(association_id)
    head = Place(size, merkle.fold(frontier))
    for number, folder in enumerate(marks.folders(association_id)):
        if number and not folder.parent.parent.is_dir():
            continue  # a stick that is not in: its folder is not made on the disk below it
        try:
            await _raise(folder, association_id, head, checkpoint, intent, counters)
        except OSError as error:
            marks.missed(folder, error, first=number == 0)
    _level[association_id] = _seen([mark for _, mark in marks.every(association_id)])


async def _raise(
    folder: Path,
    association_id: UUID,
    head: Place,
    checkpoint: Place | None,
    intent: UUID,
    counters: Mapping[str, int],
) -> None:
    before = marks.read(folder, association_id)
    start = before.head.size if before else _first(head.size)
    added = await _entries(association_id, start, head.size)
    with marks.writing(folder):
        now = marks.read(folder, association_id) or Mark(entries_from=start)
        if before is None or now.head.size != before.head.size:  # another process was here in between
            added, start = added[max(now.head.size - start, 0) :], max(now.head.size, start)
        marks.write(folder, association_id, now.raised(head, checkpoint, intent, counters), added, start)


def _first(size: int) -> int:
    """Where the kept entries of a log begin that had no marks: at its start, unless it is very long already."""
    return 0 if size <= LONG else size


async def _entries(association_id: UUID, start: int, end: int) -> list[bytes]:
    found: list[bytes] = []
    while start + len(found) < end:
        read = await store.leaves(association_id, start + len(found), end)
        if not read:
            break
        found += [leaf.entry for leaf in read]
    return found
