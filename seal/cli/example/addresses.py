"""What a newcomer should open: a real label of each state, and each desk's sign-in link."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from seal.associations import service as associations
from seal.batches import service as batches
from seal.cli.words import translator
from seal.clock import SystemClock
from seal.identity import system
from seal.ids import Code
from seal.people import service as people

LINK_LASTS = timedelta(days=1)
SHOWN = ("VE-1", "CV-1", "LC-1", "AB-1", "PV-1")


@dataclass(frozen=True)
class Address:
    """One line of what to open. ``title`` is a key of the locales."""

    title: str
    what: str
    address: str


async def addresses(origin: str) -> list[Address]:
    """What to open, at the ``origin`` that is being served: an example made on another port can still be looked at.

    Makes one-time sign-in links, so each call makes new ones.
    """
    words = translator()
    found: list[Address] = []
    for association in await associations.all_associations():
        if not association.demonstration:  # links of real people are made one by one, by `seal people link`
            found.append(Address("cli.open_associations", association.name, association.base))
            continue
        base = origin + association.base.removeprefix(association.base.split("/a/")[0])
        acting = system(association.id, SystemClock().now())
        by_lot = {batch.lot: batch for batch in await batches.batches(acting) if batch.public_id is not None}
        for lot in SHOWN:
            if lot in by_lot:
                code = Code(by_lot[lot].public_id or 0, 1)
                what = words(f"cli.label.{lot}")
                found.append(Address("cli.open_labels", what, f"{base}/{code.plain}"))
        for person in await people.people(acting):
            roles = ", ".join(words(f"role.{role.value}") for role in sorted(person.roles))
            link = await people.make_link(acting, person.id, lasts=LINK_LASTS)
            found.append(Address("cli.open_desks", f"{person.name} ({roles})", f"{base}/entrar/{link}"))
    return found
