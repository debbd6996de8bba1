"""A certified producer with a sealed batch of honey and its first labels, by the product's own verbs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from seal.associations.model import Association
from seal.batches import service as batches
from seal.batches.model import Batch
from seal.clock import local_day
from seal.identity import Acting
from seal.labels import service as labels
from seal.labels.service import UnitLabel
from tests import world
from tests.certificates.certified import Certified, certified, pass_tests

DAY = world.START + timedelta(days=1)


@dataclass(frozen=True)
class Sealed:
    """What the tests here ask about."""

    certified: Certified
    batch: Batch
    labels: tuple[UnitLabel, ...]

    @property
    def association(self) -> Association:
        return self.certified.world.association

    def manager(self, at: datetime = DAY) -> Acting:
        return self.certified.manager(at)

    def certifier(self, at: datetime = DAY) -> Acting:
        return self.certified.certifier(at)


async def batch(made: Certified, lot: str = "L-1", *, at: datetime = DAY, units: int = 50) -> Batch:
    """A batch declared, measured and sealed, with a use-by day."""
    one = made.world.member
    declared = await batches.declare(
        made.owner(at),
        producer_id=one.producer.id,
        product_id=one.product.id,
        site_id=one.site.id,
        lot=lot,
        units=units,
        produced_on=local_day(at, made.world.association.zone),
        use_by=date(2028, 2, 4),
        made_of=await world.made_of(one, units, at=at),
    )
    await pass_tests(made, declared, at=at)
    return await batches.seal(made.owner(at), declared.id)


async def sealed(slug: str = "aysen", *, at: datetime = DAY, count: int = 5) -> Sealed:
    made = await certified(slug)
    one = await batch(made, at=at)
    reserved = await labels.reserve(made.manager(at), one.id, count)
    return Sealed(made, one, await labels.codes(made.manager(at), reserved.id))
