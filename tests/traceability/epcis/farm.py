"""A member with a book, a shop that it sends to, and events about what is theirs; no certification, so it is quick."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from seal.associations.model import Association
from seal.batches.book import service as book
from seal.batches.book.model import Lot
from seal.identity import Acting
from seal.members import service as members
from seal.members.model import Organisation
from seal.traceability.epcis import service
from seal.traceability.epcis.listing import Listed
from seal.traceability.epcis.store import Capture
from tests import world
from tests.traceability.epcis import examples

SHIPPED: Mapping[str, Any] = {
    "type": "ObjectEvent", "eventTime": "2026-02-03T09:30:00-03:00", "eventTimeZoneOffset": "-03:00",
    "action": "OBSERVE", "bizStep": "shipping",
}  # fmt: skip


@dataclass(frozen=True)
class Farm:
    """``lot`` holds twenty kilograms of honey."""

    association: Association
    staff: world.Staff
    one: world.Member
    shop: Organisation
    lot: UUID
    acting: Acting = field(repr=False)

    @property
    def manager(self) -> Acting:
        return world.acting(self.staff.manager)

    def named(self, sort: str, row: object) -> str:
        return f"{self.association.base}/id/{sort}/{row}"

    @property
    def us(self) -> str:
        return self.named("producer", self.one.producer.number)

    @property
    def here(self) -> dict[str, Any]:
        return {"bizLocation": {"id": self.named("site", self.one.site.id)}}

    @property
    def lot_name(self) -> str:
        return self.named("lot", self.lot)

    def shipping(self, kilograms: float = 5, **more: Any) -> dict[str, Any]:
        """Our honey goes to the shop."""
        return {
            **SHIPPED,
            "quantityList": [{"epcClass": self.lot_name, "quantity": kilograms, "uom": "KGM"}],
            "destinationList": [{"type": "possessing_party", "destination": self.named("organisation", self.shop.id)}],
            **more,
        }

    async def capture(self, *events: Mapping[str, Any], by: Acting | None = None, **more: Any) -> Capture:
        document = examples.document(*[dict(one) for one in events], **more)
        return await service.capture(by or self.acting, examples.body(document))

    async def listed(self, by: Acting | None = None, *pairs: tuple[str, str]) -> tuple[Listed, ...]:
        page, _ = await service.events(by or self.acting, [("perPage", "500"), *pairs])
        return page.events

    async def held(self, lot: UUID | None = None) -> int:
        """Grams that a lot holds now."""
        return (await book.balances(self.acting, self.one.producer.id))[lot or self.lot]

    async def lots(self) -> dict[str, Lot]:
        lots, _ = await book.book(self.acting, self.one.producer.id)
        return {lot.name: lot for lot in lots}


async def farm(slug: str = "aysen", *, at: datetime = world.START) -> Farm:
    group = await world.association(slug, at=at)
    crew = await world.staff(group, at=at)
    return await another(group, crew, "Miel del Baker", at=at)


async def another(group: Association, crew: world.Staff, name: str, *, at: datetime = world.START) -> Farm:
    """One more member of an association."""
    one = await world.member(group, crew.manager, name, at=at, signed=False)
    lot = await world.harvested(one, 20_000, at=at)
    manager = world.acting(crew.manager, at)
    shops = {shop.name: shop for shop in await members.organisations(manager)}
    shop = shops.get("Almacén Patagón") or await members.add_organisation(manager, name="Almacén Patagón", kind="shop")
    return Farm(group, crew, one, shop, lot, world.acting(one.owner, at))
