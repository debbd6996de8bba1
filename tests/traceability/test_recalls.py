"""Recalls by the product's own verbs: killed halfway, opened twice at once, and what is made of a lot afterwards."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from uuid import UUID

import pytest

from seal.batches import service as batches
from seal.batches.model import Batch, State
from seal.errors import Conflict, NotAllowed, NotFound
from seal.traceability.recalls import following, opening
from seal.traceability.recalls.model import Cause, Recall, Subject
from seal.transparency import service as log
from seal.transparency.model import LeafType
from tests import world
from tests.certificates.certified import Certified, certified, pass_tests
from tests.conftest import Database, on
from tests.traceability.killed import WHY


async def cooked(made: Certified, honey: UUID, lot: str, *, sealed: bool = True) -> Batch:
    """Ten jars of a harvest."""
    one = made.world.member
    batch = await batches.declare(
        made.owner(),
        producer_id=one.producer.id,
        product_id=one.product.id,
        site_id=one.site.id,
        lot=lot,
        units=10,
        produced_on=world.START.date(),
        made_of=[(honey, 5000)],
    )
    if not sealed:
        return batch
    await pass_tests(made, batch)
    return await batches.seal(made.owner(), batch.id)


async def states(made: Certified) -> dict[str, State]:
    return {one.lot: one.state for one in await batches.batches(made.manager())}


def recall_of(lot: UUID) -> Subject:
    return Subject(Cause.LOTS, (lot,))


@on("sqlite")
@pytest.mark.parametrize(
    ("point", "stopped"),
    [pytest.param("after_recall_intent", 0, marks=pytest.mark.deep), ("after_recall_item", 1)],
)
async def test_a_process_killed_between_two_batches_is_finished_by_the_jobs(
    database: Database, point: str, stopped: int
) -> None:
    made = await certified()
    honey = await world.harvested(made.world.member, 20_000)
    first, second = await cooked(made, honey, "K-1"), await cooked(made, honey, "K-2")
    await cooked(made, honey, "K-3", sealed=False)
    ids = (made.world.association.id, made.world.staff.manager.id, honey)
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.traceability.killed", *map(str, ids), env=os.environ | {"SEAL_FAILPOINT": point}
    )
    assert await process.wait() == -signal.SIGKILL
    assert sum(state is State.RECALLED for state in (await states(made)).values()) == stopped
    assert await opening.finish_pending(ids[0], world.START) == 3 - stopped
    assert await states(made) == {"K-1": State.RECALLED, "K-2": State.RECALLED, "K-3": State.HELD}
    (recall,) = await opening.recalls(made.manager())
    assert recall.waiting == ()
    assert await opening.finish_pending(ids[0], world.START) == 0
    again = await opening.open_recall(made.manager(), recall_of(honey), **WHY)
    assert again.id == recall.id
    assert await log.leaf_of(ids[0], LeafType.DECISION, recall.id)
    for batch in (first, second):
        acts = [step for step in (await batches.batch(made.manager(), batch.id)).steps if step.action == "recall"]
        assert len(acts) == 1
        assert acts[0].id is not None
        assert await log.leaf_of(ids[0], LeafType.DECISION, acts[0].id)


async def another_reason_or_id_for_the_same_lots_is_refused(made: Certified, honey: UUID, first: Recall) -> None:
    for other in ({"reason": "Vidrio."}, {"advice": "return"}, {"id": UUID(int=7)}):
        with pytest.raises(Conflict) as refused:
            await opening.open_recall(made.manager(), recall_of(honey), **{**WHY, **other})
        (reason,) = refused.value.reasons
        assert (reason.code, reason.params["number"]) == ("recall.open_already", 1)
        assert str(first.id) in str(reason.params["address"])
    with pytest.raises(Conflict) as taken:
        await opening.open_recall(made.manager(), recall_of(honey), **{**WHY, "reason": "Vidrio.", "id": first.id})
    assert taken.value.reasons[0].code == "recall.id_taken"


async def test_two_people_at_once_open_one_recall(database: Database) -> None:
    made = await certified()
    honey = await world.harvested(made.world.member, 20_000)
    await cooked(made, honey, "T-1")

    async def opened(by: object) -> Recall:
        return await opening.open_recall(by, recall_of(honey), **WHY)  # type: ignore[arg-type]

    one, other = await asyncio.gather(opened(made.manager()), opened(made.certifier()))
    assert one.id == other.id
    assert len(await opening.recalls(made.manager())) == 1
    assert (await states(made)) == {"T-1": State.RECALLED}
    await another_reason_or_id_for_the_same_lots_is_refused(made, honey, one)
    with pytest.raises(NotAllowed):
        await opening.open_recall(made.owner(), recall_of(honey), **WHY)
    with pytest.raises(NotFound):
        await opening.preview(made.manager(), recall_of(UUID(int=5)))


async def test_what_is_made_later_of_a_recalled_lot_is_held(database: Database) -> None:
    made = await certified()
    honey = await world.harvested(made.world.member, 20_000)
    await cooked(made, honey, "A-1")
    await opening.open_recall(made.manager(), recall_of(honey), **WHY)
    await cooked(made, honey, "A-2", sealed=False)
    owner = made.world.association.id
    assert await opening.finish_pending(owner, world.START) == 1
    assert await states(made) == {"A-1": State.RECALLED, "A-2": State.HELD}
    (late,) = [one for one in await batches.batches(made.manager()) if one.lot == "A-2"]
    await batches.release(made.manager(), late.id, reason="Es de otra cosecha; se anotó mal")
    assert await opening.finish_pending(owner, world.START) == 0, "whoever released it knew"


async def test_a_batch_declared_after_the_recall_out_of_the_same_harvest_is_held(database: Database) -> None:
    made = await certified()
    honey, elsewhere = [await world.harvested(made.world.member, 20_000) for _ in range(2)]
    first = await cooked(made, honey, "Z-1")
    recall = await opening.open_recall(made.manager(), recall_of(first.id), **WHY)
    await cooked(made, honey, "R-2", sealed=False)
    await cooked(made, elsewhere, "B-1", sealed=False)
    owner = made.world.association.id
    assert await opening.finish_pending(owner, world.START) == 1
    assert await states(made) == {"Z-1": State.RECALLED, "R-2": State.HELD, "B-1": State.DECLARED}
    await following.close(made.certifier(), recall.id, closing="Tapas cambiadas.")
    await cooked(made, honey, "R-3", sealed=False)
    assert await opening.finish_pending(owner, world.START) == 0, (
        "the recall is closed and the harvest was not recalled"
    )


async def test_a_recalled_harvest_goes_into_nothing_after_its_recall_is_closed(database: Database) -> None:
    made = await certified()
    honey = await world.harvested(made.world.member, 20_000)
    await cooked(made, honey, "Z-1", sealed=False)
    recall = await opening.open_recall(made.manager(), recall_of(honey), **WHY)
    await following.close(made.certifier(), recall.id, closing="Botada.")
    await cooked(made, honey, "R-3", sealed=False)
    assert await opening.finish_pending(made.world.association.id, world.START) == 1
    assert await states(made) == {"Z-1": State.HELD, "R-3": State.HELD}
