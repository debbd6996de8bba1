"""Witnesses over HTTP: who they are, the newest witnessed checkpoint, and the way in for their cosignatures."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from litestar import Request, Response, get, post
from pydantic import BaseModel

from seal.associations.directory import Tenancy
from seal.clock import rfc3339
from seal.errors import NotFound
from seal.transparency import witnessing
from seal.transparency.note import NOTE_MAX_BYTES
from seal.transparency.witness import Cosigned, Witness
from seal.web import context
from seal.web.policy import Public, policy

_SOON = {"Cache-Control": "public, max-age=15"}


class WitnessOut(BaseModel):
    """A witness that stands on the list. ``size`` is the largest tree that it cosigned, ``at`` when it did so last."""

    name: str
    verifier_key: str
    since: str
    url: str | None
    size: int | None
    at: str | None


class WitnessesOut(BaseModel):
    witnesses: list[WitnessOut]


class KeptOut(BaseModel):
    """What was kept of the cosignatures that were sent."""

    size: int
    kept: list[WitnessOut]


def _out(witness: Witness, cosigned: Cosigned | None) -> WitnessOut:
    return WitnessOut(
        name=witness.key.name,
        verifier_key=witness.key.text,
        since=rfc3339(witness.since),
        url=witness.url,
        size=cosigned.size if cosigned else None,
        at=rfc3339(datetime.fromtimestamp(cosigned.at, UTC)) if cosigned else None,
    )


@policy(Public)
@get("/log/witnesses")
async def witnesses(association: Tenancy) -> Response[WitnessesOut]:
    """Who witnesses this log, and when last."""
    found = await witnessing.last_cosigned(association.id)
    return Response(WitnessesOut(witnesses=[_out(*one) for one in found]), headers=_SOON)


@policy(Public)
@get("/log/checkpoint/witnessed", media_type="text/plain")
async def witnessed(association: Tenancy) -> Response[bytes]:
    """The newest checkpoint that a witness has cosigned, with its cosignature lines.

    Raises ``NotFound('transparency.not_witnessed')``.
    """
    found = await witnessing.witnessed(association.id)
    if found is None:
        raise NotFound("transparency.not_witnessed")
    return Response(found[0].note, media_type="text/plain", headers=_SOON)


@policy(Public)
@post("/log/cosignatures", status_code=200, request_max_body_size=NOTE_MAX_BYTES)
async def cosignatures(request: Request[Any, Any, Any], association: Tenancy) -> Response[KeptOut]:
    """Take cosignatures: the body is a checkpoint of this log, as text, with the lines of witnesses known here.

    The same again changes nothing. Lines of unknown keys are passed over; a note with none of a known one is refused.
    """
    at = context.hooks_of(request).clock.now()
    kept = await witnessing.accept(association.id, await request.body(), at)
    answer = KeptOut(size=kept[0][1].size, kept=[_out(*one) for one in kept])
    return Response(answer, headers={"Cache-Control": "no-store"})


routes: list[Any] = [witnesses, witnessed, cosignatures]
