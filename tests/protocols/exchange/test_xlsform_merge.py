"""A form of ours goes back into its protocol: what was changed in it, and nothing else."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest

from seal.protocols import loader
from seal.protocols.exchange import incoming, xlsform
from seal.protocols.exchange.draft import Draft, Imported, of_folder

Sheet = Any
OWN = [key for key in loader.versions(loader.shipped()) if key[0] not in ("territorio", "higiene")]


def parts(protocol_id: str) -> list[Draft]:
    own = of_folder(loader.shipped(), protocol_id, "0.1.0")
    return [own, *(of_folder(loader.shipped(), each["id"], each["version"]) for each in own.structure["includes"])]


def cell(sheet: Sheet, name: str, column: str) -> Any:
    header = [one.value for one in sheet[1]]
    row = next(row for row in sheet.iter_rows(min_row=2) if row[header.index("name")].value == name)
    return row[header.index(column)]


def edited(change: Callable[[Sheet], None], protocol_id: str = "miel") -> Imported:
    own = parts(protocol_id)
    book = openpyxl.load_workbook(io.BytesIO(xlsform.export(own)))
    change(book["survey"])
    out = io.BytesIO()
    book.save(out)
    return incoming.read(out.getvalue(), own[0])


def put(name: str, column: str, value: str | None) -> Callable[[Sheet], None]:
    def change(sheet: Sheet) -> None:
        cell(sheet, name, column).value = value

    return change


def changed(one: Imported) -> dict[str, tuple[str, ...]]:
    return {change.id: change.fields for change in one.changes if change.what != "kept"}


def point(one: Imported, point_id: str) -> dict[str, Any]:
    return next(point for point in one.draft.points if point["id"] == point_id)


@pytest.mark.parametrize("key", OWN)
def test_unchanged_it_changes_nothing(key: tuple[str, str]) -> None:
    own = parts(key[0])
    back = incoming.read(xlsform.export(own), own[0])
    assert back.draft == own[0]
    assert changed(back) == {}
    assert [(note.code, note.params["count"]) for note in back.notes] == [
        ("protocols.form_of_modules", sum(len(part.points) for part in own[1:]))
    ]


def test_other_words_are_taken_over() -> None:
    back = edited(put("MIEL_A01", "label::Español (es)", "Otra exigencia"))
    assert changed(back) == {"MIEL-A01": ("requirement::es",)}
    words = back.draft.text("es", "points")["MIEL-A01"]
    assert words["requirement"] == "Otra exigencia"
    assert words["public"] == parts("miel")[0].text("es", "points")["MIEL-A01"]["public"]


def test_another_level_is_taken_over_and_the_rest_of_the_point_stays() -> None:
    back = edited(put("MIEL_A02", "seal_level", "minor"))
    before = next(one for one in parts("miel")[0].points if one["id"] == "MIEL-A02")
    assert changed(back) == {"MIEL-A02": ("level",)}
    assert point(back, "MIEL-A02") == {**before, "level": "minor"}


def test_a_limit_is_taken_over_into_the_measure() -> None:
    back = edited(put("MIEL_D01_value", "constraint", ". <= 18"))
    assert changed(back) == {"MIEL-D01": ("measure",)}
    before = next(one for one in parts("miel")[0].points if one["id"] == "MIEL-D01")
    assert point(back, "MIEL-D01")["measure"] == {**before["measure"], "max": 18}


def test_another_condition_is_taken_over() -> None:
    back = edited(put("MIEL_A06", "relevant", "${fact_blends_lots} = 'yes'"))
    assert point(back, "MIEL-A06")["applies_if"] == {"fact": "blends_lots"}


def test_no_condition_any_more_brings_the_point_to_everybody() -> None:
    back = edited(put("MIEL_A06", "relevant", None))
    assert "applies_if" not in point(back, "MIEL-A06")
    assert point(back, "MIEL-A06")["na"] == "justify"


@pytest.mark.parametrize(
    ("name", "column", "value", "code"),
    [
        ("MIEL_A06", "relevant", "count(${x}) > 1", "protocols.form_relevant"),
        ("MIEL_D01_value", "constraint", "regex(., 'a')", "protocols.form_constraint"),
        ("MIEL_A02", "seal_level", "grave", "protocols.form_level_kept"),
    ],
)
def test_what_is_not_understood_is_named_and_changes_nothing(name: str, column: str, value: str, code: str) -> None:
    back = edited(put(name, column, value))
    assert code in [note.code for note in back.notes]
    assert changed(back) == {}


def test_a_new_question_is_named_and_not_guessed() -> None:
    def change(sheet: Sheet) -> None:
        sheet.append(["text", "extra", "Otra pregunta"])

    back = edited(change)
    (note,) = [note for note in back.notes if note.code == "protocols.form_not_added"]
    assert note.params["name"] == "extra"
    assert back.draft == parts("miel")[0]


def test_a_deleted_row_leaves_its_point() -> None:
    def change(sheet: Sheet) -> None:
        sheet.delete_rows(cell(sheet, "MIEL_A01", "name").row)

    assert edited(change).draft == parts("miel")[0]
