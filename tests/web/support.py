"""An application over the ``database`` fixture, an association, people, signed-in clients: for every slice."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import httpx

from seal.app import Application, create_app, routes
from seal.associations import service as associations
from seal.associations.model import Association
from seal.clock import SimulatedClock
from seal.identity import Role, system
from seal.people import service as people
from seal.people.model import Person
from seal.settings import Settings

AT = datetime(2026, 3, 3, 12, 0, tzinfo=UTC)
ORIGIN = "http://localhost:8080"


_IDLE: dict[tuple[int, tuple[int, ...]], list[Application]] = {}
"""Applications that nobody uses now, by what their routes were built of."""


class RealButStill(SimulatedClock):
    """Stands still like a simulated clock and passes for the machine's own, so that ordinary associations accept it."""

    def __init__(self, moment: datetime = AT) -> None:
        super().__init__(moment, simulated=False)


async def make_association(slug: str = "sabores", *, at: datetime = AT, **given: Any) -> Association:
    first = not await associations.all_associations()
    values: dict[str, Any] = {
        "name": f"Asociación {slug.title()}",
        "base": ORIGIN if first else f"{ORIGIN}/a/{slug}",
        "region": "Aysén, Chile",
        "communes": ("Coyhaique", "Aysén"),
    }
    return await associations.create(slug=slug, at=at, **{**values, **given})


async def make_person(association: Association, *roles: Role, name: str = "Ana Pérez", at: datetime = AT) -> Person:
    return await people.create_person(system(association.id, at), name=name, roles=roles)


@asynccontextmanager
async def serving(settings: Settings, clock: SimulatedClock | None = None) -> AsyncIterator[Application]:
    """The application with its lifespan running, and words that are missing as errors.

    Its routes take longer to build than most tests to run: what a test has finished with serves the next one.
    """
    rooms = tuple(id(handler) for part in routes(settings) for handler in part)  # tests add handlers of their own
    idle = _IDLE.setdefault((settings.max_upload_mb, rooms), [])
    app = idle.pop() if idle else create_app(settings)
    app.bind(settings, clock=clock or RealButStill(), strict=True)
    async with app.lifespan():
        yield app
    idle.append(app)


def client(app: Application, **given: Any) -> httpx.AsyncClient:
    """A browser with an empty cookie jar, in the test's own event loop. Use it inside ``serving``."""
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=ORIGIN, **given)


def hidden(html: str, nth: int = 0) -> dict[str, str]:
    """The hidden fields of the ``nth`` POST form of a page that is not the sign-out form."""
    forms = [
        form for form in re.findall(r"<form method=\"post\".*?</form>", html, re.DOTALL) if "/desk/salir" not in form
    ]
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', forms[nth]))


async def sign_in(browser: httpx.AsyncClient, person: Person, *, at: datetime = AT, prefix: str = "") -> None:
    """Through the pages, as a person does."""
    token = await people.make_link(system(person.association_id, at), person.id)
    page = await browser.get(f"{prefix}/entrar/{token}")
    assert page.status_code == 200, page.text
    done = await browser.post(f"{prefix}/entrar/{token}", data=hidden(page.text), follow_redirects=False)
    assert done.status_code == 303, done.text


async def bearer(browser: httpx.AsyncClient, person: Person, *, at: datetime = AT) -> dict[str, str]:
    """Headers of a signed-in program, with a fresh idempotency key."""
    token = await people.make_link(system(person.association_id, at), person.id)
    done = await browser.post("/api/v1/sessions", json={"link": token}, headers=key())
    assert done.status_code == 201, done.text
    return {"Authorization": f"Bearer {done.json()['token']}"}


def key(headers: Mapping[str, str] | None = None) -> dict[str, str]:
    """``headers`` with an idempotency key of its own."""
    return {**(headers or {}), "Idempotency-Key": str(uuid4())}
