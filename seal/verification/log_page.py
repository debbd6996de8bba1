"""``/log``: what the public log is, how large, by which key, who witnesses it and when last; page or JSON.

``/log/openings`` gives those who follow the log what its leaves of types 3, 4 and 6 record: the credentials, which are
public, and the documents of label ranges and voids, which hold a batch's code, numbers, a time and a class of reason.
The documents of decisions (type 5) hold votes and reasons of persons and stay private.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

from litestar import Request, Response, get
from litestar.params import QueryParameter
from pydantic import BaseModel

from seal.associations.directory import Tenancy
from seal.clock import rfc3339
from seal.db import reading
from seal.errors import Unavailable
from seal.keys import service as keys
from seal.transparency import witnessing
from seal.transparency.note import VerifierKey
from seal.verification import opening_store
from seal.web import problems, render
from seal.web.policy import Public, policy

OPENINGS_MOST = 100
Size = Annotated[int, QueryParameter(ge=0, le=2**53)]
_SOON = {"Cache-Control": "public, max-age=60", "Vary": "Accept, Accept-Language"}


@policy(Public)
@get("/log")
async def show(request: Request[Any, Any, Any], association: Tenancy) -> Response[Any]:
    """The log in short. Its proofs are beside it: ``/log/checkpoint``, ``/log/witnesses``, ``/log/entries``."""
    checkpoint = await witnessing.served(association.id)
    pairs = await witnessing.last_cosigned(association.id)
    try:
        held = await keys.public_keys(association.id)
    except Unavailable:
        held = None
    facts: dict[str, Any] = {
        "origin": association.log_origin,
        "base": association.base,
        "log_key": VerifierKey(association.log_origin, held.log.raw).text if held else None,
        "fingerprint": held.fingerprint if held else None,
        "size": checkpoint.size if checkpoint else 0,
        "checkpoint": checkpoint.note.decode() if checkpoint else None,
        "signed_at": checkpoint.signed_at if checkpoint else None,
        "witnesses": [
            {
                "name": one.key.name,
                "verifier_key": one.key.text,
                "since": one.since,
                "size": last.size if last else None,
                "at": datetime.fromtimestamp(last.at, UTC) if last else None,
            }
            for one, last in pairs
        ],
    }
    if problems.wants_json(request):
        return Response(_plain(facts), headers=_SOON)
    return render.page(request, "verification/log.html", headers=_SOON, log=facts)


def _plain(value: Any) -> Any:
    """The same with times as text."""
    if isinstance(value, datetime):
        return rfc3339(value)
    if isinstance(value, dict):
        return {name: _plain(inner) for name, inner in value.items()}
    return [_plain(inner) for inner in value] if isinstance(value, list) else value


class OpeningOut(BaseModel):
    """``content`` is the leaf's exact bytes as text (compact JWS or RFC 8785 JSON); ``salt`` is hexadecimal."""

    index: int
    salt: str
    content: str


class OpeningsOut(BaseModel):
    openings: list[OpeningOut]


@policy(Public)
@get("/log/openings")
async def openings(association: Tenancy, start: Size = 0, count: Size = OPENINGS_MOST) -> Response[OpeningsOut]:
    """What the leaves ``[start, start + count)`` record, those of certifications, batches and labels; at most 100."""
    async with reading(fresh=False):
        found = await opening_store.openings(association.id, start, start + min(count, OPENINGS_MOST))
    rows = [OpeningOut(index=place, salt=salt.hex(), content=content.decode()) for place, salt, content in found]
    return Response(OpeningsOut(openings=rows), headers={"Cache-Control": "public, max-age=60"})


routes: list[Any] = [show, openings]
