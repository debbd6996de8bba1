"""Storage's own two tables: idempotency records and leases. Neither belongs to a slice."""

from __future__ import annotations

from piccolo.columns import UUID, BigInt, Bytea, Text, Timestamptz
from piccolo.table import Table

from seal.db.constraints import Check, Unique


class Idempotency(Table, tablename="idempotency"):
    """What was asked under one key, and what was answered (invariant 5)."""

    id = UUID(primary_key=True, default=None)
    association_id = UUID(null=False, default=None)
    person_id = UUID(null=False, default=None)
    """The nil UUID for Seal itself: a null would never collide."""
    key = Text(null=False, default=None)
    verb = Text(null=False, default=None)
    body_sha256 = Bytea(null=False, default=None)
    started_at = Timestamptz(null=False, default=None)
    runner = UUID(null=True, default=None)
    """Who is running it; null when nobody is."""
    place = Text(null=False, default="")
    """Machine and process of the runner, so that a neighbour can see that it died."""
    beat = BigInt(null=False, default=0)
    answer = Bytea(null=True, default=None)
    """JSON; null until finished."""

    one_use = Unique(["association_id", "person_id", "key"])
    digest = Check("length(body_sha256) = 32")


class Lease(Table, tablename="lease"):
    """One runner among several processes, by name."""

    id = UUID(primary_key=True, default=None)
    name = Text(null=False, default=None)
    epoch = BigInt(null=False, default=0)
    """Grows with each new holder; a holder with an older epoch can commit nothing."""
    holder = UUID(null=True, default=None)
    place = Text(null=False, default="")
    beat = BigInt(null=False, default=0)

    one_name = Unique(["name"])
    growing = Check("epoch >= 0 AND beat >= 0")
