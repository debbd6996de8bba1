"""Trace events that others sent: the document they came in, each event's exact bytes, and the names in it."""

from __future__ import annotations

from piccolo.columns import UUID, Boolean, Bytea, Integer, Text, Timestamptz
from piccolo.table import Table

from seal.db.constraints import Check, Index, Reference, Unique


class EpcisCapture(Table, tablename="epcis_capture"):
    """One document that was taken whole. ``envelope`` is all of it but the events; ``context`` what it says of
    prefixes, as JSON; ``sha256`` is over the bytes as they came. Never changed."""

    id = UUID(primary_key=True, default=None)
    association_id = UUID(null=False, default=None)
    way = Text(null=False, default=None)
    captured_by = UUID(null=True, default=None)
    captured_at = Timestamptz(null=False, default=None)
    sha256 = Bytea(null=False, default=None)
    envelope = Bytea(null=False, default=None)
    context = Text(null=False, default=None)
    stored = Integer(null=False, default=None)
    known = Integer(null=False, default=None)

    association = Reference(["association_id"], "association", ["id"])
    same_association = Unique(["association_id", "id"])
    by_moment = Index(["association_id", "captured_at"])
    known_way = Check("way IN ('capture', 'import')")
    digest = Check("length(sha256) = 32")
    counted = Check("stored >= 0 AND known >= 0 AND stored + known >= 1")


class EpcisEvent(Table, tablename="epcis_event"):
    """One event as it came (``exact``), with what is asked about. Never changed.

    ``producer_id`` is whose own lots it speaks of, if it speaks of one producer's; ``digest`` is over its content.
    """

    id = UUID(primary_key=True, default=None)
    association_id = UUID(null=False, default=None)
    capture_id = UUID(null=False, default=None)
    event_id = Text(null=False, default=None)
    digest = Bytea(null=False, default=None)
    exact = Bytea(null=False, default=None)
    event_type = Text(null=False, default=None)
    event_time = Timestamptz(null=False, default=None)
    captured_at = Timestamptz(null=False, default=None)
    action = Text(null=False, default="")
    step = Text(null=False, default="")
    disposition = Text(null=False, default="")
    read_point = Text(null=False, default="")
    location = Text(null=False, default="")
    producer_id = UUID(null=True, default=None)

    of_capture = Reference(["association_id", "capture_id"], "epcis_capture")
    of_producer = Reference(["association_id", "producer_id"], "producer")
    same_association = Unique(["association_id", "id"])
    event_once = Unique(["association_id", "event_id"])
    by_time = Index(["association_id", "event_time"])
    by_capture = Index(["association_id", "capture_id"])
    known_type = Check(
        "event_type IN ('ObjectEvent', 'AggregationEvent', 'TransactionEvent', 'TransformationEvent',"
        " 'AssociationEvent')"
    )
    known_action = Check("action IN ('', 'ADD', 'OBSERVE', 'DELETE')")
    digest_whole = Check("length(digest) = 32")


class EpcisMovement(Table, tablename="epcis_movement"):
    """What an event was recorded as: an entry of the batch book, or numbers made void. An event without one is a
    claim of whoever sent it. ``lot_id`` is the lot that began with it, under the name that the event gave."""

    id = UUID(primary_key=True, default=None)
    association_id = UUID(null=False, default=None)
    event_row = UUID(null=False, default=None)
    entry_id = UUID(null=True, default=None)
    void_id = UUID(null=True, default=None)
    lot_id = UUID(null=True, default=None)
    lot_name = Text(null=True, default=None)

    of_event = Reference(["association_id", "event_row"], "epcis_event")
    of_entry = Reference(["association_id", "entry_id"], "book_entry")
    of_lot = Reference(["association_id", "lot_id"], "lot")
    entry_once = Unique(["association_id", "entry_id"])
    void_once = Unique(["association_id", "void_id"])
    by_event = Index(["association_id", "event_row"])
    one_thing = Check("(entry_id IS NULL) <> (void_id IS NULL)")
    named_whole = Check("(lot_id IS NULL) = (lot_name IS NULL)")


class EpcisName(Table, tablename="epcis_name"):
    """A thing that an event names, in its one spelling, and what it is to the event."""

    id = UUID(primary_key=True, default=None)
    association_id = UUID(null=False, default=None)
    event_row = UUID(null=False, default=None)
    part = Text(null=False, default=None)
    is_class = Boolean(null=False, default=None)
    name = Text(null=False, default=None)

    of_event = Reference(["association_id", "event_row"], "epcis_event")
    by_name = Index(["association_id", "name"])
    known_part = Check("part IN ('object', 'parent', 'input', 'output')")
