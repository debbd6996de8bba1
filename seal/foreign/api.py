"""W3C VC-API: ``/credentials/verify``, ``/presentations/verify``, and in a test mode ``/credentials/issue``.

200 when verified, 400 with a problem detail for each broken rule when not. Options besides VC-API's own ``checks``,
``challenge`` and ``domain``: ``keys`` (DID documents, JWK Sets) and ``statusLists`` (status list credentials): nothing
is ever fetched. A body may have a megabyte.
"""

from __future__ import annotations

import json
from functools import partial
from http import HTTPStatus
from typing import Any

from litestar import MediaType, Request, Response, post

from seal.errors import NotFound
from seal.foreign import answering, reading, service, turns
from seal.foreign import keyring as keyrings
from seal.foreign.faults import Fault, Kind, Unreadable, malformed, under
from seal.foreign.trial import HEADER, WORTHLESS, TrialIssuer
from seal.foreign.verifying import Asked
from seal.web import context
from seal.web.policy import Public, policy

Web = Request[Any, Any, Any]
Answer = Response[bytes]
Question = tuple[Any, service.Handed, Asked]
"""What is to be verified, what was handed in, what is wanted."""


@policy(Public)
@post("/credentials/verify", status_code=200)
async def verify_credential(request: Web) -> Answer:
    """Verify a credential of anybody: ``{"verifiableCredential": …, "options": {…}}``.

    An object with an ``eddsa-jcs-2022`` proof, an EnvelopedVerifiableCredential, or a compact ``vc+jwt``.
    """
    t, at = context.translator_of(request), context.hooks_of(request).clock.now()
    try:
        value, handed, asked = await _asked(request, "verifiableCredential")
    except Unreadable as unreadable:
        return _json(answering.refused([unreadable.fault], t), HTTPStatus.BAD_REQUEST)
    judged = await service.verify_credential(value, handed, asked, at)
    return await turns.take(lambda: _json(answering.credential(judged, asked, t), _status(judged.verified)))


@policy(Public)
@post("/presentations/verify", status_code=200)
async def verify_presentation(request: Web) -> Answer:
    """Verify a presentation of anybody, and each credential in it: ``{"verifiablePresentation": …, "options": {…}}``.

    ``options.challenge`` and ``options.domain``, if given, must be those of its proof.
    """
    t, at = context.translator_of(request), context.hooks_of(request).clock.now()
    try:
        value, handed, asked = await _asked(request, "verifiablePresentation", "presentation")
    except Unreadable as unreadable:
        return _json(answering.refused([unreadable.fault], t), HTTPStatus.BAD_REQUEST)
    judged = await service.verify_presentation(value, handed, asked, at)
    return await turns.take(lambda: _json(answering.presentation(judged, asked, t), _status(judged.verified)))


@policy(Public)
@post("/credentials/issue", status_code=201, include_in_schema=False)
async def issue(request: Web) -> Answer:
    """Test mode only, else ``NotFound``: sign ``{"credential": …}`` with a key that is thrown away."""
    trial: TrialIssuer | None = request.app.state.trial
    if trial is None:
        raise NotFound("web.not_found")
    t, at = context.translator_of(request), context.hooks_of(request).clock.now()
    try:
        body = await turns.take(partial(_object, await request.body()))
        options = body.get("options")
        enveloped = isinstance(options, dict) and options.get("securing") == "vc+jwt"
        made = await turns.take(partial(trial.issue, body.get("credential"), at, enveloped=enveloped))
    except Unreadable as unreadable:
        made = [unreadable.fault]
    if isinstance(made, list):
        return _json(answering.refused(made, t), HTTPStatus.BAD_REQUEST, {HEADER: WORTHLESS})
    return _json({"verifiableCredential": made, "test": WORTHLESS}, HTTPStatus.CREATED, {HEADER: WORTHLESS})


async def _asked(request: Web, *names: str) -> Question:
    """The question of a request, read in its turn. Raises ``Unreadable``."""
    return await turns.take(partial(_question, await request.body(), names))


def _question(body: bytes, names: tuple[str, ...]) -> Question:
    question = _object(body)
    value = next((question[name] for name in names if name in question), None)
    if value is None:
        raise Unreadable(Fault(Kind.PARSING, "nothing_asked", "", {"member": names[0]}))
    options = question.get("options", {})
    asked = service.wanted(options)
    if asked is None:
        raise Unreadable(Fault(Kind.PARSING, "options", "/options"))
    lists = options.get("statusLists", [])
    if not isinstance(lists, list):
        raise Unreadable(malformed("options", "/options/statusLists"))
    try:
        handed = keyrings.read(options["keys"]) if "keys" in options else ()
    except Unreadable as unreadable:
        raise Unreadable(under("/options/keys", [unreadable.fault])[0]) from None
    return value, service.Handed(handed, tuple(lists)), asked


def _object(body: bytes) -> dict[str, Any]:
    value = reading.read(body)
    if not isinstance(value, dict):
        raise Unreadable(Fault(Kind.PARSING, "not_object"))
    return value


def _status(verified: bool) -> HTTPStatus:
    return HTTPStatus.OK if verified else HTTPStatus.BAD_REQUEST


def _json(body: dict[str, Any], status: HTTPStatus, headers: dict[str, str] | None = None) -> Answer:
    data = json.dumps(body, ensure_ascii=False).encode()
    always = {"Cache-Control": "no-store", "Vary": "Accept-Language"}
    return Response(data, status_code=int(status), media_type=MediaType.JSON, headers={**always, **(headers or {})})


routes: list[Any] = [verify_credential, verify_presentation, issue]
