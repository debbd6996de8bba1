"""Labels that were printed and are on no unit when the right is suspended: the desk asks for them to be blocked."""

from __future__ import annotations

from datetime import timedelta

from seal.certificates import service as certificates
from seal.desk import service as desk
from seal.identity import Acting
from seal.labels import counting, voiding
from seal.labels import service as labels
from seal.labels.model import Span, VoidReason
from tests import world
from tests.certificates.certified import certified, sealed
from tests.conftest import Database, on

LATER = world.START + timedelta(days=1)


async def told(acting: Acting) -> list[tuple[str, str]]:
    found = (await desk.today(acting, acting.at.date())).now
    return [(one.kind, one.producer.rpartition(" · ")[2]) for one in found if one.kind.startswith("labels_")]


@on("sqlite")
async def test_printed_labels_on_no_unit_are_a_task_from_the_suspension_until_they_are_void(database: Database) -> None:
    made = await certified()
    batch = await sealed(made)
    await labels.reserve(made.owner(), batch.id, 12)
    assert await told(made.owner()) == []
    await certificates.suspend(
        made.certifier(LATER), made.certification.id, reason_class="nonconformity", reason="Visita impedida."
    )
    assert await told(made.owner(LATER)) == [("labels_count", batch.lot)]
    await counting.count(made.owner(LATER), batch.id, used=5, spoiled=0, left_over=7)
    assert await told(made.owner(LATER)) == [("labels_block", "7")]
    assert await told(made.manager(LATER)) == [("labels_block", "7")]
    await voiding.void_units(made.owner(LATER), batch.id, [Span(6, 12)], VoidReason.SURPLUS)
    assert await told(made.owner(LATER)) == []
