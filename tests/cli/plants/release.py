"""What a batch was sealed with, and waivers (invariants 1 and 14)."""

from __future__ import annotations

from typing import Any

from tests.cli.kept import Kept
from tests.cli.plants.base import Plant, change, drop, plant, simple


def _waiver(kept: Kept) -> dict[str, Any]:
    return kept.one("batch_waiver")


def _of_batch(kept: Kept, planted: Plant) -> Plant:
    return Plant("batch", kept.batch.id, planted.statements)


def _moisture(kept: Kept) -> dict[str, Any]:
    return kept.one("batch_test", batch_id=kept.batch.id, test_id="moisture")


plant("release.unmet")(lambda kept: _of_batch(kept, change("batch_test", _moisture(kept), value="20.04")))
plant("release.unmet/gone")(lambda kept: _of_batch(kept, drop("batch_test", _moisture(kept))))
plant("release.unmet/late")(lambda kept: _of_batch(kept, change("batch_test", _moisture(kept), recorded_at=kept.now)))
simple("release.waiver_person", "batch_waiver", _waiver, asked_by=lambda row: row["approved_by"])
simple("release.waiver_document", "batch_waiver", _waiver, reason="Otra cosa")
simple("release.waiver_document/end", "batch_waiver_end", lambda kept: kept.one("batch_waiver_end"), reason="Otra")
