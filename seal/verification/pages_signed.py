"""Signed files as a stranger fetches them: credentials, status lists, the bundle, and a protocol's document.

One address for all forms of one thing: the ``Accept`` header chooses, ``?as=`` does for people with a browser.

``/c/{code}``              the page (by redirect), ``application/vc+jwt``, ``application/vc`` (proof inside),
                           ``application/pdf`` once it is drawn, ``application/json`` (the document alone)
``/c/{code}/proof``        that it is in the public log: ``tlog-proof``, text
``/status/{purpose}/{n}``  ``application/vc+jwt``, ``application/vc`` and JSON (proof inside)
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from litestar import MediaType, Request, Response, get
from litestar.params import FromPath

from seal.associations.directory import Tenancy
from seal.certificates import credential as credentials
from seal.errors import BadInput, NotFound, NotOffered
from seal.ids import parse_code
from seal.keys import jws
from seal.transparency import proof_file
from seal.verification import service
from seal.web import accept, context
from seal.web.exact import whole
from seal.web.policy import Public, policy

Web = Request[Any, Any, Any]
FRESH = "no-cache"
"""Caches ask again each time: a recall is seen at once."""
HTML = "text/html"
VC_JWT = f"application/{credentials.TYP}"
VC = "application/vc"
JSON_LD = "application/ld+json"
JSON = "application/json"
PDF = "application/pdf"
_AS = {"jwt": VC_JWT, "vc": VC, "pdf": PDF}
"""What ``?as=`` gives as a file, and its extension."""
_FILES = {VC_JWT: "jwt", VC: "json", PDF: "pdf"}


@policy(Public)
@get("/c/{code:str}")
async def credential(request: Web, code: FromPath[str]) -> Response[Any]:
    """A credential in the form that is asked for; a browser goes to the page. ``?as=jwt|vc|pdf`` gives a file.

    Raises ``NotFound('verification.no_credential')``, ``NotOffered('web.not_offered')`` naming the forms there are.
    """
    try:
        typed = parse_code(code)
        found = await service.credential(typed.public_id)
    except BadInput:
        found = None
    if found is None or found.compact is None:
        raise NotFound("verification.no_credential", code=code[:40])
    house = context.association_of(request)
    if house is not None and house.id != found.owner.id:
        return go(f"{found.owner.base}/c/{typed.plain}", request)
    forms = {VC_JWT: found.compact, VC: found.embedded, JSON_LD: found.embedded, JSON: found.bare}
    there = {kind: body for kind, body in forms.items() if body is not None}
    offered = (HTML, *there, *((PDF,) if found.on_paper else ()))
    as_file = _AS.get(request.query_params.get("as", ""))
    wanted = as_file or accept.best(request.headers.get("accept", ""), offered)
    if wanted == HTML:
        return go(context.address(request, f"/{typed.plain}"), request)
    if wanted is None or wanted not in offered:
        raise NotOffered("web.not_offered", offered=", ".join(offered))
    headers = {"Cache-Control": "public, max-age=86400"}
    if wanted == PDF:  # a new edition may be drawn, and there may be one a language
        there[PDF] = await service.paper(found.owner, found.object_id, context.translator_of(request).lang)
        headers = {"Cache-Control": "public, no-cache", "Vary": "Accept, Accept-Language"}
    headers["Link"] = f'<{found.owner.base}/c/{typed.plain}/proof>; rel="https://c2sp.org/tlog-proof"'
    if as_file:
        headers["Content-Disposition"] = f'attachment; filename="{typed.plain}.{_FILES[wanted]}"'
    return chosen(request, there[wanted], wanted, headers)


@policy(Public)
@get("/c/{code:str}/proof")
async def proof(request: Web, code: FromPath[str]) -> Response[Any]:
    """That a credential is in the public log: a C2SP ``tlog-proof``, for ``seal verify --proof`` and others.

    Raises ``NotFound('verification.no_proof')`` also while no checkpoint covers it.
    """
    try:
        typed = parse_code(code)
        found = await service.proof(typed.public_id, context.hooks_of(request).clock.now())
    except BadInput:
        found = None
    if found is None:
        raise NotFound("verification.no_proof", code=code[:40])
    owner, body = found
    house = context.association_of(request)
    if house is not None and house.id != owner.id:
        return go(f"{owner.base}/c/{typed.plain}/proof", request)
    headers = {"Cache-Control": "public, max-age=60"}
    headers["Content-Disposition"] = f'inline; filename="{typed.plain}.tlog-proof"'
    return whole(request, body, proof_file.MEDIA_TYPE, headers)


@policy(Public)
@get("/bundle")
async def bundle(request: Web, association: Tenancy) -> Response[bytes]:
    """The signed bundle for verifiers without a network. Raises ``Unavailable`` before there is one."""
    at = context.hooks_of(request).clock.now()
    compact = await service.bundle(association.id, at)
    return whole(request, compact, f"application/{jws.BUNDLE}", {"Cache-Control": "public, max-age=60"})


@policy(Public)
@get("/status/{purpose:str}/{number:int}")
async def status_list(
    request: Web, association: Tenancy, purpose: FromPath[str], number: FromPath[int]
) -> Response[bytes]:
    """A Bitstring Status List credential as published, as JWS or with its proof inside.

    Raises ``NotFound('verification.no_status_list')``, ``NotOffered('web.not_offered')``. The epoch in
    ``Seal-Status-Epoch`` counts the changes of bits and only grows; what is signed says when, by ``validFrom``.
    """
    found = await service.status_list(association.id, purpose, number)
    forms = {VC_JWT: found.jws, VC: found.embedded, JSON_LD: found.embedded, JSON: found.embedded}
    there = {kind: body for kind, body in forms.items() if body is not None}
    wanted = accept.best(request.headers.get("accept", ""), tuple(there))
    if wanted is None:
        raise NotOffered("web.not_offered", offered=", ".join(there))
    headers = {"Cache-Control": "public, no-cache", "Seal-Status-Epoch": str(found.epoch)}
    return chosen(request, there[wanted], wanted, headers)


@policy(Public)
@get("/protocols/{protocol:str}/{version:str}/document")
async def protocol_document(
    request: Web, association: Tenancy, protocol: FromPath[str], version: FromPath[str]
) -> Response[bytes]:
    """The exact bytes that a protocol's digest is taken over: what a credential's ``relatedResource`` names."""
    body = await service.protocol_document(association.id, protocol, version)
    return whole(request, body, "application/json", {"Cache-Control": "public, max-age=86400"})


def chosen(request: Web, body: bytes, media_type: str, headers: dict[str, str]) -> Response[bytes]:
    """As :func:`whole`, for one of several forms: caches must tell them apart."""
    return whole(request, body, media_type, {"Vary": "Accept", **headers})


def go(address: str, request: Web) -> Response[Any]:
    """To the one spelling, at the owner's address; never to an address that came with the request."""
    lang = request.query_params.get("lang")
    query = f"?lang={quote(lang, safe='')}" if lang else ""
    return Response(
        b"",
        media_type=MediaType.TEXT,
        status_code=int(HTTPStatus.TEMPORARY_REDIRECT),
        headers={"Location": f"{address}{query}", "Cache-Control": FRESH, "Vary": "Accept"},
    )


routes: list[Any] = [credential, proof, bundle, status_list, protocol_document]
