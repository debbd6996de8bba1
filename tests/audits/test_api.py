"""The same verbs by JSON: idempotent, strict, and with every reason as a problem document."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from seal import ids
from seal.audits import service as audits
from tests import world
from tests.audits.test_pages import Office, member_by_world, office
from tests.web.support import AT, bearer, client, serving
from tests.world import acting

__all__ = ["office"]


def fresh(headers: dict[str, str]) -> dict[str, str]:
    """The same caller with a new idempotency key."""
    return {**headers, "Idempotency-Key": str(ids.uuid7(AT))}


async def test_an_audit_by_json_from_plan_to_conclusion(office: Office) -> None:
    one, version = await member_by_world(office)
    async with serving(office.settings) as app, client(app) as browser:
        manager, auditor = await bearer(browser, office.crew.manager), await bearer(browser, office.crew.auditor)
        body = {
            "producer_id": str(one.producer.id),
            "version_id": str(version.id),
            "planned_for": "2026-03-03",
            "auditors": [str(office.crew.auditor.id)],
            "sites": [str(one.site.id)],
            "products": [str(one.product.id)],
        }
        headers = fresh(manager)
        planned = await browser.post("/api/v1/audits", json=body, headers=headers)
        assert planned.status_code == 201, planned.text
        again = await browser.post("/api/v1/audits", json=body, headers=headers)
        assert again.json()["id"] == planned.json()["id"]
        at = f"/api/v1/audits/{planned.json()['id']}"
        declared = await browser.post(f"{at}/declaration", json={"conflict": None}, headers=fresh(auditor))
        assert declared.json()["state"] == "announced"
        started = await browser.post(f"{at}/start", headers=fresh(auditor))
        assert started.json()["state"] == "in_progress"
        detail = (await browser.get(at, headers=auditor)).json()
        answers = [answer_body(office, version, point["id"]) for point in detail["points"]]
        kept = await browser.post(f"{at}/answers", json={"answers": answers}, headers=fresh(auditor))
        assert kept.status_code == 201, kept.text
        repeated = await browser.post(f"{at}/answers", json={"answers": answers}, headers=fresh(auditor))
        assert repeated.json() == kept.json()
        evidence = {
            "id": str(ids.uuid7(AT)),
            "answer_id": kept.json()[0]["id"],
            "media_type": "application/pdf",
            "data_base64": base64.b64encode(b"%PDF-1.4\n%%EOF\n").decode(),
        }
        sent = await browser.post(f"{at}/evidence", json=evidence, headers=fresh(auditor))
        assert sent.status_code == 201, sent.text
        submitted = await browser.post(f"{at}/submit", headers=fresh(auditor))
        assert submitted.json()["state"] == "ready_for_review"
        concluded = await browser.post(f"{at}/conclude", headers=fresh(manager))
        assert concluded.json()["passed"] is True
        assert (await browser.get(f"{at}/conclusion", headers=manager)).json() == concluded.json()


def answer_body(office: Office, version: Any, point_id: str) -> dict[str, Any]:
    given = world.answer_input(version.protocol.point(point_id), at=AT)
    body: dict[str, Any] = {"id": str(given.id), "point_id": point_id, "justification": given.justification}
    if given.measured:
        return {**body, "measured": {"value": given.measured[0], "unit": given.measured[1]}}
    return {**body, "outcome": str(given.outcome)}


async def test_a_refusal_is_a_problem_document_with_every_reason(office: Office) -> None:
    one, version = await member_by_world(office)
    async with serving(office.settings) as app, client(app) as browser:
        manager = await bearer(browser, office.crew.manager)
        body = {"producer_id": str(one.producer.id), "version_id": str(version.id), "planned_for": "2026-03-01"}
        refused = await browser.post("/api/v1/audits", json=body, headers=fresh(manager))
        assert refused.status_code == 422
        assert refused.headers["content-type"].startswith("application/problem+json")
        for code in ("audits.plan.no_site", "audits.plan.no_product", "audits.plan.day_past"):
            assert code in refused.text


async def test_unknown_fields_and_bad_base64_are_refused(office: Office) -> None:
    one, version = await member_by_world(office)
    audit = await world.started(office.crew, one, version, at=AT)
    async with serving(office.settings) as app, client(app) as browser:
        auditor = await bearer(browser, office.crew.auditor)
        at = f"/api/v1/audits/{audit.id}"
        strange = {"conflict": None, "and": "more"}
        assert (await browser.post(f"{at}/declaration", json=strange, headers=fresh(auditor))).status_code == 400
        evidence = {
            "id": str(ids.uuid7(AT)),
            "answer_id": str(ids.uuid7(AT)),
            "media_type": "application/pdf",
            "data_base64": "%%%",
        }
        refused = await browser.post(f"{at}/evidence", json=evidence, headers=fresh(auditor))
        assert refused.status_code == 400
        assert "audits.base64" in refused.text


@pytest.mark.parametrize("path", ["/api/v1/audits", "/api/v1/findings", "/api/v1/producers"])
async def test_lists_hold_only_what_the_caller_may_see(office: Office, path: str) -> None:
    one, version = await member_by_world(office)
    other = await world.member(office.association, office.crew.manager, "Otra", at=AT, commune="Coyhaique")
    outcomes = {"MIEL-A04": world.Outcome.NON_COMPLIANT}
    await world.submitted(office.crew, one, version, at=AT, outcomes=outcomes)
    await world.submitted(office.crew, other, version, at=AT, outcomes=outcomes)
    async with serving(office.settings) as app, client(app) as browser:
        counts = []
        for person in (office.crew.manager, one.owner):
            headers = await bearer(browser, person)
            counts.append(len((await browser.get(path, headers=headers)).json()))
    assert counts == [2, 1]


async def test_producers_and_their_records_by_json(office: Office) -> None:
    async with serving(office.settings) as app, client(app) as browser:
        manager = await bearer(browser, office.crew.manager)
        made = await browser.post(
            "/api/v1/producers", json={"trade_name": "Miel", "commune": "Coyhaique"}, headers=fresh(manager)
        )
        assert made.status_code == 201, made.text
        at = f"/api/v1/producers/{made.json()['id']}"
        person = str(office.crew.auditor.id)
        bodies: dict[str, dict[str, Any]] = {
            "sites": {"name": "Apiario", "kind": "apiary", "commune": "Coyhaique"},
            "products": {"protocol_id": "miel", "name": {"es": "Miel"}, "net_content": "500 g", "grams": 500},
            "permits": {"kind": "sanitaria", "number": "7", "valid_until": "2027-01-01"},
            "facts": {"facts": {"transhumance": True}},
            "relations": {"person_id": person, "kind": "relative", "degree": 2, "since": "1990-01-01"},
            "agreement": {"version": "1", "terms_base64": base64.b64encode(b"Cumplir.").decode()},
            "representatives": {"person_id": person},
            "advice": {"given_on": "2026-03-01", "note": "Registro de cosecha", "by": person},
        }
        for part, body in bodies.items():
            done = await browser.post(f"{at}/{part}", json=body, headers=fresh(manager))
            assert done.status_code == 201, (part, done.text)
        dossier = (await browser.get(at, headers=manager)).json()
        assert dossier["facts"] == {"transhumance": True}
        assert dossier["agreement"]["version"] == "1"
        assert [permit["valid_until"] for permit in dossier["permits"]] == ["2027-01-01"]
        assert len((await browser.get(f"{at}/advice", headers=manager)).json()) == 1
        leave = {"action": "leave", "reason": "Se muda"}
        left = await browser.post(f"{at}/membership", json=leave, headers=fresh(manager))
        assert left.json()["state"] == "left"


async def test_a_response_and_its_verification_by_json(office: Office) -> None:
    one, version = await member_by_world(office)
    outcomes = {"MIEL-A04": world.Outcome.NON_COMPLIANT}
    await world.submitted(office.crew, one, version, at=AT, outcomes=outcomes)
    (finding,) = await audits.findings_of(acting(office.crew.auditor, AT))
    at = f"/api/v1/findings/{finding.id}"
    async with serving(office.settings) as app, client(app) as browser:
        owner, auditor = await bearer(browser, one.owner), await bearer(browser, office.crew.auditor)
        body = {"cause": "Sol", "correction": "Pintura", "prevention": "Revisar"}
        answered = await browser.post(f"{at}/response", json=body, headers=fresh(owner))
        assert answered.json()["state"] == "evidence_submitted", answered.text
        closed = await browser.post(
            f"{at}/verification", json={"accepted": True, "reason": "Visto"}, headers=fresh(auditor)
        )
        assert closed.json()["state"] == "closed"
        assert [step["action"] for step in closed.json()["steps"]] == ["raise", "submit_evidence", "accept"]
