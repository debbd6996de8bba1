"""Queries of rolls and boxes for a verdict: one door by public id, and everything of an association for its bundle."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from seal.labels.boxes.model import Action, Move
from seal.labels.model import Span, VoidReason
from seal.labels.rolls.tables import Roll

Row = dict[str, Any]

_LEAF = "l.leaf_index AS leaf_index, l.entry AS entry, l.leaf_hash AS leaf_hash"
_JOIN = "LEFT JOIN log_leaf l ON l.association_id = o.association_id AND l.leaf_type = 6 AND l.object_id = o.id"
# S608: the texts are put together from the constants above alone; every value is a parameter.
_ROLLS = (
    "SELECT o.id AS id, o.association_id AS association_id, o.public_id AS public_id, o.size AS size,"  # noqa: S608
    f" o.issued_on AS issued_on, o.made_at AS made_at, o.document AS document, o.salt AS salt, {_LEAF}"
    f" FROM label_roll o {_JOIN}"
)
_BOUND = (
    "SELECT o.id AS id, o.roll_id AS roll_id, o.batch_id AS batch_id, o.first_seal AS first_seal,"  # noqa: S608
    " o.last_seal AS last_seal, o.first_unit AS first_unit, o.bound_at AS bound_at, o.document AS document,"
    f" o.salt AS salt, b.public_id AS batch_public_id, {_LEAF} FROM label_binding o"
    f" JOIN batch b ON b.association_id = o.association_id AND b.id = o.batch_id {_JOIN}"
)
_BOXES = (
    "SELECT o.id AS id, o.association_id AS association_id, o.public_id AS public_id, o.issued_on AS issued_on,"  # noqa: S608
    f" o.made_at AS made_at, o.document AS document, o.salt AS salt, {_LEAF} FROM label_box o {_JOIN}"
)


@dataclass(frozen=True)
class FoundRoll:
    """A roll as stored; ``bound`` are rows of its bindings, each with its leaf."""

    row: Row
    bound: tuple[Row, ...]
    void: tuple[tuple[int, int], ...]
    lost: tuple[tuple[int, int], ...]

    @property
    def association_id(self) -> UUID:
        found: UUID = self.row["association_id"]
        return found


@dataclass(frozen=True)
class FoundBox:
    """A box as stored, with its moves; the batches in it are read by their ids."""

    row: Row
    moves: tuple[Move, ...]

    @property
    def association_id(self) -> UUID:
        found: UUID = self.row["association_id"]
        return found


async def roll(public_id: int) -> FoundRoll | None:
    """A roll by its code, whichever association made it."""
    rows: list[Row] = await Roll.raw(_ROLLS + " WHERE o.public_id = {}", public_id)
    return (await _rolls(rows[0]["association_id"], rows))[0] if rows else None


async def rolls(association_id: UUID) -> list[FoundRoll]:
    """Every roll of an association, by public id."""
    rows: list[Row] = await Roll.raw(_ROLLS + " WHERE o.association_id = {} ORDER BY o.public_id", association_id)
    return await _rolls(association_id, rows) if rows else []


async def _rolls(association_id: UUID, rows: list[Row]) -> list[FoundRoll]:
    only = rows[0]["id"] if len(rows) == 1 else None
    one, values = (" AND o.roll_id = {}", [only]) if only else ("", [])
    bound: dict[UUID, list[Row]] = {}
    sql = f"{_BOUND} WHERE o.association_id = {{}}{one} ORDER BY o.roll_id, o.first_seal"
    for row in await Roll.raw(sql, association_id, *values):
        bound.setdefault(row["roll_id"], []).append(row)
    voids: dict[UUID, list[Row]] = {}
    sql = (
        "SELECT o.roll_id AS roll_id, o.first_seal AS first_seal, o.last_seal AS last_seal, o.reason AS reason"  # noqa: S608
        f" FROM label_roll_void o WHERE o.association_id = {{}}{one} ORDER BY o.roll_id, o.first_seal"
    )
    for row in await Roll.raw(sql, association_id, *values):
        voids.setdefault(row["roll_id"], []).append(row)
    return [
        FoundRoll(
            row,
            tuple(bound.get(row["id"], ())),
            _spans(voids.get(row["id"], []), lost=False),
            _spans(voids.get(row["id"], []), lost=True),
        )
        for row in rows
    ]


def _spans(rows: list[Row], *, lost: bool) -> tuple[tuple[int, int], ...]:
    return tuple((row["first_seal"], row["last_seal"]) for row in rows if VoidReason(row["reason"]).lost is lost)


async def box(public_id: int) -> FoundBox | None:
    """A box by its code, whichever association made it."""
    rows: list[Row] = await Roll.raw(_BOXES + " WHERE o.public_id = {}", public_id)
    return (await _boxes(rows[0]["association_id"], rows))[0] if rows else None


async def boxes(association_id: UUID) -> list[FoundBox]:
    """Every box of an association, by public id."""
    rows: list[Row] = await Roll.raw(_BOXES + " WHERE o.association_id = {} ORDER BY o.public_id", association_id)
    return await _boxes(association_id, rows) if rows else []


async def _boxes(association_id: UUID, rows: list[Row]) -> list[FoundBox]:
    only = rows[0]["id"] if len(rows) == 1 else None
    one, values = (" AND o.box_id = {}", [only]) if only else ("", [])
    done: dict[UUID, list[Move]] = {}
    sql = (
        "SELECT o.box_id AS box_id, o.action AS action, o.batch_id AS batch_id, o.first_unit AS first_unit,"  # noqa: S608
        " o.last_unit AS last_unit, o.recorded_at AS recorded_at FROM label_box_move o"
        f" WHERE o.association_id = {{}}{one} ORDER BY o.box_id, o.sequence"
    )
    for row in await Roll.raw(sql, association_id, *values):
        span = Span(row["first_unit"], row["last_unit"]) if row["first_unit"] is not None else None
        move = Move(Action(row["action"]), row["recorded_at"], None, row["batch_id"], span)
        done.setdefault(row["box_id"], []).append(move)
    return [FoundBox(row, tuple(done.get(row["id"], ()))) for row in rows]


async def public_ids(association_id: UUID, batch_ids: Iterable[UUID]) -> dict[UUID, int]:
    """The public ids of sealed batches among these."""
    wanted = list(batch_ids)
    if not wanted:
        return {}
    places = ", ".join("{}" for _ in wanted)
    rows: list[Row] = await Roll.raw(
        "SELECT b.id AS id, b.public_id AS public_id FROM batch b WHERE b.association_id = {}"  # noqa: S608
        f" AND b.public_id IS NOT NULL AND b.id IN ({places})",
        association_id,
        *wanted,
    )
    return {row["id"]: row["public_id"] for row in rows}
