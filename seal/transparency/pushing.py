"""New checkpoints go to witnesses that have an address: C2SP tlog-witness ``add-checkpoint``, from the log's side.

A witness that does not answer delays nothing: all are asked at once, each for a few seconds at most, and one that
failed is left alone for longer each time. What comes back is verified like any other cosignature.
"""

from __future__ import annotations

import asyncio
import base64
import logging
from datetime import datetime, timedelta
from uuid import UUID

import httpx

from seal.db import reading
from seal.errors import NotFound, SealError
from seal.transparency import service, witnessing
from seal.transparency import store as log_store
from seal.transparency.cosignature import lines_of, parse_lines, with_lines
from seal.transparency.model import Checkpoint
from seal.transparency.note import SIZE_MAX, parse_note
from seal.transparency.witness import Cosigned, Witness

SECONDS = 5
"""For one witness, everything included."""
AGAIN = timedelta(hours=1)
"""A checkpoint that did not change is cosigned again after this long, so that its age stays small."""
WAIT_MOST = timedelta(hours=1)
ANSWER_MAX_BYTES = 20_000
_SIZE_TYPE = "text/x.tlog.size"
_log = logging.getLogger("seal.witnesses")
_failed: dict[tuple[UUID, str], tuple[int, datetime]] = {}
"""How often in a row a witness failed, and when last; of this process only."""


async def push(association_id: UUID, at: datetime) -> int:
    """Offer the newest checkpoint to every witness with an address that has not cosigned it; how many cosigned."""
    async with reading():
        newest = await log_store.latest_checkpoint(association_id)
    if newest is None:
        return 0
    due = [
        (one, last)
        for one, last in await witnessing.last_cosigned(association_id)
        if one.url and _is_due(association_id, one, last, newest, at)
    ]
    return sum(await asyncio.gather(*(_try(one, last, newest, at) for one, last in due)))


def _is_due(association_id: UUID, one: Witness, last: Cosigned | None, newest: Checkpoint, at: datetime) -> bool:
    count, when = _failed.get((association_id, one.key.text), (0, at))
    if count and at - when < min(timedelta(seconds=20) * 2**count, WAIT_MOST):
        return False
    return last is None or last.size < newest.size or last.at < (at - AGAIN).timestamp()


async def _try(one: Witness, last: Cosigned | None, newest: Checkpoint, at: datetime) -> bool:
    place = (newest.association_id, one.key.text)
    try:
        async with asyncio.timeout(SECONDS), httpx.AsyncClient(timeout=SECONDS, trust_env=False) as client:
            await _ask(client, one, last.size if last else 0, newest, at)
    except (httpx.HTTPError, httpx.InvalidURL, TimeoutError, SealError, ValueError) as error:
        _failed[place] = (min(_failed.get(place, (0, at))[0] + 1, 12), at)
        _log.warning("witness %s did not cosign size %d: %s", one.key.name, newest.size, error or type(error).__name__)
        return False
    _failed.pop(place, None)
    return True


async def _ask(client: httpx.AsyncClient, one: Witness, old: int, newest: Checkpoint, at: datetime) -> None:
    status, kind, body = await _post(client, one, old, newest)
    if status == 409 and kind.startswith(_SIZE_TYPE):
        text = body.decode("ascii").strip()
        if not text.isdigit() or len(text) > 19 or int(text) > SIZE_MAX:
            raise ValueError("409 without a size")
        if int(text) > newest.size:
            raise ValueError(f"it has seen {text} leaves, more than this log holds: is this database an old copy?")
        status, kind, body = await _post(client, one, int(text), newest)
    if status != 200:
        raise ValueError(f"HTTP {status}")
    note = with_lines(parse_note(newest.note), parse_lines(body))
    if not lines_of(note, one.key):
        raise NotFound("transparency.unknown_witness")
    await witnessing.accept(newest.association_id, note.encoded, at)


async def _post(client: httpx.AsyncClient, one: Witness, old: int, newest: Checkpoint) -> tuple[int, str, bytes]:
    async with reading():
        path = await service.consistency(newest.association_id, old, newest.size) if 0 < old < newest.size else ()
    proof = "".join(base64.b64encode(hash_).decode() + "\n" for hash_ in path)
    content = f"old {old}\n{proof}\n".encode() + newest.note
    async with client.stream("POST", f"{one.url}/add-checkpoint", content=content) as answer:
        body = b""
        async for part in answer.aiter_bytes():
            body += part
            if len(body) > ANSWER_MAX_BYTES:
                raise ValueError("the answer is too long")
    return answer.status_code, answer.headers.get("content-type", ""), body
