"""What anyone may read of an association's keys: DID document, JWK Set, key statements."""

from __future__ import annotations

from typing import Any

from litestar import Response, get
from pydantic import BaseModel

from seal.associations.directory import Tenancy
from seal.keys import service
from seal.web.policy import Public, policy

CACHE = {"Cache-Control": "public, max-age=300"}


class StatementOut(BaseModel):
    """One key statement (compact JWS) with what its log leaf of type 1 is made of."""

    statement: str
    object_id: str
    salt: str
    """Sixteen bytes in hexadecimal."""


class KeysOut(BaseModel):
    """The key history, first to last. ``fingerprint`` is the present issuing key's, as printed on certificates: compare
    it with paper, not with this answer."""

    did: str
    base: str
    fingerprint: str | None
    log_key: str | None
    """The log's verifier key, as C2SP signed notes write it."""
    statements: list[StatementOut]


@policy(Public)
@get(["/.well-known/did.json", "/did.json"])
async def did_document(association: Tenancy) -> Response[dict[str, Any]]:
    """The association's did:web document; without keys before the ceremony."""
    return Response(await service.did_document(association), headers=CACHE)


@policy(Public)
@get(["/.well-known/jwks.json", "/jwks.json"])
async def key_set(association: Tenancy) -> Response[dict[str, Any]]:
    """The same keys as a JWK Set (RFC 7517)."""
    return Response(await service.jwks(association), media_type="application/jwk-set+json", headers=CACHE)


@policy(Public)
@get("/keys")
async def statements(association: Tenancy) -> Response[KeysOut]:
    """The chain of key statements, for verifiers that pin a fingerprint."""
    rows = await service.statement_leaves(association.id)
    held = await service.public_keys(association.id) if rows else None
    answer = KeysOut(
        did=association.did,
        base=association.base,
        fingerprint=held.fingerprint if held else None,
        log_key=(await service.verifier_key(association)).text if held else None,
        statements=[
            StatementOut(statement=compact.decode(), object_id=str(object_id), salt=salt.hex())
            for object_id, salt, compact in rows
        ],
    )
    return Response(answer, headers=CACHE)


routes: list[Any] = [did_document, key_set, statements]
