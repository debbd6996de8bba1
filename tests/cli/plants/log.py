"""The log (invariants 1 and 10)."""

from __future__ import annotations

from typing import Any

from seal.transparency.merkle import leaf_hash, node_hash
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
simple("log.node_wrong", "log_node", lambda kept: kept.one("log_node", level=2, place=0), hash=bytes(32))
plant("log.node_missing")(
    lambda kept: drop("log_node", kept.one("log_node", level=1, place=0), named=("log_node", "level 1, place 0"))
)
plant("log.node_extra")(lambda kept: add("log_node", kept.one("log_node"), id=NOBODY, level=1, place=900))
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
    """History rewritten with care: leaf 0 altered, and every node above it and the head recomputed."""
    leaf = kept.one("log_leaf", leaf_index=0)
    entry = flipped(leaf["entry"])
    hashes = {(row["level"], row["place"]): row["hash"] for row in kept.rows["log_node"]}
    hashes |= {(0, row["leaf_index"]): row["leaf_hash"] for row in kept.rows["log_leaf"]}
    total = leaf_hash(entry)
    done: list[tuple[Any, ...]] = [
        ("UPDATE log_leaf SET entry = {}, leaf_hash = {} WHERE id = {}", entry, total, leaf["id"])
    ]
    level = 0
    while (level + 1, 0) in hashes:
        total, level = node_hash(total, hashes[level, 1]), level + 1
        done.append(("UPDATE log_node SET hash = {} WHERE level = {} AND place = 0", total, level))
    head = kept.one("log_head")
    done.append(("UPDATE log_head SET frontier = {} WHERE id = {}", total + head["frontier"][32:], head["id"]))
    return done


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
