"""Pages: the committee's docket, the review and vote, the certifications and what is decided about them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, time
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from litestar import Request, Response, get, post
from litestar.params import FromPath

from seal.associations.directory import Tenancy
from seal.certificates import pages_impact, service
from seal.certificates.model import TRANSITIONS, Action, Certification, ReasonClass, State, state_at
from seal.certificates.review import ON_AUDIT, Choice
from seal.errors import BadInput, Conflict, NotFound, Refused, SealError
from seal.identity import Acting, Role
from seal.members import service as members
from seal.people import service as people
from seal.protocols import service as protocols
from seal.web import forms, render
from seal.web.context import Actor
from seal.web.forms import Form
from seal.web.policy import Roles, policy

_EVERYONE = Roles(Role.MANAGER, Role.AUDITOR, Role.CERTIFIER, Role.PRODUCER)
_COMMITTEE = Roles(Role.MANAGER, Role.CERTIFIER)
_CERTIFIER = Roles(Role.CERTIFIER)
FORM_ERRORS = (BadInput, Refused, Conflict)


async def _names(acting: Acting) -> dict[UUID, str]:
    return {one.id: one.trade_name for one in await members.producers(acting)}


@policy(_COMMITTEE)
@get("/desk/decisions")
async def docket(request: Request[Any, Any, Any], acting: Actor) -> Response[str]:
    """What waits for the committee, and what was decided."""
    lines = await service.docket(acting)
    return render.page(
        request,
        "certificates/desk/docket.html",
        waiting=[line for line in lines if line.waits],
        decided=[line for line in lines if not line.waits],
        names=await _names(acting),
    )


@policy(_COMMITTEE)
@get("/desk/decisions/{audit_id:uuid}")
async def review(request: Request[Any, Any, Any], acting: Actor, audit_id: FromPath[UUID]) -> Response[str]:
    return await _review(request, acting, audit_id, Form())


async def _review(
    request: Request[Any, Any, Any], acting: Acting, audit_id: UUID, form: Form, error: SealError | None = None
) -> Response[str]:
    found = await service.review(acting, audit_id)
    mine = next((voter for voter in found.voters if voter.person.id == acting.person_id), None)
    given: dict[str, Any] = {
        "review": found,
        "dossier": found.file.dossier,
        "case": found.file.case,
        "audit": found.file.audit,
        "conclusion": found.file.conclusion,
        "protocol": found.file.published.protocol,
        "certification": found.state.certification if found.state else None,
        "mine": mine,
        "choices": [choice.value for choice in ON_AUDIT],
        "names": {one.id: one.name for one in await people.people(acting)},
        "Choice": Choice,
    }
    if error is not None:
        return form.again(request, "certificates/desk/review.html", error, **given)
    return render.page(request, "certificates/desk/review.html", form=form, **given)


@policy(_CERTIFIER)
@post("/desk/decisions/{audit_id:uuid}/vote")
async def vote(request: Request[Any, Any, Any], acting: Actor, audit_id: FromPath[UUID]) -> Response[Any]:
    form = await forms.read(request)
    choice = form.choice("choice", [one.value for one in ON_AUDIT])
    reason = form.text("reason", required=choice != Choice.GRANT, most=2000)
    months = form.integer("months", low=1, high=120) if form.value("months") else None
    scope: dict[str, Any] = {"sites": _uuids(form, "sites"), "products": _uuids(form, "products")}

    async def run() -> dict[str, Any]:
        state = await service.decide(acting, audit_id, choice=choice, reason=reason, months=months, **scope)
        return {"certification": str(state.certification.id) if state.certification else ""}

    try:
        form.check()
        made = await form.once(request, acting, run)
    except FORM_ERRORS as error:
        return await _review(request, acting, audit_id, form, error)
    where = made["certification"]
    return render.to(request, f"/desk/certificates/{where}" if where else f"/desk/decisions/{audit_id}")


def _uuids(form: Form, name: str) -> list[UUID] | None:
    """The boxes ticked; None when the form has no such boxes (a proposal is open already)."""
    if not form.flag("scoped"):
        return None
    try:
        return [UUID(value) for value in form.many(name)]
    except ValueError:
        form.fault(name, "form.choice")
        return None


@policy(_COMMITTEE)
@post("/desk/decisions/{audit_id:uuid}/adjourn")
async def adjourn(request: Request[Any, Any, Any], acting: Actor, audit_id: FromPath[UUID]) -> Response[Any]:
    form = await forms.read(request)
    reason = form.text("adjourn_reason", most=2000)

    async def run() -> dict[str, Any]:
        return {"id": str((await service.adjourn(acting, audit_id, reason=reason)).decision.id)}

    try:
        form.check()
        await form.once(request, acting, run, atomic=True)
    except FORM_ERRORS as error:
        return await _review(request, acting, audit_id, form, error)
    return render.to(request, f"/desk/decisions/{audit_id}")


@policy(_EVERYONE)
@get("/desk/certificates")
async def certificates(request: Request[Any, Any, Any], acting: Actor, association: Tenancy) -> Response[str]:
    found = await service.certifications(acting)
    return render.page(
        request,
        "certificates/desk/list.html",
        lines=[(one, one.state(acting.at, association.zone)) for one in found],
        names=await _names(acting),
    )


@policy(_EVERYONE)
@get("/desk/certificates/{certification_id:uuid}")
async def certificate(
    request: Request[Any, Any, Any], acting: Actor, association: Tenancy, certification_id: FromPath[UUID]
) -> Response[str]:
    return await _certificate(request, acting, association.zone, certification_id, Form())


async def _certificate(
    request: Request[Any, Any, Any],
    acting: Acting,
    zone: str,
    certification_id: UUID,
    form: Form,
    error: SealError | None = None,
) -> Response[str]:
    held = await service.certification(acting, certification_id)
    given: dict[str, Any] = {
        "held": held,
        "state": held.state(acting.at, zone),
        "State": State,
        "version_until": await protocols.current_until(held.association_id, held.version_id, held.valid_until),
        "dossier": await members.dossier(acting, held.producer_id),
        "actions": _actions(held, acting),
        "classes": [one.value for one in ReasonClass],
    }
    if error is not None:
        return form.again(request, "certificates/desk/detail.html", error, **given)
    return render.page(request, "certificates/desk/detail.html", form=form, **given)


def _actions(held: Certification, acting: Acting) -> list[str]:
    """What the committee may decide now: read from the same table as the verbs."""
    if not acting.has(Role.CERTIFIER):
        return []
    return [action.value for action in TRANSITIONS[state_at(held.steps, acting.at)]]


def _start_of(form: Form, name: str, zone: str, at: datetime) -> datetime | None:
    """A day of the form as its first moment in the zone; None when left empty or when it is today."""
    day = form.day(name, required=False)
    if day is None or day == at.astimezone(ZoneInfo(zone)).date():
        return None
    return datetime.combine(day, time(), ZoneInfo(zone))


def _sanction(action: Action) -> Callable[..., Awaitable[Certification]]:
    verbs: dict[Action, Callable[..., Awaitable[Certification]]] = {
        Action.SUSPEND: service.suspend,
        Action.LIFT: service.lift,
        Action.WITHDRAW: service.withdraw,
    }
    return verbs[action]


@policy(_CERTIFIER)
@post("/desk/certificates/{certification_id:uuid}/{action:str}")
async def sanction(
    request: Request[Any, Any, Any],
    acting: Actor,
    association: Tenancy,
    certification_id: FromPath[UUID],
    action: FromPath[str],
) -> Response[Any]:
    """Suspend, lift or withdraw."""
    form = await forms.read(request)
    if action not in (Action.SUSPEND, Action.LIFT, Action.WITHDRAW):
        raise NotFound("certification.not_found")
    wanted = Action(action)
    given: dict[str, Any] = {
        "reason": form.text("reason", most=2000),
        "effective_at": _start_of(form, "effective_on", association.zone, acting.at),
    }
    if wanted is not Action.LIFT:
        given["reason_class"] = form.choice("reason_class", [one.value for one in ReasonClass])
        given["affected_from"] = form.day("affected_from", required=False)
        given["affected_to"] = form.day("affected_to", required=False)

    async def run() -> dict[str, Any]:
        await _sanction(wanted)(acting, certification_id, **given)
        return {}

    try:
        form.check()
        await form.once(request, acting, run)
    except FORM_ERRORS as error:
        return await _certificate(request, acting, association.zone, certification_id, form, error)
    return render.to(request, f"/desk/certificates/{certification_id}")


@policy(_COMMITTEE)
@post("/desk/certificates/{certification_id:uuid}/issue")
async def issue(request: Request[Any, Any, Any], acting: Actor, certification_id: FromPath[UUID]) -> Response[Any]:
    """Finish a certificate that is granted and pending."""
    await service.certification(acting, certification_id)
    await service.issue(acting.association_id, certification_id, acting.at)
    return render.to(request, f"/desk/certificates/{certification_id}")


routes: list[Any] = [
    docket, review, vote, adjourn, certificates, certificate, issue, sanction, *pages_impact.routes,
]  # fmt: skip
