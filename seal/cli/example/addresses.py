"""What a newcomer should open: a real label of each state, and each desk's sign-in link."""

from __future__ import annotations

from seal.associations import service as associations
from seal.batches import service as batches
from seal.cli.words import translator
from seal.clock import SystemClock
from seal.identity import system
from seal.ids import Code
from seal.people import service as people

SHOWN = ("VE-1", "CV-1", "LC-1", "AB-1", "PV-1")


async def addresses() -> list[tuple[str, str]]:
    """(what, address) pairs. Makes one-time sign-in links, so each call makes new ones."""
    words = translator()
    found: list[tuple[str, str]] = []
    for association in await associations.all_associations():
        acting = system(association.id, SystemClock().now())
        if association.demonstration:
            by_lot = {batch.lot: batch for batch in await batches.batches(acting) if batch.public_id is not None}
            for lot in SHOWN:
                if lot in by_lot:
                    code = Code(by_lot[lot].public_id or 0, 1)
                    found.append((words(f"cli.label.{lot}"), f"{association.base}/{code.plain}"))
        for person in await people.people(acting):
            roles = ", ".join(words(f"role.{role.value}") for role in sorted(person.roles))
            found.append(
                (f"{person.name} ({roles})", f"{association.base}/entrar/{await people.make_link(acting, person.id)}")
            )
    return found
