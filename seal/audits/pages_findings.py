"""Pages of one finding: its history, the producer's response, verification, dispute, grade and deadline."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.params import FromPath

from seal.audits import findings, service
from seal.audits.findings import FindingAction, Grade
from seal.audits.service import Upload
from seal.errors import BadInput, Conflict, NotFound, Refused, SealError
from seal.files import service as files
from seal.identity import Acting, Role
from seal.members import service as members
from seal.people import service as people
from seal.web import context, forms, render
from seal.web.context import Actor
from seal.web.forms import Form
from seal.web.policy import Roles, policy

_EVERYONE = Roles(Role.MANAGER, Role.AUDITOR, Role.CERTIFIER, Role.PRODUCER)
_REVIEWER = Roles(Role.MANAGER, Role.AUDITOR)
_FORM_ERRORS = (BadInput, Refused, Conflict)


@policy(_EVERYONE)
@get("/desk/findings/{finding_id:uuid}")
async def show(request: Request[Any, Any, Any], acting: Actor, finding_id: FromPath[UUID]) -> Response[str]:
    return await _detail(request, acting, finding_id, Form())


async def _detail(
    request: Request[Any, Any, Any], acting: Acting, finding_id: UUID, form: Form, error: SealError | None = None
) -> Response[str]:
    finding = await service.finding(acting, finding_id)
    work = await service.work(acting, finding.audit_id)
    given: dict[str, Any] = {
        "finding": finding,
        "audit": work.audit,
        "answer": next((answer for answer in work.answers if answer.id == finding.answer_id), None),
        "producer": (await members.dossier_of(acting.association_id, finding.producer_id)).producer,
        "text": work.protocol.text(context.translator_of(request).lang).points[finding.point_id],
        "names": {one.id: one.name for one in await people.people(acting)},
        "may": {action.value for action in findings.TRANSITIONS[finding.state]},
        "side": finding.producer_id in await members.represented_by(acting),
        "in_team": acting.person_id in work.audit.team,
        "outside": not any(member.person_id == acting.person_id for member in work.audit.assigned),
        "grades": [grade.value for grade in Grade],
        "today": await members.today(acting),
    }
    if error is not None:
        return form.again(request, "audits/finding.html", error, **given)
    return render.page(request, "audits/finding.html", form=form, **given)


async def _act(
    request: Request[Any, Any, Any],
    acting: Acting,
    finding_id: UUID,
    form: Form,
    verb: Callable[[], Awaitable[object]],
    *,
    atomic: bool = True,
) -> Response[Any]:
    async def run() -> dict[str, Any]:
        await verb()
        return {}

    try:
        form.check()
        await form.once(request, acting, run, atomic=atomic)
    except _FORM_ERRORS as error:
        return await _detail(request, acting, finding_id, form, error)
    return render.to(request, f"/desk/findings/{finding_id}")


@policy(Roles(Role.PRODUCER, upload=True))
@post("/desk/findings/{finding_id:uuid}/response")
async def respond(request: Request[Any, Any, Any], acting: Actor, finding_id: FromPath[UUID]) -> Response[Any]:
    form = await forms.read(request)
    cause, correction = form.text("cause", most=4000), form.text("correction", most=4000)
    prevention = form.text("prevention", most=4000)
    upload = form.upload("file", required=False)
    file = Upload(upload.data, upload.declared_type) if upload else None
    return await _act(
        request,
        acting,
        finding_id,
        form,
        lambda: service.respond(
            acting,
            finding_id,
            cause=cause,
            correction=correction,
            prevention=prevention,
            file=file,
            planned_only=form.flag("planned_only"),
        ),
    )


@policy(_REVIEWER)
@post("/desk/findings/{finding_id:uuid}/verification")
async def verify(request: Request[Any, Any, Any], acting: Actor, finding_id: FromPath[UUID]) -> Response[Any]:
    form = await forms.read(request)
    accepted = form.choice("accepted", ("yes", "no")) == "yes"
    reason = form.text("verify_reason", most=2000)
    return await _act(
        request,
        acting,
        finding_id,
        form,
        lambda: service.verify_response(acting, finding_id, accepted=accepted, reason=reason),
    )


@policy(Roles(Role.PRODUCER))
@post("/desk/findings/{finding_id:uuid}/dispute")
async def dispute(request: Request[Any, Any, Any], acting: Actor, finding_id: FromPath[UUID]) -> Response[Any]:
    form = await forms.read(request)
    reason = form.text("dispute_reason", most=2000)
    return await _act(request, acting, finding_id, form, lambda: service.dispute(acting, finding_id, reason=reason))


@policy(Roles(Role.MANAGER))
@post("/desk/findings/{finding_id:uuid}/ruling")
async def rule_on_dispute(request: Request[Any, Any, Any], acting: Actor, finding_id: FromPath[UUID]) -> Response[Any]:
    form = await forms.read(request)
    ruling = form.choice("ruling", ("uphold", "change", "remove"))
    grade = form.choice("ruling_grade", [grade.value for grade in Grade], required=ruling == "change")
    reason = form.text("ruling_reason", most=2000)
    return await _act(
        request,
        acting,
        finding_id,
        form,
        lambda: service.rule_on_dispute(
            acting,
            finding_id,
            ruling=FindingAction(ruling),
            reason=reason,
            grade=Grade(grade) if ruling == "change" else None,
        ),
    )


@policy(_REVIEWER)
@post("/desk/findings/{finding_id:uuid}/grade")
async def regrade(request: Request[Any, Any, Any], acting: Actor, finding_id: FromPath[UUID]) -> Response[Any]:
    form = await forms.read(request)
    grade, reason = form.choice("grade", [grade.value for grade in Grade]), form.text("grade_reason", most=2000)
    return await _act(
        request,
        acting,
        finding_id,
        form,
        lambda: service.regrade(acting, finding_id, grade=Grade(grade), reason=reason),
    )


@policy(Roles(Role.MANAGER))
@post("/desk/findings/{finding_id:uuid}/deadline")
async def extend(request: Request[Any, Any, Any], acting: Actor, finding_id: FromPath[UUID]) -> Response[Any]:
    form = await forms.read(request)
    due_on, reason = form.day("due_on"), form.text("extend_reason", most=2000)

    async def verb() -> object:
        assert due_on is not None  # form.check() has passed
        return await service.extend(acting, finding_id, due_on=due_on, reason=reason)

    return await _act(request, acting, finding_id, form, verb)


@policy(_EVERYONE)
@get("/desk/findings/{finding_id:uuid}/files/{file_id:uuid}")
async def response_file(acting: Actor, finding_id: FromPath[UUID], file_id: FromPath[UUID]) -> Response[bytes]:
    """A file sent with a response to a finding that the person may see."""
    finding = await service.finding(acting, finding_id)
    sent = {step.response.file_id for step in finding.steps if step.response is not None}
    if file_id not in sent:
        raise NotFound("files.not_found")
    stored, data = await files.get(acting.association_id, file_id)
    return Response(
        data,
        media_type=stored.media_type,
        headers={"Cache-Control": "private, no-store", "Content-Disposition": "inline"},
    )


routes: list[Any] = [show, respond, verify, dispute, rule_on_dispute, regrade, extend, response_file]
