"""A protocol to begin from: valid, small, with the rules that most seals start with (CERTIFICATION E), and a draft."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from seal.protocols import placeholders
from seal.protocols.exchange.draft import Draft
from seal.web.i18n import translator

_RULES: Mapping[str, Any] = {
    "validity": {
        "certificate_months": 12, "surveillance_month": 6, "unannounced_percent": 10, "renew_window_days": [120, 30],
        "grace_days": 0,
    },
    "scoring": {
        "credit": {"compliant": 1, "partial": Decimal("0.5"), "non_compliant": 0},
        "partial_allowed_for": ["major", "minor", "recommendation"],
        "weights": {"critical": 5, "major": 3, "minor": 1, "recommendation": 0},
        "pass_all": [
            {"rule": "level_percent", "level": "critical", "min": 100},
            {"rule": "level_percent", "level": "major", "min": 90, "after_corrective_actions": 100},
            {"rule": "level_percent", "level": "minor", "min": 70},
            {"rule": "weighted_percent", "min": 80},
            {"rule": "chapter_min"},
        ],
        "grades": [{"id": "bronze", "min": 80}, {"id": "silver", "min": 90}, {"id": "gold", "min": 96}],
    },
    "findings": {
        "critical": {"days": 0, "suspend_if_certified": True},
        "major": {"days": 28, "first_audit_days": 90},
        "minor": {"days": 90, "or_next_audit": True, "repeat_becomes": "major"},
        "recommendation": {"days": None},
    },
    "suspension": {"max_days": 180, "producer_requested_max_days": 365, "reapply_after_days": 365},
    "label": {"shelf_life_months": 12},
}  # fmt: skip


def prefix(protocol_id: str) -> str:
    """``queso_fresco`` numbers its points ``QUES-A01``."""
    letters = "".join(sign for sign in protocol_id.upper() if sign.isascii() and sign.isalpha())
    return (letters or "P")[:4].ljust(2, "X")


def draft(protocol_id: str, version: str, titles: Mapping[str, str], includes: Sequence[Mapping[str, Any]]) -> Draft:
    """A draft with one chapter and two points, whose words say what to write there."""
    first, second = (f"{prefix(protocol_id)}-A0{place}" for place in (1, 2))
    shared: dict[str, Any] = {
        "level": "major", "verify": ["observation"], "evidence": ["photo"], "na": "justify", "fix_days": 28,
        "source": ["seal rules"], "sdg": [12],
    }  # fmt: skip
    structure = {
        "schema": "seal-protocol/1", "id": protocol_id, "kind": "protocol", "version": version, "status": "draft",
        "includes": [dict(each) for each in includes],
        "custody_model": "segregated",
        "season_starts_month": 7,
        "chapters": [{"id": "A", "min_percent": 70}],
        **_RULES,
        "points": [
            {"id": first, "chapter": "A", **shared, "level": "critical", "na": "never", "fix_days": 0},
            {"id": second, "chapter": "A", **shared},
        ],
    }  # fmt: skip
    words = {
        language: _words(protocol_id, version, language, titles.get(language) or titles["es"], (first, second))
        for language in placeholders.LANGUAGES
    }
    return Draft(structure, words)


def _words(protocol_id: str, version: str, language: str, title: str, points: tuple[str, ...]) -> dict[str, Any]:
    return {
        "schema": "seal-protocol-text/1", "id": protocol_id, "version": version, "language": language, "title": title,
        "chapters": {"A": translator(language)("protocols.skeleton.chapter")},
        "points": {point: placeholders.first(language) for point in points},
    }  # fmt: skip
