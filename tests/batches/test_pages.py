"""Batches and their labels through the whole application: pages as people use them, JSON as programs do."""

from __future__ import annotations

import re
from uuid import UUID

from seal.clock import local_day
from seal.labels import token
from tests import world
from tests.certificates.certified import GOOD, ZONE, Certified, certified, sealed
from tests.conftest import Database
from tests.web.support import RealButStill, bearer, client, hidden, key, serving, sign_in

START = world.START
TODAY = local_day(START, ZONE).isoformat()


def still() -> RealButStill:
    return RealButStill(START)


def declaration(made: Certified) -> dict[str, str]:
    one = made.world.member
    return {
        "producer": str(one.producer.id),
        "product": str(one.product.id),
        "site": str(one.site.id),
        "lot": "L2611",
        "units": "48",
        "produced_on": TODAY,
    }


async def test_a_producer_declares_tests_seals_and_prints(database: Database) -> None:
    made = await certified()
    async with serving(database.settings, still()) as app:
        browser = client(app)
        await sign_in(browser, made.world.member.owner, at=START)
        page = await browser.get("/desk/batches/new")
        assert "No hay nada anotado de lo que entró" in page.text
        book = f"/desk/book/{made.world.member.producer.id}"
        into = f"{book}/in"
        harvest = {"kind": "harvest", "material": "honey", "amount": "24,5", "unit": "kg", "happened_on": TODAY}
        saved = await browser.post(into, data=hidden((await browser.get(into)).text) | harvest)
        assert saved.status_code == 303, saved.text
        assert "24,5 kg" in (await browser.get(book)).text
        page = await browser.get("/desk/batches/new")
        field = re.search(r'name="(of_[0-9a-f-]{36})"', page.text)
        assert field is not None
        done = await browser.post("/desk/batches", data=hidden(page.text) | declaration(made) | {field[1]: "24"})
        assert done.status_code == 303, done.text
        where = done.headers["location"]
        page = await browser.get(where)
        assert "Todavía falta" in page.text
        assert page.text.count("Falta el análisis") == 4
        assert f'action="{where}/seal"' not in page.text
        for test, (value, unit) in GOOD.items():
            fields = hidden((await browser.get(where)).text) | {
                "test_id": test, "value": value, "unit": unit, "tested_on": TODAY,
                "by": "self" if test == "moisture" else "lab",
                "laboratory": "" if test == "moisture" else "Laboratorio Austral",
            }  # fmt: skip
            saved = await browser.post(f"{where}/tests", data=fields)
            assert saved.status_code == 303, saved.text
        page = await browser.get(where)
        assert "Todo en regla" in page.text
        assert (await browser.post(f"{where}/seal", data=hidden(page.text))).status_code == 303
        page = await browser.get(where)
        assert "sellado" in page.text
        book = where.replace("/batches/", "/labels/")
        assert f'href="{book}"' in page.text
        page = await browser.get(book)
        asked = await browser.post(book, data=hidden(page.text) | {"count": "24"})
        assert asked.status_code == 303, asked.text
        page = await browser.get(book)
        assert "Del 1 al 24" in page.text
        sheet = re.search(r'href="(/desk/labels/ranges/[^"]+/sheet\.pdf)"', page.text)
        assert sheet is not None
        assert (await browser.get(sheet[1])).content.startswith(b"%PDF-")
        assert (await browser.get(sheet[1] + "?start=x")).status_code == 400
        fields = hidden(page.text, 1) | {"first": "3", "last": "4", "void_reason": "lost"}
        assert (await browser.post(f"{book}/void", data=fields)).status_code == 303
        assert "Se perdió" in (await browser.get(book)).text
        too_many = await browser.post(book, data=hidden(page.text) | {"count": "48"})
        assert too_many.status_code == 422
        assert "quedan 26 de 48" in too_many.text
        assert (await browser.get(f"{where}/certificate.pdf")).content.startswith(b"%PDF-")
        assert "L2611" in (await browser.get("/desk/batches")).text
        assert "L2611" in (await browser.get("/desk/labels")).text


async def test_faults_of_a_declaration_stand_beside_their_fields(database: Database) -> None:
    made = await certified()
    async with serving(database.settings, still()) as app:
        browser = client(app)
        await sign_in(browser, made.world.staff.manager, at=START)
        page = await browser.get(f"/desk/batches/new?producer={made.world.member.producer.id}")
        wrong = await browser.post(
            "/desk/batches", data=hidden(page.text) | declaration(made) | {"lot": "", "units": "0", "produced_on": "x"}
        )
        assert wrong.status_code == 400
        assert wrong.text.count('class="fault"') == 3


async def test_hold_and_recall_by_the_page(database: Database) -> None:
    made = await certified()
    batch = await sealed(made)
    where = f"/desk/batches/{batch.id}"
    async with serving(database.settings, still()) as app:
        browser = client(app)
        await sign_in(browser, made.world.staff.manager, at=START)
        page = await browser.get(where)
        fields = hidden(page.text) | {"reason_class": "food_safety", "reason": "Se investiga."}
        assert (await browser.post(f"{where}/hold", data=fields)).status_code == 303
        assert "retenido" in (await browser.get(where)).text
        wrong = await browser.post(f"{where}/recall", data=hidden((await browser.get(where)).text))
        assert wrong.status_code == 400
        fields = hidden((await browser.get(where)).text) | {
            "reason_class": "food_safety", "reason": "HMF alto.", "advice": "do_not_eat",
        }  # fmt: skip
        assert (await browser.post(f"{where}/recall", data=fields)).status_code == 303
        page = await browser.get(where)
        assert "retirado del mercado" in page.text
        assert "/hold" not in page.text
        assert (await browser.post(f"{where}/explode", data=fields)).status_code == 404


async def test_the_json_verbs_from_declaration_to_codes(database: Database) -> None:
    made = await certified()
    one = made.world.member
    async with serving(database.settings, still()) as app:
        program = client(app)
        headers = await bearer(program, one.owner, at=START)

        async def post(path: str, body: object = None, status: int = 201) -> dict[str, str]:
            answer = await program.post(path, json=body or {}, headers=key(headers))
            assert answer.status_code == status, answer.text
            found: dict[str, str] = answer.json()
            return found

        honey = {"material": "honey", "amount": "5,1", "unit": "kg", "happened_on": TODAY}
        answer = await program.post(
            f"/api/v1/producers/{one.producer.id}/book/intakes", json=honey, headers=key(headers)
        )
        assert answer.status_code == 201, answer.text
        came = answer.json()["lot"]
        batch = await post(
            "/api/v1/batches",
            {
                "producer_id": str(one.producer.id),
                "product_id": str(one.product.id),
                "site_id": str(one.site.id),
                "lot": "J1",
                "units": 10,
                "produced_on": TODAY,
                "made_of": [{"lot": came["id"], "amount": "5", "unit": "kg"}],
            },
        )
        where = f"/api/v1/batches/{batch['id']}"
        gates = (await program.get(f"{where}/gates", headers=headers)).json()
        assert gates["open"] is False
        assert len(gates["reasons"]) == 4
        refused = await post(f"{where}/seal", status=422)
        assert len(refused["reasons"]) == 4
        for test, (value, unit) in GOOD.items():
            by = "self" if test == "moisture" else "lab"
            body = {"test_id": test, "value": value, "unit": unit, "by": by, "tested_on": TODAY}
            await post(f"{where}/tests", body | ({} if by == "self" else {"laboratory": "Austral"}))
        assert (await post(f"{where}/seal"))["state"] == "sealed"
        credential = await program.get(f"{where}/credential", headers=headers)
        assert credential.headers["content-type"].startswith("application/vc+jwt")
        found = await post(f"{where}/labels", {"count": 3})
        codes = (await program.get(f"/api/v1/label-ranges/{found['id']}/codes", headers=headers)).json()
        assert [one["number"] for one in codes] == [1, 2, 3]
        assert isinstance(token.parse(codes[0]["digits"]), token.Token)
        await post(f"{where}/labels/void", {"first": 2, "last": 2, "reason": "damaged"})
        book = (await program.get(f"{where}/labels", headers=headers)).json()
        assert (book["quota"], book["live"], book["left"]) == (10, 2, 8)
        staff = await bearer(program, made.world.staff.manager, at=START)
        wanted = {"reason_class": "labelling", "reason": "Etiqueta equivocada.", "advice": "check_label"}
        recalled = await program.post(f"{where}/recall", json=wanted, headers=key(staff))
        assert recalled.json()["state"] == "recalled"
        assert (await program.get(f"{where}/labels", headers=headers)).json()["blocked"]


async def test_another_associations_batch_answers_like_one_that_is_not_there(database: Database) -> None:
    made, other = await certified(), await certified("otra")
    batch = await sealed(other)
    async with serving(database.settings, still()) as app:
        program = client(app)
        headers = await bearer(program, made.world.staff.manager, at=START)
        for path in ("", "/gates", "/labels", "/tests", "/credential"):
            there = await program.get(f"/api/v1/batches/{batch.id}{path}", headers=headers)
            nowhere = await program.get(f"/api/v1/batches/{UUID(int=1)}{path}", headers=headers)
            assert (there.status_code, there.json()["type"]) == (404, nowhere.json()["type"]), path
