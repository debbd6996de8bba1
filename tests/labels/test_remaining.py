"""Labels follow the units that are still there: what is lost, opened or counted out gives no seal back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from seal import ids
from seal.batches.book import remaining
from seal.batches.book import service as book
from seal.batches.book.composition import Graph
from seal.batches.book.model import Dimension, Entry, EntryKind
from seal.batches.model import Batch
from seal.cli import fsck
from seal.clock import local_day
from seal.errors import Conflict, Refused
from seal.labels import model, repack, voiding
from seal.labels import service as labels
from seal.labels.model import Ledger
from seal.labels.rolls import service as rolls
from seal.members import service as members
from tests import world
from tests.batches.book.books import DAY, entry, lot
from tests.certificates.certified import ZONE, Certified, certified, sealed
from tests.conftest import Database, on
from tests.labels.rolled import allotted

TODAY = local_day(world.START, ZONE)
HONEY = book.New("honey", 5000, Dimension.MASS)


def test_the_spare_is_of_the_units_that_remain() -> None:
    whole = Ledger(100, 2, reserved_high=50)
    assert (whole.quota, whole.left) == (102, 52)
    less = replace(whole, gone=50)
    assert (less.remaining, less.spare, less.quota, less.left) == (50, 1, 51, 1)
    assert replace(whole, gone=90).left == 0  # too many are out already; never below nothing
    assert replace(whole, gone=130).quota == 0


@pytest.mark.parametrize(
    ("kind", "counts"),
    [(kind, kind in remaining.UNSOLD) for kind in (*sorted(remaining.UNSOLD), EntryKind.DISPATCH, EntryKind.SEND)],
)
def test_units_that_were_sold_keep_their_seals_and_the_others_do_not(kind: EntryKind, counts: bool) -> None:
    jars, other = lot("L-1", "product", Dimension.COUNT, batch=True), lot("B")
    made = entry(EntryKind.MAKE, (other, -10), (jars, 10))
    out = entry(kind, (jars, -4), days=1)
    back = entry(EntryKind.REVERSE, (jars, 4), days=1, about=out)
    assert remaining.gone([made, out], jars.id) == (4 if counts else 0)
    assert remaining.gone([made, out, back], jars.id) == 0


def test_what_may_leave_on_a_day_is_what_no_later_day_misses() -> None:
    jars = lot("L-1", "product", Dimension.COUNT, batch=True)
    made = entry(EntryKind.MAKE, (jars, 10))
    gone = entry(EntryKind.DISPATCH, (jars, -7), days=5)
    day: Callable[[int], date] = lambda days: DAY.replace(day=DAY.day + days)  # noqa: E731
    assert [remaining.least_from([made, gone], jars.id, day(n)) for n in (0, 4, 5, 9)] == [3, 3, 3, 3]
    assert remaining.least_from([made], jars.id, day(1)) == 10


def test_a_lot_whose_harvest_was_reversed_stops_the_labels() -> None:
    raw, jars = lot("A"), lot("L-1", "product", Dimension.COUNT, batch=True)
    came = entry(EntryKind.HARVEST, (raw, 100))
    made = entry(EntryKind.MAKE, (raw, -100), (jars, 10))
    undone: Entry = entry(EntryKind.REVERSE, (raw, -100), about=came)
    assert remaining.unrooted(Graph([raw, jars], [came, made]), jars.id) == ()
    assert remaining.unrooted(Graph([raw, jars], [came, made, undone]), jars.id) == (raw.id,)
    assert [one.code for one in model.book_reasons("L-1", None, ["A"])] == ["label.origin_reversed"]


async def _fifty(made: Certified) -> Batch:
    batch = await sealed(made, units=50)
    await labels.reserve(made.owner(), batch.id, 40)
    return batch


async def _lose(made: Certified, batch: Batch, units: int) -> Entry:
    return await book.lose(
        made.owner(), batch.producer_id, happened_on=TODAY, takes=[(batch.id, units)], reason="Se rompieron."
    )


async def _repack(made: Certified, batch: Batch, lines: str, **more: Any) -> repack.Repacked:
    given: dict[str, Any] = {"new": HONEY, "happened_on": TODAY, "opened": batch.id} | more
    return await repack.repack(made.owner(), lines, given.pop("new"), **given)


async def _shop(made: Certified) -> UUID:
    shop = await members.add_organisation(made.owner(), name="Almacén Doña Rosa", kind="shop")
    return shop.id


async def test_repacked_units_give_no_quota_back(database: Database) -> None:
    made = await certified()
    batch = await _fifty(made)
    before = (await labels.labels(made.owner(), batch.id)).ledger
    done = await _repack(made, batch, "1-10")
    ((_, told),) = done.gone.ledgers
    after = (await labels.labels(made.owner(), batch.id)).ledger
    assert (before.left, after.left, told.left) == (11, 10, 10)  # of 51: the spare of 40 is none
    assert (after.remaining, after.quota, after.live) == (40, 40, 30)


async def test_lost_units_take_no_seal_by_number_roll_or_reprint_until_the_loss_is_reversed(database: Database) -> None:
    made = await certified()
    batch = await _fifty(made)
    roll = await allotted(made, 10)
    lost = await _lose(made, batch, 20)
    with pytest.raises(Refused, match=r"label.over_quota"):
        await labels.reserve(made.owner(), batch.id, 1)
    with pytest.raises(Refused, match=r"label.over_quota"):
        await rolls.bind(made.owner(), roll.id, 1, 1, batch.id)
    with pytest.raises(Refused, match=r"label.over_quota"):
        await voiding.reprint(made.owner(), batch.id, "1-5", reason="damaged")
    (report,) = await fsck.inspect()
    told = {note.code: note.params for note in report.notes}
    assert told["label.over_remaining"] == {"lot": batch.lot, "live": 40, "remaining": 30, "units": 50, "quota": 30}
    assert report.clean
    await book.reverse(made.owner(), lost.id, reason="No era de este lote.")
    assert (await labels.labels(made.owner(), batch.id)).ledger.left == 11


@on("sqlite")
async def test_an_id_of_a_repacking_is_of_that_repacking_alone(database: Database) -> None:
    made = await certified()
    batch = await _fifty(made)
    wanted = ids.uuid7(world.START)
    first = await _repack(made, batch, "1-5", id=wanted)
    again = await _repack(made, batch, "1-5", id=wanted)
    assert (again.entry, again.gone.voids) == (first.entry, first.gone.voids)
    lost = await _lose(made, batch, 1)
    other = replace(HONEY, amount=4000)
    for lines, more in (
        ("6-10", {"id": wanted}),
        ("1-4", {"id": wanted}),
        ("1-5", {"id": wanted, "new": other}),
        ("11", {"id": lost.id}),
    ):
        with pytest.raises(Conflict, match=r"label.id_taken"):
            await _repack(made, batch, lines, **more)
    assert (await labels.labels(made.owner(), batch.id)).ledger.void_count == 5


@on("sqlite")
async def test_an_id_of_a_reprint_is_of_that_reprint_alone(database: Database) -> None:
    made = await certified()
    batch, other = await _fifty(made), await sealed(made, lot="L-2", units=20)
    await labels.reserve(made.owner(), other.id, 10)
    wanted, plain = ids.uuid7(world.START), ids.uuid7(world.START)
    act = made.owner()
    await labels.reserve(act, batch.id, 1, id=plain)
    gone, first = await voiding.reprint(act, batch.id, "1-3", reason="damaged", id=wanted)
    again, same = await voiding.reprint(act, batch.id, "1-3", reason="damaged", id=wanted)
    assert (same, again.voids) == (first, gone.voids)
    for batch_id, lines, why, used in (
        (batch.id, "7-9", "lost", wanted),
        (batch.id, "1-3", "misprint", wanted),
        (other.id, "1-3", "damaged", wanted),
        (batch.id, "7", "damaged", plain),
    ):
        with pytest.raises(Conflict, match=r"label.id_taken"):
            await voiding.reprint(act, batch_id, lines, reason=why, id=used)
    assert (await labels.labels(act, batch.id)).ledger.void_count == 3


@on("sqlite")
async def test_units_at_a_shop_are_neither_repacked_nor_sold_twice(database: Database) -> None:
    made = await certified()
    batch = await _fifty(made)
    where = {"organisation_id": await _shop(made), "happened_on": TODAY}
    sold = await book.dispatch(made.owner(), batch.producer_id, takes=[(batch.id, 48)], **where)  # type: ignore[arg-type]
    with pytest.raises(Refused, match=r"book.units_not_there"):
        await _repack(made, batch, "1-3")
    with pytest.raises(Refused, match=r"book.units_not_there"):
        await book.dispatch(made.owner(), batch.producer_id, takes=[(batch.id, 3)], **where)  # type: ignore[arg-type]
    assert (await labels.labels(made.owner(), batch.id)).ledger.void_count == 0
    await book.take_back(made.owner(), sold.id, happened_on=TODAY, gives=[(batch.id, 1)])
    await _repack(made, batch, "1-3")


@on("sqlite")
async def test_labels_stop_while_more_units_left_the_lot_than_it_had(database: Database) -> None:
    made = await certified()
    batch = await _fifty(made)
    lost = await _lose(made, batch, 51)
    against = (await labels.labels(made.owner(), batch.id)).against
    assert [(one.code, one.params["units"]) for one in against] == [("label.stock_negative", 1)]
    await book.reverse(made.owner(), lost.id, reason="Contamos mal.")
    assert not (await labels.labels(made.owner(), batch.id)).against


@on("sqlite")
async def test_a_harvest_under_a_sealed_batch_is_not_reversed(database: Database) -> None:
    made = await certified()
    batch = await _fifty(made)
    _, entries = await book.book(made.owner(), batch.producer_id)
    harvest = next(one for one in entries if one.kind is EntryKind.HARVEST)
    with pytest.raises(Refused, match=r"book.batch_stands_on"):
        await book.reverse(made.owner(), harvest.id, reason="Fue en otro sitio.")
    spare = await world.harvested(made.world.member, 1000)
    (own,) = [one for one in (await book.book(made.owner(), batch.producer_id))[1] if one.lines[0].lot_id == spare]
    await book.reverse(made.owner(), own.id, reason="Fue en otro sitio.")
