"""The keyed spreadsheet: one row a control point, one column a key, every row known by its id and not by its place.

Sheets: ``points``, ``facts``, ``chapters``. What has no column of its own (variants, answer types, sampling, …) stands
in ``more`` as the same words as in the file, so that nothing is lost on the way there and back. Scoring, findings,
batch tests and the rest of a protocol are not in the sheet: an import keeps those of the draft it is merged into.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from seal.errors import BadInput, Reason
from seal.protocols.exchange import workbook
from seal.protocols.exchange.draft import LANGUAGES, Change, Draft, Imported
from seal.protocols.exchange.workbook import Row, Tables
from seal.protocols.exchange.writing import flow
from seal.protocols.source import parse, scalar

_MEASURE = ("quantity", "unit", "min", "max", "target_min", "target_max")
_LISTS = ("verify", "evidence", "source", "sdg", "review")
_WORDS = ("requirement", "public", "guidance", "look_for", "fix", "method", "spoken", "good", "bad")
_POINT = ("id", "chapter", "level", "verify", "evidence", "na", "fix_days", "source", "sdg", "review")
_CONDITION = ("applies_if",)
POINT_COLUMNS = (*_POINT, *_MEASURE, *_CONDITION, "more")
MAX_MORE = 20_000


def columns() -> tuple[str, ...]:
    """Every column of ``points``: the keys, then each kind of words in each language."""
    return (*POINT_COLUMNS, *(f"{kind}::{language}" for language in LANGUAGES for kind in _WORDS))


def export(draft: Draft) -> bytes:
    """The workbook of a draft."""
    languages = tuple(f"name::{language}" for language in LANGUAGES)
    return workbook.write(
        {
            "points": (columns(), [_row(draft, point) for point in draft.points]),
            "facts": (("id", "type", *languages), list(_named(draft, "facts", draft.structure.get("facts") or {}))),
            "chapters": (("id", "min_percent", *languages), list(_chapters(draft))),
        }
    )


def _row(draft: Draft, point: Mapping[str, Any]) -> dict[str, str]:
    measure = dict(point.get("measure") or {})
    cells = {key: _cell(key, point[key]) for key in _POINT if key in point}
    cells |= {key: _plain(measure.pop(key)) for key in _MEASURE if key in measure}
    cells |= {key: flow(point[key]) for key in _CONDITION if key in point}
    taken = {*_POINT, *_CONDITION, "measure"}
    more = {key: value for key, value in point.items() if key not in taken}
    if measure:
        more["measure"] = measure
    if more:
        cells["more"] = flow(more)
    for language in LANGUAGES:
        words = draft.text(language, "points").get(point["id"]) or {}
        cells |= {f"{kind}::{language}": str(words[kind]) for kind in _WORDS if kind in words}
    return cells


def _cell(key: str, value: Any) -> str:
    if key in _LISTS:
        return ("\n" if key == "source" else ", ").join(_plain(each) for each in value)
    return _plain(value)


def _plain(value: Any) -> str:
    if value is None:
        return "none"
    return format(value, "f") if isinstance(value, Decimal) else str(value)


def _named(draft: Draft, part: str, things: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    for key, kind in things.items():
        cells = {"id": str(key), "type": kind if isinstance(kind, str) else flow(kind)}
        yield cells | _names(draft, part, key)


def _chapters(draft: Draft) -> Iterator[dict[str, str]]:
    for chapter in draft.structure.get("chapters") or ():
        more = {key: _plain(value) for key, value in chapter.items()}
        yield more | _names(draft, "chapters", chapter["id"])


def _names(draft: Draft, part: str, key: str) -> dict[str, str]:
    texts = {language: draft.text(language, part).get(key) for language in LANGUAGES}
    return {f"name::{language}": str(words) for language, words in texts.items() if words}


def read(tables: Tables, base: Draft, *, remove_missing: bool = False) -> Imported:
    """Merge a workbook into ``base`` by ids; rows may stand in any order. Nothing is written.

    A point of ``base`` that the sheet lacks is kept, or, with ``remove_missing``, removed and its id retired.
    Raises ``BadInput`` with every fault by sheet and row.
    """
    faults: list[Reason] = []
    if "points" not in tables:
        raise BadInput("protocols.workbook_sheet", sheet="points", found=", ".join(tables) or "—")
    structure = {
        **base.structure,
        "facts": _facts(tables, base, faults),
        "chapters": _read_chapters(tables, base, faults),
    }
    words = {language: dict(base.words.get(language) or _no_words(base, language)) for language in LANGUAGES}
    for part in ("facts", "chapters"):
        _merge_names(tables, part, words)
    points, changes = _points(tables, base, words, faults, remove_missing)
    if faults:
        raise BadInput.because(faults)
    if removed := [change.id for change in changes if change.what == "removed"]:
        structure["retired"] = [*(base.structure.get("retired") or ()), *removed]
        for language in LANGUAGES:
            words[language]["points"] = {
                key: value for key, value in words[language]["points"].items() if key not in removed
            }
    if not structure["facts"] and "facts" not in base.structure:
        del structure["facts"]
    kept = {language: text for language, text in words.items() if text["points"]}
    return Imported(Draft(structure, base.words).with_points(points, kept), tuple(changes), ())


def _no_words(base: Draft, language: str) -> dict[str, Any]:
    title = base.words.get("es", {}).get("title", base.id)
    return {
        "schema": "seal-protocol-text/1", "id": base.id, "version": base.version, "language": language,
        "title": title, "chapters": {}, "facts": {}, "points": {},
    }  # fmt: skip


def _facts(tables: Tables, base: Draft, faults: list[Reason]) -> dict[str, Any]:
    facts = dict(base.structure.get("facts") or {})
    for row in _keyed(tables, "facts", faults):
        kind = row.get("type") or "yes_no"
        facts[row.get("id")] = _flow(row, "type", faults) if kind.startswith("{") else kind
    return facts


def _read_chapters(tables: Tables, base: Draft, faults: list[Reason]) -> list[dict[str, Any]]:
    chapters = {str(chapter["id"]): dict(chapter) for chapter in base.structure.get("chapters") or ()}
    for row in _keyed(tables, "chapters", faults):
        known = chapters.setdefault(row.get("id"), {"id": row.get("id")})
        known["min_percent"] = _number(row.get("min_percent") or "0")
    return list(chapters.values())


def _merge_names(tables: Tables, part: str, words: dict[str, dict[str, Any]]) -> None:
    for language in LANGUAGES:
        names = dict(words[language].get(part) or {})
        names |= {
            row.get("id"): row.get(f"name::{language}") for row in tables.get(part, ()) if row.get(f"name::{language}")
        }
        if names:
            words[language][part] = names


def _points(
    tables: Tables, base: Draft, words: dict[str, dict[str, Any]], faults: list[Reason], remove_missing: bool
) -> tuple[list[dict[str, Any]], list[Change]]:
    known = {str(point["id"]): point for point in base.points}
    read_points: dict[str, dict[str, Any]] = {}
    changes: list[Change] = []
    for row in _keyed(tables, "points", faults):
        point_id = row.get("id")
        point = _point(row, faults)
        before = {kind: _row(base, known[point_id]).get(kind, "") for kind in columns()} if point_id in known else {}
        differing = tuple(kind for kind in columns() if row.get(kind) != before.get(kind, ""))
        if point_id in known and set(differing) <= {"more"} and point == known[point_id]:
            differing = ()
        changes.append(
            Change("added" if not before else "changed" if differing else "kept", point_id, row.number, differing)
        )
        read_points[point_id] = point
        for language in LANGUAGES:
            given = {kind: row.get(f"{kind}::{language}") for kind in _WORDS if row.get(f"{kind}::{language}")}
            texts = words[language]["points"] = dict(words[language].get("points") or {})
            if given:
                texts[point_id] = given
    for point_id in known:
        if point_id not in read_points:
            changes.append(Change("removed" if remove_missing else "kept", point_id, 0))
            if not remove_missing:
                read_points[point_id] = known[point_id]
    order = [point_id for point_id in known if point_id in read_points]
    order += [point_id for point_id in read_points if point_id not in known]
    return [read_points[point_id] for point_id in order], changes


def _keyed(tables: Tables, sheet: str, faults: list[Reason]) -> Iterator[Row]:
    """Rows that have an id of their own; those that have none, or one that was there already, are faults."""
    seen: dict[str, int] = {}
    for row in tables.get(sheet, ()):
        key = row.get("id")
        if not key:
            faults.append(row.fault("protocols.row_without_id"))
        elif key in seen:
            faults.append(row.fault("protocols.row_twice", id=key, first=seen[key]))
        else:
            seen[key] = row.number
            yield row


def _point(row: Row, faults: list[Reason]) -> dict[str, Any]:
    point: dict[str, Any] = {}
    for key in _POINT:
        if row.get(key):
            point[key] = _read_cell(key, row.get(key))
    measure = {key: _number(row.get(key)) if key not in ("quantity", "unit") else row.get(key) for key in _MEASURE}
    measure = {key: value for key, value in measure.items() if value not in ("", None)}
    more = _flow(row, "more", faults) if row.get("more") else {}
    if not isinstance(more, Mapping):
        faults.append(row.fault("protocols.cell_not_read", column="more", value=row.get("more")[:60]))
        more = {}
    measure |= more.get("measure") or {}
    if measure:
        point["measure"] = measure
    if row.get("applies_if"):
        point["applies_if"] = _flow(row, "applies_if", faults)
    return point | {key: value for key, value in more.items() if key != "measure"}


_READERS: Mapping[str, Callable[[str], Any]] = {"fix_days": lambda text: None if text == "none" else _number(text)}


def _read_cell(key: str, text: str) -> Any:
    if key in _LISTS:
        parts = [part.strip() for part in text.split("\n" if key == "source" else ",") if part.strip()]
        return [_number(part) for part in parts] if key == "sdg" else parts
    return _READERS.get(key, str)(text)


def _number(text: str) -> Any:
    """A number as typed, comma or point; anything else stays text, for the file's own check to name."""
    return scalar(text.replace(",", ".")) if text else ""


def _flow(row: Row, column: str, faults: list[Reason]) -> Any:
    try:
        return parse(column, f"x: {row.get(column)[:MAX_MORE]}".encode()).data["x"]
    except BadInput:
        faults.append(row.fault("protocols.cell_not_read", column=column, value=row.get(column)[:60]))
        return None
