"""The associations of this server, and every public code that it has given out."""

from __future__ import annotations

from piccolo.columns import UUID, BigInt, Boolean, Text, Timestamptz
from piccolo.table import Table

from seal.db.constraints import Check, Reference, Unique


class AssociationRow(Table, tablename="association"):
    """``communes``, ``languages`` and ``rules`` are JSON text."""

    id = UUID(primary_key=True, default=None)
    slug = Text(null=False, default=None)
    name = Text(null=False, default=None)
    base = Text(null=False, default=None)
    did = Text(null=False, default=None)
    log_origin = Text(null=False, default=None)
    zone = Text(null=False, default=None)
    region = Text(null=False, default=None)
    communes = Text(null=False, default=None)
    languages = Text(null=False, default=None)
    colour = Text(null=False, default=None)
    demonstration = Boolean(null=False, default=None)
    rules = Text(null=False, default=None)
    created_at = Timestamptz(null=False, default=None)

    one_slug = Unique(["slug"])
    one_base = Unique(["base"])
    named = Check("length(name) > 0")


class PublicCodeRow(Table, tablename="public_code"):
    """The one table that is looked up across associations: a label says nothing else."""

    public_id = BigInt(primary_key=True, default=None)
    association_id = UUID(null=False, default=None)
    kind = Text(null=False, default=None)
    object_id = UUID(null=False, default=None)
    claimed_at = Timestamptz(null=False, default=None)

    one_each_object = Unique(["association_id", "kind", "object_id"])
    of_association = Reference(["association_id"], "association", ["id"])
    forty_bits = Check("public_id >= 0 AND public_id < 1099511627776")
    known_kind = Check("kind IN ('batch', 'certification', 'roll', 'box')")
