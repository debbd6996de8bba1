"""GS1 Digital Links of our own products at our own address: to the page of the batch or unit (FORMATS B4).

    /01/07804520123453/10/L2611          the batch
    /01/07804520123453/10/L2611/21/42    one unit
    ?linkType=linkset                    RFC 9264: page and certificate, for programs

Only sealed batches are found; a GTIN without a lot names no one thing here.
"""

from __future__ import annotations

import json
from typing import Any

from litestar import Request, Response, get
from litestar.params import FromPath

from seal.associations.directory import Tenancy
from seal.associations.model import Association
from seal.batches import store as batches
from seal.batches.model import Batch
from seal.db import reading
from seal.errors import NotFound
from seal.gs1 import link
from seal.ids import UNIT_MAX, Code
from seal.traceability.epcis import sources
from seal.traceability.epcis.ours import Directory
from seal.web import context
from seal.web.policy import Public, policy

Web = Request[Any, Any, Any]
LINKSET = "application/linkset+json"
_VOC = "https://gs1.org/voc/"


@policy(Public)
@get("/01/{gtin:str}/{rest:path}")
async def resolve(request: Web, association: Tenancy, gtin: FromPath[str], rest: FromPath[str]) -> Response[bytes]:
    """The page of what a Digital Link names, or its linkset. ``NotFound('epcis.no_such_link')``."""
    try:
        asked = link.read(f"{link.CANONICAL}/01/{gtin}/{rest.strip('/')}")
    except link.NotALink:
        raise NotFound("epcis.no_such_link") from None
    found = await _batch(association, asked)
    serial = asked.of("21")
    if serial is not None and not (serial.isascii() and serial.isdigit() and 1 <= int(serial[:6]) <= UNIT_MAX):
        raise NotFound("epcis.no_such_link")
    assert found.public_id is not None
    code = Code(found.public_id, int(serial) if serial else None).plain
    headers = {"Cache-Control": "no-cache", "Vary": "Accept"}
    wanted = LINKSET in request.headers.get("accept", "") or request.query_params.get("linkType") == "linkset"
    if not wanted:
        return Response(b"", status_code=307, headers={**headers, "Location": context.address(request, f"/{code}")})
    body = json.dumps(_linkset(association, asked, found, code), ensure_ascii=False).encode()
    return Response(body, media_type=LINKSET, headers=headers)


async def _batch(association: Association, asked: link.Link) -> Batch:
    """The sealed batch of that GTIN and lot. One answer for what is not there and what is not sealed."""
    found = None
    if asked.sound and asked.of("10"):
        async with reading():
            members = await sources.members(association.id)
            if asked.key[1] in members.gtins.values():
                every = await batches.of_producers(association.id, list(members.numbers))
                sealed = [one for one in every if one.sealed_at is not None]
                found = Directory.of(association.base, sealed, members.gtins).batch(asked.address)
    if found is None:
        raise NotFound("epcis.no_such_link")
    return found[0]


def _linkset(association: Association, asked: link.Link, batch: Batch, code: str) -> dict[str, Any]:
    assert batch.public_id is not None
    page = {"href": f"{association.base}/{code}", "title": batch.lot, "type": "text/html"}
    certificate = {"href": f"{association.base}/c/{Code(batch.public_id).plain}", "type": "application/vc+jwt"}
    entry = {
        "anchor": f"{association.base}/{asked.name}",
        f"{_VOC}defaultLink": [page],
        f"{_VOC}pip": [page],
        f"{_VOC}certificationInfo": [certificate],
    }
    return {"linkset": [entry]}


routes: list[Any] = [resolve]
