"""Signed snapshots of the register, kept by day."""

from __future__ import annotations

from piccolo.columns import UUID, Bytea, Date, Integer, Text, Timestamptz
from piccolo.table import Table

from seal.db.constraints import Check, Reference, Unique


class RegisterSnapshot(Table, tablename="register_snapshot"):
    """One signed snapshot: the first of a day is edition 1; one more each time the register changes on that day.

    ``jws`` is null between intent and signature. None is ever changed or deleted: what the register said stays.
    """

    id = UUID(primary_key=True, default=None)
    association_id = UUID(null=False, default=None)
    day = Date(null=False, default=None)
    edition = Integer(null=False, default=None)
    as_of = Timestamptz(null=False, default=None)
    content_sha256 = Text(null=False, default=None)
    intent_id = UUID(null=False, default=None)
    jws = Bytea(null=True, default=None)

    association = Reference(["association_id"], "association", ["id"])
    intent = Reference(["association_id", "intent_id"], "key_intent")
    same_association = Unique(["association_id", "id"])
    edition_once = Unique(["association_id", "day", "edition"])
    counted = Check("edition >= 1 AND length(content_sha256) = 64")
