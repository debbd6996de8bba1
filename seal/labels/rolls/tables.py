"""Rolls of pre-numbered seals, whom they were handed to, and the batches that they stand on."""

from __future__ import annotations

from piccolo.columns import UUID, BigInt, Bytea, Date, Integer, Text, Timestamptz
from piccolo.table import Table

from seal.db.constraints import Check, Reference, Unique


class Roll(Table, tablename="label_roll"):
    """Seals 1 to ``size``. Every binding and void passes through this row, so two of them cannot race for a seal."""

    id = UUID(primary_key=True, default=None)
    association_id = UUID(null=False, default=None)
    public_id = BigInt(null=False, default=None)
    size = Integer(null=False, default=None)
    issued_on = Date(null=False, default=None)
    note = Text(null=False, default="")
    bound_count = Integer(null=False, default=0)
    void_count = Integer(null=False, default=0)
    made_by = UUID(null=True, default=None)
    made_at = Timestamptz(null=False, default=None)
    intent_id = UUID(null=False, default=None)
    document = Bytea(null=False, default=None)
    salt = Bytea(null=False, default=None)
    signatures = Bytea(null=True, default=None)

    same_association = Unique(["association_id", "id"])
    public_once = Unique(["public_id"])
    of_association = Reference(["association_id"], "association", ["id"])
    fits_token = Check("size >= 1 AND size <= 65535")
    no_more_than_seals = Check("bound_count >= 0 AND void_count >= 0 AND bound_count + void_count <= size")


class Allotment(Table, tablename="label_allotment"):
    """Seals handed to a producer on a list; a null producer took them back. The last row for a seal counts."""

    id = UUID(primary_key=True, default=None)
    association_id = UUID(null=False, default=None)
    roll_id = UUID(null=False, default=None)
    first_seal = Integer(null=False, default=None)
    last_seal = Integer(null=False, default=None)
    producer_id = UUID(null=True, default=None)
    allotted_by = UUID(null=True, default=None)
    allotted_at = Timestamptz(null=False, default=None)

    of_roll = Reference(["association_id", "roll_id"], "label_roll")
    of_producer = Reference(["association_id", "producer_id"], "producer")
    in_order = Check("first_seal >= 1 AND first_seal <= last_seal")


class Binding(Table, tablename="label_binding"):
    """Seals that are units of a batch from now on, in the same order."""

    id = UUID(primary_key=True, default=None)
    association_id = UUID(null=False, default=None)
    roll_id = UUID(null=False, default=None)
    batch_id = UUID(null=False, default=None)
    first_seal = Integer(null=False, default=None)
    last_seal = Integer(null=False, default=None)
    first_unit = Integer(null=False, default=None)
    bound_by = UUID(null=True, default=None)
    bound_at = Timestamptz(null=False, default=None)
    document = Bytea(null=False, default=None)
    salt = Bytea(null=False, default=None)

    same_association = Unique(["association_id", "id"])
    seal_once = Unique(["association_id", "roll_id", "first_seal"])
    seal_ends_once = Unique(["association_id", "roll_id", "last_seal"])
    unit_once = Unique(["association_id", "batch_id", "first_unit"])
    of_roll = Reference(["association_id", "roll_id"], "label_roll")
    of_batch = Reference(["association_id", "batch_id"], "batch")
    in_order = Check("first_seal >= 1 AND first_seal <= last_seal AND last_seal <= 65535")
    units_fit = Check("first_unit >= 1 AND first_unit + last_seal - first_seal <= 65535")


class RollVoid(Table, tablename="label_roll_void"):
    """Seals out of use before they were bound, for good."""

    id = UUID(primary_key=True, default=None)
    association_id = UUID(null=False, default=None)
    roll_id = UUID(null=False, default=None)
    first_seal = Integer(null=False, default=None)
    last_seal = Integer(null=False, default=None)
    reason = Text(null=False, default=None)
    voided_by = UUID(null=True, default=None)
    voided_at = Timestamptz(null=False, default=None)
    document = Bytea(null=False, default=None)
    salt = Bytea(null=False, default=None)

    starts_once = Unique(["association_id", "roll_id", "first_seal"])
    ends_once = Unique(["association_id", "roll_id", "last_seal"])
    of_roll = Reference(["association_id", "roll_id"], "label_roll")
    in_order = Check("first_seal >= 1 AND first_seal <= last_seal")
    known_reason = Check("reason IN ('damaged', 'misprint', 'returned', 'surplus', 'lost', 'stolen')")
