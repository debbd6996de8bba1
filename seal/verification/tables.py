"""The last signed bundle of each association, and scans counted by day and code: never who, where or from what."""

from __future__ import annotations

from piccolo.columns import UUID, BigInt, Bytea, Date, Integer, Text, Timestamptz
from piccolo.table import Table

from seal.db.constraints import Check, Reference, Unique


class SignedBundle(Table, tablename="signed_bundle"):
    """One row an association: the bundle that is served, and the one that is being made.

    ``epoch``, ``as_of``, ``content_sha256`` and ``jws`` are of the served one; ``next_epoch`` grows first, in the unit
    of work of the intent, so that no epoch is signed twice. ``content_sha256`` leaves ``as_of`` and ``epoch`` out.
    """

    id = UUID(primary_key=True, default=None)
    association_id = UUID(null=False, default=None)
    epoch = Integer(null=False, default=0)
    next_epoch = Integer(null=False, default=0)
    as_of = Timestamptz(null=True, default=None)
    content_sha256 = Text(null=False, default="")
    jws = Bytea(null=True, default=None)

    association = Reference(["association_id"], "association", ["id"])
    one_each = Unique(["association_id"])
    grows = Check("epoch >= 0 AND next_epoch >= epoch")
    signed_whole = Check("(jws IS NULL) = (as_of IS NULL) AND (jws IS NULL) = (epoch = 0)")


class ScanCount(Table, tablename="scan_count"):
    """How often a code was asked about on one local day; unit 0 is the code of the whole batch or certification."""

    id = UUID(primary_key=True, default=None)
    association_id = UUID(null=False, default=None)
    public_id = BigInt(null=False, default=None)
    unit = Integer(null=False, default=0)
    day = Date(null=False, default=None)
    times = Integer(null=False, default=0)

    association = Reference(["association_id"], "association", ["id"])
    one_each_day = Unique(["association_id", "public_id", "unit", "day"])
    counted = Check("times >= 0 AND unit >= 0")
