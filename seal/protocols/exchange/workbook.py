"""Spreadsheets (Office Open XML) as named tables of text. Reading is bounded before anything is unpacked or parsed.

Only the members that hold cells, and those that say what they are, reach the parser; pictures, themes and properties
never do.

Every cell becomes text: a number as its shortest decimal, so that 20.04 typed in a cell is 20.04 here. Formulas are
never run: the value that the program saved counts.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import openpyxl
from openpyxl.styles import Alignment, Font

from seal.errors import BadInput, Reason
from seal.protocols.document import number

MAX_BYTES = 5_000_000
MAX_UNPACKED = 8_000_000
"""Bytes of the sheets and their strings, together."""
MAX_PART = 500_000
"""Bytes of any other member that is read: styles, the list of sheets."""
MAX_TAGS = 600_000
"""Tags in all that is read: about one for each kilobyte that the parser then keeps."""
MAX_PART_TAGS = 20_000
MAX_ROWS = 5_000
MAX_COLUMNS = 120
MAX_CELL = 4_000
_MEMBERS = 200
_CELLS = re.compile(r"xl/(worksheets/[^/]+|sharedStrings)\.xml")
_PARTS = re.compile(r"\[Content_Types\]\.xml|_rels/\.rels|xl/(workbook|styles)\.xml|xl/_rels/workbook\.xml\.rels")
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


@dataclass(frozen=True)
class Row:
    """One row: its number in the sheet (the header is 1), and text by column; empty cells are left out."""

    sheet: str
    number: int
    cells: Mapping[str, str]

    def get(self, column: str) -> str:
        return self.cells.get(column, "")

    def fault(self, code: str, **params: str | int) -> Reason:
        """A fault in this row, named by sheet and row."""
        return Reason(code, {"sheet": self.sheet, "row": self.number, **params})


Tables = Mapping[str, tuple[Row, ...]]


def read(raw: bytes) -> Tables:
    """The sheets of a workbook by their name in small letters. ``BadInput`` names what cannot be read."""
    if len(raw) > MAX_BYTES:
        raise BadInput("protocols.workbook_too_big", size=len(raw), most=MAX_BYTES)
    try:
        book = openpyxl.load_workbook(io.BytesIO(_needed(raw)), read_only=True, data_only=True, keep_links=False)
        return {sheet.title.strip().lower(): tuple(_rows(sheet)) for sheet in book.worksheets}
    except (
        zipfile.BadZipFile,
        zlib.error,
        ArithmeticError,
        LookupError,
        ValueError,
        TypeError,
        AttributeError,
        RuntimeError,  # of an encrypted member, among others
        SyntaxError,  # of XML
        EOFError,
        OSError,
    ) as error:
        raise BadInput("protocols.not_a_workbook") from error


def _needed(raw: bytes) -> bytes:
    """The same workbook with the members that are read, and nothing else.

    ``BadInput('protocols.workbook_too_big')`` by what the members say of their sizes, before any is unpacked: unpacking
    stops at the size that a member says. ``ValueError`` for what no spreadsheet program writes.
    """
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as packed, zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as kept:
        inside = packed.infolist()
        wanted = [one for one in inside if _CELLS.fullmatch(one.filename) or _PARTS.fullmatch(one.filename)]
        cells = sum(one.file_size for one in wanted if _CELLS.fullmatch(one.filename))
        most = max((one.file_size for one in wanted if not _CELLS.fullmatch(one.filename)), default=0)
        if cells > MAX_UNPACKED or len(inside) > _MEMBERS:
            raise BadInput("protocols.workbook_too_big", size=cells, most=MAX_UNPACKED)
        if most > MAX_PART:
            raise BadInput("protocols.workbook_too_big", size=most, most=MAX_PART)
        if len({one.filename for one in wanted}) < len(wanted) or any(
            one.compress_type not in _METHODS for one in wanted
        ):
            raise ValueError("members")
        tags = 0
        for one in wanted:
            body = packed.read(one)
            if b"<!DOCTYPE" in body or b"\0" in body[:200]:  # entities, or a way to write them unseen
                raise ValueError("doctype")
            found = body.count(b"<")
            tags += found
            if tags > MAX_TAGS or (found > MAX_PART_TAGS and not _CELLS.fullmatch(one.filename)):
                raise BadInput("protocols.workbook_cells")
            kept.writestr(one.filename, body)
    return out.getvalue()


def _rows(sheet: Any) -> Iterator[Row]:
    header: list[str] = []
    name = sheet.title.strip().lower()
    for index, values in enumerate(sheet.iter_rows(values_only=True, max_col=MAX_COLUMNS), start=1):
        if index > MAX_ROWS:
            raise BadInput("protocols.workbook_rows", sheet=name, most=MAX_ROWS)
        texts = [_text(value) for value in values]
        if not header:
            header = [text.strip().lower() for text in texts] if any(texts) else []
            if len(set(filter(None, header))) != len([each for each in header if each]):
                raise BadInput("protocols.workbook_columns", sheet=name)
            continue
        cells = {column: text for column, text in zip(header, texts, strict=False) if column and text}
        if cells:
            yield Row(name, index, cells)


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return number(Decimal(repr(value)))
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return str(value).replace("\r\n", "\n").strip()[:MAX_CELL]


def write(tables: Mapping[str, tuple[Sequence[str], Iterable[Mapping[str, str]]]]) -> bytes:
    """A workbook of ``{sheet: (columns, rows)}``; every cell is text, so a spreadsheet changes no number."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, (columns, rows) in tables.items():
        sheet = book.create_sheet(name)
        sheet.append(list(columns))
        for row in rows:
            sheet.append([_safe(row.get(column, "")) for column in columns])
        for cell in sheet[1]:
            cell.font = Font(bold=True)
        for cells in sheet.iter_rows():
            for cell in cells:
                cell.number_format = "@"
                if cell.data_type == "f":  # words that begin like a formula are words
                    cell.data_type = "s"
                cell.alignment = Alignment(wrap_text=True, vertical="top")
        for place, column in enumerate(columns, start=1):
            wide = "::" in column or column in ("source", "label")
            sheet.column_dimensions[openpyxl.utils.get_column_letter(place)].width = 48 if wide else 16
        sheet.freeze_panes = "C2" if len(columns) > 2 else "A2"
    out = io.BytesIO()
    book.save(out)
    return _timeless(out.getvalue())


def _timeless(raw: bytes) -> bytes:
    """The same workbook without the time of writing: the same tables are the same bytes, so caches may keep them."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as written, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for member in written.infolist():
            body = written.read(member)
            if member.filename == "docProps/core.xml":
                body = re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", b"1980-01-01T00:00:00Z", body)
            packed.writestr(zipfile.ZipInfo(member.filename), body, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _safe(text: str) -> str | None:
    """Text without the control signs that the format cannot hold; nothing where nothing is left."""
    return "".join(sign for sign in text if sign in "\n\t" or ord(sign) >= 32) or None
