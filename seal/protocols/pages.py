"""Pages of the desk: the library, what is on its way, and a preview of the checklist. (Anybody's: ``pages_public``.)"""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath

from seal.errors import BadInput, Conflict, NotFound, Reason, Refused
from seal.identity import Acting, Role
from seal.protocols import flag_view, life_view, loader, pages_author, pages_drafts, pages_flags, pages_public, service
from seal.protocols.checklist import build
from seal.protocols.model import Part
from seal.web import context, forms, render
from seal.web.context import Actor
from seal.web.forms import Form
from seal.web.policy import Roles, SignedIn, policy


@policy(SignedIn)
@get("/desk/protocols")
async def library(request: Request[Any, Any, Any], acting: Actor) -> Response[str]:
    return await _library(request, acting)


@policy(SignedIn)
@get("/desk/protocols/{protocol_id:str}/{version:str}")
async def show(
    request: Request[Any, Any, Any], acting: Actor, protocol_id: FromPath[str], version: FromPath[str]
) -> Response[str]:
    """A version with its words, limits, sources and flags, and the checklist that some facts would give."""
    return await _show(request, acting, (protocol_id, version))


async def _show(
    request: Request[Any, Any, Any],
    acting: Acting,
    key: loader.Key,
    form: Form | None = None,
    error: BadInput | Refused | Conflict | None = None,
) -> Response[str]:
    protocol_id, version = key
    kept = {(one.protocol_id, one.version): one for one in await service.published(acting)}.get((protocol_id, version))
    try:
        found = kept.protocol if kept else await service.named(acting.association_id, f"{protocol_id}@{version}")
    except BadInput:  # no version has such a name, or a draft has faults, which its own page names
        raise NotFound("protocols.not_found") from None
    asked = found.asked()
    facts = {fact.id: fact.told(request.query_params.getall(fact.id, [])) for fact in asked}
    checklist = build(found, facts, year=1)
    given = {
        "published": kept,
        "view": (await life_view.views(acting, await service.lives(acting))).get(key),
        **pages_public.view(request, found, checklist),
        **await flag_view.given(acting.association_id, found),
        "asked": asked,
        "facts": facts,
        "desk": len(checklist.of(Part.DESK)),
        "visit": len(checklist.of(Part.VISIT)),
        "left_out": checklist.left_out,
    }
    if form is not None and error is not None:
        return form.again(request, "protocols/show.html", error, **given)
    return render.page(request, "protocols/show.html", form=Form(), **given)


@policy(Roles(Role.MANAGER))
@post("/desk/protocols/{protocol_id:str}/{version:str}/propose")
async def propose(
    request: Request[Any, Any, Any], acting: Actor, protocol_id: FromPath[str], version: FromPath[str]
) -> Response[Any]:
    form = await forms.read(request)

    async def run() -> dict[str, Any]:
        return {"id": str((await service.propose(acting, protocol_id, version)).id)}

    try:
        await form.once(request, acting, run, atomic=True)
    except (BadInput, Refused, Conflict) as error:
        return await _library(request, acting, form, error)
    return render.to(request, f"/desk/protocols/{protocol_id}/{version}")


@policy(Roles(Role.MANAGER))
@post("/desk/protocols/{protocol_id:str}/{version:str}/publish")
async def publish(
    request: Request[Any, Any, Any], acting: Actor, protocol_id: FromPath[str], version: FromPath[str]
) -> Response[Any]:
    form = await forms.read(request)

    async def run() -> dict[str, Any]:
        return {"id": str((await service.publish(acting, protocol_id, version)).id)}

    try:
        await form.once(request, acting, run, atomic=True)
    except (BadInput, Refused, Conflict) as error:
        return await _library(request, acting, form, error)
    return render.to(request, f"/desk/protocols/{protocol_id}/{version}")


@policy(Roles(Role.MANAGER))
@post("/desk/protocols/{protocol_id:str}/{version:str}/return")
async def give_back(
    request: Request[Any, Any, Any], acting: Actor, protocol_id: FromPath[str], version: FromPath[str]
) -> Response[Any]:
    return await _with_reason(request, acting, (protocol_id, version), "return_reason", service.give_back)


@policy(Roles(Role.MANAGER))
@post("/desk/protocols/{protocol_id:str}/{version:str}/withdraw")
async def withdraw(
    request: Request[Any, Any, Any], acting: Actor, protocol_id: FromPath[str], version: FromPath[str]
) -> Response[Any]:
    return await _with_reason(request, acting, (protocol_id, version), "withdraw_reason", service.withdraw)


async def _with_reason(
    request: Request[Any, Any, Any], acting: Acting, key: loader.Key, field: str, verb: Any
) -> Response[Any]:
    form = await forms.read(request)
    reason = form.text(field, most=2000)

    async def run() -> dict[str, Any]:
        return {"id": str((await verb(acting, *key, reason=reason)).id)}

    try:
        form.check()
        await form.once(request, acting, run, atomic=True)
    except (BadInput, Refused, Conflict) as error:
        return await _show(request, acting, key, form, error)
    return render.to(request, f"/desk/protocols/{key[0]}/{key[1]}")


async def _library(
    request: Request[Any, Any, Any],
    acting: Acting,
    form: Form | None = None,
    error: BadInput | Refused | Conflict | None = None,
) -> Response[str]:
    """The library beside what is published. Faults of files are for managers, who can have them mended."""
    t = context.translator_of(request)
    known = service.read(loader.shipped())
    kept = await service.published(acting)
    faults: list[Reason] = []
    if acting.has(Role.MANAGER):
        faults = [fault for each in known.faults.values() for fault in each]
        faults += await service.edited(acting.association_id)
    given: dict[str, Any] = {
        "library": list(known.protocols.values()),
        "published": {(one.protocol_id, one.version): one for one in kept},
        "views": await life_view.views(acting, await service.lives(acting)),
        "faults": [t.reason(fault) for fault in faults],
    }
    if error is not None and form is not None:
        return form.again(request, "protocols/library.html", error, **given)
    return render.page(request, "protocols/library.html", form=Form(), **given)


routes: list[Any] = [
    *pages_public.routes, library, show, propose, publish, give_back, withdraw,
    *pages_flags.routes,
    *pages_drafts.routes, *pages_author.routes,
]  # fmt: skip
