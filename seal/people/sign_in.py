"""Signing in: one-time links, and sessions whose id is made here, at that moment, and kept as its SHA-256 only.

A session id that a browser brings along is looked up and never adopted; signing in always makes a new one.
"""

from __future__ import annotations

import hashlib
import secrets
from contextlib import suppress
from datetime import datetime, timedelta
from uuid import UUID

from seal import ids
from seal.db import in_unit_of_work, reading, unit_of_work
from seal.db.violations import Contention
from seal.errors import NotAllowed, NotFound, Refused
from seal.identity import Acting, Role
from seal.people import store
from seal.people.authority import authorise
from seal.people.model import (
    LINK_LASTS,
    LINK_LASTS_AT_MOST,
    SEEN_EVERY,
    Link,
    Person,
    Session,
    SignedIn,
    is_alive,
    link_faults,
    token_of,
)


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()


async def make_link(acting: Acting, person_id: UUID, *, lasts: timedelta = LINK_LASTS) -> str:
    """A one-time sign-in token for a person, given back once; its digest is kept. Managers, or Seal itself.

    Raises ``NotAllowed('people.role_needed')``, ``NotFound('people.not_found')``, ``Refused('people.left')``.
    """
    await authorise(acting, Role.MANAGER)
    token = secrets.token_urlsafe(32)
    async with unit_of_work():
        found = await store.person(acting.association_id, person_id)
        if found is None:
            raise NotFound("people.not_found")
        if not found.active:
            raise Refused("people.left", name=found.name)
        link = Link(
            id=ids.uuid7(acting.at),
            association_id=acting.association_id,
            person_id=person_id,
            made_at=acting.at,
            ends_at=acting.at + min(lasts, LINK_LASTS_AT_MOST),
            used_at=None,
            pressed=None,
            session_id=None,
        )
        await store.insert_link(link, _digest(token), acting.person_id)
    return token


async def look_at_link(token: str, at: datetime) -> Person:
    """Whose link it is, without using it. Raises ``Refused`` as :func:`sign_in` does."""
    async with reading():
        link, person = await _link(token, at, None)
    del link
    return person


async def sign_in(token: str, at: datetime, *, pressed: str = "", browser: str = "") -> SignedIn:
    """Use a link: it works once, and makes a new session.

    ``pressed`` names the page whose button was pressed: the same page's second press within two minutes ends the
    session of the first and makes another. Raises
    ``Refused('people.link_unknown' | 'people.link_used' | 'people.link_expired' | 'people.left')``.
    """
    page = _digest(pressed) if pressed else None

    async def use() -> SignedIn:
        link, person = await _link(token, at, page)
        session = Session(ids.uuid7(at), person.association_id, person.id, at, at, None, browser[:200])
        secret = secrets.token_urlsafe(32)
        if not await store.use_link(link, at, page, session.id):
            raise Refused("people.link_used")
        if link.session_id is not None:
            await store.end_sessions(person.association_id, person.id, at, link.session_id)
        await store.insert_session(session, _digest(secret))
        return SignedIn(secret, session, person)

    return await in_unit_of_work(use)


async def _link(token: str, at: datetime, pressed: bytes | None) -> tuple[Link, Person]:
    link = await store.link_by_token(_digest(token_of(token)))
    if faults := link_faults(link, at, pressed):
        raise Refused.because(faults)
    assert link is not None
    person = await store.person(link.association_id, link.person_id)
    if person is None or not person.active:
        raise Refused("people.left", name=person.name if person else "")
    return link, person


async def signed_in(session_token: str, at: datetime) -> tuple[Session, Person] | None:
    """The session of a token and its person, or ``None``; notes its use, to the minute."""
    async with reading():
        session = await store.session_by_token(_digest(session_token))
        person = await store.person(session.association_id, session.person_id) if session else None
    if session is None or person is None or not person.active or not is_alive(session, person.roles, at):
        return None
    if at >= session.seen_at + SEEN_EVERY:
        with suppress(Contention):  # then another request of the same session notes it at this very moment
            async with unit_of_work():
                await store.see_session(session.id, at)
    return session, person


async def acting_for(session_token: str, at: datetime, *, simulated: bool = False) -> Acting | None:
    """Who acts by a session token now, with the roles held now; ``None`` if nobody does."""
    found = await signed_in(session_token, at)
    if found is None:
        return None
    _, person = found
    return Acting(person.association_id, person.id, person.roles, at, simulated)


async def sign_out(session_token: str, at: datetime) -> None:
    """End the session of a token. Nothing happens if there is none."""
    async with unit_of_work():
        session = await store.session_by_token(_digest(session_token))
        if session is not None:
            await store.end_sessions(session.association_id, session.person_id, at, session.id)


async def sessions(acting: Acting) -> tuple[Session, ...]:
    """The living sessions of whoever asks, newest first."""
    if acting.person_id is None:
        return ()
    async with reading():
        found = await store.sessions(acting.association_id, acting.person_id)
    return tuple(session for session in found if is_alive(session, acting.roles, acting.at))


async def end_session(acting: Acting, session_id: UUID) -> None:
    """End one of one's own sessions, on any device. Raises ``NotFound('people.session_not_found')``."""
    if acting.person_id is None:
        raise NotAllowed("people.role_needed", roles="")
    async with unit_of_work():
        if session_id not in {one.id for one in await store.sessions(acting.association_id, acting.person_id)}:
            raise NotFound("people.session_not_found")
        await store.end_sessions(acting.association_id, acting.person_id, acting.at, session_id)
