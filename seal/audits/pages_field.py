"""Pages of the visit: answering a chapter with its evidence, evidence files, and corrections of facts on site."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.params import FromPath, FromQuery

from seal.audits import field_forms, field_views, model, service
from seal.audits.access import Work
from seal.audits.answers import Answer, Key
from seal.audits.field_forms import Filled
from seal.errors import BadInput, Conflict, NotFound, Refused, SealError
from seal.files import service as files
from seal.identity import Acting, Role
from seal.members import service as members
from seal.people import service as people
from seal.protocols.model import ControlPoint, Part
from seal.web import context, forms, render
from seal.web.context import Actor
from seal.web.forms import Form
from seal.web.policy import Roles, policy

_EVERYONE = Roles(Role.MANAGER, Role.AUDITOR, Role.CERTIFIER, Role.PRODUCER)
FORM_ERRORS = (BadInput, Refused, Conflict)


@policy(_EVERYONE)
@get("/desk/audits/{audit_id:uuid}/chapters/{chapter:str}")
async def show_chapter(
    request: Request[Any, Any, Any],
    acting: Actor,
    audit_id: FromPath[UUID],
    chapter: FromPath[str],
    part: FromQuery[str | None] = None,
) -> Response[str]:
    """A chapter of an audit, or its desk or visit part alone."""
    return await _chapter(request, acting, audit_id, chapter, part, Form())


def _points(work: Work, chapter: str, part: str | None) -> tuple[ControlPoint, ...]:
    """The points of a chapter, in one part where it is named."""
    wanted = frozenset(Part) if part is None else {one for one in Part if one.value == part}
    return tuple(point for point in work.points() if point.chapter == chapter and point.part in wanted)


async def _chapter(
    request: Request[Any, Any, Any],
    acting: Acting,
    audit_id: UUID,
    chapter: str,
    part: str | None,
    form: Form,
    error: SealError | None = None,
    doubted: frozenset[str] = frozenset(),
) -> Response[str]:
    work = await service.work(acting, audit_id)
    points = _points(work, chapter, part)
    if not points:
        raise NotFound("audits.not_found")
    t = context.translator_of(request)
    texts = work.protocol.text(t.lang)
    order = [(one.id, one.part.value if part else None) for one in field_views.progress(work)]
    order = list(dict.fromkeys(order))
    place = order.index((chapter, part))
    given: dict[str, Any] = {
        "work": work,
        "audit": work.audit,
        "producer": (await members.dossier_of(acting.association_id, work.audit.producer_id)).producer,
        "chapter": chapter,
        "part": part,
        "points": field_views.points(work, points, acting.at, texts, t),
        "texts": texts,
        "open": acting.person_id in work.audit.team and work.audit.state in model.ANSWERABLE,
        "doubted": doubted,
        "names": {one.id: one.name for one in await people.people(acting)},
        "words": lambda point, field, option: field_views.word(point, field, option, texts, t),
        "address": address(audit_id, chapter, part),
        "next_chapter": address(audit_id, *order[place + 1]) if place + 1 < len(order) else None,
        "previous_chapter": address(audit_id, *order[place - 1]) if place else None,
    }
    if error is not None:
        return form.again(request, "audits/chapter.html", error, **given)
    return render.page(request, "audits/chapter.html", form=form, **given)


def address(audit_id: UUID, chapter: str, part: str | None) -> str:
    """Where a chapter, or one part of it, is on the desk."""
    return f"/desk/audits/{audit_id}/chapters/{chapter}" + (f"?part={part}" if part else "")


@policy(Roles(Role.AUDITOR, upload=True))
@post("/desk/audits/{audit_id:uuid}/chapters/{chapter:str}")
async def answer_chapter(
    request: Request[Any, Any, Any],
    acting: Actor,
    audit_id: FromPath[UUID],
    chapter: FromPath[str],
    part: FromQuery[str | None] = None,
) -> Response[Any]:
    """Keep what was answered or changed in a chapter, and its files. Points left alone stay as they are."""
    form = await forms.read(request)
    work = await service.work(acting, audit_id)
    newest = work.newest()
    filled = field_forms.read(form, _points(work, chapter, part), newest)

    async def run() -> dict[str, Any]:
        return await keep(acting, audit_id, form, filled, newest)

    try:
        form.check()
        await form.once(request, acting, run)
    except FORM_ERRORS as error:
        told, doubted = field_forms.placed(error, filled.keys)
        return await _chapter(request, acting, audit_id, chapter, part, form, told, doubted)
    return render.to(request, address(audit_id, chapter, part))


async def keep(
    acting: Acting, audit_id: UUID, form: Form, filled: Filled, newest: Mapping[Key, Answer]
) -> dict[str, Any]:
    """Keep the answers of a form and then their files, each file with the answer that stands now."""
    stored = await service.answer(acting, audit_id, filled.answers)
    known = {key: answer.id for key, answer in newest.items()} | {one.key: one.id for one in stored}
    answers = {filled.keys[key]: id for key, id in known.items() if key in filled.keys}
    for key in filled.files:
        upload = form.upload(f"file.{key}")
        if upload is None or key not in answers:
            raise BadInput("audits.answer.empty", field=f"file.{key}", point=key.partition("@")[0])
        await service.attach_evidence(
            acting,
            audit_id,
            id=form.uuid(f"file_id.{key}"),
            answer_id=answers[key],
            data=upload.data,
            declared_type=upload.declared_type,
        )
    return {"stored": len(stored)}


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


routes: list[Any] = [show_chapter, answer_chapter, evidence_file]
