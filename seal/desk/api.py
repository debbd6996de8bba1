"""JSON: counts by producer and by month."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from litestar import get
from litestar.params import FromQuery
from pydantic import BaseModel

from seal.desk import counting
from seal.desk.counting import MEASURES, Row
from seal.desk.counts import counted
from seal.identity import Role
from seal.web.context import Actor
from seal.web.policy import Roles, policy


class CountOut(BaseModel):
    """``applied``: labels counted as used at the end of a run; ``scanned``: how often a code was asked about."""

    key: str
    name: str
    lots: int
    made: int
    sealed: int
    printed: int
    applied: int
    voided: int
    scanned: int


class CountsOut(BaseModel):
    since: date
    until: date
    producers: list[CountOut]
    months: list[CountOut]


def _out(row: Row) -> CountOut:
    numbers = {measure: getattr(row.count, measure) for measure in MEASURES}
    return CountOut(key=row.key, name=row.name, lots=row.lots, **numbers)


@policy(Roles(Role.MANAGER, Role.AUDITOR, Role.CERTIFIER, Role.PRODUCER))
@get("/api/v1/counts")
async def counts(
    acting: Actor,
    since: FromQuery[date | None] = None,
    until: FromQuery[date | None] = None,
    producer: FromQuery[UUID | None] = None,
) -> CountsOut:
    """By producer and by month of production; without days the last twelve months."""
    found = await counted(acting, since, until, producer)
    return CountsOut(
        since=found.first,
        until=found.last,
        producers=[_out(row) for row in counting.by_producer(found.lots, found.names)],
        months=[_out(row) for row in counting.by_month(found.lots)],
    )


routes: list[Any] = [counts]
