"""Pages: organisations, and the numbers that GS1 gave: GTIN of a product, GLN of a site or organisation."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.params import FromPath

from seal.errors import BadInput, Conflict, NotFound, SealError
from seal.identity import Acting, Role
from seal.members import service
from seal.members.model import OrganisationKind
from seal.web import forms, render
from seal.web.context import Actor
from seal.web.forms import Form
from seal.web.policy import Roles, policy

_EVERYONE = Roles(Role.MANAGER, Role.AUDITOR, Role.CERTIFIER, Role.PRODUCER)
_MANAGER = Roles(Role.MANAGER)
FORM_ERRORS = (BadInput, Conflict, NotFound)


@policy(_EVERYONE)
@get("/desk/organisations")
async def organisations(request: Request[Any, Any, Any], acting: Actor) -> Response[str]:
    """Who goods are sent to or come from."""
    return await _organisations(request, acting, Form())


async def _organisations(
    request: Request[Any, Any, Any], acting: Acting, form: Form, error: SealError | None = None
) -> Response[str]:
    given: dict[str, Any] = {
        "organisations": await service.organisations(acting),
        "kinds": [kind.value for kind in OrganisationKind],
        "blank": Form(),
    }
    if error is not None:
        return form.again(request, "members/organisations.html", error, **given)
    return render.page(request, "members/organisations.html", form=form, **given)


@policy(Roles(Role.MANAGER, Role.PRODUCER))
@post("/desk/organisations")
async def add(request: Request[Any, Any, Any], acting: Actor) -> Response[Any]:
    form = await forms.read(request)
    name, kind = form.text("name"), form.choice("kind", [one.value for one in OrganisationKind])
    commune, contact = form.text("commune", required=False, most=80), form.text("contact", required=False)
    gln = form.text("gln", required=False, most=40)

    async def run() -> dict[str, Any]:
        made = await service.add_organisation(acting, name=name, kind=kind, commune=commune, contact=contact, gln=gln)
        return {"id": str(made.id)}

    try:
        form.check()
        await form.once(request, acting, run, atomic=True)
    except FORM_ERRORS as error:
        return await _organisations(request, acting, form, error)
    return render.to(request, "/desk/organisations")


@policy(_MANAGER)
@post("/desk/organisations/{organisation_id:uuid}/gln")
async def organisation_gln(
    request: Request[Any, Any, Any], acting: Actor, organisation_id: FromPath[UUID]
) -> Response[Any]:
    form = await forms.read(request)
    gln = form.text("gln", required=False, most=40)

    async def run() -> dict[str, Any]:
        await service.set_organisation_gln(acting, organisation_id, gln)
        return {}

    try:
        form.check()
        await form.once(request, acting, run, atomic=True)
    except FORM_ERRORS as error:
        return await _organisations(request, acting, form, error)
    return render.to(request, "/desk/organisations")


@policy(_MANAGER)
@get("/desk/producers/{producer_id:uuid}/gs1")
async def numbers(request: Request[Any, Any, Any], acting: Actor, producer_id: FromPath[UUID]) -> Response[str]:
    """The products and sites of a producer with their numbers."""
    return await _numbers(request, acting, producer_id, Form())


async def _numbers(
    request: Request[Any, Any, Any], acting: Acting, producer_id: UUID, form: Form, error: SealError | None = None
) -> Response[str]:
    given: dict[str, Any] = {"dossier": await service.dossier(acting, producer_id), "blank": Form()}
    if error is not None:
        return form.again(request, "members/gs1.html", error, **given)
    return render.page(request, "members/gs1.html", form=form, **given)


async def _set(
    request: Request[Any, Any, Any],
    acting: Acting,
    producer_id: UUID,
    form: Form,
    verb: Callable[[], Awaitable[None]],
) -> Response[Any]:
    async def run() -> dict[str, Any]:
        await verb()
        return {}

    try:
        form.check()
        await form.once(request, acting, run, atomic=True)
    except FORM_ERRORS as error:
        return await _numbers(request, acting, producer_id, form, error)
    return render.to(request, f"/desk/producers/{producer_id}/gs1")


@policy(_MANAGER)
@post("/desk/producers/{producer_id:uuid}/products/{product_id:uuid}/gtin")
async def product_gtin(
    request: Request[Any, Any, Any], acting: Actor, producer_id: FromPath[UUID], product_id: FromPath[UUID]
) -> Response[Any]:
    form = await forms.read(request)
    gtin = form.text("gtin", required=False, most=40)
    return await _set(
        request, acting, producer_id, form, lambda: service.set_gtin(acting, producer_id, product_id, gtin)
    )


@policy(_MANAGER)
@post("/desk/producers/{producer_id:uuid}/sites/{site_id:uuid}/gln")
async def site_gln(
    request: Request[Any, Any, Any], acting: Actor, producer_id: FromPath[UUID], site_id: FromPath[UUID]
) -> Response[Any]:
    form = await forms.read(request)
    gln = form.text("gln", required=False, most=40)
    return await _set(request, acting, producer_id, form, lambda: service.set_gln(acting, producer_id, site_id, gln))


routes: list[Any] = [organisations, add, organisation_gln, numbers, product_gtin, site_gln]
