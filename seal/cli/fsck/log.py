"""The log (invariants 1 and 10): every leaf, tile, the head and every signed tree head, recomputed from entries.

Leaves are read in order, a block of one tile at a time, and the tree is grown from them in little memory. Where a
leaf's entry and hash disagree, its tile says which of them the tree was made of; so one altered row is named once,
and not at every level above it. Every checkpoint that was ever signed, also one that was never served, must be a
prefix of this one tree: so each is consistent with all others.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from seal.cli.fsck.breach import Breach, breach
from seal.cli.fsck.scope import Row, Scope
from seal.db.snapshot import rows
from seal.errors import BadInput
from seal.transparency.growth import Growth, Whole
from seal.transparency.merkle import EMPTY_ROOT, complete, cover, fold, leaf_hash
from seal.transparency.model import ENTRY_BYTES, PREFIX
from seal.transparency.note import CheckpointText, VerifierKey, open_checkpoint, parse_checkpoint_text, parse_note
from seal.transparency.stamp import Stamp, stamped_at
from seal.transparency.tiles import HEIGHT, WIDTH


@dataclass
class _Log:
    """What the leaves say so far. ``grown`` is ``None`` from a gap on: nothing can be computed beyond it."""

    scope: Scope
    checkpoints: AsyncIterator[Row]
    waiting: Row | None = None
    grown: Growth | None = field(default_factory=Growth)
    count: int = 0
    wrong: set[int] = field(default_factory=set)
    """Sizes at which a checkpoint is not what it should be."""

    async def next(self) -> None:
        self.waiting = await anext(self.checkpoints, None)


async def check(scope: Scope) -> AsyncIterator[Breach]:
    log = _Log(scope, scope.pages("log_checkpoint", by="size", after=-1))
    await log.next()
    block: list[Row] = []
    async for row in scope.pages("log_leaf", by="leaf_index", after=-1, at_once=4 * WIDTH):
        if block and row["leaf_index"] // WIDTH != block[0]["leaf_index"] // WIDTH:
            async for found in _block(log, block):
                yield found
            block = []
        block.append(row)
    async for found in _block(log, block):
        yield found
    if log.grown is not None:
        for found in await _tiles(scope, log.grown.partial()):
            yield found
    for found in await _extra(scope, log.count):
        yield found
    for found in await _head(log):
        yield found
    while log.waiting is not None:
        for found in _checkpoint(log, log.waiting):
            yield found
        await log.next()
    async for found in _intents(log):
        yield found
    for found in await _stamps(scope):
        yield found


async def _block(log: _Log, block: list[Row]) -> AsyncIterator[Breach]:
    """The leaves of one tile of level 0, and what they complete."""
    if not block:
        return
    place = block[0]["leaf_index"] // WIDTH
    stored = (await _stored(log.scope, 0, place)) if len(block) == WIDTH else None
    whole: list[Whole] = []
    for row in block:
        index = row["leaf_index"]
        if index != log.count:
            yield breach(1, "log_leaf", row["id"], "log.gap", index=index, expected=log.count)
            log.grown = None
        entry, kept = bytes(row["entry"]), bytes(row["leaf_hash"])
        named = entry[: len(PREFIX) + 17] == PREFIX + bytes([row["leaf_type"]]) + row["object_id"].bytes
        if not named or len(entry) != ENTRY_BYTES or leaf_hash(entry) != kept:
            yield breach(1, "log_leaf", row["id"], "log.leaf_broken", index=index)
            offset = index % WIDTH * 32
            said = bytes(stored["hashes"])[offset : offset + 32] if stored else None
            kept = leaf_hash(entry) if said == leaf_hash(entry) else kept
        log.count = index + 1
        if log.grown is None:
            continue
        whole += log.grown.add(kept)
        while log.waiting is not None and log.waiting["size"] == log.count:
            for found in _checkpoint(log, log.waiting):
                yield found
            await log.next()
    for found in await _tiles(log.scope, whole):
        yield found


async def _stored(scope: Scope, level: int, place: int) -> Row | None:
    sql = "SELECT id, hashes FROM log_tile WHERE association_id = {} AND level = {} AND place = {} ORDER BY id LIMIT 1"
    found = await rows(sql, scope.id, level, place)
    return found[0] if found else None


async def _tiles(scope: Scope, expected: list[Whole]) -> list[Breach]:
    found = []
    for level, place, hashes in expected:
        row = await _stored(scope, level, place)
        where: dict[str, Any] = {"level": level, "place": place}
        if row is None:
            found.append(breach(1, "log_tile", f"level {level}, place {place}", "log.tile_missing", **where))
        elif bytes(row["hashes"]) != hashes:
            found.append(Breach(1, "log_tile", str(row["id"]), "log.tile_wrong", where))
    return found


async def _extra(scope: Scope, size: int) -> list[Breach]:
    """Tiles of leaves that the log does not have; above level 0 the last one may be begun."""
    found = []
    beyond = [size >> HEIGHT, *(-(-(size >> HEIGHT * level) // WIDTH) for level in range(1, HEIGHT))]
    sql = "SELECT id, level, place FROM log_tile WHERE association_id = {} AND level = {} AND place >= {}"
    for level, most in enumerate(beyond):
        for row in await rows(sql, scope.id, level, most):
            where = {"level": row["level"], "place": row["place"]}
            found.append(Breach(1, "log_tile", str(row["id"]), "log.tile_extra", where))
    return found


async def _head(log: _Log) -> list[Breach]:
    heads = await log.scope.all("log_head")
    if not heads:
        return [breach(1, "log_head", log.scope.id, "log.head_missing", size=log.count)] if log.count else []
    if log.grown is None:
        return []
    whole = b"".join(log.grown.frontier)
    return [
        breach(1, "log_head", row["id"], "log.head_wrong", size=row["size"], leaves=log.count)
        for row in heads
        if row["size"] != log.count or bytes(row["frontier"]) != whole
    ]


def _checkpoint(log: _Log, row: Row) -> Iterator[Breach]:
    """One kept checkpoint, when the tree has just its size, or at the end."""
    try:
        text = parse_checkpoint_text(parse_note(bytes(row["note"])).text)
    except BadInput as error:
        log.wrong.add(row["size"])
        yield breach(10, "log_checkpoint", row["id"], "log.checkpoint_unreadable", why=error.code)
        return
    if (text.size, text.root) != (row["size"], bytes(row["root"])):
        log.wrong.add(row["size"])
        yield breach(10, "log_checkpoint", row["id"], "log.checkpoint_row", size=row["size"], said=text.size)
    if not _signed(log.scope, bytes(row["note"]), row["signed_at"]):
        yield breach(11, "log_checkpoint", row["id"], "log.checkpoint_signature", size=text.size)
    root = fold(log.grown.frontier) if log.grown is not None and log.grown.size == text.size else None
    for found in _prefix(log, "log_checkpoint", row, text, root):
        log.wrong.add(row["size"])
        yield found


async def _intents(log: _Log) -> AsyncIterator[Breach]:
    """Tree heads that were signed. Most were kept, and looked at with the leaves; for another the tree is read."""
    async for row in log.scope.pages("key_intent", columns="id, kind, state, payload"):
        if row["kind"] != "checkpoint" or row["state"] != "signed":
            continue
        try:
            text = parse_checkpoint_text(bytes(row["payload"]).decode())
        except (BadInput, UnicodeDecodeError):
            yield breach(10, "key_intent", row["id"], "log.checkpoint_unreadable", why="checkpoint.text")
            continue
        sql = "SELECT root FROM log_checkpoint WHERE association_id = {} AND size = {}"
        kept = await rows(sql, log.scope.id, text.size)
        if text.size not in log.wrong and any(bytes(one["root"]) == text.root for one in kept):
            continue
        root = await _root(log.scope, text.size) if text.size <= log.count else None
        for found in _prefix(log, "key_intent", row, text, root):
            yield found


async def _root(scope: Scope, size: int) -> bytes | None:
    """The root of the first ``size`` leaves from what is stored; ``None`` where something of it is missing, which is
    named elsewhere."""
    parts = []
    for height, place in cover(0, size):
        level, rest = divmod(height, HEIGHT)
        start, count = place << rest, 1 << rest
        row = await _stored(scope, level, start // WIDTH)
        if row is not None:
            offset = start % WIDTH * 32
            part = bytes(row["hashes"])[offset : offset + count * 32]
            hashes = [part[at : at + 32] for at in range(0, len(part), 32)]
        else:
            sql = "SELECT leaf_hash FROM log_leaf WHERE association_id = {} AND leaf_index >= {} AND leaf_index < {}"
            read = await rows(sql + " ORDER BY leaf_index", scope.id, start, start + count) if level == 0 else []
            hashes = [bytes(one["leaf_hash"]) for one in read]
        if len(hashes) != count:
            return None
        parts.append(complete(hashes))
    return fold(parts) if parts else EMPTY_ROOT


def _prefix(log: _Log, table: str, row: Row, text: CheckpointText, root: bytes | None) -> Iterator[Breach]:
    """Is what was signed a prefix of the one tree that stands here? ``root``: of the tree of that size, if known."""
    if text.size > log.count:
        yield breach(10, table, row["id"], "log.checkpoint_ahead", size=text.size, leaves=log.count)
    elif root is not None and root != text.root:
        yield breach(10, table, row["id"], "log.checkpoint_root", size=text.size)


async def _stamps(scope: Scope) -> list[Breach]:
    """The latest stamp is of a kept checkpoint, by a log key of the association, and of the time that it says."""
    found = []
    for row in await scope.all("log_stamp"):
        kept = await rows(
            "SELECT note FROM log_checkpoint WHERE association_id = {} AND size = {}", scope.id, row["size"]
        )
        if not (kept and _stamp_holds(scope, bytes(kept[0]["note"]), row)):
            found.append(breach(11, "log_stamp", row["id"], "log.stamp", size=row["size"]))
    return found


def _stamp_holds(scope: Scope, note: bytes, row: Row) -> bool:
    try:
        stamp = Stamp(row["size"], row["stamped_at"], bytes(row["line"])).signature
        parsed = parse_note(parse_note(note).encoded + stamp.line.encode())
    except (BadInput, ValueError):
        return False
    if scope.history is None:
        return True
    keys = [VerifierKey(scope.text("log_origin"), period.raw) for period in scope.history.log]
    return any(stamped_at(parsed, key) == row["stamped_at"] for key in keys)


def _signed(scope: Scope, note: bytes, at: datetime) -> bool:
    """Did a log key that was active at ``at`` sign it? True while the keys themselves are in doubt."""
    if scope.history is None:
        return True
    origin = scope.text("log_origin")
    for period in scope.history.log:
        if not (period.since <= at and (period.until is None or at <= period.until)):
            continue
        try:
            open_checkpoint(note, VerifierKey(origin, period.raw))
        except BadInput:
            continue
        return True
    return False
