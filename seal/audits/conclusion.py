"""The conclusion of an audit (ISO 19011 6.4.9): what passed, what failed, by which bytes. Pure.

The score stays inside: no credential, page or bundle ever carries it (invariant 13).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from seal.audits.answers import Answer, Evidence, Key
from seal.audits.findings import Finding, Grade
from seal.audits.gap import Carried
from seal.audits.model import Audit
from seal.clock import parse_rfc3339, rfc3339
from seal.protocols.checklist import Checklist
from seal.protocols.model import Level, Outcome, Protocol
from seal.protocols.nonconformities import NONCONFORMING
from seal.protocols.responses import Judged
from seal.protocols.scoring import FailedRule, Score, score, subject

SCHEMA = "seal-audit-conclusion/1"
OPEN_CRITICAL = "open_critical"
"""A rule that no protocol can switch off: a critical finding is settled or the audit is not passed."""


@dataclass(frozen=True)
class OpenFinding:
    """A finding not settled when the audit was concluded."""

    id: UUID
    point_id: str
    grade: Grade
    due_on: date | None


@dataclass(frozen=True)
class Deferred:
    """A point out of season, with the day of its follow-up."""

    point_id: str
    follow_up_on: date


@dataclass(frozen=True)
class Conclusion:
    """A conclusion read from its exact document. ``digest`` is the SHA-256 of ``document``, in hexadecimal."""

    audit_id: UUID
    digest: str
    document: bytes
    producer_id: UUID
    version_id: UUID
    year: int
    passed: bool
    failed_rules: tuple[FailedRule, ...]
    open_findings: tuple[OpenFinding, ...]
    sites: tuple[UUID, ...]
    products: tuple[UUID, ...]
    participants: frozenset[UUID]
    concluded_at: datetime
    deferred: tuple[Deferred, ...]
    grade: str | None = None
    """The highest grade reached; an entry grade without passing, where the protocol has one."""
    seal: bool = False
    """Whether what was concluded carries the right to seal: passed, and not under a grade that gives none."""


@dataclass(frozen=True)
class Scores:
    """The score as audited and after corrective actions, and every rule that failed."""

    before: Score
    after: Score
    failed: tuple[FailedRule, ...]

    @property
    def passed(self) -> bool:
        return not self.failed

    @property
    def seal(self) -> bool:
        """The right to seal, by the rules and by the grade."""
        return self.passed and self.after.seal

    @property
    def grade(self) -> str | None:
        """The grade reached after corrective actions. Without passing only one that carries no seal counts."""
        entry = {grade.id for grade in self.after.grades if not grade.seal}
        return self.after.grade if self.passed or self.after.grade in entry else None


def corrected(judged: Mapping[str, Judged], findings: Iterable[Finding]) -> dict[str, Judged]:
    """Results after corrective actions: a point whose findings are all settled now conforms."""
    by_point: dict[str, list[Finding]] = {}
    for finding in findings:
        by_point.setdefault(finding.point_id, []).append(finding)
    mended = {point for point, found in by_point.items() if all(finding.settled for finding in found)}
    return {
        point: Judged(Outcome.COMPLIANT) if found.outcome in NONCONFORMING and point in mended else found
        for point, found in judged.items()
    }


def scores(
    protocol: Protocol,
    checklist: Checklist,
    judged: Mapping[str, Judged],
    findings: tuple[Finding, ...],
    year: int,
    *,
    previous: int | None = None,
) -> Scores:
    """Score an audit before and after its corrective actions, with every failed rule.

    ``judged`` by point, its units taken together. ``previous``: the weighted result of the last cycle in basis points.

    All rules must hold after corrective actions. A rule that gives an own number for after them must have held at
    the audit as well ("90 % at audit, 100 % after corrections"); the others may be met by correcting.
    """
    before = score(
        protocol, checklist, judged, year=year, after_corrections=False, previous=previous, **_open(findings)
    )
    after = score(
        protocol,
        checklist,
        corrected(judged, findings),
        year=year,
        after_corrections=True,
        previous=previous,
        **_open([finding for finding in findings if not finding.settled]),
    )
    both = {
        (rule.rule.value, subject(rule))
        for rule in protocol.rules.scoring.pass_all
        if rule.after_corrective_actions is not None
    }
    failed = list(after.failed_rules)
    failed.extend(
        rule for rule in before.failed_rules if (rule.rule, rule.subject) in both and rule not in after.failed_rules
    )
    critical = [finding for finding in findings if finding.grade is Grade.CRITICAL and not finding.settled]
    if critical:
        points = tuple(finding.point_id for finding in critical)
        failed.append(FailedRule(OPEN_CRITICAL, Grade.CRITICAL.value, 0, len(critical), points, points))
    return Scores(before, after, tuple(failed))


def _open(findings: Sequence[Finding]) -> dict[str, Any]:
    """How many findings of each grade count as open."""
    grades = [finding.grade for finding in findings]
    return {
        "open_majors": grades.count(Grade.MAJOR),
        "open_minors": grades.count(Grade.MINOR),
        "open_by_level": {Level.CRITICAL: grades.count(Grade.CRITICAL)},
    }


def document(
    audit: Audit,
    *,
    protocol: Protocol,
    protocol_digest: str,
    checklist: Checklist,
    answers: Mapping[Key, Answer],
    evidence: Iterable[Evidence],
    findings: Iterable[Finding],
    found: Scores,
    participants: Iterable[UUID],
    concluded_by: UUID | None,
    at: datetime,
    carried: Carried | None = None,
) -> dict[str, Any]:
    """The conclusion as RFC 8785 JSON can hold it: integers and text only, lists in a fixed order.

    ``answers`` are those that count, by point and unit.
    """
    place = {point.id: number for number, point in enumerate(checklist.points)}
    told = sorted(
        (answer for answer in answers.values() if answer.point_id in place),
        key=lambda answer: (place[answer.point_id], answer.unit),
    )
    whole = {
        "schema": SCHEMA,
        "association": str(audit.association_id),
        "audit": str(audit.id),
        "kind": audit.kind.value,
        "producer": str(audit.producer_id),
        "protocol": {
            "id": protocol.id,
            "version": protocol.version,
            "version_id": str(audit.version_id),
            "sha256": protocol_digest,
        },
        "year": audit.programme_year,
        "sites": sorted(str(site) for site in audit.sites),
        "products": sorted(str(product) for product in audit.products),
        "checklist_sha256": checklist.digest,
        "answers": [_answer(answer) for answer in told],
        "evidence": sorted({item.sha256 for item in evidence}),
        "findings": [_finding(finding) for finding in findings],
        "deferred": [
            {"point": answer.point_id, "follow_up_on": str(answer.follow_up_on)}
            for answer in {answer.point_id: answer for answer in told if answer.outcome is Outcome.DEFERRED}.values()
        ],
        "score": {"before": _score(found.before), "after": _score(found.after)},
        "failed_rules": [
            {
                "rule": rule.rule,
                "subject": rule.subject,
                "needed": rule.needed,
                "got": rule.got,
                "points": list(rule.points),
                **({"mend": list(rule.mend)} if rule.mend else {}),
            }
            for rule in found.failed
        ],
        "passed": found.passed,
        "participants": sorted(str(person) for person in participants),
        "concluded_by": str(concluded_by) if concluded_by else None,
        "concluded_at": rfc3339(at),
        "grade": found.grade,
        "seal": found.seal,
    }
    return whole if carried is None else {**whole, "carried": json.loads(carried.encoded)}


def _answer(answer: Answer) -> dict[str, Any]:
    whole: dict[str, Any] = {
        "id": str(answer.id),
        "point": answer.point_id,
        "revision": answer.revision,
        "outcome": answer.outcome.value,
        "measured": list(answer.measured) if answer.measured else None,
        "content_sha256": answer.content_sha256,
    }
    if answer.unit:
        whole["unit"] = answer.unit
    return whole if answer.response is None else {**whole, "response": dict(answer.response)}


def _finding(finding: Finding) -> dict[str, Any]:
    due = finding.due_on
    return {
        "id": str(finding.id),
        "point": finding.point_id,
        "first_grade": finding.first_grade.value,
        "grade": finding.grade.value,
        "state": finding.state.value,
        "settled": finding.settled,
        "due_on": due.isoformat() if due else None,
    }


def _score(score: Score) -> dict[str, Any]:
    return {
        "passed": score.passed,
        "weighted": score.weighted,
        "grade": score.grade,
        "levels": {level.level.value: level.percent for level in score.levels},
        "chapters": {chapter.chapter: chapter.percent for chapter in score.chapters},
    }


def read(document: bytes, digest: str) -> Conclusion:
    """The conclusion in a kept document."""
    held = json.loads(document)
    return Conclusion(
        audit_id=UUID(held["audit"]),
        digest=digest,
        document=document,
        producer_id=UUID(held["producer"]),
        version_id=UUID(held["protocol"]["version_id"]),
        year=held["year"],
        passed=held["passed"],
        failed_rules=tuple(
            FailedRule(
                rule["rule"],
                rule["subject"],
                rule["needed"],
                rule["got"],
                tuple(rule["points"]),
                tuple(rule.get("mend", ())),
            )
            for rule in held["failed_rules"]
        ),
        open_findings=tuple(
            OpenFinding(
                UUID(item["id"]),
                item["point"],
                Grade(item["grade"]),
                date.fromisoformat(item["due_on"]) if item["due_on"] else None,
            )
            for item in held["findings"]
            if not item["settled"]
        ),
        sites=tuple(UUID(site) for site in held["sites"]),
        products=tuple(UUID(product) for product in held["products"]),
        participants=frozenset(UUID(person) for person in held["participants"]),
        concluded_at=parse_rfc3339(held["concluded_at"]),
        deferred=tuple(Deferred(item["point"], date.fromisoformat(item["follow_up_on"])) for item in held["deferred"]),
        grade=held.get("grade"),
        seal=held.get("seal", held["passed"]),  # before there were grades without a seal, whoever passed had it
    )
