"""Labels (invariant 3)."""

from __future__ import annotations

from typing import Any

from tests.cli.kept import Kept
from tests.cli.plants.base import DAY, Plant, add, change, drop, plant, simple


def _range(kept: Kept, first: int = 1) -> dict[str, Any]:
    return kept.one("label_range", batch_id=kept.batch.id, first_unit=first)


def _ledger(kept: Kept) -> dict[str, Any]:
    return kept.one("label_ledger", batch_id=kept.batch.id)


simple("labels.range_bounds", "label_range", lambda kept: _range(kept, 61), last_unit=70_000)
simple("labels.range_overlap", "label_range", lambda kept: _range(kept, 61), first_unit=60)
plant("labels.range_gap")(lambda kept: drop("label_range", _range(kept), named=("label_range", _range(kept, 61)["id"])))
plant("labels.range_payload")(
    lambda kept: Plant(
        "label_range",
        _range(kept)["id"],
        change(
            "batch", kept.one("batch", id=kept.batch.id), status_index=(kept.batch.status_index or 0) ^ 1
        ).statements,
    )
)
simple("labels.void_bounds", "label_void", lambda kept: kept.one("label_void"), first_unit=0)
plant("labels.void_overlap")(lambda kept: add("label_void", kept.one("label_void")))
simple("labels.void_unreserved", "label_void", lambda kept: kept.one("label_void"), last_unit=5_000)
plant("labels.ledger_missing")(lambda kept: drop("label_ledger", _ledger(kept), named=("batch", kept.batch.id)))
simple("labels.ledger_differs", "label_ledger", _ledger, live=12)
simple("labels.ledger_differs/counted down", "label_ledger", _ledger, reserved_high=60, live=53)
simple("labels.ledger_quota", "label_ledger", _ledger, quota=1_000)
plant("labels.over_quota")(
    lambda kept: Plant(
        "label_range",
        _range(kept, 61)["id"],
        change("batch", kept.one("batch", id=kept.batch.id), units=80).statements,
    )
)
simple("labels.document", "label_range", _range, reserved_at=lambda row: row["reserved_at"] + DAY)
simple("labels.document/void", "label_void", lambda kept: kept.one("label_void"), reason="stolen")
plant("labels.unsealed")(
    lambda kept: Plant(
        "label_range",
        _range(kept)["id"],
        change("batch", kept.one("batch", id=kept.batch.id), jws=None, sealed_at=None).statements,
    )
)
