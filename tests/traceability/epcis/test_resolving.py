"""A GS1 Digital Link at the association's own address leads to the page of what it names."""

from __future__ import annotations

from seal.clock import SimulatedClock
from seal.members import service as members
from tests import world
from tests.certificates.certified import DAY, certified, declared, sealed
from tests.conftest import Database, on
from tests.web.support import client, serving

GTIN = "07804520123453"


@on("sqlite")
async def test_a_link_leads_to_the_batch_and_the_unit(database: Database) -> None:
    made = await certified()
    one = made.world.member
    await members.set_gtin(made.manager(), one.producer.id, one.product.id, GTIN)
    batch = await sealed(made, units=30)
    await declared(made, lot="ABIERTO")
    async with serving(database.settings, SimulatedClock(world.START + DAY)) as app:
        browser = client(app)

        async def leads(path: str) -> str:
            answer = await browser.get(f"/01/{path}", headers={"Accept": "text/html"}, follow_redirects=False)
            return answer.headers.get("location", str(answer.status_code))

        assert await leads(f"{GTIN}/10/L2611") == f"/{batch.plain_code}"
        assert await leads("7804520123453/10/l2611") == f"/{batch.plain_code}"
        unit = await leads(f"{GTIN}/10/L2611/21/7")
        assert unit.startswith(f"/{batch.plain_code[:8]}")
        assert len(unit) == 14
        for nothing in (
            f"{GTIN}/10/L2612", f"{GTIN}/10/ABIERTO", f"{GTIN}/21/7", "07804520123454/10/L2611",
            f"{GTIN}/10/L2611/21/x",
            f"{GTIN}/10/L2611/21/70000", f"{GTIN}/21/7/10/L2611", f"{GTIN}/10/%3C", "x/y", "09520123456788/10/L2611",
        ):  # fmt: skip
            assert await leads(nothing) == "404", nothing
        told = await browser.get(f"/01/{GTIN}/10/L2611?linkType=linkset")
        assert told.headers["content-type"] == "application/linkset+json"
        (entry,) = told.json()["linkset"]
        base = made.world.association.base
        assert entry["anchor"] == f"{base}/01/{GTIN}/10/L2611"
        assert entry["https://gs1.org/voc/certificationInfo"][0]["href"] == f"{base}/c/{batch.plain_code}"
