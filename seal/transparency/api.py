"""The public log. Hashes in JSON are standard base64.

``/log`` is the prefix of a C2SP tlog-tiles log: ``checkpoint``, ``tile/<L>/<N>[.p/<W>]``,
``tile/entries/<N>[.p/<W>]``. From these a stranger computes everything; the JSON answers beside them (inclusion and
consistency proofs, entries) spare them the work.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
from http import HTTPStatus
from typing import Annotated, Any
from uuid import UUID

from litestar import MediaType, Request, Response, get
from litestar.params import FromPath, FromQuery, QueryParameter
from pydantic import BaseModel

from seal.associations.directory import Tenancy
from seal.errors import NotFound
from seal.transparency import service, tiles, witness_api, witnessing
from seal.transparency.model import LeafType
from seal.web.policy import Public, policy

ENTRIES_MOST = 256
_SOON = {"Cache-Control": "public, max-age=5"}
_FOR_EVER = {"Cache-Control": "public, max-age=86400, immutable"}
_WHOLE_TILE = {"Cache-Control": "public, max-age=31536000, immutable"}
_OCTETS = "application/octet-stream"
Size = Annotated[int, QueryParameter(ge=0, le=2**53)]
MaybeSize = Annotated[int | None, QueryParameter(ge=0, le=2**53)]


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()


class ProofOut(BaseModel):
    """An inclusion proof (RFC 6962 2.1.1) of the leaf at ``index`` in the tree of ``size`` leaves."""

    index: int
    size: int
    entry: str
    leaf_hash: str
    path: list[str]
    checkpoint: str | None = None
    """The signed checkpoint of that size, if it is the latest."""


class ConsistencyOut(BaseModel):
    """A consistency proof (RFC 6962 2.1.2): the tree of ``size`` leaves extends that of ``old``."""

    old: int
    size: int
    path: list[str]


class EntriesOut(BaseModel):
    """Entries in order from ``start``; fewer than asked for at the end of the log."""

    start: int
    entries: list[str]


@policy(Public)
@get("/log/checkpoint", media_type="text/plain")
async def checkpoint(request: Request[Any, Any, Any], association: Tenancy) -> Response[bytes]:
    """The latest signed tree head, stamped by the log with the time, with the cosignatures of its witnesses: C2SP
    tlog-checkpoint, text."""
    found = await witnessing.served(association.id)
    if found is None:
        raise NotFound("transparency.no_checkpoint")
    return _as_it_stands(request, (await service.stamped(found)).note, "text/plain", _SOON)


@policy(Public)
@get("/log/tile/{name:path}", media_type=_OCTETS, include_in_schema=False)
async def tile(request: Request[Any, Any, Any], association: Tenancy, name: FromPath[str]) -> Response[bytes]:
    """A tile of hashes or a bundle of entries, by its one spelling. Raises ``NotFound('transparency.no_tile')``."""
    asked = tiles.parse(name.removeprefix("/"))
    if asked is None or request.scope["raw_path"] != f"/log/tile/{asked.path}".encode():
        raise NotFound("transparency.no_tile", tile=name.removeprefix("/")[:80])
    body = await service.tile(association.id, asked)
    headers = _WHOLE_TILE if asked.whole else _FOR_EVER
    return _as_it_stands(request, body, _OCTETS, headers, pack=asked.level is None)


def _as_it_stands(
    request: Request[Any, Any, Any], body: bytes, media_type: str, headers: dict[str, str], *, pack: bool = False
) -> Response[bytes]:
    """Bytes with an ETag of theirs, not again for who has them; ``pack``: gzip for who takes it (hashes do not)."""
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {"ETag": etag, **headers}
    if pack:
        headers["Vary"] = "Accept-Encoding"
    if etag in request.headers.get("if-none-match", ""):
        return Response(b"", status_code=int(HTTPStatus.NOT_MODIFIED), media_type=MediaType.TEXT, headers=headers)
    if pack and "gzip" in request.headers.get("accept-encoding", ""):
        headers["Content-Encoding"] = "gzip"
        body = gzip.compress(body, 6, mtime=0)
    return Response(body, media_type=media_type, headers=headers)


@policy(Public)
@get("/log/proof/{index:int}")
async def proof_of_index(association: Tenancy, index: FromPath[int], size: MaybeSize = None) -> Response[ProofOut]:
    """The inclusion proof of one leaf, in the tree of the latest checkpoint or of ``size`` leaves."""
    return await _proof(association.id, index, size)


@policy(Public)
@get("/log/proof")
async def proof_of_object(association: Tenancy, type: FromQuery[int], object: FromQuery[UUID]) -> Response[ProofOut]:
    """The inclusion proof of an object, by the leaf's type (1 to 6) and the object's UUID."""
    known = type in list(LeafType)
    leaf = await service.leaf_of(association.id, LeafType(type), object) if known else None
    if leaf is None:
        raise NotFound("transparency.no_object")
    return await _proof(association.id, leaf.index, None)


async def _proof(association_id: UUID, index: int, size: int | None) -> Response[ProofOut]:
    latest = await service.latest_checkpoint(association_id)
    if size is None:
        if latest is None:
            raise NotFound("transparency.no_checkpoint")
        size = latest.size
    path = await service.inclusion(association_id, index, size)
    (leaf,) = await service.leaves(association_id, index, index + 1)
    answer = ProofOut(
        index=index,
        size=size,
        entry=_text(leaf.entry),
        leaf_hash=_text(leaf.hash),
        path=[_text(one) for one in path],
        checkpoint=latest.note.decode() if latest and latest.size == size else None,
    )
    return Response(answer, headers=_SOON)


@policy(Public)
@get("/log/consistency")
async def consistency(association: Tenancy, old: Size, size: Size) -> Response[ConsistencyOut]:
    """The proof that nothing before ``old`` was changed since."""
    path = await service.consistency(association.id, old, size)
    return Response(ConsistencyOut(old=old, size=size, path=[_text(one) for one in path]), headers=_FOR_EVER)


@policy(Public)
@get("/log/entries")
async def entries(association: Tenancy, start: Size = 0, count: Size = ENTRIES_MOST) -> Response[EntriesOut]:
    """Entries ``[start, start + count)``, at most 256 at a time, so that anyone can follow the whole log."""
    found = await service.leaves(association.id, start, start + min(count, ENTRIES_MOST))
    return Response(EntriesOut(start=start, entries=[_text(leaf.entry) for leaf in found]), headers=_SOON)


routes: list[Any] = [checkpoint, tile, proof_of_index, proof_of_object, consistency, entries, *witness_api.routes]
