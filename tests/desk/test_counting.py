"""Counts: every lot once, sums that agree, a CSV that is no formula; each sees their own."""

from __future__ import annotations

import csv
import io
from dataclasses import fields
from datetime import date
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seal.batches import service as batches
from seal.batches.model import State
from seal.desk import counting
from seal.desk.counting import Count, LotCount
from seal.desk.counts import counted
from seal.errors import BadInput, NotFound
from seal.labels import service as labels
from tests import world
from tests.certificates.certified import certified, declared, sealed
from tests.conftest import Database
from tests.web.support import RealButStill, bearer, client, serving, sign_in

MAKERS = [UUID(int=1), UUID(int=2)]
numbers = st.builds(Count, **{one.name: st.integers(0, 99) for one in fields(Count)})
lots = st.lists(
    st.builds(
        LotCount,
        producer_id=st.sampled_from(MAKERS),
        batch_id=st.uuids(version=4),
        product=st.just({"es": "Miel"}),
        lot=st.sampled_from(["A", "=1+1"]),
        made_on=st.dates(date(2026, 1, 1), date(2026, 12, 31)),
        state=st.sampled_from(State),
        count=numbers,
    )
)


@given(lots)
def test_the_groups_add_up_to_the_whole(found: list[LotCount]) -> None:
    every = counting.told(found)
    whole = counting.total(every)
    for rows in (counting.by_producer(every, {}), counting.by_month(every)):
        assert sum((row.count for row in rows), Count()) == whole
        assert sum(row.lots for row in rows) == len(every)


@given(lots)
def test_what_was_discarded_was_not_made_and_what_has_no_seal_is_not_sealed(found: list[LotCount]) -> None:
    every = counting.told(found)
    assert {one.batch_id for one in every} == {one.batch_id for one in found if one.state is not State.DISCARDED}
    assert all(one.count.sealed == 0 for one in every if one.state in (State.DECLARED, State.PENDING, State.HELD))


def test_no_cell_is_a_formula() -> None:
    lot = LotCount(MAKERS[0], UUID(int=9), {"es": "@Miel"}, "=1+1", date(2026, 1, 1), State.SEALED, Count(made=3))
    text = counting.as_csv([lot], {MAKERS[0]: "+56 9"}, ["a"] * 11, "es")
    _, row = csv.reader(io.StringIO(text))
    assert row == ["'+56 9", "'@Miel", "'=1+1", "2026-01-01", "sealed", "3", "0", "0", "0", "0", "0"]


async def test_the_numbers_of_a_producer_are_those_of_its_lots(database: Database) -> None:
    made = await certified()
    batch = await sealed(made, units=100)
    await declared(made, lot="L-2", units=7)
    discarded = await declared(made, lot="L-3", units=9)
    await batches.discard(made.owner(), discarded.id, reason="Se rompió.")
    boss = made.manager()
    await labels.reserve(boss, batch.id, 24)
    await labels.void(boss, batch.id, 3, 5, reason="damaged")
    found = await counted(boss)
    assert counting.total(found.lots) == Count(made=107, sealed=100, printed=24, voided=3)
    assert [one.lot for one in found.lots] == ["L-2", "L2611"]
    with pytest.raises(BadInput, match=r"desk\.counts_days"):
        await counted(boss, date(2026, 2, 1), date(2026, 1, 1))
    assert (await counted(boss, date(2020, 1, 1), date(2020, 2, 1))).lots == ()


async def test_a_producer_sees_its_own_and_nothing_of_another(database: Database) -> None:
    made = await certified()
    await sealed(made)
    crew = made.world.staff
    other = await world.member(made.world.association, crew.manager, "Otra Miel")
    assert (await counted(world.acting(other.owner))).lots == ()
    with pytest.raises(NotFound):
        await counted(world.acting(other.owner), producer=made.world.member.producer.id)


async def test_page_file_and_api_say_the_same(database: Database) -> None:
    made = await certified()
    batch = await sealed(made, units=100)
    await labels.reserve(made.manager(), batch.id, 24)
    async with serving(database.settings, RealButStill(world.START)) as app:
        browser = client(app)
        program = client(app)
        answer = await program.get(
            "/api/v1/counts", headers=await bearer(program, made.world.member.owner, at=world.START)
        )
        (row,) = answer.json()["producers"]
        assert (row["made"], row["printed"], row["applied"]) == (100, 24, 0)
        await sign_in(browser, made.world.member.owner, at=world.START)
        page = await browser.get("/desk/counts")
        assert "Etiquetas pedidas" in page.text
        assert 'href="/desk/counts.csv"' in page.text
        file = await browser.get("/desk/counts.csv")
        assert file.content.startswith(b"\xef\xbb\xbfProductor,")
        assert "L2611" in file.text
        assert (await browser.get("/desk/counts?since=x")).status_code == 400
