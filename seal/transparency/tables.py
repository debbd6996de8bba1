"""The log: its head, leaves, tiles, signed checkpoints, the latest stamp, witnesses and what they cosigned.

Only the head, the last tile of each level above 0, and the stamp are updated.
"""

from __future__ import annotations

from piccolo.columns import UUID, BigInt, Bytea, Integer, Text, Timestamptz
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


class LogTile(Table, tablename="log_tile"):
    """A tile (``transparency.tiles``): up to 256 hashes, 32 bytes each. One of level 0 is written when its 256th leaf
    comes (until then its hashes stand with the leaves); one above grows by a hash with each whole tile below it.
    """

    id = UUID(primary_key=True, default=None)
    association_id = UUID(null=False, default=None)
    level = Integer(null=False, default=None)
    place = BigInt(null=False, default=None)
    hashes = Bytea(null=False, default=None)

    association = Reference(["association_id"], "association", ["id"])
    one_place = Unique(["association_id", "level", "place"])
    named = Check("level BETWEEN 0 AND 7 AND place >= 0")
    whole_hashes = Check("length(hashes) % 32 = 0 AND length(hashes) BETWEEN 32 AND 8192")
    leaves_at_once = Check("level > 0 OR length(hashes) = 8192")


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


class LogWitness(Table, tablename="log_witness"):
    """One act on the list of known witnesses; the list is folded from these rows, oldest first.

    ``verifier_key`` is the C2SP text ``name+hash+key``; ``url`` is where new checkpoints are sent, null for a witness
    that comes for them; a removal says why.
    """

    id = UUID(primary_key=True, default=None)
    association_id = UUID(null=False, default=None)
    act = Text(null=False, default=None)
    verifier_key = Text(null=False, default=None)
    url = Text(null=True, default=None)
    reason = Text(null=False, default="")
    at = Timestamptz(null=False, default=None)

    association = Reference(["association_id"], "association", ["id"])
    known_act = Check("act IN ('added', 'removed')")
    removed_for_a_reason = Check("act = 'added' OR length(reason) > 0")
    keyed = Check("length(verifier_key) > 0")


class LogCosignature(Table, tablename="log_cosignature"):
    """One verified cosignature of one of our checkpoints, as the line that stands in the served note.

    ``cosigned_at`` is the witness's own time in POSIX seconds, ``received_at`` is ours.
    """

    id = UUID(primary_key=True, default=None)
    association_id = UUID(null=False, default=None)
    size = BigInt(null=False, default=None)
    verifier_key = Text(null=False, default=None)
    cosigned_at = BigInt(null=False, default=None)
    line = Bytea(null=False, default=None)
    received_at = Timestamptz(null=False, default=None)

    association = Reference(["association_id"], "association", ["id"])
    checkpoint = Reference(["association_id", "size"], "log_checkpoint", ["association_id", "size"])
    one_each = Unique(["association_id", "verifier_key", "size", "cosigned_at"])
    dated = Check("cosigned_at > 0 AND length(line) > 0")


class LogStamp(Table, tablename="log_stamp"):
    """One row a log: when the log key last said that the latest checkpoint is still the latest (``stamp``).

    ``line`` is the signature line as it is served below the note.
    """

    id = UUID(primary_key=True, default=None)
    association_id = UUID(null=False, default=None)
    size = BigInt(null=False, default=None)
    stamped_at = Timestamptz(null=False, default=None)
    line = Bytea(null=False, default=None)

    association = Reference(["association_id"], "association", ["id"])
    one_log = Unique(["association_id"])
    checkpoint = Reference(["association_id", "size"], "log_checkpoint", ["association_id", "size"])
    signed = Check("length(line) > 0")
