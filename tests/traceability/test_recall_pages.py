"""The desk: a recall by its forms, from the trace to the close; a trace as picture, list and spreadsheet."""

from __future__ import annotations

import csv
import io
import re

import httpx

from tests.conftest import Database, on
from tests.traceability.shop_house import shop_house
from tests.walks.programs import House, shop
from tests.walks.test_twice import browser_of
from tests.web.support import hidden


async def sent(browser: httpx.AsyncClient, page: str, path: str, fields: dict[str, str]) -> httpx.Response:
    """A form of ``page``, sent."""
    shown = await browser.get(page)
    assert shown.status_code == 200, (page, shown.text[:300])
    return await browser.post(path, data={**fields, **hidden(shown.text)})


async def says_what_was_written_and_what_is_still_out(browser: httpx.AsyncClient, location: str) -> None:
    shown = " ".join(re.sub(r"<[^>]+>", " ", (await browser.get(location)).text).split())
    assert "Anotado: salió a Almacén del Puerto. L-1: 3 unidades; siguen fuera 3 unidades" in shown
    assert "Últimos despachos" in shown
    assert "Anotado" not in (await browser.get("/desk/shipments")).text


async def a_drill_says_what_would_be_done_and_asks_for_no_words(browser: httpx.AsyncClient, code: str) -> None:
    ask = {"cause": "lots", "lots": code, "drill": "1", "started": ""}
    looked = (await sent(browser, "/desk/recalls/new", "/desk/recalls/look", ask)).text
    assert "se retiraría" in looked
    assert "se retira<" not in looked
    assert "Se retirarían 50 envases" in looked
    assert 'value="access_refused"' not in looked
    assert 'value="agreement"' not in looked
    why = {"reason_class": "quality", "advice": "return", "reason": "Simulacro."}
    opened = await browser.post("/desk/recalls", data={**ask, **why, **hidden(looked)})
    assert opened.status_code == 303
    shown = (await browser.get(opened.headers["location"])).text
    assert "se retiraría" in shown
    assert "Palabras sobre el peligro" not in shown


async def dispatched(house: House, browser: httpx.AsyncClient) -> str:
    place, code = await shop(house), (await house.who["manager"].get(f"/batches/{house.made['batch']}"))["code"]
    fields = {"organisation": place, "happened_on": house.today().isoformat(), "lines": f"{code} 1-3"}
    done = await sent(browser, "/desk/shipments", "/desk/shipments", fields)
    assert done.status_code == 303
    await says_what_was_written_and_what_is_still_out(browser, done.headers["location"])
    again = await sent(browser, "/desk/shipments", "/desk/shipments", {**fields, "lines": f"{code} 3"})
    assert again.status_code == 422
    assert "ya salieron y no han vuelto" in again.text
    return place


@on("sqlite")
async def test_a_recall_by_its_forms_from_the_trace_to_the_close(database: Database) -> None:
    async with shop_house(database.settings) as (house, codes):
        browser, other = await browser_of(house, "manager"), await browser_of(house, "certifier")
        place = await dispatched(house, browser)
        traced = await browser.get(f"/desk/trace?q={codes[1]['digits']}")
        assert "El envase 2 salió a: Almacén del Puerto." in traced.text
        assert '<svg class="trace"' in traced.text
        missing = await browser.get("/desk/trace?q=nada")
        assert (missing.status_code, "No hay ninguna partida" in missing.text) == (404, True)
        table = list(csv.DictReader(io.StringIO((await browser.get("/desk/trace.csv?q=L-1")).text.lstrip("\ufeff"))))
        assert [(row["Lote"], row["Lugar"], row["Está ahí"], row["Números"]) for row in table if row["Lugar"]] == [
            ("L-1", "Almacén del Puerto", "3", "1-3")
        ]

        await a_drill_says_what_would_be_done_and_asks_for_no_words(browser, codes[0]["code"])
        ask = {"cause": "lots", "lots": codes[0]["code"]}
        looked = await sent(browser, "/desk/recalls/new", "/desk/recalls/look", ask)
        assert "Se retiran 50 envases. Lotes con sello: 1." in looked.text
        assert (await house.verdict(codes[0]["digits"]))[0] == "authentic"
        why = {"reason_class": "quality", "advice": "return", "reason": "Tapas sueltas."}
        short = await browser.post("/desk/recalls", data={**ask, **why, "reason": "", **hidden(looked.text)})
        assert (short.status_code, "A qué llega" in short.text) == (400, True)
        opened = await browser.post("/desk/recalls", data={**ask, **why, **hidden(looked.text)})
        assert opened.status_code == 303, opened.text[:500]
        at = opened.headers["location"]
        assert (await house.verdict(codes[0]["digits"]))[0] == "recalled"
        assert "Retiro abierto" in (await browser.get("/desk")).text
        spot = {"where": "organisation", "place": place}
        told = await sent(browser, at, f"{at}/told", {**spot, "reached": "yes", "note": "Por radio"})
        assert told.status_code == 303
        counts = {**spot, "lot": house.made["batch"], "found": "2", "destroyed": "0", "sold": "2"}
        assert "Contó 4 y ahí había 3" in (await sent(browser, at, f"{at}/counts", counts)).text
        assert (await sent(browser, at, f"{at}/counts", {**counts, "sold": "1"})).status_code == 303
        words = {
            "language": "es",
            "text": "La tapa puede soltarse.",
            "approved_by": "Ana Soto",
            "approved_as": "Química",
        }
        assert (await sent(browser, at, f"{at}/words", words)).status_code == 303
        shown = (await browser.get(at)).text
        assert "Aprobado por Ana Soto, Química" in shown
        assert "todo contado" in shown
        assert "Recuperado: 66,67 %" in shown
        assert (
            "Quien abre un retiro no lo cierra"
            in (await browser.post(f"{at}/close", data={"closing": "Ya.", **hidden(shown)})).text
        )
        closed = await sent(other, at, f"{at}/close", {"closing": "Se cambió la selladora."})
        assert closed.status_code == 303, re.sub(r"<[^>]+>", " ", closed.text)[-800:]
        assert "Se cambió la selladora." in (await other.get(at)).text
        assert "Retiro abierto" not in (await browser.get("/desk")).text
        assert "cerrado" in (await browser.get("/desk/recalls")).text
