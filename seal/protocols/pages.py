"""Pages: the published rules for anyone, the library and a preview of the checklist for the association."""

from __future__ import annotations

import hashlib
from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath

from seal.associations.directory import Tenancy
from seal.errors import BadInput, Conflict, NotFound, Reason, Refused
from seal.identity import Acting, Role
from seal.protocols import flag_view, json_schema, life_view, loader, pages_drafts, pages_flags, resolving, service
from seal.protocols.checklist import build
from seal.protocols.model import Part, Protocol
from seal.protocols.wording import chapters, limits
from seal.web import context, forms, render
from seal.web.context import Actor
from seal.web.forms import Form
from seal.web.policy import Public, Roles, SignedIn, policy

_JSON = "application/json"


@policy(Public)
@get("/protocols")
async def public_list(request: Request[Any, Any, Any], association: Tenancy) -> Response[str]:
    """Every version that the association stands behind."""
    return render.page(
        request,
        "protocols/public_list.html",
        published=await service.published_here(association.id),
        states={life.id: life.state for life in await service.lives_here(association.id)},
    )


@policy(Public)
@get("/protocols/{protocol_id:str}/{version:str}")
async def public_version(
    request: Request[Any, Any, Any], association: Tenancy, protocol_id: FromPath[str], version: FromPath[str]
) -> Response[Any]:
    """What the seal promises, in plain words; as JSON, the exact requirements behind the digest."""
    accept = request.headers.get("accept", "")
    if "json" in accept and "text/html" not in accept:
        return Response(
            await service.requirements(association.id, protocol_id, version),
            media_type=_JSON,
            headers={"Vary": "Accept"},
        )
    found = await service.published_by_name(association.id, protocol_id, version)
    lives = await service.lives_here(association.id)
    life = next(one for one in lives if one.id == found.id)
    return render.page(
        request,
        "protocols/public.html",
        published=found,
        life=life,
        newer=life_view.newer(life, lives),
        origin=await resolving.origin(life),
        **await flag_view.given(association.id, found.protocol),
        **_view(request, found.protocol),
    )


@policy(Public)
@get("/protocols/schema/{name:str}")
async def published_schema(request: Request[Any, Any, Any], name: FromPath[str]) -> Response[bytes]:
    """The shape of a kind of file as JSON Schema: ``protocol.json``, ``text.json`` or ``example.json``."""
    body = json_schema.schema_bytes(name.removesuffix(".json"))
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {"ETag": tag, "Cache-Control": "public, max-age=3600"}
    if tag in request.headers.get("if-none-match", ""):
        return Response(b"", status_code=304, headers=headers)
    return Response(body, media_type="application/schema+json", headers=headers)


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
        **_view(request, found, checklist),
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


def _view(request: Request[Any, Any, Any], protocol: Protocol, checklist: Any = None) -> dict[str, Any]:
    t = context.translator_of(request)
    return {
        "protocol": protocol,
        "text": protocol.text(t.lang),
        "chapters": chapters(protocol, t, checklist),
        "tests": [(test, limits(test, t)) for test in protocol.rules.batch_tests],
        "untranslated": t.lang not in protocol.texts,
    }


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
    public_list, public_version, published_schema, library, show, propose, publish, give_back, withdraw,
    *pages_flags.routes,
    *pages_drafts.routes,
]  # fmt: skip
