"""The desk's pages of drafts: the list, one file by file with what is wrong in it, and a newer base item by item."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath

from seal.errors import BadInput, Conflict, NotFound, Refused
from seal.identity import Acting, Role
from seal.protocols import diff_words, drafting, life_view, overlay, service
from seal.protocols.drafting import Draft
from seal.protocols.drafts import OVERLAY, STRUCTURE
from seal.protocols.sources import Read
from seal.web import context, forms, render
from seal.web.context import Actor
from seal.web.forms import Form
from seal.web.i18n import Translator
from seal.web.policy import Roles, policy

_MANAGER = Roles(Role.MANAGER)
_HOME = "/desk/protocols/drafts"
_ONE = _HOME + "/{protocol_id:str}/{version:str}"
Refusal = BadInput | Refused | Conflict | NotFound
REFUSALS = (BadInput, Refused, Conflict, NotFound)


@policy(_MANAGER)
@get(_HOME)
async def show_list(request: Request[Any, Any, Any], acting: Actor) -> Response[str]:
    return await _list(request, acting)


async def _list(
    request: Request[Any, Any, Any], acting: Acting, form: Form | None = None, error: Refusal | None = None
) -> Response[str]:
    given: dict[str, Any] = {"drafts": await drafting.all_drafts(acting), "bases": await service.names(acting)}
    if form is not None and error is not None:
        return form.again(request, "protocols/drafts.html", error, **given)
    return render.page(request, "protocols/drafts.html", form=Form(), **given)


@policy(_MANAGER)
@post(_HOME)
async def begin(request: Request[Any, Any, Any], acting: Actor) -> Response[Any]:
    """A draft from nothing, or laid over a protocol that is there."""
    form = await forms.read(request)
    name, version = form.text("protocol_id", most=41), form.text("version", most=20)
    title, base = form.text("title", required=False), form.text("base", required=False, most=80)

    async def run() -> dict[str, Any]:
        made = (
            await drafting.adapt(acting, base, name, version, title)
            if base
            else await drafting.begin_empty(acting, name, version, title)
        )
        return {"id": str(made.id)}

    try:
        form.check()
        await form.once(request, acting, run, atomic=True)
    except REFUSALS as error:
        return await _list(request, acting, form, error)
    return render.to(request, f"{_HOME}/{name}/{version}")


@policy(_MANAGER)
@get(_ONE)
async def show(
    request: Request[Any, Any, Any], acting: Actor, protocol_id: FromPath[str], version: FromPath[str]
) -> Response[str]:
    return await show_again(request, acting, (protocol_id, version))


async def show_again(
    request: Request[Any, Any, Any],
    acting: Acting,
    key: tuple[str, str],
    form: Form | None = None,
    error: Refusal | None = None,
    report: list[str] | None = None,
) -> Response[str]:
    """The page of a draft; ``form`` holds text that is not saved, ``report`` says where it came from."""
    protocol_id, version = key
    t = context.translator_of(request)
    found = await drafting.draft(acting, protocol_id, version)
    views = await life_view.views(acting, await service.lives(acting))
    given: dict[str, Any] = {
        "draft": found,
        "view": views[protocol_id, version],
        "published": None,
        "home": f"/desk/protocols/{protocol_id}/{version}",
        "files": _in_order(found),
        **checked(found.read, t),
        "report": report,
        "reasons": list(overlay.reasons(found.overlay)) if found.overlay else [],
        "items": [(item, [diff_words.what(change, t) for change in item.changes]) for item in found.upstream],
    }
    if form is not None and error is not None:
        return form.again(request, "protocols/draft.html", error, **given)
    return render.page(request, "protocols/draft.html", form=form or Form(), script=True, **given)


def checked(found: Read, t: Translator) -> dict[str, Any]:
    """What the piece beside a draft says: every fault and warning, and how many points there are."""
    return {
        "faults": [t.reason(fault) for fault in found.faults],
        "warnings": [t.reason(warning) for warning in found.warnings],
        "points": 0 if found.protocol is None else len(found.protocol.points),
    }


def _in_order(found: Draft) -> list[tuple[str, str]]:
    """The structure first, then words, then the rest."""
    first = {STRUCTURE: 0, OVERLAY: 0}
    return sorted(found.files.items(), key=lambda file: (first.get(file[0], 1 + ("/" in file[0])), file[0]))


def typed(form: Form) -> dict[str, str]:
    """Every file as typed, and the one that is new."""
    files = {name.removeprefix("file."): form.value(name) for name in form.fields if name.startswith("file.")}
    more = form.text("more", required=False, most=80)
    if more:
        files.setdefault(more, form.value("more_text"))
    return files


@policy(_MANAGER)
@post(_ONE)
async def save(
    request: Request[Any, Any, Any], acting: Actor, protocol_id: FromPath[str], version: FromPath[str]
) -> Response[Any]:
    """Save every file as typed; faults are shown beside it, and nothing is lost."""
    form = await forms.read(request)
    files = typed(form)
    return await _act(
        request, acting, (protocol_id, version), form, lambda: drafting.revise(acting, protocol_id, version, files)
    )


@policy(_MANAGER)
@post(_ONE + "/discard")
async def discard(
    request: Request[Any, Any, Any], acting: Actor, protocol_id: FromPath[str], version: FromPath[str]
) -> Response[Any]:
    form = await forms.read(request)
    reason = form.text("discard_reason", most=2000)
    return await _act(
        request, acting, (protocol_id, version), form,
        lambda: service.discard(acting, protocol_id, version, reason=reason),
    )  # fmt: skip


@policy(_MANAGER)
@post(_ONE + "/upstream")
async def take(
    request: Request[Any, Any, Any], acting: Actor, protocol_id: FromPath[str], version: FromPath[str]
) -> Response[Any]:
    """Lay the overlay over the newer base; boxes name what is refused, each with its reason."""
    form = await forms.read(request)
    to = form.text("to", most=20)
    refused = {subject: form.value(f"why.{subject}") for subject in form.many("refuse")}
    return await _act(
        request, acting, (protocol_id, version), form,
        lambda: drafting.take_upstream(acting, protocol_id, version, to=to, refused=refused),
    )  # fmt: skip


async def _act(
    request: Request[Any, Any, Any],
    acting: Acting,
    key: tuple[str, str],
    form: Form,
    verb: Callable[[], Awaitable[Any]],
) -> Response[Any]:
    async def run() -> dict[str, Any]:
        return {"id": str((await verb()).id)}

    try:
        form.check()
        await form.once(request, acting, run, atomic=True)
    except REFUSALS as error:
        return await show_again(request, acting, key, form, error)
    return render.to(request, f"{_HOME}/{key[0]}/{key[1]}")


routes: list[Any] = [show_list, begin, show, save, discard, take]
