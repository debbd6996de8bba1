"""A protocol as an XLSForm (xlsform.org): for ODK, Kobo and the like, with every question in Spanish and English.

Facts come first, then a group a chapter. A point is a choice among the answers that it allows, a number where it is
measured, and a note that is asked for unless it complies. Columns beginning with ``seal_`` carry what XLSForm has no
word for; other programs leave them alone, and :mod:`xlsform_merge` reads them back.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from seal.protocols.exchange import workbook, xpath
from seal.protocols.exchange.draft import LANGUAGES, Draft
from seal.protocols.exchange.workbook import Row
from seal.web.i18n import translator

NAMES = {"es": "Español (es)", "en": "English (en)"}
OUTCOMES = ("compliant", "partial", "non_compliant", "not_applicable", "deferred")
OF_POINT = {"requirement": "label", "look_for": "hint"}
"""What of a point's words stands in which column."""
_SCOPE = {"year": ("scheme_year", "integer"), "product": ("scope_products", "text"), "site": ("scope_sites", "text")}
"""Question and type for each thing that a condition may ask of the audit itself."""
_FACT_TYPES = {"yes_no": "select_one yes_no", "number": "decimal"}
COLUMNS = (
    "type", "name", *(f"label::{name}" for name in NAMES.values()), *(f"hint::{name}" for name in NAMES.values()),
    "required", "relevant", "constraint", "appearance", "seal_id", "seal_level", "seal_unit",
)  # fmt: skip
CHOICE_COLUMNS = ("list_name", "name", *(f"label::{name}" for name in NAMES.values()))
Cells = dict[str, str]


def export(parts: list[Draft]) -> bytes:
    """The workbook of a protocol: its own draft first, then those of the modules that it includes."""
    own = parts[0]
    survey: list[Cells] = [*_facts(parts), *(row for draft in parts for row in _chapters(draft))]
    settings = {"form_title": str(own.words["es"]["title"]), "form_id": own.id}
    settings |= {"version": own.version, "default_language": NAMES["es"]}
    return workbook.write(
        {
            "survey": (COLUMNS, survey),
            "choices": (CHOICE_COLUMNS, list(_choices(parts, survey))),
            "settings": (tuple(settings), [settings]),
        }
    )


def name_of(point_id: str) -> str:
    """``MIEL-A01`` as a question may be called."""
    return point_id.replace("-", "_")


def label(row: Row, language: str, column: str = "label") -> str:
    """The text in a language: ``label::español (es)``, ``label::es``, or plain ``label`` for Spanish."""
    for key, text in row.cells.items():
        name, _, spoken = key.partition("::")
        if name == column and (spoken.endswith(f"({language})") or spoken.strip() == language):
            return text
    return row.get(column) if language == "es" else ""


def _said(key: str) -> dict[str, str | None]:
    """A sentence of the locales in every language of a form."""
    return {language: translator(language)(f"protocols.xlsform.{key}") for language in LANGUAGES}


def _labels(words: Mapping[str, str | None], column: str = "label") -> Cells:
    return {f"{column}::{NAMES[language]}": words.get(language) or "" for language in LANGUAGES}


def _facts(parts: list[Draft]) -> Iterator[Cells]:
    asked = {fact: (draft, kind) for draft in parts for fact, kind in (draft.structure.get("facts") or {}).items()}
    yield {"type": "begin_group", "name": "facts", **_labels(_said("facts"))}
    used = {key for draft in parts for point in draft.points for key in _keys(point.get("applies_if"))}
    for key, (name, kind) in _SCOPE.items():
        if key in used:
            yield {"type": kind, "name": name, **_labels(_said(name))}
    for fact, (draft, kind) in asked.items():
        words = {language: draft.text(language, "facts").get(fact) for language in LANGUAGES}
        yield {"type": _fact_type(fact, kind), "name": xpath.question(fact), **_labels(words), "seal_id": fact}
    yield {"type": "end_group"}


def _keys(condition: Any) -> Iterator[str]:
    """Every key of a condition, as far in as they go."""
    for inside in condition if isinstance(condition, list) else ():
        yield from _keys(inside)
    for key, inside in condition.items() if isinstance(condition, Mapping) else ():
        yield key
        yield from _keys(inside)


def _fact_type(fact: str, kind: Any) -> str:
    name = kind if isinstance(kind, str) else kind["type"]
    many = {"choice": "select_one", "multi": "select_multiple"}
    return f"{many[name]} {xpath.question(fact)}" if name in many else _FACT_TYPES[name]


def _chapters(draft: Draft) -> Iterator[Cells]:
    for chapter in draft.structure.get("chapters") or ():
        words = {language: draft.text(language, "chapters").get(chapter["id"]) for language in LANGUAGES}
        yield {"type": "begin_group", "name": f"{draft.id}_{chapter['id']}", **_labels(words)}
        for point in draft.points:
            if point["chapter"] == chapter["id"]:
                yield from _point(draft, point)
        yield {"type": "end_group"}


def _point(draft: Draft, point: Mapping[str, Any]) -> Iterator[Cells]:
    words = {language: draft.text(language, "points").get(point["id"]) or {} for language in LANGUAGES}
    name, measure = name_of(str(point["id"])), point.get("measure")
    shown = xpath.relevant(point["applies_if"]) if point.get("applies_if") is not None else ""
    yield {
        "type": f"select_one {_outcome_list(draft, point)}",
        "name": name,
        **{
            column: text
            for kind, name in OF_POINT.items()
            for column, text in _labels({language: text.get(kind) for language, text in words.items()}, name).items()
        },
        "required": "yes",
        "relevant": shown,
        "seal_id": str(point["id"]),
        "seal_level": str(point["level"]),
    }
    counted = f"${{{name}}} != '' and ${{{name}}} != 'not_applicable' and ${{{name}}} != 'deferred'"
    if measure:
        units = {language: f"{_heading(text)} ({measure['unit']})" for language, text in words.items() if text}
        yield {
            "type": "decimal", "name": f"{name}_value", **_labels(units), "relevant": counted,
            "seal_id": f"{point['id']} value", "seal_unit": str(measure["unit"]),
        }  # fmt: skip
    yield {
        "type": "text", "name": f"{name}_note", **_labels(_said("note")), "required": "yes",
        "relevant": f"${{{name}}} != '' and ${{{name}}} != 'compliant'", "appearance": "multiline",
        "seal_id": f"{point['id']} note",
    }  # fmt: skip


def _heading(words: Mapping[str, Any]) -> str:
    return str(words.get("method") or words.get("requirement") or "")


def _outcome_list(draft: Draft, point: Mapping[str, Any]) -> str:
    """One list for each set of answers that points allow: with or without "in part", with or without "n/a"."""
    scoring = draft.structure.get("scoring") or {}
    partial = point["level"] in (scoring.get("partial_allowed_for") or ("major", "minor", "recommendation"))
    return "outcome" + ("_partial" if partial else "") + ("_na" if point.get("na") == "justify" else "")


def _choices(parts: list[Draft], survey: list[Cells]) -> Iterator[Cells]:
    for key in ("yes", "no"):
        yield {"list_name": "yes_no", "name": key, **_labels(_said(key))}
    for listed in sorted({row["type"].split()[1] for row in survey if row["type"].startswith("select_one outcome")}):
        left_out = {"partial": "_partial" not in listed, "not_applicable": "_na" not in listed}
        for outcome in OUTCOMES:
            if not left_out.get(outcome, False):
                yield {"list_name": listed, "name": outcome, **_labels(_said(outcome))}
    for draft in parts:
        for fact, kind in (draft.structure.get("facts") or {}).items():
            for choice in kind.get("choices", ()) if isinstance(kind, Mapping) else ():
                texts = {lang: (draft.text(lang, "choices").get(fact) or {}).get(choice) for lang in LANGUAGES}
                shown = {language: text or str(choice) for language, text in texts.items()}
                yield {"list_name": xpath.question(fact), "name": str(choice), **_labels(shown)}
