"""The outbox. Nothing leaves by mail yet: notices are read at the desk."""

from __future__ import annotations

from piccolo.columns import UUID, Text, Timestamptz
from piccolo.table import Table

from seal.db.constraints import Index, Reference, Unique


class NoticeRow(Table, tablename="notice"):
    """``params`` is JSON text. ``subject`` keeps a repeated job from saying the same thing twice."""

    id = UUID(primary_key=True, default=None)
    association_id = UUID(null=False, default=None)
    person_id = UUID(null=True, default=None)
    kind = Text(null=False, default=None)
    subject = Text(null=False, default=None)
    params = Text(null=False, default=None)
    due_at = Timestamptz(null=False, default=None)
    made_at = Timestamptz(null=False, default=None)
    done_at = Timestamptz(null=True, default=None)

    said_once = Unique(["association_id", "kind", "subject"])
    of_association = Reference(["association_id"], "association", ["id"])
    to_person = Reference(["association_id", "person_id"], "person")
    by_due = Index(["association_id", "due_at"])
