"""XLSForm: an outside converter takes ours; ours and others' come back as drafts; what is lost is named by row."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pyxform.xls2xform import convert

from seal.errors import BadInput
from seal.protocols import loader
from seal.protocols.exchange import incoming, workbook, xlsform
from seal.protocols.exchange.draft import Draft, Imported, of_folder, write
from seal.protocols.exchange.skeleton import draft as skeleton

MIEL = ("miel", "territorio", "higiene")


def base() -> Draft:
    return skeleton("pan", "0.1.0", {"es": "Pan de campo", "en": "Country bread"}, [])


def imported(survey: list[dict[str, str]], choices: list[dict[str, str]] | None = None) -> Imported:
    columns = ("type", "name", "label", "label::English (en)", "relevant", "constraint", "seal_level")
    tables: dict[str, Any] = {"survey": (columns, survey)}
    tables["choices"] = (("list_name", "name", "label"), choices or [])
    return incoming.read(workbook.write(tables), base())


def notes(one: Imported) -> list[tuple[str, Any]]:
    return [(note.code, note.params["row"]) for note in one.notes]


@pytest.mark.parametrize("key", [key for key in loader.versions(loader.shipped()) if key[0] not in MIEL[1:]])
def test_an_outside_converter_takes_ours(key: tuple[str, str], tmp_path: Path) -> None:
    own = of_folder(loader.shipped(), *key)
    parts = [own, *(of_folder(loader.shipped(), each["id"], each["version"]) for each in own.structure["includes"])]
    form = tmp_path / "form.xlsx"
    form.write_bytes(xlsform.export(parts))
    made = convert(xlsform=str(form), validate=False)
    for part in parts:
        for point in part.points:
            place = f"/data/{part.id}_{point['chapter']}/{xlsform.name_of(point['id'])}"
            assert f'ref="{place}"' in made.xform


def test_somebody_elses_form_becomes_a_protocol_that_checks(tmp_path: Path) -> None:
    one = imported(
        [
            {"type": "begin_group", "name": "g1", "label": "Taller", "label::English (en)": "Workshop"},
            {"type": "select_one yn", "name": "sells", "label": "¿Vende pan?", "label::English (en)": "Sells bread?"},
            {"type": "select_one yn", "name": "clean", "label": "Mesón limpio", "relevant": "${sells} = 'yes'"},
            {"type": "decimal", "name": "salt", "label": "Sal (g/100g)", "constraint": ". >= 0 and . <= 2"},
            {"type": "image", "name": "oven", "label": "Foto del horno", "seal_level": "major"},
            {"type": "end_group"},
        ],
        [{"list_name": "yn", "name": "yes", "label": "Sí"}, {"list_name": "yn", "name": "no", "label": "No"}],
    )
    assert notes(one) == []
    assert [(point["id"], point["level"]) for point in one.draft.points] == [
        ("PAN-A01", "minor"), ("PAN-A02", "minor"), ("PAN-A03", "major"),
    ]  # fmt: skip
    assert one.draft.points[0]["applies_if"] == {"fact": "sells"}
    assert one.draft.points[0]["answer"] == {"type": "yes_no"}
    assert one.draft.points[1]["measure"] == {"quantity": "salt", "unit": "g/100g", "min": 0, "max": 2}
    assert one.draft.points[2]["answer"] == {"type": "photo"}
    assert one.draft.text("es", "chapters") == {"A": "Taller"}
    write(one.draft, tmp_path)
    assert len(loader.load(tmp_path, "pan", "0.1.0").points) == 3


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ({"type": "note", "name": "hello", "label": "Hola"}, "protocols.form_left_out"),
        ({"type": "calculate", "name": "sum", "label": "x"}, "protocols.form_left_out"),
        ({"type": "begin_repeat", "name": "again", "label": "Otra"}, "protocols.form_repeat"),
        ({"type": "decimal", "name": "w", "label": "Peso"}, "protocols.form_unit"),
        (
            {"type": "decimal", "name": "w", "label": "Sal (%)", "constraint": "regex(., 'a')"},
            "protocols.form_constraint",
        ),
        ({"type": "text", "name": "w", "label": "Algo", "relevant": "count(${b}) > 1"}, "protocols.form_relevant"),
        ({"type": "text", "name": "w", "label": "Algo", "relevant": "${nobody} = 'x'"}, "protocols.form_relevant"),
        ({"type": "text", "name": "w", "label": "Algo", "seal_level": "grave"}, "protocols.form_level"),
        ({"type": "select_one kind", "name": "w", "label": "Tipo"}, "protocols.form_choices"),
    ],
)
def test_what_has_no_counterpart_is_named_by_its_row(row: dict[str, str], code: str) -> None:
    first = {"type": "text", "name": "first", "label": "Primera"}
    choices = [{"list_name": "kind", "name": "round", "label": "Redondo"}]
    assert (code, 3) in notes(imported([first, row], choices))


def test_a_form_without_questions_is_refused() -> None:
    with pytest.raises(BadInput) as caught:
        imported([{"type": "note", "name": "hello", "label": "Hola"}])
    assert caught.value.code == "protocols.form_without_questions"


def test_the_skeleton_is_a_protocol_that_checks(tmp_path: Path) -> None:
    write(base(), tmp_path)
    assert loader.load(tmp_path, "pan", "0.1.0").status == "draft"
