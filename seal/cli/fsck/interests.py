"""Who took part in an audit, and who had a conflict of interest, at any moment: folded anew from the rows.

Only what was recorded *before* a vote can speak against it: a tie that came to light afterwards is no breach.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import UUID

from seal.audits import conflicts
from seal.audits.conflicts import Ties
from seal.audits.findings import FindingAction
from seal.audits.model import ENDED, AuditAction, AuditState, AuditStep, fold
from seal.cli.fsck.scope import Row, Scope
from seal.clock import local_day
from seal.errors import Reason, SealError
from seal.members.model import Relation, RelationKind
from seal.progress.model import Advice

OFFICE = frozenset({AuditAction.PLAN, AuditAction.ANNOUNCE, AuditAction.KEEP_SEALED, AuditAction.VOID})
"""Steps that are no part of the evaluation (ISO/IEC 17065 7.4)."""
_ENDS = frozenset({AuditAction.ABORT, AuditAction.VOID})
JUDGING = frozenset({FindingAction.ACCEPT, FindingAction.REJECT, FindingAction.UPHOLD, FindingAction.CHANGE,
                     FindingAction.REMOVE, FindingAction.REGRADE, FindingAction.EXTEND})  # fmt: skip


@dataclass
class Interests:
    """The rows that bind people to audits and producers."""

    zone: str
    audits: dict[UUID, Row]
    steps: dict[UUID, list[Row]]
    teams: dict[UUID, list[Row]]
    acts: dict[UUID, list[tuple[UUID, datetime]]]
    declarations: list[Row]
    representations: list[Row]
    relations: list[Row]
    advice: list[Row]

    def took_part(self, audit_id: UUID, until: datetime) -> frozenset[UUID]:
        """Whoever was ever in the team, answered, handed in evidence, ruled on a finding or took a step."""
        return frozenset(person for person, at in self.acts.get(audit_id, ()) if at <= until)

    def state(self, audit_id: UUID, at: datetime, *, before_end: bool = False) -> AuditState | None:
        """Where an audit stood; ``None`` if its steps make no sense, which is named elsewhere.

        ``before_end`` takes an end recorded in that very second as later: what was done on the audit in it stands.
        """
        steps = [
            AuditStep(AuditAction(row["action"]), row["recorded_at"], row["effective_at"])
            for row in self.steps.get(audit_id, ())
            if row["recorded_at"] <= at
            and not (before_end and row["recorded_at"] == at and AuditAction(row["action"]) in _ENDS)
        ]
        try:
            return fold(steps)
        except SealError:
            return None

    def conflicts(self, person: UUID, producer: UUID, at: datetime) -> tuple[Reason, ...]:
        """Every reason, known before ``at``, why a person may not judge a producer."""
        today = local_day(at, self.zone)
        window = conflicts.months_before(today, conflicts.WINDOW_MONTHS)
        represented = {row["producer_id"] for row in self._acting_for(at) if row["person_id"] == person}
        theirs = {row["person_id"] for row in self._acting_for(at) if row["producer_id"] == producer}
        ties = Ties(
            person=str(person),
            represents=producer in represented,
            relations=tuple(
                Relation(person, producer, RelationKind(row["kind"]), row["degree"], row["since"], row["until_day"])
                for row in self.relations
                if (row["person_id"], row["producer_id"]) == (person, producer) and row["recorded_at"] < at
            ),
            advice=tuple(
                Advice(person, row["given_on"])
                for row in self.advice
                if (row["person_id"], row["producer_id"]) == (person, producer) and row["recorded_at"] < at
            ),
            audited_back=self._audited_back(represented, theirs, at),
            declared=tuple(
                str(row["conflict"])
                for row in self.declarations
                if row["person_id"] == person
                and self.audits[row["audit_id"]]["producer_id"] == producer
                and datetime.combine(window, datetime.min.time(), UTC) <= row["declared_at"] < at
            ),
        )
        return conflicts.reasons(ties, today)

    def _acting_for(self, at: datetime) -> Iterable[Row]:
        for row in self.representations:
            if row["since"] < at and (row["ended_at"] is None or row["ended_at"] > at):
                yield row

    def _audited_back(self, represented: set[UUID], theirs: set[UUID], at: datetime) -> tuple[date, ...]:
        found = []
        for row in self.audits.values():
            if row["producer_id"] not in represented or row["planned_at"] >= at:
                continue
            team = {
                one["person_id"]
                for one in self.teams.get(row["id"], ())
                if one["assigned_at"] < at and (one["ended_at"] is None or one["ended_at"] > at)
            }
            if team & theirs and self.state(row["id"], at) not in ENDED:
                found.append(row["planned_for"])
        return tuple(found)


async def load(scope: Scope) -> Interests:
    """Everything, read once."""
    steps = await scope.grouped("audit_action", "audit_id", order="sequence, id")
    teams = await scope.grouped("audit_auditor", "audit_id")
    acts: dict[UUID, list[tuple[UUID, datetime]]] = {}

    def act(audit_id: UUID, person: UUID | None, at: datetime) -> None:
        if person is not None:
            acts.setdefault(audit_id, []).append((person, at))

    for audit_id, members in teams.items():
        for row in members:
            act(audit_id, row["person_id"], row["assigned_at"])
    for audit_id, taken in steps.items():
        for row in taken:
            if AuditAction(row["action"]) not in OFFICE:
                act(audit_id, row["actor_id"], row["recorded_at"])
    for row in await scope.all("answer", columns="id, audit_id, answered_by, keyed_by, recorded_at"):
        act(row["audit_id"], row["answered_by"], row["recorded_at"])
        act(row["audit_id"], row["keyed_by"], row["recorded_at"])
    for row in await scope.all("evidence", columns="id, audit_id, recorded_by, recorded_at"):
        act(row["audit_id"], row["recorded_by"], row["recorded_at"])
    findings = await scope.by_id("finding", columns="id, audit_id")
    for row in await scope.all("finding_action", columns="id, finding_id, action, actor_id, recorded_at"):
        if FindingAction(row["action"]) in JUDGING:
            act(findings[row["finding_id"]]["audit_id"], row["actor_id"], row["recorded_at"])
    return Interests(
        zone=scope.text("zone"),
        audits=await scope.by_id("audit"),
        steps=steps,
        teams=teams,
        acts=acts,
        declarations=[row for row in await scope.all("conflict_declaration") if row["conflict"] is not None],
        representations=await scope.all("representation"),
        relations=await scope.all("relation"),
        advice=await scope.all("advice"),
    )
