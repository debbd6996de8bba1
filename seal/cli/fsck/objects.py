"""Leaves against the objects that they record (invariant 1): one each way, recomputed from stored bytes and salt."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

from seal.cli.fsck.breach import Breach, breach
from seal.cli.fsck.scope import AT_ONCE, Row, Scope
from seal.db.snapshot import rows
from seal.errors import Reason
from seal.transparency.model import LeafType, entry_bytes

LOGGED: tuple[tuple[LeafType, str, str], ...] = (
    (LeafType.KEY_STATEMENT, "key_statement", "compact"),
    (LeafType.PROTOCOL, "protocol_version", "document"),
    (LeafType.CERTIFICATION, "certification", "jws"),
    (LeafType.BATCH, "batch", "jws"),
    (LeafType.DECISION, "decision", "document"),
    (LeafType.DECISION, "batch_action", "document"),
    (LeafType.DECISION, "batch_waiver", "document"),
    (LeafType.DECISION, "batch_waiver_end", "document"),
    (LeafType.DECISION, "protocol_action", "document"),
    (LeafType.DECISION, "recall", "document"),
    (LeafType.LABEL_RANGE, "label_range", "document"),
    (LeafType.LABEL_RANGE, "label_void", "document"),
    (LeafType.LABEL_RANGE, "label_roll", "document"),
    (LeafType.LABEL_RANGE, "label_roll_void", "document"),
    (LeafType.LABEL_RANGE, "label_binding", "document"),
    (LeafType.LABEL_RANGE, "label_box", "document"),
)
"""Leaf type, table, and the column whose exact bytes are logged once it is filled."""
_LEAF = "id, leaf_index, leaf_type, object_id, leaf_hash"


async def check(scope: Scope) -> AsyncIterator[Breach]:
    """In pages from both sides, so that a log of millions takes little memory."""
    for leaf_type, table, column in LOGGED:
        page: list[Row] = []
        async for row in scope.pages(table, columns=f"id, salt, {column} AS bytes"):
            page.append(row)
            if len(page) == AT_ONCE:
                for found in await _logged(scope, leaf_type, table, page):
                    yield found
                page = []
        for found in await _logged(scope, leaf_type, table, page):
            yield found
    page = []
    async for row in scope.pages("log_leaf", columns=_LEAF, by="leaf_index", after=-1):
        page.append(row)
        if len(page) == AT_ONCE:
            for found in await _recorded(scope, page):
                yield found
            page = []
    for found in await _recorded(scope, page):
        yield found


async def _leaves(scope: Scope, kinds: set[int], objects: list[UUID]) -> dict[tuple[int, UUID], list[Row]]:
    """The leaves of these kinds for these objects, in order."""
    found: dict[tuple[int, UUID], list[Row]] = {}
    if objects:
        types, places = (", ".join("{}" for _ in given) for given in (kinds, objects))
        sql = (
            f"SELECT {_LEAF}, entry FROM log_leaf WHERE association_id = {{}} AND leaf_type IN ({types})"  # noqa: S608
            f" AND object_id IN ({places}) ORDER BY leaf_index, id"
        )
        for row in await rows(sql, scope.id, *kinds, *objects):
            found.setdefault((row["leaf_type"], row["object_id"]), []).append(row)
    return found


async def _logged(scope: Scope, leaf_type: LeafType, table: str, page: list[Row]) -> list[Breach]:
    """Each object that has its bytes has its leaf, made of them."""
    found = []
    leaves = await _leaves(scope, {int(leaf_type)}, [row["id"] for row in page])
    for row in page:
        if row["bytes"] is None:
            continue
        leaf = leaves.get((int(leaf_type), row["id"]))
        if leaf is None:
            found.append(breach(1, table, row["id"], "log.leaf_missing", leaf_type=int(leaf_type)))
        elif _entry(leaf_type, row) != bytes(leaf[0]["entry"]):
            found.append(breach(1, table, row["id"], "log.leaf_differs", index=leaf[0]["leaf_index"]))
    return found


async def _recorded(scope: Scope, page: list[Row]) -> list[Breach]:
    """Each leaf has its object, and no object has two."""
    found = []
    first = await _leaves(scope, {row["leaf_type"] for row in page}, [row["object_id"] for row in page])
    there = {(table, id) for _, table, _ in LOGGED for id in await _with_bytes(scope, table, page)}
    for row in page:
        index, earliest = row["leaf_index"], first[row["leaf_type"], row["object_id"]][0]["leaf_index"]
        if index != earliest:
            found.append(breach(1, "log_leaf", row["id"], "log.leaf_twice", index=index, first=earliest))
        elif not any((table, row["object_id"]) in there for kind, table, _ in LOGGED if kind == row["leaf_type"]):
            named = {"index": index, "leaf_type": row["leaf_type"], "object": str(row["object_id"])}
            if (index, bytes(row["leaf_hash"]).hex()) in scope.losses.leaves:
                scope.lost.append(Reason("fsck.lost.leaf", named))
                continue
            found.append(Breach(1, "log_leaf", str(row["id"]), "log.leaf_orphan", named))
    return found


async def _with_bytes(scope: Scope, table: str, page: list[Row]) -> list[UUID]:
    """The objects of ``table`` among those that the leaves name, as long as they have their bytes."""
    kinds = {int(kind): column for kind, name, column in LOGGED if name == table}
    named = [row["object_id"] for row in page if row["leaf_type"] in kinds]
    if not named:
        return []
    places = ", ".join("{}" for _ in named)
    (column,) = kinds.values()
    sql = f"SELECT id FROM {table} WHERE association_id = {{}} AND {column} IS NOT NULL AND id IN ({places})"  # noqa: S608
    return [row["id"] for row in await rows(sql, scope.id, *named)]


def _entry(leaf_type: LeafType, row: dict[str, Any]) -> bytes | None:
    try:
        return entry_bytes(leaf_type, row["id"], bytes(row["salt"]), bytes(row["bytes"]))
    except (ValueError, TypeError):
        return None
