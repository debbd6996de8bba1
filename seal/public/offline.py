"""``/verificar/sin-red``: labels checked on the reader's own device, with no network after the first visit.

The only page with a script: the rest of what the public sees has none. Its policy lets in our own files alone.
"""

from __future__ import annotations

import json
from typing import Any

from litestar import MediaType, Request, Response, get
from markupsafe import Markup

from seal.associations.directory import Tenancy
from seal.printing.stationery import environment
from seal.public import page, script
from seal.verification.view import style
from seal.web import context
from seal.web.assets import csp_hash
from seal.web.policy import Public, policy

Web = Request[Any, Any, Any]
PAGE = "/verificar/sin-red"
_SCRIPT, _WORKER = f"{PAGE}/guion.js", f"{PAGE}/trabajador.js"
_AGAIN = {"Cache-Control": "no-cache"}


def _policy(css: str) -> str:
    """As everywhere, and besides: scripts and a worker of ours, and the camera's picture."""
    return (
        f"default-src 'none'; script-src 'self'; worker-src 'self'; connect-src 'self'; style-src {csp_hash(css)}; "
        "img-src 'self' data:; media-src 'self' blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )


@policy(Public)
@get(PAGE)
async def offline(request: Web, association: Tenancy) -> Response[str]:
    """The page; without a script it leads to the ordinary check."""
    lang = context.translator_of(request).lang
    css = style(association.colour)
    addresses = {"bundle": "/bundle", "worker": _WORKER, "scope": PAGE}
    data = {
        **page.words((lang,)),
        **{name: context.address(request, path) for name, path in addresses.items()},
        "did": association.did,
    }
    body = (
        environment()
        .get_template("public/offline.html")
        .render(
            lang=lang,
            t=context.translator_of(request),
            association=association,
            css=Markup(css),  # noqa: S704 - our own sheet and a checked colour
            data=Markup(page.embed(data)),  # noqa: S704 - escaped by embed
            script=context.address(request, _SCRIPT),
            check=context.address(request, "/"),
        )
    )
    headers = {
        **_AGAIN,
        "Content-Security-Policy": _policy(css),
        "Permissions-Policy": "camera=(self), geolocation=(), microphone=(), payment=(), usb=()",
        "Content-Language": lang,
        "Vary": "Accept-Language",
    }
    return Response(body, media_type=MediaType.HTML, headers=headers)


@policy(Public)
@get(_SCRIPT)
async def code() -> Response[str]:
    """The verifier and the page's own part, as one script."""
    return Response(script.joined("offline.js"), media_type="text/javascript", headers=dict(_AGAIN))


@policy(Public)
@get(_WORKER)
async def worker(request: Web) -> Response[str]:
    """What keeps page and script on the device."""
    files = json.dumps([context.address(request, path) for path in (PAGE, _SCRIPT)])
    text = (script.HOME / "worker.js").read_text("utf-8")
    allowed = {"Service-Worker-Allowed": context.address(request, PAGE)}
    return Response(f"const FILES = {files};\n{text}", media_type="text/javascript", headers={**_AGAIN, **allowed})


routes: list[Any] = [offline, code, worker]
