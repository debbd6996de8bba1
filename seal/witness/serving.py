"""``seal witness serve``: C2SP tlog-witness over HTTP, as one small ASGI application.

    POST /add-checkpoint              old size, consistency proof, checkpoint -> the cosignature's line
    GET  /<SHA-256 of origin>/checkpoint  the last checkpoint that was cosigned, with its line

Answers 200, 400, 403, 404, 409 with the size, 422 and 413 as the specification has them.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from seal.errors import BadInput, Conflict, NotFound, SealError
from seal.transparency.cosignature import parse_lines, with_lines
from seal.transparency.merkle import HASH_BYTES
from seal.transparency.note import (
    NOTE_MAX_BYTES,
    SIZE_MAX,
    parse_checkpoint_text,
    parse_note,
    strict_base64,
)
from seal.witness import cosigning
from seal.witness.key import Signer
from seal.witness.remote import open_head
from seal.witness.state import State

PROOF_MAX = 63
BODY_MAX = NOTE_MAX_BYTES + 64 * 46
_SIZE = "text/x.tlog.size"
_TEXT = "text/plain; charset=utf-8"

Answer = tuple[int, str, bytes]


def read_request(body: bytes) -> tuple[int, tuple[bytes, ...], bytes]:
    """``(old size, proof, checkpoint note)``. Raises ``BadInput('witness.request')``."""
    head, gap, note = body.partition(b"\n\n")
    try:
        first, *lines = head.decode("ascii").split("\n")
    except UnicodeDecodeError:
        raise BadInput("witness.request") from None
    word, _, digits = first.partition(" ")
    good = gap and word == "old" and digits.isdigit() and len(digits) <= 19 and str(int(digits)) == digits
    if not good or int(digits) > SIZE_MAX or len(lines) > PROOF_MAX:
        raise BadInput("witness.request")
    proof = tuple(strict_base64(line, "witness.request") for line in lines)
    if any(len(hash_) != HASH_BYTES for hash_ in proof):
        raise BadInput("witness.request")
    return int(digits), proof, note


def add_checkpoint(folder: Path, signer: Signer, body: bytes, at: int) -> Answer:
    """What the specification answers; in the order of its checks. Slow: run it in a thread."""
    state = State(folder)
    try:
        try:
            old, proof, data = read_request(body)
            text = parse_checkpoint_text(parse_note(data).text)
        except BadInput as error:
            return _said(400, error)
        try:
            seen = state.log(text.origin)
        except NotFound as error:
            return _said(404, error)
        try:
            head = open_head(data, seen.trusted)
        except BadInput as error:
            return _said(403, error)
        if old > text.size:
            return _said(400, BadInput("witness.request"))
        try:
            line, _ = cosigning.cosign(state, signer, head, old, proof, at)
        except Conflict as error:
            return 409, _SIZE, f"{error.params['size']}\n".encode()
        except BadInput as error:
            return _said(422, error)
        except SealError as error:
            return _said(503, error)
        return 200, _TEXT, line.line.encode()
    finally:
        state.close()


def latest(folder: Path, origin_sha256: str) -> Answer:
    """The last cosigned checkpoint of a log, 404 before the first."""
    state = State(folder)
    try:
        for one in state.logs():
            named = hashlib.sha256(one.origin.encode()).hexdigest() == origin_sha256
            if named and one.note is not None and one.line is not None:
                return 200, _TEXT, with_lines(parse_note(one.note), parse_lines(one.line)).encoded
    finally:
        state.close()
    return 404, _TEXT, b"no such log\n"


def _said(status: int, error: SealError) -> Answer:
    return status, _TEXT, f"{error}\n".encode()


class Application:
    """``now`` gives POSIX seconds."""

    def __init__(self, folder: Path, signer: Signer, now: Callable[[], int]) -> None:
        self.folder, self.signer, self.now = folder, signer, now

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            return
        status, kind, body = await self._answer(scope["method"], scope["path"], receive)
        headers = [(b"content-type", kind.encode()), (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    async def _answer(self, method: str, path: str, receive: Any) -> Answer:
        if path == "/add-checkpoint":
            if method != "POST":
                return 405, _TEXT, b"POST\n"
            body = await _body(receive)
            if body is None:
                return 413, _TEXT, b"too large\n"
            return await asyncio.to_thread(add_checkpoint, self.folder, self.signer, body, self.now())
        name, _, rest = path.removeprefix("/").partition("/")
        if rest == "checkpoint" and method == "GET":
            return await asyncio.to_thread(latest, self.folder, name)
        return 404, _TEXT, b"POST /add-checkpoint, GET /<SHA-256 of the origin>/checkpoint\n"


async def _body(receive: Any) -> bytes | None:
    body = b""
    while True:
        event = await receive()
        body += bytes(event.get("body", b""))
        if len(body) > BODY_MAX:
            return None
        if not event.get("more_body"):
            return body
