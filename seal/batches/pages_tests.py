"""Pages: recording the result of one test, by value or sample, and saying that a sample is at the laboratory."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.params import FromPath

from seal.associations.directory import Tenancy
from seal.batches import asking, service, showing
from seal.clock import local_day
from seal.errors import NotFound, SealError
from seal.identity import Acting, Role
from seal.protocols.plans import results
from seal.protocols.terms import Tester
from seal.web import context, forms, render
from seal.web.context import Actor
from seal.web.forms import Form
from seal.web.policy import Roles, policy

_TESTERS = Roles(Role.MANAGER, Role.AUDITOR, Role.PRODUCER)
_WITH_FILE = Roles(Role.MANAGER, Role.AUDITOR, Role.PRODUCER, upload=True)
SAMPLES_MOST = 60


@policy(_TESTERS)
@get("/desk/batches/{batch_id:uuid}/tests/{test_id:str}")
async def test(
    request: Request[Any, Any, Any],
    acting: Actor,
    association: Tenancy,
    batch_id: FromPath[UUID],
    test_id: FromPath[str],
) -> Response[str]:
    return await _page(request, acting, association.zone, batch_id, test_id, Form())


async def _page(
    request: Request[Any, Any, Any],
    acting: Acting,
    zone: str,
    batch_id: UUID,
    test_id: str,
    form: Form,
    error: SealError | None = None,
) -> Response[str]:
    given: dict[str, Any] = {
        "asked": await asking.test_form(acting, batch_id, test_id),
        "batch": await service.batch(acting, batch_id),
        "today": local_day(acting.at, zone),
        "doubted": form.flag("confirmed")
        or (error is not None and any(one.params.get("doubt") for one in error.reasons)),
    }
    if error is not None:
        return form.again(request, "batches/test.html", error, **given)
    return render.page(request, "batches/test.html", form=form, **given)


@policy(_WITH_FILE)
@post("/desk/batches/{batch_id:uuid}/tests")
async def record_test(
    request: Request[Any, Any, Any], acting: Actor, association: Tenancy, batch_id: FromPath[UUID]
) -> Response[Any]:
    form = await forms.read(request)
    test_id, by = form.text("test_id", most=40), form.choice("by", [one.value for one in Tester])
    value, unit = _value(form), form.text("unit", required=False, most=40)
    tested_on, laboratory = form.day("tested_on"), form.text("laboratory", required=False, most=120)
    report = form.upload("report", required=False)
    pooled = _ids(form, "pooled")
    lots = _ids(form, "lot_id")
    presence = _presence(request)
    value = ";".join(presence.get(part.casefold(), part) for part in results(value)) or value

    async def run() -> dict[str, Any]:
        assert tested_on is not None  # form.check() has seen to it
        await service.batch(acting, batch_id)
        result = await service.record_test(
            acting,
            batch_id,
            test_id=test_id,
            value=value,
            unit=unit,
            by=by,
            tested_on=tested_on,
            laboratory=laboratory or None,
            file_id=await showing.keep(acting, report),
            pooled=pooled,
            lot_id=lots[0] if lots else None,
            confirmed=form.flag("confirmed"),
        )
        return {"id": str(result.id)}

    try:
        form.check()
        await form.once(request, acting, run, atomic=True)
    except showing.FORM_ERRORS as error:
        return await _again(request, acting, association.zone, batch_id, test_id, form, error)
    await service.publish_hold(acting, batch_id)
    return render.to(request, f"/desk/batches/{batch_id}")


@policy(_TESTERS)
@post("/desk/batches/{batch_id:uuid}/conditions")
async def await_result(
    request: Request[Any, Any, Any], acting: Actor, association: Tenancy, batch_id: FromPath[UUID]
) -> Response[Any]:
    form = await forms.read(request)
    test_id, laboratory = form.text("test_id", most=40), form.text("laboratory", most=120)
    sampled_on = form.day("sampled_on")

    async def run() -> dict[str, Any]:
        assert sampled_on is not None  # form.check() has seen to it
        found = await service.await_result(
            acting, batch_id, test_id=test_id, laboratory=laboratory, sampled_on=sampled_on
        )
        return {"id": str(found.id)}

    try:
        form.check()
        await form.once(request, acting, run, atomic=True)
    except showing.FORM_ERRORS as error:
        return await _again(request, acting, association.zone, batch_id, test_id, form, error)
    return render.to(request, f"/desk/batches/{batch_id}")


async def _again(
    request: Request[Any, Any, Any],
    acting: Acting,
    zone: str,
    batch_id: UUID,
    test_id: str,
    form: Form,
    error: SealError,
) -> Response[str]:
    """The form of the test once more; the batch's page where the protocol asks for no such test."""
    try:
        return await _page(request, acting, zone, batch_id, test_id, form, error)
    except NotFound as missing:
        if missing.code != "batch.no_such_test":
            raise
        return await showing.show(request, acting, zone, batch_id, form, error)


def _value(form: Form) -> str:
    """One value, or of a sampling plan one of each sample, which the form asks for one by one."""
    names = [name for name in (f"sample_{number}" for number in range(1, SAMPLES_MOST + 1)) if name in form.fields]
    if not names:
        return form.text("value", most=400)
    given = [form.text(name, most=40) for name in names]
    return ";".join(given)


def _ids(form: Form, name: str) -> list[UUID]:
    found = []
    for text in form.many(name):
        try:
            found += [UUID(text)] if text else []
        except ValueError:
            form.fault(name, "form.choice")
    return found


def _presence(request: Request[Any, Any, Any]) -> dict[str, str]:
    """The two results of an absence test, as people write them in their language."""
    t = context.translator_of(request)
    return {t(f"batches.value.{value}").casefold(): value for value in ("absent", "present")}


routes: list[Any] = [test, record_test, await_result]
