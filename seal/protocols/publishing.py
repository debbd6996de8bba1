"""Verbs of a version's life: propose, return, publish by a second person, withdraw."""

from __future__ import annotations

import hashlib
from pathlib import Path
from uuid import UUID

from seal import ids
from seal.associations import service as associations
from seal.db import in_unit_of_work, reading
from seal.db.violations import integrity
from seal.errors import BadInput, NotFound, Reason, Refused
from seal.identity import Acting, Role
from seal.people import service as people
from seal.protocols import life_store, loader, placeholders, resolving, store
from seal.protocols.life import Action, Life, Source, State, Step, apply, order, refuse_same_person
from seal.protocols.loader import Key
from seal.protocols.model import Protocol
from seal.protocols.publication import (
    PublishedProtocol,
    package_bytes,
    publication_bytes,
    refusals,
    withdrawal_bytes,
)
from seal.transparency import service as transparency
from seal.transparency.model import LeafType, new_salt

REASON_MAX = 2000


async def propose(acting: Acting, protocol_id: str, version: str, *, folder: Path | None = None) -> Life:
    """Propose a version of the library, or a draft, for publication. Managers, or the owner at the command line.

    It is frozen as it stands now by the digest of its package. Proposing what is proposed gives it back. Raises
    ``BadInput`` with every fault of the text, ``NotFound('protocols.not_in_library')``,
    ``Refused('protocols.draft' | 'protocols.life.not_now' | …)``.
    """
    await people.authorise(acting, Role.MANAGER)
    home = folder or loader.shipped()
    association = await associations.get(acting.association_id)
    life = await _life(association.id, protocol_id, version)
    if life is not None and life.state is State.PROPOSED:
        return life
    if life is not None:
        apply(life.state, Action.PROPOSE)
    found = await resolving.protocol_of(association.id, (protocol_id, version), life, home)
    if reasons := _unready(found, life):
        raise Refused.because(reasons)
    digest = package_sha256(found)

    async def change() -> Life:
        now = await life_store.by_name(association.id, protocol_id, version)
        if now is None:
            now = begun(acting, protocol_id, version, Source.LIBRARY)
            await life_store.insert(now)
        return await act(acting, now, Action.PROPOSE, package_sha256=digest)

    return await in_unit_of_work(change)


async def publish(acting: Acting, protocol_id: str, version: str, *, folder: Path | None = None) -> PublishedProtocol:
    """Publish what somebody else proposed: keep it whole and log it (leaf type 2). Older versions are superseded.

    Managers, or the owner at the command line. Publishing the same version again gives back what is kept. Raises
    ``BadInput`` with every fault of the text, ``NotFound('protocols.not_in_library')``, ``Refused('protocols.edited' |
    'protocols.not_proposed' | 'protocols.two_people' | 'protocols.changed_since_proposed' | …)``.
    """
    await people.authorise(acting, Role.MANAGER)
    home = folder or loader.shipped()
    association = await associations.get(acting.association_id)
    life = await _life(association.id, protocol_id, version)
    found = await resolving.protocol_of(association.id, (protocol_id, version), life, home)
    salt = new_salt()

    async def change() -> PublishedProtocol:
        kept = await store.by_name(association.id, protocol_id, version)
        now = await life_store.by_name(association.id, protocol_id, version)
        library = now is None or now.source is Source.LIBRARY
        if library and (reasons := refusals(found, kept)):
            raise Refused.because(reasons)
        if kept is not None:
            return kept
        if now is None or now.state is State.DRAFT:
            raise Refused("protocols.not_proposed", id=protocol_id, version=version)
        apply(now.state, Action.PUBLISH)
        refuse_same_person(now, acting.person_id)
        proposal = now.proposal
        assert proposal is not None
        package = package_bytes(found)
        if hashlib.sha256(package).hexdigest() != proposal.package_sha256:
            raise Refused("protocols.changed_since_proposed", **now.name)
        fresh = PublishedProtocol(
            id=now.id,
            association_id=association.id,
            protocol_id=protocol_id,
            version=version,
            digest=found.digest,
            protocol=found,
            published_by=acting.person_id,
            published_at=acting.at,
            document=publication_bytes(association.did, found, package, acting.at),
            salt=salt,
            proposed_by=proposal.actor_id,
            proposed_at=proposal.at,
        )
        async with integrity({"protocol_version_two_people": Refused("protocols.two_people", **now.name)}):
            await store.insert(fresh, package)
        await act(acting, now, Action.PUBLISH)
        await transparency.append(association.id, LeafType.PROTOCOL, fresh.id, fresh.document, fresh.salt, acting.at)
        await _supersede(acting, protocol_id)
        return fresh

    return await in_unit_of_work(change)


async def _life(association_id: UUID, protocol_id: str, version: str) -> Life | None:
    async with reading(fresh=True):
        return await life_store.by_name(association_id, protocol_id, version)


async def _supersede(acting: Acting, protocol_id: str) -> None:
    """Every published version but the newest is superseded by it."""
    lives = await life_store.of_association(acting.association_id, protocol_id)
    standing = sorted((life for life in lives if life.state is State.PUBLISHED), key=lambda life: order(life.version))
    for older in standing[:-1]:
        await act(acting, older, Action.SUPERSEDE)


async def give_back(acting: Acting, protocol_id: str, version: str, *, reason: str) -> Life:
    """A proposal goes back to its author, with the reason. Managers."""
    return await _with_reason(acting, (protocol_id, version), Action.RETURN, reason)


async def discard(acting: Acting, protocol_id: str, version: str, *, reason: str) -> Life:
    """Nobody goes on with a draft; its text is kept. Managers."""
    return await _with_reason(acting, (protocol_id, version), Action.DISCARD, reason)


async def withdraw(acting: Acting, protocol_id: str, version: str, *, reason: str) -> Life:
    """No audit is planned under this version any more; what was certified stands until it is decided otherwise.

    The reason is public and logged (leaf type 5). Managers. Raises ``NotFound('protocols.not_found')``.
    """
    return await _with_reason(acting, (protocol_id, version), Action.WITHDRAW, reason)


async def _with_reason(acting: Acting, key: Key, action: Action, reason: str) -> Life:
    await people.authorise(acting, Role.MANAGER)
    why = need_reason(reason)
    association = await associations.get(acting.association_id)
    salt = new_salt()

    async def change() -> Life:
        life = await life_store.by_name(association.id, *key)
        if life is None:
            raise NotFound("protocols.not_found")
        if action is not Action.WITHDRAW:
            return await act(acting, life, action, reason=why)
        apply(life.state, action)
        kept = await store.by_id(association.id, life.id)
        assert kept is not None
        document = withdrawal_bytes(association.did, kept, why, acting.at)
        after = await act(acting, life, action, reason=why, document=document, salt=salt)
        step = after.steps[-1]
        await transparency.append(association.id, LeafType.DECISION, step.id, document, salt, acting.at)
        return after

    return await in_unit_of_work(change)


async def act(
    acting: Acting,
    life: Life,
    action: Action,
    *,
    reason: str = "",
    package_sha256: str | None = None,
    document: bytes | None = None,
    salt: bytes | None = None,
) -> Life:
    """Take one step, in the caller's unit of work. Raises ``Refused('protocols.life.not_now')``."""
    apply(life.state, action)
    step = Step(ids.uuid7(acting.at), action, acting.person_id, acting.at, reason, package_sha256, document, salt)
    await life_store.insert_step(life, len(life.steps), step)
    found = await life_store.by_id(life.association_id, life.id)
    assert found is not None
    return found


def begun(acting: Acting, protocol_id: str, version: str, source: Source) -> Life:
    """A life with its first step, not written yet."""
    first = Step(ids.uuid7(acting.at), Action.BEGIN, acting.person_id, acting.at)
    return Life(
        id=ids.uuid7(acting.at),
        association_id=acting.association_id,
        protocol_id=protocol_id,
        version=version,
        source=source,
        begun_by=acting.person_id,
        begun_at=acting.at,
        steps=(first,),
    )


def package_sha256(protocol: Protocol) -> str:
    return hashlib.sha256(package_bytes(protocol)).hexdigest()


def _unready(found: Protocol, life: Life | None) -> list[Reason]:
    """A file of the library says itself when it is finished; a draft is finished when somebody proposes it.
    Neither is while it says what a new draft comes with."""
    reasons = list(refusals(found, None)) if life is None or life.source is Source.LIBRARY else []
    words = (words for part in found.modules for words in part.words.values())
    if points := dict.fromkeys(point for each in words for point, _ in placeholders.left(each)):
        named = {"id": found.id, "version": found.version, "points": ", ".join(points)}
        reasons.append(Reason("protocols.placeholder_left", named))
    return reasons


def need_reason(reason: str) -> str:
    """The reason without outer spaces. Raises ``BadInput('protocols.reason_needed' | 'protocols.reason_long')``."""
    tidy = reason.strip()
    if not tidy:
        raise BadInput("protocols.reason_needed", field="reason")
    if len(tidy) > REASON_MAX:
        raise BadInput("protocols.reason_long", field="reason", longest=REASON_MAX)
    return tidy
