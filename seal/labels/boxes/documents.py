"""The exact document of a box that stands in the log (leaf type 6). Pure.

RFC 8785 JSON: ``{"kind": "box", "id", "association": DID, "box": public code, "at"}``. What stands in a box changes
with every sale, and is in the signed bundle and not in the log.
"""

from __future__ import annotations

import rfc8785

from seal.clock import rfc3339
from seal.ids import Code
from seal.labels.boxes.model import Box


def made(box: Box, *, did: str) -> bytes:
    """The document of a box."""
    found = {"kind": "box", "id": str(box.id), "association": did, "box": Code(box.public_id).plain}
    return bytes(rfc8785.dumps({**found, "at": rfc3339(box.made_at)}))
