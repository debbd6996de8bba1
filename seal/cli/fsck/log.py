"""The log (invariants 1 and 10): every leaf, inner node, the head and every signed tree head, recomputed from entries.

Each stored node is compared with its two stored children, so that one altered hash is named once and not at every
level above it; by induction over the levels that is the whole tree. Every checkpoint that was ever signed, also one
that was never served, must be a prefix of this one tree: so each is consistent with all others.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from datetime import datetime

from seal.cli.fsck.breach import Breach, breach
from seal.cli.fsck.scope import Row, Scope
from seal.errors import BadInput
from seal.transparency.merkle import Node, cover, fold, leaf_hash, node_hash
from seal.transparency.model import ENTRY_BYTES, PREFIX
from seal.transparency.note import CheckpointText, VerifierKey, open_checkpoint, parse_checkpoint_text, parse_note

Tree = dict[Node, bytes]


async def check(scope: Scope) -> AsyncIterator[Breach]:
    leaves = await scope.all("log_leaf", order="leaf_index, id")
    for found in _leaves(leaves):
        yield found
    tree: Tree = {(0, row["leaf_index"]): bytes(row["leaf_hash"]) for row in leaves}
    nodes = await scope.all("log_node", order="level, place")
    for found in _nodes(tree, nodes, len(leaves)):
        yield found
    for found in await _head(scope, tree, len(leaves)):
        yield found
    async for found in _checkpoints(scope, tree, len(leaves)):
        yield found


def _leaves(leaves: list[Row]) -> Iterator[Breach]:
    expected = 0
    for row in leaves:
        index = row["leaf_index"]
        if index != expected:
            yield breach(1, "log_leaf", row["id"], "log.gap", index=index, expected=expected)
        expected = index + 1
        entry = bytes(row["entry"])
        named = entry[: len(PREFIX) + 17] == PREFIX + bytes([row["leaf_type"]]) + row["object_id"].bytes
        if not named or len(entry) != ENTRY_BYTES or leaf_hash(entry) != bytes(row["leaf_hash"]):
            yield breach(1, "log_leaf", row["id"], "log.leaf_broken", index=index)


def _nodes(tree: Tree, nodes: list[Row], size: int) -> Iterator[Breach]:
    """Adds the stored nodes to ``tree``."""
    tree |= {(row["level"], row["place"]): bytes(row["hash"]) for row in nodes}
    for row in nodes:
        level, place = row["level"], row["place"]
        left, right = tree.get((level - 1, 2 * place)), tree.get((level - 1, 2 * place + 1))
        where = {"level": level, "place": place}
        if place >= size >> level:
            yield Breach(1, "log_node", str(row["id"]), "log.node_extra", where)
        elif left is not None and right is not None and node_hash(left, right) != bytes(row["hash"]):
            yield Breach(1, "log_node", str(row["id"]), "log.node_wrong", where)
    for level in range(1, size.bit_length()):
        for place in range(size >> level):
            if (level, place) not in tree:
                name = f"level {level}, place {place}"
                yield breach(1, "log_node", name, "log.node_missing", level=level, place=place)


def _root(tree: Mapping[Node, bytes], size: int) -> bytes | None:
    """The root of the first ``size`` leaves; ``None`` while a node of it is missing, which is named elsewhere."""
    parts = [tree.get(name) for name in cover(0, size)]
    known = [part for part in parts if part is not None]
    return fold(known) if len(known) == len(parts) else None


async def _head(scope: Scope, tree: Tree, size: int) -> list[Breach]:
    heads = await scope.all("log_head")
    if not heads:
        return [breach(1, "log_head", scope.id, "log.head_missing", size=size)] if size else []
    frontier = [tree.get(name) for name in cover(0, size)]
    if None in frontier:
        return []
    whole = b"".join(part for part in frontier if part is not None)
    return [
        breach(1, "log_head", row["id"], "log.head_wrong", size=row["size"], leaves=size)
        for row in heads
        if row["size"] != size or bytes(row["frontier"]) != whole
    ]


async def _checkpoints(scope: Scope, tree: Tree, size: int) -> AsyncIterator[Breach]:
    for row in await scope.all("log_checkpoint", order="size, id"):
        try:
            text = parse_checkpoint_text(parse_note(bytes(row["note"])).text)
        except BadInput as error:
            yield breach(10, "log_checkpoint", row["id"], "log.checkpoint_unreadable", why=error.code)
            continue
        if (text.size, text.root) != (row["size"], bytes(row["root"])):
            yield breach(10, "log_checkpoint", row["id"], "log.checkpoint_row", size=row["size"], said=text.size)
        if not _signed(scope, bytes(row["note"]), row["signed_at"]):
            yield breach(11, "log_checkpoint", row["id"], "log.checkpoint_signature", size=text.size)
        for found in _prefix("log_checkpoint", row, text, tree, size):
            yield found
    async for row in scope.pages("key_intent", columns="id, kind, state, payload"):
        if row["kind"] != "checkpoint" or row["state"] != "signed":
            continue
        try:
            text = parse_checkpoint_text(bytes(row["payload"]).decode())
        except (BadInput, UnicodeDecodeError):
            yield breach(10, "key_intent", row["id"], "log.checkpoint_unreadable", why="checkpoint.text")
            continue
        for found in _prefix("key_intent", row, text, tree, size):
            yield found


def _prefix(table: str, row: Row, text: CheckpointText, tree: Tree, size: int) -> Iterator[Breach]:
    """Is what was signed a prefix of the one tree that stands here?"""
    if text.size > size:
        yield breach(10, table, row["id"], "log.checkpoint_ahead", size=text.size, leaves=size)
        return
    computed = _root(tree, text.size)
    if computed is not None and computed != text.root:
        yield breach(10, table, row["id"], "log.checkpoint_root", size=text.size)


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
