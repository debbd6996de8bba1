"""Certifications, decisions and their credentials (invariant 2)."""

from __future__ import annotations

from typing import Any

from tests.cli.kept import Kept
from tests.cli.plants.base import DAY, NOBODY, Plant, add, change, drop, plant, simple


def _certification(kept: Kept) -> dict[str, Any]:
    return kept.one("certification", id=kept.made.certification.id)


def _decision(kept: Kept) -> dict[str, Any]:
    return kept.one("decision", id=_certification(kept)["decision_id"])


def _vote(kept: Kept) -> dict[str, Any]:
    return kept.one("vote", decision_id=_decision(kept)["id"], choice="grant")


def _on_certification(kept: Kept, planted: Plant) -> Plant:
    return Plant("certification", _certification(kept)["id"], planted.statements)


def _on_vote(kept: Kept, planted: Plant) -> Plant:
    return Plant("vote", _vote(kept)["id"], planted.statements)


simple(
    "protocol.digest",
    "protocol_version",
    lambda kept: kept.one("protocol_version"),
    package=lambda row: row["package"].replace(b'"max":"18', b'"max":"28').replace(b'"20"', b'"21"'),
)
simple(
    "protocol.document",
    "protocol_version",
    lambda kept: kept.one("protocol_version"),
    document=lambda row: row["document"].replace(b"seal-publication", b"soul-publication").replace(b"miel", b"hiel"),
)
simple("certification.no_decision", "certification", _certification, decision_id=NOBODY)
plant("certification.decision_differs")(
    lambda kept: _on_certification(kept, change("decision", _decision(kept), outcome="refuse"))
)
simple(
    "certification.decision_differs/term",
    "certification",
    _certification,
    valid_until=lambda row: row["valid_until"] + DAY,
)
plant("certification.no_conclusion")(
    lambda kept: _on_certification(
        kept, drop("conclusion", kept.one("conclusion", audit_id=_certification(kept)["audit_id"]))
    )
)
simple("certification.conclusion_digest", "certification", _certification, conclusion_sha256="0" * 64)
plant("certification.not_concluded")(
    lambda kept: _on_certification(
        kept,
        drop("audit_action", kept.one("audit_action", action="conclude", audit_id=_certification(kept)["audit_id"])),
    )
)
plant("certification.not_passed")(
    lambda kept: _on_certification(
        kept, change("conclusion", kept.one("conclusion", audit_id=_certification(kept)["audit_id"]), passed=False)
    )
)
simple("certification.version_differs", "certification", _certification, version_id=NOBODY)
plant("certification.scope")(
    lambda kept: _on_certification(
        kept,
        change(
            "certification_site",
            kept.one("certification_site", certification_id=_certification(kept)["id"]),
            site_id=NOBODY,
        ),
    )
)
simple(
    "certification.credential_differs",
    "certification",
    _certification,
    status_index=lambda row: row["status_index"] ^ 1,
)
simple("decision.sequence", "decision", _decision, sequence=1)
simple("decision.quorum", "decision", _decision, quorum=3)
plant("decision.tally")(
    lambda kept: Plant("decision", _decision(kept)["id"], change("vote", _vote(kept), choice="refuse").statements)
)
simple("decision.not_made", "decision", _decision, outcome=None)
plant("decision.took_part")(
    lambda kept: _on_vote(
        kept,
        add(
            "audit_auditor",
            kept.one("audit_auditor", audit_id=_decision(kept)["audit_id"]),
            id=NOBODY,
            person_id=_vote(kept)["person_id"],
        ),
    )
)
plant("decision.took_part/answered")(
    lambda kept: _on_vote(
        kept,
        change(
            "answer", kept.one("answer", audit_id=_decision(kept)["audit_id"]), answered_by=_vote(kept)["person_id"]
        ),
    )
)
plant("decision.conflict")(
    lambda kept: _on_vote(
        kept,
        change(
            "advice",
            kept.one("advice"),
            person_id=_vote(kept)["person_id"],
            recorded_at=_vote(kept)["at"] - DAY,
        ),
    )
)
plant("decision.conflict/represents")(
    lambda kept: _on_vote(
        kept,
        change(
            "representation",
            kept.one("representation", producer_id=_decision(kept)["producer_id"]),
            person_id=_vote(kept)["person_id"],
            since=_vote(kept)["at"] - DAY,
        ),
    )
)


@plant("decision.conflict/related")
def _sister_votes(kept: Kept) -> Plant:
    at = _vote(kept)["at"] - DAY
    sql = (
        "INSERT INTO relation (id, association_id, person_id, producer_id, kind, degree, since, recorded_at)"
        " VALUES ({}, {}, {}, {}, 'relative', 2, {}, {})"
    )
    values = (NOBODY, kept.association, _vote(kept)["person_id"], _decision(kept)["producer_id"], at.date(), at)
    return Plant("vote", _vote(kept)["id"], ((sql, *values),))


@plant("decision.conflict/declared")
def _declared_and_voted(kept: Kept) -> Plant:
    row = kept.one("conflict_declaration", audit_id=_decision(kept)["audit_id"])
    at = _vote(kept)["at"] - DAY
    told = {"person_id": _vote(kept)["person_id"], "conflict": "Es mi compadre", "declared_at": at}
    return _on_vote(kept, add("conflict_declaration", row, **told))


simple("decision.document", "decision", _decision, reason="Otra cosa")
simple("batch.credential_differs", "batch", lambda kept: kept.one("batch", id=kept.batch.id), lot="L-9")
simple("batch.document", "batch_action", lambda kept: kept.one("batch_action", action="recall"), reason="Por gusto")
