"""Built-in faces on every kind of paper: read at 300 dpi, quiet zone clean by pixel, long names, both languages."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st

from seal.errors import Refused
from seal.ids import Code
from seal.labels import drawing as labels
from seal.labels import sheet
from seal.labels.faces import checking, drawing, essentials
from seal.labels.faces import words as words_of
from seal.labels.faces.pieces import Face, Spot, Text
from seal.labels.formats import BUILT_IN, Format
from seal.labels.sheet import LabelView
from seal.printing import reading, service
from seal.printing.fitting import fitted, width_mm, wrapped
from seal.printing.stationery import Branding
from seal.protocols import service as protocols

AT = datetime(2026, 11, 21, 12, tzinfo=UTC)
HERE = Branding("Sabores de Aysén", "https://sello.aysen.example", "Aysén")
CODE = Code(0x3A8923F521, 87).printed
DIGITS = str(int.from_bytes(b"\x01" + b"\x11" + (87).to_bytes(2) * 41))
VIEW = LabelView("Miel de flores silvestres", "500 g", "Colmenas Cárcamo", "Río Ibáñez", "CC-26V-03", 212,
                date(2028, 3, 3), date(2027, 3, 30))  # fmt: skip
NOTES = (("Contiene: leche", "Contains: milk"), ("Guardar en un lugar fresco", "Keep in a cool place"))
LONG = replace(
    VIEW,
    product="Miel cremada de flores silvestres con calafate, murta y maqui",
    maker="Apícola Ñirehuao y Compañía de la Cordillera de los Hermanos",
    lot="LOTE-2026-VERANO-123",
    units=65_535,
)
LONG_HOUSE = Branding("Asociación de Productores del Lago General Carrera y Baker X",
                      "http://localhost:8080/a/sabores", "Aysén", demonstration=True)  # fmt: skip
CASES = {
    "jar": ("jar-a4", VIEW, HERE),
    "jar with notes": ("jar-a4", replace(VIEW, notes=NOTES), HERE),
    "jar, all long": ("jar-a4", LONG, LONG_HOUSE),
    "sheet, all long": ("a4-24", LONG, LONG_HOUSE),
    "tag": ("tag-a4", replace(VIEW, serial="piece", use_by=None), HERE),
    "tag, long maker": ("tag-a4", LONG, HERE),
    "round": ("round-a4", VIEW, HERE),
    "round, demonstration": ("round-a4", VIEW, replace(HERE, base=LONG_HOUSE.base, demonstration=True)),
    "round, long association": ("round-a4", VIEW, replace(LONG_HOUSE, base=HERE.base)),
    "round, by the lot": ("round-a4", replace(VIEW, serial="lot"), HERE),
}


def fit_on(format: Format, branding: Branding) -> sheet.Fit:
    return sheet.fit(branding.qr_prefix, DIGITS, CODE, space_mm=format.space_mm)


@pytest.fixture(scope="module")
def drawn() -> dict[str, bytes]:
    """One label of every case as it is printed, its page cut to the label; drawn once."""

    async def draw() -> dict[str, bytes]:
        made = {}
        for name, (id, view, branding) in CASES.items():
            one = labels.UnitLabel(87, CODE, DIGITS, "")
            alone = replace(BUILT_IN[id], medium="roll", page_mm=BUILT_IN[id].label_mm, columns=1, rows=1,
                            margin_mm=(0.0, 0.0))  # fmt: skip
            plan = await labels.plan(alone, view, branding, one, at=AT, title=name)
            made[name] = await labels.pdf(plan, [one])
        return made

    return asyncio.run(draw())


def square(format: Format, face: Face, fit: sheet.Fit) -> checking.Square:
    spot = next(one for one in face.pieces if isinstance(one, Spot) and one.name == "symbol")
    off = (format.space_mm - fit.side_mm) / 2
    return checking.Square(spot.left + off, spot.top + off, fit.side_mm, fit.symbol.modules)


@pytest.mark.parametrize("name", CASES)
async def test_a_face_says_all_that_must_be_read_and_nothing_enters_its_symbol(name, drawn):
    id, view, branding = CASES[name]
    format = BUILT_IN[id]
    face, fit = drawing.built_in(format, view, branding), fit_on(format, branding)
    assert await service.page_count(drawn[name]) == 1
    picture = await service.image(drawn[name], dpi=checking.CHECK_DPI)
    said = essentials.of(view, branding, code=CODE, unit=f"87/{view.units}", small=format.shape != "rect")
    for left_out in face.left_out:
        said.pop(left_out, None)
    found = checking.faults(
        picture, reading.glyphs(drawn[name]), square(format, face, fit), said,
        size=format.label_mm, round_=format.shape == "round",
    )  # fmt: skip
    assert found == ()
    printed = await service.image(drawn[name])
    assert [one.text for one in zxingcpp.read_barcodes(printed)] == [fit.symbol.text]


def words(drawn: bytes) -> str:
    return checking.folded("".join(one.text for one in reading.glyphs(drawn)))


@pytest.mark.parametrize("name", ["jar", "jar, all long", "sheet, all long", "tag", "round"])
def test_what_people_are_told_stands_in_both_languages(name, drawn):
    said = words(drawn[name])
    house = CASES[name][2]
    pairs = [("hasta", "until")]
    if not (house.demonstration and name.startswith("tag")):
        pairs.append(("Conozca a quien lo hizo", "Meet the maker"))
    if not name.startswith("round"):
        pairs.append(("Certificado por", "Certified by"))
    if house.demonstration:
        pairs.append(("Demostración", "Demonstration"))
    for pair in pairs:
        for one in pair:
            assert checking.folded(one) in said, one


def test_notes_are_printed_where_there_is_room_and_told_where_there_is_none(drawn):
    for name in ("jar with notes",):
        for note in NOTES:
            for one in note:
                assert checking.folded(one) in words(drawn[name])
    assert "notes" in drawing.built_in(BUILT_IN["round-a4"], replace(VIEW, notes=NOTES), HERE).left_out


def test_a_product_that_is_sealed_by_the_lot_bears_no_numbers(drawn):
    assert not [one for one in drawing.built_in(BUILT_IN["jar-a4"], replace(VIEW, serial="lot"), HERE).pieces
                if isinstance(one, Spot) and one.name == "unit"]  # fmt: skip
    assert "87/212" not in words(drawn["round, by the lot"])


def test_a_label_without_room_for_an_essential_is_refused_by_its_name():
    for format, view, house, part in (
        ("round-a4", LONG, HERE, "maker"),
        ("round-a4", VIEW, LONG_HOUSE, "address"),
        ("tag-a4", replace(LONG, lot="L" * 20), LONG_HOUSE, "association"),
    ):
        with pytest.raises(Refused, match=r"labels.face_no_room") as refused:
            drawing.built_in(BUILT_IN[format], view, house)
        assert refused.value.reasons[0].params["face_part"] == part


@settings(max_examples=40, deadline=None)
@given(
    st.sampled_from(["jar-a4", "a4-24", "letter-10", "tag-a4", "round-a4"]),
    st.text("abcdeñÑM W", min_size=1, max_size=60).filter(str.strip),
    st.text("aeiouRTW -", min_size=1, max_size=60).filter(str.strip),
    st.text("A1-", min_size=1, max_size=20),
    st.integers(1, 65_535),
    st.sampled_from(["unit", "piece", "lot"]),
)
def test_no_word_of_any_face_enters_the_symbol_or_leaves_the_label(id, product, maker, lot, units, serial):
    format = BUILT_IN[id]
    view = replace(VIEW, product=product, maker=maker, lot=lot, units=units, serial=serial)
    try:
        face = drawing.built_in(format, view, HERE)
    except Refused:
        return  # named and tested above
    symbol = next(one for one in face.pieces if isinstance(one, Spot) and one.name == "symbol")
    for text in (one for one in face.pieces if isinstance(one, Text) and not one.turn):
        high = text.size * 25.4 / 72
        assert text.size >= 5.2
        assert width_mm(text.text, text.size, weight=text.weight) <= text.width + 0.6
        assert 0 <= text.top <= text.top + high <= format.label_mm[1]
        over = text.left < symbol.left + symbol.width and text.left + text.width > symbol.left
        assert not over or text.top + high <= symbol.top + 0.3 or text.top >= symbol.top + symbol.height


@given(st.text("abñ W", max_size=60), st.floats(8, 60))
def test_wrapping_loses_no_letter_and_keeps_within_the_width(text, width):
    lines = wrapped(text, 6.0, width)
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert all(width_mm(line, 6.0) <= width or len(line) == 1 for line in lines)


def test_a_word_is_broken_only_at_the_least_size():
    assert fitted("Extraordinariamente", 12, (8.0, 5.2), most=2).size == 5.2
    assert fitted("Miel", 12, (8.0, 5.2)).size == 8.0
    assert fitted("Extraordinariamente", 3, (5.2,), most=2) is None


def test_the_label_rules_of_a_protocol_are_printed_in_both_languages():
    library = {one.id: one for one in protocols.library().values()}
    cheese, jam = library["queso"], library["mermelada"]
    said = words_of.notes(cheese)
    assert said[0] == ("Contiene: leche", "Contains: milk")
    assert all(one and other for one, other in said)
    assert ("Una vez abierto, refrigerar", "Once opened, refrigerate") in words_of.notes(jam)
