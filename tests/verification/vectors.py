"""Evidence as JSON and back: the golden vectors of the verdict table, readable by any language.

    {"name", "at", "evidence": {"source", "as_of", "zone", "readable", "holds_key", "seen_often",
                                "asked": {...} | null, "batch": {...} | null, "certification": {...} | null},
     "expect": {"code", "notes", "stale", "lines": ["authentic:signed", ...], "next_change"}}

Times are RFC 3339, days ISO 8601, ranges [first, last], windows [first, last, reason class].
"""

from __future__ import annotations

from dataclasses import fields
from datetime import date
from typing import Any

from seal.clock import parse_rfc3339, rfc3339
from seal.verification.facts import (
    Asked,
    BatchFacts,
    BatchState,
    CertificationFacts,
    CertificationState,
    Evidence,
    Kind,
    Signature,
    Source,
    Window,
)
from seal.verification.model import Verdict

_DAYS = {"day", "granted_on", "valid_from", "valid_until", "since", "sealed_on"}


def to_json(evidence: Evidence) -> dict[str, Any]:
    def part(value: Any) -> Any:
        if value is None:
            return None
        found: dict[str, Any] = {}
        for one in fields(value):
            inner = getattr(value, one.name)
            if isinstance(inner, date):
                inner = inner.isoformat()
            elif one.name == "windows":
                inner = [[str(w.first or ""), str(w.last or ""), w.reason_class] for w in inner]
            elif isinstance(inner, tuple):
                inner = [list(pair) for pair in inner]
            found[one.name] = inner
        return found

    return {
        "source": evidence.source.value,
        "as_of": rfc3339(evidence.as_of),
        "zone": evidence.zone,
        "readable": evidence.readable,
        "holds_key": evidence.holds_key,
        "seen_often": evidence.seen_often,
        "asked": part(evidence.asked),
        "batch": part(evidence.batch),
        "certification": part(evidence.certification),
    }


def _day(value: str | None) -> date | None:
    return date.fromisoformat(value) if value else None


def _values(found: dict[str, Any]) -> dict[str, Any]:
    return {name: _day(value) if name in _DAYS else value for name, value in found.items()}


def from_json(found: dict[str, Any]) -> Evidence:
    asked, batch, one = found["asked"], found["batch"], found["certification"]
    if asked is not None:
        asked = Asked(
            **_values(asked)
            | {"kind": Kind(asked["kind"]) if asked["kind"] else None, "signature": Signature(asked["signature"])}
        )
    if batch is not None:
        ranges = {name: tuple((first, last) for first, last in batch[name]) for name in ("void", "lost")}
        batch = BatchFacts(**_values(batch) | ranges | {"state": BatchState(batch["state"])})
    if one is not None:
        windows = tuple(Window(_day(first), _day(last), why) for first, last, why in one["windows"])
        one = CertificationFacts(**_values(one) | {"windows": windows, "state": CertificationState(one["state"])})
    return Evidence(
        **found
        | {
            "source": Source(found["source"]),
            "as_of": parse_rfc3339(found["as_of"]),
            "asked": asked,
            "batch": batch,
            "certification": one,
        }
    )


def expected(verdict: Verdict) -> dict[str, Any]:
    return {
        "code": verdict.code.value,
        "notes": [note.value for note in verdict.notes],
        "stale": verdict.stale,
        "lines": [f"{line.name}:{line.code}" for line in verdict.lines],
        "next_change": rfc3339(verdict.next_change) if verdict.next_change else None,
    }
