"""Organisations that an association deals with: shops, laboratories, municipalities, subcontractors, buyers.

Goods are sent to them and come from them. They have no accounts, and none of them is ever public.
"""

from __future__ import annotations

from uuid import UUID

from seal import gs1, ids
from seal.db import in_unit_of_work, reading
from seal.db.violations import integrity
from seal.errors import BadInput, Conflict, NotFound
from seal.identity import Acting, Role
from seal.members import model, organisation_store, store
from seal.members.model import Organisation, OrganisationKind
from seal.people import service as people
from seal.web.text import plain


async def add_organisation(
    acting: Acting, *, name: str, kind: OrganisationKind | str, commune: str = "", contact: str = "", gln: str = ""
) -> Organisation:
    """Enter an organisation. Managers, and whoever acts for a producer: they know their shops.

    Raises ``BadInput('members.organisation_kind' | 'gs1.*')`` and ``Conflict('members.organisation_taken')``.
    """
    await people.authorise(acting, Role.MANAGER, Role.PRODUCER)
    if kind not in list(OrganisationKind):
        raise BadInput("members.organisation_kind", field="kind", kind=str(kind)[:40])
    made = Organisation(
        ids.uuid7(acting.at),
        model.clean("name", plain("name", name)),
        OrganisationKind(kind),
        " ".join(commune.split())[:80],
        " ".join(contact.split())[:200],
        gs1.checked("gln", gln) if gln.strip() else None,
        acting.at,
    )

    async def write() -> Organisation:
        async with integrity({"organisation_name_once": Conflict("members.organisation_taken", name=made.name)}):
            await organisation_store.insert_organisation(acting.association_id, made, acting.person_id)
        return made

    return await in_unit_of_work(write)


async def organisations(acting: Acting) -> tuple[Organisation, ...]:
    """Every organisation, by name. Anyone signed in with a duty."""
    await people.authorise(acting, *Role)
    async with reading():
        return await organisation_store.organisations(acting.association_id)


async def organisation(acting: Acting, organisation_id: UUID) -> Organisation:
    """One of them. Raises ``NotFound('members.organisation_not_found')``."""
    for one in await organisations(acting):
        if one.id == organisation_id:
            return one
    raise NotFound("members.organisation_not_found")


async def set_gtin(acting: Acting, producer_id: UUID, product_id: UUID, gtin: str) -> None:
    """The GTIN of a product, or none (empty). Managers only. Raises ``BadInput('gs1.*')`` and ``NotFound``."""
    await people.authorise(acting, Role.MANAGER)
    value = gs1.checked("gtin", gtin) if gtin.strip() else None
    await _found(await store.products(acting.association_id, producer_id), product_id, "members.product_not_found")
    await in_unit_of_work(lambda: store.set_gtin(acting.association_id, product_id, value))


async def set_gln(acting: Acting, producer_id: UUID, site_id: UUID, gln: str) -> None:
    """The GLN of a site, or none (empty). As :func:`set_gtin`."""
    await people.authorise(acting, Role.MANAGER)
    value = gs1.checked("gln", gln) if gln.strip() else None
    await _found(await store.sites(acting.association_id, producer_id), site_id, "members.site_not_found")
    await in_unit_of_work(lambda: store.set_gln(acting.association_id, site_id, value))


async def set_organisation_gln(acting: Acting, organisation_id: UUID, gln: str) -> None:
    """The GLN of an organisation, or none (empty). As :func:`set_gtin`."""
    await people.authorise(acting, Role.MANAGER)
    value = gs1.checked("gln", gln) if gln.strip() else None
    found = await organisation(acting, organisation_id)
    await in_unit_of_work(lambda: organisation_store.set_organisation_gln(acting.association_id, found.id, value))


async def _found(known: tuple[model.Product, ...] | tuple[model.Site, ...], wanted: UUID, code: str) -> None:
    if all(one.id != wanted for one in known):
        raise NotFound(code)
