"""Which units a dispatch took; recalls with what they reached, what shops answered, and approved words."""

from __future__ import annotations

from piccolo.columns import UUID, BigInt, Boolean, Bytea, Integer, Text, Timestamptz
from piccolo.table import Table

from seal.db.constraints import Check, Index, Reference, Unique


class ShipmentUnit(Table, tablename="shipment_unit"):
    """Units that went with a dispatch or came back with what answers it, by scan. ``box_id`` if they stood in one."""

    id = UUID(primary_key=True, default=None)
    association_id = UUID(null=False, default=None)
    entry_id = UUID(null=False, default=None)
    batch_id = UUID(null=False, default=None)
    first_unit = Integer(null=False, default=None)
    last_unit = Integer(null=False, default=None)
    box_id = UUID(null=True, default=None)

    once = Unique(["association_id", "entry_id", "batch_id", "first_unit"])
    of_entry = Reference(["association_id", "entry_id"], "book_entry")
    of_batch = Reference(["association_id", "batch_id"], "batch")
    of_box = Reference(["association_id", "box_id"], "label_box")
    bounds = Check("first_unit >= 1 AND first_unit <= last_unit AND last_unit <= 65535")
    by_batch = Index(["association_id", "batch_id"])


class Recall(Table, tablename="recall"):
    """A recall or a drill. ``affected`` is the exact document of what it reached, as computed when it was opened;
    ``document`` stands in the log, for a drill there is none. Closed by another person than who opened it."""

    id = UUID(primary_key=True, default=None)
    association_id = UUID(null=False, default=None)
    number = Integer(null=False, default=None)
    drill = Boolean(null=False, default=False)
    cause = Text(null=False, default=None)
    reason_class = Text(null=False, default=None)
    reason = Text(null=False, default=None)
    advice = Text(null=False, default=None)
    started_at = Timestamptz(null=False, default=None)
    opened_by = UUID(null=False, default=None)
    opened_at = Timestamptz(null=False, default=None)
    affected = Bytea(null=False, default=None)
    affected_sha256 = Bytea(null=False, default=None)
    document = Bytea(null=True, default=None)
    salt = Bytea(null=True, default=None)
    closed_by = UUID(null=True, default=None)
    closed_at = Timestamptz(null=True, default=None)
    closing = Text(null=False, default="")

    same_association = Unique(["association_id", "id"])
    number_once = Unique(["association_id", "number"])
    association = Reference(["association_id"], "association", ["id"])
    known_cause = Check("cause IN ('lots', 'window', 'test', 'certification')")
    digest = Check("length(affected_sha256) = 32")
    logged_whole = Check("(document IS NULL) = (salt IS NULL)")
    drill_unlogged = Check("(document IS NULL) = drill")
    closed_whole = Check("(closed_by IS NULL) = (closed_at IS NULL)")
    closed_by_another = Check("closed_by IS NULL OR closed_by <> opened_by")
    in_order = Check("started_at <= opened_at")


class RecallItem(Table, tablename="recall_item"):
    """A batch that a recall reaches and what is to be done with it; ``done_at`` when it was, never in a drill."""

    id = UUID(primary_key=True, default=None)
    association_id = UUID(null=False, default=None)
    recall_id = UUID(null=False, default=None)
    batch_id = UUID(null=False, default=None)
    sibling = Boolean(null=False, default=False)
    act = Text(null=False, default=None)
    done_at = Timestamptz(null=True, default=None)

    batch_once = Unique(["association_id", "recall_id", "batch_id"])
    of_recall = Reference(["association_id", "recall_id"], "recall")
    of_batch = Reference(["association_id", "batch_id"], "batch")
    known_act = Check("act IN ('recall', 'hold', 'none')")
    siblings_are_held = Check("NOT sibling OR act <> 'recall'")
    by_batch = Index(["association_id", "batch_id"])


class RecallAnswer(Table, tablename="recall_answer"):
    """What was done with a shop, or another place, about a recall: told, answered with counts, not reached. Never
    changed: a correction is a later row. Counts are pieces, or base units of a lot that is not counted."""

    id = UUID(primary_key=True, default=None)
    association_id = UUID(null=False, default=None)
    recall_id = UUID(null=False, default=None)
    organisation_id = UUID(null=True, default=None)
    producer_id = UUID(null=True, default=None)
    subcontractor = Boolean(null=False, default=False)
    kind = Text(null=False, default=None)
    lot_id = UUID(null=True, default=None)
    found = BigInt(null=False, default=0)
    destroyed = BigInt(null=False, default=0)
    sold = BigInt(null=False, default=0)
    note = Text(null=False, default="")
    recorded_by = UUID(null=False, default=None)
    recorded_at = Timestamptz(null=False, default=None)

    of_recall = Reference(["association_id", "recall_id"], "recall")
    of_organisation = Reference(["association_id", "organisation_id"], "organisation")
    of_producer = Reference(["association_id", "producer_id"], "producer")
    of_lot = Reference(["association_id", "lot_id"], "lot")
    known_kind = Check("kind IN ('told', 'counted', 'unreachable')")
    one_place = Check("(organisation_id IS NULL) <> (producer_id IS NULL)")
    counted_lot = Check("(kind = 'counted') = (lot_id IS NOT NULL)")
    counts = Check("found >= 0 AND destroyed >= 0 AND sold >= 0")
    by_recall = Index(["association_id", "recall_id"])


class RecallWording(Table, tablename="recall_wording"):
    """A sentence about the danger that a competent person approved, by name and post; the newest counts."""

    id = UUID(primary_key=True, default=None)
    association_id = UUID(null=False, default=None)
    recall_id = UUID(null=False, default=None)
    language = Text(null=False, default=None)
    text = Text(null=False, default=None)
    approved_by = Text(null=False, default=None)
    approved_as = Text(null=False, default=None)
    entered_by = UUID(null=False, default=None)
    recorded_at = Timestamptz(null=False, default=None)

    of_recall = Reference(["association_id", "recall_id"], "recall")
    known_language = Check("language IN ('es', 'en')")
    by_recall = Index(["association_id", "recall_id"])
