"""Rolls, boxes, reprints and losses (invariant 3)."""

from __future__ import annotations

from typing import Any

from tests.cli.kept import Kept
from tests.cli.plants.base import DAY, Plant, add, change, drop, plant, simple


def _roll(kept: Kept) -> dict[str, Any]:
    return kept.one("label_roll")


def _bound(kept: Kept, first: int = 11) -> dict[str, Any]:
    return kept.one("label_binding", first_seal=first)


def _box(kept: Kept) -> dict[str, Any]:
    return kept.one("label_box")


simple("labels.range_gap/bound", "label_binding", _bound, first_unit=40)
simple("labels.range_overlap/bound", "label_binding", _bound, first_unit=32)
plant("labels.ledger_differs/a bound span is gone")(
    lambda kept: drop(
        "label_binding",
        _bound(kept),
        named=("label_ledger", kept.one("label_ledger", batch_id=_bound(kept)["batch_id"])["id"]),
    )
)
plant("log.leaf_missing/bound")(lambda kept: add("label_binding", _bound(kept)))
plant("log.leaf_missing/roll")(lambda kept: add("label_roll", _roll(kept)))
plant("log.leaf_missing/box")(lambda kept: add("label_box", _box(kept)))
plant("log.leaf_missing/seals given up")(lambda kept: add("label_roll_void", kept.one("label_roll_void")))
simple("rolls.bounds", "label_roll_void", lambda kept: kept.one("label_roll_void"), last_seal=41)
simple("rolls.bounds/roll", "label_roll", _roll, size=0)
simple("rolls.bound_twice", "label_binding", _bound, first_seal=10)
simple("rolls.bound_void", "label_roll_void", lambda kept: kept.one("label_roll_void"), first_seal=15)
simple("rolls.counts", "label_roll", _roll, bound_count=14)
simple("rolls.document", "label_roll", _roll, made_at=lambda row: row["made_at"] + DAY)
simple("rolls.document/bound", "label_binding", _bound, bound_at=lambda row: row["bound_at"] + DAY)
simple("rolls.document/seals given up", "label_roll_void", lambda kept: kept.one("label_roll_void"), reason="stolen")
simple("rolls.payload", "label_roll", _roll, issued_on=lambda row: row["issued_on"] + DAY)
plant("rolls.unsealed")(
    lambda kept: Plant(
        "label_binding",
        _bound(kept)["id"],
        change("batch", kept.one("batch", id=_bound(kept)["batch_id"]), jws=None, sealed_at=None).statements,
    )
)
plant("boxes.contents")(
    lambda kept: drop(
        "label_box_unit", kept.one("label_box_unit", box_id=_box(kept)["id"]), named=("label_box", _box(kept)["id"])
    )
)
plant("boxes.unit_twice")(
    lambda kept: Plant(
        "label_box",
        kept.rows["label_box"][1]["id"],
        change(
            "label_box_move", kept.one("label_box_move", box_id=_box(kept)["id"], first_unit=6), last_unit=10
        ).statements,
    )
)
simple("boxes.steps", "label_box", _box, steps=9)
simple("boxes.document", "label_box", _box, made_at=lambda row: row["made_at"] + DAY)
simple("boxes.payload", "label_box", _box, issued_on=lambda row: row["issued_on"] + DAY)
plant("labels.reprint")(
    lambda kept: drop(
        "label_void",
        kept.one("label_void", id=kept.one("label_reprint")["void_id"]),
        named=("label_range", kept.one("label_reprint")["range_id"]),
    )
)
simple("labels.loss_open", "label_loss", lambda kept: kept.one("label_loss", first_number=30), last_number=33)
simple("transitions.illegal/box", "label_box_move", lambda kept: kept.one("label_box_move", sequence=1), action="make")
simple("row.value/box", "label_box_move", lambda kept: kept.one("label_box_move", sequence=1), action="drop")
