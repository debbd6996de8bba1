"""Producers and what is known of them. Everything that may change is a new row; nothing is deleted."""

from __future__ import annotations

from piccolo.columns import UUID, Boolean, Bytea, Date, Integer, Text, Timestamptz
from piccolo.table import Table

from seal.db.constraints import Check, Index, Reference, Unique


class Producer(Table, tablename="producer"):
    """A producer of one association. Membership is folded from ``producer_action``; contact is never public."""

    id = UUID(primary_key=True, default=None)
    association_id = UUID(null=False, default=None)
    number = Integer(null=False, default=None)
    trade_name = Text(null=False, default=None)
    commune = Text(null=False, default=None)
    language = Text(null=False, default=None)
    contact = Text(null=False, default="")
    registered_at = Timestamptz(null=False, default=None)

    same_association = Unique(["association_id", "id"])
    number_once = Unique(["association_id", "number"])
    number_counts = Check("number >= 1")
    named = Check("trade_name <> ''")


class ProducerAction(Table, tablename="producer_action"):
    """One step of a membership, by whom, when recorded, when effective and why. Never changed."""

    id = UUID(primary_key=True, default=None)
    association_id = UUID(null=False, default=None)
    producer_id = UUID(null=False, default=None)
    sequence = Integer(null=False, default=None)
    action = Text(null=False, default=None)
    actor_id = UUID(null=True, default=None)
    recorded_at = Timestamptz(null=False, default=None)
    effective_on = Date(null=False, default=None)
    reason = Text(null=False, default="")

    of_producer = Reference(["association_id", "producer_id"], "producer")
    step_once = Unique(["association_id", "producer_id", "sequence"])
    known_action = Check(
        "action IN ('register', 'apply', 'admit', 'take_leave', 'come_back', 'leave', 'expel', 'die', 'transfer')"
    )
    registered_first = Check("(sequence = 0) = (action = 'register')")


class Representation(Table, tablename="representation"):
    """A person acts for a producer from ``since`` until ``ended_at``."""

    id = UUID(primary_key=True, default=None)
    association_id = UUID(null=False, default=None)
    person_id = UUID(null=False, default=None)
    producer_id = UUID(null=False, default=None)
    since = Timestamptz(null=False, default=None)
    ended_at = Timestamptz(null=True, default=None)

    of_person = Reference(["association_id", "person_id"], "person")
    of_producer = Reference(["association_id", "producer_id"], "producer")
    starts_once = Unique(["association_id", "person_id", "producer_id", "since"])
    by_producer = Index(["association_id", "producer_id"])
    in_order = Check("ended_at IS NULL OR since <= ended_at")


class Site(Table, tablename="site"):
    """A place where a producer works, named to the commune and no finer."""

    id = UUID(primary_key=True, default=None)
    association_id = UUID(null=False, default=None)
    producer_id = UUID(null=False, default=None)
    name = Text(null=False, default=None)
    kind = Text(null=False, default=None)
    commune = Text(null=False, default=None)
    recorded_at = Timestamptz(null=False, default=None)
    gln = Text(null=True, default=None)

    same_association = Unique(["association_id", "id"])
    of_producer = Reference(["association_id", "producer_id"], "producer")
    name_once = Unique(["association_id", "producer_id", "name"])
    known_kind = Check("kind IN ('field', 'apiary', 'workshop', 'kitchen', 'extraction', 'store', 'shared_room')")


class Product(Table, tablename="product"):
    """What a producer makes under one protocol. ``names`` is a JSON map of language to name.

    ``kind`` is the word by which the protocol tells products apart (``fresh_cheese``); null where nobody said.
    """

    id = UUID(primary_key=True, default=None)
    association_id = UUID(null=False, default=None)
    producer_id = UUID(null=False, default=None)
    protocol_id = Text(null=False, default=None)
    names = Text(null=False, default=None)
    net_content = Text(null=False, default=None)
    grams = Integer(null=False, default=None)
    recorded_at = Timestamptz(null=False, default=None)
    kind = Text(null=True, default=None)
    gtin = Text(null=True, default=None)

    same_association = Unique(["association_id", "id"])
    of_producer = Reference(["association_id", "producer_id"], "producer")
    weighs = Check("grams > 0")
    by_producer = Index(["association_id", "producer_id"])


class Organisation(Table, tablename="organisation"):
    """Who goods are sent to or come from: shop, laboratory, subcontractor. Never public."""

    id = UUID(primary_key=True, default=None)
    association_id = UUID(null=False, default=None)
    name = Text(null=False, default=None)
    kind = Text(null=False, default=None)
    commune = Text(null=False, default="")
    contact = Text(null=False, default="")
    gln = Text(null=True, default=None)
    recorded_by = UUID(null=True, default=None)
    recorded_at = Timestamptz(null=False, default=None)

    same_association = Unique(["association_id", "id"])
    name_once = Unique(["association_id", "name"])
    known_kind = Check(
        "kind IN ('shop', 'buyer', 'subcontractor', 'laboratory', 'municipality', 'association', 'other')"
    )


class ProducerFact(Table, tablename="producer_fact"):
    """A profile fact as told at a moment; null ``told`` and ``said`` mean unknown. The newest of a name counts.

    ``told`` is a yes or no; ``said`` anything else as JSON: a number or a choice as text, several choices as a list.
    """

    id = UUID(primary_key=True, default=None)
    association_id = UUID(null=False, default=None)
    producer_id = UUID(null=False, default=None)
    name = Text(null=False, default=None)
    told = Boolean(null=True, default=None)
    recorded_by = UUID(null=True, default=None)
    recorded_at = Timestamptz(null=False, default=None)
    said = Text(null=True, default=None)

    of_producer = Reference(["association_id", "producer_id"], "producer")
    one_way = Check("told IS NULL OR said IS NULL")
    by_producer = Index(["association_id", "producer_id"])


class Permit(Table, tablename="permit"):
    """An authorisation of an authority. A renewal is a new row; null ``valid_until`` has no end."""

    id = UUID(primary_key=True, default=None)
    association_id = UUID(null=False, default=None)
    producer_id = UUID(null=False, default=None)
    kind = Text(null=False, default=None)
    number = Text(null=False, default=None)
    valid_until = Date(null=True, default=None)
    file_id = UUID(null=True, default=None)
    recorded_by = UUID(null=True, default=None)
    recorded_at = Timestamptz(null=False, default=None)

    of_producer = Reference(["association_id", "producer_id"], "producer")
    of_file = Reference(["association_id", "file_id"], "stored_file")
    by_producer = Index(["association_id", "producer_id"])


class Relation(Table, tablename="relation"):
    """A tie between a person and a producer that bars them from judging it (ISO/IEC 17065 4.2)."""

    id = UUID(primary_key=True, default=None)
    association_id = UUID(null=False, default=None)
    person_id = UUID(null=False, default=None)
    producer_id = UUID(null=False, default=None)
    kind = Text(null=False, default=None)
    degree = Integer(null=True, default=None)
    since = Date(null=False, default=None)
    until_day = Date(null=True, default=None)
    recorded_by = UUID(null=True, default=None)
    recorded_at = Timestamptz(null=False, default=None)

    of_person = Reference(["association_id", "person_id"], "person")
    of_producer = Reference(["association_id", "producer_id"], "producer")
    known_kind = Check("kind IN ('household', 'relative', 'in_law', 'employment', 'debt', 'lease', 'buyer')")
    degree_for_kin = Check("(degree IS NOT NULL) = (kind IN ('relative', 'in_law'))")
    by_producer = Index(["association_id", "producer_id"])
    in_order = Check("until_day IS NULL OR since <= until_day")


class Agreement(Table, tablename="agreement"):
    """The certification agreement as accepted: version, exact terms and their digest (ISO/IEC 17065 4.1.2)."""

    id = UUID(primary_key=True, default=None)
    association_id = UUID(null=False, default=None)
    producer_id = UUID(null=False, default=None)
    version = Text(null=False, default=None)
    terms = Bytea(null=False, default=None)
    terms_sha256 = Text(null=False, default=None)
    signed_by = UUID(null=True, default=None)
    signed_at = Timestamptz(null=False, default=None)

    of_producer = Reference(["association_id", "producer_id"], "producer")
    version_once = Unique(["association_id", "producer_id", "version"])
