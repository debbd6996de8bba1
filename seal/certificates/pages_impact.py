"""The page that sets two versions of a protocol side by side, with the producers in force under the newer one."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get

from seal.certificates.impact import impact
from seal.errors import BadInput, NotFound, Refused
from seal.identity import Role
from seal.protocols import diff_words
from seal.protocols import service as protocols
from seal.web import context, render
from seal.web.context import Actor
from seal.web.forms import Form
from seal.web.policy import Roles, policy

STAFF = Roles(Role.MANAGER, Role.AUDITOR, Role.CERTIFIER)


@policy(STAFF)
@get("/desk/protocols/diff")
async def diff(request: Request[Any, Any, Any], acting: Actor) -> Response[str]:
    """``?a=miel@0.1.0&b=miel@0.2.0``; without them, a form that asks."""
    asked = {name: request.query_params.get(name, "") for name in ("a", "b")}
    form = Form({name: [value] for name, value in asked.items()})
    known = await protocols.names(acting)
    if not all(asked.values()):
        return render.page(request, "certificates/desk/diff.html", form=form, known=known, found=None)
    try:
        found = await protocols.compared(acting, asked["a"], asked["b"])
    except (BadInput, NotFound, Refused) as error:
        return form.again(request, "certificates/desk/diff.html", error, known=known, found=None)
    t = context.translator_of(request)
    standings = await impact(acting, found.after, of=found.before.id)
    unasked = len({point for one in standings for point in one.open})
    failing = sum(not one.passes for one in standings)
    return render.page(
        request,
        "certificates/desk/diff.html",
        form=form,
        known=known,
        found=found,
        sentence=diff_words.sentence(found.diff, t, failing=failing, in_force=len(standings), unasked=unasked),
        lines=list(diff_words.lines(found.diff, found.before, found.after, t)),
        standings=standings,
    )


routes: list[Any] = [diff]
