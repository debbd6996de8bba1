"""The lives of protocol versions: two people, what was proposed, withdrawals, saved texts, cleared flags."""

from __future__ import annotations

from typing import Any

from tests.cli.kept import Kept
from tests.cli.plants.base import LATE, Plant, change, drop, plant, simple


def act(kept: Kept, action: str) -> dict[str, Any]:
    return kept.one("protocol_action", action=action)


def version(kept: Kept) -> dict[str, Any]:
    return kept.one("protocol_version")


plant("protocol.no_life")(
    lambda kept: drop("protocol_draft", kept.one("protocol_draft"), named=("protocol_version", version(kept)["id"]))
)
plant("protocol.no_life/proposal")(
    lambda kept: drop("protocol_action", act(kept, "propose"), named=("protocol_version", version(kept)["id"]))
)
simple("protocol.people", "protocol_version", version, proposed_by=lambda row: row["published_by"])
plant("protocol.people/alone")(
    lambda kept: Plant(
        "protocol_version",
        version(kept)["id"],
        change("protocol_action", act(kept, "propose"), actor_id=version(kept)["published_by"]).statements,
    )
)
plant("protocol.people/adopted")(
    lambda kept: Plant(
        "protocol_version",
        version(kept)["id"],
        change("protocol_action", act(kept, "publish"), action="adopt").statements,
    )
)
plant("protocol.not_proposed")(
    lambda kept: Plant(
        "protocol_version",
        version(kept)["id"],
        change("protocol_action", act(kept, "propose"), package_sha256="0" * 64).statements,
    )
)
plant("protocol.not_kept")(
    lambda kept: drop("protocol_version", version(kept), named=("protocol_action", act(kept, "publish")["id"]))
)
simple("protocol.withdrawal", "protocol_action", lambda kept: act(kept, "withdraw"), reason="Otra cosa")
plant("protocol.revision")(
    lambda kept: Plant(
        "protocol_revision",
        LATE,
        (
            (
                "INSERT INTO protocol_revision (id, association_id, draft_id, sequence, files, sha256, revised_at)"
                " VALUES ({}, {}, {}, 0, {}, {}, {})",
                *(LATE, kept.association, version(kept)["id"], b"{}", "0" * 64, kept.now),
            ),
        ),
    )
)
plant("protocol.clearance")(
    lambda kept: Plant(
        "protocol_clearance",
        LATE,
        (
            (
                "INSERT INTO protocol_clearance (id, association_id, module_id, place, flag, requirement_sha256,"
                " sequence, action, name, cleared_on, note, recorded_at)"
                " VALUES ({}, {}, 'miel', 'MIEL-A01', 'calibrate', {}, 0, 'reopen', 'Ana', {}, 'x', {})",
                *(LATE, kept.association, "0" * 64, kept.now.date(), kept.now),
            ),
        ),
    )
)
