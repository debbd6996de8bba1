"""Numbers that GS1 gave, and organisations, as programs and people enter them."""

from __future__ import annotations

from tests.conftest import Database, on
from tests.traceability.epcis.farm import farm
from tests.web.support import bearer, client, hidden, key, serving, sign_in

GTIN, GLN = "07804520123453", "9520123456788"


async def test_programs_enter_numbers_and_organisations(database: Database) -> None:
    made = await farm()
    async with serving(database.settings) as app:
        browser = client(app)
        boss, owner = [await bearer(browser, one) for one in (made.staff.manager, made.one.owner)]
        at = f"/api/v1/producers/{made.one.producer.id}"
        gtin, gln = f"{at}/products/{made.one.product.id}/gtin", f"{at}/sites/{made.one.site.id}/gln"
        assert (await browser.post(gtin, json={"gtin": "780-4520-12345 3"}, headers=key(boss))).status_code == 201
        assert (await browser.post(gln, json={"gln": GLN}, headers=key(boss))).status_code == 201
        dossier = (await browser.get(at, headers=boss)).json()
        assert (dossier["products"][0]["gtin"], dossier["sites"][0]["gln"]) == (GTIN, GLN)
        wrong = await browser.post(gtin, json={"gtin": "7804520123454"}, headers=key(boss))
        assert (wrong.status_code, wrong.json()["reasons"][0]["params"]["right"]) == (400, "3")
        assert (await browser.post(gtin, json={"gtin": ""}, headers=key(owner))).status_code == 403
        assert (await browser.post(gtin, json={"gtin": ""}, headers=key(boss))).status_code == 201
        assert (await browser.get(at, headers=boss)).json()["products"][0]["gtin"] is None

        shop = await browser.post("/api/v1/organisations", json={"name": "Tienda", "kind": "shop"}, headers=key(owner))
        assert shop.status_code == 201
        there = f"/api/v1/organisations/{shop.json()['id']}/gln"
        assert (await browser.post(there, json={"gln": GLN[:-1]}, headers=key(boss))).status_code == 400
        assert (await browser.post(there, json={"gln": GLN}, headers=key(boss))).status_code == 201
        listed = (await browser.get("/api/v1/organisations", headers=owner)).json()
        assert {one["name"]: one["gln"] for one in listed} == {"Almacén Patagón": None, "Tienda": GLN}


@on("sqlite")
async def test_a_manager_types_them_and_is_told_the_right_digit(database: Database) -> None:
    made = await farm()
    async with serving(database.settings) as app:
        browser = client(app)
        await sign_in(browser, made.staff.manager)
        at = f"/desk/producers/{made.one.producer.id}"
        page = await browser.get(f"{at}/gs1")
        form = hidden(page.text)
        to = f"{at}/products/{made.one.product.id}/gtin"
        wrong = await browser.post(to, data={**form, "gtin": "7804520123454"})
        assert wrong.status_code == 400
        assert "debería ser 3" in wrong.text
        assert 'value="7804520123454"' in wrong.text
        done = await browser.post(to, data={**hidden(wrong.text), "gtin": "7804520123453"})
        assert done.status_code == 303
        assert f'value="{GTIN}"' in (await browser.get(f"{at}/gs1")).text
        site = await browser.post(f"{at}/sites/{made.one.site.id}/gln", data={**hidden(page.text, 1), "gln": GLN})
        assert site.status_code == 303

        page = await browser.get("/desk/organisations")
        first = await browser.post(
            f"/desk/organisations/{made.shop.id}/gln", data={**hidden(page.text), "gln": "952012345678"}
        )
        assert first.status_code == 400
        assert "13" in first.text
        new = {"name": "Tienda Nueva", "kind": "shop", "commune": "Cochrane", "contact": "", "gln": GLN}
        assert (await browser.post("/desk/organisations", data={**hidden(first.text, 1), **new})).status_code == 303
        again = await browser.post("/desk/organisations", data={**hidden(page.text, 1), **new})
        assert again.status_code == 409
        assert f"GLN {GLN}" in (await browser.get("/desk/organisations")).text
