"""A workbook on its way in: which kind it is, and what it would change, in words."""

from __future__ import annotations

from collections.abc import Iterator

from seal.protocols.exchange import sheet, workbook, xlsform_import, xlsform_merge
from seal.protocols.exchange.draft import Draft, Imported
from seal.web.i18n import Translator


def read(raw: bytes, base: Draft, *, remove_missing: bool = False) -> Imported:
    """A form has a sheet ``survey``, and if it was made of ``base`` goes back into it; anything else must be the keyed
    spreadsheet. ``BadInput`` with every fault."""
    tables = workbook.read(raw)
    if "survey" not in tables:
        return sheet.read(tables, base, remove_missing=remove_missing)
    if xlsform_merge.is_of(tables, base):
        return xlsform_merge.merge(tables, base)
    return xlsform_import.read(tables, base)


def told(read: Imported, words: Translator) -> Iterator[str]:
    """A line for each point that would change and for each thing that was not understood, then the sum."""
    for change in read.changes:
        if change.what != "kept":
            fields = ", ".join(change.fields)
            yield words(f"protocols.import.{change.what}", id=change.id, row=change.row, fields=fields)
    for note in read.notes:
        yield words.reason(note)
    counts = {what: read.count(what) for what in ("added", "changed", "removed", "kept")}
    yield words("protocols.import.sum", **counts)
