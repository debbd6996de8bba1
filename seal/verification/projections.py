"""Certificates in other schemas, as public JSON: ``/c/{code}/dpp`` and ``/c/{code}/untp-0.7``. Nothing here is signed.

The header ``Seal-Projection`` says so, the ``Link`` header names the certificate that is.
"""

from __future__ import annotations

import json
from typing import Any

from litestar import Request, Response, get
from litestar.params import FromPath

from seal.certificates import credential
from seal.errors import BadInput, NotFound
from seal.ids import parse_code
from seal.keys import jws
from seal.verification import passport, service, untp_0_7
from seal.verification.pages_signed import go
from seal.web import context
from seal.web.exact import whole
from seal.web.policy import Public, policy

Web = Request[Any, Any, Any]


@policy(Public)
@get("/c/{code:str}/dpp")
async def product_passport(request: Web, code: FromPath[str]) -> Response[Any]:
    """The UNTP 0.6.1 Digital Product Passport of a batch. Raises ``NotFound('verification.no_credential')``."""
    return await _projected(request, code, "dpp", "unsigned; UNTP 0.6.1")


@policy(Public)
@get("/c/{code:str}/untp-0.7")
async def conformity_credential(request: Web, code: FromPath[str]) -> Response[Any]:
    """A certificate in the shape of UNTP 0.7.0, pre-release. Raises ``NotFound('verification.no_credential')``."""
    return await _projected(request, code, "untp-0.7", f"unsigned; {untp_0_7.PRE_RELEASE}")


async def _projected(request: Web, code: str, name: str, says: str) -> Response[Any]:
    try:
        public_id = parse_code(code).public_id
        found = await service.credential(public_id)
    except BadInput:
        found = None
    if found is None or found.compact is None:
        raise NotFound("verification.no_credential", code=code[:40])
    owner, compact = found.owner, found.compact
    house = context.association_of(request)
    document = jws.strict_json(jws.parse(compact, typ=credential.TYP).payload)
    address = str(document["id"])
    if house is not None and house.id != owner.id:
        return go(f"{address}/{name}", request)
    made = passport.passport(document, compact) if name == "dpp" else None
    if name != "dpp":
        made = untp_0_7.conformity_credential(document, compact)
    if made is None:
        raise NotFound("verification.no_credential", code=code[:40])
    headers = {
        "Cache-Control": "public, max-age=86400",
        "Seal-Projection": says,
        "Link": f'<{address}>; rel="original"; type="application/{credential.TYP}"',
    }
    return whole(request, json.dumps(made, ensure_ascii=False).encode(), "application/json", headers)


routes: list[Any] = [product_passport, conformity_credential]
