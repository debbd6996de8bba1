"""What a stranger reaches by a code: its page or its JSON; signed files are in :mod:`seal.verification.pages_signed`.

Fixed routes go first; every other single part of an address is read as a code. No script, no cookie, no session. Known
codes answer 200, unknown and mistyped ones 404, evidence that cannot be read 503.
"""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Any

from litestar import MediaType, Request, Response, get
from litestar.params import FromPath

from seal.associations.model import Association
from seal.db.engine import data_version
from seal.errors import NotFound, Unavailable
from seal.verification import answer, edge, log_page, pages_signed, projections, scans, service, view
from seal.verification.answer import Answer
from seal.verification.model import Code
from seal.verification.pages_signed import FRESH
from seal.web import context, problems
from seal.web.headers import content_security_policy
from seal.web.policy import Public, policy

Web = Request[Any, Any, Any]
LONGEST = 400
"""More than any token with its suffix; what is longer is mistyped."""


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
            return pages_signed.go(f"{owner.base}/{found.asked}", request)
        if found.asked and found.asked != text:
            return pages_signed.go(context.address(request, f"/{found.asked}"), request)
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


_ALWAYS = {"Cache-Control": FRESH, "Vary": "Accept, Accept-Language"}


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
        certificate_pdf=to("/c/{code:str}", f"/c/{shown.code.plain}?as=pdf")
        if shown and record and record.on_paper
        else "",
        document=to("/c/{code:str}", f"/c/{shown.code.plain}?as=vc") if shown else "",
        register=to("/registro", "/registro"),
        log=to("/log", "/log"),
        void=to("/desk/labels/void", f"/desk/labels/void?line={found.code.plain}")
        if found.known and found.code is not None and found.code.unit is not None
        else "",
    )


routes: list[Any] = [*pages_signed.routes, *projections.routes, *log_page.routes, show, show_with_suffix]
