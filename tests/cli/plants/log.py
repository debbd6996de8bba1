"""The log (invariants 1 and 10)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from seal.transparency.merkle import grow, leaf_hash
from seal.transparency.model import LeafType, entry_bytes
from tests.cli.kept import Kept, note_with_another_signature
from tests.cli.plants.base import DAY, NOBODY, Plant, add, drop, flipped, last, plant, simple

plant("log.leaf_missing")(
    lambda kept: drop("log_leaf", kept.one("log_leaf", object_id=kept.batch.id), named=("batch", kept.batch.id))
)
plant("log.leaf_missing/key event")(
    lambda kept: drop(
        "log_leaf",
        kept.one("log_leaf", leaf_type=1),
        named=("key_statement", kept.one("log_leaf", leaf_type=1)["object_id"]),
    )
)


@plant("log.leaf_orphan")
def _void_taken_back(kept: Kept) -> Plant:
    void = kept.one("label_void")
    return drop("label_void", void, named=("log_leaf", kept.one("log_leaf", object_id=void["id"])["id"]))


simple("log.leaf_differs", "decision", lambda kept: kept.one("decision"), salt=bytes(16))
simple("log.leaf_differs/publication", "protocol_version", lambda kept: kept.one("protocol_version"), salt=bytes(16))
plant("log.leaf_twice")(
    lambda kept: add("log_leaf", kept.one("log_leaf", leaf_type=4), leaf_index=len(kept.rows["log_leaf"]))
)
simple("log.leaf_broken", "log_leaf", lambda kept: kept.one("log_leaf", leaf_index=3), leaf_hash=bytes(32))
simple(
    "log.leaf_broken/entry",
    "log_leaf",
    lambda kept: kept.one("log_leaf", leaf_index=3),
    entry=lambda row: flipped(row["entry"]),
)
simple(
    "log.gap",
    "log_leaf",
    lambda kept: last(kept, "log_leaf", "leaf_index"),
    leaf_index=lambda row: row["leaf_index"] + 1,
)


def _wide(kept: Kept) -> list[tuple[Any, ...]]:
    """Leaves enough for a whole tile, of objects that nobody knows."""
    done: list[tuple[Any, ...]] = []
    example = kept.one("log_leaf", leaf_index=0)
    for index in range(len(kept.rows["log_leaf"]), 260):
        id = UUID(int=1_000 + index)
        entry = entry_bytes(LeafType.DECISION, id, bytes(16), b"{}")
        row = {**example, "id": id, "leaf_index": index, "leaf_type": 5, "object_id": id, "entry": entry}
        row["leaf_hash"] = leaf_hash(entry)
        names, places = ", ".join(row), ", ".join("{}" for _ in row)
        done.append((f"INSERT INTO log_leaf ({names}) VALUES ({places})", *row.values()))
    return done


def _tile(kept: Kept, level: int, place: int) -> tuple[Any, ...]:
    sql = "INSERT INTO log_tile (id, association_id, level, place, hashes) VALUES ({}, {}, {}, {}, {})"
    return (sql, NOBODY, kept.association, level, place, bytes(8192))


@plant("log.tile_missing")
def _no_tile(kept: Kept) -> Plant:
    return Plant("log_tile", "level 0, place 0", tuple(_wide(kept)))


@plant("log.tile_missing/above the leaves")
def _no_tile_above(kept: Kept) -> Plant:
    return Plant("log_tile", "level 1, place 0", tuple(_wide(kept)))


@plant("log.tile_wrong")
def _other_tile(kept: Kept) -> Plant:
    return Plant("log_tile", NOBODY, (*_wide(kept), _tile(kept, 0, 0)))


@plant("log.tile_extra")
def _tile_too_many(kept: Kept) -> Plant:
    return Plant("log_tile", NOBODY, (_tile(kept, 0, 9),))


@plant("log.tile_extra/above the leaves")
def _tile_too_high(kept: Kept) -> Plant:
    return Plant("log_tile", NOBODY, (_tile(kept, 2, 0),))


simple(
    "log.stamp",
    "log_stamp",
    lambda kept: kept.one("log_stamp"),
    line=lambda row: note_with_another_signature(row["line"]),
)
simple(
    "log.stamp/another time",
    "log_stamp",
    lambda kept: kept.one("log_stamp"),
    stamped_at=lambda row: row["stamped_at"] + DAY,
)
simple("log.stamp/another head", "log_stamp", lambda kept: kept.one("log_stamp"), size=1)
plant("log.head_missing")(lambda kept: drop("log_head", kept.one("log_head"), named=("log_head", kept.association)))
simple("log.head_wrong", "log_head", lambda kept: kept.one("log_head"), size=lambda row: row["size"] - 1)
simple(
    "log.change_unlogged",
    "batch_action",
    lambda kept: kept.one("batch_action", action="recall"),
    document=None,
    salt=None,
)
simple("log.checkpoint_unreadable", "log_checkpoint", lambda kept: kept.one("log_checkpoint"), note=b"x")
simple(
    "log.checkpoint_signature",
    "log_checkpoint",
    lambda kept: kept.one("log_checkpoint"),
    note=lambda row: note_with_another_signature(row["note"]),
)
simple(
    "log.checkpoint_signature/key not active",
    "log_checkpoint",
    lambda kept: last(kept, "log_checkpoint", "size"),
    signed_at=lambda row: row["signed_at"] - 30 * DAY,
)
simple("log.checkpoint_row", "log_checkpoint", lambda kept: kept.one("log_checkpoint"), root=bytes(32))


@plant("log.checkpoint_ahead")
def _leaves_cut_off(kept: Kept) -> Plant:
    newest = last(kept, "log_checkpoint", "size")
    return Plant("log_checkpoint", newest["id"], (("DELETE FROM log_leaf WHERE leaf_index >= {}", newest["size"] - 2),))


def _rewritten(kept: Kept) -> list[tuple[Any, ...]]:
    """History rewritten with care: leaf 0 altered, and the head made anew from all of them."""
    leaf = kept.one("log_leaf", leaf_index=0)
    entry = flipped(leaf["entry"])
    kept_hashes = [row["leaf_hash"] for row in sorted(kept.rows["log_leaf"], key=lambda row: row["leaf_index"])]
    frontier: tuple[bytes, ...] = ()
    for index, hash_ in enumerate([leaf_hash(entry), *kept_hashes[1:]]):
        frontier, _ = grow(index, frontier, hash_)
    head = kept.one("log_head")
    return [
        ("UPDATE log_leaf SET entry = {}, leaf_hash = {} WHERE id = {}", entry, leaf_hash(entry), leaf["id"]),
        ("UPDATE log_head SET frontier = {} WHERE id = {}", b"".join(frontier), head["id"]),
    ]


@plant("log.checkpoint_root")
def _history_rewritten(kept: Kept) -> Plant:
    return Plant("log_checkpoint", last(kept, "log_checkpoint", "size")["id"], tuple(_rewritten(kept)))


@plant("log.checkpoint_root/never served")
def _split_view(kept: Kept) -> Plant:
    intent = last(kept, "key_intent", "signed_at", kind="checkpoint")
    return Plant("key_intent", intent["id"], tuple(_rewritten(kept)))


simple("log.witness_key", "log_witness", lambda kept: kept.one("log_witness"), verifier_key="x+y+z")
simple("log.witness_unknown", "log_witness", lambda kept: kept.one("log_witness"), act="removed", reason="x")
simple(
    "log.witness_unknown/came before",
    "log_cosignature",
    lambda kept: kept.one("log_cosignature"),
    received_at=lambda row: row["received_at"] - DAY,
)
simple(
    "log.cosignature",
    "log_cosignature",
    lambda kept: kept.one("log_cosignature"),
    line=lambda row: row["line"].replace(b" ", b" A", 2)[:-2] + b"\n",
)
simple(
    "log.cosignature/time",
    "log_cosignature",
    lambda kept: kept.one("log_cosignature"),
    cosigned_at=lambda row: row["cosigned_at"] + 1,
)
simple("log.cosignature/checkpoint", "log_cosignature", lambda kept: kept.one("log_cosignature"), size=1)
