"""Queries on people. ``session_by_token`` and ``link_by_token`` find by a 256-bit secret; all else is scoped."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from seal import ids
from seal.identity import Role
from seal.people.model import Link, Person, Session
from seal.people.tables import PersonRow, RoleGrantRow, SessionRow, SignInLinkRow

_SESSION = [
    SessionRow.id,
    SessionRow.association_id,
    SessionRow.person_id,
    SessionRow.made_at,
    SessionRow.seen_at,
    SessionRow.ended_at,
    SessionRow.browser,
]


def _person(row: dict[str, Any], roles: frozenset[Role]) -> Person:
    return Person(
        id=row["id"],
        association_id=row["association_id"],
        name=row["name"],
        email=row["email"],
        language=row["language"],
        roles=roles,
        active=row["active"],
    )


def _link(row: dict[str, Any]) -> Link:
    return Link(**{name: row[name] for name in Link.__dataclass_fields__})


async def insert_person(person: Person, at: datetime) -> None:
    await PersonRow.insert(
        PersonRow(
            id=person.id,
            association_id=person.association_id,
            name=person.name,
            email=person.email,
            language=person.language,
            active=person.active,
            made_at=at,
        )
    )


async def insert_grant(association_id: UUID, person_id: UUID, role: Role, by: UUID | None, at: datetime) -> None:
    await RoleGrantRow.insert(
        RoleGrantRow(
            id=ids.uuid7(at),
            association_id=association_id,
            person_id=person_id,
            role=role.value,
            granted_at=at,
            granted_by=by,
        )
    )


async def end_grant(association_id: UUID, person_id: UUID, role: Role, by: UUID | None, at: datetime) -> None:
    await (
        RoleGrantRow.update({RoleGrantRow.ended_at: at, RoleGrantRow.ended_by: by})
        .where(RoleGrantRow.association_id == association_id)
        .where(RoleGrantRow.person_id == person_id)
        .where(RoleGrantRow.role == role.value)
        .where(RoleGrantRow.ended_at.is_null())
    )


async def deactivate(association_id: UUID, person_id: UUID) -> None:
    await (
        PersonRow.update({PersonRow.active: False})
        .where(PersonRow.association_id == association_id)
        .where(PersonRow.id == person_id)
    )


async def roles_of(association_id: UUID, person_id: UUID) -> frozenset[Role]:
    rows = (
        await RoleGrantRow.select(RoleGrantRow.role)
        .where(RoleGrantRow.association_id == association_id)
        .where(RoleGrantRow.person_id == person_id)
        .where(RoleGrantRow.ended_at.is_null())
    )
    return frozenset(Role(row["role"]) for row in rows)


async def person(association_id: UUID, person_id: UUID) -> Person | None:
    row = (
        await PersonRow.select()
        .where(PersonRow.association_id == association_id)
        .where(PersonRow.id == person_id)
        .first()
    )
    return _person(row, await roles_of(association_id, person_id)) if row else None


async def people(association_id: UUID) -> tuple[Person, ...]:
    """Everyone, by name; those who left too."""
    rows = await PersonRow.select().where(PersonRow.association_id == association_id).order_by(PersonRow.name)
    grants = (
        await RoleGrantRow.select(RoleGrantRow.person_id, RoleGrantRow.role)
        .where(RoleGrantRow.association_id == association_id)
        .where(RoleGrantRow.ended_at.is_null())
    )
    held: dict[UUID, set[Role]] = {}
    for grant in grants:
        held.setdefault(grant["person_id"], set()).add(Role(grant["role"]))
    return tuple(_person(row, frozenset(held.get(row["id"], ()))) for row in rows)


async def insert_link(link: Link, token_sha256: bytes, by: UUID | None) -> None:
    await SignInLinkRow.insert(
        SignInLinkRow(
            id=link.id,
            association_id=link.association_id,
            person_id=link.person_id,
            token_sha256=token_sha256,
            made_at=link.made_at,
            made_by=by,
            ends_at=link.ends_at,
        )
    )


async def link_by_token(token_sha256: bytes) -> Link | None:
    row = await SignInLinkRow.select().where(SignInLinkRow.token_sha256 == token_sha256).first()
    return _link(row) if row else None


async def use_link(link: Link, at: datetime, pressed: bytes | None, session_id: UUID) -> bool:
    """Mark a link used; false if someone else was faster."""
    query = SignInLinkRow.update(
        {SignInLinkRow.used_at: at, SignInLinkRow.pressed: pressed, SignInLinkRow.session_id: session_id}
    ).where(SignInLinkRow.id == link.id)
    if link.used_at is None:
        query = query.where(SignInLinkRow.used_at.is_null())
    else:
        query = query.where(SignInLinkRow.session_id == link.session_id)
    return bool(await query.returning(SignInLinkRow.id))


async def insert_session(session: Session, token_sha256: bytes) -> None:
    await SessionRow.insert(
        SessionRow(
            id=session.id,
            association_id=session.association_id,
            person_id=session.person_id,
            token_sha256=token_sha256,
            made_at=session.made_at,
            seen_at=session.seen_at,
            browser=session.browser,
        )
    )


async def session_by_token(token_sha256: bytes) -> Session | None:
    row = await SessionRow.select(*_SESSION).where(SessionRow.token_sha256 == token_sha256).first()
    return Session(**row) if row else None


async def sessions(association_id: UUID, person_id: UUID) -> tuple[Session, ...]:
    """Not ended, newest first."""
    rows = (
        await SessionRow.select(*_SESSION)
        .where(SessionRow.association_id == association_id)
        .where(SessionRow.person_id == person_id)
        .where(SessionRow.ended_at.is_null())
        .order_by(SessionRow.made_at, ascending=False)
    )
    return tuple(Session(**row) for row in rows)


async def see_session(session_id: UUID, at: datetime) -> None:
    await SessionRow.update({SessionRow.seen_at: at}).where(SessionRow.id == session_id)


async def end_sessions(association_id: UUID, person_id: UUID, at: datetime, session_id: UUID | None = None) -> None:
    """All sessions of a person, or one of them."""
    query = (
        SessionRow.update({SessionRow.ended_at: at})
        .where(SessionRow.association_id == association_id)
        .where(SessionRow.person_id == person_id)
        .where(SessionRow.ended_at.is_null())
    )
    if session_id is not None:
        query = query.where(SessionRow.id == session_id)
    await query
