"""Help for whoever writes a draft at the desk: a check while typing, a way through a spreadsheet. Nothing is saved.

The one page of the desk with a script, ours; without it the check comes with each saving, as on any page.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from litestar import Request, Response, get, post
from litestar.params import FromPath

from seal.errors import BadInput, NotFound, Refused
from seal.identity import Role
from seal.protocols import drafting, drafts, loader, resolving
from seal.protocols.drafting import Draft
from seal.protocols.drafts import OVERLAY, Files
from seal.protocols.exchange import incoming, sheet, xlsform
from seal.protocols.exchange.draft import of_folder, of_texts
from seal.protocols.pages_drafts import checked, show_again, typed
from seal.protocols.sources import Read
from seal.web import context, forms, render
from seal.web.context import Actor
from seal.web.forms import Form
from seal.web.policy import Roles, policy
from seal.web.turns import Turns

Web = Request[Any, Any, Any]
_ONE = "/desk/protocols/drafts/{protocol_id:str}/{version:str}"
_T = TypeVar("_T")
_turns = Turns(at_a_time=1, waiting=10)
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@policy(Roles(Role.MANAGER))
@post(_ONE + "/check", status_code=200)
async def check(request: Web, acting: Actor, protocol_id: FromPath[str], version: FromPath[str]) -> Response[str]:
    """Every fault and warning of the files as typed, as a piece of the page."""
    await drafting.draft(acting, protocol_id, version)  # not there, or not theirs: not found
    try:
        files = drafts.tidy(typed(await forms.read(request)))
        found = await resolving.read(acting.association_id, (protocol_id, version), files, loader.shipped())
    except BadInput as error:
        found = Read(None, error.reasons)
    return render.page(request, "protocols/check.html", **checked(found, context.translator_of(request)))


@policy(Roles(Role.MANAGER))
@get(_ONE + "/{form:str}")
async def download(
    request: Web, acting: Actor, protocol_id: FromPath[str], version: FromPath[str], form: FromPath[str]
) -> Response[Any]:
    """``sheet.xlsx`` or ``form.xlsx`` of the draft as saved last. ``BadInput`` with its faults where they leave nothing
    to put in rows, ``Refused('protocols.sheet_of_overlay')``, ``NotFound`` for any other file."""
    if form not in ("sheet.xlsx", "form.xlsx"):
        raise NotFound("protocols.not_found")
    found = await drafting.draft(acting, protocol_id, version)
    _own(found)
    raw = await _work(found, lambda: _exported(found.files, form))
    name = f"{protocol_id}-{version}-{form}"
    return Response(raw, media_type=_XLSX, headers={"Content-Disposition": f'attachment; filename="{name}"'})


@policy(Roles(Role.MANAGER, upload=True))
@post(_ONE + "/sheet", status_code=200)
async def bring_in(request: Web, acting: Actor, protocol_id: FromPath[str], version: FromPath[str]) -> Response[Any]:
    """What a spreadsheet or a form would change, with the files as they would be. Saving them is another step."""
    form = await forms.read(request)
    found = await drafting.draft(acting, protocol_id, version)
    try:
        upload = form.upload("sheet")
        form.check()
        assert upload is not None
        files, raw, remove = _own(found), upload.data, form.flag("remove_missing")
        read = await _work(found, lambda: incoming.read(raw, of_texts(files), remove_missing=remove))
    except (BadInput, Refused) as error:
        return await show_again(request, acting, (protocol_id, version), Form(), error)
    filled = Form({f"file.{name}": [raw.decode()] for name, raw in read.draft.files().items()})
    report = list(incoming.told(read, context.translator_of(request)))
    return await show_again(request, acting, (protocol_id, version), filled, report=report)


def _exported(files: Files, form: str) -> bytes:
    draft = of_texts(files)
    if form == "sheet.xlsx":
        return sheet.export(draft)
    known = loader.versions(loader.shipped())
    named = [(str(each.get("id")), str(each.get("version"))) for each in draft.structure.get("includes") or ()]
    return xlsform.export([draft, *(of_folder(loader.shipped(), *key) for key in named if key in known)])


async def _work(found: Draft, work: Callable[[], _T]) -> _T:
    """What ``work`` returns, in its turn and off the event loop: it reads what people made, or much of it.

    A text without the shape of a protocol stops it anywhere; its faults say why.
    """
    try:
        return await _turns.take(work)
    except (AttributeError, LookupError, TypeError, ValueError) as error:
        if not found.read.faults:
            raise
        raise BadInput.because(found.read.faults) from error


def _own(found: Draft) -> Files:
    """The files of a protocol of its own: an overlay has no points to put in rows."""
    if OVERLAY in found.files:
        raise Refused("protocols.sheet_of_overlay", id=found.life.protocol_id, version=found.life.version)
    return found.files


routes: list[Any] = [check, download, bring_in]
