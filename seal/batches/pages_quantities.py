"""Pages: what a batch was made of, told after it was declared, and why it came to more or less than is usual."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import Request, Response, post
from litestar.params import FromPath

from seal.associations.directory import Tenancy
from seal.batches import service, showing
from seal.batches.book import explaining
from seal.batches.book import service as book
from seal.batches.book.pages_shared import MAKERS, asked
from seal.errors import BadInput
from seal.web import forms
from seal.web.context import Actor
from seal.web.policy import policy


@policy(MAKERS)
@post("/desk/batches/{batch_id:uuid}/origin")
async def origin(
    request: Request[Any, Any, Any], acting: Actor, association: Tenancy, batch_id: FromPath[UUID]
) -> Response[Any]:
    """What it was made of."""
    form = await forms.read(request)
    used = asked(form)

    async def run() -> dict[str, Any]:
        batch = await service.batch(acting, batch_id)
        if not used:
            raise BadInput("book.nothing_used", field="lots")
        return {"id": str((await service.made_from(acting, batch, await book.used(acting, used))).id)}

    return await showing.act(request, acting, association.zone, batch_id, form, run, atomic=True)


@policy(MAKERS)
@post("/desk/batches/{batch_id:uuid}/explanations")
async def explain(
    request: Request[Any, Any, Any], acting: Actor, association: Tenancy, batch_id: FromPath[UUID]
) -> Response[Any]:
    """Why it came to more or less than is usual."""
    form = await forms.read(request)
    text = form.text("text", most=explaining.TEXT_MOST)

    async def run() -> dict[str, Any]:
        return {"id": str((await explaining.explain(acting, batch_id, text)).id)}

    return await showing.act(request, acting, association.zone, batch_id, form, run, atomic=True)


routes: list[Any] = [origin, explain]
"""The room's ``pages.py`` collects them."""
