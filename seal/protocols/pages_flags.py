"""The desk's page of review flags: what is open in a version, and the form that clears one."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath

from seal.errors import BadInput, Conflict, NotFound, Refused
from seal.identity import Acting, Role
from seal.protocols import service
from seal.web import context, forms, render
from seal.web.context import Actor
from seal.web.forms import Form
from seal.web.policy import Roles, SignedIn, policy

_PATH = "/desk/protocols/{protocol_id:str}/{version:str}/flags"
Refusal = BadInput | Refused | Conflict | NotFound


@policy(SignedIn)
@get(_PATH)
async def show(
    request: Request[Any, Any, Any], acting: Actor, protocol_id: FromPath[str], version: FromPath[str]
) -> Response[str]:
    return await _show(request, acting, protocol_id, version)


@policy(Roles(Role.MANAGER))
@post(_PATH)
async def clear(
    request: Request[Any, Any, Any], acting: Actor, protocol_id: FromPath[str], version: FromPath[str]
) -> Response[Any]:
    """Clear a flag, or open it again: name, day and what was read."""
    form = await forms.read(request)
    name, note, on = form.text("name"), form.text("note", most=2000), form.day("on", required=False)
    flag = form.text("flag")
    reopen = form.choice("act", ("clear", "reopen")) == "reopen"

    async def run() -> dict[str, Any]:
        asked = f"{protocol_id}@{version}"
        done = await service.clear(acting, asked, flag, name=name, on=on, note=note, reopen=reopen)
        return {"flag": done.flag.key}

    try:
        form.check()
        await form.once(request, acting, run, atomic=True)
    except (BadInput, Refused, Conflict, NotFound) as error:
        return await _show(request, acting, protocol_id, version, form, error)
    return render.to(request, f"/desk/protocols/{protocol_id}/{version}/flags")


async def _show(
    request: Request[Any, Any, Any],
    acting: Acting,
    protocol_id: str,
    version: str,
    form: Form | None = None,
    error: Refusal | None = None,
) -> Response[str]:
    name = f"{protocol_id}@{version}"
    found = await service.flags_of_version(acting, name)
    protocol = await service.named(acting.association_id, name)
    given: dict[str, Any] = {
        "name": f"{protocol_id} {version}",
        "words": protocol.text(context.translator_of(request).lang).points,
        "sources": {point.id: point.source for point in protocol.points},
        "home": f"/desk/protocols/{protocol_id}/{version}",
        "open": [one for one in found if one.cleared is None],
        "cleared": [one for one in found if one.cleared is not None],
    }
    if form is not None and error is not None:
        return form.again(request, "protocols/flags.html", error, **given)
    return render.page(request, "protocols/flags.html", form=Form(), **given)


routes: list[Any] = [show, clear]
