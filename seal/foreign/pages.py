"""The page where a person pastes or uploads a credential of anybody and reads the result in plain words.

No script, no cookie, nothing kept: the answer is to the form that was sent and is cached nowhere.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from litestar import Request, Response, get, post

from seal.errors import SealError
from seal.foreign import keyring as keyrings
from seal.foreign import saying, service, taking, turns
from seal.foreign.faults import Unreadable
from seal.foreign.verifying import Asked
from seal.web import context, forms, render
from seal.web.policy import Public, policy

Web = Request[Any, Any, Any]
ADDRESS = "/verificar/credencial"
_SENT_BACK = 20_000
"""Characters of a field that the page repeats for another try."""


@policy(Public)
@get(ADDRESS)
async def ask(request: Web) -> Response[str]:
    """The empty form."""
    return render.page(request, "foreign/check.html", form=forms.Form(), said=None)


@policy(Public)
@post(ADDRESS, status_code=200)
async def check(request: Web) -> Response[str]:
    """The result, above the form as it was sent; what is long is not sent back."""
    form = await forms.read(request)
    upload = form.upload("file", required=False)
    data = upload.data if upload and upload.data.strip() else form.value("credential").encode("utf-8", "replace")
    try:
        if not data.strip():
            form.fault("credential", "form.needed")
            form.check()
    except SealError as error:
        return form.again(request, "foreign/check.html", error, said=None)
    said = await _said(request, form, data)
    return render.page(request, "foreign/check.html", form=form.without_long(_SENT_BACK), said=said)


async def _said(request: Web, form: forms.Form, data: bytes) -> saying.Said:
    t, at = context.translator_of(request), context.hooks_of(request).clock.now()
    try:
        value, handed, presented = await turns.take(partial(_read, form, data))
    except Unreadable as unreadable:
        return saying.unread(unreadable.fault, t)
    judge = service.verify_presentation if presented else service.verify_credential
    judged = await judge(value, handed, Asked(), at)
    return await turns.take(partial(saying.say, judged, t))


def _read(form: forms.Form, data: bytes) -> tuple[Any, service.Handed, bool]:
    """What is to be judged, what was handed in with it, and whether it is a presentation. Raises ``Unreadable``."""
    value = taking.value_of(data)
    given = form.value("keys").encode("utf-8", "replace")
    lists = form.value("status").encode("utf-8", "replace")
    handed = service.Handed(
        keyrings.read(taking.value_of(given)) if given.strip() else (),
        tuple(taking.several(lists)) if lists.strip() else (),
    )
    return value, handed, taking.is_presentation(value)


routes: list[Any] = [ask, check]
