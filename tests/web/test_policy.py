"""Every handler has a policy, and the policy holds: walked over the whole route table."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
from litestar import Litestar, get
from litestar.handlers.http_handlers import HTTPRouteHandler

from seal.app import create_app
from seal.identity import Role
from seal.web.policy import Public, Roles, SignedIn, http_handlers, policy, require_policies, rule_of
from tests.conftest import Database
from tests.web.support import bearer, client, hidden, key, make_association, make_person, serving, sign_in


def filled(path: str) -> str:
    """A path of the route table with something in each place."""
    return re.sub(r"\{\w+:(\w+)\}", lambda found: str(uuid4()) if found[1] == "uuid" else "1", path)


def calls(app: Litestar) -> list[tuple[str, str, HTTPRouteHandler]]:
    return sorted(
        (
            (method, path, handler)
            for path, handler in http_handlers(app)
            for method in handler.http_methods
            if method != "OPTIONS"
        ),
        key=lambda call: call[:2],
    )


@policy(Public)
@get("/open", sync_to_thread=False)
def open_handler() -> str:
    return ""


@get("/forgotten", sync_to_thread=False)
def forgotten_handler() -> str:
    return ""


def test_application_without_a_forgotten_policy_starts(data_dir: object) -> None:
    require_policies(Litestar([open_handler], openapi_config=None))


def test_handler_without_policy_stops_the_application(data_dir: object) -> None:
    with pytest.raises(RuntimeError, match="/forgotten"):
        require_policies(Litestar([open_handler, forgotten_handler], openapi_config=None))


def test_every_handler_of_the_route_table_has_a_policy(data_dir: object, request: pytest.FixtureRequest) -> None:
    from seal.settings import settings

    app = create_app(settings())
    table = list(http_handlers(app))
    assert len(table) > 20
    assert [path for path, handler in table if rule_of(handler) is None] == []


def test_desk_and_api_are_public_only_by_name(data_dir: object) -> None:
    """A page of the desk or of the API is public only if it stands here."""
    from seal.settings import settings

    allowed = {"/api", "/api/health", "/api/docs", "/api/openapi.json", "/api/v1/sessions"}
    app = create_app(settings())
    public = {
        path
        for path, handler in http_handlers(app)
        if rule_of(handler) == Public and path.startswith(("/desk", "/api")) and "/api/v1/verify" not in path
    }
    assert public - allowed == set()


async def test_unsigned_requests_are_turned_away_everywhere(database: Database) -> None:
    await make_association()
    async with serving(database.settings) as app:
        browser = client(app)
        for method, path, handler in calls(app):
            rule = rule_of(handler)
            if rule is None or rule.public:
                continue
            machine = path.startswith("/api/")
            headers = key({"Accept": "application/json" if machine else "text/html"})
            answer = await browser.request(method, filled(path), headers=headers)
            if machine or method != "GET":
                assert answer.status_code == 401, (method, path, answer.status_code, answer.text[:200])
            else:
                assert (answer.status_code, answer.headers["location"]) == (303, "/entrar"), (method, path)


async def test_wrong_role_is_turned_away_everywhere(database: Database) -> None:
    """For each handler with roles: a person who holds every role but those."""
    association = await make_association()
    async with serving(database.settings) as app:
        browser = client(app)
        signed: dict[frozenset[Role], dict[str, str]] = {}
        for method, path, handler in calls(app):
            rule = rule_of(handler)
            if rule is None or rule.public or not rule.roles or rule.roles == frozenset(Role):
                continue
            others = frozenset(Role) - rule.roles
            if others not in signed:
                signed[others] = await bearer(browser, await make_person(association, *others))
            answer = await browser.request(method, filled(path), headers=key(signed[others]))
            assert answer.status_code == 403, (method, path, answer.status_code, answer.text[:200])


async def test_nobody_without_a_role_reaches_a_handler_with_roles(database: Database) -> None:
    association = await make_association()
    async with serving(database.settings) as app:
        browser = client(app)
        await sign_in(browser, await make_person(association))
        for method, path, handler in calls(app):
            rule = rule_of(handler)
            if rule is not None and rule.roles:
                answer = await browser.request(method, filled(path), headers=key({"Accept": "text/html"}))
                assert answer.status_code == 403, (method, path)


async def test_role_taken_back_counts_at_the_next_request(database: Database) -> None:
    association = await make_association()
    boss, other = [await make_person(association, Role.MANAGER, name=name) for name in ("Ana", "Eva")]
    async with serving(database.settings) as app:
        browser, hers = client(app), client(app)
        await sign_in(browser, boss)
        await sign_in(hers, other)
        assert (await hers.get("/desk/people")).status_code == 200
        page = await browser.get(f"/desk/people/{other.id}")
        form = {**hidden(page.text), "role": "manager", "change": "end"}
        assert (await browser.post(f"/desk/people/{other.id}/roles", data=form)).status_code == 303
        assert (await hers.get("/desk/people")).status_code == 303  # signed out: a changed role starts afresh


async def test_session_of_another_association_is_no_session_here(database: Database) -> None:
    one, two = await make_association("uno"), await make_association("dos")
    person = await make_person(two, Role.MANAGER)
    async with serving(database.settings) as app:
        browser = client(app)
        await sign_in(browser, person, prefix="/a/dos")
        assert (await browser.get("/a/dos/desk")).status_code == 200
        assert (await browser.get("/a/uno/desk")).status_code == 303
        headers = await bearer(browser, person)
        stranger = await make_person(one, Role.AUDITOR, name="De la otra")
        missing = await browser.get(f"/api/v1/people/{uuid4()}", headers=headers)
        foreign = await browser.get(f"/api/v1/people/{stranger.id}", headers=headers)
        assert foreign.status_code == missing.status_code == 404
        assert foreign.json() == missing.json()


async def test_unknown_association_in_the_address_is_not_found(database: Database) -> None:
    await make_association()
    async with serving(database.settings) as app:
        assert (await client(app).get("/a/otra/")).status_code == 404
        assert (await client(app).get("/a/sabores/")).status_code == 200


def test_rules_are_values() -> None:
    assert Roles(Role.MANAGER) == Roles(Role.MANAGER)
    assert not SignedIn.public
    assert Public.roles == frozenset()
