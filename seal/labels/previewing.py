"""How a batch's labels will come out on a paper, before any is signed or printed: a picture, and what to know of it."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from seal.associations import service as associations
from seal.batches import service as batches
from seal.certificates.papers import branding
from seal.errors import Reason, Refused
from seal.identity import Acting
from seal.labels import drawing, runs, sheet
from seal.labels.own import judging
from seal.labels.own import service as own
from seal.labels.own.service import Paper
from seal.labels.sheet import LabelView
from seal.people import service as people
from seal.printing.stationery import Branding


@dataclass(frozen=True)
class Look:
    """What a person should know before printing: warnings, what has no room, and why nothing can be printed at all."""

    warnings: tuple[Reason, ...]
    left_out: tuple[str, ...]
    against: tuple[Reason, ...]


async def look(acting: Acting, batch_id: UUID, paper: Paper) -> Look:
    """Without drawing anything. Raises ``NotFound``."""
    view, house = await _said(acting, batch_id)
    example = own.example(paper)
    try:
        fit = sheet.fit(house.qr_prefix, example.digits, example.code, space_mm=paper.format.space_mm)
        left_out = own.left_out(paper, view, house)
    except Refused as refused:
        return Look((), (), refused.reasons)
    return Look((fit.warning,) if fit.warning else (), left_out, ())


async def picture(acting: Acting, batch_id: UUID, paper: Paper) -> bytes:
    """The batch's label on that paper as PNG, with a code that nobody signed, so that no label is made by looking.

    Whoever may print. Raises ``NotFound``, ``Refused`` with every reason why it cannot be printed, ``Unavailable``.
    """
    view, house = await _said(acting, batch_id)
    planned = await drawing.plan(
        paper.format, view, house, own.example(paper), at=acting.at, title=paper.name, template=paper.template
    )
    (shown,) = drawing.printed(planned, [own.example(paper)])
    return await judging.picture(planned.face, planned.layout, paper.format, shown)


async def _said(acting: Acting, batch_id: UUID) -> tuple[LabelView, Branding]:
    await people.authorise(acting, *runs.PRINTERS)
    batch = await batches.batch(acting, batch_id)
    if batch.certification_id is None:
        raise Refused("batch.not_sealed")
    association = await associations.get(acting.association_id)
    return await runs.view(association, batch), branding(association)
