"""Captured trace events (invariant 8)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from tests.cli.kept import Kept
from tests.cli.plants.base import NOBODY, Plant, drop, flipped, plant, simple


def _event(kept: Kept) -> dict[str, Any]:
    return kept.one("epcis_event", step="storing")


simple("events.digest", "epcis_event", _event, exact=lambda row: flipped(bytes(row["exact"]), 40))
simple("events.digest/another step", "epcis_event", _event, step="packing")
plant("events.digest/a name is gone")(
    lambda kept: drop("epcis_name", kept.one("epcis_name", event_row=_event(kept)["id"]), named=_named(kept))
)
plant("events.counts")(
    lambda kept: drop("epcis_event", _event(kept), named=("epcis_capture", _event(kept)["capture_id"]))
)


def _named(kept: Kept) -> tuple[str, UUID]:
    return "epcis_event", _event(kept)["id"]


@plant("events.movement")
def _movement(kept: Kept) -> Plant:
    row = kept.one("epcis_movement")
    return Plant(
        "epcis_movement",
        row["id"],
        (("UPDATE epcis_movement SET void_id = {} WHERE id = {}", NOBODY, row["id"]),),
    )
