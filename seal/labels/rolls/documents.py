"""The exact documents of rolls that stand in the log (leaf type 6). Pure.

RFC 8785 JSON, no floats:

    {"kind": "roll",       "id", "association": DID, "roll": public code, "first": 1, "last": size, "at"}
    {"kind": "roll_void",  "id", "association": DID, "roll": public code, "first", "last", "at", "reason"}
    {"kind": "label_bind", "id", "association": DID, "batch": public code, "first", "last", "at",
                           "roll": public code, "seal"}

In ``label_bind``, ``first`` and ``last`` are unit numbers of the batch, as in ``label_range``: a reader who counts a
batch's labels counts both alike. ``seal`` is the number on the roll of the unit ``first``; the others follow.
"""

from __future__ import annotations

from typing import Any

import rfc8785

from seal.clock import rfc3339
from seal.ids import Code
from seal.labels.rolls.model import Binding, Roll, RollVoid


def made(roll: Roll, *, did: str) -> bytes:
    """The document of a roll."""
    found = {"kind": "roll", "id": str(roll.id), "association": did, "roll": Code(roll.public_id).plain}
    return _dump({**found, "first": 1, "last": roll.size, "at": rfc3339(roll.made_at)})


def bound(one: Binding, *, did: str, roll_public_id: int, batch_public_id: int) -> bytes:
    """The document of seals bound to a batch."""
    return _dump(
        {
            "kind": "label_bind",
            "id": str(one.id),
            "association": did,
            "batch": Code(batch_public_id).plain,
            "first": one.units.first,
            "last": one.units.last,
            "at": rfc3339(one.bound_at),
            "roll": Code(roll_public_id).plain,
            "seal": one.first,
        }
    )


def voided(one: RollVoid, *, did: str, public_id: int) -> bytes:
    """The document of seals taken out of use before they were bound."""
    return _dump(
        {
            "kind": "roll_void",
            "id": str(one.id),
            "association": did,
            "roll": Code(public_id).plain,
            "first": one.first,
            "last": one.last,
            "at": rfc3339(one.voided_at),
            "reason": one.reason.value,
        }
    )


def _dump(document: dict[str, Any]) -> bytes:
    return bytes(rfc8785.dumps(document))
