"""What the book's pages share: whose book, amounts beside lots, a lot that begins, and words for materials."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from typing import Any, TypeVar
from uuid import UUID

from seal.associations import service as associations
from seal.batches.book import materials, model, service
from seal.batches.book.model import Entry, Lot
from seal.batches.declaring import protocol_of
from seal.errors import BadInput, Conflict, NotFound, Refused
from seal.identity import Acting, Role
from seal.members import service as members
from seal.web.forms import Form
from seal.web.i18n import Translator
from seal.web.policy import Roles

MAKERS = Roles(Role.MANAGER, Role.PRODUCER)
ANYBODY = Roles(Role.MANAGER, Role.AUDITOR, Role.CERTIFIER, Role.PRODUCER)
FORM_ERRORS = (BadInput, Refused, Conflict, NotFound)
_BESIDE = re.compile(r"of_[0-9a-f-]{36}")
READINGS = ("brix", "density")
"""Readings that the pages ask for; the API takes any."""

Word = TypeVar("Word", bound=StrEnum)
Said = list[tuple[Lot, str, str]]
"""Lots of an entry with the amount and unit of each line."""


async def book_of(acting: Acting, producer_id: UUID) -> dict[str, Any]:
    """A producer's dossier, lots and entries, and what each lot holds, newest first."""
    lots, entries = await service.book(acting, producer_id)
    held = model.balances(entries)
    return {
        "producer": await members.producer(acting, producer_id),
        "dossier": await members.dossier(acting, producer_id),
        "lots": {lot.id: lot for lot in lots},
        "entries": entries,
        "stock": [(lot, *model.said(held[lot.id], lot.dimension)) for lot in lots[::-1] if held.get(lot.id)],
        "spent": [lot for lot in lots[::-1] if not held.get(lot.id)],
    }


def said_of(entry: Entry, lots: Mapping[UUID, Lot]) -> Said:
    """The lines of an entry in words; lots that are not to be seen are left out."""
    return [
        (lots[line.lot_id], *model.said(line.change, lots[line.lot_id].dimension))
        for line in entry.lines
        if line.lot_id in lots
    ]


def picked(form: Form, name: str, options: Sequence[Word]) -> Word:
    """One of a few words; the first, with the fault noted, where none of them was sent."""
    form.choice(name, [one.value for one in options])
    return next((one for one in options if one.value == form.value(name)), options[0])


def optional_id(form: Form, name: str) -> UUID | None:
    """The id of something that may be left out."""
    return form.uuid(name) if form.value(name) else None


def asked(form: Form) -> dict[str, str]:
    """Amounts typed beside lots, by lot, in the unit that the page shows."""
    named = [name for name in form.fields if _BESIDE.fullmatch(name) and form.value(name).strip()]
    return {name.removeprefix("of_"): form.decimal(name) for name in named}


async def materials_of(acting: Acting, producer_id: UUID) -> tuple[str, ...]:
    """Materials offered to a producer: those of the protocols of its products."""
    association = await associations.get(acting.association_id)
    dossier = await members.dossier(acting, producer_id)
    found = []
    for protocol_id in dict.fromkeys(product.protocol_id for product in dossier.products):
        protocol = await protocol_of(association, producer_id, protocol_id, acting.at)
        if protocol is not None:
            found.append(protocol)
    return materials.offered(found)


def word(t: Translator) -> Callable[[str], str]:
    """A material in the language of the page."""
    return lambda material: t(f"book.material.{material}") if t.has(f"book.material.{material}") else material


def new_of(form: Form, named: Callable[[str], str], **more: Any) -> Callable[[], service.New]:
    """The lot that a form begins: material (or a word of one's own), amount, unit, name, readings. Faults of form are
    noted now; those of the amount are raised when it is made."""
    material, other = form.text("material", required=False, most=60), form.text("other", required=False, most=60)
    amount, unit = form.decimal("amount"), form.choice("unit", list(model.UNITS))
    name = form.text("name", required=False, most=model.NAME_MOST)
    readings = {key: form.decimal(key, required=False) for key in READINGS}
    what = other if other and material in ("", materials.OTHER) else material
    if not what or what == materials.OTHER:
        form.fault("other" if material == materials.OTHER else "material", "form.needed")

    def make() -> service.New:
        value, dimension = model.amount(amount, unit)
        return service.New(
            what,
            value,
            dimension,
            name=name,
            main=what not in materials.HELPERS,
            readings={key: read for key, read in readings.items() if read},
            stem=named(what),
            **more,
        )

    return make
