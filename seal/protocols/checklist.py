"""The checklist of one producer: a version, their facts, their year in the scheme. Made once, frozen by digest."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

import rfc8785

from seal.protocols.applicability import Facts, applies
from seal.protocols.model import ControlPoint, FactType, Level, NotApplicable, Outcome, Part, Protocol


@dataclass(frozen=True)
class ChecklistPoint:
    """A point that applies, in its place."""

    id: str
    chapter: str
    level: Level
    part: Part


@dataclass(frozen=True)
class Checklist:
    """Points in the order of the protocol; ``left_out`` are those that the facts ruled out."""

    protocol_id: str
    version: str
    protocol_digest: str
    year: int
    facts: tuple[tuple[str, bool | None], ...]
    points: tuple[ChecklistPoint, ...]
    left_out: tuple[str, ...]

    def document(self) -> dict[str, Any]:
        """What is hashed and kept with the audit (RFC 8785)."""
        return {
            "schema": "seal-checklist/1",
            "protocol": self.protocol_id,
            "version": self.version,
            "protocol_sha256": self.protocol_digest,
            "year": self.year,
            "facts": dict(self.facts),
            "points": [
                {"id": point.id, "chapter": point.chapter, "level": point.level.value, "part": point.part.value}
                for point in self.points
            ],
            "left_out": list(self.left_out),
        }

    @property
    def bytes(self) -> bytes:
        return rfc8785.dumps(self.document())

    @property
    def digest(self) -> str:
        """SHA-256 of :attr:`bytes`, in hexadecimal."""
        return hashlib.sha256(self.bytes).hexdigest()

    def of(self, part: Part) -> tuple[ChecklistPoint, ...]:
        """The desk part or the visit part, in order."""
        return tuple(point for point in self.points if point.part is part)

    def __contains__(self, point_id: str) -> bool:
        return any(point.id == point_id for point in self.points)


def build(protocol: Protocol, facts: Facts, *, year: int) -> Checklist:
    """The checklist of a producer in their ``year`` of the scheme (1 is the first).

    Facts that the protocol does not ask for are ignored; facts that nobody recorded count as unknown.
    """
    if year < 1:
        raise ValueError("the first year of a scheme is 1")
    asked = sorted(fact.id for fact in protocol.facts if fact.type is FactType.YES_NO)
    known = {fact: facts.get(fact) for fact in asked}
    inside = [point for point in protocol.points if applies(point, known)]
    return Checklist(
        protocol_id=protocol.id,
        version=protocol.version,
        protocol_digest=protocol.digest,
        year=year,
        facts=tuple(known.items()),
        points=tuple(ChecklistPoint(point.id, point.chapter, point.level, point.part) for point in inside),
        left_out=tuple(point.id for point in protocol.points if point not in inside),
    )


def from_document(document: dict[str, Any]) -> Checklist:
    """The checklist behind a kept :meth:`Checklist.document`."""
    return Checklist(
        protocol_id=document["protocol"],
        version=document["version"],
        protocol_digest=document["protocol_sha256"],
        year=document["year"],
        facts=tuple(sorted(document["facts"].items())),
        points=tuple(
            ChecklistPoint(point["id"], point["chapter"], Level(point["level"]), Part(point["part"]))
            for point in document["points"]
        ),
        left_out=tuple(document["left_out"]),
    )


def allowed_outcomes(protocol: Protocol, point: ControlPoint) -> tuple[Outcome, ...]:
    """The answers that an auditor may give to ``point``, in the order of the scale.

    A point with limits is answered by its value: ``compliant`` and ``non_compliant`` are then computed.
    """
    partial = point.level in protocol.rules.scoring.partial_allowed_for
    justify = point.na is NotApplicable.JUSTIFY
    return tuple(
        outcome
        for outcome in Outcome
        if (outcome is not Outcome.PARTIAL or partial) and (outcome is not Outcome.NOT_APPLICABLE or justify)
    )
