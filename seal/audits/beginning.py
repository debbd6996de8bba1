"""The start of an audit, which freezes facts and checklist by digest, and corrections of facts on site."""

from __future__ import annotations

import json
from collections.abc import Mapping
from uuid import UUID

import rfc8785

from seal import ids
from seal.audits import access, model, store
from seal.audits.model import Audit, AuditAction
from seal.audits.planning import auditor_reasons, names_of, need_reason
from seal.db import in_unit_of_work
from seal.db.violations import integrity
from seal.errors import BadInput, Conflict, Reason, Refused
from seal.identity import Acting, Device
from seal.members import service as members
from seal.protocols import checklist as checklists
from seal.protocols import service as protocols


async def start(acting: Acting, audit_id: UUID, *, device: Device | None = None) -> Audit:
    """Begin: freeze the producer's facts and the checklist by digest. An auditor of the team.

    Raises ``Refused`` with every reason: agreement not signed, declarations missing or with a conflict, conflicts
    computed anew; ``Refused('audits.step')`` from a state that cannot start.
    """
    found = await access.for_team(acting, audit_id)
    model.apply(found.state, AuditAction.START)
    dossier = await members.dossier_of(acting.association_id, found.producer_id)
    reasons = list(model.team_reasons(found, await names_of(acting, found.team)))
    if dossier.agreement is None:
        reasons.append(Reason("audits.start.no_agreement", {"producer": dossier.producer.trade_name}))
    for person_id in found.team:
        reasons.extend(await auditor_reasons(acting, person_id, found.producer_id))
    if reasons:
        raise Refused.because(reasons)
    version = await protocols.pinned(acting.association_id, found.version_id)
    facts = dossier.fact_values()
    checklist = checklists.build(version.protocol, facts, year=found.programme_year)
    frozen = store.FrozenChecklist(0, _facts_bytes(facts), checklist.bytes, checklist.digest, "", acting.at)

    async def write() -> Audit:
        now = await access.for_team(acting, audit_id)
        now = await access.step(acting, now, AuditAction.START, device=device)
        await store.insert_checklist(
            acting.association_id, audit_id, frozen, id=ids.uuid7(acting.at), by=acting.person_id
        )
        return now

    return await in_unit_of_work(write)


def _facts_bytes(facts: Mapping[str, bool | None]) -> bytes:
    return rfc8785.dumps(dict(facts))


async def correct_facts(acting: Acting, audit_id: UUID, facts: Mapping[str, bool | None], *, reason: str) -> Audit:
    """Correct the frozen facts on site: the checklist is derived anew. Earlier answers stay; those to points that
    no longer apply are kept and not counted. An auditor of the team, while answers are taken.

    Raises ``BadInput('audits.fact_unknown')`` for a fact that the protocol does not ask for.
    """
    found = await access.for_team(acting, audit_id)
    why = need_reason(reason)
    version = await protocols.pinned(acting.association_id, found.version_id)
    asked = {fact.id for fact in version.protocol.facts}
    if unknown := sorted(set(facts) - asked):
        raise BadInput("audits.fact_unknown", field="facts", fact=unknown[0])

    async def write() -> Audit:
        now = await access.for_team(acting, audit_id)
        access.require_state(now, model.ANSWERABLE, "correct_facts")
        earlier = await store.checklists(acting.association_id, audit_id)
        corrected = {**json.loads(bytes(earlier[-1].facts)), **facts}
        checklist = checklists.build(version.protocol, corrected, year=found.programme_year)
        frozen = store.FrozenChecklist(
            len(earlier), _facts_bytes(corrected), checklist.bytes, checklist.digest, why, acting.at
        )
        async with integrity({"audit_checklist_step_once": Conflict("audits.changed_meanwhile")}):
            await store.insert_checklist(
                acting.association_id, audit_id, frozen, id=ids.uuid7(acting.at), by=acting.person_id
            )
        return now

    return await in_unit_of_work(write)
