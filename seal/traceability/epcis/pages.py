"""Pages: trace events as people see them, the file for others, and a file from others."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get, post

from seal.errors import BadInput, Conflict, NotFound, Refused, SealError
from seal.identity import Acting, Role
from seal.traceability.epcis import service
from seal.web import forms, render
from seal.web.context import Actor
from seal.web.forms import Form
from seal.web.policy import Roles, policy

_READERS = Roles(*service.READERS)
_SENDERS = Roles(Role.MANAGER, Role.PRODUCER, upload=True)
FORM_ERRORS = (BadInput, Refused, Conflict, NotFound)
STEPS = frozenset(
    {
        *("commissioning", "decommissioning", "shipping", "receiving", "stocking", "stock_taking", "destroying"),
        *("creating_class_instance", "repackaging", "holding", "accepting", "packing", "unpacking"),
    }
)
"""Business steps with words in the locales; others are shown as they are written."""
SHOWN = 40
"""Events of one page."""


@policy(_READERS)
@get("/desk/events")
async def show(request: Request[Any, Any, Any], acting: Actor) -> Response[str]:
    """The newest events; ``?page=`` goes on from there."""
    return await _show(request, acting, Form())


async def _show(
    request: Request[Any, Any, Any], acting: Acting, form: Form, error: SealError | None = None
) -> Response[str]:
    token = request.query_params.get("page", "")
    pairs = [("perPage", str(SHOWN)), *([("nextPageToken", token)] if token else [])]
    page, following = await service.events(acting, pairs)
    given: dict[str, Any] = {
        "events": page.events,
        "next": following,
        "captures": await service.captures(acting),
        "steps": STEPS,
        "called": await service.called(acting),
        "units": {"KGM": "kg", "GRM": "g", "LTR": "l", "MLT": "ml"},
    }
    if error is not None:
        return form.again(request, "traceability/events.html", error, **given)
    return render.page(request, "traceability/events.html", form=form, **given)


@policy(_SENDERS)
@post("/desk/events")
async def bring(request: Request[Any, Any, Any], acting: Actor) -> Response[Any]:
    """A file of events from others: taken whole, or told what is wrong with it and where."""
    form = await forms.read(request)
    upload = form.upload("file")

    async def run() -> dict[str, Any]:
        assert upload is not None  # form.check() has seen to it
        return {"id": str((await service.capture(acting, upload.data, way="import")).id)}

    try:
        form.check()
        await form.once(request, acting, run, atomic=True)
    except FORM_ERRORS as error:
        return await _show(request, acting, form, error)
    return render.to(request, "/desk/events")


routes: list[Any] = [show, bring]
