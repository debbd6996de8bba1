"""The A4 sheet of 24: geometry, sizes, words beside the QR, and every printed code read back."""

import io
import re
from dataclasses import replace
from datetime import UTC, date, datetime

import pypdfium2
import pytest
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from seal.errors import Refused
from seal.ids import Code
from seal.labels import drawing, sheet
from seal.labels.drawing import UnitLabel
from seal.labels.faces.drawing import built_in
from seal.labels.formats import SHEET_24
from seal.printing import service
from seal.printing.stationery import Branding

AT = datetime(2026, 11, 21, 12, tzinfo=UTC)
HERE = Branding("Sabores de Aysén", "https://sello.aysen.example", "Aysén")
ID = 0x3A8923F521
SPACE_LEFT_MM, SPACE_TOP_MM = 2.2, 1.1


LABEL = sheet.LabelView(
    "Miel de flores silvestres", "500 g", "Colmenas Cárcamo", "Río Ibáñez", "CC-26V-03", 212, date(2028, 3, 3),
    date(2027, 3, 30),
)  # fmt: skip


def unit(number: int) -> UnitLabel:
    digits = str(int.from_bytes(b"\x01" + b"\x11" + number.to_bytes(2, "big") * 41, "big"))
    assert len(digits) == 200
    return UnitLabel(number, Code(ID, number).printed, digits, "")


async def printed(units, branding=HERE, label=LABEL, **options) -> bytes:
    example = next(one for one in units if one is not None)
    plan = await drawing.plan(SHEET_24, label, branding, example, at=AT, title="Etiquetas", **options)
    return await drawing.pdf(plan, units)


def html(label: sheet.LabelView = LABEL, branding: Branding = HERE) -> str:
    drawn = sheet.fit(branding.qr_prefix, unit(1).digits, unit(1).code)
    return drawing.face_html(built_in(SHEET_24, label, branding), label, branding, drawn, unit(1).code)


async def codes(made: bytes, page: int = 0) -> dict[str, tuple[float, float]]:
    """Every QR text on a page with its middle in millimetres."""
    image = Image.open(io.BytesIO(await service.png(made, page=page, dpi=300)))
    found = {}
    for code in zxingcpp.read_barcodes(image):
        corners = [code.position.top_left, code.position.bottom_right]
        middle = [sum(getattr(corner, axis) for corner in corners) / 2 / 300 * 25.4 for axis in ("x", "y")]
        found[code.text] = (middle[0], middle[1])
    return found


async def test_all_24_are_read_back_at_300_dpi_each_in_its_place():
    units = [unit(number) for number in range(1, 25)]
    made = await printed(units)
    found = await codes(made)
    assert set(found) == {HERE.qr_prefix + one.digits for one in units}
    for position, one in enumerate(units, start=1):
        x, y = found[HERE.qr_prefix + one.digits]
        place = SHEET_24.place(position)
        assert abs(x - (place.left + SPACE_LEFT_MM + sheet.SPACE_MM / 2)) < 0.4
        assert abs(y - (place.top + SPACE_TOP_MM + sheet.SPACE_MM / 2)) < 0.4
    assert await service.page_count(made) == 1


@pytest.mark.parametrize("demonstration", [False, True])
async def test_the_essentials_stand_in_words_beside_the_code(demonstration):
    made = await printed([unit(87)], replace(HERE, demonstration=demonstration))
    text = pypdfium2.PdfDocument(made)[0].get_textpage().get_text_bounded()
    for words in (
        "Sabores de Aysén", "Certificado por", "Certified by", "Miel de flores silvestres", "500 g", "Colmenas Cárcamo",
        "Río Ibáñez", "CC-26V-03", "87/212", "3 mar 2028", "30 mar 2027", Code(ID, 87).printed, "sello.aysen.example",
        "Conozca a quien lo hizo", "Meet the maker",
    ):  # fmt: skip
        assert words in text, words
    assert ("DEMOSTRACIÓN" in text, "DEMONSTRATION" in text) == (demonstration, demonstration)


async def test_voided_and_used_positions_stay_blank_and_the_rest_run_over_to_a_second_sheet():
    units = [unit(1), None, *(unit(number) for number in range(3, 26))]
    made = await printed(units, start=4)
    first, second = await codes(made, 0), await codes(made, 1)
    assert await service.page_count(made) == 2 == SHEET_24.pages(25, 4)
    assert len(first) + len(second) == 24
    assert HERE.qr_prefix + unit(2).digits not in first
    blank = [SHEET_24.place(position) for position in (1, 2, 3, 5)]
    for x, y in first.values():
        assert not any(p.left <= x <= p.left + 70 and p.top <= y <= p.top + 37 for p in blank)


async def test_the_longest_words_leave_the_quiet_zone_alone():
    long = unit(65_535)
    label = replace(LABEL, product="Miel cremada de flores silvestres con calafate y murta",
                    maker="Apícola Ñirehuao y Compañía", lot="LOTE-2026-VERANO-123", units=65_535,
                    commune="Guaitecas")  # fmt: skip
    house = Branding("Asociación de Productores del Lago General Carrera", "http://localhost:8080/a/sabores-demo",
                     "Aysén", demonstration=True)  # fmt: skip
    made = await printed([long], house, label)
    image = Image.open(io.BytesIO(await service.png(made, dpi=600))).convert("L")
    fit = sheet.fit(house.qr_prefix, long.digits, long.code)
    side, dots = fit.side_mm, 600 / 25.4
    left = SPACE_LEFT_MM + (sheet.SPACE_MM - side) / 2
    top = SHEET_24.margin_mm[1] + SPACE_TOP_MM + (sheet.SPACE_MM - side) / 2
    zone = image.crop(tuple(round(v * dots) for v in (left, top, left + side, top + side)))
    quiet = round(4 * fit.module_mm * dots) - 2
    inner = Image.new("L", (zone.width - 2 * quiet, zone.height - 2 * quiet), 255)
    zone.paste(inner, (quiet, quiet))
    assert zone.getextrema() == (255, 255)
    text = pypdfium2.PdfDocument(made)[0].get_textpage().get_text_bounded()
    assert "65535/65535" in text
    assert set(await codes(made)) == {house.qr_prefix + long.digits}


def test_words_from_people_cannot_become_markup():
    assert "<script>" not in html(replace(LABEL, maker="<script>alert(1)</script>"))


@pytest.mark.parametrize(
    ("host", "version", "module_um", "signed", "warning"),
    [
        ("s.cl", 6, 508, True, None),
        ("sello.aysen.example", 6, 508, True, None),
        ("x" * 22 + ".cl", 7, 508, True, None),
        ("x" * 50 + ".cl", 8, 474, True, "labels.qr_small"),
        ("x" * 90 + ".cl", 9, 443, True, "labels.qr_small"),
        ("x" * 140 + ".cl", 7, 508, False, "labels.qr_short_code"),
    ],
)
def test_the_signed_token_where_it_fits_else_a_warning_else_the_short_code(host, version, module_um, signed, warning):
    drawn = sheet.fit(f"HTTPS://{host.upper()}/", unit(1).digits, unit(1).code)
    assert (drawn.symbol.version, drawn.signed) == (version, signed)
    assert abs(round(drawn.module_mm * 1000) - module_um) <= 1
    assert (drawn.warning.code if drawn.warning else None) == warning
    assert drawn.side_mm <= sheet.SPACE_MM + 1e-9


def test_a_code_that_would_be_too_small_is_refused():
    with pytest.raises(Refused) as refused:
        sheet.fit(f"HTTPS://{'X' * 300}.CL/", unit(1).digits, unit(1).code)
    assert refused.value.code == "labels.qr_too_small"


@given(st.integers(21, 177), st.floats(10, 60))
def test_no_module_is_ever_under_the_least_and_none_outgrows_its_space(side, space):
    module = sheet.module_size(side, space)
    if module is None:
        assert space / side < sheet.LEAST_MM
    else:
        assert module >= sheet.LEAST_MM
        assert side * module <= space + 1e-9
        assert module >= sheet.AIM_MM or side * sheet.AIM_MM > space


@given(st.integers(1, 24), st.integers(1, 24))
def test_labels_fill_the_page_and_never_overlap(one, other):
    a, b = SHEET_24.place(one), SHEET_24.place(other)
    assert 0 <= a.left <= 140
    assert a.top + SHEET_24.label_mm[1] <= 297
    if one != other:
        assert abs(a.left - b.left) >= 70 or abs(a.top - b.top) >= 37


async def test_positions_and_offsets_have_limits():
    for start in (0, 25):
        with pytest.raises(ValueError, match="positions"):
            await printed([unit(1)], start=start)
    with pytest.raises(ValueError, match="offset"):
        await printed([unit(1)], offset_mm=(6, 0))
    with pytest.raises(ValueError, match="offset"):
        SHEET_24.place(1, offset_mm=(6, 0))
    x, y = next(iter((await codes(await printed([unit(1)]))).values()))
    moved_x, moved_y = next(iter((await codes(await printed([unit(1)], offset_mm=(1.5, -0.5)))).values()))
    assert (round(moved_x - x, 1), round(moved_y - y, 1)) == (1.5, -0.5)


def test_no_text_is_smaller_than_can_be_read():
    drawn = html(branding=replace(HERE, demonstration=True)).split("@page")[1]
    assert min(float(size) for size in re.findall(r"font-size:([\d.]+)pt", drawn)) >= 5.2


def serials(document: bytes, dpi: int = 150) -> tuple[list[list[str]], list[str]]:
    """What every QR of every page says, and the page's words; each page is drawn as a printer would."""
    codes, words = [], []
    opened = pypdfium2.PdfDocument(document)
    for page in opened:
        image = page.render(scale=dpi / 72, grayscale=True).to_pil()
        found = zxingcpp.read_barcodes(image, zxingcpp.BarcodeFormat.QRCode, try_rotate=False, try_downscale=False)
        codes.append([code.text for code in found])
        words.append(page.get_textpage().get_text_bounded())
    opened.close()
    return codes, words


@pytest.mark.parametrize("count", [480, pytest.param(10_000, marks=pytest.mark.deep)])
async def test_every_code_of_a_run_says_its_own_serial(count):
    label = replace(LABEL, units=count)
    units = [None if number % 97 == 5 else unit(number) for number in range(1, count + 1)]
    made = await printed(units, label=label, start=7)
    assert made == await printed(units, label=label, start=7)
    codes, words = serials(made)
    assert len(codes) == SHEET_24.pages(count, 7)
    places = [None] * 6 + units
    for page, (found, said) in enumerate(zip(codes, words, strict=True)):
        wanted = [one for one in places[page * 24 : page * 24 + 24] if one is not None]
        assert sorted(found) == sorted(HERE.qr_prefix + one.digits for one in wanted)
        lines = said.split()
        assert [line for line in lines if re.fullmatch(r"\d+/\d+", line)] == [f"{one.number}/{count}" for one in wanted]
        assert [line for line in lines if re.fullmatch(r"\w{4}-\w{4}-\w{4}-\w", line)] == [one.code for one in wanted]
