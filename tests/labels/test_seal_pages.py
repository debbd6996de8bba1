"""Voids, reprints, counts, rolls and boxes by hand in a browser, as people use the pages."""

from __future__ import annotations

import httpx

from seal.clock import local_day
from seal.ids import Code
from seal.labels import service as labels
from seal.labels.boxes import service as boxes
from seal.labels.rolls import signing
from tests import world
from tests.certificates.certified import ZONE, certified, sealed
from tests.conftest import Database, on
from tests.labels.rolled import allotted
from tests.web.support import RealButStill, client, hidden, serving, sign_in

START = world.START
TODAY = local_day(START, ZONE).isoformat()


async def send(browser: httpx.AsyncClient, page: str, action: str, nth: int = 0, **sent: str) -> httpx.Response:
    """Fill in the ``nth`` form of a page and send it."""
    return await browser.post(action, data=hidden((await browser.get(page)).text, nth) | sent)


@on("sqlite")
async def test_a_producer_voids_by_scan_replaces_counts_and_binds_from_a_phone(database: Database) -> None:
    made = await certified()
    batch = await sealed(made)
    other = await sealed(made, lot="L-2")
    printed = await labels.codes(made.owner(), (await labels.reserve(made.owner(), batch.id, 50)).id)
    roll = await allotted(made, 12)
    async with serving(database.settings, RealButStill(START)) as app:
        browser = client(app)
        stranger = await browser.get(f"/{printed[4].digits}")
        link = f"/desk/labels/void?line={printed[4].code.replace('-', '')}"
        assert link in stranger.text  # where a plain camera leads, and from there to the field
        await sign_in(browser, made.world.member.owner, at=START)
        assert printed[4].code.replace("-", "") in (await browser.get(link)).text
        scanned = "\n".join([printed[4].address.upper(), printed[6].code])
        done = await send(browser, link, "/desk/labels/void", lines=scanned, void_reason="damaged")
        assert done.status_code == 200
        assert "quedan 48 etiquetas vivas y puede pedir 54" in done.text
        wrong = await send(browser, link, "/desk/labels/void", lines="hola\n12", void_reason="lost")
        assert wrong.status_code == 400
        assert "Línea 1: «hola»" in wrong.text
        told = {"place": "En el bus", "last_seen_on": TODAY}
        await send(browser, link, "/desk/labels/void", lines="20-29", batch=str(batch.id), void_reason="lost", **told)

        at = f"/desk/labels/{batch.id}"
        assert (await browser.get(at)).text.count(f'href="{at}/seals"') == 1
        answer = await send(browser, f"{at}/seals", f"{at}/reprint", lines="1-2", void_reason="misprint")
        assert answer.status_code == 303, answer.text
        assert "Del 51 al 52" in (await browser.get(at)).text
        answer = await send(browser, f"{at}/seals", f"{at}/bind", roll=str(roll.id), first="1", last="3")
        assert answer.status_code == 303, answer.text
        assert "Sellos 1 a 3: son las unidades 53 a 55" in (await browser.get(f"{at}/seals")).text
        count = {"counted_on": TODAY, "used": "29", "spoiled": "1", "left_over": "10"}
        assert (await send(browser, f"{at}/seals", f"{at}/count", **count)).status_code == 303
        assert "se propone hallazgo menor" in (await browser.get(f"{at}/seals")).text
        kilos = {"happened_on": TODAY, "material": "honey", "amount": "2,5", "unit": "kg"}
        answer = await send(browser, f"{at}/repack", f"{at}/repack", lines="30-34", **kilos)
        assert answer.status_code == 303, answer.text
        assert (await send(browser, f"{at}/repack", f"{at}/repack", lines="30", **kilos)).status_code == 422
        strange = await send(browser, f"{at}/seals", f"{at}/bind", roll=str(other.id), first="1", last="3")
        assert strange.status_code == 404


@on("sqlite")
async def test_a_manager_makes_a_roll_and_a_lost_one_is_blocked_from_its_page(database: Database) -> None:
    made = await certified()
    batch = await sealed(made)
    async with serving(database.settings, RealButStill(START)) as app:
        browser = client(app)
        await sign_in(browser, made.world.staff.manager, at=START)
        answer = await send(browser, "/desk/labels/rolls", "/desk/labels/rolls", size="10", note="Feria")
        where = answer.headers["location"]
        producer = str(made.world.member.producer.id)
        await send(browser, where, f"{where}/allot", first="1", last="10", producer=producer)
        page = await browser.get(where)
        assert "Quedan 10 de 10" in page.text
        assert made.world.member.producer.trade_name in page.text
        table = await browser.get(f"{where}/seals.csv")
        assert len(table.text.splitlines()) == 11
        again = await send(browser, where, f"{where}/allot", first="9", last="11", producer=producer)
        assert "no son sellos de este rollo" in again.text
        seals = f"/desk/labels/{batch.id}/seals"
        await send(browser, seals, f"/desk/labels/{batch.id}/bind", roll=where[-36:], first="1", last="4")
        await send(browser, where, f"{where}/void", void_reason="stolen", told="Entraron a la bodega")
        page = await browser.get(where)
        assert "Quedan 0 de 10" in page.text
        assert "La robaron" in page.text
        code = table.text.splitlines()[2].split(",")[1].replace("-", "")
        assert "se dio por perdida" in (await browser.get(f"/{code}")).text


@on("sqlite")
async def test_a_box_is_packed_by_scan_and_its_page_says_what_is_in_it(database: Database) -> None:
    made = await certified()
    batch = await sealed(made)
    printed = await labels.codes(made.owner(), (await labels.reserve(made.owner(), batch.id, 12)).id)
    async with serving(database.settings, RealButStill(START)) as app:
        browser = client(app)
        await sign_in(browser, made.world.member.owner, at=START)
        lines = "\n".join(one.address for one in printed[:6])
        answer = await send(
            browser, "/desk/labels/boxes", "/desk/labels/boxes", producer=str(batch.producer_id), lines=lines
        )
        where = answer.headers["location"]
        page = await browser.get(where)
        assert "1–6" in page.text
        code = Code((await boxes.boxes(made.manager()))[0].public_id).printed
        assert code in (await browser.get(f"{where}/label")).text
        twice = await send(browser, where, f"{where}/contents", nth=2, lines=printed[0].code, way="put")
        assert "ya está en una caja" in twice.text
        await send(browser, where, f"{where}/contents", nth=2, lines=printed[5].code, way="take")
        assert (await send(browser, where, f"{where}/state", act="close")).status_code == 303
        assert (await send(browser, where, f"{where}/contents", lines=printed[7].code, way="put")).status_code == 422
        public = await browser.get(f"/{code.replace('-', '')}")
        assert "En esta caja" in public.text
        assert "5 del lote L2611: con sello" in public.text
        await send(browser, where, f"{where}/state", act="unpack")
        assert "Esta caja está vacía" in (await browser.get(f"/{code.replace('-', '')}")).text
        assert len(await signing.codes(made.manager(), (await allotted(made, 1)).id)) == 1
