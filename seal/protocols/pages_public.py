"""Public pages: what the seal demands, in plain words; and the same as files that other programs read.

``/protocols/{id}/{version}``            the page; ``Accept: application/json`` gives the exact requirements
``/protocols/{id}/{version}/sheet.xlsx``  the keyed spreadsheet
``/protocols/{id}/{version}/form.xlsx``   the XLSForm, modules included
``/protocols/{id}/{version}/untp-0.7``    the UNTP conformity vocabulary, an unsigned projection
"""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

from litestar import Request, Response, get
from litestar.params import FromPath

from seal.associations.directory import Tenancy
from seal.associations.model import Association
from seal.errors import NotFound
from seal.protocols import explaining, flag_view, json_schema, life_view, resolving, service
from seal.protocols.checklist import Checklist
from seal.protocols.exchange import sheet, untp, xlsform
from seal.protocols.exchange.draft import Draft
from seal.protocols.life import State, order
from seal.protocols.model import Protocol
from seal.protocols.publication import PublishedProtocol
from seal.protocols.wording import chapters, limits_of_test
from seal.web import context, render
from seal.web.exact import whole
from seal.web.policy import Public, policy

Web = Request[Any, Any, Any]
_JSON = "application/json"
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_DAY = {"Cache-Control": "public, max-age=86400"}
"""What was published never changes; its page may (it can be withdrawn)."""
FORMS = ("sheet.xlsx", "form.xlsx", "untp-0.7")


@policy(Public)
@get("/protocols")
async def public_list(request: Web, association: Tenancy) -> Response[str]:
    """Every version that the association stands behind."""
    return render.page(
        request,
        "protocols/public_list.html",
        published=await service.published_here(association.id),
        states={life.id: life.state for life in await service.lives_here(association.id)},
    )


@policy(Public)
@get("/protocols/{protocol_id:str}/{version:str}")
async def public_version(
    request: Web, association: Tenancy, protocol_id: FromPath[str], version: FromPath[str]
) -> Response[Any]:
    """What the seal promises, in plain words; as JSON, the exact requirements behind the digest."""
    accept = request.headers.get("accept", "")
    if "json" in accept and "text/html" not in accept:
        body = await service.requirements(association.id, protocol_id, version)
        return whole(request, body, _JSON, {"Vary": "Accept"})
    found = await service.published_by_name(association.id, protocol_id, version)
    lives = await service.lives_here(association.id)
    t = context.translator_of(request)
    life = next(one for one in lives if one.id == found.id)
    text = found.protocol.text(t.lang)
    return render.page(
        request,
        "protocols/public.html",
        published=found,
        life=life,
        newer=life_view.newer(life, lives),
        origin=await resolving.origin(life),
        history=await _history(association, protocol_id),
        conclusion=explaining.conclusion(found.protocol, t),
        applies={
            point.id: explaining.condition(point.applies_if, text, t)
            for point in found.protocol.points
            if point.applies_if is not None
        },
        variants={
            point.id: tuple(explaining.variants(point.measure, text, t))
            for point in found.protocol.points
            if point.measure is not None and point.measure.variants
        },
        sources=_sources(found.protocol),
        forms=FORMS,
        **await flag_view.given(association.id, found.protocol),
        **view(request, found.protocol),
    )


async def _history(association: Association, protocol_id: str) -> tuple[tuple[PublishedProtocol, State], ...]:
    """Every published version of the protocol, the newest first, with where it stands now."""
    states = {life.id: life.state for life in await service.lives_here(association.id)}
    versions = [one for one in await service.published_here(association.id) if one.protocol_id == protocol_id]
    ordered = sorted(versions, key=lambda one: order(one.version), reverse=True)
    return tuple((one, states[one.id]) for one in ordered)


def _sources(protocol: Protocol) -> tuple[tuple[str, int], ...]:
    """Where the requirements come from, with how many points rest on each."""
    named = Counter(source for point in protocol.points for source in point.source)
    return tuple(sorted(named.items(), key=lambda one: (-one[1], one[0])))


@policy(Public)
@get("/protocols/{protocol_id:str}/{version:str}/{form:str}")
async def public_file(
    request: Web, association: Tenancy, protocol_id: FromPath[str], version: FromPath[str], form: FromPath[str]
) -> Response[Any]:
    """The kept copy in another format. Raises ``NotFound('protocols.not_found')``, also for a format that is none."""
    if form not in FORMS:
        raise NotFound("protocols.not_found")
    found = await service.published_by_name(association.id, protocol_id, version)
    name = f"{protocol_id}-{version}-{form}"
    if form == "untp-0.7":
        body = json.dumps(_untp(association, found), ensure_ascii=False).encode()
        return whole(request, body, _JSON, {**_DAY, "Seal-Projection": "unsigned; UNTP 0.7.0 pre-release"})
    parts = [Draft(one.document, one.words) for one in found.protocol.modules]
    raw = sheet.export(parts[0]) if form == "sheet.xlsx" else xlsform.export(parts)
    return whole(request, raw, _XLSX, {**_DAY, "Content-Disposition": f'attachment; filename="{name}"'})


def _untp(association: Association, found: PublishedProtocol) -> dict[str, Any]:
    owner = {"id": association.did, "name": association.name}
    return untp.vocabulary(
        found.protocol, base=association.base, owner=owner, valid_from=found.published_at.date(), language="en"
    )


@policy(Public)
@get("/protocols/schema/{name:str}")
async def published_schema(request: Web, name: FromPath[str]) -> Response[bytes]:
    """The shape of a kind of file as JSON Schema: ``protocol.json``, ``text.json`` or ``example.json``."""
    body = json_schema.schema_bytes(name.removesuffix(".json"))
    return whole(request, body, "application/schema+json", {"Cache-Control": "public, max-age=3600"})


def view(request: Web, protocol: Protocol, checklist: Checklist | None = None) -> dict[str, Any]:
    """What every page about a version shows: its words by chapter, its tests, in the reader's language."""
    t = context.translator_of(request)
    return {
        "protocol": protocol,
        "text": protocol.text(t.lang),
        "chapters": chapters(protocol, t, checklist),
        "tests": [(test, limits_of_test(test, t)) for test in protocol.rules.batch_tests],
        "untranslated": t.lang not in protocol.texts,
    }


routes: list[Any] = [public_list, public_version, public_file, published_schema]
