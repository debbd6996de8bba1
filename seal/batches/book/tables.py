"""Lots, the entries of the batch book, and what each entry does to each lot. Nothing here is ever changed."""

from __future__ import annotations

from piccolo.columns import UUID, BigInt, Boolean, Date, Text, Timestamptz
from piccolo.table import Table

from seal.db.constraints import Check, Index, Reference, Unique


class Lot(Table, tablename="lot"):
    """A quantity that is kept apart and traced. A batch's own lot has the batch's id. ``readings`` is a JSON map."""

    id = UUID(primary_key=True, default=None)
    association_id = UUID(null=False, default=None)
    producer_id = UUID(null=False, default=None)
    material = Text(null=False, default=None)
    name = Text(null=False, default=None)
    name_key = Text(null=False, default=None)
    dimension = Text(null=False, default=None)
    standing = Text(null=False, default=None)
    main = Boolean(null=False, default=True)
    batch_id = UUID(null=True, default=None)
    site_id = UUID(null=True, default=None)
    organisation_id = UUID(null=True, default=None)
    from_whom = Text(null=False, default="")
    certificate = Text(null=False, default="")
    readings = Text(null=False, default="{}")
    recorded_by = UUID(null=True, default=None)
    recorded_at = Timestamptz(null=False, default=None)

    same_association = Unique(["association_id", "id"])
    name_once = Unique(["association_id", "producer_id", "name_key"])
    of_producer = Reference(["association_id", "producer_id"], "producer")
    of_batch = Reference(["association_id", "batch_id"], "batch")
    of_site = Reference(["association_id", "site_id"], "site")
    of_organisation = Reference(["association_id", "organisation_id"], "organisation")
    known_dimension = Check("dimension IN ('mass', 'volume', 'count')")
    known_standing = Check("standing IN ('own', 'certified', 'declared', 'uncertified')")
    own_lot_of_batch = Check("batch_id IS NULL OR batch_id = id")


class BookEntry(Table, tablename="book_entry"):
    """One act in the book: the true day, when it was written down, and by whom."""

    id = UUID(primary_key=True, default=None)
    association_id = UUID(null=False, default=None)
    producer_id = UUID(null=False, default=None)
    kind = Text(null=False, default=None)
    happened_on = Date(null=False, default=None)
    recorded_at = Timestamptz(null=False, default=None)
    actor_id = UUID(null=True, default=None)
    about_id = UUID(null=True, default=None)
    organisation_id = UUID(null=True, default=None)
    to_producer_id = UUID(null=True, default=None)
    site_id = UUID(null=True, default=None)
    reason = Text(null=False, default="")
    signed_by = Text(null=False, default="")

    same_association = Unique(["association_id", "id"])
    of_producer = Reference(["association_id", "producer_id"], "producer")
    to_producer = Reference(["association_id", "to_producer_id"], "producer")
    of_organisation = Reference(["association_id", "organisation_id"], "organisation")
    of_site = Reference(["association_id", "site_id"], "site")
    of_entry = Reference(["association_id", "about_id"], "book_entry")
    known_kind = Check(
        "kind IN ('harvest', 'receive', 'opening', 'make', 'blend', 'split', 'lose', 'adjust', 'send', 'bring_back',"
        " 'dispatch', 'take_back', 'reverse')"
    )
    by_producer = Index(["association_id", "producer_id"])
    by_about = Index(["association_id", "about_id"])


class BookLine(Table, tablename="book_line"):
    """What an entry does to one lot: grams, millilitres or pieces, with their sign."""

    id = UUID(primary_key=True, default=None)
    association_id = UUID(null=False, default=None)
    entry_id = UUID(null=False, default=None)
    lot_id = UUID(null=False, default=None)
    change = BigInt(null=False, default=None)

    lot_once = Unique(["association_id", "entry_id", "lot_id"])
    of_entry = Reference(["association_id", "entry_id"], "book_entry")
    of_lot = Reference(["association_id", "lot_id"], "lot")
    never_zero = Check("change <> 0")
    by_lot = Index(["association_id", "lot_id"])


class BatchExplanation(Table, tablename="batch_explanation"):
    """Why a batch came to more or less than what went in lets expect, in its producer's words. Never changed."""

    id = UUID(primary_key=True, default=None)
    association_id = UUID(null=False, default=None)
    batch_id = UUID(null=False, default=None)
    text = Text(null=False, default=None)
    told_by = UUID(null=True, default=None)
    told_at = Timestamptz(null=False, default=None)

    of_batch = Reference(["association_id", "batch_id"], "batch")
    by_batch = Index(["association_id", "batch_id"])
