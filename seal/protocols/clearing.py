"""Verbs of review flags: what is still open in a version, clear a flag after reading, open it again."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from seal.associations import service as associations
from seal.clock import local_day
from seal.db import in_unit_of_work, reading
from seal.errors import BadInput, NotFound, Reason, Refused
from seal.identity import Acting, Role
from seal.people import service as people
from seal.protocols import comparing, flag_store
from seal.protocols.flags import Clearance, FlagAct, Standing, flags, standings
from seal.protocols.model import Protocol

NAME_MAX = 200
NOTE_MAX = 2000


async def flags_of(association_id: UUID, protocol: Protocol) -> tuple[Standing, ...]:
    """Every flag of a version with who cleared it; public pages show it, so no role is asked."""
    async with reading():
        acts = await flag_store.acts(association_id)
    return standings(flags(protocol), acts)


async def flags_of_version(acting: Acting, name: str) -> tuple[Standing, ...]:
    """The same for ``miel@0.1.0``, published or not. Anyone signed in. Raises ``NotFound('protocols.not_found')``."""
    await people.authorise(acting)
    return await flags_of(acting.association_id, await comparing.named(acting.association_id, name))


async def clear(
    acting: Acting, version: str, flag: str, *, name: str, on: date | None, note: str, reopen: bool = False
) -> Standing:
    """Note that somebody read what a flag (``MIEL-A01 national_text``) asks for, or that it must be read again.

    ``name`` is the reader's and public, ``note`` names what was read, ``on`` the day (today if none). Managers, or the
    owner at the command line. It changes no digest. Raises ``NotFound('protocols.flag_not_found')``,
    ``Refused('protocols.flag_cleared' | 'protocols.flag_open')`` and ``BadInput`` with every fault.
    """
    await people.authorise(acting, Role.MANAGER)
    association = await associations.get(acting.association_id)
    today = local_day(acting.at, association.zone)
    day = on or today
    who, what = name.strip(), note.strip()
    faults = []
    if not 0 < len(who) <= NAME_MAX:
        faults.append(Reason("protocols.flag_name", {"field": "name", "longest": NAME_MAX}))
    if not 0 < len(what) <= NOTE_MAX:
        faults.append(Reason("protocols.flag_note", {"field": "note", "longest": NOTE_MAX}))
    if day > today:
        faults.append(Reason("protocols.flag_day", {"field": "on", "on": day.isoformat()}))
    if faults:
        raise BadInput.because(faults)
    protocol = await comparing.named(association.id, version)
    act = Clearance(FlagAct.REOPEN if reopen else FlagAct.CLEAR, who, day, what, acting.person_id, acting.at)

    async def change() -> Standing:
        acts = await flag_store.acts(association.id)
        standing = next((one for one in standings(flags(protocol), acts) if one.flag.key == flag.strip()), None)
        if standing is None:
            raise NotFound("protocols.flag_not_found", flag=flag[:80])
        if (standing.cleared is None) is reopen:
            raise Refused("protocols.flag_open" if reopen else "protocols.flag_cleared", flag=standing.flag.key)
        await flag_store.insert(association.id, standing.flag, len(standing.acts), act, acting.at)
        return Standing(standing.flag, (*standing.acts, act))

    return await in_unit_of_work(change)
