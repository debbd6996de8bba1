"""Pages: the audits, planning one, one audit with its team, and the acts of managers and auditors on it.

Answers are in ``pages_field``, findings in ``pages_findings``.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.params import FromPath, FromQuery

from seal.audits import (
    access,
    field_views,
    model,
    pages_facts,
    pages_field,
    pages_findings,
    pages_paper,
    pages_products,
    papers,
    service,
)
from seal.audits.model import AbortCause, AuditAction, AuditKind
from seal.errors import BadInput, Conflict, Refused, SealError
from seal.identity import Acting, Role
from seal.members import service as members
from seal.people import service as people
from seal.protocols import service as protocols
from seal.protocols.draw import commitment
from seal.web import context, forms, render
from seal.web.context import Actor
from seal.web.forms import Form
from seal.web.policy import Roles, policy

_EVERYONE = Roles(Role.MANAGER, Role.AUDITOR, Role.CERTIFIER, Role.PRODUCER)
_MANAGER = Roles(Role.MANAGER)
_AUDITOR = Roles(Role.AUDITOR)
_REVIEWER = Roles(Role.MANAGER, Role.AUDITOR)
_FORM_ERRORS = (BadInput, Refused, Conflict)


@policy(_EVERYONE)
@get("/desk/audits")
async def list_audits(request: Request[Any, Any, Any], acting: Actor) -> Response[str]:
    names = {one.id: one.trade_name for one in await members.producers(acting)}
    return render.page(request, "audits/list.html", audits=await service.audits(acting), producers=names)


@policy(_MANAGER)
@get("/desk/audits/new")
async def new_audit(
    request: Request[Any, Any, Any], acting: Actor, producer: FromQuery[UUID | None] = None
) -> Response[str]:
    """Choose a producer, then the plan for it."""
    return await _new(request, acting, producer, Form())


async def _new(
    request: Request[Any, Any, Any],
    acting: Acting,
    producer_id: UUID | None,
    form: Form,
    error: SealError | None = None,
) -> Response[str]:
    if producer_id is None:
        return render.page(request, "audits/choose.html", producers=await members.producers(acting))
    given: dict[str, Any] = {
        "dossier": await members.dossier(acting, producer_id),
        "versions": await protocols.plannable(acting, await members.today(acting)),
        "auditors": await people.people(acting, Role.AUDITOR),
        "kinds": [kind.value for kind in AuditKind],
        "today": await members.today(acting),
    }
    if error is not None:
        return form.again(request, "audits/new.html", error, **given)
    return render.page(request, "audits/new.html", form=form, **given)


@policy(_MANAGER)
@post("/desk/audits")
async def plan(request: Request[Any, Any, Any], acting: Actor) -> Response[Any]:
    form = await forms.read(request)
    producer_id, version_id = form.uuid("producer"), form.uuid("version")
    day = form.day("planned_for")
    kind = form.choice("kind", [kind.value for kind in AuditKind])
    auditors, sites, products = (_uuids(form, name) for name in ("auditors", "sites", "products"))

    async def run() -> dict[str, Any]:
        assert day is not None  # form.check() has passed
        made = await service.plan(
            acting,
            producer_id=producer_id,
            version_id=version_id,
            planned_for=day,
            kind=kind,
            auditors=auditors,
            sites=sites,
            products=products,
            unannounced=form.flag("unannounced"),
        )
        return {"id": str(made.id)}

    try:
        form.check()
        made = await form.once(request, acting, run, atomic=True)
    except _FORM_ERRORS as error:
        return await _new(request, acting, producer_id, form, error)
    return render.to(request, f"/desk/audits/{made['id']}")


def _uuids(form: Form, name: str) -> list[UUID]:
    try:
        return [UUID(value) for value in form.many(name)]
    except ValueError:
        form.fault(name, "form.choice")
        return []


@policy(_EVERYONE)
@get("/desk/audits/{audit_id:uuid}")
async def show(request: Request[Any, Any, Any], acting: Actor, audit_id: FromPath[UUID]) -> Response[str]:
    return await _detail(request, acting, audit_id, Form())


async def _detail(
    request: Request[Any, Any, Any], acting: Acting, audit_id: UUID, form: Form, error: SealError | None = None
) -> Response[str]:
    work = await service.work(acting, audit_id)
    audit = work.audit
    everyone = await people.people(acting)
    in_team = acting.person_id in audit.team
    t = context.translator_of(request)
    given: dict[str, Any] = {
        "work": work,
        "audit": audit,
        "dossier": await members.dossier_of(acting.association_id, audit.producer_id),
        "protocol": work.protocol,
        "texts": work.protocol.text(t.lang),
        "chapters": field_views.progress(work),
        "visit_most": access.VISIT_MOST,
        "commitment": commitment(work.seed) if work.seed else "",
        "conclusion": await service.conclusion(acting.association_id, audit_id),
        "names": {one.id: one.name for one in everyone},
        "may": {action.value for action in model.TRANSITIONS[audit.state]},
        "in_team": in_team,
        "declared": audit.declaration_of(acting.person_id) if acting.person_id else None,
        "free_auditors": [
            one
            for one in everyone
            if one.active
            and Role.AUDITOR in one.roles
            and one.id not in {member.person_id for member in audit.assigned}
        ],
        "outside": not any(member.person_id == acting.person_id for member in audit.assigned),
        "causes": [cause.value for cause in AbortCause],
        "today": await members.today(acting),
    }
    if error is not None:
        return form.again(request, "audits/detail.html", error, **given)
    return render.page(request, "audits/detail.html", form=form, **given)


async def _act(
    request: Request[Any, Any, Any],
    acting: Acting,
    audit_id: UUID,
    form: Form,
    verb: Callable[[], Awaitable[object]],
) -> Response[Any]:
    """Run one verb for one form of the audit, and show the audit again."""

    async def run() -> dict[str, Any]:
        await verb()
        return {}

    try:
        form.check()
        await form.once(request, acting, run, atomic=True)
    except _FORM_ERRORS as error:
        return await _detail(request, acting, audit_id, form, error)
    return render.to(request, f"/desk/audits/{audit_id}")


@policy(_MANAGER)
@post("/desk/audits/{audit_id:uuid}/team")
async def change_team(request: Request[Any, Any, Any], acting: Actor, audit_id: FromPath[UUID]) -> Response[Any]:
    """Add (``change=assign``) or take off (``change=unassign``, with a reason) one auditor."""
    form = await forms.read(request)
    person_id, change = form.uuid("person"), form.choice("change", ("assign", "unassign"))
    reason = form.text("team_reason", required=False, most=2000)
    if change == "unassign":
        return await _act(
            request, acting, audit_id, form, lambda: service.unassign(acting, audit_id, person_id, reason=reason)
        )
    return await _act(request, acting, audit_id, form, lambda: service.assign(acting, audit_id, person_id))


@policy(_AUDITOR)
@post("/desk/audits/{audit_id:uuid}/declaration")
async def declare(request: Request[Any, Any, Any], acting: Actor, audit_id: FromPath[UUID]) -> Response[Any]:
    form = await forms.read(request)
    none = form.choice("interest", ("none", "some")) == "none"
    text = form.text("conflict", required=not none, most=2000)
    return await _act(
        request, acting, audit_id, form, lambda: service.declare_conflicts(acting, audit_id, None if none else text)
    )


@policy(_AUDITOR)
@post("/desk/audits/{audit_id:uuid}/start")
async def start(request: Request[Any, Any, Any], acting: Actor, audit_id: FromPath[UUID]) -> Response[Any]:
    form = await forms.read(request)
    return await _act(request, acting, audit_id, form, lambda: service.start(acting, audit_id))


@policy(_AUDITOR)
@post("/desk/audits/{audit_id:uuid}/submit")
async def submit(request: Request[Any, Any, Any], acting: Actor, audit_id: FromPath[UUID]) -> Response[Any]:
    form = await forms.read(request)
    return await _act(request, acting, audit_id, form, lambda: service.submit(acting, audit_id))


@policy(_REVIEWER)
@post("/desk/audits/{audit_id:uuid}/conclude")
async def conclude(request: Request[Any, Any, Any], acting: Actor, audit_id: FromPath[UUID]) -> Response[Any]:
    form = await forms.read(request)
    return await _act(request, acting, audit_id, form, lambda: service.conclude(acting, audit_id))


@policy(_REVIEWER)
@post("/desk/audits/{audit_id:uuid}/end")
async def end(request: Request[Any, Any, Any], acting: Actor, audit_id: FromPath[UUID]) -> Response[Any]:
    """Return, abort (with a cause) or void, each with a reason."""
    form = await forms.read(request)
    options = (AuditAction.RETURN.value, AuditAction.VOID.value, *(f"abort.{cause.value}" for cause in AbortCause))
    chosen, reason = form.choice("act", options), form.text("reason", most=2000)

    async def verb() -> object:
        if chosen == AuditAction.RETURN:
            return await service.return_for_completion(acting, audit_id, reason=reason)
        if chosen == AuditAction.VOID:
            return await service.void(acting, audit_id, reason=reason)
        return await service.abort(acting, audit_id, cause=AbortCause(chosen.removeprefix("abort.")), reason=reason)

    return await _act(request, acting, audit_id, form, verb)


@policy(_EVERYONE)
@get("/desk/audits/{audit_id:uuid}/checklist.pdf")
async def checklist_pdf(request: Request[Any, Any, Any], acting: Actor, audit_id: FromPath[UUID]) -> Response[bytes]:
    """The checklist on paper. Raises ``Unavailable('printing.pango_missing')``."""
    return _pdf(await papers.checklist_pdf(acting, audit_id, context.translator_of(request).lang), "checklist")


@policy(_EVERYONE)
@get("/desk/audits/{audit_id:uuid}/report.pdf")
async def report_pdf(request: Request[Any, Any, Any], acting: Actor, audit_id: FromPath[UUID]) -> Response[bytes]:
    """The report on paper, once the audit has begun. Raises ``Unavailable('printing.pango_missing')``."""
    return _pdf(await papers.report_pdf(acting, audit_id, context.translator_of(request).lang), "report")


def _pdf(document: bytes, name: str) -> Response[bytes]:
    return Response(
        document,
        media_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{name}.pdf"', "Cache-Control": "private, no-store"},
    )


routes: list[Any] = [
    list_audits,
    new_audit,
    plan,
    show,
    change_team,
    declare,
    start,
    submit,
    conclude,
    end,
    checklist_pdf,
    report_pdf,
    *pages_facts.routes,
    *pages_products.routes,
    *pages_field.routes,
    *pages_paper.routes,
    *pages_findings.routes,
]
