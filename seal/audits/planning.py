"""Verbs before the visit: plan, team, declarations of interest, and the start that freezes facts and checklist."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from hashlib import sha256
from uuid import UUID

import rfc8785

from seal import ids
from seal.audits import access, history, model, store
from seal.audits.interests import conflicts_of
from seal.audits.model import Audit, AuditAction, AuditKind, AuditState, AuditStep, Declaration
from seal.clock import rfc3339
from seal.db import in_unit_of_work, reading
from seal.db.violations import integrity
from seal.errors import BadInput, Conflict, NotFound, Reason, Refused
from seal.identity import Acting, Role
from seal.members import service as members
from seal.members.model import Dossier, Membership
from seal.notices import service as notices
from seal.people import service as people
from seal.protocols import service as protocols
from seal.protocols.publication import PublishedProtocol

BEFORE_START = frozenset(
    {
        AuditState.PLANNED,
        AuditState.TEAM_ASSIGNED,
        AuditState.ANNOUNCED,
        AuditState.SEALED,
        AuditState.CHECKED_OUT,
    }
)
REASON_MAX = 2000


async def plan(
    acting: Acting,
    *,
    producer_id: UUID,
    version_id: UUID,
    planned_for: date,
    kind: AuditKind | str = AuditKind.INITIAL,
    auditors: Sequence[UUID] = (),
    sites: Sequence[UUID] = (),
    products: Sequence[UUID] = (),
    unannounced: bool = False,
) -> Audit:
    """Plan an audit (ISO 19011 6.3): scope, criteria, day and team. Managers only.

    Raises ``Refused`` with every reason: scope of another producer or protocol, nothing in the scope, a day gone by, a
    version that is withdrawn, not valid yet or ended by a newer one on that day, not a member, a cycle that was never
    opened, and each auditor's missing role and conflicts of interest.
    """
    await people.authorise(acting, Role.MANAGER)
    try:
        kind = AuditKind(kind)
    except ValueError:
        raise BadInput("audits.plan.kind_unknown", field="kind", kind=str(kind)) from None
    dossier = await members.dossier_of(acting.association_id, producer_id)
    version = await protocols.pinned(acting.association_id, version_id)
    protocol_id = version.protocol.id
    passed = await _passed_cycles(acting.association_id, producer_id, protocol_id)
    reasons = _scope_reasons(dossier, protocol_id, sites, products)
    reasons += await protocols.planning_reasons(acting.association_id, version_id, planned_for)
    day = await access.today(acting)
    if planned_for < day:
        reasons.append(Reason("audits.plan.day_past", {"planned_for": planned_for.isoformat()}))
    if dossier.producer.state_on(day) is not Membership.MEMBER:
        reasons.append(Reason("audits.plan.not_member", {"producer": dossier.producer.trade_name}))
    if kind is not AuditKind.INITIAL and passed == 0:
        reasons.append(Reason("audits.plan.no_cycle", {"producer": dossier.producer.trade_name}))
    if kind is AuditKind.GAP and await _same_version(acting.association_id, producer_id, version):
        reasons.append(Reason("audits.plan.gap_same_version", {"version": version.version}))
    team = tuple(dict.fromkeys(auditors))
    for person_id in team:
        reasons.extend(await auditor_reasons(acting, person_id, producer_id))
    if reasons:
        raise Refused.because(reasons)
    audit = Audit(
        id=ids.uuid7(acting.at),
        association_id=acting.association_id,
        producer_id=producer_id,
        version_id=version_id,
        protocol_id=protocol_id,
        kind=kind,
        programme_year=model.programme_year(kind, passed),
        first_audit=passed == 0,
        unannounced=unannounced,
        planned_for=planned_for,
        planned_by=acting.person_id,
        planned_at=acting.at,
        sites=tuple(dict.fromkeys(sites)),
        products=tuple(dict.fromkeys(products)),
        assigned=(),
        declarations=(),
        steps=(),
    )

    async def write() -> Audit:
        await store.insert_audit(audit, lambda: ids.uuid7(acting.at))
        for person_id in team:
            await _insert_auditor(acting, audit.id, person_id)
        return await access.write_step(
            acting, audit, AuditStep(AuditAction.PLAN, acting.at, acting.at, acting.person_id)
        )

    return await in_unit_of_work(write)


def _scope_reasons(dossier: Dossier, protocol_id: str, sites: Sequence[UUID], products: Sequence[UUID]) -> list[Reason]:
    reasons = []
    own_sites = {site.id for site in dossier.sites}
    own_products = {product.id: product.protocol_id for product in dossier.products}
    name = dossier.producer.trade_name
    if not sites:
        reasons.append(Reason("audits.plan.no_site", {"producer": name}))
    if not products:
        reasons.append(Reason("audits.plan.no_product", {"producer": name}))
    if not own_sites.issuperset(sites):
        reasons.append(Reason("audits.plan.site_of_another", {"producer": name}))
    for product_id in products:
        if product_id not in own_products:
            reasons.append(Reason("audits.plan.product_of_another", {"producer": name}))
        elif own_products[product_id] != protocol_id:
            reasons.append(Reason("audits.plan.product_of_protocol", {"protocol": own_products[product_id]}))
    return reasons


async def _passed_cycles(association_id: UUID, producer_id: UUID, protocol_id: str) -> int:
    """Initial and renewal audits under this protocol that were concluded as passed and not voided."""
    async with reading():
        audits = await store.audits(association_id, producers=[producer_id])
        cycles = [
            one.id
            for one in audits
            if one.protocol_id == protocol_id and one.kind in model.CYCLES and one.state is AuditState.CLOSED
        ]
        return sum(found.passed for found in (await store.conclusions(association_id, cycles)).values())


async def _same_version(association_id: UUID, producer_id: UUID, version: PublishedProtocol) -> bool:
    """Whether the last concluded audit under the protocol was of this very version: then there is no gap."""
    async with reading():
        audits = await store.audits(association_id, producers=[producer_id])
    last = history.last_closed(tuple(one for one in audits if one.protocol_id == version.protocol_id))
    return last is not None and last.version_id == version.id


async def auditor_reasons(
    acting: Acting, person_id: UUID, producer_id: UUID, *, role_needed: bool = True
) -> list[Reason]:
    """Why a person may not be in the team: no auditor, or a conflict; each reason names the person."""
    person = await people.person(acting, person_id)
    reasons = []
    if role_needed and not (person.active and Role.AUDITOR in person.roles):
        reasons.append(Reason("audits.not_an_auditor", {"person": person.name}))
    reasons.extend(await conflicts_of(acting.association_id, person_id, producer_id, acting.at))
    return reasons


async def _insert_auditor(acting: Acting, audit_id: UUID, person_id: UUID) -> None:
    async with integrity({"audit_auditor_once": Conflict("audits.already_assigned")}):
        await store.insert_auditor(
            acting.association_id,
            audit_id,
            person_id,
            id=ids.uuid7(acting.at),
            by=acting.person_id,
            at=acting.at,
        )


async def assign(acting: Acting, audit_id: UUID, person_id: UUID) -> Audit:
    """Add an auditor to the team; the team is then cleared anew by declarations. Managers only.

    Raises ``Refused`` with every conflict (hard block, CERTIFICATION D 3) and ``Conflict('audits.already_assigned')``,
    also for somebody who left this team.
    """
    await people.authorise(acting, Role.MANAGER)
    found = await access.for_reviewer(acting, audit_id)
    if reasons := await auditor_reasons(acting, person_id, found.producer_id):
        raise Refused.because(reasons)

    async def write() -> Audit:
        now = await access.for_reviewer(acting, audit_id)
        access.require_state(now, BEFORE_START - {AuditState.CHECKED_OUT}, "assign")
        await _insert_auditor(acting, audit_id, person_id)
        if now.state is not AuditState.PLANNED:
            now = await access.step(acting, now, AuditAction.UNASSIGN)
        return await access.for_reviewer(acting, audit_id)

    return await in_unit_of_work(write)


async def unassign(acting: Acting, audit_id: UUID, person_id: UUID, *, reason: str) -> Audit:
    """Take an auditor off the team before the start (recusal). They still count as having taken part.

    The remaining team stands cleared if all its declarations do. Managers only.
    """
    await people.authorise(acting, Role.MANAGER)
    why = need_reason(reason)

    async def write() -> Audit:
        now = await access.for_reviewer(acting, audit_id)
        access.require_state(now, BEFORE_START - {AuditState.CHECKED_OUT}, "unassign")
        if person_id not in now.team:
            raise NotFound("audits.not_in_team")
        await store.end_auditor(acting.association_id, audit_id, person_id, acting.at)
        if now.state is not AuditState.PLANNED:
            now = await access.step(acting, now, AuditAction.UNASSIGN, reason=why)
        return await _clear_team(acting, await access.for_reviewer(acting, audit_id))

    return await in_unit_of_work(write)


def need_reason(reason: str) -> str:
    """The reason without outer spaces. Raises ``BadInput('audits.reason_needed' | 'audits.reason_long')``."""
    tidy = reason.strip()
    if not tidy:
        raise BadInput("audits.reason_needed", field="reason")
    if len(tidy) > REASON_MAX:
        raise BadInput("audits.reason_long", field="reason", longest=REASON_MAX)
    return tidy


async def names_of(acting: Acting, person_ids: Sequence[UUID]) -> dict[UUID, str]:
    """Names for sentences."""
    return {person_id: (await people.person(acting, person_id)).name for person_id in person_ids}


async def declare_conflicts(acting: Acting, audit_id: UUID, statement: str | None) -> Audit:
    """An auditor of the team declares their conflicts of interest for this audit; ``None`` declares none.

    The statement is kept as an exact, dated document under the signed-in person. Once the whole team has declared
    none, the team stands assigned and the producer is told (unless the audit is unannounced); a conflict takes the
    audit back to planning. Raises ``NotFound`` for anyone outside the team.
    """
    found = await access.for_team(acting, audit_id)
    person_id = access.person_of(acting)
    text = None if statement is None else need_reason(statement)
    name = (await people.person(acting, person_id)).name
    document = rfc8785.dumps(
        {
            "schema": "seal-conflict-declaration/1",
            "association": str(acting.association_id),
            "audit": str(audit_id),
            "producer": str(found.producer_id),
            "person": str(person_id),
            "name": name,
            "conflict": text,
            "declared_at": rfc3339(acting.at),
        }
    )
    declaration = Declaration(person_id, text, acting.at, sha256(document).hexdigest())

    async def write() -> Audit:
        now = await access.for_team(acting, audit_id)
        access.require_state(now, BEFORE_START, "declare")
        await store.insert_declaration(acting.association_id, audit_id, declaration, document, id=ids.uuid7(acting.at))
        now = await access.for_team(acting, audit_id)
        if text is not None and now.state in (AuditState.TEAM_ASSIGNED, AuditState.ANNOUNCED, AuditState.SEALED):
            return await access.step(acting, now, AuditAction.UNASSIGN, reason=text)
        return await _clear_team(acting, now)

    return await in_unit_of_work(write)


async def _clear_team(acting: Acting, found: Audit) -> Audit:
    """Assign and announce (or keep sealed) once nothing stands against the team."""
    names = dict.fromkeys(found.team, "")
    if found.state is not AuditState.PLANNED or model.team_reasons(found, names):
        return found
    found = await access.step(acting, found, AuditAction.ASSIGN)
    if found.unannounced:
        return await access.step(acting, found, AuditAction.KEEP_SEALED)
    found = await access.step(acting, found, AuditAction.ANNOUNCE)
    for person_id in await members.representatives(acting.association_id, found.producer_id, acting.at):
        await notices.enqueue(
            acting.association_id,
            person_id,
            "audit_announced",
            {"planned_for": found.planned_for.isoformat()},
            acting.at,
            acting.at,
            subject=f"{found.id}/{person_id}",
        )
    return found
