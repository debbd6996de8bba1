"""Drafts in the database: begun, saved, checked, published by two; exported and taken back; a newer base beneath."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest

from seal.errors import BadInput, Conflict, NotAllowed, NotFound, Refused
from seal.identity import Acting, Role
from seal.protocols import drafting, folders, loader, resolving, service
from seal.protocols.diff import Effect
from seal.protocols.drafts import OVERLAY, RESERVED, tidy
from seal.protocols.life import Source, State
from tests import world
from tests.conftest import Database
from tests.protocols.library import Copy, miel, published
from tests.web.support import AT, bearer, client, hidden, key, make_association, make_person, serving, sign_in

OWN = ("cesteria", "0.1.0")
MINE = ("miel_baker", "1.0.0")
TIGHTER = "changes:\n- {point: MIEL-D01, set: {measure: {max: 18}}, reason: Otoños lluviosos}\n"


async def two(slug: str = "aysen") -> tuple[Acting, Acting]:
    home = await world.association(slug)
    people = [await world.person(home, name, Role.MANAGER) for name in ("Ana", "Luis")]
    return world.acting(people[0]), world.acting(people[1])


def finished(files: Mapping[str, str]) -> dict[str, str]:
    """A new draft whose author has written every sentence."""
    said = {name: text.replace("Escriba aquí", "Anote").replace("Write here", "Note") for name, text in files.items()}
    assert said != files
    return said


async def adapted(acting: Acting) -> str:
    """An overlay that tightens one limit; its text."""
    await drafting.adapt(acting, "miel@0.1.0", *MINE, "Miel del Baker")
    text = (await drafting.draft(acting, *MINE)).files[OVERLAY].replace("changes: []\n", TIGHTER)
    await drafting.revise(acting, *MINE, {OVERLAY: text})
    return text


async def test_written_from_nothing_and_published_by_two(database: Database) -> None:
    ana, luis = await two()
    life = await drafting.begin_empty(ana, *OWN, "Cestería")
    assert (life.source, life.state) == (Source.OWN, State.DRAFT)
    found = await drafting.draft(ana, *OWN)
    assert found.read.faults == ()
    worse = {
        **found.files,
        "protocol.yaml": found.files["protocol.yaml"].replace("level: critical", "level: capital", 1),
    }
    await drafting.revise(ana, *OWN, worse)
    faulty = await drafting.draft(ana, *OWN)
    assert [fault.params["file"] for fault in faulty.read.faults] == ["cesteria/0.1.0/protocol.yaml"]
    with pytest.raises(BadInput, match="unknown_value"):
        await service.propose(ana, *OWN)
    await drafting.revise(ana, *OWN, found.files)
    assert [one.sequence for one in (await drafting.draft(ana, *OWN)).revisions] == [0, 1, 2]
    with pytest.raises(Refused, match="placeholder_left"):
        await service.propose(ana, *OWN)
    await drafting.revise(ana, *OWN, finished(found.files))
    await service.propose(ana, *OWN)
    with pytest.raises(Refused, match="draft_closed"):
        await drafting.revise(luis, *OWN, worse)
    with pytest.raises(Refused, match="two_people"):
        await service.publish(ana, *OWN)
    done = await service.publish(luis, *OWN)
    assert done.protocol.title("es") == "Cestería"
    assert (await service.pinned(ana.association_id, done.id)).sound
    with pytest.raises(Refused, match="draft_closed"):
        await drafting.revise(luis, *OWN, worse)


async def test_the_same_text_saves_nothing(database: Database) -> None:
    ana, _ = await two()
    await drafting.begin_empty(ana, *OWN, "")
    found = await drafting.draft(ana, *OWN)
    await drafting.revise(ana, *OWN, {name: text.replace("\n", "\r\n") for name, text in found.files.items()})
    assert len((await drafting.draft(ana, *OWN)).revisions) == 1


async def test_adapted_and_published_as_an_ordinary_protocol(database: Database) -> None:
    ana, luis = await two()
    await adapted(ana)
    await service.propose(luis, *MINE)
    done = await service.publish(ana, *MINE)
    measure = done.protocol.point("MIEL-D01").measure
    assert measure is not None
    assert str(measure.max) == "18"
    assert done.protocol.includes == miel().includes
    life = next(one for one in await service.lives(ana) if one.id == done.id)
    assert await resolving.origin(life) == ("miel", "0.1.0")
    found = await service.compared(ana, "miel@0.1.0", "miel_baker@1.0.0")
    assert found.diff.subjects(Effect.STRICTER) == ("MIEL-D01",)


@pytest.mark.parametrize(
    "files",
    [
        {"../x.yaml": "a"},
        {"protocol.yaml": "a", "examples/../../x.yaml": "a"},
        {"protocol.yaml": "a", "overlay.yaml": "b"},
        {"text.es.yaml": "a"},
        {"protocol.yaml": "a" * 1_000_001},
        {"protocol.yaml": "a", "/etc/passwd": "x"},
    ],
)
def test_files_that_no_draft_has_are_refused(files: dict[str, str]) -> None:
    with pytest.raises(BadInput):
        tidy(files)


async def test_names_are_checked(database: Database) -> None:
    ana, _ = await two()
    await drafting.begin_empty(ana, *OWN, "")
    with pytest.raises(Conflict, match="name_taken"):
        await drafting.begin_empty(ana, *OWN, "")
    with pytest.raises(Refused, match="name_of_library"):
        await drafting.begin_empty(ana, "miel", "0.1.0", "")
    for name in (("../x", "0.1.0"), ("x", "0.1.0"), ("propio", "1")):
        with pytest.raises(BadInput, match="draft_name"):
            await drafting.begin_empty(ana, *name, "")
    for word in RESERVED:
        with pytest.raises(BadInput, match="name_reserved"):
            await drafting.begin_empty(ana, word, "0.1.0", "")


async def test_an_overlay_of_another_name_is_a_fault(database: Database) -> None:
    ana, _ = await two()
    text = await adapted(ana)
    await drafting.revise(ana, *MINE, {OVERLAY: text.replace("id: miel_baker", "id: miel_otro")})
    (fault,) = (await drafting.draft(ana, *MINE)).read.faults
    assert (fault.code, fault.params["line"]) == ("protocols.not_its_folder", 2)


async def test_drafts_are_of_their_association_and_for_managers(database: Database) -> None:
    ana, _ = await two()
    await adapted(ana)
    other, _ = await two("otra")
    with pytest.raises(NotFound, match="not_found"):
        await drafting.draft(other, *MINE)
    with pytest.raises(NotFound, match="not_found"):
        await drafting.revise(other, *MINE, {OVERLAY: "x"})
    assert await drafting.all_drafts(other) == ()
    home = await world.association("tercera")
    with pytest.raises(NotAllowed):
        await drafting.all_drafts(world.acting(await world.person(home, "Eva", Role.AUDITOR)))


async def test_out_as_files_and_back_as_a_draft(database: Database, tmp_path: Path) -> None:
    ana, luis = await two()
    await adapted(ana)
    await service.propose(ana, *MINE)
    done = await service.publish(luis, *MINE)
    written = await folders.export(ana, "miel_baker@1.0.0", tmp_path)
    assert {path.name for path in written} == {"overlay.yaml", "protocol.yaml", "text.es.yaml", "text.en.yaml"}
    assert loader.load(tmp_path, *MINE).digest == done.digest
    assert await folders.export(ana, "miel_baker@1.0.0", tmp_path) == written
    (tmp_path / "miel_baker" / "1.0.0" / "protocol.yaml").write_text("otra cosa")
    with pytest.raises(BadInput, match="already_there"):
        await folders.export(ana, "miel_baker@1.0.0", tmp_path)
    other, _ = await two("otra")
    life = await folders.bring(other, tmp_path / "miel_baker" / "1.0.0")
    assert (life.source, life.state) == (Source.OVERLAY, State.DRAFT)
    taken = await drafting.draft(other, *MINE)
    assert taken.read.protocol is not None
    assert taken.read.protocol.digest == done.digest


async def test_a_folder_of_the_library_is_taken_under_another_name(database: Database, tmp_path: Path) -> None:
    ana, _ = await two()
    home = tmp_path / "miel_mia" / "0.1.0"
    shutil.copytree(loader.shipped() / "miel" / "0.1.0", home)
    for path in home.glob("*.yaml"):
        path.write_text(path.read_text().replace("id: miel\n", "id: miel_mia\n", 1))
    await folders.bring(ana, home)
    found = await drafting.draft(ana, "miel_mia", "0.1.0")
    assert found.read.faults == ()
    assert [name for name in found.files if name.startswith("examples/")]


async def test_a_newer_base_is_taken_item_by_item(
    database: Database, copied: Copy, monkeypatch: pytest.MonkeyPatch
) -> None:
    ana, _ = await two()
    await published(ana)
    await adapted(ana)
    assert (await drafting.draft(ana, *MINE)).newer == ""
    home = copied.folder / "miel" / "0.2.0"
    shutil.copytree(copied.folder / "miel" / "0.1.0", home)
    for path in home.glob("*.yaml"):
        text = path.read_text().replace("version: 0.1.0\n", "version: 0.2.0\n", 1)
        path.write_text(
            text.replace("unit: '%', min: 45", "unit: '%', min: 50").replace(
                "certificate_months: 12", "certificate_months: 10"
            )
        )
    monkeypatch.setattr(loader, "shipped", lambda: copied.folder)
    found = await drafting.draft(ana, *MINE)
    assert found.newer == "0.2.0"
    assert [item.subject for item in found.upstream] == ["MIEL-D10", "validity"]
    with pytest.raises(BadInput, match="refusal_reason"):
        await drafting.take_upstream(ana, *MINE, to="0.2.0", refused={"validity": " "})
    await drafting.take_upstream(ana, *MINE, to="0.2.0", refused={"validity": "Aquí basta un año"})
    after = await drafting.draft(ana, *MINE)
    assert (after.newer, after.read.faults) == ("", ())
    protocol = after.read.protocol
    assert protocol is not None
    measures = [protocol.point(name).measure for name in ("MIEL-D10", "MIEL-D01")]
    assert [str(one.min if one and one.min else one and one.max) for one in measures] == ["50", "18"]
    assert protocol.rules.validity.certificate_months == 12
    with pytest.raises(Refused, match="no_newer_base"):
        await drafting.take_upstream(ana, *MINE, to="0.2.0", refused={})


async def test_the_desk_begins_saves_and_proposes(database: Database) -> None:
    person = await make_person(await make_association(), Role.MANAGER)
    async with serving(database.settings) as app:
        browser = client(app)
        await sign_in(browser, person)
        page = await browser.get("/desk/protocols/drafts")
        given = {"base": "miel@0.1.0", "protocol_id": "miel_baker", "version": "1.0.0", "title": "Miel del Baker"}
        made = await browser.post("/desk/protocols/drafts", data={**hidden(page.text), **given})
        assert (made.status_code, made.headers["location"]) == (303, "/desk/protocols/drafts/miel_baker/1.0.0")
        again = await browser.get("/desk/protocols/drafts")
        assert "miel_baker 1.0.0" in again.text
        at = "/desk/protocols/drafts/miel_baker/1.0.0"
        shown = (await browser.get(at)).text
        assert "Sin fallas" in shown
        fields = hidden(shown, 1)
        saved = await browser.post(at, data={**fields, "file.overlay.yaml": "schema: seal-overlay/1\nid: otro\n"})
        assert saved.status_code == 303, saved.text
        faulty = (await browser.get(at)).text
        assert "miel_baker/1.0.0/overlay.yaml:1" in faulty
        assert "/propose" not in faulty
        refused = await browser.post(
            at, data={**hidden(faulty), "file.overlay.yaml": "x", "more": "../x", "more_text": "y"}
        )
        assert refused.status_code == 400
        assert "no es un archivo de protocolo" in refused.text


async def test_the_second_manager_publishes_a_draft_from_its_page(database: Database) -> None:
    home = await make_association()
    ana, luis = [await make_person(home, Role.MANAGER, name=name) for name in ("Ana Pérez", "Luis Soto")]
    acting = Acting(home.id, ana.id, ana.roles, AT)
    await drafting.begin_empty(acting, *OWN, "Cestería")
    await drafting.revise(acting, *OWN, finished((await drafting.draft(acting, *OWN)).files))
    at = "/desk/protocols/drafts/cesteria/0.1.0"
    async with serving(database.settings) as app:
        first, second = client(app), client(app)
        await sign_in(first, ana)
        await sign_in(second, luis)
        page = (await first.get(at)).text
        sent = await first.post("/desk/protocols/cesteria/0.1.0/propose", data=hidden(page))
        assert sent.status_code == 303, sent.text
        assert "/publish" not in (await first.get(at)).text
        page = (await second.get(at)).text
        assert "Propuesta por Ana Pérez" in page
        done = await second.post("/desk/protocols/cesteria/0.1.0/publish", data=hidden(page))
        assert done.status_code == 303, done.text
        assert "Cestería" in (await second.get("/protocols/cesteria/0.1.0", headers={"Accept": "text/html"})).text


async def test_a_program_begins_saves_and_sees_the_faults(database: Database) -> None:
    person = await make_person(await make_association(), Role.MANAGER)
    async with serving(database.settings) as app:
        browser = client(app)
        headers = await bearer(browser, person)
        body = {"protocol": "miel_baker", "version": "1.0.0", "base": "miel@0.1.0"}
        made = await browser.post("/api/v1/protocols/drafts", json=body, headers=key(headers))
        assert (made.status_code, made.json()["faults"], made.json()["source"]) == (201, [], "overlay"), made.text
        at = "/api/v1/protocols/drafts/miel_baker/1.0.0"
        wrong = "changes:\n- {remove: MIEL-Z99, reason: x}\n"
        text = made.json()["files"]["overlay.yaml"].replace("changes: []\n", wrong)
        saved = await browser.post(f"{at}/revisions", json={"files": {"overlay.yaml": text}}, headers=key(headers))
        assert [one["code"] for one in saved.json()["faults"]] == ["protocols.overlay.unknown_point"]
        assert saved.json()["sha256"] is None
        assert (await browser.get(at, headers=headers)).json() == saved.json()
        lines = (await browser.get("/api/v1/protocols/drafts", headers=headers)).json()
        assert [one["protocol"] for one in lines] == ["miel_baker"]
        assert (await browser.get("/api/v1/protocols/drafts/otro/1.0.0", headers=headers)).status_code == 404
