"""A protocol as a UNTP conformity vocabulary (0.7.0, pre-release): a scheme, a profile for the version, its criteria.

Unsigned, like every projection; the requirements whose digest is signed stay those of ``protocol.yaml``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from seal.protocols.document import number
from seal.protocols.model import ControlPoint, Measure, Protocol
from seal.web.i18n import Translator, translator

CONFORMS_TO = "https://uncefact.github.io/spec-untp/docs/specification/ConformityVocabularyCatalog"
_SDG = "https://metadata.un.org/sdg/"
_REC_20: Mapping[str, str] = {
    "%": "P1", "km": "KMT", "degC": "CEL", "kg": "KGM", "g": "GRM", "L": "LTR", "min": "MIN", "h": "HUR",
    "days": "DAY", "months": "MON", "mg/L": "M1", "mg/kg": "NA",
}  # fmt: skip
"""UN/CEFACT Recommendation 20 codes of the units that have one; the others keep Seal's own word."""
_STATUS = {"published": "active", "draft": "proposed"}


def conformity_scheme(
    protocol: Protocol, *, base: str, owner: Mapping[str, str], language: str = "en"
) -> dict[str, Any]:
    """The scheme that the association owns. ``base``: its base address; ``owner``: id (a DID) and name."""
    scheme = f"{base}/protocols/{protocol.id}"
    text = protocol.text(language)
    made: dict[str, Any] = {
        "type": ["ConformityScheme"],
        "id": scheme,
        "name": text.title,
        "owner": {"type": ["Party"], "id": owner["id"], "name": owner["name"], "registeredId": owner["id"]},
        "endorsementLevel": "endorsed_self",
        "documentation": f"{base}/protocols",
        "licenseType": "public",
        "conformsTo": {
            "type": ["Link"],
            "linkName": "UNTP Conformity Vocabulary Catalog v0.7.0",
            "linkURL": CONFORMS_TO,
        },
        "includedProfile": [
            {
                "type": ["ConformityProfile"],
                "id": f"{scheme}/{protocol.version}",
                "name": f"{text.title} {protocol.version}",
            }
        ],
    }
    if protocol.rules.scoring.grades:
        made["schemeScoringFramework"] = _grades(protocol, text.title, translator(language))
    return made


def conformity_profile(
    protocol: Protocol, *, base: str, valid_from: date, language: str = "en", status: str | None = None
) -> dict[str, Any]:
    """The profile of this version, naming its criteria."""
    text = protocol.text(language)
    address = f"{base}/protocols/{protocol.id}/{protocol.version}"
    return {
        "type": ["ConformityProfile"],
        "id": address,
        "name": text.title,
        "version": protocol.version,
        "validFrom": valid_from.isoformat(),
        "status": status or _STATUS.get(protocol.status, "deprecated"),
        "subjectType": "organisation",
        "criterionScoringFramework": [_answers(translator(language))],
        "documentation": address,
        "criterion": [
            {"type": ["Criterion"], "id": _criterion_id(address, point), "name": text.points[point.id].requirement}
            for point in protocol.points
        ],
        "scheme": {"type": ["ConformityScheme"], "id": f"{base}/protocols/{protocol.id}", "name": text.title},
    }


def criteria(protocol: Protocol, *, base: str, language: str = "en") -> Iterator[dict[str, Any]]:
    """One criterion a control point, with its limits as pass thresholds."""
    text = protocol.text(language)
    address = f"{base}/protocols/{protocol.id}/{protocol.version}"
    for point in protocol.points:
        words = text.points[point.id]
        yield {
            "type": ["Criterion"],
            "id": _criterion_id(address, point),
            "name": words.requirement,
            "description": " ".join(part for part in (words.public, words.look_for) if part),
            "version": protocol.version,
            "status": _STATUS.get(protocol.status, "deprecated"),
            "documentation": f"{address}#{point.id}",
            "conformityTopic": [
                {"type": ["ConformityTopic"], "id": f"{_SDG}{goal}", "name": f"SDG {goal}"} for goal in point.sdg
            ],
            "passThreshold": list(_thresholds(address, point)),
            "tag": [point.level.value, *(f"review:{flag.value}" for flag in point.review)],
        }


def vocabulary(
    protocol: Protocol, *, base: str, owner: Mapping[str, str], valid_from: date, language: str = "en"
) -> dict[str, Any]:
    """Everything in one document: scheme, profile and criteria."""
    return {
        "scheme": conformity_scheme(protocol, base=base, owner=owner, language=language),
        "profile": conformity_profile(protocol, base=base, valid_from=valid_from, language=language),
        "criterion": list(criteria(protocol, base=base, language=language)),
    }


def _criterion_id(address: str, point: ControlPoint) -> str:
    return f"{address}/{point.id}"


def _thresholds(address: str, point: ControlPoint) -> Iterator[dict[str, Any]]:
    metric = {"type": ["PerformanceMetric"], "id": f"{address}/{point.id}#metric", "name": point.id}
    if point.measure is None or (point.measure.min is None and point.measure.max is None):
        yield {"type": ["Performance"], "metric": metric, "score": {"type": ["Score"], "code": "compliant", "rank": 1}}
        return
    for side, bound in (("min", point.measure.min), ("max", point.measure.max)):
        if bound is not None:
            named = {**metric, "name": f"{point.measure.quantity} ({side})"}
            yield {"type": ["Performance"], "metric": named, "measure": _measure(point.measure, number(bound))}


def _measure(measure: Measure, bound: str) -> dict[str, Any]:
    value = float(bound) if "." in bound else int(bound)  # JSON numbers: the schema takes no decimal strings
    return {"type": ["Measure"], "value": value, "unit": _REC_20.get(measure.unit, measure.unit)}


def _answers(words: Translator) -> dict[str, Any]:
    return {
        "type": ["ScoringFramework"],
        "name": words("protocols.untp.answers"),
        "description": words("protocols.untp.answers_about"),
        "score": [
            {"type": ["Score"], "code": code, "rank": rank, "definition": words(f"protocols.xlsform.{code}")}
            for rank, code in enumerate(("compliant", "partial", "non_compliant"), start=1)
        ],
    }


def _grades(protocol: Protocol, title: str, words: Translator) -> dict[str, Any]:
    ordered = list(reversed(protocol.rules.scoring.grades))
    return {
        "type": ["ScoringFramework"],
        "name": words("protocols.untp.grades", title=title),
        "description": words("protocols.untp.grades_about"),
        "score": [{"type": ["Score"], "code": grade.id, "rank": rank} for rank, grade in enumerate(ordered, start=1)],
    }
