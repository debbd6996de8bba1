"""The batch book (invariants 3 and 14)."""

from __future__ import annotations

from typing import Any

from tests.cli.kept import Kept
from tests.cli.plants.base import Plant, add, change, drop, plant


def _batch(kept: Kept) -> dict[str, Any]:
    return kept.one("batch", lot="L-1")


def _making(kept: Kept) -> dict[str, Any]:
    """The line that filled the batch's lot."""
    return kept.one("book_line", lot_id=_batch(kept)["id"])


def _raw(kept: Kept) -> dict[str, Any]:
    """The line by which what it was made of came in."""
    entry = _making(kept)["entry_id"]
    taken = next(row for row in kept.rows["book_line"] if row["entry_id"] == entry and row["change"] < 0)
    return next(row for row in kept.rows["book_line"] if row["lot_id"] == taken["lot_id"] and row["change"] > 0)


@plant("lots.empty")
def _(kept: Kept) -> Plant:
    line = _raw(kept)
    return drop("book_line", line, named=("book_entry", line["entry_id"]))


@plant("lots.answer")
def _(kept: Kept) -> Plant:
    entry = kept.one("book_entry", id=_raw(kept)["entry_id"])
    return change("book_entry", entry, about_id=_making(kept)["entry_id"])


@plant("lots.gained")
def _(kept: Kept) -> Plant:
    entry = kept.one("book_entry", id=_making(kept)["entry_id"])
    more = change("book_line", _making(kept), change=10**9).statements
    return Plant("book_entry", entry["id"], (*more, *change("book_entry", entry, kind="blend").statements))


@plant("lots.units")
def _(kept: Kept) -> Plant:
    line = _making(kept)
    return Plant("lot", line["lot_id"], change("book_line", line, change=line["change"] + 1).statements)


@plant("lots.circle")
def _(kept: Kept) -> Plant:
    """What the batch was made of was made of the batch."""
    line, batch = _raw(kept), _batch(kept)
    entry = change("book_entry", kept.one("book_entry", id=line["entry_id"]), kind="make").statements
    return Plant("lot", batch["id"], (*entry, *add("book_line", line, lot_id=batch["id"], change=-1).statements))
