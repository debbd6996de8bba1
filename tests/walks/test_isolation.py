"""Two associations with the same kinds of things on one server: neither can tell what the other has (invariant 9)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from litestar import Litestar

from seal.identity import Role
from seal.settings import Settings
from tests.conftest import Database

from .asking import PLACES, QUERIES, Asker, Route, look_of, nothing, private_routes
from .programs import House, Program, houses, rows_of, stand_in, unsettled, whole_job

KEPT = {"idempotency", "session", "once"}
"""Tables that note that somebody asked."""
NARROWER = {
    f"POST /desk/batches/{{batch_id:uuid}}/{{action:str}} {action}" for action in ("release", "recall", "revoke")
}
"""One address for several acts: the verb asks for fewer roles than the address."""


@asynccontextmanager
async def mirrored(settings: Settings) -> AsyncIterator[tuple[House, House, list[Route]]]:
    """Here and there, with the same story each; and every private address."""
    async with houses(settings, "aqui", "alla") as (here, there):
        for house in (here, there):
            await whole_job(house)
            await unsettled(house)
        yield here, there, list(private_routes(_app(here)))


def _app(house: House) -> Litestar:
    application: Litestar = house.browser._transport.app  # type: ignore[attr-defined]
    return application


def asker(house: House, program: Program) -> Asker:
    return Asker(house.browser, program.token, house.made, house.prefix)


async def test_ids_of_another_association_are_as_good_as_none(database: Database) -> None:
    """Every place of every private address, and every id that a body or a query names, with every kind of theirs."""
    async with mirrored(database.settings) as (here, there, routes):
        insider = asker(here, await stand_in(here, *Role, for_producer=True))
        before = await rows_of(there.association.id)
        asked = 0
        for route in routes:
            for place in route.places:
                wanted = look_of(await insider.ask(route, places={place: nothing()}))
                assert wanted[0] in (400, 404, 422), (str(route), place, wanted)
                kinds = [PLACES[place], *(kind for kind in there.made if kind != PLACES[place])]
                for kind in kinds if database.engine == "sqlite" else kinds[:1]:
                    found = look_of(await insider.ask(route, places={place: there.made[kind]}))
                    assert found == wanted, (str(route), place, kind)
                    asked += 1
            for kind in sorted(route.named):
                wanted = look_of(await insider.ask(route, named={kind: nothing()}))
                found = look_of(await insider.ask(route, named={kind: there.made[kind]}))
                assert found == wanted, (str(route), "names", kind)
                assert wanted[0] >= 400, (str(route), "names", kind, wanted)
                asked += 1
            if route.method == "GET" and route.path in QUERIES:
                name = QUERIES[route.path]
                wanted = look_of(await insider.ask(route, query=f"?{name}={nothing()}"))
                found = look_of(await insider.ask(route, query=f"?{name}={there.made[name]}"))
                assert found == wanted, (str(route), "asks for", name)
                asked += 1
        assert asked > (1000 if database.engine == "sqlite" else 100)
        assert await rows_of(there.association.id) == before, "nothing of theirs changed"


async def test_a_session_is_worth_nothing_at_the_other_address(database: Database) -> None:
    async with mirrored(database.settings) as (here, there, routes):
        insider = await stand_in(here, *Role)
        stranger = Asker(here.browser, insider.token, there.made, there.prefix)
        nobody = Asker(here.browser, "", there.made, there.prefix)
        for route in routes:
            wanted = look_of(await nobody.ask(route))
            assert wanted[0] in (303, 401), str(route)
            assert look_of(await stranger.ask(route)) == wanted, str(route)


async def test_lists_show_nothing_of_the_other(database: Database) -> None:
    async with mirrored(database.settings) as (here, there, routes):
        insider = asker(here, await stand_in(here, *Role, for_producer=True))
        theirs = {name: found for name, found in there.made.items() if found not in here.made.values()}
        for route in routes:
            if route.method == "GET" and not route.paper:
                text = (await insider.ask(route)).text
                shown = [name for name, found in theirs.items() if found in text]
                assert shown == [], str(route)


async def test_every_role_on_every_address(database: Database) -> None:
    """Each role alone: what its rule says, no less and no more; the verbs behind an address ask for nothing else."""
    async with mirrored(database.settings) as (here, _, routes):
        for role in Role:
            program = await stand_in(here, role, for_producer=role is Role.PRODUCER)
            person = asker(here, program)
            for route in routes:
                if route.path == "/desk/salir" or (route.paper and role in route.rule.roles):
                    continue
                places = {} if route.method == "GET" else {place: nothing() for place in route.places}
                answer = await person.ask(route, places=places, named={"person": program.person_id})
                may = not route.rule.roles or role in route.rule.roles
                if may and route.rule.roles and str(route) not in NARROWER:
                    assert answer.status_code not in (401, 403), (role, str(route), answer.text[:300])
                elif not may:
                    assert answer.status_code == 403, (role, str(route), answer.status_code)
                assert answer.status_code < 500, (role, str(route), answer.text[:300])


async def test_a_producer_sees_and_touches_only_their_own(database: Database) -> None:
    """Somebody with the role of producer who acts for nobody meets only "not here" and "not yours"."""
    async with mirrored(database.settings) as (here, _, routes):
        await _only_their_own(here, routes)


async def _only_their_own(here: House, routes: list[Route]) -> None:
    person = await stand_in(here, Role.PRODUCER, name="Sin Parte")
    stranger = asker(here, person)
    before = {name: rows for name, rows in (await rows_of(here.association.id)).items() if name not in KEPT}
    # a published protocol, the look of labels and a shop are nobody's own; whose the units are that leave for a shop is
    # asked below
    own = {
        "/api/v1/protocols/{version_id:uuid}/checklist",
        "/api/v1/shipments",
        "/desk/shipments",
    }
    look = ("/desk/labels/paper/", "/desk/labels/formats/", "/api/v1/label-templates/")
    for route in routes:
        if route.method == "GET" and route.path.startswith(look):
            continue
        if route.path not in own and (route.places or route.named) and route.path != "/desk/salir":
            answer = await stranger.ask(route)
            assert answer.status_code in (303, 403, 404), (str(route), answer.status_code, answer.text[:300])
            if answer.status_code == 303:
                assert route.path.startswith(("/desk/notices/", "/desk/sessions/")), str(route)
    code = (await here.who["manager"].get(f"/batches/{here.made['batch']}"))["code"]
    leaving = {"organisation_id": here.made["organisation"], "happened_on": here.today().isoformat()}
    assert (await person.call("POST", "/shipments", {**leaving, "lines": f"{code} 4"})).status_code == 404
    for path in ("producers", "audits", "findings", "certifications", "batches"):
        assert await person.get(f"/{path}") == []
    after = {name: rows for name, rows in (await rows_of(here.association.id)).items() if name not in KEPT}
    assert after == before
