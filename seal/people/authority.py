"""The first line of every verb: may this person do this, by the database, now?"""

from __future__ import annotations

from seal.associations import service as associations
from seal.db import reading
from seal.errors import NotAllowed, SignInNeeded
from seal.identity import Acting, Role
from seal.people import store


async def authorise(acting: Acting, *roles: Role) -> None:
    """Let ``acting`` through if they hold one of ``roles`` now, by the database (no role named: any active person).

    Raises ``NotAllowed('people.role_needed' | 'people.simulated_clock')``, ``SignInNeeded('people.sign_in_needed')``
    for a person who has left. Seal itself passes, but not with a simulated time outside a demonstration.
    """
    if acting.simulated and not (await associations.get(acting.association_id)).demonstration:
        raise NotAllowed("people.simulated_clock")
    if acting.person_id is None:
        return
    async with reading(fresh=True):
        found = await store.person(acting.association_id, acting.person_id)
    if found is None or not found.active:
        raise SignInNeeded("people.sign_in_needed")
    if roles and not (acting.has(*roles) and found.roles.intersection(roles)):
        raise NotAllowed("people.role_needed", roles=", ".join(sorted(roles)))
