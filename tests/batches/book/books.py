"""Pure lots and entries for tests of the book's rules, and a producer with a manager for tests of its verbs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from seal import ids
from seal.associations.model import Association
from seal.batches import service as batches
from seal.batches.book import service as book
from seal.batches.book.model import Dimension, Entry, EntryKind, Line, Lot, Standing
from seal.batches.model import Batch
from seal.identity import Acting
from tests import world

DAY = date(2026, 2, 3)
AT = world.START
OWNER = UUID(int=1)
MAKER = UUID(int=2)
SHOP = UUID(int=3)


def lot(
    name: str = "A",
    material: str = "honey",
    dimension: Dimension = Dimension.MASS,
    *,
    standing: Standing = Standing.OWN,
    main: bool = True,
    batch: bool = False,
    **readings: str,
) -> Lot:
    made = ids.uuid7(AT)
    return Lot(
        made, OWNER, MAKER, material, name, dimension, standing, AT, main, made if batch else None, readings=readings
    )


def entry(
    kind: EntryKind, *changes: tuple[Lot, int], days: int = 0, about: Entry | None = None, reason: str = ""
) -> Entry:
    """An entry of the day so many days after ``DAY``; written in the order of the calls."""
    return Entry(
        ids.uuid7(AT),
        OWNER,
        MAKER,
        kind,
        DAY + timedelta(days=days),
        AT,
        tuple(Line(one.id, change) for one, change in changes),
        about=None if about is None else about.id,
        organisation_id=SHOP if kind in (EntryKind.SEND, EntryKind.DISPATCH) else None,
        reason=reason or ("Porque sí." if kind in (EntryKind.LOSE, EntryKind.ADJUST, EntryKind.REVERSE) else ""),
    )


@dataclass(frozen=True)
class House:
    """An association with two producers and a manager; nothing is certified."""

    group: Association
    crew: world.Staff
    one: world.Member
    other: world.Member

    def owner(self, at: datetime = AT) -> Acting:
        return world.acting(self.one.owner, at)

    def neighbour(self, at: datetime = AT) -> Acting:
        return world.acting(self.other.owner, at)

    async def honey(self, grams: int, name: str = "", *, days: int = 0) -> UUID:
        _, made = await book.intake(
            self.owner(),
            self.one.producer.id,
            book.New("honey", grams, Dimension.MASS, name=name),
            happened_on=DAY - timedelta(days=days),
        )
        return made.id

    async def batch(self, lot: str = "L-1", units: int = 10) -> Batch:
        """A batch of which nobody said what it was made of."""
        return await batches.declare(
            self.owner(),
            producer_id=self.one.producer.id,
            product_id=self.one.product.id,
            site_id=self.one.site.id,
            lot=lot,
            units=units,
            produced_on=DAY,
        )


async def house(slug: str = "aysen") -> House:
    group = await world.association(slug)
    crew = await world.staff(group)
    one = await world.member(group, crew.manager, signed=False)
    other = await world.member(group, crew.manager, "Dulces del Río", signed=False)
    return House(group, crew, one, other)
