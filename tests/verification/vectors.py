"""Evidence as JSON and back: the golden vectors of the verdict table, readable by any language.

    {"name", "at", "evidence": {"source", "as_of", "zone", "readable", "holds_key", "seen_often",
                                "asked": {...} | null, "batch": {...} | null, "certification": {...} | null,
                                and only where there is one "roll": {..., "bound": [[first, last, batch, unit]]}
                                or "box": {..., "parts": [{"batch", "certification", "units"}]}},
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
    Bound,
    BoxFacts,
    BoxState,
    CertificationFacts,
    CertificationState,
    Evidence,
    Kind,
    Part,
    RollFacts,
    Signature,
    Source,
    Window,
)
from seal.verification.model import Verdict

_DAYS = {"day", "granted_on", "valid_from", "valid_until", "since", "sealed_on", "issued_on"}


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
            elif one.name == "bound" and isinstance(inner, tuple):
                inner = [[one.first, one.last, one.batch, one.unit] for one in inner]
            elif isinstance(inner, tuple) and inner and isinstance(inner[0], Part):
                inner = [part(inside) for inside in inner]
            elif isinstance(inner, BatchFacts | CertificationFacts):
                inner = part(inner)
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
        **({"roll": part(evidence.roll)} if evidence.roll else {}),
        **({"box": part(evidence.box)} if evidence.box else {}),
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
    roll, box = found.get("roll"), found.get("box")
    if roll is not None:
        roll = RollFacts(**_values(roll) | _ranges(roll) | {"bound": tuple(Bound(*row) for row in roll["bound"])})
    if box is not None:
        parts = tuple(
            Part(_batch(one["batch"]), _certification(one["certification"]), tuple(map(tuple, one["units"])))
            for one in box["parts"]
        )
        box = BoxFacts(**_values(box) | {"state": BoxState(box["state"]), "parts": parts})
    return Evidence(
        **found
        | {
            "source": Source(found["source"]),
            "as_of": parse_rfc3339(found["as_of"]),
            "asked": asked,
            "batch": _batch(batch) if batch is not None else None,
            "certification": _certification(one),
            "roll": roll,
            "box": box,
        }
    )


def _ranges(found: dict[str, Any]) -> dict[str, Any]:
    return {name: tuple((first, last) for first, last in found[name]) for name in ("void", "lost")}


def _batch(found: dict[str, Any]) -> BatchFacts:
    return BatchFacts(**_values(found) | _ranges(found) | {"state": BatchState(found["state"])})


def _certification(found: dict[str, Any] | None) -> CertificationFacts | None:
    if found is None:
        return None
    windows = tuple(Window(_day(first), _day(last), why) for first, last, why in found["windows"])
    return CertificationFacts(**_values(found) | {"windows": windows, "state": CertificationState(found["state"])})


def expected(verdict: Verdict) -> dict[str, Any]:
    return {
        "code": verdict.code.value,
        "notes": [note.value for note in verdict.notes],
        "stale": verdict.stale,
        "lines": [f"{line.name}:{line.code}" for line in verdict.lines],
        "next_change": rfc3339(verdict.next_change) if verdict.next_change else None,
    }
