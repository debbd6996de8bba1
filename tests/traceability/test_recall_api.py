"""Recalls through the API: the cases of CERTIFICATION D 12, 13, 29 and 41, a drill, and what shops answer."""

from __future__ import annotations

from seal.ids import Code
from seal.verification import bundle as reading_bundle
from seal.verification.facts import BatchState
from tests.conftest import Database, on
from tests.traceability.shop_house import later, shop_house
from tests.walks.programs import House, declare, labels, measure, seal, shipped, shop

WHY = {"reason_class": "food_safety", "reason": "Residuo de antibiótico sobre el límite.", "advice": "do_not_eat"}
FAILED = {"test_id": "residues", "value": "present", "laboratory": "Laboratorio Austral"}


async def code_of(house: House, batch_id: str) -> str:
    return str((await house.who["manager"].get(f"/batches/{batch_id}"))["code"])


async def state_of(house: House, batch_id: str) -> str:
    return str((await house.who["manager"].get(f"/batches/{batch_id}"))["state"])


async def harvest(house: House, kilos: int) -> str:
    came = await house.who["producer"].post(
        f"/producers/{house.made['producer']}/book/intakes",
        {"material": "honey", "amount": str(kilos), "unit": "kg", "happened_on": house.today().isoformat()},
    )
    return str(came["lot"]["id"])


async def made_of(house: House, lot: str, honey: str, kilos: int, *, sealed: bool = True) -> str:
    """A batch of two jars a kilo, out of a harvest."""
    batch = await house.who["producer"].post(
        "/batches",
        {
            "producer_id": house.made["producer"],
            "product_id": house.made["product"],
            "site_id": house.made["site"],
            "lot": lot,
            "units": kilos * 2,
            "produced_on": house.today().isoformat(),
            "made_of": [{"lot": honey, "amount": str(kilos), "unit": "kg"}],
        },
    )
    if sealed:
        await measure(house, batch["id"])
        await house.who["producer"].post(f"/batches/{batch['id']}/seal")
        await labels(house, batch["id"], kilos * 2)
    return str(batch["id"])


async def public(house: House, texts: list[str]) -> list[bytes]:
    """Everything a stranger can read of these codes, and the register, the log's size and the bundle's contents."""
    paths = [f"/{text}" for text in texts] + ["/registro", "/register/list.json", "/log"]
    pages = [(await house.browser.get(f"{house.prefix}{path}")).content for path in paths]
    return [*pages, await bundle(house)]


async def bundle(house: House) -> bytes:
    return (await house.browser.get(f"{house.prefix}/bundle")).content


async def test_d29_a_result_that_fails_after_sale_recalls_the_lot_and_holds_its_siblings(database: Database) -> None:
    async with shop_house(database.settings) as (house, _):
        honey = await harvest(house, 40)
        bad, sibling = await made_of(house, "M-1", honey, 10), await made_of(house, "M-2", honey, 10)
        waiting = await made_of(house, "M-3", honey, 5, sealed=False)
        first, second = await shop(house, "Almacén Norte"), await shop(house, "Emporio Sur")
        code = await code_of(house, bad)
        await shipped(house, first, f"{code} 1-8")
        await shipped(house, second, f"{code} 9-12")
        manager, certifier = house.who["manager"], house.who["certifier"]
        failed = {**FAILED, "tested_on": house.today().isoformat()}
        passes = {"cause": "test", "lots": [bad], "failed": {**failed, "value": "absent"}}
        assert await manager.refused("/recalls/preview", passes) == {"recall.test_passes"}
        ask = {"cause": "test", "lots": [bad], "failed": failed}
        before = await manager.post("/recalls/preview", ask)
        assert {(one["lot"], one["act"], one["sibling"]) for one in before["items"]} == {
            ("M-1", "recall", False), ("M-2", "hold", True), ("M-3", "hold", True),
        }  # fmt: skip
        assert sorted(one["amount"] for one in before["spread"]) == [4, 8]
        assert before["store"] == {bad: 8}
        plain = code.replace("-", "")
        assert (await house.verdict(plain))[0] == "authentic", "looking changes nothing"

        made = await manager.post("/recalls", {**ask, **WHY})
        assert (await house.verdict(plain))[0] == "recalled", "the next request already"
        assert (await house.verdict((await code_of(house, sibling)).replace("-", "")))[0] == "on_hold"
        assert await state_of(house, waiting) == "held"
        shown = await house.browser.get(f"{house.prefix}/{plain}")
        assert "No lo consuma. Lote retirado" in shown.text
        assert "Almacén" not in shown.text
        assert WHY["reason"] not in shown.text
        listed = reading_bundle.read(await bundle(house), fingerprint=None).contents.batches
        states = {Code(one.facts.public_id).plain: one.facts.state for one in listed}
        assert states[plain] is BatchState.RECALLED
        again = await manager.post("/recalls", {**ask, **WHY})
        assert again["id"] == made["id"], "twice is once"
        assert all(one["done_at"] for one in made["reached"]["items"])

        at = f"/recalls/{made['id']}"
        assert await certifier.refused(f"{at}/close", {"closing": "Listo."}) == {"recall.place_silent"}
        back = {"happened_on": house.today().isoformat(), "lines": f"{code} 1-6", "reason": "Retiro"}
        await house.who["producer"].post("/returns", back)
        await manager.post(f"{at}/told", {"place": first, "note": "Por teléfono con la dueña."})
        await manager.post(f"{at}/counts", {"place": first, "lot": bad, "found": 6, "destroyed": 1, "sold": 1})
        over = {"place": second, "lot": bad, "found": 5}
        assert await manager.refused(f"{at}/counts", over) == {"recall.more_than_went"}
        gave_up = {"place": second, "reached": False}
        assert await manager.refused(f"{at}/told", gave_up, status=400) == {"recall.note_needed"}
        await manager.post(f"{at}/told", {**gave_up, "note": "Cerrado hasta marzo; se dejó carta."})
        assert await manager.refused(f"{at}/close", {"closing": "Listo."}) == {"recall.closed_by_opener"}
        house.minutes()
        closed = await certifier.post(f"{at}/close", {"closing": "Se cambió el proveedor de medicamento."})
        assert closed["closed_at"]
        assert closed["effectiveness"] == "58.33", "seven of twelve"
        accounts = {one["name"]: one for one in closed["accounts"]}
        assert (accounts["Almacén Norte"]["back"], accounts["Almacén Norte"]["missing"]) == (6, 0)
        assert accounts["Emporio Sur"]["missing"] == 4
        report = await manager.call("GET", f"{at}/report.pdf")
        assert report.content.startswith(b"%PDF")


@on("sqlite")
async def test_d41_shops_without_a_network_get_paper_and_a_text(database: Database) -> None:
    async with shop_house(database.settings) as (house, _):
        code = await code_of(house, house.made["batch"])
        await shipped(house, await shop(house), f"{code} 1-3")
        manager = house.who["manager"]
        made = await manager.post("/recalls", {"lots": [house.made["batch"]], **WHY})
        at = f"/recalls/{made['id']}"
        for lang, words in (("es", "Saque del estante"), ("en", "Take off the shelf")):
            (text,) = (await manager.get(f"{at}/notices?lang={lang}")).values()
            assert words in text
            assert "L-1" in text
            assert "1-3" in text
            assert code.replace("-", "") in text
            assert len(text) < 480
        again = await manager.call("GET", f"{at}/notice.pdf")
        assert (again.status_code, again.content[:5]) == (200, b"%PDF-")
        assert again.content == (await manager.call("GET", f"{at}/notice.pdf?lang=es")).content, "the same bytes"
        assert (await manager.call("GET", f"{at}/notice.pdf?place={house.made['site']}")).status_code == 404
        words = {"language": "es", "text": "Puede contener restos de antibiótico.", "approved_by": "Dra. Ana Soto"}
        assert await manager.refused(f"{at}/words", {**words, "approved_as": " "}, status=400) == {"recall.words"}
        told = await manager.post(f"{at}/words", {**words, "approved_as": "Seremi de Salud"})
        assert [one["approved_by"] for one in told["words"]] == ["Dra. Ana Soto"]
        changed = await manager.call("GET", f"{at}/notice.pdf")
        assert changed.content != again.content


@on("sqlite")
async def test_d13_a_decision_found_late_reaches_its_window_and_rewrites_nothing(database: Database) -> None:
    async with shop_house(database.settings) as (house, _):
        early = house.made["batch"]
        await later(house, 3)
        late = await seal(house, "L-9")
        await labels(house, late, 2)
        held = house.made["certification"]
        window = {"cause": "certification", "certification": held}
        days = {"first": house.today().isoformat(), "last": house.today().isoformat()}
        manager = house.who["manager"]
        assert await manager.refused("/recalls", {**window, **WHY}, status=400) == {"recall.certification_needed"}
        history = (await manager.get(f"/certifications/{held}"))["state"]
        made = await manager.post("/recalls", {**window, **days, **WHY})
        assert [one["lot"] for one in made["reached"]["items"]] == ["L-9"]
        assert (await house.verdict((await code_of(house, late)).replace("-", "")))[0] == "recalled"
        assert (await house.verdict((await code_of(house, early)).replace("-", "")))[0] == "authentic"
        assert (await manager.get(f"/certifications/{held}"))["state"] == history == "active"
        by_site = {"cause": "window", "site": house.made["site"], **days}
        reached = await manager.post("/recalls/preview", by_site)
        assert {one["lot"] for one in reached["items"]} == {"L-9"}
        assert [one["act"] for one in reached["items"]] == ["none"], "it is recalled already"


@on("sqlite")
async def test_d12_an_imposed_suspension_stops_what_is_printed_and_spares_earlier_lots(database: Database) -> None:
    async with shop_house(database.settings) as (house, first):
        named = await seal(house, "L-2")
        (other, *_) = await labels(house, named, 2)
        held, producer = house.made["certification"], house.who["producer"]
        off = {"reason_class": "nonconformity", "reason": "Faltan registros.", "batches": [named]}
        await house.who["certifier"].post(f"/certifications/{held}/suspension", off)
        assert await house.verdict(first[0]["digits"]) == ("authentic", ["certification_suspended"])
        assert (await house.verdict(other["digits"]))[0] == "revoked", "the decision names it"
        assert await producer.refused(f"/batches/{house.made['batch']}/labels", {"count": 1})
        sheet = await producer.call("GET", f"/label-ranges/{house.made['range']}/codes")
        assert sheet.status_code == 422, "printed again, they could go on other jars"
        waiting = await declare(house, "L-3")
        await measure(house, waiting)
        assert await producer.refused(f"/batches/{waiting}/seal")
        ship = {"organisation_id": await shop(house), "happened_on": house.today().isoformat()}
        code = await code_of(house, named)
        assert await producer.refused("/shipments", {**ship, "lines": f"{code} 1"}) == {"ship.batch_state"}
        assert await shipped(house, ship["organisation_id"], f"{await code_of(house, house.made['batch'])} 1")


@on("sqlite")
async def test_a_drill_changes_nothing_public_and_keeps_its_times(database: Database) -> None:
    async with shop_house(database.settings) as (house, first):
        code = await code_of(house, house.made["batch"])
        place = await shop(house)
        await shipped(house, place, f"{code} 1-4")
        texts = [first[0]["digits"], code.replace("-", "")]
        before = await public(house, texts)
        started = house.clock.now()
        manager, certifier = house.who["manager"], house.who["certifier"]
        drill = {"lots": [house.made["batch"]], **WHY, "drill": True}
        made = await manager.post("/recalls", {**drill, "started_at": started.isoformat()})
        at = f"/recalls/{made['id']}"
        await manager.post(f"{at}/told", {"place": place})
        await manager.post(f"{at}/counts", {"place": place, "lot": house.made["batch"], "found": 3, "sold": 1})
        (text,) = (await manager.get(f"{at}/notices")).values()
        assert text.startswith("SIMULACRO, no retire nada")
        paper = await manager.call("GET", f"{at}/notice.pdf")
        assert paper.content.startswith(b"%PDF")
        done = await certifier.post(f"{at}/close", {"closing": "La tienda respondió en la hora."})
        assert (done["effectiveness"], done["answer_seconds"]) == ("75", 0)
        assert [one["done_at"] for one in done["reached"]["items"]] == [None]
        assert await public(house, texts) == before, "not a byte"
        assert [(one["drill"], one["number"]) for one in await manager.get("/recalls")] == [(True, 1)]
        late = {**drill, "started_at": "2026-01-01T00:00:00Z"}
        assert await manager.refused("/recalls", late) == {"recall.started"}


@on("sqlite")
async def test_a_trace_answers_a_scan_a_box_and_a_name_and_shows_a_producer_what_is_theirs(database: Database) -> None:
    async with shop_house(database.settings) as (house, codes):
        code = await code_of(house, house.made["batch"])
        await shipped(house, await shop(house), f"{code} 2-3")
        manager, producer = house.who["manager"], house.who["producer"]
        for text in (codes[1]["digits"], codes[1]["address"], codes[1]["code"], "l-1", house.made["batch"]):
            (trace,) = (await manager.call("GET", f"/traces?q={text}")).json()["traces"]
            assert trace["subject"]["name"] == "L-1"
            assert [one["percent"] for one in trace["before"]] == ["100"]
            (place,) = trace["subject"]["places"]
            assert (place["name"], place["amount"]["base"], place["numbers"]) == ("Almacén del Puerto", 2, "2-3")
        told = await manager.get(f"/traces?q={codes[1]['code']}")
        assert (told["unit"], told["unit_at"]) == (2, "Almacén del Puerto")
        assert (await manager.get(f"/traces?q={codes[4]['code']}"))["unit_at"] == ""
        assert (await producer.get("/traces?q=L-1"))["hidden"] == 0
        for text in ("", "nada", "7Q4K-2MXP-8"):
            missing = await manager.call("GET", f"/traces?q={text}")
            assert missing.status_code in (400, 404)
        back = {"happened_on": house.today().isoformat(), "lines": f"{code} 2-4"}
        assert await producer.refused("/returns", back) == {"ship.not_out"}
        again = {"organisation_id": house.made["organisation"], "happened_on": house.today().isoformat()}
        assert await producer.refused("/shipments", {**again, "lines": f"{code} 3-5"}) == {"ship.gone_already"}
        await producer.post("/returns", {**back, "lines": f"{code} 2"})
        (trace,) = (await manager.get("/traces?q=L-1"))["traces"]
        (place,) = trace["subject"]["places"]
        assert (place["sent"]["base"], place["back"]["base"], place["numbers"]) == (2, 1, "3")
