"""A gap audit: only the points that a newer version changed are asked; the others are carried over. Pure.

What is carried rests on answers of the audit before, named by id, and is frozen at the start beside the checklist.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from uuid import UUID

import rfc8785

from seal.audits.answers import Answer, counted
from seal.audits.findings import Finding
from seal.protocols.checklist import Checklist
from seal.protocols.model import Outcome
from seal.protocols.nonconformities import NONCONFORMING

SCHEMA = "seal-carried/1"
_ASKED_AGAIN = frozenset({Outcome.DEFERRED, Outcome.NOT_AUDITED})
"""What was not seen then is seen now."""


@dataclass(frozen=True)
class Carried:
    """What is taken over: the audit before, its conclusion, and for each point its outcome and answers.

    An outcome is the one after corrective actions: a point whose findings are all settled conforms.
    """

    audit_id: UUID
    conclusion_sha256: str
    version: str
    outcomes: Mapping[str, Outcome] = field(default_factory=dict)
    answers: Mapping[str, tuple[UUID, ...]] = field(default_factory=dict)

    def __contains__(self, point_id: str) -> bool:
        return point_id in self.outcomes

    @property
    def encoded(self) -> bytes:
        """RFC 8785 JSON."""
        return rfc8785.dumps(
            {
                "schema": SCHEMA,
                "audit": str(self.audit_id),
                "conclusion_sha256": self.conclusion_sha256,
                "version": self.version,
                "points": [
                    {"point": point, "outcome": outcome.value, "answers": [str(id) for id in self.answers[point]]}
                    for point, outcome in sorted(self.outcomes.items())
                ],
            }
        )


def read(document: bytes) -> Carried:
    """The inverse of ``Carried.encoded``."""
    held = json.loads(document)
    return Carried(
        UUID(held["audit"]),
        held["conclusion_sha256"],
        held["version"],
        {item["point"]: Outcome(item["outcome"]) for item in held["points"]},
        {item["point"]: tuple(UUID(id) for id in item["answers"]) for item in held["points"]},
    )


def carry(
    checklist: Checklist,
    changed: Collection[str],
    *,
    audit_id: UUID,
    conclusion_sha256: str,
    version: str,
    answers: Mapping[str, tuple[Answer, ...]],
    findings: Iterable[Finding],
) -> Carried:
    """What of ``checklist`` is taken over: points that did not change and were seen in the audit before.

    ``answers`` are those that counted then, by point; ``findings`` those of that audit, as they stand now.
    """
    unsettled = {finding.point_id for finding in findings if not finding.settled}
    outcomes: dict[str, Outcome] = {}
    for place in checklist.points:
        if place.id in changed or not answers.get(place.id):
            continue
        outcome = counted(answers[place.id], {place.id})[place.id].outcome
        if outcome in _ASKED_AGAIN:
            continue
        mended = outcome in NONCONFORMING and place.id not in unsettled
        outcomes[place.id] = Outcome.COMPLIANT if mended else outcome
    ids = {point: tuple(sorted(answer.id for answer in answers[point])) for point in outcomes}
    return Carried(audit_id, conclusion_sha256, version, outcomes, ids)
