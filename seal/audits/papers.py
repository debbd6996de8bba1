"""The checklist, the paper of the visit and the report of an audit as PDF, for whoever may see the audit."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from seal.associations import service as associations
from seal.associations.model import Association
from seal.audits import pack_views, paper_views
from seal.audits.access import Work, work
from seal.audits.closing import conclusion_of
from seal.errors import NotFound
from seal.identity import Acting, Role
from seal.members import service as members
from seal.members.model import Dossier
from seal.people import service as people
from seal.printing import service as printing
from seal.printing.audit_pack import pack_html
from seal.printing.audit_papers import audit_report_html, checklist_html


@dataclass(frozen=True)
class _Sources:
    work: Work
    association: Association
    dossier: Dossier
    names: dict[UUID, str]

    @property
    def title(self) -> str:
        return f"{self.dossier.producer.trade_name} {self.work.audit.planned_for}"


async def _sources(acting: Acting, audit_id: UUID) -> _Sources:
    loaded = await work(acting, audit_id)
    return _Sources(
        loaded,
        await associations.get(acting.association_id),
        await members.dossier_of(acting.association_id, loaded.audit.producer_id),
        {one.id: one.name for one in await people.people(acting)},
    )


async def checklist_pdf(acting: Acting, audit_id: UUID, lang: str = "es") -> bytes:
    """The checklist to carry into the field; before the start, what the facts of now would give.

    Raises ``NotFound`` like ``access.audit`` and ``Unavailable`` like ``printing.pdf``.
    """
    found = await _sources(acting, audit_id)
    view = paper_views.checklist(found.work, found.association, found.dossier, found.names, lang)
    return await printing.pdf(checklist_html(view, lang=lang), at=acting.at, lang=lang, title=found.title)


async def pack_pdf(acting: Acting, audit_id: UUID, lang: str = "es") -> bytes:
    """The paper of the visit, with boxes to fill and a QR on each page back to its screen. Managers and auditors.

    Raises the same.
    """
    await people.authorise(acting, Role.MANAGER, Role.AUDITOR)
    found = await _sources(acting, audit_id)
    view = pack_views.view(found.work, found.association, found.dossier, found.names, lang)
    return await printing.pdf(pack_html(view, lang=lang), at=acting.at, lang=lang, title=found.title)


async def report_pdf(acting: Acting, audit_id: UUID, lang: str = "es") -> bytes:
    """The report of an audit that has begun. Raises the same; ``NotFound`` before the start."""
    found = await _sources(acting, audit_id)
    if found.work.checklist is None:
        raise NotFound("audits.not_found")
    concluded = await conclusion_of(acting.association_id, audit_id)
    view = paper_views.report(
        found.work, found.association, found.dossier, found.names, lang, concluded.digest if concluded else ""
    )
    return await printing.pdf(audit_report_html(view, lang=lang), at=acting.at, lang=lang, title=found.title)
