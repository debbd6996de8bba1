"""Spreadsheets (Office Open XML) as named tables of text. Reading is bounded before anything is unpacked.

Every cell becomes text: a number as its shortest decimal, so that 20.04 typed in a cell is 20.04 here. Formulas are
never run: the value that the program saved counts.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from xml.etree.ElementTree import ParseError

import openpyxl
from openpyxl.styles import Alignment, Font

from seal.errors import BadInput, Reason
from seal.protocols.document import number

MAX_BYTES = 5_000_000
MAX_UNPACKED = 20_000_000
MAX_ROWS = 5_000
MAX_COLUMNS = 120
MAX_CELL = 4_000
_MEMBERS = 200


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
        with zipfile.ZipFile(io.BytesIO(raw)) as packed:
            inside = packed.infolist()
            unpacked = sum(member.file_size for member in inside)
        if unpacked > MAX_UNPACKED or len(inside) > _MEMBERS:
            raise BadInput("protocols.workbook_too_big", size=unpacked, most=MAX_UNPACKED)
        book = openpyxl.load_workbook(io.BytesIO(raw), read_only=True, data_only=True, keep_links=False)
        return {sheet.title.strip().lower(): tuple(_rows(sheet)) for sheet in book.worksheets}
    except (
        zipfile.BadZipFile,
        KeyError,
        ValueError,
        TypeError,
        AttributeError,
        ParseError,
        EOFError,
        OSError,
    ) as error:
        raise BadInput("protocols.not_a_workbook") from error


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
