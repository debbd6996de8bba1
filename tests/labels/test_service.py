"""Labels by the product's own verbs: the quota, ranges, voids, signed codes, and what stops the printing."""

from __future__ import annotations

import asyncio
import sqlite3
from datetime import timedelta

import asyncpg
import pytest

from seal import ids
from seal.batches import service as batches
from seal.certificates import service as certificates
from seal.db import unit_of_work
from seal.db.violations import violated
from seal.errors import BadInput, Conflict, NotFound, Refused, SealError
from seal.ids import parse_code
from seal.keys import service as keys
from seal.labels import service as labels
from seal.labels import store, token
from seal.labels.model import Ledger, VoidReason
from seal.printing import service as printing
from seal.transparency import service as log
from seal.transparency.model import LeafType
from tests import world
from tests.certificates.certified import DAY, certified, declared, sealed
from tests.certificates.test_sanctions import WHY
from tests.conftest import Database

START = world.START


async def test_a_reserved_range_is_logged_signed_and_reads_back(database: Database) -> None:
    made = await certified()
    batch = await sealed(made)
    found = await labels.reserve(made.owner(), batch.id, 24)
    assert (found.first, found.last) == (1, 24)
    assert await log.leaf_of(batch.association_id, LeafType.LABEL_RANGE, found.id)
    printed = await labels.codes(made.owner(), found.id)
    assert [one.number for one in printed] == list(range(1, 25))
    issuing = (await keys.public_keys(batch.association_id)).issuing
    for one in printed:
        read = token.parse(one.digits)
        assert isinstance(read, token.Token)
        assert token.signer_of(read, [issuing.raw]) == issuing.key_id
        assert (read.fields.public_id, read.fields.number) == (batch.public_id, one.number)
        assert read.fields.status_index == batch.status_index
        assert read.fields.use_by == batch.use_by
        assert parse_code(one.code) == ids.Code(batch.public_id or 0, one.number)
        assert one.address == f"{made.world.association.base}/{one.digits}"
    assert await labels.codes(made.owner(), found.id) == printed


async def test_the_quota_is_units_and_spare_and_not_one_more(database: Database) -> None:
    made = await certified()
    batch = await sealed(made, units=100)
    with pytest.raises(Refused, match=r"label.over_quota"):
        await labels.reserve(made.owner(), batch.id, 103)
    await labels.reserve(made.owner(), batch.id, 100)
    await labels.reserve(made.owner(), batch.id, 2)
    with pytest.raises(Refused) as refused:
        await labels.reserve(made.owner(), batch.id, 1)
    assert refused.value.params == {"asked": 1, "left": 0, "quota": 102}
    await labels.void(made.owner(), batch.id, 101, 102, reason="misprint")
    again = await labels.reserve(made.owner(), batch.id, 2)
    assert (again.first, again.last) == (103, 104)  # never the old numbers
    book = await labels.labels(made.owner(), batch.id)
    assert book.ledger == Ledger(100, 2, reserved_high=104, void_count=2)
    assert [(one.first, one.last) for one in book.ranges] == [(1, 100), (101, 102), (103, 104)]


async def test_the_database_too_refuses_more_live_labels_than_the_quota(database: Database) -> None:
    made = await certified()
    batch = await sealed(made, units=100)
    await labels.reserve(made.owner(), batch.id, 1)
    with pytest.raises((sqlite3.IntegrityError, asyncpg.IntegrityConstraintViolationError)) as failed:
        async with unit_of_work():
            await store.write_ledger(batch.association_id, batch.id, Ledger(100, 2, reserved_high=103))
    assert violated(failed.value) == "label_ledger_never_over_quota"


async def test_the_same_id_again_reserves_nothing_more(database: Database) -> None:
    made = await certified()
    batch = await sealed(made)
    range_id = ids.uuid7(START)
    first = await labels.reserve(made.owner(), batch.id, 10, id=range_id)
    assert await labels.reserve(made.owner(START + DAY), batch.id, 10, id=range_id) == first
    with pytest.raises(Conflict, match=r"label.id_taken"):
        await labels.reserve(made.owner(), batch.id, 11, id=range_id)
    assert (await labels.labels(made.owner(), batch.id)).ledger.reserved_high == 10


async def test_many_at_once_get_exactly_what_is_left(database: Database) -> None:
    made = await certified()
    batch = await sealed(made, units=20)  # quota 20: two per cent of twenty is nothing

    async def take() -> int:
        try:
            return len((await labels.reserve(made.owner(), batch.id, 3)).span)
        except Refused:
            return 0

    taken = await asyncio.gather(*(take() for _ in range(12)))
    assert sum(taken) == 18
    ranges = (await labels.labels(made.owner(), batch.id)).ranges
    numbers = [number for one in ranges for number in range(one.first, one.last + 1)]
    assert numbers == list(range(1, 19))


async def test_voiding_is_final_and_refused_for_each_fault(database: Database) -> None:
    made = await certified()
    batch = await sealed(made)
    with pytest.raises(Refused, match=r"label.not_reserved"):
        await labels.void(made.owner(), batch.id, 1, 1, reason="damaged")
    found = await labels.reserve(made.owner(), batch.id, 24)
    lost = await labels.void(made.owner(), batch.id, 5, 8, reason="lost")
    assert lost.reason.lost
    assert not VoidReason.DAMAGED.lost
    assert await log.leaf_of(batch.association_id, LeafType.LABEL_RANGE, lost.id)
    assert await labels.void(made.owner(START + DAY), batch.id, 5, 8, reason="lost") == lost  # sent twice
    for first, last, code in ((8, 9, "label.already_void"), (24, 25, "label.not_reserved"), (4, 3, "label.span")):
        with pytest.raises(Refused, match=code):
            await labels.void(made.owner(), batch.id, first, last, reason="damaged")
    with pytest.raises(BadInput, match=r"label.void_reason"):
        await labels.void(made.owner(), batch.id, 1, 1, reason="because")
    printed = [one.number for one in await labels.codes(made.owner(), found.id)]
    assert printed == [1, 2, 3, 4, *range(9, 25)]


async def test_nothing_is_reserved_for_a_batch_without_seal(database: Database) -> None:
    made = await certified()
    batch = await declared(made)
    with pytest.raises(Refused) as refused:
        await labels.reserve(made.owner(), batch.id, 1)
    assert refused.value.params == {"lot_state": "declared"}
    with pytest.raises(Refused, match=r"label.count"):
        await labels.reserve(made.owner(), (await sealed(made, lot="B")).id, 0)


async def test_printing_stops_the_moment_the_right_ends_or_the_lot_is_stopped(database: Database) -> None:
    made = await certified()
    batch = await sealed(made)
    found = await labels.reserve(made.owner(), batch.id, 5)

    async def refused_at(at_days: int) -> list[str]:
        acting, codes = made.owner(START + timedelta(days=at_days)), []
        for attempt in (labels.codes(acting, found.id), labels.reserve(acting, batch.id, 1)):
            with pytest.raises(Refused) as refused:
                await attempt
            codes.append([reason.code for reason in refused.value.reasons])
        assert codes[0] == codes[1]
        return codes[0]

    assert len(await labels.codes(made.owner(), found.id)) == 5
    assert await refused_at(400) == ["label.right_ended"]
    await batches.hold(made.manager(START + DAY), batch.id, reason_class="food_safety", reason="Se investiga.")
    assert await refused_at(1) == ["label.batch_state"]
    await certificates.suspend(made.certifier(START + 2 * DAY), made.certification.id, **WHY)
    assert await refused_at(2) == ["label.batch_state", "label.right_suspended"]
    await batches.release(made.manager(START + 3 * DAY), batch.id, reason="Sin novedad.")
    assert await refused_at(3) == ["label.right_suspended"]
    await labels.void(made.owner(START + 3 * DAY), batch.id, 1, 1, reason="surplus")  # counting back always works


async def test_a_batch_that_a_decision_names_prints_nothing(database: Database) -> None:
    made = await certified()
    batch = await sealed(made)
    found = await labels.reserve(made.owner(), batch.id, 1)
    await certificates.suspend(made.certifier(START + DAY), made.certification.id, **WHY, batches=[batch.id])
    await certificates.lift(made.certifier(START + 2 * DAY), made.certification.id, reason="Corregido.")
    with pytest.raises(Refused) as refused:
        await labels.codes(made.owner(START + 2 * DAY), found.id)
    assert refused.value.params == {"lot_state": "revoked"}


async def test_a_range_can_be_reserved_with_a_locked_key_and_signed_later(database: Database) -> None:
    made = await certified()
    batch = await sealed(made)
    keys.lock(batch.association_id)
    found = await labels.reserve(made.owner(), batch.id, 3)
    with pytest.raises(SealError, match=r"keys.locked"):
        await labels.codes(made.owner(), found.id)


async def test_the_sheet_is_a_pdf_of_a4_pages_and_starts_where_told(database: Database) -> None:
    made = await certified()
    batch = await sealed(made)
    found = await labels.reserve(made.owner(), batch.id, 24)
    pdf = await labels.sheet(made.owner(), found.id)
    assert pdf.startswith(b"%PDF-")
    with pytest.raises(IndexError):
        await printing.png(pdf, page=1, dpi=50)
    assert await printing.png(await labels.sheet(made.owner(), found.id, start=2), page=1, dpi=50)
    with pytest.raises(BadInput, match=r"label.start"):
        await labels.sheet(made.owner(), found.id, start=25)


async def test_another_associations_range_does_not_exist(database: Database) -> None:
    made, other = await certified(), await certified("otra")
    batch = await sealed(made)
    found = await labels.reserve(made.owner(), batch.id, 1)
    for attempt in (
        labels.codes(other.owner(), found.id),
        labels.label_range(other.owner(), found.id),
        labels.reserve(other.owner(), batch.id, 1),
        labels.void(other.owner(), batch.id, 1, 1, reason="lost"),
    ):
        with pytest.raises(NotFound):
            await attempt
