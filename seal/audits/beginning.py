"""The start of an audit, which freezes facts and checklist by digest, and corrections of facts on site."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from uuid import UUID

import rfc8785

from seal import ids
from seal.audits import access, finding_store, gap, history, model, profile, store
from seal.audits.gap import Carried
from seal.audits.model import Audit, AuditAction, AuditKind
from seal.audits.planning import auditor_reasons, names_of, need_reason
from seal.db import in_unit_of_work, reading
from seal.db.violations import integrity
from seal.errors import BadInput, Conflict, Reason, Refused
from seal.identity import Acting, Device
from seal.members import service as members
from seal.members.model import Dossier, FactValue
from seal.protocols import checklist as checklists
from seal.protocols import service as protocols
from seal.protocols.applicability import Facts
from seal.protocols.checklist import Checklist
from seal.protocols.diff import changed_points
from seal.protocols.model import Protocol

SEED_BYTES = 32
"""Of the seed by which the samples of an audit are drawn."""


async def start(acting: Acting, audit_id: UUID, *, device: Device | None = None) -> Audit:
    """Begin: freeze the producer's facts and the checklist by digest. An auditor of the team.

    A gap audit also freezes what it carries over from the audit before. Raises ``Refused`` with every reason:
    agreement not signed, declarations missing or with a conflict, conflicts computed anew, nothing to look at in a
    gap audit; ``Refused('audits.step')`` from a state that cannot start.
    """
    found = await access.for_team(acting, audit_id)
    model.apply(found.state, AuditAction.START)
    dossier = await members.dossier_of(acting.association_id, found.producer_id)
    reasons = list(model.team_reasons(found, await names_of(acting, found.team)))
    if dossier.agreement is None:
        reasons.append(Reason("audits.start.no_agreement", {"producer": dossier.producer.trade_name}))
    for person_id in found.team:
        reasons.extend(await auditor_reasons(acting, person_id, found.producer_id))
    version = await protocols.pinned(acting.association_id, found.version_id)
    facts = dossier.fact_values()
    checklist = derive(found, version.protocol, dossier, facts)
    carried = await _carried(found, version.protocol, checklist)
    if found.kind is AuditKind.GAP and (carried is None or len(carried.outcomes) == len(checklist.points)):
        reasons.append(Reason("audits.start.gap_nothing", {"version": version.version}))
    if reasons:
        raise Refused.because(reasons)
    frozen = store.FrozenChecklist(
        0,
        _facts_bytes(facts),
        checklist.bytes,
        checklist.digest,
        "",
        acting.at,
        carried.encoded if carried else None,
        secrets.token_hex(SEED_BYTES),
    )

    async def write() -> Audit:
        now = await access.for_team(acting, audit_id)
        now = await access.step(acting, now, AuditAction.START, device=device)
        await store.insert_checklist(
            acting.association_id, audit_id, frozen, id=ids.uuid7(acting.at), by=acting.person_id
        )
        return now

    return await in_unit_of_work(write)


def derive(found: Audit, protocol: Protocol, dossier: Dossier, facts: Facts) -> Checklist:
    """The checklist by version, facts, scope and year."""
    products, sites = access.scope_of(found, dossier)
    return checklists.build(protocol, facts, year=found.programme_year, products=products, sites=sites)


async def _carried(found: Audit, protocol: Protocol, checklist: Checklist) -> Carried | None:
    """What a gap audit takes over from the last concluded audit; ``None`` for other kinds, or without one."""
    if found.kind is not AuditKind.GAP:
        return None
    past = await history.past_of(found)
    if past.audit is None:
        return None
    before = await protocols.pinned(found.association_id, past.audit.version_id)
    async with reading():
        findings = await finding_store.findings(found.association_id, producers=[found.producer_id])
    return gap.carry(
        checklist,
        changed_points(before.protocol, protocol),
        audit_id=past.audit.id,
        conclusion_sha256=past.digest,
        version=before.version,
        answers=past.answers,
        findings=findings,
    )


def _facts_bytes(facts: Mapping[str, FactValue]) -> bytes:
    return rfc8785.dumps({name: list(value) if isinstance(value, tuple) else value for name, value in facts.items()})


def _facts_of(held: bytes) -> dict[str, FactValue]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in json.loads(held).items()}


async def correct_facts(
    acting: Acting, audit_id: UUID, facts: Mapping[str, FactValue], *, reason: str, confirmed: bool = False
) -> Audit:
    """Correct the frozen facts on site: the checklist is derived anew. Earlier answers stay; those to points that
    no longer apply are kept and not counted. An auditor of the team, while answers are taken.

    Raises ``BadInput('audits.fact_unknown')`` for a fact that the protocol does not ask for, ``BadInput`` for a value
    of another type, and ``Refused('audits.fact_doubtful')`` for a number outside what is plausible, unless confirmed.
    """
    found = await access.for_team(acting, audit_id)
    why = need_reason(reason)
    version = await protocols.pinned(acting.association_id, found.version_id)
    asked = {fact.id: fact for fact in version.protocol.facts}
    if unknown := sorted(set(facts) - set(asked)):
        raise BadInput("audits.fact_unknown", field="facts", fact=unknown[0])
    doubts = [doubt for name, value in facts.items() for doubt in profile.check(asked[name], value)]
    if doubts and not confirmed:
        raise Refused.because(doubts)
    dossier = await members.dossier_of(acting.association_id, found.producer_id)

    async def write() -> Audit:
        now = await access.for_team(acting, audit_id)
        access.require_state(now, model.ANSWERABLE, "correct_facts")
        earlier = await store.checklists(acting.association_id, audit_id)
        corrected = {**_facts_of(bytes(earlier[-1].facts)), **facts}
        checklist = derive(found, version.protocol, dossier, corrected)
        carried = await _carried(found, version.protocol, checklist)
        frozen = store.FrozenChecklist(
            len(earlier),
            _facts_bytes(corrected),
            checklist.bytes,
            checklist.digest,
            why,
            acting.at,
            carried.encoded if carried else None,
            earlier[-1].seed,
        )
        async with integrity({"audit_checklist_step_once": Conflict("audits.changed_meanwhile")}):
            await store.insert_checklist(
                acting.association_id, audit_id, frozen, id=ids.uuid7(acting.at), by=acting.person_id
            )
        return now

    return await in_unit_of_work(write)
