"""Advice given to producers: who advised may not audit or decide for two years."""

from __future__ import annotations

from piccolo.columns import UUID, Date, Text, Timestamptz
from piccolo.table import Table

from seal.db.constraints import Check, Index, Reference


class Advice(Table, tablename="advice"):
    """Advice that one person gave to one producer on a day. Never changed."""

    id = UUID(primary_key=True, default=None)
    association_id = UUID(null=False, default=None)
    producer_id = UUID(null=False, default=None)
    person_id = UUID(null=False, default=None)
    given_on = Date(null=False, default=None)
    note = Text(null=False, default=None)
    recorded_at = Timestamptz(null=False, default=None)

    of_producer = Reference(["association_id", "producer_id"], "producer")
    of_person = Reference(["association_id", "person_id"], "person")
    says_what = Check("note <> ''")
    by_producer = Index(["association_id", "producer_id"])
