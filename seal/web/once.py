"""The same request twice is one effect (a double click, a retry after the signal was lost)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from litestar import Request

from seal.db.once import once
from seal.errors import BadInput
from seal.identity import Acting
from seal.web.policy import KEY_HEADER

_MOST = 200
Run = Callable[[], Awaitable[dict[str, Any]]]


async def run(
    request: Request[Any, Any, Any], acting: Acting, key: str, body: bytes, verb: Run, *, atomic: bool = False
) -> dict[str, Any]:
    """Run ``verb`` once for this person, key, address and body. Raises ``BadInput('web.idempotency_key')``.

    ``atomic=True``: the verb is one unit of work and signs nothing; it commits with the record of its answer, so that
    not even a crash between the two repeats it. Otherwise the verb must resume what it finds half done.
    """
    if not 8 <= len(key) <= _MOST or not key.isprintable():
        raise BadInput("web.idempotency_key")
    where = f"{request.method} {request.scope['path']}"
    return await once(acting.association_id, acting.person_id, key, where, body, acting.at, verb, atomic=atomic)


async def api(request: Request[Any, Any, Any], acting: Acting, verb: Run, *, atomic: bool = False) -> dict[str, Any]:
    """For API handlers that change something: the key comes in the header ``Idempotency-Key``. See :func:`run`."""
    return await run(request, acting, request.headers.get(KEY_HEADER, ""), await request.body(), verb, atomic=atomic)
