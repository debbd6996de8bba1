"""Transitions (invariant 14), and rows that cannot be read."""

from __future__ import annotations

from tests.cli.plants.base import DAY, NOBODY, Plant, add, change, drop, plant, simple

simple("transitions.sequence", "batch_action", lambda kept: kept.one("batch_action", action="recall"), sequence=9)
simple("transitions.illegal", "batch_action", lambda kept: kept.one("batch_action", action="issue"), action="release")
simple(
    "transitions.illegal/audit",
    "audit_action",
    lambda kept: kept.one("audit_action", action="start"),
    action="conclude",
)
simple(
    "transitions.illegal/finding",
    "finding_action",
    lambda kept: kept.one("finding_action", action="accept"),
    action="uphold",
)
simple(
    "transitions.illegal/membership",
    "producer_action",
    lambda kept: kept.one("producer_action", sequence=1),
    action="come_back",
)
simple(
    "transitions.illegal/certification",
    "certification_change",
    lambda kept: kept.one("certification_change", action="suspend"),
    action="lift",
)
simple(
    "transitions.time",
    "batch_action",
    lambda kept: kept.one("batch_action", action="hold"),
    effective_at=lambda row: row["effective_at"] + DAY,
)
simple("transitions.reason", "batch_action", lambda kept: kept.one("batch_action", action="recall"), reason=" ")
simple(
    "transitions.reason/finding", "finding_action", lambda kept: kept.one("finding_action", action="accept"), reason=""
)
simple("transitions.actor", "batch_action", lambda kept: kept.one("batch_action", action="recall"), actor_id=NOBODY)
simple("transitions.actor/label", "label_void", lambda kept: kept.one("label_void"), voided_by=NOBODY)
plant("transitions.nothing")(
    lambda kept: Plant(
        "producer",
        kept.one("producer")["id"],
        (("DELETE FROM producer_action WHERE producer_id = {}", kept.one("producer")["id"]),),
    )
)
plant("transitions.state")(
    lambda kept: Plant(
        "batch",
        kept.batch.id,
        change("batch", kept.one("batch", id=kept.batch.id), jws=None, sealed_at=None).statements,
    )
)
simple(
    "transitions.no_decision",
    "certification_change",
    lambda kept: kept.one("certification_change", action="lift"),
    recorded_at=lambda row: row["recorded_at"] + DAY,
)
plant("transitions.not_carried_out")(
    lambda kept: drop(
        "certification_change",
        kept.one("certification_change", action="withdraw"),
        named=("decision", kept.one("certification_change", action="withdraw")["decision_id"]),
    )
)
simple("row.value", "label_void", lambda kept: kept.one("label_void"), reason="gone")
simple("row.value/vote", "vote", lambda kept: kept.one("vote", choice="grant"), choice="perhaps")
simple("row.unreadable", "batch", lambda kept: kept.one("batch", id=kept.batch.id), sealed_on=None)
simple("row.check", "label_ledger", lambda kept: kept.one("label_ledger", batch_id=kept.batch.id), live=900)
plant("row.twice")(lambda kept: add("answer", kept.one("answer")))
plant("row.twice/open role")(lambda kept: add("role_grant", kept.one("role_grant")))
simple("row.orphan", "finding", lambda kept: kept.one("finding"), audit_id=NOBODY)
