"""Formats of an association's own: described on the page and by JSON, refused with the reason, out of use at once."""

from __future__ import annotations

from dataclasses import replace

import pytest

from seal.errors import BadInput, NotFound
from seal.labels.formats import SHEET_24
from seal.labels.own import service, starter
from tests import world
from tests.conftest import Database, on
from tests.web.support import RealButStill, bearer, client, hidden, key, serving, sign_in

AVERY = replace(SHEET_24, id="", label_mm=(63.5, 38.1), columns=3, rows=7, pitch_mm=(66.04, 38.1),
                margin_mm=(7.2, 15.1), space_mm=24.5, template="jar")  # fmt: skip


async def test_a_format_is_kept_offered_and_taken_out_of_use(database: Database) -> None:
    group = await world.association()
    acting = world.acting((await world.staff(group)).manager)
    made = await service.add_format(acting, "63,5 x 38", AVERY)
    assert (await service.paper(group.id, str(made.id))).format == replace(AVERY, id=str(made.id))
    assert [one.name for one in await service.papers(acting)][:2] == ["63,5 x 38", ""]
    await service.keep_setting(acting, str(made.id), (0.5, -1.2))
    await service.keep_setting(acting, str(made.id), (1.5, -0.2))
    assert await service.setting(acting, str(made.id)) == (1.5, -0.2)
    await service.retire_format(acting, made.id)
    await service.retire_format(acting, made.id)
    with pytest.raises(BadInput, match=r"label.format_unknown"):
        await service.paper(group.id, str(made.id))
    assert (await service.add_format(acting, "63,5 x 38", AVERY)).id != made.id  # the name is free again
    stranger = world.acting((await world.staff(await world.association("other"))).manager)
    with pytest.raises(NotFound):
        await service.retire_format(stranger, made.id)
    with pytest.raises(BadInput, match=r"label.format_unknown"):
        await service.paper(stranger.association_id, str(made.id))


@on("sqlite")
@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"pitch_mm": (60.0, 38.1)}, "label.format_overlap"),
        ({"margin_mm": (30.0, 15.1)}, "label.format_beyond_right"),
        ({"template": "poster"}, "labels.template_unknown"),
        ({"label_mm": (30.0, 20.0), "space_mm": 15.0}, "labels.format_no_face"),
    ],
)
async def test_a_format_that_cannot_be_printed_is_refused(change, code, database: Database) -> None:
    acting = world.acting((await world.staff(await world.association())).manager)
    with pytest.raises(BadInput) as refused:
        await service.add_format(acting, "x", replace(AVERY, **change))
    assert code in {reason.code for reason in refused.value.reasons}


@on("sqlite")
async def test_paper_by_pages_and_by_json(database: Database) -> None:
    staff = await world.staff(await world.association())
    async with serving(database.settings, RealButStill(world.START)) as app:
        browser = client(app)
        await sign_in(browser, staff.manager, at=world.START)
        page = await browser.get("/desk/labels/paper/formats/new")
        typed = {
            "name": "Redonda 30", "shape": "round", "label_width": "50", "label_height": "50", "template": "round",
            "medium": "sheet", "page": "a4", "columns": "3", "rows": "5", "margin_left": "12,5", "margin_top": "10",
            "pitch_x": "60", "pitch_y": "55", "space": "",
        }  # fmt: skip
        wrong = await browser.post("/desk/labels/paper/formats/new", data=hidden(page.text) | typed | {"pitch_x": "40"})
        assert (wrong.status_code, "se pisan entre sí" in wrong.text) == (400, True)
        done = await browser.post("/desk/labels/paper/formats/new", data=hidden(page.text) | typed)
        assert done.status_code == 303, done.text
        shown = await browser.get(done.headers["location"])
        assert "Redonda 30" in shown.text
        assert (await browser.get(f"{done.headers['location']}/preview.png")).content.startswith(b"\x89PNG")
        page = await browser.get("/desk/labels/paper/templates/new")
        look = {"name": "Casa", "shape": "rect", "label_width": "60", "label_height": "40", "space": "24.5",
                "html": starter.HTML, "css": starter.CSS}  # fmt: skip
        sent = {name: (None, value) for name, value in (hidden(page.text) | look | {"css": "p{font-size:3pt}"}).items()}
        refused = await browser.post("/desk/labels/paper/templates/new", files=sent)
        assert refused.status_code == 422
        assert "no se pudo dibujar" in refused.text
        program = client(app)
        headers = await bearer(program, staff.manager, at=world.START)
        body = {"name": "Casa", "label_mm": [60.0, 40.0], "space_mm": 24.5, "html": starter.HTML, "css": starter.CSS}
        kept = await program.post("/api/v1/label-templates", json=body, headers=key(headers))
        assert (kept.status_code, kept.json()["version"]) == (201, 1), kept.text
        stock = {"name": "Casa 60 x 40", "medium": "roll", "page_mm": [60.0, 40.0], "label_mm": [60.0, 40.0],
                 "pitch_mm": [60.0, 40.0], "space_mm": 24.5, "template_id": kept.json()["id"]}  # fmt: skip
        added = await program.post("/api/v1/label-formats", json=stock, headers=key(headers))
        assert (added.status_code, added.json()["template"]) == (201, "own"), added.text
        listed = (await program.get("/api/v1/label-formats", headers=headers)).json()
        assert [one["name"] for one in listed][:2] == ["Casa 60 x 40", "Redonda 30"]
