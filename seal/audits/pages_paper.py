"""Pages of the paper: the pack to print, and keying in what was filled by hand, page by page in the same order."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.params import FromPath

from seal.audits import field_forms, field_views, model, pack, pack_views, pages_field, papers, service
from seal.audits.access import Work
from seal.audits.pack import Page
from seal.errors import NotFound, SealError
from seal.identity import Acting, Role
from seal.members import service as members
from seal.people import service as people
from seal.web import context, forms, render
from seal.web.context import Actor
from seal.web.forms import Form
from seal.web.policy import Roles, policy

_KEYING = Roles(Role.MANAGER, Role.AUDITOR)


@policy(_KEYING)
@get("/desk/audits/{audit_id:uuid}/pack.pdf")
async def pack_pdf(request: Request[Any, Any, Any], acting: Actor, audit_id: FromPath[UUID]) -> Response[bytes]:
    """The paper of the visit, in both languages. Raises ``Unavailable('printing.pango_missing')``."""
    document = await papers.pack_pdf(acting, audit_id, context.translator_of(request).lang)
    return Response(
        document,
        media_type="application/pdf",
        headers={"Content-Disposition": 'inline; filename="visit.pdf"', "Cache-Control": "private, no-store"},
    )


async def _pages(acting: Acting, audit_id: UUID) -> tuple[Work, tuple[Page, ...]]:
    """The audit and the pages of its paper; none before the start."""
    work = await service.work(acting, audit_id)
    return work, pack.pages(work.protocol, work.points(), work.units_of)


@policy(_KEYING)
@get("/desk/audits/{audit_id:uuid}/paper")
async def list_pages(request: Request[Any, Any, Any], acting: Actor, audit_id: FromPath[UUID]) -> Response[str]:
    """Every page of the paper, with how much of it is keyed in."""
    work, pages = await _pages(acting, audit_id)
    counted = work.counted()
    return render.page(
        request,
        "audits/paper.html",
        work=work,
        audit=work.audit,
        producer=(await members.dossier_of(acting.association_id, work.audit.producer_id)).producer,
        pages=[
            (page, pack_views.address(audit_id, page), sum(point.id in counted for _, point in page.points))
            for page in pages
        ],
    )


@policy(_KEYING)
@get("/desk/audits/{audit_id:uuid}/paper/{part:str}/{number:int}")
async def show_page(
    request: Request[Any, Any, Any], acting: Actor, audit_id: FromPath[UUID], part: FromPath[str], number: FromPath[int]
) -> Response[str]:
    """One page of the paper on screen: where its QR leads."""
    return await _page(request, acting, audit_id, part, number, Form())


async def _page(
    request: Request[Any, Any, Any],
    acting: Acting,
    audit_id: UUID,
    part: str,
    number: int,
    form: Form,
    error: SealError | None = None,
    doubted: frozenset[str] = frozenset(),
) -> Response[str]:
    work, pages = await _pages(acting, audit_id)
    place = _place(pages, part, number)
    page = pages[place]
    t = context.translator_of(request)
    texts = work.protocol.text(t.lang)
    names = {one.id: one.name for one in await people.people(acting)}
    open_now = work.audit.state in model.ANSWERABLE and acting.person_id is not None
    team = list(work.audit.team)
    may = open_now and (acting.has(Role.MANAGER) or acting.person_id in team)
    given: dict[str, Any] = {
        "work": work,
        "audit": work.audit,
        "producer": (await members.dossier_of(acting.association_id, work.audit.producer_id)).producer,
        "page": page,
        "points": field_views.points(work, [point for _, point in page.points], acting.at, texts, t),
        "texts": texts,
        "open": may,
        "team": [(person, names.get(person, "")) for person in team],
        "who": str(acting.person_id if acting.person_id in team else team[0]) if team else "",
        "doubted": doubted,
        "names": names,
        "words": lambda point, field, option: field_views.word(point, field, option, texts, t),
        "address": pack_views.address(audit_id, page),
        "next_page": pack_views.address(audit_id, pages[place + 1]) if place + 1 < len(pages) else None,
        "previous_page": pack_views.address(audit_id, pages[place - 1]) if place else None,
    }
    if error is not None:
        return form.again(request, "audits/paper_page.html", error, **given)
    return render.page(request, "audits/paper_page.html", form=form, **given)


def _place(pages: tuple[Page, ...], part: str, number: int) -> int:
    for place, page in enumerate(pages):
        if (page.part.value, page.number) == (part, number):
            return place
    raise NotFound("audits.not_found")


@policy(Roles(Role.MANAGER, Role.AUDITOR, upload=True))
@post("/desk/audits/{audit_id:uuid}/paper/{part:str}/{number:int}")
async def key_in(
    request: Request[Any, Any, Any], acting: Actor, audit_id: FromPath[UUID], part: FromPath[str], number: FromPath[int]
) -> Response[Any]:
    """Keep what a page says, with who filled it and who keyed it in; then the next page."""
    form = await forms.read(request)
    work, pages = await _pages(acting, audit_id)
    place = _place(pages, part, number)
    who = form.uuid("filled_by")
    filled_by = who if who != acting.person_id else None
    newest = work.newest()
    filled = field_forms.read(form, tuple(point for _, point in pages[place].points), newest, filled_by=filled_by)

    async def run() -> dict[str, Any]:
        return {"stored": len(await service.answer(acting, audit_id, filled.answers)) if filled.answers else 0}

    try:
        form.check()
        await form.once(request, acting, run)
    except pages_field.FORM_ERRORS as error:
        told, doubted = field_forms.placed(error, filled.keys)
        return await _page(request, acting, audit_id, part, number, form, told, doubted)
    following = pages[place + 1] if place + 1 < len(pages) else None
    return render.to(
        request, pack_views.address(audit_id, following) if following else f"/desk/audits/{audit_id}/paper"
    )


routes: list[Any] = [pack_pdf, list_pages, show_page, key_in]
