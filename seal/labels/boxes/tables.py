"""Boxes, what was done to them, and what stands in them now."""

from __future__ import annotations

from piccolo.columns import UUID, BigInt, Bytea, Date, Integer, Text, Timestamptz
from piccolo.table import Table

from seal.db.constraints import Check, Reference, Unique


class Box(Table, tablename="label_box"):
    """A carton with a code of its own. ``steps`` grows with each move: whoever moves something passes through it.

    ``producer_id`` is whose box it is; null for one that the association packs from several producers.
    """

    id = UUID(primary_key=True, default=None)
    association_id = UUID(null=False, default=None)
    public_id = BigInt(null=False, default=None)
    producer_id = UUID(null=True, default=None)
    issued_on = Date(null=False, default=None)
    note = Text(null=False, default="")
    steps = Integer(null=False, default=0)
    made_by = UUID(null=True, default=None)
    made_at = Timestamptz(null=False, default=None)
    intent_id = UUID(null=False, default=None)
    document = Bytea(null=False, default=None)
    salt = Bytea(null=False, default=None)
    signature = Bytea(null=True, default=None)

    same_association = Unique(["association_id", "id"])
    public_once = Unique(["public_id"])
    of_association = Reference(["association_id"], "association", ["id"])
    of_producer = Reference(["association_id", "producer_id"], "producer")


class BoxMove(Table, tablename="label_box_move"):
    """One thing done to a box: units put in or taken out, closed, opened, unpacked. Never changed."""

    id = UUID(primary_key=True, default=None)
    association_id = UUID(null=False, default=None)
    box_id = UUID(null=False, default=None)
    sequence = Integer(null=False, default=None)
    action = Text(null=False, default=None)
    batch_id = UUID(null=True, default=None)
    first_unit = Integer(null=True, default=None)
    last_unit = Integer(null=True, default=None)
    actor_id = UUID(null=True, default=None)
    recorded_at = Timestamptz(null=False, default=None)

    step_once = Unique(["association_id", "box_id", "sequence"])
    of_box = Reference(["association_id", "box_id"], "label_box")
    of_batch = Reference(["association_id", "batch_id"], "batch")
    known_action = Check("action IN ('make', 'put', 'take', 'close', 'open', 'unpack')")
    names_units = Check(
        "(action IN ('put', 'take')) = (batch_id IS NOT NULL)"
        " AND (batch_id IS NULL) = (first_unit IS NULL) AND (batch_id IS NULL) = (last_unit IS NULL)"
        " AND (first_unit IS NULL OR (first_unit >= 1 AND first_unit <= last_unit))"
    )


class BoxUnit(Table, tablename="label_box_unit"):
    """A unit that stands in a box now: in one box at a time, whoever races."""

    id = UUID(primary_key=True, default=None)
    association_id = UUID(null=False, default=None)
    batch_id = UUID(null=False, default=None)
    unit = Integer(null=False, default=None)
    box_id = UUID(null=False, default=None)

    one_box = Unique(["association_id", "batch_id", "unit"])
    of_box = Reference(["association_id", "box_id"], "label_box")
    of_batch = Reference(["association_id", "batch_id"], "batch")
    numbered = Check("unit >= 1 AND unit <= 65535")
