"""EPCIS 2.0 for programs (REST binding, ISO/IEC 19987 8): capture and query.

    POST /epcis/capture              a document: all of it or nothing; 202 and the address of the job, which is done
    GET  /epcis/capture              the documents taken, newest first
    GET  /epcis/capture/{id}         one job
    GET  /epcis/events?…             events by the common parameters, a page at a time (``Link: …; rel="next"``)
    GET  /epcis/events/{eventID}     one event; the id in one piece, quoted
    GET  /epcis/export               all of one's own as a file

No idempotency key: the ids of the events do its work. A second capture of the same events changes nothing.
"""

from __future__ import annotations

from datetime import datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl, unquote, urlencode
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.params import FromPath

from seal.associations.directory import Tenancy
from seal.errors import BadInput, Reason
from seal.identity import Role
from seal.traceability.epcis import listing, service
from seal.traceability.epcis.store import Capture
from seal.web import context
from seal.web.context import Actor
from seal.web.policy import Roles, policy

Web = Request[Any, Any, Any]
_READERS = Roles(*service.READERS)
_SENDERS = Roles(Role.MANAGER, Role.PRODUCER)
VERSIONS = {"GS1-EPCIS-Version": "2.0.0", "GS1-CBV-Version": "2.0.0"}
LIMITS = {
    "GS1-EPCIS-Capture-Limit": str(service.CAPTURE.events),
    "GS1-EPCIS-Capture-File-Size-Limit": str(service.CAPTURE.bytes),
    "GS1-Capture-Error-Behaviour": "rollback",
}
JSON_LD = "application/ld+json"
_TAKEN = ("application/json", JSON_LD)
_PRIVATE = {"Cache-Control": "private, no-store", **VERSIONS}


@policy(_SENDERS)
@post("/epcis/capture", status_code=202)
async def capture(request: Web, acting: Actor) -> Response[bytes]:
    """Take an ``EPCISDocument`` (or the answer to a query) whole. 400 names the path of every fault; 409 an event whose
    id is taken by another content; 422 a movement that the batch book refuses."""
    if request.content_type[0] not in _TAKEN:
        raise BadInput("epcis.media_type", given=request.content_type[0][:60], taken=", ".join(_TAKEN))
    behaviour = request.headers.get("gs1-capture-error-behaviour", "rollback").strip().lower()
    if behaviour != "rollback":
        raise BadInput("epcis.all_or_nothing", given=behaviour[:40])
    done = await service.capture(acting, await request.body())
    where = context.address(request, f"/epcis/capture/{done.id}")
    return Response(b"", status_code=int(HTTPStatus.ACCEPTED), headers={**_PRIVATE, **LIMITS, "Location": where})


def _job(found: Capture) -> dict[str, Any]:
    """``stored`` and ``known`` are our own: events kept, and events that were there already."""
    at = listing.stamp(found.captured_at)
    return {
        "captureID": str(found.id),
        "createdAt": at,
        "finishedAt": at,
        "running": False,
        "success": True,
        "captureErrorBehaviour": "rollback",
        "errors": [],
        "seal:stored": found.stored,
        "seal:known": found.known,
    }


@policy(_READERS)
@get("/epcis/capture")
async def jobs(acting: Actor) -> Response[list[dict[str, Any]]]:
    """The documents taken, newest first (fifty at most)."""
    return Response([_job(one) for one in await service.captures(acting)], headers={**_PRIVATE, **LIMITS})


@policy(_READERS)
@get("/epcis/capture/{capture_id:uuid}")
async def job(acting: Actor, capture_id: FromPath[UUID]) -> Response[dict[str, Any]]:
    """A job is done when it is answered: a document that was not taken whole left nothing behind."""
    return Response(_job(await service.job(acting, capture_id)), headers=dict(_PRIVATE))


def _pairs(request: Web) -> list[tuple[str, str]]:
    """The parameters as they were sent. Raises ``BadInput('epcis.query')`` for more than any query has."""
    raw = request.scope["query_string"]
    try:
        return parse_qsl(raw.decode("ascii"), keep_blank_values=True, max_num_fields=50, errors="strict")
    except ValueError:
        raise BadInput("epcis.query") from None


@policy(_READERS)
@get("/epcis/events")
async def events(request: Web, acting: Actor) -> Response[bytes]:
    """An ``EPCISQueryDocument``. A parameter that is not known is refused by its name."""
    pairs = _pairs(request)
    page, token = await service.events(acting, pairs)
    headers = dict(_PRIVATE)
    if token is not None:
        kept = [(name, value) for name, value in pairs if name != "nextPageToken"]
        query = urlencode([*kept, ("nextPageToken", token)])
        headers["Link"] = f'<{context.address(request, "/epcis/events")}?{query}>; rel="next"'
    return _answer(request, page.events, acting.at, headers)


@policy(_READERS)
@get("/epcis/events/{event_id:path}")
async def event(request: Web, acting: Actor, event_id: FromPath[str]) -> Response[bytes]:
    """One event in an ``EPCISQueryDocument``, with what declares it wrong."""
    del event_id  # taken apart at its slashes; an id is read as it was sent
    raw = request.scope["raw_path"].decode("ascii", "replace").partition("/epcis/events/")[2]
    found = await service.one_event(acting, unquote(raw))
    return _answer(request, found, acting.at, dict(_PRIVATE))


def _answer(request: Web, found: tuple[listing.Listed, ...], at: datetime, headers: dict[str, str]) -> Response[bytes]:
    kind = JSON_LD if JSON_LD in request.headers.get("accept", "") else "application/json"
    return Response(listing.answer(found, at), media_type=kind, headers=headers)


@policy(_READERS)
@get("/epcis/export")
async def export(request: Web, acting: Actor, association: Tenancy) -> Response[bytes]:
    """An ``EPCISDocument`` of one's own events; ``?claims=1``: also what others sent."""
    given = _pairs(request)
    if any(name not in ("claims", "lang") for name, _ in given):
        raise BadInput.because([Reason("epcis.parameter", {"name": given[0][0][:60], "near": "claims"})])
    body = await service.export(acting, claims=("claims", "1") in given)
    name = f"{association.slug}-{acting.at:%Y-%m-%d}.epcis.jsonld"
    return Response(
        body,
        media_type=JSON_LD,
        headers={**_PRIVATE, "Content-Disposition": f'attachment; filename="{name}"'},
    )


routes: list[Any] = [capture, jobs, job, events, event, export]
