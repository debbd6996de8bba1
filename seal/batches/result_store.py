"""Queries of test results and of what tells batches apart, always inside one association."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from seal import ids
from seal.batches import tables
from seal.batches.model import TestResult, lot_key
from seal.protocols.model import Tester
from seal.protocols.terms import Every

Row = dict[str, Any]
_T = tables.BatchTest
_P = tables.BatchTestPool
_O = tables.BatchOccasion
KINDS = {"recipe": Every.RECIPE_CHANGE, "dye_lot": Every.DYE_LOT}
"""How an occasion is kept, and when a test is due for it."""


async def insert_test(association_id: UUID, batch_id: UUID, result: TestResult, recorded_by: UUID | None) -> None:
    """A result, and the other batches that its sample was pooled from."""
    await _T.insert(
        _T(
            id=result.id,
            association_id=association_id,
            batch_id=batch_id,
            test_id=result.test_id,
            value=result.value,
            unit=result.unit,
            tested_by=result.by.value,
            tested_on=result.tested_on,
            laboratory=result.laboratory,
            file_id=result.file_id,
            recorded_by=recorded_by,
            recorded_by_staff=result.by_staff,
            recorded_at=result.recorded_at,
            confirmed=result.confirmed,
            lot_id=result.lot_id,
        )
    )
    if result.pooled:
        at = result.recorded_at
        await _P.insert(
            *(
                _P(id=ids.uuid7(at), association_id=association_id, result_id=result.id, batch_id=other)
                for other in result.pooled
            )
        )


async def tests(association_id: UUID, batches: Sequence[UUID]) -> dict[UUID, tuple[TestResult, ...]]:
    """Results of each batch, oldest first; a pooled one under every batch that it names."""
    if not batches:
        return {}
    named: list[Row] = (
        await _P.select(_P.result_id).where(_P.association_id == association_id).where(_P.batch_id.is_in(list(batches)))
    )
    where: Any = _T.batch_id.is_in(list(batches))
    if named:
        where = where | _T.id.is_in([row["result_id"] for row in named])
    wanted, found = frozenset(batches), dict[UUID, tuple[TestResult, ...]]()
    for result in await _results(association_id, where):
        for batch_id in (result.batch_id, *result.pooled):
            if batch_id is not None and batch_id in wanted:
                found[batch_id] = (*found.get(batch_id, ()), result)
    return found


async def tests_of_lots(association_id: UUID, lots: Iterable[UUID]) -> dict[UUID, tuple[TestResult, ...]]:
    """Results about lots of raw material, whichever batch they were recorded on; oldest first."""
    wanted, found = list(lots), dict[UUID, tuple[TestResult, ...]]()
    for result in await _results(association_id, _T.lot_id.is_in(wanted)) if wanted else ():
        assert result.lot_id is not None  # the query asks for it
        found[result.lot_id] = (*found.get(result.lot_id, ()), result)
    return found


async def _results(association_id: UUID, where: Any) -> tuple[TestResult, ...]:
    rows: list[Row] = (
        await _T.select().where(_T.association_id == association_id).where(where).order_by(_T.recorded_at, _T.id)
    )
    pools: list[Row] = (
        await _P.select(_P.result_id, _P.batch_id)
        .where(_P.association_id == association_id)
        .where(_P.result_id.is_in([row["id"] for row in rows]))
        .order_by(_P.id)
        if rows
        else []
    )
    others: dict[UUID, list[UUID]] = {}
    for row in pools:
        others.setdefault(row["result_id"], []).append(row["batch_id"])
    return tuple(
        TestResult(
            id=row["id"],
            test_id=row["test_id"],
            value=row["value"],
            unit=row["unit"],
            by=Tester(row["tested_by"]),
            tested_on=row["tested_on"],
            recorded_at=row["recorded_at"],
            laboratory=row["laboratory"],
            file_id=row["file_id"],
            by_staff=row["recorded_by_staff"],
            confirmed=row["confirmed"],
            batch_id=row["batch_id"],
            pooled=tuple(others.get(row["id"], ())),
            lot_id=row["lot_id"],
        )
        for row in rows
    )


async def insert_occasion(
    association_id: UUID, batch_id: UUID, kind: str, name: str, recorded_by: UUID | None, at: datetime
) -> None:
    await _O.insert(
        _O(
            id=ids.uuid7(at),
            association_id=association_id,
            batch_id=batch_id,
            kind=kind,
            name=name,
            recorded_by=recorded_by,
            recorded_at=at,
        )
    )


async def occasions(association_id: UUID, batches: Sequence[UUID]) -> dict[Every, dict[UUID, str]]:
    """The recipe and the dye lot of each batch that has one, as two names are compared."""
    found: dict[Every, dict[UUID, str]] = {}
    for kind, names in (await occasion_names(association_id, batches)).items():
        found[KINDS[kind]] = {batch_id: lot_key(name) for batch_id, name in names.items()}
    return found


async def occasion_names(association_id: UUID, batches: Sequence[UUID]) -> dict[str, dict[UUID, str]]:
    """The same as typed: what was said last."""
    rows: list[Row] = (
        await _O.select()
        .where(_O.association_id == association_id)
        .where(_O.batch_id.is_in(list(batches)))
        .order_by(_O.recorded_at, _O.id)
        if batches
        else []
    )
    found: dict[str, dict[UUID, str]] = {}
    for row in rows:
        found.setdefault(row["kind"], {})[row["batch_id"]] = row["name"]
    return found
