"""Queries of the desk: what lower rooms' tables say together. Reads only, always inside one association."""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import date
from typing import Any
from uuid import UUID

from seal.batches.model import State
from seal.batches.tables import Batch
from seal.desk.counting import Count, LotCount

Row = dict[str, Any]

# The newest count of a run says how many labels were used until then.
_COUNTS = """
    SELECT b.id AS id, b.producer_id AS producer_id, b.lot AS lot, b.units AS units, b.produced_on AS produced_on,
        p.names AS names, l.reserved_high AS printed, l.void_count AS voided,
        (SELECT c.used FROM label_count c WHERE c.association_id = b.association_id AND c.batch_id = b.id
            ORDER BY c.counted_at DESC, c.id DESC LIMIT 1) AS applied,
        (SELECT SUM(s.times) FROM scan_count s WHERE s.association_id = b.association_id
            AND s.public_id = b.public_id) AS scanned
    FROM batch b
    JOIN product p ON p.association_id = b.association_id AND p.id = b.product_id
    LEFT JOIN label_ledger l ON l.association_id = b.association_id AND l.batch_id = b.id
    WHERE b.association_id = {} AND b.produced_on >= {} AND b.produced_on <= {}
    ORDER BY b.produced_on DESC, b.id DESC
"""


async def counts(association_id: UUID, first: date, last: date, only: Collection[UUID]) -> tuple[LotCount, ...]:
    """The lots of some producers made between two days, newest first, with their numbers; states are not told here."""
    rows: list[Row] = await Batch.raw(_COUNTS, association_id, first, last)
    return tuple(
        LotCount(
            producer_id=row["producer_id"],
            batch_id=row["id"],
            product=json.loads(row["names"]),
            lot=row["lot"],
            made_on=row["produced_on"],
            state=State.NONE,
            count=Count(
                made=row["units"],
                sealed=row["units"],
                printed=row["printed"] or 0,
                applied=row["applied"] or 0,
                voided=row["voided"] or 0,
                scanned=int(row["scanned"] or 0),
            ),
        )
        for row in rows
        if row["producer_id"] in only
    )
