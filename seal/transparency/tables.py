"""The log: its head, leaves, inner nodes of the tree, and signed checkpoints. Only the head is updated."""

from __future__ import annotations

from piccolo.columns import UUID, BigInt, Bytea, Integer, Timestamptz
from piccolo.table import Table

from seal.db.constraints import Check, Reference, Unique


class LogHead(Table, tablename="log_head"):
    """One row a log; updating it first is what makes appends wait for each other.

    ``frontier`` is the hashes of the complete subtrees at the right edge, largest first, 32 bytes each.
    """

    id = UUID(primary_key=True, default=None)
    association_id = UUID(null=False, default=None)
    size = BigInt(null=False, default=None)
    frontier = Bytea(null=False, default=None)
    changed_at = Timestamptz(null=False, default=None)

    one_log = Unique(["association_id"])
    association = Reference(["association_id"], "association", ["id"])
    counted = Check("size >= 0")
    whole_hashes = Check("length(frontier) % 32 = 0")


class LogLeaf(Table, tablename="log_leaf"):
    """One entry (FORMATS A5) and its leaf hash. The salt is kept with the object, not here."""

    id = UUID(primary_key=True, default=None)
    association_id = UUID(null=False, default=None)
    leaf_index = BigInt(null=False, default=None)
    leaf_type = Integer(null=False, default=None)
    object_id = UUID(null=False, default=None)
    entry = Bytea(null=False, default=None)
    leaf_hash = Bytea(null=False, default=None)
    appended_at = Timestamptz(null=False, default=None)

    association = Reference(["association_id"], "association", ["id"])
    one_place = Unique(["association_id", "leaf_index"])
    one_leaf = Unique(["association_id", "leaf_type", "object_id"])
    known_type = Check("leaf_type BETWEEN 1 AND 6")
    counted = Check("leaf_index >= 0")
    exact_entry = Check("length(entry) = 61 AND length(leaf_hash) = 32")


class LogNode(Table, tablename="log_node"):
    """The hash of a complete subtree over the leaves ``[place << level, (place + 1) << level)``; level 1 and up."""

    id = UUID(primary_key=True, default=None)
    association_id = UUID(null=False, default=None)
    level = Integer(null=False, default=None)
    place = BigInt(null=False, default=None)
    hash = Bytea(null=False, default=None)

    association = Reference(["association_id"], "association", ["id"])
    one_place = Unique(["association_id", "level", "place"])
    inner = Check("level >= 1 AND place >= 0 AND length(hash) = 32")


class LogCheckpoint(Table, tablename="log_checkpoint"):
    """A signed tree head, as the exact note that was served."""

    id = UUID(primary_key=True, default=None)
    association_id = UUID(null=False, default=None)
    size = BigInt(null=False, default=None)
    root = Bytea(null=False, default=None)
    note = Bytea(null=False, default=None)
    signed_at = Timestamptz(null=False, default=None)

    association = Reference(["association_id"], "association", ["id"])
    one_size = Unique(["association_id", "size"])
    signed = Check("size > 0 AND length(root) = 32 AND length(note) > 0")
