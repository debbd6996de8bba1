"""The ledger of unit numbers of each batch, the ranges reserved from it, and the numbers taken out of use."""

from __future__ import annotations

from piccolo.columns import UUID, Bytea, Date, Integer, Text, Timestamptz
from piccolo.table import Table

from seal.db.constraints import Check, Reference, Unique


class LabelLedger(Table, tablename="label_ledger"):
    """One row for each batch with labels. Every reservation and void passes through it, so they cannot race.

    ``live`` is reserved less void. Integer division floors on every engine: the spare is never rounded up.
    """

    id = UUID(primary_key=True, default=None)
    association_id = UUID(null=False, default=None)
    batch_id = UUID(null=False, default=None)
    units = Integer(null=False, default=None)
    spare_percent = Integer(null=False, default=None)
    quota = Integer(null=False, default=None)
    reserved_high = Integer(null=False, default=0)
    void_count = Integer(null=False, default=0)
    live = Integer(null=False, default=0)

    one_each_batch = Unique(["association_id", "batch_id"])
    of_batch = Reference(["association_id", "batch_id"], "batch")
    quota_is_units_and_spare = Check("quota <= units + (units * spare_percent) / 100")
    spare_is_small = Check("spare_percent >= 0 AND spare_percent <= 10")
    never_over_quota = Check("live <= quota")
    live_is_reserved_less_void = Check("live = reserved_high - void_count AND live >= 0 AND void_count >= 0")
    number_fits_token = Check("reserved_high >= 0 AND reserved_high <= 65535 AND quota <= 65535")


class LabelRange(Table, tablename="label_range"):
    """Unit numbers ``first``..``last``, reserved for good; null ``signatures`` until first printed."""

    id = UUID(primary_key=True, default=None)
    association_id = UUID(null=False, default=None)
    batch_id = UUID(null=False, default=None)
    first_unit = Integer(null=False, default=None)
    last_unit = Integer(null=False, default=None)
    reserved_by = UUID(null=True, default=None)
    reserved_at = Timestamptz(null=False, default=None)
    intent_id = UUID(null=False, default=None)
    document = Bytea(null=False, default=None)
    salt = Bytea(null=False, default=None)
    signatures = Bytea(null=True, default=None)

    same_association = Unique(["association_id", "id"])
    starts_once = Unique(["association_id", "batch_id", "first_unit"])
    ends_once = Unique(["association_id", "batch_id", "last_unit"])
    of_batch = Reference(["association_id", "batch_id"], "batch")
    in_order = Check("first_unit >= 1 AND first_unit <= last_unit AND last_unit <= 65535")


class LabelVoid(Table, tablename="label_void"):
    """Unit numbers out of use for good. Lost and stolen ones are told apart: a finder should see it."""

    id = UUID(primary_key=True, default=None)
    association_id = UUID(null=False, default=None)
    batch_id = UUID(null=False, default=None)
    first_unit = Integer(null=False, default=None)
    last_unit = Integer(null=False, default=None)
    reason = Text(null=False, default=None)
    voided_by = UUID(null=True, default=None)
    voided_at = Timestamptz(null=False, default=None)
    document = Bytea(null=False, default=None)
    salt = Bytea(null=False, default=None)

    starts_once = Unique(["association_id", "batch_id", "first_unit"])
    ends_once = Unique(["association_id", "batch_id", "last_unit"])
    of_batch = Reference(["association_id", "batch_id"], "batch")
    in_order = Check("first_unit >= 1 AND first_unit <= last_unit")
    known_reason = Check("reason IN ('damaged', 'misprint', 'returned', 'surplus', 'lost', 'stolen')")


class LabelReprint(Table, tablename="label_reprint"):
    """Which void a range of new numbers makes good: a reprint is both in one unit of work. ``seal fsck`` holds the
    void to be there: its table was made without a key that a reference could name."""

    id = UUID(primary_key=True, default=None)
    association_id = UUID(null=False, default=None)
    range_id = UUID(null=False, default=None)
    void_id = UUID(null=False, default=None)

    void_once = Unique(["association_id", "void_id"])
    of_range = Reference(["association_id", "range_id"], "label_range")


class LabelLoss(Table, tablename="label_loss"):
    """What a person told of lost or stolen labels: when and where they last saw them. Private; never blame."""

    id = UUID(primary_key=True, default=None)
    association_id = UUID(null=False, default=None)
    batch_id = UUID(null=True, default=None)
    roll_id = UUID(null=True, default=None)
    first_number = Integer(null=False, default=None)
    last_number = Integer(null=False, default=None)
    reason = Text(null=False, default=None)
    last_seen_on = Date(null=True, default=None)
    place = Text(null=False, default="")
    told = Text(null=False, default="")
    reported_by = UUID(null=True, default=None)
    reported_at = Timestamptz(null=False, default=None)

    of_batch = Reference(["association_id", "batch_id"], "batch")
    of_roll = Reference(["association_id", "roll_id"], "label_roll")
    of_one = Check("(batch_id IS NULL) <> (roll_id IS NULL)")
    in_order = Check("first_number >= 1 AND first_number <= last_number")
    known_reason = Check("reason IN ('lost', 'stolen')")


class LabelCount(Table, tablename="label_count"):
    """Labels counted at the end of a run. ``live`` and ``reserved_high`` are the ledger's at that moment."""

    id = UUID(primary_key=True, default=None)
    association_id = UUID(null=False, default=None)
    batch_id = UUID(null=False, default=None)
    counted_on = Date(null=False, default=None)
    used = Integer(null=False, default=None)
    spoiled = Integer(null=False, default=None)
    left_over = Integer(null=False, default=None)
    live = Integer(null=False, default=None)
    reserved_high = Integer(null=False, default=None)
    note = Text(null=False, default="")
    counted_by = UUID(null=True, default=None)
    counted_at = Timestamptz(null=False, default=None)

    of_batch = Reference(["association_id", "batch_id"], "batch")
    counts = Check("used >= 0 AND spoiled >= 0 AND left_over >= 0 AND live >= 0 AND reserved_high >= live")


class LabelRun(Table, tablename="label_run"):
    """A span of numbers made into one file in pieces. ``plan`` and ``face`` are all that its looks depend on.

    Who prints it holds ``claim`` and writes ``beat_at`` with every piece; the file itself is in the data folder.
    """

    id = UUID(primary_key=True, default=None)
    association_id = UUID(null=False, default=None)
    batch_id = UUID(null=False, default=None)
    first_unit = Integer(null=False, default=None)
    last_unit = Integer(null=False, default=None)
    format = Text(null=False, default=None)
    start = Integer(null=False, default=None)
    right_tenths = Integer(null=False, default=None)
    down_tenths = Integer(null=False, default=None)
    title = Text(null=False, default=None)
    plan = Text(null=False, default=None)
    face = Bytea(null=False, default=None)
    asked_by = UUID(null=True, default=None)
    asked_at = Timestamptz(null=False, default=None)
    state = Text(null=False, default=None)
    done = Integer(null=False, default=0)
    claim = UUID(null=True, default=None)
    beat_at = Timestamptz(null=True, default=None)
    sha256 = Text(null=True, default=None)
    size = Integer(null=True, default=None)
    voids = Text(null=True, default=None)
    finished_at = Timestamptz(null=True, default=None)
    faults = Text(null=True, default=None)

    same_association = Unique(["association_id", "id"])
    of_batch = Reference(["association_id", "batch_id"], "batch")
    in_order = Check("first_unit >= 1 AND first_unit <= last_unit AND last_unit <= 65535")
    known_state = Check("state IN ('waiting', 'printing', 'ready', 'cancelled', 'failed')")
    done_in_span = Check("done >= 0 AND done <= last_unit - first_unit + 1")
    offset_is_small = Check(
        "right_tenths >= -50 AND right_tenths <= 50 AND down_tenths >= -50 AND down_tenths <= 50 AND start >= 1"
    )
    ready_has_a_digest = Check(
        "(state = 'ready') = (sha256 IS NOT NULL) AND (state = 'ready') = (size IS NOT NULL)"
        " AND (state = 'ready') = (voids IS NOT NULL)"
    )
