"""One batch as its page shows it, and running a verb of a form on it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

from litestar import Request, Response

from seal.batches import service
from seal.batches.book import explaining, origins, wording
from seal.batches.book import service as book
from seal.batches.conditions import Standing
from seal.batches.gates import not_counted
from seal.batches.model import TRANSITIONS, Action, Advice, Batch, State
from seal.batches.verdict import Verdict
from seal.batches.waivers import OPEN, may_be_waived
from seal.certificates.model import ReasonClass
from seal.clock import local_day
from seal.errors import BadInput, Conflict, NotFound, Refused, SealError
from seal.files import service as files
from seal.identity import Acting, Role
from seal.members import service as members
from seal.people import service as people
from seal.protocols.plans import results
from seal.web import context, render
from seal.web.forms import Form, Upload

FORM_ERRORS = (BadInput, Refused, Conflict, NotFound)
WHO = {
    Action.HOLD: (Role.MANAGER, Role.CERTIFIER, Role.AUDITOR),
    Action.RELEASE: (Role.MANAGER, Role.CERTIFIER),
    Action.RECALL: (Role.MANAGER, Role.CERTIFIER),
    Action.REVOKE: (Role.CERTIFIER,),
    Action.DISCARD: (Role.MANAGER, Role.PRODUCER),
}
"""Which buttons a person sees; the verbs ask again."""


async def show(
    request: Request[Any, Any, Any],
    acting: Acting,
    zone: str,
    batch_id: UUID,
    form: Form,
    error: SealError | None = None,
) -> Response[str]:
    """The page of a batch; with what was typed and what was wrong with it, if ``error`` is given."""
    batch = await service.batch(acting, batch_id)
    state, decision = await service.standing(batch)
    waiting = batch.state in (State.DECLARED, State.HELD)
    dossier = await members.dossier(acting, batch.producer_id)
    found = await service.judged(acting, batch_id) if waiting else Verdict(())
    required = await service.required_tests(acting, batch_id)
    overridable = [test.id for test in required if test.override]
    waivers = await service.waivers(acting, batch_id)
    lots = {one.id: one.lot for one in await service.batches(acting, batch.producer_id)}
    conditions = () if waiting else await service.conditions(acting, batch_id)
    sums, t = await explaining.reconciliation(acting, batch_id), context.translator_of(request)
    missing = any(one.code == "batch.inputs_missing" for one in found.standing)
    given: dict[str, Any] = {
        "batch": batch,
        "sums": [(one, wording.steps(t, one, sums.packed)) for one in sums.balances],
        "explanations": sums.explanations,
        "unexplained": any(one.code == "batch.quantity_unexplained" for one in found.standing),
        "origin_missing": missing,
        "stock": await book.stock(acting, batch.producer_id) if missing else (),
        "state": state,
        "decision": decision,
        "dossier": dossier,
        "product": next(one for one in dossier.products if one.id == batch.product_id),
        "site": next(one for one in dossier.sites if one.id == batch.site_id),
        "against": [(one, may_be_waived(one, overridable)) for one in found.standing],
        "awaited": found.awaited,
        "waivers": waivers,
        "asked": {(one.gate, one.subject) for one in waivers if one.state in OPEN},
        "subject_of": service.subject_of,
        "conditions": [one for one in conditions if one.standing is not Standing.LIFTED],
        "awaits": {one.condition.test_id for one in conditions if one.condition.lifted_at is None},
        "people": {one.id: one.name for one in await people.people(acting)} if waivers else {},
        "lots": lots,
        "lots_of": lambda result: ", ".join(lots[one] for one in (result.batch_id, *result.pooled) if one in lots),
        "required": required,
        "not_counted": frozenset().union(*(not_counted(test) for test in required)),
        "unchecked": await origins.unchecked(batch),
        "waiting": waiting,
        "actions": _actions(batch, acting),
        "classes": [one.value for one in ReasonClass],
        "advice": [one.value for one in Advice],
        "parts": results,
        "today": local_day(acting.at, zone),
    }
    if error is not None:
        return form.again(request, "batches/detail.html", error, **given)
    return render.page(request, "batches/detail.html", form=form, **given)


def _actions(batch: Batch, acting: Acting) -> list[str]:
    return [action.value for action in TRANSITIONS[batch.state] if action in WHO and acting.has(*WHO[action])]


async def act(
    request: Request[Any, Any, Any],
    acting: Acting,
    zone: str,
    batch_id: UUID,
    form: Form,
    run: Callable[[], Awaitable[dict[str, Any]]],
    *,
    atomic: bool = False,
) -> Response[Any]:
    """Run one verb of the form; the batch's page again, with what was wrong or without."""
    try:
        form.check()
        await form.once(request, acting, run, atomic=atomic)
    except FORM_ERRORS as error:
        return await show(request, acting, zone, batch_id, form, error)
    return render.to(request, f"/desk/batches/{batch_id}")


async def keep(acting: Acting, upload: Upload | None) -> UUID | None:
    """The file that came with a form, kept; in the caller's unit of work."""
    if upload is None or not upload.data:
        return None
    kept = await files.put(
        acting.association_id,
        upload.data,
        declared_type=upload.declared_type,
        author=acting.person_id,
        at=acting.at,
    )
    return kept.id
