"""Verbs that record what is known of a producer: facts, permits, ties, the agreement and who acts for it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from seal import ids
from seal.db import in_unit_of_work
from seal.db.violations import integrity
from seal.errors import BadInput, Conflict
from seal.files import service as files
from seal.identity import Acting, Role
from seal.members import model, store
from seal.members.access import found, require_access
from seal.members.model import Agreement, Fact, FactValue, Permit, Relation, RelationKind
from seal.people import service as people


async def record_facts(acting: Acting, producer_id: UUID, facts: Mapping[str, FactValue]) -> tuple[Fact, ...]:
    """Record profile facts by name; ``None`` takes a fact back to "unknown". Earlier tellings stay.

    Managers, and whoever represents the producer. Audits keep the facts that they started with.
    """
    await people.authorise(acting, Role.MANAGER, Role.PRODUCER)
    await require_access(acting, producer_id)
    told = [
        Fact(model.clean("fact", name, 60), model.clean_fact(value), acting.at) for name, value in sorted(facts.items())
    ]

    async def write() -> tuple[Fact, ...]:
        for fact in told:
            await store.insert_fact(
                acting.association_id, producer_id, fact, id=ids.uuid7(acting.at), recorded_by=acting.person_id
            )
        return model.latest_facts(await store.facts(acting.association_id, producer_id))

    return await in_unit_of_work(write)


async def record_permit(
    acting: Acting,
    producer_id: UUID,
    *,
    kind: str,
    number: str,
    valid_until: date | None,
    file_id: UUID | None = None,
) -> Permit:
    """Record an authorisation; a newer one of the same kind replaces it. ``valid_until`` is its last day.

    Raises ``NotFound('files.not_found')`` for a file that the association does not have. Managers only.
    """
    await people.authorise(acting, Role.MANAGER)
    if file_id is not None:
        await files.about(acting.association_id, file_id)
    permit = Permit(
        ids.uuid7(acting.at),
        producer_id,
        model.clean("kind", kind, 60),
        model.clean("number", number, 80),
        valid_until,
        file_id,
        acting.at,
    )

    async def write() -> Permit:
        await found(acting, producer_id)
        await store.insert_permit(acting.association_id, permit, acting.person_id)
        return permit

    return await in_unit_of_work(write)


async def declare_relation(
    acting: Acting,
    person_id: UUID,
    producer_id: UUID,
    *,
    kind: RelationKind | str,
    since: date,
    until: date | None = None,
    degree: int | None = None,
) -> Relation:
    """Record a tie between a person and a producer. Managers, or the person about themselves.

    Raises ``BadInput`` (see ``model.check_relation``) and ``NotFound`` for a person or producer that is not there.
    """
    if acting.person_id == person_id:
        await people.authorise(acting, Role.MANAGER, Role.AUDITOR, Role.CERTIFIER)
    else:
        await people.authorise(acting, Role.MANAGER)
    try:
        kind = RelationKind(kind)
    except ValueError:
        raise BadInput("members.relation_kind_unknown", field="kind", kind=str(kind)) from None
    model.check_relation(kind, degree, since, until)
    relation = Relation(person_id, producer_id, kind, degree, since, until)
    await people.person(acting, person_id)

    async def write() -> Relation:
        await found(acting, producer_id)
        await store.insert_relation(
            acting.association_id, relation, id=ids.uuid7(acting.at), recorded_by=acting.person_id, at=acting.at
        )
        return relation

    return await in_unit_of_work(write)


async def sign_agreement(acting: Acting, producer_id: UUID, *, version: str, terms: bytes) -> Agreement:
    """Accept the certification agreement: the exact terms are kept with their digest. No audit without it.

    Whoever represents the producer, or a manager who files the signed paper. The same version and terms again
    give the first signature; other terms under the same version raise ``Conflict('members.agreement_differs')``.
    """
    await people.authorise(acting, Role.MANAGER, Role.PRODUCER)
    await require_access(acting, producer_id)
    if not terms:
        raise BadInput("members.field_empty", field="terms")
    signed = Agreement(producer_id, model.clean("version", version, 40), model.terms_digest(terms), acting.at)
    differs = Conflict("members.agreement_differs", version=signed.version)

    async def write() -> Agreement:
        for earlier in await store.agreements(acting.association_id, producer_id):
            if earlier.version == signed.version:
                if earlier.terms_sha256 != signed.terms_sha256:
                    raise differs
                return earlier
        async with integrity({"agreement_version_once": differs}):
            await store.insert_agreement(
                acting.association_id, signed, terms, id=ids.uuid7(acting.at), signed_by=acting.person_id
            )
        return signed

    return await in_unit_of_work(write)


async def represent(acting: Acting, person_id: UUID, producer_id: UUID) -> None:
    """Let a person act for a producer from now on. Doing it twice changes nothing. Managers only."""
    await people.authorise(acting, Role.MANAGER)
    await people.person(acting, person_id)

    async def write() -> None:
        await found(acting, producer_id)
        if producer_id in await store.represented(acting.association_id, person_id, acting.at):
            return
        await store.insert_representation(
            acting.association_id, person_id, producer_id, acting.at, id=ids.uuid7(acting.at)
        )

    await in_unit_of_work(write)


async def end_representation(acting: Acting, person_id: UUID, producer_id: UUID) -> None:
    """The person no longer acts for the producer from now on; what they did stays. Managers only."""
    await people.authorise(acting, Role.MANAGER)

    async def write() -> None:
        await store.end_representation(acting.association_id, person_id, producer_id, acting.at)

    await in_unit_of_work(write)
