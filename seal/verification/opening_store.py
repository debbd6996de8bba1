"""One query: what the leaves of credentials and labels record, with their salts."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from seal.certificates.tables import Certification

Row = dict[str, Any]
_QUERY = """
    SELECT l.leaf_index AS place, COALESCE(ce.salt, b.salt, r.salt, v.salt) AS salt,
        COALESCE(ce.jws, b.jws, r.document, v.document) AS content
    FROM log_leaf l
    LEFT JOIN certification ce ON l.leaf_type = 3 AND ce.association_id = l.association_id AND ce.id = l.object_id
    LEFT JOIN batch b ON l.leaf_type = 4 AND b.association_id = l.association_id AND b.id = l.object_id
    LEFT JOIN label_range r ON l.leaf_type = 6 AND r.association_id = l.association_id AND r.id = l.object_id
    LEFT JOIN label_void v ON l.leaf_type = 6 AND v.association_id = l.association_id AND v.id = l.object_id
    WHERE l.association_id = {} AND l.leaf_index >= {} AND l.leaf_index < {} AND l.leaf_type IN (3, 4, 6)
    ORDER BY l.leaf_index
"""


async def openings(association_id: UUID, start: int, end: int) -> list[tuple[int, bytes, bytes]]:
    """``(leaf index, salt, exact bytes)`` of the leaves of types 3, 4 and 6 in ``[start, end)`` that have both."""
    rows: list[Row] = await Certification.raw(_QUERY, association_id, start, end)
    return [
        (row["place"], bytes(row["salt"]), bytes(row["content"]))
        for row in rows
        if row["salt"] is not None and row["content"] is not None
    ]
