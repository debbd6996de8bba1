"""What must ripen or rest before it is sealed, and how long it keeps: by the kind of product that a batch is of."""

from __future__ import annotations

import shutil
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from seal.batches import gating
from seal.batches import service as batches
from seal.batches.model import Batch, State
from seal.certificates import service as certificates
from seal.errors import BadInput, Refused
from seal.identity import system
from seal.members import service as members
from seal.protocols import loader
from seal.protocols import service as protocols
from tests import world
from tests.certificates.certified import DAY, Certified, ceremony, certified, pass_tests
from tests.certificates.certified import declared as certified_batch
from tests.conftest import Database

MADE = world.START.date()
TYPES = ("chanco", "fresh")


async def cheese(kind: str | None) -> tuple[world.Member, Batch, date | None]:
    """A batch of cheese made today, and the first day on which the cheese protocol lets it be sealed."""
    made = await certified()
    boss, maker = made.manager(), made.world.member.producer.id
    await protocols.propose(system(boss.association_id, boss.at), "queso", "0.1.0")
    version = await protocols.publish(boss, "queso", "0.1.0")
    await members.record_facts(boss, maker, {"cheese_types": TYPES, "raw_milk": False})
    product = await members.add_product(
        boss, maker, protocol_id="queso", name={"es": "Queso"}, net_content="1 kg", grams=1000, kind=kind
    )
    batch = await declared(made.world.member, product.id)
    dossier = await members.dossier_of(boss.association_id, maker)
    return made.world.member, batch, gating.release_on(batch, dossier, version.protocol)


async def declared(one: world.Member, product_id: UUID, use_by: date | None = None, lot: str = "Q-1") -> Batch:
    return await batches.declare(
        world.acting(one.owner),
        producer_id=one.producer.id,
        product_id=product_id,
        site_id=one.site.id,
        lot=lot,
        units=10,
        produced_on=MADE,
        use_by=use_by,
    )


@pytest.mark.parametrize(("kind", "days"), [("chanco", 21), (None, None), ("fresh", None)])
async def test_a_cheese_rests_by_its_kind_and_one_of_unknown_kind_is_not_kept_back(
    database: Database, kind: str | None, days: int | None
) -> None:
    _, _, release = await cheese(kind)
    assert release == (None if days is None else MADE + timedelta(days=days))


async def test_a_fresh_cheese_keeps_no_longer_than_it_may(database: Database) -> None:
    one, batch, _ = await cheese("fresh")
    assert batch.use_by == MADE + timedelta(days=21)
    with pytest.raises(BadInput) as refused:
        await declared(one, batch.product_id, batch.use_by + DAY, "Q-2")
    assert refused.value.code == "batch.use_by_late"


async def test_what_must_rest_is_sealed_on_its_day_and_not_the_day_before(database: Database, tmp_path: Path) -> None:
    made = await resting(tmp_path)
    batch = await certified_batch(made)
    await pass_tests(made, batch)
    for days in (0, 20):
        with pytest.raises(Refused) as refused:
            await batches.seal(made.owner(world.START + days * DAY), batch.id)
        (reason,) = refused.value.reasons
        assert reason.code == "batch.too_young"
        assert (reason.params["day"], reason.params["days"]) == (str(MADE + timedelta(days=21)), 21)
    assert (await batches.seal(made.owner(world.START + 21 * DAY), batch.id)).state is State.SEALED


async def resting(folder: Path) -> Certified:
    """A producer certified under a honey protocol that asks for three weeks of rest."""
    home = folder / "library"
    shutil.copytree(loader.shipped(), home)
    file = home / "miel" / "0.1.0" / "protocol.yaml"
    file.write_text(
        file.read_text(encoding="utf-8").replace(
            "shelf_life_months: 24", "shelf_life_months: 24\n  release_after_days: 21"
        ),
        encoding="utf-8",
    )
    group = await world.association()
    crew = await world.staff(group)
    one = await world.member(group, crew.manager)
    await protocols.propose(system(group.id, world.START), "miel", "0.1.0", folder=home)
    version = await protocols.publish(world.acting(crew.manager), "miel", "0.1.0", folder=home)
    await ceremony(group)
    made = world.World(group, crew, one, version, await world.concluded(crew, one, version))
    await members.record_permit(
        world.acting(crew.manager), one.producer.id, kind="sanitary", number="1", valid_until=date(2027, 12, 31)
    )
    state = await certificates.decide(world.acting(crew.certifier), made.conclusion.audit_id)
    assert state.certification is not None
    return Certified(made, state.certification)
