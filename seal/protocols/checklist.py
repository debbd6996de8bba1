"""The checklist of one producer: a version, their facts, their year in the scheme. Made once, frozen by digest."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import rfc8785

from seal.protocols.applicability import Facts, Situation, applies
from seal.protocols.facts import Value, as_json
from seal.protocols.model import ControlPoint, Level, NotApplicable, Outcome, Part, Protocol


@dataclass(frozen=True)
class ChecklistPoint:
    """A point that applies, in its place; ``level`` is the one of the year."""

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
    facts: tuple[tuple[str, Value], ...]
    """Numbers as decimal strings, several choices as a tuple in order."""
    points: tuple[ChecklistPoint, ...]
    left_out: tuple[str, ...]
    products: tuple[str, ...] | None = None
    """Kinds in scope, where a condition asks for them; ``None``: unknown, or nothing asks."""
    sites: tuple[str, ...] | None = None

    @property
    def situation(self) -> Situation:
        """What was known when the checklist was made."""
        return Situation(
            dict(self.facts),
            None if self.products is None else frozenset(self.products),
            None if self.sites is None else frozenset(self.sites),
            self.year,
        )

    def document(self) -> dict[str, Any]:
        """What is hashed and kept with the audit (RFC 8785)."""
        return {
            "schema": "seal-checklist/1",
            "protocol": self.protocol_id,
            "version": self.version,
            "protocol_sha256": self.protocol_digest,
            "year": self.year,
            "facts": {fact: as_json(value) for fact, value in self.facts},
            **({} if self.products is None else {"products": list(self.products)}),
            **({} if self.sites is None else {"sites": list(self.sites)}),
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


def build(
    protocol: Protocol,
    facts: Facts,
    *,
    year: int,
    products: Collection[str] | None = None,
    sites: Collection[str] | None = None,
) -> Checklist:
    """The checklist of a producer in their ``year`` of the scheme (1 is the first).

    ``products`` and ``sites`` are the kinds in scope; ``None`` is unknown. What the protocol does not ask for is
    ignored; facts that nobody recorded, or recorded as another kind of value, count as unknown.
    """
    if year < 1:
        raise ValueError("the first year of a scheme is 1")
    asked = sorted(protocol.asked(), key=lambda fact: fact.id)
    known = {fact.id: fact.known(facts.get(fact.id)) for fact in asked}
    kinds = [part for condition in protocol.conditions() for part in condition.parts()]
    of_products = products is not None and any(part.products for part in kinds)
    of_sites = sites is not None and any(part.sites for part in kinds)
    situation = Situation(
        known,
        frozenset(products or ()) if of_products else None,
        frozenset(sites or ()) if of_sites else None,
        year,
    )
    inside = [point for point in protocol.points if applies(point, situation)]
    return Checklist(
        protocol_id=protocol.id,
        version=protocol.version,
        protocol_digest=protocol.digest,
        year=year,
        facts=tuple((fact, _kept(as_json(value))) for fact, value in known.items()),
        points=tuple(ChecklistPoint(point.id, point.chapter, point.level_in(year), point.part) for point in inside),
        left_out=tuple(point.id for point in protocol.points if not applies(point, situation)),
        products=tuple(sorted(products or ())) if of_products else None,
        sites=tuple(sorted(sites or ())) if of_sites else None,
    )


def _kept(value: bool | str | list[str] | None) -> Value:
    return tuple(value) if isinstance(value, list) else value


def from_document(document: dict[str, Any]) -> Checklist:
    """The checklist behind a kept :meth:`Checklist.document`."""
    return Checklist(
        protocol_id=document["protocol"],
        version=document["version"],
        protocol_digest=document["protocol_sha256"],
        year=document["year"],
        facts=tuple((fact, _kept(value)) for fact, value in sorted(document["facts"].items())),
        points=tuple(
            ChecklistPoint(point["id"], point["chapter"], Level(point["level"]), Part(point["part"]))
            for point in document["points"]
        ),
        left_out=tuple(document["left_out"]),
        products=tuple(document["products"]) if "products" in document else None,
        sites=tuple(document["sites"]) if "sites" in document else None,
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
