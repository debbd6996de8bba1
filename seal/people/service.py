"""Accounts and roles. Every verb of every slice begins with :func:`authorise` (``authority.py``);
signing in is in ``sign_in.py``."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from seal import ids
from seal.db import reading, unit_of_work
from seal.errors import BadInput, NotFound, Refused
from seal.identity import Acting, Role
from seal.people import store
from seal.people.authority import authorise
from seal.people.model import Person, person_faults
from seal.people.sign_in import (
    acting_for,
    end_session,
    look_at_link,
    make_link,
    sessions,
    sign_in,
    sign_out,
    signed_in,
)
from seal.web.text import plain

__all__ = [
    "acting_for",
    "authorise",
    "create_person",
    "end_person",
    "end_role",
    "end_session",
    "grant_role",
    "look_at_link",
    "make_link",
    "people",
    "person",
    "sessions",
    "sign_in",
    "sign_out",
    "signed_in",
]


async def create_person(
    acting: Acting, *, name: str, email: str | None = "", language: str = "es", roles: Iterable[Role] = ()
) -> Person:
    """Write down a person of the association, with their roles. Managers only.

    Raises ``BadInput('people.name' | 'people.email' | 'people.language')`` with every fault.
    """
    await authorise(acting, Role.MANAGER)
    name, email = plain("name", name.strip()), (email or "").strip()
    if found := person_faults(name, email, language):
        raise BadInput.because(found)
    made = Person(ids.uuid7(acting.at), acting.association_id, name, email, language, frozenset(roles), True)
    async with unit_of_work():
        await store.insert_person(made, acting.at)
        for role in sorted(made.roles):
            await store.insert_grant(acting.association_id, made.id, role, acting.person_id, acting.at)
    return made


async def grant_role(acting: Acting, person_id: UUID, role: Role) -> Person:
    """Give a role. The person's other sessions end, so that what they may do starts with a fresh sign-in.

    Raises ``NotFound('people.not_found')``, ``Refused('people.role_held' | 'people.left')``.
    """
    await authorise(acting, Role.MANAGER)
    async with unit_of_work():
        found = await _person(acting, person_id)
        if not found.active:
            raise Refused("people.left", name=found.name)
        if role in found.roles:
            raise Refused("people.role_held", name=found.name, role=role.value)
        await store.insert_grant(acting.association_id, person_id, role, acting.person_id, acting.at)
        await _sign_out_others(acting, person_id)
        return await _person(acting, person_id)


async def end_role(acting: Acting, person_id: UUID, role: Role) -> Person:
    """Take a role back. The last manager keeps theirs: someone must be able to give it to another.

    Raises ``NotFound('people.not_found')``, ``Refused('people.role_not_held' | 'people.last_manager')``.
    """
    await authorise(acting, Role.MANAGER)
    async with unit_of_work():
        found = await _person(acting, person_id)
        if role not in found.roles:
            raise Refused("people.role_not_held", name=found.name, role=role.value)
        if role is Role.MANAGER:
            await _keep_a_manager(acting, found)
        await store.end_grant(acting.association_id, person_id, role, acting.person_id, acting.at)
        await _sign_out_others(acting, person_id)
        return await _person(acting, person_id)


async def end_person(acting: Acting, person_id: UUID) -> Person:
    """The person has left: no sign-in, no role, every session ended. What they did stays.

    Raises ``NotFound('people.not_found')``, ``Refused('people.left' | 'people.last_manager')``.
    """
    await authorise(acting, Role.MANAGER)
    async with unit_of_work():
        found = await _person(acting, person_id)
        if not found.active:
            raise Refused("people.left", name=found.name)
        if Role.MANAGER in found.roles:
            await _keep_a_manager(acting, found)
        for role in sorted(found.roles):
            await store.end_grant(acting.association_id, person_id, role, acting.person_id, acting.at)
        await store.deactivate(acting.association_id, person_id)
        await store.end_sessions(acting.association_id, person_id, acting.at)
        return await _person(acting, person_id)


async def person(acting: Acting, person_id: UUID) -> Person:
    """One person of the association, for whoever is signed in. Raises ``NotFound('people.not_found')``."""
    await authorise(acting)
    async with reading():
        return await _person(acting, person_id)


async def people(acting: Acting, role: Role | None = None) -> tuple[Person, ...]:
    """Everyone by name, or those who hold a role now."""
    await authorise(acting)
    async with reading():
        everyone = await store.people(acting.association_id)
    return tuple(one for one in everyone if role is None or (one.active and role in one.roles))


async def _person(acting: Acting, person_id: UUID) -> Person:
    found = await store.person(acting.association_id, person_id)
    if found is None:
        raise NotFound("people.not_found")
    return found


async def _keep_a_manager(acting: Acting, leaving: Person) -> None:
    everyone = await store.people(acting.association_id)
    if not any(Role.MANAGER in one.roles and one.active and one.id != leaving.id for one in everyone):
        raise Refused("people.last_manager", name=leaving.name)


async def _sign_out_others(acting: Acting, person_id: UUID) -> None:
    if person_id != acting.person_id:
        await store.end_sessions(acting.association_id, person_id, acting.at)
