"""Somebody else's XLSForm as the draft of a protocol. Groups become chapters, questions become points, what others ask
about becomes facts. Whatever has no counterpart is named in a note by its row; nothing is guessed.

Each question is numbered in its chapter, is ``minor`` (a column ``seal_level`` says otherwise) and borrows its label as
the public sentence. (A form of Seal's own goes back into its protocol: :mod:`xlsform_merge`.)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from seal.errors import BadInput, Reason
from seal.protocols.exchange import xpath
from seal.protocols.exchange.draft import LANGUAGES, Change, Draft, Imported
from seal.protocols.exchange.skeleton import prefix
from seal.protocols.exchange.workbook import Row, Tables
from seal.protocols.exchange.xlsform import label
from seal.protocols.measures import UNITS
from seal.protocols.terms import Level

_SILENT = frozenset({"start", "end", "today", "deviceid", "username", "audit", "phonenumber", "email", "simserial"})
_ANSWERS: Mapping[str, Mapping[str, Any]] = {
    "date": {"type": "date", "max_age_days": 365},
    "image": {"type": "photo"},
    "file": {"type": "document", "expires": False},
    "geopoint": {"type": "geo"},
}
_VERIFY = {"image": "observation", "file": "document", "date": "document", "geopoint": "observation"}
_EVIDENCE = {"image": "photo", "file": "doc", "date": "doc", "geopoint": "gps_private"}
MAX_POINTS = 400


@dataclass
class Questions:
    """The facts that a form asks for."""

    facts: dict[str, Any] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    """Question to fact."""


@dataclass
class _Reading:
    """What has been read so far."""

    base: Draft
    asked: Questions
    chapters: list[dict[str, Any]] = field(default_factory=list)
    points: list[dict[str, Any]] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)
    words: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)
    notes: list[Reason] = field(default_factory=list)

    def word(self, language: str, part: str, key: str, value: Any) -> None:
        self.words.setdefault(language, {}).setdefault(part, {})[key] = value


def read(tables: Tables, base: Draft) -> Imported:
    """The draft of a form. ``base`` gives id, version and the rules that a form does not have (a skeleton will do).

    Raises ``BadInput`` for what is no form; notes name, by row, what was changed on the way or left out.
    """
    reading = _Reading(base, questions(tables))
    for row in tables["survey"]:
        if row.get("name") in reading.asked.names:
            _say_fact(row, tables, reading)
        else:
            _read_row(row, tables, reading)
    if not reading.points:
        raise BadInput("protocols.form_without_questions")
    return _made(reading)


def questions(tables: Tables) -> Questions:
    """Every question about the producer."""
    asked = Questions()
    rows = tables["survey"]
    for row in rows:
        if not _is_fact(row, rows):
            continue
        fact = _identifier(row.get("seal_id") or row.get("name").removeprefix("fact_"))
        asked.facts[fact] = _shape(row, tables)
        asked.names[row.get("name")] = fact
    return asked


def _kind(row: Row) -> tuple[str, str]:
    first, _, rest = row.get("type").strip().partition(" ")
    if first in ("begin", "end"):  # "begin group" and "begin_group" are the same
        return f"{first}_{rest.strip()}", ""
    return first, rest.strip()


def _is_fact(row: Row, rows: tuple[Row, ...]) -> bool:
    """A question about the producer: Seal's own, or one that another question depends on and that judges nothing."""
    name, kind = row.get("name"), _kind(row)[0]
    if name.startswith("fact_"):
        return True
    if kind not in ("select_one", "select_multiple", "integer", "decimal") or row.get("seal_id"):
        return False
    return any(f"${{{name}}}" in other.get("relevant") for other in rows if other is not row)


def _choices(tables: Tables, listed: str) -> list[Row]:
    return [choice for choice in tables.get("choices", ()) if listed and choice.get("list_name") == listed]


def _shape(row: Row, tables: Tables) -> Any:
    """A fact as ``protocol.yaml`` writes it."""
    kind, listed = _kind(row)
    names = [choice.get("name") for choice in _choices(tables, listed)]
    if kind in ("integer", "decimal"):
        return "number"
    if kind == "select_one" and set(names) <= {"yes", "no"}:
        return "yes_no"
    one_of = "choice" if kind == "select_one" else "multi"
    return {"type": one_of, "choices": [_identifier(name) for name in names]}


def _say_fact(row: Row, tables: Tables, reading: _Reading) -> None:
    fact = reading.asked.names[row.get("name")]
    for language in LANGUAGES:
        reading.word(language, "facts", fact, label(row, language) or label(row, "es") or fact)
        if isinstance(reading.asked.facts[fact], dict):
            _say_choices(_choices(tables, _kind(row)[1]), fact, language, reading)


def _say_choices(choices: list[Row], owner: str, language: str, reading: _Reading) -> None:
    texts = {_identifier(one.get("name")): label(one, language) or one.get("name") for one in choices}
    reading.word(language, "choices", owner, texts)


def _read_row(row: Row, tables: Tables, reading: _Reading) -> None:
    kind, listed = _kind(row)
    if kind == "begin_repeat":
        reading.notes.append(row.fault("protocols.form_repeat", name=row.get("name")))
    if kind in ("begin_group", "begin_repeat"):
        if row.get("name") != "facts":
            _chapter(row, reading)
        return
    if kind.startswith("end_") or kind in _SILENT:
        return
    if row.get("seal_id").endswith((" value", " note")) or row.get("name").startswith(("scope_", "scheme_year")):
        return  # read with the point that it belongs to
    if kind in ("note", "calculate", "hidden", "xml-external", "audio", "video", "barcode"):
        reading.notes.append(row.fault("protocols.form_left_out", name=row.get("name"), type=kind))
        return
    if not reading.chapters:
        _chapter(row, reading, unnamed=True)
    if len(reading.points) >= MAX_POINTS:
        raise BadInput("protocols.form_too_long", most=MAX_POINTS)
    _point(row, kind, listed, tables, reading)


def _chapter(row: Row, reading: _Reading, *, unnamed: bool = False) -> None:
    if reading.chapters and not any(point["chapter"] == reading.chapters[-1]["id"] for point in reading.points):
        reading.chapters.pop()  # a group that only holds other groups
    if len(reading.chapters) == 26:
        raise BadInput("protocols.form_too_many_groups", sheet=row.sheet, row=row.number)
    letter = chr(ord("A") + len(reading.chapters))
    reading.chapters.append({"id": letter, "min_percent": 0})
    for language in LANGUAGES:
        name = "" if unnamed else label(row, language) or label(row, "es") or row.get("name")
        reading.word(language, "chapters", letter, name or str(reading.base.words["es"]["title"]))


def _point(row: Row, kind: str, listed: str, tables: Tables, reading: _Reading) -> None:
    chapter = reading.chapters[-1]["id"]
    inside = sum(point["chapter"] == chapter for point in reading.points) + 1
    point_id = row.get("seal_id") or f"{prefix(reading.base.id)}-{chapter}{inside:02d}"
    level = row.get("seal_level") or "minor"
    if level not in set(Level):
        reading.notes.append(row.fault("protocols.form_level", name=row.get("name"), value=level))
        level = "minor"
    point: dict[str, Any] = {"id": point_id, "chapter": chapter, "level": level}
    point |= {"verify": [_VERIFY.get(kind, "observation")], "evidence": [_EVIDENCE.get(kind, "observation")]}
    condition = condition_of(row, reading.asked, reading.notes)
    point["na"] = "derived" if condition else "never" if level == "critical" else "justify"
    point |= {"fix_days": {"critical": 0, "major": 28, "minor": 90}.get(level), "source": ["XLSForm"], "sdg": [12]}
    if measure := _measure(row, kind, tables, reading):
        point["measure"] = measure
        point["verify"] = ["measurement"]
    if answer := _answer(row, kind, listed, tables, reading, point_id):
        point["answer"] = answer
    if condition:
        point["applies_if"] = condition
    reading.points.append(point)
    reading.rows.append(row.number)
    for language in LANGUAGES:
        said = label(row, language) or label(row, "es") or row.get("name")
        words = {"requirement": said, "public": said}
        if hint := label(row, language, "hint"):
            words["look_for"] = hint
        reading.word(language, "points", point_id, words)


def condition_of(row: Row, asked: Questions, notes: list[Reason]) -> dict[str, Any] | None:
    """``relevant`` as a condition over facts; ``None`` if there is none, and with a note for what cannot be said."""
    if not row.get("relevant"):
        return None
    try:
        return _over_facts(xpath.read(row.get("relevant")), asked)
    except xpath.NotUnderstoodError as error:
        notes.append(row.fault("protocols.form_relevant", name=row.get("name"), part=str(error)))
        return None


def _over_facts(condition: dict[str, Any], asked: Questions, wanted: bool = True) -> dict[str, Any] | None:
    """The same over facts, negations moved inwards. ``x = ''`` asks whether an answer is known, which a condition never
    needs to: it is left out (``None``)."""
    if "not" in condition:
        return _over_facts(condition["not"], asked, not wanted)
    for word, other in (("all", "any"), ("any", "all")):
        if word in condition:
            parts = [_over_facts(part, asked, wanted) for part in condition[word]]
            kept = [part for part in parts if part is not None]
            return (kept[0] if len(kept) == 1 else {word if wanted else other: kept}) if kept else None
    fact = asked.names.get(condition["fact"])
    if fact is None:
        raise xpath.NotUnderstoodError("${" + condition["fact"] + "}")
    if condition.get("is") == "":
        return None
    if asked.facts[fact] == "yes_no" and condition.get("is") in ("yes", "no"):
        return {"fact": fact} if (condition["is"] == "yes") is wanted else {"not": {"fact": fact}}
    leaf = {key: fact if key == "fact" else value for key, value in condition.items()}
    return leaf if wanted else {"not": leaf}


def limits_of(row: Row, notes: list[Reason]) -> dict[str, Any]:
    """``min`` and ``max`` of a constraint; nothing, with a note, for one that is not understood."""
    try:
        return xpath.bounds(row.get("constraint"))
    except xpath.NotUnderstoodError as error:
        notes.append(row.fault("protocols.form_constraint", name=row.get("name"), part=str(error)))
        return {}


def _measure(row: Row, kind: str, tables: Tables, reading: _Reading) -> dict[str, Any] | None:
    """Limits of a number from its constraint, in the unit of ``seal_unit`` or of the label's last parentheses."""
    own = next((other for other in tables["survey"] if other.get("seal_id") == f"{row.get('seal_id')} value"), None)
    source = own if own is not None and row.get("seal_id") else row if kind in ("integer", "decimal") else None
    if source is None:
        return None
    text = label(source, "es")
    unit = source.get("seal_unit") or (text.rstrip(")").rpartition("(")[2] if text.endswith(")") else "")
    if unit not in UNITS:
        reading.notes.append(row.fault("protocols.form_unit", name=row.get("name"), unit=unit or "—"))
        return None
    return {"quantity": _identifier(row.get("name")), "unit": unit, **limits_of(source, reading.notes)}


def _answer(
    row: Row, kind: str, listed: str, tables: Tables, reading: _Reading, point_id: str
) -> dict[str, Any] | None:
    if kind in _ANSWERS:
        return dict(_ANSWERS[kind])
    if "signature" in row.get("appearance"):
        return {"type": "signature"}
    choices = _choices(tables, listed)
    names = [_identifier(choice.get("name")) for choice in choices]
    if not names or listed.startswith("outcome"):
        return None
    if set(names) <= {"yes", "no"}:
        return {"type": "yes_no"}
    for language in LANGUAGES:
        _say_choices(choices, point_id, language, reading)
    if kind == "select_multiple":
        return {"type": "multi", "choices": names, "at_least": 1}
    reading.notes.append(row.fault("protocols.form_choices", name=row.get("name"), id=point_id))
    return {"type": "choice", "choices": dict.fromkeys(names, "compliant")}


def _identifier(text: str) -> str:
    """A name that the language takes: small letters, digits and underscores."""
    clean = "".join(sign if sign.isascii() and sign.isalnum() else "_" for sign in text.lower()).strip("_")
    return (clean if clean[:1].isalpha() else f"x_{clean}")[:40].rstrip("_") or "x_x"


def _made(reading: _Reading) -> Imported:
    base = reading.base
    drop = {"facts", "chapters", "points"}
    structure = {key: value for key, value in base.structure.items() if key not in drop}
    structure["status"] = "draft"
    structure |= {"facts": reading.asked.facts, "chapters": reading.chapters, "points": reading.points}
    words = {}
    for language in LANGUAGES:
        own = base.words.get(language) or base.words["es"]
        words[language] = {key: own[key] for key in ("schema", "id", "version", "title")}
        words[language] |= {"language": language, **reading.words.get(language, {})}
    changes = (Change("added", str(point["id"]), row) for point, row in zip(reading.points, reading.rows, strict=True))
    return Imported(Draft(structure, words), tuple(changes), tuple(reading.notes))
