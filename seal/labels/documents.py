"""The exact documents of label ranges and voids that stand in the log (leaf type 6). Pure.

RFC 8785 JSON, no floats:

    {"kind": "label_range", "id", "association": DID, "batch": public code, "first", "last", "at"}
    {"kind": "label_void",  "id", "association": DID, "batch": public code, "first", "last", "at", "reason"}

``reason`` is damaged, misprint, returned, surplus, lost or stolen.
"""

from __future__ import annotations

from typing import Any

import rfc8785

from seal.clock import rfc3339
from seal.ids import Code
from seal.labels.model import LabelRange, Void


def reserved(found: LabelRange, *, did: str, public_id: int) -> bytes:
    """The document of a reservation."""
    return _dump("label_range", found, did, public_id, {"at": rfc3339(found.reserved_at)})


def voided(found: Void, *, did: str, public_id: int) -> bytes:
    """The document of numbers taken out of use."""
    more = {"at": rfc3339(found.voided_at), "reason": found.reason.value}
    return _dump("label_void", found, did, public_id, more)


def _dump(kind: str, found: LabelRange | Void, did: str, public_id: int, more: dict[str, Any]) -> bytes:
    document = {
        "kind": kind,
        "id": str(found.id),
        "association": did,
        "batch": Code(public_id).plain,
        "first": found.first,
        "last": found.last,
        **more,
    }
    return bytes(rfc8785.dumps(document))
