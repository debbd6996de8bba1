"""People, what they may do, and how long a sign-in lasts. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from seal.errors import Reason
from seal.identity import Role

LANGUAGES = ("es", "en")
LINK_LASTS = timedelta(minutes=15)
LINK_LASTS_AT_MOST = timedelta(days=7)
PRESSED_AGAIN_WITHIN = timedelta(minutes=2)
"""A second press of the same page's button signs in too: on a slow line the first answer is often lost."""
SEEN_EVERY = timedelta(minutes=1)
"""How exactly the last use of a session is kept; less writing, at the price of a minute."""
_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]{1,190}\.[^@\s]{2,}")


@dataclass(frozen=True)
class Person:
    """An account in one association."""

    id: UUID
    association_id: UUID
    name: str
    email: str
    """Empty when the person has none."""
    language: str
    roles: frozenset[Role]
    active: bool


@dataclass(frozen=True)
class Lifetime:
    """How long a session lasts without use, and at most."""

    idle: timedelta
    absolute: timedelta


LIFETIMES: dict[Role, Lifetime] = {
    Role.CERTIFIER: Lifetime(timedelta(minutes=30), timedelta(hours=12)),
    Role.MANAGER: Lifetime(timedelta(hours=8), timedelta(days=7)),
    Role.AUDITOR: Lifetime(timedelta(hours=8), timedelta(days=7)),
    Role.PRODUCER: Lifetime(timedelta(hours=12), timedelta(days=30)),
}
_NO_ROLE = Lifetime(timedelta(minutes=30), timedelta(hours=12))


@dataclass(frozen=True)
class Session:
    """One sign-in on one device. The token itself is known to that device only."""

    id: UUID
    association_id: UUID
    person_id: UUID
    made_at: datetime
    seen_at: datetime
    ended_at: datetime | None
    browser: str


@dataclass(frozen=True)
class SignedIn:
    """What a sign-in gives back; the token exists nowhere else."""

    session_token: str
    session: Session
    person: Person


@dataclass(frozen=True)
class Link:
    """A one-time sign-in link, known by the digest of its token."""

    id: UUID
    association_id: UUID
    person_id: UUID
    made_at: datetime
    ends_at: datetime
    used_at: datetime | None
    pressed: bytes | None
    """Digest of the page's ``_once`` that used it."""
    session_id: UUID | None


def lifetime(roles: Iterable[Role]) -> Lifetime:
    """The strictest of the roles held."""
    held = [LIFETIMES[role] for role in roles] or [_NO_ROLE]
    return Lifetime(min(one.idle for one in held), min(one.absolute for one in held))


def is_alive(session: Session, roles: Iterable[Role], at: datetime) -> bool:
    """True while a session is neither ended, nor unused for too long, nor too old."""
    limits = lifetime(roles)
    return session.ended_at is None and at < session.seen_at + limits.idle and at < session.made_at + limits.absolute


def link_faults(link: Link | None, at: datetime, pressed: bytes | None) -> tuple[Reason, ...]:
    """Why a link does not sign in. ``pressed`` is the digest of the page's ``_once``, if it has one."""
    if link is None:
        return (Reason("people.link_unknown"),)
    if link.used_at is not None:
        again = pressed is not None and pressed == link.pressed and at < link.used_at + PRESSED_AGAIN_WITHIN
        return () if again else (Reason("people.link_used"),)
    return (Reason("people.link_expired"),) if at >= link.ends_at else ()


def person_faults(name: str, email: str, language: str) -> tuple[Reason, ...]:
    """Every reason why a person cannot be written down so."""
    found = []
    if not name.strip() or len(name) > 120:
        found.append(Reason("people.name", {"field": "name"}))
    if email and not _EMAIL.fullmatch(email):
        found.append(Reason("people.email", {"field": "email"}))
    if language not in LANGUAGES:
        found.append(Reason("people.language", {"field": "language"}))
    return tuple(found)


def link_address(base: str, token: str) -> str:
    """Where a person opens a sign-in link."""
    return f"{base}/entrar/{token}"


def token_of(link: str) -> str:
    """The token of a link given whole or bare."""
    return link.strip().rstrip("/").rsplit("/", 1)[-1].split("?")[0]
