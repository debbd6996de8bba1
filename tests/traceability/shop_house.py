"""An association with a certified producer and a sealed, labelled lot, open for programs: made by verbs."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

from seal.identity import system
from seal.people import service as people
from seal.settings import Settings
from tests import world
from tests.certificates.certified import Certified, certified
from tests.walks.programs import House, enter, labels, seal
from tests.web.support import RealButStill, client, serving


@asynccontextmanager
async def shop_house(settings: Settings, lot: str = "L-1") -> AsyncIterator[tuple[House, list[dict[str, Any]]]]:
    """The house, and the codes of five labels of its first lot."""
    made = await certified("sabores")
    clock = RealButStill(world.START)
    async with serving(settings, clock) as app, client(app) as browser:
        house = House(made.world.association, clock, browser, {})
        await sign_in(house, made)
        house.made |= {
            "producer": str(made.world.member.producer.id),
            "product": str(made.world.member.product.id),
            "site": str(made.world.member.site.id),
            "certification": str(made.certification.id),
        }
        house.made["batch"] = await seal(house, lot)
        yield house, await labels(house, house.made["batch"], 5)


async def sign_in(house: House, made: Certified | None = None) -> None:
    """Everybody by a new link: at the start, and when sessions have ended."""
    if made is not None:
        crew = made.world.staff
        owner = made.world.member.owner
        folk = {"manager": crew.manager, "certifier": crew.certifier, "auditor": crew.auditor, "producer": owner}
        house.made |= {f"person {name}": str(one.id) for name, one in folk.items()}
    acting = system(house.association.id, house.clock.now())
    everybody = {str(one.id): one.id for one in await people.people(acting)}
    for name in ("manager", "certifier", "auditor", "producer"):
        link = await people.make_link(acting, everybody[house.made[f"person {name}"]])
        house.who[name] = await enter(house.browser, link)


async def later(house: House, days: int) -> None:
    """Days pass, and everybody signs in again."""
    house.clock.advance(seconds=timedelta(days=days).total_seconds())
    await sign_in(house)
