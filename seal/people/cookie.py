"""The session cookie, and what the web room asks to know who is signed in."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from litestar import Response
from litestar.datastructures import Cookie

from seal.identity import Acting
from seal.people import service
from seal.people.model import SignedIn, lifetime
from seal.web.context import Connection, Hooks, Visitor, hooks_of
from seal.web.policy import cookie_name


def give(answer: Response[Any], hooks: Hooks, done: SignedIn, at: datetime) -> None:
    """Hand the new session to the browser: not readable by script, not sent from other sites' forms."""
    del at
    answer.set_cookie(
        Cookie(
            key=cookie_name(hooks),
            value=done.session_token,
            path="/",
            max_age=int(lifetime(done.person.roles).absolute.total_seconds()),
            httponly=True,
            secure=hooks.settings.secure_cookies,
            samesite="lax",
        )
    )


def take(answer: Response[Any], hooks: Hooks) -> None:
    """Make the browser forget the session."""
    answer.set_cookie(
        Cookie(
            key=cookie_name(hooks),
            value="",
            path="/",
            max_age=0,
            httponly=True,
            secure=hooks.settings.secure_cookies,
            samesite="lax",
        )
    )


async def visitor(token: str, bearer: bool, connection: Connection) -> Visitor | None:
    """The web room's hook: who a session token is, now."""
    clock = hooks_of(connection).clock
    at = clock.now()
    found = await service.signed_in(token, at)
    if found is None:
        return None
    _, person = found
    acting = Acting(person.association_id, person.id, person.roles, at, clock.simulated)
    return Visitor(acting, person.name, person.language, token, bearer)
