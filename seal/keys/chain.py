"""The verified key history of an association, and what payloads are held against because of it."""

from __future__ import annotations

from functools import lru_cache
from uuid import UUID

from seal.associations.model import Association
from seal.errors import Unavailable
from seal.keys import jws, store
from seal.keys import statement as statements_of
from seal.keys.lint import Setting
from seal.keys.statement import KeyHistory


@lru_cache(maxsize=64)
def _verified(compacts: tuple[bytes, ...]) -> KeyHistory:
    last = jws.parse(compacts[-1], typ=jws.KEYS, max_bytes=statements_of.MAX_BYTES)
    return statements_of.verify_chain(compacts, statements_of.read_payload(last.payload).fingerprint)


async def history(association_id: UUID) -> KeyHistory | None:
    """The verified chain of key statements, ``None`` before the ceremony."""
    compacts = await store.statements(association_id)
    return _verified(compacts) if compacts else None


async def required(association_id: UUID) -> KeyHistory:
    """The same. Raises ``Unavailable('keys.missing')`` before the ceremony."""
    chain = await history(association_id)
    if chain is None:
        raise Unavailable("keys.missing")
    return chain


def setting(association: Association, chain: KeyHistory | None) -> Setting:
    """What payloads of this association are held against now."""
    issuing = chain.current.issuing if chain else None
    return Setting(association.base, association.did, association.log_origin, issuing)
