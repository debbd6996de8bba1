"""A workbook on its way in: which of the two kinds it is, and what it would change, in words."""

from __future__ import annotations

from collections.abc import Iterator

from seal.errors import BadInput
from seal.protocols.exchange import sheet, xlsform_import
from seal.protocols.exchange.draft import Draft, Imported
from seal.web.i18n import Translator


def read(raw: bytes, base: Draft, *, remove_missing: bool = False) -> Imported:
    """A form has a sheet ``survey``; anything else must be the keyed spreadsheet. ``BadInput`` with every fault."""
    try:
        return xlsform_import.read(raw, base)
    except BadInput as error:
        if error.code != "protocols.workbook_sheet":
            raise
    return sheet.read(raw, base, remove_missing=remove_missing)


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
