"""A form that Seal exported, come back: what people changed in it goes into the protocol that it was made of.

A form says less than a protocol. What it has no word for (evidence, answer types, sources, variants, …) stays as the
protocol has it; level, words, limits and conditions are taken over where they differ. Points of modules belong to their
own files, and a question that the protocol does not have is named, not guessed.
"""

from __future__ import annotations

from typing import Any

from seal.errors import Reason
from seal.protocols.exchange import xpath
from seal.protocols.exchange.draft import LANGUAGES, Change, Draft, Imported
from seal.protocols.exchange.workbook import Row, Tables
from seal.protocols.exchange.xlsform import OF_POINT, label
from seal.protocols.exchange.xlsform_import import Questions, condition_of, limits_of, questions
from seal.protocols.terms import Level


def is_of(tables: Tables, base: Draft) -> bool:
    """Whether a form carries ids of points that ``base`` has."""
    known = {str(point["id"]) for point in base.points}
    return any(row.get("seal_id") in known for row in tables.get("survey", ()))


def merge(tables: Tables, base: Draft) -> Imported:
    """``base`` with what differs in the form. Points that the form lacks stay; notes name what was not taken over."""
    rows = tables["survey"]
    asked = questions(tables)
    notes: list[Reason] = []
    by_id = {row.get("seal_id"): row for row in rows if row.get("seal_id")}
    points, changes = [], []
    words = {language: dict(base.words.get(language) or {}) for language in LANGUAGES if language in base.words}
    for point in base.points:
        row = by_id.get(str(point["id"]))
        if row is None:
            points.append(point)
            changes.append(Change("kept", str(point["id"]), 0))
            continue
        merged = _point(row, by_id.get(f"{point['id']} value"), point, asked, notes)
        said = _words(row, str(point["id"]), words)
        differing = (*(key for key in {**point, **merged} if point.get(key) != merged.get(key)), *said)
        points.append(merged)
        changes.append(Change("changed" if differing else "kept", str(point["id"]), row.number, differing))
    _facts(by_id, base, words)
    notes += _others(rows, {str(point["id"]) for point in base.points}, asked)
    return Imported(base.with_points(points, words), tuple(changes), tuple(notes))


def _point(row: Row, value: Row | None, point: dict[str, Any], asked: Questions, notes: list[Reason]) -> dict[str, Any]:
    merged = dict(point)
    level = row.get("seal_level")
    if level in set(Level):
        merged["level"] = level
    elif level:
        notes.append(row.fault("protocols.form_level_kept", name=row.get("name"), value=level))
    was = point.get("applies_if")
    if row.get("relevant") != ("" if was is None else xpath.relevant(was)):
        found = condition_of(row, asked, notes)
        if found is not None:
            merged |= {"applies_if": found, "na": "derived"}
        elif not row.get("relevant"):
            merged.pop("applies_if", None)
            merged["na"] = "never" if merged["level"] == "critical" else "justify"
    if value is not None and value.get("constraint") and "measure" in point:
        merged["measure"] = {**point["measure"], **limits_of(value, notes)}
    return merged


def _words(row: Row, point_id: str, words: dict[str, dict[str, Any]]) -> list[str]:
    """Take over requirement and what to look for; returns what changed, as the spreadsheet calls it."""
    changed = []
    for language, text in words.items():
        said = dict((text.get("points") or {}).get(point_id) or {})
        for kind, column in OF_POINT.items():
            new = label(row, language, column)
            if new and new != said.get(kind, ""):
                said[kind] = new
                changed.append(f"{kind}::{language}")
        text["points"] = {**(text.get("points") or {}), point_id: said} if said else text.get("points") or {}
    return changed


def _facts(by_id: dict[str, Row], base: Draft, words: dict[str, dict[str, Any]]) -> None:
    for fact in base.structure.get("facts") or {}:
        for language, text in words.items():
            new = label(by_id[fact], language) if fact in by_id else ""
            if new:
                text["facts"] = {**(text.get("facts") or {}), fact: new}


def _others(rows: tuple[Row, ...], own: set[str], asked: Questions) -> list[Reason]:
    """A note for each question that is new, and one for all those of modules."""
    notes, of_modules = [], 0
    for row in rows:
        known = row.get("seal_id").partition(" ")[0]
        if not row.get("type") or row.get("type").startswith(("begin", "end")) or row.get("name") in asked.names:
            continue
        if known and known not in own:
            of_modules += row.get("seal_id") == known
        elif not known and not row.get("name").startswith(("scheme_", "scope_")):
            notes.append(row.fault("protocols.form_not_added", name=row.get("name")))
    if of_modules:
        notes.append(Reason("protocols.form_of_modules", {"count": of_modules}))
    return notes
