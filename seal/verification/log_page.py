"""``/log``: what the public log is, how large, by which key, who witnesses it and when last; page or JSON."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from litestar import Request, Response, get

from seal.associations.directory import Tenancy
from seal.clock import rfc3339
from seal.errors import Unavailable
from seal.keys import service as keys
from seal.transparency import witnessing
from seal.transparency.note import VerifierKey
from seal.web import problems, render
from seal.web.policy import Public, policy

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


routes: list[Any] = [show]
