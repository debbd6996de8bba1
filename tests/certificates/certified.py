"""From a passed audit to a certification, a sealed batch and labels, by the product's own verbs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from seal.associations.model import Association, Rules
from seal.batches import service as batches
from seal.batches.model import Batch
from seal.certificates import service as certificates
from seal.certificates.model import Certification
from seal.clock import local_day
from seal.identity import Acting, Role
from seal.keys import service as keys
from seal.keys.envelope import Cost
from seal.members import service as members
from seal.people.model import Person
from tests import world

CHEAP = Cost(memory_kib=64, iterations=1, lanes=1)
"""Argon2id as cheap as it gets: tests open many key files."""
ZONE = "America/Coyhaique"
DAY = timedelta(days=1)


async def ceremony(group: Association, at: datetime = world.START) -> None:
    """Keys for a demonstration, open in this process."""
    await keys.demonstration_ceremony(group.id, at, cost=CHEAP)


async def passed(slug: str = "aysen", *, at: datetime = world.START, rules: Rules | None = None) -> world.World:
    """As ``world.passed``, with rules of its own and keys."""
    group = await world.association(slug, at=at, rules=rules)
    crew = await world.staff(group, at=at)
    one = await world.member(group, crew.manager, at=at)
    version = await world.honey(crew.manager, at=at)
    await ceremony(group, at)
    return world.World(group, crew, one, version, await world.concluded(crew, one, version, at=at))


async def second_certifier(made: world.World) -> Person:
    return await world.person(made.association, "Diego Certificador", Role.CERTIFIER)


@dataclass(frozen=True)
class Certified:
    """A world with keys, and its producer certified and in possession of its sanitary permit."""

    world: world.World
    certification: Certification

    def manager(self, at: datetime = world.START) -> Acting:
        return world.acting(self.world.staff.manager, at)

    def certifier(self, at: datetime = world.START) -> Acting:
        return world.acting(self.world.staff.certifier, at)

    def owner(self, at: datetime = world.START) -> Acting:
        return world.acting(self.world.member.owner, at)


async def certified(slug: str = "aysen", *, at: datetime = world.START) -> Certified:
    made = await passed(slug, at=at)
    await members.record_permit(
        world.acting(made.staff.manager, at),
        made.member.producer.id,
        kind="sanitary",
        number="RS-123",
        valid_until=date(2027, 12, 31),
    )
    state = await certificates.decide(world.acting(made.staff.certifier, at), made.conclusion.audit_id)
    assert state.certification is not None
    return Certified(made, state.certification)


async def declared(
    made: Certified, *, lot: str = "L2611", units: int = 100, at: datetime = world.START, on: date | None = None
) -> Batch:
    one = made.world.member
    day = on or local_day(at, ZONE)
    return await batches.declare(
        made.owner(at),
        producer_id=one.producer.id,
        product_id=one.product.id,
        site_id=one.site.id,
        lot=lot,
        units=units,
        produced_on=day,
        made_of=await world.made_of(one, units, at=at, on=day) if units > 0 else (),
    )


GOOD = {
    "moisture": ("17,4", "g/100g"),
    "hmf": ("12.0", "mg/kg"),
    "diastase": ("14", "Schade"),
    "residues": ("absent", ""),
}


async def pass_tests(made: Certified, batch: Batch, *, at: datetime = world.START) -> None:
    """Every test that the protocol asks for, passed."""
    for test, (value, unit) in GOOD.items():
        await batches.record_test(
            made.manager(at),
            batch.id,
            test_id=test,
            value=value,
            unit=unit,
            by="self" if test == "moisture" else "lab",
            tested_on=batch.produced_on,
            laboratory=None if test == "moisture" else "Laboratorio Austral",
        )


async def sealed(made: Certified, *, lot: str = "L2611", units: int = 100, at: datetime = world.START) -> Batch:
    batch = await declared(made, lot=lot, units=units, at=at)
    await pass_tests(made, batch, at=at)
    return await batches.seal(made.owner(at), batch.id)
