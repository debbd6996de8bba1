"""The keyed spreadsheet: there and back nothing is lost, and each way to be wrong is named by sheet and row."""

from __future__ import annotations

import io
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import openpyxl
import pytest

from seal.errors import BadInput
from seal.protocols import loader
from seal.protocols.exchange import sheet, workbook
from seal.protocols.exchange.draft import Draft, Imported, of_folder


def sheet_read(raw: bytes, base: Draft, *, remove_missing: bool = False) -> Imported:
    return sheet.read(workbook.read(raw), base, remove_missing=remove_missing)


def miel() -> Draft:
    return of_folder(loader.shipped(), "miel", "0.1.0")


def edited(raw: bytes, change: Callable[[Any], None]) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(raw))
    change(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def column(book: Any, name: str) -> int:
    return [cell.value for cell in book["points"][1]].index(name) + 1


def with_cell(row: int, name: str, value: Any) -> Imported:
    def change(book: Any) -> None:
        book["points"].cell(row=row, column=column(book, name)).value = value

    return sheet_read(edited(sheet.export(miel()), change), miel())


def codes(raw: bytes) -> list[tuple[str, Any]]:
    with pytest.raises(BadInput) as caught:
        sheet_read(raw, miel())
    return [(reason.code, reason.params.get("row")) for reason in caught.value.reasons]


@pytest.mark.parametrize("key", loader.versions(loader.shipped()))
def test_there_and_back_nothing_changes(key: tuple[str, str]) -> None:
    draft = of_folder(loader.shipped(), *key)
    back = sheet_read(sheet.export(draft), draft)
    assert back.draft.structure == draft.structure
    assert back.draft.words == draft.words
    assert {change.what for change in back.changes} == {"kept"}


def test_rows_may_stand_in_any_order() -> None:
    def change(book: Any) -> None:
        rows = list(book["points"].iter_rows(min_row=2, values_only=True))
        for place, row in enumerate(reversed(rows), start=2):
            for at, value in enumerate(row, start=1):
                book["points"].cell(row=place, column=at).value = value

    back = sheet_read(edited(sheet.export(miel()), change), miel())
    assert back.draft.structure == miel().structure


def test_a_changed_cell_changes_its_point_alone() -> None:
    back = with_cell(2, "requirement::es", "Otra cosa")
    changed = [change for change in back.changes if change.what == "changed"]
    assert [(change.id, change.fields) for change in changed] == [("MIEL-A01", ("requirement::es",))]
    assert back.draft.words["es"]["points"]["MIEL-A01"]["requirement"] == "Otra cosa"
    assert back.draft.structure == miel().structure


def test_a_number_typed_as_a_number_is_that_number() -> None:
    back = with_cell(3, "max", 20.04)
    assert back.draft.points[1]["measure"]["max"] == Decimal("20.04")


def test_a_new_id_is_a_new_point() -> None:
    def change(book: Any) -> None:
        book["points"].append(["MIEL-Z01", "A", "minor"])

    back = sheet_read(edited(sheet.export(miel()), change), miel())
    assert [change.id for change in back.changes if change.what == "added"] == ["MIEL-Z01"]
    assert back.draft.points[-1] == {"id": "MIEL-Z01", "chapter": "A", "level": "minor"}


def test_a_missing_row_is_kept_unless_removal_is_asked_for() -> None:
    raw = edited(sheet.export(miel()), lambda book: book["points"].delete_rows(2))
    assert sheet_read(raw, miel()).draft.points[0]["id"] == "MIEL-A01"
    removed = sheet_read(raw, miel(), remove_missing=True)
    assert removed.draft.points[0]["id"] == "MIEL-A02"
    assert removed.draft.structure["retired"] == ["MIEL-A01"]
    assert "MIEL-A01" not in removed.draft.words["es"]["points"]


def test_a_row_without_id_is_named() -> None:
    raw = edited(sheet.export(miel()), lambda book: book["points"].append(["", "A", "minor"]))
    assert codes(raw) == [("protocols.row_without_id", len(miel().points) + 2)]


def test_an_id_twice_is_named() -> None:
    raw = edited(sheet.export(miel()), lambda book: book["points"].append(["MIEL-A01", "A", "minor"]))
    assert codes(raw) == [("protocols.row_twice", len(miel().points) + 2)]


@pytest.mark.parametrize("column_name", ["applies_if", "more"])
def test_a_cell_that_cannot_be_read_is_named(column_name: str) -> None:
    def change(book: Any) -> None:
        book["points"].cell(row=2, column=column(book, column_name)).value = "{fact: [a"

    assert codes(edited(sheet.export(miel()), change))[0] == ("protocols.cell_not_read", 2)


def test_a_workbook_without_points_is_named() -> None:
    def change(book: Any) -> None:
        book["points"].title = "otra"

    assert codes(edited(sheet.export(miel()), change)) == [("protocols.workbook_sheet", None)]


def test_two_columns_of_one_name_are_named() -> None:
    def change(book: Any) -> None:
        book["points"].cell(row=1, column=2).value = "id"

    assert codes(edited(sheet.export(miel()), change))[0][0] == "protocols.workbook_columns"


def test_what_is_no_workbook_is_named() -> None:
    assert codes(b"PK\x03\x04 not really")[0][0] == "protocols.not_a_workbook"


def test_a_workbook_that_unpacks_to_too_much_is_refused_before_it_is_unpacked() -> None:
    import zipfile

    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", b"0" * 30_000_000)
    assert codes(out.getvalue())[0][0] == "protocols.workbook_too_big"


def test_words_that_begin_like_a_formula_stay_words() -> None:
    base = miel()
    words = {**base.words["es"]["points"]["MIEL-A01"], "requirement": "=1+1"}
    points = {**base.words["es"]["points"], "MIEL-A01": words}
    draft = base.with_points(base.points, {**base.words, "es": {**base.words["es"], "points": points}})
    book = openpyxl.load_workbook(io.BytesIO(sheet.export(draft)))
    assert book["points"].cell(row=2, column=column(book, "requirement::es")).data_type == "s"
    assert sheet_read(sheet.export(draft), base).draft.words["es"]["points"]["MIEL-A01"]["requirement"] == "=1+1"
