"""Pages: recalls and drills: what one would reach, opening it, following it shop by shop, closing it, the papers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.params import FromPath

from seal.associations.directory import Tenancy
from seal.batches.model import Advice
from seal.certificates import service as certificates
from seal.certificates.model import ReasonClass
from seal.clock import local_day, parse_rfc3339, rfc3339
from seal.errors import BadInput, Conflict, NotFound, Refused, SealError
from seal.identity import Acting, Role
from seal.members import service as members
from seal.traceability import saying
from seal.traceability import service as traces
from seal.traceability.finding import find
from seal.traceability.recalls import following, model, opening, papers
from seal.traceability.recalls.model import Cause, Failed, Subject
from seal.traceability.tracing import Where
from seal.web import context, forms, render
from seal.web.context import Actor
from seal.web.forms import Form
from seal.web.policy import Roles, policy

_READERS = Roles(Role.MANAGER, Role.CERTIFIER, Role.AUDITOR)
_OPENERS = Roles(Role.MANAGER, Role.CERTIFIER)
FORM_ERRORS = (BadInput, Refused, Conflict, NotFound)
REASONS_OF_LOTS = (
    ReasonClass.FOOD_SAFETY,
    ReasonClass.QUALITY,
    ReasonClass.LABELLING,
    ReasonClass.NONCONFORMITY,
    ReasonClass.FRAUD,
    ReasonClass.MARK_MISUSE,
    ReasonClass.VOLUNTARY,
)
"""What may be wrong with a lot; the others are about a certification."""
Web = Request[Any, Any, Any]
Run = Callable[[], Awaitable[dict[str, Any]]]


@policy(_READERS)
@get("/desk/recalls")
async def list_recalls(request: Web, acting: Actor) -> Response[str]:
    return render.page(request, "traceability/recalls.html", recalls=await opening.recalls(acting))


@policy(_OPENERS)
@get("/desk/recalls/new")
async def new(request: Web, acting: Actor, association: Tenancy) -> Response[str]:
    """What is recalled; ``?lot=`` a lot to begin with, ``?drill=1`` starts the stopwatch."""
    query = request.query_params
    fields = {"drill": ["1"], "started": [rfc3339(acting.at)]} if query.get("drill") else {}
    form = Form({**fields, "lots": [query.get("lot", "")], "cause": [query.get("cause", "")]})
    return await _new(request, acting, association.zone, form)


async def _new(
    request: Web, acting: Acting, zone: str, form: Form, error: SealError | None = None, look: Any = None
) -> Response[str]:
    t = context.translator_of(request)
    sites = [
        (site.id, f"{site.name} · {producer.trade_name}")
        for producer in await members.producers(acting)
        for site in (await members.dossier(acting, producer.id)).sites
    ]
    names = {one.id: one.trade_name for one in await members.producers(acting)}
    given: dict[str, Any] = {
        "causes": [one.value for one in Cause],
        "sites": sites,
        "certifications": [
            (one.id, f"{names.get(one.producer_id, '')} · {one.protocol_id} · {t.day(one.valid_from)}")
            for one in await certificates.certifications(acting)
        ],
        "classes": [one.value for one in REASONS_OF_LOTS],
        "advice": [one.value for one in Advice],
        "today": local_day(acting.at, zone),
        "drill": bool(form.value("drill")),
        "look": look,
        "amount": papers.amount,
        "say": t,
    }
    if error is not None:
        return form.again(request, "traceability/recall_new.html", error, **given)
    return render.page(request, "traceability/recall_new.html", form=form, **given)


async def _subject(acting: Acting, form: Form) -> Subject:
    """What the form says is recalled; lots are found as in a trace."""
    cause = Cause(form.choice("cause", [one.value for one in Cause]) or Cause.LOTS)
    lots: list[UUID] = []
    if cause in (Cause.LOTS, Cause.TEST):
        graph = (await traces.whole_book(acting)).graph
        for line in form.text("lots", most=20_000).splitlines():
            if line.strip():
                lots += (await find(acting, graph, line)).lots
    failed = None
    if cause is Cause.TEST:
        tested_on = form.day("tested_on")
        given = {name: form.text(name, most=400) for name in ("test_id", "value", "laboratory")}
        unit = form.text("unit", required=False, most=40)
        form.check()
        assert tested_on is not None
        failed = Failed(given["test_id"], given["value"], unit, tested_on, given["laboratory"])
    window = cause in (Cause.WINDOW, Cause.CERTIFICATION)
    first, last = (form.day(name) if window else None for name in ("first", "last"))
    site = form.uuid("site") if cause is Cause.WINDOW else None
    certification = form.uuid("certification") if cause is Cause.CERTIFICATION else None
    form.check()
    return Subject(cause, tuple(dict.fromkeys(lots)), site, certification, first, last, failed)


@policy(_OPENERS)
@post("/desk/recalls/look")
async def look(request: Web, acting: Actor, association: Tenancy) -> Response[str]:
    """What it would reach, before anything is done."""
    form = await forms.read(request)
    try:
        found = await opening.preview(acting, await _subject(acting, form))
    except FORM_ERRORS as error:
        return await _new(request, acting, association.zone, form, error)
    return await _new(request, acting, association.zone, form, look=found)


@policy(_OPENERS)
@post("/desk/recalls")
async def open_recall(request: Web, acting: Actor, association: Tenancy) -> Response[Any]:
    form = await forms.read(request)
    drill = bool(form.value("drill"))
    subject: Subject | None = None
    try:
        subject = what = await _subject(acting, form)
        given: dict[str, Any] = {
            "reason_class": form.choice("reason_class", [one.value for one in ReasonClass]),
            "advice": form.choice("advice", [one.value for one in Advice]),
            "reason": form.text("reason", most=2000),
            "started_at": _moment(form.value("started")),
        }
        form.check()

        async def run() -> dict[str, Any]:
            return {"id": str((await opening.open_recall(acting, what, **given, drill=drill)).id)}

        made = await form.once(request, acting, run)
    except FORM_ERRORS as error:
        found = await opening.preview(acting, subject) if subject is not None else None
        return await _new(request, acting, association.zone, form, error, look=found)
    return render.to(request, f"/desk/recalls/{made['id']}")


def _moment(text: str) -> datetime | None:
    try:
        return parse_rfc3339(text) if text else None
    except ValueError:
        raise BadInput("recall.started", hours=24) from None


@policy(_READERS)
@get("/desk/recalls/{recall_id:uuid}")
async def show(request: Web, acting: Actor, recall_id: FromPath[UUID]) -> Response[str]:
    return await _show(request, acting, recall_id, Form())


async def _show(
    request: Web, acting: Acting, recall_id: UUID, form: Form, error: SealError | None = None
) -> Response[str]:
    t = context.translator_of(request)
    known = await following.followed(acting, recall_id)
    part, answered = known.effectiveness, known.recall.answer_time
    given: dict[str, Any] = {
        "known": known,
        "recall": known.recall,
        "texts": await papers.texts(acting, recall_id, t.lang),
        "effectiveness": saying.percent(part) if part is not None else "",
        "list_minutes": papers.minutes(known.recall.list_time),
        "answer_minutes": papers.minutes(answered) if answered is not None else None,
        "amount": papers.amount,
        "say": t,
        "subject": papers.subject(await papers.sources(acting, recall_id), t),
        "others": model.under_others(known.recall, await opening.recalls(acting)),
        "may_close": acting.person_id != known.recall.opened_by,
    }
    if error is not None:
        return form.again(request, "traceability/recall.html", error, **given)
    return render.page(request, "traceability/recall.html", form=form, **given)


async def _act(request: Web, acting: Acting, recall_id: UUID, form: Form, run: Run) -> Response[Any]:
    try:
        form.check()
        await form.once(request, acting, run, atomic=True)
    except FORM_ERRORS as error:
        return await _show(request, acting, recall_id, form, error)
    return render.to(request, f"/desk/recalls/{recall_id}")


def _spot(form: Form) -> tuple[Where, UUID]:
    where = form.choice("where", [one.value for one in Where])
    return Where(where or Where.ORGANISATION), form.uuid("place")


@policy(_READERS)
@post("/desk/recalls/{recall_id:uuid}/told")
async def tell(request: Web, acting: Actor, recall_id: FromPath[UUID]) -> Response[Any]:
    """A place was told, or could not be."""
    form = await forms.read(request)
    spot, note = _spot(form), form.text("note", required=False, most=500)
    reached = form.choice("reached", ("yes", "no")) == "yes"

    async def run() -> dict[str, Any]:
        return {"id": str((await following.tell(acting, recall_id, spot, note=note, reached=reached)).id)}

    return await _act(request, acting, recall_id, form, run)


@policy(_READERS)
@post("/desk/recalls/{recall_id:uuid}/counts")
async def count(request: Web, acting: Actor, recall_id: FromPath[UUID]) -> Response[Any]:
    """What a place counted of one lot."""
    form = await forms.read(request)
    spot, lot = _spot(form), form.uuid("lot")
    counts = {name: form.integer(name) for name in ("found", "destroyed", "sold")}
    note = form.text("note", required=False, most=500)

    async def run() -> dict[str, Any]:
        return {"id": str((await following.count(acting, recall_id, spot, lot, **counts, note=note)).id)}

    return await _act(request, acting, recall_id, form, run)


@policy(_OPENERS)
@post("/desk/recalls/{recall_id:uuid}/words")
async def words(request: Web, acting: Actor, recall_id: FromPath[UUID]) -> Response[Any]:
    """Words about the danger that a competent person approved."""
    form = await forms.read(request)
    given = {name: form.text(name, most=600) for name in ("text", "approved_by", "approved_as")}
    language = form.choice("language", ("es", "en"))

    async def run() -> dict[str, Any]:
        return {"id": str((await following.approve_words(acting, recall_id, language=language, **given)).id)}

    return await _act(request, acting, recall_id, form, run)


@policy(_OPENERS)
@post("/desk/recalls/{recall_id:uuid}/close")
async def close(request: Web, acting: Actor, recall_id: FromPath[UUID]) -> Response[Any]:
    form = await forms.read(request)
    closing = form.text("closing", most=2000)

    async def run() -> dict[str, Any]:
        return {"id": str((await following.close(acting, recall_id, closing=closing)).id)}

    return await _act(request, acting, recall_id, form, run)


@policy(_READERS)
@get("/desk/recalls/{recall_id:uuid}/notice.pdf")
async def notice(request: Web, acting: Actor, recall_id: FromPath[UUID]) -> Response[bytes]:
    """The notices for shops; ``?place=`` one of them, ``?lang=`` es or en."""
    asked = request.query_params.get("place", "")
    try:
        place = UUID(asked) if asked else None
    except ValueError:
        raise NotFound("recall.no_place") from None
    lang = context.translator_of(request).lang
    return Response(await papers.notice_pdf(acting, recall_id, place, lang), media_type="application/pdf")


@policy(_READERS)
@get("/desk/recalls/{recall_id:uuid}/report.pdf")
async def report(request: Web, acting: Actor, recall_id: FromPath[UUID]) -> Response[bytes]:
    lang = context.translator_of(request).lang
    return Response(await papers.report_pdf(acting, recall_id, lang), media_type="application/pdf")


routes: list[Any] = [
    list_recalls, new, look, open_recall, show, tell, count, words, close, notice, report,
]  # fmt: skip
