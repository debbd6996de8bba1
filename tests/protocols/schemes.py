"""Small protocols written in a test in the language itself; what the test does not speak of is filled in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from textwrap import dedent
from typing import Any

from seal.protocols import assembly, response_forms
from seal.protocols.checklist import build
from seal.protocols.model import Outcome, Protocol
from seal.protocols.responses import Judged
from seal.protocols.scoring import Score, score
from seal.protocols.source import Source, parse

DAY = date(2026, 11, 25)

_REST = """
schema: seal-protocol/1
id: scheme
kind: protocol
version: 1.0.0
status: draft
custody_model: segregated
season_starts_month: 7
chapters:
- {id: A, min_percent: 0}
validity:
  certificate_months: 12
  surveillance_month: 6
  unannounced_percent: 10
  renew_window_days: [120, 30]
  grace_days: 0
findings:
  critical: {days: 0}
  major: {days: 28}
  minor: {days: 90}
  recommendation: {days: null}
suspension: {max_days: 180, producer_requested_max_days: 365, reapply_after_days: 365}
label: {shelf_life_months: 12}
"""
_SCORING = """
credit: {compliant: 1, partial: 0.5, non_compliant: 0}
partial_allowed_for: [major, minor, recommendation]
weights: {critical: 5, major: 3, minor: 1, recommendation: 0}
"""
_POINT = """
chapter: A
verify: [observation]
evidence: [photo]
fix_days: 28
source: [scheme rules]
sdg: [12]
"""


def scheme(text: str) -> Protocol:
    """The protocol of ``text``: at least ``scoring`` (``pass_all``) and ``points`` (``id``, ``level``)."""
    data = {**parse("rest", _REST.encode()).data, **parse("protocol.yaml", dedent(text).encode()).data}
    data["scoring"] = {**parse("scoring", _SCORING.encode()).data, **data["scoring"]}
    plain = parse("point", _POINT.encode()).data
    data["points"] = [
        {**plain, "na": "never" if point["level"] == "critical" else "justify", **point} for point in data["points"]
    ]
    words = {
        "schema": "seal-protocol-text/1",
        "id": data["id"],
        "version": data["version"],
        "language": "es",
        "title": "Esquema",
        "chapters": {chapter["id"]: "Capítulo" for chapter in data["chapters"]},
        "facts": dict.fromkeys(data.get("facts", {}), "¿Sí?"),
        "batch_tests": {test["id"]: test["id"] for test in data.get("batch_tests", ())},
        "points": {point["id"]: {"requirement": "Se cumple.", "public": "Se cumple."} for point in data["points"]},
        "grades": {grade["id"]: grade["id"] for grade in data["scoring"].get("grades", ())},
        "choices": _choices(data),
    }
    own = assembly.module(Source("protocol.yaml", data, {}), {"es": Source("text.es.yaml", words, {})}, {})
    return assembly.resolve(own, [])


def _choices(data: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    listed = {
        point["id"]: [word for key in ("choices", "columns", "criteria") for word in point["answer"].get(key, ())]
        for point in data["points"]
        if "answer" in point
    }
    listed |= {fact: kind["choices"] for fact, kind in data.get("facts", {}).items() if "choices" in kind}
    return {name: dict.fromkeys(words, "Opción") for name, words in listed.items() if words}


def points(prefix: str, count: int, level: str, **keys: str) -> str:
    """``count`` points of a level as lines of a file: ``GGAP-A01`` …"""
    more = "".join(f", {key}: {value}" for key, value in keys.items())
    return "\n".join(f"    - {{id: {prefix}{number:02d}, level: {level}{more}}}" for number in range(1, count + 1))


def scored(
    protocol: Protocol,
    failing: Mapping[str, Outcome] | None = None,
    responses: Mapping[str, Mapping[str, Any]] | None = None,
    **options: Any,
) -> Score:
    """The score where everything is compliant but what is named; responses as they are written in examples."""
    year = options.pop("year", 1)
    checklist = build(protocol, {}, year=year)
    answers: dict[str, Outcome | Judged] = {point.id: Outcome.COMPLIANT for point in checklist.points}
    answers |= failing or {}
    for point_id, written in (responses or {}).items():
        point = protocol.point(point_id)
        answers[point_id] = response_forms.judge(point, checklist.situation, written, on=DAY)
    options = {"open_majors": 0, "after_corrections": False, **options}
    return score(protocol, checklist, answers, year=year, **options)


def failed(result: Score) -> list[tuple[str, str, int, int, tuple[str, ...], tuple[str, ...]]]:
    """Every failed rule with everything that it says."""
    return [(rule.rule, rule.subject, rule.needed, rule.got, rule.points, rule.mend) for rule in result.failed_rules]


def no(*point_ids: str) -> dict[str, Outcome]:
    return dict.fromkeys(point_ids, Outcome.NON_COMPLIANT)
