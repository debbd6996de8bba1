"""The committee's pages and the JSON verbs, through the whole application, as people and programs use them."""

from __future__ import annotations

import re

import httpx

from seal.certificates import service as certificates
from seal.clock import local_day
from seal.keys import service as keys
from seal.progress import service as progress
from tests import world
from tests.certificates.certified import ZONE, certified, passed, second_certifier
from tests.conftest import Database
from tests.web.support import RealButStill, bearer, client, hidden, key, serving, sign_in

START = world.START


def still() -> RealButStill:
    return RealButStill(START)


async def test_a_certifier_votes_and_lands_on_the_certification(database: Database) -> None:
    made = await passed()
    audit_id = made.conclusion.audit_id
    async with serving(database.settings, still()) as app:
        browser = client(app)
        await sign_in(browser, made.staff.certifier, at=START)
        docket = await browser.get("/desk/decisions")
        assert f"/desk/decisions/{audit_id}" in docket.text
        page = await browser.get(f"/desk/decisions/{audit_id}")
        assert "Nada impide otorgar" in page.text
        site, product = made.member.site.id, made.member.product.id
        fields = hidden(page.text) | {"choice": "grant", "months": "12", "sites": str(site), "products": str(product)}
        done = await browser.post(f"/desk/decisions/{audit_id}/vote", data=fields)
        assert done.status_code == 303, done.text
        shown = await browser.get(done.headers["location"])
        assert "vigente" in shown.text
        assert made.member.producer.trade_name in shown.text
        pdf = await browser.get(done.headers["location"] + "/certificate.pdf")
        assert pdf.content.startswith(b"%PDF-")
        assert (await browser.get("/desk/decisions")).text.count("Otorgada") == 1


async def test_choices_that_are_not_possible_are_shown_with_the_reason(database: Database) -> None:
    made = await passed()
    await progress.give_advice(
        world.acting(made.staff.certifier), made.member.producer.id, given_on=local_day(START, ZONE), note="Visita."
    )
    other = await second_certifier(made)
    keys.lock(made.association.id)
    async with serving(database.settings, still()) as app:
        barred = client(app)
        await sign_in(barred, made.staff.certifier, at=START)
        page = await barred.get(f"/desk/decisions/{made.conclusion.audit_id}")
        assert "Usted no puede votar" in page.text
        assert 'name="choice"' not in page.text
        free = client(app)
        await sign_in(free, other, at=START)
        page = await free.get(f"/desk/decisions/{made.conclusion.audit_id}")
        assert 'name="choice"' in page.text
        assert "No vota" in page.text
        fields = hidden(page.text) | {"choice": "grant", "months": "99"}
        wrong = await free.post(f"/desk/decisions/{made.conclusion.audit_id}/vote", data=fields)
        assert wrong.status_code == 422
        assert "el protocolo permite de 1 a 12" in wrong.text
        assert "Elija al menos un lugar" in wrong.text


async def test_suspension_by_the_page_and_what_the_list_says_then(database: Database) -> None:
    made = await certified()
    where = f"/desk/certificates/{made.certification.id}"
    async with serving(database.settings, still()) as app:
        browser = client(app)
        await sign_in(browser, made.world.staff.certifier, at=START)
        page = await browser.get(where)
        fields = hidden(page.text) | {"reason_class": "nonconformity", "reason": ""}
        wrong = await browser.post(f"{where}/suspend", data=fields)
        assert wrong.status_code == 400
        fields = hidden(page.text) | {"reason_class": "nonconformity", "reason": "Plazo vencido."}
        assert (await browser.post(f"{where}/suspend", data=fields)).status_code == 303
        assert "suspendida" in (await browser.get("/desk/certificates")).text
        assert "Plazo vencido." in (await browser.get(where)).text
        assert (await browser.post(f"{where}/explode", data=fields)).status_code == 404


async def test_a_producer_sees_their_own_certification_and_decides_nothing(database: Database) -> None:
    made = await certified()
    where = f"/desk/certificates/{made.certification.id}"
    stranger = await world.member(made.world.association, made.world.staff.manager, "Miel del Ibáñez")
    async with serving(database.settings, still()) as app:
        own, other = client(app), client(app)
        await sign_in(own, made.world.member.owner, at=START)
        await sign_in(other, stranger.owner, at=START)
        page = await own.get(where)
        assert page.status_code == 200
        assert "/suspend" not in page.text
        fields = hidden((await own.get("/desk/sessions")).text) | {"reason_class": "fraud", "reason": "x"}
        assert (await own.post(f"{where}/suspend", data=fields)).status_code == 403
        assert (await own.get("/desk/decisions")).status_code == 403
        assert (await other.get(where)).status_code == 404


async def test_the_json_verbs_from_review_to_withdrawal(database: Database) -> None:
    made = await passed()
    audit_id = made.conclusion.audit_id
    async with serving(database.settings, still()) as app:
        program = client(app)
        headers = await bearer(program, made.staff.certifier, at=START)
        review = (await program.get(f"/api/v1/audits/{audit_id}/review", headers=headers)).json()
        assert review["against"] == []
        assert [voter["may_vote"] for voter in review["voters"]] == [True]
        again = key(headers)
        nothing = await program.post(f"/api/v1/audits/{audit_id}/votes", json={}, headers={**again, **key()})
        assert nothing.status_code == 400, "a vote says what it is"
        first = await program.post(f"/api/v1/audits/{audit_id}/votes", json={"choice": "grant"}, headers=again)
        assert first.status_code == 201, first.text
        assert (
            await program.post(f"/api/v1/audits/{audit_id}/votes", json={"choice": "grant"}, headers=again)
        ).json() == first.json()
        other_body = await program.post(
            f"/api/v1/audits/{audit_id}/votes", json={"choice": "grant", "reason": "x"}, headers=again
        )
        assert other_body.status_code == 409
        where = f"/api/v1/certifications/{first.json()['certification_id']}"
        shown = (await program.get(where, headers=headers)).json()
        assert (shown["state"], shown["pending"]) == ("active", False)
        credential = await program.get(f"{where}/credential", headers=headers)
        assert credential.headers["content-type"].startswith("application/vc+jwt")
        assert re.fullmatch(r"[\w-]+\.[\w-]+\.[\w-]+", credential.text)
        wanted = {"reason_class": "voluntary", "reason": "A pedido."}
        held = await _post(program, f"{where}/suspension", wanted, headers)
        assert held["state"] == "suspended"
        assert (await _post(program, f"{where}/lifting", {"reason": "Volvió."}, headers))["state"] == "active"
        assert (await _post(program, f"{where}/withdrawal", wanted, headers))["state"] == "withdrawn"
        refused = await program.post(f"{where}/suspension", json=wanted, headers=key(headers))
        assert refused.status_code == 422
        assert refused.headers["content-type"].startswith("application/problem+json")
        listed = (await program.get("/api/v1/certifications", headers=headers)).json()
        assert [one["state"] for one in listed] == ["withdrawn"]


async def _post(program: httpx.AsyncClient, path: str, body: dict[str, str], headers: dict[str, str]) -> dict[str, str]:
    answer = await program.post(path, json=body, headers=key(headers))
    assert answer.status_code == 201, answer.text
    found: dict[str, str] = answer.json()
    return found


async def test_a_pending_certificate_is_visible_and_can_be_finished(database: Database) -> None:
    made = await passed()
    keys.lock(made.association.id)
    state = await certificates.decide(world.acting(made.staff.certifier), made.conclusion.audit_id)
    assert state.certification is not None
    where = f"/desk/certificates/{state.certification.id}"
    async with serving(database.settings, still()) as app:
        browser = client(app)
        await sign_in(browser, made.staff.manager, at=START)
        page = await browser.get(where)
        assert "Otorgada, falta el certificado" in page.text
        assert (await browser.post(f"{where}/issue", data=hidden(page.text))).status_code == 503
        assert await keys.unlock_from(made.association, database.settings)
        assert (await browser.post(f"{where}/issue", data=hidden(page.text))).status_code == 303
        assert "falta el certificado" not in (await browser.get(where)).text
