"""Which findings an audit's answers raise, by level: what the rules of findings say before any person judges."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from seal.protocols.checklist import Checklist
from seal.protocols.model import Level, Outcome, Protocol

NONCONFORMING = frozenset({Outcome.PARTIAL, Outcome.NON_COMPLIANT})


def findings(
    protocol: Protocol, checklist: Checklist, outcomes: Mapping[str, Outcome], repeated: Collection[str] = ()
) -> dict[Level, tuple[str, ...]]:
    """The points with a finding, by its level; levels without one are left out.

    A nonconformity has the level that its point has in the year; recommendations raise none. ``repeated``: points
    that had a finding of the same level in the last audit, which some rules make graver.
    """
    raised: dict[Level, list[str]] = {}
    for place in checklist.points:
        if outcomes.get(place.id) not in NONCONFORMING or place.level is Level.RECOMMENDATION:
            continue
        worse = protocol.rules.findings.of(place.level).repeat_becomes
        level = worse if worse is not None and place.id in repeated else place.level
        raised.setdefault(level, []).append(place.id)
    return {level: tuple(raised[level]) for level in Level if level in raised}
