"""What a stranger reaches: the page or JSON of a code, credentials, the bundle, status lists, a protocol's document.

Fixed routes go first; every other single part of an address is read as a code. No script, no cookie, no session. Known
codes answer 200, unknown and mistyped ones 404, evidence that cannot be read 503.
"""

from __future__ import annotations

import hashlib
import json
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from litestar import MediaType, Request, Response, get
from litestar.params import FromPath

from seal.associations.directory import Tenancy
from seal.associations.model import Association
from seal.certificates import credential as credentials
from seal.db.engine import data_version
from seal.errors import BadInput, NotFound, Unavailable
from seal.ids import parse_code
from seal.keys import jws
from seal.verification import answer, edge, log_page, scans, service, view
from seal.verification.answer import Answer
from seal.verification.model import Code
from seal.web import context, problems
from seal.web.headers import content_security_policy
from seal.web.policy import Public, policy

Web = Request[Any, Any, Any]
LONGEST = 400
"""More than any token with its suffix; what is longer is mistyped."""
_JWS_TYPE = f"application/{credentials.TYP}"
_FRESH = "no-cache"
"""Caches ask again each time: a recall is seen at once."""


@policy(Public)
@get("/{code:str}")
async def show(request: Web, code: FromPath[str]) -> Response[Any]:
    """The page of a code or token, or its JSON."""
    return await _show(request, code)


@policy(Public)
@get("/{code:str}/{suffix:path}")
async def show_with_suffix(request: Web, code: FromPath[str], suffix: FromPath[str]) -> Response[Any]:
    """A token with its GS1 suffix. Any other address of several parts is no page of ours."""
    if not code.isdigit():
        raise NotFound("web.not_found")
    return await _show(request, f"{code}/{suffix.strip('/')}")


async def _show(request: Web, text: str) -> Response[Any]:
    at = context.hooks_of(request).clock.now()
    house = context.association_of(request)
    as_json = problems.wants_json(request)
    lang = context.translator_of(request).lang
    key = (str(house.id) if house else "", context.address(request, f"/{text}"), lang, "json" if as_json else "html")
    # Asked before the evidence is read: what is committed in between makes the kept answer useless, never wrong.
    version = await _version()
    known = edge.answers.find(key, version, at) if version else None
    if known is None:
        found = await service.verify(text if len(text) <= LONGEST else "", at, house=house)
        owner = found.association
        if owner is not None and house is not None and owner.did != house.did:
            return _go(f"{owner.base}/{found.asked}", request)
        if found.asked and found.asked != text:
            return _go(context.address(request, f"/{found.asked}"), request)
        body, headers = _json(found) if as_json else _html(request, found, lang, house, text)
        media_type = MediaType.JSON if as_json else MediaType.HTML
        if not found.known or house is None or found.code is None or not version:
            return Response(body, status_code=_status(found), media_type=media_type, headers=headers)
        until = edge.until(at, found.verdict.next_change)
        known = edge.Known(body, _status(found), media_type, headers, house, found.code, version, at, until)
        edge.answers.keep(key, known)
    await scans.count(known.owner, known.code, at)
    return _known(request, known)


async def _version() -> str:
    try:
        return await data_version()
    except Unavailable:
        return ""


def _known(request: Web, known: edge.Known) -> Response[Any]:
    if "gzip" not in request.headers.get("accept-encoding", ""):
        return Response(known.body, status_code=known.status, media_type=known.media_type, headers=known.headers)
    vary = f"{known.headers['Vary']}, Accept-Encoding"
    headers = {**known.headers, "Content-Encoding": "gzip", "Vary": vary}
    return Response(known.packed, status_code=known.status, media_type=known.media_type, headers=headers)


_ALWAYS = {"Cache-Control": _FRESH, "Vary": "Accept, Accept-Language"}


def _json(found: Answer) -> tuple[bytes, dict[str, str]]:
    return json.dumps(answer.document(found), ensure_ascii=False).encode(), dict(_ALWAYS)


def _html(request: Web, found: Answer, lang: str, house: Association | None, text: str) -> tuple[bytes, dict[str, str]]:
    shown = view.page_view(found, lang, links=_links(request, found), house=_house(house), typed=text)
    page = view.render(shown)
    policy_of_page = content_security_policy(page.style_hashes)
    return page.html.encode(), {**_ALWAYS, "Content-Security-Policy": policy_of_page, "Content-Language": lang}


def _status(found: Answer) -> int:
    if found.known:
        return int(HTTPStatus.OK)
    return problems.status_of(Unavailable if found.verdict.code is Code.CANNOT_CHECK else NotFound)


def _go(address: str, request: Web) -> Response[Any]:
    """To the one spelling, at the owner's address; never to an address that came with the request."""
    lang = request.query_params.get("lang")
    query = f"?lang={quote(lang, safe='')}" if lang else ""
    return Response(
        b"",
        media_type=MediaType.TEXT,
        status_code=int(HTTPStatus.TEMPORARY_REDIRECT),
        headers={"Location": f"{address}{query}", "Cache-Control": _FRESH},
    )


def _house(house: Association | None) -> answer.Association | None:
    """Whose page it is when nobody owns the code."""
    if house is None:
        return None
    return answer.Association(house.name, house.base, house.did, house.zone, house.colour, house.demonstration, "")


def _links(request: Web, found: Answer) -> view.Links:
    """Only to pages that this server has."""
    paths = context.hooks_of(request).paths
    house = context.association_of(request)
    lang = context.translator_of(request).lang
    offered = house.languages if house else ("es", "en")

    def to(pattern: str, path: str) -> str:
        return context.address(request, path) if pattern in paths else ""

    record = found.record
    shown = record.batch or record.certification if record else None
    rules = record.certification.rules if record else None
    return view.Links(
        languages={other: f"?lang={other}" for other in offered if other != lang},
        check=to("/verificar", "/verificar"),
        protocol=to("/protocols/{protocol_id:str}/{version:str}", f"/protocols/{rules.protocol_id}/{rules.version}")
        if rules
        else "",
        credential=to("/c/{code:str}", f"/c/{shown.code.plain}?as=jwt") if shown else "",
        register=to("/registro", "/registro"),
        log=to("/log", "/log"),
    )


@policy(Public)
@get("/c/{code:str}")
async def credential(request: Web, code: FromPath[str]) -> Response[Any]:
    """The credential itself: ``application/vc+jwt`` the signed bytes, JSON its document, a browser goes to the page.

    ``?as=jwt`` gives the signed bytes as a file. Raises ``NotFound('verification.no_credential')``.
    """
    accept = request.headers.get("accept", "")
    as_file = request.query_params.get("as") == "jwt"
    wants_jws = as_file or _JWS_TYPE in accept
    try:
        typed = parse_code(code)
        found = await service.credential(typed.public_id)
    except BadInput:
        found = None
    owner, compact = found or (None, None)
    if owner is None or compact is None:
        raise NotFound("verification.no_credential", code=code[:40])
    house = context.association_of(request)
    if house is not None and house.id != owner.id:
        return _go(f"{owner.base}/c/{typed.plain}", request)
    if not wants_jws and not problems.wants_json(request):
        return _go(context.address(request, f"/{typed.plain}"), request)
    headers = {"Cache-Control": "public, max-age=86400", "Vary": "Accept"}
    if not wants_jws:
        payload = jws.parse(compact, typ=credentials.TYP).payload
        return _whole(request, payload, "application/vc", headers)
    if as_file:
        headers["Content-Disposition"] = f'attachment; filename="{typed.plain}.jwt"'
    return _whole(request, compact, _JWS_TYPE, headers)


@policy(Public)
@get("/bundle")
async def bundle(request: Web, association: Tenancy) -> Response[bytes]:
    """The signed bundle for verifiers without a network. Raises ``Unavailable`` before there is one."""
    at = context.hooks_of(request).clock.now()
    compact = await service.bundle(association.id, at)
    return _whole(request, compact, f"application/{jws.BUNDLE}", {"Cache-Control": "public, max-age=60"})


@policy(Public)
@get("/status/{purpose:str}/{number:int}")
async def status_list(
    request: Web, association: Tenancy, purpose: FromPath[str], number: FromPath[int]
) -> Response[bytes]:
    """A Bitstring Status List credential as published. Raises ``NotFound('verification.no_status_list')``."""
    compact = await service.status_list(association.id, purpose, number)
    return _whole(request, compact, _JWS_TYPE, {"Cache-Control": "public, max-age=60"})


@policy(Public)
@get("/protocols/{protocol:str}/{version:str}/document")
async def protocol_document(
    request: Web, association: Tenancy, protocol: FromPath[str], version: FromPath[str]
) -> Response[bytes]:
    """The exact bytes that a protocol's digest is taken over: what a credential's ``relatedResource`` names."""
    body = await service.protocol_document(association.id, protocol, version)
    return _whole(request, body, "application/json", {"Cache-Control": "public, max-age=86400"})


def _whole(request: Web, body: bytes, media_type: str, headers: dict[str, str]) -> Response[bytes]:
    """Bytes as they stand, with an ETag of theirs; not again for who has them."""
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {"ETag": etag, **headers}
    if etag in request.headers.get("if-none-match", ""):
        return Response(b"", status_code=int(HTTPStatus.NOT_MODIFIED), headers=headers)
    return Response(body, media_type=media_type, headers=headers)


routes: list[Any] = [credential, bundle, status_list, protocol_document, *log_page.routes, show, show_with_suffix]
