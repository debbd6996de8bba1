"""Recalls (invariants 1 and 14)."""

from __future__ import annotations

from typing import Any

from tests.cli.kept import Kept
from tests.cli.plants.base import Plant, add, change, drop, flipped, plant, simple


def _recall(kept: Kept) -> dict[str, Any]:
    return next(row for row in kept.rows["recall"] if not row["drill"])


def _drill(kept: Kept) -> dict[str, Any]:
    return next(row for row in kept.rows["recall"] if row["drill"])


def _item(kept: Kept) -> dict[str, Any]:
    return kept.one("recall_item", recall_id=_recall(kept)["id"])


simple("recalls.digest", "recall", _recall, affected_sha256=lambda row: flipped(bytes(row["affected_sha256"])))
simple(
    "recalls.digest/reached less", "recall", _drill, affected=lambda row: bytes(row["affected"]).replace(b"40", b"41")
)
simple("recalls.document", "recall", _recall, advice="do_not_eat")
plant("recalls.items")(lambda kept: drop("recall_item", _item(kept), named=("recall", _recall(kept)["id"])))
simple("recalls.closed_alone", "recall", _recall, closed_by=lambda row: row["opened_by"])
plant("recalls.drill_acted")(
    lambda kept: change(
        "recall_item", kept.one("recall_item", recall_id=_drill(kept)["id"]), done_at=_item(kept)["done_at"]
    )
)
plant("recalls.not_stopped")(
    lambda kept: Plant(
        "recall_item",
        _item(kept)["id"],
        drop("batch_action", kept.one("batch_action", batch_id=_item(kept)["batch_id"], action="recall")).statements,
    )
)
plant("recalls.halfway")(lambda kept: change("recall_item", _item(kept), done_at=None))
simple("recalls.units", "shipment_unit", lambda kept: kept.one("shipment_unit"), entry_id=lambda row: row["batch_id"])
plant("log.leaf_missing/recall")(lambda kept: add("recall", _recall(kept)))
simple("row.value/recall", "recall", _recall, cause="rumour")
simple(
    "transitions.actor/recall",
    "recall_wording",
    lambda kept: kept.one("recall_wording"),
    entered_by=lambda row: row["id"],
)
