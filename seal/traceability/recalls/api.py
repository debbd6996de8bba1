"""JSON: recalls and drills: what one would reach, opening it, shops' answers, approved words, closing; papers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.params import FromPath, FromQuery, JSONBody
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from seal.batches.model import Advice
from seal.certificates.model import ReasonClass
from seal.identity import Acting, Role
from seal.traceability import saying
from seal.traceability.recalls import following, opening, papers
from seal.traceability.recalls.following import Followed
from seal.traceability.recalls.model import Cause, Failed, Recall, Subject
from seal.traceability.tracing import Where
from seal.web import once
from seal.web.context import Actor
from seal.web.policy import Roles, policy

_READERS = Roles(Role.MANAGER, Role.CERTIFIER, Role.AUDITOR)
_OPENERS = Roles(Role.MANAGER, Role.CERTIFIER)


class FailedIn(BaseModel):
    """A result that failed, as typed; the same forms as of a batch's tests."""

    model_config = ConfigDict(extra="forbid")
    test_id: str = Field(max_length=40)
    value: str = Field(max_length=400)
    unit: str = Field(default="", max_length=40)
    tested_on: date
    laboratory: str = Field(max_length=120)


class SubjectIn(BaseModel):
    """``cause`` lots: ``lots``; window: ``site``, ``first``, ``last``; certification: the same with ``certification``;
    test: one batch in ``lots``, and ``failed``."""

    model_config = ConfigDict(extra="forbid")
    cause: Cause = Cause.LOTS
    lots: list[UUID] = Field(default_factory=list, max_length=200)
    site: UUID | None = None
    certification: UUID | None = None
    first: date | None = None
    last: date | None = None
    failed: FailedIn | None = None

    def subject(self) -> Subject:
        failed = Failed(**self.failed.model_dump()) if self.failed is not None else None
        return Subject(self.cause, tuple(self.lots), self.site, self.certification, self.first, self.last, failed)


class OpenIn(SubjectIn):
    """``drill``: nothing is stopped and nothing public changes. ``started_at``: when the stopwatch was started."""

    reason_class: ReasonClass
    reason: str = Field(max_length=2000)
    advice: Advice
    drill: bool = False
    started_at: AwareDatetime | None = None
    id: UUID | None = None


class PlaceIn(BaseModel):
    model_config = ConfigDict(extra="forbid")
    where: Where = Where.ORGANISATION
    place: UUID
    note: str = Field(default="", max_length=500)


class ToldIn(PlaceIn):
    """``reached`` false: nobody answers there; say in ``note`` what was tried."""

    reached: bool = True


class CountIn(PlaceIn):
    """What the place has of one lot, in pieces (or the lot's base unit): set aside, destroyed there, sold already."""

    lot: UUID
    found: int = 0
    destroyed: int = 0
    sold: int = 0


class WordsIn(BaseModel):
    model_config = ConfigDict(extra="forbid")
    language: str = Field(max_length=2)
    text: str = Field(max_length=600)
    approved_by: str = Field(max_length=600)
    approved_as: str = Field(max_length=600)


class CloseIn(BaseModel):
    model_config = ConfigDict(extra="forbid")
    closing: str = Field(max_length=2000)


class ItemOut(BaseModel):
    batch: UUID
    lot: str
    units: int
    act: str
    sibling: bool
    done_at: datetime | None


class SpreadOut(BaseModel):
    where: Where
    place: UUID
    lot: UUID
    amount: int
    numbers: str


class ReachedOut(BaseModel):
    """``lots``: all that came of what is recalled; ``store``: what is still with its makers, by lot in base units."""

    lots: list[UUID]
    items: list[ItemOut]
    spread: list[SpreadOut]
    store: dict[str, int]


class AccountOut(BaseModel):
    where: Where
    place: UUID
    name: str
    lot: UUID
    expected: int
    back: int
    found: int
    destroyed: int
    sold: int
    missing: int
    told_at: datetime | None
    answered_at: datetime | None


class WordsOut(BaseModel):
    language: str
    text: str
    approved_by: str
    approved_as: str
    recorded_at: datetime


class RecallOut(BaseModel):
    """``sha256``: digest of the document of what it reached. ``list_seconds``, ``answer_seconds``: the stopwatch."""

    id: UUID
    number: int
    drill: bool
    cause: Cause
    reason_class: str
    reason: str
    advice: Advice
    started_at: datetime
    opened_at: datetime
    opened_by: UUID
    closed_at: datetime | None
    closed_by: UUID | None
    closing: str
    sha256: str
    list_seconds: int
    answer_seconds: int | None
    reached: ReachedOut
    accounts: list[AccountOut]
    effectiveness: str
    words: list[WordsOut]


class LineOut(BaseModel):
    id: UUID
    number: int
    drill: bool
    cause: Cause
    reason: str
    opened_at: datetime
    closed_at: datetime | None
    waiting: int


def reached_out(reached: Any, items: Any) -> ReachedOut:
    return ReachedOut(
        lots=list(reached.lots),
        items=[
            ItemOut(
                batch=one.batch_id,
                lot=one.lot,
                units=one.units,
                act=one.act.value,
                sibling=one.sibling,
                done_at=one.done_at,
            )
            for one in items
        ],
        spread=[
            SpreadOut(where=one.spot[0], place=one.spot[1], lot=one.lot_id, amount=one.amount, numbers=one.numbers)
            for one in reached.spread
        ],
        store={str(lot): amount for lot, amount in reached.store.items()},
    )


def _out(known: Followed) -> RecallOut:
    recall = known.recall
    answered, part = recall.answer_time, known.effectiveness
    return RecallOut(
        id=recall.id,
        number=recall.number,
        drill=recall.drill,
        cause=recall.cause,
        reason_class=recall.reason_class,
        reason=recall.reason,
        advice=recall.advice,
        started_at=recall.started_at,
        opened_at=recall.opened_at,
        opened_by=recall.opened_by,
        closed_at=recall.closed_at,
        closed_by=recall.closed_by,
        closing=recall.closing,
        sha256=recall.digest.hex(),
        list_seconds=int(recall.list_time.total_seconds()),
        answer_seconds=int(answered.total_seconds()) if answered is not None else None,
        reached=reached_out(recall.reached, recall.items),
        accounts=[
            AccountOut(
                where=one.spot[0],
                place=one.spot[1],
                name=known.name(one.spot),
                lot=one.lot_id,
                expected=one.expected,
                back=one.back,
                found=one.found,
                destroyed=one.destroyed,
                sold=one.sold,
                missing=one.missing,
                told_at=recall.told_at(one.spot),
                answered_at=recall.answered_at(one.spot),
            )
            for one in known.accounts
        ],
        effectiveness=saying.percent(part) if part is not None else "",
        words=[WordsOut(**vars(one)) for one in recall.wordings],
    )


async def _run(
    request: Request[Any, Any, Any], acting: Acting, verb: Callable[[], Awaitable[Recall]], *, atomic: bool = True
) -> RecallOut:
    async def run() -> dict[str, Any]:
        return _out(await following.followed(acting, (await verb()).id)).model_dump(mode="json")

    return RecallOut.model_validate(await once.api(request, acting, run, atomic=atomic))


@policy(_READERS)
@get("/api/v1/recalls")
async def list_recalls(acting: Actor) -> list[LineOut]:
    """Recalls and drills, newest first."""
    return [
        LineOut(
            id=one.id,
            number=one.number,
            drill=one.drill,
            cause=one.cause,
            reason=one.reason,
            opened_at=one.opened_at,
            closed_at=one.closed_at,
            waiting=len(one.waiting),
        )
        for one in await opening.recalls(acting)
    ]


@policy(_READERS)
@post("/api/v1/recalls/preview")
async def preview(request: Request[Any, Any, Any], acting: Actor, data: JSONBody[SubjectIn]) -> ReachedOut:
    """What a recall would reach now: batches, units, shops, what is still in store. Changes nothing."""

    async def run() -> dict[str, Any]:
        reached = (await opening.preview(acting, data.subject())).reached
        return reached_out(reached, reached.items).model_dump(mode="json")

    return ReachedOut.model_validate(await once.api(request, acting, run, atomic=True))


@policy(_OPENERS)
@post("/api/v1/recalls")
async def open_recall(request: Request[Any, Any, Any], acting: Actor, data: JSONBody[OpenIn]) -> RecallOut:
    """Recall every sealed batch that is reached, hold the others and the siblings, at once; a drill does not."""
    given = data.model_dump(include={"reason_class", "reason", "advice", "drill", "started_at", "id"})
    return await _run(request, acting, lambda: opening.open_recall(acting, data.subject(), **given), atomic=False)


@policy(_READERS)
@get("/api/v1/recalls/{recall_id:uuid}")
async def show(acting: Actor, recall_id: FromPath[UUID]) -> RecallOut:
    return _out(await following.followed(acting, recall_id))


@policy(_READERS)
@post("/api/v1/recalls/{recall_id:uuid}/told")
async def tell(
    request: Request[Any, Any, Any], acting: Actor, recall_id: FromPath[UUID], data: JSONBody[ToldIn]
) -> RecallOut:
    """A shop was told, or could not be reached."""
    spot = (data.where, data.place)
    return await _run(
        request, acting, lambda: following.tell(acting, recall_id, spot, note=data.note, reached=data.reached)
    )


@policy(_READERS)
@post("/api/v1/recalls/{recall_id:uuid}/counts")
async def count(
    request: Request[Any, Any, Any], acting: Actor, recall_id: FromPath[UUID], data: JSONBody[CountIn]
) -> RecallOut:
    """What a shop has counted of one lot."""
    given = data.model_dump(include={"found", "destroyed", "sold", "note"})
    spot = (data.where, data.place)
    return await _run(request, acting, lambda: following.count(acting, recall_id, spot, data.lot, **given))


@policy(_OPENERS)
@post("/api/v1/recalls/{recall_id:uuid}/words")
async def words(
    request: Request[Any, Any, Any], acting: Actor, recall_id: FromPath[UUID], data: JSONBody[WordsIn]
) -> RecallOut:
    """Words about the danger that a competent person approved."""
    given = data.model_dump()
    return await _run(request, acting, lambda: following.approve_words(acting, recall_id, **given))


@policy(_OPENERS)
@post("/api/v1/recalls/{recall_id:uuid}/close")
async def close(
    request: Request[Any, Any, Any], acting: Actor, recall_id: FromPath[UUID], data: JSONBody[CloseIn]
) -> RecallOut:
    """By another person than who opened it, when every place has answered or was given up."""
    return await _run(request, acting, lambda: following.close(acting, recall_id, closing=data.closing))


@policy(_READERS)
@get("/api/v1/recalls/{recall_id:uuid}/notices")
async def notices(acting: Actor, recall_id: FromPath[UUID], lang: FromQuery[str] = "es") -> dict[str, str]:
    """The text to send to each shop, by the id of the place."""
    return {str(spot[1]): text for spot, text in (await papers.texts(acting, recall_id, lang)).items()}


@policy(_READERS)
@get("/api/v1/recalls/{recall_id:uuid}/notice.pdf")
async def notice(
    acting: Actor, recall_id: FromPath[UUID], place: FromQuery[UUID | None] = None, lang: FromQuery[str] = "es"
) -> Response[bytes]:
    """The notices for shops, one page or more each; of one place if named."""
    return Response(await papers.notice_pdf(acting, recall_id, place, lang), media_type="application/pdf")


@policy(_READERS)
@get("/api/v1/recalls/{recall_id:uuid}/report.pdf")
async def report(acting: Actor, recall_id: FromPath[UUID], lang: FromQuery[str] = "es") -> Response[bytes]:
    """The report: what was reached and done, what shops answered, how much was recovered, how long it took."""
    return Response(await papers.report_pdf(acting, recall_id, lang), media_type="application/pdf")


routes: list[Any] = [
    list_recalls, preview, open_recall, show, tell, count, words, close, notices, notice, report,
]  # fmt: skip
