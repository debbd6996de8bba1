"""Pages of the profile: the questions of every published protocol, answered once for a producer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.params import FromPath

from seal.audits import profile
from seal.errors import BadInput, Conflict, Reason, Refused, SealError
from seal.identity import Acting, Role
from seal.members import service as members
from seal.members.model import FactValue
from seal.protocols import service as protocols
from seal.protocols.facts import FactRule
from seal.protocols.model import FactType
from seal.web import context, forms, render
from seal.web.context import Actor
from seal.web.forms import Form
from seal.web.policy import Roles, policy

_EVERYONE = Roles(Role.MANAGER, Role.AUDITOR, Role.CERTIFIER, Role.PRODUCER)
_FORM_ERRORS = (BadInput, Refused, Conflict)


@dataclass(frozen=True)
class Question:
    """One fact as asked: its words, and those of its choices by id."""

    rule: FactRule
    words: str
    choices: Mapping[str, str]


@policy(_EVERYONE)
@get("/desk/producers/{producer_id:uuid}/facts")
async def show_facts(request: Request[Any, Any, Any], acting: Actor, producer_id: FromPath[UUID]) -> Response[str]:
    """The questions of every published protocol, answered once for a producer; auditors and certifiers only read."""
    return await _page(request, acting, producer_id, Form())


async def _page(
    request: Request[Any, Any, Any], acting: Acting, producer_id: UUID, form: Form, error: SealError | None = None
) -> Response[str]:
    dossier = await members.dossier(acting, producer_id)
    doubtful = [reason for reason in error.reasons if reason.code == "audits.fact_doubtful"] if error else []
    given: dict[str, Any] = {
        "dossier": dossier,
        "questions": await _questions(request, acting),
        "told": dossier.fact_values(),
        "doubted": {str(reason.params["fact"]) for reason in doubtful},
    }
    if error is not None:
        return form.again(request, "audits/facts.html", error, **given)
    return render.page(request, "audits/facts.html", form=form, **given)


async def _questions(request: Request[Any, Any, Any], acting: Acting) -> dict[str, Question]:
    """Questions by fact, in the reader's language; of a fact that several versions ask, the newest asks."""
    lang = context.translator_of(request).lang
    found: dict[str, Question] = {}
    for version in await protocols.published(acting):
        texts = version.protocol.text(lang)
        for fact in version.protocol.facts:
            words = texts.choices.get(fact.id, {})
            choices = {choice: words.get(choice, choice) for choice in fact.choices}
            found[fact.id] = Question(fact, texts.facts.get(fact.id, fact.id), choices)
    return dict(sorted(found.items()))


@policy(Roles(Role.MANAGER, Role.PRODUCER))
@post("/desk/producers/{producer_id:uuid}/facts")
async def record_facts(request: Request[Any, Any, Any], acting: Actor, producer_id: FromPath[UUID]) -> Response[Any]:
    """Keep what was told or changed. A number outside what is plausible is asked again before it is kept."""
    form = await forms.read(request)
    told: dict[str, FactValue] = {}
    doubts: list[Reason] = []
    for fact, question in (await _questions(request, acting)).items():
        typed = form.many(f"fact.{fact}")
        if not any(one.strip() for one in typed) and question.rule.type is not FactType.NUMBER:
            continue
        told[fact] = profile.read(question.rule, typed)
        if question.rule.type is FactType.YES_NO and typed[0] not in (*profile.YES_NO, profile.UNKNOWN):
            form.fault(f"fact.{fact}", "form.choice")
        try:
            found = profile.check(question.rule, told[fact])
        except BadInput as error:
            form.faults.extend(error.reasons)
            continue
        doubts += [] if form.flag(f"confirmed.{fact}") else found

    async def run() -> dict[str, Any]:
        known = (await members.dossier(acting, producer_id)).fact_values()
        changed = {
            fact: value
            for fact, value in told.items()
            if (fact not in known and value is not None) or (fact in known and known[fact] != value)
        }
        await members.record_facts(acting, producer_id, changed)
        return {}

    try:
        form.check()
        if doubts:
            raise Refused.because(doubts)
        await form.once(request, acting, run, atomic=True)
    except _FORM_ERRORS as error:
        return await _page(request, acting, producer_id, form, error)
    return render.to(request, f"/desk/producers/{producer_id}")


routes: list[Any] = [show_facts, record_facts]
