"""Certificates on paper: drawn once for each edition and language, with the signed token in their QR and the
credential attached, and kept as bytes. ``labels.paper_views`` says what stands on them."""

from __future__ import annotations

import logging
from datetime import datetime
from uuid import UUID

from seal.associations import service as associations
from seal.associations.model import Association
from seal.batches import service as batches
from seal.certificates import service as certificates
from seal.db import in_unit_of_work
from seal.errors import Refused, SealError, Unavailable
from seal.identity import Acting, Role, system
from seal.labels import paper_views
from seal.people import service as people
from seal.printing import papers, service
from seal.printing.model import Language, Order, OrderKind, StoredPaper, asked, languages

log = logging.getLogger(__name__)

AT_ONCE = 8
"""Objects whose papers one run of the jobs draws; a second or so each, and other jobs wait meanwhile."""


async def producer_certificate(
    acting: Acting, certification_id: UUID, language: str | None = None, edition: int | None = None
) -> StoredPaper:
    """The producer's certificate, in ``language`` (``es``, ``en``, ``both``) or as the association speaks.

    Staff, and whoever acts for the producer. Drawn now if it still waits. Raises ``NotFound``,
    ``Refused('certification.still_pending')`` before the signature, and ``Unavailable`` as ``printing.service.pdf``
    and while the keys are locked.
    """
    held = await certificates.certification(acting, certification_id)
    if held.pending:
        raise Refused("certification.still_pending")
    return await _paper(acting, certification_id, language, edition)


async def batch_certificate(
    acting: Acting, batch_id: UUID, language: str | None = None, edition: int | None = None
) -> StoredPaper:
    """The certificate of a sealed batch, as :func:`producer_certificate`. Raises ``Refused('batch.not_sealed')``."""
    batch = await batches.batch(acting, batch_id)
    if batch.jws is None:
        raise Refused("batch.not_sealed")
    return await _paper(acting, batch_id, language, edition)


async def _paper(acting: Acting, object_id: UUID, language: str | None, edition: int | None) -> StoredPaper:
    association = await associations.get(acting.association_id)
    wanted = asked(language, languages(association.languages))
    found = await papers.stored(association.id, object_id, wanted, edition)
    if found is not None and found.language is wanted[0]:
        return found
    if edition is None:
        order = await papers.found_order(association.id, object_id)
        return await _made(association, order, wanted[0], acting.at)
    await papers.found_order(association.id, object_id)
    if found is None:
        raise Refused("printing.no_such_edition", edition=edition)
    return found


async def public_paper(association: Association, object_id: UUID, language: str | None = None) -> StoredPaper | None:
    """The paper of an issued certification or sealed batch for anyone, if it is there; nothing is drawn for this.

    In ``language`` if there is one, else as the association speaks. Only what is public stands on it.
    """
    return await papers.stored(association.id, object_id, asked(language, languages(association.languages)))


async def editions(acting: Acting, object_id: UUID) -> tuple[Order, tuple[StoredPaper, ...]]:
    """What was asked for and what is there, newest first, without bytes. Managers."""
    await people.authorise(acting, Role.MANAGER)
    return await papers.found_order(acting.association_id, object_id), await papers.editions(
        acting.association_id, object_id
    )


async def new_edition(acting: Acting, object_id: UUID) -> int:
    """Ask for a new edition that tells how things are now; the old ones stay. Managers. Its number.

    For what the first cannot say: the labels that are out, a corrected name, a new layout. Raises
    ``NotFound('printing.no_paper')``, ``Conflict('printing.edition_waits')``.
    """
    await people.authorise(acting, Role.MANAGER)

    async def ask() -> int:
        return await papers.order_again(acting.association_id, object_id, acting.at)

    return await in_unit_of_work(ask)


async def finish_papers(association_id: UUID, at: datetime, *, at_once: int = AT_ONCE) -> int:
    """Draw what waits, a few objects at a time; how many are whole now. For the jobs loop.

    Stops quietly when nothing can be drawn now (a library is missing, the keys are locked); an object that cannot be
    drawn is written down with the reason and does not stop the next.
    """
    association = await associations.get(association_id)
    done = 0
    for order in await papers.waiting(association_id, at_once):
        try:
            for language in languages(association.languages):
                await _made(association, order, language, at)
        except SealError as error:
            await papers.say(order, error.code, waiting=True)
            if isinstance(error, Unavailable) and error.code != "printing.failed":
                log.info("%s: papers wait: %s", association.slug, error)
                break
            log.warning("%s: the paper of %s %s cannot be made: %s", association.slug, order.kind, order.id, error)
        else:
            await papers.say(order, None, waiting=False)
            done += 1
    return done


async def _made(association: Association, order: Order, language: Language, at: datetime) -> StoredPaper:
    """The paper of an order, drawn now unless it is there. Outside any unit of work."""
    kept = await papers.drawn(association.id, order, language)
    if kept is None:
        kept = await papers.keep(order, language, await draw(association, order, language, at), at, to_sign=False)
    return kept


async def draw(association: Association, order: Order, language: Language, at: datetime) -> bytes:
    """The PDF of an order: the same bytes whenever and wherever it is drawn. Outside any unit of work."""
    acting = system(association.id, at, simulated=association.demonstration)
    if order.kind is OrderKind.BATCH:
        drawing = await paper_views.batch(acting, association, order, language)
    else:
        drawing = await paper_views.certification(acting, association, order, language)
    return await service.one_page(
        drawing.html, at=order.dated_at, lang=language.leading, title=drawing.code, attachments=[drawing.credential]
    )
