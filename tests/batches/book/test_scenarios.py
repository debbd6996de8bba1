"""The cases of CERTIFICATION D on custody and quantities, told through the API as a producer's program tells them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx

from seal.batches import service as batches
from seal.batches.book import origins
from seal.people.model import Person
from tests import world
from tests.certificates.certified import GOOD, Certified, certified
from tests.conftest import Database
from tests.web.support import RealButStill, bearer, client, key, serving

from .books import AT, DAY

TODAY = DAY.isoformat()


@dataclass
class Program:
    """What one person's program sends; ``refused`` gives the codes of every reason."""

    browser: httpx.AsyncClient
    headers: Mapping[str, str]

    async def get(self, path: str) -> Any:
        answer = await self.browser.get(f"/api/v1{path}", headers=self.headers)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def post(self, path: str, body: Mapping[str, Any] | None = None) -> Any:
        answer = await self.browser.post(f"/api/v1{path}", json=body or {}, headers=key(self.headers))
        assert answer.status_code in (200, 201), answer.text
        return answer.json()

    async def refused(self, path: str, body: Mapping[str, Any] | None = None) -> list[str]:
        answer = await self.browser.post(f"/api/v1{path}", json=body or {}, headers=key(self.headers))
        assert answer.status_code in (400, 409, 422), answer.text
        return [reason["code"] for reason in answer.json()["reasons"]]


@dataclass
class Farm:
    """A certified honey producer at its program, with a manager and a certifier at theirs."""

    made: Certified
    clock: RealButStill
    owner: Program
    manager: Program
    certifier: Program

    @property
    def book(self) -> str:
        return f"/producers/{self.made.world.member.producer.id}/book"

    async def came(self, kilos: str, *, kind: str = "harvest", on: str = TODAY, **more: Any) -> str:
        body = {"kind": kind, "material": "honey", "amount": kilos, "unit": "kg", "happened_on": on, **more}
        return str((await self.owner.post(f"{self.book}/intakes", body))["lot"]["id"])

    def entry(self, kind: str, *takes: tuple[str, str], new: Any = (), **more: Any) -> dict[str, Any]:
        taken = [{"lot": lot, "amount": kilos, "unit": "kg"} for lot, kilos in takes]
        begun = [{"material": "honey", "amount": kilos, "unit": "kg", "name": name} for name, kilos in new]
        return {"kind": kind, "happened_on": TODAY, "takes": taken, "new": begun, **more}

    async def write(self, kind: str, *takes: tuple[str, str], new: Any = (), **more: Any) -> Any:
        return await self.owner.post(f"{self.book}/entries", self.entry(kind, *takes, new=new, **more))

    async def declared(self, lot: str, units: int, *made_of: tuple[str, str]) -> str:
        one = self.made.world.member
        body = {
            "producer_id": str(one.producer.id), "product_id": str(one.product.id), "site_id": str(one.site.id),
            "lot": lot, "units": units, "produced_on": TODAY,
            "made_of": [{"lot": each, "amount": kilos, "unit": "kg"} for each, kilos in made_of],
        }  # fmt: skip
        batch = str((await self.owner.post("/batches", body))["id"])
        for test, (value, unit) in GOOD.items():
            by = "self" if test == "moisture" else "lab"
            given = {"test_id": test, "value": value, "unit": unit, "by": by, "tested_on": TODAY}
            lab = {} if by == "self" else {"laboratory": "Laboratorio Austral"}
            await self.manager.post(f"/batches/{batch}/tests", {**given, **lab})
        return batch

    async def against(self, batch: str) -> list[str]:
        return [one["code"] for one in (await self.owner.get(f"/batches/{batch}/gates"))["reasons"]]

    async def sums(self, batch: str) -> dict[str, Any]:
        return {one["scope"]: one for one in (await self.owner.get(f"/batches/{batch}/reconciliation"))["balances"]}


@asynccontextmanager
async def farm(database: Database) -> AsyncIterator[Farm]:
    made = await certified()
    clock = RealButStill(AT)
    crew = made.world.staff
    async with serving(database.settings, clock) as app, client(app) as browser:

        async def program(person: Person) -> Program:
            return Program(browser, await bearer(browser, person, at=AT))

        yield Farm(
            made,
            clock,
            await program(made.world.member.owner),
            await program(crew.manager),
            await program(crew.certifier),
        )


async def test_d6_d8_d9_custody_holds_through_a_subcontractor_a_blend_and_a_split(database: Database) -> None:
    """D 6: handed over and back with quantities. D 8: a blend has parents with shares. D 9: parts never exceed."""
    async with farm(database) as here:
        one, two = await here.came("10", name="Uno"), await here.came("30", name="Dos")
        too_much = here.entry("blend", (one, "10"), (two, "30"), new=[("Junta", "40,001")])
        assert await here.owner.refused(f"{here.book}/entries", too_much) == ["book.more_out_than_in"]
        await here.write("blend", (one, "10"), (two, "30"), new=[("Junta", "40")])
        lots = {lot["name"]: lot["id"] for lot in (await here.owner.get(here.book))["lots"]}
        blend = await here.owner.get(f"/book/lots/{lots['Junta']}")
        assert [(part["name"], part["share"]) for part in blend["parents"]] == [("Uno", "1/4"), ("Dos", "3/4")]
        more = here.entry("split", (lots["Junta"], "40"), new=[("A", "20"), ("B", "20,001")])
        assert await here.owner.refused(f"{here.book}/entries", more) == ["book.more_out_than_in"]
        await here.write("split", (lots["Junta"], "40"), new=[("A", "25"), ("B", "15")])
        lots = {lot["name"]: lot["id"] for lot in (await here.owner.get(here.book))["lots"]}
        room = await here.owner.post("/organisations", {"name": "Sala de extracción", "kind": "subcontractor"})
        sent = await here.write("send", (lots["A"], "25"), organisation_id=room["id"])
        back = here.entry("bring_back", about=sent["id"]) | {
            "gives": [{"lot": lots["A"], "amount": "26", "unit": "kg"}]
        }
        assert await here.owner.refused(f"{here.book}/entries", back) == ["book.more_back_than_went"]
        await here.write("bring_back", about=sent["id"], new=[("Filtrada", "24")])
        lots = {lot["name"]: lot["id"] for lot in (await here.owner.get(here.book))["lots"]}
        batch = await here.declared("L-1", 48, (lots["Filtrada"], "24"))
        assert await here.against(batch) == []
        own = (await here.sums(batch))["batch"]
        assert [(line["amount"], line["unit"]) for line in own["inputs"]] == [("6250", "g"), ("18750", "g")]
        assert own["verdict"] == "usual"
        page = await here.owner.get(f"/book/lots/{batch}")
        assert [part["name"] for part in page["parents"]] == ["Filtrada"]


async def test_d31_a_great_year_warns_is_explained_and_needs_a_second_person(database: Database) -> None:
    """Below the range: the producer says why. Above the cap: another person lets it stand; the cap is not raised."""
    async with farm(database) as here:
        honey = await here.came("100")
        little = await here.declared("L-1", 40, (honey, "30"))
        assert await here.against(little) == ["batch.quantity_unexplained"]
        assert await here.owner.refused(f"/batches/{little}/explanations", {"text": "  "}) == ["book.reason_needed"]
        told = await here.owner.post(f"/batches/{little}/explanations", {"text": "Se volcó un balde."})
        assert (await here.owner.post(f"/batches/{little}/explanations", {"text": "Se volcó un balde."})) == told
        assert await here.against(little) == []
        found = await here.owner.get(f"/batches/{little}/reconciliation")
        assert [one["text"] for one in found["explanations"]] == ["Se volcó un balde."]
        assert (await here.owner.post(f"/batches/{little}/seal"))["state"] == "sealed"

        await here.owner.post(f"/producers/{here.made.world.member.producer.id}/facts", {"facts": {"hives": "1"}})
        great = await here.declared("L-2", 60, (honey, "30"))
        sums = await here.sums(great)
        assert (sums["period"]["made"], sums["period"]["cap"], sums["period"]["verdict"]) == (
            "50000",
            "40000",
            "decide",
        )
        assert sums["period"]["words"][0] == "Colmenas: 1."
        both = ["batch.over_capacity", "batch.over_capacity"]
        assert await here.against(great) == both, "the season and the twelve months"
        await here.owner.post(f"/batches/{great}/explanations", {"text": "Floreció dos veces."})
        assert await here.against(great) == both, "one's own word is not enough"
        for scope, left in (("period", 1), ("year", 0)):
            why = "Año muy bueno, se adjunta registro."
            asked = {"gate": "batch.over_capacity", "subject": scope, "reason": why}
            waiver = await here.manager.post(f"/batches/{great}/waivers", asked)
            await here.certifier.post(f"/waivers/{waiver['id']}/approve")
            assert len(await here.against(great)) == left
        assert (await here.owner.post(f"/batches/{great}/seal"))["state"] == "sealed"
        assert (await here.sums(great))["period"]["cap"] == "40000"


async def test_d32_d33_only_what_was_counted_or_came_in_is_sealed(database: Database) -> None:
    """D 32: opening stock is counted and signed. D 33: a late entry with its true day opens the gate by itself."""
    async with farm(database) as here:
        nothing = await here.declared("L-1", 10)
        assert await here.against(nothing) == ["batch.inputs_missing"]
        stock = {"kind": "opening", "material": "honey", "amount": "5", "unit": "kg", "happened_on": TODAY}
        assert await here.owner.refused(f"{here.book}/intakes", stock) == ["book.signed_by_needed"]
        counted = await here.came("5", kind="opening", signed_by="Ana Auditora")
        made_of = {"made_of": [{"lot": counted, "amount": "5", "unit": "kg"}]}
        await here.owner.post(f"/batches/{nothing}/origin", made_of)
        assert await here.against(nothing) == []

        yesterday = (DAY - timedelta(days=1)).isoformat()
        short = await here.came("3", on=yesterday, name="Balde 1")
        batch = await here.declared("L-2", 10, (short, "5"))
        (reason,) = (await here.owner.get(f"/batches/{batch}/gates"))["reasons"]
        assert (reason["code"], reason["params"]["lot"], reason["params"]["short"]) == (
            "batch.stock_negative", "Balde 1", "2 kg",
        )  # fmt: skip
        assert await here.owner.refused(f"/batches/{batch}/seal") == ["batch.stock_negative"]
        late = {"kind": "adjust", "happened_on": yesterday, "reason": "Faltó anotar un balde."}
        await here.owner.post(f"{here.book}/entries", {**late, "gives": [{"lot": short, "amount": "2", "unit": "kg"}]})
        assert await here.against(batch) == []


async def test_d40_a_certified_input_is_named_and_an_uncertified_main_one_stops(database: Database) -> None:
    """Honey from a neighbour's sealed batch comes in by its code; what stops that batch stops what was made of it."""
    async with farm(database) as here:
        batch = await here.declared("L-1", 20, (await here.came("10"), "10"))
        code = (await here.owner.post(f"/batches/{batch}/seal"))["code"]
        there = await world.member(here.made.world.association, here.made.world.staff.manager, "Dulces del Río")
        other = Program(here.owner.browser, await bearer(here.owner.browser, there.owner, at=AT))
        units = {"takes": [{"lot": batch, "amount": "12", "unit": "unit"}]}
        gone = {**here.entry("dispatch"), **units, "to_producer_id": str(there.producer.id)}
        sent = await here.owner.post(f"{here.book}/entries", gone)
        arrived = await other.post(f"/book/entries/{sent['id']}/receipt", {"happened_on": TODAY})
        lot = await other.get(f"/book/lots/{arrived['lines'][0]['lot']}")
        assert (lot["standing"], lot["certificate"], lot["amount"], lot["unit"]) == ("certified", code, "12", "unit")
        assert [(part["lot"], part["share"]) for part in lot["parents"]] == [(batch, "1")]

        bought = {"kind": "receive", "material": "honey", "amount": "5", "unit": "kg", "happened_on": TODAY}
        at = f"{here.book}/intakes"
        assert await here.owner.refused(at, {**bought, "from_whom": "Juan"}) == ["book.not_own"]
        assert await here.owner.refused(at, {**bought, "standing": "certified", "from_whom": "Juan"}) == [
            "book.certificate_needed"
        ]
        loose = await here.came("5", kind="receive", standing="uncertified", from_whom="Juan", name="De Juan")
        main = await here.declared("L-2", 10, (loose, "5"))
        assert await here.against(main) == ["batch.input_uncertified"]
        helper = await here.came(
            "1", kind="receive", standing="uncertified", from_whom="Juan", main=False, name="Ayuda"
        )
        page = {"standing": "certified", "from_whom": "Juan"}
        vague = await here.came("1", kind="receive", certificate="FALSO-1", name="Vaga", **page)
        coded = await here.came("1", kind="receive", certificate=f"https://x.example/c/{code}", name="Clara", **page)
        both = await batches.batch(here.made.manager(), UUID(await here.declared("L-4", 4, (vague, "1"), (coded, "1"))))
        assert [lot.name for lot in await origins.unchecked(both)] == ["Vaga"]
        mixed = await here.declared("L-3", 10, (await here.came("5"), "5"), (helper, "0,5"))
        assert await here.against(mixed) == [], "what only helps may come from anywhere"


async def test_every_act_has_an_address_and_a_mistake_is_taken_back(database: Database) -> None:
    async with farm(database) as here:
        lot = await here.came("10")
        shop = await here.owner.post("/organisations", {"name": "Almacén Doña Rosa", "kind": "shop"})
        made = await here.write("make", (lot, "2"), new=[("Cremada", "2")])
        sold = await here.write("dispatch", (lot, "5"), organisation_id=shop["id"])
        back = {"about": sold["id"], "gives": [{"lot": lot, "amount": "1", "unit": "kg"}]}
        await here.write("take_back", **back)
        await here.write("lose", (lot, "1"), reason="Se volcó.")
        for kind in ("harvest", "receive", "reverse"):
            assert await here.owner.refused(f"{here.book}/entries", here.entry(kind)) == ["book.not_written_here"]
        wrong = {
            "kind": "lose",
            "happened_on": TODAY,
            "reason": "x",
            "takes": [{"lot": lot, "amount": "1", "unit": "l"}],
        }
        assert await here.owner.refused(f"{here.book}/entries", wrong) == ["book.other_unit"]
        undone = await here.owner.post(f"/book/entries/{made['id']}/reversal", {"reason": "Aún no."})
        assert (undone["kind"], undone["about"]) == ("reverse", made["id"])
        assert await here.owner.refused(f"/book/entries/{sold['id']}/reversal", {"reason": "x"}) == ["book.answered"]
        held = {one["id"]: (one["amount"], one["unit"]) for one in (await here.owner.get(here.book))["lots"]}
        assert held[lot] == ("5", "kg")
