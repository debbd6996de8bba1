"""A small protocol of its own with an answer type of nearly every kind, written as an author would; two versions."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

PROTOCOL = """
schema: seal-protocol/1
id: oficio
kind: protocol
version: 0.1.0
status: published
facts:
  ovens: {type: number, unit: people, plausible: [1, 20]}
  makes: {type: multi, choices: [bread, cake]}
  heat: {type: choice, choices: [wood, gas]}
  sells: yes_no
custody_model: segregated
season_starts_month: 7
chapters:
- {id: A, min_percent: 50}
- {id: B, min_percent: 50}
validity: {certificate_months: 12, surveillance_month: 6, unannounced_percent: 10, renew_window_days: [120, 30],
  grace_days: 0}
scoring:
  credit: {compliant: 1, partial: 0.5, non_compliant: 0}
  partial_allowed_for: [major, minor, recommendation]
  weights: {critical: 5, major: 3, minor: 1, recommendation: 0}
  pass_all:
  - {rule: level_percent, level: critical, min: 100}
  - {rule: weighted_percent, min: 60}
  grades:
  - {id: en_camino, min: 50, seal: false}
  - {id: bronze, min: 90, recommendation_percent: 50}
findings:
  critical: {days: 0, suspend_if_certified: true}
  major: {days: 28, first_audit_days: 90}
  minor: {days: 90, or_next_audit: true, repeat_becomes: major}
  recommendation: {days: null}
suspension: {max_days: 180, producer_requested_max_days: 365, reapply_after_days: 365}
label: {shelf_life_months: 6, lot_pattern: '{producer}-{n}'}
points: []
"""

POINTS: dict[str, dict[str, Any]] = {
    "OFI-A01": {"level": "critical", "verify": ["document"], "na": "never"},
    "OFI-A02": {"level": "major", "grain": "site", "answer": {"type": "yes_no"}, "na": "justify"},
    "OFI-A03": {
        "level": "minor",
        "answer": {"type": "choice", "choices": {"open": "non_compliant", "half": "partial", "covered": "compliant"}},
    },
    "OFI-A04": {"level": "minor", "answer": {"type": "multi", "choices": ["apron", "cap", "gloves"], "at_least": 2}},
    "OFI-A05": {
        "level": "major",
        "measure": {"quantity": "cold", "unit": "degC", "min": 0, "max": 8, "plausible": [-5, 30]},
    },
    "OFI-B01": {"level": "major", "answer": {"type": "ratio", "min_percent": 90}},
    "OFI-B02": {"level": "minor", "answer": {"type": "table", "columns": ["day", "heat"], "min_rows": 2}},
    "OFI-B03": {
        "level": "minor",
        "verify": ["document"],
        "answer": {"type": "document", "expires": True},
        "evidence_minimum": {"compliant": 2},
    },
    "OFI-B04": {"level": "minor", "answer": {"type": "exercise", "max_minutes": 120}},
    "OFI-B05": {
        "level": "minor",
        "answer": {
            "type": "panel", "judges_min": 3, "trim": 1, "max": 10, "min": 7, "criteria": ["taste", "look"],
        },
    },
    "OFI-B06": {"level": "minor", "sampling": {"of": "lots", "take": "sqrt", "accept": 0}},
    "OFI-B07": {"level": "minor", "grain": "lot", "answer": {"type": "yes_no"}},
    "OFI-B08": {"level": "recommendation", "answer": {"type": "scale", "max": 3, "norm": 2}},
    "OFI-B09": {"level": "minor", "na": "derived", "applies_if": {"fact": "makes", "has": "cake"}},
}  # fmt: skip

CHOICES = {
    "makes": {"bread": ("Pan", "Bread"), "cake": ("Torta", "Cake")},
    "heat": {"wood": ("Leña", "Wood"), "gas": ("Gas", "Gas")},
    "OFI-A03": {"open": ("Abierta", "Open"), "half": ("A medias", "Half"), "covered": ("Cubierta", "Covered")},
    "OFI-B02": {"day": ("Día", "Day"), "heat": ("Calor", "Heat")},
    "OFI-B05": {"taste": ("Sabor", "Taste"), "look": ("Aspecto", "Look")},
    "OFI-A04": {"apron": ("Delantal", "Apron"), "cap": ("Gorro", "Cap"), "gloves": ("Guantes", "Gloves")},
}
GOOD: dict[str, dict[str, Any]] = {
    "OFI-A01": {"outcome": "compliant"},
    "OFI-A03": {"response": {"choice": "covered"}},
    "OFI-A04": {"response": {"chosen": ["apron", "cap"]}},
    "OFI-A05": {"measured": {"value": "4,5", "unit": "degC"}},
    "OFI-B01": {"response": {"good": 9, "of": 10}},
    "OFI-B02": {"response": {"rows": [{"day": "1", "heat": "180"}, {"day": "2", "heat": "175"}]}},
    "OFI-B03": {"response": {"document": True, "expires_on": "2027-01-01"}},
    "OFI-B04": {"response": {"minutes": "95", "done": True}},
    "OFI-B05": {"response": {"judges": [{"taste": "8", "look": "7"}, {"taste": "9", "look": "8"},
                                        {"taste": "7", "look": "9"}]}},
    "OFI-B08": {"response": {"points": 3}},
    "OFI-B09": {"outcome": "compliant"},
}  # fmt: skip
"""What passes at each point that is answered once, as a program sends it."""


def library(folder: Path) -> Path:
    """Two versions in ``folder``: 0.2.0 asks for colder rooms, has OFI-A03 as major, and a new point."""
    write(folder, "0.1.0", POINTS)
    changed = {point: dict(written) for point, written in POINTS.items()}
    changed["OFI-A05"] = {**changed["OFI-A05"], "measure": {**changed["OFI-A05"]["measure"], "max": 5}}
    changed["OFI-A03"] = {**changed["OFI-A03"], "level": "major"}
    changed["OFI-B10"] = {"level": "minor"}
    write(folder, "0.2.0", changed)
    return folder


def write(folder: Path, version: str, points: Mapping[str, Mapping[str, Any]]) -> None:
    """One version with its words in both languages."""
    at = folder / "oficio" / version
    at.mkdir(parents=True)
    whole = yaml.safe_load(PROTOCOL)
    whole["version"] = version
    whole["points"] = [
        {
            "id": point,
            "chapter": point[4],
            "verify": ["observation"],
            "evidence": ["photo"],
            "na": "justify",
            "fix_days": 28,
            "source": ["Uso del oficio"],
            "sdg": [12],
            **written,
        }
        for point, written in points.items()
    ]
    (at / "protocol.yaml").write_text(yaml.safe_dump(whole, sort_keys=False, allow_unicode=True))
    for language, word in (("es", "Punto"), ("en", "Point")):
        (at / f"text.{language}.yaml").write_text(
            yaml.safe_dump(_words(version, language, word, points), sort_keys=False, allow_unicode=True)
        )


def _words(version: str, language: str, word: str, points: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    spanish = language == "es"
    return {
        "schema": "seal-protocol-text/1",
        "id": "oficio",
        "version": version,
        "language": language,
        "title": "Panadería" if spanish else "Bakery",
        "chapters": {"A": "Taller" if spanish else "Workshop", "B": "Registros" if spanish else "Records"},
        "facts": {fact: f"¿{fact}?" if spanish else f"{fact}?" for fact in ("ovens", "makes", "heat", "sells")},
        "choices": {
            subject: {choice: both[0 if spanish else 1] for choice, both in words.items()}
            for subject, words in CHOICES.items()
        },
        "grades": {"en_camino": "En camino" if spanish else "On the way", "bronze": "Bronce" if spanish else "Bronze"},
        "points": {
            point: {
                "requirement": f"{word} {point} se cumple." if spanish else f"{word} {point} is met.",
                "look_for": "Mire con calma." if spanish else "Look calmly.",
                "fix": "Arréglelo." if spanish else "Mend it.",
                "public": f"{word} {point}.",
            }
            for point in points
        },
    }
