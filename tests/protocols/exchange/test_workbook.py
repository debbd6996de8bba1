"""Workbooks that somebody made to hurt: each is refused by name, and soon."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable

import openpyxl
import pytest

from seal.errors import BadInput
from seal.protocols.exchange import workbook

Members = dict[str, bytes]
SHEET = "xl/worksheets/sheet1.xml"
STRINGS = "xl/sharedStrings.xml"


def members() -> Members:
    """Of a workbook as another program writes it."""
    book = openpyxl.Workbook()
    book.active.title = "Points"
    book.active.append(["id", "level"])
    book.active.append(["A-1", "major"])
    out = io.BytesIO()
    book.save(out)
    with zipfile.ZipFile(out) as packed:
        inside = {name: packed.read(name) for name in packed.namelist()}
    return shared(inside)


def shared(inside: Members) -> Members:
    """With the texts of the cells in a part of their own, as most programs keep them."""
    texts = re.findall(rb"<is>(<t>[^<]*</t>)</is>", inside[SHEET])
    for place, text in enumerate(texts):
        inside[SHEET] = inside[SHEET].replace(b"<is>" + text + b"</is>", b"<v>%d</v>" % place)
    inside[SHEET] = inside[SHEET].replace(b'"inlineStr"', b'"s"')
    space = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    inside[STRINGS] = (
        b'<sst xmlns="' + space + b'">' + b"".join(b"<si>" + text + b"</si>" for text in texts) + b"</sst>"
    )
    kind = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    named = b'<Override PartName="/' + STRINGS.encode() + b'" ContentType="' + kind + b'"/></Types>'
    inside["[Content_Types].xml"] = inside["[Content_Types].xml"].replace(b"</Types>", named)
    return inside


def packed(inside: Members, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as made:
        for name, body in inside.items():
            made.writestr(name, body)
    return out.getvalue()


def edited(name: str, change: Callable[[bytes], bytes]) -> bytes:
    inside = members()
    before = inside[name]
    inside[name] = change(before)
    assert inside[name] != before
    return packed(inside)


def code(raw: bytes) -> str:
    with pytest.raises(BadInput) as refused:
        workbook.read(raw)
    return refused.value.code


@pytest.mark.parametrize("ours", [True, False])
def test_what_was_written_is_read(ours: bool) -> None:
    cells = {"id": "A-1", "level": "major"}
    raw = workbook.write({"points": (("id", "level"), [cells])}) if ours else packed(members())
    (row,) = workbook.read(raw)["points"]
    assert dict(row.cells) == cells


def test_pictures_and_themes_do_not_count_and_are_not_read() -> None:
    heavy = {**members(), "xl/media/image1.png": b"0" * 9_000_000, "xl/theme/theme1.xml": b"<!DOCTYPE", "x.xml": b"<"}
    assert len(workbook.read(packed(heavy))["points"]) == 1


def test_a_string_that_is_not_there() -> None:
    assert code(edited(SHEET, lambda raw: raw.replace(b"<v>0</v>", b"<v>99</v>"))) == "protocols.not_a_workbook"


def test_an_encrypted_member() -> None:
    raw = bytearray(packed(members()))
    for sign, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = raw.find(sign)
        while at >= 0:
            raw[at + place] |= 1
            at = raw.find(sign, at + 4)
    assert code(bytes(raw)) == "protocols.not_a_workbook"


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_compression_that_no_spreadsheet_has(method: int) -> None:
    assert code(packed(members(), method)) == "protocols.not_a_workbook"


def test_an_unknown_compression() -> None:
    raw = packed(members(), zipfile.ZIP_STORED)
    parts = raw.split(b"PK\x01\x02")
    unknown = [part[:6] + b"\x63\x00" + part[8:] for part in parts[1:]]
    assert code(b"PK\x01\x02".join([parts[0], *unknown])) == "protocols.not_a_workbook"


def test_a_damaged_member() -> None:
    raw = bytearray(packed(members()))
    name = b"xl/workbook.xml"
    at = raw.find(name) + len(name)
    raw[at : at + 40] = b"\xff" * 40
    assert code(bytes(raw)) == "protocols.not_a_workbook"


BOMB = b"""<!DOCTYPE x [<!ENTITY a "%s">%s]>""" % (
    b"ha" * 10,
    b"".join(b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9)),
)
FILE = b"""<!DOCTYPE x [<!ENTITY j SYSTEM "file:///etc/passwd">]>"""


@pytest.mark.parametrize("doctype", [BOMB, FILE])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("member", [SHEET, STRINGS, "xl/workbook.xml", "xl/styles.xml"])
def test_entities(doctype: bytes, encoding: str, member: str) -> None:
    def change(raw: bytes) -> bytes:
        text = raw.decode().partition("?>")[2] if raw.startswith(b"<?xml") else raw.decode()
        text = text.replace("<t>id</t>", "<t>&j;</t>")
        return f'<?xml version="1.0" encoding="{encoding}"?>{doctype.decode()}{text}'.encode(encoding)

    assert code(edited(member, change)) == "protocols.not_a_workbook"


def test_a_great_many_styles() -> None:
    many = b"<xf/>" * 300_000
    assert code(edited("xl/styles.xml", lambda raw: raw.replace(b"</cellXfs>", many + b"</cellXfs>"))) == (
        "protocols.workbook_too_big"
    )
    fewer = b"<xf/>" * 30_000
    assert code(edited("xl/styles.xml", lambda raw: raw.replace(b"</cellXfs>", fewer + b"</cellXfs>"))) == (
        "protocols.workbook_cells"
    )


def test_a_great_many_names() -> None:
    many = b"<definedNames>" + b"<definedName/>" * 250_000 + b"</definedNames></workbook>"
    assert (
        code(edited("xl/workbook.xml", lambda raw: raw.replace(b"</workbook>", many))) == "protocols.workbook_too_big"
    )


def test_a_great_many_cells() -> None:
    row = b"<row>" + b"<c/>" * 700_000 + b"</row></sheetData>"
    assert code(edited(SHEET, lambda raw: raw.replace(b"</sheetData>", row))) == "protocols.workbook_cells"


def test_a_row_far_below() -> None:
    row = b'<row r="1048576"><c r="A1048576" t="n"><v>1</v></c></row></sheetData>'
    assert (
        code(edited(SHEET, lambda raw: raw.replace(b'ref="A1:B2"', b'ref="A1:B1048576"').replace(b"</sheetData>", row)))
        == "protocols.workbook_rows"
    )
