"""Status (invariant 7)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from tests.cli.kept import Kept
from tests.cli.plants.base import NOBODY, Plant, add, change, drop, plant, simple


def _slot(kept: Kept, object_id: UUID) -> dict[str, Any]:
    return kept.one("status_slot", object_id=object_id)


def _edition(kept: Kept, purpose: str, *, first: bool = False) -> dict[str, Any]:
    rows = [row for row in kept.rows["status_list"] if row["purpose"] == purpose]
    return (min if first else max)(rows, key=lambda row: row["edition"])


plant("status.slot_missing")(
    lambda kept: drop("status_slot", _slot(kept, kept.batch.id), named=("batch", kept.batch.id))
)
plant("status.slot_orphan")(
    lambda kept: add("status_slot", _slot(kept, kept.batch.id), id=NOBODY, slot=5, object_id=NOBODY)
)
simple("status.slot_differs", "status_slot", lambda kept: _slot(kept, kept.batch.id), slot=lambda row: row["slot"] ^ 1)
simple("status.revoked_differs", "status_slot", lambda kept: _slot(kept, kept.recalled.id), revoked=False)
simple(
    "status.revoked_differs/named by a decision", "status_slot", lambda kept: _slot(kept, kept.named.id), revoked=False
)
simple("status.revoked_differs/withdrawn", "status_slot", lambda kept: _slot(kept, kept.withdrawn.id), revoked=False)
simple("status.suspended_differs", "status_slot", lambda kept: _slot(kept, kept.made.certification.id), suspended=True)
simple("status.epoch_behind", "status_epoch", lambda kept: kept.one("status_epoch"), epoch=1)
plant("status.edition_gap")(
    lambda kept: drop(
        "status_list",
        _edition(kept, "revocation", first=True),
        named=("status_list", kept.one("status_list", purpose="revocation", edition=2)["id"]),
    )
)
simple("status.epoch_back", "status_list", lambda kept: _edition(kept, "revocation"), epoch=0)
simple("status.epoch_back/ahead", "status_list", lambda kept: _edition(kept, "suspension"), epoch=99)


def _older_list(kept: Kept) -> Plant:
    """The newest list replaced by the first, on which nothing was revoked yet."""
    return change("status_list", _edition(kept, "revocation"), jws=_edition(kept, "revocation", first=True)["jws"])


plant("status.list_differs")(_older_list)
plant("status.unrevoked")(_older_list)
plant("status.list_unreadable")(
    lambda kept: change("status_list", _edition(kept, "revocation"), jws=_edition(kept, "suspension")["jws"])
)
simple("status.bundle_epoch", "signed_bundle", lambda kept: kept.one("signed_bundle"), epoch=1)
