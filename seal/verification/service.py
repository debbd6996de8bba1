"""Verification: one answer for one code, token or address, and what is served beside it.

Nobody signs in here and nothing is decided here: evidence is gathered, ``model.judge`` decides.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

import rfc8785

from seal.associations import service as associations
from seal.associations.model import Association
from seal.certificates import service as certificates
from seal.certificates.status import ServedList
from seal.certificates.status_list import PURPOSES
from seal.db import reading
from seal.errors import NotFound, SealError, Unavailable
from seal.ids import Code as TypedCode
from seal.keys import jws, recovery
from seal.keys import service as keys
from seal.keys.model import IntentKind, KeyRole, KeySet
from seal.labels import service as labels
from seal.labels.token import Token
from seal.printing import papers
from seal.protocols import service as protocols
from seal.transparency import marks, witnessing
from seal.transparency import service as log
from seal.transparency.model import LeafType
from seal.transparency.proof_file import Extra, ProofFile
from seal.verification import answer, gathering, recovering, scans, seals, store
from seal.verification import reading as holdings
from seal.verification.answer import Answer
from seal.verification.bundling import bundle
from seal.verification.facts import Evidence, Source
from seal.verification.model import RANK, Code, judge
from seal.verification.seal_store import FoundBox, FoundRoll
from seal.verification.store import Found

_log = logging.getLogger("seal.verification")
LIST_MAX = 2**53
"""More than any number of a status list."""

__all__ = ["bundle", "certifications", "credential", "finish", "proof", "protocol_document", "status_list", "verify"]


async def verify(text: str, at: datetime, *, house: Association | None = None) -> Answer:
    """The answer for a code, a token or the address of either, whichever association of this server it belongs to.

    ``house`` is whose page was asked; it lends its keys and zone to an id that nobody owns. Counts no scan: that is
    ``scans.count``. What cannot be read gives ``cannot_check``, never an exception and never "not valid".
    """
    held = holdings.read(text)
    if held is None or isinstance(held, holdings.SignedCredential):
        return Answer(judge(Evidence(Source.SERVER, at), at), at, "")
    asked = holdings.canonical(held)
    code = _typed(held)
    try:
        async with reading(fresh=False):
            found = await store.load(code.public_id) or await seals.load(code.public_id)
            owner = await associations.get(found.association_id) if found else house
            return await _answer(held, asked, code, found, owner, at)
    except Exception as error:
        # The database is away, or what it holds cannot be read: whatever the reason, that is no word about the jar.
        if not isinstance(error, SealError):
            _log.exception("the evidence on a code could not be read")
        return Answer(judge(Evidence(Source.SERVER, at, readable=False), at), at, asked, code)


async def _answer(
    held: holdings.Held,
    asked: str,
    code: TypedCode,
    found: Found | FoundRoll | FoundBox | None,
    owner: Association | None,
    at: datetime,
) -> Answer:
    key_set = await _keys(owner) if owner else None
    evidence = Evidence(Source.SERVER, at, owner.zone if owner else "UTC", holds_key=key_set is not None or not owner)
    if owner is None or key_set is None:
        evidence = replace(evidence, asked=holdings.ask(held, (), None))
        return Answer(judge(evidence, at), at, asked, code)
    held_keys = gathering.held_keys(owner, key_set)
    if isinstance(found, FoundRoll | FoundBox):
        gathered = await seals.gather(evidence, held, found, owner, held_keys, at)
    else:
        evidence = await _evidence(evidence, held, found, owner, held_keys, code, at)
        gathered = seals.Gathered(evidence, found, code.unit)
    evidence = gathered.evidence
    behind = await recovering.is_on(owner.id)
    verdict = recovering.verdict(owner, evidence, asked, at) if behind else judge(evidence, at)
    if found is None or verdict.code is Code.UNKNOWN:
        return Answer(verdict, at, asked, code)
    record = None
    shown = RANK[verdict.code] > RANK[Code.NEWER_THAN_LIST]
    if shown and verdict.code is not Code.NOT_SEALED and gathered.batch is not None:
        record = await _record(gathered.batch, owner, gathered.unit)
    box = seals.box_record(gathered) if shown else None
    seal = gathered.seal if shown else None
    return Answer(verdict, at, asked, code, True, _association(owner, key_set), record, seal, box)


async def _evidence(
    evidence: Evidence,
    held: holdings.Held,
    found: Found | None,
    owner: Association,
    held_keys: tuple[holdings.HeldKey, ...],
    code: TypedCode,
    at: datetime,
) -> Evidence:
    if found is None:
        return replace(evidence, asked=holdings.ask(held, held_keys, None))
    one = gathering.certification_facts(found, owner, held_keys, at) if found.row["ce_id"] else None
    batch = gathering.batch_facts(found, owner, held_keys, one) if found.kind == "batch" else None
    leaf = found.row["b_leaf_index" if batch else "ce_leaf_index"]
    return replace(
        evidence,
        asked=holdings.ask(held, held_keys, holdings.Owner(owner.did, owner.zone, leaf)),
        batch=batch,
        certification=one,
        seen_often=bool(batch and code.unit and await scans.seen_often(owner, code, at)),
    )


async def _record(found: Found, owner: Association, unit: int | None) -> answer.Record:
    row = found.row
    published = await protocols.pinned(owner.id, row["ce_version_id"])
    terms = await store.terms(owner.id, row["producer_id"], row["ce_protocol_id"])
    record = gathering.record(found, owner, published.protocol, terms, unit)
    object_id = found.row["b_id" if found.kind == "batch" else "ce_id"]
    return replace(record, on_paper=bool(await papers.editions(owner.id, object_id)))


async def _keys(owner: Association) -> KeySet | None:
    try:
        return await keys.public_keys(owner.id)
    except Unavailable as error:
        if error.code == "keys.missing":
            return None
        raise


def _association(owner: Association, key_set: KeySet) -> answer.Association:
    return answer.Association(
        owner.name, owner.base, owner.did, owner.zone, owner.colour, owner.demonstration, key_set.fingerprint
    )


def _typed(held: holdings.Held) -> TypedCode:
    """What a person would type for it: of a unit or a seal, with its number."""
    if isinstance(held, Token):
        return TypedCode(held.fields.public_id, held.fields.number)
    assert isinstance(held, TypedCode)
    return held


@dataclass(frozen=True)
class Credential:
    """One credential in every form that there is of it now; ``compact`` is ``None`` while it is not signed."""

    owner: Association
    compact: bytes | None
    embedded: bytes | None
    """The same document with its proof inside."""
    object_id: UUID
    on_paper: bool = False
    """True if the certificate has been drawn: :func:`paper` gives it."""
    leaf: int | None = None
    """Its place in the log; ``None`` until it is logged."""

    @property
    def bare(self) -> bytes | None:
        """The document alone: what the JWS carries."""
        return jws.parse(self.compact, typ=jws.VC).payload if self.compact is not None else None


async def credential(public_id: int) -> Credential | None:
    """The forms of a credential; ``None`` for no such id."""
    async with reading(fresh=False):
        found = await store.load(public_id)
        if found is None:
            return None
        batch = found.kind == "batch"
        owner = await associations.get(found.association_id)
        compact = found.row["b_jws" if batch else "ce_jws"]
        kind = IntentKind.BATCH if batch else IntentKind.CERTIFICATION
        object_id = found.row["b_id" if batch else "ce_id"]
        embedded = await keys.embedded(owner.id, kind, object_id)
        drawn = bool(await papers.editions(owner.id, object_id))
    leaf = found.row["b_leaf_index" if batch else "ce_leaf_index"]
    return Credential(owner, bytes(compact) if compact is not None else None, embedded, object_id, drawn, leaf)


async def paper(owner: Association, object_id: UUID, lang: str) -> bytes:
    """The certificate on paper as it was drawn, in ``lang`` if there is one. Raises ``NotFound('printing.no_paper')``,
    ``Unavailable('printing.damaged')``."""
    found = await labels.public_paper(owner, object_id, lang)
    if found is None:
        raise NotFound("printing.no_paper")
    return found.served


async def certifications(association_id: UUID) -> tuple[list[Found], dict[UUID, list[dict[str, Any]]]]:
    """Every certification with its steps, and the products of each: what the register is made of."""
    async with reading(fresh=False, long=True):
        return await store.certifications(association_id), await store.certified_products(association_id)


async def proof(public_id: int, at: datetime) -> tuple[Association, bytes] | None:
    """The owner of a credential and its ``tlog-proof`` (``transparency.proof_file``), under the newest checkpoint that
    witnesses have cosigned, or the newest of all. ``None`` for no such id, or while no checkpoint covers its leaf."""
    async with reading():
        found = await store.load(public_id)
        if found is None:
            return None
        batch = found.kind == "batch"
        alias = "b" if batch else "ce"
        owner = await associations.get(found.association_id)
        salt, index = found.row[f"{alias}_salt"], found.row[f"{alias}_leaf_index"]
        checkpoint = await witnessing.for_bundle(owner.id, at, index + 1) if index is not None else None
        if salt is None or checkpoint is None or index >= checkpoint.size:
            return None
        kind = LeafType.BATCH if batch else LeafType.CERTIFICATION
        extra = Extra(kind, found.row[f"{alias}_id"], bytes(salt), await keys.statements(owner.id))
        path = await log.inclusion(owner.id, index, checkpoint.size)
        note = (await log.stamped(checkpoint)).note
    return owner, ProofFile(extra.encoded, index, path, note).encoded


async def status_list(association_id: UUID, purpose: str, number: int) -> ServedList:
    """A Bitstring Status List credential as published. Raises ``NotFound('verification.no_status_list')``."""
    try:
        if purpose in PURPOSES and 0 <= number <= LIST_MAX:
            if await recovering.is_on(association_id):
                newest = marks.kept(association_id, recovery.status_name(purpose, number))
                if newest is None:
                    raise Unavailable("keys.recovery")
                return ServedList(newest, None, (await certificates.epoch(association_id)), 0)
            return await certificates.served_list(association_id, purpose, number)
    except NotFound:
        pass
    raise NotFound("verification.no_status_list", purpose=purpose[:40], number=str(number)[:40])


async def protocol_document(association_id: UUID, protocol_id: str, version: str) -> bytes:
    """The exact bytes that a protocol's digest is taken over. Raises ``NotFound('protocols.not_found')``."""
    published = await protocols.published_by_name(association_id, protocol_id, version)
    return bytes(rfc8785.dumps(dict(published.protocol.modules[0].document)))


async def finish(association_id: UUID, at: datetime) -> None:
    """What the jobs loop does here: write the scan counts, make a bundle if one is due and the log key is open, and
    forget the intents of bundles that were replaced long ago."""
    await scans.write(at, now=True)
    if keys.can_sign(association_id, KeyRole.LOG):
        await bundle(association_id, at)
    await keys.forget_bundles(association_id, at)
