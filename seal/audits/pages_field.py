"""Pages of the visit: answering a chapter with its evidence, profile facts as questions, and evidence files."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.params import FromPath

from seal import ids
from seal.audits import model, paper_views, service
from seal.audits.access import Work
from seal.audits.answers import Answer, AnswerInput
from seal.errors import BadInput, Conflict, NotFound, Reason, Refused, SealError
from seal.files import service as files
from seal.identity import Acting, Role
from seal.members import service as members
from seal.protocols import service as protocols
from seal.protocols.checklist import allowed_outcomes
from seal.protocols.measures import accepted_units
from seal.protocols.model import ControlPoint, FactType, Outcome
from seal.web import context, forms, render
from seal.web.context import Actor
from seal.web.forms import Form
from seal.web.policy import Roles, policy

_EVERYONE = Roles(Role.MANAGER, Role.AUDITOR, Role.CERTIFIER, Role.PRODUCER)
_FORM_ERRORS = (BadInput, Refused, Conflict)
_COMPUTED = frozenset({Outcome.COMPLIANT, Outcome.PARTIAL, Outcome.NON_COMPLIANT})


@dataclass(frozen=True)
class ChapterProgress:
    """How far a chapter is answered."""

    id: str
    points: int
    answered: int


def progress(work: Work) -> tuple[ChapterProgress, ...]:
    """The chapters of the checklist in order."""
    counted = work.counted()
    found = []
    for chapter, inside in groupby(work.points(), key=lambda point: point.chapter):
        listed = list(inside)
        found.append(ChapterProgress(chapter, len(listed), sum(point.id in counted for point in listed)))
    return tuple(found)


@dataclass(frozen=True)
class PointView:
    """One point on the form: its answer so far, what may be answered, and the id of the next answer."""

    point: ControlPoint
    answer: Answer | None
    outcomes: tuple[str, ...]
    units: tuple[str, ...]
    limit: str
    evidence: tuple[Any, ...]
    next_id: UUID
    file_id: UUID


def _points(work: Work, chapter: str, acting: Acting) -> tuple[PointView, ...]:
    counted = work.counted()
    found = []
    for point in work.points():
        if point.chapter != chapter:
            continue
        answer = counted.get(point.id)
        outcomes = allowed_outcomes(work.protocol, point)
        if point.measure is not None:
            outcomes = tuple(outcome for outcome in outcomes if outcome not in _COMPUTED)
        found.append(
            PointView(
                point,
                answer,
                tuple(outcome.value for outcome in outcomes),
                accepted_units(point.measure.unit) if point.measure else (),
                paper_views.limit_of(point.measure) if point.measure else "",
                work.evidence_of(answer.id) if answer else (),
                ids.uuid7(acting.at),
                ids.uuid7(acting.at),
            )
        )
    return tuple(found)


@policy(_EVERYONE)
@get("/desk/audits/{audit_id:uuid}/chapters/{chapter:str}")
async def show_chapter(
    request: Request[Any, Any, Any], acting: Actor, audit_id: FromPath[UUID], chapter: FromPath[str]
) -> Response[str]:
    return await _chapter(request, acting, audit_id, chapter, Form())


async def _chapter(
    request: Request[Any, Any, Any],
    acting: Acting,
    audit_id: UUID,
    chapter: str,
    form: Form,
    error: SealError | None = None,
) -> Response[str]:
    work = await service.work(acting, audit_id)
    points = _points(work, chapter, acting)
    if not points:
        raise NotFound("audits.not_found")
    order = [found.id for found in progress(work)]
    place = order.index(chapter)
    given: dict[str, Any] = {
        "work": work,
        "audit": work.audit,
        "producer": (await members.dossier_of(acting.association_id, work.audit.producer_id)).producer,
        "chapter": chapter,
        "points": points,
        "texts": work.protocol.text(context.translator_of(request).lang),
        "open": acting.person_id in work.audit.team and work.audit.state in model.ANSWERABLE,
        "next_chapter": order[place + 1] if place + 1 < len(order) else None,
        "previous_chapter": order[place - 1] if place else None,
    }
    if error is not None:
        return form.again(request, "audits/chapter.html", error, **given)
    return render.page(request, "audits/chapter.html", form=form, **given)


@policy(Roles(Role.AUDITOR, upload=True))
@post("/desk/audits/{audit_id:uuid}/chapters/{chapter:str}")
async def answer_chapter(
    request: Request[Any, Any, Any], acting: Actor, audit_id: FromPath[UUID], chapter: FromPath[str]
) -> Response[Any]:
    """Keep what was answered or changed in a chapter, and its files. Points left alone stay as they are."""
    form = await forms.read(request)
    work = await service.work(acting, audit_id)
    points = [point for point in work.points() if point.chapter == chapter]
    counted = work.counted()
    given = [found for point in points if (found := _given(form, point, counted.get(point.id))) is not None]
    evidence = [point.id for point in points if form.upload(f"file.{point.id}", required=False) is not None]

    async def run() -> dict[str, Any]:
        stored = await service.answer(acting, audit_id, given)
        newest = {point: found.id for point, found in counted.items()} | {one.point_id: one.id for one in stored}
        for point_id in evidence:
            upload = form.upload(f"file.{point_id}")
            if upload is None or point_id not in newest:
                raise BadInput("audits.answer.empty", field=f"file.{point_id}", point=point_id)
            await service.attach_evidence(
                acting,
                audit_id,
                id=form.uuid(f"file_id.{point_id}"),
                answer_id=newest[point_id],
                data=upload.data,
                declared_type=upload.declared_type,
            )
        return {"stored": len(stored)}

    try:
        form.check()
        await form.once(request, acting, run)
    except _FORM_ERRORS as error:
        return await _chapter(request, acting, audit_id, chapter, form, _placed(error))
    return render.to(request, f"/desk/audits/{audit_id}/chapters/{chapter}")


_FIELDS = {
    "measure_needed": "value",
    "justification_needed": "justification",
    "justification_long": "justification",
    "na_justification": "justification",
    "amendment_needs_reason": "justification",
    "follow_up_needed": "follow_up",
    "follow_up_meaningless": "follow_up",
    "follow_up_past": "follow_up",
}
"""Fault of an answer -> the field of its point that mends it; every other one belongs to the outcome."""


def _placed(error: SealError) -> SealError:
    """The same error, each reason with the field of the chapter's form that it is about."""
    placed = []
    for reason in error.reasons:
        point = reason.params.get("point")
        field = reason.params.get("field") or _FIELDS.get(reason.code.rpartition(".")[2], "outcome")
        whole = field if point is None or "." in str(field) else f"{field}.{point}"
        placed.append(Reason(reason.code, {**reason.params, "field": whole}))
    return type(error).because(placed)


def _given(form: Form, point: ControlPoint, answer: Answer | None) -> AnswerInput | None:
    """The answer typed for a point; ``None`` if nothing was typed or nothing changed."""
    outcome = form.value(f"outcome.{point.id}")
    value = form.value(f"value.{point.id}").strip()
    if not outcome and not value:
        return None
    if outcome and outcome not in {member.value for member in Outcome}:
        form.fault(f"outcome.{point.id}", "form.choice")
        return None
    measured = (value, form.value(f"unit.{point.id}")) if value and not outcome else None
    chosen = Outcome(outcome) if outcome else None
    justification = form.text(f"justification.{point.id}", required=False, most=4000)
    follow_up = form.day(f"follow_up.{point.id}", required=False) if chosen is Outcome.DEFERRED else None
    if answer is not None and _same(answer, chosen, measured, justification, follow_up):
        return None
    revises = form.value(f"revises.{point.id}")
    return AnswerInput(
        id=form.uuid(f"id.{point.id}"),
        point_id=point.id,
        outcome=chosen,
        measured=measured,
        justification=justification,
        revises=form.uuid(f"revises.{point.id}") if revises else None,
        follow_up_on=follow_up,
    )


def _same(
    answer: Answer,
    outcome: Outcome | None,
    measured: tuple[str, str] | None,
    justification: str,
    follow_up: date | None,
) -> bool:
    """True if the form shows the stored answer unchanged."""
    same_outcome = measured == answer.measured if measured else outcome is answer.outcome
    return same_outcome and justification == answer.justification and follow_up == answer.follow_up_on


@policy(_EVERYONE)
@get("/desk/audits/{audit_id:uuid}/evidence/{evidence_id:uuid}")
async def evidence_file(acting: Actor, audit_id: FromPath[UUID], evidence_id: FromPath[UUID]) -> Response[bytes]:
    """One evidence file of an audit that the person may see."""
    work = await service.work(acting, audit_id)
    found = next((item for item in work.evidence if item.id == evidence_id), None)
    if found is None:
        raise NotFound("files.not_found")
    stored, data = await files.get(acting.association_id, found.file_id)
    return _file(data, stored.media_type)


def _file(data: bytes, media_type: str) -> Response[bytes]:
    return Response(
        data, media_type=media_type, headers={"Cache-Control": "private, no-store", "Content-Disposition": "inline"}
    )


@policy(_EVERYONE)
@get("/desk/producers/{producer_id:uuid}/facts")
async def show_facts(request: Request[Any, Any, Any], acting: Actor, producer_id: FromPath[UUID]) -> Response[str]:
    """The questions of every published protocol, answered once for a producer; auditors and certifiers only read."""
    dossier = await members.dossier(acting, producer_id)
    return render.page(
        request,
        "audits/facts.html",
        form=Form(),
        dossier=dossier,
        questions=await _questions(request, acting),
        told=dossier.fact_values(),
    )


async def _questions(request: Request[Any, Any, Any], acting: Acting) -> dict[str, str]:
    """Yes-or-no questions by fact, in the reader's language."""
    lang = context.translator_of(request).lang
    found: dict[str, str] = {}
    for version in await protocols.published(acting):
        texts = version.protocol.text(lang).facts
        for fact in version.protocol.facts:
            if fact.type is FactType.YES_NO:
                found[fact.id] = texts.get(fact.id, fact.id)
    return dict(sorted(found.items()))


@policy(Roles(Role.MANAGER, Role.PRODUCER))
@post("/desk/producers/{producer_id:uuid}/facts")
async def record_facts(request: Request[Any, Any, Any], acting: Actor, producer_id: FromPath[UUID]) -> Response[Any]:
    form = await forms.read(request)
    values = {"yes": True, "no": False, "unknown": None}
    asked = await _questions(request, acting)
    told = {
        fact: values[answer]
        for fact in asked
        if (answer := form.choice(f"fact.{fact}", values, required=False)) in values
    }

    async def run() -> dict[str, Any]:
        known = (await members.dossier(acting, producer_id)).fact_values()
        changed = {fact: value for fact, value in told.items() if fact not in known or known[fact] is not value}
        await members.record_facts(acting, producer_id, changed)
        return {}

    try:
        form.check()
        await form.once(request, acting, run, atomic=True)
    except _FORM_ERRORS as error:
        dossier = await members.dossier(acting, producer_id)
        return form.again(
            request, "audits/facts.html", error, dossier=dossier, questions=asked, told=dossier.fact_values()
        )
    return render.to(request, f"/desk/producers/{producer_id}")


routes: list[Any] = [show_chapter, answer_chapter, evidence_file, show_facts, record_facts]
