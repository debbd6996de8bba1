"""The main job through the JSON API alone, each step by the person whose step it is, and what a stranger then reads."""

from __future__ import annotations

from seal.keys import jws
from tests.conftest import Database

from .programs import (
    GRANT,
    House,
    audit,
    certify,
    declare,
    houses,
    join,
    labels,
    measure,
    plan,
    publish,
    seal,
    visit,
    whole_job,
)

OFF = {"reason_class": "nonconformity", "reason": "Faltan registros de trazabilidad."}


async def test_from_a_producer_to_a_label_that_strangers_can_check(database: Database) -> None:
    async with houses(database.settings, "sabores") as (house,):
        codes = await whole_job(house)
        assert len(codes) == 5
        for one in codes:
            assert await house.verdict(one["digits"]) == ("authentic", [])
            assert await house.verdict(one["code"].replace("-", "")) == ("authentic", [])
        assert codes[0]["address"].upper().endswith(f"/{codes[0]['digits']}")

        manager = house.who["manager"]
        certification = await manager.get(f"/certifications/{house.made['certification']}")
        assert (certification["state"], certification["protocol"]) == ("active", "miel")
        assert certification["sites"] == [house.made["site"]]
        assert await house.verdict(certification["code"].replace("-", "")) == ("in_force", [])
        batch = await manager.get(f"/batches/{house.made['batch']}")
        assert batch["certification_id"] == certification["id"]
        for path in (f"/batches/{batch['id']}", f"/certifications/{certification['id']}"):
            signed = await manager.call("GET", f"{path}/credential")
            assert jws.parse(signed.content, typ="vc+jwt").payload
        book = await house.who["producer"].get(f"/batches/{batch['id']}/labels")
        assert (book["units"], book["live"], book["left"], book["blocked"]) == (50, 5, 46, [])


async def test_what_happens_later_changes_the_verdict(database: Database) -> None:
    """Numbers out of use, a hold and its release, a suspension and its lifting, a recall, a withdrawal."""
    async with houses(database.settings, "sabores") as (house,):
        first = [one["digits"] for one in await whole_job(house)]
        other_batch = await seal(house, "L-2")
        (other,) = [one["digits"] for one in await labels(house, other_batch, 1)]
        await _numbers_out_of_use(house, first)
        await _hold_and_release(house, first[0])
        await _suspend_and_lift(house, first[0])
        await house.who["manager"].post(
            f"/batches/{house.made['batch']}/recall",
            {"reason_class": "food_safety", "reason": "Residuos de antibiótico.", "advice": "do_not_eat"},
        )
        assert await house.verdict(first[0]) == ("recalled", [])
        assert (await house.verdict(first[1]))[0] == "recalled", "a recall outranks a voided number"
        assert await house.verdict(other) == ("authentic", [])
        held = house.made["certification"]
        fraud = {"reason_class": "fraud", "reason": "Compró miel a terceros.", "batches": [other_batch]}
        assert (await house.who["certifier"].post(f"/certifications/{held}/withdrawal", fraud))["state"] == "withdrawn"
        assert (await house.verdict(other))[0] == "revoked"
        code = (await house.who["manager"].get(f"/certifications/{held}"))["code"].replace("-", "")
        assert (await house.verdict(code))[0] == "withdrawn"


async def _numbers_out_of_use(house: House, digits: list[str]) -> None:
    at = f"/batches/{house.made['batch']}/labels/void"
    await house.who["producer"].post(at, {"first": 2, "last": 3, "reason": "damaged"})
    await house.who["producer"].post(at, {"first": 4, "last": 4, "reason": "lost"})
    assert [(await house.verdict(one))[0] for one in digits] == [
        "authentic", "unit_void", "unit_void", "unit_lost", "authentic",
    ]  # fmt: skip


async def _hold_and_release(house: House, digits: str) -> None:
    at = f"/batches/{house.made['batch']}"
    await house.who["auditor"].post(f"{at}/hold", {"reason_class": "quality", "reason": "Por revisar."})
    assert (await house.verdict(digits))[0] == "on_hold"
    await house.who["manager"].post(f"{at}/release", {"reason": "Revisado."})
    assert await house.verdict(digits) == ("authentic", [])


async def _suspend_and_lift(house: House, digits: str) -> None:
    at = f"/certifications/{house.made['certification']}"
    assert (await house.who["certifier"].post(f"{at}/suspension", OFF))["state"] == "suspended"
    assert await house.verdict(digits) == ("authentic", ["certification_suspended"])
    waiting = await declare(house, "L-3")
    await measure(house, waiting)
    assert await house.who["producer"].refused(f"/batches/{waiting}/seal")
    reserved = await house.who["producer"].refused(f"/batches/{house.made['batch']}/labels", {"count": 1})
    assert reserved, "no label is made while the right is suspended"
    house.minutes()
    lifted = await house.who["certifier"].post(f"{at}/lifting", {"reason": "Entregó los registros."})
    assert lifted["state"] == "active"
    assert await house.verdict(digits) == ("authentic", [])
    assert (await house.who["producer"].post(f"/batches/{waiting}/seal"))["state"] == "sealed"


async def test_nobody_takes_a_step_that_is_not_theirs(database: Database) -> None:
    """Order and separation of duties hold for programs as for people; each refusal gives every reason."""
    async with houses(database.settings, "sabores") as (house,):
        await join(house)
        await publish(house)
        who = house.who
        audit_id = await plan(house)
        assert await who["certifier"].refused(f"/audits/{audit_id}/votes", GRANT), "before a conclusion"
        assert await who["judge"].refused(f"/audits/{audit_id}/start", status=404), "not in the team"
        assert await who["producer"].refused(f"/audits/{audit_id}/start", status=403) == {"people.role_needed"}
        assert await who["manager"].refused(f"/audits/{audit_id}/votes", GRANT, status=403) == {"people.role_needed"}
        await who["auditor"].post(f"/audits/{audit_id}/start")
        assert await who["auditor"].refused(f"/audits/{audit_id}/submit"), "nothing is answered"

        passed = await audit(house)
        for _ in "twice":
            voted = await who["certifier"].post(f"/audits/{passed}/votes", GRANT)
            assert (voted["outcome"], voted["votes"], voted["quorum"]) == (None, 1, 2), "one person has one vote"
        review = await who["manager"].get(f"/audits/{passed}/review")
        assert {one["person_id"]: one["may_vote"] for one in review["voters"]}[who["second"].person_id] is True
        await who["second"].post(f"/audits/{passed}/votes", GRANT)

        batch = await declare(house, "L-1", units=50)
        missing = await who["producer"].refused(f"/batches/{batch}/seal")
        gates = await who["producer"].get(f"/batches/{batch}/gates")
        assert missing == {one["code"] for one in gates["reasons"]}
        assert len(gates["reasons"]) >= 4, "one for each test"
        assert await who["producer"].refused(f"/batches/{batch}/labels", {"count": 1})
        await measure(house, batch)
        await who["producer"].post(f"/batches/{batch}/seal")
        assert await who["producer"].refused(f"/batches/{batch}/labels", {"count": 52})
        assert len(await labels(house, batch, 51)) == 51, "the units and two in a hundred more"


async def test_an_auditor_never_votes_on_their_own_audit(database: Database) -> None:
    async with houses(database.settings, "sabores") as (house,):
        await join(house)
        await publish(house)
        house.who["auditor"] = house.who["judge"]
        audit_id = await audit(house)
        assert await house.who["judge"].refused(f"/audits/{audit_id}/votes", GRANT)
        await certify(house, audit_id)


FAULT = {"MIEL-B05": "Jarabe en alimentadores con alzas puestas."}


async def test_a_finding_that_is_mended_and_verified_lets_the_audit_pass(database: Database) -> None:
    async with houses(database.settings, "sabores") as (house,):
        await join(house)
        await publish(house)
        who = house.who
        audit_id = await visit(house, failing=FAULT)
        (finding,) = await who["producer"].get("/findings")
        assert (finding["grade"], finding["point_id"], finding["state"]) == ("critical", "MIEL-B05", "open")
        at = f"/findings/{finding['id']}"
        action = {"cause": "Descuido.", "correction": "Se retiró.", "prevention": "Lista de control."}
        assert await who["manager"].refused(f"{at}/response", action, status=403) == {"people.role_needed"}
        assert (await who["producer"].post(f"{at}/response", action))["state"] == "evidence_submitted"
        seen = {"accepted": True, "reason": "Visto en terreno."}
        assert (await who["auditor"].post(f"{at}/verification", seen))["state"] == "closed"
        assert (await who["auditor"].post(f"/audits/{audit_id}/conclude"))["passed"] is True
        await certify(house, audit_id)


async def test_an_open_critical_finding_can_only_be_refused(database: Database) -> None:
    async with houses(database.settings, "sabores") as (house,):
        await join(house)
        await publish(house)
        who = house.who
        audit_id = await audit(house, failing=FAULT)
        concluded = await who["producer"].get(f"/audits/{audit_id}/conclusion")
        assert "level_percent" in {rule["rule"] for rule in concluded["failed_rules"]}
        assert len(concluded["open_findings"]) == 1
        assert await who["certifier"].refused(f"/audits/{audit_id}/votes", GRANT)
        refusal = {"choice": "refuse", "reason": "Hay una no conformidad crítica abierta."}
        await who["certifier"].post(f"/audits/{audit_id}/votes", refusal)
        decided = await who["second"].post(f"/audits/{audit_id}/votes", refusal)
        assert (decided["outcome"], decided["certification_id"]) == ("refuse", None)
