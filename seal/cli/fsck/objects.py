"""Leaves against the objects that they record (invariant 1): one each way, recomputed from stored bytes and salt."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

from seal.cli.fsck.breach import Breach, breach
from seal.cli.fsck.scope import Row, Scope
from seal.transparency.model import LeafType, entry_bytes

LOGGED: tuple[tuple[LeafType, str, str], ...] = (
    (LeafType.KEY_STATEMENT, "key_statement", "compact"),
    (LeafType.PROTOCOL, "protocol_version", "document"),
    (LeafType.CERTIFICATION, "certification", "jws"),
    (LeafType.BATCH, "batch", "jws"),
    (LeafType.DECISION, "decision", "document"),
    (LeafType.DECISION, "batch_action", "document"),
    (LeafType.LABEL_RANGE, "label_range", "document"),
    (LeafType.LABEL_RANGE, "label_void", "document"),
)
"""Leaf type, table, and the column whose exact bytes are logged once it is filled."""


async def check(scope: Scope) -> AsyncIterator[Breach]:
    leaves: dict[tuple[int, UUID], Row] = {}
    for row in await scope.all("log_leaf", order="leaf_index, id"):
        key = (row["leaf_type"], row["object_id"])
        if key in leaves:
            index = leaves[key]["leaf_index"]
            yield breach(1, "log_leaf", row["id"], "log.leaf_twice", index=row["leaf_index"], first=index)
        leaves.setdefault(key, row)
    for leaf_type, table, column in LOGGED:
        async for row in scope.pages(table, columns=f"id, salt, {column} AS bytes"):
            if row["bytes"] is None:
                continue
            leaf = leaves.pop((int(leaf_type), row["id"]), None)
            if leaf is None:
                yield breach(1, table, row["id"], "log.leaf_missing", leaf_type=int(leaf_type))
            elif _entry(leaf_type, row) != bytes(leaf["entry"]):
                yield breach(1, table, row["id"], "log.leaf_differs", index=leaf["leaf_index"])
    for leaf in leaves.values():
        named = {"index": leaf["leaf_index"], "leaf_type": leaf["leaf_type"], "object": str(leaf["object_id"])}
        yield Breach(1, "log_leaf", str(leaf["id"]), "log.leaf_orphan", named)


def _entry(leaf_type: LeafType, row: dict[str, Any]) -> bytes | None:
    try:
        return entry_bytes(leaf_type, row["id"], bytes(row["salt"]), bytes(row["bytes"]))
    except (ValueError, TypeError):
        return None
